//! What a server's reply means for a message: the one place where SMTP's codes are read.
//!
//! 4yz may be tried again, 5yz never (RFC 5321 §4.2.1); the enhanced code (RFC 3463, and the codes large providers use) tells a recipient's
//! trouble from the account's.

use lettre::transport::smtp::response::{Response, Severity};
use mail::port::SendOutcome;

/// How far a message had come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Stage {
    /// The server's first words.
    Greeting,
    Hello,
    Encryption,
    Login,
    MailFrom,
    Recipient,
    Data,
    /// The reply to the final dot.
    Message,
}

/// The outcome of a reply at a stage.
pub(super) fn of_reply(stage: Stage, reply: &Response) -> SendOutcome {
    let code = u16::from(reply.code());
    let reason = words(reply);
    match reply.code().severity {
        Severity::PositiveCompletion if stage == Stage::Message => SendOutcome::Accepted { remote_id: queue_id(reply) },
        Severity::TransientNegativeCompletion => transient(stage, code, enhanced(reply), reason),
        Severity::PermanentNegativeCompletion => permanent(stage, code, enhanced(reply), reason),
        // Only an answer to the dot can leave open what became of the message.
        _ if stage == Stage::Message => {
            SendOutcome::Uncertain { reason: format!("The server gave an answer that fits no message: {reason}") }
        }
        _ => SendOutcome::Retry {
            after: None,
            reason: format!("The server gave an answer that fits no question: {reason}"),
            throttled: false,
        },
    }
}

fn transient(stage: Stage, code: u16, enhanced: Option<(u16, u16)>, reason: String) -> SendOutcome {
    // Amazon's SMTP endpoint uses 454 for both its limits; only the words differ (SES developer guide, "SMTP response codes").
    if code == 454 && reason.contains("Daily message quota exceeded") {
        return SendOutcome::AccountStopped { reason, until: None };
    }
    // 421 closes the line and is how servers say "too many connections"; 454 at AUTH "too many logins"; 4.3.2 Exchange's concurrency
    // limit; 4.4.5 congestion; 4.7.28 too much mail at once.
    let account_wide = !matches!(stage, Stage::Recipient | Stage::Message);
    // 421 with 4.4.2 says that the line was idle for too long, which is no complaint.
    let hurried = matches!(code, 421 | 432 | 454) && enhanced != Some((4, 2));
    let throttled = hurried || matches!(enhanced, Some((4, 5) | (7, 28))) || (account_wide && enhanced == Some((3, 2)));
    SendOutcome::Retry { after: None, reason, throttled }
}

fn permanent(stage: Stage, code: u16, enhanced: Option<(u16, u16)>, reason: String) -> SendOutcome {
    let login_wanted = code == 530 || code == 535 || matches!(enhanced, Some((7, 8 | 9 | 14 | 57)));
    match stage {
        Stage::Login => SendOutcome::NeedsLogin { reason },
        _ if login_wanted => SendOutcome::NeedsLogin { reason },
        Stage::Greeting | Stage::Hello | Stage::Encryption => SendOutcome::AccountStopped { reason, until: None },
        _ if concerns_the_account(enhanced) => SendOutcome::AccountStopped { reason, until: None },
        Stage::MailFrom if !concerns_the_message(code, enhanced) => SendOutcome::AccountStopped { reason, until: None },
        Stage::MailFrom | Stage::Recipient | Stage::Data | Stage::Message => SendOutcome::Refused { reason },
    }
}

/// Codes that say the sender, not the recipient, is refused.
fn concerns_the_account(enhanced: Option<(u16, u16)>) -> bool {
    matches!(
        enhanced,
        Some(
            (1, 7 | 8 | 90) // sender's address is bad; Exchange: bad outbound sender, daily recipient limit
            | (2, 252) // Exchange: not allowed to send as this address
            | (4, 5) // Gmail: daily sending limit
            | (7, 60 | 705 | 708 | 750) // Exchange: not allowed to send as, tenant's limit, address range, unregistered domain
        )
    )
}

/// At MAIL FROM only the size and the syntax are this message's own.
fn concerns_the_message(code: u16, enhanced: Option<(u16, u16)>) -> bool {
    matches!(code, 500 | 501 | 503 | 504 | 552 | 555) || matches!(enhanced, Some((3, 4) | (2, 3) | (6, 7)))
}

