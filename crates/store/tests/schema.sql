CREATE TABLE account (
    id         INTEGER PRIMARY KEY,
    role       TEXT    NOT NULL,             -- sender, inbox or calendar
    kind       TEXT    NOT NULL,             -- smtp, ses, imap, maildir, rehearsal, google, ...
    label      TEXT    NOT NULL,             -- the organizer's name for it
    address    TEXT    NOT NULL DEFAULT '',  -- From of a sender, ORGANIZER of an inbox
    settings   TEXT    NOT NULL DEFAULT '{}',-- JSON of the kind's own settings, never a secret
    state      TEXT    NOT NULL DEFAULT 'ok',-- ok, needs_login, stopped
    problem    TEXT    NOT NULL DEFAULT '',  -- why it is not ok, in the service's words
    rest_until INTEGER,                      -- the service asked to be left alone until then
    created_at INTEGER NOT NULL,
    deleted_at INTEGER                       -- kept while campaigns or receipts name it
) STRICT;

CREATE UNIQUE INDEX account_label ON account (role, label) WHERE deleted_at IS NULL;

CREATE TABLE answer_course (
    event    INTEGER NOT NULL,
    campaign INTEGER NOT NULL,
    minute   INTEGER NOT NULL,   -- since 1970
    answer   TEXT    NOT NULL,
    change   INTEGER NOT NULL,   -- so many more guests stand at it, or fewer
    PRIMARY KEY (event, campaign, minute, answer)
) STRICT, WITHOUT ROWID;

CREATE TABLE bookmark (
    name   TEXT    NOT NULL PRIMARY KEY,
    number INTEGER NOT NULL               -- of the last change that was followed
) STRICT, WITHOUT ROWID;

CREATE TABLE calendar (
    id         INTEGER PRIMARY KEY,
    account    INTEGER REFERENCES account (id),   -- NULL: lives only here
    remote_id  TEXT    NOT NULL DEFAULT '',       -- the account's name for it
    name       TEXT    NOT NULL,
    colour     TEXT    NOT NULL,                  -- name of a colour of the window's palette
    zone       TEXT    NOT NULL DEFAULT 'UTC',    -- IANA; for floating times, whole days and new events
    role       TEXT    NOT NULL DEFAULT 'owner',  -- owner, writer, reader
    sync_token TEXT    NOT NULL DEFAULT '',       -- '': everything is to be looked at
    synced_at  INTEGER,                           -- when that last came to its end
    changes    INTEGER NOT NULL DEFAULT 0,        -- how many it brought
    problem    TEXT    NOT NULL DEFAULT '',       -- why it did not, in words
    passing    INTEGER NOT NULL DEFAULT 0,        -- 1: that passes by itself
    hidden     INTEGER NOT NULL DEFAULT 0,
    position   INTEGER NOT NULL DEFAULT 0,
    created_at INTEGER NOT NULL,
    deleted_at INTEGER,                           -- kept for its history
    standing_order INTEGER                        -- what changes from then on is told to Yes and Maybe unasked; NULL: the organizer is asked
) STRICT;

CREATE UNIQUE INDEX calendar_name ON calendar (name) WHERE deleted_at IS NULL;

CREATE UNIQUE INDEX calendar_remote ON calendar (account, remote_id) WHERE account IS NOT NULL AND deleted_at IS NULL;

CREATE TABLE campaign (
    id               INTEGER PRIMARY KEY,
    kind             TEXT    NOT NULL,              -- invitation, update, cancellation, reminder, message, single
    name             TEXT    NOT NULL,
    list             INTEGER REFERENCES guest_list (id),
    audience         TEXT    NOT NULL DEFAULT '{}', -- JSON of the choice as it was made
    template_version INTEGER REFERENCES template_version (id),
    sender           INTEGER REFERENCES account (id),
    inbox            INTEGER REFERENCES account (id),
    scheduled_at     INTEGER,
    per_second       REAL,                          -- the organizer's own limit, below the account's share
    hours            TEXT    NOT NULL DEFAULT '',   -- only between these, where the guest is: 08:00-20:00; '' at any time
    spacing          INTEGER NOT NULL DEFAULT 0,    -- minutes between two mails to one guest
    pilot            TEXT    NOT NULL DEFAULT '',   -- first so many, then ask: 100 or 5%; '' none
    pilot_size       INTEGER NOT NULL DEFAULT 0,    -- the same as a number of messages, once sending has started
    pilot_done       INTEGER NOT NULL DEFAULT 0,    -- they left, and the organizer was asked
    state            TEXT    NOT NULL DEFAULT 'draft', -- draft, scheduled, sending, paused, done, stopped
    reason           TEXT    NOT NULL DEFAULT '',   -- why it is paused or stopped; while it sends, why it waits
    enqueued_through INTEGER NOT NULL DEFAULT 0,    -- guest up to whom the audience became ledger rows
    enqueued         INTEGER NOT NULL DEFAULT 0,    -- the whole audience did
    shared           INTEGER NOT NULL DEFAULT 0,    -- it also reached guests whom another campaign invited
    created_at       INTEGER NOT NULL,
    started_at       INTEGER,
    finished_at      INTEGER
) STRICT;

CREATE INDEX campaign_state ON campaign (state);

CREATE TABLE campaign_count (
    campaign INTEGER NOT NULL REFERENCES campaign (id) ON DELETE CASCADE DEFERRABLE INITIALLY DEFERRED,
    state    TEXT    NOT NULL,
    count    INTEGER NOT NULL,
    PRIMARY KEY (campaign, state)
) STRICT, WITHOUT ROWID;

CREATE TABLE campaign_event (
    campaign INTEGER NOT NULL REFERENCES campaign (id) ON DELETE CASCADE,
    event    INTEGER NOT NULL REFERENCES event (id),   -- master or single event
    revision INTEGER REFERENCES revision (id),         -- frozen when sending starts
    PRIMARY KEY (campaign, event)
) STRICT, WITHOUT ROWID;

