use mail::port::{CheckState, MailSender, SendOutcome};
use serde_json::json;
use testkit::counting_smtp::{CountingSmtp, Encryption};

use crate::account::{account, message, name, sender, smtp};

async fn send_one(sender: &dyn MailSender, recipient: &str) -> SendOutcome {
    match sender.open().await {
        Ok(mut line) => {
            let outcome = line.send(&message(recipient)).await;
            line.close().await;
            outcome
        }
        Err(outcome) => outcome,
    }
}

#[tokio::test]
async fn a_message_arrives_byte_for_byte_under_every_encryption() {
    for encryption in [Encryption::None, Encryption::Implicit, Encryption::Starttls] {
        let server = CountingSmtp::builder().encrypted(encryption).with_login("club", "geheim ä").start().unwrap();
        let outcome = send_one(&*smtp(&server, encryption, Some(("club", "geheim ä"))), "ann@example.org").await;
        assert_eq!(outcome, SendOutcome::Accepted { remote_id: "C1".to_owned() }, "with {encryption:?} the server takes it and names it");
        let counted = server.messages();
        assert_eq!(counted.len(), 1, "once with {encryption:?}");
        assert_eq!(counted[0].data, message("ann@example.org").message.as_ref(), "dots are doubled on the wire only");
        assert_eq!(
            (counted[0].from.as_str(), counted[0].to.as_slice()),
            ("club+t1@example.org", &["ann@example.org".to_owned()][..]),
            "the envelope"
        );
    }
}

#[tokio::test]
async fn a_line_takes_many_messages_and_survives_refusals() {
    for pipelining in [true, false] {
        let mut builder = CountingSmtp::builder()
            .refusing("gone@example.org", "550 5.1.1 nobody here")
            .refusing("grey@example.org", "450 4.2.1 greylisted")
            .refusing_at_end("spam@example.org", "554 5.7.1 looks like spam")
            .refusing_at_end("full@example.org", "452 4.2.2 mailbox full");
        if !pipelining {
            builder = builder.without_pipelining();
        }
        let server = builder.start().unwrap();
        let mut line = smtp(&server, Encryption::None, None).open().await.unwrap();
        for (recipient, expected) in [
            ("ann@example.org", "accepted"),
            ("gone@example.org", "refused"),
            ("ben@example.org", "accepted"),
            ("grey@example.org", "retry"),
            ("spam@example.org", "refused"),
            ("full@example.org", "retry"),
            ("cem@example.org", "accepted"),
        ] {
            let outcome = line.send(&message(recipient)).await;
            assert_eq!(name(&outcome), expected, "{recipient} with pipelining {pipelining}: {outcome:?}");
            assert!(line.is_open(), "the line is kept after {recipient}");
        }
        line.close().await;
        let reached: Vec<String> = server.messages().into_iter().flat_map(|counted| counted.to).collect();
        assert_eq!(
            reached,
            ["ann@example.org", "ben@example.org", "cem@example.org"],
            "a refusal leaves nothing behind for the next message"
        );
        assert_eq!(server.connections(), 1, "one connection carried all");
    }
}

#[tokio::test]
async fn a_wrong_password_asks_for_a_new_login() {
    let server = CountingSmtp::builder().encrypted(Encryption::Implicit).with_login("club", "right").start().unwrap();
    let outcome = send_one(&*smtp(&server, Encryption::Implicit, Some(("club", "wrong"))), "ann@example.org").await;
    assert_eq!(name(&outcome), "needs login", "535 is about the password: {outcome:?}");
    assert!(!format!("{outcome:?}").contains("wrong"), "the password is not in the words");
}

#[tokio::test]
async fn a_server_that_wants_a_login_is_not_a_refusal_of_the_guest() {
    let server = CountingSmtp::builder().with_login("club", "right").start().unwrap();
    let outcome = send_one(&*smtp(&server, Encryption::None, None), "ann@example.org").await;
    assert_eq!(name(&outcome), "needs login", "530 at MAIL: {outcome:?}");
}

#[tokio::test]
async fn nothing_is_sent_in_clear_where_starttls_is_missing() {
    let server = CountingSmtp::builder().start().unwrap();
    let settings = json!({ "host": "localhost", "port": server.port(), "tls": "starttls" });
    let outcome = send_one(&*sender(&account("smtp", settings, &[])), "ann@example.org").await;
    assert_eq!(name(&outcome), "account stopped", "there is no falling back: {outcome:?}");
    assert_eq!(server.count(), 0, "nothing left");
}

