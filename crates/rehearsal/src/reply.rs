//! Answers in the shapes that real clients give them, with what is odd about each.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use jiff::Timestamp;

use crate::client::Client;
use crate::guest::{Answer, Response};

/// Zones as Exchange names them.
const WINDOWS_ZONES: [(&str, &str); 4] = [
    ("America/New_York", "Eastern Standard Time"),
    ("America/Chicago", "Central Standard Time"),
    ("America/Denver", "Mountain Standard Time"),
    ("America/Los_Angeles", "Pacific Standard Time"),
];

/// The message in which a guest of this client answers; none where the mail gives them no way to.
pub(crate) fn write(client: Client, response: &Response<'_>) -> Option<Vec<u8>> {
    let raw = match client {
        Client::Gmail => gmail(response),
        Client::Outlook => outlook(response),
        Client::Apple => apple(response),
        Client::Thunderbird => thunderbird(response),
        Client::PlainMail => plain_mail(response)?,
    };
    Some(raw.into_bytes())
}

/// A date as a mail header has it (RFC 5322 §3.3).
pub(crate) fn date(at: Timestamp) -> String {
    at.strftime("%a, %d %b %Y %H:%M:%S +0000").to_string()
}

fn gmail(response: &Response<'_>) -> String {
    let parameters = format!(
        ";CUTYPE=INDIVIDUAL;ROLE=REQ-PARTICIPANT;PARTSTAT={};CN={};X-NUM-GUESTS={}{}",
        partstat(response),
        attendee(response),
        response.extra_guests,
        if response.comment.is_empty() { String::new() } else { format!(";X-RESPONSE-COMMENT=\"{}\"", response.comment) },
    );
    let calendar = object(
        response,
        "-//Google Inc//Google Calendar 70.9054//EN",
        Some(&response.invitation.organizer),
        &parameters,
        &response.invitation.times,
        "",
    );
    let boundary = format!("000000000000{:x}", response.at.as_millisecond());
    let inner = format!("{boundary}a");
    let words = words(response);
    let plain = STANDARD.encode(format!("{words}\r\n"));
    let attached = wrapped(&STANDARD.encode(&calendar));
    let headers = headers(
        response,
        &words,
        "calendar-gmail.example",
        "Sender: Google Calendar <calendar-notification@google.example>\r\nAuto-Submitted: auto-generated\r\n",
    );
    format!(
        "{headers}Content-Type: multipart/mixed; boundary=\"{boundary}\"\r\n\r\n\
         --{boundary}\r\nContent-Type: multipart/alternative; boundary=\"{inner}\"\r\n\r\n\
         --{inner}\r\nContent-Type: text/plain; charset=\"windows-1252\"; format=flowed; delsp=yes\r\nContent-Transfer-Encoding: base64\r\n\r\n{plain}\r\n\
         --{inner}\r\nContent-Type: text/html; charset=\"UTF-8\"\r\n\r\n<p>{words}</p>\r\n\
         --{inner}\r\nContent-Type: text/calendar; charset=\"UTF-8\"; method=REPLY\r\nContent-Transfer-Encoding: 7bit\r\n\r\n{calendar}\r\n\
         --{inner}--\r\n\
         --{boundary}\r\nContent-Type: application/ics; name=\"invite.ics\"\r\nContent-Disposition: attachment; filename=\"invite.ics\"\r\n\
         Content-Transfer-Encoding: base64\r\n\r\n{attached}\r\n--{boundary}--\r\n"
    )
}

/// Exchange leaves ORGANIZER out and names zones as Windows does.
fn outlook(response: &Response<'_>) -> String {
    let times: Vec<String> = response.invitation.times.iter().map(|line| windows_zone(line)).collect();
    let parameters = format!(";PARTSTAT={};CN={}", partstat(response), attendee(response));
    let extra = if response.comment.is_empty() {
        "COMMENT;LANGUAGE=en-US:\\n\r\n".to_owned()
    } else {
        format!("COMMENT;LANGUAGE=en-US:{}\\n\r\n", response.comment)
    };
    let calendar = object(response, "Microsoft Exchange Server 2010", None, &parameters, &times, &extra);
    let boundary = format!("_000_{:X}exchange_", response.at.as_millisecond());
    let encoded = wrapped(&STANDARD.encode(&calendar));
    let headers = headers(response, &words(response), "exchange.outlook.example", "Thread-Topic: calendar\r\nX-MS-Has-Attach: \r\n");
    format!(
        "{headers}Content-Type: multipart/alternative; boundary=\"{boundary}\"\r\n\r\n\
         --{boundary}\r\nContent-Type: text/plain; charset=\"us-ascii\"\r\n\r\n{}\r\n\r\n\
         --{boundary}\r\nContent-Type: text/calendar; charset=\"utf-8\"; method=REPLY\r\nContent-Transfer-Encoding: base64\r\n\r\n{encoded}\r\n\
         --{boundary}--\r\n",
        response.comment
    )
}

