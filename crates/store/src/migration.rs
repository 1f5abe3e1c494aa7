//! The schema's history. Append only: a database of any age is brought up to date at opening.

use anyhow::{Context as _, Result};
use rusqlite::Connection;
use rusqlite_migration::{M, Migrations};

/// What version 1 consists of, parents before children.
const VERSION_1: [&str; 41] = [
    crate::setting::CREATE,
    crate::account::CREATE,
    crate::secret::CREATE,
    crate::calendar::CREATE,
    crate::import::CREATE,
    crate::event::CREATE,
    crate::event_version::CREATE,
    crate::revision::CREATE,
    crate::instance::CREATE,
    crate::change::CREATE,
    crate::remote_item::CREATE,
    crate::remote_write::CREATE,
    crate::clash::CREATE,
    crate::copy_rule::CREATE,
    crate::copy_rule::copy::CREATE,
    crate::bookmark::CREATE,
    crate::guest::CREATE,
    crate::guest_list::CREATE,
    crate::guest_import::CREATE,
    crate::suppression::CREATE,
    crate::template::CREATE,
    crate::campaign::CREATE,
    crate::campaign_guest::CREATE,
    crate::invitation::CREATE,
    crate::delivery::CREATE,
    crate::delivery::handed::CREATE,
    crate::delivery::kept::CREATE,
    crate::campaign::COUNTERS,
    crate::delivery::trouble::CREATE,
    crate::receipt::CREATE,
    crate::receipt::ruling::CREATE,
    crate::holding::CREATE,
    crate::holding::tally::CREATE,
    crate::holding::given::CREATE,
    crate::inbox_cursor::CREATE,
    crate::filing::CREATE,
    crate::telling::CREATE,
    crate::mail_command::CREATE,
    crate::mail_command::entry::CREATE,
    crate::mail_command::taken::CREATE,
    crate::mail_command::wording::CREATE,
];

/// The newest version: one for each migration.
pub(crate) const LATEST: i64 = 1;

/// Whose a database is, and how old.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Age {
    /// Nothing is in it yet.
    Empty,
    /// One of ours that this version knows.
    Known,
    /// One of ours, written by a newer Rollcall.
    Newer,
    /// Another program's.
    Foreign,
}

/// Looks whose a database is, without changing it.
pub(crate) fn age(connection: &Connection) -> Result<Age> {
    let version: i64 = connection.query_row("PRAGMA user_version", [], |row| row.get(0))?;
    let (tables, ours): (u32, bool) = connection.query_row(
        "SELECT count(*), count(*) FILTER (WHERE name IN ('setting', 'invitation', 'delivery')) = 3 FROM sqlite_schema WHERE type = 'table'",
        [],
        |row| Ok((row.get(0)?, row.get(1)?)),
    )?;
    Ok(match version {
        0 if tables == 0 => Age::Empty,
        version if version > LATEST && ours => Age::Newer,
        1.. if ours => Age::Known,
        _ => Age::Foreign,
    })
}

/// Brings the schema up to date.
pub(crate) fn migrate(connection: &mut Connection) -> Result<()> {
    let version_1 = VERSION_1.concat();
    Migrations::new(vec![M::up(&version_1)]).to_latest(connection).context("the schema could not be brought up to date")
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;

    /// With `ROLLCALL_UPDATE_SCHEMA` set the file is written instead of compared.
    #[test]
    fn the_schema_is_the_committed_one() {
        let mut connection = Connection::open_in_memory().expect("a database in memory");
        migrate(&mut connection).expect("the schema can be made");
        let mut statement = connection
            .prepare("SELECT sql FROM sqlite_schema WHERE sql IS NOT NULL AND name NOT LIKE '%\\_search\\__%' ESCAPE '\\' ORDER BY tbl_name, type DESC, name")
            .expect("the schema can be read");
        let rows = statement.query_map([], |row| row.get::<_, String>(0)).expect("the schema can be read");
        let schema: String = rows.map(|sql| sql.expect("text") + ";\n\n").collect();
        let golden = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/schema.sql");
        if std::env::var_os("ROLLCALL_UPDATE_SCHEMA").is_some() {
            std::fs::write(&golden, &schema).expect("the schema can be written");
        }
        let committed = std::fs::read_to_string(&golden).expect("tests/schema.sql is there");
        assert!(
            schema == committed,
            "the schema differs from tests/schema.sql: a released table changes by a new migration only; then run this with ROLLCALL_UPDATE_SCHEMA=1"
        );
    }
}
