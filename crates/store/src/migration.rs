//! The schema's history. Append only: a database of any age is brought up to date at opening.

use anyhow::{Context as _, Result};
use rusqlite::Connection;
use rusqlite_migration::{M, Migrations};

/// What version 1 consists of, parents before children.
const VERSION_1: [&str; 24] = [
    crate::setting::CREATE,
    crate::account::CREATE,
    crate::secret::CREATE,
    crate::calendar::CREATE,
    crate::import::CREATE,
    crate::event::CREATE,
    crate::event_version::CREATE,
    crate::revision::CREATE,
    crate::remote_write::CREATE,
    crate::instance::CREATE,
    crate::change::CREATE,
    crate::bookmark::CREATE,
    crate::guest::CREATE,
    crate::guest_list::CREATE,
    crate::guest_import::CREATE,
    crate::suppression::CREATE,
    crate::template::CREATE,
    crate::campaign::CREATE,
    crate::invitation::CREATE,
    crate::delivery::CREATE,
    crate::campaign::COUNTERS,
    crate::receipt::CREATE,
    crate::holding::CREATE,
    crate::inbox_cursor::CREATE,
];

/// Brings the schema up to date.
pub(crate) fn migrate(connection: &mut Connection) -> Result<()> {
    let version_1 = VERSION_1.concat();
    Migrations::new(vec![M::up(&version_1)]).to_latest(connection).context("the schema could not be brought up to date")
}
