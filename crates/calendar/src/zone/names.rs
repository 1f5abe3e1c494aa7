//! Names of time zones outside the IANA database.

use std::collections::HashMap;
use std::sync::LazyLock;

use strum::IntoEnumIterator as _;
use windows_timezones::WindowsTimezone;

use super::Zone;

/// What Outlook, Lotus Notes, Exchange and older calendars call a zone, in lower case.
const FOLK_NAMES: [(&str, &str); 46] = [
    ("eastern", "America/New_York"),
    ("eastern time", "America/New_York"),
    ("eastern time (us & canada)", "America/New_York"),
    ("us eastern", "America/New_York"),
    ("est", "America/New_York"),
    ("edt", "America/New_York"),
    ("central", "America/Chicago"),
    ("central time", "America/Chicago"),
    ("central time (us & canada)", "America/Chicago"),
    ("us central", "America/Chicago"),
    ("cst", "America/Chicago"),
    ("cdt", "America/Chicago"),
    ("mountain", "America/Denver"),
    ("mountain time", "America/Denver"),
    ("mountain time (us & canada)", "America/Denver"),
    ("us mountain", "America/Denver"),
    ("mst", "America/Denver"),
    ("mdt", "America/Denver"),
    ("arizona", "America/Phoenix"),
    ("pacific", "America/Los_Angeles"),
    ("pacific time", "America/Los_Angeles"),
    ("pacific time (us & canada)", "America/Los_Angeles"),
    ("pacific time (us & canada), tijuana", "America/Los_Angeles"),
    ("us pacific", "America/Los_Angeles"),
    ("pst", "America/Los_Angeles"),
    ("pdt", "America/Los_Angeles"),
    ("alaska", "America/Anchorage"),
    ("hawaii", "Pacific/Honolulu"),
    ("atlantic", "America/Halifax"),
    ("atlantic time (canada)", "America/Halifax"),
    ("newfoundland", "America/St_Johns"),
    ("greenwich mean time", "Europe/London"),
    ("gmt standard time", "Europe/London"),
    ("bst", "Europe/London"),
    ("western europe", "Europe/London"),
    ("western/central europe", "Europe/Berlin"),
    ("central europe", "Europe/Berlin"),
    ("central european time", "Europe/Berlin"),
    ("cest", "Europe/Berlin"),
    ("eastern european time", "Europe/Helsinki"),
    ("beijing, chongqing, hong kong, urumqi", "Asia/Shanghai"),
    ("chennai, kolkata, mumbai, new delhi", "Asia/Kolkata"),
    ("canberra, melbourne, sydney", "Australia/Sydney"),
    ("auckland, wellington", "Pacific/Auckland"),
    ("coordinated universal time", "UTC"),
    ("tzone://microsoft/utc", "UTC"),
];

/// Where offsets that are no whole hours are kept all year.
const PARTIAL_HOURS: [(i32, &str); 9] = [
    (-(9 * 60 + 30), "Pacific/Marquesas"),
    (3 * 60 + 30, "Asia/Tehran"),
    (4 * 60 + 30, "Asia/Kabul"),
    (5 * 60 + 30, "Asia/Kolkata"),
    (5 * 60 + 45, "Asia/Kathmandu"),
    (6 * 60 + 30, "Asia/Yangon"),
    (8 * 60 + 45, "Australia/Eucla"),
    (9 * 60 + 30, "Australia/Darwin"),
    (12 * 60 + 45, "Pacific/Chatham"),
];

static BY_NAME: LazyLock<HashMap<String, &'static str>> = LazyLock::new(|| {
    let mut names = HashMap::new();
    for zone in WindowsTimezone::iter() {
        names.entry(zone.name().to_ascii_lowercase()).or_insert_with(|| zone.tzdb_id());
        let (_, places) = zone.description().split_once(") ").unwrap_or(("", zone.description()));
        names.entry(places.to_ascii_lowercase()).or_insert_with(|| zone.tzdb_id());
    }
    for (name, zone) in FOLK_NAMES {
        names.insert(name.to_owned(), zone);
    }
    names
});

