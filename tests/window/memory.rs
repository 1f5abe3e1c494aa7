//! What processes hold in memory and folders hold on disk, searched for texts.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{BufWriter, Read as _, Seek as _, SeekFrom, Write as _};
use std::path::{Path, PathBuf};
use std::process::Command;

use tempfile::TempDir;

/// Bits of an entry of `pagemap`: the page is in memory, or was put aside.
const PRESENT: u64 = 1 << 63;
const SWAPPED: u64 = 1 << 62;
const PAGE: u64 = 4096;
/// Pages that are looked at together.
const STEP: u64 = 512;

/// A process and its name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Process {
    pub(crate) id: u32,
    pub(crate) name: String,
}

/// Every process that this one started, and those that they started.
pub(crate) fn started_by(parent: u32) -> Vec<Process> {
    let mut children: BTreeMap<u32, Vec<Process>> = BTreeMap::new();
    for entry in std::fs::read_dir("/proc").expect("processes").flatten() {
        let Some(id) = entry.file_name().to_str().and_then(|name| name.parse().ok()) else { continue };
        let stat = std::fs::read_to_string(entry.path().join("stat")).unwrap_or_default();
        // The name may hold blanks and brackets of its own.
        let Some(parent) = stat.rsplit_once(')').and_then(|(_, rest)| rest.split_whitespace().nth(1)?.parse().ok()) else { continue };
        let program = std::fs::read_link(entry.path().join("exe")).unwrap_or_default();
        let name = program.file_name().unwrap_or_default().to_string_lossy().into_owned();
        children.entry(parent).or_default().push(Process { id, name });
    }
    let (mut found, mut open) = (Vec::new(), vec![parent]);
    while let Some(parent) = open.pop() {
        for child in children.remove(&parent).unwrap_or_default() {
            open.push(child.id);
            found.push(child);
        }
    }
    found
}

/// Everything that a process has in memory, written down.
pub(crate) struct Snapshot {
    folder: TempDir,
    pub(crate) bytes: u64,
}

impl Snapshot {
    /// Reads every readable mapping, as far as it is in memory at all.
    pub(crate) fn of(process: &Process) -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let mut written = BufWriter::new(File::create(folder.path().join("memory")).expect("a file"));
        let within = |name: &str| PathBuf::from(format!("/proc/{}/{name}", process.id));
        let mut memory = File::open(within("mem")).expect("a process that was started here may be looked into");
        let mut pages = File::open(within("pagemap")).expect("its pages");
        let maps = std::fs::read_to_string(within("maps")).expect("its mappings");
        let mut bytes = 0;
        for (from, to) in maps.lines().filter_map(readable) {
            for first in (from / PAGE..to / PAGE).step_by(usize::try_from(STEP).expect("small")) {
                let count = STEP.min(to / PAGE - first);
                let mut entries = vec![0; usize::try_from(count * 8).expect("small")];
                pages.seek(SeekFrom::Start(first * 8)).and_then(|_| pages.read_exact(&mut entries)).expect("the state of its pages");
                for (page, entry) in (first..).zip(entries.chunks_exact(8)) {
                    if u64::from_ne_bytes(entry.try_into().expect("eight bytes")) & (PRESENT | SWAPPED) == 0 {
                        continue;
                    }
                    let mut content = vec![0; usize::try_from(PAGE).expect("small")];
                    // It goes on running: a page may be gone by now.
                    if memory.seek(SeekFrom::Start(page * PAGE)).and_then(|_| memory.read_exact(&mut content)).is_ok() {
                        written.write_all(&content).expect("written down");
                        bytes += PAGE;
                    }
                }
            }
        }
        written.flush().expect("written down");
        Self { folder, bytes }
    }

    /// How often each text is in it, as bytes or as the wide letters that pages are written in.
    pub(crate) fn count(&self, texts: &[&str]) -> BTreeMap<String, usize> {
        count(&self.folder.path().join("memory"), texts)
    }
}

/// A line of `maps`, where it can be read and is memory.
fn readable(line: &str) -> Option<(u64, u64)> {
    let mut words = line.split_whitespace();
    let (from, to) = words.next()?.split_once('-')?;
    let can_be_read = words.next()?.starts_with('r');
    let is_memory = !line.ends_with("[vvar]") && !line.ends_with("[vsyscall]") && !line.contains("[vvar_");
    let place = |text| u64::from_str_radix(text, 16).ok();
    (can_be_read && is_memory).then_some((place(from)?, place(to)?))
}

/// How often each text is in a file.
fn count(file: &Path, texts: &[&str]) -> BTreeMap<String, usize> {
    let wide = |text: &str| text.encode_utf16().flat_map(u16::to_le_bytes).collect::<Vec<u8>>();
    let patterns: Vec<Vec<u8>> = texts.iter().flat_map(|text| [text.as_bytes().to_vec(), wide(text)]).collect();
    let list = tempfile::NamedTempFile::new().expect("a file");
    std::fs::write(list.path(), patterns.join(&b'\n')).expect("what is searched for");
    let found = Command::new("grep").env("LC_ALL", "C").args(["-aoF", "-f"]).arg(list.path()).arg(file).output().expect("grep runs");
    let mut counts = BTreeMap::new();
    for line in found.stdout.split(|byte| *byte == b'\n').filter(|line| !line.is_empty()) {
        let plain: Vec<u8> = line.iter().copied().filter(|byte| *byte != 0).collect();
        *counts.entry(String::from_utf8_lossy(&plain).into_owned()).or_default() += 1;
    }
    counts
}

/// Files below a folder that hold one of these texts, with the text.
pub(crate) fn files_with(folder: &Path, texts: &[&str]) -> Vec<(PathBuf, String)> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).expect("a folder").flatten() {
        let (path, kind) = (entry.path(), entry.file_type().expect("a kind"));
        if kind.is_dir() {
            found.extend(files_with(&path, texts));
        } else if kind.is_file() {
            found.extend(count(&path, texts).into_keys().map(|text| (path.clone(), text)));
        }
    }
    found
}
