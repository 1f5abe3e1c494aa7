//! Whole messages, as guests get them.

use std::collections::BTreeMap;

use calendar::{Alarm, Event, EventStatus, EventTime, Participation, Recurrence, Role, Transparency, Visibility, Zone};
use jiff::Timestamp;
use jiff::civil::date;
use mail::invitation::{
    Guest, InvitationMail, MessageMail, Method, NamedAddress, Revision, build, build_message, calendar_object, wire_uid,
};
use mail::template::{Context, Rendered, Template};
use mail_parser::{MessageParser, MimeHeaders};
use proptest::prelude::*;

const TOKEN: &str = "k3v9x2m4q8w1z7";
const ORGANIZER: &str = "answers+k3v9x2m4q8w1z7@club.example";

fn zoned(month: i8, day: i8, hour: i8) -> EventTime {
    EventTime::Zoned(date(2027, month, day).at(hour, 30, 0, 0), Zone::parse("America/Chicago").expect("a zone of the database"))
}

fn game() -> Event {
    Event {
        uid: "game-7@league.example".to_owned(),
        recurrence_id: None,
        sequence: 41,
        start: zoned(3, 14, 13),
        end: zoned(3, 14, 16),
        recurrence: Recurrence { rule: Some("FREQ=WEEKLY;COUNT=6".to_owned()), excluded: vec![zoned(3, 28, 13)], added: Vec::new() },
        summary: "Lions – Bears, final; “best of 3”".to_owned(),
        description: "Bring a scarf.\nGates open at noon, no re-entry.".to_owned(),
        place: "Riverside Park, Gate B".to_owned(),
        status: EventStatus::Confirmed,
        visibility: Visibility::Public,
        transparency: Transparency::Opaque,
        url: "https://club.example/games/7".to_owned(),
        video_link: String::new(),
        categories: vec!["Home".to_owned()],
        organizer: None,
        attendees: vec![],
        attachments: vec![],
        alarms: vec![Alarm { action: "DISPLAY".to_owned(), trigger: "-PT2H".to_owned(), other: vec!["DESCRIPTION:Game today".to_owned()] }],
        own_properties: vec!["X-PRIVATE-NOTE:not for guests".to_owned()],
    }
}

/// One occurrence of the game, moved or called off.
fn occurrence(status: EventStatus) -> Event {
    Event {
        recurrence_id: Some(zoned(3, 21, 13)),
        start: zoned(3, 22, 18),
        end: zoned(3, 22, 21),
        recurrence: Recurrence::default(),
        alarms: Vec::new(),
        status,
        ..game()
    }
}

fn rendered(subject: &str, body: &str) -> Rendered {
    let fields = BTreeMap::from([("first_name".to_owned(), "Zoë".to_owned())]);
    Template::new(subject, body).and_then(|template| template.render(&Context { fields: &fields, event: None })).expect("a sound template")
}

fn mail<'a>(method: Method, revision: &'a Revision, rendered: &'a Rendered) -> InvitationMail<'a> {
    InvitationMail {
        method,
        revision,
        uid: "game-7.k3v9x2m4q8w1z7@club.example",
        organizer: NamedAddress { address: ORGANIZER, name: "Lions \"FC\"" },
        from: NamedAddress { address: "office@club.example", name: "Löwen e.V." },
        guest: Guest { address: "zoe@example.com", name: "Zoë Müller", role: Role::Required },
        partstat: Participation::NeedsAction,
        sequence: 2,
        dtstamp: Timestamp::from_second(1_800_000_000).expect("a time"),
        rendered,
        token: TOKEN,
        tag: "d-1042",
        unsubscribe_url: None,
    }
}

/// The message as text: line ends plain, base64 parts decoded so that a change can be read.
fn readable(message: &[u8]) -> String {
    let parsed = MessageParser::default().parse(message).expect("a message");
    let text = String::from_utf8(message.to_vec()).expect("ASCII");
    let mut shown: String = text.lines().filter(|line| !is_base64(line)).collect::<Vec<_>>().join("\n");
    let calendar = parsed.attachments().find(|part| part.content_type().is_some_and(|kind| kind.subtype() == Some("calendar")));
    if let Some(calendar) = calendar.and_then(|part| part.text_contents()) {
        shown.push_str("\n\n===== the calendar part, decoded =====\n");
        shown.push_str(&calendar.replace("\r\n", "\n"));
    }
    shown
}

fn is_base64(line: &str) -> bool {
    (line.len() > 20 || line.ends_with('='))
        && line.len().is_multiple_of(4)
        && !line.is_empty()
        && line.chars().all(|character| character.is_ascii_alphanumeric() || "+/=".contains(character))
        && !line.starts_with("--")
}

#[test]
fn an_invitation_as_a_guest_gets_it() {
    let revision = Revision::new(&[game(), occurrence(EventStatus::Cancelled)], "en-US").expect("one event");
    let words = rendered(
        "You are invited, {{ first_name }}",
        "Dear {{ first_name }},\n\nwe **really** count on you: https://club.example/why.\n\n- bring a scarf\n- be loud",
    );
    insta::assert_snapshot!(readable(&build(&mail(Method::Request, &revision, &words)).expect("a message")));
}

