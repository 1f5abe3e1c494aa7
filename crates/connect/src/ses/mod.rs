//! Amazon SES v2: the account that sends through the organizer's own AWS account, each message as it was built (raw content).
//!
//! SES has no idempotency token, so the SDK's own retries are off: whether a message may be sent again is decided in [`outcome`].

mod check;
mod identity;
mod outcome;
mod sender;
mod stopped;

pub(crate) use sender::SesSender;
