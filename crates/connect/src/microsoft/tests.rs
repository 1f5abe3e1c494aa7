use calendar::recurrence::Rule;
use calendar::{Event, EventTime, Zone};
use jiff::civil::date;
use proptest::prelude::*;
use serde_json::json;

use super::recurrence::Repeat;
use super::{body, held, read, times};

fn at(value: &str) -> EventTime {
    EventTime::parse_value(value, Zone::parse("America/Chicago")).unwrap()
}

fn told(rule: &str, start: &str) -> Option<String> {
    let start = at(start);
    let (rule, _) = Rule::parse(rule).unwrap();
    let repeat = Repeat::of_rule(&rule, &start)?;
    let json = repeat.to_json(&start, "Central Standard Time");
    assert_eq!(Repeat::of_json(&json), Some(repeat), "{json} reads as what was written");
    Some(Repeat::of_json(&json)?.to_rule(&start).to_string())
}

#[test]
fn rules_that_outlook_has_come_back_in_one_form() {
    for (rule, start, wanted) in [
        ("FREQ=DAILY", "20270313T180000", "FREQ=DAILY"),
        ("FREQ=DAILY;INTERVAL=3;COUNT=5", "20270313T180000", "FREQ=DAILY;INTERVAL=3;COUNT=5"),
        ("FREQ=DAILY;BYDAY=MO,TU,WE,TH,FR", "20270315T180000", "FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR"),
        ("FREQ=WEEKLY", "20270313T180000", "FREQ=WEEKLY;BYDAY=SA"),
        ("FREQ=WEEKLY;WKST=SU;BYDAY=SA", "20270313T180000", "FREQ=WEEKLY;BYDAY=SA"),
        ("FREQ=WEEKLY;INTERVAL=2;WKST=SU;BYDAY=SA,SU", "20270313T180000", "FREQ=WEEKLY;INTERVAL=2;BYDAY=SA,SU;WKST=SU"),
        ("FREQ=MONTHLY", "20270313T180000", "FREQ=MONTHLY;BYMONTHDAY=13"),
        ("FREQ=MONTHLY;BYMONTHDAY=-1", "20270331T180000", "FREQ=MONTHLY;BYMONTHDAY=-1"),
        ("FREQ=MONTHLY;BYMONTHDAY=28,29,30;BYSETPOS=-1", "20270330T180000", "FREQ=MONTHLY;BYMONTHDAY=28,29,30;BYSETPOS=-1"),
        ("FREQ=MONTHLY;BYDAY=2SA", "20270313T180000", "FREQ=MONTHLY;BYDAY=2SA"),
        ("FREQ=MONTHLY;BYDAY=SA;BYSETPOS=2", "20270313T180000", "FREQ=MONTHLY;BYDAY=2SA"),
        ("FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1", "20270331T180000", "FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1"),
        ("FREQ=YEARLY", "20270313T180000", "FREQ=YEARLY;BYMONTH=3;BYMONTHDAY=13"),
        ("FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=-1", "20270228T180000", "FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=-1"),
        ("FREQ=YEARLY;BYMONTH=4;BYMONTHDAY=30", "20270430T180000", "FREQ=YEARLY;BYMONTH=4;BYMONTHDAY=-1"),
        ("FREQ=YEARLY;BYMONTH=1;BYMONTHDAY=-1", "20270131T180000", "FREQ=YEARLY;BYMONTH=1;BYMONTHDAY=31"),
        ("FREQ=YEARLY;BYMONTH=11;BYDAY=4TH", "20271125T180000", "FREQ=YEARLY;BYMONTH=11;BYDAY=4TH"),
        // The end is the last date, at the time of the others, by its own clock.
        ("FREQ=WEEKLY;UNTIL=20270401T235959Z", "20270313T180000", "FREQ=WEEKLY;BYDAY=SA;UNTIL=20270327T230000Z"),
        ("FREQ=WEEKLY;UNTIL=20270327T225900Z", "20270313T180000", "FREQ=WEEKLY;BYDAY=SA;UNTIL=20270320T230000Z"),
        ("FREQ=WEEKLY;UNTIL=20270401", "20270313", "FREQ=WEEKLY;BYDAY=SA;UNTIL=20270327"),
    ] {
        assert_eq!(told(rule, start).as_deref(), Some(wanted), "{rule} from {start}");
        assert_eq!(told(wanted, start).as_deref(), Some(wanted), "{wanted} stays as it is");
    }
}

