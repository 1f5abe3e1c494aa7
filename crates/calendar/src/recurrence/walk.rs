//! The walk over the periods of a rule. Nothing is allocated from one occurrence to the next.

use super::pattern::{DAY, MonthDays, Pattern, day_number, weekday_of, year_month_day};
use super::rule::Frequency;

/// So many periods in a row without an occurrence mean that there is none to come (30 February, every year).
const MOST_EMPTY_PERIODS: u32 = 1_000_000;

/// The last second that a calendar can name: 31 December 9999.
const LAST_SECOND: i64 = 253_402_300_799;

/// The starts of a rule in seconds of the wall clock, ascending, from a period on.
pub(super) struct Walk {
    pattern: Pattern,
    /// The period that `days` is filled for.
    period: i64,
    started: bool,
    last: i64,
    /// The days of the period that take place; for hours and less the start of the period in seconds.
    days: Vec<i64>,
    /// BYSETPOS resolved for the period, as places in days × times.
    picks: Vec<usize>,
    at_day: usize,
    at_time: usize,
    month: Option<(i64, i64, MonthDays)>,
}

impl Walk {
    /// A walk that ends with the last start at or before `last`.
    pub(super) fn new(pattern: Pattern, last: i64) -> Self {
        Self {
            pattern,
            period: 0,
            started: false,
            last: last.min(LAST_SECOND),
            days: Vec::new(),
            picks: Vec::new(),
            at_day: 0,
            at_time: 0,
            month: None,
        }
    }

    /// Goes on in the period that holds `second`, or the last one before it.
    pub(super) fn enter(&mut self, second: i64) {
        self.period = self.period_of(second).max(0);
        self.started = false;
    }

    /// The last start at or before `second` that is after the start of the series.
    pub(super) fn last_before(&mut self, second: i64) -> Option<i64> {
        let mut period = self.period_of(second.min(self.last));
        let mut empty = 0;
        while period >= 0 && empty < MOST_EMPTY_PERIODS {
            self.enter_period(period);
            self.fill();
            let mut found = None;
            while let Some(start) = self.in_period() {
                if start <= second.min(self.last) {
                    found = Some(start);
                }
            }
            if found.is_some() {
                return found.filter(|start| *start > self.pattern.start);
            }
            period -= 1;
            empty += 1;
        }
        None
    }

    fn enter_period(&mut self, period: i64) {
        self.period = period;
        self.started = true;
    }

    /// Which period, counted from that of the start, a second lies in.
    fn period_of(&self, second: i64) -> i64 {
        let (day, first_day) = (second.div_euclid(DAY), self.pattern.start.div_euclid(DAY));
        let ((year, month, _), (first_year, first_month, _)) = (year_month_day(day), year_month_day(first_day));
        let units = match self.pattern.frequency {
            Frequency::Yearly => year - first_year,
            Frequency::Monthly => (year - first_year) * 12 + month - first_month,
            Frequency::Weekly => (day - self.first_week()).div_euclid(7),
            Frequency::Daily => day - first_day,
            Frequency::Hourly | Frequency::Minutely | Frequency::Secondly => {
                second.div_euclid(self.unit()) - self.pattern.start.div_euclid(self.unit())
            }
        };
        units.div_euclid(self.pattern.interval)
    }

    fn first_week(&self) -> i64 {
        let day = self.pattern.start.div_euclid(DAY);
        day - (weekday_of(day) - self.pattern.week_start).rem_euclid(7)
    }

    /// Seconds in an hour, a minute or a second.
    fn unit(&self) -> i64 {
        match self.pattern.frequency {
            Frequency::Hourly => 3600,
            Frequency::Minutely => 60,
            _ => 1,
        }
    }

    /// The next start of the period that is filled.
    fn in_period(&mut self) -> Option<i64> {
        let times = &self.pattern.times;
        if !self.pattern.positions.is_empty() {
            let place = *self.picks.get(self.at_day)?;
            self.at_day += 1;
            return Some(self.days.get(place / times.len())? + times.get(place % times.len())?);
        }
        let start = self.days.get(self.at_day)? + times.get(self.at_time)?;
        self.at_time += 1;
        if self.at_time == times.len() {
            self.at_time = 0;
            self.at_day += 1;
        }
        Some(start)
    }

