//! A campaign in a process of its own, so that its memory is its own.

use std::process::Command;
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, bail, ensure};
use engine::campaigns;
use engine::campaigns::view::CampaignStatus;
use serde::{Deserialize, Serialize};

use crate::engines::Disk;
use crate::looks::{self, Look};
use crate::sending;
use crate::table::per_second;

const FLAG: &str = "--campaign";

/// What is done besides sending.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Extent {
    /// Nothing.
    Plain,
    /// The organizer pauses, goes on, looks, and stops another campaign.
    Looked,
}

/// How a campaign went.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(crate) struct Report {
    /// From the organizer's click to the last result written down, without the pause.
    pub(crate) per_second: f64,
    /// The pace of the first tenth of the messages.
    pub(crate) first_tenth: f64,
    /// The pace of the last.
    pub(crate) last_tenth: f64,
    /// Most that the process ever held (`VmHWM`).
    pub(crate) peak_megabytes: f64,
    /// How long the organizer waited for something.
    pub(crate) looks: Vec<Look>,
}

/// Runs this program once more for one campaign.
pub(crate) fn spawn(port: u16, guests: usize, extent: Extent) -> Result<Report> {
    let mut child = Command::new(std::env::current_exe()?);
    child.args([FLAG, &port.to_string(), &guests.to_string()]);
    child.args((extent == Extent::Looked).then_some("--looked"));
    let output = child.stderr(std::process::Stdio::inherit()).output().context("Start a process for the campaign")?;
    if !output.status.success() {
        bail!("the campaign to {guests} guests failed: {}", output.status);
    }
    serde_json::from_slice(&output.stdout).context("Read how the campaign went")
}

/// The campaign that this process was started for; none where it was started for something else.
pub(crate) fn asked(arguments: &[String]) -> Option<(u16, usize, Extent)> {
    let [flag, port, guests, rest @ ..] = arguments else { return None };
    let extent = if rest.is_empty() { Extent::Plain } else { Extent::Looked };
    (flag == FLAG).then_some(())?;
    Some((port.parse().ok()?, guests.parse().ok()?, extent))
}

/// Sends it and prints how it went.
#[expect(clippy::print_stdout, reason = "the process that asked reads it")]
pub(crate) async fn run(port: u16, guests: usize, extent: Extent) -> Result<()> {
    let disk = Disk::open(vec![connect::adapters()]).await?;
    let (campaign, mails) = sending::prepare(&disk, port, guests, None).await?;
    let engine = &disk.engine;
    campaigns::start_sending(engine);
    let mut report = Report::default();
    let mut course = Course { began: Instant::now(), moments: Vec::new() };
    campaigns::send_campaign(engine, &campaign, mails).await?;
    let mut paused = Duration::ZERO;
    let status = loop {
        let status = campaigns::campaign_status(engine, &campaign).await?;
        course.note(&status);
        if status.state != "sending" {
            break status;
        }
        let is_half = status.accepted as usize > guests / 2;
        if extent == Extent::Looked && is_half && report.looks.is_empty() {
            let (looks, pause) = looks::while_it_sends(engine, &campaign).await?;
            report.looks.extend(looks);
            paused += pause;
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    };
    let took = course.began.elapsed().saturating_sub(paused);
    ensure!(status.accepted as usize == guests, "not everyone was reached: {status:?}");
    report.per_second = per_second(guests, took);
    (report.first_tenth, report.last_tenth) = course.tenths(guests);
    if extent == Extent::Looked {
        report.looks.extend(looks::when_it_is_done(engine, &campaign).await?);
        report.looks.push(looks::stop_another(&disk, &campaign).await?);
    }
    engine.stop().await;
    report.peak_megabytes = peak_megabytes()?;
    println!("{}", serde_json::to_string(&report)?);
    Ok(())
}

/// How many had been accepted, and when.
struct Course {
    began: Instant,
    moments: Vec<(Duration, usize)>,
}

impl Course {
    fn note(&mut self, status: &CampaignStatus) {
        self.moments.push((self.began.elapsed(), status.accepted as usize));
    }

    /// The pace of the first tenth of the messages, from its first one on, and of the last.
    fn tenths(&self, guests: usize) -> (f64, f64) {
        let at = |count: usize| self.moments.iter().find(|(_, accepted)| *accepted >= count);
        let between = |from: usize, to: usize| match (at(from), at(to)) {
            (Some((from, before)), Some((to, after))) => per_second(after - before, to.saturating_sub(*from)),
            _ => 0.0,
        };
        (between(1, guests / 10), between(guests - guests / 10, guests))
    }
}

pub(crate) fn peak_megabytes() -> Result<f64> {
    let status = std::fs::read_to_string("/proc/self/status").context("Read how much memory was held")?;
    let peak = status.lines().find_map(|line| line.strip_prefix("VmHWM:")?.trim().strip_suffix(" kB")?.trim().parse::<f64>().ok());
    Ok(peak.context("The system does not say how much memory was held")? / 1_024.0)
}
