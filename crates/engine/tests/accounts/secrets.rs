//! Promise 8: no secret is ever in clear on disk, and the right key opens it.

use std::path::Path;

use engine::accounts;
use engine::accounts::view::{AccountForm, SenderForm};
use engine::app::{self, VaultState};
use engine::vault::Vault;
use engine::{Code, Failure};
use secrecy::SecretString;

use super::{imap, smtp};
use crate::sandbox::Sandbox;

const PLANTED: &str = "Tr0ub4dor-and-a-correct-horse";

pub(crate) fn files_with(folder: &Path, needle: &[u8]) -> Vec<String> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).expect("the folder") {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            found.extend(files_with(&path, needle));
        } else if std::fs::read(&path).expect("the file").windows(needle.len()).any(|window| window == needle) {
            found.push(path.display().to_string());
        }
    }
    found
}

fn code(error: anyhow::Error) -> Code {
    Failure::from(error).code
}

#[tokio::test]
async fn a_secret_is_nowhere_in_clear_and_opens_again() {
    let sandbox = Sandbox::new();
    let engine = sandbox.engine().await;
    let sender = accounts::add_sender(&engine, smtp("Club", PLANTED)).await.expect("a sender");
    assert!(!files_with(sandbox.path(), b"smtp.club.example").is_empty(), "the search finds what is on disk, also in the WAL");
    assert_eq!(files_with(sandbox.path(), PLANTED.as_bytes()), Vec::<String>::new(), "database, WAL and logs hold the secret sealed only");
    engine.close().await;
    let again = sandbox.engine().await;
    accounts::sender(&again, sender.id.parse().expect("a row")).await.expect("the sender opens after a restart");
    assert_eq!(*sandbox.post.passwords.lock().expect("the passwords"), [PLANTED], "the adapter gets the secret that was typed");
}

#[tokio::test]
async fn another_computer_without_the_key_says_so() {
    let sandbox = Sandbox::new();
    let sender = accounts::add_sender(&sandbox.engine().await, smtp("Club", PLANTED)).await.expect("a sender");
    sandbox.keychain.0.lock().expect("the keychain").clear();
    let engine = sandbox.engine().await;
    let Err(error) = accounts::sender(&engine, sender.id.parse().expect("a row")).await else { panic!("there is no key") };
    assert!(error.to_string().contains("keychain"), "the sentence says where the key was: {error}");
    assert_eq!(code(error), Code::Locked, "the window asks for the recovery passphrase");
    assert!(engine.vault().trouble(engine.store()).await.expect("it can be asked").is_some(), "the overview says that secrets are locked");
}

#[tokio::test]
async fn a_passphrase_seals_and_only_the_right_one_opens() {
    let sandbox = Sandbox::new();
    let with = |text: &str| Vault::passphrase(SecretString::from(text.to_owned()));
    let sender =
        accounts::add_sender(&sandbox.engine_with(with("open sesame, open")).await, smtp("Club", PLANTED)).await.expect("a sender");
    let id = sender.id.parse().expect("a row");
    let wrong = sandbox.engine_with(with("open barley, open")).await;
    let Err(error) = accounts::sender(&wrong, id).await else { panic!("the passphrase is wrong") };
    assert_eq!(code(error), Code::Locked, "a wrong passphrase is told from a fault");
    let none = sandbox.engine_with(Vault::keychain(sandbox.keychain.store())).await;
    assert!(accounts::sender(&none, id).await.is_err(), "a keychain does not help where a passphrase sealed");
    let typed = |text: &str| SecretString::from(text.to_owned());
    let safety = app::safety(&none).await.expect("how it stands");
    assert_eq!(safety.vault, VaultState::WantsPassphrase, "the window asks for it: {}", safety.why);
    let refused = app::unlock(&none, typed("open barley, open")).await.expect_err("it is another one");
    assert_eq!(refused.code, Code::Locked, "a wrong one is told from a fault: {refused}");
    let opened = app::unlock(&none, typed("open sesame, open")).await.expect("it is the right one");
    assert_eq!((opened.vault, opened.why.as_str()), (VaultState::Open, ""), "nothing is wrong any more");
    accounts::sender(&none, id).await.expect("the passphrase can be typed later");
    assert_eq!(files_with(sandbox.path(), b"open sesame, open"), Vec::<String>::new(), "the passphrase itself is on no disk");
}

