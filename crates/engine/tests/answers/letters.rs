//! Mails as the programs of guests and the servers of providers write them.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

/// What a guest's program knows when it answers.
#[derive(Clone)]
pub(super) struct Letter {
    /// ATTENDEE and From.
    pub(super) guest: String,
    pub(super) uid: String,
    /// Where the answer goes.
    pub(super) organizer: String,
    /// ACCEPTED, DECLINED or TENTATIVE.
    pub(super) partstat: &'static str,
    pub(super) sequence: u32,
    /// DTSTAMP, e.g. `20270301T120000Z`.
    pub(super) dtstamp: &'static str,
}

fn lines(text: &str) -> Vec<u8> {
    text.replace('\n', "\r\n").into_bytes()
}

fn wrapped(text: &str) -> String {
    let encoded = STANDARD.encode(text.replace('\n', "\r\n"));
    encoded.as_bytes().chunks(76).map(|line| String::from_utf8_lossy(line).into_owned() + "\n").collect()
}

impl Letter {
    /// Google: the calendar twice, machine-made, ORGANIZER without `mailto:`, words in a parameter.
    pub(super) fn gmail(&self) -> Vec<u8> {
        let Self { guest, uid, organizer, partstat, sequence, dtstamp } = self;
        let calendar = format!(
            "BEGIN:VCALENDAR\nPRODID:-//Google Inc//Google Calendar 70.9054//EN\nVERSION:2.0\nCALSCALE:GREGORIAN\nMETHOD:REPLY\n\
             BEGIN:VEVENT\nDTSTART:20270401T080000Z\nDTEND:20270401T100000Z\nDTSTAMP:{dtstamp}\nORGANIZER;CN=Club:{organizer}\nUID:{uid}\n\
             ATTENDEE;CUTYPE=INDIVIDUAL;ROLE=REQ-PARTICIPANT;PARTSTAT={partstat};X-NUM-GUESTS=2;X-RESPONSE-COMMENT=\"Bringing friends\":mailto:{guest}\n\
             SEQUENCE:{sequence}\nSTATUS:CONFIRMED\nSUMMARY:Cup final\nTRANSP:OPAQUE\n\
             BEGIN:VALARM\nACTION:DISPLAY\nDESCRIPTION:This is an event reminder\nTRIGGER:-P0DT0H30M0S\nEND:VALARM\nEND:VEVENT\nEND:VCALENDAR\n"
        );
        lines(&format!(
            "MIME-Version: 1.0\nReply-To: {guest}\nSender: Google Calendar <calendar-notification@google.example>\nAuto-Submitted: auto-generated\n\
             Message-ID: <calendar-{partstat}-{dtstamp}-{uid}>\nDate: Mon, 1 Mar 2027 12:00:00 +0000\nSubject: {partstat}: Cup final\n\
             From: {guest}\nTo: {organizer}\nContent-Type: multipart/mixed; boundary=\"000000000000aa\"\n\n\
             --000000000000aa\nContent-Type: multipart/alternative; boundary=\"000000000000bb\"\n\n\
             --000000000000bb\nContent-Type: text/plain; charset=\"UTF-8\"; format=flowed; delsp=yes\nContent-Transfer-Encoding: base64\n\n{}\n\
             --000000000000bb\nContent-Type: text/html; charset=\"UTF-8\"\n\n<p>{guest} answered</p>\n\
             --000000000000bb\nContent-Type: text/calendar; charset=\"UTF-8\"; method=REPLY\nContent-Transfer-Encoding: 7bit\n\n{calendar}\n\
             --000000000000bb--\n--000000000000aa\nContent-Type: application/ics; name=\"invite.ics\"\n\
             Content-Disposition: attachment; filename=\"invite.ics\"\nContent-Transfer-Encoding: base64\n\n{}--000000000000aa--\n",
            wrapped(&format!("{guest} answered this invitation.\n")),
            wrapped(&calendar)
        ))
    }