#[test]
fn rules_that_outlook_has_not_are_refused_by_name() {
    for (rule, start) in [
        // A month without a 31st is skipped here, and has its last day there.
        ("FREQ=MONTHLY;BYMONTHDAY=31", "20270331T180000"),
        ("FREQ=MONTHLY", "20270331T180000"),
        ("FREQ=YEARLY", "20280229T180000"),
        ("FREQ=MONTHLY;BYDAY=5SA", "20270529T180000"),
        ("FREQ=MONTHLY;BYMONTHDAY=1,15", "20270301T180000"),
        ("FREQ=MONTHLY;BYDAY=MO,TU", "20270301T180000"),
        ("FREQ=YEARLY;BYMONTH=3,9", "20270313T180000"),
        ("FREQ=YEARLY;BYDAY=20MO", "20270517T180000"),
        ("FREQ=YEARLY;BYWEEKNO=20", "20270517T180000"),
        ("FREQ=YEARLY;BYYEARDAY=100", "20270410T180000"),
        ("FREQ=HOURLY;INTERVAL=6", "20270313T180000"),
        ("FREQ=DAILY;BYHOUR=9,18", "20270313T180000"),
        // The first date is no date of the rule.
        ("FREQ=WEEKLY;BYDAY=MO", "20270313T180000"),
    ] {
        assert_eq!(told(rule, start), None, "{rule} from {start}");
        let mut event = Event::new("1".into(), at(start), at(start));
        (event.summary, event.recurrence.rule) = ("Cup".into(), Some(rule.into()));
        let words = body::refusal(&[event]).unwrap_or_default();
        assert!(words.contains("“Cup”") && words.contains(rule), "what is refused is named: {words}");
    }
}

#[test]
fn what_outlook_cannot_hold_is_refused_in_words() {
    let event = |change: &dyn Fn(&mut Event)| {
        let mut event = Event::new("1".into(), at("20270313T180000"), at("20270313T200000"));
        event.summary = "Cup".into();
        change(&mut event);
        body::refusal(&[event]).unwrap_or_default()
    };
    assert_eq!(event(&|_| {}), "", "a plain event can stand there");
    let floating = event(&|event| event.start = EventTime::Floating(date(2027, 3, 13).at(18, 0, 0, 0)));
    assert!(floating.contains("time zone"), "{floating}");
    let added = event(&|event| event.recurrence.added = vec![at("20270320T180000")]);
    assert!(added.contains("further dates"), "{added}");
}

