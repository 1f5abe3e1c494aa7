//! Everything that came back: answers, bounces, complaints, auto-replies. Append only.

pub(crate) const CREATE: &str = "
CREATE TABLE receipt (
    id            INTEGER PRIMARY KEY,
    inbox         INTEGER NOT NULL REFERENCES account (id),
    identity      TEXT    NOT NULL,             -- the same for the same message in a rebuilt mailbox
    received_at   INTEGER NOT NULL,
    read_at       INTEGER NOT NULL,
    kind          TEXT    NOT NULL,             -- reply, counter, bounce, complaint, auto-reply, unsubscribe, ...
    state         TEXT    NOT NULL,             -- counted, outdated, desk, shown, ignored
    invitation    INTEGER REFERENCES invitation (id),
    delivery      INTEGER REFERENCES delivery (id),
    guest         INTEGER REFERENCES guest (id),
    matched_by    TEXT    NOT NULL DEFAULT '',  -- token, uid_attendee, uid_from, message_id, by_hand
    reason        TEXT    NOT NULL DEFAULT '',  -- why it is not counted, in words
    sender        TEXT    NOT NULL DEFAULT '',
    subject       TEXT    NOT NULL DEFAULT '',
    uid           TEXT    NOT NULL DEFAULT '',
    recurrence_id TEXT    NOT NULL DEFAULT '',
    attendee      TEXT    NOT NULL DEFAULT '',
    answer        TEXT    NOT NULL DEFAULT '',  -- yes, no, maybe or ''
    comment       TEXT    NOT NULL DEFAULT '',
    extra_guests  INTEGER NOT NULL DEFAULT 0,
    sequence      INTEGER,
    dtstamp       INTEGER,
    bounce_kind   TEXT    NOT NULL DEFAULT '',  -- hard, soft, delayed, relayed
    status        TEXT    NOT NULL DEFAULT '',  -- enhanced status code (RFC 3463)
    raw           BLOB    NOT NULL,
    UNIQUE (inbox, identity)
) STRICT;
CREATE INDEX receipt_invitation ON receipt (invitation, id) WHERE invitation IS NOT NULL;
CREATE INDEX receipt_desk ON receipt (id) WHERE state = 'desk';
";
