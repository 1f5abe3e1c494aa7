//! The calendars of a user: which there are, and making and changing one.

use calendar::ical::{Property, vtimezones};
use calendar::remote::{Access, RemoteCalendar, RemoteFailure};
use calendar::{Event, EventTime, Zone};
use jiff::civil::date;
use reqwest::Url;

use super::discovery::{Place, is_calendar};
use super::multistatus::{Multistatus, Response};
use super::outcome::{listed, refused};
use super::server::{Depth, Server, path_of};
use super::xml::{Element, NAMES, Namespace, escaped};
use crate::web::{host_of, later};

const WANTED: &str = "<d:resourcetype/><d:displayname/><a:calendar-color/><c:calendar-timezone/><c:supported-calendar-component-set/>\
    <d:current-user-privilege-set/>";
/// Names that a new calendar's address may have beside the plain one.
const MOST_NAMES: u32 = 20;

/// Every calendar of a user that holds events.
pub(super) async fn calendars(server: &Server, place: &Place) -> Result<Vec<RemoteCalendar>, RemoteFailure> {
    let mut calendars: Vec<RemoteCalendar> = Vec::new();
    let (folders, depth) = match place {
        Place::Homes(homes) => (homes.as_slice(), Depth::Children),
        Place::Calendar(calendar) => (std::slice::from_ref(calendar), Depth::Itself),
    };
    for folder in folders {
        let answer = server.properties(folder.clone(), depth, WANTED).await?;
        let found = from_listing(&answer.url, &listed(&answer)?);
        calendars.extend(found.into_iter().filter(|calendar| calendars.iter().all(|known| known.id != calendar.id)).collect::<Vec<_>>());
    }
    Ok(calendars)
}

fn from_listing(base: &Url, listing: &Multistatus) -> Vec<RemoteCalendar> {
    let holding = listing.responses.iter().filter(|response| is_calendar(response) && holds_events(response));
    holding.filter_map(|response| calendar(base, response)).collect()
}

/// RFC 4791 §5.2.3: a server that does not say what a calendar holds lets it hold all.
fn holds_events(response: &Response) -> bool {
    response.property(Namespace::CalDav, "supported-calendar-component-set").is_none_or(|set| {
        let mut components = set.all(Namespace::CalDav, "comp").peekable();
        components.peek().is_none() || components.any(|component| component.called.eq_ignore_ascii_case("VEVENT"))
    })
}

fn calendar(base: &Url, response: &Response) -> Option<RemoteCalendar> {
    let mut url = base.join(&response.href).ok()?;
    url.set_path(&path_of(base, &response.href)?);
    let name = response.text(Namespace::Dav, "displayname").filter(|name| !name.is_empty());
    let last = || url.path_segments().and_then(|segments| segments.rev().find(|segment| !segment.is_empty())).unwrap_or_default();
    Some(RemoteCalendar {
        name: name.unwrap_or_else(last).to_owned(),
        zone: response.text(Namespace::CalDav, "calendar-timezone").and_then(zone).map_or(String::new(), |zone| zone.as_str().to_owned()),
        colour: response.text(Namespace::Apple, "calendar-color").and_then(colour).unwrap_or_default(),
        access: response.property(Namespace::Dav, "current-user-privilege-set").map_or(Access::Owner, access),
        primary: false,
        id: url.into(),
    })
}

/// `#rrggbb` of a colour that may have a fourth pair of digits for how much shines through.
fn colour(text: &str) -> Option<String> {
    let digits = text.strip_prefix('#')?;
    let is_one = matches!(digits.len(), 6 | 8) && digits.bytes().all(|byte| byte.is_ascii_hexdigit());
    digits.get(..6).filter(|_| is_one).map(|digits| format!("#{}", digits.to_ascii_lowercase()))
}

/// The zone that a VTIMEZONE is named after.
fn zone(text: &str) -> Option<Zone> {
    let mut names = text.lines().filter_map(Property::parse).filter(|property| property.name == "TZID");
    names.find_map(|property| Zone::parse(property.plain()))
}

/// RFC 3744 §3, §5.4: `write` holds the right to properties too.
fn access(set: &Element) -> Access {
    let has = |name: &str| set.all(Namespace::Dav, "privilege").any(|privilege| privilege.child(Namespace::Dav, name).is_some());
    if has("all") || has("write") || (has("write-properties") && has("write-content")) {
        Access::Owner
    } else if has("write-content") || has("bind") {
        Access::Writer
    } else {
        Access::Reader
    }
}

