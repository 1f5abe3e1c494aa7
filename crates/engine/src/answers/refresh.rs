//! A guest asks for the current state (RFC 5546 §3.2.6): it is sent once more, and seldom enough that two programs cannot go on asking.

use anyhow::Result;
use jiff::{SignedDuration, Timestamp};
use store::Writer;
use store::invitation;
use store::receipt::{self, State};

use crate::campaigns::view::{BoardAct, BoardChoice};
use crate::{Engine, Failure, campaigns};

/// Within this time an invitation is sent once more for the asking only once.
const DAY: SignedDuration = SignedDuration::from_hours(24);
/// Within it, a guest is sent so many at most.
const MOST_A_DAY: u32 = 5;
const KIND: &str = "refresh";

/// Sends the guest of a message what they ask for, or says beside the message why not.
pub(super) async fn answer(engine: &Engine, receipt: i64) -> Result<(), Failure> {
    let now = engine.clock().now();
    // It counts as sent before it is: after a crash a guest asks again, and is not sent it twice.
    let Some((event, guest)) = engine.store().write(move |w| grant(w, receipt, now)).await? else { return Ok(()) };
    let choice = BoardChoice { filter: String::new(), guests: vec![guest.to_string()] };
    if let Err(error) = campaigns::act_on_guests(engine, &event.to_string(), BoardAct::Again, choice, "", 1).await {
        let reason = format!("Asks for the current state, which cannot be sent: {}", Failure::from(error).message);
        engine.store().write(move |w| receipt::put_state(w, receipt, State::Shown, &reason)).await?;
    }
    Ok(())
}

/// What is to be sent to whom; none where the guest was sent enough.
fn grant(w: &Writer<'_>, row: i64, now: Timestamp) -> Result<Option<(i64, i64)>> {
    let invitation = receipt::about(w, row)?.invitation.map(|invitation| invitation::get(w, invitation)).transpose()?.flatten();
    let Some(invitation) = invitation else { return Ok(None) };
    let since = now.saturating_sub(DAY).unwrap_or(Timestamp::MIN);
    let (of_guest, of_invitation) = receipt::count_since(w, invitation.guest, invitation.id, KIND, State::Counted, since)?;
    if of_invitation > 0 || of_guest >= MOST_A_DAY {
        receipt::put_state(w, row, State::Shown, "Asks for the current state, which was sent within the last day")?;
        return Ok(None);
    }
    receipt::put_state(w, row, State::Counted, "Asked for the current state, which was sent once more")?;
    Ok(Some((invitation.event, invitation.guest)))
}
