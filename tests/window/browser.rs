//! One started app with a data folder of its own, and the driver that sees it as a person would.

use std::net::TcpListener;
use std::os::unix::process::CommandExt as _;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use serde_json::{Value, json};
use tempfile::TempDir;
use thirtyfour::prelude::*;
use tokio::sync::{Mutex, MutexGuard};

/// The app allows one instance of itself on a desktop: journeys take turns.
static TURN: Mutex<()> = Mutex::const_new(());
const PATIENCE: Duration = Duration::from_mins(1);
const LOOK_AGAIN: Duration = Duration::from_millis(50);
const SIZES: [(u32, u32); 2] = [(1280, 800), (1024, 700)];
const THEMES: [&str; 2] = ["light", "dark"];

/// A running app.
pub(crate) struct Browser {
    pub(crate) driver: WebDriver,
    /// Files of this journey.
    pub(crate) folder: TempDir,
    name: &'static str,
    axe: String,
    server: Child,
    _turn: MutexGuard<'static, ()>,
}

impl Browser {
    /// Starts the app with an empty data folder and waits until its first screen can be used.
    pub(crate) async fn start(name: &'static str) -> Self {
        let turn = TURN.lock().await;
        let folder = tempfile::tempdir().expect("a folder for the journey");
        let (port, native_port) = (free_port(), free_port());
        let server = Command::new(tools().join("tauri-driver"))
            .args(["--port", &port.to_string(), "--native-port", &native_port.to_string()])
            .env("ROLLCALL_DATA", folder.path().join("data"))
            .env("ROLLCALL_STATE", folder.path().join("state"))
            .env("ROLLCALL_PASSPHRASE", "practice makes perfect")
            .env("WEBKIT_DISABLE_DMABUF_RENDERER", "1")
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            // The driver starts WebKit's, which starts the app: at the end all of them go.
            .process_group(0)
            .spawn()
            .expect("tauri-driver starts: `cargo xtask test` installs it");
        let mut capabilities = Capabilities::new();
        capabilities.set("browserName", "wry").expect("a browser name");
        capabilities.set("tauri:options", json!({ "application": env!("CARGO_BIN_EXE_rollcall") })).expect("the app to open");
        let driver = connect(&format!("http://127.0.0.1:{port}"), &capabilities).await;
        let axe = std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("ui/node_modules/axe-core/axe.min.js"))
            .expect("axe is installed: `cargo xtask test` does it");
        let browser = Self { driver, folder, name, axe, server, _turn: turn };
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
        self.photograph("failed").await;
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

    /// Presses the button or link with this text or name; one that begins with it where none is equal.
    pub(crate) async fn press(&self, name: &str) {
        let script = format!(
            "const wanted = {};
             const name = (node) => (node.getAttribute('aria-label') || node.innerText || '').trim();
             const all = [...document.querySelectorAll('button, a, [role=button], [role=option], [role=menuitem], summary, label')].filter((node) => node.offsetParent !== null && !node.disabled);
             const found = all.find((node) => name(node) === wanted) || all.find((node) => name(node).startsWith(wanted));
             if (!found) return false;
             for (const kind of ['pointerdown', 'mousedown', 'pointerup', 'mouseup']) found.dispatchEvent(new PointerEvent(kind, {{ bubbles: true, button: 0, pointerType: 'mouse' }}));
             found.click();
             return true;",
            json!(name)
        );
        self.until(&format!("“{name}” can be pressed"), &script).await;
    }

    /// Opens the menu of this name with the keyboard and takes what it offers.
    pub(crate) async fn choose_from(&self, menu: &str, item: &str) {
        let open = format!(
            "const name = (node) => (node.getAttribute('aria-label') || node.innerText || '').trim();
             const found = [...document.querySelectorAll('button[aria-haspopup=menu]')].find((node) => name(node) === {});
             if (!found) return false;
             found.focus();
             found.dispatchEvent(new KeyboardEvent('keydown', {{ key: 'ArrowDown', bubbles: true }}));
             return true;",
            json!(menu)
        );
        self.until(&format!("there is a menu “{menu}”"), &open).await;
        self.press(item).await;
    }

