//! Messages in files, step by step: a mailbox file of any size costs the memory of a step.

use std::fs::File;
use std::io::{self, BufRead as _, BufReader, Read as _};
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use jiff::Timestamp;
use mail::incoming::LONGEST_MESSAGE;
use mail::mailbox_file::{MailboxFile, is_mailbox_file};
use mail::port::Received;

/// A step ends at so many messages or bytes, whichever comes first.
const MESSAGES: usize = 500;
const BYTES: usize = 16 * 1024 * 1024;
/// A line that is longer is taken in pieces.
const LONGEST_PIECE: u64 = 64 * 1024;
/// Endings of files that hold messages, in a folder that holds others too.
const ENDINGS: [&str; 3] = ["eml", "mbox", "mbx"];

/// A message, and the file that is nothing else.
pub(super) struct Letter {
    pub(super) received: Received,
    pub(super) file: Option<PathBuf>,
}

/// Some messages, and what could not be read.
#[derive(Default)]
pub(super) struct Step {
    pub(super) letters: Vec<Letter>,
    pub(super) problems: Vec<(PathBuf, String)>,
}

/// Reads everything that files and folders hold, and hands it over in steps until `take` wants no more.
pub(super) fn read(paths: &[PathBuf], take: impl FnMut(Step) -> bool) {
    let mut steps = Steps { step: Step::default(), bytes: 0, take, ended: false };
    for path in paths {
        let read = if path.is_dir() { folder(path, &mut steps) } else { file(path, &mut steps) };
        steps.note(path, read);
    }
    steps.hand_over();
}

struct Steps<Take> {
    step: Step,
    bytes: usize,
    take: Take,
    ended: bool,
}

impl<Take: FnMut(Step) -> bool> Steps<Take> {
    fn add(&mut self, message: Vec<u8>, at: Timestamp, file: Option<&Path>) {
        self.bytes += message.len();
        let received = Received { folder: String::new(), uid: 0, received_at: at, message };
        self.step.letters.push(Letter { received, file: file.map(Path::to_owned) });
        if self.step.letters.len() >= MESSAGES || self.bytes >= BYTES {
            self.hand_over();
        }
    }

    fn note(&mut self, path: &Path, read: io::Result<()>) {
        if let Err(error) = read {
            self.step.problems.push((path.to_owned(), format!("It cannot be read: {error}.")));
        }
    }

    fn hand_over(&mut self) {
        self.bytes = 0;
        let step = std::mem::take(&mut self.step);
        if !self.ended && (!step.letters.is_empty() || !step.problems.is_empty()) {
            self.ended = !(self.take)(step);
        }
    }
}

/// A Maildir, an exported mailbox (a folder around a file `mbox`), or a folder of messages.
fn folder<Take: FnMut(Step) -> bool>(path: &Path, steps: &mut Steps<Take>) -> io::Result<()> {
    let parts: Vec<PathBuf> = ["cur", "new"].iter().map(|part| path.join(part)).filter(|part| part.is_dir()).collect();
    if !parts.is_empty() {
        for part in parts {
            for message in files_in(&part)? {
                let read = single(&message, steps);
                steps.note(&message, read);
            }
        }
        return Ok(());
    }
    let holds_messages = |file: &PathBuf| {
        let ending = file.extension().unwrap_or_default().to_string_lossy().to_lowercase();
        ENDINGS.contains(&ending.as_str()) || file.file_name().is_some_and(|name| name == "mbox")
    };
    let files: Vec<PathBuf> = files_in(path)?.into_iter().filter(holds_messages).collect();
    if files.is_empty() {
        let reason = "This folder holds no messages: neither is it a Maildir, nor are there .eml or .mbox files in it.";
        steps.step.problems.push((path.to_owned(), reason.to_owned()));
    }
    for message in files {
        let read = file(&message, steps);
        steps.note(&message, read);
    }
    Ok(())
}

/// In an order that is the same every time.
fn files_in(folder: &Path) -> io::Result<Vec<PathBuf>> {
    let mut files = Vec::new();
    for entry in std::fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_file() && !path.file_name().is_some_and(|name| name.to_string_lossy().starts_with('.')) {
            files.push(path);
        }
    }
    files.sort_unstable();
    Ok(files)
}

fn file<Take: FnMut(Step) -> bool>(path: &Path, steps: &mut Steps<Take>) -> io::Result<()> {
    let mut reader = BufReader::new(File::open(path)?);
    if !is_mailbox_file(reader.fill_buf()?) {
        return single(path, steps);
    }
    let at = written_at(path);
    let (mut messages, mut piece) = (MailboxFile::default(), Vec::new());
    while !steps.ended {
        piece.clear();
        if reader.by_ref().take(LONGEST_PIECE).read_until(b'\n', &mut piece)? == 0 {
            break;
        }
        if let Some(message) = messages.take(&piece) {
            steps.add(message, at, None);
        }
    }
    if let Some(message) = messages.end() {
        steps.add(message, at, None);
    }
    Ok(())
}

fn single<Take: FnMut(Step) -> bool>(path: &Path, steps: &mut Steps<Take>) -> io::Result<()> {
    let mut message = Vec::new();
    File::open(path)?.take(LONGEST_MESSAGE as u64).read_to_end(&mut message)?;
    steps.add(message, written_at(path), Some(path));
    Ok(())
}

fn written_at(path: &Path) -> Timestamp {
    let written = std::fs::metadata(path).and_then(|file| file.modified());
    written.unwrap_or(SystemTime::UNIX_EPOCH).try_into().unwrap_or(Timestamp::UNIX_EPOCH)
}
