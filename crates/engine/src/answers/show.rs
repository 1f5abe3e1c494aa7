//! Answers as they are looked at.

use anyhow::Result;
use calendar::{EventTime, Zone};
use jiff::Timestamp;
use jiff::tz::TimeZone;
use serde::Serialize;
use store::holding::answer::{self, Counts, EventCounts, Scope};
use store::holding::board::{self, Filter, GuestAnswer as Row, Place};
use store::holding::tally;
use store::receipt::{self, Receipt};
use store::{Reader, Store, campaign, event, holding};

use super::view::{AnswersOf, AnswersView, EventAnswers, GuestAnswer, GuestAnswerPage, ReceiptView, TimelinePoint};
use super::{desk, timeline};
use crate::{Code, Failure, campaigns};

/// An event or a campaign whose answers are asked for.
pub(super) struct Subject {
    pub(super) scope: Scope,
    pub(super) title: String,
}

/// Finds what answers are asked about.
pub(super) fn subject(r: &Reader<'_>, of: &AnswersOf) -> Result<Subject> {
    let missing =
        |what: &str, id: &str| Failure::new(Code::NotFound, format!("This {what} is no longer there.")).with("what", what).with("name", id);
    match of {
        AnswersOf::Event(id) => {
            let found = id.parse().ok().map(|number| event::get(r, number)).transpose()?.flatten();
            let found = found.ok_or_else(|| missing("event", id))?;
            Ok(Subject { scope: Scope::Event(found.series()), title: titled(&found.summary) })
        }
        AnswersOf::Campaign(id) => {
            let found = id.parse().ok().map(|number| campaign::get(r, number)).transpose()?.flatten();
            let found = found.ok_or_else(|| missing("campaign", id))?;
            Ok(Subject { scope: Scope::Campaign(found.id), title: found.name })
        }
    }
}

fn titled(summary: &str) -> String {
    if summary.trim().is_empty() { "Untitled event".to_owned() } else { summary.to_owned() }
}

/// The event with this UID, for the command line.
///
/// # Errors
/// When there is none. Of several calendars that hold it, the one whose guests were invited is meant.
pub async fn event_named(store: &Store, uid: &str) -> Result<AnswersOf, Failure> {
    let name = uid.to_owned();
    let found = store
        .read(move |r| {
            let events = event::find_uid(r, &name)?;
            let mut chosen = events.first().map(|event| event.id);
            for event in &events {
                if answer::counts(r, Scope::Event(event.id))? != Counts::default() {
                    chosen = Some(event.id);
                    break;
                }
            }
            Ok(chosen)
        })
        .await?;
    let missing =
        || Failure::new(Code::NotFound, format!("There is no event with the UID “{uid}”.")).with("what", "event").with("name", uid);
    Ok(AnswersOf::Event(found.ok_or_else(missing)?.to_string()))
}

/// The answers to an event or a campaign.
///
/// # Errors
/// When there is no such event or campaign.
pub async fn show(store: &Store, of: AnswersOf) -> Result<AnswersView, Failure> {
    let view = store.read(move |r| {
        let subject = subject(r, &of)?;
        let counts = answer::counts(r, subject.scope)?;
        let points = timeline::course(&tally::course(r, subject.scope)?);
        let invitations = counts.yes + counts.maybe + counts.no + counts.none;
        let guests = match subject.scope {
            Scope::Event(_) => invitations,
            Scope::Campaign(id) => answer::guests(r, id, invitations)?.unwrap_or(0),
        };
        let updates = answer::sendings(r, subject.scope)?.into_iter().filter(|sending| is_update(&sending.kind));
        Ok(AnswersView {
            title: subject.title,
            yes: counts.yes,
            maybe: counts.maybe,
            no: counts.no,
            none: counts.none,
            guests,
            timeline: points
                .into_iter()
                .map(|point| TimelinePoint {
                    at: point.at.to_string(),
                    yes: point.counts.yes,
                    maybe: point.counts.maybe,
                    no: point.counts.no,
                })
                .collect(),
            updates: updates.map(|sending| sending.at.to_string()).collect(),
        })
    });
    Ok(view.await?)
}

/// Whether a campaign brings news of what guests already hold.
pub(super) fn is_update(kind: &str) -> bool {
    matches!(kind, "update" | "cancellation")
}

/// Every event that has invitations, by start.
///
/// # Errors
/// When the database cannot be read.
pub async fn events(store: &Store) -> Result<Vec<EventAnswers>, Failure> {
    let rows = store.read(answer::events).await?;
    Ok(rows.into_iter().map(event_view).collect())
}

