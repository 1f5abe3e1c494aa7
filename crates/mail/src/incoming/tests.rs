use super::*;

fn status(text: &str) -> String {
    diagnosis::status_of(text)
}

#[test]
fn a_status_is_told_from_addresses_and_versions() {
    assert_eq!(diagnosis::status_in("host 192.5.1.1 said 550 5.7.26 no").as_deref(), Some("5.7.26"), "not a part of an address");
    assert_eq!(diagnosis::status_in("(#5.1.1)").as_deref(), Some("5.1.1"), "in brackets");
    assert_eq!(diagnosis::status_in("Sendmail 8.14.4/5.65"), None, "not a version");
    assert_eq!(diagnosis::status_in("5.1.1.2 or 5.1"), None, "nor anything longer or shorter");
    assert_eq!(diagnosis::reply_code_in("on port 587 in 2026: 552 full"), Some(552), "a reply, not a port");
}

#[test]
fn words_become_the_status_that_says_the_same() {
    assert_eq!(status("550 No such user here"), "5.1.1", "unknown");
    assert_eq!(status("452 mailbox full"), "4.2.2", "full for now, as its class says");
    assert_eq!(status("552 over quota"), "5.2.2", "full");
    assert_eq!(status("554 blocked as spam"), "5.7.1", "policy");
    assert_eq!(status("Host or domain name not found"), "5.1.2", "no such domain");
    assert_eq!(status("I know nothing"), "", "nothing is made up");
}

#[test]
fn what_the_address_cannot_help_is_not_the_end_of_it() {
    assert_eq!(diagnosis::kind_of("failed", "5.1.1", ""), BounceKind::Hard, "nobody lives there");
    assert_eq!(diagnosis::kind_of("failed", "5.0.0", "550 user unknown"), BounceKind::Hard, "a vague status with clear words");
    assert_eq!(diagnosis::kind_of("failed", "5.0.0", "554 message rejected as spam"), BounceKind::Soft, "the message, not the address");
    assert_eq!(diagnosis::kind_of("failed", "5.2.2", ""), BounceKind::Soft, "full");
    assert_eq!(diagnosis::kind_of("failed", "4.4.7", ""), BounceKind::Soft, "given up after a while");
    assert_eq!(diagnosis::kind_of("delayed", "4.4.1", ""), BounceKind::Delayed, "still trying");
    assert_eq!(diagnosis::kind_of("relayed", "2.0.0", ""), BounceKind::Relayed, "passed on");
}

#[test]
fn a_report_with_several_recipients_gives_each_of_them() {
    let report = "Reporting-MTA: dns; mx\r\n\r\nFinal-Recipient: rfc822; <ann@example.com>\r\nAction: failed\r\nStatus: 5.1.1\r\n\r\nFinal-recipient : RFC822;bob@example.com\r\nAction: delayed\r\nStatus: 4.2.2 (full)\r\nDiagnostic-Code: smtp; 452\r\n  4.2.2 full\r\n";
    let found: Vec<_> = delivery_status::read(report).into_iter().map(|bounce| (bounce.recipient, bounce.status, bounce.kind)).collect();
    let expected = [
        ("ann@example.com".to_owned(), "5.1.1".to_owned(), BounceKind::Hard),
        ("bob@example.com".to_owned(), "4.2.2".to_owned(), BounceKind::Delayed),
    ];
    assert_eq!(found, expected, "each with its own outcome");
}

#[test]
fn the_token_of_the_returned_invitation_names_it() {
    let message = "From: MAILER-DAEMON@mx.example.org\r\nTo: answers@club.example\r\nContent-Type: multipart/report; report-type=delivery-status; boundary=b\r\n\r\n--b\r\nContent-Type: message/delivery-status\r\n\r\nFinal-Recipient: rfc822; forwarded@elsewhere.example\r\nAction: failed\r\nStatus: 5.1.1\r\n\r\n--b\r\nContent-Type: text/rfc822-headers\r\n\r\nMessage-ID: <k3v9x2m4q8w1.17@club.example>\r\nX-Rollcall-Token: k3v9x2m4q8w1\r\nTo: ann@example.com\r\n\r\n--b--\r\n";
    let incoming = read(message.as_bytes());
    assert_eq!(incoming.tokens, ["k3v9x2m4q8w1"], "whoever it was forwarded to");
    let bounce = incoming.bounce.unwrap();
    assert_eq!(bounce.original_to.as_deref(), Some("ann@example.com"), "the guest, not the address behind theirs");
    assert_eq!(bounce.original_message_id.as_deref(), Some("k3v9x2m4q8w1.17@club.example"), "our own name for it");
}

