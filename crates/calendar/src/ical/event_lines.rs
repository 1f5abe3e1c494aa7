//! The lines of a VEVENT into an event.

use std::fmt::Write as _;

use jiff::tz::TimeZone;
use sha2::{Digest as _, Sha256};

use super::duration;
use super::lines::Line;
use super::people::{read_attachment, read_attendee, video_link, visible};
use super::property::Property;
use super::read::{Delimiter, Notes, RawEvent, ReadEvent, delimiter, named_by};
use super::text::{escape, unescape_list};
use super::zones::Zones;
use crate::event::{Alarm, Attachment, Attendee, Event, EventStatus, EventTime, Recurrence, Transparency, Visibility};
use crate::recurrence::{Frequency, RANGE_LINE, Rule};
use crate::zone::Zone;

/// The stamp that the writer gives an event without one; it says nothing and is not kept.
pub(super) const NO_STAMP: &str = "DTSTAMP:19700101T000000Z";

/// A property and its line.
type Found<'a> = (u32, Property<'a>);

/// What the lines say, before their times are understood.
#[derive(Default)]
struct Draft<'a> {
    uid: String,
    start: Option<Found<'a>>,
    end: Option<Found<'a>>,
    duration: Option<Found<'a>>,
    recurrence_id: Option<Found<'a>>,
    rule: Option<Found<'a>>,
    added: Vec<Found<'a>>,
    excluded: Vec<Found<'a>>,
    sequence: u32,
    summary: String,
    description: String,
    place: String,
    status: EventStatus,
    visibility: Visibility,
    transparency: Transparency,
    url: String,
    video_link: String,
    categories: Vec<String>,
    organizer: Option<Attendee>,
    attendees: Vec<Attendee>,
    attachments: Vec<Attachment>,
    alarms: Vec<Alarm>,
    own_properties: Vec<String>,
    marked_all_day: bool,
}

/// Understands a VEVENT, or says in `notes` why it cannot be.
pub(super) fn understand(raw: &RawEvent<'_>, zones: &mut Zones, notes: &mut Notes) -> Option<ReadEvent> {
    let mut draft = Draft::default();
    draft.take_lines(&raw.lines, notes);
    let event = match draft.finish(zones, notes) {
        Ok(event) => event,
        Err((line, reason)) => {
            notes.lost(line.unwrap_or(raw.line), reason);
            return None;
        }
    };
    let length = raw.lines.iter().map(|line| line.text.len() + 2).sum();
    let mut text = String::with_capacity(length);
    for line in &raw.lines {
        text.push_str(&line.text);
        text.push_str("\r\n");
    }
    Some(ReadEvent { line: raw.line, event, raw: text })
}

