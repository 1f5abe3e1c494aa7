//! The mail around the calendar: the structure of IMIP.md §1, and plain messages.

use jiff::Timestamp;
use lettre::message::header::{ContentDisposition, ContentTransferEncoding, ContentType};
use lettre::message::{Body, Message, MessageBuilder, MultiPart, SinglePart};

use super::{InvitationMail, Method, NamedAddress, calendar_object};
use crate::incoming::TOKEN_HEADER;
use crate::layout::{Frame, Layout, Slot, escape, paragraphs_html};
use crate::link::Links;
use crate::mime::{self, BuildProblem};
use crate::template::{Rendered, one_line};
use crate::words::EventWords;

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
        Method::Request => Frame::Invitation,
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
    let calendar = mime::base64_lines(calendar_object(mail).as_bytes());
    let alternative = MultiPart::alternative()
        .boundary(format!("rollcall.{}.alternative", mail.token))
        .singlepart(words.text_part()?)
        .singlepart(words.html_part(layout)?)
        .singlepart(mime::encoded_part(
            &format!("text/calendar; charset=UTF-8; method={}", mail.method.as_str()),
            ContentTransferEncoding::Base64,
            calendar.clone(),
        )?);
    let attachment_type =
        ContentType::parse("application/ics; name=\"invite.ics\"").map_err(|error| BuildProblem::Other(error.to_string()))?;
    let attachment = SinglePart::builder()
        .header(attachment_type)
        .header(ContentDisposition::attachment("invite.ics"))
        .body(Body::dangerous_pre_encoded(calendar, ContentTransferEncoding::Base64));
    let mixed = MultiPart::mixed().boundary(format!("rollcall.{}.mixed", mail.token)).multipart(alternative).singlepart(attachment);
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
    finish(head.builder()?, mixed)
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
    let alternative = MultiPart::alternative()
        .boundary(format!("rollcall.{}.alternative", mail.token))
        .singlepart(words.text_part()?)
        .singlepart(words.html_part(&LAYOUT)?);
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
    finish(head.builder()?, alternative)
}

fn finish(builder: MessageBuilder, body: MultiPart) -> Result<Vec<u8>, BuildProblem> {
    builder.multipart(body).map(|message| message.formatted()).map_err(|error| BuildProblem::Other(error.to_string()))
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
    fn builder(&self) -> Result<MessageBuilder, BuildProblem> {
        let domain = self.from.address.rsplit_once('@').map_or("localhost", |(_, domain)| domain);
        let subject = one_line(self.subject);
        let builder = Message::builder()
            .from(mime::mailbox(self.from.address, self.from.name)?)
            .to(mime::mailbox(self.guest.address, self.guest.name)?)
            .reply_to(mime::mailbox(self.inbox, "")?)
            .subject(if subject.is_empty() { "Invitation".to_owned() } else { subject })
            .date(mime::date(self.date)?)
            .message_id(Some(format!("<{}.{}@{domain}>", self.token, self.tag)));
        let builder = mime::plain_header(builder, TOKEN_HEADER, self.token);
        let builder = if self.language.is_empty() { builder } else { mime::plain_header(builder, "Content-Language", self.language) };
        Ok(self.unsubscribe(builder))
    }

    /// RFC 2369, and RFC 8058 where there is an HTTPS address.
    fn unsubscribe(&self, builder: MessageBuilder) -> MessageBuilder {
        let mail = &self.links.unsubscribe;
        match self.unsubscribe_url.filter(|url| url.starts_with("https://") && url.len() < 500) {
            Some(url) => {
                let builder = mime::plain_header(builder, "List-Unsubscribe", &format!("<{url}>, <{mail}>"));
                mime::plain_header(builder, "List-Unsubscribe-Post", "List-Unsubscribe=One-Click")
            }
            None => mime::plain_header(builder, "List-Unsubscribe", &format!("<{mail}>")),
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
    fn text_part(&self) -> Result<SinglePart, BuildProblem> {
        let mut encoded = Vec::with_capacity(2_048);
        mime::quoted_printable(&self.text(), &mut encoded);
        mime::encoded_part("text/plain; charset=UTF-8", ContentTransferEncoding::QuotedPrintable, encoded)
    }

    fn html_part(&self, layout: &Layout) -> Result<SinglePart, BuildProblem> {
        let html = |text: &str| {
            let mut html = String::with_capacity(text.len() + 16);
            escape(text, &mut html);
            html
        };
        let encoded = layout.fill(|slot| match slot {
            Slot::Paragraphs => paragraphs_html(&self.rendered.text_paragraphs),
            Slot::Yes => html(&self.links.yes),
            Slot::Maybe => html(&self.links.maybe),
            Slot::No => html(&self.links.no),
            Slot::Sender => html(&one_line(self.sender)),
            Slot::Unsubscribe => html(&self.links.unsubscribe),
        });
        mime::encoded_part("text/html; charset=UTF-8", ContentTransferEncoding::QuotedPrintable, encoded)
    }

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
        let mut text = blocks.join("\n\n");
        text.push('\n');
        text
    }
}