/// Makes a calendar (RFC 4791 §5.3.1; where that is not spoken, RFC 5689).
pub(super) async fn create(server: &Server, place: &Place, name: &str, zone: &str, colour: &str) -> Result<RemoteCalendar, RemoteFailure> {
    let Place::Homes(homes) = place else {
        return Err(RemoteFailure::Refused {
            reason: "The address is that of one calendar, beside which no other can be made.".to_owned(),
        });
    };
    let home = homes.first().ok_or_else(|| later("The server names no place for calendars."))?;
    let properties = properties(name, zone, colour);
    for number in 1..=MOST_NAMES {
        let url = home.join(&format!("{}/", address_for(name, number))).map_err(|error| later(format!("{error}.")))?;
        if is_there(server, &url).await? {
            continue;
        }
        let body = format!("<c:mkcalendar {NAMES}><d:set><d:prop>{properties}</d:prop></d:set></c:mkcalendar>");
        let mut answer = server.ask("MKCALENDAR", url.clone(), Depth::Itself, body).await?;
        if matches!(answer.status.as_u16(), 403 | 405 | 501) {
            let kind = "<d:resourcetype><d:collection/><c:calendar/></d:resourcetype>";
            let body = format!("<d:mkcol {NAMES}><d:set><d:prop>{kind}{properties}</d:prop></d:set></d:mkcol>");
            answer = server.ask("MKCOL", url.clone(), Depth::Itself, body).await?;
        }
        if !answer.status.is_success() {
            return Err(refused(&answer));
        }
        let made = server.listed(url.clone(), Depth::Itself, WANTED).await?;
        let made = from_listing(&url, &made).into_iter().next();
        let mut made = made.ok_or_else(|| later(format!("{} made something that is no calendar.", host_of(&url))))?;
        if made.name != name {
            change(server, &url, name, None).await?;
            name.clone_into(&mut made.name);
        }
        return Ok(made);
    }
    Err(RemoteFailure::Refused { reason: format!("There are many calendars named “{name}” already. Choose another name.") })
}

async fn is_there(server: &Server, url: &Url) -> Result<bool, RemoteFailure> {
    let answer = server.properties(url.clone(), Depth::Itself, "<d:resourcetype/>").await?;
    match answer.status.as_u16() {
        404 | 410 => Ok(false),
        // Something is there that may not be seen.
        403 => Ok(true),
        _ => listed(&answer).map(|_| true),
    }
}

/// The last part of a calendar's address: letters and digits of its name.
fn address_for(name: &str, number: u32) -> String {
    let plain: String =
        name.chars().map(|character| if character.is_ascii_alphanumeric() { character.to_ascii_lowercase() } else { '-' }).collect();
    let words: Vec<&str> = plain.split('-').filter(|word| !word.is_empty()).collect();
    let slug: String = if words.is_empty() { "calendar".to_owned() } else { words.join("-").chars().take(60).collect() };
    if number == 1 { slug } else { format!("{slug}-{number}") }
}

fn properties(name: &str, zone: &str, colour: &str) -> String {
    let kind = r#"<c:supported-calendar-component-set><c:comp name="VEVENT"/></c:supported-calendar-component-set>"#;
    let mut properties = vec![format!("<d:displayname>{}</d:displayname>{kind}", escaped(name)), colour_property(colour)];
    if let Some(zone) = Zone::parse(zone).filter(|zone| !zone.is_utc()) {
        // An event that repeats for ever, so that the rules of the zone are told for years to come.
        let start = EventTime::Zoned(date(2020, 1, 1).at(0, 0, 0, 0), zone);
        let mut example = Event::new(String::new(), start, start);
        example.recurrence.rule = Some("FREQ=YEARLY".to_owned());
        let rules =
            format!("BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//Rollcall//Rollcall//EN\r\n{}END:VCALENDAR\r\n", vtimezones([&example]));
        properties.push(format!("<c:calendar-timezone>{}</c:calendar-timezone>", escaped(&rules)));
    }
    properties.concat()
}

fn colour_property(text: &str) -> String {
    colour(text).map_or(String::new(), |colour| format!("<a:calendar-color>{}FF</a:calendar-color>", colour.to_ascii_uppercase()))
}

