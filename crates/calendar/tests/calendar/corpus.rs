//! Real calendars: every VEVENT is understood or named, and what is understood survives writing.

use std::path::{Path, PathBuf};

use calendar::ical::{Effect, read, write};

/// The folder of foreign calendars, which is no part of the project.
fn folder() -> Option<PathBuf> {
    let folder = match std::env::var_os("ROLLCALL_CORPUS") {
        Some(folder) => PathBuf::from(folder),
        None => Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/corpus"),
    }
    .join("ics");
    let present = folder.join("index.tsv").is_file();
    if !present {
        eprintln!("skipped: no corpus at {}; ROLLCALL_CORPUS names one", folder.display());
    }
    present.then_some(folder)
}

struct Sample {
    file: String,
    bytes: Vec<u8>,
    events: usize,
}

fn samples(folder: &Path) -> Vec<Sample> {
    let index = std::fs::read_to_string(folder.join("index.tsv")).expect("the index is text");
    let rows = index.lines().skip(1).map(|row| row.split('\t').collect::<Vec<_>>());
    rows.filter_map(|row| {
        let file = row[0].to_owned();
        let bytes = std::fs::read(folder.join(&file)).ok()?;
        Some(Sample { file, bytes, events: row[7].parse().expect("n_vevent is a number") })
    })
    .collect()
}

#[test]
fn every_event_of_the_corpus_is_read_or_named() {
    let Some(folder) = folder() else { return };
    let mut wrong = Vec::new();
    let samples = samples(&folder);
    for sample in &samples {
        let reading = read(&sample.bytes);
        let lost = reading.problems.iter().filter(|problem| problem.effect == Effect::EventLeftOut).count();
        if reading.events.len() + lost != sample.events {
            wrong.push(format!("{}: {} read, {lost} named, {} in the index", sample.file, reading.events.len(), sample.events));
        }
    }
    println!("{} of {} files differ: {wrong:#?}", wrong.len(), samples.len());
    assert!(samples.len() > 300, "the corpus is whole");
    assert!(wrong.len() * 100 <= samples.len() * 3, "at least 97 % of the files give every event: {wrong:#?}");
}

#[test]
fn every_event_of_the_corpus_survives_writing() {
    let Some(folder) = folder() else { return };
    for sample in samples(&folder) {
        let events: Vec<_> = read(&sample.bytes).events.into_iter().map(|read| read.event).collect();
        let text = write("corpus", &events);
        let again: Vec<_> = read(text.as_bytes()).events.into_iter().map(|read| read.event).collect();
        assert_eq!(again.len(), events.len(), "{}: as many events come back", sample.file);
        for (before, after) in events.iter().zip(&again) {
            assert_eq!(after, before, "{}: the event comes back as it was", sample.file);
        }
        let longest = text.split("\r\n").map(str::len).max().unwrap_or(0);
        assert!(longest <= 75, "{}: no line is longer than 75 octets", sample.file);
    }
}

#[test]
fn nothing_of_the_corpus_is_lost_without_need() {
    let Some(folder) = folder() else { return };
    let (mut read_events, mut lost) = (0, Vec::new());
    for sample in samples(&folder) {
        let reading = read(&sample.bytes);
        read_events += reading.events.len();
        lost.extend(
            reading
                .problems
                .into_iter()
                .filter(|problem| problem.effect == Effect::EventLeftOut)
                .map(|problem| format!("{}:{}: {}", sample.file, problem.line, problem.reason)),
        );
    }
    println!("{read_events} events read, {} left out:\n{}", lost.len(), lost.join("\n"));
    assert!(lost.len() * 20 < read_events, "at most one event in twenty of these odd files is left out");
}
