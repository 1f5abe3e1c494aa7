use std::collections::BTreeSet;
use std::io::{BufRead as _, BufReader, Write as _};
use std::net::{TcpListener, TcpStream};
use std::sync::Arc;
use std::time::Duration;

use mail::port::{Batch, CheckState, FolderCursor, InboxError, MailInbox, Place, Reach};
use serde_json::json;
use testkit::dovecot::{Dovecot, TOKEN_OF_CLUB};

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
        let batch = inbox.fetch(&cursors, Reach::Everything, limit).await.unwrap();
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

/// An inbox of the user club with settings of its own.
fn club(server: &Dovecot, own: &serde_json::Value) -> Arc<dyn MailInbox> {
    let mut settings =
        json!({ "host": "localhost", "port": server.tls_port(), "tls": "implicit", "user": "club", "ca_file": server.authority() });
    settings.as_object_mut().unwrap().extend(own.as_object().unwrap().clone());
    inbox(&account("imap", settings, &[("password", "secret")]))
}

#[tokio::test]
async fn answers_that_rules_file_elsewhere_are_read_there() {
    let server = Dovecot::start(&[("club", "secret")]).unwrap();
    server.deliver("club", &mail("here")).unwrap();
    server.deliver_into("club", "R&AOk-ponses", &mail("filed")).unwrap();
    server.deliver_into("club", "Cup.2027", &mail("deep")).unwrap();
    let filed = |folders: &[&str]| club(&server, &json!({ "folders": folders }));
    let (found, _) = everything(&*filed(&["Réponses", "Cup/2027"]), Vec::new(), 10).await;
    assert_eq!(found, ["here", "filed", "deep"], "the inbox and the folders, by their names in letters");
    let wrong = ["Antworten", "Réponses", "Zusagen"];
    let checks = filed(&wrong).check().await;
    let missing: Vec<_> = checks.iter().filter(|check| check.code == "folder").collect();
    assert!(
        missing.len() == 2 && missing.iter().zip(["Antworten", "Zusagen"]).all(|(check, name)| check.message.contains(name)),
        "each folder that is not there is named, and no other: {checks:?}"
    );
    assert!(missing.iter().all(|check| check.state == CheckState::Bad), "as something to put right: {checks:?}");
    let (found, _) = everything(&*filed(&wrong), Vec::new(), 10).await;
    assert_eq!(found, ["here", "filed"], "and keeps nothing else from being read");
}

#[tokio::test]
async fn of_a_large_mailbox_only_what_came_since_a_moment_is_read() {
    let server = Dovecot::start(&[("club", "secret")]).unwrap();
    let moment: jiff::Timestamp = "2027-03-01T12:00:00Z".parse().unwrap();
    server.arriving_at((moment - jiff::SignedDuration::from_hours(24 * 30)).into());
    for number in 0..300 {
        server.deliver("club", &mail(&format!("old{number}"))).unwrap();
    }
    server.deliver_into("club", "Trash", &mail("thrown away long ago")).unwrap();
    server.arriving_at(moment.into());
    server.deliver("club", &mail("new")).unwrap();
    let inbox = imap(&server, "implicit", "club", "secret");
    let since = Reach::Since(moment - jiff::SignedDuration::from_hours(24));
    let batch = inbox.fetch(&[], since, 10).await.unwrap();
    assert_eq!((subjects(&batch), batch.more), (vec!["new".to_owned()], false), "one message of three hundred is fetched");
    let places: Vec<(&str, u64)> = batch.cursors.iter().map(|cursor| (cursor.folder.as_str(), cursor.last_uid)).collect();
    assert_eq!(places, [("INBOX", 301), ("Trash", 1)], "and the rest is never looked at again");
    assert!(inbox.fetch(&batch.cursors, since, 10).await.unwrap().messages.is_empty(), "the cursors say it all");

    let nothing = inbox.fetch(&[], Reach::Nothing, 10).await.unwrap();
    assert!(nothing.messages.is_empty() && !nothing.more, "before anything was sent nothing can be an answer");
    server.deliver("club", &mail("later")).unwrap();
    let later = inbox.fetch(&nothing.cursors, Reach::Nothing, 10).await.unwrap();
    assert_eq!(subjects(&later), ["later"], "what comes from then on is read");
    server.rebuild("club").unwrap();
    let rebuilt = imap(&server, "implicit", "club", "secret").fetch(&later.cursors, since, 10).await.unwrap();
    assert_eq!(subjects(&rebuilt).len(), 2, "a rebuilt folder is read from that moment too, not from its beginning");
}

