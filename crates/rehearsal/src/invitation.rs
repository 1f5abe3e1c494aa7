//! What a practice guest sees of the message that reached them.

use jiff::Timestamp;
use mail_parser::{MessageParser, MimeHeaders as _, PartType};

/// An invitation as a calendar program reads it from the message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Invitation {
    pub(crate) method: String,
    pub(crate) uid: String,
    /// Address of ORGANIZER, without `mailto:`.
    pub(crate) organizer: String,
    /// Address of the one ATTENDEE.
    pub(crate) attendee: String,
    pub(crate) summary: String,
    pub(crate) sequence: u32,
    /// DTSTART and DTEND with their parameters, and RECURRENCE-ID where there is one.
    pub(crate) times: Vec<String>,
    pub(crate) message_id: String,
    /// Address and subject of the Yes, Maybe and No links, in this order, where the mail has them.
    pub(crate) links: Vec<(String, String)>,
}

/// Reads it; none where the message carries no calendar part.
pub(crate) fn read(raw: &[u8]) -> Option<Invitation> {
    let message = MessageParser::default().parse(raw)?;
    let calendar = message
        .parts
        .iter()
        .find(|part| part.content_type().is_some_and(|kind| kind.ctype() == "text" && kind.subtype() == Some("calendar")))?;
    let text = match &calendar.body {
        PartType::Text(text) | PartType::Html(text) => text.to_string(),
        PartType::Binary(bytes) | PartType::InlineBinary(bytes) => String::from_utf8_lossy(bytes).into_owned(),
        _ => return None,
    };
    let lines = unfold(&text);
    let start = lines.iter().position(|line| line == "BEGIN:VEVENT")?;
    let event = lines.get(start..)?;
    let find = |name: &str| event.iter().find(|line| line.strip_prefix(name).is_some_and(|rest| rest.starts_with([':', ';'])));
    let value = |name: &str| find(name).and_then(|line| line.rsplit_once(':')).map(|(_, value)| value.to_owned());
    Some(Invitation {
        method: lines.iter().find_map(|line| line.strip_prefix("METHOD:"))?.to_owned(),
        uid: find("UID")?.strip_prefix("UID:")?.to_owned(),
        organizer: value("ORGANIZER")?,
        attendee: value("ATTENDEE")?,
        summary: find("SUMMARY").and_then(|line| line.split_once(':')).map(|(_, value)| value.to_owned()).unwrap_or_default(),
        sequence: value("SEQUENCE").and_then(|number| number.parse().ok()).unwrap_or(0),
        times: ["DTSTART", "DTEND", "RECURRENCE-ID"].into_iter().filter_map(|name| find(name).cloned()).collect(),
        message_id: message.message_id().unwrap_or_default().to_owned(),
        links: message.body_text(0).map(|text| links(&text)).unwrap_or_default(),
    })
}

/// `mailto:` links with a subject, in the order in which they stand.
fn links(text: &str) -> Vec<(String, String)> {
    text.split("mailto:")
        .skip(1)
        .filter_map(|rest| {
            let link = rest.split([' ', '\n', '\r', '>', ')', '"']).next()?;
            let (address, query) = link.split_once('?')?;
            let subject = query.split('&').find_map(|part| part.strip_prefix("subject="))?;
            Some((percent_decoded(address), percent_decoded(subject)))
        })
        .collect()
}

fn percent_decoded(text: &str) -> String {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((&first, after)) = rest.split_first() {
        let code = (first == b'%')
            .then(|| after.get(..2))
            .flatten()
            .and_then(|digits| u8::from_str_radix(std::str::from_utf8(digits).ok()?, 16).ok());
        bytes.push(code.unwrap_or(first));
        rest = if code.is_some() { after.get(2..).unwrap_or_default() } else { after };
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

fn unfold(text: &str) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    for line in text.lines() {
        match (line.strip_prefix([' ', '\t']), lines.last_mut()) {
            (Some(rest), Some(last)) => last.push_str(rest),
            _ => lines.push(line.to_owned()),
        }
    }
    lines
}

/// When a message says it was sent; the beginning of time where it does not.
pub(crate) fn sent_at(raw: &[u8]) -> Timestamp {
    let date = MessageParser::default().parse_headers(raw).and_then(|message| message.date().map(mail_parser::DateTime::to_timestamp));
    date.and_then(|seconds| Timestamp::from_second(seconds).ok()).unwrap_or(Timestamp::UNIX_EPOCH)
}