CREATE INDEX campaign_event_event ON campaign_event (event);

CREATE TABLE campaign_guest (
    campaign INTEGER NOT NULL REFERENCES campaign (id) ON DELETE CASCADE,
    guest    INTEGER NOT NULL REFERENCES guest (id),
    PRIMARY KEY (campaign, guest)
) STRICT, WITHOUT ROWID;

CREATE TRIGGER change_to_write AFTER INSERT ON change
WHEN (SELECT account FROM calendar WHERE id = new.calendar) IS NOT NULL BEGIN
    INSERT INTO remote_write (calendar, uid, change) SELECT new.calendar, uid, new.number FROM event WHERE id = new.event
    ON CONFLICT DO UPDATE SET change = excluded.change, attempt = 0, not_before = 0, refused = 0, problem = '';
END;

CREATE TABLE change (
    number   INTEGER PRIMARY KEY AUTOINCREMENT,   -- never given twice
    calendar INTEGER NOT NULL,
    event    INTEGER NOT NULL,
    version  INTEGER NOT NULL,
    kind     TEXT    NOT NULL,                    -- created, updated, deleted
    at       INTEGER NOT NULL
) STRICT;

CREATE INDEX change_calendar ON change (calendar, number);

CREATE TABLE clash (
    id            INTEGER PRIMARY KEY,
    calendar      INTEGER NOT NULL REFERENCES calendar (id),
    uid           TEXT    NOT NULL,
    recurrence_id TEXT    NOT NULL DEFAULT '',
    field         TEXT    NOT NULL,              -- of an event, or event: one side deleted it
    here          TEXT    NOT NULL,              -- in words
    there         TEXT    NOT NULL,
    feed          INTEGER REFERENCES calendar (id), -- the other is no provider but this calendar, which is written here by a rule
    kept          TEXT    NOT NULL,              -- here or there
    other         TEXT    NOT NULL DEFAULT '',   -- JSON of the event as the other had it; '' where it was deleted
    at            INTEGER NOT NULL,
    settled_at    INTEGER                        -- the organizer has seen to it
) STRICT;

CREATE INDEX clash_open ON clash (at) WHERE settled_at IS NULL;

CREATE TABLE copy (
    rule       INTEGER NOT NULL REFERENCES copy_rule (id) ON DELETE CASCADE,
    source_uid TEXT    NOT NULL,
    target_uid TEXT    NOT NULL,               -- of the copy, or of the twin
    state      TEXT    NOT NULL,               -- copied, taken_away, declined, twin
    base       TEXT    NOT NULL DEFAULT '[]',  -- JSON of the events as the rule last wanted them
    PRIMARY KEY (rule, source_uid)
) STRICT, WITHOUT ROWID;

CREATE INDEX copy_target ON copy (rule, target_uid);

CREATE INDEX copy_twin ON copy (rule) WHERE state = 'twin';

CREATE TABLE copy_rule (
    id             INTEGER PRIMARY KEY,
    source         INTEGER NOT NULL REFERENCES calendar (id),
    target         INTEGER NOT NULL REFERENCES calendar (id),
    title          TEXT    NOT NULL,               -- of a copy, with {title} for the event's
    colour         TEXT    NOT NULL DEFAULT '',    -- name of a colour; '' the target's own
    zone           TEXT    NOT NULL DEFAULT '',    -- IANA; '' as the event has it
    words          TEXT    NOT NULL DEFAULT '[]',  -- JSON: only events with one of these
    only_confirmed INTEGER NOT NULL DEFAULT 0,
    not_over_at    INTEGER,                        -- only what was not over then; NULL: also what is
    gone           TEXT    NOT NULL,               -- what happens to the copy of what is gone: cancel, delete, keep
    created_at     INTEGER NOT NULL,
    followed_at    INTEGER,                        -- when something was last written by it
    UNIQUE (source, target)
) STRICT;

CREATE TRIGGER delivery_counted AFTER INSERT ON delivery BEGIN
    INSERT INTO campaign_count (campaign, state, count) VALUES (new.campaign, new.state, 0) ON CONFLICT DO NOTHING;
    UPDATE campaign_count SET count = count + 1 WHERE campaign = new.campaign AND state = new.state;
END;

CREATE TRIGGER delivery_recounted AFTER UPDATE OF state ON delivery WHEN old.state <> new.state BEGIN
    UPDATE campaign_count SET count = count - 1 WHERE campaign = old.campaign AND state = old.state;
    INSERT INTO campaign_count (campaign, state, count) VALUES (new.campaign, new.state, 0) ON CONFLICT DO NOTHING;
    UPDATE campaign_count SET count = count + 1 WHERE campaign = new.campaign AND state = new.state;
END;

CREATE TRIGGER delivery_troubled AFTER UPDATE OF trouble ON delivery WHEN old.trouble <> new.trouble BEGIN
    UPDATE trouble_count SET count = count - 1 WHERE campaign = old.campaign AND trouble = old.trouble
        AND event = coalesce((SELECT event FROM invitation WHERE id = old.invitation), 0);
    INSERT INTO trouble_count (campaign, event, trouble, count)
    SELECT new.campaign, coalesce((SELECT event FROM invitation WHERE id = new.invitation), 0), new.trouble, 0 WHERE new.trouble <> ''
    ON CONFLICT DO NOTHING;
    UPDATE trouble_count SET count = count + 1 WHERE campaign = new.campaign AND trouble = new.trouble
        AND event = coalesce((SELECT event FROM invitation WHERE id = new.invitation), 0);
END;

CREATE TRIGGER delivery_uncounted AFTER DELETE ON delivery BEGIN
    UPDATE campaign_count SET count = count - 1 WHERE campaign = old.campaign AND state = old.state;
END;