#[tokio::test]
async fn a_certificate_of_an_unknown_authority_stops_the_account() {
    let server = CountingSmtp::builder().encrypted(Encryption::Implicit).start().unwrap();
    let other = testkit::certificate::Certificate::new().unwrap();
    let settings = json!({ "host": "localhost", "port": server.port(), "tls": "implicit", "ca_file": other.authority() });
    let outcome = send_one(&*sender(&account("smtp", settings, &[])), "ann@example.org").await;
    assert_eq!(name(&outcome), "account stopped", "nobody knows who is on the other side: {outcome:?}");
    assert!(format!("{outcome:?}").contains("certificate"), "the words name the certificate: {outcome:?}");
}

#[tokio::test]
async fn clear_text_to_another_computer_is_refused_at_once() {
    let settings = json!({ "host": "192.0.2.1", "port": 25, "tls": "none" });
    let refused = connect::adapters().sender(&account("smtp", settings, &[])).expect("SMTP is known");
    assert!(refused.is_err_and(|words| words.contains("encryption")), "a sentence says what to choose");
}

#[tokio::test]
async fn the_account_stops_where_the_sender_is_refused_and_slows_where_the_pace_is() {
    for (reply, expected) in [
        ("553 5.7.1 you may not send as this address", "account stopped"),
        ("552 5.3.4 too big", "refused"),
        ("451 4.3.0 later", "retry"),
        ("421 4.7.0 too many messages", "throttled"),
    ] {
        let server = CountingSmtp::builder().answering_mail(reply).start().unwrap();
        let mut line = smtp(&server, Encryption::None, None).open().await.unwrap();
        let outcome = line.send(&message("ann@example.org")).await;
        assert_eq!(name(&outcome), expected, "{reply}: {outcome:?}");
        assert_eq!(line.is_open(), !reply.starts_with("421"), "421 ends the line, others do not");
    }
}

#[tokio::test]
async fn a_pace_that_is_too_high_is_told_as_such() {
    let server = CountingSmtp::builder().at_most_per_second(2).start().unwrap();
    let mut line = smtp(&server, Encryption::None, None).open().await.unwrap();
    let mut throttled = 0;
    for _ in 0..20 {
        match line.send(&message("ann@example.org")).await {
            SendOutcome::Retry { throttled: true, .. } => throttled += 1,
            SendOutcome::Accepted { .. } => {}
            other => panic!("neither accepted nor throttled: {other:?}"),
        }
    }
    assert_eq!(server.count() + throttled, 20, "every message has one outcome, and only those taken are called accepted");
}

#[tokio::test]
async fn what_a_server_cannot_carry_is_refused_before_it_leaves() {
    let server = CountingSmtp::builder().with_size(10).start().unwrap();
    let mut line = smtp(&server, Encryption::None, None).open().await.unwrap();
    let too_big = line.send(&message("ann@example.org")).await;
    assert_eq!(name(&too_big), "refused", "larger than SIZE: {too_big:?}");
    for recipient in ["ann@example.org> SIZE=1\r\nRSET", "no address", "jörg@example.org"] {
        let outcome = line.send(&message(recipient)).await;
        assert_eq!(name(&outcome), "refused", "{recipient:?} is not for this server: {outcome:?}");
    }
    assert!(line.is_open(), "nothing was said, so the line is as good as before");
}

#[tokio::test]
async fn a_check_goes_as_far_as_a_message_would_and_sends_none() {
    let server = CountingSmtp::builder().encrypted(Encryption::Starttls).with_login("club", "right").start().unwrap();
    let checks = smtp(&server, Encryption::Starttls, Some(("club", "right"))).check().await;
    for code in ["connection", "login", "sender"] {
        let state = checks.iter().find(|check| check.code == code).map(|check| check.state);
        assert_eq!(state, Some(CheckState::Good), "{code} in {checks:?}");
    }
    assert_eq!(server.count(), 0, "a check sends nothing");
    let checks = smtp(&server, Encryption::Starttls, Some(("club", "wrong"))).check().await;
    assert_eq!(checks[0].state, CheckState::Bad, "a wrong password is a bad login: {checks:?}");
}