impl<'a> Draft<'a> {
    fn take_lines(&mut self, lines: &'a [Line<'a>], notes: &mut Notes) {
        // The component that the lines stand in, where it is not the event itself; the scan has balanced them.
        let mut depth = 0_u32;
        let mut alarm: Option<Alarm> = None;
        let inner = lines.get(1..lines.len().saturating_sub(1)).unwrap_or_default();
        for line in inner {
            match delimiter(&line.text) {
                Some(Delimiter::Begin(component)) if depth == 0 && component == "VALARM" => {
                    alarm = Some(Alarm { action: String::new(), trigger: String::new(), other: Vec::new() });
                    depth = 1;
                }
                Some(Delimiter::End(_)) if depth == 1 && alarm.is_some() => {
                    self.alarms.extend(alarm.take());
                    depth = 0;
                }
                Some(inner) => {
                    depth = if matches!(inner, Delimiter::Begin(_)) { depth + 1 } else { depth.saturating_sub(1) };
                    let lines = alarm.as_mut().map_or(&mut self.own_properties, |alarm| &mut alarm.other);
                    lines.push(own_line(&line.text));
                }
                None => match (Property::parse(&line.text), &mut alarm) {
                    // A delimiter with parameters delimits nothing, and would once it is written.
                    (None, _) => {}
                    (Some(property), _) if matches!(property.name.as_ref(), "BEGIN" | "END") => {}
                    (Some(property), Some(alarm)) if depth == 1 => take_alarm_property(alarm, line, &property),
                    (Some(_), Some(alarm)) => alarm.other.push(own_line(&line.text)),
                    (Some(_), None) if depth > 0 => self.own_properties.push(own_line(&line.text)),
                    (Some(property), None) => self.take(line, property, notes),
                },
            }
        }
    }

    fn take(&mut self, line: &'a Line<'a>, property: Property<'a>, notes: &mut Notes) {
        let number = line.number;
        let mut keep_first = |place: &mut Option<Found<'a>>, property: Property<'a>| match place {
            None => *place = Some((number, property)),
            Some(_) => notes.note(number, format!("{} stands there twice: the first counts", property.name)),
        };
        match property.name.as_ref() {
            "UID" => fill(&mut self.uid, || visible(property.plain())),
            "DTSTART" => keep_first(&mut self.start, property),
            "DTEND" => keep_first(&mut self.end, property),
            "DURATION" => keep_first(&mut self.duration, property),
            "RECURRENCE-ID" => keep_first(&mut self.recurrence_id, property),
            "RRULE" => keep_first(&mut self.rule, property),
            "RDATE" => self.added.push((number, property)),
            "EXDATE" => self.excluded.push((number, property)),
            "SEQUENCE" => self.sequence = property.plain().parse().unwrap_or(self.sequence),
            "SUMMARY" => fill(&mut self.summary, || property.text().trim().to_owned()),
            "DESCRIPTION" => fill(&mut self.description, || property.text()),
            "LOCATION" => fill(&mut self.place, || property.text().trim().to_owned()),
            "STATUS" => self.status = status(property.plain()),
            "CLASS" => self.visibility = visibility(property.plain()),
            "TRANSP" => {
                let free = property.plain().to_ascii_uppercase().starts_with("TRANSPARENT");
                self.transparency = if free { Transparency::Transparent } else { Transparency::Opaque };
            }
            "URL" => fill(&mut self.url, || visible(property.plain())),
            "CATEGORIES" => {
                let found = unescape_list(property.value).into_iter().map(|category| category.trim().to_owned());
                self.categories.extend(found.filter(|category| !category.is_empty()));
            }
            "ORGANIZER" => self.organizer = self.organizer.take().or_else(|| Some(read_attendee(&property))),
            "ATTENDEE" => self.attendees.push(read_attendee(&property)),
            "ATTACH" => self.attachments.push(read_attachment(&property)),
            _ => self.take_own(line, &property, notes),
        }
    }

    /// A property that has no place of its own in an event.
    fn take_own(&mut self, line: &Line<'_>, property: &Property<'_>, notes: &mut Notes) {
        let own = own_line(&line.text);
        match property.name.as_ref() {
            "X-ROLLCALL-RANGE" => return,
            "DTSTAMP" if own == NO_STAMP => return,
            "EXRULE" => notes.note(line.number, "EXRULE is no longer part of iCalendar: the dates it takes out are still shown"),
            "X-MICROSOFT-CDO-ALLDAYEVENT" => self.marked_all_day = property.plain().eq_ignore_ascii_case("TRUE"),
            "CONFERENCE" | "X-GOOGLE-CONFERENCE" | "X-MICROSOFT-SKYPETEAMSMEETINGURL" | "X-MICROSOFT-ONLINEMEETINGCONFLINK" => {
                // Of the line as it is written again: what cannot be seen makes no other link of it.
                if let Some(link) = Property::parse(&own).as_ref().and_then(video_link) {
                    fill(&mut self.video_link, || link.clone());
                    if property.name == "CONFERENCE" && link == self.video_link {
                        return;
                    }
                }
            }
            _ => {}
        }
        self.own_properties.push(own);
    }

    fn finish(mut self, zones: &mut Zones, notes: &mut Notes) -> Result<Event, (Option<u32>, String)> {
        let name = named_by(&self.summary);
        let Some((start_line, start_property)) = self.start.take() else {
            return Err((None, format!("{name} has no start (DTSTART): add one, or take it out of the file")));
        };
        let Some(start) = time(&start_property, start_property.value, start_line, zones, notes) else {
            return Err((
                Some(start_line),
                format!("{name} starts at `{}`, which is no date: correct DTSTART", shortened(start_property.value)),
            ));
        };
        let (start, end) = self.ends(&name, start_line, start, zones, notes)?;
        let recurrence_id = match self.recurrence_id.take() {
            None => None,
            Some((line, property)) => match time(&property, property.value, line, zones, notes) {
                Some(original) => {
                    if property.parameter("RANGE").is_some_and(|range| range.eq_ignore_ascii_case("THISANDFUTURE")) {
                        self.own_properties.insert(0, RANGE_LINE.to_owned());
                    }
                    Some(original)
                }
                None => {
                    return Err((
                        Some(line),
                        format!(
                            "{name} replaces an occurrence at `{}`, which is no date: correct RECURRENCE-ID",
                            shortened(property.value)
                        ),
                    ));
                }
            },
        };
        let recurrence = if recurrence_id.is_none() { self.recurrence(&start, &end, zones, notes) } else { Recurrence::default() };
        let uid = if self.uid.is_empty() { self.derived_uid(&start, &end, &recurrence) } else { self.uid };
        Ok(Event {
            uid,
            recurrence_id,
            sequence: self.sequence,
            start,
            end,
            recurrence,
            summary: self.summary,
            description: self.description,
            place: self.place,
            status: self.status,
            visibility: self.visibility,
            transparency: self.transparency,
            url: self.url,
            video_link: self.video_link,
            categories: self.categories,
            organizer: self.organizer,
            attendees: self.attendees,
            attachments: self.attachments,
            alarms: self.alarms,
            own_properties: self.own_properties,
        })
    }

    /// Start and end in one form (RFC 5545 §3.6.1: DTEND, or DURATION, or what the start says by itself).
    fn ends(
        &mut self,
        name: &str,
        start_line: u32,
        start: EventTime,
        zones: &mut Zones,
        notes: &mut Notes,
    ) -> Result<(EventTime, EventTime), (Option<u32>, String)> {
        let by_itself = if start.is_all_day() { later_by_days(start, 1) } else { start };
        let (line, end) = if let Some((line, property)) = self.end.take() {
            match time(&property, property.value, line, zones, notes) {
                Some(end) => (line, in_form_of(start, end)),
                None if property.plain().is_empty() => (line, by_itself),
                None => {
                    return Err((Some(line), format!("{name} ends at `{}`, which is no date: correct DTEND", shortened(property.value))));
                }
            }
        } else if let Some((line, property)) = self.duration.take() {
            if let Some(length) = duration::parse(property.plain()) {
                (line, after(start, length))
            } else {
                notes.note(line, format!("The length `{}` of {name} cannot be read and was left out", shortened(property.value)));
                (line, by_itself)
            }
        } else {
            (start_line, by_itself)
        };
        // A floating side takes the zone of the other.
        let start = match (start, end) {
            (EventTime::Floating(local), EventTime::Zoned(_, zone)) => EventTime::Zoned(local, zone),
            _ => start,
        };
        let (start, end) = if self.marked_all_day { whole_days(start, end) } else { (start, end) };
        if start.is_all_day() && end.date() <= start.date() {
            // Several calendars write the last day where the day after it belongs.
            let mended = if end.date() == start.date() { Some(later_by_days(start, 1)) } else { None };
            return mended.map(|end| (start, end)).ok_or_else(|| ends_before(name, line, &start, &end));
        }
        if end.to_instant(&TimeZone::UTC) < start.to_instant(&TimeZone::UTC) {
            return Err(ends_before(name, line, &start, &end));
        }
        Ok((start, end))
    }

    fn recurrence(&mut self, start: &EventTime, end: &EventTime, zones: &mut Zones, notes: &mut Notes) -> Recurrence {
        let mut recurrence = Recurrence::default();
        if let Some((line, property)) = self.rule.take() {
            match Rule::parse(property.value) {
                Ok((rule, _)) if start.is_all_day() && rule.frequency > Frequency::Daily => {
                    notes.note(line, "A whole day cannot repeat within the day: the rule was left out");
                }
                Ok((mut rule, oddities)) => {
                    for oddity in oddities {
                        notes.note(line, oddity);
                    }
                    if start.is_all_day() {
                        rule.hours.clear();
                        rule.minutes.clear();
                        rule.seconds.clear();
                    }
                    recurrence.rule = Some(rule.for_start(start).to_string());
                }
                Err(error) => notes.note(line, format!("{error}: the event was read as a single one")),
            }
        }
        for (line, property) in std::mem::take(&mut self.excluded) {
            times(&property, line, zones, notes, &mut recurrence.excluded);
        }
        for (line, property) in std::mem::take(&mut self.added) {
            let lengths_differ = periods_differ(&property, start, end);
            if lengths_differ {
                notes.note(line, "A period in RDATE has a length of its own: it was read with the length of the event");
            }
            times(&property, line, zones, notes, &mut recurrence.added);
        }
        recurrence
    }

    /// A UID for an event without one: the same content gives the same.
    fn derived_uid(&self, start: &EventTime, end: &EventTime, recurrence: &Recurrence) -> String {
        let zone = start.zone().map_or("", Zone::as_str);
        let rule = recurrence.rule.as_deref().unwrap_or_default();
        let mut hash = Sha256::new();
        for part in [&start.value(), zone, &end.value(), rule, &self.summary, &self.place, &self.description] {
            hash.update(part.as_bytes());
            hash.update([0]);
        }
        let mut uid = String::with_capacity(32);
        for byte in hash.finalize().iter().take(16) {
            // Writing to a string cannot fail.
            let _ = write!(uid, "{byte:02x}");
        }
        uid
    }
}