CREATE TABLE delivery (
    id          INTEGER PRIMARY KEY,
    campaign    INTEGER NOT NULL REFERENCES campaign (id) DEFERRABLE INITIALLY DEFERRED,
    guest       INTEGER NOT NULL REFERENCES guest (id) DEFERRABLE INITIALLY DEFERRED,
    invitation  INTEGER REFERENCES invitation (id) DEFERRABLE INITIALLY DEFERRED, -- NULL for a plain message, and where the guest was left out
    revision    INTEGER REFERENCES revision (id) DEFERRABLE INITIALLY DEFERRED,
    base        INTEGER REFERENCES revision (id) DEFERRABLE INITIALLY DEFERRED, -- the revision since which single dates are taken away, by this row (cancel) or after it
    method      TEXT    NOT NULL,                     -- request, cancel, withdraw, decline, message
    channel     TEXT    NOT NULL DEFAULT 'bulk',      -- bulk, page, link, mail, api
    attempt     INTEGER NOT NULL DEFAULT 1,
    state       TEXT    NOT NULL,                     -- queued, retry, handed_over, accepted, refused, uncertain, skipped, superseded, bounced, complained
    not_before  INTEGER NOT NULL DEFAULT 0,           -- of a retry, or of a revision that waits for an uncertain one
    tries       INTEGER NOT NULL DEFAULT 0,
    claim       INTEGER NOT NULL DEFAULT 0,           -- number of the claim that handed it over
    sequence    INTEGER NOT NULL DEFAULT 0,           -- frozen with the claim
    claimed_at  INTEGER,                              -- its Date and DTSTAMP
    begun_at    INTEGER,                              -- when it began to leave; written with the result
    finished_at INTEGER,
    remote_id   TEXT    NOT NULL DEFAULT '',          -- the server's name for it
    reason      TEXT    NOT NULL DEFAULT '',          -- the server's words, or why it was skipped
    trouble     TEXT    NOT NULL DEFAULT '',          -- why it did not arrive, as a group of reasons; '' it did, as far as is known
    kept        INTEGER NOT NULL DEFAULT 0,           -- the claim that its message is kept with, until its result and while uncertain; 0 none
    UNIQUE (invitation, revision, method, attempt)
) STRICT;

CREATE INDEX delivery_due ON delivery (campaign, not_before, id) WHERE state IN ('queued', 'retry');

CREATE INDEX delivery_guest ON delivery (guest);

CREATE INDEX delivery_invitation ON delivery (invitation, id);

CREATE INDEX delivery_kept ON delivery (kept) WHERE kept > 0;

CREATE UNIQUE INDEX delivery_message ON delivery (campaign, guest) WHERE method = 'message';

CREATE UNIQUE INDEX delivery_open ON delivery (invitation) WHERE invitation IS NOT NULL AND (state = 'queued' OR state = 'retry' OR state = 'handed_over');

CREATE INDEX delivery_remote ON delivery (remote_id) WHERE remote_id <> '';

CREATE INDEX delivery_state ON delivery (campaign, state, id);

CREATE INDEX delivery_trouble ON delivery (invitation, id) WHERE (state = 'refused' OR state = 'uncertain' OR state = 'bounced');

CREATE INDEX delivery_unsettled ON delivery (state, id) WHERE state IN ('handed_over', 'uncertain');

CREATE TABLE event (
    id            INTEGER PRIMARY KEY,
    calendar      INTEGER NOT NULL REFERENCES calendar (id),
    uid           TEXT    NOT NULL,
    recurrence_id TEXT    NOT NULL DEFAULT '',  -- '' is the master: NULL would let a UNIQUE index admit two
    master        INTEGER REFERENCES event (id),-- of an exception
    version       INTEGER NOT NULL,             -- the current event_version.number
    deleted       INTEGER NOT NULL DEFAULT 0,   -- its last version says when and by whom
    split_from    INTEGER REFERENCES event (id),-- the series that 'this and following' ended
    summary       TEXT    NOT NULL DEFAULT '',  -- from here on: of the current version, so that a view reads one row
    place         TEXT    NOT NULL DEFAULT '',
    start_zone    TEXT    NOT NULL DEFAULT '',
    all_day       INTEGER NOT NULL DEFAULT 0,
    repeats       INTEGER NOT NULL DEFAULT 0,
    updated_at    INTEGER NOT NULL,
    UNIQUE (calendar, uid, recurrence_id)
) STRICT;

CREATE INDEX event_deleted ON event (id) WHERE deleted = 1;

CREATE INDEX event_master ON event (master) WHERE master IS NOT NULL;

CREATE INDEX event_split ON event (split_from) WHERE split_from IS NOT NULL;

CREATE INDEX event_top ON event (calendar, id) WHERE deleted = 0 AND master IS NULL;

CREATE INDEX event_uid ON event (uid);

CREATE VIRTUAL TABLE event_search USING fts5 (summary, description, place, content = '', contentless_delete = 1, tokenize = 'unicode61 remove_diacritics 2');

