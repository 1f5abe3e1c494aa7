//! What guests hold that is no longer true: whom to tell, what was decided, and the calendar that decides by itself.

use crate::browser::{Browser, PASSPHRASE};
use crate::seed::{Club, practice_guests};

/// The button no longer says that all thirty are told.
const FEWER: &str = "const button = [...document.querySelectorAll('section[aria-label=\"Season opening\"] button')].at(-1);
    return Boolean(button) && !button.disabled && !button.innerText.includes('30')";

#[tokio::test]
async fn changes_are_told_left_and_asked_about_again() {
    let club = Club::begin().await;
    let calendar = club.calendar("Club", "teal").await;
    let opening = club.event(&calendar, "Season opening", 20, "").await;
    let training = club.event(&calendar, "Training", 12, "FREQ=WEEKLY;COUNT=10").await;
    let nights = club.calendar("Club nights", "amber").await;
    let quiz = club.event(&nights, "Quiz night", 25, "").await;
    let members = club.guests("Members", &practice_guests(30)).await;
    club.invite(&[&opening, &training, &quiz], &members, &club.outbox).await;
    club.wait_for_answers().await;
    club.move_event(&opening, 20).await;
    let window = Browser::open("changes", club.close().await, PASSPHRASE).await;
    give_a_standing_order(&window).await;
    change_a_whole_series(&window).await;
    move_the_quiz(&window).await;
    decide(&window).await;
    window.stop().await;
}

async fn give_a_standing_order(window: &Browser) {
    window.press("New calendar").await;
    window.inspect("calendar-new").await;
    window.press("Cancel").await;
    window.choose_from("Actions for Club nights", "Rename and recolour…").await;
    window.press("Always tell Yes and Maybe").await;
    window.inspect("calendar").await;
    window.press("Save").await;
    window.misses("Always tell Yes and Maybe").await;
}

/// All dates of a series get another place.
async fn change_a_whole_series(window: &Browser) {
    find(window, "Training").await;
    // The series itself is open; one of its dates is what one clicks.
    window.press("Close").await;
    window.press("Training").await;
    window.press("Edit").await;
    window.fill("Place", "Field 2").await;
    window.press("Save").await;
    window.sees("Change which dates?").await;
    window.press("All dates").await;
    window.sees("old details").await;
}

async fn move_the_quiz(window: &Browser) {
    find(window, "Quiz night").await;
    window.press("Edit").await;
    window.fill("Place", "The old boat house").await;
    window.press("Save").await;
    window.sees("Saved “Quiz night”").await;
    window.inspect("event").await;
}

/// By a few letters, as a person does.
async fn find(window: &Browser, title: &str) {
    window.open_palette().await;
    window.type_in_palette(title).await;
    window.sees("Events").await;
    window.press_option(title).await;
    window.sees("Details").await;
}

async fn decide(window: &Browser) {
    window.visit("changes").await;
    window.sees("Sends to Yes and Maybe at").await;
    window.look_at("Quiz night").await;
    window.inspect("standing").await;
    window.press("Stop").await;
    window.misses("Sends to Yes and Maybe at").await;
    window.look_at("Season opening").await;
    window.press_under("Season opening", "Everyone but No").await;
    window.inspect("affected").await;
    window.press_under("Season opening", "Yes and Maybe").await;
    window.press_under("Season opening", "Tell nobody").await;
    window.sees("Nobody was told").await;
    window.look_at("Decided").await;
    window.inspect("decided").await;
    window.press_under("Decided", "Ask me again").await;
    window.misses("Nobody was told").await;
    window.press_under("Season opening", "Yes and Maybe").await;
    window.until("fewer than all are counted", FEWER).await;
    window.press_under("Season opening", "Update").await;
    window.sees("See answers").await;
    window.visit("changes").await;
    window.sees("Yes and Maybe were told").await;
}
