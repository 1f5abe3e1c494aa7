//! Occurrences by their time, so that a month is one look-up.
//!
//! Single events and exceptions have their one row whatever their time. A series has rows inside a rolling window only;
//! what lies outside is expanded when it is asked for, from the series that reach it. Both ways give the same answer.

mod fill;
mod read;
#[cfg(test)]
mod tests;

pub(crate) use fill::{Places, put_own, refill_series};
pub use fill::{Roll, roll_window, window_is_due};
pub use read::{Calendars, Occurrence, Place, between, masters_between, of_series};

pub(crate) const CREATE: &str = "
CREATE TABLE instance (
    start_utc     INTEGER NOT NULL,             -- whole days and floating times in the calendar's zone
    event         INTEGER NOT NULL REFERENCES event (id) ON DELETE CASCADE,  -- the master, single event or exception it comes from
    recurrence_id TEXT    NOT NULL DEFAULT '',  -- which occurrence; the same as the event's own where the row is there for ever
    calendar      INTEGER NOT NULL,
    end_utc       INTEGER NOT NULL,
    start_local   TEXT    NOT NULL,             -- 2027-03-14T13:00:00, or 2027-03-14 for a whole day
    end_local     TEXT    NOT NULL,
    status        TEXT    NOT NULL,
    transparency  TEXT    NOT NULL,
    own           INTEGER NOT NULL,             -- the row of a single event or an exception: there for ever, whatever the window
    series        INTEGER NOT NULL,             -- from here on: of the event, so that a month reads one run of rows
    uid           TEXT    NOT NULL,
    summary       TEXT    NOT NULL,
    place         TEXT    NOT NULL,
    start_zone    TEXT    NOT NULL,
    all_day       INTEGER NOT NULL,
    recurring     INTEGER NOT NULL,
    updated_at    INTEGER NOT NULL,
    colour        TEXT    NOT NULL DEFAULT '',  -- the event's own, or its series'; a name of CSS, '' where it has its calendar's
    PRIMARY KEY (start_utc, event, recurrence_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX instance_event ON instance (event);
CREATE INDEX instance_calendar ON instance (calendar, start_utc);
-- What lasts longer than a week is looked up apart: the rest then needs a week's margin only.
CREATE INDEX instance_long ON instance (end_utc, start_utc) WHERE end_utc - start_utc > 604800000;

-- How far each series reaches: which of them to expand outside the window.
CREATE TABLE series (
    event       INTEGER NOT NULL PRIMARY KEY REFERENCES event (id) ON DELETE CASCADE,
    calendar    INTEGER NOT NULL,
    first_utc   INTEGER NOT NULL,
    last_utc    INTEGER,                    -- end of the last occurrence; NULL: without end
    checkpoints TEXT    NOT NULL DEFAULT '[]' -- JSON: where the expansion of a rule with COUNT may begin
) STRICT;
CREATE INDEX series_first ON series (first_utc, last_utc);
CREATE INDEX series_calendar ON series (calendar, first_utc, last_utc);
";

/// Longer than this is looked up through `instance_long`.
const WEEK: i64 = 604_800_000;
