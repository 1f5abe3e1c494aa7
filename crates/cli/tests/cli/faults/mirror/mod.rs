//! A calendar mirrored by a process that is killed at any moment, while it is edited on both sides.
//!
//! The other side is edited as somebody else edits it, and read by somebody else's eye: at CalDAV servers by a client of the Python library
//! `icalendar`, at the fakes in their own state. Every number follows from the seed, which is printed; `ROLLCALL_SEED` sets another.

mod edit;
mod here;
mod there;
mod walk;

use there::{Dav, Emulated, Google, Graph};
use walk::walk;

#[test]
fn killed_at_any_moment_it_ends_as_radicale_has_it() {
    walk("Radicale", &mut Dav::radicale(), 1);
}

#[test]
fn killed_at_any_moment_it_ends_as_xandikos_has_it() {
    walk("Xandikos", &mut Dav::xandikos(), 2);
}

#[test]
fn killed_at_any_moment_it_ends_as_google_has_it() {
    walk("the fake of Google", &mut Google::new(), 3);
}

#[test]
fn killed_at_any_moment_it_ends_as_microsoft_has_it() {
    walk("the fake of Graph", &mut Graph::new(), 4);
}

#[test]
fn killed_at_any_moment_it_ends_as_googles_independent_imitation_has_it() {
    walk("emulate", &mut Emulated::new(), 5);
}
