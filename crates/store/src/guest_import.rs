//! Imports of guests, each of which can be undone as a whole.

pub(crate) const CREATE: &str = "
CREATE TABLE guest_import (
    id           INTEGER PRIMARY KEY,
    list         INTEGER NOT NULL REFERENCES guest_list (id),
    created_list INTEGER NOT NULL DEFAULT 0,
    source       TEXT    NOT NULL,
    at           INTEGER NOT NULL,
    undone_at    INTEGER
) STRICT;

CREATE TABLE guest_import_row (
    import      INTEGER NOT NULL REFERENCES guest_import (id) ON DELETE CASCADE,
    guest       INTEGER NOT NULL,
    before      TEXT    NOT NULL DEFAULT '',   -- JSON of the guest as it was; '' if the import created it
    was_member  INTEGER NOT NULL,              -- stood on the list already
    PRIMARY KEY (import, guest)
) STRICT, WITHOUT ROWID;
";
