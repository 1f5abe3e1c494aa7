//! One started app with a data folder of its own, and the driver that sees it as a person would.

use std::net::TcpListener;
use std::os::unix::process::CommandExt as _;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::time::{Duration, Instant};

use serde_json::{Value, json};
use tempfile::TempDir;
use thirtyfour::prelude::*;

use crate::desktop::Desktop;
use crate::memory::{self, Process};

/// What passwords are sealed with where a journey is not about that.
pub(crate) const PASSPHRASE: &str = "practice makes perfect";
const PROGRAM: &str = env!("CARGO_BIN_EXE_rollcall");
pub(crate) const PATIENCE: Duration = Duration::from_mins(1);
pub(crate) const LOOK_AGAIN: Duration = Duration::from_millis(50);
const SIZES: [(u32, u32); 2] = [(1280, 800), (1024, 700)];
const THEMES: [&str; 2] = ["light", "dark"];

/// A running app.
pub(crate) struct Browser {
    pub(crate) driver: WebDriver,
    /// Files of this journey.
    pub(crate) folder: Arc<TempDir>,
    name: &'static str,
    axe: String,
    server: Child,
    pub(crate) desktop: Desktop,
}

impl Browser {
    /// Starts the app with an empty data folder and waits until its first screen can be used.
    pub(crate) async fn start(name: &'static str) -> Self {
        Self::open(name, Arc::new(tempfile::tempdir().expect("a folder for the journey")), PASSPHRASE).await
    }

