//! What a person does with the window: presses, chooses, types, drags, drops.

use std::path::Path;
use std::time::{Duration, Instant};

use serde_json::json;
use thirtyfour::prelude::*;

use crate::browser::Browser;

impl Browser {
    /// Presses the button or link with this text or name; one that begins with it where none is equal.
    pub(crate) async fn press(&self, name: &str) {
        let script = format!(
            "const wanted = {};
             const labelled = (node) => document.getElementById(node.getAttribute('aria-labelledby') ?? '')?.innerText;
             const name = (node) => (node.getAttribute('aria-label') || labelled(node) || node.innerText || '').trim();
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
        self.open_menu(menu).await;
        self.press(item).await;
    }

    /// Opens the menu of this name with the keyboard.
    pub(crate) async fn open_menu(&self, menu: &str) {
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
            "const found = [...document.querySelectorAll('[role=option]')].find((node) => node.innerText.trim().split('\\n')[0] === {});
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

    /// Types into the field with this label, letter by letter, as a keyboard does: unlike with [`Self::fill`] no script holds the text.
    pub(crate) async fn type_into(&self, label: &str, text: &str) {
        self.field(label).await.send_keys(text).await.expect("it can be typed into");
    }

    /// Empties the field with this label.
    pub(crate) async fn clear(&self, label: &str) {
        self.fill(label, "").await;
    }

    async fn field(&self, label: &str) -> WebElement {
        let script = format!(
            "const label = [...document.querySelectorAll('label')].find((node) => node.textContent.trim() === {});
             document.getElementById(label?.htmlFor ?? '')?.setAttribute('data-typed', '');
             return Boolean(label);",
            json!(label)
        );
        self.until(&format!("there is a field “{label}”"), &script).await;
        let field = self.driver.find(By::Css("[data-typed]")).await.expect("the field");
        self.driver.execute("document.querySelector('[data-typed]').removeAttribute('data-typed')", vec![]).await.expect("it is known");
        field
    }

    /// Drops files on the window, through the app's own drop event.
    pub(crate) async fn drop_files(&self, paths: &[&Path]) {
        self.drag_files("tauri://drag-drop", paths).await;
    }

    /// Holds files over the window.
    pub(crate) async fn hold_files(&self, paths: &[&Path]) {
        self.drag_files("tauri://drag-enter", paths).await;
    }

    async fn drag_files(&self, event: &str, paths: &[&Path]) {
        let payload = json!({ "paths": paths, "position": { "x": 200, "y": 200 } });
        let script = format!(
            "const done = arguments[arguments.length - 1];
             window.__TAURI_INTERNALS__.invoke('plugin:event|emit', {{ event: '{event}', payload: {payload} }}).then(() => done(null), (error) => done(String(error)));"
        );
        let answer = self.driver.execute_async(script, vec![]).await.expect("the files are noticed");
        assert!(answer.json().is_null(), "the drop event is allowed: {}", answer.json());
    }

    /// Brings a heading to the top of what scrolls.
    pub(crate) async fn look_at(&self, heading: &str) {
        let script = format!(
            "const found = [...document.querySelectorAll('main h1, main h2, main h3, .dialog summary')].find((node) => node.innerText.trim() === {});
             found?.scrollIntoView({{ block: 'start' }});
             return Boolean(found);",
            json!(heading)
        );
        self.until(&format!("there is a heading “{heading}”"), &script).await;
    }

    /// Presses a button within the part of the screen that has this heading or name.
    pub(crate) async fn press_under(&self, part: &str, name: &str) {
        let script = format!(
            "const part = [...document.querySelectorAll('main section')].find((node) => node.ariaLabel === {0} || node.querySelector('h2')?.innerText.trim() === {0});
             const all = [...(part?.querySelectorAll('button') ?? [])].filter((node) => !node.disabled);
             const found = all.find((node) => node.innerText.trim() === {1}) ?? all.find((node) => node.innerText.trim().startsWith({1}));
             found?.click();
             return Boolean(found);",
            json!(part),
            json!(name)
        );
        self.until(&format!("“{name}” can be pressed under “{part}”"), &script).await;
    }

    /// Presses the last button of the open dialog, which begins with these words.
    pub(crate) async fn confirm(&self, words: &str) {
        let script = format!(
            "const found = [...document.querySelectorAll('.dialog .dialog-actions button')].at(-1);
             const ready = Boolean(found) && !found.disabled && found.innerText.trim().startsWith({});
             if (ready) found.click();
             return ready;",
            json!(words)
        );
        self.until(&format!("“{words}” can be confirmed"), &script).await;
    }

    /// Ticks the first rows of the table.
    pub(crate) async fn tick_rows(&self, rows: usize) {
        let script = format!(
            "const boxes = [...document.querySelectorAll('[role=row][data-index] input[type=checkbox]')].slice(0, {rows});
             for (const box of boxes) if (!box.checked) box.click();
             return boxes.length === {rows};"
        );
        self.until(&format!("{rows} rows can be ticked"), &script).await;
    }

    /// Opens what finds everything.
    pub(crate) async fn open_palette(&self) {
        let keys = "window.dispatchEvent(new KeyboardEvent('keydown', { key: 'k', ctrlKey: true, bubbles: true }))";
        self.driver.execute(keys, vec![]).await.expect("Ctrl K is heard");
    }

    /// Types letters into what finds everything.
    pub(crate) async fn type_in_palette(&self, text: &str) {
        let script = format!(
            "const field = document.querySelector('.dialog.top input');
             if (!field) return false;
             Object.getOwnPropertyDescriptor(HTMLInputElement.prototype, 'value').set.call(field, {});
             field.dispatchEvent(new InputEvent('input', {{ bubbles: true }}));
             return true;",
            json!(text)
        );
        self.until(&format!("“{text}” can be typed"), &script).await;
    }

    /// Takes the entry of the palette whose first line is this.
    pub(crate) async fn press_option(&self, title: &str) {
        let script = format!(
            "const found = [...document.querySelectorAll('.dialog.top [role=option]')].find((node) => node.innerText.trim().startsWith({}));
             found?.click();
             return Boolean(found);",
            json!(title)
        );
        self.until(&format!("“{title}” is found"), &script).await;
    }

    /// Presses a key where the focus is.
    pub(crate) async fn press_key(&self, key: &str) {
        let script = format!(
            "(document.activeElement ?? document.body).dispatchEvent(new KeyboardEvent('keydown', {{ key: {}, bubbles: true, cancelable: true }}))",
            json!(key)
        );
        self.driver.execute(&script, vec![]).await.expect("the key is heard");
    }

    /// Turns to the desktop: the window is in the background from now on.
    pub(crate) fn turn_away(&self) {
        assert!(
            self.desktop.xdotool(&["search", "--maxdepth", "0", ".*", "windowfocus", "%1"]),
            "the desktop behind the window has the keyboard"
        );
    }

    /// Types a path into the system's own dialog for files, and takes it.
    pub(crate) fn answer_file_dialog(&self, path: &Path) {
        for _ in 0..TRIES {
            // Without a window manager keys go to what lies under the pointer.
            for hand in [&["mousemove", "--window", "%1", "300", "60"][..], &["windowfocus", "--sync", "%1"]] {
                assert!(
                    self.desktop.xdotool(&[&["search", "--sync", "--onlyvisible", "--name", FILE_DIALOG][..], hand].concat()),
                    "a dialog for files opens"
                );
            }
            // Its field opens with the first letter and may miss the next ones; what stands there from an earlier try is replaced.
            for keys in [&["key", "slash"][..], &["key", "ctrl+a"], &["type", "--delay", "10", &path.display().to_string()]] {
                assert!(self.desktop.xdotool(keys), "{} is typed", path.display());
            }
            for _ in 0..RETURNS {
                // What completes the path may swallow it.
                assert!(self.desktop.xdotool(&["key", "Return"]), "Return is pressed");
                let begun = Instant::now();
                while begun.elapsed() < SWALLOWED {
                    if !self.desktop.xdotool(&["search", "--onlyvisible", "--name", FILE_DIALOG]) {
                        return;
                    }
                }
            }
        }
        panic!("the dialog for files does not take {}", path.display());
    }
}

const FILE_DIALOG: &str = "^(Select Folder|Open File|Save File)$";
const TRIES: usize = 6;
const RETURNS: usize = 3;
const SWALLOWED: Duration = Duration::from_secs(1);
