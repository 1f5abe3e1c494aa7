//! A desktop of its own for one started app: a display, and a bus with what the app asks the desktop to show.
//!
//! The app allows one instance of itself on a desktop, so that journeys on desktops of their own can run side by side.

use std::fs::File;
use std::io::{BufRead as _, BufReader};
use std::process::{Child, Command, Stdio};
use std::time::Instant;

use tempfile::TempDir;

use crate::browser::{LOOK_AGAIN, PATIENCE};

/// A display without a window manager, and a session bus.
pub(crate) struct Desktop {
    x: Child,
    display: String,
    bus: Child,
    address: String,
}

impl Desktop {
    /// Starts both.
    pub(crate) fn start() -> Self {
        // The server takes a number that is free, and says which.
        let (x, number) = telling(Command::new("Xvfb").args(["-displayfd", "1", "-screen", "0", "1400x1000x24", "-nolisten", "tcp"]));
        let display = format!(":{number}");
        let mut bus = Command::new("dbus-daemon");
        let (bus, address) = telling(bus.args(["--session", "--nofork", "--print-address=1"]).env("DISPLAY", &display));
        Self { x, display, bus, address }
    }

    /// A program that runs on it.
    pub(crate) fn command(&self, program: &str) -> Command {
        let mut command = Command::new(program);
        command.env("DISPLAY", &self.display).env("DBUS_SESSION_BUS_ADDRESS", &self.address).env_remove("WAYLAND_DISPLAY");
        command
    }

    /// Listens for notifications from now on.
    pub(crate) fn listen(&self) -> Notifications {
        let folder = tempfile::tempdir().expect("a folder");
        let heard = File::create(folder.path().join("heard")).expect("a file");
        let wanted = "interface='org.freedesktop.Notifications',member='Notify'";
        let monitor = self.command("dbus-monitor").args(["--session", wanted]).stdin(Stdio::null()).stdout(heard).spawn();
        Notifications { folder, monitor: monitor.expect("dbus-monitor runs: `cargo xtask test` installs it") }
    }

    /// Presses keys and moves the pointer; whether xdotool could.
    pub(crate) fn xdotool(&self, arguments: &[&str]) -> bool {
        let status = self.command("xdotool").args(arguments).stdout(Stdio::null()).status();
        status.expect("xdotool runs: `cargo xtask test` installs it").success()
    }
}

impl Drop for Desktop {
    fn drop(&mut self) {
        end(&mut self.bus);
        end(&mut self.x);
    }
}

/// What the app asked the desktop to show.
pub(crate) struct Notifications {
    folder: TempDir,
    monitor: Child,
}

impl Notifications {
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

impl Drop for Notifications {
    fn drop(&mut self) {
        end(&mut self.monitor);
    }
}

/// Starts what says in its first line how it is reached.
fn telling(command: &mut Command) -> (Child, String) {
    let program = command.get_program().to_string_lossy().into_owned();
    let started = command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::null()).spawn();
    let mut child = started.unwrap_or_else(|error| panic!("{program} starts, `cargo xtask test` installs it: {error}"));
    let mut line = String::new();
    let told = BufReader::new(child.stdout.take().expect("its words")).read_line(&mut line);
    assert!(told.is_ok_and(|read| read > 0), "{program} says how it is reached");
    (child, line.trim().to_owned())
}

fn end(child: &mut Child) {
    drop(child.kill());
    drop(child.wait());
}
