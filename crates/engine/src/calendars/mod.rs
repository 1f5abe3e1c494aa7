//! Calendars and events: what is in them, what comes in as files, and every change of it.

mod draft;
mod edit;
mod export;
mod history;
pub mod import;
mod invited;
mod locate;
mod occurrence;
pub mod retention;
mod search;
mod show;
mod sub_calendar;
pub mod time;
pub mod view;

pub use edit::{
    EventDelete, EventEdit, NewEvent, Surface, create_event, create_events, delete_event, delete_events, edit_event, edit_events,
    restore_event,
};
pub use export::{export_calendar, export_to_file};
pub(crate) use history::moment_or_day;
pub use history::{calendar_changes, compare_versions, deleted_events, event_at};
pub use locate::{Named, locate};
pub use occurrence::{Listing, Order, Page, list_events, list_occurrences};
pub use search::search;
pub use show::show_event;
pub use sub_calendar::{
    create_calendar, delete_calendar, find_calendar, list_calendars, restore_calendar, set_standing_order, update_calendar,
};
pub(crate) use sub_calendar::{create_named_like, parse_id as parse_calendar, writable};
