use super::{Effect, Lines, Property, Reading, Writer, read, vtimezones, write};
use crate::{Event, EventStatus, EventTime, Participation, Role, Transparency, Visibility, Zone};

/// What a calendar with one event of these lines says.
fn reading_of(lines: &str) -> Reading {
    read(
        format!("BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\nUID:u\r\n{}\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n", lines.replace('\n', "\r\n"))
            .as_bytes(),
    )
}

fn event_of(lines: &str) -> Event {
    let reading = reading_of(lines);
    assert_eq!(reading.events.len(), 1, "one event in: {lines}; problems: {:?}", reading.problems);
    reading.events.into_iter().next().expect("there is one").event
}

fn written_and_read(event: &Event) -> Event {
    let text = write("calendar", std::slice::from_ref(event));
    let again = read(text.as_bytes());
    assert_eq!(again.events.len(), 1, "one event comes back from:\n{text}\n{:?}", again.problems);
    again.events.into_iter().next().expect("there is one").event
}

#[test]
fn every_kind_of_start_and_end_is_understood() {
    let table = [
        ("DTSTART:20270314T130000Z\nDTEND:20270314T140000Z", "UTC 20270314T130000Z..20270314T140000Z"),
        ("DTSTART:20270314T130000\nDTEND:20270314T140000", "- 20270314T130000..20270314T140000"),
        ("DTSTART;VALUE=DATE:20270314\nDTEND;VALUE=DATE:20270316", "- 20270314..20270316"),
        ("DTSTART:20270314", "- 20270314..20270315"),
        ("DTSTART;VALUE=DATE:20270314T000000", "- 20270314..20270315"),
        ("DTSTART;VALUE=DATE:20270314\nDTEND;VALUE=DATE:20270314", "- 20270314..20270315"),
        ("DTSTART;VALUE=DATE:20270314\nDURATION:P2D", "- 20270314..20270316"),
        ("DTSTART;VALUE=DATE:20270314\nDURATION:PT24H", "- 20270314..20270315"),
        ("DTSTART:20270314T130000", "- 20270314T130000..20270314T130000"),
        ("DTSTART;TZID=America/Chicago:20270314T013000\nDURATION:PT1H", "America/Chicago 20270314T013000..20270314T033000"),
        ("DTSTART;TZID=America/Chicago:20270313T013000\nDURATION:P1D", "America/Chicago 20270313T013000..20270314T013000"),
        ("DTSTART;TZID=US-Eastern:20270314T130000\nDURATION:P1W", "US/Eastern 20270314T130000..20270321T130000"),
        ("DTSTART;TZID=(UTC-06:00) Central Time (US & Canada):20270314T130000", "America/Chicago 20270314T130000..20270314T130000"),
        ("DTSTART;TZID=\"Pacific Time (US & Canada), Tijuana\":20270314T130000", "America/Los_Angeles 20270314T130000..20270314T130000"),
        ("DTSTART;TZID=America/Chicago:20270314T130000Z", "UTC 20270314T130000Z..20270314T130000Z"),
        ("dtstart;tzid=america/chicago:20270314T130000  ", "America/Chicago 20270314T130000..20270314T130000"),
        ("DTSTART;TZID=America/Chicago:20270314T130000\nDTEND:20270314T140000", "America/Chicago 20270314T130000..20270314T140000"),
        ("DTSTART:20270314T130000\nDTEND;TZID=America/Chicago:20270314T140000", "America/Chicago 20270314T130000..20270314T140000"),
        ("DTSTART:20270314T000000\nDTEND:20270315T000000\nX-MICROSOFT-CDO-ALLDAYEVENT:TRUE", "- 20270314..20270315"),
        ("DTSTART;VALUE=DATE:20270314\nDTEND:20270315T120000Z", "- 20270314..20270316"),
    ];
    for (lines, wanted) in table {
        let event = event_of(lines);
        let zone = event.start.zone().map_or("-", Zone::as_str);
        assert_eq!(format!("{zone} {}..{}", event.start.value(), event.end.value()), wanted, "{lines}");
        assert_eq!(written_and_read(&event), event, "{lines} comes back as it was");
    }
    let flight = event_of("DTSTART;TZID=Europe/London:20270314T090000\nDTEND;TZID=America/New_York:20270314T120000");
    assert_eq!(flight.end.zone(), Zone::parse("America/New_York"), "an end has a zone of its own");
    assert_eq!(written_and_read(&flight), flight, "and keeps it");
}

