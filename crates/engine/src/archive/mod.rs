//! The messages that came back, as they came: searched, exported, copied elsewhere, and kept as long as the organizer wants.

mod copy;
mod export;
mod retention;
mod search;
pub mod view;

pub use copy::copy;
pub use export::export;
pub use retention::{choose_retention, let_go_of_old, retention, start_letting_go};
pub use search::search;
