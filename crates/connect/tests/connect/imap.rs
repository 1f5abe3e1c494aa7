use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

use mail::port::{Batch, CheckState, FolderCursor, InboxError, MailInbox};
use serde_json::json;
use testkit::dovecot::Dovecot;

use crate::account::{account, inbox};

fn imap(server: &Dovecot, tls: &str, user: &str, password: &str) -> Arc<dyn MailInbox> {
    let port = if tls == "implicit" { server.tls_port() } else { server.port() };
    let settings = json!({ "host": "localhost", "port": port, "tls": tls, "user": user, "ca_file": server.authority() });
    inbox(&account("imap", settings, &[("password", password)]))
}

fn mail(subject: &str) -> Vec<u8> {
    format!("From: ann@example.org\r\nSubject: {subject}\r\n\r\nText\r\n").into_bytes()
}

fn subjects(batch: &Batch) -> Vec<String> {
    let text = |message: &[u8]| String::from_utf8_lossy(message).lines().nth(1).unwrap_or_default().replace("Subject: ", "");
    batch.messages.iter().map(|received| text(&received.message)).collect()
}

async fn everything(inbox: &dyn MailInbox, mut cursors: Vec<FolderCursor>, limit: usize) -> (Vec<String>, Vec<FolderCursor>) {
    let mut found = Vec::new();
    loop {
        let batch = inbox.fetch(&cursors, limit).await.unwrap();
        found.extend(subjects(&batch));
        for cursor in batch.cursors {
            cursors.retain(|old| old.folder != cursor.folder);
            cursors.push(cursor);
        }
        if !batch.more {
            return (found, cursors);
        }
    }
}

#[tokio::test]
async fn mail_is_read_once_in_order_under_every_encryption() {
    let server = Dovecot::start(&[("club", "secret"), ("jörg", "pässword")]).unwrap();
    for number in 0..25 {
        server.deliver("club", &mail(&format!("m{number}"))).unwrap();
    }
    server.deliver_into("club", "Trash", &mail("shown and thrown away")).unwrap();
    for tls in ["implicit", "starttls", "none"] {
        let inbox = imap(&server, tls, "club", "secret");
        let (found, cursors) = everything(&*inbox, Vec::new(), 10).await;
        let unique: BTreeSet<&String> = found.iter().collect();
        assert_eq!((found.len(), unique.len()), (26, 26), "{tls}: INBOX and Trash, each message once: {found:?}");
        assert_eq!(found.last().map(String::as_str), Some("shown and thrown away"), "{tls}: answers that Outlook moved are found");
        assert!(everything(&*inbox, cursors.clone(), 10).await.0.is_empty(), "{tls}: reading again finds nothing");
        let again = imap(&server, tls, "club", "secret");
        assert!(everything(&*again, cursors, 10).await.0.is_empty(), "{tls}: the cursors say it all, whoever reads");
    }
}

#[tokio::test]
async fn what_comes_later_is_read_alone() {
    let server = Dovecot::start(&[("club", "secret")]).unwrap();
    server.deliver("club", &mail("before")).unwrap();
    let inbox = imap(&server, "implicit", "club", "secret");
    let (_, cursors) = everything(&*inbox, Vec::new(), 10).await;
    server.deliver("club", &mail("after")).unwrap();
    let (found, _) = everything(&*inbox, cursors, 10).await;
    assert_eq!(found, ["after"], "only the new one crosses the line");
}

#[tokio::test]
async fn answers_that_a_rule_files_elsewhere_are_read_there() {
    let server = Dovecot::start(&[("club", "secret")]).unwrap();
    server.deliver("club", &mail("here")).unwrap();
    server.deliver_into("club", "R&AOk-ponses", &mail("filed")).unwrap();
    let filed = |folder: &str| {
        let settings = json!({ "host": "localhost", "port": server.tls_port(), "tls": "implicit", "user": "club", "ca_file": server.authority(), "folder": folder });
        inbox(&account("imap", settings, &[("password", "secret")]))
    };
    let (found, _) = everything(&*filed("Réponses"), Vec::new(), 10).await;
    assert_eq!(found, ["here", "filed"], "the inbox and the folder, by its name in letters");
    let checks = filed("Antworten").check().await;
    let missing = checks.iter().find(|check| check.code == "folder").map(|check| (check.state, check.message.contains("Antworten")));
    assert_eq!(missing, Some((CheckState::Bad, true)), "a folder that is not there is named: {checks:?}");
    let (found, _) = everything(&*filed("Antworten"), Vec::new(), 10).await;
    assert_eq!(found, ["here"], "and keeps nothing else from being read");
}

