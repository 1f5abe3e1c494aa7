//! Invitations as the calendars of organizers send them, in forms of our own making.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

/// What an organizer's own calendar says of an event.
#[derive(Clone)]
pub(super) struct Entry {
    pub(super) uid: &'static str,
    /// REQUEST or CANCEL.
    pub(super) method: &'static str,
    pub(super) sequence: u32,
    /// Their clock, e.g. `20270301T110000Z`.
    pub(super) dtstamp: &'static str,
    pub(super) summary: &'static str,
    /// Wall clock time in Paris.
    pub(super) start: &'static str,
    pub(super) end: &'static str,
    /// RRULE and the like, a line each.
    pub(super) more: &'static str,
    /// The original start of the one date that it is about, wall clock time in Paris; empty for the whole.
    pub(super) date: &'static str,
}

/// The organizer, and the address that takes commands.
pub(super) const ANN: &str = "ann@club.example";
pub(super) const CREATE: &str = "create@club.example";
/// What the inbox's server says of a message that is genuine.
pub(super) const GENUINE: &str =
    "Authentication-Results: mx.club.example; dkim=pass header.d=club.example; dmarc=pass header.from=club.example";

pub(super) fn training() -> Entry {
    Entry {
        uid: "training-1@calendar.example",
        method: "REQUEST",
        sequence: 0,
        dtstamp: "20270301T090000Z",
        summary: "Training",
        start: "20270405T180000",
        end: "20270405T200000",
        more: "",
        date: "",
    }
}

pub(super) fn weekly() -> Entry {
    Entry { uid: "weekly-1@calendar.example", summary: "Weekly training", more: "RRULE:FREQ=WEEKLY;COUNT=6\n", ..training() }
}

fn lines(text: &str) -> Vec<u8> {
    text.replace('\n', "\r\n").into_bytes()
}

fn wrapped(text: &str) -> String {
    let encoded = STANDARD.encode(text.replace('\n', "\r\n"));
    encoded.as_bytes().chunks(76).map(|line| String::from_utf8_lossy(line).into_owned() + "\n").collect()
}