#[tokio::test]
async fn a_passphrase_that_can_be_guessed_seals_nothing_wherever_it_was_given() {
    let sandbox = Sandbox::new();
    let short = Vault::passphrase(SecretString::from("ab".to_owned()));
    let Err(error) = accounts::add_sender(&sandbox.engine_with(short).await, smtp("Club", PLANTED)).await else { panic!("it is sealed") };
    assert!(error.to_string().contains("at least 12 characters"), "what is wrong, and what is right: {error}");
    assert_eq!(code(error), Code::InvalidInput, "it is refused as where it is typed into the window");
}

#[tokio::test]
async fn without_keychain_and_passphrase_only_secrets_are_refused() {
    let sandbox = Sandbox::new();
    let engine = sandbox.engine_with(Vault::new(None, None)).await;
    let Err(error) = accounts::add_sender(&engine, smtp("Club", PLANTED)).await else { panic!("there is nowhere to put a key") };
    let refused = engine::Failure::from(error);
    assert!(refused.message.contains("Choose one"), "the sentence says what to do: {refused}");
    assert_eq!(refused.details.get("wants").map(String::as_str), Some("passphrase"), "and the command line adds how");
    accounts::add_sender(&engine, smtp("Open relay", "")).await.expect("a sender without a secret needs no key");
    assert_eq!(app::safety(&engine).await.expect("how it stands").vault, VaultState::Unused, "a passphrase can be chosen");
    let short = app::unlock(&engine, SecretString::from("short".to_owned())).await.expect_err("it can be guessed");
    assert_eq!(short.code, Code::InvalidInput, "it is refused: {short}");
    app::unlock(&engine, SecretString::from("the old oak behind the clubhouse".to_owned())).await.expect("it is chosen");
    accounts::add_sender(&engine, smtp("Club", PLANTED)).await.expect("now secrets can be sealed");
    let later = sandbox.engine_with(Vault::new(None, None)).await;
    assert_eq!(app::safety(&later).await.expect("how it stands").vault, VaultState::WantsPassphrase, "after a restart it is asked for");
}

#[tokio::test]
async fn an_account_is_changed_without_typing_its_password_again() {
    let sandbox = Sandbox::new();
    let engine = sandbox.engine().await;
    let sender = accounts::add_sender(&engine, smtp("Club", PLANTED)).await.expect("a sender");
    let mut form = accounts::show(&engine, &sender.id).await.expect("the form");
    let AccountForm::Sender(SenderForm::Smtp { label, name, connections, password, limits, .. }) = &mut form else {
        panic!("an SMTP sender has its form: {form:?}")
    };
    assert_eq!(password, "", "a secret never comes back");
    "Office".clone_into(label);
    "Chicago Bears".clone_into(name);
    *connections = Some(7);
    limits.per_hour = Some(100);
    let changed = accounts::edit(&engine, &sender.id, form.clone()).await.expect("it can be changed");
    assert_eq!((changed.id.as_str(), changed.label.as_str()), (sender.id.as_str(), "Office"), "it is the same account under its new name");
    accounts::sender(&engine, sender.id.parse().expect("a row")).await.expect("it opens");
    assert_eq!(*sandbox.post.passwords.lock().expect("the passwords"), [PLANTED], "the password stayed");
    let AccountForm::Sender(SenderForm::Smtp { name, connections, limits, .. }) =
        accounts::show(&engine, &sender.id).await.expect("the form")
    else {
        panic!("it is still an SMTP sender")
    };
    assert_eq!((name.as_str(), connections), ("Chicago Bears", Some(7)), "what was typed is kept");
    assert_eq!((limits.per_hour, limits.per_second), (Some(100), Some(14.0)), "one more limit leaves the other as it was");
    accounts::add_sender(&engine, smtp("Club", PLANTED)).await.expect("its old name is free");
    let Err(error) = accounts::edit(&engine, &sender.id, AccountForm::Sender(smtp("Club", ""))).await else { panic!("the name is taken") };
    assert_eq!(code(error), Code::NameTaken, "two senders of one name could not be told apart");
    let Err(error) = accounts::edit(&engine, &sender.id, AccountForm::Inbox(imap("Office", "a@club.example"))).await else {
        panic!("a sender is no inbox")
    };
    assert_eq!(code(error), Code::InvalidInput, "its kind stays");
}

