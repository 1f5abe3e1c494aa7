//! Pasted lists of addresses: `Name <address>`, one or many to a line.

use super::{Address, AddressProblem};

/// One entry of a pasted list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ListedAddress {
    /// The name beside the address; may be empty.
    pub name: String,
    /// The address.
    pub address: Address,
    /// The line it stands in, from 1.
    pub line: usize,
}

/// An entry that could not be read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ListProblem {
    /// The line it stands in, from 1.
    pub line: usize,
    /// The entry as written.
    pub text: String,
    /// What is wrong with it.
    pub reason: AddressProblem,
}

/// Reads a pasted list. Entries are separated by line ends, semicolons or commas outside quotes.
pub fn parse_list(text: &str) -> Vec<Result<ListedAddress, ListProblem>> {
    text.lines()
        .enumerate()
        .flat_map(|(index, line)| entries(line).into_iter().map(move |entry| (index + 1, entry)))
        .map(|(line, entry)| read_entry(&entry, line))
        .collect()
}

fn read_entry(entry: &str, line: usize) -> Result<ListedAddress, ListProblem> {
    let (name, address) = name_and_address(entry);
    match Address::parse(address) {
        Ok(address) => Ok(ListedAddress { name, address, line }),
        Err(reason) => Err(ListProblem { line, text: entry.to_owned(), reason }),
    }
}

fn entries(line: &str) -> Vec<String> {
    let mut found = Vec::new();
    let mut current = String::new();
    let mut quoted = false;
    for character in line.chars() {
        match character {
            '"' => {
                quoted = !quoted;
                current.push(character);
            }
            ';' | '\t' if !quoted => flush(&mut current, &mut found, character == '\t'),
            // A comma inside a name, `Doe, Jane <jane@…>`, does not end an entry that has no address yet.
            ',' if !quoted && current.contains('@') => flush(&mut current, &mut found, false),
            _ => current.push(character),
        }
    }
    flush(&mut current, &mut found, false);
    found
}

/// A cell without an address is the name of the next one where tabs separate.
fn flush(current: &mut String, found: &mut Vec<String>, by_tab: bool) {
    if by_tab && !current.contains('@') {
        current.push(' ');
        return;
    }
    let entry = std::mem::take(current);
    let entry = entry.trim();
    if !entry.is_empty() {
        found.push(entry.to_owned());
    }
}

fn name_and_address(entry: &str) -> (String, &str) {
    if let Some((name, rest)) = entry.rsplit_once('<') {
        return (clean_name(name), rest.split('>').next().unwrap_or(rest));
    }
    match entry.split_whitespace().rfind(|word| word.contains('@')) {
        Some(word) if entry.split_whitespace().count() > 1 => {
            let name = entry.split_whitespace().filter(|other| *other != word).collect::<Vec<_>>().join(" ");
            (clean_name(&name), word.trim_matches(|character| matches!(character, '(' | ')' | '[' | ']')))
        }
        _ => (String::new(), entry),
    }
}

fn clean_name(name: &str) -> String {
    name.trim().trim_matches(['"', '\'', '(', ')', ',', ':', '-']).replace("\\\"", "\"").trim().to_owned()
}
