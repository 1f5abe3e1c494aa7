//! How far each reader of the change log has come.

pub(crate) const CREATE: &str = "
CREATE TABLE bookmark (
    name   TEXT    NOT NULL PRIMARY KEY,
    number INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
";
