//! The iTIP part of a calendar: who answers what (RFC 5546), in all the shapes of IMIP.md §4.

use calendar::ical::{Line, Lines, Property};
use calendar::{EventTime, Participation, Zone};
use jiff::Timestamp;
use jiff::tz::TimeZone;

use super::{Answer, Problem};

/// A calendar as far as answers go.
#[derive(Debug, Default)]
pub(super) struct CalendarAnswers {
    /// METHOD, upper case.
    pub(super) method: Option<String>,
    /// One per VEVENT and ATTENDEE; one without attendee for a VEVENT that has none.
    pub(super) answers: Vec<Answer>,
    /// Addresses of ORGANIZER.
    pub(super) organizers: Vec<String>,
    pub(super) problems: Vec<Problem>,
}

/// No answer has more; what has is an address book.
const MOST_ANSWERS: usize = 5_000;
const MOST_PROBLEMS: usize = 100;

/// Reads a calendar line by line: an answer needs six properties and often comes without DTSTART, zones or METHOD.
pub(super) fn read(bytes: &[u8]) -> CalendarAnswers {
    let mut found = CalendarAnswers::default();
    let mut open: Vec<String> = Vec::new();
    let mut event: Vec<Line<'static>> = Vec::new();
    for line in Lines::new(bytes) {
        let Some(property) = Property::parse(&line.text) else { continue };
        match property.name.as_ref() {
            "BEGIN" => {
                let component = property.plain().to_ascii_uppercase();
                if is_event(&component) {
                    event.clear();
                }
                open.push(component);
            }
            "END" => {
                let component = property.plain().to_ascii_uppercase();
                if is_event(&component) && open.contains(&component) {
                    found.add(&event);
                    event.clear();
                }
                if let Some(position) = open.iter().rposition(|name| *name == component) {
                    open.truncate(position);
                }
            }
            // METHOD inside a VEVENT is wrong and clear all the same.
            "METHOD" if found.method.is_none() && !property.plain().is_empty() => {
                found.method = Some(property.plain().to_ascii_uppercase());
            }
            _ if open.last().is_some_and(|name| is_event(name)) => event.push(line),
            _ => {}
        }
    }
    if open.iter().any(|name| is_event(name)) {
        let line = event.last().map_or(1, |line| line.number);
        found.note(line, "the calendar ends in the middle of an event; it was cut on its way".to_owned());
        found.add(&event);
    }
    found
}

fn is_event(component: &str) -> bool {
    component == "VEVENT"
}

impl CalendarAnswers {
    fn note(&mut self, line: u32, reason: String) {
        if self.problems.len() < MOST_PROBLEMS {
            self.problems.push(Problem { line, reason });
        }
    }

