//! The tray: where the app stays while it sends with the window closed.

use tauri::menu::{Menu, MenuItem};
use tauri::tray::TrayIconBuilder;
use tauri::{App, AppHandle, Manager as _};

use super::WINDOW;

const OPEN: &str = "open";
const QUIT: &str = "quit";

/// Adds the tray's icon and menu. A desktop without a tray goes without.
pub(crate) fn add(app: &App) -> tauri::Result<()> {
    let open = MenuItem::with_id(app, OPEN, "Open Rollcall", true, None::<&str>)?;
    let quit = MenuItem::with_id(app, QUIT, "Quit", true, None::<&str>)?;
    let mut tray = TrayIconBuilder::new().menu(&Menu::with_items(app, &[&open, &quit])?).tooltip("Rollcall");
    if let Some(icon) = app.default_window_icon() {
        tray = tray.icon(icon.clone());
    }
    let built = tray
        .on_menu_event(|app, event| match event.id().as_ref() {
            OPEN => show(app),
            QUIT => app.exit(0),
            _ => {}
        })
        .build(app);
    if let Err(error) = built {
        tracing::warn!("this desktop has no tray: {error}");
    }
    Ok(())
}

/// Brings the window to the front.
pub(crate) fn show(app: &AppHandle) {
    let Some(window) = app.get_webview_window(WINDOW) else { return };
    for result in [window.show(), window.unminimize(), window.set_focus()] {
        if let Err(error) = result {
            tracing::warn!("the window could not be shown: {error}");
        }
    }
}
