use jiff::tz::TimeZone;

use super::{Deletion, EditError, EventPatch, Scope, apply, delete};
use crate::ical::read;
use crate::recurrence::Series;
use crate::{Event, EventStatus, EventTime, Zone};

fn at(value: &str) -> EventTime {
    EventTime::parse_value(value, Zone::parse("America/Chicago")).expect("a time of the test")
}

/// Saturdays at one in Chicago from 6 March 2027, across the change of the clocks.
fn saturdays(rule: &str) -> Series {
    let text = format!(
        "BEGIN:VEVENT\nUID:s\nDTSTART;TZID=America/Chicago:20270306T130000\nDURATION:PT3H\nRRULE:{rule}\nSUMMARY:Practice\n\
         EXDATE;TZID=America/Chicago:20270313T130000\nEND:VEVENT\n\
         BEGIN:VEVENT\nUID:s\nRECURRENCE-ID;TZID=America/Chicago:20270320T130000\nDTSTART;TZID=America/Chicago:20270320T150000\n\
         DURATION:PT3H\nSUMMARY:Practice\nEND:VEVENT\n"
    );
    let events = read(text.as_bytes()).events.into_iter().map(|read| read.event);
    Series::group(events).remove(0)
}

fn starts(master: &Event, exceptions: &[Event]) -> Vec<String> {
    let series = Series { master: master.clone(), exceptions: exceptions.to_vec() };
    let window = "2027-01-01T00:00:00Z".parse().expect("a time").."2027-07-01T00:00:00Z".parse().expect("a time");
    series
        .occurrences(window, &TimeZone::UTC)
        .filter(|occurrence| !occurrence.cancelled)
        .map(|occurrence| occurrence.start.value())
        .collect()
}

const FIVE: [&str; 4] = ["20270306T130000", "20270320T150000", "20270327T130000", "20270403T130000"];

#[test]
fn one_occurrence_moves_and_goes_back_to_the_series() {
    let series = saturdays("FREQ=WEEKLY;COUNT=5");
    assert_eq!(starts(&series.master, &series.exceptions), FIVE, "one is taken out and one has moved");
    let scope = Scope::This { original_start: at("20270327T130000") };
    let patch = EventPatch { start: Some(at("20270328T100000")), ..EventPatch::default() };
    let edit = apply(&series, &patch, scope, "").expect("it is there");
    assert_eq!(edit.exceptions.len(), 2, "one more exception");
    assert_eq!(edit.exceptions[1].end.value(), "20270328T130000", "its length stays");
    assert_eq!(starts(&edit.master, &edit.exceptions)[2], "20270328T100000", "and only it has moved");
    let moved = Series { master: edit.master, exceptions: edit.exceptions };
    let back = EventPatch { start: Some(at("20270327T130000")), ..EventPatch::default() };
    let edit = apply(&moved, &back, scope, "").expect("it is there");
    assert_eq!(edit.exceptions, series.exceptions, "an exception that differs in nothing is none");
}

#[test]
fn an_excluded_occurrence_can_be_brought_back() {
    let series = saturdays("FREQ=WEEKLY;COUNT=5");
    let edit =
        apply(&series, &EventPatch::default(), Scope::This { original_start: at("20270313T130000") }, "").expect("it was there once");
    assert!(edit.master.recurrence.excluded.is_empty(), "it is no longer taken out");
    assert_eq!(starts(&edit.master, &edit.exceptions).len(), 5, "all five take place");
}