#[tokio::test]
async fn handled_messages_go_into_a_folder_of_their_own_where_that_is_wanted() {
    let server = Dovecot::start(&[("club", "secret")]).unwrap();
    for number in 0..5 {
        server.deliver("club", &mail(&format!("m{number}"))).unwrap();
    }
    server.deliver_into("club", "Trash", &mail("thrown away")).unwrap();
    let inbox = club(&server, &json!({ "handled": "Rollcall/Gelesen é" }));
    assert!(inbox.files_handled(), "it was asked for");
    let batch = inbox.fetch(&[], Reach::Everything, 10).await.unwrap();
    let validity = |folder: &str| batch.cursors.iter().find(|cursor| cursor.folder == folder).unwrap().validity;
    let place = |folder: &str, uid| Place { folder: folder.to_owned(), validity: validity(folder), uid };
    let handled = [place("INBOX", 1), place("INBOX", 3), place("INBOX", 4), place("Trash", 1)];
    let count = |folder: &str| server.count("club", folder).unwrap();
    for time in ["once", "again, as after a crash"] {
        inbox.file(&handled).await.unwrap();
        assert_eq!(
            (count(""), count("Rollcall.Gelesen &AOk-"), count("Trash")),
            (2, 3, 1),
            "asked {time}: moved, each once, the bin left alone"
        );
    }
    let renumbered = [Place { validity: validity("INBOX") + 1, ..place("INBOX", 2) }];
    inbox.file(&renumbered).await.unwrap();
    assert_eq!(count(""), 2, "numbers of a folder as it was before mean nothing now");
    server.deliver("club", &mail("after")).unwrap();
    let next = inbox.fetch(&batch.cursors, Reach::Everything, 10).await.unwrap();
    assert_eq!(subjects(&next), ["after"], "reading goes on as if nothing had been moved");
    let checks = inbox.check().await;
    assert!(checks.iter().any(|check| check.code == "handled" && check.state == CheckState::Good), "the check says so: {checks:?}");
    let plain = club(&server, &json!({}));
    plain.file(&[place("INBOX", 2)]).await.unwrap();
    assert!(!plain.files_handled() && count("") == 3, "who did not ask for it keeps every message where it is");
}

#[tokio::test]
async fn a_token_opens_the_mailbox_in_the_place_of_a_password() {
    let server = Dovecot::start(&[("club", "secret")]).unwrap();
    server.deliver("club", &mail("in")).unwrap();
    let with = |token: &str| {
        let settings = json!({
            "host": "localhost", "port": server.tls_port(), "tls": "implicit", "user": "club", "login": "xoauth2", "ca_file": server.authority()
        });
        inbox(&account("imap", settings, &[("password", token)]))
    };
    let (found, _) = everything(&*with(TOKEN_OF_CLUB), Vec::new(), 10).await;
    assert_eq!(found, ["in"], "a real server takes it");
    let forged = TOKEN_OF_CLUB.replace("Yb", "Xb");
    for refused in ["secret", &forged] {
        let error = with(refused).fetch(&[], Reach::Everything, 10).await.unwrap_err();
        assert!(matches!(error, InboxError::NeedsLogin(_)), "a password is no token, and a forged one is none either: {error:?}");
    }
    let checks = with("old").check().await;
    assert!(checks.last().is_some_and(|check| check.message.contains("fresh token")), "the check says what to do: {checks:?}");
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
    let error = inbox.fetch(&[], Reach::Everything, 10).await.unwrap_err();
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

/// A server with three messages in its inbox, of which it refuses to hand out one.
fn refusing(refused: u32) -> std::io::Result<u16> {
    let listener = TcpListener::bind(("127.0.0.1", 0))?;
    let port = listener.local_addr()?.port();
    std::thread::spawn(move || {
        for client in listener.incoming().flatten() {
            drop(serve(client, refused));
        }
    });
    Ok(port)
}

fn serve(mut client: TcpStream, refused: u32) -> std::io::Result<()> {
    let mut lines = BufReader::new(client.try_clone()?).lines();
    write!(client, "* OK ready\r\n")?;
    while let Some(line) = lines.next().transpose()? {
        let (tag, command) = line.split_once(' ').unwrap_or_default();
        let wanted = command.strip_prefix("UID FETCH ").and_then(|rest| rest.split(' ').next()).unwrap_or("0");
        let (from, to) = wanted.split_once(':').unwrap_or((wanted, wanted));
        let uids: Vec<u32> = (1..=3).filter(|uid| (from.parse().unwrap()..=to.parse().unwrap()).contains(uid)).collect();
        let done = if command.contains("BODY.PEEK") && uids.contains(&refused) { "NO [SERVERBUG] it is damaged" } else { "OK done" };
        for uid in uids.iter().filter(|uid| **uid < refused || done.starts_with("OK")) {
            let body = if command.contains("BODY.PEEK") {
                format!("BODY[] {{19}}\r\nX: y\r\nSubject: {uid}\r\n\r")
            } else {
                "RFC822.SIZE 19".to_owned()
            };
            write!(client, "* {uid} FETCH (UID {uid} {body})\r\n")?;
        }
        match command.split(' ').next() {
            Some("LIST") => write!(client, "* LIST () \"/\" INBOX\r\n")?,
            Some("EXAMINE") => write!(client, "* 3 EXISTS\r\n* OK [UIDVALIDITY 1]\r\n* OK [UIDNEXT 4]\r\n")?,
            _ => {}
        }
        write!(client, "{tag} {done}\r\n")?;
    }
    Ok(())
}

#[tokio::test]
async fn a_message_that_the_server_refuses_keeps_no_other_from_being_read() {
    for refused in [1, 2, 3] {
        let settings = json!({ "host": "127.0.0.1", "port": refusing(refused).unwrap(), "tls": "none", "user": "club" });
        let inbox = inbox(&account("imap", settings, &[("password", "secret")]));
        let batch = inbox.fetch(&[], Reach::Everything, 500).await.unwrap();
        let read: Vec<u64> = batch.messages.iter().map(|message| message.uid).collect();
        let others: Vec<u64> = (1..=3).filter(|uid| *uid != u64::from(refused)).collect();
        assert_eq!(
            (read, batch.cursors[0].last_uid),
            (others, 3),
            "without {refused}: all others are read, and it is not asked for for ever"
        );
        let alone = inbox.fetch(&[FolderCursor { last_uid: 2, ..batch.cursors[0].clone() }], Reach::Everything, 500).await;
        assert_eq!(alone.is_err(), refused == 3, "where nothing but {refused} is new, a refusal may pass, and it is tried again later");
    }
}
