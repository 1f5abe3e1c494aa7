//! Guests: files in, faults found, lists kept, everything undone.

mod import;
mod planted;
mod table;

use std::path::Path;

use engine::Engine;
use engine::guests;
use engine::guests::view::{GuestPage, GuestPreview, GuestQuery, GuestSource};

pub(crate) async fn previewed(engine: &Engine, file: &Path) -> GuestPreview {
    guests::preview(engine, GuestSource::File { path: file.display().to_string() }).await.expect("the file can be read")
}

pub(crate) async fn pasted(engine: &Engine, text: &str) -> GuestPreview {
    guests::preview(engine, GuestSource::Text { text: text.to_owned() }).await.expect("text can be read")
}

pub(crate) async fn everyone(engine: &Engine) -> GuestPage {
    guests::page(engine.store(), GuestQuery { limit: 500, ..GuestQuery::default() }).await.expect("the guests")
}
