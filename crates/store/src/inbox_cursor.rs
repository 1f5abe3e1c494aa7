//! How far each folder of an inbox was read.

pub(crate) const CREATE: &str = "
CREATE TABLE inbox_cursor (
    inbox    INTEGER NOT NULL REFERENCES account (id) ON DELETE CASCADE,
    folder   TEXT    NOT NULL,
    validity INTEGER NOT NULL,
    last_uid INTEGER NOT NULL,
    PRIMARY KEY (inbox, folder)
) STRICT, WITHOUT ROWID;
";