CREATE TABLE event_version (
    event            INTEGER NOT NULL REFERENCES event (id),
    number           INTEGER NOT NULL,             -- from 1
    sequence         INTEGER NOT NULL DEFAULT 0,   -- SEQUENCE as read; never sent
    start_local      TEXT    NOT NULL,             -- 2027-03-14T13:00:00, or 2027-03-14 for a whole day
    start_zone       TEXT    NOT NULL DEFAULT '',  -- IANA; '' is floating
    end_local        TEXT    NOT NULL,             -- exclusive
    end_zone         TEXT    NOT NULL DEFAULT '',
    all_day          INTEGER NOT NULL DEFAULT 0,
    recurrence_start TEXT    NOT NULL DEFAULT '',  -- RECURRENCE-ID of an exception, as JSON of an EventTime
    rrule            TEXT    NOT NULL DEFAULT '',
    exdate           TEXT    NOT NULL DEFAULT '[]',-- JSON of EventTimes
    rdate            TEXT    NOT NULL DEFAULT '[]',
    summary          TEXT    NOT NULL DEFAULT '',
    description      TEXT    NOT NULL DEFAULT '',
    place            TEXT    NOT NULL DEFAULT '',
    status           TEXT    NOT NULL DEFAULT 'confirmed',
    visibility       TEXT    NOT NULL DEFAULT 'public',
    transparency     TEXT    NOT NULL DEFAULT 'opaque',
    url              TEXT    NOT NULL DEFAULT '',
    video_link       TEXT    NOT NULL DEFAULT '',
    video_request    TEXT    NOT NULL DEFAULT '',  -- id of the request that is to make the link
    categories       TEXT    NOT NULL DEFAULT '[]',
    organizer        TEXT    NOT NULL DEFAULT '',  -- JSON of an Attendee
    attendees        TEXT    NOT NULL DEFAULT '[]',-- JSON of Attendees
    attachments      TEXT    NOT NULL DEFAULT '[]',
    alarms           TEXT    NOT NULL DEFAULT '[]',
    own_properties   TEXT    NOT NULL DEFAULT '[]',-- unfolded lines
    ical             TEXT    NOT NULL DEFAULT '',  -- the component as it was read
    deleted          INTEGER NOT NULL DEFAULT 0,   -- this version is a deletion
    source           TEXT    NOT NULL,             -- import, window, command_line, undo, restore, account:ID, copy:CALENDAR, command:ID
    import           INTEGER REFERENCES import (id),
    at               INTEGER NOT NULL,
    changed          TEXT    NOT NULL DEFAULT '[]',-- JSON of FieldChanges against the version before
    PRIMARY KEY (event, number)
) STRICT, WITHOUT ROWID;

CREATE INDEX event_version_import ON event_version (import) WHERE import IS NOT NULL;

CREATE TABLE filing (
    inbox    INTEGER NOT NULL REFERENCES account (id) ON DELETE CASCADE,
    folder   TEXT    NOT NULL,   -- where the message lies
    validity INTEGER NOT NULL,
    uid      INTEGER NOT NULL,
    PRIMARY KEY (inbox, folder, validity, uid)
) STRICT, WITHOUT ROWID;

CREATE TABLE given (
    invitation    INTEGER NOT NULL REFERENCES invitation (id),
    event         INTEGER NOT NULL,            -- the invitation's
    recurrence_id TEXT    NOT NULL,            -- '' is the whole; else one occurrence
    receipt       INTEGER NOT NULL REFERENCES receipt (id),
    answer        TEXT    NOT NULL,            -- yes, no, maybe; '' where the organizer took an answer away
    revision      INTEGER REFERENCES revision (id),
    sequence      INTEGER NOT NULL,            -- SEQUENCE that was answered, at most what was sent
    dtstamp       INTEGER NOT NULL,            -- the guest's own clock
    at            INTEGER NOT NULL,            -- when it arrived
    extra_guests  INTEGER NOT NULL,
    comment       TEXT    NOT NULL,
    PRIMARY KEY (invitation, recurrence_id, receipt)
) STRICT, WITHOUT ROWID;

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

CREATE INDEX guest_deleted ON guest (id) WHERE deleted_at IS NOT NULL;

CREATE INDEX guest_name ON guest (name COLLATE NOCASE, id) WHERE deleted_at IS NULL;

CREATE TABLE guest_alias (
    address TEXT    NOT NULL PRIMARY KEY,
    guest   INTEGER NOT NULL REFERENCES guest (id) ON DELETE CASCADE
) STRICT, WITHOUT ROWID;

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

CREATE VIRTUAL TABLE guest_search USING fts5 (address, name, content = '', contentless_delete = 1, tokenize = 'unicode61 remove_diacritics 2');

CREATE TABLE handed (
    account INTEGER NOT NULL,
    second  INTEGER NOT NULL,   -- of UNIX time
    count   INTEGER NOT NULL,
    PRIMARY KEY (account, second)
) STRICT, WITHOUT ROWID;

CREATE TRIGGER answer_came AFTER INSERT ON holding WHEN new.recurrence_id = '' AND new.answer <> '' BEGIN
    INSERT INTO answer_course (event, campaign, minute, answer, change)
    VALUES (new.event, new.campaign, coalesce(new.answered_at, 0) / 60000, new.answer, 0) ON CONFLICT DO NOTHING;
    UPDATE answer_course SET change = change + 1
    WHERE event = new.event AND campaign = new.campaign AND minute = coalesce(new.answered_at, 0) / 60000 AND answer = new.answer;
END;

CREATE TRIGGER answer_turned AFTER UPDATE OF campaign, answer ON holding
WHEN new.recurrence_id = '' AND (old.answer <> new.answer OR (old.campaign <> new.campaign AND new.answer <> '')) BEGIN
    INSERT INTO answer_course (event, campaign, minute, answer, change)
    SELECT old.event, old.campaign, max(coalesce(new.answered_at, 0), coalesce(old.answered_at, 0)) / 60000, old.answer, 0 WHERE old.answer <> '' ON CONFLICT DO NOTHING;
    UPDATE answer_course SET change = change - 1
    WHERE event = old.event AND campaign = old.campaign AND minute = max(coalesce(new.answered_at, 0), coalesce(old.answered_at, 0)) / 60000 AND answer = old.answer;
    INSERT INTO answer_course (event, campaign, minute, answer, change)
    SELECT new.event, new.campaign, max(coalesce(new.answered_at, 0), coalesce(old.answered_at, 0)) / 60000, new.answer, 0 WHERE new.answer <> '' ON CONFLICT DO NOTHING;
    UPDATE answer_course SET change = change + 1
    WHERE event = new.event AND campaign = new.campaign AND minute = max(coalesce(new.answered_at, 0), coalesce(old.answered_at, 0)) / 60000 AND answer = new.answer;
