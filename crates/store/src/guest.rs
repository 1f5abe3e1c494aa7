//! People and rooms.

pub(crate) const CREATE: &str = "
CREATE TABLE guest (
    id             INTEGER PRIMARY KEY,
    address        TEXT    NOT NULL UNIQUE,           -- normalised: lower case, domain in ASCII
    address_shown  TEXT    NOT NULL,                  -- as it was written
    name           TEXT    NOT NULL DEFAULT '',
    first_name     TEXT    NOT NULL DEFAULT '',
    last_name      TEXT    NOT NULL DEFAULT '',
    zone           TEXT    NOT NULL DEFAULT '',
    language       TEXT    NOT NULL DEFAULT '',
    role           TEXT    NOT NULL DEFAULT 'required',
    fields         TEXT    NOT NULL DEFAULT '{}',     -- JSON of own fields, name to text
    consent        TEXT    NOT NULL DEFAULT '',
    consent_source TEXT    NOT NULL DEFAULT '',
    created_at     INTEGER NOT NULL,
    deleted_at     INTEGER                            -- kept while invitations or history name it
) STRICT;
CREATE INDEX guest_name ON guest (name, id) WHERE deleted_at IS NULL;

-- Other addresses that a guest answers from.
CREATE TABLE guest_alias (
    address TEXT    NOT NULL PRIMARY KEY,
    guest   INTEGER NOT NULL REFERENCES guest (id) ON DELETE CASCADE
) STRICT, WITHOUT ROWID;

CREATE VIRTUAL TABLE guest_search USING fts5 (address, name, content = '', contentless_delete = 1, tokenize = 'unicode61 remove_diacritics 2');
";
