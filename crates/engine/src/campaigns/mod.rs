//! Campaigns: what is sent to whom, the ledger of it, and what changed since guests were told.

mod accounts;
mod audience;
mod changes;
mod chosen;
mod content;
mod draft;
mod flow;
mod hours;
mod ledger;
mod message;
pub(crate) mod pending;
mod pilot;
mod preview;
mod reminder;
pub(crate) mod sending;
mod standing;
mod status;
mod stopped;
mod test_message;
pub mod view;
mod wording;

use anyhow::Result;
use jiff::Timestamp;
use rand::{Rng, RngExt as _};

pub use changes::{ask_again, list_changes, list_settled, preview_update, send_update, tell_nobody};
pub(crate) use chosen::act_together;
pub use chosen::{act_on_guests, preview_act};
pub(crate) use content::Content;
pub use draft::{create_campaign, delete_campaign, list_campaigns, show_campaign, update_campaign};
pub use flow::{pause_campaign, resume_campaign, send_campaign, stop_campaign};
pub use ledger::{adopt_ledger, lease_refusal, list_deliveries, settle_delivery};
pub use preview::{preview_audience, preview_message};
pub use reminder::{choose_reminder_days, reminder_days};
pub use sending::start_sending;
pub use standing::start_standing_orders;
pub use status::{campaign_status, waits_for_login, waits_longer_than};
pub use test_message::test_campaign;

use crate::error::{Code, Failure};

/// Unguessable characters of `[a-z0-9]`: 20 of them hold 103 bits.
pub(crate) fn token(random: &mut (impl Rng + ?Sized), length: usize) -> String {
    const CHARACTERS: &[u8; 36] = b"abcdefghijklmnopqrstuvwxyz0123456789";
    (0..length).map(|_| char::from(CHARACTERS.get(random.random_range(0..36_usize)).copied().unwrap_or(b'a'))).collect()
}

/// The token of an invitation: hard to guess, and later ones sort after earlier ones, so that a million of them are entered side by side.
pub(crate) fn invitation_token(random: &mut (impl Rng + ?Sized), now: Timestamp) -> String {
    const DIGITS: &[u8; 36] = b"0123456789abcdefghijklmnopqrstuvwxyz";
    // Six digits of four seconds last until 2246.
    let mut rest = usize::try_from(now.as_second() / 4).unwrap_or(0);
    let mut moment = [b'0'; 6];
    for digit in moment.iter_mut().rev() {
        *digit = DIGITS.get(rest % DIGITS.len()).copied().unwrap_or(b'0');
        rest /= DIGITS.len();
    }
    moment.into_iter().map(char::from).collect::<String>() + &token(random, 14)
}

/// The revision that says how an event stands; none where guests were not told of that yet.
pub(crate) fn current_revision(r: &store::Reader<'_>, event: i64) -> Result<Option<i64>> {
    Ok(content::up_to_date(r, event)?.map(|revision| revision.id))
}

/// One date of an event as it takes place, by its original start; the event itself where it does not repeat.
pub(crate) fn occurrence(r: &store::Reader<'_>, event: i64, original: &calendar::EventTime) -> Result<calendar::Event> {
    Ok(content::Content::current(r, event)?.occurrence(original))
}

/// The row that an id names.
fn row(id: &str, what: &'static str) -> Result<i64> {
    id.parse().map_err(|_| not_found(what, id))
}

fn not_found(what: &str, id: impl std::fmt::Display) -> anyhow::Error {
    Failure::new(Code::NotFound, format!("There is no {what} {id}.")).with("what", what).with("name", format!("{id}")).into()
}