#[test]
fn this_and_following_parts_the_series_without_losing_an_occurrence() {
    for rule in ["FREQ=WEEKLY;COUNT=5", "FREQ=WEEKLY;UNTIL=20270403T180000Z"] {
        let series = saturdays(rule);
        let scope = Scope::Following { original_start: at("20270320T130000") };
        let edit =
            apply(&series, &EventPatch { summary: Some("Training".to_owned()), ..EventPatch::default() }, scope, "new").expect("it parts");
        let split = edit.split.expect("a second series");
        assert_eq!(starts(&edit.master, &edit.exceptions), ["20270306T130000"], "{rule}: the first part ends");
        assert_eq!(starts(&split.master, &split.exceptions), FIVE[1..], "{rule}: the second has the rest");
        assert_eq!(split.master.uid, "new", "it has a UID of its own");
        assert!(split.exceptions.iter().all(|exception| exception.uid == "new"), "so have its exceptions");
        assert_eq!(split.exceptions[0].summary, "Training", "a field that an exception had from the series follows it");
        assert_eq!(edit.master.summary, "Practice", "the past keeps its title");
    }
}

#[test]
fn moving_all_takes_the_rule_and_the_exceptions_along() {
    let series = saturdays("FREQ=WEEKLY;BYDAY=SA;UNTIL=20270403T180000Z");
    let patch = EventPatch { start: Some(at("20270307T090000")), ..EventPatch::default() };
    let edit = apply(&series, &patch, Scope::All, "").expect("it moves");
    let wanted = ["20270307T090000", "20270320T150000", "20270328T090000", "20270404T090000"];
    assert_eq!(starts(&edit.master, &edit.exceptions), wanted, "Sundays at nine; what had a time of its own keeps it");
    assert_eq!(edit.master.recurrence.rule.as_deref(), Some("FREQ=WEEKLY;BYDAY=SU;UNTIL=20270404T140000Z"), "the rule names the new day");
}

#[test]
fn a_series_becomes_whole_days_and_keeps_its_gaps() {
    let series = saturdays("FREQ=WEEKLY;COUNT=5");
    let patch = EventPatch { start: Some(EventTime::Date(at("20270306T000000").date())), ..EventPatch::default() };
    let edit = apply(&series, &patch, Scope::All, "").expect("it changes form");
    assert_eq!(edit.master.end.value(), "20270307", "a day long");
    let wanted = ["20270306", "20270320T150000", "20270327", "20270403"];
    assert_eq!(starts(&edit.master, &edit.exceptions), wanted, "the excluded day stays out, the moved one stays where it was");
}

#[test]
fn deleting_one_excludes_or_cancels_it() {
    let series = saturdays("FREQ=WEEKLY;COUNT=5");
    let scope = Scope::This { original_start: at("20270320T130000") };
    let edit = delete(&series, scope, Deletion::Exclude).expect("it is there");
    assert_eq!(edit.exceptions, [], "its exception goes");
    assert_eq!(starts(&edit.master, &edit.exceptions), ["20270306T130000", "20270327T130000", "20270403T130000"], "and so does it");
    let edit = delete(&series, scope, Deletion::Cancel).expect("it is there");
    assert_eq!(edit.exceptions[0].status, EventStatus::Cancelled, "it stays, cancelled, for those who hold it");
    let edit = delete(&series, Scope::Following { original_start: at("20270327T130000") }, Deletion::Cancel).expect("it is there");
    assert_eq!(starts(&edit.master, &edit.exceptions), ["20270306T130000", "20270320T150000"], "the series ends before it");
    let edit = delete(&series, Scope::All, Deletion::Cancel).expect("it is there");
    assert_eq!(starts(&edit.master, &edit.exceptions), Vec::<String>::new(), "nothing takes place");
}

#[test]
fn an_edit_that_cannot_be_is_refused() {
    let series = saturdays("FREQ=WEEKLY;COUNT=5");
    let nowhere = Scope::This { original_start: at("20270310T130000") };
    let refused = apply(&series, &EventPatch::default(), nowhere, "");
    assert!(matches!(refused, Err(EditError::NoSuchOccurrence(_))), "a Wednesday is not in the series: {refused:?}");
    assert!(delete(&series, nowhere, Deletion::Exclude).is_err(), "nor can it be taken out");
    let backwards = EventPatch { end: Some(at("20270306T120000")), ..EventPatch::default() };
    assert_eq!(apply(&series, &backwards, Scope::All, ""), Err(EditError::EndBeforeStart), "it would end before it starts");
}
