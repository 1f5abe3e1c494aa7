//! Around the window: start, tray, closing, events.

mod closing;
mod environment;
mod events;
mod front;
mod notify;
mod open;
mod tray;

use std::process::ExitCode;

use anyhow::Context as _;
use engine::{Clock as _, Failure, SystemClock, backup};
use tauri::{App, AppHandle, Manager as _, WebviewWindowBuilder};

pub(crate) use open::Open;

/// The window's label in `tauri.conf.json`.
const WINDOW: &str = "main";

/// Opens the app and stays until it ends.
#[must_use]
pub fn run() -> ExitCode {
    if let Some(code) = environment::restart_prepared() {
        return code;
    }
    let builder = crate::ipc::builder();
    let app = tauri::Builder::default()
        // First, so that a second start hands over before anything of it has begun.
        .plugin(tauri_plugin_single_instance::init(|app, _, _| tray::show(app)))
        .plugin(tauri_plugin_dialog::init())
        .plugin(tauri_plugin_notification::init())
        .plugin(tauri_plugin_opener::init())
        .plugin(tauri_plugin_window_state::Builder::default().build())
        .invoke_handler(builder.invoke_handler())
        .setup(move |app| {
            builder.mount_events(app);
            set_up(app)
        })
        .on_window_event(|window, event| {
            front::on_window_event(window, event);
            closing::on_window_event(window, event);
        })
        .build(tauri::generate_context!());
    match app {
        Ok(app) => {
            app.run(|app, event| closing::on_run_event(app, &event));
            ExitCode::SUCCESS
        }
        Err(error) => {
            tracing::error!("the window could not be made: {error}");
            ExitCode::FAILURE
        }
    }
}

/// Opens the organizer's data where it is not open yet.
pub(crate) async fn open_data(app: &AppHandle) -> Result<(), Failure> {
    if app.try_state::<Open>().is_none() {
        app.manage(Open::start(app).await?);
    }
    Ok(())
}

/// Puts the newest backup in the place of data that cannot be opened, and opens it.
pub(crate) async fn put_back_newest(app: &AppHandle) -> Result<(), Failure> {
    if app.try_state::<Open>().is_none() {
        let (folder, now) = (open::data_folder(app)?, SystemClock.now());
        let kept = tauri::async_runtime::spawn_blocking(move || backup::put_back_newest(&folder, now)).await;
        let kept = kept.context("Put the newest backup back")??;
        tracing::warn!("the newest backup was put in place; what was there is {}", kept.display());
    }
    open_data(app).await
}

fn set_up(app: &mut App) -> Result<(), Box<dyn std::error::Error>> {
    if let Err(failure) = tauri::async_runtime::block_on(open_data(app.handle())) {
        // The window asks for it too, and says why it cannot be opened and what to do.
        tracing::error!("the data cannot be opened: {failure}");
    }
    tray::add(app)?;
    let window = app.config().app.windows.iter().find(|window| window.label == WINDOW).cloned().ok_or("the window is not configured")?;
    WebviewWindowBuilder::from_config(app.handle(), &window)?.build()?.show()?;
    Ok(())
}