#[test]
fn an_event_that_cannot_be_is_left_out_with_its_line_and_reason() {
    let table = [
        ("SUMMARY:No start", 2, "“No start” has no start (DTSTART): add one, or take it out of the file"),
        ("DTSTART:soon\nSUMMARY:X", 4, "“X” starts at `soon`, which is no date: correct DTSTART"),
        ("DTSTART:20270230", 4, "The event starts at `20270230`, which is no date: correct DTSTART"),
        ("DTSTART:20270314T130000Z\nDTEND:later", 5, "The event ends at `later`, which is no date: correct DTEND"),
        (
            "SUMMARY:Game\nDTSTART:20270314T130000Z\nDTEND:20270314T110000Z",
            6,
            "“Game” ends before it starts (2027-03-14T11:00:00 is before 2027-03-14T13:00:00): correct its end",
        ),
    ];
    for (lines, line, reason) in table {
        let reading = reading_of(lines);
        assert!(reading.events.is_empty(), "{lines} gives no event");
        let told: Vec<_> = reading.problems.iter().map(|problem| (problem.line, problem.reason.as_str(), problem.effect)).collect();
        assert_eq!(told, [(line, reason, Effect::EventLeftOut)], "{lines}");
    }
}

#[test]
fn every_encoding_and_line_end_gives_the_same_event() {
    let text = "BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\nUID:u\r\nDTSTART:20270314T130000Z\r\nSUMMARY:Caf\u{e9}\r\nLOCATION:North\r\n  field\r\n\
        END:VEVENT\r\nEND:VCALENDAR\r\n";
    let wanted = read(text.as_bytes()).events.remove(0).event;
    assert_eq!((wanted.summary.as_str(), wanted.place.as_str()), ("Café", "North field"), "UTF-8, and a fold");
    let utf16 = |mark: [u8; 2], bytes: fn(u16) -> [u8; 2]| mark.into_iter().chain(text.encode_utf16().flat_map(bytes)).collect::<Vec<u8>>();
    let forms = [
        ("LF", text.replace("\r\n", "\n").into_bytes()),
        ("CR", text.replace("\r\n", "\r").into_bytes()),
        ("CR CR LF", text.replace("\r\n", "\r\r\n").into_bytes()),
        ("trailing blanks", text.replace("\r\n", " \r\n").replace("North \r\n", "North\r\n").into_bytes()),
        ("a byte order mark", [b"\xEF\xBB\xBF", text.as_bytes()].concat()),
        ("UTF-16 little endian", utf16([0xFF, 0xFE], u16::to_le_bytes)),
        ("UTF-16 big endian", utf16([0xFE, 0xFF], u16::to_be_bytes)),
        ("Windows-1252", text.chars().map(|character| u8::try_from(u32::from(character)).expect("in Latin-1")).collect()),
        ("no END", text.replace("END:VEVENT\r\nEND:VCALENDAR\r\n", "").into_bytes()),
        ("no END:VEVENT", text.replace("END:VEVENT\r\n", "").into_bytes()),
        ("no VCALENDAR", text.replace("BEGIN:VCALENDAR\r\n", "").into_bytes()),
        ("lower case", text.replace("BEGIN", "begin").replace("VEVENT", "vevent").replace("DTSTART", "dtstart").into_bytes()),
        ("quoted-printable", text.replace("DTSTART:", "DTSTART;VALUE=3DDATE-TIME:").replace('\u{e9}', "=C3=\r\n=A9").into_bytes()),
        (
            "quoted-printable as vCalendar has it",
            text.replace("SUMMARY:Caf\u{e9}", "SUMMARY;ENCODING=QUOTED-PRINTABLE:Ca=\r\nf=C3=A9").into_bytes(),
        ),
    ];
    for (form, bytes) in forms {
        let reading = read(&bytes);
        assert_eq!(reading.events.len(), 1, "{form}: one event; {:?}", reading.problems);
        assert_eq!(reading.events[0].event, wanted, "{form}");
    }
}

#[test]
fn a_fold_in_the_middle_of_a_character_is_mended() {
    let event = read(b"BEGIN:VEVENT\r\nUID:u\r\nDTSTART:20270314\r\nSUMMARY:Caf\xC3\r\n \xA9\r\nEND:VEVENT\r\n").events.remove(0).event;
    assert_eq!(event.summary, "Café", "octets are joined before they are read as text");
}

