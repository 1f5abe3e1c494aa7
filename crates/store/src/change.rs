//! Every change of an event in order: the token that whatever follows from a change reads on from.

pub(crate) const CREATE: &str = "
CREATE TABLE change (
    number   INTEGER PRIMARY KEY AUTOINCREMENT,   -- never given twice
    calendar INTEGER NOT NULL,
    event    INTEGER NOT NULL,
    version  INTEGER NOT NULL,
    kind     TEXT    NOT NULL,                    -- created, updated, deleted
    at       INTEGER NOT NULL
) STRICT;
CREATE INDEX change_calendar ON change (calendar, number);
";
