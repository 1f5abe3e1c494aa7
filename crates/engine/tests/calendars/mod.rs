//! Calendars and events.

mod editing;
mod history;
mod importing;
mod looking;

/// Three games, one of them every week.
pub(crate) const SEASON: &str = "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nX-WR-CALNAME:Packers 2027\r\n\
BEGIN:VEVENT\r\nUID:opener\r\nDTSTAMP:20270101T000000Z\r\nDTSTART;TZID=America/Chicago:20270314T130000\r\n\
DTEND;TZID=America/Chicago:20270314T160000\r\nSUMMARY:Bears at Packers\r\nLOCATION:Lambeau Field\r\nEND:VEVENT\r\n\
BEGIN:VEVENT\r\nUID:away\r\nDTSTAMP:20270101T000000Z\r\nDTSTART:20270320T190000Z\r\nDTEND:20270320T220000Z\r\n\
SUMMARY:Packers at Bears\r\nEND:VEVENT\r\n\
BEGIN:VEVENT\r\nUID:training\r\nDTSTAMP:20270101T000000Z\r\nDTSTART;TZID=America/Chicago:20270302T180000\r\n\
DTEND;TZID=America/Chicago:20270302T193000\r\nRRULE:FREQ=WEEKLY;COUNT=10\r\nSUMMARY:Training\r\nEND:VEVENT\r\n\
END:VCALENDAR\r\n";