#[test]
fn an_update_of_one_occurrence_leaves_the_series_alone() {
    let revision = Revision::new(&[occurrence(EventStatus::Confirmed)], "en").expect("one event");
    let words = rendered("Moved to Monday", "The game of the 21st is on Monday.");
    let mail = InvitationMail { partstat: Participation::Accepted, sequence: 3, ..mail(Method::Request, &revision, &words) };
    let calendar = calendar_object(&mail);
    let event = calendar.split("BEGIN:VEVENT").nth(1).expect("an event");
    assert!(!event.contains("RRULE"), "an occurrence has no rule");
    insta::assert_snapshot!(calendar.replace("\r\n", "\n"));
}

#[test]
fn a_cancelled_occurrence_keeps_its_times() {
    let revision = Revision::new(&[occurrence(EventStatus::Cancelled)], "en").expect("one event");
    let words = rendered("Called off", "No game on the 21st.");
    insta::assert_snapshot!(readable(&build(&mail(Method::Cancel, &revision, &words)).expect("a message")));
}

#[test]
fn a_cancelled_series_is_one_event() {
    let revision = Revision::new(&[game(), occurrence(EventStatus::Confirmed)], "en").expect("one event");
    let words = rendered("Season over", "No more games.");
    let calendar = calendar_object(&mail(Method::Cancel, &revision, &words));
    assert_eq!(calendar.matches("BEGIN:VEVENT").count(), 1, "its exceptions end with it");
    assert!(calendar.contains("STATUS:CANCELLED") && calendar.contains("METHOD:CANCEL"), "it says so twice: {calendar}");
    assert!(!calendar.contains("VALARM"), "nobody is reminded of what is off");
}

#[test]
fn a_plain_message_as_a_guest_gets_it() {
    let words = rendered("A word to {{ first_name }}", "Hello {{ first_name }},\n\nsee you soon.");
    let message = build_message(&MessageMail {
        inbox: "answers@club.example",
        from: NamedAddress { address: "office@club.example", name: "Lions" },
        guest: NamedAddress { address: "zoe@example.com", name: "Zoë Müller" },
        rendered: &words,
        date: Timestamp::from_second(1_800_000_000).expect("a time"),
        token: TOKEN,
        tag: "d-7",
        language: "en",
        unsubscribe_url: Some("https://club.example/u/k3v9"),
    });
    insta::assert_snapshot!(readable(&message.expect("a message")));
}

#[test]
fn plain_english_travels_in_seven_bits_and_stays_small() {
    let event = Event { summary: "Opening game".to_owned(), ..game() };
    let revision = Revision::new(&[event], "en").expect("one event");
    let words = rendered("Come to the opening game", "Dear friend,\n\nplease come – we count on you.");
    let plain = mail(Method::Request, &revision, &words);
    let named = |address| NamedAddress { address, name: "Lions" };
    let facts = InvitationMail {
        guest: Guest { name: "Guest Number 7", ..plain.guest },
        from: named(plain.from.address),
        organizer: named(plain.organizer.address),
        ..plain
    };
    let message = String::from_utf8(build(&facts).expect("a message")).expect("ASCII");
    for part in ["text/html; charset=utf-8", "text/calendar; charset=utf-8; method=REQUEST"] {
        let bits = format!("Content-Type: {part}\r\nContent-Transfer-Encoding: 7bit\r\n");
        assert!(message.contains(&bits), "{part} holds nothing that needs an encoding: {message}");
    }
    assert!(message.len() < 8_000, "{} bytes: a million of them are on somebody's line", message.len());
}

#[test]
fn the_same_facts_give_the_same_bytes() {
    let words = rendered("Hi", "Hello");
    let one = Revision::new(&[game()], "en").expect("one event");
    let other = Revision::new(&[game()], "en").expect("one event");
    assert_eq!(
        build(&mail(Method::Request, &one, &words)),
        build(&mail(Method::Request, &other, &words)),
        "a resend is byte for byte the first sending"
    );
}

#[test]
fn different_events_are_refused() {
    let other = Event { uid: "game-8@league.example".to_owned(), ..game() };
    let problem = Revision::new(&[game(), other], "en").expect_err("two events").to_string();
    assert!(problem.contains("game-8"), "the sentence names them: {problem}");
}

/// What goes out comes back: the reader finds our own token, UID and guest in our own message.
#[test]
fn our_own_reader_understands_our_own_messages() {
    let revision = Revision::new(&[game()], "en").expect("one event");
    let words = rendered("Hi", "Hello");
    let incoming = mail::incoming::read(&build(&mail(Method::Request, &revision, &words)).expect("a message"));
    assert_eq!(incoming.kind, mail::incoming::Kind::Invitation, "it is one");
    assert_eq!(incoming.tokens, [TOKEN], "ORGANIZER and UID agree on the token");
    assert_eq!(incoming.answers.len(), 1, "one guest");
    assert_eq!(incoming.answers[0].attendee, "zoe@example.com", "and it is this one");
}

