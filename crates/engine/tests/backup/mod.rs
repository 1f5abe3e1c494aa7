//! Backup and restore.

use engine::vault::Vault;
use engine::{Code, Engine, Failure, accounts, app, backup, guests};
use secrecy::SecretString;

use crate::accounts::smtp;
use crate::guests::{everyone, pasted};
use crate::sandbox::Sandbox;

const RECOVERY: &str = "the old oak behind the clubhouse";

async fn with_guest(engine: &Engine, address: &str) {
    let preview = pasted(engine, address).await;
    guests::apply(engine, &preview.id, "Season").await.expect("a guest");
}

fn code(error: anyhow::Error) -> Code {
    Failure::from(error).code
}

fn secret(text: &str) -> SecretString {
    SecretString::from(text.to_owned())
}

#[tokio::test]
async fn a_backup_is_restored_while_the_app_is_open_and_what_was_here_is_kept() {
    let sandbox = Sandbox::new();
    let engine = sandbox.engine().await;
    with_guest(&engine, "first@a.example").await;
    let file = sandbox.path().join("backup.db");
    backup::back_up(&engine, &file).await.expect("a backup");
    with_guest(&engine, "second@b.example").await;
    backup::back_up(&engine, &sandbox.path().join("later.db")).await.expect("another backup");
    let kept = backup::restore(&engine, &file, None).await.expect("it is restored");
    let addresses = |page: guests::view::GuestPage| page.rows.into_iter().map(|guest| guest.address).collect::<Vec<_>>();
    assert_eq!(addresses(everyone(&engine).await), ["first@a.example"], "the state of the backup is seen at once");
    with_guest(&engine, "third@c.example").await;
    assert_eq!(everyone(&engine).await.total, 2, "and it can be written to");
    backup::restore(&engine, &kept, None).await.expect("what was here is a backup too");
    assert_eq!(addresses(everyone(&engine).await), ["first@a.example", "second@b.example"], "nothing was lost by restoring");
    backup::back_up(&engine, &file).await.expect("a backup takes the place of an older one");
}

#[tokio::test]
async fn data_that_cannot_be_opened_gives_way_to_the_newest_sound_backup_and_is_kept() {
    let sandbox = Sandbox::new();
    let engine = sandbox.engine().await;
    with_guest(&engine, "first@a.example").await;
    let (data, now) = (sandbox.path().join("data"), engine.clock().now());
    let refused = backup::put_back_newest(&data, now).expect_err("there is no backup yet");
    assert_eq!(code(refused), Code::NotFound, "the sentence says where one would lie");
    backup::daily(&engine).await.expect("a backup of the day");
    engine.close().await;
    std::fs::write(data.join("backups/rollcall-2027-03-02.db"), "a later one that is torn").expect("a torn backup");
    let torn = b"These bytes were once a database.".repeat(99);
    std::fs::write(data.join("rollcall.db"), &torn).expect("torn data");
    let kept = backup::put_back_newest(&data, now).expect("it is put back");
    assert_eq!(std::fs::read(kept).expect("what was there"), torn, "what was there is kept");
    let again = sandbox.engine().await;
    assert_eq!(everyone(&again).await.total, 1, "and the data opens as the newest sound backup has it");
}

#[tokio::test]
async fn what_is_no_sound_backup_changes_nothing() {
    let sandbox = Sandbox::new();
    let engine = sandbox.engine().await;
    for address in ["a@a.example", "b@b.example"] {
        with_guest(&engine, address).await;
    }
    let file = sandbox.path().join("backup.db");
    backup::back_up(&engine, &file).await.expect("a backup");
    let sound = std::fs::read(&file).expect("the backup");
    let mut damaged = sound.clone();
    // Every page but the first, which holds the schema's root.
    damaged.iter_mut().skip(8192).step_by(7).for_each(|byte| *byte = 0x5a);
    let mut newer = sound.clone();
    newer[60..64].copy_from_slice(&9_000_u32.to_be_bytes());
    let files = [
        ("notes.txt", b"just text".to_vec()),
        ("half.db", sound[..sound.len() / 2].to_vec()),
        ("damaged.db", damaged),
        ("newer.db", newer),
        ("empty.db", Vec::new()),
    ];
    for (name, bytes) in files {
        let Err(error) = backup::restore(&engine, &sandbox.file(name, bytes), None).await else { panic!("{name} is not sound") };
        assert!(error.to_string().contains(name), "the sentence names the file: {error}");
        assert_eq!(code(error), Code::UnreadableFile, "{name}");
    }
    assert_eq!(everyone(&engine).await.total, 2, "nothing was changed");
    let notes = sandbox.path().join("notes.txt");
    assert!(backup::back_up(&engine, &notes).await.is_err(), "a file that is no backup is not overwritten");
    assert_eq!(std::fs::read(notes).expect("the notes"), b"just text", "it is as it was");
}