    /// Outlook: no ORGANIZER, a zone of Windows, its own words in SUMMARY, base64.
    pub(super) fn outlook(&self) -> Vec<u8> {
        let Self { guest, uid, organizer, partstat, sequence, dtstamp } = self;
        let calendar = format!(
            "BEGIN:VCALENDAR\nMETHOD:REPLY\nPRODID:Microsoft Exchange Server 2010\nVERSION:2.0\n\
             BEGIN:VTIMEZONE\nTZID:Romance Standard Time\nBEGIN:STANDARD\nDTSTART:16010101T030000\nTZOFFSETFROM:+0200\nTZOFFSETTO:+0100\n\
             RRULE:FREQ=YEARLY;INTERVAL=1;BYDAY=-1SU;BYMONTH=10\nEND:STANDARD\nBEGIN:DAYLIGHT\nDTSTART:16010101T020000\nTZOFFSETFROM:+0100\n\
             TZOFFSETTO:+0200\nRRULE:FREQ=YEARLY;INTERVAL=1;BYDAY=-1SU;BYMONTH=3\nEND:DAYLIGHT\nEND:VTIMEZONE\n\
             BEGIN:VEVENT\nATTENDEE;PARTSTAT={partstat};CN=A Guest:mailto:{guest}\nCOMMENT;LANGUAGE=en-US:\\n\nUID:{uid}\n\
             SUMMARY;LANGUAGE=en-US:Accepted: Cup final\nDTSTART;TZID=Romance Standard Time:20270401T100000\nDTEND;TZID=Romance Standard Time:20270401T120000\n\
             CLASS:PUBLIC\nPRIORITY:5\nDTSTAMP:{dtstamp}\nTRANSP:OPAQUE\nSTATUS:CONFIRMED\nSEQUENCE:{sequence}\nLOCATION;LANGUAGE=en-US:\n\
             X-MICROSOFT-CDO-APPT-SEQUENCE:{sequence}\nEND:VEVENT\nEND:VCALENDAR\n"
        );
        lines(&format!(
            "From: A Guest <{guest}>\nTo: {organizer}\nSubject: Accepted: Cup final\nThread-Topic: Cup final\n\
             Date: Mon, 1 Mar 2027 12:00:00 +0000\nMessage-ID: <{partstat}.{dtstamp}.{uid}>\nContent-Language: en-US\n\
             Content-Type: multipart/alternative;\n\tboundary=\"_002_AAAA_\"\nMIME-Version: 1.0\n\n\
             --_002_AAAA_\nContent-Type: text/plain; charset=\"us-ascii\"\n\n\n--_002_AAAA_\n\
             Content-Type: text/calendar; charset=\"utf-8\"; method=REPLY\nContent-Transfer-Encoding: base64\n\n{}--_002_AAAA_--\n",
            wrapped(&calendar)
        ))
    }

    /// Apple: parameters parted by tabs, a soft line break in the middle of a property.
    pub(super) fn apple(&self) -> Vec<u8> {
        let Self { guest, uid, organizer, partstat, sequence, dtstamp } = self;
        let (first, rest) = uid.split_at(uid.len() / 2);
        lines(&format!(
            "Content-Type: multipart/alternative;\n\tboundary=Apple-Mail-AAAA-BBBB\nContent-Transfer-Encoding: 7bit\nFrom: A Guest <{guest}>\n\
             Mime-Version: 1.0 (1.0)\nDate: Mon, 1 Mar 2027 12:00:00 +0000\nSubject: Re: Cup final\nMessage-Id: <{partstat}-{dtstamp}-{uid}>\nTo: {organizer}\n\n\
             --Apple-Mail-AAAA-BBBB\nContent-Type: text/plain;\n\tcharset=utf-8\n\nA Guest has answered.\n\
             --Apple-Mail-AAAA-BBBB\nContent-Type: text/calendar;\tmethod=REPLY;\tcharset=utf-8\nContent-Transfer-Encoding: quoted-printable\n\n\
             BEGIN:VCALENDAR\nCALSCALE:GREGORIAN\nMETHOD:REPLY\nPRODID:-//Apple Inc.//iOS 17.0//EN\nVERSION:2.0\nBEGIN:VEVENT\n\
             ATTENDEE;CN=3D\"A Guest\";PARTSTAT=3D{partstat}:mailto:{guest}\nDTSTAMP:{dtstamp}\nORGANIZER:mailto:{organizer}\nSEQUENCE:{sequence}\n\
             UID:{first}=\n{rest}\nDTSTART:20270401T080000Z\nEND:VEVENT\nEND:VCALENDAR\n--Apple-Mail-AAAA-BBBB--\n"
        ))
    }

    /// Thunderbird: one boundary for ever, 8bit, the calendar once more as a file.
    pub(super) fn thunderbird(&self) -> Vec<u8> {
        let Self { guest, uid, organizer, partstat, sequence, dtstamp } = self;
        let calendar = format!(
            "BEGIN:VCALENDAR\nPRODID:-//Mozilla.org/NONSGML Mozilla Calendar V1.1//EN\nVERSION:2.0\nMETHOD:REPLY\nBEGIN:VEVENT\nDTSTAMP:{dtstamp}\nUID:{uid}\n\
             SUMMARY:Cup final\nORGANIZER:mailto:{organizer}\nATTENDEE;PARTSTAT={partstat};ROLE=REQ-PARTICIPANT:mailto:{guest}\n\
             DTSTART;TZID=Europe/Paris:20270401T100000\nSEQUENCE:{sequence}\nEND:VEVENT\nEND:VCALENDAR\n"
        );
        lines(&format!(
            "MIME-version: 1.0\nReturn-path: {guest}\nFrom: {guest}\nTo: {organizer}\nMessage-ID: <{partstat}.{dtstamp}.{uid}>\nDate: Mon, 01 Mar 2027 12:00:00 GMT\n\
             Subject: Invitation Reply (Accepted): Cup final\nContent-Type: multipart/mixed; boundary=\"Boundary_(ID_practice)\"\n\n\
             --Boundary_(ID_practice)\nContent-Type: multipart/alternative; boundary=\"Boundary_(ID_inner)\"\n\n\
             --Boundary_(ID_inner)\nContent-Type: text/plain; charset=UTF-8\nContent-Transfer-Encoding: 8bit\n\n{guest} has answered.\n\
             --Boundary_(ID_inner)\nContent-Type: text/calendar; method=REPLY; charset=UTF-8\nContent-Transfer-Encoding: 8bit\n\n{calendar}\n\
             --Boundary_(ID_inner)--\n--Boundary_(ID_practice)\nContent-Type: application/ics; name=\"invite.ics\"\n\
             Content-Disposition: attachment; filename=\"invite.ics\"\nContent-Transfer-Encoding: 8bit\n\n{calendar}\n--Boundary_(ID_practice)--\n"
        ))
    }
}

