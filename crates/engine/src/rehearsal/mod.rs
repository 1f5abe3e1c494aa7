//! The rehearsal: the whole round with practice guests, through the same imports, ledger, builder and reader as the real one.
//!
//! Only the adapters differ, and the clock, which can be let pass ([`crate::PracticeClock`]).

mod round;
mod setup;

use jiff::SignedDuration;
use mail::port::Practice;

use crate::app::RehearsalState;
use crate::event::Changed;
use crate::{Code, Engine, Failure, answers};

pub use round::{Charts, Rehearsed, Said, rehearse};
pub use setup::{Sample, set_up};

/// How much time passes at once: long enough to see something, short enough to watch it grow.
const STEP: SignedDuration = SignedDuration::from_hours(12);

/// Lets half a day pass, or as long as it takes until the next guest answers, and reads what came.
///
/// # Errors
/// [`Code::Internal`] when the practice world cannot be written; what reading the inbox can fail with.
pub async fn advance(engine: &Engine, practice: &dyn Practice) -> Result<RehearsalState, Failure> {
    let now = practice.now();
    let until_next = practice.next_arrival().map_or(SignedDuration::ZERO, |next| next.duration_since(now) + SignedDuration::from_mins(1));
    practice.advance(STEP.max(until_next)).map_err(|reason| Failure::new(Code::Internal, reason))?;
    answers::pull_all(engine).await?;
    engine.tell_changed(&[Changed::Answers]);
    state(engine, practice).await
}

/// How far the practice round is.
///
/// # Errors
/// When the database cannot be read.
pub async fn state(engine: &Engine, practice: &dyn Practice) -> Result<RehearsalState, Failure> {
    let rows = answers::events(engine.store()).await?;
    let world = practice.state();
    let deliveries = crate::campaigns::list_campaigns(engine).await?;
    Ok(RehearsalState {
        sent: rows.iter().map(|row| row.invited).sum(),
        answered: rows.iter().map(|row| row.yes + row.maybe + row.no).sum(),
        bounced: deliveries.iter().map(|campaign| campaign.status.bounced).sum(),
        finished: world.sent > 0 && world.coming == 0,
    })
}
