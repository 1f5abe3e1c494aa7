//! Patterns of Outlook and rules of iCalendar (`patternedRecurrence`).
//!
//! Outlook has six kinds of patterns. A day of the month that a month lacks is there its last day, and what is skipped in iCalendar: so the 31st of
//! Outlook is `BYMONTHDAY=-1`, its 30th the last of 28, 29 and 30, and `BYMONTHDAY=31` cannot be said there.

use calendar::recurrence::{Bound, Frequency, NthWeekday, Rule, Until};
use calendar::{EventTime, Zone};
use jiff::civil::{Date, DateTime, Weekday};
use jiff::tz::TimeZone;
use serde_json::{Value, json};

/// A pattern and how far it goes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Repeat {
    kind: Kind,
    interval: i64,
    end: End,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Kind {
    Daily,
    Weekly { days: Vec<Weekday>, week_start: Weekday },
    Monthly(Day),
    Yearly { month: i8, day: Day },
}

/// A day of a month.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Day {
    /// By its number; in a month that is too short its last.
    Number(i8),
    /// The nth of these weekdays together; the last where `index` is −1.
    Weekdays { index: i64, days: Vec<Weekday> },
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum End {
    Never,
    On(Date),
    After(u32),
}

const INDEXES: [(&str, i64); 5] = [("first", 1), ("second", 2), ("third", 3), ("fourth", 4), ("last", -1)];

const DAYS: [(&str, Weekday); 7] = [
    ("sunday", Weekday::Sunday),
    ("monday", Weekday::Monday),
    ("tuesday", Weekday::Tuesday),
    ("wednesday", Weekday::Wednesday),
    ("thursday", Weekday::Thursday),
    ("friday", Weekday::Friday),
    ("saturday", Weekday::Saturday),
];

/// No list of dates is walked further to find the last of them.
const LONGEST_WALK: usize = 100_000;

impl Repeat {
    /// The pattern that says what a rule says; none where Outlook has no such pattern, or where the series does not begin with a date of it.
    pub(super) fn of_rule(rule: &Rule, start: &EventTime) -> Option<Self> {
        let unsaid = |lists: &[&Vec<i64>]| lists.iter().all(|list| list.is_empty());
        if !unsaid(&[&rule.week_numbers, &rule.year_days, &rule.hours, &rule.minutes, &rule.seconds]) {
            return None;
        }
        let (kind, interval) = kind_of(rule, start.date())?;
        let repeat = Self { kind, interval, end: end_of(rule, start) };
        repeat.holds(start.date()).then_some(repeat)
    }

    /// The rule in the form in which Outlook tells it.
    pub(super) fn to_rule(&self, start: &EventTime) -> Rule {
        let mut rule = Rule::every(Frequency::Daily);
        match &self.kind {
            Kind::Daily => {}
            Kind::Weekly { days, week_start } => {
                rule.frequency = Frequency::Weekly;
                rule.weekdays = days.iter().map(|day| NthWeekday { nth: 0, weekday: *day }).collect();
                // With every week it does not matter where one begins.
                rule.week_start = if self.interval == 1 { Weekday::Monday } else { *week_start };
            }
            Kind::Monthly(day) => {
                rule.frequency = Frequency::Monthly;
                put_day(&mut rule, day, 31);
            }
            Kind::Yearly { month, day } => {
                rule.frequency = Frequency::Yearly;
                rule.months = vec![i64::from(*month)];
                put_day(&mut rule, day, longest(*month));
            }
        }
        rule.interval = self.interval;
        rule.bound = match self.end {
            End::Never => Bound::Never,
            End::After(count) => Bound::Count(count),
            End::On(date) => Bound::Until(Until::at(date.to_datetime(start.local().time()), start)),
        };
        rule
    }

    /// Whether the pattern, without regard to interval and end, has this date.
    fn holds(&self, date: Date) -> bool {
        match &self.kind {
            Kind::Daily => true,
            Kind::Weekly { days, .. } => days.contains(&date.weekday()),
            Kind::Monthly(day) => day.is(date),
            Kind::Yearly { month, day } => date.month() == *month && day.is(date),
        }
    }

