//! Addresses that must not be mailed, with the reason and its evidence.

pub(crate) const CREATE: &str = "
CREATE TABLE suppression (
    id        INTEGER PRIMARY KEY,
    address   TEXT    NOT NULL,             -- normalised
    reason    TEXT    NOT NULL,             -- unsubscribed, hard_bounce, complaint, by_hand
    evidence  TEXT    NOT NULL DEFAULT '',  -- the words that said so
    receipt   INTEGER,                      -- the message that said so
    at        INTEGER NOT NULL,
    lifted_at INTEGER                       -- reversible
) STRICT;
CREATE UNIQUE INDEX suppression_address ON suppression (address, reason) WHERE lifted_at IS NULL;
";
