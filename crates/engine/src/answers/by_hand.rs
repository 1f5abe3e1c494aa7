//! Answers that the organizer enters in a guest's place, such as one given by phone. Each is its own evidence, and can be taken back.

use anyhow::Result;
use jiff::Timestamp;
use store::holding::given::{self, Given};
use store::receipt::{self, Answer, ByHand, Receipt, State};
use store::{Writer, event, invitation};

use super::show::subject;
use super::view::{AnswersOf, Ruled};
use crate::event::Changed;
use crate::{Code, Engine, Failure};

/// The kind of a receipt that no message brought.
pub(super) const KIND: &str = "by-hand";
/// A note is a line, not a letter.
const LONGEST_NOTE: usize = 1_000;

/// Enters what guests of an event said: yes, maybe, no, or none, which takes away what was there. `note` says how the organizer knows.
///
/// # Errors
/// [`Code::NotFound`], or [`Code::InvalidInput`] where it is no answer, or a guest was not invited.
pub async fn set_by_hand(engine: &Engine, event: &str, guests: &[String], answer: &str, note: &str) -> Result<Ruled, Failure> {
    let invalid = |field: &str, sentence: String| Failure::new(Code::InvalidInput, sentence).with("field", field);
    let answer = match answer {
        "none" => None,
        word => Some(Answer::from_word(word).ok_or_else(|| {
            invalid("answer", format!("“{word}” is no answer; there are yes, maybe, no, and none, which takes away what was there."))
        })?),
    };
    let note = note.trim().to_owned();
    if note.chars().count() > LONGEST_NOTE {
        return Err(invalid("note", format!("A note has at most {LONGEST_NOTE} characters.")));
    }
    let missing = |name: &str| Failure::new(Code::NotFound, format!("There is no guest {name}.")).with("what", "guest").with("name", name);
    let guests = guests.iter().map(|guest| guest.parse::<i64>().map_err(|_| missing(guest))).collect::<Result<Vec<_>, _>>()?;
    let (of, now) = (AnswersOf::Event(event.to_owned()), engine.clock().now());
    let series = event.parse::<i64>().unwrap_or_default();
    let set = engine
        .store()
        .write(move |w| {
            // Names the event where it is missing.
            subject(w, &of)?;
            let mut set = Ruled::default();
            for guest in guests {
                let receipt = enter(w, series, guest, answer, &note, now)?;
                set.receipts.push(receipt.to_string());
                set.counted += 1;
            }
            Ok(set)
        })
        .await?;
    engine.tell_changed(&[Changed::Answers, Changed::Campaigns]);
    Ok(set)
}

fn enter(w: &Writer<'_>, event: i64, guest: i64, answer: Option<Answer>, note: &str, now: Timestamp) -> Result<i64> {
    let event = event::get(w, event)?.map_or(event, |event| event.series());
    let Some(invitation) = invitation::of(w, guest, event)? else {
        let who = store::guest::get(w, guest)?.map_or_else(|| guest.to_string(), |guest| guest.profile.address_shown);
        let sentence = format!("{who} was not invited to this event: invite them first.");
        return Err(Failure::new(Code::InvalidInput, sentence).with("field", "guest").into());
    };
    let receipt = receipt::add_by_hand(w, &ByHand { invitation: invitation.id, guest, answer, note }, now)?;
    let given = Given {
        invitation: invitation.id,
        recurrence_id: "",
        answer: answer.unwrap_or(Answer::No),
        dtstamp: now,
        at: now,
        extra_guests: 0,
        comment: note,
        receipt,
    };
    match answer {
        Some(_) => given::put(w, &given)?,
        None => given::put_none(w, &given)?,
    };
    Ok(receipt)
}

/// What was entered is gone; what was said before it stands again.
pub(super) fn take_back(w: &Writer<'_>, receipt: &Receipt) -> Result<()> {
    if let Some(invitation) = receipt.invitation {
        given::take_back(w, invitation, receipt.id)?;
    }
    receipt::put_state(w, receipt.id, State::Ignored, "You took it back")
}