/// A gateway wrapped the returned invitation twice: the parser of parts loses its place there.
const WRAPPED_TWICE: &str = "From: postmaster@gateway.example\r\nTo: office@club.example\r\nSubject: Mail could not be delivered\r\nContent-Type: multipart/mixed; boundary=outer\r\n\r\n--outer\r\nContent-Type: text/plain\r\n\r\nThe following mail could not be delivered.\r\nReason: Unable to deliver message to <ann@example.com>.\r\n\r\n--outer\r\nContent-Type: message/rfc822\r\n\r\nContent-Type: message/rfc822\r\n\r\nMessage-ID: <k3v9x2m4q8w1.17@club.example>\r\nX-Rollcall-Token: k3v9x2m4q8w1\r\nTo: ann@example.com\r\nSubject: The final\r\n\r\nCome!\r\n--outer--\r\n";

#[test]
fn a_bounce_that_wraps_the_invitation_twice_is_read() {
    let incoming = read(WRAPPED_TWICE.as_bytes());
    assert_eq!(incoming.tokens, ["k3v9x2m4q8w1"], "the innermost message is ours");
    assert_eq!(incoming.problems, [], "all of it was read");
    let bounce = incoming.bounce.unwrap();
    assert_eq!((bounce.recipient.as_str(), bounce.kind), ("ann@example.com", BounceKind::Hard), "the notice says who");
    assert_eq!(bounce.original_message_id.as_deref(), Some("k3v9x2m4q8w1.17@club.example"), "the wrapper has no name of its own");
}

#[test]
fn an_answer_beside_a_message_wrapped_twice_is_read() {
    let wrapped = "Content-Type: message/rfc822\r\n\r\nContent-Type: message/rfc822\r\n\r\nSubject: The final\r\n\r\nCome!\r\n";
    let answer = "Content-Type: text/calendar; method=REPLY\r\nContent-Transfer-Encoding: base64\r\n\r\nQkVHSU46VkNBTEVOREFSCk1FVEhPRDpSRVBMWQpCRUdJTjpWRVZFTlQKVUlEOmZpbmFsLmszdjl4Mm00cTh3MUBjbHViLmV4YW1wbGUKQVRURU5ERUU7UEFSVFNUQVQ9QUNDRVBURUQ6bWFpbHRvOmFubkBleGFtcGxlLmNvbQpFTkQ6VkVWRU5UCkVORDpWQ0FMRU5EQVIK\r\n";
    let message = format!(
        "From: ann@example.com\r\nTo: office@club.example\r\nSubject: Yes\r\nContent-Type: multipart/mixed; boundary=outer\r\n\r\n--outer\r\n{wrapped}--outer\r\n{answer}--outer--\r\n"
    );
    let incoming = read(message.as_bytes());
    assert_eq!(incoming.kind, Kind::Reply, "what stands behind the wrapper counts: {incoming:?}");
    assert_eq!(incoming.answers[0].partstat, Some(calendar::Participation::Accepted), "and says yes");
}

#[test]
fn the_plainest_form_of_a_message_still_says_what_it_is() {
    let text = parts::as_one_text(WRAPPED_TWICE.as_bytes());
    let incoming = read(&text);
    assert_eq!(incoming.bounce.map(|bounce| bounce.recipient).as_deref(), Some("ann@example.com"), "from its words alone");
    assert_eq!(read(&parts::as_one_text(b"noise: all of it\r\n\r\nnoise")).problems.len(), 1, "noise does not become a message by it");
}

