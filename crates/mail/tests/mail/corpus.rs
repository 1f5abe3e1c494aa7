//! Messages of real programs and servers, with what is expected of each. Skipped where the corpus is not there.

use std::collections::HashMap;
use std::path::{Path, PathBuf};

use mail::incoming::{self, Incoming, Kind};

/// One line of an `index.tsv`, by its headings.
type Row = HashMap<String, String>;

fn corpus(name: &str) -> Option<(PathBuf, Vec<Row>)> {
    let beside = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/corpus");
    let folder = std::env::var_os("ROLLCALL_CORPUS").map_or(beside, PathBuf::from).join(name);
    let Ok(index) = std::fs::read_to_string(folder.join("index.tsv")) else {
        println!("skipped: there is no corpus at {}", folder.display());
        return None;
    };
    let mut lines = index.lines();
    let headings: Vec<String> = lines.next()?.split('\t').map(str::to_owned).collect();
    let rows = lines.map(|line| headings.iter().cloned().zip(line.split('\t').map(str::to_owned)).collect()).collect();
    Some((folder, rows))
}

fn first_of<'a>(row: &'a Row, column: &str) -> &'a str {
    row.get(column).map_or("", |cell| cell.split(['|', ';']).next().unwrap_or_default()).trim()
}

fn partstat(incoming: &Incoming) -> String {
    incoming
        .answers
        .first()
        .and_then(|answer| answer.partstat)
        .and_then(|partstat| serde_json::to_value(partstat).ok())
        .and_then(|value| value.as_str().map(str::to_uppercase))
        .unwrap_or_default()
}

#[test]
fn answers_of_every_client_are_read() {
    let Some((folder, rows)) = corpus("imip") else { return };
    let (mut right, mut stated, mut wrong) = (0, 0, Vec::new());
    for row in &rows {
        let expected_uid = first_of(row, "expected_uid");
        if expected_uid.is_empty() {
            continue;
        }
        stated += 1;
        let bytes = std::fs::read(folder.join(&row["file"])).expect("the file that the index names");
        let incoming = incoming::read(&bytes);
        let answer = incoming.answers.first().cloned().unwrap_or_default();
        let uid = if incoming.kind == Kind::Bounce {
            incoming
                .bounce
                .as_ref()
                .and_then(|bounce| bounce.original_invited.first().map(|invited| invited.uid.clone()))
                .unwrap_or_default()
        } else {
            answer.uid
        };
        let is_bounce = incoming.kind == Kind::Bounce;
        let expected_attendee = first_of(row, "expected_attendee").split(',').next().unwrap_or_default().to_lowercase();
        let expected_partstat = first_of(row, "expected_partstat").split(',').next().unwrap_or_default();
        let method = incoming.method.clone().unwrap_or_default();
        let agrees = uid == expected_uid
            && (is_bounce
                || answer.attendee.to_lowercase() == expected_attendee.trim_start_matches("mailto:")
                    && partstat(&incoming) == expected_partstat
                    && method == row["method_in_body"]);
        if agrees {
            right += 1;
        } else {
            wrong.push(format!("{}: {:?} {uid} {} {} {method}", row["file"], incoming.kind, answer.attendee, partstat(&incoming)));
        }
    }
    println!("{right} of {stated} as expected");
    assert!(right * 100 >= stated * 99, "{right} of {stated} right; wrong:\n{}", wrong.join("\n"));
}

#[test]
fn bounces_of_every_server_are_read() {
    let Some((folder, rows)) = corpus("bounces") else { return };
    let (mut right, mut stated, mut wrong) = (0, 0, Vec::new());
    for row in &rows {
        let bytes = std::fs::read(folder.join(&row["file"])).expect("the file that the index names");
        let incoming = incoming::read_all(&bytes).into_iter().next().unwrap_or_default();
        let found = incoming.bounce.as_ref().map(|bounce| (bounce.recipient.clone(), bounce.status.clone())).unwrap_or_default();
        if std::env::var_os("ROLLCALL_VERBOSE").is_some() {
            println!(
                "{}\t{:?}\t{}\t{}\t{:?}",
                row["file"],
                incoming.kind,
                found.0,
                found.1,
                incoming.bounce.as_ref().map(|bounce| bounce.kind)
            );
        }
        let expected = first_of(row, "expected_recipient");
        if expected.is_empty() {
            continue;
        }
        stated += 1;
        let status = first_of(row, "expected_status");
        if found.0.eq_ignore_ascii_case(expected) && (status.is_empty() || found.1 == status) {
            right += 1;
        } else {
            wrong.push(format!("{}: {:?} {found:?}, expected {expected} {status}", row["file"], incoming.kind));
        }
    }
    println!("{right} of {stated} as expected");
    assert!(right * 100 >= stated * 98, "{right} of {stated} right; wrong:\n{}", wrong.join("\n"));
}

#[test]
fn what_is_no_bounce_is_not_called_one() {
    let Some((folder, rows)) = corpus("bounces") else { return };
    for row in rows.iter().filter(|row| row["kind"] == "not-a-bounce" || row["kind"] == "rfc3834" || row["kind"] == "arf") {
        let bytes = std::fs::read(folder.join(&row["file"])).expect("the file that the index names");
        let incoming = incoming::read_all(&bytes).into_iter().next().unwrap_or_default();
        assert_ne!(incoming.kind, Kind::Bounce, "{} is {}", row["file"], row["kind"]);
        match row["kind"].as_str() {
            "rfc3834" => assert_eq!(incoming.kind, Kind::AutoReply, "{} answers by itself", row["file"]),
            "arf" => {
                assert!(matches!(incoming.kind, Kind::Complaint | Kind::Unsubscribe), "{} complains: {:?}", row["file"], incoming.kind);
            }
            _ => {}
        }
    }
}
