//! The mail around the calendar: the structure of IMIP.md §1, and plain messages.

use jiff::Timestamp;

use super::{InvitationMail, Method, NamedAddress, calendar_object};
use crate::incoming::TOKEN_HEADER;
use crate::layout::{Frame, Layout, Slot, escape, paragraphs_html};
use crate::link::Links;
use crate::mime::{self, BuildProblem, Draft, Party};
use crate::template::{Rendered, one_line};
use crate::words::EventWords;

/// Room for most messages.
const USUAL_LENGTH: usize = 9_000;

/// Everything that a plain message to one guest is made from.
#[derive(Clone, Copy, Debug)]
pub struct MessageMail<'a> {
    /// Where answers by hand go, with the token in its plus-part where the mailbox allows it.
    pub inbox: &'a str,
    /// Who it is from.
    pub from: NamedAddress<'a>,
    /// Who it is for.
    pub guest: NamedAddress<'a>,
    /// The organizer's words.
    pub rendered: &'a Rendered,
    /// The time of the claim.
    pub date: Timestamp,
    /// Names this message in whatever comes back.
    pub token: &'a str,
    /// Names the ledger row; a part of the Message-ID.
    pub tag: &'a str,
    /// A BCP 47 tag.
    pub language: &'a str,
    /// An HTTPS address that takes an unsubscription by one click (RFC 8058).
    pub unsubscribe_url: Option<&'a str>,
}

/// The message of an invitation, an update or a cancellation. The same facts give the same bytes.
///
/// # Errors
/// When an address or the time cannot stand in a message.
pub fn build(mail: &InvitationMail<'_>) -> Result<Vec<u8>, BuildProblem> {
    let revision = mail.revision;
    let links = Links::new(mail.organizer.address, mail.token, &revision.words.summary);
    let frame = match mail.method {
        Method::Request | Method::DeclineCounter => Frame::Invitation,
        Method::Cancel => Frame::Cancellation,
    };
    let layout = match frame {
        Frame::Cancellation => &revision.cancellation,
        _ => &revision.invitation,
    };
    let words = Words {
        rendered: mail.rendered,
        links: &links,
        sender: sender_name(mail.from, mail.organizer),
        frame,
        event: Some(&revision.words),
    };
    let head = Head {
        from: mail.from,
        guest: NamedAddress { address: mail.guest.address, name: mail.guest.name },
        inbox: mail.organizer.address,
        subject: &mail.rendered.subject,
        date: mail.dtstamp,
        token: mail.token,
        tag: mail.tag,
        language: &revision.language,
        links: &links,
        unsubscribe_url: mail.unsubscribe_url,
    };
    let mut draft = Draft::with_capacity(USUAL_LENGTH);
    head.write(&mut draft)?;
    let (mixed, alternative) = (format!("rollcall.{}.mixed", mail.token), format!("rollcall.{}.alternative", mail.token));
    let calendar = calendar_object(mail);
    let encoded = mime::base64_lines(calendar.as_bytes());
    draft.parts("mixed", &mixed);
    draft.next_part(&mixed);
    draft.parts("alternative", &alternative);
    draft.next_part(&alternative);
    draft.text("text/plain", &words.text());
    draft.next_part(&alternative);
    draft.text("text/html", &words.html(layout));
    draft.next_part(&alternative);
    draft.calendar(mail.method.as_str(), &calendar, &encoded);
    draft.end_parts(&alternative);
    draft.next_part(&mixed);
    draft.attachment("application/ics", "invite.ics", &encoded);
    draft.end_parts(&mixed);
    Ok(draft.finish())
}

/// A plain message, without a calendar.
///
/// # Errors
/// When an address or the time cannot stand in a message.
pub fn build_message(mail: &MessageMail<'_>) -> Result<Vec<u8>, BuildProblem> {
    static LAYOUT: std::sync::LazyLock<Layout> = std::sync::LazyLock::new(|| Layout::new(Frame::Message, None, ""));
    let links = Links::new(mail.inbox, mail.token, "");
    let words =
        Words { rendered: mail.rendered, links: &links, sender: sender_name(mail.from, mail.from), frame: Frame::Message, event: None };
    let head = Head {
        from: mail.from,
        guest: mail.guest,
        inbox: mail.inbox,
        subject: &mail.rendered.subject,
        date: mail.date,
        token: mail.token,
        tag: mail.tag,
        language: mail.language,
        links: &links,
        unsubscribe_url: mail.unsubscribe_url,
    };
    let mut draft = Draft::with_capacity(USUAL_LENGTH);
    head.write(&mut draft)?;
    let alternative = format!("rollcall.{}.alternative", mail.token);
    draft.parts("alternative", &alternative);
    draft.next_part(&alternative);
    draft.text("text/plain", &words.text());
    draft.next_part(&alternative);
    draft.text("text/html", &words.html(&LAYOUT));
    draft.end_parts(&alternative);
    Ok(draft.finish())
}