#[test]
fn times_are_put_back_on_the_wall_clock_of_their_zone() {
    let utc = |text: &str| json!({ "dateTime": text, "timeZone": "UTC" });
    let read = |text: &str, zone: &str| times::read(Some(&utc(text)), Some(zone), false).unwrap();
    assert_eq!(
        read("2027-03-14T00:00:00.0000000", "Central Standard Time"),
        at("20270313T180000"),
        "a Windows name, before the change of clocks"
    );
    assert_eq!(read("2027-03-15T23:00:00.0000000", "America/Chicago"), at("20270315T180000"), "an IANA name, after it");
    let vienna = Zone::parse("Europe/Berlin").unwrap();
    let noon = EventTime::Zoned(date(2027, 7, 1).at(12, 0, 0, 0), vienna);
    assert_eq!(read("2027-07-01T10:00:00", "Europe/Vienna"), noon, "a zone is told by the one that stands for all like it");
    let custom = EventTime::Zoned(date(2027, 3, 14).at(0, 0, 0, 0), Zone::utc());
    assert_eq!(read("2027-03-14T00:00:00", "tzone://Microsoft/Custom"), custom, "a custom zone has no rules: the instant stays");
    let day = times::read(Some(&utc("2027-03-14T00:00:00.0000000")), Some("Pacific Standard Time"), true);
    assert_eq!(day, Some(EventTime::Date(date(2027, 3, 14))), "a day has no zone");
    let told = |time: EventTime| times::to_json(&time).map(|json| json.to_string());
    assert_eq!(
        told(at("20270313T180000")).as_deref(),
        Some(r#"{"dateTime":"2027-03-13T18:00:00","timeZone":"Central Standard Time"}"#),
        "as it is written"
    );
}

#[test]
fn an_event_of_outlook_is_read_whole() {
    let event = read::event(&json!({
        "id": "1", "type": "singleInstance", "iCalUId": "0400", "subject": "Cup\r\nfinal", "isOrganizer": true,
        "body": { "contentType": "text", "content": "Doors 5 pm\r\n\r\nBring a ball\r\n\r\n" },
        "start": { "dateTime": "2027-03-14T00:00:00.0000000", "timeZone": "UTC" }, "originalStartTimeZone": "Central Standard Time",
        "end": { "dateTime": "2027-03-14T02:00:00.0000000", "timeZone": "UTC" }, "originalEndTimeZone": "Eastern Standard Time",
        "location": { "displayName": "Arena" }, "showAs": "tentative", "sensitivity": "personal", "categories": ["Home", ""],
        "isReminderOn": true, "reminderMinutesBeforeStart": 30, "onlineMeeting": { "joinUrl": "https://teams.example/1" },
        "organizer": { "emailAddress": { "name": "Club", "address": "club@example.org" } },
        "attendees": [{ "type": "optional", "status": { "response": "tentativelyAccepted" }, "emailAddress": { "name": "Ann", "address": "ann@example.org" } }],
    }))
    .unwrap();
    assert_eq!((event.uid.as_str(), event.summary.as_str()), ("0400", "Cup final"), "its own UID, and a title of one line");
    assert_eq!(event.description, "Doors 5 pm\n\nBring a ball", "text without what Exchange puts at its end");
    assert_eq!(event.end, EventTime::parse_value("20270313T210000", Zone::parse("America/New_York")).unwrap(), "each end in its own zone");
    assert_eq!((event.place.as_str(), event.categories.as_slice()), ("Arena", ["Home".to_owned()].as_slice()), "where, and under what");
    assert_eq!(event.status, calendar::EventStatus::Tentative, "as it is shown");
    assert_eq!(event.visibility, calendar::Visibility::Private, "and to whom");
    assert_eq!((event.alarms[0].trigger.as_str(), event.video_link.as_str()), ("-PT30M", "https://teams.example/1"), "reminder and call");
    assert_eq!(event.attendees[0].participation, calendar::Participation::Tentative, "who comes");
    assert_eq!(event.organizer.map(|organizer| organizer.address).as_deref(), Some("club@example.org"), "and who invited");
}

#[test]
fn an_event_without_a_start_is_unreadable_in_words() {
    let words = read::event(&json!({ "id": "1", "subject": "Cup" })).unwrap_err();
    assert!(words.contains("“Cup”"), "{words}");
}

proptest! {
    #[test]
    fn no_answer_breaks_the_reader(text in "\\PC{0,60}", number in any::<i64>(), kind in 0..6_usize) {
        let kinds = ["daily", "weekly", "absoluteMonthly", "relativeMonthly", "absoluteYearly", "relativeYearly"];
        let json = json!({
            "id": text, "subject": text, "start": { "dateTime": "2027-03-14T00:00:00", "timeZone": text }, "originalStartTimeZone": text,
            "end": { "dateTime": text, "timeZone": "UTC" }, "reminderMinutesBeforeStart": number, "isReminderOn": true,
            "recurrence": {
                "pattern": { "type": kinds[kind], "interval": number, "month": number, "dayOfMonth": number, "daysOfWeek": [text, "monday"], "index": text },
                "range": { "type": "numbered", "startDate": "2027-03-14", "numberOfOccurrences": number },
            },
        });
        let mut sound = json.clone();
        sound["end"]["dateTime"] = json!("2027-03-14T02:00:00");
        for json in [json, sound] {
            if let Ok(event) = read::event(&json) {
                let once = held::held(&[event]);
                prop_assert_eq!(held::held(&once), once.clone(), "what is held is held");
            }
        }
    }
}
