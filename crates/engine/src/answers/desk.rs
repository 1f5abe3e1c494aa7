//! The desk: messages that could not be tied to a guest with certainty, with all that speaks for and against counting them.

use anyhow::Result;
use calendar::Participation;
use store::guest::{self, PageQuery};
use store::receipt::{self, MatchedBy, ruling};
use store::{Reader, Store};

use super::judge::Question;
use super::show::receipt_view;
use super::view::{DeskGuest, DeskItem, DeskPage, DeskVerb, ReceiptView, RulingView};
use super::waiting::{self, Waiting};
use super::{likely, proposal};
use crate::Failure;

/// More than anyone rules on before looking again.
const PAGE: u32 = 1_000;
/// Guests that a search shows.
const FOUND: u32 = 20;

/// What waits for the organizer's ruling, the oldest first.
///
/// # Errors
/// When the database cannot be read.
pub async fn desk(store: &Store) -> Result<DeskPage, Failure> {
    let (rows, total) = store.read(|r| Ok((receipt::desk(r, PAGE)?, receipt::desk_count(r)?))).await?;
    Ok(DeskPage { rows: rows.into_iter().map(receipt_view).collect(), total })
}

/// A message of the desk with its evidence, its likely guests, and what can be ruled.
///
/// # Errors
/// When there is no such message.
pub async fn item(store: &Store, id: &str) -> Result<DeskItem, Failure> {
    let row = waiting::row(id)?;
    Ok(store.read(move |r| look(r, &Waiting::load(r, row)?)).await?)
}

/// Guests whose name or address begins so, whether they are invited to the event that the message names or not.
///
/// # Errors
/// When there is no such message.
pub async fn find_guests(store: &Store, id: &str, search: &str) -> Result<Vec<DeskGuest>, Failure> {
    let (row, search) = (waiting::row(id)?, search.trim().to_owned());
    if search.is_empty() {
        return Ok(Vec::new());
    }
    let found = store.read(move |r| {
        let Some((named, _)) = Waiting::load(r, row)?.named else { return Ok(Vec::new()) };
        let query = PageQuery { search, list: None, from: 0, limit: FOUND };
        let guests = guest::page(r, &query)?;
        let views = guests.into_iter().map(|guest| likely::view(r, guest.id, named.event, "")).collect::<Result<Vec<_>>>()?;
        Ok(views.into_iter().flatten().collect())
    });
    Ok(found.await?)
}

fn look(r: &Reader<'_>, waiting: &Waiting) -> Result<DeskItem> {
    let question = waiting.verdict(r)?.and_then(|verdict| verdict.question);
    let guests = likely::guests(r, waiting)?;
    let other = waiting.other_address(r)?;
    let receipt = ReceiptView {
        text: waiting.incoming.text.clone(),
        raw: String::from_utf8_lossy(&waiting.raw).into_owned(),
        rulings: rulings(r, waiting.receipt.id)?,
        ..receipt_view(waiting.receipt.clone())
    };
    Ok(DeskItem {
        receipt,
        evidence: evidence(waiting, guests.first(), other.as_deref()),
        rulings: verbs(waiting, question, &guests, other.as_deref()),
        guests,
        other: other.unwrap_or_default(),
        proposal: if question == Some(Question::Proposal) { proposal::of(r, waiting)? } else { None },
        delegate: waiting.delegate().unwrap_or_default().to_owned(),
    })
}

/// What the organizer may rule, the likeliest first; leaving it aside where its sender may be forged.
fn verbs(waiting: &Waiting, question: Option<Question>, guests: &[DeskGuest], other: Option<&str>) -> Vec<DeskVerb> {
    let mut verbs = likeliest_verbs(waiting, question, guests, other);
    if waiting.doubt().is_some() {
        verbs.sort_by_key(|verb| *verb != DeskVerb::Dismiss);
    }
    verbs
}

