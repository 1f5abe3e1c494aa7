//! A calendar at Microsoft: connected although the browser does not come back by itself, changed on both sides, and signed in to again.

use std::time::Instant;

use serde_json::{Value, json};
use testkit::fake_graph::{CALENDAR, FakeGraph, Fault};

use crate::browser::{Browser, LOOK_AGAIN, PATIENCE};
use crate::consent::CONSENTS;

#[tokio::test]
async fn an_outlook_calendar_is_connected_changed_on_both_sides_and_signed_in_to_again() {
    let graph = FakeGraph::start().expect("the fake starts");
    let window = Browser::start("outlook").await;
    let game = graph.add_event(CALENDAR, &game_on(&window.today().await));
    connect(&window, &graph).await;
    change_on_both_sides(&window, &graph, &game).await;
    sign_in_again(&window, &graph, &game).await;
    be_throttled(&window, &graph).await;
    window.stop().await;
}

fn game_on(day: &str) -> Value {
    json!({
        "subject": "Sharks at Storm",
        "location": { "displayName": "North pool" },
        "start": { "dateTime": format!("{day}T13:00:00"), "timeZone": "W. Europe Standard Time" },
        "end": { "dateTime": format!("{day}T14:30:00"), "timeZone": "W. Europe Standard Time" },
    })
}

/// On the page that is about to connect an account.
pub(crate) async fn fill_outlook(window: &Browser, graph: &FakeGraph) {
    window.press("Outlook").await;
    window.fill("Application (client) ID", "rollcall").await;
    window.press("More settings").await;
    window.fill("Another address of the service", &graph.endpoint()).await;
}

async fn connect(window: &Browser, graph: &FakeGraph) {
    window.press("Connect it").await;
    fill_outlook(window, graph).await;
    window.browser_shows();
    window.press("Sign in with your browser").await;
    window.sees("Waiting for you to sign in and agree").await;
    let ended_on = graph.consent(&window.page_shown().await);
    window.press("Your browser shows an error").await;
    window.fill("Address that the browser ended on", &ended_on).await;
    window.inspect("pasted").await;
    window.press("Go on").await;
    window.sees("“Outlook” is connected").await;
    window.inspect("choose").await;
    window.confirm("Mirror 1 calendar").await;
    window.sees("Sharks at Storm").await;
}

async fn change_on_both_sides(window: &Browser, graph: &FakeGraph, game: &str) {
    open_game(window).await;
    window.press("Edit").await;
    window.fill("Place", "South pool").await;
    window.press("Save").await;
    window.sees("Saved “Sharks at Storm”").await;
    until(|| place(graph) == "South pool", || format!("Outlook never heard of the new place: {}", place(graph))).await;
    graph.edit_event(game, &json!({ "subject": "Sharks at Storm (final)" }));
    window.visit("settings").await;
    window.press("Sync now").await;
    window.visit("calendar").await;
    window.sees("Sharks at Storm (final)").await;
}

async fn sign_in_again(window: &Browser, graph: &FakeGraph, game: &str) {
    window.visit("settings").await;
    graph.behave(|conduct| {
        conduct.invalid_grant = true;
        conduct.faults.extend(std::iter::repeat_n(("", Fault::TokenRefused), 20));
    });
    window.press("Sync now").await;
    window.sees("Sign in again").await;
    window.inspect("ended").await;
    graph.edit_event(game, &json!({ "subject": "Sharks at Storm (cancelled)" }));
    graph.behave(|conduct| {
        conduct.invalid_grant = false;
        conduct.faults.clear();
    });
    window.browser_does(CONSENTS);
    window.press("Sign in again").await;
    window.sees("works again").await;
    window.visit("calendar").await;
    window.sees("Sharks at Storm (cancelled)").await;
}

/// The service wants a pause, and says how long.
async fn be_throttled(window: &Browser, graph: &FakeGraph) {
    graph.behave(|conduct| conduct.faults.extend(std::iter::repeat_n(("", Fault::Throttled(Some(600))), 20)));
    window.visit("settings").await;
    window.press("Sync now").await;
    window.until("the account says why it waits", "return document.body.innerText.includes('asks for a pause')").await;
    window.inspect("throttled").await;
}

async fn open_game(window: &Browser) {
    window.visit("calendar").await;
    window.press("Sharks at Storm").await;
    window.sees("Invite guests").await;
}

fn place(graph: &FakeGraph) -> String {
    let events = graph.events(CALENDAR);
    let place = events.first().and_then(|event| event.pointer("/location/displayName")).and_then(Value::as_str);
    place.unwrap_or_default().to_owned()
}

async fn until(holds: impl Fn() -> bool, otherwise: impl Fn() -> String) {
    let begun = Instant::now();
    while !holds() {
        assert!(begun.elapsed() < PATIENCE, "{}", otherwise());
        tokio::time::sleep(LOOK_AGAIN).await;
    }
}
