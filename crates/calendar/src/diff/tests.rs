use super::{diff, same_content};
use crate::ical::read;
use crate::{Event, EventStatus, EventTime};

fn game() -> Event {
    let text = "BEGIN:VEVENT\nUID:g1\nDTSTART;TZID=America/Chicago:20270313T130000\nDTEND;TZID=America/Chicago:20270313T160000\n\
        RRULE:FREQ=WEEKLY;BYDAY=SA;COUNT=4\nSUMMARY:Home game\nLOCATION:North field\nDTSTAMP:20270101T000000Z\nEND:VEVENT\n";
    read(text.as_bytes()).events.remove(0).event
}

#[test]
fn each_field_that_differs_is_named_in_words() {
    let old = game();
    let mut new = old.clone();
    new.start = EventTime::parse_value("20270313T153000", old.start.zone()).expect("a time");
    new.summary = "Home game (sold out)".to_owned();
    new.recurrence.rule = Some("FREQ=WEEKLY;BYDAY=SA;COUNT=5".to_owned());
    let changes = diff(&old, &new);
    let told: Vec<_> =
        changes.iter().map(|change| (change.name.as_str(), change.old.as_str(), change.new.as_str(), change.significant)).collect();
    let wanted = [
        ("summary", "Home game", "Home game (sold out)", false),
        ("start", "Sat 13 March 2027, 13:00, Chicago time", "Sat 13 March 2027, 15:30, Chicago time", true),
        ("recurrence", "Every Saturday, 4 times", "Every Saturday, 5 times", true),
    ];
    assert_eq!(told, wanted, "what changed, and whether guests must know");
}

#[test]
fn cancelling_and_place_matter_and_tentative_does_not() {
    let old = game();
    let significant = |new: &Event| diff(&old, new).iter().map(|change| (change.name.clone(), change.significant)).collect::<Vec<_>>();
    let cancelled = Event { status: EventStatus::Cancelled, ..old.clone() };
    assert_eq!(significant(&cancelled), [("status".to_owned(), true)], "cancelling is for every guest");
    let tentative = Event { status: EventStatus::Tentative, ..old.clone() };
    assert_eq!(significant(&tentative), [("status".to_owned(), false)], "a confirmed event that becomes tentative still takes place");
    let moved = Event { place: "South field".to_owned(), ..old.clone() };
    assert_eq!(significant(&moved), [("place".to_owned(), true)], "people must know where to go");
}

#[test]
fn stamps_and_sequence_are_no_content() {
    let old = game();
    let mut new = old.clone();
    new.sequence = 7;
    new.own_properties = vec!["DTSTAMP:20270202T000000Z".to_owned(), "LAST-MODIFIED:20270202T000000Z".to_owned()];
    assert!(same_content(&old, &new), "only stamps differ");
    new.own_properties.push("PRIORITY:1".to_owned());
    assert_eq!(diff(&old, &new).len(), 1, "another line is content");
}

#[test]
fn a_colour_is_a_field_of_its_own_said_in_a_plain_word() {
    let mut old = game();
    old.own_properties = vec!["X-OWN:1".to_owned(), "COLOR:gold".to_owned()];
    let mut new = old.clone();
    new.own_properties = vec!["COLOR:crimson".to_owned(), "X-OWN:1".to_owned()];
    let changes = diff(&old, &new);
    let told: Vec<_> =
        changes.iter().map(|change| (change.name.as_str(), change.old.as_str(), change.new.as_str(), change.significant)).collect();
    assert_eq!(told, [("colour", "amber", "crimson", false)], "no guest needs to know it, and the other lines are the same");
}
