//! Any bytes are read, what is understood survives writing, and every series ends.
#![no_main]

use calendar::ical::{read, write};
use calendar::recurrence::Series;
use jiff::tz::TimeZone;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let events: Vec<_> = read(bytes).events.into_iter().map(|read| read.event).collect();
    let text = write("again", &events);
    let again: Vec<_> = read(text.as_bytes()).events.into_iter().map(|read| read.event).collect();
    assert_eq!(again, events, "what was understood survives writing:\n{text}");
    let window = "2027-01-01T00:00:00Z".parse().unwrap().."2028-01-01T00:00:00Z".parse().unwrap();
    for series in Series::group(events) {
        series.occurrences(window.clone(), &TimeZone::UTC).take(1000).for_each(drop);
        series.last_instant(&TimeZone::UTC);
    }
});
