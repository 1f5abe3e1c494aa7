use jiff::Timestamp;
use jiff::tz::TimeZone;

use super::{Rule, Series};
use crate::ical::read;
use crate::{Event, EventTime, Zone};

fn series(file: &str) -> Series {
    let reading = read(file.as_bytes());
    let mut series = Series::group(reading.events.into_iter().map(|read| read.event));
    assert_eq!(series.len(), 1, "one series in {file}; problems: {:?}", reading.problems);
    series.remove(0)
}

fn instant(text: &str) -> Timestamp {
    text.parse().expect("a time of the test")
}

/// Wall clock starts in a window.
fn starts(series: &Series, from: &str, to: &str) -> Vec<String> {
    let floating = Zone::parse("America/Chicago").expect("it is in the database");
    series
        .occurrences(instant(from)..instant(to), floating.time_zone())
        .map(|occurrence| format!("{}{}", occurrence.start.value(), if occurrence.cancelled { " cancelled" } else { "" }))
        .collect()
}

const YEAR: (&str, &str) = ("2027-01-01T00:00:00Z", "2028-01-01T00:00:00Z");

fn in_2027(rule: &str, start: &str) -> Vec<String> {
    starts(&series(&format!("BEGIN:VEVENT\nUID:s\nDTSTART{start}\nRRULE:{rule}\nEND:VEVENT\n")), YEAR.0, YEAR.1)
}

#[test]
fn changes_of_the_clocks_keep_the_wall_clock() {
    // RFC 5545 §3.3.5: a time in the gap takes the offset before it, a doubled one is the first.
    let table = [
        ("America/Chicago", "20270313T023000", "2027-03-13T08:30:00Z 2027-03-14T08:30:00Z 2027-03-15T07:30:00Z"),
        ("America/Chicago", "20271106T013000", "2027-11-06T06:30:00Z 2027-11-07T06:30:00Z 2027-11-08T07:30:00Z"),
        ("Europe/London", "20270327T013000", "2027-03-27T01:30:00Z 2027-03-28T01:30:00Z 2027-03-29T00:30:00Z"),
        ("Australia/Lord_Howe", "20271002T021500", "2027-10-01T15:45:00Z 2027-10-02T15:45:00Z 2027-10-03T15:15:00Z"),
        ("Australia/Lord_Howe", "20270403T014500", "2027-04-02T14:45:00Z 2027-04-03T14:45:00Z 2027-04-04T15:15:00Z"),
        ("Africa/Cairo", "20270429T000000", "2027-04-28T22:00:00Z 2027-04-29T22:00:00Z 2027-04-30T21:00:00Z"),
        ("America/St_Johns", "20270313T020000", "2027-03-13T05:30:00Z 2027-03-14T05:30:00Z 2027-03-15T04:30:00Z"),
    ];
    for (zone, start, wanted) in table {
        let series = series(&format!("BEGIN:VEVENT\nUID:s\nDTSTART;TZID={zone}:{start}\nRRULE:FREQ=DAILY;COUNT=3\nEND:VEVENT\n"));
        let found: Vec<_> =
            series.occurrences(Timestamp::MIN..Timestamp::MAX, &TimeZone::UTC).map(|occurrence| occurrence.start_utc.to_string()).collect();
        assert_eq!(found.join(" "), wanted, "{start} in {zone}");
    }
}

