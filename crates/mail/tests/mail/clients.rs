//! Answers as mail programs write them: one message for each habit that has cost somebody an answer.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use calendar::{EventTime, Participation, Zone};
use jiff::civil::date;
use mail::incoming::{Answer, Incoming, Kind, read};

const TOKEN: &str = "k3v9x2m4q8w1z7";
const UID: &str = "game-7.k3v9x2m4q8w1z7@club.example";

fn headers(extra: &str) -> String {
    format!("From: Zoe <Zoe@Example.com>\r\nTo: answers+{TOKEN}@club.example\r\nSubject: Accepted: Game\r\nMIME-Version: 1.0\r\n{extra}")
}

fn calendar(method: &str, lines: &str) -> String {
    format!(
        "BEGIN:VCALENDAR\r\nPRODID:-//Somebody//EN\r\nVERSION:2.0\r\nMETHOD:{method}\r\nBEGIN:VEVENT\r\nUID:{UID}\r\nDTSTAMP:20270116T080000Z\r\nSEQUENCE:2\r\n{lines}\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n"
    )
}

fn base64(text: &str) -> String {
    STANDARD.encode(text).as_bytes().chunks(76).flat_map(|line| [String::from_utf8_lossy(line), "\r\n".into()]).collect()
}

/// The only answer, which is one to our game.
fn only_answer(incoming: &Incoming) -> Answer {
    assert_eq!(incoming.answers.len(), 1, "one answer: {incoming:?}");
    assert_eq!(incoming.answers[0].uid, UID, "to our game");
    assert_eq!(incoming.answers[0].attendee.to_lowercase(), "zoe@example.com", "by Zoe");
    assert_eq!(incoming.tokens, [TOKEN], "with our token");
    incoming.answers[0].clone()
}

#[test]
fn google_answers_in_the_name_of_a_machine_with_a_note_and_company() {
    let reply = calendar(
        "REPLY",
        "DTSTART:20270314T183000Z\r\nORGANIZER;CN=Lions:answers+k3v9x2m4q8w1z7@club.example\r\nATTENDEE;CUTYPE=INDIVIDUAL;ROLE=REQ-PARTICIPANT;PARTSTAT=ACCEPTED;CN=\"Zoe, the 2nd\";X-NUM-GUESTS=2;X-RES\r\n PONSE-COMMENT=\"With my sons\":mailto:zoe@example.com\r\nBEGIN:VALARM\r\nACTION:EMAIL\r\nATTENDEE:mailto:other@example.com\r\nTRIGGER:-PT10M\r\nEND:VALARM",
    );
    let message = format!(
        "{}--m\r\nContent-Type: multipart/alternative; boundary=\"a\"\r\n\r\n--a\r\nContent-Type: text/plain; charset=\"windows-1252\"\r\nContent-Transfer-Encoding: base64\r\n\r\n{}--a\r\nContent-Type: text/html; charset=utf-8\r\n\r\n<p>accepted</p>\r\n--a\r\nContent-Type: text/calendar; charset=\"UTF-8\"; method=REPLY\r\nContent-Transfer-Encoding: 7bit\r\n\r\n{reply}--a--\r\n--m\r\nContent-Type: application/ics; name=\"invite.ics\"\r\nContent-Disposition: attachment; filename=\"invite.ics\"\r\nContent-Transfer-Encoding: base64\r\n\r\n{}--m--\r\n",
        headers(
            "Sender: Google Calendar <calendar-notification@google.com>\r\nAuto-Submitted: auto-generated\r\nContent-Type: multipart/mixed; boundary=\"m\"\r\n\r\n"
        ),
        base64("Zoe accepted"),
        base64(&reply)
    );
    let incoming = read(message.as_bytes());
    assert_eq!(incoming.kind, Kind::Reply, "an answer, not an auto-reply");
    assert!(incoming.auto_submitted, "though it says so of itself");
    let answer = only_answer(&incoming);
    assert_eq!(
        (answer.partstat, answer.extra_guests, answer.comment.as_str()),
        (Some(Participation::Accepted), 2, "With my sons"),
        "all that she says"
    );
    assert_eq!(answer.name, "Zoe, the 2nd", "with her name");
    assert_eq!(incoming.sender.as_deref(), Some("calendar-notification@google.com"), "who sent it for her");
}

