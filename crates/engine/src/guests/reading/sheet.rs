//! Spreadsheets: XLSX, XLSB, XLS and ODS.

use std::fmt::Display;
use std::io::Cursor;
use std::panic::{AssertUnwindSafe, catch_unwind};

use calamine::{Cell, Data, DataRef, Range, Reader as _, Sheets, open_workbook_auto_from_rs};

use super::{Row, Table};

/// What stands further to the right was not meant: one forgotten cell there would make every row as wide.
const MOST_COLUMNS: u32 = 500;

/// Row, column and text of a cell, counted from 0.
type Place = (u32, u32, String);

/// Reads the sheet that holds the most addresses.
pub(super) fn read(bytes: &[u8]) -> Result<Table, String> {
    // The readers of foreign formats may panic on a broken file; that is a broken file, not a broken app.
    catch_unwind(AssertUnwindSafe(|| read_workbook(bytes))).unwrap_or_else(|_| Err(broken(&"the reader gave up")))
}

fn read_workbook(bytes: &[u8]) -> Result<Table, String> {
    let mut workbook = open_workbook_auto_from_rs(Cursor::new(bytes)).map_err(|error| broken(&error))?;
    let mut best: Option<(usize, Vec<Place>)> = None;
    for name in workbook.sheet_names() {
        let places = read_sheet(&mut workbook, &name)?;
        let addresses = places.iter().filter(|(_, _, text)| text.contains('@')).count();
        if best.as_ref().is_none_or(|(most, _)| addresses > *most) {
            best = Some((addresses, places));
        }
    }
    best.map(|(_, places)| table(places)).ok_or_else(|| "it has no sheet".to_owned())
}

/// The cells that have something in them. A [`Range`] has room for every cell between the first and the last, which of two cells in opposite
/// corners is more than any memory: where a reader gives cell by cell, none is made.
fn read_sheet(workbook: &mut Sheets<Cursor<&[u8]>>, name: &str) -> Result<Vec<Place>, String> {
    match workbook {
        Sheets::Xlsx(workbook) => {
            let mut cells = workbook.worksheet_cells_reader(name).map_err(|error| broken(&error))?;
            places(|| cells.next_cell())
        }
        Sheets::Xlsb(workbook) => {
            let mut cells = workbook.worksheet_cells_reader(name).map_err(|error| broken(&error))?;
            places(|| cells.next_cell())
        }
        Sheets::Xls(_) | Sheets::Ods(_) => {
            workbook.worksheet_range(name).map(|range| places_of_range(&range)).map_err(|error| broken(&error))
        }
    }
}

fn places<'w, E: Display>(mut next: impl FnMut() -> Result<Option<Cell<DataRef<'w>>>, E>) -> Result<Vec<Place>, String> {
    let mut places = Vec::new();
    while let Some(cell) = next().map_err(|error| broken(&error))? {
        let (row, column) = cell.get_position();
        places.push((row, column, text(&Data::from(cell.get_value().clone()))));
    }
    places.retain(|(_, _, text)| !text.is_empty());
    // Some programs write cells out of order.
    places.sort_by_key(|(row, column, _)| (*row, *column));
    Ok(places)
}

fn places_of_range(range: &Range<Data>) -> Vec<Place> {
    let (first_row, first_column) = range.start().unwrap_or_default();
    let offset = |first: u32, index: usize| first.saturating_add(u32::try_from(index).unwrap_or(u32::MAX));
    let places = range.used_cells().map(|(row, column, cell)| (offset(first_row, row), offset(first_column, column), text(cell)));
    places.filter(|(_, _, text)| !text.is_empty()).collect()
}

/// The rows of cells that are in order. A row ends with its last cell.
fn table(places: Vec<Place>) -> Table {
    let first = places.iter().map(|(_, column, _)| *column).min().unwrap_or_default();
    let mut table = Table::default();
    for (row, column, text) in places {
        let (line, index) = (row.saturating_add(1), column - first);
        if index >= MOST_COLUMNS {
            table.problems.push((line, format!("“{text}” stands {index} columns to the right of the list and is left out")));
            continue;
        }
        if table.rows.last().is_none_or(|last| last.line != line) {
            table.rows.push(Row { line, cells: Vec::new() });
        }
        let Some(last) = table.rows.last_mut() else { continue };
        last.cells.resize(index as usize, String::new());
        last.cells.push(text);
    }
    table
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

fn broken(reason: &dyn Display) -> String {
    format!("the spreadsheet is damaged or locked by a password ({reason}). Save it again, or export it as CSV")
}