END;

CREATE TRIGGER holding_counted AFTER INSERT ON holding WHEN new.recurrence_id = '' BEGIN
    INSERT INTO holding_count (event, revision, answer, count)
    VALUES (new.event, coalesce(new.revision_sent, 0), new.answer, 0) ON CONFLICT DO NOTHING;
    UPDATE holding_count SET count = count + 1
    WHERE event = new.event AND revision = coalesce(new.revision_sent, 0) AND answer = new.answer;
END;

CREATE TRIGGER holding_recounted AFTER UPDATE OF revision_sent, answer ON holding
WHEN new.recurrence_id = '' AND (old.revision_sent IS NOT new.revision_sent OR old.answer <> new.answer) BEGIN
    UPDATE holding_count SET count = count - 1
    WHERE event = old.event AND revision = coalesce(old.revision_sent, 0) AND answer = old.answer;
    INSERT INTO holding_count (event, revision, answer, count)
    VALUES (new.event, coalesce(new.revision_sent, 0), new.answer, 0) ON CONFLICT DO NOTHING;
    UPDATE holding_count SET count = count + 1
    WHERE event = new.event AND revision = coalesce(new.revision_sent, 0) AND answer = new.answer;
END;

CREATE TRIGGER holding_retallied AFTER UPDATE OF revision_sent, revision_accepted, cancelled, campaign, answer, provider, channel, waited ON holding
WHEN new.recurrence_id = '' AND (old.reach <> new.reach OR old.answer <> new.answer OR old.campaign <> new.campaign
    OR old.provider <> new.provider OR old.channel <> new.channel OR old.waited <> new.waited) BEGIN
    UPDATE holding_tally SET count = count - 1 WHERE event = old.event AND campaign = old.campaign AND reach = old.reach AND answer = old.answer
        AND provider = old.provider AND channel = old.channel AND waited = old.waited;
    INSERT INTO holding_tally (event, campaign, reach, answer, provider, channel, waited, count)
    VALUES (new.event, new.campaign, new.reach, new.answer, new.provider, new.channel, new.waited, 0) ON CONFLICT DO NOTHING;
    UPDATE holding_tally SET count = count + 1 WHERE event = new.event AND campaign = new.campaign AND reach = new.reach AND answer = new.answer
        AND provider = new.provider AND channel = new.channel AND waited = new.waited;
END;

CREATE TRIGGER holding_tallied AFTER INSERT ON holding WHEN new.recurrence_id = '' BEGIN
    INSERT INTO holding_tally (event, campaign, reach, answer, provider, channel, waited, count)
    VALUES (new.event, new.campaign, new.reach, new.answer, new.provider, new.channel, new.waited, 0) ON CONFLICT DO NOTHING;
    UPDATE holding_tally SET count = count + 1 WHERE event = new.event AND campaign = new.campaign AND reach = new.reach AND answer = new.answer
        AND provider = new.provider AND channel = new.channel AND waited = new.waited;
END;

CREATE TABLE holding (
    invitation        INTEGER NOT NULL REFERENCES invitation (id) DEFERRABLE INITIALLY DEFERRED,
    recurrence_id     TEXT    NOT NULL DEFAULT '',       -- '' is the whole; else one occurrence that differs
    event             INTEGER NOT NULL,                  -- the invitation's, for the board
    guest             INTEGER NOT NULL,
    revision_sent     INTEGER REFERENCES revision (id) DEFERRABLE INITIALLY DEFERRED,
    revision_accepted INTEGER REFERENCES revision (id) DEFERRABLE INITIALLY DEFERRED, -- their server took it
    cancelled         INTEGER NOT NULL DEFAULT 0,        -- they were told that it is off
    answer            TEXT    NOT NULL DEFAULT '',       -- yes, no, maybe or ''
    answered_revision INTEGER REFERENCES revision (id) DEFERRABLE INITIALLY DEFERRED,
    answered_at       INTEGER,
    answer_sequence   INTEGER,                           -- SEQUENCE that was answered, at most what was sent
    answer_dtstamp    INTEGER,                           -- the guest's own clock: order of answers
    extra_guests      INTEGER NOT NULL DEFAULT 0,
    comment           TEXT    NOT NULL DEFAULT '',
    receipt           INTEGER REFERENCES receipt (id) DEFERRABLE INITIALLY DEFERRED, -- the evidence
    campaign          INTEGER NOT NULL DEFAULT 0,        -- from here on, for the charts: the one that invited them; 0 none did
    provider          TEXT    NOT NULL DEFAULT 'other',  -- the invitation's
    channel           TEXT    NOT NULL DEFAULT '',       -- how the answer came: calendar, link, by-hand or ''
    waited            INTEGER NOT NULL DEFAULT 0,        -- how long the first answer took, as a step from 1; 0 unknown
    reach             TEXT    NOT NULL GENERATED ALWAYS AS
        (iif(revision_accepted IS NOT NULL, 'taken', iif(revision_sent IS NOT NULL, 'sent', iif(cancelled, 'withdrawn', 'missed')))) VIRTUAL,
    PRIMARY KEY (invitation, recurrence_id)
) STRICT, WITHOUT ROWID;

CREATE INDEX holding_answer ON holding (event, answer, guest) WHERE recurrence_id = '';

CREATE INDEX holding_revision ON holding (event, revision_sent, guest) WHERE recurrence_id = '';

CREATE TABLE holding_count (
    event     INTEGER NOT NULL,
    revision  INTEGER NOT NULL,   -- 0 before anything was sent
    answer    TEXT    NOT NULL,
    count     INTEGER NOT NULL,
    PRIMARY KEY (event, revision, answer)
) STRICT, WITHOUT ROWID;

