//! `cargo xtask fuzz`: bytes that nobody thought of, at everything that reads what others wrote.

use std::path::PathBuf;
use std::{env, fs};

use anyhow::{Context as _, Result, bail};
use clap::Args;

use crate::command::{self, cargo, root};
use crate::setup;

/// Each target with the folders of the foreign corpus that it begins from.
const TARGETS: [(&str, &[&str]); 6] = [
    ("read_icalendar", &["ics", "imip"]),
    ("read_mail", &["imip", "bounces"]),
    ("split_mailboxes", &["imip", "bounces"]),
    ("read_guests", &[]),
    ("smtp_replies", &[]),
    ("fill_templates", &[]),
];
/// Nobody waits longer for a file of this size.
const MOST_SECONDS_EACH: u32 = 10;
const MOST_BYTES: u32 = 64 << 10;
const MOST_MEMORY_MB: u32 = 2048;

/// What to run.
#[derive(Args)]
pub(crate) struct Options {
    /// One of `read_icalendar`, `read_mail`, `split_mailboxes`, `read_guests`, `smtp_replies` and `fill_templates`; each of them in turn where none is named.
    target: Option<String>,
    /// How long each runs.
    #[arg(long, default_value_t = 60)]
    seconds: u32,
}

/// Runs each until its time is up or something is found; what was found lies in `fuzz/artifacts`.
pub(crate) fn run(options: &Options) -> Result<()> {
    let wanted: Vec<_> =
        TARGETS.into_iter().filter(|(target, _)| options.target.as_deref().is_none_or(|wanted| wanted == *target)).collect();
    if wanted.is_empty() {
        bail!("there is no such target; there are {}", TARGETS.map(|(target, _)| target).join(", "));
    }
    let fuzzer = setup::cargo_fuzz()?;
    let mut failed = Vec::new();
    for (target, corpus) in wanted {
        let found = root().join("fuzz/corpus").join(target);
        fs::create_dir_all(&found).with_context(|| format!("Make {}", found.display()))?;
        let mut run = cargo(&["fuzz", "run", "--sanitizer", "none", target]);
        run.arg(found).args(seeds(target, corpus));
        run.arg("--").arg(format!("-max_total_time={}", options.seconds)).arg(format!("-timeout={MOST_SECONDS_EACH}"));
        run.arg(format!("-max_len={MOST_BYTES}")).arg(format!("-rss_limit_mb={MOST_MEMORY_MB}"));
        // What watches the code's branches is a part of the stable compiler that only asks for this.
        run.env("RUSTC_BOOTSTRAP", "1").env("PATH", with_folder(&fuzzer)?);
        if command::run(&mut run).is_err() {
            failed.push(target);
        }
    }
    if !failed.is_empty() {
        bail!("{} did not get to the end: what stopped it is printed above, and lies in fuzz/artifacts", failed.join(", "));
    }
    Ok(())
}

/// Our own seeds, and foreign files where there are any.
fn seeds(target: &str, corpus: &[&str]) -> Vec<PathBuf> {
    let own = root().join("fuzz/seeds").join(target);
    let foreign = env::var_os("ROLLCALL_CORPUS").map_or_else(|| root().join("../shared/corpus"), PathBuf::from);
    [own].into_iter().chain(corpus.iter().map(|folder| foreign.join(folder))).filter(|folder| folder.is_dir()).collect()
}

fn with_folder(folder: &std::path::Path) -> Result<std::ffi::OsString> {
    let path = env::var_os("PATH").unwrap_or_default();
    env::join_paths([folder.to_owned()].into_iter().chain(env::split_paths(&path))).context("The folder of tools cannot stand in a path")
}
