//! What others do in the same run.

use std::path::PathBuf;
use std::process::Command;
use std::time::Instant;

use anyhow::{Context as _, Result, bail};
use jiff::civil::DateTime;

use crate::table::{Peer, per_second};

const SMTPLIB: &str = r#"
import smtplib, sys, time
port, count = int(sys.argv[1]), int(sys.argv[2])
message = ("From: office@club.example\r\nTo: guest@people.example\r\nSubject: Constant\r\n\r\n" + "x" * 70 + "\r\n") + ("x" * 70 + "\r\n") * 42
line = smtplib.SMTP("127.0.0.1", port)
began = time.perf_counter()
for _ in range(count):
    line.sendmail("office@club.example", ["guest@people.example"], message)
print(count / (time.perf_counter() - began))
"#;

const DATEUTIL: &str = r#"
import sys, time, itertools, datetime
try:
    from dateutil.rrule import rrulestr
except ImportError:
    sys.exit(3)
start, taken = datetime.datetime.fromisoformat(sys.argv[1]), int(sys.argv[2])
last, count, began = [], 0, time.perf_counter()
for text in sys.argv[3:]:
    rule = rrulestr(text, dtstart=start)
    # By RFC 5545 the start counts always; dateutil has it only where the rule does.
    own = 0 if next(iter(rule)) == start else 1
    count += own
    for occurrence in itertools.islice(rule, taken - own):
        count += 1
    last.append(occurrence.strftime("%Y%m%dT%H%M%S"))
print(count / (time.perf_counter() - began))
print(" ".join(last))
"#;

/// What python-dateutil did.
pub(crate) struct Dateutil {
    pub(crate) per_second: f64,
    /// The last occurrence of each rule.
    pub(crate) last: Vec<String>,
}

fn python() -> Command {
    Command::new(std::env::var_os("ROLLCALL_PYTHON").map_or_else(|| PathBuf::from("python3"), PathBuf::from))
}

/// Python's own client with one constant message on one line; none where there is no Python.
pub(crate) fn smtplib(port: u16, count: usize) -> Result<Option<Peer>> {
    let Ok(output) = python().args(["-c", SMTPLIB, &port.to_string(), &count.to_string()]).output() else { return Ok(None) };
    if !output.status.success() {
        bail!("Python's smtplib failed: {}", String::from_utf8_lossy(&output.stderr));
    }
    let measured = String::from_utf8(output.stdout)?.trim().parse().context("Read what Python measured")?;
    Ok(Some(Peer { name: "Python smtplib, one constant message", measured }))
}

/// Postfix's own sender over ten lines, which builds and records nothing; none where it is not installed.
pub(crate) fn smtp_source(port: u16, count: usize) -> Result<Option<Peer>> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let folders = std::env::split_paths(&path).chain([PathBuf::from("/usr/sbin")]);
    let Some(program) = folders.map(|folder| folder.join("smtp-source")).find(|program| program.is_file()) else { return Ok(None) };
    let began = Instant::now();
    let status = Command::new(program)
        .args(["-d", "-s", "10", "-l", "6000", "-m", &count.to_string()])
        .args(["-f", "office@club.example", "-t", "guest@people.example", &format!("127.0.0.1:{port}")])
        .status()
        .context("Start smtp-source")?;
    if !status.success() {
        bail!("smtp-source failed: {status}");
    }
    Ok(Some(Peer { name: "smtp-source -s 10, builds and records nothing", measured: per_second(count, began.elapsed()) }))
}

/// The same rules expanded by python-dateutil; none where it is not installed.
pub(crate) fn dateutil(rules: &[&str], start: DateTime, taken: usize) -> Result<Option<Dateutil>> {
    let Ok(output) = python().args(["-c", DATEUTIL, &start.to_string(), &taken.to_string()]).args(rules).output() else {
        return Ok(None);
    };
    if output.status.code() == Some(3) {
        return Ok(None);
    }
    if !output.status.success() {
        bail!("python-dateutil failed: {}", String::from_utf8_lossy(&output.stderr));
    }
    let text = String::from_utf8(output.stdout)?;
    let (rate, last) = text.split_once('\n').context("Read what Python measured")?;
    Ok(Some(Dateutil { per_second: rate.parse()?, last: last.split_whitespace().map(str::to_owned).collect() }))
}
