//! `recurrence`: lines of iCalendar without DTSTART.

use calendar::ical::Property;
use calendar::recurrence::{Bound, Frequency, Rule, Until};
use calendar::{EventTime, Recurrence, Zone};
use jiff::tz::TimeZone;

use super::times;

/// Reads the lines of a series that starts at `start`; a sentence says why they cannot be followed.
pub(super) fn read(lines: &[String], start: &EventTime) -> Result<Recurrence, String> {
    let mut recurrence = Recurrence::default();
    for line in lines {
        let property = Property::parse(line).ok_or_else(|| format!("It repeats by “{line}”, which is no rule."))?;
        match property.name.as_ref() {
            "RRULE" if recurrence.rule.is_some() => return Err("It repeats by two rules at once, which Rollcall cannot follow.".to_owned()),
            "RRULE" => recurrence.rule = Some(normal(property.value, start)?),
            "EXDATE" => dates(&property, start, &mut recurrence.excluded)?,
            "RDATE" => dates(&property, start, &mut recurrence.added)?,
            other => return Err(format!("It repeats by a line that Rollcall cannot follow ({other}).")),
        }
    }
    sort(&mut recurrence.excluded);
    sort(&mut recurrence.added);
    Ok(recurrence)
}

/// For Google; a series without a zone is written in `floating`.
pub(super) fn write(recurrence: &Recurrence, start: &EventTime, floating: Zone) -> Vec<String> {
    let placed = placed(start, floating);
    let rule = recurrence.rule.as_deref().map(|rule| format!("RRULE:{}", in_zone(rule, start, &placed)));
    let dates = |name: &str, times: &[EventTime]| {
        let values: Vec<String> = times.iter().map(|time| times::in_form_of(&placed, time).value()).collect();
        let parameter = match &placed {
            EventTime::Date(_) => ";VALUE=DATE".to_owned(),
            EventTime::Zoned(_, zone) if !zone.is_utc() => format!(";TZID={zone}"),
            EventTime::Zoned(..) | EventTime::Floating(_) => String::new(),
        };
        (!values.is_empty()).then(|| format!("{name}{parameter}:{}", values.join(",")))
    };
    [rule, dates("EXDATE", &recurrence.excluded), dates("RDATE", &recurrence.added)].into_iter().flatten().collect()
}

/// As Google tells it again: dates as the start counts time, in order and once.
pub(super) fn held(recurrence: &Recurrence, start: &EventTime) -> Recurrence {
    if recurrence.rule.is_none() && recurrence.added.is_empty() {
        return Recurrence::default();
    }
    let dates = |times: &[EventTime]| {
        let mut dates: Vec<EventTime> = times.iter().map(|time| times::existing(&times::in_form_of(start, time))).collect();
        sort(&mut dates);
        dates
    };
    Recurrence {
        rule: recurrence.rule.as_deref().map(|rule| normal(rule, start).unwrap_or_else(|_| rule.to_owned())),
        excluded: dates(&recurrence.excluded),
        added: dates(&recurrence.added),
    }
}

/// Reads what was written of a floating series: its dates lose the zone again.
pub(super) fn floating(recurrence: Recurrence, start: &EventTime) -> Recurrence {
    let bare = EventTime::Floating(start.local());
    let dates = |times: Vec<EventTime>| times.iter().map(|time| EventTime::Floating(time.local())).collect();
    Recurrence {
        rule: recurrence.rule.map(|rule| in_zone(&rule, start, &bare)),
        excluded: dates(recurrence.excluded),
        added: dates(recurrence.added),
    }
}

/// A start with a zone, or a day.
pub(super) fn placed(start: &EventTime, floating: Zone) -> EventTime {
    match start {
        EventTime::Floating(local) => EventTime::Zoned(*local, floating),
        EventTime::Date(_) | EventTime::Zoned(..) => *start,
    }
}

/// A rule in the form that a series with this start has it.
fn normal(value: &str, start: &EventTime) -> Result<String, String> {
    let (mut rule, _) = Rule::parse(value).map_err(|error| format!("{error}."))?;
    if start.is_all_day() {
        if rule.frequency > Frequency::Daily {
            return Err("It is a whole day and repeats within the day.".to_owned());
        }
        rule.hours.clear();
        rule.minutes.clear();
        rule.seconds.clear();
    }
    Ok(rule.for_start(start).to_string())
}

/// A rule beside another start with the same wall clock: UNTIL means the same there.
fn in_zone(rule: &str, start: &EventTime, other: &EventTime) -> String {
    let Ok((parsed, _)) = Rule::parse(rule) else { return rule.to_owned() };
    let mut parsed = parsed.for_start(start);
    let last = match parsed.bound {
        Bound::Until(Until::Local(local)) => Some(local),
        Bound::Until(Until::Utc(utc)) => {
            let instant = EventTime::Zoned(utc, Zone::utc()).to_instant(&TimeZone::UTC);
            Some(start.with_instant(instant, &TimeZone::UTC).local())
        }
        Bound::Until(Until::Date(_)) | Bound::Never | Bound::Count(_) => None,
    };
    if let Some(last) = last {
        parsed.bound = Bound::Until(Until::at(last, other));
    }
    parsed.to_string()
}

fn dates(property: &Property<'_>, start: &EventTime, list: &mut Vec<EventTime>) -> Result<(), String> {
    let zone = property.parameter("TZID").and_then(Zone::parse).or(start.zone());
    for value in property.value.split(',').filter(|value| !value.trim().is_empty()) {
        // Of a period its start: its length is that of the event.
        let value = value.split('/').next().unwrap_or_default();
        let time = EventTime::parse_value(value, zone).ok_or_else(|| format!("“{value}” in {} is no date.", property.name))?;
        list.push(times::in_form_of(start, &time));
    }
    Ok(())
}

fn sort(dates: &mut Vec<EventTime>) {
    dates.sort_unstable();
    dates.dedup();
}