    /// Starts the app with what lies in `folder` already. Without a passphrase passwords stay sealed until it is typed.
    pub(crate) async fn open(name: &'static str, folder: Arc<TempDir>, passphrase: &str) -> Self {
        let desktop = Desktop::start();
        let (port, native_port) = (free_port(), free_port());
        let driver = tools().join("tauri-driver");
        let server = in_folder(desktop.command(&driver.to_string_lossy()), folder.path())
            .args(["--port", &port.to_string(), "--native-port", &native_port.to_string()])
            .env("ROLLCALL_PASSPHRASE", passphrase)
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            // The driver starts WebKit's, which starts the app: at the end all of them go.
            .process_group(0)
            .spawn()
            .expect("tauri-driver starts: `cargo xtask test` installs it");
        let mut capabilities = Capabilities::new();
        capabilities.set("browserName", "wry").expect("a browser name");
        capabilities.set("tauri:options", json!({ "application": PROGRAM })).expect("the app to open");
        let driver = connect(&format!("http://127.0.0.1:{port}"), server.id(), &capabilities).await;
        let axe = std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("ui/node_modules/axe-core/axe.min.js"))
            .expect("axe is installed: `cargo xtask test` does it");
        let browser = Self { driver, folder, name, axe, server, desktop };
        browser.resize(SIZES[0]).await;
        browser.until("the first screen can be used", "return document.documentElement.dataset.ready === 'true'").await;
        browser
    }

    /// Waits until a script says yes.
    pub(crate) async fn until(&self, what: &str, script: &str) {
        let begun = Instant::now();
        while begun.elapsed() < PATIENCE {
            if self.driver.execute(script, vec![]).await.is_ok_and(|answer| answer.json().as_bool() == Some(true)) {
                return;
            }
            tokio::time::sleep(LOOK_AGAIN).await;
        }
        finish(self.photograph("failed")).await;
        panic!("{}: waited in vain until {what}; the window says:\n{}", self.name, self.text().await);
    }

    /// Waits until the window shows these words.
    pub(crate) async fn sees(&self, words: &str) {
        self.until(&format!("“{words}” is seen"), &format!("return document.body.innerText.includes({})", json!(words))).await;
    }

    /// Waits until the window shows these words no longer.
    pub(crate) async fn misses(&self, words: &str) {
        self.until(&format!("“{words}” is gone"), &format!("return !document.body.innerText.includes({})", json!(words))).await;
    }

    /// Looks at this screen in both sizes and both themes: keeps a picture of each, and axe may find nothing.
    pub(crate) async fn inspect(&self, screen: &str) {
        let [light, dark] = THEMES;
        let [wide, narrow] = SIZES;
        for (theme, [first, second]) in [(light, [wide, narrow]), (dark, [narrow, wide])] {
            self.use_theme(theme).await;
            self.resize(first).await;
            self.settle().await;
            finish(self.photograph(&picture(screen, theme, first))).await;
            self.resize(second).await;
            self.settle().await;
            // Axe changes nothing that is seen: the picture is taken meanwhile.
            let taken = self.photograph(&picture(screen, theme, second));
            self.has_no_findings(&format!("{screen} ({theme})")).await;
            finish(taken).await;
        }
        self.use_theme(light).await;
    }

    /// As [`Self::inspect`] where the palette is open, in the colours that are on.
    pub(crate) async fn inspect_open(&self, screen: &str) {
        for size in SIZES {
            self.resize(size).await;
            self.settle().await;
            finish(self.photograph(&picture(screen, THEMES[0], size))).await;
        }
        self.has_no_findings(screen).await;
    }

    /// Every process of the app and of what shows it.
    pub(crate) fn processes(&self) -> Vec<Process> {
        memory::started_by(self.server.id())
    }

    /// A folder in which the app looks for programs first.
    pub(crate) fn programs(&self) -> PathBuf {
        programs(self.folder.path())
    }

    /// As [`Self::inspect`] with a menu open.
    pub(crate) async fn inspect_menu(&self, menu: &str, screen: &str) {
        for theme in THEMES {
            self.use_theme(theme).await;
            for size in SIZES {
                self.resize(size).await;
                self.open_menu(menu).await;
                self.until(&format!("“{menu}” is open"), "return document.querySelector('[role=menu]') !== null").await;
                self.settle().await;
                let taken = self.photograph(&picture(screen, theme, size));
                self.has_no_findings(&format!("{screen} ({theme})")).await;
                finish(taken).await;
                self.press_key("Escape").await;
                self.until(&format!("“{menu}” is closed"), "return document.querySelector('[role=menu]') === null").await;
            }
        }
        self.use_theme(THEMES[0]).await;
    }

    /// The window's text.
    pub(crate) async fn text(&self) -> String {
        let answer = self.driver.execute("return document.body.innerText", vec![]).await;
        answer.ok().and_then(|answer| answer.json().as_str().map(str::to_owned)).unwrap_or_default()
    }

    /// Closes the app and its driver; its folder can be opened again.
    pub(crate) async fn stop(self) -> Arc<TempDir> {
        self.driver.clone().quit().await.expect("the app closes");
        Arc::clone(&self.folder)
    }

    /// Chooses the colours as a person does, by the palette.
    async fn use_theme(&self, theme: &str) {
        let painted = format!("return document.documentElement.dataset.theme === '{theme}'");
        if self.driver.execute(&painted, vec![]).await.is_ok_and(|answer| answer.json().as_bool() == Some(true)) {
            return;
        }
        let keys = "window.dispatchEvent(new KeyboardEvent('keydown', { key: 'k', ctrlKey: true, bubbles: true }))";
        self.driver.execute(keys, vec![]).await.expect("Ctrl K is heard");
        self.press(if theme == "dark" { "Dark colours" } else { "Light colours" }).await;
        self.until(&format!("the window is {theme}"), &painted).await;
        self.until("the palette is closed", "return document.querySelector('.dialog.top') === null").await;
    }

    /// Waits until nothing loads, moves or is drawn.
    async fn settle(&self) {
        let script = "const done = arguments[arguments.length - 1];
             const quiet = () => document.querySelectorAll('[aria-busy=true], .skeleton').length === 0;
             const look = (left) => requestAnimationFrame(() => requestAnimationFrame(() => (quiet() || left === 0 ? document.fonts.ready.then(() => done(true)) : look(left - 1))));
             look(200);";
        self.driver.execute_async(script, vec![]).await.expect("the window settles");
    }

    async fn has_no_findings(&self, screen: &str) {
        let loaded = self.driver.execute("return 'axe' in window", vec![]).await.is_ok_and(|answer| answer.json().as_bool() == Some(true));
        if !loaded {
            self.driver.execute(&self.axe, vec![]).await.expect("axe loads");
        }
        let script = "const done = arguments[arguments.length - 1];
             axe.run(document, { resultTypes: ['violations'] }).then((found) => done(found.violations.map((one) => ({ id: one.id, help: one.help, nodes: one.nodes.map((node) => node.html.slice(0, 200)) }))), (error) => done([{ id: String(error) }]));";
        let answer = self.driver.execute_async(script, vec![]).await.expect("axe runs");
        let findings = answer.json().as_array().cloned().unwrap_or_default();
        assert!(findings.is_empty(), "{}: axe finds on {screen}: {}", self.name, Value::Array(findings.clone()));
    }

    async fn resize(&self, (width, height): (u32, u32)) {
        self.driver.set_window_rect(0, 0, width, height).await.expect("the window takes a size");
        self.until("the window has its size", &format!("return window.innerWidth === {width} && window.innerHeight === {height}")).await;
    }

    /// Begins to take a picture of the window into the build output.
    fn photograph(&self, screen: &str) -> Child {
        // WebKit's own screenshot never answers on a display without a window manager: the display is photographed instead.
        let (width, height) = screen.rsplit_once('-').and_then(|(_, size)| size.split_once('x')).unwrap_or(("1280", "800"));
        self.desktop
            .command("import")
            .args(["-window", "root", "-crop", &format!("{width}x{height}+0+0"), "+repage"])
            .arg(pictures().join(format!("{}-{screen}.png", self.name)))
            .spawn()
            .expect("ImageMagick's import takes the picture: `cargo xtask test` installs it")
    }
}

