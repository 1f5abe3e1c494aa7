//! The events of an invitation at one moment, prepared for any number of guests.

use std::fmt::Write as _;

use calendar::ical::{Writer, vtimezones};
use calendar::{Alarm, Event, EventStatus, EventTime, Transparency, Visibility};

use super::Method;
use super::calendar_object::pieces;
use crate::layout::{Frame, Layout};
use crate::words::EventWords;

/// A series' master with its exceptions, a single event, or occurrences of a series alone, in one language.
#[derive(Clone, Debug)]
pub struct Revision {
    /// The calendar that invites, between the pieces of which stand a guest's own lines.
    pub(super) request: Vec<String>,
    /// The calendar that cancels, likewise.
    pub(super) cancel: Vec<String>,
    /// The calendar that declines a proposed time, likewise.
    pub(super) decline: Vec<String>,
    pub(super) words: EventWords,
    pub(super) language: String,
    pub(super) invitation: Layout,
    pub(super) cancellation: Layout,
}

/// A VEVENT without what differs from guest to guest.
#[derive(Clone, Debug)]
pub(super) struct Component {
    /// It is not an exception.
    pub(super) is_master: bool,
    /// RECURRENCE-ID, DTSTART, DTEND and the recurrence, folded.
    pub(super) times: String,
    /// The texts, folded.
    pub(super) texts: String,
    pub(super) status: EventStatus,
    /// VALARM components, folded.
    pub(super) alarms: String,
}

/// Events that cannot be one invitation.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum RevisionProblem {
    /// None at all.
    #[error("there is no event to invite to")]
    Empty,
    /// Events of different series.
    #[error("“{0}” and “{1}” are different events; each needs an invitation of its own")]
    Mixed(String, String),
}

impl Revision {
    /// Prepares events of one UID. `language` is a BCP 47 tag.
    ///
    /// Cancelled exceptions become dates that the series leaves out: a REQUEST with a cancelled VEVENT confuses some calendars.
    ///
    /// # Errors
    /// When there is no event, or events of several UIDs.
    pub fn new(events: &[Event], language: &str) -> Result<Self, RevisionProblem> {
        let master = events.iter().find(|event| event.recurrence_id.is_none());
        let shown = master.or(events.first()).ok_or(RevisionProblem::Empty)?;
        if let Some(other) = events.iter().find(|event| event.uid != shown.uid) {
            return Err(RevisionProblem::Mixed(shown.uid.clone(), other.uid.clone()));
        }
        let is_left_out = |event: &&Event| master.is_some() && event.recurrence_id.is_some() && event.status == EventStatus::Cancelled;
        let left_out: Vec<EventTime> = events.iter().filter(is_left_out).filter_map(|event| event.recurrence_id).collect();
        let sent: Vec<&Event> = events.iter().filter(|event| !is_left_out(event)).collect();
        let words = EventWords::new(shown, language);
        let components: Vec<Component> = sent.iter().map(|event| component(event, &left_out)).collect();
        let time_zones = vtimezones(sent.iter().copied());
        Ok(Self {
            request: pieces(Method::Request, &time_zones, &components),
            cancel: pieces(Method::Cancel, &time_zones, &components),
            decline: pieces(Method::DeclineCounter, &time_zones, &components),
            invitation: Layout::new(Frame::Invitation, Some(&words), language),
            cancellation: Layout::new(Frame::Cancellation, Some(&words), language),
            words,
            language: language.to_owned(),
        })
    }

    /// The event in words: the master, or the first of several occurrences.
    pub fn words(&self) -> &EventWords {
        &self.words
    }
}

fn component(event: &Event, left_out: &[EventTime]) -> Component {
    let is_master = event.recurrence_id.is_none();
    let mut alarms = Writer::new();
    event.alarms.iter().for_each(|alarm| write_alarm(&mut alarms, alarm));
    Component {
        is_master,
        times: times(event, if is_master { left_out } else { &[] }),
        texts: texts(event),
        status: event.status,
        alarms: alarms.finish(),
    }
}

