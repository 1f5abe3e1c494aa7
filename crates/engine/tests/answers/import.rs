//! Answers out of files.

use std::path::{Path, PathBuf};

use engine::answers::view::AnswerImport;
use engine::{Code, answers};
use mail::mailbox_file;

use super::letters::{self, Letter};
use super::refresh;
use super::world::{INBOX, World, now};

async fn import(world: &World, paths: &[PathBuf]) -> AnswerImport {
    answers::import(&world.engine, None, paths).await.expect("there is an inbox")
}

fn counts(imported: &AnswerImport) -> [u32; 6] {
    let AnswerImport { messages, answers, bounces, desk, other, known, .. } = imported;
    [*messages, *answers, *bounces, *desk, *other, *known]
}

/// A mailbox file with these messages.
fn mailbox(path: &Path, messages: &[Vec<u8>]) -> PathBuf {
    let entries: Vec<u8> = messages.iter().flat_map(|message| mailbox_file::entry("someone@elsewhere.example", now(), message)).collect();
    std::fs::write(path, entries).expect("written");
    path.to_owned()
}

#[tokio::test]
async fn mailbox_files_maildirs_and_single_messages_are_read_and_each_message_counts_once() {
    let world = World::with_guests(6).await;
    let folder = tempfile::tempdir().expect("a folder");
    let fourth = world.invitation(4).await;
    let friend = Letter { guest: "friend@elsewhere.example".to_owned(), ..world.letter(5, "ACCEPTED").await };
    let own = [
        world.letter(1, "ACCEPTED").await.gmail(),
        world.letter(2, "DECLINED").await.outlook(),
        letters::bounce(&fourth.address, INBOX, "5.1.1", &fourth.token),
        friend.gmail(),
        b"From: shop@elsewhere.example\r\nSubject: Offer\r\n\r\nFrom now on\r\n\r\nFrom Monday cheap\r\n".to_vec(),
    ];
    let file = mailbox(&folder.path().join("Answers.mbox"), &own);
    let imported = import(&world, std::slice::from_ref(&file)).await;
    assert_eq!(counts(&imported), [5, 2, 1, 1, 1, 0], "each message is what it is: {imported:?}");
    assert_eq!(world.counts().await, [1, 0, 1, 4], "and counts at once");

    let single = folder.path().join("answer.eml");
    std::fs::write(&single, world.letter(3, "TENTATIVE").await.apple()).expect("written");
    let maildir = folder.path().join("Maildir");
    for part in ["new", "cur", "tmp"] {
        std::fs::create_dir_all(maildir.join(part)).expect("a folder");
    }
    std::fs::write(maildir.join("new/1.x"), world.letter(6, "ACCEPTED").await.thunderbird()).expect("written");
    std::fs::write(maildir.join("cur/2.x:2,S"), &own[0]).expect("written");
    let paths = [single, maildir, file];
    let imported = import(&world, &paths).await;
    assert_eq!(counts(&imported), [8, 2, 0, 0, 1, 5], "what was read before is known, whatever file it stands in: {imported:?}");
    assert_eq!(world.counts().await, [2, 1, 1, 2], "and counts no second time");
    let standing = world.standing().await;

    for message in own {
        world.receive(message);
    }
    let pulled = world.pull().await;
    assert_eq!((pulled.messages, pulled.answers, pulled.known), (5, 0, 4), "nor when the inbox brings it afterwards");
    assert_eq!(world.standing().await, standing, "every answer stands by the message that said so first");
}

#[tokio::test]
async fn what_cannot_be_read_is_named_and_keeps_nothing_else_from_being_read() {
    let world = World::with_guests(1).await;
    let folder = tempfile::tempdir().expect("a folder");
    let path = |name: &str| folder.path().join(name);
    std::fs::write(path("poster.pdf"), b"%PDF-1.7\n\x00\x01\x02").expect("written");
    std::fs::create_dir(path("empty")).expect("a folder");
    std::fs::write(path("answer.eml"), world.letter(1, "ACCEPTED").await.gmail()).expect("written");
    let imported = import(&world, &[path("missing.eml"), path("poster.pdf"), path("empty"), path("answer.eml")]).await;
    assert_eq!(imported.answers, 1, "the answer is read: {imported:?}");
    let mut named: Vec<&str> = imported.problems.iter().filter_map(|problem| problem.file.rsplit('/').next()).collect();
    named.sort_unstable();
    assert_eq!(named, ["empty", "missing.eml", "poster.pdf"], "each other file is named with a sentence: {:?}", imported.problems);
    let nobody = answers::import(&world.engine, Some("Nobody"), &[path("answer.eml")]).await.expect_err("there is no such inbox");
    assert_eq!(nobody.code, Code::NotFound, "an inbox that is not there is said to be missing");
}

#[tokio::test]
async fn a_question_for_the_current_state_in_an_old_file_sends_nothing() {
    let world = World::that_sends(1).await;
    let folder = tempfile::tempdir().expect("a folder");
    let question = refresh::question(&world, 1, 1).await;
    let imported = import(&world, &[mailbox(&folder.path().join("old"), &[question])]).await;
    assert_eq!(counts(&imported)[..2], [1, 0], "it is read: {imported:?}");
    let campaigns = engine::campaigns::list_campaigns(&world.engine).await.expect("campaigns");
    assert_eq!(campaigns.len(), 1, "and no mail is made of it");
}