#[test]
fn an_answer_link_is_read_as_the_answer_it_is() {
    let links = mail::link::Links::new(ORGANIZER, TOKEN, "Lions & Bears [final] 100 %");
    for (link, expected) in
        [(&links.yes, Participation::Accepted), (&links.maybe, Participation::Tentative), (&links.no, Participation::Declined)]
    {
        let subject = percent_decoded(link.split("?subject=").nth(1).expect("a subject"));
        let raw = format!(
            "From: Zoe <zoe@example.com>\r\nTo: {ORGANIZER}\r\nDate: Fri, 15 Jan 2027 08:00:00 +0000\r\nSubject: Re: {subject}\r\n\r\n"
        );
        let incoming = mail::incoming::read(raw.as_bytes());
        assert_eq!(incoming.kind, mail::incoming::Kind::Reply, "{subject}");
        assert_eq!(incoming.answers[0].partstat, Some(expected), "{subject}");
        assert_eq!(incoming.tokens, [TOKEN], "{subject}");
    }
    let subject = percent_decoded(links.unsubscribe.split("?subject=").nth(1).expect("a subject"));
    let raw = format!("From: Zoe <zoe@example.com>\r\nTo: {ORGANIZER}\r\nSubject: {subject}\r\n\r\n");
    assert_eq!(mail::incoming::read(raw.as_bytes()).kind, mail::incoming::Kind::Unsubscribe, "{subject}");
}

fn percent_decoded(text: &str) -> String {
    let mut bytes = Vec::new();
    let mut rest = text.as_bytes();
    while let [first, after @ ..] = rest {
        if let (b'%', [high, low, remaining @ ..]) = (first, after) {
            let code = std::str::from_utf8(&[*high, *low]).ok().and_then(|code| u8::from_str_radix(code, 16).ok());
            bytes.push(code.expect("two hexadecimal digits"));
            rest = remaining;
        } else {
            bytes.push(*first);
            rest = after;
        }
    }
    String::from_utf8(bytes).expect("UTF-8")
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(192))]

    #[test]
    fn whatever_people_are_called_the_message_stays_sound(name in "\\PC{0,80}|[\\r\\n\":;,<>@= ]{0,40}", summary in "(?s).{0,400}", place in "(?s).{0,200}", value in "(?s).{0,120}") {
        let event = Event { summary: summary.clone(), place, ..game() };
        let revision = Revision::new(&[event], "en").expect("one event");
        let fields = BTreeMap::from([("first_name".to_owned(), value)]);
        let template = Template::new("For {{ first_name | default('you') }}", "Dear {{ first_name | default('friend') }}, hello").expect("a sound template");
        let words = template.render(&Context { fields: &fields, event: Some(revision.words()) }).expect("every field has a default");
        let plain = mail(Method::Request, &revision, &words);
        let facts = InvitationMail { guest: Guest { name: &name, ..plain.guest }, from: NamedAddress { name: &name, ..plain.from }, organizer: NamedAddress { name: &name, ..plain.organizer }, ..plain };
        let message = build(&facts).expect("a message");
        let parsed = MessageParser::default().parse(&message).expect("a message");
        prop_assert_eq!(parsed.to().and_then(|to| to.first()).and_then(|to| to.address()), Some("zoe@example.com"));
        prop_assert!(parsed.bcc().is_none() && parsed.cc().is_none(), "no header comes out of a value");
        prop_assert_eq!(parsed.headers().len(), 11, "exactly our own headers");
        for line in message.split(|byte| *byte == b'\n') {
            prop_assert!(line.len() <= 998, "RFC 5322 §2.1.1");
            prop_assert!(line.is_ascii(), "every server takes ASCII");
        }
        for line in calendar_object(&facts).split("\r\n") {
            prop_assert!(line.len() <= 75, "RFC 5545 §3.1: {}", line);
        }
        let incoming = mail::incoming::read(&message);
        prop_assert_eq!(incoming.answers.len(), 1, "one ATTENDEE");
        prop_assert_eq!(&incoming.answers[0].uid, facts.uid);
        prop_assert_eq!(&incoming.answers[0].attendee, "zoe@example.com");
        prop_assert_eq!(incoming.problems, vec![]);
    }

    #[test]
    fn a_wire_uid_always_gives_its_token_back(uid in "(?s).{0,120}") {
        let wire = wire_uid(&uid, TOKEN, "club.example");
        prop_assert!(wire.is_ascii() && wire.len() < 120 && !wire.contains([' ', ';', ':', ',']), "{}", wire);
        let raw = format!("BEGIN:VCALENDAR\r\nMETHOD:REPLY\r\nBEGIN:VEVENT\r\nUID:{wire}\r\nATTENDEE;PARTSTAT=ACCEPTED:mailto:a@b.example\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n");
        prop_assert_eq!(mail::incoming::read(raw.as_bytes()).tokens, vec![TOKEN.to_owned()]);
    }
}
