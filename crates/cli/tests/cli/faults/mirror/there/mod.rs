//! The provider's side: a phone, a browser or another program that edits the same calendar.

mod dav;
mod emulated;
mod google;
mod graph;

use engine::sync::view::CalendarAccountForm;
use testkit::watched_http::{Moment, WatchedHttp};

pub(super) use dav::Dav;
pub(super) use emulated::Emulated;
pub(super) use google::Google;
pub(super) use graph::Graph;

use super::edit::{Edit, KINDS, Kind, New, Occurrence};

/// What was edited: the event's name at the provider, and the date of it; empty for all of it.
pub(super) struct Told {
    pub(super) name: String,
    pub(super) date: String,
}

/// What a provider has.
#[derive(Clone, Copy)]
pub(super) struct Abilities {
    /// What can be done to events.
    pub(super) kinds: &'static [Kind],
    /// It has series.
    pub(super) repeats: bool,
    /// A zone that it keeps.
    pub(super) zone: &'static str,
    /// What was made there is found again.
    pub(super) finds: bool,
}

/// A calendar at a provider.
pub(super) trait There {
    fn abilities(&self) -> Abilities {
        Abilities { kinds: &KINDS, repeats: true, zone: "Europe/Vienna", finds: true }
    }

    /// The line that the process reaches it by.
    fn line(&self, watch: Box<dyn Fn(Moment) -> bool + Send + Sync>) -> WatchedHttp {
        WatchedHttp::to(self.port(), watch).expect("a line")
    }

    /// Where it is asked, on this computer.
    fn port(&self) -> u16;

    /// What the organizer types to connect it, where it is reached at this address.
    fn form(&self, url: &str) -> CalendarAccountForm;

    /// Where the owner's browser ends that is sent to a page.
    fn consents(&self, page: &str) -> String;

    /// The calendar's name there.
    fn calendar(&self) -> String;

    /// The names of single events and series.
    fn names(&mut self) -> Vec<String>;

    fn create(&mut self, new: &New) -> Option<Told>;

    /// None where it cannot be made, such as an edit of a date of a single event.
    fn edit(&mut self, name: &str, edit: &Edit) -> Option<Told>;

    /// Brings back what was deleted last; none where it cannot.
    fn restore(&mut self) -> Option<Told>;

    /// What takes place, in order.
    fn occurrences(&mut self) -> Vec<Occurrence>;
}

fn whole(name: impl Into<String>) -> Told {
    Told { name: name.into(), date: String::new() }
}
