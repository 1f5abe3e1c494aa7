//! A disk that is full.

use std::path::Path;
use std::process::Command;

use testkit::counting_smtp::CountingSmtp;

use super::{ledger, season};
use crate::program::Program;

const GUESTS: usize = 300;
const BLOCK: usize = 4096;

/// A small disk in memory; unmounted at the end.
struct SmallDisk(tempfile::TempDir);

impl SmallDisk {
    /// None where this machine does not let us.
    fn mount() -> Option<Self> {
        let folder = tempfile::tempdir().expect("a folder");
        let mounted = Command::new("mount").args(["-t", "tmpfs", "-o", "size=8m", "tmpfs"]).arg(folder.path()).output();
        mounted.is_ok_and(|output| output.status.success()).then_some(Self(folder))
    }

    fn path(&self) -> &Path {
        self.0.path()
    }
}

impl Drop for SmallDisk {
    fn drop(&mut self) {
        let _ = Command::new("umount").arg(self.path()).output();
    }
}

#[test]
fn a_full_disk_stops_sending_and_says_so_and_nobody_is_lost_or_reached_twice() {
    let Some(disk) = SmallDisk::mount() else {
        println!("skipped: only root may mount a small disk");
        return;
    };
    let server = CountingSmtp::builder().start().expect("the server starts");
    let program = season::with(Program::with_data(&disk.path().join("data")), &server, 1, GUESTS);
    let id = season::campaign(&program, 0);
    let ballast = disk.path().join("ballast");
    // At a different fill each time: the disk is full while rows are entered, claimed, or written down.
    let mut was_full = false;
    for kept in [4, 40, 64, 96, 160] {
        fill(&ballast, kept);
        // Long enough for a computer with much else to do, and shorter than the pause before the disk is tried again.
        let answer = program.call(&["campaign", "send", &id, "--yes", "--max-wait", "4"]);
        if answer.status != 0 {
            let said = format!("{}{}", answer.stdout, answer.stderr).to_lowercase();
            assert!(said.contains("full"), "it says that the disk is full: {said}");
            was_full = true;
        }
        std::fs::remove_file(&ballast).expect("the ballast goes");
    }
    assert!(was_full, "the disk was full at least once");
    program.run(&["campaign", "send", &id, "--yes"]);
    println!("{:?}", ledger::count(&ledger::by_state(&program, &id)));
    ledger::assert_true(&program, &server, &id, "Game 0 is coming up", GUESTS);
}

/// Fills the disk but for so many blocks.
fn fill(ballast: &Path, kept: usize) {
    let mut size = 8 * 1024 * 1024;
    while size > 0 && std::fs::write(ballast, vec![1; size]).is_err() {
        size -= 16 * BLOCK;
    }
    std::fs::write(ballast, vec![1; size.saturating_sub(kept * BLOCK)]).expect("so much fits");
}
