//! The port to a provider's calendars: Google, Microsoft, CalDAV, feeds.
//!
//! Each gives the same four things: its calendars, what changed since a token, one item anew, and a write that rests on what was seen
//! before. What stands behind a token is the adapter's own affair.

use async_trait::async_trait;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::Event;

/// A sub-calendar at a provider.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RemoteCalendar {
    /// The provider's name for it; never shown.
    pub id: String,
    /// What the organizer calls it.
    pub name: String,
    /// IANA name of its zone; empty where the provider has none.
    pub zone: String,
    /// `#rrggbb`; empty where the provider has none.
    pub colour: String,
    /// What this account may do in it.
    pub access: Access,
    /// It is the one that the account began with.
    pub primary: bool,
}

/// What an account may do in a calendar.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Access {
    /// Everything, also rename it.
    #[default]
    Owner,
    /// Change events.
    Writer,
    /// Look.
    Reader,
}

/// What a provider keeps under one name and one version: a whole series in CalDAV, a master or one exception at Google and Microsoft.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RemoteItem {
    /// The provider's name for it: an id, or a path.
    pub id: String,
    /// Version (`ETag`); changes whenever the item does.
    pub etag: String,
    /// The item of the series that this one is an exception of; none for a single event, a master, and a whole series.
    pub series: Option<String>,
    /// What is known of it.
    pub content: Content,
    /// When the provider last changed it, by the provider's clock.
    pub edited: Option<Timestamp>,
}

/// What is known of an item.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Content {
    /// It is there; only its name and version were listed.
    #[default]
    Listed,
    /// The events in it, masters first. Of an exception that stands alone the UID may be empty: its series has it.
    Events(Vec<Event>),
    /// An exception that says its occurrence does not take place: the start it would have had.
    Dropped(crate::EventTime),
    /// It is gone.
    Deleted,
    /// It is there and cannot be read: why. What was known of it stays.
    Unreadable(String),
}

/// A part of what changed since a token.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Changes {
    /// The items, in any order, and possibly some that did not change.
    pub items: Vec<RemoteItem>,
    /// How it goes on.
    pub next: Next,
}

/// How a listing goes on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Next {
    /// There is more: ask again from here. Not kept beyond this listing.
    Page(String),
    /// That was all.
    Done {
        /// Where the next listing begins.
        token: String,
        /// Whether everything that is there was listed, so that what was not is gone.
        complete: bool,
    },
}

impl Default for Next {
    fn default() -> Self {
        Self::Done { token: String::new(), complete: false }
    }
}

/// From where to list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum From<'a> {
    /// Everything there is.
    Beginning,
    /// What changed since a [`Next::Done`].
    Token(&'a str),
    /// The part after a [`Next::Page`].
    Page(&'a str),
}

/// A series, or a single event, as it is to stand at the provider.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SeriesWrite {
    /// UID here. A new item's name at the provider follows from it, so that writing twice makes one.
    pub uid: String,
    /// The items that hold it now, as they were last seen; empty where it is new there.
    pub before: Vec<RemoteItem>,
    /// What is to be there: a master or a single event first, then its exceptions; empty where it is to go.
    pub after: Vec<Event>,
}

/// What a write led to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum WriteOutcome {
    /// It stands there: the items that hold it now, and those of `before` that are gone.
    Written(Vec<RemoteItem>),
    /// Somebody changed it since: nothing of ours was written, or only a part. Fetch it, and plan anew.
    Changed,
    /// The provider will not have it, now or later: its words.
    Refused(String),
}

/// Why a provider could not be used.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum RemoteFailure {
    /// The password or the consent is needed again.
    #[error("{reason}")]
    NeedsLogin {
        /// The provider's words.
        reason: String,
    },
    /// Not now: throttled, out of reach, out of order, or an answer that was cut off or is no answer. Nothing of it may be used.
    #[error("{reason}")]
    Later {
        /// What is known, in words.
        reason: String,
        /// When it is worth trying again, in seconds from now, where the provider says so (Retry-After).
        after_seconds: Option<u64>,
    },
    /// The token is too old (410, `valid-sync-token`): list from the beginning.
    #[error("the provider no longer knows where this computer left off")]
    TokenExpired,
    /// The calendar is no longer there, or no longer shared with this account.
    #[error("{reason}")]
    CalendarGone {
        /// The provider's words.
        reason: String,
    },
    /// It will not, now or later: its words.
    #[error("{reason}")]
    Refused {
        /// The provider's words.
        reason: String,
    },
}

/// The calendars of one account.
#[async_trait]
pub trait CalendarRemote: Send + Sync {
    /// Every calendar that the account sees.
    async fn calendars(&self) -> Result<Vec<RemoteCalendar>, RemoteFailure>;

    /// Makes a calendar.
    async fn create_calendar(&self, name: &str, zone: &str, colour: &str) -> Result<RemoteCalendar, RemoteFailure>;

    /// Gives a calendar another name, and another colour where one is given.
    async fn change_calendar(&self, id: &str, name: &str, colour: Option<&str>) -> Result<(), RemoteFailure>;

    /// A part of what is there, or of what changed since a token.
    async fn changes(&self, calendar: &str, from: From<'_>) -> Result<Changes, RemoteFailure>;

    /// Items whole, by their names. One that is not there is [`Content::Deleted`].
    async fn fetch(&self, calendar: &str, ids: &[String]) -> Result<Vec<RemoteItem>, RemoteFailure>;

    /// The items that a [`SeriesWrite`] for this UID made, whether or not its answer ever came back; empty where it made none.
    async fn find(&self, calendar: &str, uid: &str) -> Result<Vec<RemoteItem>, RemoteFailure>;

    /// Writes a series, each item only if it is still as it was seen. No attendee is written: the provider would send mail of its own.
    async fn write(&self, calendar: &str, write: &SeriesWrite) -> Result<WriteOutcome, RemoteFailure>;

    /// What of a series this provider can hold, as it would tell it again: a field that is lost on the way is not a change.
    fn held(&self, series: &[Event]) -> Vec<Event>;

    /// Whether what is there keeps its name for as long as it is there. Then what comes under another name is another event, although it says
    /// the same UID: somebody made a copy of it.
    fn keeps_names(&self) -> bool {
        true
    }

    /// Whether a change of what is there takes it away, and makes it anew under another name.
    fn makes_anew(&self, _write: &SeriesWrite) -> bool {
        false
    }

    /// How long to wait at least from one look to the next, in seconds.
    fn least_seconds_between_looks(&self) -> u64 {
        1
    }

    /// How far the provider's clock is ahead of this computer's, in milliseconds, by the last answer's `Date`.
    fn clock_ahead(&self) -> i64 {
        0
    }
}
