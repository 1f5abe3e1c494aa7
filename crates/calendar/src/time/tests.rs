use jiff::civil::date;
use jiff::tz::TimeZone;

use crate::{EventTime, Zone};

fn zoned(local: jiff::civil::DateTime, zone: &str) -> EventTime {
    EventTime::Zoned(local, Zone::parse(zone).expect("zone of the table"))
}

#[test]
fn a_gap_takes_the_offset_before_it_and_an_overlap_its_first_time() {
    let table = [
        // Spring forward in Chicago: 02:30 does not exist.
        (date(2027, 3, 14).at(1, 59, 59, 0), "America/Chicago", "2027-03-14T07:59:59Z"),
        (date(2027, 3, 14).at(2, 30, 0, 0), "America/Chicago", "2027-03-14T08:30:00Z"),
        (date(2027, 3, 14).at(3, 30, 0, 0), "America/Chicago", "2027-03-14T08:30:00Z"),
        // Back in autumn: 01:30 is there twice.
        (date(2027, 11, 7).at(1, 30, 0, 0), "America/Chicago", "2027-11-07T06:30:00Z"),
        (date(2027, 11, 7).at(2, 0, 0, 0), "America/Chicago", "2027-11-07T08:00:00Z"),
        // Half an hour on Lord Howe Island.
        (date(2027, 10, 3).at(2, 15, 0, 0), "Australia/Lord_Howe", "2027-10-02T15:45:00Z"),
        (date(2027, 4, 4).at(1, 45, 0, 0), "Australia/Lord_Howe", "2027-04-03T14:45:00Z"),
        // Midnight itself is skipped in Cairo, and a whole day was in Samoa.
        (date(2027, 4, 30).at(0, 0, 0, 0), "Africa/Cairo", "2027-04-29T22:00:00Z"),
        (date(2011, 12, 30).at(12, 0, 0, 0), "Pacific/Apia", "2011-12-30T22:00:00Z"),
    ];
    for (local, zone, wanted) in table {
        let instant = zoned(local, zone).to_instant(&TimeZone::UTC);
        assert_eq!(instant.to_string(), wanted, "{local} in {zone} (RFC 5545 §3.3.5)");
    }
}

#[test]
fn days_and_floating_times_are_read_in_the_zone_they_are_given() {
    let chicago = Zone::parse("America/Chicago").expect("it is in the database").time_zone();
    assert_eq!(EventTime::Date(date(2027, 3, 15)).to_instant(chicago).to_string(), "2027-03-15T05:00:00Z", "midnight in Chicago");
    let floating = EventTime::Floating(date(2027, 3, 15).at(9, 0, 0, 0));
    assert_eq!(floating.to_instant(chicago).to_string(), "2027-03-15T14:00:00Z", "nine in Chicago");
}

#[test]
fn every_form_is_written_and_read_back() {
    let chicago = Zone::parse("America/Chicago");
    let local = date(2027, 3, 14).at(13, 5, 9, 0);
    let table = [
        (EventTime::Date(local.date()), "20270314", "2027-03-14", None),
        (EventTime::Floating(local), "20270314T130509", "2027-03-14T13:05:09", None),
        (zoned(local, "America/Chicago"), "20270314T130509", "2027-03-14T13:05:09", chicago),
        (EventTime::Zoned(local, Zone::utc()), "20270314T130509Z", "2027-03-14T13:05:09", Some(Zone::utc())),
    ];
    for (time, value, iso, zone) in table {
        assert_eq!(time.value(), value, "the value form of {time:?}");
        assert_eq!(time.iso_local(), iso, "the ISO form of {time:?}");
        assert_eq!(EventTime::parse_value(value, zone), Some(time), "{value} reads back");
        assert_eq!(EventTime::parse_iso_local(iso, zone), Some(time), "{iso} reads back");
    }
}

#[test]
fn sloppy_values_are_understood_and_impossible_ones_refused() {
    let at = |hour, minute, second| Some(EventTime::Floating(date(2027, 3, 14).at(hour, minute, second, 0)));
    let table = [
        ("20270314t130509", at(13, 5, 9)),
        (" 20270314T130509 ", at(13, 5, 9)),
        ("2027-03-14T13:05:09", at(13, 5, 9)),
        ("2027-03-14 13:05", at(13, 5, 0)),
        ("20270314T1305", at(13, 5, 0)),
        ("20270314T130560", at(13, 5, 59)),
        ("20270314T130509.500", at(13, 5, 9)),
        ("20270314T240000", Some(EventTime::Floating(date(2027, 3, 15).at(0, 0, 0, 0)))),
        ("20270230", None),
        ("20270314T250000", None),
        ("20270314T130561", None),
        ("2027031", None),
        ("", None),
        ("T", None),
        ("２０２７", None),
        ("+2027314", None),
    ];
    for (value, wanted) in table {
        assert_eq!(EventTime::parse_value(value, None), wanted, "`{value}`");
    }
    let offset = EventTime::parse_value("20270314T130000+0200", None).map(|time| time.to_instant(&TimeZone::UTC).to_string());
    assert_eq!(offset.as_deref(), Some("2027-03-14T11:00:00Z"), "an offset, which iCalendar does not have, is believed");
}
