//! Mail without I/O: invitations out as MIME; replies, bounces and complaints in.
//!
//! Out: a [`template::Template`] gives each guest their words, an [`invitation::Revision`] holds what is the same for all
//! of them, and [`invitation::build`] joins both into the bytes that leave. The same facts give the same bytes, so that a
//! message can be sent again without being another one. In: [`incoming::read`] says what a message is and whom it is
//! about. It never fails and its cost is bounded, since anybody can write to an inbox. Who gets a message at all is
//! decided by [`audience`]; [`port`] is where senders and inboxes plug in.
//!
//! What comes in is evidence, not truth: a token names an invitation, and only the engine decides whether its guest spoke.
//!
//! ```
//! use mail::incoming::{self, Kind};
//!
//! let answer = incoming::read(
//!     b"From: ann@example.com\r\nTo: club+k3v9x2m4q8w1@example.org\r\nContent-Type: text/calendar; method=REPLY\r\n\r\n\
//!       BEGIN:VCALENDAR\r\nMETHOD:REPLY\r\nBEGIN:VEVENT\r\nUID:game.k3v9x2m4q8w1@example.org\r\n\
//!       ATTENDEE;PARTSTAT=ACCEPTED:mailto:ann@example.com\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n",
//! );
//! assert_eq!(answer.kind, Kind::Reply);
//! assert_eq!(answer.tokens, ["k3v9x2m4q8w1"]);
//! assert_eq!(answer.answers[0].partstat, Some(calendar::Participation::Accepted));
//! ```

pub mod address;
pub mod audience;
pub mod authentication;
pub mod consent;
pub mod incoming;
pub mod invitation;
mod layout;
pub mod link;
pub mod mailbox_file;
mod mime;
pub mod port;
pub mod reply;
pub mod template;
mod words;

pub use words::EventWords;
