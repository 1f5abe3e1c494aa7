//! What is still to be written to a provider.

pub(crate) const CREATE: &str = "
CREATE TABLE remote_write (
    id         INTEGER PRIMARY KEY,
    account    INTEGER NOT NULL REFERENCES account (id),
    event      INTEGER NOT NULL REFERENCES event (id),
    version    INTEGER NOT NULL,
    etag       TEXT    NOT NULL DEFAULT '',   -- what the write rests on
    attempt    INTEGER NOT NULL DEFAULT 0,
    not_before INTEGER NOT NULL DEFAULT 0,
    problem    TEXT    NOT NULL DEFAULT ''
) STRICT;
CREATE INDEX remote_write_due ON remote_write (account, not_before);
";
