//! One message through one line.
//!
//! Until the final dot begins to leave the server holds no whole message, so a broken line means "not handed over". From there until the
//! server's answer is complete nobody can know.

use std::fmt::Write as _;
use std::time::Duration;

use lettre::transport::smtp::response::Response;
use mail::port::{Outgoing, SendOutcome};

use super::dialogue::Broken;
use super::line::{COMMAND_PATIENCE, SmtpLine};
use super::outcome::{self, Stage};
use super::{address, dots};

/// RFC 5321 §4.5.3.2.4 to 6.
const DATA_PATIENCE: Duration = Duration::from_mins(2);
const BLOCK_PATIENCE: Duration = Duration::from_mins(3);
const DOT_PATIENCE: Duration = Duration::from_mins(10);
/// For the words of a server that hung up in the middle of a message.
const LAST_WORDS_PATIENCE: Duration = Duration::from_secs(2);

impl SmtpLine {
    /// What became of a message, and whether the line can take another.
    pub(super) async fn hand_over(&mut self, message: &Outgoing) -> (SendOutcome, bool) {
        let commands = match self.commands(message) {
            Ok(commands) => commands,
            Err(reason) => return (SendOutcome::Refused { reason }, true),
        };
        match self.envelope(&commands).await {
            Ok(None) => self.content(&message.message).await,
            Ok(Some((stage, reply))) => {
                let outcome = outcome::of_reply(stage, &reply);
                (outcome, !reply.has_code(421) && self.reset().await)
            }
            Err(broken) => (
                SendOutcome::Retry { after: None, reason: format!("Before the message was handed over, {broken}."), throttled: false },
                false,
            ),
        }
    }

    /// MAIL, RCPT and DATA; a sentence where this server cannot take the message at all.
    fn commands(&self, message: &Outgoing) -> Result<[(Stage, String); 3], String> {
        let (from, to) = (message.envelope_from.as_str(), message.recipient.as_str());
        if !(from.is_empty() || address::is_safe(from)) {
            return Err(format!("“{from}” is not an address that mail can come from."));
        }
        if !address::is_safe(to) {
            return Err(format!("“{to}” is not an address that mail can go to."));
        }
        let can = &self.capabilities;
        let mut mail = format!("MAIL FROM:<{from}>");
        if let Some(limit) = can.size.filter(|limit| *limit < message.message.len()) {
            return Err(format!("The message has {} bytes; the server takes at most {limit}.", message.message.len()));
        }
        if can.announces_size {
            let _ = write!(mail, " SIZE={}", message.message.len());
        }
        if !message.message.is_ascii() {
            if !can.eight_bit {
                return Err("The server takes only mail in seven bits (no 8BITMIME), and the message is not.".to_owned());
            }
            mail.push_str(" BODY=8BITMIME");
        }
        if !(from.is_ascii() && to.is_ascii()) {
            if !can.international {
                return Err(format!("The server takes no international addresses (no SMTPUTF8) such as {to}."));
            }
            mail.push_str(" SMTPUTF8");
        }
        mail.push_str("\r\n");
        Ok([(Stage::MailFrom, mail), (Stage::Recipient, format!("RCPT TO:<{to}>\r\n")), (Stage::Data, "DATA\r\n".to_owned())])
    }

    /// None when the server waits for the message; else the first stage that failed, with its reply.
    async fn envelope(&mut self, commands: &[(Stage, String); 3]) -> Result<Option<(Stage, Response)>, Broken> {
        let pipelining = self.capabilities.pipelining;
        if pipelining {
            let together: String = commands.iter().map(|(_, command)| command.as_str()).collect();
            self.dialogue.write(together.as_bytes(), COMMAND_PATIENCE).await.map_err(|(_, broken)| broken)?;
        }
        let mut failed = None;
        for (stage, command) in commands {
            if !pipelining {
                self.dialogue.write(command.as_bytes(), COMMAND_PATIENCE).await.map_err(|(_, broken)| broken)?;
            }
            let reply = match self.dialogue.reply(if *stage == Stage::Data { DATA_PATIENCE } else { COMMAND_PATIENCE }).await {
                Ok(reply) => reply,
                // The server hung up after refusing: what it said first is what counts.
                Err(_) if failed.is_some() => return Ok(failed),
                Err(broken) => return Err(broken),
            };
            let waits_for_content = *stage == Stage::Data && reply.has_code(354);
            if waits_for_content && failed.is_some() {
                // RFC 2920 §3.1: DATA was taken although nobody is addressed; an empty message ends it.
                let _ = self.dialogue.command(".\r\n", DATA_PATIENCE).await;
            } else if !(waits_for_content || (*stage != Stage::Data && reply.is_positive())) {
                let hangs_up = reply.has_code(421);
                failed.get_or_insert((*stage, reply));
                if !pipelining || hangs_up {
                    break;
                }
            }
        }
        Ok(failed)
    }

    async fn content(&mut self, message: &[u8]) -> (SendOutcome, bool) {
        let stuffed = dots::stuff(message);
        if let Err((written, broken)) = self.dialogue.write(&stuffed.bytes, BLOCK_PATIENCE).await {
            if written > stuffed.dot_at {
                return (SendOutcome::Uncertain { reason: format!("While the end of the message was leaving, {broken}.") }, false);
            }
            return (self.interrupted(&broken).await, false);
        }
        match self.dialogue.reply(DOT_PATIENCE).await {
            Ok(reply) => (outcome::of_reply(Stage::Message, &reply), !reply.has_code(421) && reply.code().severity as u8 != 3),
            Err(broken) => (SendOutcome::Uncertain { reason: format!("The whole message had left; then {broken}.") }, false),
        }
    }

    /// The line broke inside the message. A server that hung up on purpose has said why.
    async fn interrupted(&mut self, broken: &Broken) -> SendOutcome {
        match self.dialogue.reply(LAST_WORDS_PATIENCE).await {
            Ok(reply) if !reply.is_positive() => outcome::of_reply(Stage::Message, &reply),
            _ => SendOutcome::Retry { after: None, reason: format!("In the middle of the message {broken}."), throttled: false },
        }
    }

    /// Forgets the transaction that failed; false when the line is of no more use.
    async fn reset(&mut self) -> bool {
        self.dialogue.command("RSET\r\n", COMMAND_PATIENCE).await.is_ok_and(|reply| reply.is_positive())
    }
}
