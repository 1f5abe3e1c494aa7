//! Times and rules as people say them.

use jiff::civil::{Date, DateTime, Weekday};

use crate::event::EventTime;
use crate::zone::Zone;

mod rule;

pub use rule::rule;

const MONTHS: [&str; 12] =
    ["January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December"];

/// From when to when: "Sat 14 March, 13:00–16:00, Chicago time". The year is said unless it is `reader_year`.
///
/// ```
/// use calendar::{EventTime, Zone, words};
/// let at = |value| EventTime::parse_value(value, Zone::parse("America/Chicago")).unwrap();
/// let span = words::span(&at("20270313T130000"), &at("20270313T160000"), Some(2027));
/// assert_eq!(span, "Sat 13 March, 13:00–16:00, Chicago time");
/// ```
pub fn span(start: &EventTime, end: &EventTime, reader_year: Option<i16>) -> String {
    if start.is_all_day() {
        let last = end.date().yesterday().unwrap_or(end.date()).max(start.date());
        let first = day(start.date(), reader_year);
        return if last == start.date() { first } else { format!("{first} – {}", day(last, reader_year)) };
    }
    let (from, to) = (start.local(), end.local());
    let zone = |time: &EventTime| time.zone().map(zone);
    if start.zone() != end.zone() {
        let one = |time: &EventTime, text: String| zone(time).map_or(text.clone(), |zone| format!("{text} {zone}"));
        let until = if from.date() == to.date() { clock(to) } else { format!("{}, {}", day(to.date(), reader_year), clock(to)) };
        return format!("{}, {} – {}", day(from.date(), reader_year), one(start, clock(from)), one(end, until));
    }
    let times = if from == to {
        format!("{}, {}", day(from.date(), reader_year), clock(from))
    } else if from.date() == to.date() {
        format!("{}, {}–{}", day(from.date(), reader_year), clock(from), clock(to))
    } else {
        format!("{}, {} – {}, {}", day(from.date(), reader_year), clock(from), day(to.date(), reader_year), clock(to))
    };
    zone(start).map_or(times.clone(), |zone| format!("{times}, {zone}"))
}

/// One point in time: "Sat 14 March 2027, 13:00, Chicago time", or only the day where it is a whole one.
pub fn time(time: &EventTime, reader_year: Option<i16>) -> String {
    let day = day(time.date(), reader_year);
    if time.is_all_day() {
        return day;
    }
    let text = format!("{day}, {}", clock(time.local()));
    time.zone().map_or(text.clone(), |at| format!("{text}, {}", zone(at)))
}

/// "Sat 14 March 2027".
pub fn day(date: Date, reader_year: Option<i16>) -> String {
    let weekday = weekday(date.weekday()).get(..3).unwrap_or_default();
    let text = format!("{weekday} {} {}", date.day(), month(date.month()));
    if reader_year == Some(date.year()) { text } else { format!("{text} {}", date.year()) }
}

/// "5 June 2027".
fn long_date(date: Date) -> String {
    format!("{} {} {}", date.day(), month(date.month()), date.year())
}

/// A zone by the city that its clocks are read in: "Chicago time".
pub fn zone(zone: Zone) -> String {
    let name = zone.as_str();
    if zone.is_utc() {
        return "UTC".to_owned();
    }
    if let Some(offset) = name.strip_prefix("Etc/GMT") {
        // The database counts west as positive in these names, people count east.
        let (sign, hours) = offset.split_at_checked(1).unwrap_or(("", offset));
        return format!("UTC{}{hours}", if sign == "-" { '+' } else { '−' });
    }
    let city = name.rsplit('/').next().unwrap_or(name).replace('_', " ");
    format!("{city} time")
}

fn clock(local: DateTime) -> String {
    format!("{:02}:{:02}", local.hour(), local.minute())
}

fn month(number: i8) -> &'static str {
    usize::try_from(number).ok().and_then(|number| MONTHS.get(number.checked_sub(1)?).copied()).unwrap_or_default()
}

fn weekday(weekday: Weekday) -> &'static str {
    match weekday {
        Weekday::Monday => "Monday",
        Weekday::Tuesday => "Tuesday",
        Weekday::Wednesday => "Wednesday",
        Weekday::Thursday => "Thursday",
        Weekday::Friday => "Friday",
        Weekday::Saturday => "Saturday",
        Weekday::Sunday => "Sunday",
    }
}

#[cfg(test)]
mod tests;
