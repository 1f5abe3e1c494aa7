//! Campaigns: what is sent to whom, and how far it is.

use std::collections::BTreeMap;

use anyhow::Result;
use jiff::Timestamp;
use rusqlite::{OptionalExtension as _, Row, params};

use crate::delivery::State as DeliveryState;
use crate::words::words;
use crate::{Reader, Writer, instant, millis};

pub(crate) const CREATE: &str = "
CREATE TABLE campaign (
    id               INTEGER PRIMARY KEY,
    kind             TEXT    NOT NULL,              -- invitation, update, cancellation, reminder, message, single
    name             TEXT    NOT NULL,
    list             INTEGER REFERENCES guest_list (id),
    audience         TEXT    NOT NULL DEFAULT '{}', -- JSON of the choice as it was made
    template_version INTEGER REFERENCES template_version (id),
    sender           INTEGER REFERENCES account (id),
    inbox            INTEGER REFERENCES account (id),
    scheduled_at     INTEGER,
    per_second       REAL,                          -- the organizer's own limit, below the account's share
    hours            TEXT    NOT NULL DEFAULT '',   -- only between these, where the guest is: 08:00-20:00; '' at any time
    spacing          INTEGER NOT NULL DEFAULT 0,    -- minutes between two mails to one guest
    pilot            TEXT    NOT NULL DEFAULT '',   -- first so many, then ask: 100 or 5%; '' none
    pilot_size       INTEGER NOT NULL DEFAULT 0,    -- the same as a number of messages, once sending has started
    pilot_done       INTEGER NOT NULL DEFAULT 0,    -- they left, and the organizer was asked
    state            TEXT    NOT NULL DEFAULT 'draft', -- draft, scheduled, sending, paused, done, stopped
    reason           TEXT    NOT NULL DEFAULT '',   -- why it is paused or stopped; while it sends, why it waits
    enqueued_through INTEGER NOT NULL DEFAULT 0,    -- guest up to whom the audience became ledger rows
    enqueued         INTEGER NOT NULL DEFAULT 0,    -- the whole audience did
    shared           INTEGER NOT NULL DEFAULT 0,    -- it also reached guests whom another campaign invited
    created_at       INTEGER NOT NULL,
    started_at       INTEGER,
    finished_at      INTEGER
) STRICT;
CREATE INDEX campaign_state ON campaign (state);

CREATE TABLE campaign_event (
    campaign INTEGER NOT NULL REFERENCES campaign (id) ON DELETE CASCADE,
    event    INTEGER NOT NULL REFERENCES event (id),   -- master or single event
    revision INTEGER REFERENCES revision (id),         -- frozen when sending starts
    PRIMARY KEY (campaign, event)
) STRICT, WITHOUT ROWID;
CREATE INDEX campaign_event_event ON campaign_event (event);

-- Rows per state, kept by triggers on delivery: a campaign of a million is counted in a look-up.
CREATE TABLE campaign_count (
    campaign INTEGER NOT NULL REFERENCES campaign (id) ON DELETE CASCADE DEFERRABLE INITIALLY DEFERRED,
    state    TEXT    NOT NULL,
    count    INTEGER NOT NULL,
    PRIMARY KEY (campaign, state)
) STRICT, WITHOUT ROWID;
";

pub(crate) const COUNTERS: &str = "
CREATE TRIGGER delivery_counted AFTER INSERT ON delivery BEGIN
    INSERT INTO campaign_count (campaign, state, count) VALUES (new.campaign, new.state, 0) ON CONFLICT DO NOTHING;
    UPDATE campaign_count SET count = count + 1 WHERE campaign = new.campaign AND state = new.state;
END;
CREATE TRIGGER delivery_recounted AFTER UPDATE OF state ON delivery WHEN old.state <> new.state BEGIN
    UPDATE campaign_count SET count = count - 1 WHERE campaign = old.campaign AND state = old.state;
    INSERT INTO campaign_count (campaign, state, count) VALUES (new.campaign, new.state, 0) ON CONFLICT DO NOTHING;
    UPDATE campaign_count SET count = count + 1 WHERE campaign = new.campaign AND state = new.state;
END;
CREATE TRIGGER delivery_uncounted AFTER DELETE ON delivery BEGIN
    UPDATE campaign_count SET count = count - 1 WHERE campaign = old.campaign AND state = old.state;
END;
";