#[test]
fn several_calendars_and_other_components_in_a_file() {
    let text = "BEGIN:VCALENDAR\nX-WR-CALNAME:Bears\\, 2027\nX-WR-TIMEZONE:America/Chicago\nMETHOD:publish\nPRODID:-//x\nBEGIN:VTODO\nSUMMARY:t\n\
        BEGIN:VALARM\nEND:VALARM\nEND:VTODO\nBEGIN:VEVENT\nUID:1\nDTSTART:20270314\nEND:VEVENT\nEND:VCALENDAR\nBEGIN:VCALENDAR\nBEGIN:VEVENT\nUID:2\n\
        DTSTART:20270315\nBEGIN:VALARM\nACTION:display\nTRIGGER;RELATED=END:-PT15M\nDESCRIPTION:a\nEND:VALARM\nBEGIN:PARTICIPANT\nUID:p\n\
        END:PARTICIPANT\nBEGIN:VEVENT\nUID:3\nDTSTART:20270316\nEND:VEVENT\nEND:VCALENDAR\n";
    let reading = read(text.as_bytes());
    assert_eq!(
        (reading.name.as_str(), reading.method.as_str(), reading.product.as_str()),
        ("Bears, 2027", "PUBLISH", "-//x"),
        "the calendar"
    );
    assert_eq!(reading.zone, Zone::parse("America/Chicago"), "its zone");
    let uids: Vec<_> = reading.events.iter().map(|read| (read.line, read.event.uid.as_str())).collect();
    assert_eq!(uids, [(11, "1"), (17, "2"), (28, "3")], "events of both calendars with their lines, the second without an end");
    let second = &reading.events[1].event;
    assert_eq!(second.alarms[0].trigger, "RELATED=END:-PT15M", "an alarm's trigger with its parameter");
    assert_eq!((second.alarms[0].action.as_str(), second.alarms[0].other.len()), ("DISPLAY", 1), "and the rest of it");
    assert_eq!(second.own_properties, ["BEGIN:PARTICIPANT", "UID:p", "END:PARTICIPANT"], "a component that has no place here is kept");
    assert_eq!(written_and_read(second), *second, "all of it comes back");
    assert!(reading.events[0].raw.starts_with("BEGIN:VEVENT\r\nUID:1\r\n"), "the source is kept");
    let told: Vec<_> = reading.problems.iter().map(|problem| (problem.line, problem.effect)).collect();
    assert_eq!(told, [(6, Effect::Noted), (17, Effect::Noted)], "the to-do and the missing end are named: {:?}", reading.problems);
}

#[test]
fn people_links_and_marks_are_understood() {
    let event = event_of(
        "DTSTART:20270314T130000Z\nSTATUS:TENTATIVE\nCLASS:CONFIDENTIAL\nTRANSP:TRANSPARENT\nSEQUENCE:3\nCATEGORIES:Games,A\\,B\nCATEGORIES:Home\n\
         URL:https://bears.example\nORGANIZER;CN=\"Coach; Bear\":MAILTO:coach@bears.example\n\
         ATTENDEE;ROLE=OPT-PARTICIPANT;PARTSTAT=ACCEPTED;CN=George ^'Babe^' Ruth:mailto:babe@example.com\n\
         ATTENDEE;CUTYPE=ROOM;CN=Hall:mailto:hall@bears.example\nATTENDEE;ROLE=CHAIR;EMAIL=z@example.com:urn:uuid:1\n\
         ATTACH;FMTTYPE=text/plain;ENCODING=BASE64;VALUE=BINARY:SGk=\nATTACH;FILENAME=map.pdf:https://bears.example/map.pdf\n\
         X-GOOGLE-CONFERENCE:https://meet.example/abc\nPRIORITY:1\nDTSTAMP:20270101T000000Z",
    );
    assert_eq!(
        (event.status, event.visibility, event.transparency),
        (EventStatus::Tentative, Visibility::Confidential, Transparency::Transparent),
        "marks"
    );
    assert_eq!(event.categories, ["Games", "A,B", "Home"], "categories of both lines");
    let organizer = event.organizer.as_ref().expect("there is one");
    assert_eq!((organizer.address.as_str(), organizer.name.as_str()), ("coach@bears.example", "Coach; Bear"), "the organizer");
    let people: Vec<_> =
        event.attendees.iter().map(|person| (person.address.as_str(), person.name.as_str(), person.role, person.participation)).collect();
    let wanted = [
        ("babe@example.com", "George \"Babe\" Ruth", Role::Optional, Participation::Accepted),
        ("hall@bears.example", "Hall", Role::Resource, Participation::NeedsAction),
        ("z@example.com", "", Role::Required, Participation::NeedsAction),
    ];
    assert_eq!(people, wanted, "RFC 6868 in a name, a room, an address beside a URN");
    assert_eq!(event.attachments[0].uri, "data:text/plain;base64,SGk=", "inline data");
    assert_eq!(event.attachments[1].name, "map.pdf", "an attachment's name");
    assert_eq!(event.video_link, "https://meet.example/abc", "the provider's own property");
    assert_eq!(
        event.own_properties,
        ["X-GOOGLE-CONFERENCE:https://meet.example/abc", "PRIORITY:1", "DTSTAMP:20270101T000000Z"],
        "the rest is kept"
    );
    assert_eq!(written_and_read(&event), event, "and all of it comes back");
}

