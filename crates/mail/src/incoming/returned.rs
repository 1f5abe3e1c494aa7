//! The message that came back with a report.

use mail_parser::{HeaderValue, Message};

use super::{Answer, answers, file, parts, tokens};

/// A message comes back inside so many others at most.
const MOST_WRAPPERS: usize = 3;

/// What identifies the message that came back.
#[derive(Debug, Default)]
pub(super) struct Returned {
    pub(super) message_id: Option<String>,
    pub(super) to: Option<String>,
    pub(super) invited: Vec<Answer>,
    pub(super) method: Option<String>,
    pub(super) tokens: Vec<String>,
}

impl Returned {
    /// From a message or its headers as text.
    pub(super) fn from_text(text: &str) -> Self {
        // A notice indents or quotes what it returns.
        let mut rest = text.trim_start_matches(['\r', '\n', '-', ' ']);
        for _ in 0..MOST_WRAPPERS {
            let Some(message) = parts::parse(rest.as_bytes()) else { break };
            let found = Self::from_message(&message);
            let is_wrapper = message.parts.first().is_some_and(|part| parts::media_type(part) == "text/rfc822-headers");
            if found.is_known() || !is_wrapper {
                return found;
            }
            let Some((_, inner)) = rest.split_once("\n\n").or_else(|| rest.split_once("\r\n\r\n")) else { break };
            rest = inner;
        }
        Self::default()
    }

    /// Whether anything tells which message it is.
    pub(super) fn is_known(&self) -> bool {
        self.message_id.is_some() || self.to.is_some() || !self.invited.is_empty() || self.method.is_some() || !self.tokens.is_empty()
    }

    /// From a message that the report carries.
    pub(super) fn from_message(message: &Message<'_>) -> Self {
        let mut found = Self {
            message_id: message.message_id().map(str::to_owned).filter(|id| !id.is_empty()),
            to: message.to().and_then(|to| to.first()).and_then(|to| to.address()).map(str::to_owned),
            ..Self::default()
        };
        tokens::add(
            &mut found.tokens,
            file::header_text(message, tokens::TOKEN_HEADER)
                .map(|token| token.trim().to_lowercase())
                .filter(|token| tokens::is_token(token)),
        );
        for name in ["Reply-To", "From", "Return-Path", "List-Unsubscribe", "Sender"] {
            for address in file::addresses_of(message, name) {
                tokens::add(&mut found.tokens, tokens::of_envelope(&address));
            }
        }
        if let Some(calendar) = parts::tree(message).leaves.iter().find(|part| file::is_calendar(part)) {
            found.take_calendar(&calendar.text);
        }
        found
    }

    /// From the calendar of the invitation that came back: the token of its ORGANIZER, and its UID.
    pub(super) fn take_calendar(&mut self, text: &str) {
        let calendar = answers::read(text.as_bytes());
        self.method = calendar.method;
        for organizer in &calendar.organizers {
            tokens::add(&mut self.tokens, tokens::of_address(organizer));
        }
        tokens::add(&mut self.tokens, calendar.answers.first().and_then(|answer| tokens::of_uid(&answer.uid)));
        self.invited = calendar.answers;
    }
}

/// A thread names hardly more; a header may hold a million.
const MOST_IDS: usize = 200;

/// The Message-IDs in a header value.
pub(super) fn message_ids(value: &HeaderValue<'_>) -> Vec<String> {
    match value {
        HeaderValue::Text(text) => vec![text.trim_matches(['<', '>', ' ']).to_owned()],
        HeaderValue::TextList(list) => list.iter().take(MOST_IDS).map(|text| text.trim_matches(['<', '>', ' ']).to_owned()).collect(),
        _ => Vec::new(),
    }
}