/// A mail by the Yes, Maybe or No link.
pub(super) fn link(guest: &str, organizer: &str, word: &str, token: &str) -> Vec<u8> {
    lines(&format!(
        "From: {guest}\nTo: {organizer}\nSubject: {word}: Cup final [{token}]\nMessage-ID: <link-{word}-{token}@guest.example>\n\
         Date: Mon, 1 Mar 2027 12:00:00 +0000\nContent-Type: text/plain; charset=utf-8\n\nSent from my phone\n"
    ))
}

/// A server's report (RFC 3464) on the invitation with this token.
pub(super) fn bounce(guest: &str, organizer: &str, status: &str, token: &str) -> Vec<u8> {
    lines(&format!(
        "From: Mail Delivery System <mailer-daemon@mx.example>\nTo: {organizer}\nSubject: Undelivered Mail Returned to Sender\n\
         Message-ID: <bounce-{status}-{token}@mx.example>\nDate: Mon, 1 Mar 2027 12:00:00 +0000\nAuto-Submitted: auto-replied\nMIME-Version: 1.0\n\
         Content-Type: multipart/report; report-type=delivery-status; boundary=\"report\"\n\n\
         --report\nContent-Type: text/plain; charset=us-ascii\n\nYour message could not be delivered.\n\
         --report\nContent-Type: message/delivery-status\n\nReporting-MTA: dns; mx.example\n\n\
         Final-Recipient: rfc822; {guest}\nAction: failed\nStatus: {status}\nDiagnostic-Code: smtp; 550 {status} No such user here\n\n\
         --report\nContent-Type: text/rfc822-headers\n\nFrom: club@club.example\nTo: {guest}\nSubject: Cup final\nX-Rollcall-Token: {token}\n\
         Message-ID: <one@club.example>\n\n--report--\n"
    ))
}

/// A provider's report that a guest called the invitation with this token spam (RFC 5965).
pub(super) fn complaint(guest: &str, organizer: &str, token: &str) -> Vec<u8> {
    lines(&format!(
        "From: Feedback <fbl@provider.example>\nTo: {organizer}\nSubject: Complaint about a message\nMessage-ID: <complaint-{token}@provider.example>\n\
         Date: Mon, 1 Mar 2027 12:00:00 +0000\nMIME-Version: 1.0\n\
         Content-Type: multipart/report; report-type=feedback-report; boundary=\"report\"\n\n\
         --report\nContent-Type: text/plain; charset=us-ascii\n\nThis is an abuse report.\n\
         --report\nContent-Type: message/feedback-report\n\nFeedback-Type: abuse\nUser-Agent: Provider/1.0\nVersion: 1\n\
         Original-Rcpt-To: <{guest}>\n\n\
         --report\nContent-Type: message/rfc822\n\nFrom: club@club.example\nTo: {guest}\nSubject: Cup final\nX-Rollcall-Token: {token}\n\
         Message-ID: <one@club.example>\n\nPlease come.\n\n--report--\n"
    ))
}

/// An out-of-office note.
pub(super) fn vacation(guest: &str, organizer: &str) -> Vec<u8> {
    lines(&format!(
        "From: {guest}\nTo: {organizer}\nSubject: Automatic reply: Cup final\nAuto-Submitted: auto-replied\nMessage-ID: <away@guest.example>\n\
         Date: Mon, 1 Mar 2027 12:00:00 +0000\nContent-Type: text/plain; charset=utf-8\n\nI am away until Monday.\n"
    ))
}

/// A wish to get nothing more.
pub(super) fn unsubscribe(guest: &str, organizer: &str, token: &str) -> Vec<u8> {
    lines(&format!(
        "From: {guest}\nTo: {organizer}\nSubject: Unsubscribe [{token}]\nMessage-ID: <unsubscribe-{token}@guest.example>\n\
         Date: Mon, 1 Mar 2027 12:00:00 +0000\nContent-Type: text/plain; charset=utf-8\n\n\n"
    ))
}

/// The same message with one header more at the top.
pub(super) fn with_header(message: &[u8], header: &str) -> Vec<u8> {
    let mut with = format!("{header}\r\n").into_bytes();
    with.extend_from_slice(message);
    with
}
