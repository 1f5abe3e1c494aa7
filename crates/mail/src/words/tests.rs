use calendar::{EventTime, Recurrence, Zone};
use jiff::civil::date;

use super::*;

fn event(start: EventTime, end: EventTime, rule: Option<&str>) -> Event {
    Event {
        recurrence: Recurrence { rule: rule.map(str::to_owned), ..Recurrence::default() },
        summary: "Game".to_owned(),
        ..Event::new("u".to_owned(), start, end)
    }
}

#[test]
fn a_time_is_told_with_its_zone_and_its_rhythm() {
    let zone = Zone::parse("America/Chicago").unwrap();
    let zoned = |hour| EventTime::Zoned(date(2027, 3, 14).at(hour, 30, 0, 0), zone);
    let game = event(zoned(13), zoned(15), Some("FREQ=WEEKLY;BYDAY=SU,WE;COUNT=8"));
    let expected = "Sunday, 14 March 2027, 13:30 – 15:30 (America/Chicago), every week on Sunday and Wednesday, 8 times";
    assert_eq!(EventWords::new(&game, "en").when, expected, "one phrase says all");
    assert_eq!(
        EventWords::new(&game, "en-US").start,
        "Sunday, 14 March 2027, 1:30 PM (America/Chicago)",
        "twelve hours where people use them"
    );
}

#[test]
fn the_last_day_of_an_all_day_event_is_named_not_the_day_after() {
    let camp = event(EventTime::Date(date(2027, 7, 1)), EventTime::Date(date(2027, 7, 4)), None);
    assert_eq!(EventWords::new(&camp, "en").when, "Thursday, 1 July 2027 – Saturday, 3 July 2027", "DTEND is exclusive");
    let day = event(EventTime::Date(date(2027, 7, 1)), EventTime::Date(date(2027, 7, 2)), Some("FREQ=YEARLY;UNTIL=20300701"));
    assert_eq!(EventWords::new(&day, "en").when, "Thursday, 1 July 2027, every year until 1 July 2030", "one day is one day");
}
