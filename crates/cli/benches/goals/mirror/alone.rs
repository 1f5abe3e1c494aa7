//! A calendar mirrored in a process of its own, so that its memory is its own.

use std::io::{BufRead as _, BufReader, Write as _};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::time::Instant;

use anyhow::{Context as _, Result, ensure};
use engine::sync;
use engine::sync::view::CalendarAccountForm;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use super::look;
use crate::alone::peak_megabytes;
use crate::engines::Disk;

const FLAG: &str = "--mirror";

/// What is mirrored.
#[derive(Serialize, Deserialize)]
pub(super) struct Asked {
    pub(super) form: CalendarAccountForm,
    /// The calendar's name at the provider.
    pub(super) calendar: String,
}

/// A look at the provider.
#[derive(Serialize, Deserialize)]
pub(super) struct Looked {
    pub(super) seconds: f64,
    pub(super) changes: u32,
    /// Most that the process ever held (`VmHWM`).
    pub(super) peak_megabytes: f64,
}

/// The process, and the two ends of the talk with it: JSON, a line each.
pub(super) struct Alone {
    child: Child,
    to: ChildStdin,
    from: BufReader<ChildStdout>,
}

impl Alone {
    /// Starts it and has it mirror a calendar for the first time. `consent` does what the owner's browser does with a page.
    pub(super) fn start(asked: &Asked, consent: impl Fn(&str) -> String) -> Result<(Self, Looked)> {
        let mut command = Command::new(std::env::current_exe()?);
        let mut child = command.arg(FLAG).stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().context("Start a process for the mirror")?;
        let (to, from) = (child.stdin.take().context("Its ear")?, child.stdout.take().context("Its mouth")?);
        let mut alone = Self { child, to, from: BufReader::new(from) };
        alone.tell(asked)?;
        let page: String = alone.hear()?;
        alone.tell(&consent(&page))?;
        let first = alone.hear()?;
        Ok((alone, first))
    }

    /// Has it look again.
    pub(super) fn look(&mut self) -> Result<Looked> {
        self.tell(&())?;
        self.hear()
    }

    /// Lets it go.
    pub(super) fn end(self) -> Result<()> {
        let Self { mut child, to, .. } = self;
        drop(to);
        let status = child.wait()?;
        ensure!(status.success(), "the process of the mirror ended with {status}");
        Ok(())
    }

    fn tell(&mut self, what: &impl Serialize) -> Result<()> {
        writeln!(self.to, "{}", serde_json::to_string(what)?).context("Talk to the process of the mirror")
    }

    fn hear<T: DeserializeOwned>(&mut self) -> Result<T> {
        let mut line = String::new();
        self.from.read_line(&mut line)?;
        serde_json::from_str(&line).context("Hear from the process of the mirror")
    }
}

/// Whether this process was started for that.
pub(crate) fn asked(arguments: &[String]) -> bool {
    arguments == [FLAG]
}

/// Mirrors what it is told to.
pub(crate) async fn run() -> Result<()> {
    let mut lines = std::io::stdin().lines();
    let mut next = move || lines.next().transpose();
    let Asked { form, calendar } = serde_json::from_str(&next()?.context("What to mirror")?)?;
    let disk = Disk::open(vec![connect::adapters()]).await?;
    let connecting = sync::connect(&disk.engine, form).await?;
    say(&connecting.page)?;
    let consent: String = serde_json::from_str(&next()?.context("What the owner said")?)?;
    let account = if consent.is_empty() { connecting.account } else { sync::pasted(&disk.engine, &consent).await? };
    let listed = sync::remote_calendars(&disk.engine, &account).await?;
    let chosen = listed.into_iter().find(|listed| listed.name == calendar).context("It is not listed")?;
    sync::mirror_calendars(&disk.engine, &account, &[chosen.remote_id]).await?;
    loop {
        let began = Instant::now();
        let report = look(&disk).await?;
        let seconds = began.elapsed().as_secs_f64();
        say(&Looked { seconds, changes: report.changes, peak_megabytes: peak_megabytes()? })?;
        if next()?.is_none() {
            break;
        }
    }
    disk.engine.close().await;
    Ok(())
}

#[expect(clippy::print_stdout, reason = "the process that asked reads it")]
fn say(what: &impl Serialize) -> Result<()> {
    println!("{}", serde_json::to_string(what)?);
    Ok(())
}