words! {
    /// What a campaign brings.
    pub enum Kind {
        /// Events to a list.
        Invitation = "invitation",
        /// New details to those who hold old ones.
        Update = "update",
        /// That an event is off.
        Cancellation = "cancellation",
        /// The entry once more, to those who have not answered.
        Reminder = "reminder",
        /// A mail without a calendar entry.
        Message = "message",
        /// The standing campaign of what is sent to one guest.
        Single = "single",
    }
}

words! {
    /// Where a campaign stands.
    pub enum State {
        /// Being written.
        Draft = "draft",
        /// Starts by itself at its time.
        Scheduled = "scheduled",
        /// Goes on.
        Sending = "sending",
        /// Waits for the organizer.
        Paused = "paused",
        /// Nothing is left to do.
        Done = "done",
        /// Ended by the organizer.
        Stopped = "stopped",
    }
}

/// A campaign.
#[derive(Clone, Debug)]
pub struct Campaign {
    /// Row id.
    pub id: i64,
    /// What it brings.
    pub kind: Kind,
    /// The organizer's name for it.
    pub name: String,
    /// Whom it goes to, where that is a list.
    pub list: Option<i64>,
    /// JSON of the choice as it was made.
    pub audience: String,
    /// The message.
    pub template_version: Option<i64>,
    /// The account that sends.
    pub sender: Option<i64>,
    /// The account that answers go to.
    pub inbox: Option<i64>,
    /// When it starts by itself.
    pub scheduled_at: Option<Timestamp>,
    /// The organizer's own limit.
    pub per_second: Option<f64>,
    /// The hours of the day in which messages may leave, e.g. `08:00-20:00`; empty at any time.
    pub hours: String,
    /// How many messages leave first, e.g. `100` or `5%`; empty for all.
    pub pilot: String,
    /// So many messages leave before the organizer is asked; none where nothing is asked, or no longer.
    pub pilot_size: Option<u64>,
    /// Minutes between two mails to one guest.
    pub spacing: u32,
    /// Where it stands.
    pub state: State,
    /// Why it is paused or stopped; while it sends, why it waits.
    pub reason: String,
    /// Guest up to whom the audience became ledger rows.
    pub enqueued_through: i64,
    /// The whole audience became ledger rows.
    pub enqueued: bool,
    /// When it was first written.
    pub created_at: Timestamp,
    /// When sending started.
    pub started_at: Option<Timestamp>,
    /// When nothing was left to do.
    pub finished_at: Option<Timestamp>,
}

/// One event of a campaign.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CampaignEvent {
    /// The master or single event.
    pub event: i64,
    /// What guests are told, once sending has started.
    pub revision: Option<i64>,
}

/// What a draft says; everything but its kind and name may be missing.
#[derive(Clone, Debug)]
pub struct Draft {
    /// What it brings.
    pub kind: Kind,
    /// The organizer's name for it.
    pub name: String,
    /// Whom it goes to.
    pub list: Option<i64>,
    /// JSON of the choice.
    pub audience: String,
    /// The message.
    pub template_version: Option<i64>,
    /// The account that sends.
    pub sender: Option<i64>,
    /// The account that answers go to.
    pub inbox: Option<i64>,
    /// When it starts by itself.
    pub scheduled_at: Option<Timestamp>,
    /// The organizer's own limit.
    pub per_second: Option<f64>,
    /// The hours of the day in which messages may leave; empty at any time.
    pub hours: String,
    /// How many messages leave first; empty for all.
    pub pilot: String,
    /// Minutes between two mails to one guest.
    pub spacing: u32,
    /// Masters and single events.
    pub events: Vec<i64>,
}

const COLUMNS: &str = "id, kind, name, list, audience, template_version, sender, inbox, scheduled_at, per_second, state, reason, \
                       enqueued_through, enqueued, created_at, started_at, finished_at, hours, pilot, iif(pilot_done, 0, pilot_size), spacing";

fn row(row: &Row<'_>) -> rusqlite::Result<Campaign> {
    let at = |index| row.get::<_, Option<i64>>(index).map(|millis| millis.map(instant));
    Ok(Campaign {
        id: row.get(0)?,
        kind: row.get(1)?,
        name: row.get(2)?,
        list: row.get(3)?,
        audience: row.get(4)?,
        template_version: row.get(5)?,
        sender: row.get(6)?,
        inbox: row.get(7)?,
        scheduled_at: at(8)?,
        per_second: row.get(9)?,
        state: row.get(10)?,
        reason: row.get(11)?,
        enqueued_through: row.get(12)?,
        enqueued: row.get(13)?,
        created_at: instant(row.get(14)?),
        started_at: at(15)?,
        finished_at: at(16)?,
        hours: row.get(17)?,
        pilot: row.get(18)?,
        pilot_size: Some(row.get::<_, i64>(19)?.unsigned_abs()).filter(|size| *size > 0),
        spacing: row.get(20)?,
    })
}

