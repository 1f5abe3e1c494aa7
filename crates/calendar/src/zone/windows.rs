//! What Windows, and with it Exchange, calls a zone.

use std::sync::{LazyLock, OnceLock};

use jiff::civil::date;
use jiff::tz::TimeZone;
use strum::IntoEnumIterator as _;
use windows_timezones::WindowsTimezone;

use super::{NAMES, Zone};

/// The name of each zone there, looked for when it is first asked for.
static WINDOWS: LazyLock<Vec<OnceLock<Option<&'static str>>>> = LazyLock::new(|| NAMES.iter().map(|_| OnceLock::new()).collect());

/// The zones of Windows: name, zone and offsets.
static KNOWN: LazyLock<Vec<(&'static str, Zone, Vec<i32>)>> = LazyLock::new(|| {
    let zone = |known: WindowsTimezone| Zone::parse(known.name()).map(|zone| (known.name(), zone, offsets(zone)));
    WindowsTimezone::iter().filter_map(zone).collect()
});

impl Zone {
    /// The Windows name of the zone, or of one whose clocks show the same from 2026 to 2036; none where there is no such zone.
    /// [`Zone::parse`] reads it back, as the zone that stands for all of these.
    pub fn windows_name(self) -> Option<&'static str> {
        *WINDOWS.get(self.0)?.get_or_init(|| find(self))
    }
}

fn find(zone: Zone) -> Option<&'static str> {
    let own = offsets(zone);
    let region = |zone: Zone| zone.as_str().split('/').next();
    let named = KNOWN.iter().find(|(_, other, _)| *other == zone);
    let near = || KNOWN.iter().find(|(_, other, offsets)| region(*other) == region(zone) && *offsets == own);
    let any = || KNOWN.iter().find(|(_, _, offsets)| *offsets == own);
    named.or_else(near).or_else(any).map(|(name, ..)| *name)
}

/// Offsets from UTC in seconds on two days of each month.
fn offsets(zone: Zone) -> Vec<i32> {
    let days = (2026..=2036).flat_map(|year| (1..=12).flat_map(move |month| [date(year, month, 1), date(year, month, 15)]));
    let instants = days.filter_map(|day| TimeZone::UTC.to_timestamp(day.at(12, 0, 0, 0)).ok());
    instants.map(|instant| zone.time_zone().to_offset(instant).seconds()).collect()
}
