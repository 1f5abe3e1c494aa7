//! What stands in a Maildir, in the order in which it came to stand there.

use std::fs::Metadata;
use std::io;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use jiff::Timestamp;
use mail::port::Reach;

/// The rank within a moment takes the lower bits; microseconds since 1970 the rest, which suffices for 285 years.
const RANK_BITS: u32 = 10;
const LAST_RANK: u64 = (1 << RANK_BITS) - 1;
/// A listing is trusted when the next one is the same; a busy folder is taken as it is after so many.
const LISTINGS: usize = 5;

/// One message file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Entry {
    pub(super) path: PathBuf,
    pub(super) uid: u64,
    pub(super) written_at: Timestamp,
}

impl Entry {
    fn moment(&self) -> u64 {
        self.uid >> RANK_BITS
    }
}

/// All message files by UID. A file that moves from `new` to `cur` during a listing could be missed, hence the second look.
pub(super) fn settled(maildir: &Path) -> io::Result<Vec<Entry>> {
    let mut entries = list(maildir)?;
    for _ in 1..LISTINGS {
        let again = list(maildir)?;
        if again == entries {
            break;
        }
        entries = again;
    }
    Ok(entries)
}

/// Those that a cursor has not covered: a moment in which more files stand now than were read then is read again as a whole.
pub(super) fn after(entries: &[Entry], read_up_to: u64) -> &[Entry] {
    let moment = read_up_to >> RANK_BITS;
    let last_of_moment = entries.iter().filter(|entry| entry.moment() == moment).map(|entry| entry.uid).max().unwrap_or(0);
    let from = if last_of_moment > read_up_to { moment } else { moment + 1 };
    let start = entries.partition_point(|entry| entry.moment() < from);
    entries.get(start..).unwrap_or_default()
}

/// The highest UID that is out of reach.
pub(super) fn before(entries: &[Entry], reach: Reach) -> u64 {
    let out_of_reach = match reach {
        Reach::Everything => 0,
        Reach::Since(moment) => entries.iter().position(|entry| entry.written_at >= moment).unwrap_or(entries.len()),
        Reach::Nothing => entries.len(),
    };
    let last = out_of_reach.checked_sub(1).and_then(|last| entries.get(last)).map_or(0, |entry| entry.uid);
    // A moment is read as a whole or not at all.
    match entries.get(out_of_reach).filter(|first| first.moment() == last >> RANK_BITS) {
        Some(first) => (first.moment().saturating_sub(1) << RANK_BITS) | LAST_RANK,
        None => last,
    }
}

/// About `limit` from the front, never a part of a moment.
pub(super) fn whole_moments(entries: &[Entry], limit: usize) -> &[Entry] {
    let Some(last) = entries.get(limit.saturating_sub(1)) else { return entries };
    let end = entries.partition_point(|entry| entry.moment() <= last.moment());
    entries.get(..end).unwrap_or(entries)
}

/// When a file came or went last, in `new` and in `cur`.
pub(super) type FolderTimes = [Option<SystemTime>; 2];

/// Changes when a file comes or goes.
pub(super) fn changed_at(maildir: &Path) -> FolderTimes {
    ["new", "cur"].map(|folder| std::fs::metadata(maildir.join(folder)).and_then(|folder| folder.modified()).ok())
}

fn list(maildir: &Path) -> io::Result<Vec<Entry>> {
    let mut found: Vec<(u64, PathBuf, Timestamp)> = Vec::new();
    for folder in ["new", "cur"] {
        for file in std::fs::read_dir(maildir.join(folder))? {
            let file = file?;
            if file.file_name().to_string_lossy().starts_with('.') {
                continue;
            }
            match std::fs::metadata(file.path()) {
                Ok(metadata) if metadata.is_file() => found.push((moment(&metadata), file.path(), written_at(&metadata))),
                Ok(_) => {}
                Err(error) if error.kind() == io::ErrorKind::NotFound => {}
                Err(error) => return Err(error),
            }
        }
    }
    found.sort_unstable();
    let mut rank = 0;
    let mut last = None;
    Ok(found
        .into_iter()
        .map(|(moment, path, written_at)| {
            rank = if last == Some(moment) { (rank + 1).min(LAST_RANK) } else { 0 };
            last = Some(moment);
            Entry { path, uid: moment << RANK_BITS | rank, written_at }
        })
        .collect())
}

fn written_at(metadata: &Metadata) -> Timestamp {
    metadata.modified().ok().and_then(|time| Timestamp::try_from(time).ok()).unwrap_or(Timestamp::UNIX_EPOCH)
}

#[cfg(unix)]
fn moment(metadata: &Metadata) -> u64 {
    use std::os::unix::fs::MetadataExt as _;
    u64::try_from(metadata.ctime()).unwrap_or(0) * 1_000_000 + u64::try_from(metadata.ctime_nsec()).unwrap_or(0) / 1_000
}

/// Other systems do not tell when a file changed its name; the later of the two times that they tell has to do.
#[cfg(not(unix))]
fn moment(metadata: &Metadata) -> u64 {
    let micros =
        |time: io::Result<SystemTime>| time.ok().and_then(|time| Timestamp::try_from(time).ok()).map_or(0, |time| time.as_microsecond());
    u64::try_from(micros(metadata.modified()).max(micros(metadata.created()))).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entries(uids: &[(u64, u64)]) -> Vec<Entry> {
        uids.iter()
            .map(|(moment, rank)| Entry {
                path: PathBuf::from(format!("{moment}.{rank}")),
                uid: moment << RANK_BITS | rank,
                written_at: Timestamp::UNIX_EPOCH,
            })
            .collect()
    }

    #[test]
    fn a_moment_that_grew_after_it_was_read_is_read_again() {
        let then = entries(&[(1, 0), (2, 0)]);
        let cursor = then[1].uid;
        assert!(after(&then, cursor).is_empty(), "nothing came since");
        assert_eq!(after(&entries(&[(1, 0), (2, 0), (2, 1)]), cursor).len(), 2, "the second file of the same moment must not be lost");
        assert_eq!(after(&entries(&[(1, 0), (2, 0), (3, 0)]), cursor).len(), 1, "only the later moment is new");
    }

    #[test]
    fn what_is_out_of_reach_is_passed_over_by_whole_moments() {
        let mut all = entries(&[(1, 0), (2, 0), (2, 1), (3, 0)]);
        let late: Timestamp = "2027-03-01T12:00:00Z".parse().unwrap();
        all[2].written_at = late;
        all[3].written_at = late;
        let left = |reach| after(&all, before(&all, reach)).len();
        assert_eq!(left(Reach::Everything), 4, "to the beginning");
        assert_eq!(left(Reach::Nothing), 0, "only what comes from now on");
        assert_eq!(left(Reach::Since(late)), 3, "the whole moment of the first one that is late enough");
        assert_eq!(before(&[], Reach::Nothing), 0, "an empty folder has nothing to pass over");
    }

    #[test]
    fn a_batch_never_splits_a_moment() {
        let all = entries(&[(1, 0), (2, 0), (2, 1), (2, 2), (3, 0)]);
        assert_eq!(whole_moments(&all, 2).len(), 4, "the second moment comes whole");
        assert_eq!(whole_moments(&all, 9).len(), 5, "all where all fit");
    }
}
