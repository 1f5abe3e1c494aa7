//! SMTP submission (RFC 5321, RFC 6409): the account that sends through the organizer's own mail server.
//!
//! lettre gives the grammar of replies and of SASL. The bytes on the wire are ours, because everything hangs on knowing whether the final
//! dot began to leave ([`transaction`]), and because MAIL, RCPT and DATA travel together where the server allows it (RFC 2920).

mod address;
mod capabilities;
mod check;
mod dialogue;
mod dots;
mod line;
mod login;
mod outcome;
mod sender;
mod transaction;

pub(crate) use sender::SmtpSender;