#[test]
fn recurrence_is_brought_into_its_normal_form() {
    let table = [
        ("RRULE:FREQ=WEEKLY;UNTIL=20270401;BYDAY=SU;INTERVAL=1", "FREQ=WEEKLY;BYDAY=SU;UNTIL=20270402T045959Z"),
        ("RRULE:FREQ=WEEKLY;UNTIL=20270401T130000;WKST=SU", "FREQ=WEEKLY;WKST=SU;UNTIL=20270401T180000Z"),
        ("RRULE:freq=daily;count=3;", "FREQ=DAILY;COUNT=3"),
        ("RRULE:RRULE:FREQ=MONTHLY;BYMONTHDAY=31,1", "FREQ=MONTHLY;BYMONTHDAY=1,31"),
    ];
    for (line, wanted) in table {
        let event = event_of(&format!("DTSTART;TZID=America/Chicago:20270314T130000\n{line}"));
        assert_eq!(event.recurrence.rule.as_deref(), Some(wanted), "{line}");
    }
    let day = event_of("DTSTART;VALUE=DATE:20270314\nRRULE:FREQ=WEEKLY;UNTIL=20270401T050000Z");
    assert_eq!(day.recurrence.rule.as_deref(), Some("FREQ=WEEKLY;UNTIL=20270401"), "a date beside a date");
    let lists = event_of(
        "DTSTART;TZID=America/Chicago:20270314T130000\nEXDATE;TZID=America/Chicago:20270321T130000,20270328T130000\nEXDATE;VALUE=DATE:20270404\n\
         RDATE;VALUE=PERIOD:20270501T130000Z/PT1H,20270502T130000Z/20270502T140000Z",
    );
    let values = |list: &[EventTime]| list.iter().map(EventTime::value).collect::<Vec<_>>();
    assert_eq!(values(&lists.recurrence.excluded), ["20270321T130000", "20270328T130000", "20270404"], "dates of every form");
    assert_eq!(values(&lists.recurrence.added), ["20270501T130000Z", "20270502T130000Z"], "periods begin");
    assert_eq!(written_and_read(&lists), lists, "they come back");
    let bad = reading_of("DTSTART:20270314T130000Z\nRRULE:COUNT=3");
    assert_eq!(bad.events[0].event.recurrence.rule, None, "a rule that says nothing is none");
    assert_eq!(bad.problems[0].line, 5, "and is named: {:?}", bad.problems);
}

#[test]
fn an_exception_is_named_in_the_zone_of_its_master() {
    let text = "BEGIN:VEVENT\nUID:s\nRECURRENCE-ID:20270320T180000Z\nDTSTART:20270320T200000Z\nEND:VEVENT\n\
        BEGIN:VEVENT\nUID:s\nDTSTART;TZID=America/Chicago:20270313T130000\nRRULE:FREQ=WEEKLY\nEND:VEVENT\n\
        BEGIN:VEVENT\nUID:s\nRECURRENCE-ID;TZID=America/Chicago;RANGE=THISANDFUTURE:20270327T130000\nDTSTART:20270327T200000Z\nEND:VEVENT\n";
    let events: Vec<Event> = read(text.as_bytes()).events.into_iter().map(|read| read.event).collect();
    let name = events[0].recurrence_id.expect("it is an exception");
    assert_eq!((name.value().as_str(), name.zone()), ("20270320T130000", Zone::parse("America/Chicago")), "one o'clock in Chicago");
    assert!(!events[0].applies_to_following() && events[2].applies_to_following(), "the range of an exception is kept");
    let again: Vec<Event> = read(write("", &events).as_bytes()).events.into_iter().map(|read| read.event).collect();
    assert_eq!(again, events, "also through writing");
}