    /// Goes to a place by the list of places.
    pub(crate) async fn visit(&self, place: &str) {
        let script = format!("const link = document.querySelector('nav a[href=\"#/{place}\"]'); link?.click(); return link !== null;");
        self.until(&format!("one can go to {place}"), &script).await;
    }

    /// Opens the first row of a table that has these words in a cell of their own.
    pub(crate) async fn open_row(&self, words: &str) {
        let script = format!(
            "const row = [...document.querySelectorAll('[role=row][data-index]')].find((node) => [...node.children].some((cell) => cell.innerText.trim() === {}));
             row?.firstElementChild?.click();
             return Boolean(row);",
            json!(words)
        );
        self.until(&format!("a row holds “{words}”"), &script).await;
    }

    /// Presses a key with Alt on the entry of the calendar that begins with these words.
    pub(crate) async fn nudge(&self, words: &str, key: &str) {
        let script = format!(
            "const entry = [...document.querySelectorAll('[data-occurrence]')].find((node) => node.innerText.trim().startsWith({}));
             if (!entry) return false;
             entry.focus();
             entry.dispatchEvent(new KeyboardEvent('keydown', {{ key: {}, altKey: true, bubbles: true, cancelable: true }}));
             return true;",
            json!(words),
            json!(key)
        );
        self.until(&format!("“{words}” can be nudged"), &script).await;
    }

    /// Drags the entry of the calendar that begins with these words by so many pixels.
    pub(crate) async fn drag(&self, words: &str, (right, down): (i64, i64)) {
        let script = format!(
            "const entry = [...document.querySelectorAll('[data-occurrence]')].find((node) => node.innerText.trim().startsWith({}));
             if (entry) entry.id = 'dragged';
             return Boolean(entry);",
            json!(words)
        );
        self.until(&format!("“{words}” can be dragged"), &script).await;
        let entry = self.driver.find(By::Id("dragged")).await.expect("the entry is there");
        let hand = self.driver.action_chain().move_to_element_center(&entry).click_and_hold();
        // A hand moves step by step: a leap is no drag.
        let moved = (0..10).fold(hand, |hand, _| hand.move_by_offset(right / 10, down / 10));
        moved.release().perform().await.expect("the entry is dragged");
    }

    /// Takes back what was done last: what was done before may still offer its own way back.
    pub(crate) async fn undo(&self) {
        let script = "const last = [...document.querySelectorAll('.toast button')].filter((node) => node.innerText.trim() === 'Undo').at(-1); last?.click(); return Boolean(last);";
        self.until("something can be undone", script).await;
    }

    /// Opens the choice that shows `now` with the keyboard and takes another.
    pub(crate) async fn choose(&self, now: &str, other: &str) {
        let found = format!("[...document.querySelectorAll('.select-trigger')].find((node) => node.innerText.trim() === {})", json!(now));
        self.take(&format!("a choice shows “{now}”"), &found, other).await;
    }

    /// Opens the choice with this label with the keyboard and takes one of what it offers.
    pub(crate) async fn choose_in(&self, label: &str, option: &str) {
        let label_node = format!("[...document.querySelectorAll('label')].find((node) => node.textContent.trim() === {})", json!(label));
        let found = format!("document.getElementById({label_node}?.htmlFor ?? '')");
        self.take(&format!("there is a choice of “{label}”"), &found, option).await;
    }

    async fn take(&self, what: &str, found: &str, option: &str) {
        let open = format!(
            "const found = {found};
             if (!found) return false;
             found.focus();
             found.dispatchEvent(new KeyboardEvent('keydown', {{ key: 'ArrowDown', bubbles: true }}));
             return true;"
        );
        self.until(what, &open).await;
        let take = format!(
            "const found = [...document.querySelectorAll('[role=option]')].find((node) => node.innerText.trim() === {});
             if (!found) return false;
             for (const kind of ['pointermove', 'pointerdown', 'pointerup']) found.dispatchEvent(new PointerEvent(kind, {{ bubbles: true, button: 0, pointerType: 'mouse' }}));
             return true;",
            json!(option)
        );
        self.until(&format!("“{option}” is offered"), &take).await;
    }