#[test]
fn weeks_of_the_year_are_those_of_the_rfc() {
    // Without BYDAY the weekday is DTSTART's (RFC 5545 §3.3.10); a week belongs to the year that has four days of it.
    let table = [
        ("FREQ=YEARLY;BYWEEKNO=20;COUNT=2", "20270515", "20270515 20270522"),
        ("FREQ=YEARLY;BYWEEKNO=20;BYDAY=MO;COUNT=2", "20270517", "20270517 20280515"),
        ("FREQ=YEARLY;BYWEEKNO=1;BYDAY=MO;COUNT=4", "20240101", "20240101 20241230 20251229 20270104"),
        ("FREQ=YEARLY;BYWEEKNO=53;BYDAY=FR;COUNT=3", "20200101", "20200101 20210101 20270101"),
        ("FREQ=YEARLY;BYWEEKNO=-1;BYDAY=SU;COUNT=3", "20261227", "20261227 20270103 20280102"),
        ("FREQ=YEARLY;BYWEEKNO=1;BYDAY=SU;WKST=SU;COUNT=2", "20270103", "20270103 20280102"),
    ];
    for (rule, start, wanted) in table {
        let series = series(&format!("BEGIN:VEVENT\nUID:s\nDTSTART:{start}\nRRULE:{rule}\nEND:VEVENT\n"));
        assert_eq!(starts(&series, "2019-01-01T00:00:00Z", "2040-01-01T00:00:00Z").join(" "), wanted, "{rule} from {start}");
    }
}

#[test]
fn the_start_counts_even_where_the_rule_does_not_give_it() {
    assert_eq!(
        in_2027("FREQ=WEEKLY;BYDAY=MO;COUNT=3", ":20270313T100000"),
        ["20270313T100000", "20270315T100000", "20270322T100000"],
        "a Saturday"
    );
    assert_eq!(in_2027("FREQ=DAILY;UNTIL=20260101", ":20270313T100000"), ["20270313T100000"], "UNTIL before the start");
    assert_eq!(in_2027("FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30", ":20270313T100000"), ["20270313T100000"], "a day that never comes");
}

#[test]
fn a_weekday_with_and_one_without_a_number_are_both_meant() {
    assert_eq!(
        in_2027("FREQ=MONTHLY;BYDAY=MO,1TU;COUNT=6", ":20270301"),
        ["20270301", "20270302", "20270308", "20270315", "20270322", "20270329"],
        "all Mondays and the first Tuesday"
    );
}

#[test]
fn until_of_every_form_ends_the_series_with_its_last_day() {
    for until in ["20270403", "20270403T130000", "20270403T180000Z"] {
        let found = in_2027(&format!("FREQ=WEEKLY;UNTIL={until}"), ";TZID=America/Chicago:20270320T130000");
        assert_eq!(found, ["20270320T130000", "20270327T130000", "20270403T130000"], "UNTIL={until}");
    }
}

#[test]
fn excluded_dates_of_every_form_take_their_occurrence_out() {
    for excluded in [
        ";TZID=America/Chicago:20270327T130000",
        ":20270327T180000Z",
        ":20270327T130000",
        ";VALUE=DATE:20270327",
        ";TZID=America/New_York:20270327T140000",
    ] {
        let file = format!(
            "BEGIN:VEVENT\nUID:s\nDTSTART;TZID=America/Chicago:20270320T130000\nRRULE:FREQ=WEEKLY;COUNT=3\nEXDATE{excluded}\nEND:VEVENT\n"
        );
        assert_eq!(starts(&series(&file), YEAR.0, YEAR.1), ["20270320T130000", "20270403T130000"], "EXDATE{excluded}");
    }
}

#[test]
fn added_dates_stand_in_their_place_and_once() {
    let file = "BEGIN:VEVENT\nUID:s\nDTSTART;TZID=America/Chicago:20270320T130000\nDURATION:PT2H\nRRULE:FREQ=WEEKLY;COUNT=2\n\
        RDATE:20270322T180000Z,20270327T180000Z\nRDATE;VALUE=DATE:20270323\nEXDATE:20270402T180000Z\nRDATE:20270402T180000Z\nEND:VEVENT\n";
    let found = starts(&series(file), YEAR.0, YEAR.1);
    assert_eq!(
        found,
        ["20270320T130000", "20270322T130000", "20270323T130000", "20270327T130000"],
        "in the zone of the series, and not what is excluded"
    );
}

