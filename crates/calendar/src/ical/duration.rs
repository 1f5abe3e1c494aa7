//! DURATION values (RFC 5545 §3.3.6).

use jiff::SignedDuration;

/// A duration: days of the calendar, then time that passes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Length {
    pub(super) days: i64,
    pub(super) time: SignedDuration,
}

/// No event is longer; beyond it a number is a mistake.
const MOST_DAYS: i64 = 366 * 1000;

/// Reads `P1DT2H`, `PT90M`, `P2W`, `-PT15M`.
pub(super) fn parse(value: &str) -> Option<Length> {
    let upper = value.trim().to_ascii_uppercase();
    let (sign, rest) = match upper.strip_prefix(['+', '-']) {
        Some(rest) => (if upper.starts_with('-') { -1 } else { 1 }, rest),
        None => (1, upper.as_str()),
    };
    let rest = rest.strip_prefix('P')?;
    let (mut days, mut seconds) = (0_i64, 0_i64);
    let mut in_time = false;
    let mut number = String::new();
    let mut read_any = false;
    for character in rest.chars() {
        if character.is_ascii_digit() {
            number.push(character);
            continue;
        }
        if character == 'T' && number.is_empty() {
            in_time = true;
            continue;
        }
        let amount: i64 = number.parse().ok().filter(|amount: &i64| *amount <= MOST_DAYS * 86_400)?;
        number.clear();
        read_any = true;
        match (character, in_time) {
            ('W', _) => days += amount.checked_mul(7)?,
            ('D', _) => days += amount,
            ('H', true) => seconds += amount.checked_mul(3600)?,
            ('M', true) => seconds += amount.checked_mul(60)?,
            ('S', true) => seconds += amount,
            _ => return None,
        }
    }
    let sound = read_any && number.is_empty() && days <= MOST_DAYS && seconds <= MOST_DAYS * 86_400;
    sound.then(|| Length { days: sign * days, time: SignedDuration::from_secs(sign * seconds) })
}