fn ends_before(name: &str, line: u32, start: &EventTime, end: &EventTime) -> (Option<u32>, String) {
    let reason = format!("{name} ends before it starts ({} is before {}): correct its end", end.iso_local(), start.iso_local());
    (Some(line), reason)
}

fn fill(place: &mut String, text: impl FnOnce() -> String) {
    if place.is_empty() {
        *place = text();
    }
}

fn status(value: &str) -> EventStatus {
    match value.to_ascii_uppercase().as_str() {
        "CANCELLED" | "CANCELED" => EventStatus::Cancelled,
        "TENTATIVE" => EventStatus::Tentative,
        _ => EventStatus::Confirmed,
    }
}

fn visibility(value: &str) -> Visibility {
    match value.to_ascii_uppercase().as_str() {
        "PUBLIC" | "" => Visibility::Public,
        "CONFIDENTIAL" => Visibility::Confidential,
        // RFC 5545 §3.8.1.3: a value that is not known is to be treated as private.
        _ => Visibility::Private,
    }
}

/// A line as the writer can give it back. Quoted-printable, which iCalendar does not have, is undone.
fn own_line(text: &str) -> String {
    let line: String = text.chars().filter(|character| *character == '\t' || !character.is_control()).collect();
    // What ends a line only seems to until what cannot be seen is gone.
    let line = line.trim_end();
    let encoded = Property::parse(line).filter(Property::is_quoted_printable);
    encoded.map_or_else(|| line.to_owned(), |property| format!("{}:{}", property.name, escape(property.text().trim_end())))
}

