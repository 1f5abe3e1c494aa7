//! What is wrong with the data or its disk, as the window says it: nothing is lost, and one can go on.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Arc;
use std::time::Instant;

use engine::backup;
use engine::campaigns::view::CampaignDraft;
use testkit::counting_smtp::CountingSmtp;

use crate::browser::{Browser, LOOK_AGAIN, PASSPHRASE, PATIENCE};
use crate::seed::{Club, PASSWORD, practice_guests};

const MEGABYTE: usize = 1024 * 1024;

/// A small disk in memory; unmounted at the end.
struct SmallDisk(PathBuf);

impl SmallDisk {
    /// None where this machine does not let us.
    fn mount(path: PathBuf) -> Option<Self> {
        std::fs::create_dir_all(&path).expect("a folder");
        let mounted = Command::new("mount").args(["-t", "tmpfs", "-o", "size=16m", "tmpfs"]).arg(&path).output();
        mounted.is_ok_and(|output| output.status.success()).then_some(Self(path))
    }

    /// Whether it may be written from now on: as soon as nobody writes there any more.
    async fn remount(&self, how: &str) {
        let remounted = || {
            let output = Command::new("mount").args(["-o", &format!("remount,{how}")]).arg(&self.0).output();
            output.expect("mount runs").status.success()
        };
        let begun = Instant::now();
        while !remounted() {
            assert!(begun.elapsed() < PATIENCE, "the disk is {how}");
            tokio::time::sleep(LOOK_AGAIN).await;
        }
    }

    /// Nothing more fits until the ballast goes.
    fn fill(&self) -> PathBuf {
        let ballast = self.0.join("ballast");
        let mut size = 16 * MEGABYTE;
        while std::fs::write(&ballast, vec![1; size]).is_err() {
            size -= 4096;
        }
        ballast
    }
}

impl Drop for SmallDisk {
    fn drop(&mut self) {
        drop(Command::new("umount").arg("--lazy").arg(&self.0).output());
    }
}

#[tokio::test]
async fn a_disk_that_is_full_or_read_only_is_said_and_the_window_goes_on_from_there() {
    let folder = Arc::new(tempfile::tempdir().expect("a folder"));
    let Some(disk) = SmallDisk::mount(folder.path().join("data")) else {
        println!("skipped: only root may mount a small disk");
        return;
    };
    let server = CountingSmtp::builder().with_login("club", PASSWORD).start().expect("the counting server starts");
    let club = Club::begin_in(folder).await;
    let calendar = club.calendar("Club", "teal").await;
    let opening = club.event(&calendar, "Season opening", 20, "").await;
    let members = club.guests("Members", &practice_guests(60)).await;
    let account = club.mail_server("Club mail", server.port(), PASSWORD).await;
    let draft = CampaignDraft { per_second: Some(4.0), ..club.drafted("Season opening", &[&opening], &members, &account) };
    club.keep_draft(draft).await;
    let folder = club.close().await;
    disk.remount("ro").await;
    let window = Browser::open("disk", folder, PASSPHRASE).await;
    window.sees("Nothing can be written there").await;
    window.inspect("read-only").await;
    disk.remount("rw").await;
    window.press("Try again").await;
    window.visit("campaigns").await;
    window.press("Season opening").await;
    window.press("Send 60 invitations").await;
    window.sees("a second").await;
    let ballast = disk.fill();
    window.sees("is full. Free some space").await;
    window.inspect("full").await;
    assert!(server.count() < 60, "nothing leaves that cannot be written down: {}", server.count());
    std::fs::remove_file(ballast).expect("space is freed");
    window.sees("See answers").await;
    assert_eq!(server.count(), 60, "everyone is reached once");
    window.stop().await;
}

#[tokio::test]
async fn data_that_cannot_be_opened_is_left_as_it_is_until_a_backup_is_put_back() {
    let club = Club::begin().await;
    club.calendar("Club", "teal").await;
    backup::daily(&club.engine).await.expect("a backup of the day");
    let folder = club.close().await;
    let file = folder.path().join("data/rollcall.db");
    let mut backups = std::fs::read_dir(folder.path().join("data/backups")).expect("the backups");
    let sound = std::fs::read(backups.find_map(Result::ok).expect("a backup").path()).expect("the data in one file");
    let newer = changed(&sound, 60, &9_000_u32.to_be_bytes());
    let damaged = changed(&sound, 100, &[0x5a; 400]);
    let notes = b"These are my notes, not a database.".to_vec();
    put(&file, &newer);
    let window = Browser::open("disk", Arc::clone(&folder), PASSPHRASE).await;
    for (screen, bytes, words) in [
        ("newer", newer, "A newer Rollcall wrote this data"),
        ("damaged", damaged.clone(), "The data is damaged"),
        ("foreign", notes, "This is not Rollcall’s data"),
    ] {
        put(&file, &bytes);
        window.press("Try again").await;
        window.sees(words).await;
        window.inspect(screen).await;
        assert_eq!(std::fs::read(&file).expect("the file"), bytes, "{screen}: it is as it was");
    }
    put(&file, &damaged);
    window.press("Try again").await;
    window.press("Put the last backup back").await;
    window.sees("Month").await;
    window.sees("Club").await;
    window.inspect("put-back").await;
    let kept = std::fs::read_dir(folder.path().join("data/backups")).expect("the backups").filter_map(Result::ok);
    let kept: Vec<PathBuf> = kept.map(|entry| entry.path()).filter(|path| path.to_string_lossy().contains("before-restore")).collect();
    assert_eq!(std::fs::read(&kept[0]).expect("what was there"), damaged, "what was there is kept");
    window.stop().await;
}

/// The same with other bytes at a place.
fn changed(bytes: &[u8], at: usize, with: &[u8]) -> Vec<u8> {
    let mut bytes = bytes.to_vec();
    bytes.splice(at..at + with.len(), with.iter().copied());
    bytes
}

/// The data is another file from now on: whoever has the one before it open still keeps that.
fn put(file: &Path, bytes: &[u8]) {
    for beside in ["db-wal", "db-shm"] {
        drop(std::fs::remove_file(file.with_extension(beside)));
    }
    let new = file.with_extension("new");
    std::fs::write(&new, bytes).expect("the file can be written");
    std::fs::rename(new, file).expect("it is the data");
}