#[test]
fn of_two_events_with_one_uid_the_newer_is_kept() {
    let event = |more: &str| format!("BEGIN:VEVENT\nUID:u\nDTSTART:20270314\n{more}\nEND:VEVENT\n");
    let table = [
        (event("SEQUENCE:2\nSUMMARY:a"), event("SEQUENCE:1\nSUMMARY:b"), "a"),
        (event("DTSTAMP:20270101T000000Z\nSUMMARY:a"), event("DTSTAMP:20270201T000000Z\nSUMMARY:b"), "b"),
        (event("LAST-MODIFIED:20270301T000000Z\nSUMMARY:a"), event("DTSTAMP:20270201T000000Z\nSUMMARY:b"), "a"),
        (event("SUMMARY:a"), event("SUMMARY:b"), "b"),
    ];
    for (first, second, kept) in table {
        let reading = read(format!("{first}{second}").as_bytes());
        let summaries: Vec<_> = reading.events.iter().map(|read| read.event.summary.as_str()).collect();
        assert_eq!(summaries, [kept], "{first}{second}");
        assert_eq!(reading.problems.len(), 1, "the other is named: {:?}", reading.problems);
    }
}

#[test]
fn a_link_with_an_invisible_character_is_the_link_without_it() {
    let event = event_of(
        "DTSTART:20270314\nCONFERENCE;FEATURE=VIDEO:https://call.example\nCONFERENCE;FEATURE=VI\u{2}DEO:\u{2} https://call.example",
    );
    assert_eq!(event.video_link, "https://call.example", "the first is the call");
    assert_eq!(event.own_properties, Vec::<String>::new(), "the second is the same call");
    assert_eq!(written_and_read(&event), event, "and it survives writing");
}

#[test]
fn a_line_end_that_mail_encoded_ends_no_line_of_ours() {
    let lines =
        "DTSTART;TZID=3DEurope/Berlin:20270314T130000\nUID:one=0D=0ADTEND:20270314=0D=0AEND:VEVENT\nURL:https://club.example/=0D=0Agame";
    let file = format!("BEGIN:VCALENDAR\nVERSION:2.0\nBEGIN:VEVENT\n{lines}\nEND:VEVENT\nEND:VCALENDAR\n");
    let reading = read(file.as_bytes());
    let event = &reading.events[0].event;
    assert!(!event.uid.contains('\n') && !event.url.contains('\n'), "a UID and an address are one line: {event:?}");
    assert_eq!(&written_and_read(event), event, "and the event survives writing");
}

#[test]
fn an_event_without_a_uid_gets_the_same_one_each_time() {
    let uid = |lines: &str| read(format!("BEGIN:VEVENT\n{lines}\nEND:VEVENT\n").as_bytes()).events.remove(0).event.uid;
    let first = uid("DTSTART:20270314\nSUMMARY:a\nDTSTAMP:20270101T000000Z");
    assert_eq!(first, uid("SUMMARY:a\nDTSTAMP:20270202T000000Z\nDTSTART:20270314"), "stamps and order say nothing");
    assert_ne!(first, uid("DTSTART:20270315\nSUMMARY:a"), "another day is another event");
    assert_eq!(first.len(), 32, "it is of a length that fits everywhere");
}