fn take_alarm_property(alarm: &mut Alarm, line: &Line<'_>, property: &Property<'_>) {
    match property.name.as_ref() {
        "ACTION" if alarm.action.is_empty() => alarm.action = visible(property.plain()).to_ascii_uppercase(),
        "TRIGGER" if alarm.trigger.is_empty() => {
            let after_name = line.text.find([':', ';']).and_then(|at| line.text.get(at + 1..)).unwrap_or_default();
            alarm.trigger = visible(after_name);
        }
        _ => alarm.other.push(own_line(&line.text)),
    }
}

/// Reads the time of a property. A TZID with colons that nobody quoted has run into the value.
fn time(property: &Property<'_>, value: &str, line: u32, zones: &mut Zones, notes: &mut Notes) -> Option<EventTime> {
    let tzid = property.parameter("TZID");
    let whole_day = property.parameter("VALUE").is_some_and(|kind| kind.eq_ignore_ascii_case("DATE"));
    let run_in = tzid
        .and_then(|tzid| Some((tzid, value.rsplit_once(':')?)))
        .filter(|(_, (_, value))| value.len() >= 8 && value.bytes().take(8).all(|byte| byte.is_ascii_digit()));
    let time = match run_in {
        Some((tzid, (rest, value))) => zones.time(value, Some(&format!("{tzid}:{rest}")), line, notes),
        None => zones.time(value, tzid, line, notes),
    }?;
    Some(if whole_day { EventTime::Date(time.date()) } else { time })
}

