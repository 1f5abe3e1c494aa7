//! A calendar of one's own at a provider: connected from the first screen, changed on both sides, and let go.

use std::time::Instant;

use serde_json::{Value, json};
use testkit::fake_google::{Answer, FakeGoogle};

use crate::browser::{Browser, LOOK_AGAIN, PATIENCE};
use crate::consent::CONSENTS;

const AWAY: &str = "away@group.calendar.example";

#[tokio::test]
async fn a_google_calendar_is_connected_changed_on_both_sides_and_let_go() {
    let google = FakeGoogle::start().expect("the fake starts");
    google.add_calendar(AWAY, "Arizona away games", "America/Chicago", "owner");
    google.add_calendar("council", "Ground bookings", "America/Chicago", "reader");
    let window = Browser::start("connected").await;
    let game = google.put_event(AWAY, &game_on(&window.today().await));
    connect(&window, &google).await;
    choose(&window).await;
    change_on_both_sides(&window, &google, &game).await;
    look_back(&window).await;
    let_go(&window, &google).await;
    window.stop().await;
}

#[tokio::test]
async fn what_cannot_be_connected_says_why_and_keeps_what_was_typed() {
    let google = FakeGoogle::start().expect("the fake starts");
    let window = Browser::start("unconnected").await;
    window.browser_does(CONSENTS);
    window.press("Connect it").await;
    window.press("Outlook").await;
    window.inspect("outlook").await;
    window.press("Back").await;
    window.press("iCloud, Fastmail, Nextcloud").await;
    window.sees("Apple Account").await;
    window.inspect("caldav").await;
    window.choose("iCloud", "Another").await;
    window.sees("Often your e-mail address is enough").await;
    window.press("Back").await;
    window.press("A calendar’s address").await;
    window.inspect("feed").await;
    window.press("Back").await;
    google.set_answer(Answer::Denied);
    fill_google(&window, &google).await;
    window.press("Sign in with your browser").await;
    window.sees("Start again").await;
    window.inspect("refused").await;
    google.set_answer(Answer::default());
    window.press("Start again").await;
    window.sees("“Google” is connected").await;
    window.press("Not now").await;
    window.press("Start with an empty calendar").await;
    window.visit("settings").await;
    window.sees("No calendar is chosen yet").await;
    window.inspect("nothing-chosen").await;
    window.stop().await;
}

#[tokio::test]
async fn the_key_of_a_machine_is_replaced_by_another() {
    let google = FakeGoogle::start().expect("the fake starts");
    let window = Browser::start("key").await;
    window.press("Connect it").await;
    window.press("Google Calendar").await;
    window.press("I have a client ID").await;
    window.press("More settings").await;
    window.fill("Key of a service account", &google.key_file()).await;
    window.fill("Another address of the service", &google.url("")).await;
    window.confirm("Connect").await;
    window.sees("“Google” is connected").await;
    window.press("Mirror 1 calendar").await;
    window.visit("settings").await;
    window.sees("Last synced").await;
    google.delete_keys();
    window.press("Sync now").await;
    window.sees("“Google” wants you to sign in again.").await;
    window.press("Sign in again").await;
    window.fill("New key of the service account", "correct horse").await;
    window.confirm("Connect").await;
    window.sees("cannot be used: it is no JSON").await;
    window.inspect("refused").await;
    window.fill("New key of the service account", &google.key_file()).await;
    window.confirm("Connect").await;
    window.sees("works again").await;
    window.stop().await;
}

fn game_on(day: &str) -> Value {
    json!({
        "summary": "Bears at Cardinals",
        "location": "State Farm Stadium",
        "start": { "dateTime": format!("{day}T13:00:00"), "timeZone": "America/Chicago" },
        "end": { "dateTime": format!("{day}T16:00:00"), "timeZone": "America/Chicago" },
    })
}

pub(crate) async fn fill_google(window: &Browser, google: &FakeGoogle) {
    window.press("Google Calendar").await;
    window.press("I have a client ID").await;
    window.fill("Client ID", FakeGoogle::CLIENT).await;
    window.fill("Client secret", FakeGoogle::CLIENT_SECRET).await;
    window.press("More settings").await;
    window.fill("Another address of the service", &google.url("/calendar/v3")).await;
}

