//! Mail without I/O: invitations out as MIME; replies, bounces and complaints in.

pub mod address;
pub mod audience;
pub mod incoming;
pub mod invitation;
mod layout;
pub mod link;
mod mime;
pub mod port;
pub mod template;
mod words;

pub use words::EventWords;