/// Reads the times of an EXDATE or RDATE; of a period its start.
fn times(property: &Property<'_>, line: u32, zones: &mut Zones, notes: &mut Notes, list: &mut Vec<EventTime>) {
    for value in property.value.split([',', ';']).filter(|value| !value.trim().is_empty()) {
        let start = value.split('/').next().unwrap_or_default();
        match time(property, start, line, zones, notes) {
            Some(time) => list.push(time),
            None => notes.note(line, format!("`{}` in {} is no date and was left out", shortened(value), property.name)),
        }
    }
}

/// Whether a PERIOD lasts other than the event.
fn periods_differ(property: &Property<'_>, start: &EventTime, end: &EventTime) -> bool {
    let length = crate::recurrence::wall_clock_between(start, end);
    property.value.split(',').filter_map(|period| period.split_once('/')).any(|(from, to)| {
        let period = match duration::parse(to) {
            Some(duration) => Some(jiff::SignedDuration::from_hours(24 * duration.days).saturating_add(duration.time)),
            None => EventTime::parse_value(from, None)
                .zip(EventTime::parse_value(to, None))
                .map(|(from, to)| crate::recurrence::wall_clock_between(&from, &to)),
        };
        period.is_some_and(|period| period != length)
    })
}

/// The end in the form of the start.
fn in_form_of(start: EventTime, end: EventTime) -> EventTime {
    match (start, end) {
        (EventTime::Date(_), EventTime::Date(_)) => end,
        (EventTime::Date(_), _) => {
            let day = EventTime::Date(end.date());
            if end.local().time() == jiff::civil::Time::midnight() { day } else { later_by_days(day, 1) }
        }
        (EventTime::Zoned(_, zone), EventTime::Floating(local)) => EventTime::Zoned(local, zone),
        (_, EventTime::Date(_)) => start.with_local(end.local()),
        _ => end,
    }
}

/// A DURATION counts its days on the calendar and its time on the clock (RFC 5545 §3.3.6).
fn after(start: EventTime, length: duration::Length) -> EventTime {
    let day = later_by_days(start, length.days);
    match day {
        _ if length.time.is_zero() => day,
        EventTime::Date(_) => later_by_days(day, if length.time.as_hours() >= 24 { length.time.as_hours() / 24 } else { 1 }),
        EventTime::Floating(_) => day.moved_by(length.time),
        EventTime::Zoned(..) => {
            let instant = day.to_instant(&TimeZone::UTC).saturating_add(length.time).unwrap_or(jiff::Timestamp::MAX);
            day.with_instant(instant, &TimeZone::UTC)
        }
    }
}

fn later_by_days(time: EventTime, days: i64) -> EventTime {
    time.moved_by(jiff::SignedDuration::from_hours(24 * days))
}

/// Midnight to midnight in an event that Outlook marks as a whole day is that day.
fn whole_days(start: EventTime, end: EventTime) -> (EventTime, EventTime) {
    let midnight = jiff::civil::Time::midnight();
    if !start.is_all_day() && start.local().time() == midnight && end.local().time() == midnight && end.date() > start.date() {
        return (EventTime::Date(start.date()), EventTime::Date(end.date()));
    }
    (start, end)
}

fn shortened(text: &str) -> String {
    text.chars().take(60).collect()
}
