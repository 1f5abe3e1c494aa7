//! The window, from the start of its process to events that can be seen and used.

use std::ffi::OsStr;
use std::net::TcpListener;
use std::os::unix::process::CommandExt as _;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, ensure};
use serde_json::json;
use thirtyfour::{Capabilities, WebDriver};

use crate::engines::Disk;
use crate::month;
use crate::table::{Goal, Table};

const STARTS: usize = 5;
const PATIENCE: Duration = Duration::from_mins(1);
const LOOK_AGAIN: Duration = Duration::from_millis(5);
const SEES_EVENTS: &str = "return document.documentElement.dataset.ready === 'true' && document.querySelector('.chip-title') !== null";

/// Starts the window of `ROLLCALL_WINDOW` several times with the events of the month's measurement.
pub(crate) async fn measure(table: &mut Table) -> Result<()> {
    let program = PathBuf::from(std::env::var_os("ROLLCALL_WINDOW").context("ROLLCALL_WINDOW names no window: run `cargo xtask bench`")?);
    let tools = PathBuf::from(std::env::var_os("ROLLCALL_TOOLS").context("ROLLCALL_TOOLS names no folder: run `cargo xtask bench`")?);
    let program = program.canonicalize().with_context(|| format!("Find {}", program.display()))?;
    let (Disk { engine, folder }, _) = month::filled().await?;
    engine.stop().await;
    drop(engine);
    let mut took = Vec::with_capacity(STARTS);
    for _ in 0..STARTS {
        took.push(start(&program, &tools, folder.path()).await?);
    }
    took.sort_by(f64::total_cmp);
    let (median, worst) = (took.get(STARTS / 2).copied(), took.last().copied());
    let name = "window: start to events on screen, of 100,000 stored";
    table.add(&format!("{name}: median of {STARTS}"), median.unwrap_or(f64::NAN), "s", Goal::None, None);
    table.add(&format!("{name}: worst"), worst.unwrap_or(f64::NAN), "s", Goal::Under(1.5), None);
    Ok(())
}

/// One start, in seconds.
async fn start(program: &Path, tools: &Path, folder: &Path) -> Result<f64> {
    let (port, native_port) = (free_port()?, free_port()?);
    let server = Command::new(tools.join("tauri-driver"))
        .args(["--port", &port.to_string(), "--native-port", &native_port.to_string()])
        .env("ROLLCALL_DATA", folder.join("data"))
        .env("ROLLCALL_STATE", folder.join("state"))
        .env("ROLLCALL_PASSPHRASE", "bench passphrase")
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .process_group(0)
        .spawn()
        .context("Start tauri-driver")?;
    let _server = Group(server);
    let mut capabilities = Capabilities::new();
    capabilities.set("browserName", "wry")?;
    capabilities.set("tauri:options", json!({ "application": program }))?;
    let driver = connect(&format!("http://127.0.0.1:{port}"), &capabilities).await?;
    let begun = Instant::now();
    while driver.execute(SEES_EVENTS, vec![]).await?.json().as_bool() != Some(true) {
        ensure!(begun.elapsed() < PATIENCE, "no event is on the screen");
        tokio::time::sleep(LOOK_AGAIN).await;
    }
    let took = age(program)?;
    driver.quit().await?;
    Ok(took)
}

async fn connect(server: &str, capabilities: &Capabilities) -> Result<WebDriver> {
    let begun = Instant::now();
    loop {
        match WebDriver::new(server, capabilities.clone()).await {
            Ok(driver) => return Ok(driver),
            Err(error) => ensure!(begun.elapsed() < PATIENCE, "the window did not open: {error}"),
        }
        tokio::time::sleep(LOOK_AGAIN).await;
    }
}

/// How long the process of a program has run, in seconds: proc(5), to a hundredth.
fn age(program: &Path) -> Result<f64> {
    let processes = std::fs::read_dir("/proc")?.flatten().map(|entry| entry.path());
    let process = processes
        .filter(|process| process.file_name().and_then(OsStr::to_str).is_some_and(|name| name.parse::<u32>().is_ok()))
        .find(|process| std::fs::read_link(process.join("exe")).is_ok_and(|exe| exe == program))
        .context("The window has no process")?;
    let stat = std::fs::read_to_string(process.join("stat"))?;
    // Field 22, and the second is the only one that may have blanks and brackets in it.
    let ticks: f64 =
        stat.rsplit(')').next().and_then(|rest| rest.split_whitespace().nth(19)).context("The process has no start")?.parse()?;
    let uptime = std::fs::read_to_string("/proc/uptime")?;
    let now: f64 = uptime.split_whitespace().next().context("The system has no uptime")?.parse()?;
    Ok(now - ticks / 100.0)
}

fn free_port() -> Result<u16> {
    Ok(TcpListener::bind("127.0.0.1:0")?.local_addr()?.port())
}

/// The driver, `WebKit`'s own and the window: all of them go.
struct Group(Child);

impl Drop for Group {
    fn drop(&mut self) {
        drop(Command::new("kill").args(["-KILL", "--", &format!("-{}", self.0.id())]).status());
        drop(self.0.wait());
    }
}
