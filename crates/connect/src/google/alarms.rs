//! Reminders: so many minutes before the start, by a notice or by mail.

use calendar::Alarm;
use serde::Deserialize;
use serde_json::{Value, json};

/// What Google takes at most.
const MOST: usize = 5;
/// Four weeks.
const EARLIEST: i64 = 40_320;

/// `reminders` of an event.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub(super) struct Reminders {
    /// The calendar's own reminders stand for the event's: they are no part of it.
    use_default: bool,
    overrides: Vec<Reminder>,
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
struct Reminder {
    method: String,
    minutes: i64,
}

impl Reminders {
    pub(super) fn read(&self) -> Vec<Alarm> {
        if self.use_default {
            return Vec::new();
        }
        let mut reminders: Vec<(i64, bool)> = self.overrides.iter().map(|one| (one.minutes, one.method == "email")).collect();
        in_order(&mut reminders);
        reminders.into_iter().map(alarm).collect()
    }
}

/// For Google.
pub(super) fn write(alarms: &[Alarm]) -> Value {
    let reminders: Vec<Value> = understood(alarms)
        .into_iter()
        .map(|(minutes, by_mail)| json!({ "method": if by_mail { "email" } else { "popup" }, "minutes": minutes }))
        .collect();
    json!({ "useDefault": false, "overrides": reminders })
}

/// As Google tells them again.
pub(super) fn held(alarms: &[Alarm]) -> Vec<Alarm> {
    understood(alarms).into_iter().map(alarm).collect()
}

fn understood(alarms: &[Alarm]) -> Vec<(i64, bool)> {
    let mut reminders: Vec<(i64, bool)> =
        alarms.iter().filter_map(|alarm| Some((minutes_before(&alarm.trigger)?, alarm.action == "EMAIL"))).collect();
    in_order(&mut reminders);
    reminders
}

fn in_order(reminders: &mut Vec<(i64, bool)>) {
    reminders.sort_unstable();
    reminders.dedup();
    reminders.truncate(MOST);
}

fn alarm((minutes, by_mail): (i64, bool)) -> Alarm {
    Alarm { action: if by_mail { "EMAIL" } else { "DISPLAY" }.to_owned(), trigger: format!("-PT{minutes}M"), other: Vec::new() }
}

/// How long before the start a trigger is; none for one that is bound to the end or to a date, is after the start, or too early.
fn minutes_before(trigger: &str) -> Option<i64> {
    let (parameters, value) = trigger.rsplit_once(':').unwrap_or(("", trigger));
    let parameters = parameters.to_ascii_uppercase();
    if parameters.contains("RELATED=END") || parameters.contains("DATE-TIME") {
        return None;
    }
    let value = value.trim().to_ascii_uppercase();
    let before = value.strip_prefix('-');
    let rest = before.or(value.strip_prefix('+')).unwrap_or(&value).strip_prefix('P')?;
    let (mut seconds, mut number) = (0_i64, String::new());
    let mut in_time = false;
    for character in rest.chars() {
        if character.is_ascii_digit() {
            number.push(character);
            continue;
        }
        if character == 'T' {
            in_time = true;
            continue;
        }
        let unit = match (character, in_time) {
            ('W', false) => 604_800,
            ('D', false) => 86_400,
            ('H', true) => 3_600,
            ('M', true) => 60,
            ('S', true) => 1,
            _ => return None,
        };
        seconds = seconds.checked_add(number.parse::<i64>().ok()?.checked_mul(unit)?)?;
        number.clear();
    }
    let minutes = seconds / 60;
    ((before.is_some() || minutes == 0) && minutes <= EARLIEST && number.is_empty()).then_some(minutes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reminder_is_so_many_minutes_before_the_start() {
        for (trigger, minutes) in [
            ("-PT15M", Some(15)),
            ("-P1DT2H", Some(26 * 60)),
            ("RELATED=START:-P1W", Some(7 * 24 * 60)),
            ("PT0S", Some(0)),
            ("PT15M", None),
            ("RELATED=END:-PT15M", None),
            ("VALUE=DATE-TIME:20270101T000000Z", None),
            ("-P9W", None),
            ("-PT15", None),
        ] {
            assert_eq!(minutes_before(trigger), minutes, "{trigger}");
        }
    }
}