    /// Writes into the field with this label, in place of what is there.
    pub(crate) async fn fill(&self, label: &str, text: &str) {
        let script = format!(
            "const wanted = {};
             const label = [...document.querySelectorAll('label')].find((node) => node.innerText.trim() === wanted || node.textContent.trim() === wanted);
             const field = label && document.getElementById(label.htmlFor);
             if (!field) return false;
             const owner = field.tagName === 'TEXTAREA' ? HTMLTextAreaElement : HTMLInputElement;
             Object.getOwnPropertyDescriptor(owner.prototype, 'value').set.call(field, {});
             field.dispatchEvent(new InputEvent('input', {{ bubbles: true }}));
             return true;",
            json!(label),
            json!(text)
        );
        self.until(&format!("“{label}” can be filled in"), &script).await;
    }

    /// Drops files on the window, through the app's own drop event.
    pub(crate) async fn drop_files(&self, paths: &[&Path]) {
        let payload = json!({ "paths": paths, "position": { "x": 200, "y": 200 } });
        let script = format!(
            "const done = arguments[arguments.length - 1];
             window.__TAURI_INTERNALS__.invoke('plugin:event|emit', {{ event: 'tauri://drag-drop', payload: {payload} }}).then(() => done(null), (error) => done(String(error)));"
        );
        let answer = self.driver.execute_async(script, vec![]).await.expect("the drop is heard");
        assert!(answer.json().is_null(), "the drop event is allowed: {}", answer.json());
    }

    /// Looks at this screen in both sizes and both themes: keeps a picture of each, and axe may find nothing.
    pub(crate) async fn inspect(&self, screen: &str) {
        let [light, dark] = THEMES;
        let [wide, narrow] = SIZES;
        for (theme, sizes) in [(light, [wide, narrow]), (dark, [narrow, wide])] {
            self.use_theme(theme).await;
            for size in sizes {
                self.resize(size).await;
                self.settle().await;
                self.photograph(&format!("{screen}-{theme}-{}x{}", size.0, size.1)).await;
            }
            self.has_no_findings(&format!("{screen} ({theme})")).await;
        }
        self.use_theme(light).await;
    }

    /// The window's text.
    pub(crate) async fn text(&self) -> String {
        let answer = self.driver.execute("return document.body.innerText", vec![]).await;
        answer.ok().and_then(|answer| answer.json().as_str().map(str::to_owned)).unwrap_or_default()
    }

    /// Closes the app and its driver.
    pub(crate) async fn stop(self) {
        self.driver.clone().quit().await.expect("the app closes");
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

    /// Keeps a picture of the window in the build output.
    async fn photograph(&self, screen: &str) {
        let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("screenshots");
        std::fs::create_dir_all(&folder).expect("a folder for screenshots");
        let size = self.driver.get_window_rect().await.expect("the window has a size");
        // WebKit's own screenshot never answers on a display without a window manager: the display is photographed instead.
        let taken = Command::new("import")
            .args(["-window", "root", "-crop", &format!("{}x{}+0+0", size.width, size.height), "+repage"])
            .arg(folder.join(format!("{}-{screen}.png", self.name)))
            .status()
            .expect("ImageMagick's import takes the picture: `cargo xtask test` installs it");
        assert!(taken.success(), "the picture of {screen} was taken");
    }
}

impl Drop for Browser {
    /// A journey that fails leaves nothing running.
    fn drop(&mut self) {
        drop(Command::new("kill").args(["-KILL", "--", &format!("-{}", self.server.id())]).status());
        drop(self.server.wait());
    }
}

async fn connect(server: &str, capabilities: &Capabilities) -> WebDriver {
    let begun = Instant::now();
    loop {
        match WebDriver::new(server, capabilities.clone()).await {
            Ok(driver) => return driver,
            Err(error) => assert!(begun.elapsed() < PATIENCE, "the window did not open: {error}"),
        }
        tokio::time::sleep(LOOK_AGAIN).await;
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
