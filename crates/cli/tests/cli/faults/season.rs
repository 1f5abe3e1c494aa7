//! A club with many games and one list, whose sender is a server that counts.

use std::fmt::Write as _;

use testkit::counting_smtp::CountingSmtp;

use crate::program::Program;

/// Lines that the account may hold at once.
pub(super) const CONNECTIONS: u64 = 4;

/// A program with so many games, `game0@club.test` and on, and so many guests on the list `Members`, sending through the server.
pub(super) fn with(program: Program, server: &CountingSmtp, games: usize, guests: usize) -> Program {
    fill(&program, games, guests);
    let (port, connections) = (server.port().to_string(), CONNECTIONS.to_string());
    let sender = ["sender", "add", "smtp", "Post", "--from", "club@club.test", "--host", "127.0.0.1", "--port", &port, "--tls", "none"];
    program.json(&[&sender[..], &["--rate", "1000", "--connections", &connections]].concat());
    program
}

/// The same, sending through what speaks like SES.
pub(super) fn through_ses(program: Program, endpoint: &str, games: usize, guests: usize) -> Program {
    fill(&program, games, guests);
    let secret = program.file("secret", "a test's secret key\n").display().to_string();
    let sender = ["sender", "add", "ses", "Post", "--from", "club@club.test", "--region", "us-east-1", "--access-key", "AKIATEST"];
    program.json(&[&sender[..], &["--secret-file", &secret, "--endpoint", endpoint, "--rate", "2000"]].concat());
    program
}

fn fill(program: &Program, games: usize, guests: usize) {
    let mut season = "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//Club//Season//EN\r\n".to_owned();
    for game in 0..games {
        let (month, day) = (1 + game / 28 % 12, 1 + game % 28);
        // Writing to a string cannot fail.
        let _ = write!(
            season,
            "BEGIN:VEVENT\r\nUID:game{game}@club.test\r\nDTSTART;TZID=Europe/Berlin:2035{month:02}{day:02}T183000\r\nDURATION:PT2H\r\n\
             SUMMARY:Game {game}\r\nEND:VEVENT\r\n"
        );
    }
    let season = program.file("Season.ics", &(season + "END:VCALENDAR\r\n"));
    program.json(&["calendar", "import", season.to_str().expect("a path")]);
    let rows: Vec<String> = (0..guests).map(guest).collect();
    let table = program.file("guests.csv", &format!("Email\n{}\n", rows.join("\n")));
    program.json(&["guests", "import", table.to_str().expect("a path"), "--list", "Members"]);
    program
        .file("message.txt", "Subject: {{ event.summary }} is coming up\nDear {{ first_name | default(\"friend\") }},\n\nplease come.\n");
    let maildir = program.path("answers");
    for part in ["cur", "new", "tmp"] {
        std::fs::create_dir_all(std::path::Path::new(&maildir).join(part)).expect("a Maildir");
    }
    program.json(&["inbox", "add", "maildir", "Answers", "--address", "answers@club.test", "--path", &maildir]);
}

pub(super) fn guest(number: usize) -> String {
    format!("guest{number}@guests.test")
}

/// Writes the campaign of a game; gives its id.
pub(super) fn campaign(program: &Program, game: usize) -> String {
    let (event, template) = (format!("game{game}@club.test"), program.path("message.txt"));
    let arguments = ["campaign", "create", "--event", &event, "--list", "Members", "--sender", "Post", "--inbox", "Answers"];
    program.json(&[&arguments[..], &["--template", &template]].concat())["id"].as_str().expect("an id").to_owned()
}
