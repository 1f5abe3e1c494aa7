//! Lists of guests.

pub(crate) const CREATE: &str = "
CREATE TABLE guest_list (
    id         INTEGER PRIMARY KEY,
    name       TEXT    NOT NULL,
    created_at INTEGER NOT NULL,
    deleted_at INTEGER
) STRICT;
CREATE UNIQUE INDEX guest_list_name ON guest_list (name) WHERE deleted_at IS NULL;

CREATE TABLE guest_list_member (
    list  INTEGER NOT NULL REFERENCES guest_list (id) ON DELETE CASCADE,
    guest INTEGER NOT NULL REFERENCES guest (id) ON DELETE CASCADE,
    role  TEXT    NOT NULL DEFAULT '',   -- '' takes the guest's own
    PRIMARY KEY (list, guest)
) STRICT, WITHOUT ROWID;
CREATE INDEX guest_list_member_guest ON guest_list_member (guest);
";
