//! Invitations: one per guest and event or series, for ever.

pub(crate) const CREATE: &str = "
CREATE TABLE invitation (
    id         INTEGER PRIMARY KEY,
    guest      INTEGER NOT NULL REFERENCES guest (id),
    event      INTEGER NOT NULL REFERENCES event (id),   -- master or single event
    token      TEXT    NOT NULL UNIQUE,      -- [a-z0-9], unguessable
    uid        TEXT    NOT NULL UNIQUE,      -- on the wire: <event>.<token>@domain
    organizer  TEXT    NOT NULL,             -- frozen with the first sending
    address    TEXT    NOT NULL,             -- the guest's address at the first sending
    sequence   INTEGER NOT NULL DEFAULT 0,   -- last sent
    dtstamp    INTEGER NOT NULL DEFAULT 0,   -- last sent, in seconds: the next is later
    created_at INTEGER NOT NULL,
    UNIQUE (guest, event)
) STRICT;
CREATE INDEX invitation_event ON invitation (event, guest);
";