const MOVED: &str = "BEGIN:VEVENT\nUID:s\nDTSTART;TZID=America/Chicago:20270306T130000\nDURATION:PT2H\nRRULE:FREQ=WEEKLY;COUNT=5\nEND:VEVENT\n\
    BEGIN:VEVENT\nUID:s\nRECURRENCE-ID:20270313T190000Z\nDTSTART;TZID=America/Chicago:20270501T100000\nDURATION:PT3H\nEND:VEVENT\n\
    BEGIN:VEVENT\nUID:s\nRECURRENCE-ID;TZID=America/Chicago:20270320T130000\nDTSTART;TZID=America/Chicago:20270320T130000\nSTATUS:CANCELLED\nEND:VEVENT\n";

#[test]
fn a_moved_occurrence_is_found_where_it_moved_to() {
    let series = series(MOVED);
    assert_eq!(
        starts(&series, YEAR.0, YEAR.1),
        ["20270306T130000", "20270320T130000 cancelled", "20270327T130000", "20270403T130000", "20270501T100000"],
        "not where it was"
    );
    let may =
        series.occurrences(instant("2027-05-01T00:00:00Z")..instant("2027-05-02T00:00:00Z"), &TimeZone::UTC).next().expect("it is in May");
    assert_eq!(may.exception, Some(0), "which exception it is");
    assert_eq!(
        (may.original_start.value().as_str(), may.original_start.zone()),
        ("20270313T130000", Zone::parse("America/Chicago")),
        "and which occurrence it was"
    );
    assert_eq!(may.end_utc.to_string(), "2027-05-01T18:00:00Z", "with its own length");
    assert_eq!(starts(&series, "2027-03-13T00:00:00Z", "2027-03-14T00:00:00Z"), Vec::<String>::new(), "its old place is empty");
    assert_eq!(series.last_instant(&TimeZone::UTC).map(|last| last.to_string()).as_deref(), Some("2027-05-01T18:00:00Z"), "it ends last");
}

#[test]
fn an_exception_without_its_master_stands_for_itself() {
    let orphans = "BEGIN:VEVENT\nUID:s\nRECURRENCE-ID:20270313T190000Z\nDTSTART:20270314T190000Z\nEND:VEVENT\n\
        BEGIN:VEVENT\nUID:s\nRECURRENCE-ID:20270320T190000Z\nDTSTART:20270321T190000Z\nEND:VEVENT\n";
    let series = series(orphans);
    assert_eq!(starts(&series, YEAR.0, YEAR.1), ["20270314T190000Z", "20270321T190000Z"], "both take place");
    let first = series.occurrences(instant(YEAR.0)..instant(YEAR.1), &TimeZone::UTC).next().expect("there are two");
    assert_eq!(first.original_start.value(), "20270313T190000Z", "and say what they replace");
}

#[test]
fn an_exception_for_all_following_moves_them() {
    let file = "BEGIN:VEVENT\nUID:s\nDTSTART;TZID=America/Chicago:20270306T130000\nDURATION:PT2H\nRRULE:FREQ=WEEKLY;COUNT=5\nEND:VEVENT\n\
        BEGIN:VEVENT\nUID:s\nRECURRENCE-ID;RANGE=THISANDFUTURE;TZID=America/Chicago:20270320T130000\nDTSTART;TZID=America/Chicago:20270321T150000\n\
        DURATION:PT1H\nEND:VEVENT\n";
    let series = series(file);
    assert_eq!(
        starts(&series, YEAR.0, YEAR.1),
        ["20270306T130000", "20270313T130000", "20270321T150000", "20270328T150000", "20270404T150000"],
        "a day and two hours later from the third on"
    );
    let last = series.occurrences(instant("2027-04-04T00:00:00Z")..instant(YEAR.1), &TimeZone::UTC).next().expect("the last");
    assert_eq!((last.end.value().as_str(), last.exception), ("20270404T160000", Some(0)), "as long as the exception is");
}

