//! Whom the organizer chose to tell of an event's latest details, so that a change that was decided is not asked again.

use anyhow::Result;
use jiff::Timestamp;
use rusqlite::{OptionalExtension as _, Row, params};

use crate::words::words;
use crate::{Reader, Writer, instant, millis};

pub(crate) const CREATE: &str = "
CREATE TABLE telling (
    event    INTEGER NOT NULL PRIMARY KEY REFERENCES event (id),   -- master or single event
    revision INTEGER NOT NULL REFERENCES revision (id),            -- holds as long as the event says what this says
    told     TEXT    NOT NULL,                                     -- all, affected, yes-maybe, nobody, or ask
    campaign INTEGER REFERENCES campaign (id) ON DELETE CASCADE,   -- that tells them; NULL where none does
    at       INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX telling_campaign ON telling (campaign) WHERE campaign IS NOT NULL;
";

words! {
    /// Who hears of a change.
    pub enum Told {
        /// Everyone who holds old details.
        All = "all",
        /// Those of them who have not said no.
        Affected = "affected",
        /// Those of them who said yes or maybe.
        YesMaybe = "yes-maybe",
        /// The guests keep what they hold.
        Nobody = "nobody",
        /// It is open again: the organizer is asked, whatever the calendar's standing order says.
        Ask = "ask",
    }
}

/// What was decided on the latest details of an event.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Telling {
    /// The master or single event.
    pub event: i64,
    /// It holds as long as the event says what this revision says.
    pub revision: i64,
    /// Who hears of it.
    pub told: Told,
    /// The campaign that tells them; none where none does.
    pub campaign: Option<i64>,
    /// When it was decided.
    pub at: Timestamp,
}

fn row(row: &Row<'_>) -> rusqlite::Result<Telling> {
    Ok(Telling { event: row.get(0)?, revision: row.get(1)?, told: row.get(2)?, campaign: row.get(3)?, at: instant(row.get(4)?) })
}

/// What was last decided on an event. A campaign that went on with newer details tells those.
///
/// # Errors
/// When the database cannot be read.
pub fn of(r: &Reader<'_>, event: i64) -> Result<Option<Telling>> {
    let mut select = r.0.prepare_cached(
        "SELECT t.event, coalesce(c.revision, t.revision), t.told, t.campaign, t.at
         FROM telling t LEFT JOIN campaign_event c ON c.campaign = t.campaign AND c.event = t.event WHERE t.event = ?1",
    )?;
    Ok(select.query_row([event], row).optional()?)
}

/// Remembers what was decided.
///
/// # Errors
/// When the database cannot be written.
pub fn put(w: &Writer<'_>, telling: &Telling) -> Result<()> {
    w.0.prepare_cached("INSERT OR REPLACE INTO telling (event, revision, told, campaign, at) VALUES (?1, ?2, ?3, ?4, ?5)")?
        .execute(params![telling.event, telling.revision, telling.told, telling.campaign, millis(telling.at)])?;
    Ok(())
}
