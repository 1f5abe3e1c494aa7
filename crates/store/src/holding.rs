//! What each guest holds of an event, and what they answered.

pub(crate) const CREATE: &str = "
CREATE TABLE holding (
    invitation        INTEGER NOT NULL REFERENCES invitation (id),
    recurrence_id     TEXT    NOT NULL DEFAULT '',       -- '' is the whole; else one occurrence that differs
    revision_sent     INTEGER REFERENCES revision (id),
    revision_accepted INTEGER REFERENCES revision (id),  -- their server took it
    cancelled         INTEGER NOT NULL DEFAULT 0,        -- they were told that it is off
    answer            TEXT    NOT NULL DEFAULT '',       -- yes, no, maybe or ''
    answered_revision INTEGER REFERENCES revision (id),
    answered_at       INTEGER,
    answer_dtstamp    INTEGER,                           -- the guest's own clock: order of answers
    extra_guests      INTEGER NOT NULL DEFAULT 0,
    comment           TEXT    NOT NULL DEFAULT '',
    receipt           INTEGER REFERENCES receipt (id),   -- the evidence
    PRIMARY KEY (invitation, recurrence_id)
) STRICT, WITHOUT ROWID;
";
