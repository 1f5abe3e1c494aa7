//! Campaigns: what is sent to whom, and how far it is.

pub(crate) const CREATE: &str = "
CREATE TABLE campaign (
    id               INTEGER PRIMARY KEY,
    kind             TEXT    NOT NULL,              -- invitation, update, cancellation, message, single
    name             TEXT    NOT NULL,
    list             INTEGER REFERENCES guest_list (id),
    audience         TEXT    NOT NULL DEFAULT '{}', -- JSON of the choice as it was made
    template_version INTEGER REFERENCES template_version (id),
    sender           INTEGER REFERENCES account (id),
    inbox            INTEGER REFERENCES account (id),
    scheduled_at     INTEGER,
    per_second       REAL,                          -- the organizer's own limit, below the account's share
    state            TEXT    NOT NULL DEFAULT 'draft', -- draft, scheduled, sending, paused, done, stopped
    reason           TEXT    NOT NULL DEFAULT '',   -- why it is paused or stopped
    created_at       INTEGER NOT NULL,
    started_at       INTEGER,
    finished_at      INTEGER
) STRICT;
CREATE INDEX campaign_state ON campaign (state);

CREATE TABLE campaign_event (
    campaign INTEGER NOT NULL REFERENCES campaign (id) ON DELETE CASCADE,
    event    INTEGER NOT NULL REFERENCES event (id),   -- master or single event
    revision INTEGER REFERENCES revision (id),         -- frozen when sending starts
    PRIMARY KEY (campaign, event)
) STRICT, WITHOUT ROWID;
CREATE INDEX campaign_event_event ON campaign_event (event);

-- Rows per state, kept by triggers on delivery: a campaign of a million is counted in a look-up.
CREATE TABLE campaign_count (
    campaign INTEGER NOT NULL REFERENCES campaign (id) ON DELETE CASCADE,
    state    TEXT    NOT NULL,
    count    INTEGER NOT NULL,
    PRIMARY KEY (campaign, state)
) STRICT, WITHOUT ROWID;
";

pub(crate) const COUNTERS: &str = "
CREATE TRIGGER delivery_counted AFTER INSERT ON delivery BEGIN
    INSERT INTO campaign_count (campaign, state, count) VALUES (new.campaign, new.state, 1)
    ON CONFLICT DO UPDATE SET count = count + 1;
END;
CREATE TRIGGER delivery_recounted AFTER UPDATE OF state ON delivery WHEN old.state <> new.state BEGIN
    UPDATE campaign_count SET count = count - 1 WHERE campaign = old.campaign AND state = old.state;
    INSERT INTO campaign_count (campaign, state, count) VALUES (new.campaign, new.state, 1)
    ON CONFLICT DO UPDATE SET count = count + 1;
END;
CREATE TRIGGER delivery_uncounted AFTER DELETE ON delivery BEGIN
    UPDATE campaign_count SET count = count - 1 WHERE campaign = old.campaign AND state = old.state;
END;
";
