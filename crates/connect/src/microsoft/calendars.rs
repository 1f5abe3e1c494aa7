//! The calendars of an account.

use calendar::remote::{Access, RemoteCalendar, RemoteFailure};
use serde_json::{Value, json};

use super::graph::{Call, Graph};
use super::outcome::Trouble;
use super::read::text;

/// The colours that a calendar can have there (`calendarColor`), about as Outlook paints them. The service tells no table.
const COLOURS: [(&str, [u8; 3]); 9] = [
    ("lightBlue", [0xa6, 0xd1, 0xf5]),
    ("lightTeal", [0x4a, 0xda, 0xcc]),
    ("lightGreen", [0x87, 0xd2, 0x8e]),
    ("lightGray", [0xc0, 0xc0, 0xc0]),
    ("lightRed", [0xf8, 0x8c, 0x9b]),
    ("lightPink", [0xf0, 0x8c, 0xc0]),
    ("lightBrown", [0xcb, 0xa2, 0x87]),
    ("lightOrange", [0xfc, 0xab, 0x73]),
    ("lightYellow", [0xf4, 0xd0, 0x7a]),
];

/// Every calendar that the account sees.
pub(super) async fn list(graph: &Graph) -> Result<Vec<RemoteCalendar>, RemoteFailure> {
    let found = graph.all(Call::get(graph.address(&["me", "calendars"], &[("$top", "100")]))).await.map_err(Trouble::of_account)?;
    Ok(found.iter().map(read).collect())
}

/// Makes one.
pub(super) async fn create(graph: &Graph, name: &str, colour: &str) -> Result<RemoteCalendar, RemoteFailure> {
    let body = body(name, Some(colour));
    let reply = graph.ask(&Call::post(graph.address(&["me", "calendars"], &[]), body)).await.map_err(|trouble| taken(trouble, name))?;
    Ok(read(&reply.json))
}

/// Renames one.
pub(super) async fn change(graph: &Graph, id: &str, name: &str, colour: Option<&str>) -> Result<(), RemoteFailure> {
    let call = Call::patch(graph.address(&["me", "calendars", id], &[]), body(name, colour));
    match graph.ask(&call).await {
        Ok(_) => Ok(()),
        Err(trouble @ Trouble::Changed) => Err(taken(trouble, name)),
        Err(trouble) => Err(trouble.of_calendar()),
    }
}

/// A conflict about a calendar is one about its name (409 `ErrorFolderExists`).
fn taken(trouble: Trouble, name: &str) -> RemoteFailure {
    match trouble {
        Trouble::Changed => RemoteFailure::Refused {
            reason: format!("There is a calendar “{name}” in this Microsoft account already. Choose another name."),
        },
        other => other.of_account(),
    }
}

fn body(name: &str, colour: Option<&str>) -> Value {
    match colour.and_then(nearest) {
        Some(colour) => json!({ "name": name, "color": colour }),
        None => json!({ "name": name }),
    }
}

fn read(json: &Value) -> RemoteCalendar {
    let is = |name: &str| json.get(name).and_then(Value::as_bool).unwrap_or(false);
    // Only its owner may share a calendar.
    let access = match (is("canEdit"), is("canShare") || is("isDefaultCalendar")) {
        (false, _) => Access::Reader,
        (true, true) => Access::Owner,
        (true, false) => Access::Writer,
    };
    RemoteCalendar {
        id: text(json, "/id").to_owned(),
        name: text(json, "/name").to_owned(),
        zone: String::new(),
        colour: colour(json),
        access,
        primary: is("isDefaultCalendar"),
    }
}

fn colour(json: &Value) -> String {
    let exact = text(json, "/hexColor");
    if parsed(exact).is_some() {
        return exact.to_ascii_lowercase();
    }
    let named = COLOURS.iter().find(|(name, _)| *name == text(json, "/color"));
    named.map(|(_, [red, green, blue])| format!("#{red:02x}{green:02x}{blue:02x}")).unwrap_or_default()
}

fn nearest(colour: &str) -> Option<&'static str> {
    let wanted = parsed(colour)?;
    let far = |known: &[u8; 3]| known.iter().zip(wanted).map(|(known, wanted)| i32::from(known.abs_diff(wanted)).pow(2)).sum::<i32>();
    COLOURS.iter().min_by_key(|(_, known)| far(known)).map(|(name, _)| *name)
}

fn parsed(colour: &str) -> Option<[u8; 3]> {
    let number = colour.strip_prefix('#').filter(|digits| digits.len() == 6).and_then(|digits| u32::from_str_radix(digits, 16).ok())?;
    let [_, red, green, blue] = number.to_be_bytes();
    Some([red, green, blue])
}