    /// As Graph takes it.
    pub(super) fn to_json(&self, start: &EventTime, zone: &str) -> Value {
        let names = |days: &[Weekday]| days.iter().map(|day| name_of(*day)).collect::<Vec<_>>();
        let mut pattern = match &self.kind {
            Kind::Daily => json!({ "type": "daily" }),
            Kind::Weekly { days, week_start } => {
                json!({ "type": "weekly", "daysOfWeek": names(days), "firstDayOfWeek": name_of(*week_start) })
            }
            Kind::Monthly(Day::Number(day)) => json!({ "type": "absoluteMonthly", "dayOfMonth": day }),
            Kind::Monthly(Day::Weekdays { index, days }) => {
                json!({ "type": "relativeMonthly", "daysOfWeek": names(days), "index": index_name(*index) })
            }
            Kind::Yearly { month, day: Day::Number(day) } => json!({ "type": "absoluteYearly", "month": month, "dayOfMonth": day }),
            Kind::Yearly { month, day: Day::Weekdays { index, days } } => {
                json!({ "type": "relativeYearly", "month": month, "daysOfWeek": names(days), "index": index_name(*index) })
            }
        };
        let mut range = match self.end {
            End::Never => json!({ "type": "noEnd" }),
            End::On(date) => json!({ "type": "endDate", "endDate": date.to_string() }),
            End::After(count) => json!({ "type": "numbered", "numberOfOccurrences": count }),
        };
        put(&mut pattern, "interval", json!(self.interval));
        put(&mut range, "startDate", json!(start.date().to_string()));
        put(&mut range, "recurrenceTimeZone", json!(zone));
        json!({ "pattern": pattern, "range": range })
    }

    /// As Graph tells it; none where it cannot be read.
    pub(super) fn of_json(json: &Value) -> Option<Self> {
        let (pattern, range) = (json.get("pattern")?, json.get("range")?);
        let text = |from: &Value, name: &str| from.get(name).and_then(Value::as_str).unwrap_or_default().to_owned();
        let number = |name: &str| i8::try_from(pattern.get(name)?.as_i64()?).ok();
        let days = || -> Option<Vec<Weekday>> {
            let mut days = Vec::new();
            for day in pattern.get("daysOfWeek")?.as_array()? {
                days.push(day_named(day.as_str()?)?);
            }
            days.sort_by_key(|day| day.to_monday_zero_offset());
            days.dedup();
            (!days.is_empty()).then_some(days)
        };
        let numbered = || number("dayOfMonth").filter(|day| (1..=31).contains(day)).map(Day::Number);
        let counted = || {
            let index = text(pattern, "index");
            // Graph leaves out the index of the first.
            let index = if index.is_empty() { 1 } else { INDEXES.iter().find(|(name, _)| *name == index)?.1 };
            Some(Day::Weekdays { index, days: days()? })
        };
        let month = || number("month").filter(|month| (1..=12).contains(month));
        let kind = match text(pattern, "type").as_str() {
            "daily" => Kind::Daily,
            "weekly" => Kind::Weekly { days: days()?, week_start: day_named(&text(pattern, "firstDayOfWeek")).unwrap_or(Weekday::Sunday) },
            "absoluteMonthly" => Kind::Monthly(numbered()?),
            "relativeMonthly" => Kind::Monthly(counted()?),
            "absoluteYearly" => Kind::Yearly { month: month()?, day: numbered()? },
            "relativeYearly" => Kind::Yearly { month: month()?, day: counted()? },
            _ => return None,
        };
        let end = match text(range, "type").as_str() {
            "endDate" => End::On(text(range, "endDate").parse().ok()?),
            "numbered" => End::After(u32::try_from(range.get("numberOfOccurrences")?.as_u64()?).ok().filter(|count| *count > 0)?),
            "noEnd" => End::Never,
            _ => return None,
        };
        let interval = pattern.get("interval").and_then(Value::as_i64).unwrap_or(1).max(1);
        Some(Self { kind, interval, end })
    }
}

/// A rule as Outlook would tell it again; none where it cannot hold it.
pub(super) fn told(rule: &Rule, start: &EventTime) -> Option<Rule> {
    Repeat::of_rule(rule, start).map(|repeat| repeat.to_rule(start))
}

/// The starts of a rule, `start` first, as wall clock times.
pub(super) fn starts(rule: &Rule, start: &EventTime) -> impl Iterator<Item = DateTime> + use<> {
    let mut rule = rule.clone().for_start(start);
    if let (Bound::Until(Until::Utc(utc)), EventTime::Zoned(_, zone)) = (rule.bound, start) {
        let last = EventTime::Zoned(utc, Zone::utc()).to_instant(&TimeZone::UTC);
        rule.bound = Bound::Until(Until::Local(zone.time_zone().to_datetime(last)));
    }
    rule.local_starts(start.local()).take(LONGEST_WALK)
}

/// Outlook's end is a date: that of the last occurrence, so that it is the same however an end was put.
fn end_of(rule: &Rule, start: &EventTime) -> End {
    match rule.bound {
        Bound::Never => End::Never,
        Bound::Count(count) => End::After(count),
        Bound::Until(_) => End::On(starts(rule, start).last().map_or(start.date(), DateTime::date)),
    }
}

