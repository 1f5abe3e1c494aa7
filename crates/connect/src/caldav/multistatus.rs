//! What a server says of many things at once (RFC 4918 §13).

use super::xml::{self, Element, Namespace};

/// A `multistatus`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Multistatus {
    pub(super) responses: Vec<Response>,
    /// RFC 6578 §6.2.
    pub(super) sync_token: Option<String>,
}

/// What is said of one thing.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Response {
    /// As it is written.
    pub(super) href: String,
    /// Of the thing itself, where nothing is said of its properties.
    pub(super) status: Option<u16>,
    /// The properties it has.
    pub(super) found: Vec<Element>,
    /// The statuses of those that it has not, or would not take, with their names.
    pub(super) missed: Vec<(u16, String)>,
}

impl Response {
    /// A property that it has.
    pub(super) fn property(&self, namespace: Namespace, name: &str) -> Option<&Element> {
        self.found.iter().find(|property| property.is(namespace, name))
    }

    /// The text of a property that it has.
    pub(super) fn text(&self, namespace: Namespace, name: &str) -> Option<&str> {
        self.property(namespace, name).map(|property| property.text.trim())
    }

    /// The address in a property that it has.
    pub(super) fn address(&self, namespace: Namespace, name: &str) -> Option<&str> {
        self.property(namespace, name)?.text_of(Namespace::Dav, "href").filter(|href| !href.is_empty())
    }

    /// Its version, as `If-Match` wants it: compared strongly, which a weak one never would be.
    pub(super) fn etag(&self) -> Option<String> {
        self.text(Namespace::Dav, "getetag").map(strong).filter(|etag| !etag.is_empty())
    }
}

/// A version without the mark that it is a weak one.
pub(super) fn strong(etag: &str) -> String {
    let etag = etag.trim();
    etag.strip_prefix("W/").unwrap_or(etag).to_owned()
}

/// Reads a `multistatus` of anyone's.
///
/// # Errors
/// Why it is none.
pub(super) fn read_multistatus(bytes: &[u8]) -> Result<Multistatus, String> {
    let mut multistatus = Multistatus::default();
    let root = xml::read(bytes, |element| {
        if element.is(Namespace::Dav, "response") {
            take_response(element, &mut multistatus.responses);
        } else if element.is(Namespace::Dav, "sync-token") {
            multistatus.sync_token = Some(element.text.trim().to_owned());
        }
    })?;
    if root.is(Namespace::Dav, "multistatus") {
        Ok(multistatus)
    } else {
        Err(format!("it is a “{}” and no list", shortened(&root.name)))
    }
}

/// What a server names as the reason of a refusal (RFC 4918 §16): names of conditions, and words.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Reason {
    conditions: Vec<String>,
    pub(super) words: String,
}

impl Reason {
    /// Reads an `error`; empty where the body is none.
    pub(super) fn read(bytes: &[u8]) -> Self {
        let mut reason = Self::default();
        let root = xml::read(bytes, |element| {
            if element.name == "responsedescription" {
                reason.words = element.text.split_whitespace().collect::<Vec<_>>().join(" ").chars().take(200).collect();
            } else {
                reason.conditions.push(element.name);
            }
        });
        if root.is_ok_and(|root| root.is(Namespace::Dav, "error")) { reason } else { Self::default() }
    }

    pub(super) fn is(&self, condition: &str) -> bool {
        self.conditions.iter().any(|named| named == condition)
    }

    /// The first condition in words.
    pub(super) fn condition(&self) -> Option<String> {
        self.conditions.first().map(|condition| shortened(condition).replace('-', " "))
    }
}

/// A response may name several things that share a status.
fn take_response(element: Element, responses: &mut Vec<Response>) {
    let mut response = Response::default();
    let mut others = Vec::new();
    for child in element.children {
        if child.is(Namespace::Dav, "href") {
            let href = child.text.trim().to_owned();
            if response.href.is_empty() { response.href = href } else { others.push(href) }
        } else if child.is(Namespace::Dav, "status") {
            response.status = code(&child.text);
        } else if child.is(Namespace::Dav, "propstat") {
            take_properties(child, &mut response);
        }
    }
    let status = response.status;
    responses.push(response);
    responses.extend(others.into_iter().map(|href| Response { href, status, ..Response::default() }));
}

fn take_properties(propstat: Element, response: &mut Response) {
    // A server that does not say how it is with a property has it.
    let status = propstat.text_of(Namespace::Dav, "status").and_then(code).unwrap_or(200);
    for properties in propstat.children.into_iter().filter(|child| child.is(Namespace::Dav, "prop")) {
        if (200..300).contains(&status) {
            response.found.extend(properties.children);
        } else {
            response.missed.extend(properties.children.into_iter().map(|property| (status, property.name)));
        }
    }
}

