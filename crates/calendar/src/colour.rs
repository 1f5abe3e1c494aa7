//! The colour that an event has of its own, beside that of its calendar (RFC 7986 §5.9), and the ten plain words for colours.

use crate::Event;

/// The property for the colour of an event: a name of CSS.
pub const COLOUR: &str = "COLOR";

/// Plain words, each with the name that calendars know it by: those names are also the ones that Google has a number for.
pub const WORDS: [(&str, &str); 10] = [
    ("indigo", "indigo"),
    ("blue", "blue"),
    ("teal", "teal"),
    ("green", "green"),
    ("amber", "gold"),
    ("orange", "orange"),
    ("red", "red"),
    ("pink", "hotpink"),
    ("violet", "blueviolet"),
    ("grey", "gray"),
];

/// Names of CSS that stand for nothing in [`WORDS`] themselves, by the word that comes nearest.
const NEAR: [(&str, &str); 10] = [
    ("indigo", "slateblue darkslateblue mediumslateblue midnightblue"),
    (
        "blue",
        "navy darkblue mediumblue royalblue cornflowerblue dodgerblue deepskyblue skyblue lightskyblue lightblue steelblue \
         lightsteelblue powderblue aliceblue ghostwhite",
    ),
    (
        "teal",
        "aqua cyan darkcyan lightcyan turquoise darkturquoise mediumturquoise paleturquoise cadetblue lightseagreen aquamarine \
         mediumaquamarine azure",
    ),
    (
        "green",
        "darkgreen forestgreen seagreen mediumseagreen darkseagreen limegreen lime lawngreen chartreuse greenyellow lightgreen palegreen \
         springgreen mediumspringgreen olive olivedrab darkolivegreen yellowgreen honeydew mintcream",
    ),
    (
        "amber",
        "goldenrod darkgoldenrod palegoldenrod lightgoldenrodyellow yellow lightyellow khaki darkkhaki lemonchiffon cornsilk ivory beige \
         moccasin papayawhip wheat",
    ),
    (
        "orange",
        "darkorange orangered coral tomato peru chocolate sienna saddlebrown brown sandybrown burlywood tan rosybrown bisque \
         blanchedalmond navajowhite peachpuff linen antiquewhite oldlace seashell floralwhite",
    ),
    ("red", "crimson darkred firebrick maroon indianred lightcoral salmon darksalmon lightsalmon"),
    ("pink", "pink deeppink lightpink palevioletred mediumvioletred fuchsia magenta mistyrose lavenderblush"),
    ("violet", "violet darkviolet darkorchid mediumorchid orchid plum purple darkmagenta mediumpurple rebeccapurple thistle lavender"),
    (
        "grey",
        "grey darkgray darkgrey dimgray dimgrey lightgray lightgrey slategray slategrey darkslategray darkslategrey lightslategray \
         lightslategrey silver gainsboro whitesmoke white snow black",
    ),
];

/// The name of the colour that an event has of its own.
#[must_use]
pub fn colour_of(event: &Event) -> Option<&str> {
    event.own_properties.iter().find_map(|line| line.strip_prefix(COLOUR)?.strip_prefix(':')).filter(|name| !name.is_empty())
}

/// Gives an event a colour of its own, where its old one stood or in front; an empty name takes it away.
pub fn set_colour(event: &mut Event, name: &str) {
    if colour_of(event).unwrap_or_default() == name {
        return;
    }
    let place = event.own_properties.iter().position(|line| is_colour(line)).unwrap_or(0);
    event.own_properties.retain(|line| !is_colour(line));
    if !name.is_empty() {
        event.own_properties.insert(place, format!("{COLOUR}:{name}"));
    }
}

/// Whether a line of an event is about its colour.
pub(crate) fn is_colour(line: &str) -> bool {
    line.strip_prefix(COLOUR).is_some_and(|rest| rest.starts_with([':', ';']))
}

/// The name that calendars know a plain word by.
#[must_use]
pub fn name_of(word: &str) -> Option<&'static str> {
    WORDS.iter().find(|(plain, _)| *plain == word).map(|(_, name)| *name)
}

/// The plain word that comes nearest to a name; none for what is no colour.
#[must_use]
pub fn word_for(name: &str) -> Option<&'static str> {
    let exact = WORDS.iter().find(|(_, known)| known.eq_ignore_ascii_case(name));
    let near = || NEAR.iter().find(|(_, names)| names.split(' ').any(|known| known.eq_ignore_ascii_case(name)));
    exact.or_else(near).map(|(word, _)| *word)
}

/// A colour as a person reads of it: by its plain word where it is just that, else by its name.
pub(crate) fn spoken(name: &str) -> &str {
    WORDS.iter().find(|(_, known)| known.eq_ignore_ascii_case(name)).map_or(name, |(word, _)| *word)
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;
    use crate::EventTime;

    fn event(lines: &[&str]) -> Event {
        let at = EventTime::Date(date(2027, 3, 14));
        Event { own_properties: lines.iter().map(|line| (*line).to_owned()).collect(), ..Event::new("e".to_owned(), at, at) }
    }

    #[test]
    fn a_colour_is_given_changed_and_taken_away_and_the_other_lines_stay() {
        let mut event = event(&["COLOR:red", "X-OWN:1"]);
        assert_eq!(colour_of(&event), Some("red"), "as it was read");
        set_colour(&mut event, "teal");
        assert_eq!((colour_of(&event), event.own_properties.len()), (Some("teal"), 2), "one colour, and what else there is");
        set_colour(&mut event, "");
        assert_eq!(event.own_properties, ["X-OWN:1"], "its calendar's again");
    }

    #[test]
    fn every_word_comes_back_from_its_name_and_every_name_stands_once() {
        for (word, name) in WORDS {
            assert_eq!(name_of(word).and_then(word_for), Some(word), "{word} by way of {name}");
        }
        let mut names: Vec<&str> = NEAR.iter().flat_map(|(_, names)| names.split(' ')).chain(WORDS.iter().map(|(_, name)| *name)).collect();
        // RFC 7986 §5.9 takes the names of CSS3, of which there are 147; one came later.
        assert_eq!(names.len(), 148, "none is forgotten");
        names.sort_unstable();
        names.dedup();
        assert_eq!(names.len(), 148, "none stands twice");
    }

    #[test]
    fn a_name_in_any_case_is_known_and_what_is_none_is_not() {
        assert_eq!(word_for("Crimson"), Some("red"), "names of CSS have no case");
        assert_eq!((word_for("#ff0000"), word_for("sunny"), word_for("")), (None, None, None), "RFC 7986 has names alone");
    }
}
