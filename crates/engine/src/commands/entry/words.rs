//! What changed, as a mail says it.

use calendar::Event;
use calendar::diff::{FieldChange, diff};

/// What differs, in one line; texts that may be long are only named.
pub(super) fn changes(before: &Event, after: &Event) -> String {
    let changes: Vec<String> = diff(before, after).iter().map(one).collect();
    changes.join("; ")
}

fn one(change: &FieldChange) -> String {
    let FieldChange { name, old, new, .. } = change;
    let name = match name.as_str() {
        "summary" => "title",
        "recurrence" => "repeats",
        "video_link" => "video call",
        "url" => "link",
        other => other,
    };
    match (name, old.as_str(), new.as_str()) {
        ("description" | "attachments", ..) => format!("{name} changed"),
        (_, "", new) => format!("{name}: {new}"),
        (_, old, "") => format!("{name}: no longer {old}"),
        (_, old, new) => format!("{name}: {old} → {new}"),
    }
}
