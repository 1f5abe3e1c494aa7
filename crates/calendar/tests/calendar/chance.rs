//! Events and files that nobody thought of.

use calendar::ical::{read, write};
use calendar::recurrence::{Rule, Series};
use calendar::{
    Alarm, Attachment, Attendee, Event, EventStatus, EventTime, Participation, Recurrence, Role, Transparency, Visibility, Zone, diff,
    edit, plan,
};
use jiff::civil::{Date, DateTime, date};
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;
use proptest::sample::select;

/// Text with everything that has to be escaped, folded or quoted. Line ends are `\n`, as the reader gives them.
fn text() -> impl Strategy<Value = String> {
    prop_oneof!["[ -~\n]{0,40}", "[\\\\;,:\"^n'=\n]{0,12}", "\\PC{0,80}", "(é|漢|🏈|\u{301}| ){0,60}"]
        .prop_map(|text| text.chars().filter(|character| *character == '\n' || !character.is_control()).collect())
}

/// Text of one line without blanks around it, as a title is.
fn title() -> impl Strategy<Value = String> {
    text().prop_map(|text| text.trim().to_owned())
}

/// A name in a parameter: it cannot end in a backslash guard of its own.
fn name() -> impl Strategy<Value = String> {
    text().prop_map(|text| text.replace('\\', "").trim().to_owned())
}

fn word() -> impl Strategy<Value = String> {
    "[a-zA-Z0-9-]{1,30}"
}

fn zone() -> impl Strategy<Value = Zone> {
    // Other names of UTC read as UTC.
    select(Zone::all().filter(|zone| Zone::parse(zone.as_str()) == Some(*zone)).collect::<Vec<_>>())
}

fn local() -> impl Strategy<Value = DateTime> {
    (0..40_000_i64, 0..86_400_i64)
        .prop_map(|(day, second)| date(1970, 1, 1).at(0, 0, 0, 0).saturating_add(SignedDuration::from_secs(day * 86_400 + second)))
}

fn day() -> impl Strategy<Value = Date> {
    local().prop_map(DateTime::date)
}

fn time() -> impl Strategy<Value = EventTime> {
    prop_oneof![
        day().prop_map(EventTime::Date),
        local().prop_map(EventTime::Floating),
        (local(), zone()).prop_map(|(local, zone)| EventTime::Zoned(local, zone)),
        local().prop_map(|local| EventTime::Zoned(local, Zone::utc())),
    ]
}

/// A start with an end in the same form, sometimes in another zone.
fn span() -> impl Strategy<Value = (EventTime, EventTime)> {
    (time(), 0..400_000_i64, option::of(zone())).prop_map(|(start, seconds, other)| {
        let end = match (start, other) {
            (EventTime::Date(_), _) => start.moved_by(SignedDuration::from_hours(24 * (1 + seconds / 86_400))),
            (EventTime::Floating(_), _) | (_, None) => start.moved_by(SignedDuration::from_secs(seconds)),
            (EventTime::Zoned(..), Some(zone)) => {
                let instant = start.to_instant(&TimeZone::UTC).saturating_add(SignedDuration::from_secs(seconds)).expect("in range");
                EventTime::Zoned(zone.time_zone().to_datetime(instant), zone)
            }
        };
        // A doubled hour is read as its first: an end in its second would be before its start.
        if end.to_instant(&TimeZone::UTC) < start.to_instant(&TimeZone::UTC) { (start, start) } else { (start, end) }
    })
}

fn rule() -> impl Strategy<Value = String> {
    let frequency = select(vec!["YEARLY", "MONTHLY", "WEEKLY", "DAILY"]);
    let lists = select(vec![
        "",
        ";BYDAY=MO,WE",
        ";BYMONTHDAY=-1,15",
        ";BYMONTH=3,11;BYDAY=SU",
        ";BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1",
        ";WKST=SU",
        ";BYMONTHDAY=31",
    ]);
    (frequency, 1..5_u8, lists, option::of(1..60_u8)).prop_map(|(frequency, interval, lists, count)| {
        let count = count.map_or(String::new(), |count| format!(";COUNT={count}"));
        format!("FREQ={frequency};INTERVAL={interval}{lists}{count}").replace(";INTERVAL=1;", ";").replace(";INTERVAL=1", "")
    })
}