/// Gives a calendar another name and colour (RFC 4918 §9.2). A server that knows no colours gets the name alone.
pub(super) async fn change(server: &Server, url: &Url, name: &str, colour: Option<&str>) -> Result<(), RemoteFailure> {
    let named = format!("<d:displayname>{}</d:displayname>", escaped(name));
    let coloured = colour.map(colour_property).unwrap_or_default();
    let mut not_taken = None;
    for properties in [format!("{named}{coloured}"), named] {
        let body = format!("<d:propertyupdate {NAMES}><d:set><d:prop>{properties}</d:prop></d:set></d:propertyupdate>");
        let answer = server.ask("PROPPATCH", url.clone(), Depth::Itself, body).await?;
        if !answer.status.is_success() {
            return Err(refused(&answer));
        }
        let missed: Vec<(u16, String)> = listed(&answer)?.responses.into_iter().flat_map(|response| response.missed).collect();
        if missed.is_empty() {
            return Ok(());
        }
        not_taken = missed.into_iter().find(|(status, _)| *status != 424).or(not_taken);
        if coloured.is_empty() {
            break;
        }
    }
    let status = not_taken.map_or(String::new(), |(status, name)| format!(" ({status} {name})"));
    Err(RemoteFailure::Refused { reason: format!("{} does not take another name for this calendar{status}.", host_of(url)) })
}

#[cfg(test)]
mod tests {
    use super::super::multistatus::read_multistatus;
    use super::*;

    #[test]
    fn calendars_are_told_from_what_else_lies_beside_them() {
        let privilege = |names: &[&str]| {
            let held: Vec<String> = names.iter().map(|name| format!("<d:privilege><d:{name}/></d:privilege>")).collect();
            format!("<d:current-user-privilege-set>{}</d:current-user-privilege-set>", held.concat())
        };
        let entry = |href: &str, kind: &str, properties: &str| {
            format!(
                "<d:response><d:href>{href}</d:href><d:propstat><d:prop><d:resourcetype><d:collection/>{kind}</d:resourcetype>{properties}\
                 </d:prop><d:status>HTTP/1.1 200 OK</d:status></d:propstat></d:response>"
            )
        };
        let zone = "<c:calendar-timezone>BEGIN:VCALENDAR\r\nBEGIN:VTIMEZONE\r\nTZID:/x.org/America/Chicago\r\nEND:VTIMEZONE\r\n</c:calendar-timezone>";
        let entries = [
            entry("/anna/", "", ""),
            entry(
                "games/",
                "<c:calendar/>",
                &format!("<d:displayname>Games &amp; more</d:displayname><a:calendar-color>#FF8000cc</a:calendar-color>{zone}"),
            ),
            entry(
                "/anna/tasks/",
                "<c:calendar/>",
                r#"<c:supported-calendar-component-set><c:comp name="VTODO"/></c:supported-calendar-component-set>"#,
            ),
            entry("/anna/shared/", "<c:calendar/>", &privilege(&["read", "write-content", "bind"])),
            entry("/anna/holidays/", "<c:calendar/>", &(privilege(&["read"]) + "<a:calendar-color>red</a:calendar-color>")),
            entry("/anna/own/", "<c:calendar/>", &privilege(&["write"])),
        ];
        let listing = format!("<d:multistatus {NAMES}>{}</d:multistatus>", entries.concat());
        let base = Url::parse("https://dav.example.org/anna/").unwrap();
        let found = from_listing(&base, &read_multistatus(listing.as_bytes()).unwrap());
        let told: Vec<_> = found.iter().map(|calendar| (calendar.name.as_str(), calendar.access)).collect();
        let expected = [("Games & more", Access::Owner), ("shared", Access::Writer), ("holidays", Access::Reader), ("own", Access::Owner)];
        assert_eq!(told, expected, "folders and lists of tasks are none");
        let games = &found[0];
        let shown = (games.id.as_str(), games.colour.as_str(), games.zone.as_str());
        assert_eq!(shown, ("https://dav.example.org/anna/games/", "#ff8000", "America/Chicago"), "what else is known of it");
        assert_eq!(found[2].colour, "", "a colour by name is none");
    }

    #[test]
    fn an_address_is_made_of_any_name() {
        assert_eq!(address_for("Arizona Cardinals", 1), "arizona-cardinals", "words");
        assert_eq!(address_for("../Ünder/../etc", 3), "nder-etc-3", "nothing that leads elsewhere");
        assert_eq!(address_for("日本", 1), "calendar", "no letters at all");
    }
}
