//! Each row becomes a guest to store, or a problem with its line and reason.
//!
//! What is wrong for certain (no address, bad syntax) is *invalid*, a second row with the same address is a *duplicate*; what is only likely
//! (a typing error in the domain, an empty cell in a column that is otherwise full) is a *warning*: the guest can be stored as written.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use mail::address::{Address, parse_list, suggest_address, suggest_typo};
use store::guest::Profile;

use super::columns;
use super::reading::{Row, Table};
use super::view::{ColumnField, GuestProblem};

/// Titles that stand before a first name.
const TITLES: [&str; 22] = [
    "mr", "mrs", "ms", "miss", "mx", "dr", "prof", "sir", "herr", "frau", "hr", "fr", "m", "mme", "mlle", "sr", "sra", "srta", "dott",
    "sig", "ing", "rev",
];

/// A guest as a row gives it. Empty texts were not given.
#[derive(Clone, Debug)]
pub(super) struct Ready {
    pub(super) line: u32,
    pub(super) profile: Profile,
}

/// What the rows of a table are.
#[derive(Debug, Default)]
pub(super) struct Sorted {
    pub(super) rows: u32,
    pub(super) ready: Vec<Ready>,
    pub(super) invalid: Vec<GuestProblem>,
    pub(super) duplicates: Vec<GuestProblem>,
    pub(super) warnings: Vec<GuestProblem>,
}

/// Sorts the rows. On the lines in `corrected` the suggested address is taken.
pub(super) fn sort(table: &Table, fields: &[ColumnField], width: usize, corrected: &BTreeSet<u32>) -> Sorted {
    let full = full_columns(table, fields);
    let mut sorted = Sorted { rows: u32::try_from(table.rows.len()).unwrap_or(u32::MAX), ..Sorted::default() };
    sorted.warnings.extend(table.problems.iter().map(|(line, reason)| problem(*line, "", reason, "")));
    let mut seen: HashMap<String, u32> = HashMap::new();
    let mut typos: HashMap<String, Option<String>> = HashMap::new();
    for row in &table.rows {
        let mut cells = Cells::read(row, fields);
        if corrected.contains(&row.line)
            && let Some(suggestion) = suggest_address(&cells.address)
        {
            cells.address = suggestion;
        }
        let address = match Address::parse(&cells.address) {
            Ok(address) => address,
            Err(reason) => {
                let reason = if cells.address.is_empty() { "there is no address in this row".to_owned() } else { reason.to_string() };
                let suggestion = suggest_address(&cells.address).unwrap_or_default();
                sorted.invalid.push(problem(row.line, &cells.address, &reason, &suggestion));
                continue;
            }
        };
        if let Some(first) = seen.get(&address.normalised) {
            sorted.duplicates.push(problem(row.line, &address.shown, &format!("the same address stands in line {first}"), ""));
            continue;
        }
        let meant = typos.entry(address.domain.clone()).or_insert_with(|| suggest_typo(&address.domain));
        if let Some(meant) = meant {
            let suggestion = suggest_address(&cells.address).unwrap_or_default();
            let reason = format!("“{}” is probably a typing error for “{meant}”", address.domain);
            sorted.warnings.push(problem(row.line, &address.shown, &reason, &suggestion));
        }
        sorted.warnings.extend(doubts(row, fields, width, &full).into_iter().map(|reason| problem(row.line, &address.shown, &reason, "")));
        seen.insert(address.normalised.clone(), row.line);
        sorted.ready.push(Ready { line: row.line, profile: cells.into_profile(address) });
    }
    sorted
}

/// The guest after an import: what is given replaces what was there, what is not given stays.
pub(super) fn merged(before: &Profile, given: &Profile) -> Profile {
    let pick = |given: &String, before: &String| if given.is_empty() { before.clone() } else { given.clone() };
    let mut after = Profile {
        address: before.address.clone(),
        address_shown: pick(&given.address_shown, &before.address_shown),
        zone: pick(&given.zone, &before.zone),
        language: pick(&given.language, &before.language),
        role: pick(&given.role, &before.role),
        consent: pick(&given.consent, &before.consent),
        consent_source: if given.consent.is_empty() { before.consent_source.clone() } else { given.consent_source.clone() },
        fields: before.fields.clone(),
        ..before.clone()
    };
    if !given.name.is_empty() {
        (after.name, after.first_name, after.last_name) = (given.name.clone(), given.first_name.clone(), given.last_name.clone());
    }
    after.fields.extend(given.fields.iter().filter(|(_, value)| !value.is_empty()).map(|(name, value)| (name.clone(), value.clone())));
    after
}

/// A new guest: what was not given has its usual value.
pub(super) fn completed(given: &Profile) -> Profile {
    let mut profile = given.clone();
    if profile.role.is_empty() {
        "required".clone_into(&mut profile.role);
    }
    profile.fields.retain(|_, value| !value.is_empty());
    profile
}

/// First and last name of a whole one.
pub(super) fn split_name(name: &str) -> (String, String) {
    if let Some((last, first)) = name.split_once(',')
        && !first.trim().is_empty()
    {
        return (first.trim().to_owned(), last.trim().to_owned());
    }
    let mut words = name.split_whitespace().skip_while(|word| TITLES.contains(&word.trim_end_matches('.').to_lowercase().as_str()));
    (words.next().unwrap_or_default().to_owned(), words.collect::<Vec<_>>().join(" "))
}

