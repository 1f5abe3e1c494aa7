//! Settings of the window, such as its theme.

use store::setting;

use crate::{Engine, Failure};

/// The window's own settings stand apart from the engine's.
fn key(name: &str) -> String {
    format!("window.{name}")
}

/// Keeps a setting of the window.
///
/// # Errors
/// When the database cannot be written.
pub async fn put_setting(engine: &Engine, name: &str, value: &str) -> Result<(), Failure> {
    let (key, value) = (key(name), value.to_owned());
    Ok(engine.store().write(move |w| setting::put(w, &key, &value)).await?)
}

/// Reads a setting of the window; none where it was never kept.
///
/// # Errors
/// When the database cannot be read.
pub async fn get_setting(engine: &Engine, name: &str) -> Result<Option<String>, Failure> {
    let key = key(name);
    Ok(engine.store().read(move |r| setting::get(r, &key)).await?)
}