/// The header of a message.
struct Head<'a> {
    from: NamedAddress<'a>,
    guest: NamedAddress<'a>,
    inbox: &'a str,
    subject: &'a str,
    date: Timestamp,
    token: &'a str,
    tag: &'a str,
    language: &'a str,
    links: &'a Links,
    unsubscribe_url: Option<&'a str>,
}

impl Head<'_> {
    fn write(&self, draft: &mut Draft) -> Result<(), BuildProblem> {
        let domain = self.from.address.rsplit_once('@').map_or("localhost", |(_, domain)| domain);
        let subject = one_line(self.subject);
        draft.party(Party::From, self.from.address, self.from.name)?;
        draft.party(Party::To, self.guest.address, self.guest.name)?;
        draft.party(Party::ReplyTo, self.inbox, "")?;
        draft.subject(if subject.is_empty() { "Invitation" } else { &subject });
        draft.date(self.date)?;
        draft.header("Message-ID", &format!("<{}.{}@{domain}>", self.token, self.tag));
        draft.header(TOKEN_HEADER, self.token);
        if !self.language.is_empty() {
            draft.header("Content-Language", self.language);
        }
        self.unsubscribe(draft);
        draft.header("MIME-Version", "1.0");
        Ok(())
    }

    /// RFC 2369, and RFC 8058 where there is an HTTPS address.
    fn unsubscribe(&self, draft: &mut Draft) {
        let mail = &self.links.unsubscribe;
        match self.unsubscribe_url.filter(|url| url.starts_with("https://") && url.len() < 500) {
            Some(url) => {
                draft.header("List-Unsubscribe", &format!("<{url}>, <{mail}>"));
                draft.header("List-Unsubscribe-Post", "List-Unsubscribe=One-Click");
            }
            None => draft.header("List-Unsubscribe", &format!("<{mail}>")),
        }
    }
}

fn sender_name<'a>(from: NamedAddress<'a>, organizer: NamedAddress<'a>) -> &'a str {
    [from.name, organizer.name].into_iter().find(|name| !name.trim().is_empty()).unwrap_or(from.address)
}

/// The same content as text and as HTML.
struct Words<'a> {
    rendered: &'a Rendered,
    links: &'a Links,
    sender: &'a str,
    frame: Frame,
    event: Option<&'a EventWords>,
}

impl Words<'_> {
    fn html(&self, layout: &Layout) -> String {
        layout.fill(|slot, html| match slot {
            Slot::Paragraphs => paragraphs_html(&self.rendered.text_paragraphs, html),
            Slot::Yes => escape(&self.links.yes, html),
            Slot::Maybe => escape(&self.links.maybe, html),
            Slot::No => escape(&self.links.no, html),
            Slot::Sender => escape(&one_line(self.sender), html),
            Slot::Unsubscribe => escape(&self.links.unsubscribe, html),
        })
    }

    /// With CRLF at the ends of its lines.
    fn text(&self) -> String {
        let mut blocks: Vec<String> = self.rendered.text_paragraphs.clone();
        if let Some(event) = self.event {
            let mut card = if self.frame == Frame::Cancellation { vec!["CANCELLED"] } else { Vec::new() };
            card.extend(
                [&event.summary, &event.when, &event.place, &event.url].into_iter().map(String::as_str).filter(|line| !line.is_empty()),
            );
            blocks.push(card.join("\n"));
        }
        if self.frame == Frame::Invitation {
            let Links { yes, maybe, no, .. } = self.links;
            blocks.push(format!("Will you be there?\nYes: {yes}\nMaybe: {maybe}\nNo: {no}"));
        }
        blocks.push(format!("-- \nSent by {}\nUnsubscribe: {}", one_line(self.sender), self.links.unsubscribe));
        let blocks: Vec<&str> = blocks.iter().flat_map(|block| block.lines().chain([""])).collect();
        blocks.join("\r\n")
    }
}