fn recurrence() -> impl Strategy<Value = Recurrence> {
    (option::of(rule()), vec(time(), 0..3), vec(time(), 0..3)).prop_map(|(rule, excluded, added)| Recurrence { rule, excluded, added })
}

fn attendee() -> impl Strategy<Value = Attendee> {
    let role = select(vec![Role::Required, Role::Optional, Role::Resource]);
    let participation =
        select(vec![Participation::NeedsAction, Participation::Accepted, Participation::Declined, Participation::Delegated]);
    let address = prop_oneof!["[a-z.+]{1,12}@[a-z]{1,9}\\.example", Just("urn:uuid:1".to_owned()), Just("/principals/7".to_owned())];
    (address, name(), role, participation).prop_map(|(address, name, role, participation)| Attendee { address, name, role, participation })
}

fn attachment() -> impl Strategy<Value = Attachment> {
    let uri = prop_oneof![word().prop_map(|word| format!("https://bears.example/{word}")), Just("data:text/plain;base64,SGk=".to_owned())];
    (uri, name()).prop_map(|(uri, name)| {
        let media_type = if uri.starts_with("data:") { "text/plain".to_owned() } else { String::new() };
        Attachment { uri, media_type, name }
    })
}

fn alarm() -> impl Strategy<Value = Alarm> {
    let trigger = select(vec!["-PT15M", "RELATED=END:PT0S", "VALUE=DATE-TIME:20270313T180000Z"]);
    (trigger, word()).prop_map(|(trigger, word)| Alarm {
        action: "DISPLAY".to_owned(),
        trigger: trigger.to_owned(),
        other: vec![format!("DESCRIPTION:{word}")],
    })
}

