//! Secrets that pass through the window, or that the app fetches behind it: none of them stays where it could be read.
//!
//! Searched for all of them are the files of the data folder with its log, everything that `WebKit` keeps in files, the fields of the page and
//! whatever it reaches by objects of its window. What the app fetched is searched for in the whole memory of the processes that show the page
//! too. What a person typed is not: it was there, `WebKit` clears no memory that it gives free, and until something else is written over it
//! nobody can tell there what is held from what is over. Nor is the memory of the app itself: it signs in with these secrets.

use std::collections::BTreeMap;
use std::path::Path;

use serde_json::{Value, json};
use testkit::counting_smtp::CountingSmtp;
use testkit::dovecot::Dovecot;
use testkit::fake_google::FakeGoogle;
use testkit::radicale::{PASSWORD as CALDAV, Radicale, USER};

use crate::browser::Browser;
use crate::consent::CONSENTS;
use crate::memory::{self, Process, Snapshot};

/// Typed by a person, and good.
const SMTP: &str = "planted-smtp-4471";
const IMAP: &str = "planted-imap-5582";
/// Typed by a person, and refused.
const WRONG: &str = "planted-wrong-6693";
/// What every token for access begins with.
const ACCESS: &str = "ya29.fake-access";
/// Typed like a secret and shown on purpose: the search must find it.
const NAME: &str = "Planted clubhouse";

#[tokio::test]
async fn no_secret_stays_in_files_pages_or_memory() {
    let google = FakeGoogle::start().expect("the fake starts");
    google.add_calendar("away", "Arizona away games", "America/Chicago", "owner");
    let radicale = Radicale::start().expect("Radicale starts");
    radicale.call("MKCALENDAR", "/alice/season/", "", "").expect("a calendar is made");
    let dovecot = Dovecot::start(&[("club", IMAP)]).expect("Dovecot starts");
    let server = CountingSmtp::builder().with_login("club", SMTP).start().expect("the server starts");
    let window = Browser::start("secrets").await;
    connect_caldav(&window, &radicale).await;
    connect_google(&window, &google).await;
    add_accounts(&window, &dovecot, &server).await;
    go_around(&window).await;
    let refresh = google.refresh_token();
    let fetched = [refresh.as_str(), ACCESS];
    let typed = [SMTP, IMAP, WRONG, CALDAV, FakeGoogle::CLIENT_SECRET];
    let all = [&fetched[..], &typed[..]].concat();
    assert!(google.token_requests() > 0, "there were tokens to be found");
    never_had(&window, &fetched);
    look_into_page(&window, &all).await;
    let folder = window.stop().await;
    look_into_files(folder.path(), &all);
}

async fn connect_caldav(window: &Browser, server: &Radicale) {
    window.press("Connect it").await;
    window.press("iCloud, Fastmail, Nextcloud").await;
    window.choose("iCloud", "Another").await;
    window.fill("Address", &server.url()).await;
    window.fill("User name", USER).await;
    window.type_into("Name for it", NAME).await;
    window.type_into("Password", WRONG).await;
    window.press("Connect").await;
    window.until("the password is refused", "return document.querySelector('.dialog [role=alert]') !== null").await;
    window.clear("Password").await;
    window.type_into("Password", CALDAV).await;
    window.press("Connect").await;
    window.sees(&format!("“{NAME}” is connected")).await;
    window.confirm("Mirror 1 calendar").await;
}

async fn connect_google(window: &Browser, google: &FakeGoogle) {
    window.visit("settings").await;
    window.press("Connect a calendar").await;
    window.press("Google Calendar").await;
    window.press("I have a client ID").await;
    window.fill("Client ID", FakeGoogle::CLIENT).await;
    window.type_into("Client secret", FakeGoogle::CLIENT_SECRET).await;
    window.press("More settings").await;
    window.fill("Another address of the service", &google.url("/calendar/v3")).await;
    window.browser_does(CONSENTS);
    window.press("Sign in with your browser").await;
    window.sees("“Google” is connected").await;
    window.press("Arizona away games").await;
    window.press("Mirror").await;
    window.sees("Last synced").await;
}

async fn add_accounts(window: &Browser, dovecot: &Dovecot, server: &CountingSmtp) {
    for (button, label, name, port, password) in
        [("Add a sender", "Send from", "Post", server.port(), SMTP), ("Add an inbox", "Address", "Answers", dovecot.port(), IMAP)]
    {
        window.press(button).await;
        window.fill(label, "club@example.org").await;
        window.fill("User name", "club").await;
        window.fill("Server", "127.0.0.1").await;
        window.fill("Port", &port.to_string()).await;
        window.choose_in("Encryption", "None, this computer only").await;
        window.fill("Name for it", name).await;
        window.type_into("Password", password).await;
        window.press("Save and check").await;
        window.sees(&format!("“{name}” is saved")).await;
        window.press("Done").await;
    }
}

/// Every place, and the forms in which secrets were typed once more: they begin empty.
async fn go_around(window: &Browser) {
    for place in ["calendar", "guests", "campaigns", "answers", "changes", "settings"] {
        window.visit(place).await;
        window.until(&format!("{place} is there"), &format!("return location.hash.startsWith('#/{place}')")).await;
    }
    for account in ["sender Post", "inbox Answers"] {
        window.choose_from(&format!("Actions for the {account}"), "Edit…").await;
        window.sees("Empty keeps the one that is stored.").await;
        window
            .until(
                "no password is shown",
                "return [...document.querySelectorAll('input[type=password]')].every((field) => field.value === '')",
            )
            .await;
        window.press("Cancel").await;
    }
    window.press("Sync now").await;
    window.sees("Last synced").await;
}