    /// Fills `days` for the current period, as the first second of each. False when the periods are past the end.
    fn fill(&mut self) -> bool {
        self.days.clear();
        (self.at_day, self.at_time) = (0, 0);
        let step = self.period * self.pattern.interval;
        let first_day = self.pattern.start.div_euclid(DAY);
        let (first_year, first_month, _) = year_month_day(first_day);
        let begin = match self.pattern.frequency {
            Frequency::Yearly => {
                let year = first_year + step;
                for month in 1..=12 {
                    let days = self.days_of_month(year, month);
                    self.push(day_number(year, month, 1), days);
                }
                day_number(year, 1, 1) * DAY
            }
            Frequency::Monthly => {
                let months = first_year * 12 + first_month - 1 + step;
                let (year, month) = (months.div_euclid(12), months.rem_euclid(12) + 1);
                let days = self.days_of_month(year, month);
                let first = day_number(year, month, 1);
                self.push(first, days);
                first * DAY
            }
            Frequency::Weekly => {
                let week = self.first_week() + 7 * step;
                for day in week..week + 7 {
                    if self.admits(day) {
                        self.days.push(day * DAY);
                    }
                }
                week * DAY
            }
            Frequency::Daily => {
                let day = first_day + step;
                if self.admits(day) {
                    self.days.push(day * DAY);
                }
                day * DAY
            }
            Frequency::Hourly | Frequency::Minutely | Frequency::Secondly => self.fill_within_day(step),
        };
        self.pick();
        begin <= self.last
    }

    /// For hours and less: the period itself where every list admits it.
    fn fill_within_day(&mut self, step: i64) -> i64 {
        let unit = self.unit();
        let begin = (self.pattern.start.div_euclid(unit) + step) * unit;
        let day = begin.div_euclid(DAY);
        let second = begin.rem_euclid(DAY);
        let admitted = |flags: &[bool], value: i64| usize::try_from(value).ok().and_then(|value| flags.get(value)).is_none_or(|flag| *flag);
        let skip_to = if !self.admits(day) {
            Some((day + 1) * DAY)
        } else if !admitted(&self.pattern.hours, second / 3600) {
            Some((begin.div_euclid(3600) + 1) * 3600)
        } else if unit < 3600 && !admitted(&self.pattern.minutes, second / 60 % 60) {
            Some((begin.div_euclid(60) + 1) * 60)
        } else if unit < 60 && !admitted(&self.pattern.seconds, second % 60) {
            Some(begin + 1)
        } else {
            self.days.push(begin);
            None
        };
        if let Some(second) = skip_to {
            // The period before the first that can begin at or after `second`: the walk steps on from it.
            self.period = self.period.max(self.period_of(second - 1));
        }
        begin
    }

    /// The places that BYSETPOS names among the days × times of the period.
    fn pick(&mut self) {
        if self.pattern.positions.is_empty() {
            return;
        }
        self.picks.clear();
        let places = self.days.len() * self.pattern.times.len();
        for position in &self.pattern.positions {
            let counted = usize::try_from(position.unsigned_abs()).unwrap_or(usize::MAX);
            if counted <= places {
                self.picks.push(if *position > 0 { counted - 1 } else { places - counted });
            }
        }
        self.picks.sort_unstable();
        self.picks.dedup();
    }

    fn push(&mut self, first: i64, mut days: MonthDays) {
        while days != 0 {
            self.days.push((first + i64::from(days.trailing_zeros())) * DAY);
            days &= days - 1;
        }
    }

    fn admits(&mut self, day: i64) -> bool {
        let (year, month, of_month) = year_month_day(day);
        self.days_of_month(year, month) >> (of_month - 1) & 1 == 1
    }

    fn days_of_month(&mut self, year: i64, month: i64) -> MonthDays {
        match self.month {
            Some((known_year, known_month, days)) if (known_year, known_month) == (year, month) => days,
            _ => {
                let days = self.pattern.days_of_month(year, month);
                self.month = Some((year, month, days));
                days
            }
        }
    }
}

impl Iterator for Walk {
    type Item = i64;

    fn next(&mut self) -> Option<i64> {
        let mut empty = 0;
        loop {
            if self.started {
                if let Some(start) = self.in_period() {
                    return (start <= self.last).then_some(start);
                }
                self.period += 1;
            }
            self.started = true;
            empty += 1;
            if !self.fill() || empty > MOST_EMPTY_PERIODS {
                // An emptied walk stays at its end.
                self.days.clear();
                self.picks.clear();
                self.last = i64::MIN;
                return None;
            }
        }
    }
}
