//! Of a list of 5,000 rows in which 5 % have a planted fault every fault is found and none is invented.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use super::previewed;
use crate::sandbox::Sandbox;

const FIRST: [&str; 12] =
    ["Ada", "José", "Mary Ann", "Łukasz", "Ingrid", "Wei", "Olu", "Fatima", "Jürgen", "Siobhán", "D'Arcy", "Anne-Marie"];
const LAST: [&str; 10] = ["Lovelace", "Núñez", "O'Neill", "Kowalski", "Sørensen", "Zhang", "Adeyemi", "van der Berg", "Müller", "Smith"];
const DOMAINS: [&str; 14] = [
    "gmail.com",
    "outlook.com",
    "yahoo.co.uk",
    "hotmail.com",
    "icloud.com",
    "club.example",
    "mail.com",
    "ymail.com",
    "gmx.net",
    "rugby-union.example.org",
    "bücher.example",
    "web.de",
    "aol.com",
    "live.com",
];
const TYPOS: [&str; 6] = ["gmial.com", "gamil.com", "hotmial.com", "yaho.com", "outlok.com", "gmail.con"];
const BROKEN: [&str; 6] =
    ["no-at-sign.example.org", "two@@example.org", "blank in@example.org", "dot.@example.org", "nodomain@", "name@example"];

/// What was planted, by line.
#[derive(Default)]
struct Planted {
    invalid: BTreeSet<u32>,
    duplicate: BTreeSet<u32>,
    doubtful: BTreeSet<u32>,
}

fn list(rows: usize) -> (String, Planted) {
    let mut text = "First Name,Last Name,E-mail,Time zone,Seat\n".to_owned();
    let mut planted = Planted::default();
    for row in 0..rows {
        let line = u32::try_from(row + 2).expect("a line");
        let (first, last, domain) = (FIRST[row % 12], LAST[row % 10], DOMAINS[row % 14]);
        let good = format!("guest{row}@{domain}");
        let (first, address) = match (row % 20 == 7, row / 20 % 5) {
            (false, _) => (first, good),
            (true, 0) => {
                planted.doubtful.insert(line);
                (first, format!("guest{row}@{}", TYPOS[row / 100 % 6]))
            }
            (true, 1) => {
                planted.duplicate.insert(line);
                // The same person in other letters.
                (first, format!("Guest{}@{}", row - 1, DOMAINS[(row - 1) % 14].to_uppercase()))
            }
            (true, 2) => {
                planted.invalid.insert(line);
                (first, String::new())
            }
            (true, 3) => {
                planted.invalid.insert(line);
                (first, BROKEN[row / 100 % 6].to_owned())
            }
            (true, _) => {
                planted.doubtful.insert(line);
                ("", good)
            }
        };
        writeln!(text, "{first},{last},{address},Europe/Berlin,{}", row % 80 + 1).expect("text");
    }
    (text, planted)
}

#[tokio::test]
async fn every_planted_fault_is_found_and_none_is_invented() {
    let sandbox = Sandbox::new();
    let engine = sandbox.engine().await;
    let (text, planted) = list(5_000);
    let preview = previewed(&engine, &sandbox.file("season.csv", text)).await;
    let lines = |problems: &[engine::guests::view::GuestProblem]| problems.iter().map(|problem| problem.line).collect::<BTreeSet<u32>>();
    assert_eq!(lines(&preview.invalid), planted.invalid, "missing addresses and bad syntax are invalid, and nothing else is");
    assert_eq!(lines(&preview.duplicates), planted.duplicate, "doubles are duplicates, and nothing else is");
    assert_eq!(lines(&preview.warnings), planted.doubtful, "typing errors and missing names are warnings, and nothing else is");
    assert_eq!(preview.rows, 5_000, "every row is counted");
    let sum = preview.new + preview.duplicate + u32::try_from(preview.invalid.len()).expect("a count");
    assert_eq!(sum, 5_000, "every row is new, double or invalid in an empty database");
    let typos: Vec<&str> =
        preview.warnings.iter().map(|warning| warning.suggestion.as_str()).filter(|suggestion| !suggestion.is_empty()).collect();
    assert_eq!(typos.len(), 50, "each typing error has a suggestion: {typos:?}");
    assert!(
        typos.iter().all(|typo| DOMAINS.iter().chain(&["yahoo.com"]).any(|domain| typo.ends_with(domain))),
        "and a good one: {typos:?}"
    );
}
