//! RRULE values, read leniently and written in one normal form.

use std::fmt;
use std::str::FromStr;

use jiff::civil::Weekday;

use super::rule::{Bound, Frequency, NthWeekday, Rule, Until};
use crate::event::EventTime;
use crate::zone::Zone;

/// Why a value is no rule.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RuleError(String);

impl fmt::Display for RuleError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

impl std::error::Error for RuleError {}

const FREQUENCIES: [(&str, Frequency); 7] = [
    ("YEARLY", Frequency::Yearly),
    ("MONTHLY", Frequency::Monthly),
    ("WEEKLY", Frequency::Weekly),
    ("DAILY", Frequency::Daily),
    ("HOURLY", Frequency::Hourly),
    ("MINUTELY", Frequency::Minutely),
    ("SECONDLY", Frequency::Secondly),
];

const WEEKDAYS: [(&str, Weekday); 7] = [
    ("MO", Weekday::Monday),
    ("TU", Weekday::Tuesday),
    ("WE", Weekday::Wednesday),
    ("TH", Weekday::Thursday),
    ("FR", Weekday::Friday),
    ("SA", Weekday::Saturday),
    ("SU", Weekday::Sunday),
];

/// Longer lists do not occur; cutting them bounds the work that a hostile rule can ask for.
const LONGEST_LIST: usize = 1000;

impl Rule {
    /// Reads an RRULE value, and says in words what of it was left out.
    ///
    /// # Errors
    /// When it has no FREQ, without which nothing else in it means anything.
    pub fn parse(value: &str) -> Result<(Self, Vec<String>), RuleError> {
        let upper = value.trim().to_ascii_uppercase();
        let upper = upper.strip_prefix("RRULE:").unwrap_or(&upper);
        let parts: Vec<(&str, &str)> = upper
            .split(';')
            .filter(|part| !part.trim().is_empty())
            .map(|part| part.split_once('=').unwrap_or((part, "")))
            .map(|(name, value)| (name.trim(), value.trim()))
            .collect();
        let named = parts.iter().find(|(name, _)| *name == "FREQ").map(|(_, value)| *value);
        let frequency = named
            .and_then(|wanted| FREQUENCIES.iter().find(|(name, _)| *name == wanted))
            .map(|(_, frequency)| *frequency)
            .ok_or_else(|| RuleError(format!("The rule `{}` does not say how often (FREQ=DAILY, WEEKLY, …)", shortened(value))))?;
        let mut rule = Self::every(frequency);
        let mut notes = Vec::new();
        for (name, value) in parts {
            if let Some(note) = rule.read_part(name, value) {
                notes.push(note);
            }
        }
        rule.weekdays.sort_by_key(|day| (day.weekday.to_monday_zero_offset(), day.nth));
        rule.weekdays.dedup();
        Ok((rule, notes))
    }

    fn read_part(&mut self, name: &str, value: &str) -> Option<String> {
        let list = |from: i64, to: i64, signed: bool| numbers(name, value, from, to, signed);
        let (target, (numbers, note)) = match name {
            "FREQ" => return None,
            "INTERVAL" => return self.read_interval(value),
            "COUNT" | "UNTIL" => return self.read_bound(name, value),
            "WKST" => return self.read_week_start(value),
            "BYDAY" => return self.read_weekdays(value),
            "BYMONTH" => (&mut self.months, list(1, 12, false)),
            "BYWEEKNO" => (&mut self.week_numbers, list(1, 53, true)),
            "BYYEARDAY" => (&mut self.year_days, list(1, 366, true)),
            "BYMONTHDAY" => (&mut self.month_days, list(1, 31, true)),
            "BYHOUR" => (&mut self.hours, list(0, 23, false)),
            "BYMINUTE" => (&mut self.minutes, list(0, 59, false)),
            "BYSECOND" => (&mut self.seconds, list(0, 59, false)),
            "BYSETPOS" => (&mut self.positions, list(1, 366, true)),
            "RSCALE" if value == "GREGORIAN" => return None,
            "RSCALE" => return Some(format!("Rules in the {} calendar are not supported: read as Gregorian", value.to_lowercase())),
            "SKIP" if value == "OMIT" => return None,
            _ => return Some(format!("`{}` in the rule is not known and was left out", shortened(name))),
        };
        *target = numbers;
        note
    }

    fn read_interval(&mut self, value: &str) -> Option<String> {
        match value.parse() {
            Ok(interval @ 1..=1_000_000) => {
                self.interval = interval;
                None
            }
            _ => Some(format!("INTERVAL={} is no whole number from 1 on: read as 1", shortened(value))),
        }
    }

    fn read_bound(&mut self, name: &str, value: &str) -> Option<String> {
        let wanted = if name == "COUNT" {
            value.parse::<u32>().ok().map(|count| Bound::Count(count.max(1)))
        } else {
            read_until(value).map(Bound::Until)
        };
        match (wanted, self.bound) {
            (None, _) => Some(format!("{name}={} cannot be read and was left out", shortened(value))),
            (Some(bound), Bound::Never) => {
                self.bound = bound;
                None
            }
            (Some(bound), _) => {
                if matches!(bound, Bound::Until(_)) {
                    self.bound = bound;
                }
                Some("A rule has either COUNT or UNTIL: UNTIL counts".to_owned())
            }
        }
    }

