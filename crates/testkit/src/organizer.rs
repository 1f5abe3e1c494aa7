//! Invitations as the calendars of organizers send them, in forms of our own making: what Google, Outlook and iCloud write around them,
//! and what a mailbox's own server writes above.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

/// The organizer, and the address that takes commands.
pub const ANN: &str = "ann@club.example";
/// The address that takes commands.
pub const CREATE: &str = "create@club.example";
/// What the inbox's own server calls itself.
pub const SERVER: &str = "mx.club.example";
/// What it says of a message that is genuine.
pub const GENUINE: &str = "Authentication-Results: mx.club.example; dkim=pass header.d=club.example; dmarc=pass header.from=club.example";

/// What an organizer's own calendar says of an event.
#[derive(Clone, Copy, Debug)]
pub struct Entry<'a> {
    /// Their UID.
    pub uid: &'a str,
    /// REQUEST or CANCEL.
    pub method: &'a str,
    /// SEQUENCE.
    pub sequence: u32,
    /// Their clock, e.g. `20270301T110000Z`.
    pub dtstamp: &'a str,
    /// Title.
    pub summary: &'a str,
    /// Wall clock time in Paris.
    pub start: &'a str,
    /// Wall clock time in Paris.
    pub end: &'a str,
    /// RRULE and the like, a line each.
    pub more: &'a str,
    /// The original start of the one date that it is about, wall clock time in Paris; empty for the whole.
    pub date: &'a str,
    /// The organizer.
    pub from: &'a str,
    /// Who is invited.
    pub to: &'a str,
}

/// A training in the evening of Monday, 5 April 2027.
#[must_use]
pub fn training() -> Entry<'static> {
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
        from: ANN,
        to: CREATE,
    }
}

/// The same six weeks in a row.
#[must_use]
pub fn weekly() -> Entry<'static> {
    Entry { uid: "weekly-1@calendar.example", summary: "Weekly training", more: "RRULE:FREQ=WEEKLY;COUNT=6\n", ..training() }
}

/// Whose calendar wrote an invitation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Calendar {
    /// Google Calendar.
    Google,
    /// Exchange and Outlook.
    Outlook,
    /// iCloud.
    Apple,
}