fn likeliest_verbs(waiting: &Waiting, question: Option<Question>, guests: &[DeskGuest], other: Option<&str>) -> Vec<DeskVerb> {
    let mut verbs = Vec::new();
    let says_something = !waiting.said().is_empty();
    match question {
        Some(Question::Whose | Question::Which) if says_something => {
            let is_another_guests =
                guests.first().is_some_and(|first| waiting.named.as_ref().is_some_and(|(n, _)| n.guest.to_string() != first.guest));
            verbs.extend((!guests.is_empty()).then_some(DeskVerb::Guest));
            if waiting.named.is_some() && other.is_some() && !is_another_guests {
                // An address that may be forged is not one to be learned.
                verbs.extend(waiting.doubt().is_none().then_some(DeskVerb::SamePerson));
                verbs.push(DeskVerb::AddGuest);
            }
        }
        // Without a question, what spoke against it when it came no longer does.
        Some(Question::Unconfirmed | Question::CameBack) | None => verbs.push(DeskVerb::Count),
        Some(Question::Proposal) => verbs.extend([DeskVerb::Accept, DeskVerb::Decline]),
        Some(Question::PassedOn) => verbs.extend(waiting.delegate().map(|_| DeskVerb::Invite)),
        Some(Question::Letter) => return letter_verbs(waiting.incoming.suggested_answer()),
        Some(Question::Whose | Question::Which) => {}
    }
    verbs.push(DeskVerb::Dismiss);
    verbs
}

/// What a letter may mean; what its words suggest comes first, and where they suggest nothing it is left aside first.
fn letter_verbs(suggested: Option<Participation>) -> Vec<DeskVerb> {
    let first = match suggested {
        Some(Participation::Accepted) => DeskVerb::Yes,
        Some(Participation::Tentative) => DeskVerb::Maybe,
        Some(Participation::Declined) => DeskVerb::No,
        _ => DeskVerb::Dismiss,
    };
    let others = [DeskVerb::Yes, DeskVerb::Maybe, DeskVerb::No, DeskVerb::Dismiss].into_iter().filter(|verb| *verb != first);
    std::iter::once(first).chain(others).collect()
}

/// What is known of a message, a sentence each.
fn evidence(waiting: &Waiting, first: Option<&DeskGuest>, other: Option<&str>) -> Vec<String> {
    let mut said = Vec::new();
    let incoming = &waiting.incoming;
    let whom = |guest: Option<&DeskGuest>| guest.map_or_else(String::new, |guest| format!(" to “{}”", guest.summary));
    match &waiting.named {
        Some((invitation, MatchedBy::Token)) => {
            said.push(format!("It carries the secret code of the invitation of {}{}.", invitation.address, whom(first)));
        }
        Some((invitation, _)) => said.push(format!("Its calendar entry is the one that {} was sent{}.", invitation.address, whom(first))),
        None => said.push("It names no invitation that was sent from here.".to_owned()),
    }
    said.push(format!("It was sent from {}.", incoming.from));
    let attendee = incoming.answers.first().map(|answer| answer.attendee.as_str()).unwrap_or_default();
    if !attendee.is_empty() && !attendee.eq_ignore_ascii_case(&incoming.from) {
        said.push(format!("The calendar in it answers for {attendee}."));
    }
    if let Some(other) = other {
        said.push(format!("{other} is not known as an address of this guest."));
    }
    let own = waiting.facts.authserv_id.as_deref().unwrap_or_default();
    let is_checked = incoming.authentication_results.iter().any(|results| !own.is_empty() && results.authserv_id.eq_ignore_ascii_case(own));
    said.push(match waiting.doubt() {
        Some(doubt) => format!("{doubt}."),
        None if is_checked => format!("{own} found nothing wrong with the sender."),
        None => "Your mail server says nothing on whether the sender is real.".to_owned(),
    });
    said
}

/// What was ruled on a message, the oldest first.
pub(super) fn rulings(r: &Reader<'_>, id: i64) -> Result<Vec<RulingView>> {
    let rulings = ruling::of(r, id)?.into_iter().map(|ruling| {
        let guest = ruling.guest.map(|guest| guest::get(r, guest)).transpose()?.flatten();
        Ok(RulingView {
            verb: ruling.verb.as_str().to_owned(),
            guest: guest.map(|guest| guest.profile.address_shown).unwrap_or_default(),
            source: ruling.source,
            at: ruling.at.to_string(),
            undone_at: ruling.undone_at.map(|at| at.to_string()).unwrap_or_default(),
        })
    });
    rulings.collect()
}
