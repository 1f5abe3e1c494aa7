//! Occurrences in a rolling window of time, so that a month is one look-up.

pub(crate) const CREATE: &str = "
CREATE TABLE instance (
    event          INTEGER NOT NULL REFERENCES event (id) ON DELETE CASCADE,  -- the master, single event or exception it comes from
    calendar       INTEGER NOT NULL,
    original_start TEXT    NOT NULL DEFAULT '',  -- JSON of an EventTime; '' for a single event
    start_utc      INTEGER NOT NULL,             -- whole days and floating times in the calendar's zone
    end_utc        INTEGER NOT NULL,
    start_local    TEXT    NOT NULL,
    end_local      TEXT    NOT NULL,
    status         TEXT    NOT NULL,
    transparency   TEXT    NOT NULL,
    PRIMARY KEY (event, original_start)
) STRICT, WITHOUT ROWID;
CREATE INDEX instance_start ON instance (start_utc, end_utc);
-- What lasts longer than a week is looked up apart: the rest then needs a week's margin only.
CREATE INDEX instance_long ON instance (end_utc, start_utc) WHERE end_utc - start_utc > 604800000;

-- How far each series was expanded, and where expanding outside the window may begin.
CREATE TABLE series (
    event        INTEGER NOT NULL PRIMARY KEY REFERENCES event (id) ON DELETE CASCADE,
    first_utc    INTEGER NOT NULL,
    last_utc     INTEGER,                 -- NULL: without end
    checkpoints  TEXT NOT NULL DEFAULT '[]'
) STRICT;
";
