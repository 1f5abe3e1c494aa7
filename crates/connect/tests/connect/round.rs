//! A whole round with servers that others wrote: Postfix takes, delivers and bounces; Dovecot serves what came back.

use std::time::Duration;

use mail::port::{FolderCursor, Reach};
use serde_json::json;
use testkit::dovecot::{Dovecot, TOKEN_OF_CLUB};
use testkit::postfix::Postfix;

use crate::account::{account, inbox, message, name, sender};

#[tokio::test]
async fn postfix_takes_and_delivers_and_its_bounce_is_read_from_the_inbox() {
    let dovecot = Dovecot::start(&[("club", "secret")]).unwrap();
    let postfix = Postfix::start(&dovecot).unwrap();
    let settings =
        json!({ "host": "localhost", "port": postfix.port(), "tls": "starttls", "user": "club", "ca_file": dovecot.authority() });
    let wrong = sender(&account("smtp", settings.clone(), &[("password", "wrong")]));
    let refused = wrong.open().await.err().expect("the password is wrong");
    assert_eq!(name(&refused), "needs login", "a real server's 535: {refused:?}");

    let mut line = sender(&account("smtp", settings, &[("password", "secret")])).open().await.unwrap();
    for number in 0..50 {
        let outcome = line.send(&message(&format!("guest{number}@guests.test"))).await;
        assert_eq!(name(&outcome), "accepted", "a real server's 250: {outcome:?}");
    }
    let outcome = line.send(&message("nobody@example.org")).await;
    assert_eq!(name(&outcome), "refused", "a real server's 550 at RCPT: {outcome:?}");
    let outcome = line.send(&message("gone@bounce.test")).await;
    assert_eq!(name(&outcome), "accepted", "taken first: {outcome:?}");
    line.close().await;

    let received = postfix.received_by_guests(50).unwrap();
    assert_eq!(received.len(), 50, "each once");
    for raw in &received {
        let text = String::from_utf8_lossy(raw);
        assert!(text.contains("\n.first line begins with a dot\n..\nlast\n"), "the text as it was written: {text}");
    }

    let mailbox =
        json!({ "host": "localhost", "port": dovecot.tls_port(), "tls": "implicit", "user": "club", "ca_file": dovecot.authority() });
    let inbox = inbox(&account("imap", mailbox, &[("password", "secret")]));
    let mut cursors: Vec<FolderCursor> = Vec::new();
    let bounce = loop {
        let batch = inbox.fetch(&cursors, Reach::Everything, 10).await.unwrap();
        if let Some(found) = batch.messages.into_iter().next() {
            break String::from_utf8_lossy(&found.message).into_owned();
        }
        cursors = batch.cursors;
        inbox.wait(Duration::from_mins(1)).await.unwrap();
    };
    assert!(bounce.contains("message/delivery-status") && bounce.contains("gone@bounce.test"), "a genuine report: {bounce}");
    assert!(bounce.contains("club+t1@example.org"), "it came to the envelope sender with its token: {bounce}");
}

#[tokio::test]
async fn postfix_takes_a_token_in_the_place_of_a_password() {
    let dovecot = Dovecot::start(&[("club", "secret")]).unwrap();
    let postfix = Postfix::start(&dovecot).unwrap();
    let with = |token: &str| {
        let settings = json!({
            "host": "localhost", "port": postfix.port(), "tls": "starttls", "user": "club", "login": "xoauth2", "ca_file": dovecot.authority()
        });
        sender(&account("smtp", settings, &[("password", token)]))
    };
    let mut line = with(TOKEN_OF_CLUB).open().await.expect("a real server takes it");
    let outcome = line.send(&message("guest@guests.test")).await;
    assert_eq!(name(&outcome), "accepted", "and the mail: {outcome:?}");
    line.close().await;
    let refused = with("a token of long ago").open().await.err().expect("it is none");
    assert_eq!(name(&refused), "needs login", "after the server said why, it says no: {refused:?}");
}