#[test]
fn a_proposal_is_what_its_calendar_says_not_what_its_header_says() {
    let counter =
        calendar("COUNTER", "DTSTART:20270315T183000Z\r\nDTEND:20270315T203000Z\r\nATTENDEE;PARTSTAT=TENTATIVE:mailto:zoe@example.com");
    let message = format!("{}{counter}", headers("Content-Type: text/calendar; charset=UTF-8; method=REPLY\r\n\r\n"));
    let incoming = read(message.as_bytes());
    assert_eq!((incoming.kind, incoming.method.as_deref()), (Kind::Counter, Some("COUNTER")), "the body decides");
    let answer = only_answer(&incoming);
    assert_eq!(answer.proposed, Some(("20270315T183000Z".to_owned(), "20270315T203000Z".to_owned())), "the time she proposes");
}

#[test]
fn exchange_answers_without_an_organizer_and_in_zones_of_windows() {
    let reply = calendar(
        "REPLY",
        "ATTENDEE;PARTSTAT=DECLINED;CN=Zoe:MAILTO:zoe@example.com\r\nCOMMENT;LANGUAGE=en-US:This message is confidential.\\nReally.\r\nSUMMARY;LANGUAGE=en-US:Declined: Game\r\nRECURRENCE-ID;TZID=Central Standard Time:20270321T133000\r\nDTSTART;TZID=Central Standard Time:20270321T133000",
    );
    let message = format!(
        "{}{}",
        headers("Content-Type: text/calendar; charset=\"utf-8\"; method=REPLY\r\nContent-Transfer-Encoding: base64\r\n\r\n"),
        base64(&reply)
    );
    let answer = only_answer(&read(message.as_bytes()));
    assert_eq!(answer.partstat, Some(Participation::Declined), "no");
    let chicago = Zone::parse("America/Chicago").expect("a zone");
    assert_eq!(answer.recurrence_id, Some(EventTime::Zoned(date(2027, 3, 21).at(13, 30, 0, 0), chicago)), "the date in a zone of ours");
    assert_eq!(answer.comment, "This message is confidential.\nReally.", "whatever the company adds");
}

#[test]
fn outlook_for_mac_has_zones_with_commas_and_zimbra_empty_comments() {
    let reply = calendar(
        "REPLY",
        "DTSTART;TZID=\"Amsterdam, Berlin, Bern, Rome, Stockholm, Vienna\":20270314T133000\r\nCOMMENT:\\n\r\nATTENDEE;ROLE=REQ-PARTICIPANT;PARTSTAT=TENTATIVE;CN=\"Zoe\":MAILTO:zoe@example.com",
    );
    let message = format!(
        "{}{reply}",
        headers("X-Mailer: Zimbra\r\nX-Mailer: Outlook\r\nContent-Type: text/calendar; charset=\"US-ASCII\"; method=REPLY\r\n\r\n")
    );
    let answer = only_answer(&read(message.as_bytes()));
    assert_eq!((answer.partstat, answer.comment.as_str()), (Some(Participation::Tentative), ""), "an empty note is none");
}

#[test]
fn ios_separates_parameters_by_tabs_and_breaks_inside_a_property() {
    let reply = calendar("REPLY", "ATTENDEE;PARTSTAT=3DACCEPTED;CN=3DZo=\r\ne:mailto:zoe@exa=\r\nmple.com");
    let message = format!(
        "{}--a\r\nContent-Type: text/plain\r\n\r\nAccepted\r\n--a\r\nContent-Type: text/calendar;\tname=meeting.ics;\tmethod=REPLY;\tcharset=utf-8\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n{reply}--a--\r\n",
        headers("Content-Type: multipart/alternative;\tboundary=a\r\n\r\n")
    );
    assert_eq!(only_answer(&read(message.as_bytes())).partstat, Some(Participation::Accepted), "yes");
}