fn apple(response: &Response<'_>) -> String {
    let parameters = format!(";PARTSTAT={};CUTYPE=INDIVIDUAL;EMAIL={}", partstat(response), attendee(response));
    let calendar = object(
        response,
        "-//Apple Inc.//iOS 19.4//EN",
        Some(&response.invitation.organizer),
        &parameters,
        &response.invitation.times,
        "REQUEST-STATUS:2.0;Success\r\n",
    );
    let boundary = format!("Apple-Mail-{:X}", response.at.as_millisecond());
    let quoted = quoted_printable(&calendar);
    let headers = headers(response, &words(response), "icloud.example", "");
    format!(
        "{headers}Content-Type: multipart/alternative;\r\n\tboundary={boundary}\r\n\r\n\
         --{boundary}\r\nContent-Type: text/plain;\r\n\tcharset=utf-8\r\n\r\n{}\r\n\r\n\
         --{boundary}\r\nContent-Type: text/calendar;\r\n\tmethod=REPLY;\r\n\tcharset=utf-8\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n{quoted}\r\n\
         --{boundary}--\r\n",
        words(response)
    )
}

fn thunderbird(response: &Response<'_>) -> String {
    let parameters = format!(";PARTSTAT={};ROLE=REQ-PARTICIPANT", partstat(response));
    let calendar = object(
        response,
        "-//Mozilla.org/NONSGML Mozilla Calendar V1.1//EN",
        Some(&response.invitation.organizer),
        &parameters,
        &response.invitation.times,
        "",
    );
    let boundary = "Boundary_(ID_qyG4ZdjoAsiZ+Jo19dCbWQ)";
    let headers = headers(response, &words(response), "thunderbird.example", "User-Agent: Mozilla Thunderbird\r\n");
    let attached = wrapped(&STANDARD.encode(&calendar));
    format!(
        "{headers}Content-Type: multipart/mixed;\r\n boundary=\"{boundary}\"\r\n\r\n\
         --{boundary}\r\nContent-Type: multipart/alternative; boundary=\"{boundary}alt\"\r\n\r\n\
         --{boundary}alt\r\nContent-Type: text/plain; charset=UTF-8\r\n\r\n{}\r\n\r\n\
         --{boundary}alt\r\nContent-Type: text/calendar; method=REPLY; charset=UTF-8\r\nContent-Transfer-Encoding: 8bit\r\n\r\n{calendar}\r\n\
         --{boundary}alt--\r\n\
         --{boundary}\r\nContent-Type: application/ics; name=\"invite.ics\"\r\nContent-Disposition: attachment; filename=\"invite.ics\"\r\n\
         Content-Transfer-Encoding: base64\r\n\r\n{attached}\r\n--{boundary}--\r\n",
        words(response)
    )
}

/// The mail that pressing Yes, Maybe or No in the message opens, sent as it is.
fn plain_mail(response: &Response<'_>) -> Option<String> {
    let wanted = match response.answer {
        Answer::Yes => "yes",
        Answer::Maybe => "maybe",
        Answer::No => "no",
    };
    let (address, subject) = response.invitation.links.iter().find(|(_, subject)| subject.to_lowercase().starts_with(wanted))?;
    let from = &response.from;
    let date = date(response.at);
    let id = response.at.as_millisecond();
    Some(format!(
        "From: {from}\r\nTo: {address}\r\nSubject: {subject}\r\nDate: {date}\r\nMessage-ID: <{id}.{}@webmail.example>\r\nMIME-Version: 1.0\r\n\
         Content-Type: text/plain; charset=utf-8\r\n\r\n{}\r\n",
        address_id(from),
        response.comment
    ))
}

