use super::Zone;

#[test]
fn names_of_every_origin_lead_to_their_zone() {
    let table = [
        ("America/Chicago", "America/Chicago"),
        ("america/chicago", "America/Chicago"),
        ("US/Central", "US/Central"),
        ("\"America/Los_Angeles\"", "America/Los_Angeles"),
        ("/freeassociation.sourceforge.net/Tzfile/Europe/London", "Europe/London"),
        ("/softwarestudio.org/Olson_20011030_5/America/Chicago", "America/Chicago"),
        ("/mozilla.org/20050126_1/America/Argentina/Buenos_Aires", "America/Argentina/Buenos_Aires"),
        ("/Europe/Stockholm", "Europe/Stockholm"),
        ("custom_America/New_York", "America/New_York"),
        ("tzone://Microsoft/Utc", "UTC"),
        ("US-Eastern", "US/Eastern"),
        ("Eastern", "America/New_York"),
        ("W. Europe Standard Time", "Europe/Berlin"),
        ("Central Standard Time", "America/Chicago"),
        ("central standard time", "America/Chicago"),
        ("(UTC-06:00) Central Time (US & Canada)", "America/Chicago"),
        ("(GMT-06.00) Central Time (US & Canada)", "America/Chicago"),
        ("(UTC+01:00) Amsterdam, Berlin, Bern, Rome, Stockholm, Vienna", "Europe/Berlin"),
        ("(GMT +01:00)", "Etc/GMT-1"),
        ("Amsterdam, Belgrade, Berlin, Brussels, Budapest, Madrid, Paris, Prague, Stockholm", "Europe/Amsterdam"),
        ("Kuala Lumpur, Singapore", "Asia/Singapore"),
        ("Pacific Time (US & Canada), Tijuana", "America/Los_Angeles"),
        ("GMT+0200", "Etc/GMT-2"),
        ("UTC-6", "Etc/GMT+6"),
        ("UTC+05:30", "Asia/Kolkata"),
        ("GMT", "UTC"),
        ("Z", "UTC"),
        ("America/New York", "America/New_York"),
    ];
    for (tzid, wanted) in table {
        assert_eq!(Zone::parse(tzid).map(Zone::as_str), Some(wanted), "TZID `{tzid}` names {wanted}");
    }
}

#[test]
fn a_name_that_means_nothing_is_no_zone() {
    for tzid in
        ["", "MyTimezone", "Customized Time Zone", "Nowhere/Middle", "America/New_Yrok", "+99", "/", "\u{fe0f}/\u{301}", &"x/".repeat(5000)]
    {
        assert_eq!(Zone::parse(tzid), None, "`{tzid}` must not be taken for a zone");
    }
}

#[test]
fn a_zone_crosses_json_by_its_name() {
    let chicago = Zone::parse("America/Chicago").expect("it is in the database");
    let json = serde_json::to_string(&chicago).expect("a name is a string");
    assert_eq!(json, "\"America/Chicago\"", "a stored zone is its name");
    assert_eq!(serde_json::from_str::<Zone>(&json).ok(), Some(chicago), "and reads back as itself");
    assert!(serde_json::from_str::<Zone>("\"Nowhere\"").is_err(), "an unknown name is refused");
}

#[test]
fn the_database_holds_the_usual_zones_with_their_rules() {
    assert!(Zone::all().count() > 500, "the bundled database is there");
    for zone in Zone::all() {
        let name = zone.time_zone().iana_name();
        assert!(name.is_some_and(|name| name == zone.as_str()), "{zone} has its own rules, not those of {name:?}");
    }
}

#[test]
fn every_zone_with_a_windows_name_has_the_same_clocks_under_it() {
    let name = |zone: &str| Zone::parse(zone).unwrap().windows_name();
    assert_eq!(name("America/Chicago"), Some("Central Standard Time"), "a zone that Windows knows");
    assert_eq!(name("Europe/Vienna"), Some("W. Europe Standard Time"), "a zone like one that Windows knows, in the same region");
    assert_eq!(name("America/Phoenix"), Some("US Mountain Standard Time"), "a zone without summer time");
    assert_eq!(name("UTC"), Some("UTC"), "UTC");
    for zone in Zone::all() {
        let Some(name) = zone.windows_name() else { continue };
        let back = Zone::parse(name).unwrap();
        assert_eq!(back.windows_name(), Some(name), "{zone} is read back as {back}, which has the same name");
        let summer = jiff::civil::date(2027, 7, 1).at(12, 0, 0, 0);
        assert_eq!(
            crate::EventTime::Zoned(summer, zone).to_instant(&jiff::tz::TimeZone::UTC),
            crate::EventTime::Zoned(summer, back).to_instant(&jiff::tz::TimeZone::UTC),
            "{zone} and {name}"
        );
    }
}