CREATE TABLE holding_tally (
    event    INTEGER NOT NULL,
    campaign INTEGER NOT NULL,   -- of these: as in holding
    reach    TEXT    NOT NULL,   -- taken, sent, missed, withdrawn
    answer   TEXT    NOT NULL,
    provider TEXT    NOT NULL,
    channel  TEXT    NOT NULL,
    waited   INTEGER NOT NULL,
    count    INTEGER NOT NULL,
    PRIMARY KEY (event, campaign, reach, answer, provider, channel, waited)
) STRICT, WITHOUT ROWID;

CREATE INDEX holding_tally_campaign ON holding_tally (campaign);

CREATE TABLE import (
    id               INTEGER PRIMARY KEY,
    calendar         INTEGER NOT NULL REFERENCES calendar (id),
    created_calendar INTEGER NOT NULL DEFAULT 0,  -- undoing removes the calendar too
    at               INTEGER NOT NULL,
    undone_at        INTEGER
) STRICT;

CREATE TABLE import_event (
    import         INTEGER NOT NULL REFERENCES import (id) ON DELETE CASCADE,
    event          INTEGER NOT NULL,
    source         INTEGER NOT NULL,    -- import_source.number
    version_before INTEGER,             -- NULL: the import created the event
    version_after  INTEGER NOT NULL,    -- equal to version_before where nothing changed
    PRIMARY KEY (import, event)
) STRICT, WITHOUT ROWID;

CREATE TABLE import_source (
    import INTEGER NOT NULL REFERENCES import (id) ON DELETE CASCADE,
    number INTEGER NOT NULL,             -- from 0, in the order given
    name   TEXT    NOT NULL,             -- file name without its folder; '' for what was pasted
    PRIMARY KEY (import, number)
) STRICT, WITHOUT ROWID;

CREATE INDEX import_source_name ON import_source (name, import);

CREATE TABLE inbox_cursor (
    inbox    INTEGER NOT NULL REFERENCES account (id) ON DELETE CASCADE,
    folder   TEXT    NOT NULL,
    validity INTEGER NOT NULL,
    last_uid INTEGER NOT NULL,
    PRIMARY KEY (inbox, folder)
) STRICT, WITHOUT ROWID;

CREATE TABLE instance (
    start_utc     INTEGER NOT NULL,             -- whole days and floating times in the calendar's zone
    event         INTEGER NOT NULL REFERENCES event (id) ON DELETE CASCADE,  -- the master, single event or exception it comes from
    recurrence_id TEXT    NOT NULL DEFAULT '',  -- which occurrence; the same as the event's own where the row is there for ever
    calendar      INTEGER NOT NULL,
    end_utc       INTEGER NOT NULL,
    start_local   TEXT    NOT NULL,             -- 2027-03-14T13:00:00, or 2027-03-14 for a whole day
    end_local     TEXT    NOT NULL,
    status        TEXT    NOT NULL,
    transparency  TEXT    NOT NULL,
    own           INTEGER NOT NULL,             -- the row of a single event or an exception: there for ever, whatever the window
    series        INTEGER NOT NULL,             -- from here on: of the event, so that a month reads one run of rows
    uid           TEXT    NOT NULL,
    summary       TEXT    NOT NULL,
    place         TEXT    NOT NULL,
    start_zone    TEXT    NOT NULL,
    all_day       INTEGER NOT NULL,
    recurring     INTEGER NOT NULL,
    updated_at    INTEGER NOT NULL,
    colour        TEXT    NOT NULL DEFAULT '',  -- the event's own, or its series'; a name of CSS, '' where it has its calendar's
    PRIMARY KEY (start_utc, event, recurrence_id)
) STRICT, WITHOUT ROWID;

CREATE INDEX instance_calendar ON instance (calendar, start_utc);

CREATE INDEX instance_event ON instance (event);

CREATE INDEX instance_long ON instance (end_utc, start_utc) WHERE end_utc - start_utc > 604800000;

CREATE TABLE invitation (
    id         INTEGER PRIMARY KEY,
    guest      INTEGER NOT NULL REFERENCES guest (id),
    event      INTEGER NOT NULL REFERENCES event (id),   -- master or single event
    token      TEXT    NOT NULL UNIQUE,      -- [a-z0-9], unguessable
    uid        TEXT    NOT NULL,             -- on the wire: <event>.<token>@domain; as unique as its token
    organizer  TEXT    NOT NULL,             -- frozen with the first sending
    address    TEXT    NOT NULL,             -- the guest's address at the first sending
    provider   TEXT    NOT NULL DEFAULT 'other', -- who keeps the mailbox of that address
    sequence   INTEGER NOT NULL DEFAULT 0,   -- last sent
    dtstamp    INTEGER NOT NULL DEFAULT 0,   -- last sent, in seconds: the next is later
    created_at INTEGER NOT NULL,
    UNIQUE (guest, event)
) STRICT;

CREATE INDEX invitation_event ON invitation (event, guest);

CREATE TABLE kept (
    claim    INTEGER PRIMARY KEY,   -- delivery.kept names it
    messages BLOB    NOT NULL       -- packed: of each its delivery, its length, its bytes
) STRICT;

CREATE TABLE mail_command (
    id             INTEGER PRIMARY KEY,
    address        TEXT    NOT NULL UNIQUE,               -- normalised: what an organizer invites
    inbox          INTEGER NOT NULL REFERENCES account (id), -- that its mail arrives in
    calendar       INTEGER NOT NULL REFERENCES calendar (id),
    sender         INTEGER NOT NULL REFERENCES account (id), -- that confirms
    allowed        TEXT    NOT NULL,                      -- JSON of normalised addresses
    trusts_silence INTEGER NOT NULL DEFAULT 0,            -- obeys where the inbox's server says nothing of senders
    created_at     INTEGER NOT NULL,
    deleted_at     INTEGER                                -- kept: added once more it knows its events again
) STRICT;

