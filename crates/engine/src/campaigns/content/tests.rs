use calendar::{Event, EventStatus, EventTime, Recurrence, Zone};
use jiff::SignedDuration;

use super::*;

fn time(local: &str) -> EventTime {
    EventTime::Zoned(local.parse().unwrap(), Zone::parse("America/Chicago").unwrap())
}

fn event(start: &str) -> Event {
    Event {
        sequence: 7,
        summary: "Training".to_owned(),
        place: "Hall".to_owned(),
        ..Event::new("training@club.example".to_owned(), time(start), time(start).moved_by(SignedDuration::from_hours(2)))
    }
}

fn series() -> Content {
    let rule = Some("FREQ=WEEKLY;COUNT=10".to_owned());
    let master = Event { recurrence: Recurrence { rule, ..Recurrence::default() }, ..event("2027-04-01T18:00:00") };
    Content { master, exceptions: Vec::new(), cancelled: false }
}

fn exception(original: &str, start: &str) -> Event {
    Event { recurrence_id: Some(time(original)), ..event(start) }
}

fn names(changes: &[FieldChange]) -> Vec<&str> {
    changes.iter().map(|change| change.name.as_str()).collect()
}

#[test]
fn one_moved_occurrence_is_told_alone() {
    let before = series();
    let after = Content { exceptions: vec![exception("2027-04-08T18:00:00", "2027-04-08T20:00:00")], ..series() };
    assert_eq!(names(&after.changes_since(&before)), ["start", "end"], "the guest hears of the new time");
    let News::Occurrence(told) = after.news_since(&before) else { panic!("the rest of the series is left alone") };
    assert_eq!(told.recurrence_id, Some(time("2027-04-08T18:00:00")), "it is named by its original start");
}

#[test]
fn one_cancelled_occurrence_is_told_alone_however_it_was_cancelled() {
    let before = series();
    let mut excluded = series();
    excluded.master.recurrence.excluded.push(time("2027-04-15T18:00:00"));
    let mut by_status = series();
    by_status.exceptions.push(Event { status: EventStatus::Cancelled, ..exception("2027-04-15T18:00:00", "2027-04-15T18:00:00") });
    for after in [excluded, by_status] {
        let changes = after.changes_since(&before);
        assert_eq!(names(&changes), ["occurrence"], "that it is off is all that changed: {changes:?}");
        let News::Occurrence(told) = after.news_since(&before) else { panic!("the rest of the series is left alone") };
        assert_eq!((told.status, &told.start), (EventStatus::Cancelled, &time("2027-04-15T18:00:00")), "that date is off");
        assert_eq!(told.recurrence, Recurrence::default(), "a RECURRENCE-ID comes without a rule");
    }
}

#[test]
fn an_occurrence_that_goes_back_to_its_series_is_told_as_the_series_has_it() {
    let before = Content { exceptions: vec![exception("2027-04-08T18:00:00", "2027-04-08T20:00:00")], ..series() };
    let News::Occurrence(told) = series().news_since(&before) else { panic!("the rest of the series is left alone") };
    assert_eq!(told.start, time("2027-04-08T18:00:00"), "it takes place when the series says");
    assert_eq!(told.end, time("2027-04-08T20:00:00"), "and as long");
}

#[test]
fn more_than_one_changed_occurrence_is_told_with_the_series() {
    let after = Content {
        exceptions: vec![exception("2027-04-08T18:00:00", "2027-04-08T20:00:00"), exception("2027-04-15T18:00:00", "2027-04-15T20:00:00")],
        ..series()
    };
    assert!(matches!(after.news_since(&series()), News::Whole), "one message holds one method and the whole state");
}

#[test]
fn what_stays_with_the_organizer_is_no_news() {
    let mut after = series();
    after.master.sequence = 9;
    after.master.own_properties.push("X-NOTE:ours".to_owned());
    assert!(after.changes_since(&series()).is_empty(), "guests never see it");
}

#[test]
fn a_deletion_is_a_cancellation_and_can_be_taken_back() {
    let off = Content { cancelled: true, ..series() };
    assert_eq!(names(&off.changes_since(&series())), ["status"], "it is off");
    let back = series().changes_since(&off);
    assert!(back.iter().any(|change| change.significant && change.new == "confirmed"), "reinstating is significant: {back:?}");
}
