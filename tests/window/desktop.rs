//! What the app asks the desktop to show.

use std::fs::File;
use std::process::{Child, Command, Stdio};
use std::time::Instant;

use tempfile::TempDir;

use crate::browser::{LOOK_AGAIN, PATIENCE};

/// Listens on the bus of the desktop for notifications.
pub(crate) struct Desktop {
    folder: TempDir,
    monitor: Child,
}

impl Desktop {
    pub(crate) fn listen() -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let heard = File::create(folder.path().join("heard")).expect("a file");
        let notifications = "interface='org.freedesktop.Notifications',member='Notify'";
        let monitor = Command::new("dbus-monitor").args(["--session", notifications]).stdin(Stdio::null()).stdout(heard).spawn();
        Self { folder, monitor: monitor.expect("dbus-monitor runs: `cargo xtask test` installs it") }
    }

    /// Waits for a notification with these words; everything that was heard until then.
    pub(crate) async fn hears(&self, words: &str) -> String {
        let begun = Instant::now();
        loop {
            let heard = std::fs::read_to_string(self.folder.path().join("heard")).unwrap_or_default();
            // How long it is to be shown comes last: then all of it was heard.
            if heard.split_once(words).is_some_and(|(_, rest)| rest.contains("int32")) {
                return heard;
            }
            assert!(begun.elapsed() < PATIENCE, "no notification says “{words}”: {heard}");
            tokio::time::sleep(LOOK_AGAIN).await;
        }
    }
}

impl Drop for Desktop {
    fn drop(&mut self) {
        drop(self.monitor.kill());
        drop(self.monitor.wait());
    }
}