#[test]
fn ical_attaches_the_answer_inside_mixed_inside_alternative() {
    let reply = calendar("REPLY", "ATTENDEE;PARTSTAT=ACCEPTED:mailto:zoe@example.com");
    let message = format!(
        "{}--a\r\nContent-Type: text/plain\r\n\r\nAccepted\r\n--a\r\nContent-Type: multipart/mixed; boundary=m\r\n\r\n--m\r\nContent-Type: text/html\r\n\r\n<p>yes</p>\r\n--m\r\nContent-Disposition: attachment; filename=iCal-1.ics\r\nContent-Type: text/calendar; x-unix-mode=0666; name=\"iCal-1.ics\"\r\n\r\n{reply}--m--\r\n--a--\r\n",
        headers("Content-Type: multipart/alternative; boundary=a\r\n\r\n")
    );
    assert_eq!(only_answer(&read(message.as_bytes())).partstat, Some(Participation::Accepted), "no method in its header, one in its body");
}

#[test]
fn android_folds_inside_the_address_and_names_no_charset() {
    let reply = calendar("REPLY", "ATTENDEE;PARTSTAT=DECLINED:mailto:zoe@exam\r\n\tple.com");
    let message =
        format!("{}{}", headers("Content-Type: text/calendar; method=REPLY\r\nContent-Transfer-Encoding: base64\r\n\r\n"), base64(&reply));
    assert_eq!(only_answer(&read(message.as_bytes())).partstat, Some(Participation::Declined), "no");
}

#[test]
fn a_calendar_counts_wherever_it_stands_and_however_it_is_named() {
    let reply = calendar("REPLY", "ATTENDEE;PARTSTAT=ACCEPTED:mailto:zoe@example.com");
    let bodies = [
        ("Content-Type: text/calendar\r\n\r\n".to_owned(), reply.clone()),
        ("Content-Type: application/octet-stream; name=\"reply.ICS\"\r\nContent-Disposition: attachment; filename=\"reply.ICS\"\r\nContent-Transfer-Encoding: base64\r\n\r\n".to_owned(), base64(&reply)),
        ("Content-Type: text/plain\r\n\r\n".to_owned(), reply.clone()),
        ("Content-Type: multipart/related; boundary=r\r\n\r\n".to_owned(), format!("--r\r\nContent-Type: multipart/alternative; boundary=a\r\n\r\n--a\r\nContent-Type: text/html\r\n\r\n<p>ok</p>\r\n--a\r\nContent-Type: text/calendar; method=REPLY\r\n\r\n{reply}--a--\r\n--r--\r\n")),
        ("Content-Type: text/calendar; method=REPLY\r\n\r\n".to_owned(), reply.replace("\r\n", "\n")),
        ("Content-Type: text/calendar; method=REPLY\r\n\r\n".to_owned(), format!("\u{feff}{}", reply.replace("BEGIN:VEVENT", "BEGIN:VEVENT "))),
    ];
    for (type_lines, body) in bodies {
        let message = format!("{}{body}", headers(&type_lines));
        let incoming = read(message.as_bytes());
        assert_eq!(incoming.kind, Kind::Reply, "{type_lines}");
        assert_eq!(only_answer(&incoming).partstat, Some(Participation::Accepted), "{type_lines}");
    }
    assert_eq!(read(reply.as_bytes()).answers.len(), 1, "the bare file too");
    assert_eq!(read(reply.replace("\r\n", "\r").as_bytes()).answers.len(), 1, "and one with CR alone");
}