impl Drop for Browser {
    /// A journey that fails leaves nothing running.
    fn drop(&mut self) {
        drop(Command::new("kill").args(["-KILL", "--", &format!("-{}", self.server.id())]).status());
        drop(self.server.wait());
        // The session died with the driver: asking it to end would wait for an answer that never comes.
        drop(self.driver.clone().leak());
    }
}

/// Where the pictures lie.
pub(crate) fn pictures() -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("screenshots");
    std::fs::create_dir_all(&folder).expect("a folder for screenshots");
    folder
}

fn picture(screen: &str, theme: &str, (width, height): (u32, u32)) -> String {
    format!("{screen}-{theme}-{width}x{height}")
}

async fn finish(mut picture: Child) {
    let taken = tokio::task::spawn_blocking(move || picture.wait()).await.expect("the picture is waited for");
    assert!(taken.is_ok_and(|status| status.success()), "the picture was taken");
}

/// A program that keeps everything of the app in `folder`.
fn in_folder(mut command: Command, folder: &Path) -> Command {
    let path =
        std::env::join_paths(std::iter::once(programs(folder)).chain(std::env::split_paths(&std::env::var_os("PATH").unwrap_or_default())));
    command
        .env("PATH", path.expect("a path of folders"))
        .env("ROLLCALL_DATA", folder.join("data"))
        .env("ROLLCALL_STATE", folder.join("state"))
        // What WebKit keeps itself.
        .env("XDG_DATA_HOME", folder.join("webkit"))
        .env("XDG_CACHE_HOME", folder.join("webkit/cache"))
        .env("WEBKIT_DISABLE_DMABUF_RENDERER", "1");
    command
}

fn programs(folder: &Path) -> PathBuf {
    let programs = folder.join("programs");
    std::fs::create_dir_all(&programs).expect("a folder for programs");
    programs
}

async fn connect(server: &str, driver: u32, capabilities: &Capabilities) -> WebDriver {
    // The driver's client asks for one, also where nothing is encrypted. It may be there already.
    drop(rustls::crypto::aws_lc_rs::default_provider().install_default());
    let begun = Instant::now();
    loop {
        match WebDriver::new(server, capabilities.clone()).await {
            Ok(driver) => return driver,
            Err(error) if begun.elapsed() >= PATIENCE => {
                let running: Vec<_> = memory::started_by(driver).into_iter().map(|process| process.name).collect();
                panic!("the window did not open: {error}; the driver runs {running:?}")
            }
            Err(_) => tokio::time::sleep(LOOK_AGAIN).await,
        }
    }
}

fn tools() -> PathBuf {
    std::env::var_os("ROLLCALL_TOOLS")
        .map(PathBuf::from)
        .expect("ROLLCALL_TOOLS names the folder with tauri-driver: run `cargo xtask test`")
}

fn free_port() -> u16 {
    TcpListener::bind("127.0.0.1:0").and_then(|listener| listener.local_addr()).expect("a free port").port()
}
