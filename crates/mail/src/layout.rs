//! The HTML of a message: our one layout, in tables so that Outlook's engine lays it out too, with colours for dark windows.
//!
//! An event is put into it once for each revision; what differs from guest to guest is filled in between the pieces.

use std::fmt::Write as _;
use std::sync::LazyLock;

use minijinja::value::Value;
use minijinja::{AutoEscape, Environment, context};

use crate::words::EventWords;

/// No text can hold it: control characters are taken out of every value.
const MARK: char = '\u{1}';

static ENVIRONMENT: LazyLock<Environment<'static>> = LazyLock::new(|| {
    let mut environment = Environment::new();
    environment.set_auto_escape_callback(|_| AutoEscape::Html);
    // The asset is part of the program and a test renders it; were it broken, mail would go out as plain paragraphs.
    if environment.add_template("message", include_str!("../assets/message.html")).is_err() {
        drop(environment.add_template("message", "<html><body>{{ paragraphs }}</body></html>"));
    }
    environment
});

/// What a slot of the layout is filled with, for each guest.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Slot {
    Paragraphs,
    Yes,
    Maybe,
    No,
    Sender,
    Unsubscribe,
}

const SLOTS: [(&str, Slot); 6] = [
    ("paragraphs", Slot::Paragraphs),
    ("yes", Slot::Yes),
    ("maybe", Slot::Maybe),
    ("no", Slot::No),
    ("sender", Slot::Sender),
    ("unsubscribe", Slot::Unsubscribe),
];

/// What the layout shows besides the message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Frame {
    /// The event and the buttons.
    Invitation,
    /// The event, and that it is off.
    Cancellation,
    /// The words alone.
    Message,
    /// The event, for its organizer: nothing to answer and nothing to leave.
    Notice,
    /// The same of an event that is off.
    NoticeOff,
}

/// The layout with an event in it, as pieces with slots between them.
#[derive(Clone, Debug)]
pub(crate) struct Layout {
    pieces: Vec<(String, Option<Slot>)>,
}

impl Layout {
    pub(crate) fn new(frame: Frame, event: Option<&EventWords>, language: &str) -> Self {
        let marked = |name: &str| Value::from_safe_string(format!("{MARK}{name}{MARK}"));
        let event = event.filter(|_| frame != Frame::Message).map(event_values);
        let values = context! {
            language => safe(if language.is_empty() { "und" } else { language }),
            card => event.is_some(),
            event => event,
            cancelled => matches!(frame, Frame::Cancellation | Frame::NoticeOff),
            is_subscribed => !matches!(frame, Frame::Notice | Frame::NoticeOff),
            answers => frame == Frame::Invitation,
            paragraphs => marked("paragraphs"),
            yes => marked("yes"),
            maybe => marked("maybe"),
            no => marked("no"),
            sender => marked("sender"),
            unsubscribe => marked("unsubscribe"),
        };
        let html = ENVIRONMENT
            .get_template("message")
            .and_then(|template| template.render(values))
            .unwrap_or_else(|_| format!("{MARK}paragraphs{MARK}"));
        let html: Vec<&str> = html.lines().filter(|line| !line.is_empty()).collect();
        let html = html.join("\r\n");
        let mut pieces = Vec::new();
        let mut parts = html.split(MARK);
        while let Some(text) = parts.next() {
            let slot = parts.next().and_then(|name| SLOTS.iter().find(|(known, _)| *known == name)).map(|(_, slot)| *slot);
            pieces.push((text.to_owned(), slot));
        }
        Self { pieces }
    }

    /// The HTML for one guest. `fill` writes the HTML of a slot.
    pub(crate) fn fill(&self, fill: impl Fn(Slot, &mut String)) -> String {
        let length: usize = self.pieces.iter().map(|(piece, _)| piece.len() + 200).sum();
        let mut html = String::with_capacity(length);
        for (piece, slot) in &self.pieces {
            html.push_str(piece);
            if let Some(slot) = slot {
                fill(*slot, &mut html);
            }
        }
        html
    }
}

