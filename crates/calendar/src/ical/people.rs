//! ATTENDEE, ORGANIZER, ATTACH and video links.

use super::property::Property;
use super::writer::Writer;
use crate::event::{Attachment, Attendee, Participation, Role};

/// Reads an ATTENDEE or ORGANIZER.
pub(super) fn read_attendee(property: &Property<'_>) -> Attendee {
    let written = visible(property.plain());
    let mut address = written.as_str();
    while let Some((scheme, rest)) = address.split_at_checked(7)
        && scheme.eq_ignore_ascii_case("mailto:")
    {
        address = rest.trim_start();
    }
    // Some servers name their own principal and put the address beside it.
    let beside = property.parameter("EMAIL").filter(|email| email.contains('@') && !address.contains('@'));
    let is = |name: &str, values: &[&str]| {
        property.parameter(name).is_some_and(|value| values.iter().any(|known| known.eq_ignore_ascii_case(value)))
    };
    let role = if is("CUTYPE", &["RESOURCE", "ROOM"]) {
        Role::Resource
    } else if is("ROLE", &["OPT-PARTICIPANT", "NON-PARTICIPANT"]) {
        Role::Optional
    } else {
        Role::Required
    };
    Attendee {
        address: beside.map_or_else(|| address.to_owned(), visible),
        name: visible_lines(property.parameter("CN").unwrap_or_default()),
        role,
        participation: property.parameter("PARTSTAT").map_or(Participation::NeedsAction, participation),
    }
}

fn participation(value: &str) -> Participation {
    match value.to_ascii_uppercase().as_str() {
        "ACCEPTED" => Participation::Accepted,
        "DECLINED" => Participation::Declined,
        "TENTATIVE" => Participation::Tentative,
        "DELEGATED" => Participation::Delegated,
        _ => Participation::NeedsAction,
    }
}

/// A text of one line as the writer can give it back.
pub(super) fn visible(text: &str) -> String {
    let seen: String = text.chars().filter(|character| !character.is_control()).collect();
    seen.trim().to_owned()
}

/// The same of a parameter, whose lines the writer can give back too (RFC 6868).
fn visible_lines(text: &str) -> String {
    let seen: String = text.chars().filter(|character| *character == '\n' || !character.is_control()).collect();
    seen.trim().to_owned()
}

/// Reads an ATTACH; inline data becomes a `data:` address.
pub(super) fn read_attachment(property: &Property<'_>) -> Attachment {
    let media_type = visible_lines(property.parameter("FMTTYPE").unwrap_or_default());
    let inline = property.parameter("ENCODING").is_some_and(|encoding| encoding.eq_ignore_ascii_case("BASE64"))
        || property.parameter("VALUE").is_some_and(|value| value.eq_ignore_ascii_case("BINARY"));
    let uri = if inline {
        let data: String = property.value.chars().filter(|character| !character.is_whitespace() && !character.is_control()).collect();
        format!("data:{media_type};base64,{data}")
    } else {
        visible(property.value)
    };
    let name = ["FILENAME", "X-FILENAME", "X-APPLE-FILENAME", "X-ORACLE-FILENAME"].iter().find_map(|name| property.parameter(name));
    Attachment { uri, media_type, name: visible_lines(name.unwrap_or_default()) }
}

/// The address of a video call, where the property holds one.
pub(super) fn video_link(property: &Property<'_>) -> Option<String> {
    let link = property.plain();
    let is_web =
        ["https://", "http://"].iter().any(|scheme| link.get(..scheme.len()).is_some_and(|start| start.eq_ignore_ascii_case(scheme)));
    let is_call = match property.name.as_ref() {
        "CONFERENCE" => property.parameter("FEATURE").is_none_or(|feature| feature.to_ascii_uppercase().contains("VIDEO")),
        "X-GOOGLE-CONFERENCE" | "X-MICROSOFT-SKYPETEAMSMEETINGURL" | "X-MICROSOFT-ONLINEMEETINGCONFLINK" => true,
        _ => false,
    };
    (is_web && is_call).then(|| visible(link))
}

impl Writer {
    /// Writes an ATTENDEE or ORGANIZER with its name, role and answer.
    pub fn attendee(&mut self, name: &str, attendee: &Attendee) {
        let mut parameters = Vec::new();
        if !attendee.name.is_empty() {
            parameters.push(("CN", attendee.name.as_str()));
        }
        if name == "ATTENDEE" {
            match attendee.role {
                Role::Required => parameters.push(("ROLE", "REQ-PARTICIPANT")),
                Role::Optional => parameters.push(("ROLE", "OPT-PARTICIPANT")),
                Role::Resource => parameters.extend([("CUTYPE", "RESOURCE"), ("ROLE", "NON-PARTICIPANT")]),
            }
        } else if attendee.role != Role::Required {
            // An organizer has no role of their own; what a source says is kept.
            parameters.push(if attendee.role == Role::Resource { ("CUTYPE", "RESOURCE") } else { ("ROLE", "OPT-PARTICIPANT") });
        }
        if name == "ATTENDEE" || attendee.participation != Participation::NeedsAction {
            parameters.push(("PARTSTAT", participation_name(attendee.participation)));
        }
        let scheme = if attendee.address.contains('@') && !attendee.address.contains(':') { "mailto:" } else { "" };
        self.property(name, &parameters, &format!("{scheme}{}", attendee.address));
    }

    /// Writes an ATTACH.
    pub(super) fn attachment(&mut self, attachment: &Attachment) {
        let mut parameters = Vec::new();
        if !attachment.media_type.is_empty() {
            parameters.push(("FMTTYPE", attachment.media_type.as_str()));
        }
        if !attachment.name.is_empty() {
            parameters.push(("FILENAME", attachment.name.as_str()));
        }
        let inline = attachment.uri.strip_prefix("data:").and_then(|rest| rest.split_once(";base64,"));
        match inline {
            Some((media_type, data)) if media_type == attachment.media_type => {
                parameters.extend([("ENCODING", "BASE64"), ("VALUE", "BINARY")]);
                self.property("ATTACH", &parameters, data);
            }
            _ => self.property("ATTACH", &parameters, &attachment.uri),
        }
    }
}

/// The PARTSTAT that stands for an answer (RFC 5545 §3.2.12).
fn participation_name(participation: Participation) -> &'static str {
    match participation {
        Participation::NeedsAction => "NEEDS-ACTION",
        Participation::Accepted => "ACCEPTED",
        Participation::Declined => "DECLINED",
        Participation::Tentative => "TENTATIVE",
        Participation::Delegated => "DELEGATED",
    }
}
