//! An event in words, for people who read mail rather than calendars.

#[cfg(test)]
mod tests;

use calendar::{Event, EventTime};
use jiff::civil::{Date, DateTime};

/// An event as a mail tells of it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct EventWords {
    /// The title; never empty.
    pub summary: String,
    /// Start and end as one phrase, with the zone where it has one, and how it repeats.
    pub when: String,
    /// The start.
    pub start: String,
    /// The end, as people say it: the last day of an all-day event.
    pub end: String,
    /// The place; may be empty.
    pub place: String,
    /// The description; may be empty or have several lines.
    pub description: String,
    /// A link; may be empty.
    pub url: String,
}

impl EventWords {
    /// The words for an event. `language` is a BCP 47 tag: `en-US` has twelve hours, all others twenty-four.
    pub fn new(event: &Event, language: &str) -> Self {
        let clock = Clock::of(language);
        let summary = event.summary.trim();
        let url = if event.url.is_empty() { &event.video_link } else { &event.url };
        Self {
            summary: if summary.is_empty() { "Event".to_owned() } else { summary.to_owned() },
            when: when(event, clock),
            start: point(&event.start, clock),
            end: point(&last_moment(event), clock),
            place: event.place.trim().to_owned(),
            description: event.description.trim().to_owned(),
            url: url.trim().to_owned(),
        }
    }
}

#[derive(Clone, Copy)]
enum Clock {
    Twelve,
    TwentyFour,
}

impl Clock {
    fn of(language: &str) -> Self {
        if language.eq_ignore_ascii_case("en-US") || language.eq_ignore_ascii_case("en_US") { Self::Twelve } else { Self::TwentyFour }
    }
}

fn when(event: &Event, clock: Clock) -> String {
    let mut words = match (&event.start, &last_moment(event)) {
        (EventTime::Date(start), EventTime::Date(end)) if start >= end => day(*start),
        (EventTime::Date(start), EventTime::Date(end)) => format!("{} – {}", day(*start), day(*end)),
        (EventTime::Zoned(start, zone), EventTime::Zoned(end, end_zone)) if zone == end_zone => {
            format!("{} ({})", span(*start, *end, clock), zone.as_str())
        }
        (EventTime::Floating(start), EventTime::Floating(end)) => span(*start, *end, clock),
        (start, end) => format!("{} – {}", point(start, clock), point(end, clock)),
    };
    if let Some(repeats) = event.recurrence.rule.as_deref().and_then(repeats) {
        words.push_str(", ");
        words.push_str(&repeats);
    }
    words
}

fn span(start: DateTime, end: DateTime, clock: Clock) -> String {
    if start >= end {
        format!("{}, {}", day(start.date()), time(start, clock))
    } else if start.date() == end.date() {
        format!("{}, {} – {}", day(start.date()), time(start, clock), time(end, clock))
    } else {
        format!("{}, {} – {}, {}", day(start.date()), time(start, clock), day(end.date()), time(end, clock))
    }
}

fn point(moment: &EventTime, clock: Clock) -> String {
    match moment {
        EventTime::Date(date) => day(*date),
        EventTime::Floating(moment) => format!("{}, {}", day(moment.date()), time(*moment, clock)),
        EventTime::Zoned(moment, zone) => format!("{}, {} ({})", day(moment.date()), time(*moment, clock), zone.as_str()),
    }
}

/// The end of an all-day event is the day after its last; people name the last.
fn last_moment(event: &Event) -> EventTime {
    match &event.end {
        EventTime::Date(end) => EventTime::Date(end.yesterday().unwrap_or(*end)),
        other => *other,
    }
}

fn day(date: Date) -> String {
    date.strftime("%A, %-d %B %Y").to_string()
}

fn time(moment: DateTime, clock: Clock) -> String {
    match clock {
        Clock::Twelve => moment.strftime("%-I:%M %p").to_string(),
        Clock::TwentyFour => moment.strftime("%H:%M").to_string(),
    }
}

/// `FREQ=WEEKLY;BYDAY=MO,WE;COUNT=10` is “every week on Monday and Wednesday, 10 times”. None for rules that have no short phrase.
fn repeats(rule: &str) -> Option<String> {
    let part = |name: &str| {
        rule.split(';').find_map(|part| part.split_once('=').filter(|(key, _)| key.eq_ignore_ascii_case(name)).map(|(_, value)| value))
    };
    let unit = match part("FREQ")?.to_ascii_uppercase().as_str() {
        "DAILY" => "day",
        "WEEKLY" => "week",
        "MONTHLY" => "month",
        "YEARLY" => "year",
        _ => return Some("repeats".to_owned()),
    };
    let mut words = match part("INTERVAL").and_then(|interval| interval.parse::<u32>().ok()) {
        Some(interval) if interval > 1 => format!("every {interval} {unit}s"),
        _ => format!("every {unit}"),
    };
    let days: Option<Vec<&str>> = part("BYDAY").map(|days| days.split(',').map(weekday).collect::<Option<_>>()).unwrap_or_default();
    if let Some(days) = days.filter(|_| unit == "week") {
        words.push_str(" on ");
        words.push_str(&joined(&days));
    }
    if let Some(count) = part("COUNT") {
        words.extend([", ", count, " times"]);
    } else if let Some(until) = part("UNTIL").and_then(|until| until.get(..8)).and_then(|until| Date::strptime("%Y%m%d", until).ok()) {
        words.push_str(&until.strftime(" until %-d %B %Y").to_string());
    }
    Some(words)
}

fn weekday(code: &str) -> Option<&'static str> {
    Some(match code.trim().to_ascii_uppercase().as_str() {
        "MO" => "Monday",
        "TU" => "Tuesday",
        "WE" => "Wednesday",
        "TH" => "Thursday",
        "FR" => "Friday",
        "SA" => "Saturday",
        "SU" => "Sunday",
        _ => return None,
    })
}

fn joined(words: &[&str]) -> String {
    match words.split_last() {
        Some((last, [])) => (*last).to_owned(),
        Some((last, others)) => format!("{} and {last}", others.join(", ")),
        None => String::new(),
    }
}
