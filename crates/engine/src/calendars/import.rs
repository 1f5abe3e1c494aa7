//! Files in: looked at first, then stored as a whole, and undone as a whole.

mod apply;
mod pending;
mod plan;
mod preview;
mod undo;

pub use apply::apply;
pub use pending::Pending;
pub use preview::{preview_files, preview_pasted};
pub use undo::undo;