#[tokio::test]
async fn an_account_whose_password_a_check_finds_wrong_is_not_ready_until_it_is_let_in() {
    let sandbox = Sandbox::new();
    let engine = sandbox.engine().await;
    let sender = accounts::add_sender(&engine, smtp("Club", PLANTED)).await.expect("a sender");
    let state = async || accounts::list(engine.store()).await.expect("the accounts").remove(0);
    assert_eq!(state().await.state, "unchecked", "nobody knows yet whether it sends");
    *sandbox.post.refuses_login.lock().expect("whether it refuses") = true;
    accounts::edit(&engine, &sender.id, AccountForm::Sender(smtp("Club", "another password"))).await.expect("it is changed");
    accounts::check(&engine, &sender.id).await.expect("it is checked");
    let refused = state().await;
    assert_eq!(refused.state, "needs_login", "it cannot send: {}", refused.words);
    assert!(refused.words.contains("535 wrong password"), "and says why: {}", refused.words);
    *sandbox.post.refuses_login.lock().expect("whether it refuses") = false;
    accounts::check(&engine, &sender.id).await.expect("it is checked");
    assert_eq!(state().await.state, "ok", "the next check finds it well");
    let mut quicker = smtp("Club", "");
    if let SenderForm::Smtp { limits, .. } = &mut quicker {
        limits.per_hour = Some(100);
    }
    assert_eq!(changed(&engine, &sender.id, quicker).await, "ok", "another limit leaves what the check found");
    assert_eq!(changed(&engine, &sender.id, smtp("Club", "a third password")).await, "unchecked", "another password was not tried");
}

/// Its state after a change.
async fn changed(engine: &engine::Engine, id: &str, form: SenderForm) -> String {
    accounts::edit(engine, id, AccountForm::Sender(form)).await.expect("it is changed").state
}

#[tokio::test]
async fn another_mailbox_is_probed_anew() {
    let sandbox = Sandbox::new();
    let engine = sandbox.engine().await;
    let sender = accounts::add_sender(&engine, smtp("Club", PLANTED)).await.expect("a sender");
    let inbox = accounts::add_inbox(&engine, imap("Answers", "answers@club.example")).await.expect("an inbox");
    accounts::probe_inbox(&engine, &inbox.id, &sender.id, accounts::PROBE_PATIENCE).await.expect("the probe runs");
    let same = accounts::edit(&engine, &inbox.id, AccountForm::Inbox(imap("Replies", "answers@club.example"))).await.expect("renamed");
    assert!(same.plus_addressing, "what the probe found holds for the same mailbox");
    let moved = accounts::edit(&engine, &inbox.id, AccountForm::Inbox(imap("Replies", "yes@club.example"))).await.expect("moved");
    assert!(!moved.plus_addressing, "of another address nothing is known");
}

#[tokio::test]
async fn a_name_is_taken_until_its_account_is_removed() {
    let sandbox = Sandbox::new();
    let engine = sandbox.engine().await;
    let first = accounts::add_sender(&engine, smtp("Club", PLANTED)).await.expect("a sender");
    let Err(error) = accounts::add_sender(&engine, smtp("Club", PLANTED)).await else { panic!("the name is taken") };
    assert_eq!(code(error), Code::NameTaken, "two senders of one name could not be told apart");
    accounts::add_inbox(&engine, imap("Club", "answers@club.example")).await.expect("an inbox may have a sender's name");
    accounts::remove(&engine, &first.id).await.expect("it can be removed");
    accounts::add_sender(&engine, smtp("Club", PLANTED)).await.expect("the name is free again");
}
