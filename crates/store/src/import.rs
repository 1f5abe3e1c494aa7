//! Imports of files, each of which can be undone as a whole.

pub(crate) const CREATE: &str = "
CREATE TABLE import (
    id               INTEGER PRIMARY KEY,
    calendar         INTEGER NOT NULL REFERENCES calendar (id),
    source           TEXT    NOT NULL,            -- what it was read from: a file name, or 'paste'
    created_calendar INTEGER NOT NULL DEFAULT 0,  -- undoing removes the calendar too
    at               INTEGER NOT NULL,
    undone_at        INTEGER
) STRICT;
CREATE INDEX import_calendar ON import (calendar, source, id);

-- Which events an import held, and what each of them was before.
CREATE TABLE import_event (
    import         INTEGER NOT NULL REFERENCES import (id) ON DELETE CASCADE,
    event          INTEGER NOT NULL REFERENCES event (id),
    version_before INTEGER,             -- NULL: the import created the event
    version_after  INTEGER NOT NULL,    -- equal to version_before where nothing changed
    PRIMARY KEY (import, event)
) STRICT, WITHOUT ROWID;
";