    fn read_week_start(&mut self, value: &str) -> Option<String> {
        match weekday(value) {
            Some(weekday) => {
                self.week_start = weekday;
                None
            }
            None => Some(format!("WKST={} is no weekday: read as Monday", shortened(value))),
        }
    }

    fn read_weekdays(&mut self, value: &str) -> Option<String> {
        let mut wrong = None;
        for text in value.split(',').take(LONGEST_LIST) {
            let text = text.trim();
            let day = text.len().checked_sub(2).and_then(|at| text.split_at_checked(at)).and_then(|(nth, day)| {
                let nth = if nth.is_empty() { 0 } else { i64::from_str(nth).ok().filter(|nth| *nth != 0 && nth.abs() <= 53)? };
                Some(NthWeekday { nth, weekday: weekday(day)? })
            });
            match day {
                // A week and a day have one of each weekday: a number says nothing there.
                Some(day) if self.frequency > Frequency::Monthly => self.weekdays.push(NthWeekday { nth: 0, ..day }),
                Some(day) => self.weekdays.push(day),
                None => wrong = Some(format!("BYDAY={} is no weekday and was left out", shortened(text))),
            }
        }
        wrong
    }
}

fn weekday(text: &str) -> Option<Weekday> {
    WEEKDAYS.iter().find(|(name, _)| *name == text).map(|(_, weekday)| *weekday)
}

fn read_until(value: &str) -> Option<Until> {
    match EventTime::parse_value(value, None)? {
        EventTime::Date(date) => Some(Until::Date(date)),
        EventTime::Floating(local) => Some(Until::Local(local)),
        EventTime::Zoned(local, zone) if zone.is_utc() => Some(Until::Utc(local)),
        zoned @ EventTime::Zoned(..) => {
            let utc = EventTime::Zoned(zoned.local(), Zone::utc());
            Some(Until::Utc(utc.with_instant(zoned.to_instant(&jiff::tz::TimeZone::UTC), &jiff::tz::TimeZone::UTC).local()))
        }
    }
}

/// A list of numbers in a range, from either end where `signed`.
fn numbers(name: &str, value: &str, from: i64, to: i64, signed: bool) -> (Vec<i64>, Option<String>) {
    let mut wrong = None;
    let mut numbers = Vec::new();
    for text in value.split(',').take(LONGEST_LIST) {
        match i64::from_str(text.trim()) {
            Ok(number) if (from..=to).contains(&number) || (signed && (from..=to).contains(&-number)) => numbers.push(number),
            _ => wrong = Some(format!("{name}={} is out of range and was left out", shortened(text))),
        }
    }
    numbers.sort_unstable();
    numbers.dedup();
    (numbers, wrong)
}

/// Enough of a foreign text to recognise it.
fn shortened(text: &str) -> &str {
    text.char_indices().nth(40).and_then(|(end, _)| text.get(..end)).unwrap_or(text)
}

impl fmt::Display for Rule {
    /// The normal form: FREQ, INTERVAL, the lists, WKST, then COUNT or UNTIL.
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let frequency = FREQUENCIES.iter().find(|(_, frequency)| *frequency == self.frequency).map_or("DAILY", |(name, _)| name);
        write!(formatter, "FREQ={frequency}")?;
        if self.interval != 1 {
            write!(formatter, ";INTERVAL={}", self.interval)?;
        }
        write_list(formatter, "BYMONTH", &self.months)?;
        write_list(formatter, "BYWEEKNO", &self.week_numbers)?;
        write_list(formatter, "BYYEARDAY", &self.year_days)?;
        write_list(formatter, "BYMONTHDAY", &self.month_days)?;
        write_list(formatter, "BYDAY", &self.weekdays)?;
        write_list(formatter, "BYHOUR", &self.hours)?;
        write_list(formatter, "BYMINUTE", &self.minutes)?;
        write_list(formatter, "BYSECOND", &self.seconds)?;
        write_list(formatter, "BYSETPOS", &self.positions)?;
        if self.week_start != Weekday::Monday {
            write!(formatter, ";WKST={}", weekday_name(self.week_start))?;
        }
        match self.bound {
            Bound::Never => Ok(()),
            Bound::Count(count) => write!(formatter, ";COUNT={count}"),
            Bound::Until(Until::Date(date)) => write!(formatter, ";UNTIL={}", EventTime::Date(date).value()),
            Bound::Until(Until::Local(local)) => write!(formatter, ";UNTIL={}", EventTime::Floating(local).value()),
            Bound::Until(Until::Utc(utc)) => write!(formatter, ";UNTIL={}", EventTime::Zoned(utc, Zone::utc()).value()),
        }
    }
}

impl fmt::Display for NthWeekday {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.nth != 0 {
            write!(formatter, "{}", self.nth)?;
        }
        formatter.write_str(weekday_name(self.weekday))
    }
}

fn weekday_name(weekday: Weekday) -> &'static str {
    WEEKDAYS.iter().find(|(_, day)| *day == weekday).map_or("MO", |(name, _)| name)
}

fn write_list<T: fmt::Display>(formatter: &mut fmt::Formatter<'_>, name: &str, list: &[T]) -> fmt::Result {
    for (position, item) in list.iter().enumerate() {
        if position == 0 {
            write!(formatter, ";{name}={item}")?;
        } else {
            write!(formatter, ",{item}")?;
        }
    }
    Ok(())
}