fn object(response: &Response<'_>, product: &str, organizer: Option<&str>, parameters: &str, times: &[String], extra: &str) -> String {
    let invitation = response.invitation;
    let stamp = response.at.strftime("%Y%m%dT%H%M%SZ");
    let organizer = organizer.map(|address| format!("ORGANIZER:mailto:{address}\r\n")).unwrap_or_default();
    let attendee = format!("ATTENDEE{parameters}:mailto:{}", attendee(response));
    let times: String = times.iter().map(|line| folded(line)).collect();
    let summary = if organizer.is_empty() {
        format!("SUMMARY;LANGUAGE=en-US:{}: {}", title(response.answer), invitation.summary)
    } else {
        format!("SUMMARY:{}", invitation.summary)
    };
    format!(
        "BEGIN:VCALENDAR\r\nPRODID:{product}\r\nVERSION:2.0\r\nCALSCALE:GREGORIAN\r\nMETHOD:REPLY\r\nBEGIN:VEVENT\r\n\
         {times}DTSTAMP:{stamp}\r\n{}{}{}{extra}SEQUENCE:{}\r\n{}END:VEVENT\r\nEND:VCALENDAR\r\n",
        folded(organizer.trim_end()),
        folded(&format!("UID:{}", invitation.uid)),
        folded(&attendee),
        invitation.sequence,
        folded(&summary),
    )
}

fn headers(response: &Response<'_>, subject: &str, host: &str, extra: &str) -> String {
    let (from, to) = (&response.from, &response.invitation.organizer);
    let date = date(response.at);
    let id = format!("{}.{}@{host}", response.at.as_millisecond(), address_id(from));
    let references = &response.invitation.message_id;
    let subject = if subject.is_ascii() { subject.to_owned() } else { format!("=?UTF-8?B?{}?=", STANDARD.encode(subject)) };
    format!(
        "From: {from}\r\nTo: {to}\r\nSubject: {subject}\r\nDate: {date}\r\nMessage-ID: <{id}>\r\nIn-Reply-To: <{references}>\r\n{extra}MIME-Version: 1.0\r\n"
    )
}

fn words(response: &Response<'_>) -> String {
    let summary: String = response.invitation.summary.replace("\\,", ",").chars().take(60).collect();
    format!("{}: {summary}", title(response.answer))
}

fn title(answer: Answer) -> &'static str {
    match answer {
        Answer::Yes => "Accepted",
        Answer::Maybe => "Tentative",
        Answer::No => "Declined",
    }
}

fn partstat(response: &Response<'_>) -> &'static str {
    match response.answer {
        Answer::Yes => "ACCEPTED",
        Answer::Maybe => "TENTATIVE",
        Answer::No => "DECLINED",
    }
}

fn attendee<'a>(response: &'a Response<'_>) -> &'a str {
    &response.invitation.attendee
}

/// What stands before the @, for a Message-ID.
fn address_id(address: &str) -> &str {
    address.split_once('@').map_or(address, |(local, _)| local)
}

fn windows_zone(line: &str) -> String {
    WINDOWS_ZONES.iter().fold(line.to_owned(), |line, (iana, windows)| line.replace(&format!("TZID={iana}"), &format!("TZID={windows}")))
}

/// A content line, folded at 75 octets; nothing for an empty one.
fn folded(line: &str) -> String {
    if line.is_empty() {
        return String::new();
    }
    let mut folded = String::with_capacity(line.len() + 8);
    let mut width = 0;
    for character in line.chars() {
        if width + character.len_utf8() > 74 {
            folded.push_str("\r\n ");
            width = 1;
        }
        folded.push(character);
        width += character.len_utf8();
    }
    folded.push_str("\r\n");
    folded
}

fn wrapped(encoded: &str) -> String {
    let bytes = encoded.as_bytes().chunks(76).map(String::from_utf8_lossy);
    bytes.collect::<Vec<_>>().join("\r\n")
}

/// Only what must be encoded is; lines are short already (RFC 2045 §6.7).
fn quoted_printable(text: &str) -> String {
    let encode = |byte: u8| match byte {
        b'=' | 0x80.. => format!("={byte:02X}"),
        _ => char::from(byte).to_string(),
    };
    text.bytes().map(encode).collect()
}