#[test]
fn a_letter_by_hand_is_tied_to_the_message_it_answers() {
    let letter = "From: ann@example.com\r\nTo: office@club.example\r\nSubject: Re: Final\r\nIn-Reply-To: <k3v9x2m4q8w1.17@club.example>\r\nReferences: <20270101.5@elsewhere.example>\r\n <k3v9x2m4q8w1.17@club.example>\r\n\r\nGlad to come.\r\n";
    let incoming = read(letter.as_bytes());
    assert_eq!((incoming.kind, incoming.tokens), (Kind::Other, vec!["k3v9x2m4q8w1".to_owned()]), "our Message-ID begins with the token");
}

#[test]
fn notices_of_many_shapes_name_the_address() {
    let notices = [
        "Your message did not reach the following recipient(s):\n\nann@example.com on Thu, 29 Apr 2027\n    The recipient name is not recognized\n",
        "A message that you sent could not be delivered to one or more of its recipients.\n\n  ann@example.com\n    SMTP error from remote mail server after RCPT TO:<ann@example.com>:\n    550 no such user\n",
        "<ann@example.com>:\n550: User unknown\n\n--- Below this line is a copy of the message.\n\nTo: other@example.net\n",
        "Unable to deliver message to <ann@example.com> (and other recipients in the same domain).\n",
        "SMTP Server <mx> rejected recipient <ann@example.com> (Error following RCPT command): [550 5.1.1 User unknown]\n",
        "   ----- The following addresses had permanent fatal errors -----\n<ann@example.com>\n\n   ----- Transcript of session follows -----\n550 5.1.1 <ann@example.com>... User unknown\n",
        "The email address you entered couldn't be found, delivery has failed to these recipients:\n\nann@example.com<mailto:ann@example.com>\n",
    ];
    for notice in notices {
        let message = format!(
            "From: Mail System <MAILER-DAEMON@mx.example.org>\r\nTo: office@club.example\r\nSubject: Delivery failure\r\n\r\n{notice}"
        );
        let bounce = read(message.as_bytes()).bounce.unwrap_or_else(|| panic!("a bounce: {notice}"));
        assert_eq!(bounce.recipient, "ann@example.com", "{notice}");
        assert_eq!(bounce.kind, BounceKind::Hard, "{notice}");
    }
}

#[test]
fn authentication_is_kept_with_the_server_that_vouches_for_it() {
    let message = "Authentication-Results: mx.club.example;\r\n dkim=pass header.d=example.com;\r\n spf=pass\r\nAuthentication-Results: elsewhere.example; dkim=fail\r\nFrom: ann@example.com\r\nSubject: Hi\r\n\r\nHello\r\n";
    let found = read(message.as_bytes()).authentication_results;
    assert_eq!(
        found.iter().map(|result| result.authserv_id.as_str()).collect::<Vec<_>>(),
        ["mx.club.example", "elsewhere.example"],
        "newest first"
    );
    assert_eq!(found[0].line, "mx.club.example; dkim=pass header.d=example.com; spf=pass", "unfolded");
}

#[test]
fn a_report_of_the_service_that_names_nobody_is_no_bounce() {
    let named = |list: &str| {
        format!(
            "From: no-reply@sns.amazonaws.com\r\n\r\n{{\"notificationType\":\"Bounce\",\"bounce\":{{\"bounceType\":\"Permanent\"{list}}}}}"
        )
    };
    let nobody = read(named("").as_bytes());
    assert_eq!((nobody.kind, nobody.bounce), (Kind::Other, None), "a bounce says whose delivery failed");
    let ann = read(named(",\"bouncedRecipients\":[{\"emailAddress\":\"a\\u0000nn@example.com\",\"status\":\"gone\"}]").as_bytes());
    let bounce = ann.bounce.expect("it names Ann");
    assert_eq!(bounce.recipient, "ann@example.com", "an address is one line of what can be written");
    assert_eq!(bounce.status, "", "a status is a code of RFC 3463");
}
