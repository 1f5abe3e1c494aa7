//! Tables with a delimiter (RFC 4180 and what is written in its name): `,` `;` tab or `|`, found by trying.
//!
//! A reader of our own, for two reasons: the line of each row must be right after blank lines and line breaks inside quotes, and a quote
//! that is never closed must cost its line, not the rest of the file.

use mail::address::Address;

use super::{Row, Table};

/// Rows that are looked at to find the delimiter.
const SAMPLE_LINES: usize = 200;
const DELIMITERS: [char; 4] = [',', ';', '\t', '|'];

/// How well a delimiter fits.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Fit {
    pub(super) delimiter: char,
    /// Cells in most rows.
    pub(super) columns: usize,
    /// Share of rows with that many.
    regularity: f64,
    /// Share of rows with exactly one cell that is an address and nothing else.
    pub(super) addressed: f64,
}

/// The delimiter that fits best.
pub(super) fn sniff(text: &str) -> Fit {
    let sample = first_lines(text);
    let fits = DELIMITERS.map(|delimiter| fit(sample, delimiter));
    fits.into_iter().reduce(|best, next| if score(next) > score(best) + 1e-9 { next } else { best }).unwrap_or(Fit {
        delimiter: ',',
        columns: 1,
        regularity: 1.0,
        addressed: 0.0,
    })
}

/// Reads a whole text with one delimiter. The header is not looked for here.
pub(super) fn read(text: &str, delimiter: char) -> Table {
    let mut table = Table::default();
    let mut rest = text;
    let mut line = 1;
    while !rest.is_empty() {
        let record = record(rest, delimiter, true).unwrap_or_else(|| {
            // The quote is taken as a letter, and reading goes on with the next line.
            table.problems.push((line, "a quote is opened and never closed; the line was read as it stands".to_owned()));
            record(rest, delimiter, false).unwrap_or_default()
        });
        if !is_blank(&record.cells) {
            table.rows.push(Row { line, cells: record.cells });
        }
        line += record.lines;
        rest = rest.get(record.bytes.max(1)..).unwrap_or_default();
    }
    table
}

#[derive(Default)]
struct Record {
    cells: Vec<String>,
    /// Bytes that it takes, with its line end.
    bytes: usize,
    /// Line ends in it.
    lines: u32,
}

/// The first record of a text; none where a quote stays open.
fn record(text: &str, delimiter: char, quotes: bool) -> Option<Record> {
    let mut record = Record::default();
    let mut cell = String::new();
    let mut quoted = false;
    // Only a quote that begins a cell quotes it.
    let mut fresh = true;
    let mut characters = text.char_indices().peekable();
    while let Some((at, character)) = characters.next() {
        record.bytes = at + character.len_utf8();
        match character {
            '"' if quoted => {
                if characters.next_if(|(_, next)| *next == '"').is_some() {
                    cell.push('"');
                } else {
                    quoted = false;
                }
            }
            '\n' if quoted => {
                record.lines += 1;
                cell.push('\n');
            }
            _ if quoted => cell.push(character),
            '\n' => {
                record.lines += 1;
                record.cells.push(trimmed(&cell));
                return Some(record);
            }
            '"' if quotes && fresh => quoted = true,
            _ if character == delimiter => {
                record.cells.push(trimmed(&cell));
                cell.clear();
            }
            _ => cell.push(character),
        }
        fresh = character == delimiter && !quoted || (fresh && character == ' ' && !quoted);
        // A whole file inside one quote is a quote forgotten, not a cell.
        if quoted && record.lines > 1000 {
            return None;
        }
    }
    if quoted {
        return None;
    }
    record.bytes = text.len();
    record.lines += 1;
    record.cells.push(trimmed(&cell));
    Some(record)
}

fn fit(sample: &str, delimiter: char) -> Fit {
    let rows = read(sample, delimiter).rows;
    let mut counts = std::collections::BTreeMap::<usize, usize>::new();
    for row in &rows {
        *counts.entry(row.cells.len()).or_default() += 1;
    }
    let (columns, most) = counts.into_iter().max_by_key(|(columns, rows)| (*rows, *columns)).unwrap_or((1, 0));
    let addressed = rows.iter().filter(|row| row.cells.iter().filter(|cell| Address::parse(cell).is_ok()).count() == 1).count();
    Fit { delimiter, columns, regularity: share(most, rows.len()), addressed: share(addressed, rows.len()) }
}

fn score(fit: Fit) -> f64 {
    let columns = if fit.columns > 1 { 1.0 } else { 0.0 };
    fit.addressed * 2.0 + columns * fit.regularity
}

fn share(part: usize, whole: usize) -> f64 {
    let number = |count: usize| f64::from(u32::try_from(count).unwrap_or(u32::MAX));
    if whole == 0 { 0.0 } else { number(part) / number(whole) }
}

fn first_lines(text: &str) -> &str {
    match text.match_indices('\n').nth(SAMPLE_LINES) {
        Some((end, _)) => text.get(..=end).unwrap_or(text),
        None => text,
    }
}

fn trimmed(cell: &str) -> String {
    cell.trim_matches(|character: char| character.is_whitespace() || matches!(character, '\u{feff}' | '\u{200b}')).to_owned()
}

fn is_blank(cells: &[String]) -> bool {
    cells.iter().all(String::is_empty)
}
