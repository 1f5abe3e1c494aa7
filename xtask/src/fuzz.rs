//! `cargo xtask fuzz`: bytes that nobody thought of, at everything that reads what others wrote.

use std::path::{Path, PathBuf};
use std::{env, fs};

use anyhow::{Context as _, Result, bail};
use clap::Args;

use crate::command::{self, cargo, root, target};
use crate::setup;

/// What reads the bytes, with the folders of the foreign corpus that it begins from.
struct Target {
    name: &'static str,
    corpus: &'static [&'static str],
    /// It needs the adapters to servers.
    talks: bool,
}

const TARGETS: [Target; 8] = [
    Target { name: "read_icalendar", corpus: &["ics", "imip"], talks: false },
    Target { name: "read_mail", corpus: &["imip", "bounces"], talks: false },
    Target { name: "read_bounce", corpus: &["bounces"], talks: false },
    Target { name: "split_mailboxes", corpus: &["imip", "bounces"], talks: false },
    Target { name: "read_guests", corpus: &[], talks: false },
    Target { name: "smtp_replies", corpus: &[], talks: true },
    Target { name: "provider_answers", corpus: &[], talks: true },
    Target { name: "fill_templates", corpus: &[], talks: false },
];
/// A test run throws so much at each, the same every time.
const SHORT: [&str; 3] = ["-runs=20000", "-seed=1", "-max_total_time=20"];
/// Nobody waits longer for a file of this size.
const MOST_SECONDS_EACH: u32 = 10;
const MOST_BYTES: u32 = 64 << 10;
const MOST_MEMORY_MB: u32 = 2048;

/// What to run.
#[derive(Args)]
pub(crate) struct Options {
    /// One of `read_icalendar`, `read_mail`, `read_bounce`, `split_mailboxes`, `read_guests`, `smtp_replies`, `provider_answers` and `fill_templates`; each of them in turn where none is named.
    target: Option<String>,
    /// How long each runs.
    #[arg(long, default_value_t = 60)]
    seconds: u32,
}

/// Runs each until its time is up or something is found; what was found lies in `fuzz/artifacts`.
pub(crate) fn run(options: &Options) -> Result<()> {
    let wanted: Vec<_> = TARGETS.iter().filter(|target| options.target.as_deref().is_none_or(|wanted| wanted == target.name)).collect();
    if wanted.is_empty() {
        bail!("there is no such target; there are {}", TARGETS.map(|target| target.name).join(", "));
    }
    let seconds = format!("-max_total_time={}", options.seconds);
    each(&wanted, |target| throw(target, &root().join("fuzz/corpus").join(target.name), &[&seconds]))
}

/// A short run of what reads others' words, the same every time.
pub(crate) fn short() -> Result<()> {
    let wanted: Vec<_> = TARGETS.iter().filter(|target| !target.talks).collect();
    let begin_anew = target()?.join("tmp/fuzzed");
    each(&wanted, |target| {
        let found = begin_anew.join(target.name);
        if found.exists() {
            fs::remove_dir_all(&found).with_context(|| format!("Empty {}", found.display()))?;
        }
        throw(target, &found, &SHORT)
    })
}

fn each(targets: &[&Target], run: impl Fn(&Target) -> Result<()>) -> Result<()> {
    let failed: Vec<_> = targets.iter().filter(|target| run(target).is_err()).map(|target| target.name).collect();
    if !failed.is_empty() {
        bail!("{} did not get to the end: what stopped it is printed above, and lies in fuzz/artifacts", failed.join(", "));
    }
    Ok(())
}

/// Throws bytes at one. What leads to new branches is kept in `found`; the fuzzer writes into the first folder, and only there.
fn throw(target: &Target, found: &Path, extent: &[&str]) -> Result<()> {
    let fuzzer = setup::cargo_fuzz()?;
    fs::create_dir_all(found).with_context(|| format!("Make {}", found.display()))?;
    let mut run = cargo(&["fuzz", "run", "--sanitizer", "none"]);
    if target.talks {
        run.args(["--features", "servers"]);
    }
    run.arg(target.name).arg(found).args(seeds(target)).arg("--").args(extent);
    run.args([format!("-timeout={MOST_SECONDS_EACH}"), format!("-max_len={MOST_BYTES}"), format!("-rss_limit_mb={MOST_MEMORY_MB}")]);
    // What watches the code's branches is a part of the stable compiler that only asks for this.
    command::run(run.env("RUSTC_BOOTSTRAP", "1").env("PATH", with_folder(&fuzzer)?))
}

/// Our own seeds, and foreign files where there are any.
fn seeds(target: &Target) -> Vec<PathBuf> {
    let own = root().join("fuzz/seeds").join(target.name);
    let foreign = env::var_os("ROLLCALL_CORPUS").map_or_else(|| root().join("../shared/corpus"), PathBuf::from);
    [own].into_iter().chain(target.corpus.iter().map(|folder| foreign.join(folder))).filter(|folder| folder.is_dir()).collect()
}

fn with_folder(folder: &Path) -> Result<std::ffi::OsString> {
    let path = env::var_os("PATH").unwrap_or_default();
    env::join_paths([folder.to_owned()].into_iter().chain(env::split_paths(&path))).context("The folder of tools cannot stand in a path")
}
