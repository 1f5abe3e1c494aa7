//! Spreadsheets: XLSX, XLSB, XLS and ODS.

use std::io::Cursor;
use std::panic::{AssertUnwindSafe, catch_unwind};

use calamine::{Data, Range, Reader as _, open_workbook_auto_from_rs};

use super::{Row, Table};

/// Reads the sheet that holds the most addresses.
pub(super) fn read(bytes: &[u8]) -> Result<Table, String> {
    // The readers of foreign formats may panic on a broken file; that is a broken file, not a broken app.
    catch_unwind(AssertUnwindSafe(|| read_workbook(bytes))).unwrap_or_else(|_| Err(broken("the reader gave up")))
}

fn read_workbook(bytes: &[u8]) -> Result<Table, String> {
    let mut workbook = open_workbook_auto_from_rs(Cursor::new(bytes)).map_err(|error| broken(&error.to_string()))?;
    let mut best: Option<(usize, Range<Data>)> = None;
    for name in workbook.sheet_names() {
        let range = workbook.worksheet_range(&name).map_err(|error| broken(&error.to_string()))?;
        let addresses = range.used_cells().filter(|(_, _, cell)| matches!(cell, Data::String(text) if text.contains('@'))).count();
        if best.as_ref().is_none_or(|(most, _)| addresses > *most) {
            best = Some((addresses, range));
        }
    }
    let (_, range) = best.ok_or("it has no sheet")?;
    Ok(table(&range))
}

fn table(range: &Range<Data>) -> Table {
    let first = range.start().map_or(0, |(row, _)| row);
    let rows = (first + 1..)
        .zip(range.rows())
        .map(|(line, cells)| Row { line, cells: cells.iter().map(text).collect() })
        .filter(|row| row.cells.iter().any(|cell| !cell.is_empty()))
        .collect();
    Table { rows, ..Table::default() }
}

fn text(cell: &Data) -> String {
    match cell {
        Data::Empty | Data::Error(_) => String::new(),
        Data::String(text) | Data::DateTimeIso(text) | Data::DurationIso(text) => text.trim().to_owned(),
        Data::Int(number) => number.to_string(),
        // Whole numbers print without a fraction: a seat 12 is not 12.0.
        Data::Float(number) => number.to_string(),
        Data::Bool(value) => if *value { "yes" } else { "no" }.to_owned(),
        Data::DateTime(moment) if moment.is_datetime() => {
            let (year, month, day, hour, minute, second, _) = moment.to_ymd_hms_milli();
            match (hour, minute, second) {
                (0, 0, 0) => format!("{year:04}-{month:02}-{day:02}"),
                (_, _, 0) => format!("{year:04}-{month:02}-{day:02} {hour:02}:{minute:02}"),
                _ => format!("{year:04}-{month:02}-{day:02} {hour:02}:{minute:02}:{second:02}"),
            }
        }
        Data::DateTime(duration) => duration.as_f64().to_string(),
    }
}

fn broken(reason: &str) -> String {
    format!("the spreadsheet is damaged or locked by a password ({reason}). Save it again, or export it as CSV")
}