impl Entry {
    fn status(&self) -> &'static str {
        if self.method == "CANCEL" { "CANCELLED" } else { "CONFIRMED" }
    }

    fn message_id(&self) -> String {
        format!("{}-{}-{}-{}-{}", self.method, self.sequence, self.dtstamp, self.date, self.uid)
    }

    fn original(&self, zone: &str) -> String {
        if self.date.is_empty() { String::new() } else { format!("RECURRENCE-ID;TZID={zone}:{}\n", self.date) }
    }

    fn is_about(&self) -> String {
        let Self { uid, sequence, dtstamp, more, .. } = self;
        format!("UID:{uid}\nSEQUENCE:{sequence}\nDTSTAMP:{dtstamp}\n{more}")
    }

    /// Google: made by a machine in its own name, the calendar twice, IANA zones, a line of its own for a call.
    pub(super) fn google(&self) -> Vec<u8> {
        let Self { method, summary, start, end, .. } = self;
        let (zone, status) = ("Europe/Paris", self.status());
        let calendar = format!(
            "BEGIN:VCALENDAR\nPRODID:-//Google Inc//Google Calendar 70.9054//EN\nVERSION:2.0\nCALSCALE:GREGORIAN\nMETHOD:{method}\n\
             BEGIN:VTIMEZONE\nTZID:{zone}\nX-LIC-LOCATION:{zone}\nBEGIN:DAYLIGHT\nTZOFFSETFROM:+0100\nTZOFFSETTO:+0200\nTZNAME:CEST\n\
             DTSTART:19700329T020000\nRRULE:FREQ=YEARLY;BYMONTH=3;BYDAY=-1SU\nEND:DAYLIGHT\nBEGIN:STANDARD\nTZOFFSETFROM:+0200\nTZOFFSETTO:+0100\n\
             TZNAME:CET\nDTSTART:19701025T030000\nRRULE:FREQ=YEARLY;BYMONTH=10;BYDAY=-1SU\nEND:STANDARD\nEND:VTIMEZONE\n\
             BEGIN:VEVENT\nDTSTART;TZID={zone}:{start}\nDTEND;TZID={zone}:{end}\n{}{}ORGANIZER;CN=Ann:mailto:{ANN}\n\
             ATTENDEE;CUTYPE=INDIVIDUAL;ROLE=REQ-PARTICIPANT;PARTSTAT=ACCEPTED;RSVP=TRUE;CN=Ann;X-NUM-GUESTS=0:mailto:{ANN}\n\
             ATTENDEE;CUTYPE=INDIVIDUAL;ROLE=REQ-PARTICIPANT;PARTSTAT=NEEDS-ACTION;RSVP=TRUE;CN=Bob;X-NUM-GUESTS=0:mailto:bob@people.example\n\
             ATTENDEE;CUTYPE=INDIVIDUAL;ROLE=REQ-PARTICIPANT;PARTSTAT=NEEDS-ACTION;RSVP=TRUE;CN=create;X-NUM-GUESTS=0:mailto:{CREATE}\n\
             X-MICROSOFT-CDO-OWNERAPPTID:-1\nCREATED:20270228T080000Z\nLAST-MODIFIED:20270301T080000Z\nLOCATION:Hall 2\nSTATUS:{status}\n\
             SUMMARY:{summary}\nTRANSP:OPAQUE\nEND:VEVENT\nEND:VCALENDAR\n",
            self.original(zone),
            self.is_about()
        );
        lines(&format!(
            "MIME-Version: 1.0\nReply-To: Ann <{ANN}>\nSender: Google Calendar <calendar-notification@google.com>\nAuto-Submitted: auto-generated\n\
             Message-ID: <calendar-{}>\nDate: Mon, 1 Mar 2027 09:00:00 +0000\nSubject: Invitation: {summary}\nFrom: Ann <{ANN}>\nTo: {CREATE}\n\
             Content-Type: multipart/mixed; boundary=\"000000000000aa\"\n\n\
             --000000000000aa\nContent-Type: multipart/alternative; boundary=\"000000000000bb\"\n\n\
             --000000000000bb\nContent-Type: text/plain; charset=\"UTF-8\"; format=flowed; delsp=yes\nContent-Transfer-Encoding: base64\n\n{}\n\
             --000000000000bb\nContent-Type: text/calendar; charset=\"UTF-8\"; method={method}\nContent-Transfer-Encoding: 7bit\n\n{calendar}\n\
             --000000000000bb--\n--000000000000aa\nContent-Type: application/ics; name=\"invite.ics\"\n\
             Content-Disposition: attachment; filename=\"invite.ics\"\nContent-Transfer-Encoding: base64\n\n{}--000000000000aa--\n",
            self.message_id(),
            wrapped("You have been invited.\n"),
            wrapped(&calendar)
        ))
    }

    /// Outlook: only alternatives, base64, zones of Windows, languages at texts, a sequence of its own beside the one of the standard.
    pub(super) fn outlook(&self) -> Vec<u8> {
        let Self { method, summary, start, end, sequence, .. } = self;
        let (zone, status) = ("Romance Standard Time", self.status());
        let calendar = format!(
            "BEGIN:VCALENDAR\nMETHOD:{method}\nPRODID:Microsoft Exchange Server 2010\nVERSION:2.0\n\
             BEGIN:VTIMEZONE\nTZID:{zone}\nBEGIN:STANDARD\nDTSTART:16010101T030000\nTZOFFSETFROM:+0200\nTZOFFSETTO:+0100\n\
             RRULE:FREQ=YEARLY;INTERVAL=1;BYDAY=-1SU;BYMONTH=10\nEND:STANDARD\nBEGIN:DAYLIGHT\nDTSTART:16010101T020000\nTZOFFSETFROM:+0100\n\
             TZOFFSETTO:+0200\nRRULE:FREQ=YEARLY;INTERVAL=1;BYDAY=-1SU;BYMONTH=3\nEND:DAYLIGHT\nEND:VTIMEZONE\n\
             BEGIN:VEVENT\nORGANIZER;CN=Ann:mailto:{ANN}\nATTENDEE;ROLE=REQ-PARTICIPANT;PARTSTAT=NEEDS-ACTION;RSVP=TRUE;CN=create:mailto:{CREATE}\n\
             DESCRIPTION;LANGUAGE=en-US:\\n\n{}{}SUMMARY;LANGUAGE=en-US:{summary}\nDTSTART;TZID={zone}:{start}\nDTEND;TZID={zone}:{end}\n\
             CLASS:PUBLIC\nPRIORITY:5\nTRANSP:OPAQUE\nSTATUS:{status}\nLOCATION;LANGUAGE=en-US:Hall 2\nX-MICROSOFT-CDO-APPT-SEQUENCE:{sequence}\n\
             X-MICROSOFT-CDO-BUSYSTATUS:TENTATIVE\nX-MICROSOFT-DISALLOW-COUNTER:FALSE\nBEGIN:VALARM\nDESCRIPTION:REMINDER\nTRIGGER;RELATED=START:-PT15M\n\
             ACTION:DISPLAY\nEND:VALARM\nEND:VEVENT\nEND:VCALENDAR\n",
            self.original(zone),
            self.is_about()
        );
        lines(&format!(
            "From: Ann <{ANN}>\nTo: \"create@club.example\" <{CREATE}>\nSubject: {summary}\nThread-Topic: {summary}\n\
             Date: Mon, 1 Mar 2027 09:00:00 +0000\nMessage-ID: <{}>\nContent-Language: en-US\n\
             Content-Type: multipart/alternative;\n\tboundary=\"_000_BBBB_\"\nMIME-Version: 1.0\n\n\
             --_000_BBBB_\nContent-Type: text/plain; charset=\"us-ascii\"\n\n\n--_000_BBBB_\n\
             Content-Type: text/calendar; charset=\"utf-8\"; method={method}\nContent-Transfer-Encoding: base64\n\n{}--_000_BBBB_--\n",
            self.message_id(),
            wrapped(&calendar)
        ))
    }

    /// Apple: parameters parted by tabs, quoted-printable, `MAILTO:` in capitals.
    pub(super) fn apple(&self) -> Vec<u8> {
        let Self { method, summary, start, end, .. } = self;
        let (zone, status) = ("Europe/Paris", self.status());
        let calendar = format!(
            "BEGIN:VCALENDAR\nCALSCALE:GREGORIAN\nMETHOD:{method}\nPRODID:-//Apple Inc.//macOS 15.0//EN\nVERSION:2.0\nBEGIN:VEVENT\n\
             ATTENDEE;CUTYPE=INDIVIDUAL;EMAIL=\"{ANN}\";PARTSTAT=ACCEPTED;ROLE=CHAIR:MAILTO:{ANN}\n\
             ATTENDEE;CUTYPE=INDIVIDUAL;EMAIL=\"{CREATE}\";PARTSTAT=NEEDS-ACTION;RSVP=TRUE:MAILTO:{CREATE}\nCREATED:20270228T080000Z\n\
             DTEND;TZID={zone}:{end}\nDTSTART;TZID={zone}:{start}\n{}LOCATION:Hall 2\nORGANIZER;CN=\"Ann\";EMAIL=\"{ANN}\":MAILTO:{ANN}\n{}\
             STATUS:{status}\nSUMMARY:{summary}\nTRANSP:OPAQUE\nX-APPLE-TRAVEL-ADVISORY-BEHAVIOR:AUTOMATIC\nEND:VEVENT\nEND:VCALENDAR\n",
            self.original(zone),
            self.is_about()
        );
        lines(&format!(
            "Content-Type: multipart/alternative;\n\tboundary=Apple-Mail-CCCC\nFrom: Ann <{ANN}>\nMime-Version: 1.0 (1.0)\n\
             Date: Mon, 1 Mar 2027 09:00:00 +0000\nSubject: {summary}\nMessage-Id: <{}>\nTo: {CREATE}\n\n\
             --Apple-Mail-CCCC\nContent-Type: text/plain;\n\tcharset=utf-8\n\nAnn invites you.\n\
             --Apple-Mail-CCCC\nContent-Type: text/calendar;\tmethod={method};\tcharset=utf-8\nContent-Transfer-Encoding: quoted-printable\n\n{}\
             --Apple-Mail-CCCC--\n",
            self.message_id(),
            calendar.replace('=', "=3D")
        ))
    }
}