CREATE TABLE mail_command_event (
    command    INTEGER NOT NULL REFERENCES mail_command (id),
    uid        TEXT    NOT NULL,             -- theirs
    occurrence TEXT    NOT NULL DEFAULT '',  -- the date that it is of, by its instant; '' for the whole
    own_uid    TEXT    NOT NULL,             -- ours, the same for every date
    sequence   INTEGER NOT NULL,
    dtstamp    INTEGER NOT NULL,
    awaits     TEXT    NOT NULL DEFAULT '',  -- JSON of a date that was called off before its series came; '' for all others
    PRIMARY KEY (command, uid, occurrence)
) STRICT, WITHOUT ROWID;

CREATE TABLE mail_command_taken (
    id          INTEGER PRIMARY KEY,
    command     INTEGER NOT NULL REFERENCES mail_command (id),
    receipt     INTEGER NOT NULL UNIQUE REFERENCES receipt (id),
    outcome     TEXT    NOT NULL,             -- created, updated, cancelled, unchanged, failed, refused
    event       INTEGER REFERENCES event (id),
    detail      TEXT    NOT NULL DEFAULT '',  -- what changed, or what was wrong, in words
    reply       TEXT    NOT NULL,             -- none, due, handed, sent, lost
    reply_to    TEXT    NOT NULL DEFAULT '',
    letter      TEXT    NOT NULL DEFAULT '',  -- JSON of what the answer says
    wording     INTEGER REFERENCES template_version (id), -- the words that it was written with
    attempts    INTEGER NOT NULL DEFAULT 0,
    not_before  INTEGER NOT NULL DEFAULT 0,
    problem     TEXT    NOT NULL DEFAULT '',  -- why the mail is not sent, in the service's words
    at          INTEGER NOT NULL
) STRICT;

CREATE INDEX mail_command_taken_command ON mail_command_taken (command, id);

CREATE INDEX mail_command_taken_due ON mail_command_taken (not_before) WHERE reply = 'due';

CREATE TABLE mail_command_wording (
    kind     TEXT    NOT NULL PRIMARY KEY,  -- created, updated, cancelled, failed
    template INTEGER NOT NULL REFERENCES template (id)
) STRICT, WITHOUT ROWID;

CREATE TABLE receipt (
    id            INTEGER PRIMARY KEY,
    inbox         INTEGER REFERENCES account (id), -- NULL for what the organizer entered by hand
    identity      TEXT    NOT NULL,             -- the same for the same message wherever it lies; '' for what was entered by hand
    received_at   INTEGER NOT NULL,
    read_at       INTEGER NOT NULL,
    kind          TEXT    NOT NULL,             -- reply, counter, bounce, complaint, auto-reply, unsubscribe, by-hand, ...
    state         TEXT    NOT NULL,             -- counted, outdated, desk, shown, ignored
    invitation    INTEGER REFERENCES invitation (id),
    delivery      INTEGER REFERENCES delivery (id),
    guest         INTEGER REFERENCES guest (id),
    matched_by    TEXT    NOT NULL DEFAULT '',  -- token, uid_attendee, uid_from, message_id, address, by_hand
    reason        TEXT    NOT NULL DEFAULT '',  -- why it is not counted, in words
    sender        TEXT    NOT NULL DEFAULT '',
    subject       TEXT    NOT NULL DEFAULT '',
    uid           TEXT    NOT NULL DEFAULT '',
    recurrence_id TEXT    NOT NULL DEFAULT '',
    attendee      TEXT    NOT NULL DEFAULT '',
    answer        TEXT    NOT NULL DEFAULT '',  -- yes, no, maybe, by hand also none, or ''
    comment       TEXT    NOT NULL DEFAULT '',
    extra_guests  INTEGER NOT NULL DEFAULT 0,
    sequence      INTEGER,
    dtstamp       INTEGER,
    bounce_kind   TEXT    NOT NULL DEFAULT '',  -- hard, soft, delayed, relayed
    status        TEXT    NOT NULL DEFAULT '',  -- enhanced status code (RFC 3463)
    raw           BLOB    NOT NULL               -- the message, packed; empty once it was let go, and of what was entered by hand
) STRICT;

CREATE INDEX receipt_desk ON receipt (id) WHERE state = 'desk';

CREATE INDEX receipt_guest ON receipt (guest, id) WHERE guest IS NOT NULL;

CREATE UNIQUE INDEX receipt_identity ON receipt (identity) WHERE identity <> '';

CREATE INDEX receipt_invitation ON receipt (invitation, id) WHERE invitation IS NOT NULL;

CREATE INDEX receipt_kept ON receipt (received_at) WHERE length(raw) > 0;

CREATE INDEX receipt_put_off ON receipt (guest, id) WHERE bounce_kind IN ('soft', 'delayed');

CREATE VIRTUAL TABLE receipt_search USING fts5 (sender, attendee, subject, comment, words, content = '', contentless_delete = 1, tokenize = 'unicode61 remove_diacritics 2');

CREATE TABLE remote_item (
    calendar  INTEGER NOT NULL REFERENCES calendar (id),
    remote_id TEXT    NOT NULL,              -- the provider's name for it
    etag      TEXT    NOT NULL,
    series    TEXT,                          -- the item that this one is an exception of
    uid       TEXT    NOT NULL DEFAULT '',   -- UID here; '' until its series is known
    content   TEXT    NOT NULL,              -- JSON of a Content
    edited    INTEGER,                       -- by the provider's clock
    PRIMARY KEY (calendar, remote_id)
) STRICT, WITHOUT ROWID;

CREATE INDEX remote_item_series ON remote_item (calendar, series) WHERE series IS NOT NULL;

CREATE INDEX remote_item_uid ON remote_item (calendar, uid);

