//! How long a guest who was reminded is left alone.

use anyhow::Result;
use jiff::{SignedDuration, Timestamp};
use store::{Reader, setting};

use crate::Engine;
use crate::error::{Code, Failure};

const SETTING: &str = "reminder_days";
const USUAL: u32 = 3;
const MOST: u32 = 365;

fn of(r: &Reader<'_>) -> Result<u32> {
    Ok(setting::get(r, SETTING)?.and_then(|text| text.parse().ok()).unwrap_or(USUAL))
}

/// Who was reminded since then is left alone.
pub(super) fn since(r: &Reader<'_>, now: Timestamp) -> Result<Timestamp> {
    let hours = i64::from(of(r)?) * 24;
    // A setting of no days reminds even whom this very moment reminded.
    if hours == 0 { Ok(Timestamp::MAX) } else { Ok(now.checked_sub(SignedDuration::from_hours(hours))?) }
}

/// How many days a guest who was reminded is left alone; 0 where they may be reminded at any time.
///
/// # Errors
/// When the database cannot be read.
pub async fn reminder_days(engine: &Engine) -> Result<u32, Failure> {
    Ok(engine.store().read(of).await?)
}

/// Chooses it.
///
/// # Errors
/// [`Code::InvalidInput`] above a year.
pub async fn choose_reminder_days(engine: &Engine, days: u32) -> Result<u32, Failure> {
    if days > MOST {
        let sentence = format!("Days between two reminders are a number from 1 to {MOST}, or 0 for none.");
        return Err(Failure::new(Code::InvalidInput, sentence).with("field", "reminder_days"));
    }
    engine.store().write(move |w| setting::put(w, SETTING, &days.to_string())).await?;
    Ok(days)
}