#[derive(Default)]
struct Cells {
    address: String,
    name: String,
    first: String,
    last: String,
    zone: String,
    language: String,
    role: String,
    consent: String,
    own: BTreeMap<String, String>,
}

impl Cells {
    fn read(row: &Row, fields: &[ColumnField]) -> Self {
        let mut cells = Self::default();
        for (cell, field) in row.cells.iter().zip(fields) {
            let text = cell.trim();
            match field {
                ColumnField::Email => text.clone_into(&mut cells.address),
                ColumnField::Name => text.clone_into(&mut cells.name),
                ColumnField::FirstName => text.clone_into(&mut cells.first),
                ColumnField::LastName => text.clone_into(&mut cells.last),
                ColumnField::Zone => columns::zone(text).unwrap_or_default().clone_into(&mut cells.zone),
                ColumnField::Language => cells.language = columns::language(text).unwrap_or_default(),
                ColumnField::Role => columns::role(text).unwrap_or_default().clone_into(&mut cells.role),
                ColumnField::Consent => text.clone_into(&mut cells.consent),
                ColumnField::Own(name) => drop(cells.own.insert(name.clone(), text.to_owned())),
                ColumnField::Skip => {}
            }
        }
        // `Name <address>` in one cell.
        if cells.address.contains('<')
            && let [Ok(entry)] = parse_list(&cells.address).as_slice()
        {
            if cells.name.is_empty() {
                entry.name.clone_into(&mut cells.name);
            }
            entry.address.shown.clone_into(&mut cells.address);
        }
        cells
    }

    fn into_profile(self, address: Address) -> Profile {
        let mut name = self.name;
        if name.is_empty() {
            name = [self.first.as_str(), self.last.as_str()].into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(" ");
        }
        let (mut first, mut last) = (self.first, self.last);
        if first.is_empty() && last.is_empty() && self.role != "resource" {
            (first, last) = split_name(&name);
            if name.contains(',') && !first.is_empty() {
                name = format!("{first} {last}");
            }
        }
        Profile {
            address: address.normalised,
            address_shown: address.shown,
            name,
            first_name: first,
            last_name: last,
            zone: self.zone,
            language: self.language,
            role: self.role,
            fields: self.own,
            consent: self.consent,
            consent_source: String::new(),
        }
    }
}

/// Columns in which an empty cell was probably forgotten: by index, how it is called.
fn full_columns(table: &Table, fields: &[ColumnField]) -> BTreeMap<usize, String> {
    let rows = table.rows.len();
    fields
        .iter()
        .enumerate()
        .filter_map(|(index, field)| {
            // A guest without a name is noticed early; an own field may be empty for some by nature.
            let (name, percent) = match field {
                ColumnField::Name => ("name", 90),
                ColumnField::FirstName => ("first name", 90),
                ColumnField::LastName => ("last name", 90),
                ColumnField::Zone => ("time zone", 95),
                ColumnField::Language => ("language", 95),
                ColumnField::Role => ("role", 95),
                ColumnField::Consent => ("consent", 95),
                ColumnField::Own(name) => (name.as_str(), 98),
                ColumnField::Email | ColumnField::Skip => return None,
            };
            let filled = table.rows.iter().filter(|row| row.cells.get(index).is_some_and(|cell| !cell.is_empty())).count();
            (rows >= 5 && filled < rows && filled * 100 >= rows * percent).then(|| (index, name.to_owned()))
        })
        .collect()
}

/// What looks odd about a row that can be used.
fn doubts(row: &Row, fields: &[ColumnField], width: usize, full: &BTreeMap<usize, String>) -> Vec<String> {
    let mut doubts = Vec::new();
    for (index, name) in full {
        if row.cells.get(*index).is_none_or(String::is_empty) {
            doubts.push(format!("the {name} is empty here, and filled in nearly every other row"));
        }
    }
    if width > 0 && row.cells.iter().skip(width).any(|cell| !cell.is_empty()) {
        doubts.push(format!(
            "this row has {} cells where the header has {width}: a text with the delimiter in it needs quotes",
            row.cells.len()
        ));
    }
    for (cell, field) in row.cells.iter().zip(fields).filter(|(cell, _)| !cell.is_empty()) {
        match field {
            ColumnField::Zone if columns::zone(cell).is_none() => {
                doubts.push(format!("“{cell}” is not a time zone; write it like Europe/Berlin"));
            }
            ColumnField::Language if columns::language(cell).is_none() => {
                doubts.push(format!("“{cell}” is not a language; write it like en or pt-BR"));
            }
            ColumnField::Role if columns::role(cell).is_none() => {
                doubts.push(format!("“{cell}” is not a role; allowed are required, optional and resource"));
            }
            _ => {}
        }
    }
    doubts
}

fn problem(line: u32, address: &str, reason: &str, suggestion: &str) -> GuestProblem {
    GuestProblem { line, address: address.to_owned(), reason: reason.to_owned(), suggestion: suggestion.to_owned() }
}
