//! Files that were read and wait for a decision.

use std::path::{Path, PathBuf};

use calendar::ical::{self, Effect, ReadEvent};
use calendar::plan::shift_weeks;

use crate::calendars::view::{ImportFile, ImportProblem};

/// What pasted text is called.
const PASTED: &str = "Pasted text";
/// A season has a megabyte. What is larger than this is no calendar.
const LARGEST_FILE: u64 = 1 << 30;

/// Files of an import as they were read.
pub struct Pending {
    pub(super) files: Vec<Source>,
}

/// One of them.
pub(super) struct Source {
    /// File name without its folder; empty for pasted text.
    pub(super) name: String,
    /// What the file calls itself; may be empty.
    pub(super) title: String,
    /// The zone it names for itself.
    pub(super) zone: Option<calendar::Zone>,
    pub(super) events: Vec<ReadEvent>,
    problems: Vec<ical::Problem>,
}

impl Pending {
    /// Reads files. What cannot be read becomes a problem of that file.
    pub(super) fn read_files(paths: &[PathBuf], weeks: i32) -> Self {
        Self { files: paths.iter().map(|path| Source::read_file(path, weeks)).collect() }
    }

    /// Reads pasted text.
    pub(super) fn read_text(text: &str, weeks: i32) -> Self {
        Self { files: vec![Source::read(String::new(), text.as_bytes(), weeks)] }
    }

    /// Every event with the number of the file that holds it.
    pub(super) fn events(&self) -> impl Iterator<Item = (usize, &ReadEvent)> {
        self.files.iter().enumerate().flat_map(|(number, file)| file.events.iter().map(move |event| (number, event)))
    }

    /// What a new calendar could be called: as the first file calls itself, else its file name.
    pub(super) fn suggested_name(&self) -> String {
        let titles = self.files.iter().map(|file| file.title.trim());
        let names = self.files.iter().map(|file| Path::new(&file.name).file_stem().map(|stem| stem.to_string_lossy().trim().to_owned()));
        let title = titles.into_iter().find(|title| !title.is_empty()).map(str::to_owned);
        title.or_else(|| names.flatten().find(|name| !name.is_empty())).unwrap_or_else(|| "Imported".to_owned())
    }

    /// The zone of a new calendar: what the files say, where they agree.
    pub(super) fn zone(&self) -> Option<&'static str> {
        let mut zones = self.files.iter().filter_map(|file| file.zone);
        let first = zones.next()?;
        zones.all(|zone| zone == first).then_some(first.as_str())
    }

    /// Each file with what it holds.
    pub(super) fn file_views(&self) -> Vec<ImportFile> {
        self.files.iter().map(Source::view).collect()
    }

    /// Each problem with its file and line.
    pub(super) fn problem_views(&self) -> Vec<ImportProblem> {
        let of_file = |file: &Source| {
            let name = file.shown_name();
            let view = move |problem: &ical::Problem| ImportProblem {
                file: name.clone(),
                line: problem.line,
                reason: problem.reason.clone(),
                left_out: problem.effect == Effect::EventLeftOut,
            };
            file.problems.iter().map(view).collect::<Vec<_>>()
        };
        self.files.iter().flat_map(of_file).collect()
    }

    /// Nothing of any file can be used.
    pub(super) fn is_unreadable(&self) -> bool {
        self.files.iter().all(|file| !file.unreadable().is_empty())
    }
}

impl Source {
    fn read_file(path: &Path, weeks: i32) -> Self {
        let name = path.file_name().unwrap_or(path.as_os_str()).to_string_lossy().into_owned();
        match read_bytes(path) {
            Ok(bytes) => Self::read(name, &bytes, weeks),
            Err(reason) => {
                let problem = ical::Problem { line: 1, reason, effect: Effect::EventLeftOut };
                Self { name, title: String::new(), zone: None, events: Vec::new(), problems: vec![problem] }
            }
        }
    }

    fn read(name: String, bytes: &[u8], weeks: i32) -> Self {
        let ical::Reading { name: title, zone, mut events, mut problems, .. } = ical::read(bytes);
        if weeks != 0 {
            for read in &mut events {
                shift_weeks(&mut read.event, i64::from(weeks));
            }
        }
        if events.is_empty() && problems.is_empty() && !is_calendar(bytes) {
            let reason = "This is no iCalendar file: it has no BEGIN:VCALENDAR. Export the calendar as .ics and try again.".to_owned();
            problems.push(ical::Problem { line: 1, reason, effect: Effect::EventLeftOut });
        }
        Self { name, title, zone, events, problems }
    }

    fn shown_name(&self) -> String {
        if self.name.is_empty() { PASTED.to_owned() } else { self.name.clone() }
    }

    /// Why nothing of it can be used; empty if something can, or if there is simply nothing in it.
    fn unreadable(&self) -> String {
        match self.problems.first() {
            Some(problem) if self.events.is_empty() => problem.reason.clone(),
            _ => String::new(),
        }
    }

    fn view(&self) -> ImportFile {
        ImportFile { name: self.shown_name(), events: u32::try_from(self.events.len()).unwrap_or(u32::MAX), unreadable: self.unreadable() }
    }
}

fn read_bytes(path: &Path) -> Result<Vec<u8>, String> {
    let size = std::fs::metadata(path).map_err(|error| format!("The file cannot be opened: {error}."))?.len();
    if size > LARGEST_FILE {
        return Err("The file is larger than a gigabyte: that is no calendar.".to_owned());
    }
    std::fs::read(path).map_err(|error| format!("The file cannot be read: {error}."))
}

fn is_calendar(bytes: &[u8]) -> bool {
    const BEGIN: &[u8] = b"BEGIN:VCALENDAR";
    bytes.windows(BEGIN.len()).any(|window| window.eq_ignore_ascii_case(BEGIN))
}