#[test]
fn whole_days_and_nights_over_a_change_have_their_length() {
    let day =
        series("BEGIN:VEVENT\nUID:s\nDTSTART;VALUE=DATE:20270313\nDTEND;VALUE=DATE:20270315\nRRULE:FREQ=WEEKLY;COUNT=2\nEND:VEVENT\n");
    let chicago = Zone::parse("America/Chicago").expect("it is in the database").time_zone();
    let first = day.occurrences(instant(YEAR.0)..instant(YEAR.1), chicago).next().expect("there are two");
    assert_eq!(
        (first.start_utc.to_string().as_str(), first.end_utc.to_string().as_str()),
        ("2027-03-13T06:00:00Z", "2027-03-15T05:00:00Z"),
        "two days, one of 23 hours"
    );
    let night = series(
        "BEGIN:VEVENT\nUID:s\nDTSTART;TZID=America/Chicago:20270312T220000\nDTEND;TZID=America/Chicago:20270313T060000\nRRULE:FREQ=DAILY;COUNT=2\nEND:VEVENT\n",
    );
    let second = night.occurrences(instant(YEAR.0)..instant(YEAR.1), chicago).nth(1).expect("there are two");
    assert_eq!(second.end.value(), "20270314T070000", "eight hours, as the first (RFC 5545 §3.8.5.3)");
    let over = starts(&night, "2027-03-13T11:00:00Z", "2027-03-13T11:30:00Z");
    assert_eq!(over, ["20270312T220000"], "what began before the window and lasts into it is in it");
}

#[test]
fn hostile_rules_end() {
    let rules = [
        "FREQ=SECONDLY;INTERVAL=60;BYSECOND=30",
        "FREQ=MINUTELY;BYMONTH=2;BYMONTHDAY=30",
        "FREQ=YEARLY;BYHOUR=0,1,2,3,4,5,6,7,8,9,10,11,12;BYMINUTE=0,1,2,3,4,5,6,7,8,9;BYSECOND=0,1,2,3,4,5,6,7,8,9;BYSETPOS=366",
        "FREQ=DAILY;COUNT=4294967295;BYYEARDAY=366;BYWEEKNO=1",
        "FREQ=WEEKLY;INTERVAL=1000000",
        "FREQ=YEARLY;BYEASTER=0;INTERVAL=0",
    ];
    for rule in rules {
        let file = format!("BEGIN:VEVENT\nUID:s\nDTSTART:20270313T100000\nRRULE:{rule}\nEND:VEVENT\n");
        let series = series(&file);
        let found = series.occurrences(instant("2027-01-01T00:00:00Z")..Timestamp::MAX, &TimeZone::UTC).take(2000).count();
        assert!(found >= 1, "{rule}: the start at least");
        assert!(
            series.last_instant(&TimeZone::UTC).is_none_or(|last| last >= instant("2027-03-13T10:00:00Z")),
            "{rule} has an end or none"
        );
    }
}

#[test]
fn oddities_of_a_rule_are_said() {
    let notes = |text: &str| Rule::parse(text).expect("it has FREQ").1;
    assert_eq!(
        notes("FREQ=YEARLY;RSCALE=HEBREW;BYMONTH=5L"),
        ["Rules in the hebrew calendar are not supported: read as Gregorian", "BYMONTH=5L is out of range and was left out"],
        "another calendar"
    );
    assert_eq!(notes("FREQ=DAILY;COUNT=2;UNTIL=20270401").len(), 1, "COUNT beside UNTIL");
    assert!(Rule::parse("D1 #10").is_err(), "vCalendar 1.0 has rules of another kind");
}

#[test]
fn a_series_of_1990_is_entered_near_the_window() {
    let daily = series("BEGIN:VEVENT\nUID:s\nDTSTART;TZID=America/Chicago:19900101T090000\nRRULE:FREQ=DAILY\nEND:VEVENT\n");
    assert_eq!(
        starts(&daily, "2027-03-13T12:00:00Z", "2027-03-15T00:00:00Z"),
        ["20270313T090000", "20270314T090000"],
        "nothing before, nothing after"
    );
    let event: &Event = &daily.master;
    assert_eq!(
        daily.count_before(EventTime::parse_value("19900111T090000", event.start.zone()).expect("a time").local()),
        10,
        "ten before the eleventh"
    );
}
