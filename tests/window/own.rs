//! Accounts of one's own: empty screens, a series, senders that fail and that work, a campaign through a real mail server.

use testkit::counting_smtp::CountingSmtp;
use testkit::dovecot::Dovecot;
use testkit::postfix::Postfix;

use crate::browser::Browser;

/// Of the login “club”.
pub(crate) const PASSWORD: &str = "correct horse";
const GUESTS: &str = "Name,E-mail\nAna Lima,ana@guests.test\nBo Berg,bo@guests.test\nCy Gray,cy@guests.test\nDee Moss,dee@guests.test\n";
pub(crate) const IN_CLEAR: &str = "None, this computer only";

#[tokio::test]
async fn from_an_empty_window_to_invitations_through_a_mail_server() {
    let dovecot = Dovecot::start(&[("club", PASSWORD)]).expect("Dovecot starts");
    let postfix = Postfix::start(&dovecot).expect("Postfix starts");
    let window = Browser::start("own").await;
    look_at_emptiness(&window).await;
    write_a_series(&window).await;
    bring_guests(&window).await;
    connect_accounts(&window, &dovecot, &postfix).await;
    send_a_campaign(&window, &dovecot, &postfix).await;
    meet_trouble(&window).await;
    window.stop().await;
}

async fn look_at_emptiness(window: &Browser) {
    window.press("Start with an empty calendar").await;
    for (place, words) in [
        ("guests", "Who is coming?"),
        ("campaigns", "Invite your guests"),
        ("answers", "No invitations yet"),
        ("changes", "Everyone has the current details"),
        ("settings", "Nothing to send from yet."),
    ] {
        window.visit(place).await;
        window.sees(words).await;
        window.inspect(&format!("{place}-empty")).await;
    }
}

async fn write_a_series(window: &Browser) {
    window.visit("calendar").await;
    window.choose_from("Add", "New event").await;
    window.sees("Add event").await;
    window.inspect("editor").await;
    window.fill("Title", "Training").await;
    window.choose("Never", "Every week").await;
    window.press("Add event").await;
    window.sees("Every week").await;
    window.inspect("event").await;
    // The series itself was open; one of its dates is meant.
    window.press("Close").await;
    window.press("Training").await;
    window.press("Edit").await;
    window.fill("Place", "Field 2").await;
    window.inspect("editor-series").await;
    window.press("Save").await;
    window.sees("Change which dates?").await;
    window.inspect("scope").await;
    window.press("Only this date").await;
    window.sees("Saved “Training”").await;
    window.undo().await;
    window.sees("Undone").await;
    window.misses("Field 2").await;
    move_a_date(window).await;
    window.press("Training").await;
    window.press("Delete").await;
    window.sees("Delete which dates?").await;
    window.inspect("scope-delete").await;
    window.press("This and all later dates").await;
    window.sees("Deleted “Training”.").await;
    window.undo().await;
    window.sees("Undone").await;
}

/// By hand to the day below, in the month.
async fn move_a_date(window: &Browser) {
    window.press("Close").await;
    window.drag("Training", (0, -110)).await;
    window.sees("Move which dates?").await;
    window.press("Only this date").await;
    window.sees("Moved “Training”.").await;
    window.undo().await;
    window.sees("Undone").await;
}

async fn bring_guests(window: &Browser) {
    let file = window.folder.path().join("members.csv");
    std::fs::write(&file, GUESTS).expect("guests to drop");
    window.drop_files(&[&file]).await;
    window.press("Add 4 guests to “members”").await;
    window.sees("4 guests added").await;
}

