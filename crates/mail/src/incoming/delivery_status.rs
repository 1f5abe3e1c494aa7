//! Delivery status notifications (RFC 3464): the part `message/delivery-status`, wherever its text stands.

use super::diagnosis;
use super::{Bounce, BounceKind};

/// The fields of one recipient.
#[derive(Default)]
struct Group {
    fields: Vec<(String, String)>,
}

impl Group {
    fn get(&self, name: &str) -> Option<&str> {
        self.fields.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str())
    }

    fn has_recipient(&self) -> bool {
        ["final-recipient", "original-recipient", "x-actual-recipient"].iter().any(|name| self.get(name).is_some())
    }
}

/// Every recipient that the report names, in its order.
pub(super) fn read(text: &str) -> Vec<Bounce> {
    groups(text).iter().filter(|group| group.has_recipient()).map(bounce).collect()
}

/// Whether a text has a report in it although its type does not say so.
pub(super) fn is_report(text: &str) -> bool {
    let has = |name: &str| text.lines().any(|line| line.get(..name.len()).is_some_and(|start| start.eq_ignore_ascii_case(name)));
    (has("Final-Recipient:") || has("Original-Recipient:")) && (has("Action:") || has("Status:"))
}

fn groups(text: &str) -> Vec<Group> {
    let mut groups: Vec<Group> = vec![Group::default()];
    for line in text.lines().map(|line| line.trim_end_matches('\r')) {
        let Some(group) = groups.last_mut() else { break };
        if line.trim().is_empty() {
            if !group.fields.is_empty() {
                groups.push(Group::default());
            }
            continue;
        }
        if line.starts_with([' ', '\t']) {
            if let Some((_, value)) = group.fields.last_mut() {
                value.push(' ');
                value.push_str(line.trim());
            }
            continue;
        }
        let Some((name, value)) = line.split_once(':') else { continue };
        let name = name.trim().to_ascii_lowercase();
        if name.contains(' ') {
            continue;
        }
        // Some reports forget the blank line between recipients.
        let repeats = name == "final-recipient" && group.get(&name).is_some();
        if repeats {
            groups.push(Group::default());
        }
        if let Some(group) = groups.last_mut() {
            group.fields.push((name, value.trim().to_owned()));
        }
    }
    join_halves(groups)
}

/// A recipient whose fields a blank line tore apart: the half without a recipient belongs to the one before.
fn join_halves(groups: Vec<Group>) -> Vec<Group> {
    let mut joined: Vec<Group> = Vec::new();
    for group in groups {
        let is_half = !group.has_recipient()
            && (group.get("action").is_some() || group.get("status").is_some() || group.get("diagnostic-code").is_some());
        match joined.last_mut() {
            Some(last) if is_half && last.has_recipient() && last.get("status").is_none() => last.fields.extend(group.fields),
            _ => joined.push(group),
        }
    }
    joined
}

fn bounce(group: &Group) -> Bounce {
    let named = |name: &str| group.get(name).map(address).filter(|address| !address.is_empty());
    let recipient = named("final-recipient")
        .filter(|address| address.contains('@'))
        .or_else(|| named("original-recipient"))
        .or_else(|| named("final-recipient"))
        .or_else(|| named("x-actual-recipient"));
    let diagnostic = group.get("diagnostic-code").map(|value| without_type(value).to_owned()).unwrap_or_default();
    let action = group.get("action").unwrap_or_default();
    let stated = group.get("status").and_then(diagnosis::status_in);
    let words = format!("{diagnostic} {}", group.get("status").unwrap_or_default());
    let status = stated.unwrap_or_else(|| diagnosis::status_of(&words));
    let kind = if action.is_empty() && status.is_empty() { BounceKind::Soft } else { diagnosis::kind_of(action, &status, &diagnostic) };
    Bounce {
        recipient: recipient.unwrap_or_default(),
        status,
        kind,
        diagnostic,
        original_message_id: None,
        original_to: None,
        original_invited: Vec::new(),
        original_method: None,
    }
}

/// `rfc822; <jane@example.com>` is `jane@example.com`.
fn address(value: &str) -> String {
    let value = without_type(value);
    let inner = match (value.find('<'), value.rfind('>')) {
        (Some(open), Some(close)) if open < close => value.get(open + 1..close).unwrap_or(value),
        _ => value,
    };
    let word = inner.split_whitespace().find(|word| word.contains('@')).unwrap_or(inner);
    word.trim_matches(|character: char| character.is_whitespace() || matches!(character, '<' | '>' | '"' | ',' | ';' | '(' | ')'))
        .to_owned()
}

fn without_type(value: &str) -> &str {
    match value.split_once(';') {
        Some((kind, rest)) if kind.trim().chars().all(|character| character.is_ascii_alphanumeric() || matches!(character, '-' | '/')) => {
            rest.trim()
        }
        _ => value.trim(),
    }
}
