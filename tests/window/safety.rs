//! Passwords without a keychain, limits of an account, and backups: chosen, locked, opened, restored.

use testkit::counting_smtp::CountingSmtp;

use crate::browser::Browser;

const OPENS: &str = "four blue herons fly";
const RECOVERS: &str = "three grey seals swim";
const PASSWORD: &str = "correct horse";

#[tokio::test]
async fn passwords_are_sealed_locked_and_opened_again() {
    let server = CountingSmtp::builder().with_login("club", PASSWORD).start().expect("the counting server starts");
    let window = Browser::open("safety", std::sync::Arc::new(tempfile::tempdir().expect("a folder")), "").await;
    window.press("Start with an empty calendar").await;
    window.visit("settings").await;
    add_a_limited_sender(&window, server.port()).await;
    choose_a_passphrase(&window).await;
    choose_a_recovery(&window).await;
    keep_backups(&window).await;
    let folder = window.stop().await;
    let window = Browser::open("safety", folder, "").await;
    open_the_passwords(&window).await;
    edit_the_sender(&window).await;
    window.stop().await;
}

async fn add_a_limited_sender(window: &Browser, port: u16) {
    window.press("Add a sender").await;
    window.fill("Send from", "club@example.org").await;
    window.fill("User name", "club").await;
    window.fill("Server", "127.0.0.1").await;
    window.fill("Port", &port.to_string()).await;
    window.fill("Password", PASSWORD).await;
    window.choose_in("Encryption", "None, this computer only").await;
    window.fill("Name for it", "Club").await;
    window.press("Limits of this account").await;
    for (limit, number) in [
        ("Messages a second", "5"),
        ("Messages a minute", "200"),
        ("Messages an hour", "2000"),
        ("Messages in 24 hours", "10000"),
        ("Pause after so many messages", "100"),
        ("Seconds of the pause", "600"),
    ] {
        window.fill(limit, number).await;
    }
    window.look_at("Limits of this account").await;
    window.inspect("limits").await;
    window.press("Save and check").await;
}

async fn choose_a_passphrase(window: &Browser) {
    window.sees("Choose a passphrase").await;
    window.fill("Passphrase", OPENS).await;
    window.fill("The same again", "four blue herons").await;
    window.sees("This is not the same.").await;
    window.inspect("passphrase").await;
    window.fill("The same again", OPENS).await;
    window.confirm("Choose it").await;
    window.sees("“Club” is saved").await;
    window.inspect("sender-checked").await;
    window.press("Done").await;
}

async fn choose_a_recovery(window: &Browser) {
    window.press("Choose one…").await;
    window.sees("Choose a recovery passphrase").await;
    window.fill("Passphrase", "short").await;
    window.fill("The same again", "short").await;
    window.confirm("Choose it").await;
    window.sees("at least 12 characters").await;
    window.inspect("recovery").await;
    window.fill("Passphrase", RECOVERS).await;
    window.fill("The same again", RECOVERS).await;
    window.confirm("Choose it").await;
    window.sees("Backups from now on open with this passphrase.").await;
}

async fn keep_backups(window: &Browser) {
    let stick = window.folder.path().join("stick");
    std::fs::create_dir_all(&stick).expect("a folder for backups");
    window.press("Choose a folder…").await;
    window.answer_file_dialog(&stick);
    window.sees("Today’s backup is there.").await;
    window.look_at("Your data").await;
    window.inspect("data").await;
    let file = window.folder.path().join("club.rollcall-backup");
    window.press("Save a backup…").await;
    window.answer_file_dialog(&file);
    window.sees("Saved the backup.").await;
    window.press("Restore a backup…").await;
    window.answer_file_dialog(&file);
    window.sees("Restore this backup?").await;
    window.inspect("restore").await;
    window.fill("Recovery passphrase", "not this one").await;
    window.confirm("Restore").await;
    window.until("it says that it is the wrong one", "return document.querySelector('.dialog [aria-invalid=true]') !== null").await;
    window.inspect("restore-wrong").await;
    window.fill("Recovery passphrase", RECOVERS).await;
    window.confirm("Restore").await;
    window.sees("Restored the backup.").await;
    window.inspect("restored").await;
}

async fn open_the_passwords(window: &Browser) {
    window.sees("Open your passwords").await;
    window.inspect("unlock-at-start").await;
    window.press("Cancel").await;
    window.visit("guests").await;
    window.sees("Enter the passphrase…").await;
    window.inspect("locked").await;
    window.press("Enter the passphrase…").await;
    window.sees("Open your passwords").await;
    window.fill("Passphrase", "five red foxes run").await;
    window.confirm("Open").await;
    window.sees("Try again.").await;
    window.inspect("unlock").await;
    window.fill("Passphrase", OPENS).await;
    window.confirm("Open").await;
    window.sees("Your passwords are open.").await;
}

async fn edit_the_sender(window: &Browser) {
    window.visit("settings").await;
    window.choose_from("Actions for the sender Club", "Edit…").await;
    window.sees("Edit the sender “Club”").await;
    window.inspect("edit").await;
    window.press("Cancel").await;
    window.choose_from("Actions for the sender Club", "Remove…").await;
    window.sees("Remove the sender “Club”?").await;
    window.inspect("remove").await;
}