prop_compose! {
    fn event()(
        (start, end) in span(),
        uid in word(),
        sequence in 0..9_u32,
        original in option::of(time()),
        recurrence in recurrence(),
        (summary, description, place) in (title(), text(), title()),
        status in select(vec![EventStatus::Confirmed, EventStatus::Tentative, EventStatus::Cancelled]),
        visibility in select(vec![Visibility::Public, Visibility::Private, Visibility::Confidential]),
        free in any::<bool>(),
        link in option::of(word()),
        categories in vec(title().prop_filter("a category has a name", |name| !name.is_empty()), 0..3),
        organizer in option::of(attendee()),
        attendees in vec(attendee(), 0..3),
        attachments in vec(attachment(), 0..2),
        alarms in vec(alarm(), 0..2),
        own in vec(word(), 0..3),
    ) -> Event {
        let link = link.map_or(String::new(), |word| format!("https://meet.example/{word}"));
        Event {
            uid,
            recurrence_id: original,
            sequence,
            start,
            end,
            recurrence: if original.is_some() { Recurrence::default() } else { recurrence },
            summary,
            description,
            place,
            status,
            visibility,
            transparency: if free { Transparency::Transparent } else { Transparency::Opaque },
            url: link.clone(),
            video_link: link,
            categories,
            organizer,
            attendees,
            attachments,
            alarms,
            own_properties: own.into_iter().map(|word| format!("X-OWN-{word}:{word}, {word}")).collect(),
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 600, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_event_survives_writing(event in event()) {
        let text = write("calendar", std::slice::from_ref(&event));
        prop_assert!(text.split("\r\n").all(|line| line.len() <= 75), "no line is over 75 octets");
        let reading = read(text.as_bytes());
        let found: Vec<_> = reading.events.into_iter().map(|read| read.event).collect();
        prop_assert_eq!(found, vec![event], "what came back, from {}; problems {:?}", text, reading.problems);
    }

    #[test]
    fn a_window_shows_what_all_of_time_has_there(event in event(), from in 0..4_000_000_000_i64, length in 0..90_000_000_i64) {
        let series = Series::single(event);
        let (from, to) = (Timestamp::from_second(from).expect("in range"), Timestamp::from_second(from + length).expect("in range"));
        let overlaps = |start: Timestamp, end: Timestamp| start < to && (end > from || start >= from);
        let all: Vec<_> = series
            .occurrences(Timestamp::MIN..to, &TimeZone::UTC)
            .filter(|occurrence| overlaps(occurrence.start_utc, occurrence.end_utc))
            .collect();
        let window: Vec<_> = series.occurrences(from..to, &TimeZone::UTC).collect();
        prop_assert_eq!(window, all, "entered near the window and walked from the start");
    }

    #[test]
    fn any_text_is_a_rule_or_none(text in "(FREQ=(DAILY|MONTHLY|YEARLY|SECONDLY);)?([A-Z]{2,8}=[-0-9A-Z,]{0,12};?){0,5}") {
        if let Ok((rule, _)) = Rule::parse(&text) {
            let (again, notes) = Rule::parse(&rule.to_string()).expect("the normal form is a rule");
            prop_assert_eq!(again, rule, "of {}", text);
            prop_assert!(notes.is_empty(), "the normal form is clean: {:?}", notes);
        }
    }

    #[test]
    fn moving_a_series_there_and_back_changes_nothing(mut event in event(), weeks in -300..300_i64) {
        let before = event.clone();
        plan::shift_weeks(&mut event, weeks);
        prop_assert_eq!(event.start.local().time(), before.start.local().time(), "the wall clock stays");
        plan::shift_weeks(&mut event, -weeks);
        prop_assert_eq!(event.start, before.start, "the start is back");
        prop_assert_eq!(event.recurrence_id, before.recurrence_id, "so is the name of an exception");
        prop_assert_eq!(event.recurrence.rule, before.recurrence.rule, "and the rule");
    }

    #[test]
    fn an_edit_of_nothing_changes_nothing(event in event()) {
        let series = Series::single(event);
        let edit = edit::apply(&series, &edit::EventPatch::default(), edit::Scope::All, "").expect("nothing is wrong");
        prop_assert_eq!(diff::diff(&series.master, &edit.master), vec![], "the master is as it was");
    }

    #[test]
    fn this_and_following_loses_no_occurrence(event in event(), nth in 1..8_usize) {
        let whole = Series::single(Event { recurrence_id: None, ..event });
        let window = Timestamp::MIN.."2040-01-01T00:00:00Z".parse().expect("a time");
        let starts = |series: &Series| -> Vec<_> {
            series.occurrences(window.clone(), &TimeZone::UTC).take(60).map(|occurrence| (occurrence.start_utc, occurrence.end_utc)).collect()
        };
        let all = starts(&whole);
        let Some(at) = whole.occurrences(window.clone(), &TimeZone::UTC).nth(nth) else { return Ok(()) };
        // An added date before the start is before all that can be parted.
        prop_assume!(at.start_utc > whole.master.start.to_instant(&TimeZone::UTC));
        // Instants in a row: a date beside timed starts, or two starts at one instant, part as one.
        prop_assume!(all.is_sorted() && all.windows(2).all(|pair| pair[0].0 != pair[1].0));
        prop_assume!(!whole.master.recurrence.added.iter().chain(&whole.master.recurrence.excluded).any(|time| time.is_all_day() != at.original_start.is_all_day()));
        let Ok(edit) = edit::apply(&whole, &edit::EventPatch::default(), edit::Scope::Following { original_start: at.original_start }, "later") else {
            return Err(TestCaseError::fail("an occurrence of the series can be parted at"));
        };
        let later = edit.split.expect("a second series");
        let mut both = starts(&Series { master: edit.master, exceptions: edit.exceptions });
        prop_assert_eq!(both.len(), nth.min(60), "the first part has what was before");
        both.extend(starts(&later));
        both.truncate(all.len());
        prop_assert_eq!(both, all, "both parts have what the whole had");
    }
}

/// Real lines to break, so that chance begins near what is understood.
const SEED: &str = "BEGIN:VCALENDAR\r\nX-WR-CALNAME:Bears\r\nBEGIN:VTIMEZONE\r\nTZID:Own\r\nBEGIN:DAYLIGHT\r\nDTSTART:20070311T020000\r\n\
RRULE:FREQ=YEARLY;BYMONTH=3;BYDAY=2SU\r\nTZOFFSETFROM:-0600\r\nTZOFFSETTO:-0500\r\nEND:DAYLIGHT\r\nBEGIN:STANDARD\r\nDTSTART:20071104T020000\r\n\
RRULE:FREQ=YEARLY;BYMONTH=11;BYDAY=1SU\r\nTZOFFSETFROM:-0500\r\nTZOFFSETTO:-0600\r\nEND:STANDARD\r\nEND:VTIMEZONE\r\nBEGIN:VEVENT\r\nUID:g\r\n\
DTSTART;TZID=Own:20270313T130000\r\nDURATION:PT3H\r\nRRULE:FREQ=MONTHLY;BYDAY=2SA,-1SU;UNTIL=20280101T000000Z\r\nEXDATE;TZID=Own:20270410T130000\r\n\
RDATE;VALUE=PERIOD:20270501T130000Z/PT1H\r\nSUMMARY:Caf\u{e9} \\, \r\n folded\r\nATTENDEE;CN=\"A;B\";ROLE=CHAIR:mailto:a@b.example\r\n\
ATTACH;ENCODING=BASE64;VALUE=BINARY:SGk=\r\nDESCRIPTION;ENCODING=QUOTED-PRINTABLE:a=3Db=\r\nc\r\nBEGIN:VALARM\r\nTRIGGER;RELATED=END:-PT15M\r\n\
ACTION:AUDIO\r\nEND:VALARM\r\nEND:VEVENT\r\nBEGIN:VEVENT\r\nUID:g\r\nRECURRENCE-ID;RANGE=THISANDFUTURE:20270508T180000Z\r\nDTSTART;VALUE=DATE:20270509\r\n\
END:VEVENT\r\nEND:VCALENDAR\r\n";

/// Everything that is done to a file of unknown origin.
fn use_file(bytes: &[u8]) {
    let events: Vec<_> = read(bytes).events.into_iter().map(|read| read.event).collect();
    let text = write("again", &events);
    let again: Vec<_> = read(text.as_bytes()).events.into_iter().map(|read| read.event).collect();
    assert_eq!(again, events, "what was understood survives writing:\n{text}");
    for series in Series::group(events) {
        let window = "2027-01-01T00:00:00Z".parse().expect("a time").."2028-01-01T00:00:00Z".parse().expect("a time");
        let found = series.occurrences(window, &TimeZone::UTC).take(1000).count();
        assert!(found <= 1000, "it ends");
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 3000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn no_change_of_bytes_makes_reading_fail(edits in vec((0..SEED.len(), any::<u8>(), 0..4_u8), 1..12)) {
        let mut bytes = SEED.as_bytes().to_vec();
        for (at, byte, kind) in edits {
            let at = at.min(bytes.len().saturating_sub(1));
            match kind {
                0 => bytes[at] = byte,
                1 => bytes.insert(at, byte),
                2 if bytes.len() > 1 => { bytes.remove(at); }
                _ => {
                    // A piece of the file once more, elsewhere.
                    let piece = bytes[at..bytes.len().min(at + usize::from(byte))].to_vec();
                    let to = usize::from(byte) * 7 % bytes.len();
                    bytes.splice(to..to, piece);
                }
            }
        }
        use_file(&bytes);
    }

    #[test]
    fn no_bytes_at_all_make_reading_fail(bytes in vec(any::<u8>(), 0..400)) {
        use_file(&bytes);
    }
}

#[test]
fn what_the_fuzzer_found_is_read() {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fuzzed");
    let mut files = 0;
    for file in std::fs::read_dir(folder).expect("the folder is part of the project") {
        use_file(&std::fs::read(file.expect("a file").path()).expect("it can be read"));
        files += 1;
    }
    assert!(files > 0, "the folder holds what was found");
}
