//! IANA time zones, and the many other names that calendars give them.

mod names;

use std::fmt;
use std::hash::{Hash, Hasher};
use std::sync::{LazyLock, OnceLock};

use jiff::tz::TimeZone;
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

/// An IANA time zone name, such as `America/Chicago`, known to the bundled database.
#[derive(Clone, Copy)]
pub struct Zone(&'static Entry);

/// A name of the database; its rules are loaded when they are first asked for.
struct Entry {
    name: String,
    time_zone: OnceLock<TimeZone>,
}

static DATABASE: LazyLock<Vec<Entry>> = LazyLock::new(|| {
    let mut entries: Vec<Entry> =
        jiff::tz::db().available().map(|name| Entry { name: name.as_str().to_owned(), time_zone: OnceLock::new() }).collect();
    entries.sort_by_cached_key(|entry| entry.name.to_ascii_lowercase());
    entries
});

static UTC: LazyLock<Entry> = LazyLock::new(|| Entry { name: "UTC".to_owned(), time_zone: OnceLock::from(TimeZone::UTC) });

/// No real TZID is longer; what is longer is not searched for a name.
const LONGEST_NAME: usize = 255;

impl Zone {
    /// Reads a TZID as calendars write it: an IANA name in any case, a Windows name, a display name of Outlook,
    /// a path that ends in an IANA name, or a plain offset from UTC.
    pub fn parse(tzid: &str) -> Option<Self> {
        let tzid = tzid.trim().trim_matches(['"', '\'']).trim();
        if tzid.is_empty() || tzid.len() > LONGEST_NAME {
            return None;
        }
        Self::iana(tzid).or_else(|| names::resolve(tzid))
    }

    /// UTC.
    pub fn utc() -> Self {
        Self(&UTC)
    }

    /// The name as the database spells it.
    pub fn as_str(self) -> &'static str {
        &self.0.name
    }

    /// Its rules. They are loaded once for the whole process, so asking is cheap.
    pub fn time_zone(self) -> &'static TimeZone {
        self.0.time_zone.get_or_init(|| TimeZone::get(&self.0.name).unwrap_or(TimeZone::UTC))
    }

    /// Whether it is UTC itself, which iCalendar writes as `Z`.
    pub fn is_utc(self) -> bool {
        std::ptr::eq(self.0, &raw const *UTC)
    }

    /// Every zone of the database, by name.
    pub fn all() -> impl Iterator<Item = Self> {
        DATABASE.iter().map(Self)
    }

    /// A name of the database in any case.
    pub(crate) fn iana(name: &str) -> Option<Self> {
        const NAMES_OF_UTC: [&str; 8] = ["UTC", "Z", "GMT", "Etc/UTC", "Etc/GMT", "Zulu", "Etc/Zulu", "UCT"];
        if NAMES_OF_UTC.iter().any(|utc| utc.eq_ignore_ascii_case(name)) {
            return Some(Self::utc());
        }
        let found = DATABASE.binary_search_by(|entry| compare_ignoring_case(&entry.name, name)).ok()?;
        DATABASE.get(found).map(Self)
    }
}

fn compare_ignoring_case(left: &str, right: &str) -> std::cmp::Ordering {
    left.bytes().map(|byte| byte.to_ascii_lowercase()).cmp(right.bytes().map(|byte| byte.to_ascii_lowercase()))
}

impl fmt::Display for Zone {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.as_str())
    }
}

impl fmt::Debug for Zone {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "Zone({})", self.as_str())
    }
}

impl PartialEq for Zone {
    fn eq(&self, other: &Self) -> bool {
        std::ptr::eq(self.0, other.0)
    }
}

impl Eq for Zone {}

impl PartialOrd for Zone {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Zone {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        self.as_str().cmp(other.as_str())
    }
}

impl Hash for Zone {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.as_str().hash(state);
    }
}

impl Serialize for Zone {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}

impl<'de> Deserialize<'de> for Zone {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let name = String::deserialize(deserializer)?;
        Self::parse(&name).ok_or_else(|| de::Error::custom(format_args!("`{name}` is no time zone: an IANA name is wanted")))
    }
}

#[cfg(test)]
mod tests;