#[tokio::test]
async fn reading_changes_nothing_in_the_mailbox() {
    let server = Dovecot::start(&[("club", "secret")]).unwrap();
    server.deliver("club", &mail("unread")).unwrap();
    let inbox = imap(&server, "implicit", "club", "secret");
    everything(&*inbox, Vec::new(), 10).await;
    inbox.check().await;
    let listing = |part: &str| -> Vec<String> {
        std::fs::read_dir(server.maildir("club").join(part))
            .unwrap()
            .map(|file| file.unwrap().file_name().to_string_lossy().into_owned())
            .collect()
    };
    assert_eq!(listing("new").len(), 1, "the message is as recent as before: {:?}", listing("new"));
    assert!(listing("cur").is_empty(), "and carries no flag: {:?}", listing("cur"));
}

#[tokio::test]
async fn a_rebuilt_mailbox_is_read_from_its_beginning() {
    let server = Dovecot::start(&[("club", "secret")]).unwrap();
    server.deliver("club", &mail("one")).unwrap();
    let (_, cursors) = everything(&*imap(&server, "implicit", "club", "secret"), Vec::new(), 10).await;
    server.rebuild("club").unwrap();
    let (found, after) = everything(&*imap(&server, "implicit", "club", "secret"), cursors.clone(), 10).await;
    let validity = |cursors: &[FolderCursor]| cursors.iter().find(|cursor| cursor.folder == "INBOX").map(|cursor| cursor.validity);
    assert_ne!(validity(&cursors), validity(&after), "the server numbers anew");
    assert_eq!(found, ["one"], "nothing is lost; the reader knows the message by its content");
}

#[tokio::test]
async fn a_wait_ends_when_mail_comes_even_between_reading_and_waiting() {
    let server = Dovecot::start(&[("club", "secret")]).unwrap();
    let inbox = imap(&server, "implicit", "club", "secret");
    let (_, cursors) = everything(&*inbox, Vec::new(), 10).await;
    server.deliver("club", &mail("in between")).unwrap();
    inbox.wait(Duration::from_mins(8)).await.unwrap();
    let (found, cursors) = everything(&*inbox, cursors, 10).await;
    assert_eq!(found, ["in between"], "what came before the wait ends it at once");
    let (waited, delivered) = tokio::join!(inbox.wait(Duration::from_mins(8)), async { server.deliver("club", &mail("during")) });
    assert!(waited.is_ok() && delivered.is_ok(), "IDLE ends when mail comes: {waited:?} {delivered:?}");
    assert_eq!(everything(&*inbox, cursors, 10).await.0, ["during"], "and it is there");
}

#[tokio::test]
async fn a_wrong_password_asks_for_a_new_login() {
    let server = Dovecot::start(&[("club", "secret")]).unwrap();
    let inbox = imap(&server, "implicit", "club", "wrong");
    let error = inbox.fetch(&[], 10).await.unwrap_err();
    assert!(matches!(error, InboxError::NeedsLogin(_)), "the server said no: {error:?}");
    let checks = inbox.check().await;
    assert_eq!(checks.last().map(|check| check.state), Some(CheckState::Bad), "so does the check: {checks:?}");
    let fine = imap(&server, "implicit", "club", "secret").check().await;
    assert!(fine.iter().all(|check| check.state == CheckState::Good), "with the right one all is well: {fine:?}");
}

#[tokio::test]
async fn a_name_and_password_beyond_ascii_work() {
    let server = Dovecot::start(&[("jörg", "pässwörd \"x\\")]).unwrap();
    server.deliver("jörg", &mail("ü")).unwrap();
    let (found, _) = everything(&*imap(&server, "implicit", "jörg", "pässwörd \"x\\"), Vec::new(), 10).await;
    assert_eq!(found, ["ü"], "SASL PLAIN carries them");
}
