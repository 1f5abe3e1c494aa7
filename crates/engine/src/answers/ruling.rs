//! The organizer rules on what waits. Every ruling is kept with how its message stood, so that it can be taken back.

use anyhow::Result;
use jiff::Timestamp;
use mail::address::Address;
use store::delivery::settle;
use store::guest::{self, Profile};
use store::invitation::{self, Invitation, NewInvitation};
use store::receipt::ruling::{self, NewRuling, Verb};
use store::receipt::{self, About, Answer, MatchedBy, State, evidence};
use store::suppression::{self, Reason};
use store::{Writer, event};

use super::effect::give;
use super::judge::{Effect, Said, normalised, words};
use super::proposal;
use super::view::{DeskRuling, Ruled};
use super::waiting::{self, Waiting};
use crate::calendars::Surface;
use crate::event::Changed;
use crate::{Code, Engine, Failure, campaigns};

/// As many waiting messages of one guest as are looked at again when an address of theirs becomes known.
const MOST_FOLLOWERS: u32 = 1_000;

/// Rules on messages that wait: on all of them, or on none.
///
/// # Errors
/// [`Code::NotFound`], [`Code::WrongState`] where one was ruled on already, [`Code::InvalidInput`] where it cannot be ruled so.
pub async fn rule(engine: &Engine, surface: Surface, ids: &[String], ruling: DeskRuling) -> Result<Ruled, Failure> {
    match ruling {
        DeskRuling::Accept => return proposal::accept(engine, surface, ids).await,
        DeskRuling::Decline { comment } => return proposal::decline(engine, surface, ids, &comment).await,
        DeskRuling::Invite => return proposal::invite(engine, surface, ids).await,
        _ => {}
    }
    let rows = ids.iter().map(|id| waiting::row(id)).collect::<Result<Vec<_>>>()?;
    let now = engine.clock().now();
    let ruled = engine
        .store()
        .write(move |w| {
            let mut bench = Bench::new(w, surface, now);
            for row in rows {
                // An earlier ruling of the same call may have settled it.
                if !bench.ruled.receipts.contains(&row.to_string()) {
                    bench.rule(row, &ruling)?;
                }
            }
            Ok(bench.ruled)
        })
        .await?;
    engine.tell_changed(&[Changed::Answers, Changed::Guests, Changed::Campaigns]);
    Ok(ruled)
}

pub(super) fn refused(field: &str, sentence: impl Into<String>) -> anyhow::Error {
    Failure::new(Code::InvalidInput, sentence).with("field", field).into()
}

/// One transaction of rulings.
pub(super) struct Bench<'a, 'w> {
    w: &'a Writer<'w>,
    source: &'static str,
    now: Timestamp,
    pub(super) ruled: Ruled,
}

impl<'a, 'w> Bench<'a, 'w> {
    pub(super) fn new(w: &'a Writer<'w>, surface: Surface, now: Timestamp) -> Self {
        Self { w, source: surface.word(), now, ruled: Ruled::default() }
    }

    fn rule(&mut self, row: i64, ruling: &DeskRuling) -> Result<()> {
        let waiting = Waiting::load(self.w, row)?;
        // An answer to old details waits for nobody, and may be counted all the same.
        if !matches!((waiting.receipt.state, ruling), (State::Outdated, DeskRuling::Count)) {
            waiting.expect_waiting()?;
        }
        match ruling {
            DeskRuling::Guest { guest, event } => self.give_to(&waiting, guest, event),
            DeskRuling::SamePerson => self.same_person(&waiting),
            DeskRuling::Count => self.count(&waiting),
            DeskRuling::Yes => self.meant(&waiting, Answer::Yes),
            DeskRuling::Maybe => self.meant(&waiting, Answer::Maybe),
            DeskRuling::No => self.meant(&waiting, Answer::No),
            DeskRuling::AddGuest => self.add_guest(&waiting),
            // What reaches people or moves an event is no matter of one transaction.
            DeskRuling::Accept | DeskRuling::Decline { .. } | DeskRuling::Invite => Ok(()),
            DeskRuling::Dismiss => {
                self.keep(&waiting, Verb::Dismiss, waiting.receipt.guest, "")?;
                receipt::put_state(self.w, row, State::Ignored, "You ruled that it is no answer")
            }
        }
    }

