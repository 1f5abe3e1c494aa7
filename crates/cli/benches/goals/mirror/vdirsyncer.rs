//! vdirsyncer, which mirrors CalDAV into a folder.

use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Instant;

use anyhow::{Context as _, Result, bail, ensure};

use crate::table::Peer;

/// How long it takes to mirror a calendar for the first time, in seconds; none where it is not installed.
pub(super) fn first_mirror(url: &str, user: &str, password: &str, events: usize) -> Result<Option<Peer>> {
    let Some(program) = std::env::var_os("ROLLCALL_PYTHON").map(|python| Path::new(&python).with_file_name("vdirsyncer")) else {
        return Ok(None);
    };
    if !program.is_file() {
        return Ok(None);
    }
    let scratch = Path::new(env!("CARGO_TARGET_TMPDIR"));
    std::fs::create_dir_all(scratch)?;
    let folder = tempfile::tempdir_in(scratch).context("Make a folder")?;
    let within = |name: &str| folder.path().join(name);
    let config = format!(
        "[general]\nstatus_path = \"{}\"\n\n[pair bench]\na = \"server\"\nb = \"files\"\ncollections = null\n\n[storage server]\ntype = \"caldav\"\n\
         url = {url:?}\nusername = {user:?}\npassword = {password:?}\n\n[storage files]\ntype = \"filesystem\"\npath = \"{}\"\nfileext = \".ics\"\n",
        within("status").display(),
        within("events").display()
    );
    std::fs::create_dir_all(within("events"))?;
    std::fs::write(within("config"), config)?;
    let run = |task: &str| -> Result<()> {
        let output =
            Command::new(&program).arg("-c").arg(within("config")).arg(task).stdin(Stdio::null()).output().context("Start vdirsyncer")?;
        if !output.status.success() {
            bail!("vdirsyncer {task} failed: {}", String::from_utf8_lossy(&output.stderr));
        }
        Ok(())
    };
    run("discover")?;
    let began = Instant::now();
    run("sync")?;
    let measured = began.elapsed().as_secs_f64();
    let mirrored = std::fs::read_dir(within("events"))?.count();
    ensure!(mirrored == events, "vdirsyncer mirrored {mirrored} of {events} events");
    Ok(Some(Peer { name: "vdirsyncer, into files", measured }))
}
