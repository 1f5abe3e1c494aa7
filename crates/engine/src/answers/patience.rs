//! How many messages in a row a guest's server may put off before mail to the address stops.

use anyhow::Result;
use store::{Reader, setting};

use crate::Engine;
use crate::error::{Code, Failure};

const SETTING: &str = "soft_bounces";
/// A mailbox that was full for three mails is hardly read any more.
const USUAL: u32 = 3;
const MOST: u32 = 100;

/// How many there may be; none where it never stops for that.
pub(super) fn of(r: &Reader<'_>) -> Result<Option<u32>> {
    let chosen = setting::get(r, SETTING)?.and_then(|text| text.parse().ok()).unwrap_or(USUAL);
    Ok(Some(chosen).filter(|chosen| *chosen > 0))
}

/// After how many messages in a row that a guest's server put off mail to the address stops; 0 is never.
///
/// # Errors
/// When the database cannot be read.
pub async fn bounce_patience(engine: &Engine) -> Result<u32, Failure> {
    Ok(engine.store().read(of).await?.unwrap_or(0))
}

/// Chooses it. Addresses that are stopped already stay so until the organizer lets mail to them again.
///
/// # Errors
/// [`Code::InvalidInput`] above 100.
pub async fn choose_bounce_patience(engine: &Engine, messages: u32) -> Result<u32, Failure> {
    if messages > MOST {
        let sentence = format!("Messages in a row are a number from 1 to {MOST}, or 0 for never.");
        return Err(Failure::new(Code::InvalidInput, sentence).with("field", "bounces"));
    }
    engine.store().write(move |w| setting::put(w, SETTING, &messages.to_string())).await?;
    Ok(messages)
}
