//! Numbers as a chart says them.

/// A count with separators: `1,200`.
pub(crate) fn count(number: u32) -> String {
    let digits = number.to_string();
    let mut grouped = String::new();
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    grouped
}

/// A share in whole per cent. What is there is never called 0 %, and what is not all is never called 100 %.
pub(crate) fn share(part: u32, total: u32) -> String {
    if total == 0 || part == 0 {
        return "0\u{a0}%".to_owned();
    }
    let (part, total) = (u64::from(part), u64::from(total));
    let rounded = (part * 200 + total) / (total * 2);
    match rounded {
        0 => "<1\u{a0}%".to_owned(),
        100 if part < total => ">99\u{a0}%".to_owned(),
        rounded => format!("{rounded}\u{a0}%"),
    }
}

/// Round steps of 1, 2 or 5 from 0 to at least `highest`, about `wanted` of them.
pub(crate) fn count_ticks(highest: u32, wanted: u32) -> Vec<u32> {
    let highest = u64::from(highest.max(1));
    let wanted = u64::from(wanted.max(1));
    let mut power = 1_u64;
    let step = loop {
        if let Some(step) = [1, 2, 5].map(|factor| factor * power).into_iter().find(|step| highest.div_ceil(*step) <= wanted) {
            break step;
        }
        power *= 10;
    };
    (0..=highest.div_ceil(step)).map(|number| u32::try_from(number * step).unwrap_or(u32::MAX)).collect()
}

const MINUTE: u64 = 60;
const HOUR: u64 = 60 * MINUTE;
const DAY: u64 = 24 * HOUR;

/// Steps that people count time in.
const TIME_STEPS: [u64; 19] = [
    MINUTE,
    2 * MINUTE,
    5 * MINUTE,
    10 * MINUTE,
    15 * MINUTE,
    30 * MINUTE,
    HOUR,
    2 * HOUR,
    3 * HOUR,
    6 * HOUR,
    12 * HOUR,
    DAY,
    2 * DAY,
    7 * DAY,
    14 * DAY,
    28 * DAY,
    91 * DAY,
    182 * DAY,
    364 * DAY,
];

/// Times since sending, in seconds, from 0 up to `last`, at most `wanted` besides 0.
pub(crate) fn time_ticks(last: u64, wanted: u64) -> Vec<u64> {
    let wanted = wanted.max(1);
    let step = TIME_STEPS.into_iter().find(|step| last / step <= wanted).unwrap_or_else(|| (last / wanted).max(1));
    (0..=last / step).map(|number| number * step).collect()
}

/// A time since sending in words: `90 min`, `6 h`, `3 days`, `2 weeks`.
pub(crate) fn elapsed(seconds: u64) -> String {
    let plural = |number: u64, one: &str, many: &str| format!("{number}\u{a0}{}", if number == 1 { one } else { many });
    match seconds {
        0 => "sent".to_owned(),
        seconds if seconds < MINUTE => format!("{seconds}\u{a0}s"),
        seconds if seconds.is_multiple_of(7 * DAY) => plural(seconds / (7 * DAY), "week", "weeks"),
        seconds if seconds.is_multiple_of(DAY) => plural(seconds / DAY, "day", "days"),
        seconds if seconds.is_multiple_of(HOUR) => format!("{}\u{a0}h", seconds / HOUR),
        seconds => format!("{}\u{a0}min", seconds / MINUTE),
    }
}
