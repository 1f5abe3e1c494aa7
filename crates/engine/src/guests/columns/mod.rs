//! Where the columns of a table go: by what they are called, checked against what they hold; by what they hold alone where they have no
//! name. The organizer has the last word.

mod by_hand;
mod contents;
mod words;

use std::collections::BTreeSet;

use super::reading::{Row, Table};
use super::view::ColumnField;

pub use by_hand::choose;
pub(super) use contents::{language, role, zone};
pub(super) use words::own_name;

/// Rows above the header: a title, an export date.
const ROWS_ABOVE_HEADER: usize = 10;
/// Rows whose contents are looked at.
const SAMPLE: usize = 500;

/// A table whose header is known, and where its columns go.
#[derive(Debug)]
pub(super) struct Columns {
    pub(super) header: Vec<String>,
    pub(super) fields: Vec<ColumnField>,
}

/// Whether one of these names is a name for addresses.
pub(super) fn names_an_address(header: &[String]) -> bool {
    header.iter().any(|name| words::field(name) == Some(ColumnField::Email)) && !header.iter().any(|name| name.contains('@'))
}

/// Finds the header, takes it out of the rows, and says where each column goes.
pub(super) fn recognise(table: &mut Table) -> Columns {
    if let Some(fields) = table.fields.clone() {
        let header = std::mem::take(&mut table.header);
        return Columns { header, fields };
    }
    let header = take_header(&mut table.rows);
    let width = table.rows.iter().map(|row| row.cells.len()).max().unwrap_or_default().max(header.len());
    let named = !header.is_empty();
    let mut taken = BTreeSet::new();
    let by_name: Vec<Option<ColumnField>> = (0..width).map(|index| header.get(index).and_then(|name| words::field(name))).collect();
    // What the names say and the contents do not contradict comes first, so that a guess never takes a field from a name.
    let mut fields: Vec<Option<ColumnField>> = by_name
        .into_iter()
        .enumerate()
        .map(|(index, field)| field.filter(|field| contents::agree(field, &values(&table.rows, index)) && taken.insert(key(field))))
        .collect();
    for (index, field) in fields.iter_mut().enumerate() {
        if field.is_none() {
            *field = contents::guess(&values(&table.rows, index), named).filter(|guess| taken.insert(key(guess)));
        }
    }
    let mut own = BTreeSet::new();
    let fields = fields
        .into_iter()
        .enumerate()
        .map(|(index, field)| field.unwrap_or_else(|| rest(header.get(index), index, &values(&table.rows, index), &mut own)))
        .collect();
    Columns { header, fields }
}

/// What has no place of its own is an own field, by its name.
fn rest(name: Option<&String>, index: usize, values: &[&str], taken: &mut BTreeSet<String>) -> ColumnField {
    if values.is_empty() {
        return ColumnField::Skip;
    }
    let plain = name.and_then(|name| own_name(name)).unwrap_or_else(|| format!("column_{}", index + 1));
    // There are no more names taken than columns before this one.
    let numbered = (2..=taken.len() + 2).map(|number| format!("{plain}_{number}"));
    let name = std::iter::once(plain.clone()).chain(numbered).find(|name| !taken.contains(name)).unwrap_or(plain);
    taken.insert(name.clone());
    ColumnField::Own(name)
}

fn key(field: &ColumnField) -> String {
    format!("{field:?}")
}

fn values(rows: &[Row], index: usize) -> Vec<&str> {
    rows.iter().filter_map(|row| row.cells.get(index)).map(String::as_str).filter(|cell| !cell.is_empty()).take(SAMPLE).collect()
}

/// The first row that names columns; rows above it are titles. Where the first row holds an address there is none.
fn take_header(rows: &mut Vec<Row>) -> Vec<String> {
    let is_data = |row: &Row| row.cells.iter().any(|cell| cell.contains('@'));
    let above = rows.iter().take(ROWS_ABOVE_HEADER).take_while(|row| !is_data(row)).count();
    let known = rows.iter().take(above).position(|row| names_an_address(&row.cells));
    let found = known.or_else(|| {
        // Of several rows above the first address, the one that names columns we know, or the last.
        let names = |row: &Row| row.cells.iter().filter(|cell| words::field(cell).is_some()).count();
        let most = rows.iter().take(above).enumerate().max_by_key(|(index, row)| (names(row), *index)).map(|(index, _)| index);
        // Without an address anywhere, a first row is a header only if it says so.
        most.filter(|index| above < rows.len().min(ROWS_ABOVE_HEADER) || rows.get(*index).is_some_and(|row| names(row) > 0))
    });
    match found {
        Some(index) => rows.drain(..=index).next_back().map(|row| row.cells).unwrap_or_default(),
        None => Vec::new(),
    }
}

#[cfg(test)]
mod tests;