/// Cities by the last part of their zone's name, in lower case and with blanks.
static BY_CITY: LazyLock<HashMap<String, Zone>> = LazyLock::new(|| {
    let mut cities = HashMap::new();
    for zone in Zone::all() {
        if let Some((region, city)) = zone.as_str().rsplit_once('/')
            && !matches!(region, "Etc" | "US" | "SystemV" | "posix" | "right")
        {
            cities.entry(city.replace('_', " ").to_ascii_lowercase()).or_insert(zone);
        }
    }
    cities
});

/// Finds the zone behind a name that is not in the database.
pub(super) fn resolve(tzid: &str) -> Option<Zone> {
    by_name(tzid)
        .or_else(|| in_brackets(tzid))
        .or_else(|| ends_in_iana_name(tzid))
        .or_else(|| Zone::iana(&tzid.replace('-', "/")))
        .or_else(|| Zone::iana(&tzid.replace(' ', "_")))
        .or_else(|| by_offset(tzid))
        .or_else(|| tzid.split(',').find_map(|city| BY_CITY.get(&city.trim().to_ascii_lowercase()).copied()))
}

fn by_name(name: &str) -> Option<Zone> {
    BY_NAME.get(&name.trim().to_ascii_lowercase()).and_then(|iana| Zone::iana(iana))
}

/// `(UTC-06:00) Central Time (US & Canada)`: the places say more than the offset.
fn in_brackets(tzid: &str) -> Option<Zone> {
    let (offset, places) = tzid.strip_prefix('(')?.split_once(')')?;
    by_name(places)
        .or_else(|| places.split([',', '/']).find_map(|city| BY_CITY.get(&city.trim().to_ascii_lowercase()).copied()))
        .or_else(|| Zone::iana(places.trim()))
        .or_else(|| if places.trim().is_empty() { by_offset(offset) } else { None })
}

/// `/freeassociation.sourceforge.net/Tzfile/Europe/London`, `custom_America/New_York`.
fn ends_in_iana_name(tzid: &str) -> Option<Zone> {
    if !tzid.contains('/') {
        return None;
    }
    let mut after_boundary = false;
    for (position, character) in tzid.char_indices() {
        let rest = tzid.get(position..)?;
        if after_boundary
            && rest.contains('/')
            && let Some(zone) = Zone::iana(rest)
        {
            return Some(zone);
        }
        after_boundary = !character.is_alphanumeric();
    }
    let last = tzid.rsplit('/').next()?;
    let stands_alone = tzid.starts_with('/') && last.len() > 3;
    if stands_alone { Zone::iana(last).or_else(|| by_name(last)) } else { None }
}

/// `GMT+0200`, `UTC-6`, `+05:30`: the offset as people write it, east positive.
fn by_offset(tzid: &str) -> Option<Zone> {
    let upper = tzid.trim().to_ascii_uppercase();
    let offset = upper.trim_start_matches("ETC/").trim_start_matches("GMT").trim_start_matches("UTC").trim();
    let (sign, digits) = match offset.split_at_checked(1)? {
        ("+", digits) => (1, digits),
        ("-", digits) => (-1, digits),
        _ => return None,
    };
    let (hours, minutes) = match digits.split_once(':') {
        Some((hours, minutes)) => (hours, minutes),
        None if digits.len() == 4 => digits.split_at_checked(2)?,
        None => (digits, "0"),
    };
    let (hours, minutes): (i32, i32) = (hours.trim().parse().ok()?, minutes.trim().parse().ok()?);
    if !(0..=14).contains(&hours) || !(0..60).contains(&minutes) {
        return None;
    }
    match (sign * (hours * 60 + minutes), minutes) {
        (0, _) => Some(Zone::utc()),
        // POSIX counts west as positive, and the database follows it in these names.
        (_, 0) => Zone::iana(&format!("Etc/GMT{:+}", -sign * hours)),
        (total, _) => PARTIAL_HOURS.iter().find(|(offset, _)| *offset == total).and_then(|(_, name)| Zone::iana(name)),
    }
}