/// Subject and detail of the enhanced code, where the reply has one.
fn enhanced(reply: &Response) -> Option<(u16, u16)> {
    let mut parts = reply.first_word()?.splitn(3, '.');
    let class: u16 = parts.next()?.parse().ok()?;
    let code = (parts.next()?.parse().ok()?, parts.next()?.parse().ok()?);
    (class == u16::from(reply.code()) / 100).then_some(code)
}

/// The server's words, on one line, with the code.
pub(super) fn words(reply: &Response) -> String {
    let text: Vec<&str> = reply.message().map(str::trim).filter(|line| !line.is_empty()).collect();
    format!("{} {}", reply.code(), text.join(" ")).trim().chars().take(1_000).collect()
}

/// "2.0.0 Ok: queued as 4F3D2" → "4F3D2"; else the reply's own text, which is all a server's log can be searched for.
fn queue_id(reply: &Response) -> String {
    let text = reply.message().last().unwrap_or_default().trim();
    let after = text.split_once("queued as ").map(|(_, id)| id.split_whitespace().next().unwrap_or_default().trim_end_matches(['.', ')']));
    after.filter(|id| !id.is_empty()).unwrap_or(text).chars().take(200).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kind(stage: Stage, reply: &str) -> String {
        let outcome = serde_json::to_value(of_reply(stage, &reply.parse::<Response>().unwrap())).unwrap();
        let name = outcome["outcome"].as_str().unwrap().to_owned();
        if outcome["throttled"] == true { format!("{name} throttled") } else { name }
    }

    #[test]
    fn every_class_of_reply_has_its_outcome() {
        for (stage, reply, expected) in [
            (Stage::Greeting, "554 5.7.1 blocked\r\n", "account_stopped"),
            (Stage::Greeting, "421 4.7.0 too many connections\r\n", "retry throttled"),
            (Stage::Login, "535 5.7.8 bad credentials\r\n", "needs_login"),
            (Stage::Login, "454 4.7.0 too many login attempts\r\n", "retry throttled"),
            (Stage::MailFrom, "530 5.7.0 authentication required\r\n", "needs_login"),
            (Stage::MailFrom, "553 5.7.1 not owned by user\r\n", "account_stopped"),
            (Stage::MailFrom, "552 5.3.4 too big\r\n", "refused"),
            (Stage::MailFrom, "451 4.3.0 try later\r\n", "retry"),
            (Stage::MailFrom, "421 4.4.2 timeout exceeded\r\n", "retry"),
            (Stage::MailFrom, "454 Throttling failure: Maximum sending rate exceeded.\r\n", "retry throttled"),
            (Stage::Message, "454 Throttling failure: Daily message quota exceeded.\r\n", "account_stopped"),
            (Stage::Recipient, "550 5.1.1 unknown\r\n", "refused"),
            (Stage::Recipient, "450 4.2.1 greylisted\r\n", "retry"),
            (Stage::Recipient, "452 4.2.2 mailbox full\r\n", "retry"),
            (Stage::Recipient, "550 5.4.5 daily limit\r\n", "account_stopped"),
            (Stage::Data, "554 5.5.1 no valid recipients\r\n", "refused"),
            (Stage::Message, "250 2.0.0 Ok: queued as 4F3D2\r\n", "accepted"),
            (Stage::Message, "554 5.7.1 spam\r\n", "refused"),
            (Stage::Message, "421 4.3.2 shutting down\r\n", "retry throttled"),
            (Stage::Message, "354 go on\r\n", "uncertain"),
        ] {
            assert_eq!(kind(stage, reply), expected, "{reply:?} at {stage:?}");
        }
    }

    #[test]
    fn the_queue_name_is_taken_from_the_reply() {
        for (reply, id) in [("250 2.0.0 Ok: queued as 4F3D2\r\n", "4F3D2"), ("250 OK id=1abc-2\r\n", "OK id=1abc-2"), ("250 \r\n", "")] {
            let outcome = of_reply(Stage::Message, &reply.parse::<Response>().unwrap());
            assert_eq!(outcome, SendOutcome::Accepted { remote_id: id.to_owned() }, "the name in {reply:?}");
        }
    }
}
