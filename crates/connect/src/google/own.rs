//! Properties of an event that Google has a place for: its colour, and whose copy it is.

use calendar::Event;
use calendar::colour::{COLOUR, colour_of};
use calendar::copies::{source_line, source_of};

/// Google's numbers for the colours of events, by the names (CSS) that come nearest.
const COLOURS: [(&str, &str); 11] = [
    ("1", "indigo"),
    ("2", "mediumseagreen"),
    ("3", "blueviolet"),
    ("4", "hotpink"),
    ("5", "gold"),
    ("6", "orange"),
    ("7", "teal"),
    ("8", "gray"),
    ("9", "blue"),
    ("10", "green"),
    ("11", "red"),
];

/// Google's number for the colour of an event; none where it has none that Google knows.
pub(super) fn colour_id(event: &Event) -> Option<&'static str> {
    let own = colour_of(event)?;
    COLOURS.iter().find(|(_, name)| name.eq_ignore_ascii_case(own)).map(|(id, _)| *id)
}

/// The lines of an event with this colour that is the copy of that one.
pub(super) fn lines(colour_id: Option<&str>, source: Option<&str>) -> Vec<String> {
    let colour = colour_id.and_then(|own| COLOURS.iter().find(|(id, _)| *id == own)).map(|(_, name)| format!("{COLOUR}:{name}"));
    colour.into_iter().chain(source.filter(|uid| !uid.is_empty()).map(source_line)).collect()
}

/// The lines of an event that Google tells again. An occurrence has what its series has.
pub(super) fn held(event: &Event, longest: usize) -> Vec<String> {
    if event.recurrence_id.is_some() {
        return Vec::new();
    }
    lines(colour_id(event), source_of(event).filter(|uid| uid.chars().count() <= longest))
}
