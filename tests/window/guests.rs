//! Guests and their lists: found, chosen, changed, stopped; and what finds everything.

use crate::browser::{Browser, PASSPHRASE};
use crate::seed::{Club, practice_guests};

#[tokio::test]
async fn guests_are_found_chosen_changed_and_stopped() {
    let club = Club::begin().await;
    let calendar = club.calendar("Club", "teal").await;
    let training = club.event(&calendar, "Training", 12, "FREQ=WEEKLY;COUNT=10").await;
    let opening = club.event(&calendar, "Season opening", 20, "").await;
    // Some of them have addresses that do not exist: their mail comes back.
    let members = club.guests("Members", &practice_guests(120)).await;
    club.invite(&[&opening, &training], &members, &club.outbox).await;
    club.wait_for_answers().await;
    let window = Browser::open("members", club.close().await, PASSPHRASE).await;
    find_everything(&window).await;
    window.visit("guests").await;
    window.sees("120 guests").await;
    choose_some(&window).await;
    look_closer(&window).await;
    search(&window).await;
    stop_addresses(&window).await;
    bring_by_paste(&window).await;
    window.stop().await;
}

async fn find_everything(window: &Browser) {
    window.open_palette().await;
    window.inspect_open("palette").await;
    window.type_in_palette("petrov").await;
    window.sees("Elena Petrov").await;
    window.inspect_open("found").await;
    window.type_in_palette("no such thing").await;
    window.sees("Nothing has this in its name.").await;
    window.inspect_open("found-nothing").await;
    window.press_key("Escape").await;
}

async fn choose_some(window: &Browser) {
    window.sees("Aiko Weber").await;
    window.tick_rows(4).await;
    window.sees("4 chosen").await;
    window.inspect("chosen").await;
    window.choose_from("Add to list", "New list…").await;
    window.fill("Name", "Helpers").await;
    window.inspect("list-new").await;
    window.press("Create list").await;
    window.sees("Added 4 guests to “Helpers”.").await;
    window.undo().await;
    window.sees("Undone").await;
    window.choose("All guests", "Helpers").await;
    window.sees("Nobody is on this list").await;
    window.inspect("list-empty").await;
    window.press("All guests").await;
    window.sees("120 guests").await;
}

async fn look_closer(window: &Browser) {
    window.open_row("Aiko Weber").await;
    window.sees("On these lists").await;
    let ticked = "return [...document.querySelectorAll('fieldset label')].some((label) => label.innerText.trim() === 'Members' && label.querySelector('input').checked)";
    window.until("the guest's list is ticked", ticked).await;
    window.inspect("guest").await;
    window.press("Close").await;
    window.choose_from("Add guests", "Add by hand").await;
    window.sees("New guest").await;
    window.inspect("guest-new").await;
    window.press("Close").await;
}

async fn search(window: &Browser) {
    window.fill("Search guests", "zz").await;
    window.sees("Nobody here has “zz”").await;
    window.inspect("search-nobody").await;
    window.fill("Search guests", "petrov").await;
    window.sees("Elena Petrov").await;
    window.misses("Aiko Weber").await;
    window.inspect("search").await;
}

async fn stop_addresses(window: &Browser) {
    window.press("Stopped addresses").await;
    window.sees("Addresses that get no mail").await;
    window.sees("Does not exist").await;
    window.fill("Address to stop", "nobody@club.example").await;
    window.press("Stop mail").await;
    window.sees("nobody@club.example gets no mail from now on.").await;
    window.sees("Stopped by you").await;
    window.inspect("stopped").await;
    window.fill("Find an address", "club.example").await;
    window.misses("Does not exist").await;
    window.press("Let mail again").await;
    window.sees("gets mail again.").await;
    window.sees("No such address is stopped").await;
    window.inspect("stopped-none").await;
    window.fill("Find an address", "").await;
    window.sees("Does not exist").await;
    window.press("Let mail again").await;
    window.sees("It was not stopped by you.").await;
    window.inspect("stopped-ask").await;
    window.press("Cancel").await;
    window.press("All guests").await;
}

async fn bring_by_paste(window: &Browser) {
    window.choose_from("Add guests", "Paste…").await;
    window.sees("Bring in guests").await;
    window.inspect("paste").await;
    window.visit("calendar").await;
    window.choose_from("Add", "Paste…").await;
    window.sees("It begins with BEGIN:VCALENDAR.").await;
    window.inspect("paste-calendar").await;
}
