//! XML in and out. What comes in was written by others: no document type, no entity of its own, and an end to every depth.

use quick_xml::events::{BytesRef, BytesStart, Event};
use quick_xml::name::{Namespace as Bound, ResolveResult};
use quick_xml::reader::NsReader;

/// The names that CalDAV is spoken in; a server may call them what it likes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Namespace {
    /// `WebDAV` (RFC 4918).
    Dav,
    /// CalDAV (RFC 4791).
    CalDav,
    /// Apple's calendar server, whose `getctag` everyone has.
    CalendarServer,
    /// Apple's calendar, whose `calendar-color` everyone has.
    Apple,
    /// Anyone's.
    Other,
}

/// How requests begin to name things.
pub(super) const NAMES: &str =
    r#"xmlns:d="DAV:" xmlns:c="urn:ietf:params:xml:ns:caldav" xmlns:s="http://calendarserver.org/ns/" xmlns:a="http://apple.com/ns/ical/""#;

impl Namespace {
    fn of(resolved: &ResolveResult<'_>) -> Self {
        match resolved {
            ResolveResult::Bound(Bound("DAV:")) => Self::Dav,
            ResolveResult::Bound(Bound("urn:ietf:params:xml:ns:caldav")) => Self::CalDav,
            ResolveResult::Bound(Bound("http://calendarserver.org/ns/")) => Self::CalendarServer,
            ResolveResult::Bound(Bound("http://apple.com/ns/ical/")) => Self::Apple,
            _ => Self::Other,
        }
    }
}

/// An element with all that is in it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Element {
    pub(super) namespace: Namespace,
    pub(super) name: String,
    /// The attribute `name`, which CalDAV says components with.
    pub(super) called: String,
    /// Its own text, without that of its children.
    pub(super) text: String,
    pub(super) children: Vec<Element>,
}

impl Element {
    pub(super) fn is(&self, namespace: Namespace, name: &str) -> bool {
        self.namespace == namespace && self.name == name
    }

    /// The first child of a name.
    pub(super) fn child(&self, namespace: Namespace, name: &str) -> Option<&Self> {
        self.children.iter().find(|child| child.is(namespace, name))
    }

    /// Every child of a name.
    pub(super) fn all<'e>(&'e self, namespace: Namespace, name: &'e str) -> impl Iterator<Item = &'e Self> {
        self.children.iter().filter(move |child| child.is(namespace, name))
    }

    /// The text of the first child of a name, without blanks around it.
    pub(super) fn text_of(&self, namespace: Namespace, name: &str) -> Option<&str> {
        self.child(namespace, name).map(|child| child.text.trim())
    }

    fn begin(namespace: Namespace, start: &BytesStart<'_>) -> Self {
        let called = start.try_get_attribute("name").ok().flatten().map(|attribute| attribute.value.into_owned());
        Self {
            namespace,
            name: start.local_name().as_ref().to_owned(),
            called: called.unwrap_or_default(),
            text: String::new(),
            children: Vec::new(),
        }
    }
}

/// No answer of a server is nested deeper.
const DEEPEST: usize = 32;

/// Reads a document and hands over each child of its root as soon as it is whole, so that a long listing is never held twice. Gives the root, bare.
///
/// # Errors
/// Why it cannot be read: it is no XML, it is cut off, it brings a document type, or it is nested too deeply.
pub(super) fn read(bytes: &[u8], mut take: impl FnMut(Element)) -> Result<Element, String> {
    let text = String::from_utf8_lossy(bytes);
    let mut reader = NsReader::from_str(text.trim_start_matches('\u{feff}'));
    reader.config_mut().expand_empty_elements = true;
    let mut open: Vec<Element> = Vec::new();
    let mut root = None;
    loop {
        let (resolved, event) = reader.read_resolved_event().map_err(|error| format!("it is no XML: {error}"))?;
        match event {
            Event::Start(start) if open.len() < DEEPEST && root.is_none() => open.push(Element::begin(Namespace::of(&resolved), &start)),
            Event::Start(_) => return Err("it is nested too deeply, or has more than one root".to_owned()),
            Event::End(_) => {
                let Some(element) = open.pop() else { return Err("it ends more than it began".to_owned()) };
                match open.as_mut_slice() {
                    [] => root = Some(element),
                    [_] => take(element),
                    [.., parent] => parent.children.push(element),
                }
            }
            Event::Text(piece) => add(&mut open, &piece.into_inner()),
            Event::CData(piece) => add(&mut open, &piece.into_inner()),
            Event::GeneralRef(reference) => match meant_by(&reference) {
                Some(character) => add(&mut open, character.encode_utf8(&mut [0; 4])),
                None => return Err("it uses an entity that XML does not have".to_owned()),
            },
            Event::DocType(_) => return Err("it brings a document type, which no calendar server does".to_owned()),
            Event::Eof => return root.ok_or_else(|| "it is empty or cut off".to_owned()),
            Event::Empty(_) | Event::Comment(_) | Event::Decl(_) | Event::PI(_) => {}
        }
    }
}

fn add(open: &mut [Element], text: &str) {
    if let Some(element) = open.last_mut() {
        element.text.push_str(text);
    }
}

fn meant_by(reference: &BytesRef<'_>) -> Option<char> {
    if reference.is_char_ref() {
        return reference.resolve_char_ref().ok().flatten();
    }
    match &*reference.borrow().into_inner() {
        "lt" => Some('<'),
        "gt" => Some('>'),
        "amp" => Some('&'),
        "apos" => Some('\''),
        "quot" => Some('"'),
        _ => None,
    }
}

/// Text as it may stand in a document: escaped, and without what XML cannot hold.
pub(super) fn escaped(text: &str) -> String {
    let held: String = text.chars().filter(|character| !character.is_control() || matches!(character, '\n' | '\t' | '\r')).collect();
    quick_xml::escape::escape(held).into_owned()
}
