//! Whether the window is in front: what changes at a provider is then to be seen within seconds.

use tauri::{Manager as _, Window, WindowEvent};

use super::Open;

/// Tells the engine when the window comes to the front or leaves it.
pub(crate) fn on_window_event(window: &Window, event: &WindowEvent) {
    if let WindowEvent::Focused(in_front) = event
        && let Some(open) = window.try_state::<Open>()
    {
        open.set_in_front(*in_front);
    }
}
