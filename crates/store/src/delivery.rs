//! The ledger: what was handed to a server for whom, and what became of it.

pub(crate) const CREATE: &str = "
CREATE TABLE delivery (
    id          INTEGER PRIMARY KEY,
    campaign    INTEGER NOT NULL REFERENCES campaign (id),
    guest       INTEGER NOT NULL REFERENCES guest (id),
    invitation  INTEGER REFERENCES invitation (id),   -- NULL for a plain message
    revision    INTEGER REFERENCES revision (id),
    method      TEXT    NOT NULL,                     -- request, cancel, message
    channel     TEXT    NOT NULL DEFAULT 'bulk',      -- bulk, page, link, mail, api
    attempt     INTEGER NOT NULL DEFAULT 1,
    state       TEXT    NOT NULL,                     -- queued, retry, handed_over, accepted, refused, uncertain, skipped, superseded, bounced, complained
    not_before  INTEGER NOT NULL DEFAULT 0,           -- of a retry
    tries       INTEGER NOT NULL DEFAULT 0,
    claim       INTEGER NOT NULL DEFAULT 0,           -- number of the claim that handed it over
    sequence    INTEGER NOT NULL DEFAULT 0,           -- frozen with the claim
    claimed_at  INTEGER,                              -- its Date and DTSTAMP
    finished_at INTEGER,
    remote_id   TEXT    NOT NULL DEFAULT '',          -- the server's name for it
    reason      TEXT    NOT NULL DEFAULT '',          -- the server's words, or why it was skipped
    message     BLOB,                                 -- kept from claim to result, and while uncertain
    UNIQUE (invitation, revision, method, attempt)
) STRICT;
-- One row of an invitation is open at a time: a guest's messages go out in order.
CREATE UNIQUE INDEX delivery_open ON delivery (invitation) WHERE invitation IS NOT NULL AND state IN ('queued', 'retry', 'handed_over');
CREATE UNIQUE INDEX delivery_message ON delivery (campaign, guest) WHERE method = 'message';
CREATE INDEX delivery_due ON delivery (campaign, not_before, id) WHERE state IN ('queued', 'retry');
CREATE INDEX delivery_state ON delivery (campaign, state, id);
CREATE INDEX delivery_unsettled ON delivery (state, id) WHERE state IN ('handed_over', 'uncertain');
CREATE INDEX delivery_invitation ON delivery (invitation, id);
CREATE INDEX delivery_remote ON delivery (remote_id) WHERE remote_id <> '';
";
