//! Connected services: what sends, what receives, where calendars come from.

pub(crate) const CREATE: &str = "
CREATE TABLE account (
    id         INTEGER PRIMARY KEY,
    role       TEXT    NOT NULL,             -- sender, inbox or calendar
    kind       TEXT    NOT NULL,             -- smtp, ses, imap, maildir, rehearsal, google, ...
    label      TEXT    NOT NULL,             -- the organizer's name for it
    address    TEXT    NOT NULL DEFAULT '',  -- From of a sender, ORGANIZER of an inbox
    settings   TEXT    NOT NULL DEFAULT '{}',-- JSON of the kind's own settings, never a secret
    state      TEXT    NOT NULL DEFAULT 'ok',-- ok, needs_login, stopped
    problem    TEXT    NOT NULL DEFAULT '',  -- why it is not ok, in the service's words
    created_at INTEGER NOT NULL,
    UNIQUE (role, label)
) STRICT;
";