fn event_values(event: &EventWords) -> Value {
    let is_link = event.url.starts_with("https://") || event.url.starts_with("http://");
    context! {
        summary => safe(&event.summary),
        when => safe(&event.when),
        place => safe(&event.place),
        url => safe(if is_link { &event.url } else { "" }),
    }
}

/// Escaped here rather than by minijinja, which writes every slash as `&#x2f;`.
fn safe(text: &str) -> Value {
    let mut html = String::with_capacity(text.len() + 16);
    escape(text, &mut html);
    Value::from_safe_string(html)
}

/// Paragraphs as HTML: escaped, with links to click, `**bold**` and `- ` lists.
pub(crate) fn paragraphs_html(paragraphs: &[String], html: &mut String) {
    for (index, paragraph) in paragraphs.iter().enumerate() {
        if index > 0 {
            html.push_str("\r\n");
        }
        let lines: Vec<&str> = paragraph.lines().collect();
        if !lines.is_empty() && lines.iter().all(|line| line.starts_with("- ") || line.starts_with("* ")) {
            html.push_str("<ul style=\"margin:0 0 16px;padding-left:22px\">");
            for line in lines {
                html.push_str("\r\n<li>");
                inline(line.get(2..).unwrap_or_default(), html);
                html.push_str("</li>");
            }
            html.push_str("</ul>");
            continue;
        }
        html.push_str("<p style=\"margin:0 0 16px\">");
        for (index, line) in lines.iter().enumerate() {
            if index > 0 {
                html.push_str("<br>\r\n");
            }
            inline(line, html);
        }
        html.push_str("</p>");
    }
}

fn inline(line: &str, html: &mut String) {
    let pieces: Vec<&str> = line.split("**").collect();
    // An odd pair of asterisks at the end is not closed, and stays what it is.
    let closed = (pieces.len() - 1) / 2 * 2;
    for (index, piece) in pieces.iter().enumerate() {
        links(piece, html);
        if index + 1 < pieces.len() {
            html.push_str(match index {
                index if index >= closed => "**",
                index if index % 2 == 0 => "<strong>",
                _ => "</strong>",
            });
        }
    }
}

fn links(text: &str, html: &mut String) {
    let mut rest = text;
    while let Some(start) = rest.find("https://").into_iter().chain(rest.find("http://")).min() {
        let (before, link) = rest.split_at(start);
        escape(before, html);
        let end = link.find(|character: char| character.is_whitespace() || matches!(character, '<' | '>' | '"')).unwrap_or(link.len());
        let address = link.get(..end).unwrap_or(link).trim_end_matches(['.', ',', ';', ':', '!', '?', ')', '\'', '*']);
        html.push_str("<a href=\"");
        escape(address, html);
        html.push_str("\" class=\"l\" style=\"color:#2f6f5e\">");
        escape(address, html);
        html.push_str("</a>");
        rest = link.get(address.len()..).unwrap_or_default();
    }
    escape(rest, html);
}

/// Text as HTML.
pub(crate) fn escape(text: &str, html: &mut String) {
    for character in text.chars() {
        match character {
            '&' => html.push_str("&amp;"),
            '<' => html.push_str("&lt;"),
            '>' => html.push_str("&gt;"),
            '"' => html.push_str("&quot;"),
            '\'' => html.push_str("&#39;"),
            other if other.is_control() && other != '\t' => html.push(' '),
            // Dashes, quotes and dots as typesetters write them: English stays ASCII, and so seven bits on its way.
            '\u{a0}' | '·' | '\u{2010}'..='\u{2027}' => {
                // Writing to a string cannot fail.
                let _ = write!(html, "&#{};", u32::from(character));
            }
            other => html.push(other),
        }
    }
}
