//! Finding, starting, awaiting and stopping other programs.

use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};

use anyhow::{Context as _, bail};
use tempfile::TempDir;

const START_PATIENCE: Duration = Duration::from_mins(1);
const LOOK_PAUSE: Duration = Duration::from_millis(20);

/// Where a program is; system servers are often outside an ordinary user's PATH.
pub(crate) fn find(program: &str, package: &str) -> anyhow::Result<PathBuf> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    std::env::split_paths(&path)
        .chain(["/usr/sbin", "/usr/local/sbin", "/sbin"].map(PathBuf::from))
        .map(|folder| folder.join(program))
        .find(|candidate| candidate.is_file())
        .with_context(|| format!("This test needs `{program}`: install the package {package} (`cargo xtask test` does it)."))
}

/// The Python with the packages of `python/requirements.txt`.
pub(crate) fn python() -> anyhow::Result<PathBuf> {
    let chosen = std::env::var_os("ROLLCALL_PYTHON").map(PathBuf::from);
    let python =
        chosen.or_else(|| Some(cache_folder()?.join("rollcall/venv/bin/python"))).context("Neither XDG_CACHE_HOME nor HOME is set.")?;
    if !python.is_file() {
        bail!(
            "This test needs the Python packages of crates/testkit/python/requirements.txt in {}: \
             `cargo xtask test` installs them, or set ROLLCALL_PYTHON.",
            python.display()
        );
    }
    Ok(python)
}

/// Where `cargo xtask test` installs what it downloads.
pub(crate) fn cache_folder() -> Option<PathBuf> {
    std::env::var_os("XDG_CACHE_HOME").map(PathBuf::from).or_else(|| Some(PathBuf::from(std::env::var_os("HOME")?).join(".cache")))
}

/// A port that nobody uses now.
pub(crate) fn free_port() -> anyhow::Result<u16> {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).context("Find a free port")?;
    Ok(listener.local_addr()?.port())
}

/// Waits until something listens on a port of this computer.
pub(crate) fn until_it_listens(name: &str, port: u16, running: &mut Running) -> anyhow::Result<()> {
    until(name, running, || TcpStream::connect_timeout(&SocketAddr::from((Ipv4Addr::LOCALHOST, port)), LOOK_PAUSE).is_ok())
}

/// Waits until a condition holds; fails when the program ended first.
pub(crate) fn until(name: &str, running: &mut Running, mut condition: impl FnMut() -> bool) -> anyhow::Result<()> {
    let begin = Instant::now();
    while !condition() {
        if let Some(status) = running.0.try_wait()? {
            bail!("{name} ended at once: {status}");
        }
        if begin.elapsed() > START_PATIENCE {
            bail!("{name} did not answer within {} seconds", START_PATIENCE.as_secs());
        }
        sleep(LOOK_PAUSE);
    }
    Ok(())
}

/// A folder in memory where the system has such: these servers wait for the disk after every file.
pub(crate) fn scratch() -> anyhow::Result<TempDir> {
    let memory = Path::new("/dev/shm");
    Ok(if memory.is_dir() { tempfile::tempdir_in(memory)? } else { tempfile::tempdir()? })
}

/// Whether the tests run as the system's administrator; servers then have to be told to run as somebody else.
pub(crate) fn is_root() -> bool {
    user_and_group().0 == 0
}

/// User and group of this process.
#[cfg(unix)]
pub(crate) fn user_and_group() -> (u32, u32) {
    use std::os::unix::fs::MetadataExt as _;
    std::fs::metadata("/proc/self").map_or((1, 1), |process| (process.uid(), process.gid()))
}

/// User and group of this process; the servers of this crate run on Unix only.
#[cfg(not(unix))]
pub(crate) fn user_and_group() -> (u32, u32) {
    (1, 1)
}

/// A program that ends with this value.
#[derive(Debug)]
pub(crate) struct Running(Child);

impl Running {
    pub(crate) fn start(command: &mut Command) -> anyhow::Result<Self> {
        let child = command.stdin(Stdio::null()).stdout(Stdio::null()).spawn().with_context(|| format!("Start {command:?}"))?;
        Ok(Self(child))
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_missing_program_is_told_with_its_package() {
        let error = find("no-such-server", "no-such-package").unwrap_err().to_string();
        assert!(error.contains("no-such-server") && error.contains("no-such-package"), "the words name both: {error}");
    }

    #[test]
    fn a_program_that_ends_at_once_is_not_waited_for() {
        let mut running = Running::start(&mut Command::new("false")).unwrap();
        let error = until("false", &mut running, || false).unwrap_err().to_string();
        assert!(error.contains("ended at once"), "the words say so: {error}");
    }
}
