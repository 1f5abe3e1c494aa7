use serde_json::{Value, json};

use crate::program::{Program, corpus};

const SEASON: &str = "BEGIN:VCALENDAR\r\nVERSION:2.0\r\n\
BEGIN:VEVENT\r\nUID:opener\r\nDTSTART;TZID=America/Chicago:20270314T130000\r\nDTEND;TZID=America/Chicago:20270314T160000\r\n\
SUMMARY:Bears at Packers\r\nEND:VEVENT\r\n\
BEGIN:VEVENT\r\nUID:away\r\nDTSTART:20270320T190000Z\r\nSUMMARY:Packers at Bears\r\nEND:VEVENT\r\n\
END:VCALENDAR\r\n";

fn counts(result: &Value) -> [u64; 4] {
    ["new", "updated", "unchanged", "missing"].map(|name| result[name].as_u64().unwrap_or_else(|| panic!("{name} is a number: {result}")))
}

#[test]
fn an_import_says_what_it_did_and_doing_it_again_does_nothing() {
    let program = Program::new();
    let file = program.file("Packers.ics", SEASON);
    let file = file.to_str().expect("a path");
    let dry = program.json(&["calendar", "import", file, "--dry-run"]);
    assert_eq!(counts(&dry), [2, 0, 0, 0], "a dry run counts");
    assert_eq!(program.json(&["calendar", "list"]), json!([]), "and stores nothing");
    let first = program.json(&["calendar", "import", file]);
    assert_eq!((first["calendar"].as_str(), counts(&first)), (Some("Packers"), [2, 0, 0, 0]), "the calendar is called as the file is");
    assert_eq!(first["invalid"], json!([]), "nothing is wrong with it");
    assert_eq!(counts(&program.json(&["calendar", "import", file])), [0, 0, 2, 0], "a second run finds nothing new");
    let listed = program.json(&["calendar", "list"]);
    assert_eq!((listed[0]["name"].as_str(), listed[0]["events"].as_u64()), (Some("Packers"), Some(2)), "it is listed");
}

#[test]
fn a_shifted_import_moves_every_event_by_weeks() {
    let program = Program::new();
    let file = program.file("Old.ics", &SEASON.replace("2027", "2026"));
    let file = file.to_str().expect("a path");
    program.json(&["calendar", "import", file, "--calendar", "New", "--shift-weeks", "52"]);
    let listed = program.json(&["event", "list", "--from", "2027-03-01", "--to", "2027-04-01"]);
    assert_eq!(listed[0]["start"], "2027-03-13T13:00:00-06:00", "52 weeks later it is 13:00 still");
}

#[test]
fn a_bad_file_gives_its_problems_and_only_one_without_any_event_fails() {
    let program = Program::new();
    let broken = program.file("Broken.ics", &SEASON.replace("DTSTART:20270320T190000Z", "DTSTART:soon"));
    let answer = program.call(&["calendar", "import", broken.to_str().expect("a path")]);
    let result = answer.json();
    assert_eq!((answer.status, counts(&result)), (0, [1, 0, 0, 0]), "the good event is imported");
    let problem = &result["invalid"][0];
    assert_eq!(problem["file"], "Broken.ics", "the file is named");
    assert!(problem["line"].as_u64().is_some_and(|line| line > 7), "with the line: {problem}");
    assert!(problem["reason"].as_str().is_some_and(|reason| !reason.is_empty()), "and the reason: {problem}");
    let letter = program.file("letter.txt", "Dear guests,\n");
    let answer = program.call(&["calendar", "import", letter.to_str().expect("a path")]);
    assert_eq!(answer.status, 1, "nothing of a letter can be read");
    assert_eq!(answer.json()["invalid"][0]["line"], 1, "it says so all the same");
}

#[test]
fn an_export_is_a_file_that_can_be_imported() {
    let program = Program::new();
    let file = program.file("Packers.ics", SEASON);
    program.json(&["calendar", "import", file.to_str().expect("a path")]);
    let answer = program.run(&["calendar", "export", "--calendar", "Packers"]);
    assert!(answer.stdout.starts_with("BEGIN:VCALENDAR\r\n") && answer.stdout.ends_with("END:VCALENDAR\r\n"), "it is iCalendar as it is");
    let copy = program.file("Copy.ics", &answer.stdout);
    let again = program.json(&["calendar", "import", copy.to_str().expect("a path"), "--calendar", "Packers"]);
    assert_eq!(counts(&again), [0, 0, 2, 0], "it says what the calendar says");
    assert_eq!(program.json(&["calendar", "export"])[0]["calendar"], "Packers", "with --json it is a document");
}

#[test]
fn seasons_of_the_corpus_come_in_whole() {
    let Some(corpus) = corpus() else { return eprintln!("skipped: there is no corpus here") };
    for (name, expected) in [("ical4j__valid_Packers.ics", 66), ("ical4j__valid_bears.ics", 21), ("ical4j__valid_THFC.ics", 114)] {
        let program = Program::new();
        let path = corpus.join("ics").join(name);
        let path = path.to_str().expect("a path");
        assert_eq!(counts(&program.json(&["calendar", "import", path])), [expected, 0, 0, 0], "every event of {name} is new");
        assert_eq!(counts(&program.json(&["calendar", "import", path])), [0, 0, expected, 0], "then none of {name} is");
    }
}

#[test]
fn broken_files_of_the_corpus_name_their_lines_and_fail_only_where_nothing_is_left() {
    let Some(corpus) = corpus() else { return eprintln!("skipped: there is no corpus here") };
    let files = std::fs::read_dir(corpus.join("ics")).expect("the corpus can be read");
    let paths = files.map(|file| file.expect("a file").path());
    for path in paths.filter(|path| path.to_string_lossy().contains("ical4j__invalid_")) {
        let program = Program::new();
        let answer = program.call(&["calendar", "import", path.to_str().expect("a path")]);
        let result = answer.json();
        let problems = result["invalid"].as_array().expect("a list of problems");
        assert!(problems.iter().all(|problem| problem["line"].as_u64().is_some_and(|line| line > 0)), "{path:?} names lines: {result}");
        let read = counts(&result)[0] > 0;
        assert!(read || !problems.is_empty() || answer.status == 0, "{path:?} says what is wrong: {result}");
        assert_eq!(answer.status != 0, !read && !problems.is_empty(), "{path:?} fails only where nothing is left: {result}");
    }
}