/// Creates a draft.
///
/// # Errors
/// When the database cannot be written.
pub fn create(w: &Writer<'_>, draft: &Draft, now: Timestamp) -> Result<i64> {
    w.0.prepare_cached(
        "INSERT INTO campaign (kind, name, list, audience, template_version, sender, inbox, scheduled_at, per_second, created_at, hours, pilot,
             spacing)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13)",
    )?
    .execute(params![
        draft.kind,
        draft.name,
        draft.list,
        draft.audience,
        draft.template_version,
        draft.sender,
        draft.inbox,
        draft.scheduled_at.map(millis),
        draft.per_second,
        millis(now),
        draft.hours,
        draft.pilot,
        draft.spacing
    ])?;
    let id = w.0.last_insert_rowid();
    put_events(w, id, &draft.events)?;
    Ok(id)
}

/// Rewrites a draft; false where it is none any more.
///
/// # Errors
/// When the database cannot be written.
pub fn update(w: &Writer<'_>, id: i64, draft: &Draft) -> Result<bool> {
    let changed =
        w.0.prepare_cached(
            "UPDATE campaign SET kind = ?2, name = ?3, list = ?4, audience = ?5, template_version = ?6, sender = ?7, inbox = ?8,
                    scheduled_at = ?9, per_second = ?10, hours = ?11, pilot = ?12, spacing = ?13
             WHERE id = ?1 AND state = 'draft'",
        )?
        .execute(params![
            id,
            draft.kind,
            draft.name,
            draft.list,
            draft.audience,
            draft.template_version,
            draft.sender,
            draft.inbox,
            draft.scheduled_at.map(millis),
            draft.per_second,
            draft.hours,
            draft.pilot,
            draft.spacing
        ])?;
    if changed == 1 {
        put_events(w, id, &draft.events)?;
    }
    Ok(changed == 1)
}

fn put_events(w: &Writer<'_>, id: i64, events: &[i64]) -> Result<()> {
    w.0.prepare_cached("DELETE FROM campaign_event WHERE campaign = ?1")?.execute([id])?;
    let mut insert = w.0.prepare_cached("INSERT OR IGNORE INTO campaign_event (campaign, event) VALUES (?1, ?2)")?;
    for event in events {
        insert.execute((id, event))?;
    }
    Ok(())
}

/// Deletes a draft; false where it is none any more.
///
/// # Errors
/// When the database cannot be written.
pub fn delete(w: &Writer<'_>, id: i64) -> Result<bool> {
    Ok(w.0.prepare_cached("DELETE FROM campaign WHERE id = ?1 AND state = 'draft'")?.execute([id])? == 1)
}

/// A campaign by its id.
///
/// # Errors
/// When the database cannot be read.
pub fn get(r: &Reader<'_>, id: i64) -> Result<Option<Campaign>> {
    Ok(r.0.prepare_cached(&format!("SELECT {COLUMNS} FROM campaign WHERE id = ?1"))?.query_row([id], row).optional()?)
}

/// Every campaign, the newest first.
///
/// # Errors
/// When the database cannot be read.
pub fn list(r: &Reader<'_>) -> Result<Vec<Campaign>> {
    let mut select = r.0.prepare_cached(&format!("SELECT {COLUMNS} FROM campaign ORDER BY id DESC"))?;
    Ok(select.query_map([], row)?.collect::<rusqlite::Result<_>>()?)
}

/// The campaigns in one state, the oldest first.
///
/// # Errors
/// When the database cannot be read.
pub fn in_state(r: &Reader<'_>, state: State) -> Result<Vec<Campaign>> {
    let mut select = r.0.prepare_cached(&format!("SELECT {COLUMNS} FROM campaign WHERE state = ?1 ORDER BY id"))?;
    Ok(select.query_map([state], row)?.collect::<rusqlite::Result<_>>()?)
}

