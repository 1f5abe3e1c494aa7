//! The Python library `icalendar`: somebody else's opinion on our calendar parts, and calendars that keep what arrives. And Python's own
//! reader of mail.

use std::collections::BTreeMap;
use std::io::Write as _;
use std::process::{Command, Stdio};

use anyhow::{Context as _, bail};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::Value;

use crate::program::python;

const READER: &str = include_str!("../python/read_messages.py");
const MAIL_READER: &str = include_str!("../python/read_mail.py");
const KEEPER: &str = include_str!("../python/keep_calendars.py");

/// What stands in a recipient's calendar, e.g. `2027-04-01 18:00 | Training | Bring shoes`, by kind of client: one that `replaces` a series
/// when it hears of all of it, and one that `keeps` what it heard of single occurrences.
pub type Kept = BTreeMap<String, Vec<String>>;

/// What the library reads from each message: `{to, from, subject, header_method, method, uid, recurrence_id, sequence, organizer, attendees,
/// summary, start, end, status, attachments, errors}`; `errors` is empty where the part is valid.
///
/// # Errors
/// When the Python packages are not installed, or a message is no MIME at all.
pub fn read<M: AsRef<[u8]>>(messages: &[M]) -> anyhow::Result<Vec<Value>> {
    let output = run(&["-c", READER], messages)?;
    output.lines().map(|line| serde_json::from_str(line).context("Read what Python found")).collect()
}

/// What Python's own reader of mail finds in each message: `{headers, type, plain, html, defects, longest_line}`; the names of headers are in
/// lower case, and `defects` is empty where nothing is wrong with it.
///
/// # Errors
/// When Python is not installed.
pub fn read_mail<M: AsRef<[u8]>>(messages: &[M]) -> anyhow::Result<Vec<Value>> {
    let output = run(&["-c", MAIL_READER], messages)?;
    output.lines().map(|line| serde_json::from_str(line).context("Read what Python found")).collect()
}

/// Applies messages in order to a calendar for each recipient (RFC 5546) and answers what stands there from one day to another, expanded by
/// `recurring-ical-events`.
///
/// # Errors
/// When the Python packages are not installed, or a message brings no calendar.
pub fn kept<M: AsRef<[u8]>>(messages: &[M], from: &str, to: &str) -> anyhow::Result<BTreeMap<String, Kept>> {
    serde_json::from_str(&run(&["-c", KEEPER, from, to], messages)?).context("Read what Python found")
}

fn run<M: AsRef<[u8]>>(arguments: &[&str], messages: &[M]) -> anyhow::Result<String> {
    let lines: Vec<String> = messages.iter().map(|message| STANDARD.encode(message.as_ref())).collect();
    let mut command = Command::new(python()?);
    let mut child =
        command.args(arguments).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().context("Start Python")?;
    let mut input = child.stdin.take().context("Python's input")?;
    let writer = std::thread::spawn(move || input.write_all(lines.join("\n").as_bytes()));
    let output = child.wait_with_output()?;
    let written = writer.join();
    if !output.status.success() || !matches!(written, Ok(Ok(()))) {
        bail!("Python's icalendar failed: {}", String::from_utf8_lossy(&output.stderr));
    }
    Ok(String::from_utf8(output.stdout)?)
}
