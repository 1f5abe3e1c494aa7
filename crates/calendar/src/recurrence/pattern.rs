//! A rule made ready for its start: which days of a month and which times of a day it means.

use jiff::civil::{DateTime, Weekday};

use super::rule::{Frequency, Rule};

pub(super) const DAY: i64 = 86_400;

/// A set of days of one month: bit 0 is the first.
pub(super) type MonthDays = u32;

/// What a rule and its start say together; BY lists that the rule leaves out are taken from the start.
#[derive(Clone, Debug)]
pub(super) struct Pattern {
    pub(super) frequency: Frequency,
    pub(super) interval: i64,
    /// The start, in seconds of the wall clock.
    pub(super) start: i64,
    pub(super) positions: Vec<i64>,
    /// Seconds within the period, ascending: of a day, or for the shorter frequencies of an hour or a minute.
    pub(super) times: Vec<i64>,
    pub(super) hours: Vec<bool>,
    pub(super) minutes: Vec<bool>,
    pub(super) seconds: Vec<bool>,
    months: Vec<i64>,
    week_numbers: Vec<i64>,
    year_days: Vec<i64>,
    month_days: Vec<i64>,
    /// Weekdays without a number, counted from Monday.
    every: Vec<i64>,
    /// Weekdays with one: the number and the day.
    nth: Vec<(i64, i64)>,
    pub(super) week_start: i64,
}

impl Pattern {
    pub(super) fn new(rule: &Rule, start: DateTime) -> Self {
        let mut months = rule.months.clone();
        let mut month_days = rule.month_days.clone();
        let mut every: Vec<i64> = rule.weekdays.iter().filter(|day| day.nth == 0).map(|day| number(day.weekday)).collect();
        let nth: Vec<_> = rule.weekdays.iter().filter(|day| day.nth != 0).map(|day| (day.nth, number(day.weekday))).collect();
        let days_unsaid = rule.year_days.is_empty() && month_days.is_empty() && rule.weekdays.is_empty();
        match rule.frequency {
            Frequency::Yearly if days_unsaid && !rule.week_numbers.is_empty() => every.push(number(start.weekday())),
            Frequency::Yearly if days_unsaid => {
                if months.is_empty() {
                    months.push(i64::from(start.month()));
                }
                month_days.push(i64::from(start.day()));
            }
            Frequency::Monthly if days_unsaid => month_days.push(i64::from(start.day())),
            Frequency::Weekly if days_unsaid => every.push(number(start.weekday())),
            _ => {}
        }
        Self {
            frequency: rule.frequency,
            interval: rule.interval,
            start: super::offsets::seconds_of(start),
            positions: rule.positions.clone(),
            times: times(rule, start),
            hours: flags(&rule.hours, 24),
            minutes: flags(&rule.minutes, 60),
            seconds: flags(&rule.seconds, 60),
            months,
            week_numbers: rule.week_numbers.clone(),
            year_days: rule.year_days.clone(),
            month_days,
            every,
            nth,
            week_start: number(rule.week_start),
        }
    }

    /// The days of a month that every list about days admits.
    pub(super) fn days_of_month(&self, year: i64, month: i64) -> MonthDays {
        if !self.months.is_empty() && !self.months.contains(&month) {
            return 0;
        }
        let length = month_length(year, month);
        let first = day_number(year, month, 1);
        let mut days = bits(length);
        if !self.month_days.is_empty() {
            days &= self.month_days.iter().fold(0, |set, day| set | bit(if *day > 0 { *day } else { length + day + 1 }, length));
        }
        if !self.every.is_empty() || !self.nth.is_empty() {
            days &= self.weekdays_of_month(year, first, length);
        }
        if !self.year_days.is_empty() {
            let before = first - day_number(year, 1, 1);
            let year_length = 365 + i64::from(is_leap(year));
            days &= self
                .year_days
                .iter()
                .fold(0, |set, day| set | bit(if *day > 0 { day - before } else { year_length + day + 1 - before }, length));
        }
        if !self.week_numbers.is_empty() && days != 0 {
            days &= self.weeks_of_month(first, length);
        }
        days
    }

    fn weekdays_of_month(&self, year: i64, first: i64, length: i64) -> MonthDays {
        /// Every seventh day.
        const WEEKS: MonthDays = 1 | 1 << 7 | 1 << 14 | 1 << 21 | 1 << 28;
        let first_weekday = weekday_of(first);
        let mut set = self.every.iter().fold(0, |set, weekday| set | WEEKS << (weekday - first_weekday).rem_euclid(7));
        // Without BYMONTH a numbered weekday of a yearly rule counts within the year.
        let counts_in_year = self.frequency == Frequency::Yearly && self.months.is_empty();
        let (span_start, span_length) =
            if counts_in_year { (day_number(year, 1, 1), 365 + i64::from(is_leap(year))) } else { (first, length) };
        for (nth, weekday) in &self.nth {
            let earliest = (weekday - weekday_of(span_start)).rem_euclid(7);
            let at = if *nth > 0 { earliest + 7 * (nth - 1) } else { earliest + 7 * ((span_length - 1 - earliest) / 7) + 7 * (nth + 1) };
            if (0..span_length).contains(&at) {
                set |= bit(span_start + at - first + 1, length);
            }
        }
        set
    }