impl Calendar {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Google, Self::Outlook, Self::Apple];

    /// What servers on the way wrote above such a message, the last of them [`SERVER`]. Only that one's word counts.
    fn trace(self, entry: &Entry<'_>) -> String {
        let Entry { from, to, .. } = entry;
        let domain = from.rsplit_once('@').map_or("", |(_, domain)| domain);
        match self {
            // Signed by Google alone, whatever the organizer's domain is: where that has a policy, DMARC fails for all but Google itself.
            Self::Google => format!(
                "Return-Path: <3bWxEZhAKBQoJ44mMlSvjlkIvjwtSl.uoxjwY@calendar-server.bounces.google.com>\nDelivered-To: {to}\n\
                 Received: from mail-io1-f73.google.com (mail-io1-f73.google.com [209.85.166.73])\n\tby {SERVER} (Postfix) with ESMTPS id 4ZB1xk0Q7Hz9sWc\n\
                 \tfor <{to}>; Mon,  1 Mar 2027 09:00:02 +0000 (UTC)\n\
                 Authentication-Results: {SERVER};\n\tdkim=pass header.d=google.com header.s=20230601 header.b=\"Qm0x/7Zk\";\n\
                 \tspf=pass ({SERVER}: domain of 3bWxEZhAKBQoJ44mMlSvjlkIvjwtSl.uoxjwY@calendar-server.bounces.google.com designates 209.85.166.73 as permitted sender) smtp.mailfrom=3bWxEZhAKBQoJ44mMlSvjlkIvjwtSl.uoxjwY@calendar-server.bounces.google.com;\n\
                 \tdmarc=fail reason=\"SPF not aligned (relaxed), DKIM not aligned (relaxed)\" header.from={domain} (policy=none)\n\
                 DKIM-Signature: v=1; a=rsa-sha256; c=relaxed/relaxed;\n d=google.com; s=20230601; t=1803891601; x=1804496401; darn={domain};\n\
                 \x20h=to:from:subject:date:message-id:sender:reply-to:mime-version:from:to:cc:subject:date:message-id:reply-to;\n\
                 \x20bh=47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=;\n b=Qm0x/7ZkT2y5cGxlIHNpZ25hdHVyZSBvZiBvdXIgb3du\n\
                 X-Google-DKIM-Signature: v=1; a=rsa-sha256; c=relaxed/relaxed;\n d=1e100.net; s=20230601; t=1803891601; x=1804496401;\n\
                 \x20bh=47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=;\n b=b3VyIG93biBzaWduYXR1cmU=\n"
            ),
            Self::Outlook => format!(
                "Return-Path: <{from}>\nDelivered-To: {to}\n\
                 Received: from EUR05-DB8-obe.outbound.protection.outlook.com (mail-db8eur05on2108.outbound.protection.outlook.com [40.107.20.108])\n\
                 \tby {SERVER} (Postfix) with ESMTPS id 4ZB1xm3N2Pz9sWd\n\tfor <{to}>; Mon,  1 Mar 2027 09:00:03 +0000 (UTC)\n\
                 Authentication-Results: {SERVER};\n\tdkim=pass header.d=club.onmicrosoft.com header.s=selector2-club-onmicrosoft-com header.b=h2Kd9sPw;\n\
                 \tarc=pass (\"microsoft.com:s=arcselector10001:i=1\");\n\
                 \tspf=pass ({SERVER}: domain of {from} designates 40.107.20.108 as permitted sender) smtp.mailfrom={from};\n\
                 \tdmarc=pass (policy=quarantine) header.from={domain}\n\
                 ARC-Seal: i=1; a=rsa-sha256; s=arcselector10001; d=microsoft.com; cv=none;\n b=b3VyIG93biBzZWFs\n\
                 ARC-Message-Signature: i=1; a=rsa-sha256; c=relaxed/relaxed; d=microsoft.com;\n s=arcselector10001;\n\
                 \x20h=From:Date:Subject:Message-ID:Content-Type:MIME-Version:X-MS-Exchange-AntiSpam-MessageData-ChunkCount;\n\
                 \x20bh=47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=;\n b=b3VyIG93biBzZWFs\n\
                 ARC-Authentication-Results: i=1; mx.microsoft.com 1; spf=pass\n smtp.mailfrom={domain}; dmarc=pass action=none header.from={domain};\n\
                 \x20dkim=pass header.d={domain}; arc=none\n\
                 DKIM-Signature: v=1; a=rsa-sha256; c=relaxed/relaxed; d=club.onmicrosoft.com;\n s=selector2-club-onmicrosoft-com;\n\
                 \x20h=From:Date:Subject:Message-ID:Content-Type:MIME-Version:X-MS-Exchange-SenderADCheck;\n\
                 \x20bh=47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=;\n b=h2Kd9sPwb3VyIG93bg==\n"
            ),
            Self::Apple => format!(
                "Return-Path: <{from}>\nDelivered-To: {to}\n\
                 Received: from p00-icloudmta-asmtp-us-east-2a-100-percent-4.p00-icloudmta-asmtp-vip.icloud-mail-production.svc.kube.us-east-2a.k8s.cloud.apple.com (ci-2002a-snip4-1.eps.apple.com [57.103.74.1])\n\
                 \tby {SERVER} (Postfix) with ESMTPS id 4ZB1xn6K1Lz9sWe\n\tfor <{to}>; Mon,  1 Mar 2027 09:00:04 +0000 (UTC)\n\
                 Authentication-Results: {SERVER};\n\tdkim=pass header.d={domain} header.s=sig1 header.b=Yt8pLq2E;\n\
                 \tspf=pass ({SERVER}: domain of {from} designates 57.103.74.1 as permitted sender) smtp.mailfrom={from};\n\
                 \tdmarc=pass (policy=quarantine) header.from={domain}\n\
                 Dkim-Signature: v=1; a=rsa-sha256; c=relaxed/relaxed; d={domain}; s=sig1;\n\
                 \x20bh=47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=;\n\
                 \x20h=Content-Type:From:Mime-Version:Subject:Date:Message-Id:To:x-icloud-hme;\n b=Yt8pLq2Eb3VyIG93bg==\n"
            ),
        }
    }
}

