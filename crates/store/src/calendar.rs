//! Sub-calendars.

pub(crate) const CREATE: &str = "
CREATE TABLE calendar (
    id         INTEGER PRIMARY KEY,
    account    INTEGER REFERENCES account (id),   -- NULL: lives only here
    remote_id  TEXT    NOT NULL DEFAULT '',
    name       TEXT    NOT NULL,
    colour     TEXT    NOT NULL,                  -- name of a colour of the window's palette
    zone       TEXT    NOT NULL DEFAULT '',       -- IANA; for floating times and new events
    role       TEXT    NOT NULL DEFAULT 'owner',  -- owner, writer, reader
    sync_token TEXT    NOT NULL DEFAULT '',
    hidden     INTEGER NOT NULL DEFAULT 0,
    position   INTEGER NOT NULL DEFAULT 0,
    created_at INTEGER NOT NULL,
    deleted_at INTEGER                            -- kept for its history
) STRICT;
CREATE UNIQUE INDEX calendar_name ON calendar (name) WHERE deleted_at IS NULL;
";