/// The events of a campaign.
///
/// # Errors
/// When the database cannot be read.
pub fn events(r: &Reader<'_>, id: i64) -> Result<Vec<CampaignEvent>> {
    let mut select = r.0.prepare_cached("SELECT event, revision FROM campaign_event WHERE campaign = ?1 ORDER BY event")?;
    let events = select.query_map([id], |row| Ok(CampaignEvent { event: row.get(0)?, revision: row.get(1)? }))?;
    Ok(events.collect::<rusqlite::Result<_>>()?)
}

/// The campaigns that brought an event, the oldest first.
///
/// # Errors
/// When the database cannot be read.
pub fn of_event(r: &Reader<'_>, event: i64) -> Result<Vec<Campaign>> {
    let mut select = r.0.prepare_cached(&format!(
        "SELECT {COLUMNS} FROM campaign WHERE id IN (SELECT campaign FROM campaign_event WHERE event = ?1) ORDER BY id"
    ))?;
    Ok(select.query_map([event], row)?.collect::<rusqlite::Result<_>>()?)
}

/// Events that any campaign ever brought.
///
/// # Errors
/// When the database cannot be read.
pub fn invited_events(r: &Reader<'_>) -> Result<Vec<i64>> {
    let mut select = r.0.prepare_cached("SELECT DISTINCT event FROM campaign_event WHERE revision IS NOT NULL ORDER BY event")?;
    Ok(select.query_map([], |row| row.get(0))?.collect::<rusqlite::Result<_>>()?)
}

/// Events of a calendar that any campaign ever brought and that were edited since.
///
/// # Errors
/// When the database cannot be read.
pub fn invited_events_edited_since(r: &Reader<'_>, calendar: i64, since: Timestamp) -> Result<Vec<i64>> {
    let mut select = r.0.prepare_cached(
        "SELECT DISTINCT coalesce(e.master, e.id) FROM event e WHERE e.calendar = ?1 AND e.updated_at >= ?2
           AND EXISTS (SELECT 1 FROM campaign_event ce WHERE ce.event = coalesce(e.master, e.id) AND ce.revision IS NOT NULL)",
    )?;
    Ok(select.query_map((calendar, millis(since)), |row| row.get(0))?.collect::<rusqlite::Result<_>>()?)
}

/// Freezes what guests are told of an event.
///
/// # Errors
/// When the database cannot be written.
pub fn freeze(w: &Writer<'_>, id: i64, event: i64, revision: i64) -> Result<()> {
    w.0.prepare_cached("UPDATE campaign_event SET revision = ?3 WHERE campaign = ?1 AND event = ?2")?.execute((id, event, revision))?;
    Ok(())
}

/// Moves a campaign from one of the states `from` to `to`; false where it is in none of them.
///
/// # Errors
/// When the database cannot be written.
pub fn advance(w: &Writer<'_>, id: i64, from: &[State], to: State, reason: &str, now: Timestamp) -> Result<bool> {
    let Some(campaign) = get(w, id)?.filter(|campaign| from.contains(&campaign.state)) else { return Ok(false) };
    let started = campaign.started_at.or_else(|| (to == State::Sending).then_some(now));
    let finished = matches!(to, State::Done | State::Stopped).then_some(now);
    w.0.prepare_cached("UPDATE campaign SET state = ?2, reason = ?3, started_at = ?4, finished_at = ?5 WHERE id = ?1")?
        .execute(params![id, to, reason, started.map(millis), finished.map(millis)])?;
    Ok(true)
}

/// Says why a campaign that sends has to wait; empty while it goes on.
///
/// # Errors
/// When the database cannot be written.
pub fn put_waiting(w: &Writer<'_>, id: i64, reason: &str) -> Result<()> {
    w.0.prepare_cached("UPDATE campaign SET reason = ?2 WHERE id = ?1 AND state = 'sending' AND reason <> ?2")?.execute((id, reason))?;
    Ok(())
}

/// So many messages are the pilot of a campaign.
///
/// # Errors
/// When the database cannot be written.
pub fn put_pilot(w: &Writer<'_>, id: i64, size: u64) -> Result<()> {
    w.0.prepare_cached("UPDATE campaign SET pilot_size = ?2, pilot_done = 0 WHERE id = ?1")?.execute((id, i64::try_from(size)?))?;
    Ok(())
}

