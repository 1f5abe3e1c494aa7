//! What went wrong with the file or its disk, where that is why something failed.

use std::io;

use rusqlite::ErrorCode;

/// A fault that its owner can mend.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Fault {
    /// There is no room to write.
    #[error("the disk is full")]
    Full,
    /// Nothing may be written there.
    #[error("it may only be read")]
    ReadOnly,
    /// Another program holds it for longer than we wait.
    #[error("another program is using it")]
    Busy,
    /// It is not a database, or not one of ours.
    #[error("it is not a database of Rollcall")]
    Foreign,
    /// It was written by a newer Rollcall.
    #[error("it was written by a newer Rollcall")]
    Newer,
    /// Its content is torn.
    #[error("it is damaged")]
    Damaged,
    /// The system does not let us open it.
    #[error("it cannot be opened")]
    Closed,
}

/// The fault behind an error, if it is one.
#[must_use]
pub fn fault(error: &anyhow::Error) -> Option<Fault> {
    error.chain().find_map(|cause| {
        cause
            .downcast_ref::<Fault>()
            .copied()
            .or_else(|| cause.downcast_ref::<rusqlite::Error>().and_then(of_sqlite))
            .or_else(|| cause.downcast_ref::<io::Error>().and_then(|error| of_system(error.kind())))
    })
}

/// SQLite's result codes: <https://sqlite.org/rescode.html>.
fn of_sqlite(error: &rusqlite::Error) -> Option<Fault> {
    // The file of shared memory beside the database cannot grow.
    if error.sqlite_error().is_some_and(|error| error.extended_code == rusqlite::ffi::SQLITE_IOERR_SHMSIZE) {
        return Some(Fault::Full);
    }
    match error.sqlite_error_code()? {
        ErrorCode::DiskFull => Some(Fault::Full),
        ErrorCode::ReadOnly => Some(Fault::ReadOnly),
        ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked | ErrorCode::FileLockingProtocolFailed => Some(Fault::Busy),
        ErrorCode::NotADatabase => Some(Fault::Foreign),
        ErrorCode::DatabaseCorrupt => Some(Fault::Damaged),
        ErrorCode::CannotOpen | ErrorCode::PermissionDenied => Some(Fault::Closed),
        _ => None,
    }
}

fn of_system(kind: io::ErrorKind) -> Option<Fault> {
    match kind {
        io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => Some(Fault::Full),
        io::ErrorKind::ReadOnlyFilesystem => Some(Fault::ReadOnly),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use anyhow::Context as _;
    use rusqlite::Connection;

    use super::*;
    use crate::pool::Store;

    fn of(outcome: rusqlite::Result<()>) -> Option<Fault> {
        fault(&outcome.context("Write the ledger").expect_err("it cannot be written"))
    }

    #[test]
    #[expect(clippy::disallowed_methods, reason = "the faults of SQLite itself are wanted here")]
    fn what_sqlite_says_of_disk_and_file_is_known_under_any_context() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("a.db");
        let connection = Connection::open(&path).expect("a database");
        connection.execute_batch("CREATE TABLE a (b BLOB); PRAGMA max_page_count = 3").expect("a table");
        assert_eq!(of(connection.execute_batch("INSERT INTO a VALUES (zeroblob(100000))")), Some(Fault::Full), "no page is left");
        connection.execute_batch("BEGIN EXCLUSIVE").expect("a lock");
        let other = Connection::open(&path).expect("the same");
        other.busy_timeout(std::time::Duration::ZERO).expect("no patience");
        assert_eq!(of(other.execute_batch("CREATE TABLE c (d)")), Some(Fault::Busy), "the other holds it");
        connection.execute_batch("ROLLBACK; PRAGMA query_only = 1").expect("no lock");
        assert_eq!(of(connection.execute_batch("DELETE FROM a")), Some(Fault::ReadOnly), "it may only be read");
        assert_eq!(of(connection.execute_batch("SELECT nothing")), None, "a fault of ours is none of theirs");
    }

    #[test]
    fn what_the_system_says_of_the_disk_is_known_too() {
        // ENOSPC and EROFS as Linux and macOS number them.
        for (number, expected) in [(28, Fault::Full), (30, Fault::ReadOnly)] {
            let error = anyhow::Error::new(io::Error::from_raw_os_error(number)).context("Note the claim outside");
            assert_eq!(fault(&error), Some(expected), "error {number}");
        }
    }

    #[tokio::test]
    async fn a_file_that_is_not_ours_is_left_as_it_is() {
        let folder = tempfile::tempdir().expect("a folder");
        let store = Store::open(&folder.path().join("rollcall.db")).await.expect("a database");
        let copy = folder.path().join("copy.db");
        store.back_up(&copy).await.expect("a copy");
        let ours = std::fs::read(&copy).expect("our database");
        let with_version = |version: u32| {
            let mut bytes = ours.clone();
            bytes[60..64].copy_from_slice(&version.to_be_bytes());
            bytes
        };
        let files = [
            ("a text", b"Dear diary, this is longer than a header of SQLite would be, and it is not one at all.".repeat(9), Fault::Foreign),
            ("a database of another program", with_version(0), Fault::Foreign),
            ("a database of the future", with_version(9_000), Fault::Newer),
        ];
        for (what, bytes, expected) in files {
            let path = folder.path().join(what);
            std::fs::write(&path, &bytes).expect("the file");
            let Err(error) = Store::open(&path).await else { panic!("{what} was opened") };
            assert_eq!(fault(&error), Some(expected), "{what}: {error:#}");
            assert_eq!(std::fs::read(&path).expect("the file"), bytes, "{what} is as it was");
        }
    }
}
