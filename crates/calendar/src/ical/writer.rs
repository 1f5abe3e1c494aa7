//! Content lines out.

use super::text::{escape, escape_parameter};
use crate::event::EventTime;

/// Writes content lines: folded at 75 octets between characters, ended by CR LF (RFC 5545 §3.1).
#[derive(Clone, Debug, Default)]
pub struct Writer {
    out: String,
}

const LONGEST_LINE: usize = 75;

impl Writer {
    /// An empty text.
    pub fn new() -> Self {
        Self::default()
    }

    /// Begins a component.
    pub fn begin(&mut self, component: &str) {
        self.line(&format!("BEGIN:{component}"));
    }

    /// Ends a component.
    pub fn end(&mut self, component: &str) {
        self.line(&format!("END:{component}"));
    }

    /// A property whose value is already in its written form. Parameters are quoted and escaped as they need.
    pub fn property(&mut self, name: &str, parameters: &[(&str, &str)], value: &str) {
        let mut line = String::with_capacity(name.len() + value.len() + 32);
        line.push_str(name);
        for (parameter, value) in parameters {
            line.push(';');
            line.push_str(parameter);
            line.push('=');
            line.push_str(&escape_parameter(value));
        }
        line.push(':');
        line.push_str(value);
        self.line(&line);
    }

    /// A property of text, which is escaped here.
    pub fn text(&mut self, name: &str, text: &str) {
        self.property(name, &[], &escape(text));
    }

    /// A property of a time, with the TZID or VALUE that belongs to it.
    pub fn event_time(&mut self, name: &str, time: &EventTime) {
        self.event_times(name, &[], std::slice::from_ref(time));
    }

    /// A list of times, one line for each form and zone in a row.
    pub fn event_times(&mut self, name: &str, parameters: &[(&str, &str)], times: &[EventTime]) {
        let alike = |left: &EventTime, right: &EventTime| left.is_all_day() == right.is_all_day() && left.zone() == right.zone();
        for group in times.chunk_by(alike) {
            let Some(first) = group.first() else { continue };
            let mut parameters = parameters.to_vec();
            match first.zone() {
                Some(zone) if !zone.is_utc() => parameters.push(("TZID", zone.as_str())),
                _ if first.is_all_day() => parameters.push(("VALUE", "DATE")),
                _ => {}
            }
            let values: Vec<String> = group.iter().map(EventTime::value).collect();
            self.property(name, &parameters, &values.join(","));
        }
    }

    /// A whole content line, which is folded here. Line ends in it are left out: they would begin another property.
    pub fn line(&mut self, line: &str) {
        self.out.reserve(line.len() + line.len() / 24 + 2);
        let mut width = 0;
        for character in line.chars().filter(|character| !matches!(character, '\n' | '\r')) {
            if width + character.len_utf8() > LONGEST_LINE {
                self.out.push_str("\r\n ");
                width = 1;
            }
            self.out.push(character);
            width += character.len_utf8();
        }
        self.out.push_str("\r\n");
    }

    /// Lines that are already folded and ended, such as those of [`super::vtimezones`].
    pub fn folded(&mut self, lines: &str) {
        self.out.push_str(lines);
    }

    /// The text.
    pub fn finish(self) -> String {
        self.out
    }
}
