//! Invitations: one per guest and event or series, for ever.

use anyhow::Result;
use jiff::Timestamp;
use rusqlite::{OptionalExtension as _, Row, params};

use crate::{Reader, Writer, instant, millis};

pub mod provider;

pub(crate) const CREATE: &str = "
CREATE TABLE invitation (
    id         INTEGER PRIMARY KEY,
    guest      INTEGER NOT NULL REFERENCES guest (id),
    event      INTEGER NOT NULL REFERENCES event (id),   -- master or single event
    token      TEXT    NOT NULL UNIQUE,      -- [a-z0-9], unguessable
    uid        TEXT    NOT NULL,             -- on the wire: <event>.<token>@domain; as unique as its token
    organizer  TEXT    NOT NULL,             -- frozen with the first sending
    address    TEXT    NOT NULL,             -- the guest's address at the first sending
    provider   TEXT    NOT NULL DEFAULT 'other', -- who keeps the mailbox of that address
    sequence   INTEGER NOT NULL DEFAULT 0,   -- last sent
    dtstamp    INTEGER NOT NULL DEFAULT 0,   -- last sent, in seconds: the next is later
    created_at INTEGER NOT NULL,
    UNIQUE (guest, event)
) STRICT;
CREATE INDEX invitation_event ON invitation (event, guest);
";

/// The thread between one guest and one event.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Invitation {
    /// Row id.
    pub id: i64,
    /// Who is invited.
    pub guest: i64,
    /// To what: a master or a single event.
    pub event: i64,
    /// Names the invitation in addresses: `[a-z0-9]`, unguessable.
    pub token: String,
    /// UID on the wire.
    pub uid: String,
    /// ORGANIZER; frozen with the first sending.
    pub organizer: String,
    /// The guest's address at the first sending: the ATTENDEE that every client knows the entry by.
    pub address: String,
    /// SEQUENCE last sent.
    pub sequence: u32,
    /// DTSTAMP last sent, in seconds; 0 before the first.
    pub dtstamp: i64,
}

/// What a new invitation is made of.
#[derive(Clone, Debug)]
pub struct NewInvitation<'a> {
    /// Who is invited.
    pub guest: i64,
    /// To what.
    pub event: i64,
    /// The guest's address.
    pub address: &'a str,
    /// 16 or more random characters of `[a-z0-9]`.
    pub token: &'a str,
    /// UID on the wire; it holds the token.
    pub uid: &'a str,
    /// ORGANIZER.
    pub organizer: &'a str,
}

const COLUMNS: &str = "id, guest, event, token, uid, organizer, address, sequence, dtstamp";

fn row(row: &Row<'_>) -> rusqlite::Result<Invitation> {
    Ok(Invitation {
        id: row.get(0)?,
        guest: row.get(1)?,
        event: row.get(2)?,
        token: row.get(3)?,
        uid: row.get(4)?,
        organizer: row.get(5)?,
        address: row.get(6)?,
        sequence: row.get(7)?,
        dtstamp: row.get(8)?,
    })
}

/// An invitation by its id.
///
/// # Errors
/// When the database cannot be read.
pub fn get(r: &Reader<'_>, id: i64) -> Result<Option<Invitation>> {
    Ok(r.0.prepare_cached(&format!("SELECT {COLUMNS} FROM invitation WHERE id = ?1"))?.query_row([id], row).optional()?)
}

/// The invitation of a guest to an event.
///
/// # Errors
/// When the database cannot be read.
pub fn of(r: &Reader<'_>, guest: i64, event: i64) -> Result<Option<Invitation>> {
    let mut select = r.0.prepare_cached(&format!("SELECT {COLUMNS} FROM invitation WHERE guest = ?1 AND event = ?2"))?;
    Ok(select.query_row((guest, event), row).optional()?)
}

/// The invitation that a token in an address names.
///
/// # Errors
/// When the database cannot be read.
pub fn by_token(r: &Reader<'_>, token: &str) -> Result<Option<Invitation>> {
    Ok(r.0.prepare_cached(&format!("SELECT {COLUMNS} FROM invitation WHERE token = ?1"))?.query_row([token], row).optional()?)
}

