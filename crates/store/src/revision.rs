//! Revisions: what a guest can be told. A series' master with its exceptions at one moment, or one single event.

pub(crate) const CREATE: &str = "
CREATE TABLE revision (
    id         INTEGER PRIMARY KEY,
    event      INTEGER NOT NULL REFERENCES event (id),   -- the master or single event
    number     INTEGER NOT NULL,                         -- from 1
    sequence   INTEGER NOT NULL,                         -- what SEQUENCE says to guests
    cancelled  INTEGER NOT NULL DEFAULT 0,
    changed    TEXT    NOT NULL DEFAULT '[]',            -- JSON of FieldChanges against the revision before
    at         INTEGER NOT NULL,
    UNIQUE (event, number)
) STRICT;

-- The versions that a revision is made of: nothing is copied, versions are for ever.
CREATE TABLE revision_version (
    revision INTEGER NOT NULL REFERENCES revision (id) ON DELETE CASCADE,
    event    INTEGER NOT NULL,
    number   INTEGER NOT NULL,
    PRIMARY KEY (revision, event),
    FOREIGN KEY (event, number) REFERENCES event_version (event, number)
) STRICT, WITHOUT ROWID;
";
