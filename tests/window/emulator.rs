//! Google as others imitate it: connected with nothing but its address, read, written into, and let go.

use std::time::Instant;

use serde_json::{Value, json};
use testkit::emulate::Emulate;
use testkit::fake_google::FakeGoogle;

use crate::browser::{Browser, LOOK_AGAIN, PATIENCE};

/// Opens the page, presses the button of Ann's account, and follows to where that leads.
const CHOOSES_ANN: &str = r#"python3 - "$1" <<'END'
import html, re, sys, urllib.parse, urllib.request
page = urllib.request.urlopen(sys.argv[1]).read().decode()
for action, inside in re.findall(r'<form[^>]* action="([^"]*)">(.*?)</form>', page, re.S):
    fields = [tuple(map(html.unescape, field)) for field in re.findall(r'<input type="hidden" name="([^"]*)" value="([^"]*)"', inside)]
    if ("email", "ann@example.org") in fields:
        address = urllib.parse.urljoin(sys.argv[1], html.unescape(action))
        urllib.request.urlopen(address, urllib.parse.urlencode(fields).encode()).read()
END"#;

#[tokio::test]
async fn a_server_that_stands_in_for_google_needs_only_its_address() {
    let emulate = Emulate::new().expect("a free port");
    let _running = emulate.start_for_any_client().expect("emulate starts: `cargo xtask test` installs it");
    let window = Browser::start("emulator").await;
    emulate.put_event(&game_on(&window.today().await)).expect("it takes an event");
    connect(&window, &emulate).await;
    write(&window, &emulate).await;
    let_go(&window, &emulate).await;
    window.stop().await;
}

fn game_on(day: &str) -> Value {
    json!({
        "summary": "Bears at Cardinals",
        "location": "State Farm Stadium",
        "start": { "dateTime": format!("{day}T13:00:00Z") },
        "end": { "dateTime": format!("{day}T16:00:00Z") },
    })
}

async fn connect(window: &Browser, emulate: &Emulate) {
    window.browser_does(CHOOSES_ANN);
    window.press("Connect it").await;
    window.press("Google Calendar").await;
    window.press("I have a client ID").await;
    window.fill("Client ID", FakeGoogle::CLIENT).await;
    window.fill("Client secret", FakeGoogle::CLIENT_SECRET).await;
    window.press("More settings").await;
    window.fill("Another address of the service", &emulate.endpoint()).await;
    window.inspect("address").await;
    window.press("Sign in with your browser").await;
    window.sees("“Google” is connected").await;
    window.inspect("choose").await;
    window.press("Mirror 1 calendar").await;
    window.sees("Bears at Cardinals").await;
    window.inspect("arrived").await;
}

async fn write(window: &Browser, emulate: &Emulate) {
    window.choose_from("Add", "New event").await;
    window.fill("Title", "Training").await;
    window.fill("Place", "Field 2").await;
    window.press("Add event").await;
    until(emulate, &["Bears at Cardinals", "Training"]).await;
    window.visit("settings").await;
    window.sees("Last synced").await;
    window.press("Sync now").await;
    window.sees("Both sides are the same.").await;
    window.inspect("account").await;
    window.visit("calendar").await;
    window.press("Bears at Cardinals").await;
    window.sees("Invite guests").await;
    window.inspect("event").await;
    window.press("Delete").await;
    window.sees("Deleted “Bears at Cardinals”.").await;
    until(emulate, &["Training"]).await;
}

async fn let_go(window: &Browser, emulate: &Emulate) {
    window.visit("settings").await;
    window.press("Sync now").await;
    window.sees("Both sides are the same.").await;
    window.choose_from("Actions for the calendars of Google", "Disconnect…").await;
    window.confirm("Disconnect").await;
    window.sees("Disconnected “Google”.").await;
    window.visit("calendar").await;
    window.sees("Training").await;
    window.inspect("left").await;
    until(emulate, &["Training"]).await;
}

/// Waits until just these events lie there.
async fn until(emulate: &Emulate, titles: &[&str]) {
    let begun = Instant::now();
    loop {
        let events = emulate.events().expect("it answers");
        let mut there: Vec<&str> = events.iter().filter_map(|event| event["summary"].as_str()).collect();
        there.sort_unstable();
        if there == titles {
            return;
        }
        assert!(begun.elapsed() < PATIENCE, "{titles:?} never lay there, but {there:?}");
        tokio::time::sleep(LOOK_AGAIN).await;
    }
}