fn lines(text: &str) -> Vec<u8> {
    text.replace('\n', "\r\n").into_bytes()
}

fn wrapped(text: &str) -> String {
    let encoded = STANDARD.encode(text.replace('\n', "\r\n"));
    encoded.as_bytes().chunks(76).map(|line| String::from_utf8_lossy(line).into_owned() + "\n").collect()
}

impl Entry<'_> {
    /// As that calendar writes it.
    #[must_use]
    pub fn written_by(&self, calendar: Calendar) -> Vec<u8> {
        match calendar {
            Calendar::Google => self.google(),
            Calendar::Outlook => self.outlook(),
            Calendar::Apple => self.apple(),
        }
    }

    /// As it lies in the mailbox, with what the servers on its way wrote above it.
    #[must_use]
    pub fn delivered_by(&self, calendar: Calendar) -> Vec<u8> {
        [lines(&calendar.trace(self)), self.written_by(calendar)].concat()
    }

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
    #[must_use]
    pub fn google(&self) -> Vec<u8> {
        let Self { method, summary, start, end, from, to, .. } = self;
        let (zone, status) = ("Europe/Paris", self.status());
        let calendar = format!(
            "BEGIN:VCALENDAR\nPRODID:-//Google Inc//Google Calendar 70.9054//EN\nVERSION:2.0\nCALSCALE:GREGORIAN\nMETHOD:{method}\n\
             BEGIN:VTIMEZONE\nTZID:{zone}\nX-LIC-LOCATION:{zone}\nBEGIN:DAYLIGHT\nTZOFFSETFROM:+0100\nTZOFFSETTO:+0200\nTZNAME:CEST\n\
             DTSTART:19700329T020000\nRRULE:FREQ=YEARLY;BYMONTH=3;BYDAY=-1SU\nEND:DAYLIGHT\nBEGIN:STANDARD\nTZOFFSETFROM:+0200\nTZOFFSETTO:+0100\n\
             TZNAME:CET\nDTSTART:19701025T030000\nRRULE:FREQ=YEARLY;BYMONTH=10;BYDAY=-1SU\nEND:STANDARD\nEND:VTIMEZONE\n\
             BEGIN:VEVENT\nDTSTART;TZID={zone}:{start}\nDTEND;TZID={zone}:{end}\n{}{}ORGANIZER;CN=Ann:mailto:{from}\n\
             ATTENDEE;CUTYPE=INDIVIDUAL;ROLE=REQ-PARTICIPANT;PARTSTAT=ACCEPTED;RSVP=TRUE;CN=Ann;X-NUM-GUESTS=0:mailto:{from}\n\
             ATTENDEE;CUTYPE=INDIVIDUAL;ROLE=REQ-PARTICIPANT;PARTSTAT=NEEDS-ACTION;RSVP=TRUE;CN=Bob;X-NUM-GUESTS=0:mailto:bob@people.example\n\
             ATTENDEE;CUTYPE=INDIVIDUAL;ROLE=REQ-PARTICIPANT;PARTSTAT=NEEDS-ACTION;RSVP=TRUE;CN=create;X-NUM-GUESTS=0:mailto:{to}\n\
             X-MICROSOFT-CDO-OWNERAPPTID:-1\nCREATED:20270228T080000Z\nLAST-MODIFIED:20270301T080000Z\nLOCATION:Hall 2\nSTATUS:{status}\n\
             SUMMARY:{summary}\nTRANSP:OPAQUE\nEND:VEVENT\nEND:VCALENDAR\n",
            self.original(zone),
            self.is_about()
        );
        lines(&format!(
            "MIME-Version: 1.0\nReply-To: Ann <{from}>\nSender: Google Calendar <calendar-notification@google.com>\nAuto-Submitted: auto-generated\n\
             Message-ID: <calendar-{}>\nDate: Mon, 1 Mar 2027 09:00:00 +0000\nSubject: Invitation: {summary}\nFrom: Ann <{from}>\nTo: {to}\n\
             Content-Type: multipart/mixed; boundary=\"000000000000aa\"\n\n\
             --000000000000aa\nContent-Type: multipart/alternative; boundary=\"000000000000bb\"\n\n\
             --000000000000bb\nContent-Type: text/plain; charset=\"UTF-8\"; format=flowed; delsp=yes\nContent-Transfer-Encoding: base64\n\n{}\n\
             --000000000000bb\nContent-Type: text/html; charset=\"UTF-8\"\nContent-Transfer-Encoding: quoted-printable\n\n\
             <span itemscope itemtype=3D\"http://schema.org/InformAction\">You have been invit=\ned.</span>\n\
             --000000000000bb\nContent-Type: text/calendar; charset=\"UTF-8\"; method={method}\nContent-Transfer-Encoding: 7bit\n\n{calendar}\n\
             --000000000000bb--\n--000000000000aa\nContent-Type: application/ics; name=\"invite.ics\"\n\
             Content-Disposition: attachment; filename=\"invite.ics\"\nContent-Transfer-Encoding: base64\n\n{}--000000000000aa--\n",
            self.message_id(),
            wrapped("You have been invited.\n"),
            wrapped(&calendar)
        ))
    }

    /// Outlook: only alternatives, base64, zones of Windows, languages at texts, a sequence of its own beside the one of the standard.
    #[must_use]
    pub fn outlook(&self) -> Vec<u8> {
        let Self { method, summary, start, end, sequence, from, to, .. } = self;
        let (zone, status) = ("Romance Standard Time", self.status());
        let calendar = format!(
            "BEGIN:VCALENDAR\nMETHOD:{method}\nPRODID:Microsoft Exchange Server 2010\nVERSION:2.0\n\
             BEGIN:VTIMEZONE\nTZID:{zone}\nBEGIN:STANDARD\nDTSTART:16010101T030000\nTZOFFSETFROM:+0200\nTZOFFSETTO:+0100\n\
             RRULE:FREQ=YEARLY;INTERVAL=1;BYDAY=-1SU;BYMONTH=10\nEND:STANDARD\nBEGIN:DAYLIGHT\nDTSTART:16010101T020000\nTZOFFSETFROM:+0100\n\
             TZOFFSETTO:+0200\nRRULE:FREQ=YEARLY;INTERVAL=1;BYDAY=-1SU;BYMONTH=3\nEND:DAYLIGHT\nEND:VTIMEZONE\n\
             BEGIN:VEVENT\nORGANIZER;CN=Ann:mailto:{from}\nATTENDEE;ROLE=REQ-PARTICIPANT;PARTSTAT=NEEDS-ACTION;RSVP=TRUE;CN=create:mailto:{to}\n\
             DESCRIPTION;LANGUAGE=en-US:\\n\n{}{}SUMMARY;LANGUAGE=en-US:{summary}\nDTSTART;TZID={zone}:{start}\nDTEND;TZID={zone}:{end}\n\
             CLASS:PUBLIC\nPRIORITY:5\nTRANSP:OPAQUE\nSTATUS:{status}\nLOCATION;LANGUAGE=en-US:Hall 2\nX-MICROSOFT-CDO-APPT-SEQUENCE:{sequence}\n\
             X-MICROSOFT-CDO-BUSYSTATUS:TENTATIVE\nX-MICROSOFT-CDO-INTENDEDSTATUS:BUSY\nX-MICROSOFT-DISALLOW-COUNTER:FALSE\n\
             X-MS-OLK-AUTOFILLLOCATION:FALSE\nX-MS-OLK-CONFTYPE:0\nBEGIN:VALARM\nDESCRIPTION:REMINDER\nTRIGGER;RELATED=START:-PT15M\n\
             ACTION:DISPLAY\nEND:VALARM\nEND:VEVENT\nEND:VCALENDAR\n",
            self.original(zone),
            self.is_about()
        );
        lines(&format!(
            "From: Ann <{from}>\nTo: \"{to}\" <{to}>\nSubject: {summary}\nThread-Topic: {summary}\nThread-Index: AdmK0xg1oXo3VyIG93bg==\n\
             Date: Mon, 1 Mar 2027 09:00:00 +0000\nMessage-ID: <{}>\nAccept-Language: en-US\nContent-Language: en-US\nX-MS-Has-Attach:\n\
             X-MS-TNEF-Correlator:\nx-ms-publictraffictype: Email\nx-ms-exchange-calendar-series-instance-id: BAAAAIIA4AB0xbcQGoLgCAAAAAA=\n\
             Content-Type: multipart/alternative;\n\tboundary=\"_000_BBBB_\"\nMIME-Version: 1.0\n\n\
             --_000_BBBB_\nContent-Type: text/plain; charset=\"us-ascii\"\n\n\n--_000_BBBB_\n\
             Content-Type: text/calendar; charset=\"utf-8\"; method={method}\nContent-Transfer-Encoding: base64\n\n{}--_000_BBBB_--\n",
            self.message_id(),
            wrapped(&calendar)
        ))
    }

    /// Apple: parameters parted by tabs, quoted-printable, `MAILTO:` in capitals, and an alias of the account in the organizer's place.
    #[must_use]
    pub fn apple(&self) -> Vec<u8> {
        const ALIAS: &str = "2_GEZDGMZSGAZTEMBRGQ2TMNZYHE@imip.me.com";
        let Self { method, summary, start, end, from, to, .. } = self;
        let (zone, status) = ("Europe/Paris", self.status());
        let calendar = format!(
            "BEGIN:VCALENDAR\nCALSCALE:GREGORIAN\nMETHOD:{method}\nPRODID:-//Apple Inc.//macOS 15.0//EN\nVERSION:2.0\nBEGIN:VEVENT\n\
             ATTENDEE;CUTYPE=INDIVIDUAL;EMAIL=\"{from}\";PARTSTAT=ACCEPTED;ROLE=CHAIR:MAILTO:{ALIAS}\n\
             ATTENDEE;CUTYPE=INDIVIDUAL;EMAIL=\"{to}\";PARTSTAT=NEEDS-ACTION;RSVP=TRUE:MAILTO:{to}\nCREATED:20270228T080000Z\n\
             DTEND;TZID={zone}:{end}\nDTSTART;TZID={zone}:{start}\n{}LOCATION:Hall 2\nORGANIZER;CN=\"Ann\";EMAIL=\"{from}\":MAILTO:{ALIAS}\n{}\
             STATUS:{status}\nSUMMARY:{summary}\nTRANSP:OPAQUE\nX-APPLE-TRAVEL-ADVISORY-BEHAVIOR:AUTOMATIC\nEND:VEVENT\nEND:VCALENDAR\n",
            self.original(zone),
            self.is_about()
        );
        lines(&format!(
            "Content-Type: multipart/alternative;\n\tboundary=Apple-Mail-CCCC\nFrom: Ann <{from}>\nReply-To: Ann <{ALIAS}>\nMime-Version: 1.0 (1.0)\n\
             Date: Mon, 1 Mar 2027 09:00:00 +0000\nSubject: {summary}\nMessage-Id: <{}>\nTo: {to}\n\n\
             --Apple-Mail-CCCC\nContent-Type: text/plain;\n\tcharset=utf-8\n\nAnn invites you.\n\
             --Apple-Mail-CCCC\nContent-Type: text/calendar;\tmethod={method};\tcharset=utf-8\nContent-Transfer-Encoding: quoted-printable\n\n{}\
             --Apple-Mail-CCCC--\n",
            self.message_id(),
            calendar.replace('=', "=3D")
        ))
    }
}
