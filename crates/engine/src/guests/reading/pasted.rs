//! Text of unknown form: a table with a delimiter, cells from a spreadsheet, or addresses as a mail program lists them.

use mail::address::parse_list;

use super::delimited::{self, Fit};
use super::{Row, Table};
use crate::guests::columns;
use crate::guests::view::ColumnField;

/// Reads text.
pub(super) fn read(text: &str) -> Table {
    if let Some((delimiter, rest)) = declared_delimiter(text) {
        // The declaration is a line of the file too.
        let mut table = delimited::read(rest, delimiter);
        table.rows.iter_mut().for_each(|row| row.line += 1);
        return table;
    }
    let fit = delimited::sniff(text);
    if is_table(text, fit) { delimited::read(text, fit.delimiter) } else { list(text) }
}

/// `sep=;`, by which spreadsheets tell each other.
fn declared_delimiter(text: &str) -> Option<(char, &str)> {
    let (first, rest) = text.split_once('\n')?;
    let declared = first.trim().trim_matches('"').strip_prefix("sep=")?;
    let mut characters = declared.chars();
    match (characters.next(), characters.next()) {
        (Some(delimiter), None) => Some((delimiter, rest)),
        (None, _) => Some(('\t', rest)),
        _ => None,
    }
}

/// Most rows hold one address in a cell of its own, or the first row names columns.
fn is_table(text: &str, fit: Fit) -> bool {
    if fit.columns > 1 && fit.addressed > 0.5 {
        return true;
    }
    let first = text.lines().find(|line| !line.trim().is_empty()).unwrap_or_default();
    let header = delimited::read(first, fit.delimiter).rows.pop().map(|row| row.cells).unwrap_or_default();
    columns::names_an_address(&header)
}

fn list(text: &str) -> Table {
    let rows = parse_list(text)
        .into_iter()
        .map(|entry| match entry {
            Ok(entry) => Row { line: line(entry.line), cells: vec![entry.address.shown, entry.name] },
            Err(problem) => Row { line: line(problem.line), cells: vec![problem.text, String::new()] },
        })
        .collect();
    Table { rows, fields: Some(vec![ColumnField::Email, ColumnField::Name]), ..Table::default() }
}

fn line(number: usize) -> u32 {
    u32::try_from(number).unwrap_or(u32::MAX)
}
