//! Closing the window while it sends: go on in the tray, or pause and quit.

use engine::{Failure, campaigns};
use tauri::{AppHandle, Manager as _, RunEvent, Window, WindowEvent};
use tauri_plugin_dialog::{DialogExt as _, MessageDialogButtons};

use super::Open;

const KEEP: &str = "Keep sending in the background";
const PAUSE: &str = "Pause and quit";

/// Asks before a window is closed that still sends.
pub(crate) fn on_window_event(window: &Window, event: &WindowEvent) {
    let WindowEvent::CloseRequested { api, .. } = event else { return };
    api.prevent_close();
    let window = window.clone();
    tauri::async_runtime::spawn(async move {
        let sending = sending(&window).await.unwrap_or_else(|failure| {
            tracing::warn!("whether anything is being sent is not known: {failure}");
            Vec::new()
        });
        if sending.is_empty() { quit(&window) } else { ask(&window, sending) }
    });
}

/// Lets every loop put back what it had not begun before the process ends.
pub(crate) fn on_run_event(app: &AppHandle, event: &RunEvent) {
    if let RunEvent::Exit = event
        && let Some(open) = app.try_state::<Open>()
    {
        tauri::async_runtime::block_on(open.stop());
    }
}

/// Ids and names of the campaigns that are being sent.
async fn sending(window: &Window) -> Result<Vec<(String, String)>, Failure> {
    // Where the data could not be opened, nothing is sent.
    let Some(open) = window.try_state::<Open>() else { return Ok(Vec::new()) };
    let engine = open.engine();
    let all = campaigns::list_campaigns(&engine).await?;
    Ok(all.into_iter().filter(|campaign| campaign.status.state == "sending").map(|campaign| (campaign.id, campaign.name)).collect())
}

fn ask(window: &Window, sending: Vec<(String, String)>) {
    let names: Vec<String> = sending.iter().map(|(_, name)| format!("“{name}”")).collect();
    let question = format!("{} is still being sent. Nobody is lost either way.", names.join(", "));
    let asked = window.clone();
    let buttons = MessageDialogButtons::OkCancelCustom(KEEP.to_owned(), PAUSE.to_owned());
    window.dialog().message(question).title("Close Rollcall?").parent(window).buttons(buttons).show(move |keep| {
        if !keep {
            tauri::async_runtime::spawn(pause_and_quit(asked, sending));
        } else if let Err(error) = asked.hide() {
            tracing::warn!("the window could not be hidden: {error}");
        }
    });
}

async fn pause_and_quit(window: Window, sending: Vec<(String, String)>) {
    let engine = window.state::<Open>().engine();
    for (id, name) in sending {
        if let Err(error) = campaigns::pause_campaign(&engine, &id).await {
            tracing::warn!("{name} was not paused, but what was claimed is put back: {error:#}");
        }
    }
    quit(&window);
}

fn quit(window: &Window) {
    window.app_handle().exit(0);
}