/// The pilot left, and the campaign pauses: the rest goes when it is resumed. False where it does not send.
///
/// # Errors
/// When the database cannot be written.
pub fn end_pilot(w: &Writer<'_>, id: i64, reason: &str, now: Timestamp) -> Result<bool> {
    if !advance(w, id, &[State::Sending], State::Paused, reason, now)? {
        return Ok(false);
    }
    w.0.prepare_cached("UPDATE campaign SET pilot_done = 1 WHERE id = ?1")?.execute([id])?;
    Ok(true)
}

/// Ends a campaign in one of the states `from` whose audience was entered and of which nothing waits or is on its way, with a word on how.
/// False where there is more to do: looked at and written in one transaction, so that a row which was queued again a moment ago is not left
/// behind.
///
/// # Errors
/// When the database cannot be written.
pub fn finish(w: &Writer<'_>, id: i64, from: &[State], reason: &str, now: Timestamp) -> Result<bool> {
    if get(w, id)?.is_none_or(|campaign| !campaign.enqueued) || crate::delivery::is_unfinished(w, id)? {
        return Ok(false);
    }
    advance(w, id, from, State::Done, reason, now)
}

/// Another campaign that tells guests in the place of one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Successor {
    /// Its name.
    pub name: String,
    /// How many messages of the first it took the place of.
    pub messages: u64,
}

/// The campaigns that tell what the superseded rows of one were to tell, those of most messages first.
///
/// # Errors
/// When the database cannot be read.
pub fn successors(r: &Reader<'_>, id: i64) -> Result<Vec<Successor>> {
    let mut select = r.0.prepare_cached(
        "SELECT c.name, count(*)
         FROM (SELECT coalesce(
                   (SELECT o.campaign FROM delivery o WHERE o.invitation = d.invitation AND o.id > d.id AND o.campaign <> d.campaign
                    ORDER BY o.id LIMIT 1),
                   (SELECT o.campaign FROM delivery o WHERE o.invitation = d.invitation AND o.id < d.id AND o.campaign <> d.campaign
                    ORDER BY o.id DESC LIMIT 1)) AS successor
               FROM delivery d WHERE d.campaign = ?1 AND d.state = 'superseded') s
              JOIN campaign c ON c.id = s.successor
         GROUP BY c.id ORDER BY count(*) DESC, c.id",
    )?;
    let successors = select.query_map([id], |row| Ok(Successor { name: row.get(0)?, messages: row.get::<_, i64>(1)?.unsigned_abs() }))?;
    Ok(successors.collect::<rusqlite::Result<_>>()?)
}

/// Remembers how far the audience became ledger rows.
///
/// # Errors
/// When the database cannot be written.
pub fn put_enqueued(w: &Writer<'_>, id: i64, through: i64, finished: bool) -> Result<()> {
    w.0.prepare_cached("UPDATE campaign SET enqueued_through = ?2, enqueued = ?3 WHERE id = ?1")?.execute((id, through, finished))?;
    Ok(())
}

/// How many rows of the ledger a campaign has in each state. They sum to its total.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Counts(BTreeMap<DeliveryState, u64>);

impl Counts {
    /// Rows in one state.
    #[must_use]
    pub fn of(&self, state: DeliveryState) -> u64 {
        self.0.get(&state).copied().unwrap_or(0)
    }

    /// Rows that were handed to a server at least once.
    #[must_use]
    pub fn tried(&self) -> u64 {
        use DeliveryState::{Accepted, Bounced, Complained, HandedOver, Refused, Retry, Uncertain};
        [HandedOver, Accepted, Refused, Uncertain, Retry, Bounced, Complained].into_iter().map(|state| self.of(state)).sum()
    }

    /// Rows that wait for their first turn.
    #[must_use]
    pub fn waiting(&self) -> u64 {
        self.of(DeliveryState::Queued)
    }

    /// All rows.
    #[must_use]
    pub fn total(&self) -> u64 {
        self.0.values().sum()
    }
}

/// The counts of one campaign.
///
/// # Errors
/// When the database cannot be read.
pub fn counts(r: &Reader<'_>, id: i64) -> Result<Counts> {
    let mut select = r.0.prepare_cached("SELECT state, count FROM campaign_count WHERE campaign = ?1 AND count > 0")?;
    let counts = select.query_map([id], |row| Ok((row.get(0)?, row.get::<_, i64>(1)?.unsigned_abs())))?;
    Ok(Counts(counts.collect::<rusqlite::Result<_>>()?))
}