fn event_view(row: EventCounts) -> EventAnswers {
    let Counts { yes, maybe, no, none } = row.counts;
    EventAnswers {
        event: row.event.to_string(),
        uid: row.uid,
        summary: row.summary,
        start: start_text(&row.start_local, &row.start_zone),
        tzid: row.start_zone,
        all_day: row.all_day,
        cancelled: row.cancelled,
        invited: yes + maybe + no + none,
        yes,
        maybe,
        no,
        none,
    }
}

/// RFC 3339 with the offset of its own zone; as it is where there is no zone.
fn start_text(local: &str, zone: &str) -> String {
    match EventTime::parse_iso_local(local, Zone::parse(zone)) {
        Some(time @ EventTime::Zoned(..)) => {
            let instant = time.to_instant(&TimeZone::UTC);
            instant.to_zoned(time.time_zone(&TimeZone::UTC).clone()).strftime("%Y-%m-%dT%H:%M:%S%:z").to_string()
        }
        _ => local.to_owned(),
    }
}

/// How the guests of an event or campaign stand. `filter` is yes, maybe, no, none, of an event also old, bounced or uncertain, or empty
/// for all; `cursor` is a page's `next`, empty at first.
///
/// # Errors
/// When there is no such event or campaign, or no such filter.
pub async fn guests(store: &Store, of: AnswersOf, filter: String, cursor: String, limit: u32) -> Result<GuestAnswerPage, Failure> {
    let filter = read_filter(&filter, &of)?;
    let (revision, row) = cursor.split_once('-').unwrap_or_default();
    let after = Place { revision: revision.parse().unwrap_or(0), row: row.parse().unwrap_or(0) };
    let limit = limit.clamp(1, 1_000);
    let page = store.read(move |r| {
        let scope = subject(r, &of)?.scope;
        let mut currents = Currents::default();
        let current = currents.in_scope(r, scope)?;
        let rows = board::guests(r, scope, filter, current, after, limit)?;
        let is_last = rows.len() < usize::try_from(limit)?;
        let next = rows.last().filter(|_| !is_last).map(|row| row.place(scope, filter));
        let total = total(r, scope, filter, current)?;
        let rows = rows.into_iter().map(|row| guest_view(r, row, &mut currents)).collect::<Result<_>>()?;
        Ok(GuestAnswerPage { rows, total, next: next.map(|next| format!("{}-{}", next.revision, next.row)).unwrap_or_default() })
    });
    Ok(page.await?)
}

fn read_filter(word: &str, of: &AnswersOf) -> Result<Filter, Failure> {
    let filter = Filter::from_word(word)
        .filter(|filter| matches!(of, AnswersOf::Event(_)) || !matches!(filter, Filter::Old | Filter::Bounced | Filter::Uncertain));
    filter.ok_or_else(|| {
        let known = Filter::ALL.iter().map(|filter| filter.as_str()).filter(|word| !word.is_empty()).collect::<Vec<_>>().join(", ");
        Failure::new(Code::InvalidInput, format!("“{word}” shows no guests; of an event there are {known}.")).with("field", "filter")
    })
}

/// The revisions that say how events stand, each looked up once.
#[derive(Default)]
struct Currents(std::collections::BTreeMap<i64, Option<i64>>);

impl Currents {
    fn of(&mut self, r: &Reader<'_>, event: i64) -> Result<Option<i64>> {
        if let Some(known) = self.0.get(&event) {
            return Ok(*known);
        }
        let current = campaigns::current_revision(r, event)?;
        self.0.insert(event, current);
        Ok(current)
    }

    fn in_scope(&mut self, r: &Reader<'_>, scope: Scope) -> Result<Option<i64>> {
        match scope {
            Scope::Event(event) => self.of(r, event),
            Scope::Campaign(_) => Ok(None),
        }
    }
}

fn total(r: &Reader<'_>, scope: Scope, filter: Filter, current: Option<i64>) -> Result<u32> {
    let counts = || answer::counts(r, scope);
    Ok(match (filter, scope) {
        (Filter::Yes, _) => counts()?.yes,
        (Filter::Maybe, _) => counts()?.maybe,
        (Filter::No, _) => counts()?.no,
        (Filter::NoAnswer, _) => counts()?.none,
        (Filter::Old, Scope::Event(event)) => {
            let current = current.unwrap_or(i64::MAX);
            let old = holding::counts(r, event)?.into_iter().filter(|count| count.revision != 0 && count.revision < current);
            u32::try_from(old.map(|count| count.guests).sum::<u64>())?
        }
        (Filter::Bounced | Filter::Uncertain, Scope::Event(event)) => board::troubled(r, event, filter)?,
        _ => {
            let Counts { yes, maybe, no, none } = counts()?;
            yes + maybe + no + none
        }
    })
}