async fn connect_accounts(window: &Browser, dovecot: &Dovecot, postfix: &Postfix) {
    window.visit("settings").await;
    window.press("Add a sender").await;
    window.sees("Mail server (SMTP)").await;
    window.inspect("sender-smtp").await;
    window.press("Amazon SES").await;
    window.sees("Secret key").await;
    window.inspect("sender-ses").await;
    window.press("Mail server (SMTP)").await;
    window.fill("Send from", "club@example.org").await;
    // Where nobody listens.
    fill_server(window, 1).await;
    window.press("Save and check").await;
    window.sees("“club@example.org” is saved").await;
    window.sees("127.0.0.1").await;
    window.inspect("sender-failing").await;
    window.press("Done").await;
    window.choose_from("Actions for the sender club@example.org", "Remove…").await;
    window.press("Remove").await;
    window.sees("Removed the sender “club@example.org”.").await;
    add_sender(window, "Club", postfix.port()).await;
    window.press("Add an inbox").await;
    window.sees("Mailbox (IMAP)").await;
    window.inspect("inbox-imap").await;
    window.press("Folder (Maildir)").await;
    window.sees("The one that holds cur, new and tmp.").await;
    window.inspect("inbox-maildir").await;
    window.press("Mailbox (IMAP)").await;
    window.fill("Address", "club@example.org").await;
    window.fill("User name", "club").await;
    fill_server(window, dovecot.port()).await;
    window.fill("Name for it", "Answers").await;
    window.press("Save and check").await;
    window.sees("“Answers” is saved").await;
    window.inspect("inbox-checked").await;
    window.press("Done").await;
    window.inspect("settings").await;
}

/// A mail server on this computer.
pub(crate) async fn add_sender(window: &Browser, name: &str, port: u16) {
    window.press("Add a sender").await;
    window.fill("Send from", "club@example.org").await;
    window.fill("User name", "club").await;
    fill_server(window, port).await;
    window.fill("Name for it", name).await;
    window.press("Save and check").await;
    window.sees(&format!("“{name}” is saved")).await;
    window.press("Done").await;
}

/// A mailbox on this computer, whose server calls itself so.
pub(crate) async fn add_inbox(window: &Browser, name: &str, port: u16, server: &str) {
    window.press("Add an inbox").await;
    window.fill("Address", "club@example.org").await;
    window.fill("User name", "club").await;
    fill_server(window, port).await;
    window.fill("Name for it", name).await;
    window.press("More settings").await;
    window.fill("Your mail server’s own name", server).await;
    window.press("Save and check").await;
    window.sees(&format!("“{name}” is saved")).await;
    window.press("Done").await;
}

async fn fill_server(window: &Browser, port: u16) {
    window.fill("Server", "127.0.0.1").await;
    window.fill("Port", &port.to_string()).await;
    window.fill("Password", PASSWORD).await;
    window.choose_in("Encryption", IN_CLEAR).await;
}

async fn send_a_campaign(window: &Browser, dovecot: &Dovecot, postfix: &Postfix) {
    window.visit("campaigns").await;
    window.press("New campaign").await;
    window.press("All 1 shown").await;
    window.press("Edit “Send”").await;
    window.fill("Send a test to", "club@example.org").await;
    window.press("Send test").await;
    window.sees("Sent a test to club@example.org").await;
    window.inspect("draft-send").await;
    window.press("Send 4 invitations").await;
    window.sees("See answers").await;
    window.inspect("sent").await;
    let received = postfix.received_by_guests(4).expect("every guest gets an invitation");
    assert_eq!(received.len(), 4, "and no more than one");
    let own: usize =
        ["new", "cur"].iter().map(|part| std::fs::read_dir(dovecot.maildir("club").join(part)).expect("a mailbox").count()).sum();
    assert_eq!(own, 1, "the organizer got the test, and nothing else");
}

/// A second campaign through a server that refuses one guest and leaves it open what became of another.
async fn meet_trouble(window: &Browser) {
    let server = CountingSmtp::builder()
        .with_login("club", PASSWORD)
        .refusing("ana@guests.test", "550 5.1.1 nobody here")
        .refusing_at_end("bo@guests.test", "354 go on")
        .start()
        .expect("the counting server starts");
    window.visit("settings").await;
    add_sender(window, "Second", server.port()).await;
    window.visit("calendar").await;
    window.choose_from("Add", "New event").await;
    window.fill("Title", "Summer party").await;
    window.press("Add event").await;
    window.press("Invite guests").await;
    // Of two accounts one must be chosen: that step is open.
    window.choose_in("Send from", "Second · club@example.org").await;
    window.press("Send 4 invitations").await;
    window.sees("Refused").await;
    window.choose("All", "Uncertain").await;
    window.sees("We do not know whether these arrived").await;
    window.inspect("uncertain").await;
    window.press("It arrived").await;
    window.sees("Settled.").await;
    window.choose("Uncertain", "Refused").await;
    window.sees("nobody here").await;
    window.inspect("refused").await;
    assert_eq!(server.count(), 2, "the others got theirs once");
}