/// The invitation that a UID on the wire names.
///
/// # Errors
/// When the database cannot be read.
pub fn by_uid(r: &Reader<'_>, uid: &str) -> Result<Option<Invitation>> {
    let local = uid.rsplit_once('@').map_or(uid, |(local, _)| local);
    let token = local.rsplit_once('.').map_or(local, |(_, token)| token);
    Ok(by_token(r, token)?.filter(|invitation| invitation.uid == uid))
}

/// What a guest was invited to, the latest first.
///
/// # Errors
/// When the database cannot be read.
pub fn latest_of_guest(r: &Reader<'_>, guest: i64, limit: u32) -> Result<Vec<Invitation>> {
    let mut select = r.0.prepare_cached(&format!("SELECT {COLUMNS} FROM invitation WHERE guest = ?1 ORDER BY id DESC LIMIT ?2"))?;
    Ok(select.query_map((guest, limit), row)?.collect::<rusqlite::Result<_>>()?)
}

/// How many invitations there ever were.
///
/// # Errors
/// When the database cannot be read.
pub fn count(r: &Reader<'_>) -> Result<u64> {
    let newest: Option<i64> = r.0.prepare_cached("SELECT max(id) FROM invitation")?.query_row([], |row| row.get(0))?;
    Ok(newest.unwrap_or(0).unsigned_abs())
}

/// The invitation of a guest to an event, made where there is none. One that never left takes the new ORGANIZER and address.
///
/// # Errors
/// When the database cannot be written.
pub fn ensure(w: &Writer<'_>, new: &NewInvitation<'_>, now: Timestamp) -> Result<Invitation> {
    if let Some(existing) = of(w, new.guest, new.event)? {
        if existing.dtstamp > 0 || (existing.organizer == new.organizer && existing.address == new.address) {
            return Ok(existing);
        }
        w.0.prepare_cached("UPDATE invitation SET organizer = ?2, address = ?3, provider = ?4 WHERE id = ?1")?.execute((
            existing.id,
            new.organizer,
            new.address,
            provider::of_address(new.address),
        ))?;
        return Ok(Invitation { organizer: new.organizer.to_owned(), address: new.address.to_owned(), ..existing });
    }
    w.0.prepare_cached(
        "INSERT INTO invitation (guest, event, token, uid, organizer, address, provider, created_at) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
    )?
    .execute(params![
        new.guest,
        new.event,
        new.token,
        new.uid,
        new.organizer,
        new.address,
        provider::of_address(new.address),
        millis(now)
    ])?;
    Ok(Invitation {
        id: w.0.last_insert_rowid(),
        guest: new.guest,
        event: new.event,
        token: new.token.to_owned(),
        uid: new.uid.to_owned(),
        organizer: new.organizer.to_owned(),
        address: new.address.to_owned(),
        sequence: 0,
        dtstamp: 0,
    })
}

/// Remembers what is about to be sent, in the transaction of its claim.
pub(crate) fn put_sent(w: &Writer<'_>, id: i64, sequence: u32, dtstamp: i64) -> Result<()> {
    w.0.prepare_cached("UPDATE invitation SET sequence = ?2, dtstamp = ?3 WHERE id = ?1")?.execute((id, sequence, dtstamp))?;
    Ok(())
}

/// Whether anyone was ever invited to an event.
///
/// # Errors
/// When the database cannot be read.
pub fn exists_for(r: &Reader<'_>, event: i64) -> Result<bool> {
    Ok(r.0.prepare_cached("SELECT EXISTS (SELECT 1 FROM invitation WHERE event = ?1)")?.query_row([event], |row| row.get(0))?)
}

/// When the first invitation was made or the first campaign began, whichever was earlier; none before that. Nothing can have come back before.
///
/// # Errors
/// When the database cannot be read.
pub fn first_made_at(r: &Reader<'_>) -> Result<Option<Timestamp>> {
    let sql = "SELECT min(at) FROM (SELECT created_at AS at FROM invitation WHERE id = (SELECT min(id) FROM invitation)
                                    UNION ALL SELECT min(started_at) FROM campaign)";
    let first: Option<i64> = r.0.prepare_cached(sql)?.query_row([], |row| row.get(0))?;
    Ok(first.map(instant))
}
