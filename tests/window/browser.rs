//! One started app with a data folder of its own, and the driver that sees it.

use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use tempfile::TempDir;
use thirtyfour::{Capabilities, WebDriver};
use tokio::sync::{Mutex, MutexGuard};

/// The app allows one instance of itself on a desktop: journeys take turns.
static TURN: Mutex<()> = Mutex::const_new(());

/// A running app.
pub struct Browser {
    pub driver: WebDriver,
    pub data: TempDir,
    name: &'static str,
    server: Child,
    _turn: MutexGuard<'static, ()>,
}

impl Browser {
    /// Starts the app with an empty data folder and waits until its first screen can be used.
    pub async fn start(name: &'static str) -> Self {
        let turn = TURN.lock().await;
        let data = tempfile::tempdir().expect("a data folder");
        let (port, native_port) = (free_port(), free_port());
        let server = Command::new(tools().join("tauri-driver"))
            .args(["--port", &port.to_string(), "--native-port", &native_port.to_string()])
            .env("ROLLCALL_DATA", data.path())
            .env("ROLLCALL_STATE", data.path().join("state"))
            .env("ROLLCALL_PASSPHRASE", "practice makes perfect")
            .env("WEBKIT_DISABLE_DMABUF_RENDERER", "1")
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .expect("tauri-driver starts: `cargo xtask test` installs it");
        let mut capabilities = Capabilities::new();
        capabilities.set("browserName", "wry").expect("a browser name");
        capabilities.set("tauri:options", serde_json::json!({ "application": env!("CARGO_BIN_EXE_rollcall") })).expect("the app to open");
        let driver = connect(&format!("http://127.0.0.1:{port}"), &capabilities).await;
        let browser = Self { driver, data, name, server, _turn: turn };
        browser.resize(1280, 800).await;
        browser
    }

    /// Gives the window's contents this size.
    pub async fn resize(&self, width: u32, height: u32) {
        self.driver.set_window_rect(0, 0, width, height).await.expect("the window takes a size");
    }

    /// Keeps a picture of the window in the build output.
    pub async fn shoot(&self, screen: &str) {
        let folder = screenshots();
        std::fs::create_dir_all(&folder).expect("a folder for screenshots");
        let path = folder.join(format!("{}-{screen}.png", self.name));
        let size = self.driver.get_window_rect().await.expect("the window has a size");
        // WebKit's own screenshot never answers on a display without a window manager: the display is photographed instead.
        let taken = Command::new("import")
            .args(["-window", "root", "-crop", &format!("{}x{}+0+0", size.width, size.height), "+repage"])
            .arg(&path)
            .status()
            .expect("ImageMagick's import takes the picture: `cargo xtask test` installs it");
        assert!(taken.success(), "the picture of {screen} was taken");
    }

    /// Closes the app and its driver.
    pub async fn stop(self) {
        self.driver.clone().quit().await.expect("the app closes");
    }
}

impl Drop for Browser {
    /// A journey that fails leaves nothing running.
    fn drop(&mut self) {
        drop(self.server.kill());
        drop(self.server.wait());
    }
}

/// Where the pictures lie.
pub fn screenshots() -> PathBuf {
    Path::new(env!("CARGO_TARGET_TMPDIR")).join("screenshots")
}

async fn connect(server: &str, capabilities: &Capabilities) -> WebDriver {
    let mut last = None;
    for _ in 0..100 {
        match WebDriver::new(server, capabilities.clone()).await {
            Ok(driver) => return driver,
            Err(error) => last = Some(error),
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    panic!("the window did not open: {last:?}");
}

fn tools() -> PathBuf {
    std::env::var_os("ROLLCALL_TOOLS")
        .map(PathBuf::from)
        .expect("ROLLCALL_TOOLS names the folder with tauri-driver: run `cargo xtask test`")
}

fn free_port() -> u16 {
    TcpListener::bind("127.0.0.1:0").and_then(|listener| listener.local_addr()).expect("a free port").port()
}
