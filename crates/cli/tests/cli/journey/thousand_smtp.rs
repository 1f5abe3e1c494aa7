use testkit::dovecot::Dovecot;
use testkit::postfix::Postfix;

use super::season::{self, PASSWORD, TRAINING, headers};
use crate::program::Program;

const GUESTS: usize = 1000;

/// Adds the account `club` of these servers as the sender `Post` and the inbox `Answers`.
pub(super) fn connect(program: &Program, dovecot: &Dovecot, postfix: &Postfix) {
    let (smtp, imap, secret) = (postfix.port().to_string(), dovecot.port().to_string(), program.path("secret"));
    let place = ["--host", "127.0.0.1", "--tls", "none", "--user", "club", "--secret-file", secret.as_str()];
    let sender = ["sender", "add", "smtp", "Post", "--from", "club@example.org", "--port", &smtp, "--rate", "1000"];
    let inbox = ["inbox", "add", "imap", "Answers", "--address", "club@example.org", "--port", &imap];
    program.json(&[&sender[..], &place].concat());
    program.json(&[&inbox[..], &place].concat());
}

#[test]
fn a_thousand_guests_are_invited_through_postfix_each_once() {
    let dovecot = Dovecot::start(&[("club", PASSWORD)]).expect("Dovecot starts");
    let postfix = Postfix::start(&dovecot).expect("Postfix starts");
    let program = season::with_guests(GUESTS);
    connect(&program, &dovecot, &postfix);
    let id = season::campaign(&program, TRAINING, "Post", "Answers");
    season::send_to_all(&program, &id, 1000);
    let messages = postfix.received_by_guests(GUESTS).expect("all arrive");
    season::assert_each_guest_got_their_own(&messages, GUESTS);
    for message in &messages {
        let text = String::from_utf8_lossy(message);
        let (to, delivered) = (headers(&text, "To"), headers(&text, "Delivered-To"));
        assert_eq!((to.len(), delivered.len()), (1, 1), "one recipient on the envelope and one in the message: {text}");
        assert!(to[0].contains(delivered[0]), "it is the same one: {text}");
    }
}
