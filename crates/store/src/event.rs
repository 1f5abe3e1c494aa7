//! Events: who they are and which version is the current one.

pub(crate) const CREATE: &str = "
CREATE TABLE event (
    id            INTEGER PRIMARY KEY,
    calendar      INTEGER NOT NULL REFERENCES calendar (id),
    uid           TEXT    NOT NULL,
    recurrence_id TEXT    NOT NULL DEFAULT '',  -- '' is the master: NULL would let a UNIQUE index admit two
    master        INTEGER REFERENCES event (id),-- of an exception
    version       INTEGER NOT NULL,             -- the current event_version.number
    deleted       INTEGER NOT NULL DEFAULT 0,   -- its last version says when and by whom
    split_from    INTEGER REFERENCES event (id),-- the series that 'this and following' ended
    remote_id     TEXT    NOT NULL DEFAULT '',
    etag          TEXT    NOT NULL DEFAULT '',
    updated_at    INTEGER NOT NULL,
    UNIQUE (calendar, uid, recurrence_id)
) STRICT;
CREATE INDEX event_uid ON event (uid);
CREATE INDEX event_master ON event (master) WHERE master IS NOT NULL;
CREATE INDEX event_updated ON event (updated_at, id);
";
