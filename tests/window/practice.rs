//! The practice season: the first invitation, the answers, a game that moves and one that is cancelled.

use crate::browser::Browser;

#[tokio::test]
async fn from_first_run_to_practice_answers_and_a_season_that_changes() {
    let window = Browser::start("practice").await;
    invite(&window).await;
    read_answers(&window).await;
    look_at_the_calendar(&window).await;
    move_a_game(&window).await;
    cancel_a_game(&window).await;
    window.visit("settings").await;
    window.sees("Practice outbox").await;
    window.inspect("settings").await;
    window.press("Leave practice").await;
    window.sees("Leave practice?").await;
    window.inspect("leave").await;
    window.stop().await;
}

async fn invite(window: &Browser) {
    window.inspect("first-run").await;
    window.press("Start practising").await;
    window.sees("Send 4,250 invitations").await;
    window.inspect("draft").await;
    window.press("Edit “What”").await;
    window.sees("All 17 shown").await;
    window.inspect("draft-what").await;
    window.press("Edit “Who”").await;
    window.sees("250 guests will get 4,250 mails").await;
    window.inspect("draft-who").await;
    window.press("Edit “Send”").await;
    window.fill("Send a test to", "me@club.example").await;
    window.press("Send test").await;
    window.sees("Sent a test to me@club.example").await;
    window.inspect("draft-send").await;
    window.press("Send 4,250 invitations").await;
    window.sees("See answers").await;
    window.inspect("sent").await;
    window.press("See answers").await;
    window.sees("4,250 invitations to 250 guests").await;
    window.visit("campaigns").await;
    window.sees("4,250 of 4,250").await;
    window.inspect("campaigns").await;
}

async fn read_answers(window: &Browser) {
    for _ in 0..3 {
        window.press("Let time pass").await;
        window.sees("invitations answered").await;
    }
    window.visit("answers").await;
    window.sees("Herons v Granite Peaks").await;
    window.inspect("season").await;
    window.press("Desk").await;
    window.sees("to decide.").await;
    window.inspect("desk").await;
    window.press("By event").await;
    window.press("Herons v Granite Peaks").await;
    window.sees("Answers over time").await;
    window.inspect("answers").await;
    window.open_row("No").await;
    window.sees("Recognised by").await;
    window.inspect("receipt").await;
    window.press("Charts").await;
    window.sees("How answers came").await;
    window.sees("Did not arrive").await;
    window.inspect("charts").await;
    window.press("Show the numbers: By mail provider").await;
    window.sees("Share yes").await;
    window.inspect("charts-numbers").await;
    window.visit("answers").await;
    window.tick_rows(3).await;
    window.sees("3 events chosen").await;
    window.press("Compare side by side").await;
    window.sees("Events side by side").await;
    window.inspect("compare").await;
}

async fn look_at_the_calendar(window: &Browser) {
    window.visit("calendar").await;
    window.sees("Month").await;
    window.inspect("calendar").await;
    window.press("Agenda").await;
    window.sees("Herons at Prairie Bison").await;
    window.inspect("agenda").await;
    window.press("Week").await;
    window.sees("Herons at Prairie Bison").await;
    window.inspect("week").await;
    window.press("Herons at Prairie Bison").await;
    window.sees("250 guests invited").await;
    window.inspect("event").await;
}

async fn move_a_game(window: &Browser) {
    window.nudge("Herons at Prairie Bison", "ArrowDown").await;
    window.sees("Moved “Herons at Prairie Bison”.").await;
    window.sees("guests now hold old details.").await;
    window.press("History").await;
    window.sees("Now").await;
    window.inspect("event-history").await;
    window.visit("changes").await;
    window.sees("guests hold the old details").await;
    window.inspect("changes").await;
    window.sees("Left out: ").await;
    window.press("Update 24").await;
    window.sees("Telling guests about “Herons at Prairie Bison”.").await;
    window.sees("See answers").await;
    window.inspect("update-sent").await;
}

async fn cancel_a_game(window: &Browser) {
    window.visit("calendar").await;
    window.press("Agenda").await;
    window.sees("Herons v Granite Peaks").await;
    window.press("Month").await;
    window.press("Herons v Granite Peaks").await;
    window.press("Delete").await;
    window.press("Tell them").await;
    window.sees("still have it in their calendar").await;
    window.inspect("changes-cancelled").await;
    window.press("Tell 1").await;
    window.sees("See answers").await;
    window.visit("changes").await;
    window.sees("Yes and Maybe were told").await;
    window.inspect("changes-told").await;
}
