//! Messages and their versions.

pub(crate) const CREATE: &str = "
CREATE TABLE template (
    id         INTEGER PRIMARY KEY,
    name       TEXT    NOT NULL,
    created_at INTEGER NOT NULL,
    deleted_at INTEGER
) STRICT;

-- Append only: what was sent can be looked at for ever.
CREATE TABLE template_version (
    id       INTEGER PRIMARY KEY,
    template INTEGER NOT NULL REFERENCES template (id),
    number   INTEGER NOT NULL,             -- from 1
    variant  TEXT    NOT NULL DEFAULT '',  -- A, B, ... or '' for all
    subject  TEXT    NOT NULL,
    body     TEXT    NOT NULL,             -- text with fields in double braces; blank lines part paragraphs
    at       INTEGER NOT NULL,
    UNIQUE (template, number, variant)
) STRICT;
";