fn guest_view(r: &Reader<'_>, row: Row, currents: &mut Currents) -> Result<GuestAnswer> {
    let current = currents.of(r, row.event)?;
    Ok(GuestAnswer {
        invitation: row.invitation.to_string(),
        guest: row.guest.to_string(),
        address: row.address,
        name: row.name,
        event: row.event.to_string(),
        summary: row.summary,
        answer: row.answer,
        at: row.at.as_ref().map(Timestamp::to_string).unwrap_or_default(),
        revision: row.revision,
        outdated: row.outdated,
        extra_guests: row.extra_guests,
        comment: row.comment,
        receipt: row.receipt.map(|id| id.to_string()).unwrap_or_default(),
        by_hand: row.by_hand,
        delivery: row.delivery,
        sent: row.sent_number,
        accepted: row.accepted_number,
        holds_old: row.sent.is_some() && row.sent != current,
    })
}

/// Everybody's answer to an event: what `answers show` prints.
#[derive(Clone, Debug, Serialize)]
pub struct Report {
    /// Yes.
    pub yes: u32,
    /// Maybe.
    pub maybe: u32,
    /// No.
    pub no: u32,
    /// Hold it and have not answered.
    pub none: u32,
    /// Every guest.
    pub guests: Vec<ReportedGuest>,
}

/// One guest of a [`Report`].
#[derive(Clone, Debug, Serialize)]
pub struct ReportedGuest {
    /// Their address.
    pub email: String,
    /// yes, maybe, no or none.
    pub answer: String,
    /// RFC 3339; empty without an answer.
    pub at: String,
    /// Number of the revision that was answered; 0 without an answer.
    pub revision: u32,
    /// The message that said so; empty without an answer.
    pub receipt: String,
    /// The organizer entered it.
    pub by_hand: bool,
}

/// Everybody's answer to an event or campaign, in one piece.
///
/// # Errors
/// When there is no such event or campaign.
pub async fn report(store: &Store, of: AnswersOf) -> Result<Report, Failure> {
    let report = store.read(move |r| {
        let scope = subject(r, &of)?.scope;
        let counts = answer::counts(r, scope)?;
        let guests = every_guest(r, scope, |row| ReportedGuest {
            email: row.address,
            answer: if row.answer.is_empty() { "none".to_owned() } else { row.answer },
            at: row.at.as_ref().map(Timestamp::to_string).unwrap_or_default(),
            revision: row.revision,
            receipt: row.receipt.map(|id| id.to_string()).unwrap_or_default(),
            by_hand: row.by_hand,
        })?;
        Ok(Report { yes: counts.yes, maybe: counts.maybe, no: counts.no, none: counts.none, guests })
    });
    Ok(report.await?)
}

/// Every guest of a scope, a page at a time.
pub(super) fn every_guest<T>(r: &Reader<'_>, scope: Scope, mut each: impl FnMut(Row) -> T) -> Result<Vec<T>> {
    let mut all = Vec::new();
    let mut after = Place::default();
    loop {
        let rows = board::guests(r, scope, Filter::All, None, after, 5_000)?;
        let Some(last) = rows.last() else { return Ok(all) };
        after = last.place(scope, Filter::All);
        all.extend(rows.into_iter().map(&mut each));
    }
}

/// A message that came back, in full.
///
/// # Errors
/// When there is no such message.
pub async fn receipt(store: &Store, id: &str) -> Result<ReceiptView, Failure> {
    let number = id.parse::<i64>().unwrap_or(0);
    let found = store
        .read(move |r| receipt::get(r, number)?.map(|row| Ok((row, receipt::raw(r, number)?, desk::rulings(r, number)?))).transpose())
        .await?;
    let missing = || Failure::new(Code::NotFound, "This message is no longer there.").with("what", "receipt").with("name", id);
    let (row, raw, rulings) = found.ok_or_else(missing)?;
    let let_go = raw.is_none() && row.inbox.is_some();
    let raw = raw.unwrap_or_default();
    let text = if raw.is_empty() { String::new() } else { mail::incoming::read(&raw).text };
    Ok(ReceiptView { text, raw: String::from_utf8_lossy(&raw).into_owned(), let_go, rulings, ..receipt_view(row) })
}

/// A message without its text.
pub(crate) fn receipt_view(row: Receipt) -> ReceiptView {
    ReceiptView {
        id: row.id.to_string(),
        kind: row.kind,
        state: row.state.as_str().to_owned(),
        reason: row.reason,
        matched_by: row.matched_by,
        from: row.sender,
        subject: row.subject,
        at: row.received_at.to_string(),
        answer: row.answer,
        comment: row.comment,
        text: String::new(),
        raw: String::new(),
        let_go: false,
        rulings: Vec::new(),
    }
}