async fn connect(window: &Browser, google: &FakeGoogle) {
    window.inspect("doors").await;
    window.press("Connect it").await;
    window.sees("Where do you keep your calendar?").await;
    window.inspect("ways").await;
    window.press("Google Calendar").await;
    for step in 1..=5 {
        window.sees(&format!("Step {step} of 6")).await;
        window.inspect(&format!("guide-{step}")).await;
        window.press("Next").await;
    }
    window.sees("Step 6 of 6").await;
    window.inspect("guide-6").await;
    window.press("I have both").await;
    window.press("Back").await;
    fill_google(window, google).await;
    window.inspect("google").await;
    // A browser that is slow to show anything, as they are: the window waits and says so.
    window.browser_does("exit 0");
    window.press("Sign in with your browser").await;
    window.sees("Waiting for you to sign in and agree").await;
    window.inspect("waiting").await;
    window.browser_does(CONSENTS);
    window.press("Open the page again").await;
    window.sees("“Google” is connected").await;
}

async fn choose(window: &Browser) {
    window.sees("Ground bookings").await;
    window.sees("Only to be looked at").await;
    window.inspect("choose").await;
    window.press("Arizona away games").await;
    window.press("Mirror 2 calendars").await;
    window.sees("Bears at Cardinals").await;
    window.inspect("arrived").await;
    window.visit("settings").await;
    window.sees("Last synced").await;
    window.inspect("account").await;
}

async fn change_on_both_sides(window: &Browser, google: &FakeGoogle, game: &str) {
    open_game(window).await;
    window.press("Edit").await;
    window.fill("Place", "State Farm Stadium, gate 4").await;
    window.press("Save").await;
    window.sees("Saved “Bears at Cardinals”").await;
    until(google, game, "location", "State Farm Stadium, gate 4").await;
    google.put_event(AWAY, &json!({ "id": game, "summary": "Bears at Cardinals (moved)" }));
    window.visit("settings").await;
    window.press("Sync now").await;
    window.visit("calendar").await;
    window.sees("Bears at Cardinals (moved)").await;
    window.choose_from("Actions for Arizona away games", "Recent changes…").await;
    window.sees("Google, on a phone or in the browser").await;
    window.inspect("recent").await;
    window.press("Deleted").await;
    window.sees("Nothing was deleted.").await;
    window.confirm("Close").await;
}

async fn look_back(window: &Browser) {
    open_game(window).await;
    window.press("History").await;
    window.sees("Google, on a phone or in the browser").await;
    window.inspect("history").await;
    window.press("Compare").await;
    window.inspect("compare").await;
    window.press("On a day").await;
    window.sees("was not here yet").await;
    window.inspect("then").await;
}

async fn let_go(window: &Browser, google: &FakeGoogle) {
    window.visit("settings").await;
    window.choose_from("Actions for the calendars of Google", "Disconnect…").await;
    window.sees("nothing is deleted there").await;
    window.inspect("disconnect").await;
    window.confirm("Disconnect").await;
    window.sees("Disconnected “Google”").await;
    window.sees("Arizona away games").await;
    assert!(!google.has_consent(), "the consent is withdrawn at the provider");
    assert_eq!(google.events(AWAY).len(), 1, "and nothing is deleted there");
}

async fn open_game(window: &Browser) {
    window.visit("calendar").await;
    window.press("Bears at Cardinals").await;
    window.sees("Invite guests").await;
}

fn field_of(google: &FakeGoogle, game: &str, field: &str) -> String {
    let event = google.event(AWAY, game).unwrap_or_default();
    event.get(field).and_then(Value::as_str).unwrap_or_default().to_owned()
}

/// Waits until the provider has it.
async fn until(google: &FakeGoogle, game: &str, field: &str, value: &str) {
    let begun = Instant::now();
    while field_of(google, game, field) != value {
        assert!(begun.elapsed() < PATIENCE, "the provider never heard of “{value}”: it has “{}”", field_of(google, game, field));
        tokio::time::sleep(LOOK_AGAIN).await;
    }
}
