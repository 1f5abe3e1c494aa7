use super::{rule, span, time, zone};
use crate::recurrence::Rule;
use crate::{EventTime, Zone};

fn at(value: &str, tzid: &str) -> EventTime {
    EventTime::parse_value(value, Zone::parse(tzid)).expect("a time of the table")
}

#[test]
fn spans_read_as_people_say_them() {
    let chicago = "America/Chicago";
    let table = [
        (at("20270313T130000", chicago), at("20270313T160000", chicago), "Sat 13 March, 13:00–16:00, Chicago time"),
        (at("20270313T220000", chicago), at("20270314T020000", chicago), "Sat 13 March, 22:00 – Sun 14 March, 02:00, Chicago time"),
        (at("20270313T130000", ""), at("20270313T130000", ""), "Sat 13 March, 13:00"),
        (at("20270313", ""), at("20270314", ""), "Sat 13 March"),
        (at("20270313", ""), at("20270316", ""), "Sat 13 March – Mon 15 March"),
        (at("20270313T130000Z", ""), at("20270313T140000Z", ""), "Sat 13 March, 13:00–14:00, UTC"),
        (
            at("20270313T090000", "Europe/London"),
            at("20270313T120000", "America/New_York"),
            "Sat 13 March, 09:00 London time – 12:00 New York time",
        ),
        (at("20280102T130000", chicago), at("20280102T140000", chicago), "Sun 2 January 2028, 13:00–14:00, Chicago time"),
    ];
    for (start, end, words) in table {
        assert_eq!(span(&start, &end, Some(2027)), words, "{start:?} to {end:?}");
    }
    assert_eq!(time(&at("20270313T130000", chicago), None), "Sat 13 March 2027, 13:00, Chicago time", "one time, in any year");
    let west = Zone::parse("GMT-5").expect("an offset of whole hours has a name");
    assert_eq!(zone(west), "UTC−5", "an offset is said as people count it");
}

#[test]
fn rules_read_as_people_say_them() {
    let table = [
        ("FREQ=DAILY", "Every day"),
        ("FREQ=DAILY;INTERVAL=3;COUNT=10", "Every 3 days, 10 times"),
        ("FREQ=WEEKLY", "Every week"),
        ("FREQ=WEEKLY;BYDAY=SA;UNTIL=20270605T045959Z", "Every Saturday until 4 June 2027"),
        ("FREQ=WEEKLY;BYDAY=MO,WE,FR", "Every Monday, Wednesday and Friday"),
        ("FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR", "Every weekday"),
        ("FREQ=WEEKLY;INTERVAL=2;BYDAY=TU", "Every 2 weeks on Tuesday"),
        ("FREQ=MONTHLY;BYMONTHDAY=14", "Every month on the 14th"),
        ("FREQ=MONTHLY;BYMONTHDAY=-1", "Every month on the last day"),
        ("FREQ=MONTHLY;BYDAY=2SU", "Every month on the second Sunday"),
        ("FREQ=MONTHLY;INTERVAL=3;BYDAY=-1FR", "Every 3 months on the last Friday"),
        ("FREQ=MONTHLY;BYDAY=FR;BYMONTHDAY=13", "Every month on the 13th on every Friday"),
        ("FREQ=YEARLY", "Every year"),
        ("FREQ=YEARLY;BYMONTH=3;BYMONTHDAY=14", "Every year on 14 March"),
        ("FREQ=YEARLY;BYMONTH=11;BYDAY=4TH", "Every year in November on the fourth Thursday"),
        ("FREQ=YEARLY;BYWEEKNO=20;BYDAY=MO", "Every year in the 20th week of the year on every Monday"),
        ("FREQ=DAILY;BYHOUR=9,17;COUNT=1", "Every day at 09:00 and 17:00, once"),
        ("FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1", "Every month on a weekday (only the last of them)"),
    ];
    for (text, words) in table {
        let (parsed, notes) = Rule::parse(text).expect("a rule of the table");
        assert!(notes.is_empty(), "{text} is a clean rule: {notes:?}");
        assert_eq!(rule(&parsed, &at("20270313T130000", "America/Chicago")), words, "{text}");
    }
}
