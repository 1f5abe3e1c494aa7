use jiff::Timestamp;
use jiff::civil::date;
use jiff::tz::TimeZone;

use super::*;
use crate::sync::Side;

fn rule() -> Rule {
    Rule {
        title: "Booked: {title}".into(),
        calendar: "Bookings".into(),
        colour: "teal".into(),
        zone: None,
        words: Vec::new(),
        only_confirmed: false,
        not_over_at: None,
        gone: Gone::Cancel,
    }
}

fn booking(summary: &str, hour: i8) -> Event {
    let at = |hour| EventTime::Zoned(date(2027, 3, 6).at(hour, 0, 0, 0), Zone::utc());
    Event { summary: summary.into(), ..Event::new("b-1@feed".into(), at(hour), at(hour + 2)) }
}

fn of(event: &Event) -> Series {
    Series::of([event.clone()])
}

fn now() -> Timestamp {
    "2027-03-01T09:00:00Z".parse().expect("a time")
}

fn planned(rule: &Rule, source: &Series, known: Known<'_>) -> Step {
    plan(rule, source, "copy", known, now(), &TimeZone::UTC)
}

#[test]
fn a_copy_is_made_with_the_rules_title_and_colour_and_names_its_booking() {
    let Step::Make(copy) = planned(&rule(), &of(&booking("Maier", 10)), Known::Nothing) else { panic!("it is made") };
    let event = copy.master().expect("a single event");
    assert_eq!((event.uid.as_str(), event.summary.as_str()), ("copy", "Booked: Maier"), "under a name of its own");
    assert_eq!((colour_of(event), source_of(event)), (Some("teal"), Some("b-1@feed")), "and carries whose copy it is");
    assert_eq!(planned(&rule(), &copy, Known::Nothing), Step::Leave, "what is a copy itself is not copied on");
}

#[test]
fn a_single_booking_is_put_into_the_rules_zone_and_stays_at_its_instant() {
    let rule = Rule { zone: Zone::parse("Europe/Berlin"), ..rule() };
    let copy = rule.copy(&of(&booking("Maier", 10)), "copy");
    let start = copy.master().expect("an event").start;
    assert_eq!((start.value(), start.zone()), ("20270306T110000".into(), Zone::parse("Europe/Berlin")), "an hour later by the wall clock");
    let mut weekly = booking("Maier", 10);
    weekly.recurrence.rule = Some("FREQ=WEEKLY".into());
    assert_eq!(rule.copy(&of(&weekly), "copy").master().expect("a master").start, weekly.start, "a series keeps its own zone");
}

#[test]
fn only_the_events_that_the_rule_asks_for_are_copied() {
    let wants = |rule: Rule, event: &Event, is_copied| rule.wants(&of(event), &TimeZone::UTC, is_copied);
    let event = Event { place: "Hall 2".into(), ..booking("Maier", 10) };
    assert!(wants(Rule { words: vec!["pool".into(), "HALL".into()], ..rule() }, &event, false), "one word suffices, in any letters");
    assert!(!wants(Rule { words: vec!["pool".into()], ..rule() }, &event, false), "without any it is left out");
    let tentative = Event { status: EventStatus::Tentative, ..event.clone() };
    assert!(!wants(Rule { only_confirmed: true, ..rule() }, &tentative, false), "what may take place is left out");
    let later = Rule { not_over_at: Some("2027-03-06T12:00:00Z".parse().expect("a time")), ..rule() };
    assert!(!wants(later.clone(), &event, false), "what is over is left out");
    assert!(wants(later, &event, true), "unless it was copied before");
}

#[test]
fn an_edit_by_hand_outlives_what_the_feed_changes_elsewhere() {
    let base = rule().copy(&of(&booking("Maier", 10)), "copy");
    let mut edited = base.master().expect("an event").clone();
    edited.summary = "Wedding Maier".into();
    let here = of(&edited);
    let Step::Change { series, clashes, base: wanted } =
        planned(&rule(), &of(&booking("Maier", 12)), Known::Copied { base: &base, here: &here })
    else {
        panic!("it changes")
    };
    let event = series.master().expect("an event");
    assert_eq!((event.summary.as_str(), event.start.value().as_str()), ("Wedding Maier", "20270306T120000Z"), "both have their way");
    assert!(clashes.is_empty(), "and nobody is asked");
    assert_eq!(planned(&rule(), &of(&booking("Maier", 12)), Known::Copied { base: &wanted, here: &series }), Step::Leave, "once");
}

