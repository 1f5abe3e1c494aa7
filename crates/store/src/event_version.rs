//! Versions of events: append only.

pub(crate) const CREATE: &str = "
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
    source           TEXT    NOT NULL,             -- import, window, command_line, undo, restore, account:ID
    import           INTEGER REFERENCES import (id),
    at               INTEGER NOT NULL,
    changed          TEXT    NOT NULL DEFAULT '[]',-- JSON of FieldChanges against the version before
    PRIMARY KEY (event, number)
) STRICT, WITHOUT ROWID;
CREATE INDEX event_version_import ON event_version (import) WHERE import IS NOT NULL;

CREATE VIRTUAL TABLE event_search USING fts5 (summary, description, place, content = '', contentless_delete = 1, tokenize = 'unicode61 remove_diacritics 2');
";