    /// The days of a month whose week BYWEEKNO names.
    fn weeks_of_month(&self, first: i64, length: i64) -> MonthDays {
        let mut set = 0;
        let mut day = 1;
        while day <= length {
            let next_week = day + 7 - (weekday_of(first + day - 1) - self.week_start).rem_euclid(7);
            if self.is_in_week(first + day - 1) {
                set |= (day..next_week).fold(0, |week, day| week | bit(day, length));
            }
            day = next_week;
        }
        set
    }

    /// Whether a day lies in a week that BYWEEKNO names, from either end of its week year.
    fn is_in_week(&self, day: i64) -> bool {
        let (year, _, _) = year_month_day(day);
        let week_year = [year + 1, year, year - 1].into_iter().find(|year| self.first_week(*year) <= day).unwrap_or(year);
        let first = self.first_week(week_year);
        let week = (day - first) / 7 + 1;
        let weeks = (self.first_week(week_year + 1) - first) / 7;
        self.week_numbers.iter().any(|number| *number == week || *number == week - weeks - 1)
    }

    /// The day on which week 1 of a year begins: the first week with at least four days in it.
    fn first_week(&self, year: i64) -> i64 {
        let fourth = day_number(year, 1, 4);
        fourth - (weekday_of(fourth) - self.week_start).rem_euclid(7)
    }
}

/// Seconds within the shortest period of a rule, ascending.
fn times(rule: &Rule, start: DateTime) -> Vec<i64> {
    let or_start = |list: &[i64], value: i8| if list.is_empty() { vec![i64::from(value)] } else { list.to_vec() };
    let zero = || vec![0];
    let within = |frequency: Frequency| rule.frequency >= frequency;
    let hours = if within(Frequency::Hourly) { zero() } else { or_start(&rule.hours, start.hour()) };
    let minutes = if within(Frequency::Minutely) { zero() } else { or_start(&rule.minutes, start.minute()) };
    let seconds = if within(Frequency::Secondly) { zero() } else { or_start(&rule.seconds, start.second()) };
    let mut times = Vec::with_capacity(hours.len() * minutes.len() * seconds.len());
    for hour in &hours {
        for minute in &minutes {
            times.extend(seconds.iter().map(|second| hour * 3600 + minute * 60 + second));
        }
    }
    times
}

fn flags(list: &[i64], size: i64) -> Vec<bool> {
    if list.is_empty() { Vec::new() } else { (0..size).map(|value| list.contains(&value)).collect() }
}

/// A weekday counted from Monday as 0.
fn number(weekday: Weekday) -> i64 {
    i64::from(weekday.to_monday_zero_offset())
}

fn bit(day: i64, length: i64) -> MonthDays {
    if (1..=length).contains(&day) { 1 << (day - 1) } else { 0 }
}

fn bits(length: i64) -> MonthDays {
    u32::MAX >> (32 - length)
}

pub(super) fn is_leap(year: i64) -> bool {
    year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
}

pub(super) fn month_length(year: i64, month: i64) -> i64 {
    match month {
        2 => 28 + i64::from(is_leap(year)),
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

/// The weekday of a day, counted from Monday as 0; 1 January 1970 was a Thursday.
pub(super) fn weekday_of(day: i64) -> i64 {
    (day + 3).rem_euclid(7)
}

/// Days since 1 January 1970, in years that begin in March so that the leap day is the last.
pub(super) fn day_number(year: i64, month: i64, day: i64) -> i64 {
    let year = if month <= 2 { year - 1 } else { year };
    let era = year.div_euclid(400);
    let year_of_era = year - era * 400;
    let day_of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
    era * 146_097 + year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year - 719_468
}

/// The inverse of [`day_number`].
pub(super) fn year_month_day(day: i64) -> (i64, i64, i64) {
    let shifted = day + 719_468;
    let era = shifted.div_euclid(146_097);
    let day_of_era = shifted - era * 146_097;
    let year_of_era = (day_of_era - day_of_era / 1460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let month_from_march = (5 * day_of_year + 2) / 153;
    let month = if month_from_march < 10 { month_from_march + 3 } else { month_from_march - 9 };
    let year = year_of_era + era * 400 + i64::from(month <= 2);
    (year, month, day_of_year - (153 * month_from_march + 2) / 5 + 1)
}