CREATE TABLE remote_write (
    calendar   INTEGER NOT NULL REFERENCES calendar (id),
    uid        TEXT    NOT NULL,
    change     INTEGER NOT NULL,              -- the last one that is to be written
    begun      INTEGER NOT NULL DEFAULT 0,    -- the answer to a writing that makes something may have been lost
    attempt    INTEGER NOT NULL DEFAULT 0,
    not_before INTEGER NOT NULL DEFAULT 0,
    refused    INTEGER NOT NULL DEFAULT 0,    -- not tried again until it changes
    problem    TEXT    NOT NULL DEFAULT '',   -- why it is not written yet, in words
    PRIMARY KEY (calendar, uid)
) STRICT, WITHOUT ROWID;

CREATE TABLE revision (
    id         INTEGER PRIMARY KEY,
    event      INTEGER NOT NULL REFERENCES event (id),   -- the master or single event
    number     INTEGER NOT NULL,                         -- from 1
    sequence   INTEGER NOT NULL,                         -- what SEQUENCE says to guests
    cancelled  INTEGER NOT NULL DEFAULT 0,
    changed    TEXT    NOT NULL DEFAULT '[]',            -- JSON of FieldChanges against the revision before
    at         INTEGER NOT NULL,
    UNIQUE (event, number)
) STRICT;

CREATE TABLE revision_version (
    revision INTEGER NOT NULL REFERENCES revision (id) ON DELETE CASCADE,
    event    INTEGER NOT NULL,
    number   INTEGER NOT NULL,
    PRIMARY KEY (revision, event),
    FOREIGN KEY (event, number) REFERENCES event_version (event, number)
) STRICT, WITHOUT ROWID;

CREATE INDEX revision_version_version ON revision_version (event, number);

CREATE TABLE ruling (
    id                INTEGER PRIMARY KEY,
    receipt           INTEGER NOT NULL REFERENCES receipt (id),
    verb              TEXT    NOT NULL,              -- guest, same_person, count, meant, dismiss, add_guest, accept, decline, invite, withdraw, keep, follows
    guest             INTEGER REFERENCES guest (id), -- whose it is by this ruling
    alias             TEXT    NOT NULL DEFAULT '',   -- another address of the guest, learned by this ruling
    cause             INTEGER REFERENCES ruling (id),-- the ruling that it follows from
    source            TEXT    NOT NULL,              -- window, command line
    at                INTEGER NOT NULL,
    undone_at         INTEGER,
    before_state      TEXT    NOT NULL,              -- the receipt as it stood
    before_reason     TEXT    NOT NULL,
    before_invitation INTEGER REFERENCES invitation (id),
    before_delivery   INTEGER REFERENCES delivery (id),
    before_guest      INTEGER REFERENCES guest (id),
    before_matched_by TEXT    NOT NULL,
    moved             TEXT    NOT NULL DEFAULT ''    -- JSON of the event that it moved and of its time before
) STRICT;

CREATE INDEX ruling_cause ON ruling (cause) WHERE cause IS NOT NULL;

CREATE INDEX ruling_receipt ON ruling (receipt, id);

CREATE TABLE secret (
    account INTEGER NOT NULL REFERENCES account (id) ON DELETE CASCADE,
    name    TEXT    NOT NULL,   -- password, access_key, refresh_token, ...
    nonce   BLOB    NOT NULL,   -- 24 bytes
    sealed  BLOB    NOT NULL,   -- XChaCha20-Poly1305, account and name as associated data
    PRIMARY KEY (account, name)
) STRICT, WITHOUT ROWID;

CREATE TABLE series (
    event       INTEGER NOT NULL PRIMARY KEY REFERENCES event (id) ON DELETE CASCADE,
    calendar    INTEGER NOT NULL,
    first_utc   INTEGER NOT NULL,
    last_utc    INTEGER,                    -- end of the last occurrence; NULL: without end
    checkpoints TEXT    NOT NULL DEFAULT '[]' -- JSON: where the expansion of a rule with COUNT may begin
) STRICT;

CREATE INDEX series_calendar ON series (calendar, first_utc, last_utc);

CREATE INDEX series_first ON series (first_utc, last_utc);

CREATE TABLE setting (
    name  TEXT NOT NULL PRIMARY KEY,
    value TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE sqlite_sequence(name,seq);

CREATE TABLE suppression (
    id        INTEGER PRIMARY KEY,
    address   TEXT    NOT NULL,             -- normalised
    reason    TEXT    NOT NULL,             -- unsubscribed, hard_bounce, soft_bounces, complaint, by_hand
    evidence  TEXT    NOT NULL DEFAULT '',  -- the words that said so
    receipt   INTEGER,                      -- the message that said so
    at        INTEGER NOT NULL,
    lifted_at INTEGER                       -- reversible
) STRICT;

CREATE UNIQUE INDEX suppression_address ON suppression (address, reason) WHERE lifted_at IS NULL;

CREATE TABLE telling (
    event    INTEGER NOT NULL PRIMARY KEY REFERENCES event (id),   -- master or single event
    revision INTEGER NOT NULL REFERENCES revision (id),            -- holds as long as the event says what this says
    told     TEXT    NOT NULL,                                     -- all, affected, yes-maybe, nobody, or ask
    campaign INTEGER REFERENCES campaign (id) ON DELETE CASCADE,   -- that tells them; NULL where none does
    at       INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE INDEX telling_campaign ON telling (campaign) WHERE campaign IS NOT NULL;

CREATE TABLE template (
    id         INTEGER PRIMARY KEY,
    name       TEXT    NOT NULL,
    created_at INTEGER NOT NULL,
    deleted_at INTEGER
) STRICT;

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

CREATE TABLE trouble_count (
    campaign INTEGER NOT NULL,
    event    INTEGER NOT NULL,   -- 0 for a plain message
    trouble  TEXT    NOT NULL,
    count    INTEGER NOT NULL,
    PRIMARY KEY (campaign, event, trouble)
) STRICT, WITHOUT ROWID;

CREATE INDEX trouble_count_event ON trouble_count (event);

