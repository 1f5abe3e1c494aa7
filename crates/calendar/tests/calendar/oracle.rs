//! Recurrence against python-dateutil; `tests/oracle/generate.py` made the table.

use calendar::recurrence::{Rule, Series};
use calendar::{Event, EventTime, Zone};
use jiff::Timestamp;
use jiff::tz::TimeZone;
use serde_json::Value;

/// The table ends before this day; starts beyond it are not compared.
const LAST_DAY: &str = "2060-01-01T00:00:00Z";

struct Row {
    series: Series,
    zone: String,
    rule: String,
    instants: Vec<i64>,
}

fn rows() -> Vec<Row> {
    let table: Vec<Vec<Value>> = serde_json::from_str(include_str!("../oracle/recurrences.json")).expect("the table is JSON");
    let text = |value: &Value| value.as_str().expect("a text of the table").to_owned();
    let row = |row: Vec<Value>| {
        let (zone, start, rule) = (text(&row[0]), text(&row[1]), text(&row[2]));
        let mut instants = vec![row[3].as_i64().expect("a Unix time")];
        for step in &row[4..] {
            instants.push(instants[instants.len() - 1] + step.as_i64().expect("seconds"));
        }
        let file = if zone == "UTC" {
            format!("BEGIN:VEVENT\nUID:o\nDTSTART:{start}Z\nDURATION:PT1H\nRRULE:{rule}\nEND:VEVENT\n")
        } else {
            format!("BEGIN:VEVENT\nUID:o\nDTSTART;TZID={zone}:{start}\nDURATION:PT1H\nRRULE:{rule}\nEND:VEVENT\n")
        };
        let master: Event = calendar::ical::read(file.as_bytes()).events.remove(0).event;
        Row { series: Series::single(master), zone, rule, instants }
    };
    table.into_iter().map(row).collect()
}

fn from(second: i64) -> Timestamp {
    Timestamp::from_second(second).expect("in range")
}

#[test]
fn every_series_of_the_table_starts_when_dateutil_says() {
    let last: Timestamp = LAST_DAY.parse().expect("a time");
    let rows = rows();
    assert!(rows.len() > 400, "the table has some hundred rows");
    let mut wrong = Vec::new();
    for row in &rows {
        let found: Vec<i64> = row
            .series
            .occurrences(Timestamp::MIN..last, &TimeZone::UTC)
            .take(row.instants.len())
            .map(|occurrence| occurrence.start_utc.as_second())
            .collect();
        if found != row.instants {
            let at = found.iter().zip(&row.instants).position(|(left, right)| left != right).unwrap_or(found.len().min(row.instants.len()));
            let show = |list: &[i64]| list.get(at).map(|second| from(*second).to_string());
            wrong.push(format!(
                "{} {} {}: number {at} is {:?}, not {:?}",
                row.zone,
                row.series.master.start.value(),
                row.rule,
                show(&found),
                show(&row.instants)
            ));
        }
    }
    assert!(wrong.is_empty(), "{} of {} differ:\n{}", wrong.len(), rows.len(), wrong.join("\n"));
}

#[test]
fn a_window_shows_what_the_whole_series_has_there() {
    for row in rows() {
        let middle = row.instants[row.instants.len() / 2];
        let (first, last) = (row.instants[0], row.instants[row.instants.len() - 1]);
        for (start, end) in
            [(middle, last), (middle - 1800, middle + 1), (first - 100_000, middle), (last, last + 1), (middle + 1, middle + 1)]
        {
            let found: Vec<i64> =
                row.series.occurrences(from(start)..from(end), &TimeZone::UTC).map(|occurrence| occurrence.start_utc.as_second()).collect();
            let wanted: Vec<i64> = row.instants.iter().copied().filter(|second| *second < end && second + 3600 > start).collect();
            assert_eq!(found, wanted, "{} {} in {}..{}", row.zone, row.rule, from(start), from(end));
        }
    }
}

#[test]
fn a_series_with_count_goes_on_from_any_checkpoint() {
    let mut compared = 0;
    // The table is cut at its last day: a series with fewer starts than COUNT goes on after it.
    let whole = |row: &Row| row.rule.ends_with(&format!("COUNT={}", row.instants.len()));
    for row in rows().into_iter().filter(|row| row.instants.len() > 3 && whole(row)) {
        let checkpoints = row.series.checkpoints(2);
        assert_eq!(checkpoints.len(), (row.instants.len() - 1) / 2, "{}: one for every two", row.rule);
        let window = from(row.instants[row.instants.len() - 2])..from(i64::from(u32::MAX));
        let walked: Vec<_> = row.series.occurrences(window.clone(), &TimeZone::UTC).collect();
        let entered: Vec<_> = row.series.occurrences_from(&checkpoints, window, &TimeZone::UTC).collect();
        assert_eq!(entered, walked, "{} {}: both ways give the same", row.zone, row.rule);
        let end = row.series.last_instant(&TimeZone::UTC).map(Timestamp::as_second);
        assert_eq!(end, row.instants.last().map(|start| start + 3600), "{}: it ends with its last occurrence", row.rule);
        compared += 1;
    }
    assert!(compared > 20, "some series of the table have COUNT: {compared}");
}

#[test]
fn a_rule_reads_back_from_its_normal_form() {
    for row in rows() {
        let (rule, notes) = Rule::parse(&row.rule).expect("a rule of the table");
        assert!(notes.is_empty(), "{} is clean: {notes:?}", row.rule);
        let (again, _) = Rule::parse(&rule.to_string()).expect("its normal form");
        assert_eq!(again, rule, "{}", row.rule);
    }
}

/// `UNTIL` is the last second of the table where a series has one: it ends there and nowhere else.
#[test]
fn a_series_with_until_ends_with_its_last_occurrence() {
    let mut compared = 0;
    for row in rows().into_iter().filter(|row| row.rule.contains("UNTIL") && row.instants.len() < 24) {
        let end = row.series.last_instant(&TimeZone::UTC).map(Timestamp::as_second);
        assert_eq!(end, row.instants.last().map(|start| start + 3600), "{} {}", row.zone, row.rule);
        compared += 1;
    }
    assert!(compared > 10, "some series of the table have UNTIL: {compared}");
    let endless =
        Series::single(Event { recurrence: calendar::Recurrence { rule: Some("FREQ=DAILY".into()), ..Default::default() }, ..plain() });
    assert_eq!(endless.last_instant(&TimeZone::UTC), None, "a rule without end has no last occurrence");
}

fn plain() -> Event {
    let start = EventTime::parse_value("20270313T130000", Zone::parse("America/Chicago")).expect("a time");
    let file = format!("BEGIN:VEVENT\nUID:o\nDTSTART:{}\nEND:VEVENT\n", start.value());
    calendar::ical::read(file.as_bytes()).events.remove(0).event
}