fn times(event: &Event, left_out: &[EventTime]) -> String {
    let mut lines = Writer::new();
    if let Some(recurrence_id) = &event.recurrence_id {
        lines.event_time("RECURRENCE-ID", recurrence_id);
    }
    lines.event_time("DTSTART", &event.start);
    // RFC 5545 §3.8.2.2: an end has to be later than its start; without one the event is a moment, or one day.
    if event.end > event.start {
        lines.event_time("DTEND", &event.end);
    }
    if event.recurrence_id.is_none() {
        if let Some(rule) = &event.recurrence.rule {
            lines.property("RRULE", &[], rule);
        }
        lines.event_times("RDATE", &[], &event.recurrence.added);
        let mut excluded = event.recurrence.excluded.clone();
        excluded.extend(left_out.iter().filter(|time| !event.recurrence.excluded.contains(time)).copied());
        lines.event_times("EXDATE", &[], &excluded);
    }
    lines.finish()
}

fn texts(event: &Event) -> String {
    let mut lines = Writer::new();
    let summary = event.summary.trim();
    lines.text("SUMMARY", if summary.is_empty() { "Event" } else { summary });
    for (name, text) in [("DESCRIPTION", &event.description), ("LOCATION", &event.place)] {
        if !text.trim().is_empty() {
            lines.text(name, text.trim());
        }
    }
    lines.property(
        "CLASS",
        &[],
        match event.visibility {
            Visibility::Public => "PUBLIC",
            Visibility::Private => "PRIVATE",
            Visibility::Confidential => "CONFIDENTIAL",
        },
    );
    lines.property(
        "TRANSP",
        &[],
        match event.transparency {
            Transparency::Opaque => "OPAQUE",
            Transparency::Transparent => "TRANSPARENT",
        },
    );
    let link = [&event.url, &event.video_link].into_iter().find(|link| is_link(link));
    if let Some(link) = link {
        lines.property("URL", &[], link);
    }
    if is_link(&event.video_link) {
        lines.property("CONFERENCE", &[("VALUE", "URI"), ("FEATURE", "VIDEO")], &event.video_link);
    }
    for attachment in event.attachments.iter().filter(|attachment| is_link(&attachment.uri)) {
        let mut parameters = Vec::new();
        for (name, value) in [("FMTTYPE", &attachment.media_type), ("FILENAME", &attachment.name)] {
            if !value.is_empty() {
                parameters.push((name, value.as_str()));
            }
        }
        lines.property("ATTACH", &parameters, &attachment.uri);
    }
    if !event.categories.is_empty() {
        let mut list = String::new();
        for (index, category) in event.categories.iter().enumerate() {
            let escaped = category.replace('\\', "\\\\").replace(',', "\\,").replace(';', "\\;");
            let _ = write!(list, "{}{escaped}", if index > 0 { "," } else { "" });
        }
        lines.property("CATEGORIES", &[], &list);
    }
    lines.finish()
}

fn is_link(text: &str) -> bool {
    (text.starts_with("https://") || text.starts_with("http://"))
        && !text.contains(|character: char| character.is_whitespace() || character.is_control())
}

/// Guests' calendars remind as the organizer's does; a sound or a mail of the organizer's own stays at home.
fn write_alarm(lines: &mut Writer, alarm: &Alarm) {
    if alarm.action != "DISPLAY" {
        return;
    }
    lines.begin("VALARM");
    lines.property("ACTION", &[], "DISPLAY");
    let separator = if alarm.trigger.contains('=') { ';' } else { ':' };
    lines.line(&format!("TRIGGER{separator}{}", alarm.trigger));
    let mut described = false;
    for other in
        alarm.other.iter().filter(|line| !line.to_ascii_uppercase().starts_with("X-") && !line.to_ascii_uppercase().starts_with("UID"))
    {
        described |= other.to_ascii_uppercase().starts_with("DESCRIPTION");
        lines.line(other);
    }
    if !described {
        lines.text("DESCRIPTION", "Reminder");
    }
    lines.end("VALARM");
}