    fn add(&mut self, lines: &[Line<'_>]) {
        let properties: Vec<(u32, Property<'_>)> =
            lines.iter().filter_map(|line| Property::parse(&line.text).map(|property| (line.number, property))).collect();
        let of = |name: &str| properties.iter().find(|(_, property)| property.name == name).map(|(_, property)| property);
        let mut answer = Answer {
            uid: of("UID").map(|property| property.plain().to_owned()).unwrap_or_default(),
            sequence: of("SEQUENCE").and_then(|property| property.plain().parse().ok()),
            dtstamp: of("DTSTAMP").and_then(|property| instant(property.value)),
            comment: comment(&properties),
            proposed: of("DTSTART").map(|start| (described(start), of("DTEND").map(described).unwrap_or_default())),
            ..Answer::default()
        };
        if let Some((line, property)) = properties.iter().find(|(_, property)| property.name == "RECURRENCE-ID") {
            answer.recurrence_id_text = described(property);
            answer.recurrence_id = event_time(property);
            if answer.recurrence_id.is_none() {
                self.note(*line, format!("“{}” is not a time; which date is answered is unknown", shortened(property.value)));
            }
        }
        if answer.uid.is_empty() {
            self.note(lines.first().map_or(1, |line| line.number), "the event has no UID; which event is answered is unknown".to_owned());
        }
        self.organizers.extend(
            properties.iter().filter(|(_, property)| property.name == "ORGANIZER").filter_map(|(_, property)| calendar_address(property)),
        );
        let before = self.answers.len();
        for (line, property) in properties.iter().filter(|(_, property)| property.name == "ATTENDEE") {
            if self.answers.len() >= MOST_ANSWERS {
                return;
            }
            self.add_attendee(&answer, *line, property);
        }
        if self.answers.len() == before && !answer.uid.is_empty() {
            self.answers.push(answer);
        }
    }

    fn add_attendee(&mut self, event: &Answer, line: u32, property: &Property<'_>) {
        let Some(attendee) = calendar_address(property) else {
            self.note(line, format!("“{}” is not a mail address; who answers is unknown", shortened(property.value)));
            return;
        };
        let written = property.parameter("PARTSTAT").map(|value| value.trim().to_ascii_uppercase());
        let partstat = written.as_deref().and_then(participation);
        if let (Some(written), None) = (&written, partstat)
            && !written.is_empty()
        {
            self.note(line, format!("“{}” is no answer that is known (ACCEPTED, DECLINED, TENTATIVE)", shortened(written)));
        }
        let words = property.parameter("X-RESPONSE-COMMENT").map(|comment| comment.replace("\\n", "\n").trim().to_owned());
        self.answers.push(Answer {
            attendee,
            name: property.parameter("CN").unwrap_or_default().to_owned(),
            partstat,
            comment: words.filter(|comment| !comment.is_empty()).unwrap_or_else(|| event.comment.clone()),
            extra_guests: property.parameter("X-NUM-GUESTS").and_then(|count| count.trim().parse().ok()).unwrap_or(0),
            delegated_to: property.parameter("DELEGATED-TO").and_then(clean_address),
            delegated_from: property.parameter("DELEGATED-FROM").and_then(clean_address),
            ..event.clone()
        });
    }
}

fn shortened(text: &str) -> String {
    text.chars().take(60).collect()
}

fn participation(written: &str) -> Option<Participation> {
    Some(match written {
        "ACCEPTED" => Participation::Accepted,
        "DECLINED" => Participation::Declined,
        "TENTATIVE" => Participation::Tentative,
        "NEEDS-ACTION" => Participation::NeedsAction,
        "DELEGATED" => Participation::Delegated,
        _ => return None,
    })
}

/// PARTSTAT as iCalendar writes it.
pub fn partstat_text(participation: Participation) -> &'static str {
    match participation {
        Participation::Accepted => "ACCEPTED",
        Participation::Declined => "DECLINED",
        Participation::Tentative => "TENTATIVE",
        Participation::NeedsAction => "NEEDS-ACTION",
        Participation::Delegated => "DELEGATED",
    }
}

/// Every COMMENT that has words in it: Zimbra's connector sends an empty one.
fn comment(properties: &[(u32, Property<'_>)]) -> String {
    let comments =
        properties.iter().filter(|(_, property)| property.name == "COMMENT").map(|(_, property)| property.text().trim().to_owned());
    comments.filter(|text| !text.is_empty()).collect::<Vec<_>>().join("\n")
}

/// The address of an ATTENDEE or ORGANIZER: the last `mailto:` of the value, else the value, else EMAIL (RFC 7986 §6.2).
fn calendar_address(property: &Property<'_>) -> Option<String> {
    clean_address(property.value).or_else(|| property.parameter("EMAIL").and_then(clean_address))
}

fn clean_address(text: &str) -> Option<String> {
    let lower = text.to_ascii_lowercase();
    let start = lower.rfind("mailto:").map_or(0, |index| index + "mailto:".len());
    let address = text.get(start..).unwrap_or(text);
    let address = match (address.rfind('<'), address.rfind('>')) {
        (Some(open), Some(close)) if open < close => address.get(open + 1..close).unwrap_or(address),
        _ => address,
    };
    // A fold with two blanks leaves one in the middle of the address.
    let compact: String = address.chars().filter(|character| !character.is_whitespace() && !matches!(character, '"' | '<' | '>')).collect();
    let address = percent_decoded(&compact);
    let (local, domain) = address.rsplit_once('@')?;
    (!local.is_empty() && !domain.is_empty() && address.len() <= 320).then_some(address)
}

/// RFC 6068 §2: an address in a `mailto:` may have `%2B` for a plus sign.
fn percent_decoded(text: &str) -> String {
    if !text.contains('%') {
        return text.to_owned();
    }
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((&first, after)) = rest.split_first() {
        let digit = |at: usize| after.get(at).and_then(|byte| char::from(*byte).to_digit(16)).and_then(|digit| u8::try_from(digit).ok());
        if let (b'%', Some(high), Some(low)) = (first, digit(0), digit(1)) {
            bytes.push(high * 16 + low);
            rest = after.get(2..).unwrap_or_default();
        } else {
            bytes.push(first);
            rest = after;
        }
    }
    String::from_utf8(bytes).ok().filter(|decoded| !decoded.chars().any(char::is_control)).unwrap_or_else(|| text.to_owned())
}

/// A time with what is needed to read it: `TZID=Europe/Berlin:20260101T090000`.
fn described(property: &Property<'_>) -> String {
    match (property.parameter("TZID"), property.parameter("VALUE")) {
        (Some(zone), _) => format!("TZID={zone}:{}", property.plain()),
        (None, Some(kind)) if kind.eq_ignore_ascii_case("DATE") => format!("VALUE=DATE:{}", property.plain()),
        _ => property.plain().to_owned(),
    }
}

fn event_time(property: &Property<'_>) -> Option<EventTime> {
    EventTime::parse_value(property.value, property.parameter("TZID").and_then(Zone::parse))
}

fn instant(value: &str) -> Option<Timestamp> {
    // DTSTAMP is UTC by definition (RFC 5545 §3.8.7.2), also where the Z was forgotten.
    let moment = EventTime::parse_value(value, Some(Zone::utc()))?;
    Some(moment.to_instant(&TimeZone::UTC))
}