#[test]
fn a_zone_that_only_the_file_knows_is_found_by_its_offsets() {
    let zone = |observances: &str, tzid: &str| {
        let text = format!(
            "BEGIN:VCALENDAR\nBEGIN:VEVENT\nUID:u\nDTSTART;TZID={tzid}:20270714T130000\nEND:VEVENT\nBEGIN:VTIMEZONE\nTZID:{tzid}\n{observances}\
             END:VTIMEZONE\nEND:VCALENDAR\n"
        );
        let reading = read(text.as_bytes());
        let start = reading.events[0].event.start;
        format!("{} {} {}", start.zone().map_or("-", Zone::as_str), start.value(), reading.problems.len())
    };
    let berlin = "BEGIN:STANDARD\nDTSTART:19701025T030000\nRRULE:FREQ=YEARLY;BYMONTH=10;BYDAY=-1SU\nTZOFFSETFROM:+0200\nTZOFFSETTO:+0100\n\
        END:STANDARD\nBEGIN:DAYLIGHT\nDTSTART:19700329T020000\nRRULE:FREQ=YEARLY;BYMONTH=3;BYDAY=-1SU\nTZOFFSETFROM:+0100\nTZOFFSETTO:+0200\n\
        END:DAYLIGHT\n";
    assert_eq!(zone(berlin, "MyTimezone"), "Europe/Berlin 20270714T130000 0", "rules like Berlin's");
    assert_eq!(zone(berlin, "Central"), "Europe/Berlin 20270714T130000 0", "a name that would mean Chicago gives way to the rules");
    assert_eq!(zone(berlin, "America/Chicago"), "America/Chicago 20270714T130000 0", "an IANA name is believed");
    let fixed = "BEGIN:STANDARD\nDTSTART:16010101T000000\nTZOFFSETFROM:+0530\nTZOFFSETTO:+0530\nEND:STANDARD\n";
    assert_eq!(zone(fixed, "Customized Time Zone"), "Asia/Kolkata 20270714T130000 0", "one offset all year");
    let odd = "BEGIN:STANDARD\nDTSTART:19701025T030000\nTZOFFSETFROM:+0017\nTZOFFSETTO:+0017\nEND:STANDARD\n";
    assert_eq!(zone(odd, "Nowhere"), "UTC 20270714T124300Z 1", "no zone has it: UTC, by its own rules, and a note");
    let none = read(b"BEGIN:VEVENT\nUID:u\nDTSTART;TZID=Nowhere:20270714T130000\nEND:VEVENT\n");
    assert_eq!(none.events[0].event.start.zone(), None, "nobody knows it: no zone");
    assert_eq!(none.problems[0].line, 3, "and a note with its line");
}

#[test]
fn lines_are_folded_between_characters_and_quoted_where_they_must() {
    let mut writer = Writer::new();
    writer.text("SUMMARY", &"Café; ".repeat(30));
    writer.property("ATTENDEE", &[("CN", "Ruth, \"Babe\"^")], "mailto:a@b.example");
    writer.line("X-A:b\r\nEND:VEVENT");
    let text = writer.finish();
    assert!(text.split("\r\n").all(|line| line.len() <= 75), "no line is longer than 75 octets:\n{text}");
    assert!(text.contains("ATTENDEE;CN=\"Ruth, ^'Babe^'^^\":mailto:a@b.example\r\n"), "a name that needs quotes and carets:\n{text}");
    assert!(text.ends_with("X-A:bEND:VEVENT\r\n"), "a line end in a value begins no other property:\n{text}");
    let lines: Vec<_> = Lines::new(text.as_bytes()).collect();
    let property = Property::parse(&lines[0].text).expect("a property");
    assert_eq!(property.text(), "Café; ".repeat(30), "it unfolds to what it was");
}

#[test]
fn a_long_line_and_a_broken_fold_keep_their_text() {
    let long = "x".repeat(75_000);
    let event = event_of(&format!("DTSTART:20270314\nDESCRIPTION:{long}"));
    assert_eq!(event.description, long, "a line of 75,000 bytes");
    let event = event_of("DTSTART:20270314\nDESCRIPTION:First\nsecond without a blank before it\nSUMMARY:s");
    assert_eq!(event.description, "First\nsecond without a blank before it", "text goes on where a fold has lost its blank");
}

#[test]
fn a_zone_is_described_by_its_own_rules() {
    let chicago = event_of("DTSTART;TZID=America/Chicago:20270320T130000\nDURATION:PT1H\nRRULE:FREQ=WEEKLY");
    let wanted = "BEGIN:VTIMEZONE\r\nTZID:America/Chicago\r\nBEGIN:STANDARD\r\nDTSTART:20261101T020000\r\nTZOFFSETFROM:-0500\r\n\
        TZOFFSETTO:-0600\r\nRRULE:FREQ=YEARLY;BYMONTH=11;BYDAY=1SU\r\nTZNAME:CST\r\nEND:STANDARD\r\nBEGIN:DAYLIGHT\r\n\
        DTSTART:20270314T020000\r\nTZOFFSETFROM:-0600\r\nTZOFFSETTO:-0500\r\nRRULE:FREQ=YEARLY;BYMONTH=3;BYDAY=2SU\r\nTZNAME:CDT\r\n\
        END:DAYLIGHT\r\nEND:VTIMEZONE\r\n";
    assert_eq!(vtimezones([&chicago]), wanted, "two rules without an end");
    let tokyo = event_of("DTSTART;TZID=Asia/Tokyo:20270320T130000");
    assert!(vtimezones([&tokyo]).contains("BEGIN:STANDARD\r\n"), "a zone without changes has one observance");
    assert_eq!(vtimezones([&event_of("DTSTART:20270320T130000Z"), &event_of("DTSTART:20270320")]), "", "UTC and days need none");
}
