//! Handled messages that are still to be put into the folder which the organizer wants them in.
//!
//! Written in the transaction that keeps what a message said, so that one which was handled just before a crash is put away after it.

use anyhow::Result;
use mail::port::Place;

use crate::inbox_cursor::{signed, unsigned};
use crate::{Reader, Writer};

pub(crate) const CREATE: &str = "
CREATE TABLE filing (
    inbox    INTEGER NOT NULL REFERENCES account (id) ON DELETE CASCADE,
    folder   TEXT    NOT NULL,   -- where the message lies
    validity INTEGER NOT NULL,
    uid      INTEGER NOT NULL,
    PRIMARY KEY (inbox, folder, validity, uid)
) STRICT, WITHOUT ROWID;
";

/// Notes that a message is to be put away.
///
/// # Errors
/// When the database cannot be written.
pub fn add(w: &Writer<'_>, inbox: i64, place: &Place) -> Result<()> {
    w.0.prepare_cached("INSERT INTO filing (inbox, folder, validity, uid) VALUES (?1, ?2, ?3, ?4) ON CONFLICT DO NOTHING")?.execute((
        inbox,
        &place.folder,
        signed(place.validity),
        signed(place.uid),
    ))?;
    Ok(())
}

/// What is still to be put away, as much of it as asked for.
///
/// # Errors
/// When the database cannot be read.
pub fn next(r: &Reader<'_>, inbox: i64, limit: u32) -> Result<Vec<Place>> {
    let mut select =
        r.0.prepare_cached("SELECT folder, validity, uid FROM filing WHERE inbox = ?1 ORDER BY folder, validity, uid LIMIT ?2")?;
    let places = select
        .query_map((inbox, limit), |row| Ok(Place { folder: row.get(0)?, validity: unsigned(row.get(1)?), uid: unsigned(row.get(2)?) }))?;
    Ok(places.collect::<rusqlite::Result<_>>()?)
}

/// Notes that these were put away.
///
/// # Errors
/// When the database cannot be written.
pub fn done(w: &Writer<'_>, inbox: i64, places: &[Place]) -> Result<()> {
    let mut delete = w.0.prepare_cached("DELETE FROM filing WHERE inbox = ?1 AND folder = ?2 AND validity = ?3 AND uid = ?4")?;
    for place in places {
        delete.execute((inbox, &place.folder, signed(place.validity), signed(place.uid)))?;
    }
    Ok(())
}
