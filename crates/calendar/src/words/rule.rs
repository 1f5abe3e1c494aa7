//! A recurrence rule in words.

use jiff::civil::Weekday;

use super::{clock, long_date, month, weekday};
use crate::event::EventTime;
use crate::recurrence::offsets::from_seconds;
use crate::recurrence::{Bound, Frequency, NthWeekday, Rule};

/// "Every Saturday until 5 June 2027", "Every month on the second Sunday, 12 times". `start` is the first occurrence.
///
/// ```
/// use calendar::recurrence::Rule;
/// use calendar::{EventTime, words};
/// let (rule, _) = Rule::parse("FREQ=WEEKLY;BYDAY=SA;UNTIL=20270605").unwrap();
/// let start = EventTime::parse_value("20270313", None).unwrap();
/// assert_eq!(words::rule(&rule, &start), "Every Saturday until 5 June 2027");
/// ```
pub fn rule(rule: &Rule, start: &EventTime) -> String {
    let mut words = repeated(rule);
    for part in [months(rule), weeks(rule), days(rule), positions(rule), times(rule)] {
        if !part.is_empty() {
            words.push(' ');
            words.push_str(&part);
        }
    }
    match rule.bound {
        Bound::Never => words,
        Bound::Count(1) => format!("{words}, once"),
        Bound::Count(count) => format!("{words}, {count} times"),
        Bound::Until(_) => format!("{words} until {}", long_date(from_seconds(rule.last_local_second(start)).date())),
    }
}

/// The period, with the weekdays where they stand for it: "Every Monday and Friday", "Every 2 weeks".
fn repeated(rule: &Rule) -> String {
    let unit = match rule.frequency {
        Frequency::Yearly => "year",
        Frequency::Monthly => "month",
        Frequency::Weekly => "week",
        Frequency::Daily => "day",
        Frequency::Hourly => "hour",
        Frequency::Minutely => "minute",
        Frequency::Secondly => "second",
    };
    match rule.interval {
        1 if says_weekdays(rule) => format!("Every {}", plain_weekdays(rule)),
        1 => format!("Every {unit}"),
        interval => format!("Every {interval} {unit}s"),
    }
}

/// Whether the weekdays say the period by themselves.
fn says_weekdays(rule: &Rule) -> bool {
    matches!(rule.frequency, Frequency::Weekly | Frequency::Daily)
        && rule.interval == 1
        && !rule.weekdays.is_empty()
        && rule.positions.is_empty()
}

fn plain_weekdays(rule: &Rule) -> String {
    let days: Vec<Weekday> = rule.weekdays.iter().map(|day| day.weekday).collect();
    let weekend = [Weekday::Saturday, Weekday::Sunday];
    match days.len() {
        7 => "day".to_owned(),
        5 if weekend.iter().all(|day| !days.contains(day)) => "weekday".to_owned(),
        _ => joined(&days.into_iter().map(|day| weekday(day).to_owned()).collect::<Vec<_>>()),
    }
}

fn months(rule: &Rule) -> String {
    if rule.months.is_empty() {
        return String::new();
    }
    let names: Vec<String> =
        rule.months.iter().filter_map(|number| i8::try_from(*number).ok()).map(|number| month(number).to_owned()).collect();
    // "Every year on 14 March" is said with its day.
    if names.len() == 1 && rule.frequency == Frequency::Yearly && rule.month_days.len() == 1 && rule.weekdays.is_empty() {
        return String::new();
    }
    format!("in {}", joined(&names))
}

fn weeks(rule: &Rule) -> String {
    let numbers: Vec<String> = rule.week_numbers.iter().map(|number| counted(*number)).collect();
    match numbers.len() {
        0 => String::new(),
        1 => format!("in the {} week of the year", joined(&numbers)),
        _ => format!("in the {} weeks of the year", joined(&numbers)),
    }
}

fn days(rule: &Rule) -> String {
    let mut parts = Vec::new();
    if let ([day], [only], Frequency::Yearly, []) =
        (rule.month_days.as_slice(), rule.months.as_slice(), rule.frequency, rule.weekdays.as_slice())
        && *day > 0
    {
        return format!("on {day} {}", i8::try_from(*only).map(month).unwrap_or_default());
    }
    if !rule.month_days.is_empty() {
        let days: Vec<String> =
            rule.month_days.iter().map(|day| if *day > 0 { ordinal(*day) } else { format!("{} day", counted(*day)) }).collect();
        parts.push(format!("on the {}", joined(&days)));
    }
    if !rule.year_days.is_empty() {
        let days: Vec<String> = rule.year_days.iter().map(|day| if *day > 0 { ordinal(*day) } else { counted(*day) }).collect();
        parts.push(format!("on the {} day of the year", joined(&days)));
    }
    if !rule.weekdays.is_empty() && !says_weekdays(rule) {
        let numbered = rule.weekdays.iter().any(|day| day.nth != 0);
        let days = if numbered { joined(&rule.weekdays.iter().map(numbered_weekday).collect::<Vec<_>>()) } else { plain_weekdays(rule) };
        let each = if !numbered && rule.frequency < Frequency::Weekly && rule.positions.is_empty() { "every " } else { "" };
        parts.push(match (rule.positions.is_empty(), numbered) {
            (true, true) => format!("on the {days}"),
            (true, false) => format!("on {each}{days}"),
            (false, _) => format!("on a {days}"),
        });
    }
    parts.join(" ")
}

fn numbered_weekday(day: &NthWeekday) -> String {
    if day.nth == 0 { format!("every {}", weekday(day.weekday)) } else { format!("{} {}", counted(day.nth), weekday(day.weekday)) }
}

fn positions(rule: &Rule) -> String {
    if rule.positions.is_empty() {
        return String::new();
    }
    let places: Vec<String> = rule.positions.iter().map(|place| counted(*place)).collect();
    format!("(only the {} of them)", joined(&places))
}

fn times(rule: &Rule) -> String {
    match (rule.hours.as_slice(), rule.minutes.as_slice(), rule.seconds.as_slice()) {
        ([], [], []) => String::new(),
        (hours, [] | [_], []) if !hours.is_empty() => {
            let minute = rule.minutes.first().copied().unwrap_or(0);
            let clocks: Vec<String> = hours.iter().map(|hour| clock(from_seconds(hour * 3600 + minute * 60))).collect();
            format!("at {}", joined(&clocks))
        }
        _ => "at set times of the day".to_owned(),
    }
}

/// "second", "last", "21st".
fn counted(number: i64) -> String {
    const FIRST: [&str; 5] = ["first", "second", "third", "fourth", "fifth"];
    match number {
        -1 => "last".to_owned(),
        number if number < 0 => format!("{} last", counted(-number)),
        number => {
            usize::try_from(number - 1).ok().and_then(|place| FIRST.get(place)).map_or_else(|| ordinal(number), |word| (*word).to_owned())
        }
    }
}

fn ordinal(number: i64) -> String {
    let ending = match (number % 100, number % 10) {
        (11..=13, _) => "th",
        (_, 1) => "st",
        (_, 2) => "nd",
        (_, 3) => "rd",
        _ => "th",
    };
    format!("{number}{ending}")
}

fn joined(list: &[String]) -> String {
    match list {
        [] => String::new(),
        [one] => one.clone(),
        [before @ .., last] => format!("{} and {last}", before.join(", ")),
    }
}