fn kind_of(rule: &Rule, start: Date) -> Option<(Kind, i64)> {
    let days: Vec<Weekday> = rule.weekdays.iter().map(|day| day.weekday).collect();
    let plain = rule.month_days.is_empty() && rule.positions.is_empty();
    match rule.frequency {
        Frequency::Daily if plain && rule.months.is_empty() && days.is_empty() => Some((Kind::Daily, rule.interval)),
        Frequency::Daily if plain && rule.months.is_empty() && rule.interval == 1 => {
            Some((Kind::Weekly { days, week_start: Weekday::Monday }, 1))
        }
        Frequency::Weekly if plain && rule.months.is_empty() => {
            let days = if days.is_empty() { vec![start.weekday()] } else { days };
            Some((Kind::Weekly { days, week_start: rule.week_start }, rule.interval))
        }
        Frequency::Monthly if rule.months.is_empty() => Some((Kind::Monthly(day_of(rule, start, 28, 31)?), rule.interval)),
        Frequency::Yearly => {
            let month = match rule.months.as_slice() {
                [month] => i8::try_from(*month).ok()?,
                [] if plain && days.is_empty() => start.month(),
                _ => return None,
            };
            Some((Kind::Yearly { month, day: day_of(rule, start, shortest(month), longest(month))? }, rule.interval))
        }
        _ => None,
    }
}

/// The day of a month that a rule means, where every month it means has at least `always` days and none more than `most`.
fn day_of(rule: &Rule, start: Date, always: i8, most: i8) -> Option<Day> {
    if !rule.weekdays.is_empty() {
        if !rule.month_days.is_empty() {
            return None;
        }
        let days = rule.weekdays.iter().map(|day| day.weekday).collect();
        let index = match (rule.weekdays.as_slice(), rule.positions.as_slice()) {
            ([day], []) if day.nth != 0 => day.nth,
            (all, [position]) if all.iter().all(|day| day.nth == 0) => *position,
            _ => return None,
        };
        return INDEXES.iter().any(|(_, known)| *known == index).then_some(Day::Weekdays { index, days });
    }
    let number = match (rule.month_days.as_slice(), rule.positions.as_slice()) {
        ([], []) => i64::from(start.day()),
        ([-1], []) => return Some(Day::Number(most)),
        ([day], []) => *day,
        // What `put_day` writes for days that a month may lack.
        ([28, 29], [-1]) => return Some(Day::Number(29)),
        ([28, 29, 30], [-1]) => return Some(Day::Number(30)),
        _ => return None,
    };
    i8::try_from(number).ok().filter(|day| (1..=always).contains(day)).map(Day::Number)
}

fn put_day(rule: &mut Rule, day: &Day, most: i8) {
    match day {
        Day::Number(day) if *day >= most && most != 31 => rule.month_days = vec![-1],
        Day::Number(31) if rule.frequency == Frequency::Monthly => rule.month_days = vec![-1],
        Day::Number(day @ 29..=30) if rule.frequency == Frequency::Monthly => {
            rule.month_days = (28..=i64::from(*day)).collect();
            rule.positions = vec![-1];
        }
        Day::Number(day) => rule.month_days = vec![i64::from(*day)],
        Day::Weekdays { index, days } => {
            let nth = if days.len() == 1 { *index } else { 0 };
            rule.weekdays = days.iter().map(|day| NthWeekday { nth, weekday: *day }).collect();
            if days.len() > 1 {
                rule.positions = vec![*index];
            }
        }
    }
}

impl Day {
    fn is(&self, date: Date) -> bool {
        match self {
            Self::Number(day) => date.day() == (*day).min(date.days_in_month()),
            Self::Weekdays { index, days } => {
                let matching: Vec<i8> = (1..=date.days_in_month())
                    .filter(|day| Date::new(date.year(), date.month(), *day).is_ok_and(|date| days.contains(&date.weekday())))
                    .collect();
                let wanted =
                    if *index > 0 { usize::try_from(*index - 1).ok().and_then(|place| matching.get(place)) } else { matching.last() };
                wanted == Some(&date.day())
            }
        }
    }
}

/// Days that a month has at most.
fn longest(month: i8) -> i8 {
    match month {
        2 => 29,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

/// Days that a month has in every year.
fn shortest(month: i8) -> i8 {
    if month == 2 { 28 } else { longest(month) }
}

fn day_named(name: &str) -> Option<Weekday> {
    DAYS.iter().find(|(known, _)| known.eq_ignore_ascii_case(name)).map(|(_, day)| *day)
}

fn name_of(day: Weekday) -> &'static str {
    DAYS.iter().find(|(_, known)| *known == day).map_or("monday", |(name, _)| name)
}

fn index_name(index: i64) -> &'static str {
    INDEXES.iter().find(|(_, known)| *known == index).map_or("first", |(name, _)| name)
}

fn put(object: &mut Value, name: &str, value: Value) {
    if let Some(object) = object.as_object_mut() {
        object.insert(name.to_owned(), value);
    }
}
