//! Answers to invitations that a server took, as guests' programs write them.

use std::fs::File;
use std::path::Path;

use engine::{Clock as _, SystemClock};
use jiff::{SignedDuration, Timestamp};
use testkit::counting_smtp::CountedMessage;

use crate::seed::ANSWERS;

/// An invitation as its guest has it.
#[derive(Clone)]
pub(crate) struct Letter {
    pub(crate) guest: String,
    /// Unguessable, and in the UID.
    token: String,
    uid: String,
    summary: String,
    starts: Timestamp,
}

impl Letter {
    pub(crate) fn of(message: &CountedMessage) -> Self {
        Self::read(&message.data, message.to.first().expect("a recipient"))
    }

    /// What a server delivered to this guest.
    pub(crate) fn read(message: &[u8], guest: &str) -> Self {
        let calendar = mail::incoming::read(message).calendar.expect("an invitation has a calendar").replace("\r\n ", "");
        // The zones come before the event.
        let event = calendar.split("BEGIN:VEVENT").nth(1).expect("an event");
        let line = |name: &str| event.lines().find(|line| line.starts_with(name)).unwrap_or_default();
        let value = |name: &str| line(name).rsplit_once(':').map(|(_, value)| value.to_owned()).expect("the event says so");
        let uid = value("UID");
        let token = uid.split('@').next().and_then(|local| local.rsplit('.').next()).expect("a token").to_owned();
        let zone = line("DTSTART").split_once("TZID=").and_then(|(_, rest)| rest.split(':').next()).unwrap_or("UTC").to_owned();
        let start: jiff::civil::DateTime = value("DTSTART").trim_end_matches('Z').parse().expect("a start");
        let starts = start.in_tz(&zone).expect("its zone").timestamp();
        Self { guest: guest.to_owned(), token, uid, summary: value("SUMMARY"), starts }
    }

    /// ACCEPTED, DECLINED or TENTATIVE, with the guest's words.
    pub(crate) fn reply(&self, partstat: &str, words: &str) -> String {
        self.write(&self.guest, "REPLY", partstat, words, self.starts)
    }

    /// Somebody else answers whom it was forwarded to.
    pub(crate) fn reply_by(&self, other: &str, partstat: &str) -> String {
        self.write(other, "REPLY", partstat, "", self.starts)
    }

    /// The guest's answer, whose signature the club's own server found broken.
    pub(crate) fn forged(&self, partstat: &str) -> String {
        format!("Authentication-Results: mx.club.example; dkim=fail header.d=guests.test\r\n{}", self.reply(partstat, ""))
    }

    /// The guest would come so much later.
    pub(crate) fn proposal(&self, later: SignedDuration) -> String {
        self.write(&self.guest, "COUNTER", "TENTATIVE", "Could we begin later?", self.starts + later)
    }

    /// The guest wants no more mail.
    pub(crate) fn unsubscribe(&self) -> String {
        let Self { guest, token, .. } = self;
        lines(&format!(
            "From: {guest}\nTo: {ANSWERS}\nSubject: Unsubscribe [{token}]\nMessage-ID: <unsubscribe-{token}@guests.test>\nDate: {}\n\
             Content-Type: text/plain; charset=utf-8\n\n\n",
            date()
        ))
    }

    fn write(&self, from: &str, method: &str, partstat: &str, words: &str, starts: Timestamp) -> String {
        let Self { uid, summary, token, .. } = self;
        let stamp = |at: Timestamp| at.strftime("%Y%m%dT%H%M%SZ").to_string();
        let (now, starts) = (stamp(SystemClock.now()), stamp(starts));
        let comment = if words.is_empty() { String::new() } else { format!("COMMENT:{words}\n") };
        let calendar = format!(
            "BEGIN:VCALENDAR\nVERSION:2.0\nPRODID:-//Mozilla.org/NONSGML Mozilla Calendar V1.1//EN\nMETHOD:{method}\nBEGIN:VEVENT\n\
             UID:{uid}\nDTSTAMP:{now}\nDTSTART:{starts}\nSUMMARY:{summary}\nORGANIZER:mailto:{ANSWERS}\n\
             ATTENDEE;PARTSTAT={partstat}:mailto:{from}\n{comment}SEQUENCE:0\nEND:VEVENT\nEND:VCALENDAR\n"
        );
        lines(&format!(
            "From: {from}\nTo: {ANSWERS}\nSubject: {partstat}: {summary}\nMessage-ID: <{method}-{partstat}-{token}@guests.test>\nDate: {}\n\
             MIME-Version: 1.0\nContent-Type: multipart/alternative; boundary=\"part\"\n\n--part\nContent-Type: text/plain; charset=utf-8\n\n\
             {words}\n\n--part\nContent-Type: text/calendar; method={method}; charset=utf-8\n\n{calendar}--part--\n",
            date()
        ))
    }
}

/// They lie in the folder of answers from now on.
pub(crate) fn deliver(folder: &Path, letters: &[String]) {
    for (number, letter) in letters.iter().enumerate() {
        let name = format!("{number}.club");
        std::fs::write(folder.join("tmp").join(&name), letter).expect("a letter");
        std::fs::rename(folder.join("tmp").join(&name), folder.join("new").join(&name)).expect("it is delivered");
    }
}

/// The same, a few hours apart, the first of them days ago.
pub(crate) fn deliver_over_days(folder: &Path, letters: &[String]) {
    deliver(folder, letters);
    let mut came = SystemClock.now() - SignedDuration::from_hours(5 * 24 + 20);
    for number in 0..letters.len() {
        let letter = File::options().write(true).open(folder.join("new").join(format!("{number}.club"))).expect("a letter");
        letter.set_modified(came.into()).expect("it came then");
        // At first many, then fewer.
        came += SignedDuration::from_mins(i64::try_from(20 + number * number * 7).expect("few"));
    }
}

fn date() -> String {
    SystemClock.now().strftime("%a, %d %b %Y %H:%M:%S +0000").to_string()
}

fn lines(text: &str) -> String {
    text.replace('\n', "\r\n")
}
