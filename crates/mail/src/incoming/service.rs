//! What Amazon SES reports by mail through SNS: one JSON document, with or without the mail's own words around it.

use serde::Deserialize;
use serde_json::Value;

use super::{Bounce, BounceKind, Complaint, DELIVERY_TAG, diagnosis, notice, tokens};

/// A report of the service.
pub(super) enum Report {
    Bounces(Vec<Bounce>),
    Complaint(Complaint),
}

/// Reads the JSON in a text.
pub(super) fn read(text: &str) -> Option<Report> {
    report(&document(text)?)
}

/// The tag that we gave the message: SES repeats it in events, and our own Message-ID where a notification has the headers.
pub(super) fn tag(text: &str) -> Option<String> {
    let document = document(text)?;
    let mail = document.get("mail")?;
    let tagged = mail.get("tags").and_then(|tags| tags.get(DELIVERY_TAG)).and_then(|values| values.get(0)).and_then(Value::as_str);
    let headers = mail.get("headers").and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
    let is_name = |header: &&Value| text_of(header, "name").is_some_and(|name| name.eq_ignore_ascii_case("Message-ID"));
    let named = headers.iter().filter(is_name).filter_map(|header| text_of(header, "value"));
    let common = mail.get("commonHeaders").and_then(|common| text_of(common, "messageId"));
    tagged.and_then(tokens::as_tag).or_else(|| named.chain(common).find_map(|id| tokens::tag_of_message_id(&id)))
}

fn document(text: &str) -> Option<Value> {
    let start = text.find('{')?;
    let head = text.get(start..)?;
    if !(head.contains("notificationType") || head.contains("eventType") || head.contains("\"Message\"")) {
        return None;
    }
    let value = first_document(head).or_else(|| first_document(&rejoined(head)))?;
    // SNS wraps the document in one of its own unless raw delivery is on.
    match value.get("Message").and_then(Value::as_str) {
        Some(inner) => first_document(inner),
        None => Some(value),
    }
}

fn first_document(text: &str) -> Option<Value> {
    Value::deserialize(&mut serde_json::Deserializer::from_str(text)).ok()
}

/// SNS breaks long lines inside strings: a line end, and sometimes a blank, that is not part of the document.
fn rejoined(text: &str) -> String {
    text.lines().map(|line| line.trim_end_matches('\r')).collect()
}

fn report(value: &Value) -> Option<Report> {
    let kind = value.get("notificationType").or_else(|| value.get("eventType"))?.as_str()?;
    let message_id = original_message_id(value);
    match kind {
        "Bounce" => {
            let bounce = value.get("bounce")?;
            let is_permanent = bounce.get("bounceType").and_then(Value::as_str) == Some("Permanent");
            let kind = if is_permanent { BounceKind::Hard } else { BounceKind::Soft };
            some(recipients(bounce, "bouncedRecipients", message_id.as_deref(), kind))
        }
        "DeliveryDelay" => some(recipients(value.get("deliveryDelay")?, "delayedRecipients", message_id.as_deref(), BounceKind::Delayed)),
        "Delivery" => some(delivered(value.get("delivery")?, message_id.as_deref())),
        "Complaint" => {
            let complaint = value.get("complaint")?;
            let recipient =
                complaint.get("complainedRecipients").and_then(|list| list.get(0)).and_then(|first| text_of(first, "emailAddress"));
            Some(Report::Complaint(Complaint {
                recipient: recipient.unwrap_or_default(),
                feedback: text_of(complaint, "complaintFeedbackType").unwrap_or_default(),
                original_message_id: message_id,
            }))
        }
        _ => None,
    }
}

/// A report that names nobody says nothing.
fn some(bounces: Vec<Bounce>) -> Option<Report> {
    (!bounces.is_empty()).then_some(Report::Bounces(bounces))
}

fn recipients(report: &Value, list: &str, message_id: Option<&str>, kind: BounceKind) -> Vec<Bounce> {
    let entries = report.get(list).and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
    entries
        .iter()
        .take(100)
        .map(|entry| {
            let diagnostic = text_of(entry, "diagnosticCode").unwrap_or_default();
            let status = text_of(entry, "status").and_then(|status| diagnosis::status_in(&status));
            let status = status.unwrap_or_else(|| diagnosis::status_of(&diagnostic));
            // A permanent bounce of SES can still be a policy or a full box; the status knows.
            let kind =
                if kind == BounceKind::Hard && !status.is_empty() { diagnosis::kind_of("failed", &status, &diagnostic) } else { kind };
            let mut bounce = notice::bounce(&text_of(entry, "emailAddress").unwrap_or_default(), status, kind, diagnostic);
            bounce.original_message_id = message_id.map(str::to_owned);
            bounce
        })
        .collect()
}

fn delivered(report: &Value, message_id: Option<&str>) -> Vec<Bounce> {
    let entries = report.get("recipients").and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
    let words = text_of(report, "smtpResponse").unwrap_or_default();
    entries
        .iter()
        .filter_map(Value::as_str)
        .take(100)
        .map(|address| {
            let mut bounce = notice::bounce(address, "2.0.0".to_owned(), BounceKind::Relayed, words.clone());
            bounce.original_message_id = message_id.map(str::to_owned);
            bounce
        })
        .collect()
}

/// The Message-ID that SES put on the message, as the service names it.
fn original_message_id(value: &Value) -> Option<String> {
    value.get("mail").and_then(|mail| text_of(mail, "messageId"))
}

fn text_of(value: &Value, name: &str) -> Option<String> {
    value.get(name).and_then(Value::as_str).map(str::to_owned)
}
