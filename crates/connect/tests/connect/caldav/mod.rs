//! CalDAV against two real servers, and against scripted ones for what real ones do seldom.

mod faults;
mod mirror;
mod scripted;
pub(crate) mod servers;
mod sync;
mod writing;
