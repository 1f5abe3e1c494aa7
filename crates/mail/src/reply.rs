//! A mail that answers another by itself (RFC 3834): what became of what somebody asked for.

use jiff::Timestamp;

use crate::layout::{Frame, Layout, Slot, escape, paragraphs_html};
use crate::mime::{BuildProblem, Draft, NamedAddress, Party};
use crate::template::{Rendered, one_line};
use crate::words::EventWords;

/// Room for most replies.
const USUAL_LENGTH: usize = 6_000;
/// A Message-ID that is longer is repeated nowhere: it would not fit into a line.
const LONGEST_NAME: usize = 900;

/// Everything that a reply is made from.
#[derive(Clone, Copy, Debug)]
pub struct ReplyMail<'a> {
    /// Who it is from.
    pub from: NamedAddress<'a>,
    /// Who asked.
    pub to: &'a str,
    /// The words.
    pub rendered: &'a Rendered,
    /// The event that it is about.
    pub event: Option<&'a EventWords>,
    /// The event is off.
    pub is_off: bool,
    /// Message-ID of the mail that it answers, without angle brackets; may be empty.
    pub in_reply_to: &'a str,
    /// When it is sent.
    pub date: Timestamp,
    /// Names it among the replies of its sender; a part of the Message-ID.
    pub name: &'a str,
}

/// The reply as bytes. The same facts give the same bytes.
///
/// ```
/// use mail::invitation::NamedAddress;
/// use mail::reply::{ReplyMail, build};
/// use mail::template::Rendered;
///
/// let rendered = Rendered { subject: "Created: Training".to_owned(), text_paragraphs: vec!["It is in your calendar.".to_owned()] };
/// let mail = ReplyMail {
///     from: NamedAddress { address: "club@club.example", name: "Club" },
///     to: "ann@club.example",
///     rendered: &rendered,
///     event: None,
///     is_off: false,
///     in_reply_to: "one@club.example",
///     date: "2027-03-01T12:00:00Z".parse().unwrap(),
///     name: "command.7",
/// };
/// let message = String::from_utf8(build(&mail).unwrap()).unwrap();
/// assert!(message.contains("Auto-Submitted: auto-replied\r\n"));
/// assert!(message.contains("In-Reply-To: <one@club.example>\r\n"));
/// ```
///
/// # Errors
/// When an address or the time cannot stand in a message.
pub fn build(mail: &ReplyMail<'_>) -> Result<Vec<u8>, BuildProblem> {
    let domain = mail.from.address.rsplit_once('@').map_or("localhost", |(_, domain)| domain);
    let mut draft = Draft::with_capacity(USUAL_LENGTH);
    draft.party(Party::From, mail.from.address, mail.from.name)?;
    draft.party(Party::To, mail.to, "")?;
    draft.subject(&one_line(&mail.rendered.subject));
    draft.date(mail.date)?;
    draft.header("Message-ID", &format!("<{}@{domain}>", mail.name));
    let asked = mail.in_reply_to;
    let is_name = !asked.is_empty() && asked.len() < LONGEST_NAME && asked.bytes().all(|byte| byte.is_ascii_graphic());
    if is_name {
        draft.header("In-Reply-To", &format!("<{asked}>"));
        draft.header("References", &format!("<{asked}>"));
    }
    draft.header("Auto-Submitted", "auto-replied");
    // Exchange answers out of office to what says only the former.
    draft.header("X-Auto-Response-Suppress", "All");
    draft.header("MIME-Version", "1.0");
    let boundary = format!("rollcall.{}.alternative", mail.name);
    draft.parts("alternative", &boundary);
    draft.next_part(&boundary);
    draft.text("text/plain", &text(mail));
    draft.next_part(&boundary);
    draft.text("text/html", &html(mail));
    draft.end_parts(&boundary);
    Ok(draft.finish())
}

fn sender_name<'a>(mail: &ReplyMail<'a>) -> &'a str {
    if mail.from.name.trim().is_empty() { mail.from.address } else { mail.from.name }
}

fn text(mail: &ReplyMail<'_>) -> String {
    let mut blocks: Vec<String> = mail.rendered.text_paragraphs.clone();
    if let Some(event) = mail.event {
        let mut card = if mail.is_off { vec!["CANCELLED"] } else { Vec::new() };
        card.extend(
            [&event.summary, &event.when, &event.place, &event.url].into_iter().map(String::as_str).filter(|line| !line.is_empty()),
        );
        blocks.push(card.join("\n"));
    }
    blocks.push(format!("-- \nSent by {}", one_line(sender_name(mail))));
    let lines: Vec<&str> = blocks.iter().flat_map(|block| block.lines().chain([""])).collect();
    lines.join("\r\n")
}

fn html(mail: &ReplyMail<'_>) -> String {
    let frame = if mail.is_off { Frame::NoticeOff } else { Frame::Notice };
    Layout::new(frame, mail.event, "en").fill(|slot, html| match slot {
        Slot::Paragraphs => paragraphs_html(&mail.rendered.text_paragraphs, html),
        Slot::Sender => escape(&one_line(sender_name(mail)), html),
        Slot::Yes | Slot::Maybe | Slot::No | Slot::Unsubscribe => {}
    })
}
