//! The engine on a real database, with inboxes that the tests fill.

mod answers;
mod calendars;