    fn keep(&mut self, waiting: &Waiting, verb: Verb, guest: Option<i64>, alias: &str) -> Result<i64> {
        self.keep_new(NewRuling { alias, ..self.new_ruling(waiting.receipt.id, verb, guest) })
    }

    fn new_ruling(&self, receipt: i64, verb: Verb, guest: Option<i64>) -> NewRuling<'static> {
        NewRuling { receipt, verb, guest, alias: "", cause: None, source: self.source, moved: "" }
    }

    fn keep_new(&mut self, new: NewRuling<'_>) -> Result<i64> {
        self.ruled.receipts.push(new.receipt.to_string());
        ruling::add(self.w, &new, self.now)
    }

    /// The event moved to the proposed time; `moved` is the way back.
    pub(super) fn moved(&mut self, waiting: &Waiting, moved: &str) -> Result<()> {
        self.keep_new(NewRuling { moved, ..self.new_ruling(waiting.receipt.id, Verb::Accept, waiting.receipt.guest) })?;
        receipt::put_state(self.w, waiting.receipt.id, State::Counted, "The event was moved to the time that the guest proposed")
    }

    /// The guest is told that the event does not move.
    pub(super) fn declined(&mut self, waiting: &Waiting) -> Result<()> {
        self.keep(waiting, Verb::Decline, waiting.receipt.guest, "")?;
        receipt::put_state(self.w, waiting.receipt.id, State::Counted, "The proposed time was declined by mail")
    }

    /// Whom it was passed on to is a guest, to be invited; their row.
    pub(super) fn passed_on(&mut self, waiting: &Waiting, delegate: &str) -> Result<i64> {
        let (guest, is_new) = self.guest(&normalised(delegate), "")?;
        self.keep(waiting, Verb::Invite, Some(guest), if is_new { delegate } else { "" })?;
        receipt::put_state(self.w, waiting.receipt.id, State::Counted, &format!("Passed on to {delegate}, who was invited"))?;
        Ok(guest)
    }

    fn give_to(&mut self, waiting: &Waiting, guest: &str, event: &str) -> Result<()> {
        let unknown =
            |what: &str, name: &str| Failure::new(Code::NotFound, format!("There is no {what} {name}.")).with("what", what.to_owned());
        let guest: i64 = guest.parse().map_err(|_| unknown("guest", guest))?;
        let event = match (event.parse().ok(), &waiting.named) {
            (Some(event), _) => event,
            (None, Some((named, _))) => named.event,
            (None, None) => return Err(refused("event", "The message names no event of yours: say which event it answers.")),
        };
        let Some(invitation) = invitation::of(self.w, guest, event)? else {
            let summary = event::get(self.w, event)?.map(|event| event.summary).unwrap_or_default();
            let address = evidence::address_of(self.w, guest)?;
            return Err(refused(
                "guest",
                format!("{address} was not invited to “{summary}”: add them as a guest of it, or invite them first."),
            ));
        };
        self.keep(waiting, Verb::Guest, Some(guest), "")?;
        self.apply(waiting, &invitation, &spoken(waiting)?)
    }

    /// Counts an answer for an invitation, by hand.
    fn apply(&mut self, waiting: &Waiting, invitation: &Invitation, said: &[Said]) -> Result<()> {
        let about =
            About { invitation: Some(invitation.id), delivery: None, guest: Some(invitation.guest), matched_by: Some(MatchedBy::ByHand) };
        receipt::put_about(self.w, waiting.receipt.id, about, State::Counted, "")?;
        if waiting.named.as_ref().is_some_and(|(named, _)| named.id == invitation.id) {
            let echoed = waiting.incoming.answers.iter().filter_map(|answer| answer.sequence).max();
            settle::arrived(self.w, invitation.id, echoed, self.now)?;
        }
        if give(self.w, invitation.id, said, waiting.receipt.received_at, waiting.receipt.id)? {
            self.ruled.counted += 1;
        }
        Ok(())
    }

    /// The guest whom it names has another address: it is learned, and what waited for it settles by itself.
    fn same_person(&mut self, waiting: &Waiting) -> Result<()> {
        let Some((named, _)) = &waiting.named else {
            return Err(refused("ruling", "The message names no invitation of yours, so there is no guest to know the address of."));
        };
        if let Some(doubt) = waiting.doubt() {
            return Err(refused("ruling", format!("{doubt}. Rule on this message alone: its address is not to be trusted from now on.")));
        }
        let Some(other) = waiting.other_address(self.w)? else {
            return Err(refused("ruling", "Every address in it is the guest's own already."));
        };
        if let Some(owner) = evidence::guest_of(self.w, &other)?.filter(|owner| *owner != named.guest) {
            let owner = evidence::address_of(self.w, owner)?;
            return Err(refused("ruling", format!("{other} belongs to another guest, {owner}: rule whose answer this is.")));
        }
        let said = spoken(waiting)?;
        evidence::add_alias(self.w, named.guest, &other)?;
        let cause = self.keep(waiting, Verb::SamePerson, Some(named.guest), &other)?;
        self.apply(waiting, named, &said)?;
        self.follow(named.guest, cause)
    }

    /// Looks again at what waits for a guest, now that more is known of them.
    fn follow(&mut self, guest: i64, cause: i64) -> Result<()> {
        for row in receipt::of_guest(self.w, guest, State::Desk, MOST_FOLLOWERS)? {
            let waiting = Waiting::load(self.w, row.id)?;
            let Some(verdict) = waiting.verdict(self.w)?.filter(|verdict| verdict.state != State::Desk) else { continue };
            let follows = NewRuling { cause: Some(cause), ..self.new_ruling(row.id, Verb::Follows, Some(guest)) };
            self.keep_new(follows)?;
            receipt::put_about(self.w, row.id, verdict.about, verdict.state, &verdict.reason)?;
            if let (State::Counted, Effect::Answers(said), Some(invitation)) = (verdict.state, &verdict.effect, verdict.about.invitation)
                && give(self.w, invitation, said, row.received_at, row.id)?
            {
                self.ruled.counted += 1;
            }
        }
        Ok(())
    }

    /// Whatever spoke against it, it counts.
    fn count(&mut self, waiting: &Waiting) -> Result<()> {
        let verdict = waiting.verdict_confirmed(self.w)?;
        let about = verdict.as_ref().map_or_else(|| waiting.about(), |verdict| verdict.about);
        let effect = verdict.map(|verdict| verdict.effect);
        if let Some(report) = waiting.incoming.bounce.as_ref().filter(|_| about.guest.is_some()) {
            return self.stop_mail(waiting, about, Reason::HardBounce, &words(report));
        }
        if waiting.incoming.complaint.is_some() && about.guest.is_some() {
            return self.stop_mail(waiting, about, Reason::Complaint, &waiting.incoming.subject);
        }
        if matches!(effect, Some(Effect::Unsubscribed)) {
            return self.stop_mail(waiting, about, Reason::Unsubscribed, &waiting.incoming.subject);
        }
        let Some((named, _)) = &waiting.named else {
            return Err(refused("ruling", "The message names no invitation of yours: say whose answer it is, and to which event."));
        };
        let said = match effect {
            Some(Effect::Answers(said)) => said,
            _ => spoken(waiting)?,
        };
        self.keep(waiting, Verb::Count, Some(named.guest), "")?;
        self.apply(waiting, named, &said)
    }

    /// A letter says so in its own words.
    fn meant(&mut self, waiting: &Waiting, answer: Answer) -> Result<()> {
        let Some((named, _)) = &waiting.named else {
            return Err(refused("ruling", "The message names no invitation of yours: enter the answer by hand."));
        };
        if !waiting.said().is_empty() {
            return Err(refused("ruling", "It carries an answer of its own: rule whether that counts."));
        }
        let said = Said {
            recurrence_id: String::new(),
            answer,
            dtstamp: waiting.incoming.date.unwrap_or(waiting.receipt.received_at).min(waiting.receipt.received_at),
            extra_guests: 0,
            comment: waiting.incoming.first_words(),
        };
        self.keep(waiting, Verb::Meant, Some(named.guest), "")?;
        receipt::put_answer(self.w, waiting.receipt.id, Some(answer))?;
        self.apply(waiting, named, &[said])
    }

    fn stop_mail(&mut self, waiting: &Waiting, about: About, reason: Reason, evidence: &str) -> Result<()> {
        let Some(guest) = about.guest else { return Ok(()) };
        let address = evidence::address_of(self.w, guest)?;
        self.keep(waiting, Verb::Count, Some(guest), "")?;
        receipt::put_about(self.w, waiting.receipt.id, about, State::Counted, "")?;
        suppression::add(self.w, &address, reason, evidence, Some(waiting.receipt.id), self.now)?;
        Ok(())
    }

    /// Whoever answered without being invited becomes a guest of the event.
    fn add_guest(&mut self, waiting: &Waiting) -> Result<()> {
        let Some((named, _)) = &waiting.named else {
            return Err(refused("ruling", "The message names no event of yours that a guest could be added to."));
        };
        let Some(other) = waiting.other_address(self.w)? else {
            return Err(refused("ruling", format!("It comes from {}, who is a guest of it already.", named.address)));
        };
        let said = spoken(waiting)?;
        let (guest, is_new) = self.guest(&other, waiting.name())?;
        let token = campaigns::token(&mut rand::rng(), 20);
        // Made like the invitation that was forwarded: the same inbox, a code of its own.
        let (uid, organizer) = (named.uid.replace(&named.token, &token), named.organizer.replace(&named.token, &token));
        let new = NewInvitation { guest, event: named.event, address: &other, token: &token, uid: &uid, organizer: &organizer };
        let invitation = invitation::ensure(self.w, &new, self.now)?;
        self.keep(waiting, Verb::AddGuest, Some(guest), if is_new { &other } else { "" })?;
        self.apply(waiting, &invitation, &said)
    }

    /// The guest of an address, made where there is none; whether they are new to the organizer.
    fn guest(&self, address: &str, name: &str) -> Result<(i64, bool)> {
        if let Some(owner) = evidence::guest_of(self.w, address)? {
            let is_removed = guest::get(self.w, owner)?.is_some_and(|guest| guest.deleted);
            if is_removed {
                guest::restore(self.w, owner)?;
            }
            return Ok((owner, is_removed));
        }
        let address = Address::parse(address).map_err(|_| refused("guest", format!("“{address}” is no mail address.")))?;
        let profile = Profile {
            address_shown: address.normalised.clone(),
            address: address.normalised,
            name: name.to_owned(),
            role: "required".to_owned(),
            ..Profile::default()
        };
        Ok((guest::insert(self.w, &profile, self.now)?, true))
    }
}

/// What is said in it; refused where it is neither yes nor no nor maybe.
fn spoken(waiting: &Waiting) -> Result<Vec<Said>> {
    let said = waiting.said();
    if said.is_empty() {
        return Err(refused("ruling", "It says neither yes nor no nor maybe: leave it aside, or enter the answer by hand."));
    }
    Ok(said)
}