#[tokio::test]
async fn secrets_come_back_on_another_computer_with_the_recovery_passphrase() {
    let old = Sandbox::new();
    let engine = old.engine().await;
    let sender = accounts::add_sender(&engine, smtp("Club", "hunter2 of the server")).await.expect("a sender");
    let id = sender.id.parse().expect("a row");
    let file = old.path().join("backup.db");
    assert!(backup::choose_recovery(&engine, secret("short")).await.is_err(), "a passphrase that can be guessed is refused");
    backup::choose_recovery(&engine, secret(RECOVERY)).await.expect("a recovery passphrase");
    backup::back_up(&engine, &file).await.expect("a backup");

    let new = Sandbox::new();
    let there = new.engine().await;
    with_guest(&there, "kept@a.example").await;
    let Err(error) = backup::restore(&there, &file, Some(secret("not the passphrase"))).await else { panic!("it is not the passphrase") };
    assert_eq!(code(error), Code::Locked, "a wrong passphrase is told from a fault");
    assert_eq!(everyone(&there).await.total, 1, "and nothing was changed");
    backup::restore(&there, &file, Some(secret(RECOVERY))).await.expect("it is restored");
    accounts::sender(&there, id).await.expect("the sender opens");
    assert_eq!(*new.post.passwords.lock().expect("the passwords"), ["hunter2 of the server"], "with its password");
    let again = new.engine().await;
    accounts::sender(&again, id).await.expect("also after a restart: the key is in this computer's keychain");

    let bare = Sandbox::new();
    let bare_engine = bare.engine_with(Vault::passphrase(secret("daily passphrase"))).await;
    backup::restore(&bare_engine, &file, Some(secret(RECOVERY))).await.expect("it is restored without a keychain");
    accounts::sender(&bare_engine, id).await.expect("the key lies under this computer's passphrase now");
}

#[tokio::test]
async fn a_daily_backup_is_written_once_a_day_and_seven_are_kept() {
    let sandbox = Sandbox::new();
    let engine = sandbox.engine().await;
    let folder = sandbox.path().join("data/backups");
    std::fs::create_dir_all(&folder).expect("a folder");
    let old = (1..=9).map(|day| format!("rollcall-2027-02-0{day}.db"));
    for name in old.chain(["rollcall-before-the-final.db".to_owned()]) {
        std::fs::write(folder.join(name), b"older").expect("an older backup");
    }
    for _ in 0..2 {
        backup::daily(&engine).await.expect("the daily backup");
    }
    let mut names: Vec<String> = std::fs::read_dir(&folder)
        .expect("the folder")
        .map(|entry| entry.expect("an entry").file_name().to_string_lossy().into_owned())
        .collect();
    names.sort();
    let expected: Vec<String> = (4..=9)
        .map(|day| format!("rollcall-2027-02-0{day}.db"))
        .chain(["rollcall-2027-03-01.db".to_owned(), "rollcall-before-the-final.db".to_owned()])
        .collect();
    assert_eq!(names, expected, "seven days are kept, and what the organizer named");
}

#[tokio::test]
async fn a_second_folder_gets_a_backup_at_once_and_every_day() {
    let sandbox = Sandbox::new();
    let engine = sandbox.engine().await;
    let folder = sandbox.path().join("stick");
    let missing = app::choose_backup_folder(&engine, &folder.display().to_string()).await.expect_err("it is not there");
    assert_eq!(missing.code, Code::InvalidInput, "the sentence says so: {missing}");
    std::fs::create_dir_all(&folder).expect("a folder");
    let chosen = app::choose_backup_folder(&engine, &folder.display().to_string()).await.expect("it is chosen");
    assert!(chosen.folder.ends_with("stick"), "it is shown: {}", chosen.folder);
    let today = folder.join("rollcall-2027-03-01.db");
    assert!(!app::inspect_backup(&today).await.expect("today's is there").recovery, "without a recovery passphrase");
    app::choose_recovery(&engine, secret(RECOVERY)).await.expect("a recovery passphrase");
    std::fs::remove_file(&today).expect("it can be removed");
    backup::daily(&engine).await.expect("the daily backup");
    assert!(app::inspect_backup(&today).await.expect("it is written again").recovery, "it carries the key now");
    assert_eq!(app::choose_backup_folder(&engine, "").await.expect("none").folder, "", "it can be let go");
}

#[tokio::test]
async fn a_database_that_is_not_ours_is_named_and_left_alone() {
    let sandbox = Sandbox::new();
    let data = sandbox.path().join("data");
    std::fs::create_dir_all(&data).expect("a folder");
    let file = data.join("rollcall.db");
    let diary = b"Dear diary, today nobody came to training. ".repeat(20);
    std::fs::write(&file, &diary).expect("a file");
    let error = sandbox.open(Vault::keychain(sandbox.keychain.store())).await.err().expect("it is no database");
    let failure = Failure::from(error);
    assert_eq!(failure.code, Code::ForeignDatabase, "the window has words for it: {failure}");
    assert!(failure.message.contains("rollcall.db") && failure.message.contains("Move it away"), "which file, and what to do: {failure}");
    assert_eq!(std::fs::read(&file).expect("the file"), diary, "it is as it was");
}
