//! Events into a file.

use super::event_lines::NO_STAMP;
use super::text::escape;
use super::vtimezone::vtimezones;
use super::writer::Writer;
use crate::event::{Alarm, Event, EventStatus, Transparency, Visibility};
use crate::recurrence::RANGE_LINE;

/// Writes a calendar: every event with all it holds, and a VTIMEZONE for every zone used.
pub fn write(name: &str, events: &[Event]) -> String {
    let mut writer = Writer::new();
    writer.begin("VCALENDAR");
    writer.property("VERSION", &[], "2.0");
    writer.property("PRODID", &[], "-//Rollcall//Rollcall//EN");
    if !name.is_empty() {
        writer.text("NAME", name);
        writer.text("X-WR-CALNAME", name);
    }
    writer.folded(&vtimezones(events));
    for event in events {
        writer.event(event);
    }
    writer.end("VCALENDAR");
    writer.finish()
}

impl Writer {
    /// Writes a VEVENT with all that the event holds.
    pub fn event(&mut self, event: &Event) {
        self.begin("VEVENT");
        self.property("UID", &[], &event.uid);
        if !event.own_properties.iter().any(|line| line.starts_with("DTSTAMP")) {
            self.line(NO_STAMP);
        }
        if let Some(original) = &event.recurrence_id {
            let range: &[(&str, &str)] = if event.applies_to_following() { &[("RANGE", "THISANDFUTURE")] } else { &[] };
            self.event_times("RECURRENCE-ID", range, std::slice::from_ref(original));
        }
        if event.sequence > 0 {
            self.property("SEQUENCE", &[], &event.sequence.to_string());
        }
        self.event_time("DTSTART", &event.start);
        self.event_time("DTEND", &event.end);
        if let Some(rule) = &event.recurrence.rule {
            self.property("RRULE", &[], rule);
        }
        self.event_times("RDATE", &[], &event.recurrence.added);
        self.event_times("EXDATE", &[], &event.recurrence.excluded);
        self.texts(event);
        self.marks(event);
        if let Some(organizer) = &event.organizer {
            self.attendee("ORGANIZER", organizer);
        }
        for attendee in &event.attendees {
            self.attendee("ATTENDEE", attendee);
        }
        for attachment in &event.attachments {
            self.attachment(attachment);
        }
        for line in event.own_properties.iter().filter(|line| *line != RANGE_LINE) {
            self.line(line);
        }
        for alarm in &event.alarms {
            self.alarm(alarm);
        }
        self.end("VEVENT");
    }

    fn texts(&mut self, event: &Event) {
        for (name, text) in [("SUMMARY", &event.summary), ("DESCRIPTION", &event.description), ("LOCATION", &event.place)] {
            if !text.is_empty() {
                self.text(name, text);
            }
        }
        if !event.categories.is_empty() {
            let list: Vec<_> = event.categories.iter().map(|category| escape(category)).collect();
            self.property("CATEGORIES", &[], &list.join(","));
        }
        if !event.url.is_empty() {
            self.property("URL", &[], &event.url);
        }
        if !event.video_link.is_empty() {
            self.property("CONFERENCE", &[("VALUE", "URI"), ("FEATURE", "VIDEO")], &event.video_link);
        }
    }

    fn marks(&mut self, event: &Event) {
        self.property("STATUS", &[], status_name(event.status));
        match event.visibility {
            Visibility::Public => {}
            Visibility::Private => self.property("CLASS", &[], "PRIVATE"),
            Visibility::Confidential => self.property("CLASS", &[], "CONFIDENTIAL"),
        }
        if event.transparency == Transparency::Transparent {
            self.property("TRANSP", &[], "TRANSPARENT");
        }
    }

    /// Writes a VALARM.
    pub fn alarm(&mut self, alarm: &Alarm) {
        self.begin("VALARM");
        if !alarm.action.is_empty() {
            self.property("ACTION", &[], &alarm.action);
        }
        if !alarm.trigger.is_empty() {
            let has_parameters = alarm.trigger.split_once(':').is_some_and(|(before, _)| before.contains('='));
            self.line(&format!("TRIGGER{}{}", if has_parameters { ';' } else { ':' }, alarm.trigger));
        }
        for line in &alarm.other {
            self.line(line);
        }
        self.end("VALARM");
    }
}

/// STATUS as iCalendar names it.
fn status_name(status: EventStatus) -> &'static str {
    match status {
        EventStatus::Confirmed => "CONFIRMED",
        EventStatus::Tentative => "TENTATIVE",
        EventStatus::Cancelled => "CANCELLED",
    }
}
