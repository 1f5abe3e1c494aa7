//! The system says that answers came while the window is in the background. In front, the window says it itself.

use engine::{Engine, answers};
use tauri::{AppHandle, Manager as _};
use tauri_plugin_notification::NotificationExt as _;

use super::WINDOW;

/// Notifies of what comes to `engine` until it stops.
pub(crate) fn begin(app: &AppHandle, engine: &Engine) {
    let (looked_at, notifier) = (app.clone(), app.clone());
    let is_in_front = move || looked_at.get_webview_window(WINDOW).and_then(|window| window.is_focused().ok()).unwrap_or(false);
    answers::announce(engine, is_in_front, move |news| {
        if let Err(error) = notifier.notification().builder().title(news.title).body(news.text).show() {
            tracing::debug!("this desktop shows no notifications: {error}");
        }
    });
}
