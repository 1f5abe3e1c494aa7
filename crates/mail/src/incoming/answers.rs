//! The iTIP part of a calendar: who answers what (RFC 5546), in all the shapes of IMIP.md §4.

use calendar::{EventTime, Participation, Zone};
use jiff::Timestamp;
use jiff::tz::TimeZone;

use super::content_line::{ContentLine, content_lines};
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

pub(super) fn read(text: &str) -> CalendarAnswers {
    let mut found = CalendarAnswers::default();
    let mut open: Vec<String> = Vec::new();
    let mut event: Vec<ContentLine> = Vec::new();
    for line in content_lines(text) {
        match line.name.as_str() {
            "BEGIN" => {
                let component = line.value.trim().to_ascii_uppercase();
                if is_event(&component) {
                    event.clear();
                }
                open.push(component);
            }
            "END" => {
                let component = line.value.trim().to_ascii_uppercase();
                if is_event(&component) && open.iter().any(|name| *name == component) {
                    found.add(&event);
                    event.clear();
                }
                if let Some(position) = open.iter().rposition(|name| *name == component) {
                    open.truncate(position);
                }
            }
            // METHOD inside a VEVENT is wrong and clear all the same.
            "METHOD" if found.method.is_none() && !line.value.trim().is_empty() => {
                found.method = Some(line.value.trim().to_ascii_uppercase())
            }
            _ if open.last().is_some_and(|name| is_event(name)) => event.push(line),
            _ => {}
        }
    }
    if open.iter().any(|name| is_event(name)) {
        let line = event.last().map_or(1, |line| line.line);
        found.problems.push(Problem { line, reason: "the calendar ends in the middle of an event; it was cut on its way".to_owned() });
        found.add(&event);
    }
    found
}

fn is_event(component: &str) -> bool {
    component == "VEVENT"
}

impl CalendarAnswers {
    fn add(&mut self, lines: &[ContentLine]) {
        let of = |name: &str| lines.iter().find(|line| line.name == name);
        let mut answer = Answer {
            uid: of("UID").map(|line| line.value.trim().to_owned()).unwrap_or_default(),
            sequence: of("SEQUENCE").and_then(|line| line.value.trim().parse().ok()),
            dtstamp: of("DTSTAMP").and_then(|line| instant(&line.value)),
            comment: comment(lines),
            proposed: of("DTSTART").map(|start| (described(start), of("DTEND").map(described).unwrap_or_default())),
            ..Answer::default()
        };
        if let Some(line) = of("RECURRENCE-ID") {
            answer.recurrence_id_text = described(line);
            answer.recurrence_id = event_time(line);
            if answer.recurrence_id.is_none() {
                self.problems.push(Problem {
                    line: line.line,
                    reason: format!("“{}” is not a time; which date is answered is unknown", line.value),
                });
            }
        }
        if answer.uid.is_empty() {
            let line = lines.first().map_or(1, |line| line.line);
            self.problems.push(Problem { line, reason: "the event has no UID; which event is answered is unknown".to_owned() });
        }
        self.organizers.extend(lines.iter().filter(|line| line.name == "ORGANIZER").filter_map(calendar_address));
        let before = self.answers.len();
        for line in lines.iter().filter(|line| line.name == "ATTENDEE") {
            if self.answers.len() >= MOST_ANSWERS {
                return;
            }
            self.add_attendee(&answer, line);
        }
        if self.answers.len() == before && !answer.uid.is_empty() {
            self.answers.push(answer);
        }
    }

    fn add_attendee(&mut self, event: &Answer, line: &ContentLine) {
        let Some(attendee) = calendar_address(line) else {
            self.problems
                .push(Problem { line: line.line, reason: format!("“{}” is not a mail address; who answers is unknown", line.value) });
            return;
        };
        let written = line.parameter("PARTSTAT").map(|value| value.trim().to_ascii_uppercase());
        let partstat = written.as_deref().and_then(participation);
        if let (Some(written), None) = (&written, partstat)
            && !written.is_empty()
        {
            self.problems.push(Problem {
                line: line.line,
                reason: format!("“{written}” is no answer that is known (ACCEPTED, DECLINED, TENTATIVE)"),
            });
        }
        let words = line.parameter("X-RESPONSE-COMMENT").map(|comment| comment.replace("\\n", "\n").trim().to_owned());
        self.answers.push(Answer {
            attendee,
            name: line.parameter("CN").unwrap_or_default().to_owned(),
            partstat,
            comment: words.filter(|comment| !comment.is_empty()).unwrap_or_else(|| event.comment.clone()),
            extra_guests: line.parameter("X-NUM-GUESTS").and_then(|count| count.trim().parse().ok()).unwrap_or(0),
            delegated_to: line.parameter("DELEGATED-TO").and_then(clean_address),
            delegated_from: line.parameter("DELEGATED-FROM").and_then(clean_address),
            ..event.clone()
        });
    }
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
pub(crate) fn partstat_text(participation: Participation) -> &'static str {
    match participation {
        Participation::Accepted => "ACCEPTED",
        Participation::Declined => "DECLINED",
        Participation::Tentative => "TENTATIVE",
        Participation::NeedsAction => "NEEDS-ACTION",
        Participation::Delegated => "DELEGATED",
    }
}

/// Every COMMENT that has words in it: Zimbra's connector sends an empty one.
fn comment(lines: &[ContentLine]) -> String {
    lines.iter().filter(|line| line.name == "COMMENT").map(ContentLine::text).filter(|text| !text.is_empty()).collect::<Vec<_>>().join("\n")
}

/// The address of an ATTENDEE or ORGANIZER: the last `mailto:` of the value, else the value, else EMAIL (RFC 7986 §6.2).
fn calendar_address(line: &ContentLine) -> Option<String> {
    clean_address(&line.value).or_else(|| line.parameter("EMAIL").and_then(clean_address))
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
    let encoded = text.replace('=', "=3D").replace('%', "=");
    let decoded = super::content_line::quoted_printable(&encoded);
    if decoded.chars().any(char::is_control) || decoded.contains('\u{fffd}') { text.to_owned() } else { decoded }
}

/// A time with what is needed to read it: `TZID=Europe/Berlin:20260101T090000`.
fn described(line: &ContentLine) -> String {
    match (line.parameter("TZID"), line.parameter("VALUE")) {
        (Some(zone), _) => format!("TZID={zone}:{}", line.value.trim()),
        (None, Some(kind)) if kind.eq_ignore_ascii_case("DATE") => format!("VALUE=DATE:{}", line.value.trim()),
        _ => line.value.trim().to_owned(),
    }
}

fn event_time(line: &ContentLine) -> Option<EventTime> {
    EventTime::parse_value(&line.value, line.parameter("TZID").and_then(Zone::parse))
}

fn instant(value: &str) -> Option<Timestamp> {
    // DTSTAMP is UTC by definition (RFC 5545 §3.8.7.2), also where the Z was forgotten.
    let moment = EventTime::parse_value(value, Some(Zone::utc()))?;
    Some(moment.to_instant(&TimeZone::UTC))
}
