//! The engine on a real database, with inboxes that the tests fill.

#[cfg(test)]
mod answers;
#[cfg(test)]
mod calendars;