/// The number in `HTTP/1.1 404 Not Found`.
fn code(status: &str) -> Option<u16> {
    status.split_whitespace().find_map(|word| word.parse().ok().filter(|code| (100..600).contains(code)))
}

fn shortened(text: &str) -> String {
    text.chars().take(60).collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const LISTING: &str = r#"<?xml version="1.0"?><m:multistatus xmlns:m="DAV:" xmlns="urn:ietf:params:xml:ns:caldav">
        <m:response><m:href> /a&amp;b/1.ics </m:href><m:propstat><m:prop><m:getetag>W/"1"</m:getetag>
            <calendar-data><![CDATA[BEGIN:VCALENDAR]]>&#13;&lt;</calendar-data></m:prop><m:status>HTTP/1.1 200 OK</m:status></m:propstat>
            <m:propstat><m:prop><m:displayname/></m:prop><m:status>HTTP/1.1 404 Not Found</m:status></m:propstat></m:response>
        <m:response><m:href>/gone.ics</m:href><m:href>/gone-too.ics</m:href><m:status>HTTP/1.1 404 Not Found</m:status></m:response>
        <m:sync-token>urn:7</m:sync-token></m:multistatus>"#;

    #[test]
    fn a_listing_is_read_whatever_its_namespaces_are_called() {
        let read = read_multistatus(LISTING.as_bytes()).unwrap();
        assert_eq!(read.sync_token.as_deref(), Some("urn:7"), "the token");
        let first = &read.responses[0];
        assert_eq!((first.href.as_str(), first.etag().as_deref()), ("/a&b/1.ics", Some("\"1\"")), "name and version, which is never weak");
        assert_eq!(first.text(Namespace::CalDav, "calendar-data"), Some("BEGIN:VCALENDAR\r<"), "text in all the ways XML has");
        assert_eq!(first.missed, [(404, "displayname".to_owned())], "what it has not is told apart");
        let gone: Vec<_> = read.responses[1..].iter().map(|response| (response.href.as_str(), response.status)).collect();
        assert_eq!(gone, [("/gone.ics", Some(404)), ("/gone-too.ics", Some(404))], "two that share a status");
    }

    #[test]
    fn hostile_documents_are_refused() {
        let bomb = r#"<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;">]><multistatus xmlns="DAV:"><sync-token>&b;</sync-token></multistatus>"#;
        let outside = r#"<!DOCTYPE x SYSTEM "file:///etc/passwd"><multistatus xmlns="DAV:"/>"#;
        let unknown = r#"<multistatus xmlns="DAV:"><sync-token>&b;</sync-token></multistatus>"#;
        let deep = "<a>".repeat(100_000);
        let cut = LISTING.get(..LISTING.len() - 20).unwrap();
        let alien = "<multistatus><response/></multistatus>";
        let two = r#"<multistatus xmlns="DAV:"/><multistatus xmlns="DAV:"/>"#;
        for (name, document) in [
            ("bomb", bomb),
            ("outside", outside),
            ("unknown", unknown),
            ("deep", &deep),
            ("cut", cut),
            ("alien", alien),
            ("two", two),
            ("none", ""),
        ] {
            assert!(read_multistatus(document.as_bytes()).is_err(), "{name} is not used");
        }
    }

    #[test]
    fn the_reason_of_a_refusal_is_read() {
        let body = r#"<e:error xmlns:e="DAV:" xmlns:c="urn:ietf:params:xml:ns:caldav"><c:no-uid-conflict/>
            <e:responsedescription>UID already in use.</e:responsedescription></e:error>"#;
        let reason = Reason::read(body.as_bytes());
        assert!(reason.is("no-uid-conflict") && reason.words == "UID already in use.", "{reason:?}");
        assert_eq!(Reason::read(b"<html><body>no</body></html>"), Reason::default(), "a web page gives no reason");
    }

    proptest! {
        #[test]
        fn bytes_of_anyone_never_panic(bytes in proptest::collection::vec(any::<u8>(), 0..400)) {
            let _ = read_multistatus(&bytes);
            let _ = Reason::read(&bytes);
        }

        #[test]
        fn a_listing_with_anything_in_it_never_panics(at in 0..LISTING.len(), until in 0..LISTING.len(), inside in "\\PC{0,40}|[<>&;/\"'= x!\\[\\]-]{0,40}") {
            let bytes = LISTING.as_bytes();
            let mixed = [&bytes[..at], inside.as_bytes(), &bytes[until..]].concat();
            let _ = read_multistatus(&mixed);
        }
    }
}