#[test]
fn one_message_answers_several_dates_differently() {
    let event = |lines: &str| format!("BEGIN:VEVENT\r\nUID:{UID}\r\nDTSTAMP:20270116T080000Z\r\n{lines}\r\nEND:VEVENT\r\n");
    let reply = format!(
        "BEGIN:VCALENDAR\r\nMETHOD:REPLY\r\n{}{}END:VCALENDAR\r\n",
        event("ATTENDEE;PARTSTAT=ACCEPTED:mailto:zoe@example.com"),
        event("RECURRENCE-ID:20270321T183000Z\r\nATTENDEE;PARTSTAT=DECLINED:mailto:zoe@example.com")
    );
    let incoming = read(reply.as_bytes());
    let said: Vec<_> = incoming.answers.iter().map(|answer| (answer.recurrence_id_text.as_str(), answer.partstat)).collect();
    assert_eq!(said, [("", Some(Participation::Accepted)), ("20270321T183000Z", Some(Participation::Declined))], "each date by itself");
}

#[test]
fn strange_addresses_are_cleaned() {
    for value in [
        "MAILTO:zoe@example.com",
        "mailto:Zoe <zoe@example.com>",
        "zoe@example.com",
        "mailto:zoe%40example.com",
        "mailto: zoe@example.com ",
        "invalid:nomail;x",
    ] {
        let lines = format!("ATTENDEE;PARTSTAT=ACCEPTED;EMAIL=zoe@example.com;SENT-BY=\"mailto:assistant@example.com\":{value}");
        assert_eq!(read(calendar("REPLY", &lines).as_bytes()).answers[0].attendee, "zoe@example.com", "{value}");
    }
    let delegated = "ATTENDEE;PARTSTAT=DELEGATED;DELEGATED-TO=\"mailto:bob@example.com\":mailto:zoe@example.com";
    let answer = read(calendar("REPLY", delegated).as_bytes()).answers[0].clone();
    assert_eq!((answer.partstat, answer.delegated_to.as_deref()), (Some(Participation::Delegated), Some("bob@example.com")), "passed on");
}

#[test]
fn what_is_wrong_with_an_answer_is_named() {
    let cut = "BEGIN:VCALENDAR\r\nMETHOD:REPLY\r\nBEGIN:VEVENT\r\nUID:x\r\nATTENDEE;PARTSTAT=PERHAPS:mailto:zoe@example.com\r\n";
    let incoming = read(cut.as_bytes());
    assert_eq!(incoming.answers.len(), 1, "what is there is read");
    let reasons: Vec<_> = incoming.problems.iter().map(|problem| (problem.line, problem.reason.as_str())).collect();
    assert!(reasons.iter().any(|(_, reason)| reason.contains("cut")), "it was cut: {reasons:?}");
    assert!(reasons.iter().any(|(line, reason)| *line == 5 && reason.contains("PERHAPS")), "and says nothing that is known: {reasons:?}");
}

#[test]
fn people_and_machines_are_told_apart() {
    let plain = |extra: &str, subject: &str| {
        read(
            format!("From: zoe@example.com\r\nTo: answers@club.example\r\nSubject: {subject}\r\n{extra}\r\nNo time for games, sorry.\r\n")
                .as_bytes(),
        )
        .kind
    };
    assert_eq!(plain("", "No, thanks"), Kind::Other, "a letter that begins with No is a letter");
    assert_eq!(plain("", "Re: Invitation"), Kind::Other, "a letter");
    assert_eq!(plain("", "Automatische Antwort: Invitation"), Kind::AutoReply, "a machine, by its subject");
    assert_eq!(plain("Auto-Submitted: auto-replied\r\n", "Re: Invitation"), Kind::AutoReply, "a machine, by its header");
    assert_eq!(plain("", "unsubscribe"), Kind::Unsubscribe, "a wish");
    assert_eq!(plain("", "Fwd: Undelivered Mail Returned to Sender"), Kind::Other, "a person forwards a bounce");
    assert_eq!(plain("X-Mailer: Some Program\r\n", "Delivery failure of my order"), Kind::Other, "a person complains of a parcel");
}
