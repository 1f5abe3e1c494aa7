use std::fs;
use std::time::Duration;

use mail::port::{CheckState, FolderCursor, Reach};
use tempfile::TempDir;

use crate::account::maildir;

fn folder() -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    for part in ["tmp", "new", "cur"] {
        fs::create_dir(folder.path().join(part)).unwrap();
    }
    folder
}

fn deliver(folder: &TempDir, name: &str) {
    fs::write(folder.path().join("tmp").join(name), format!("Subject: {name}\r\n\r\n")).unwrap();
    fs::rename(folder.path().join("tmp").join(name), folder.path().join("new").join(name)).unwrap();
}

#[tokio::test]
async fn every_message_is_read_once_whatever_its_name_and_the_size_of_a_batch() {
    let folder = folder();
    for number in 0..57 {
        deliver(&folder, &format!("{}.x{number}", 1_800_000_000 - number * 1_000));
    }
    let inbox = maildir(folder.path());
    let (mut cursors, mut subjects): (Vec<FolderCursor>, Vec<String>) = (Vec::new(), Vec::new());
    loop {
        let batch = inbox.fetch(&cursors, Reach::Everything, 10).await.unwrap();
        assert!(batch.messages.is_sorted_by_key(|message| message.uid), "in the order of the UIDs");
        subjects.extend(batch.messages.iter().map(|message| String::from_utf8_lossy(&message.message).into_owned()));
        cursors = batch.cursors;
        if !batch.more {
            break;
        }
    }
    subjects.sort();
    subjects.dedup();
    assert_eq!(subjects.len(), 57, "each file came once");
    assert!(inbox.fetch(&cursors, Reach::Everything, 10).await.unwrap().messages.is_empty(), "reading again finds nothing");

    deliver(&folder, "1.older-than-all-by-its-name");
    let batch = inbox.fetch(&cursors, Reach::Everything, 10).await.unwrap();
    assert_eq!(batch.messages.len(), 1, "what arrives now is new, whatever its name says");
    assert_eq!(
        maildir(folder.path()).fetch(&cursors, Reach::Everything, 10).await.unwrap().messages[0].uid,
        batch.messages[0].uid,
        "another process gives the same UID"
    );
}

#[tokio::test]
async fn reading_changes_nothing_in_the_folder() {
    let folder = folder();
    deliver(&folder, "1.a");
    maildir(folder.path()).fetch(&[], Reach::Everything, 10).await.unwrap();
    assert!(folder.path().join("new/1.a").exists(), "unread mail stays unread");
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 3, "no file of ours lies there");
}

#[tokio::test]
async fn a_first_look_passes_over_what_is_too_old_to_concern_us() {
    let folder = folder();
    let moment: jiff::Timestamp = "2027-03-01T12:00:00Z".parse().unwrap();
    for number in 0..3 {
        deliver(&folder, &format!("{number}.old"));
        fs::File::options()
            .append(true)
            .open(folder.path().join(format!("new/{number}.old")))
            .unwrap()
            .set_modified((moment - jiff::SignedDuration::from_hours(1)).into())
            .unwrap();
    }
    let inbox = maildir(folder.path());
    let since = inbox.fetch(&[], Reach::Since(moment), 10).await.unwrap();
    assert!(since.messages.is_empty() && !since.more, "they came before: {since:?}");
    let nothing = inbox.fetch(&[], Reach::Nothing, 10).await.unwrap();
    assert!(nothing.messages.is_empty(), "nothing was sent that could be answered");
    deliver(&folder, "9.new");
    for cursors in [since.cursors, nothing.cursors] {
        assert_eq!(inbox.fetch(&cursors, Reach::Nothing, 10).await.unwrap().messages.len(), 1, "what comes from then on is read");
    }
}

#[tokio::test]
async fn a_wait_ends_when_mail_comes() {
    let folder = folder();
    let inbox = maildir(folder.path());
    let waited = tokio::join!(inbox.wait(Duration::from_mins(5)), async { deliver(&folder, "1.a") }).0;
    assert!(waited.is_ok(), "the wait ends long before its limit");
    inbox.fetch(&[], Reach::Everything, 10).await.unwrap();
    deliver(&folder, "2.b");
    assert!(inbox.wait(Duration::from_mins(5)).await.is_ok(), "mail that came between reading and waiting ends it at once");
}

#[tokio::test]
async fn a_folder_that_is_no_maildir_is_told_in_words() {
    let folder = tempfile::tempdir().unwrap();
    let checks = maildir(folder.path()).check().await;
    assert_eq!(checks[0].state, CheckState::Bad, "there is no new and cur");
    assert!(checks[0].message.contains("new and cur"), "the words say what is missing: {}", checks[0].message);
}
