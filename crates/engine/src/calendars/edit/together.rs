//! What an edit of a series did beside its master: the dates that differ went or moved with it, and a part may have been split off. When the
//! master goes back, all of that goes back with it.

use std::collections::BTreeMap;

use anyhow::Result;
use calendar::Event;
use calendar::edit::is_date;
use jiff::Timestamp;
use store::Reader;
use store::event::{self, EventRow};
use store::event_version::{self, CurrentSeries, Version};

/// How one event stood before the edits that are undone.
pub(super) struct Before {
    pub(super) event: i64,
    pub(super) content: Event,
    pub(super) ical: String,
    pub(super) deleted: bool,
}

/// How everything that the edits after version `number` of a master, which says `target`, touched stood before them. What was changed alone
/// stays as it is, and what was named while the series began at another time does not come back.
pub(super) fn undone(r: &Reader<'_>, master: &EventRow, number: u32, target: &Event) -> Result<Vec<Before>> {
    if master.master.is_some() {
        return Ok(Vec::new());
    }
    let mut later = event_version::history(r, master.id)?;
    later.retain(|version| version.number > number);
    let stays = later.iter().all(|version| (version.content.start, &version.content.recurrence) == (target.start, &target.recurrence));
    let has = |event: &Event| stays || event.recurrence_id.is_some_and(|original| is_date(target, &original));
    let mut edits: BTreeMap<Timestamp, usize> = BTreeMap::new();
    for version in later {
        *edits.entry(version.at).or_default() += 1;
    }
    let mut undone = Vec::new();
    for part in event::split_from(r, master.id)? {
        let is_of_edit = event_version::get(r, part.id, 1)?.is_some_and(|first| edits.contains_key(&first.at));
        if is_of_edit && !part.deleted {
            for row in std::iter::once(part.clone()).chain(event::exceptions(r, part.id)?.into_iter().filter(|row| !row.deleted)) {
                undone.extend(event_version::get(r, row.id, row.version)?.map(|now| gone(&row, now)));
            }
        }
    }
    for row in event::exceptions(r, master.id)? {
        let before = before(&row, event_version::history(r, row.id)?, edits.clone());
        undone.extend(before.map(|before| Before { deleted: before.deleted || !has(&before.content), ..before }));
    }
    Ok(undone)
}

/// The series with the dates that differ and that none of these edits touched; none where it is one date of a series itself.
pub(super) fn left_alone(r: &Reader<'_>, master: &EventRow, touched: &[Before]) -> Result<Option<CurrentSeries>> {
    if master.master.is_some() {
        return Ok(None);
    }
    let mut series = event_version::series(r, master.id)?;
    if let Some(series) = &mut series {
        series.exceptions.retain(|exception| touched.iter().all(|touched| touched.event != exception.row.id));
    }
    Ok(series)
}

/// None where no such edit touched it. An edit writes one version of each date that it touches, so of several at one instant the last are its.
fn before(row: &EventRow, mut history: Vec<Version>, mut edits: BTreeMap<Timestamp, usize>) -> Option<Before> {
    let mut touched = None;
    for (place, version) in history.iter().enumerate().rev() {
        if let Some(left) = edits.get_mut(&version.at).filter(|left| **left > 0) {
            *left -= 1;
            touched = Some(place);
        }
    }
    let touched = touched?;
    match touched.checked_sub(1).map(|place| history.swap_remove(place)) {
        Some(Version { content, ical, deleted, .. }) => Some(Before { event: row.id, content, ical, deleted }),
        None => Some(gone(row, history.swap_remove(touched))),
    }
}

fn gone(row: &EventRow, version: Version) -> Before {
    Before { event: row.id, content: version.content, ical: String::new(), deleted: true }
}
