//! Calendar accounts, what a sync did, and what it could not decide, as the window and the command line see them.
#![expect(missing_docs, reason = "a field is named by the word of the window; what needs more has it")]

use serde::{Deserialize, Serialize};
use specta::Type;
use store::calendar::mirror::Problem;

/// How an account's calendars stand.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "snake_case")]
pub enum Standing {
    #[default]
    Ok,
    /// It is tried again by itself.
    Waiting,
    /// Their owner has to sign in again.
    NeedsLogin,
    /// Somebody has to do something else.
    Failed,
}

/// An account whose calendars are mirrored.
#[derive(Clone, Debug, Serialize, Type)]
pub struct CalendarAccountView {
    pub id: String,
    /// google, microsoft, caldav or feed
    pub kind: String,
    pub label: String,
    pub address: String,
    pub state: Standing,
    /// One line of state in words, e.g. "Last synced 14:02, 3 changes".
    pub words: String,
    /// It is signed in to in the browser.
    pub browser: bool,
    /// A sender or an inbox is used by its consent.
    pub mail: bool,
    pub calendars: Vec<MirrorView>,
}

/// A calendar here that mirrors one of an account.
#[derive(Clone, Debug, Serialize, Type)]
pub struct MirrorView {
    pub calendar: String,
    pub name: String,
    /// Only to be looked at: its owner shared it so.
    pub read_only: bool,
    /// RFC 3339; empty before the first time.
    pub synced_at: String,
    /// How many events the last sync that brought something changed here.
    pub changes: u32,
    pub state: Standing,
    /// Why the last sync did not come to its end; empty where it did.
    pub problem: String,
    /// Events that are still to be written there.
    pub waiting: u32,
    /// Of those, the ones with a reason.
    pub troubled: Vec<TroubledView>,
}

/// An event that could not be written to its provider.
#[derive(Clone, Debug, Serialize, Type)]
pub struct TroubledView {
    pub uid: String,
    pub summary: String,
    pub problem: String,
    /// The provider will not have it, until it changes.
    pub refused: bool,
}

/// A calendar that an account has.
#[derive(Clone, Debug, Serialize, Type)]
pub struct RemoteCalendarView {
    pub remote_id: String,
    pub name: String,
    /// #rrggbb; may be empty
    pub colour: String,
    pub read_only: bool,
    pub primary: bool,
    /// The calendar here that mirrors it; empty where none does.
    pub calendar: String,
}

/// An account to connect.
#[derive(Clone, Debug, Serialize, Deserialize, Type)]
#[serde(rename_all = "snake_case", tag = "kind")]
pub enum CalendarAccountForm {
    Caldav {
        label: String,
        /// A server, a calendar's address, or an e-mail address.
        url: String,
        user: String,
        password: String,
    },
    Feed {
        label: String,
        /// http, https or webcal.
        url: String,
    },
    Google {
        label: String,
        client_id: String,
        client_secret: String,
        /// The key file of a service account, instead of a person's consent; may be empty.
        service_account: String,
        /// Another address than Google's own; may be empty.
        endpoint: String,
    },
    Microsoft {
        label: String,
        client_id: String,
        tenant: String,
        /// Another address than Microsoft's own; may be empty.
        endpoint: String,
        /// Changing an event that invites people there mails them. Without this it is refused.
        mail_attendees: bool,
    },
}

/// What connecting an account came to.
#[derive(Clone, Debug, Serialize, Type)]
pub struct Connecting {
    /// The account; empty until its owner consented.
    pub account: String,
    /// The page to open in the browser; empty where none is needed.
    pub page: String,
}

/// What a sync of an account did.
#[derive(Clone, Debug, Default, Serialize, Type)]
pub struct AccountSynced {
    pub account: String,
    pub label: String,
    /// Why it stopped; empty where every calendar was looked at to the end.
    pub problem: String,
    /// Whether that passes by itself.
    pub state: Standing,
    pub calendars: Vec<CalendarSynced>,
}

/// What a sync of a calendar did.
#[derive(Clone, Debug, Default, Serialize, Type)]
pub struct CalendarSynced {
    pub calendar: String,
    pub name: String,
    /// Series and events that changed here.
    pub changes: u32,
    /// Series and events that were written there.
    pub written: u32,
    /// What the provider would not have.
    pub refused: u32,
    /// Fields that were edited in both places.
    pub clashes: u32,
    /// What cannot be read there.
    pub unreadable: u32,
    pub state: Standing,
    /// Why it did not come to its end; empty where it did.
    pub problem: String,
    /// Undoes what it changed here, as an import is undone; empty where nothing changed, and for the first look at a calendar.
    pub undo: String,
}

impl Standing {
    /// The word for it.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Ok => "ok",
            Self::Waiting => "waiting",
            Self::NeedsLogin => "needs_login",
            Self::Failed => "failed",
        }
    }

    pub(super) const fn of(problem: &Problem) -> Self {
        match problem {
            Problem::None => Self::Ok,
            Problem::Passing(_) => Self::Waiting,
            Problem::Lasting(_) => Self::Failed,
        }
    }
}

impl CalendarSynced {
    /// Adds what a second look did.
    pub(super) fn add(&mut self, second: Self) {
        self.changes += second.changes;
        self.written += second.written;
        self.refused += second.refused;
        self.clashes += second.clashes;
        self.unreadable = second.unreadable;
        self.state = second.state;
        self.problem = second.problem;
        if self.undo.is_empty() {
            self.undo = second.undo;
        }
    }
}

/// A field that was edited here and at the provider.
#[derive(Clone, Debug, Serialize, Type)]
pub struct ClashView {
    pub id: String,
    pub calendar: String,
    pub calendar_name: String,
    pub event: String,
    pub uid: String,
    pub recurrence_id: String,
    pub summary: String,
    /// In words: "Place".
    pub field: String,
    pub here: String,
    pub there: String,
    /// here or there
    pub kept: String,
    /// The account, e.g. "Google", or the feed that is written here by a rule.
    pub account: String,
    pub at: String,
}
