//! Invitations as commands: an address of the organizer's that they invite to an event of their own calendar, so that it is here too.
//!
//! A message to such an address is taken in where the inbox is read ([`take`]), in the same transaction: who sent it is looked at first
//! ([`sender`]), then what it says becomes versions of one event ([`entry`]), and what there is to say of it is written down as a letter
//! ([`letter`]), which leaves afterwards ([`reply`]). Forged mail is never answered.

mod entry;
mod form;
mod letter;
mod log;
mod reply;
mod sender;
mod take;
pub mod view;
mod wording;

pub use form::{add, change, find, list, remove, show, suggest};
pub use log::log;
pub(crate) use reply::answer_due;
pub(crate) use take::{Arrived, take_in};
pub use wording::{put_wording, wordings};
