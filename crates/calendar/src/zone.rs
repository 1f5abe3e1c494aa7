//! IANA time zones, and the many other names that calendars give them.

mod names;
mod windows;

use std::fmt;
use std::sync::{LazyLock, OnceLock};

use jiff::tz::TimeZone;
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

/// An IANA time zone name, such as `America/Chicago`, known to the bundled database.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Zone(
    /// Its place among the names, which are in alphabetical order.
    usize,
);

/// The names of the database without regard to case.
static NAMES: LazyLock<Vec<String>> = LazyLock::new(|| {
    let mut names: Vec<String> = jiff::tz::db().available().map(|name| name.as_str().to_owned()).collect();
    names.sort_by_cached_key(|name| name.to_ascii_lowercase());
    names
});

/// The rules of each name, loaded when they are first asked for.
static RULES: LazyLock<Vec<OnceLock<TimeZone>>> = LazyLock::new(|| NAMES.iter().map(|_| OnceLock::new()).collect());

static UTC: LazyLock<Zone> = LazyLock::new(|| Zone(NAMES.iter().position(|name| name == "UTC").unwrap_or(usize::MAX)));

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
        *UTC
    }

    /// The name as the database spells it.
    pub fn as_str(self) -> &'static str {
        NAMES.get(self.0).map_or("UTC", String::as_str)
    }

    /// Its rules. They are loaded once for the whole process, so asking is cheap.
    pub fn time_zone(self) -> &'static TimeZone {
        static UTC_RULES: TimeZone = TimeZone::UTC;
        RULES.get(self.0).map_or(&UTC_RULES, |rules| rules.get_or_init(|| TimeZone::get(self.as_str()).unwrap_or(TimeZone::UTC)))
    }

    /// Whether it is UTC itself, which iCalendar writes as `Z`.
    pub fn is_utc(self) -> bool {
        self == Self::utc()
    }

    /// Every zone of the database, by name.
    pub fn all() -> impl Iterator<Item = Self> {
        (0..NAMES.len()).map(Self)
    }

    /// A name of the database in any case.
    pub(crate) fn iana(name: &str) -> Option<Self> {
        const NAMES_OF_UTC: [&str; 8] = ["UTC", "Z", "GMT", "Etc/UTC", "Etc/GMT", "Zulu", "Etc/Zulu", "UCT"];
        if NAMES_OF_UTC.iter().any(|utc| utc.eq_ignore_ascii_case(name)) {
            return Some(Self::utc());
        }
        NAMES.binary_search_by(|known| compare_ignoring_case(known, name)).ok().map(Self)
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