/// What the app fetched was never in the memory of what shows the page.
fn never_had(window: &Browser, fetched: &[&str]) {
    let found = in_memory(window, &[fetched, &[NAME]].concat());
    assert!(found.contains_key(NAME), "the search finds what is shown: {found:?}");
    assert!(fetched.iter().all(|text| !found.contains_key(*text)), "the page never had what the app fetched: {found:?}");
}

/// How often each text is in the memory of a process of `WebKit`.
fn in_memory(window: &Browser, texts: &[&str]) -> BTreeMap<String, usize> {
    let shows = |process: &Process| process.name.starts_with("WebKit") && process.name.ends_with("Process");
    let processes: Vec<Process> = window.processes().into_iter().filter(shows).collect();
    assert!(processes.iter().any(|process| process.name == "WebKitWebProcess"), "the page has a process: {processes:?}");
    let mut found = BTreeMap::new();
    for process in &processes {
        let snapshot = Snapshot::of(process);
        assert!(snapshot.bytes > 10_000_000, "all of {} was read, and not {} bytes", process.name, snapshot.bytes);
        for (text, times) in snapshot.count(texts) {
            *found.entry(text).or_default() += times;
        }
    }
    found
}

/// What the page shows, keeps in its storage or reaches through any object of its window.
async fn look_into_page(window: &Browser, secrets: &[&str]) {
    // As numbers, so that the search itself puts them nowhere.
    let codes: Vec<Vec<u16>> = secrets.iter().chain(&[NAME]).map(|text| text.encode_utf16().collect()).collect();
    let script = "
        const done = arguments[arguments.length - 1];
        const secrets = arguments[0];
        const shown = secrets.at(-1);
        const holds = (text, secret) => {
            for (let at = 0; at + secret.length <= text.length; at++) {
                let same = 0;
                while (same < secret.length && text.charCodeAt(at + same) === secret[same]) same++;
                if (same === secret.length) return true;
            }
            return false;
        };
        const found = new Set();
        const look = (text, where) => { for (const secret of secrets) if (holds(text, secret)) found.add(secret === shown ? 'what is shown' : `the secret number ${secrets.indexOf(secret)} in ${where}`); };
        look(document.documentElement.outerHTML, 'the page');
        for (const field of document.querySelectorAll('input, textarea')) look(field.value, 'a field');
        look(document.cookie + location.href + JSON.stringify(history.state), 'its address');
        for (const kept of [localStorage, sessionStorage]) for (const [name, value] of Object.entries(kept)) look(name + value, 'its storage');
        look(JSON.stringify(performance.getEntries()), 'its timings');
        const seen = new Set();
        const open = [[window, 'window']];
        while (open.length > 0 && seen.size < 400000) {
            const [thing, where] = open.pop();
            if (typeof thing === 'string') { look(thing, where); continue; }
            if (thing === null || (typeof thing !== 'object' && typeof thing !== 'function') || thing === secrets || seen.has(thing)) continue;
            seen.add(thing);
            try {
                if (thing instanceof Map || thing instanceof Set) for (const entry of thing) open.push([entry, `${where} entry`]);
                for (const name of Reflect.ownKeys(thing)) {
                    const described = Reflect.getOwnPropertyDescriptor(thing, name);
                    if (described && 'value' in described) open.push([described.value, `${where}.${String(name)}`.slice(-120)]);
                    else if (thing === window) open.push([window[name], `window.${String(name)}`]);
                }
            } catch { /* Not for pages to read. */ }
        }
        const databases = indexedDB.databases ? indexedDB.databases() : Promise.resolve([]);
        const stores = 'caches' in window ? caches.keys().catch(() => []) : Promise.resolve([]);
        Promise.all([databases, stores]).then(([names, caches]) => done({ found: [...found], kept: names.length + caches.length, things: seen.size }), (error) => done({ found: [String(error)] }));
    ";
    let answer = window.driver.execute_async(script, vec![json!(codes)]).await.expect("the page is searched");
    let answer = answer.json().clone();
    assert_eq!(
        answer.get("found"),
        Some(&json!(["what is shown"])),
        "what is shown is found, and no secret in anything that the page reaches: {answer}"
    );
    assert_eq!(answer.get("kept"), Some(&json!(0)), "and it keeps no database of its own");
    assert!(answer.get("things").and_then(Value::as_u64).is_some_and(|things| things > 1_000), "much was searched: {answer}");
}

fn look_into_files(folder: &Path, secrets: &[&str]) {
    assert!(!memory::files_with(folder, &[NAME]).is_empty(), "the search finds what is on disk");
    assert!(std::fs::read_dir(folder.join("webkit")).is_ok_and(|mut kept| kept.next().is_some()), "what WebKit keeps lies there too");
    let found: Vec<_> =
        memory::files_with(folder, secrets).into_iter().filter(|(path, _)| !path.starts_with(folder.join("programs"))).collect();
    assert!(found.is_empty(), "no file holds a secret in clear: {found:?}");
}
