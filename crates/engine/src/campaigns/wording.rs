//! The words of a campaign that has none of its own.

use anyhow::Result;
use store::campaign::{Campaign, Kind};
use store::{Reader, template};

/// Subject and body with fields.
pub(crate) fn of(r: &Reader<'_>, campaign: &Campaign) -> Result<(String, String)> {
    let own = match campaign.template_version {
        Some(version) => template::version(r, version)?,
        None => None,
    };
    let (subject, body) = own.map(|own| (own.subject, own.body)).unwrap_or_default();
    let (default_subject, default_body) = default(campaign.kind);
    let or = |own: String, default: &str| if own.trim().is_empty() { default.to_owned() } else { own };
    Ok((or(subject, default_subject), or(body, default_body)))
}

/// Subject and body where the organizer wrote none.
pub(crate) fn default(kind: Kind) -> (&'static str, &'static str) {
    match kind {
        Kind::Invitation | Kind::Single => ("Invitation: {{ event.summary }}", "You are invited. Please say whether you will come."),
        Kind::Update => ("Updated: {{ event.summary }}", "The details of this event have changed. These hold now."),
        Kind::Reminder => ("Reminder: {{ event.summary }}", "You have not answered yet. Please say whether you will come."),
        Kind::Cancellation => ("Cancelled: {{ event.summary }}", "This event does not take place."),
        Kind::Message => ("", ""),
    }
}

/// How an event repeats, in words; empty for a single event.
pub(crate) fn repeats(event: &calendar::Event) -> String {
    let words = mail::EventWords::new(event, "en").when;
    match &event.recurrence.rule {
        Some(_) => words.split_once(", every ").map_or_else(|| "Repeats".to_owned(), |(_, repeats)| format!("Every {repeats}")),
        None => String::new(),
    }
}