#[test]
fn the_organizers_word_stays_where_both_changed_one_field_and_the_feeds_is_kept_beside_it() {
    let base = rule().copy(&of(&booking("Maier", 10)), "copy");
    let here = of(&Event { summary: "Wedding Maier".into(), ..base.master().expect("an event").clone() });
    let Step::Change { series, clashes, .. } = planned(&rule(), &of(&booking("Mayer", 10)), Known::Copied { base: &base, here: &here })
    else {
        panic!("it changes")
    };
    assert_eq!(series.master().expect("an event").summary, "Wedding Maier", "the organizer's stays");
    let [clash] = clashes.as_slice() else { panic!("one clash: {clashes:?}") };
    assert_eq!((clash.kept, clash.there.as_str()), (Side::Here, "Booked: Mayer"), "and the feed's can be had");
}

#[test]
fn what_is_gone_is_cancelled_deleted_or_kept_as_the_rule_says_but_never_once_it_is_over() {
    let base = rule().copy(&of(&booking("Maier", 10)), "copy");
    let known = Known::Copied { base: &base, here: &base };
    let gone =
        |gone, now: &str| plan(&Rule { gone, ..rule() }, &Series::default(), "copy", known, now.parse().expect("a time"), &TimeZone::UTC);
    let before = "2027-03-01T09:00:00Z";
    let Step::Change { series, base: cancelled, .. } = gone(Gone::Cancel, before) else { panic!("it is cancelled") };
    assert_eq!(series.master().expect("an event").status, EventStatus::Cancelled, "and says so");
    assert_eq!(gone(Gone::Delete, before), Step::TakeAway, "it is deleted");
    assert_eq!(gone(Gone::Keep, before), Step::Leave, "it is kept");
    for way in [Gone::Cancel, Gone::Delete] {
        assert_eq!(gone(way, "2027-03-07T09:00:00Z"), Step::Leave, "a feed that tells only of what is to come takes nothing away: {way:?}");
    }
    let again = Known::Copied { base: &cancelled, here: &series };
    let Step::Change { series, .. } = planned(&rule(), &of(&booking("Maier", 10)), again) else { panic!("it comes back") };
    assert_eq!(series.master().expect("an event").status, EventStatus::Confirmed, "what comes back takes place again");
}

#[test]
fn a_copy_that_was_deleted_by_hand_is_not_made_again() {
    let base = rule().copy(&of(&booking("Maier", 10)), "copy");
    let known = Known::Copied { base: &base, here: &Series::default() };
    assert_eq!(planned(&rule(), &of(&booking("Maier", 12)), known), Step::Decline, "whatever the feed says");
    assert_eq!(planned(&rule(), &of(&booking("Maier", 12)), Known::Declined), Step::Leave, "from then on");
    assert!(matches!(planned(&rule(), &of(&booking("Maier", 12)), Known::TakenAway), Step::Make(_)), "what the rule took away comes back");
}

#[test]
fn a_twin_is_at_the_same_time_and_called_alike() {
    let source = booking("Maier wedding", 10);
    let twin = |summary: &str, hour| is_twin(&booking(summary, hour), &source, &TimeZone::UTC);
    assert!(twin("Wedding: Maier", 10), "the same words in another order");
    assert!(twin("MAIER", 10), "half of them");
    assert!(!twin("Board meeting", 10), "something else at that time");
    assert!(!twin("Maier wedding", 11), "or the same at another time");
}

#[test]
fn a_title_names_only_what_it_can_be_filled_with() {
    assert_eq!(unknown_placeholder("Booked: {title} ({place})"), None, "these are known");
    assert_eq!(unknown_placeholder("{titel} {place}"), Some("titel"), "a word that stands for nothing is named");
}
