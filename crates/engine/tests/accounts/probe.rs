//! Does mail to a plus-part arrive?

use std::time::Duration;

use engine::accounts;

use super::{imap, smtp};
use crate::sandbox::{Post, Sandbox};

async fn probed(post: Post, patience: Duration) -> (Vec<(String, String)>, bool) {
    let mut sandbox = Sandbox::new();
    sandbox.post = post;
    let engine = sandbox.engine().await;
    let sender = accounts::add_sender(&engine, smtp("Club", "secret")).await.expect("a sender");
    let inbox = accounts::add_inbox(&engine, imap("Answers", "answers@club.example")).await.expect("an inbox");
    assert!(!inbox.plus_addressing, "nothing is known before the probe");
    let lines = accounts::probe_inbox(&engine, &inbox.id, &sender.id, patience).await.expect("the probe runs");
    let known = accounts::list(engine.store()).await.expect("the accounts").iter().any(|account| account.plus_addressing);
    (lines.into_iter().map(|line| (line.code, line.state)).collect(), known)
}

#[tokio::test]
async fn a_mail_that_arrives_at_the_plus_part_is_remembered() {
    let post = Post::default();
    post.mails.lock().expect("the mails").extend(std::iter::repeat_n(b"Subject: older mail\r\n\r\n".to_vec(), 500));
    let (lines, known) = probed(post, accounts::PROBE_PATIENCE).await;
    assert!(lines.contains(&("plus_addressing".to_owned(), "good".to_owned())), "the test mail came back: {lines:?}");
    assert!(known, "what the probe found is kept with the inbox");
}

#[tokio::test]
async fn a_mailbox_that_loses_plus_parts_is_used_without() {
    let (lines, known) = probed(Post { loses_plus: true, ..Post::default() }, Duration::ZERO).await;
    assert!(lines.contains(&("plus_addressing".to_owned(), "warning".to_owned())), "the test mail never came: {lines:?}");
    assert!(!known, "the inbox stays without a plus-part");
}

#[tokio::test]
async fn a_google_organizer_is_warned_of() {
    let sandbox = Sandbox::new();
    let engine = sandbox.engine().await;
    let inbox = accounts::add_inbox(&engine, imap("Answers", "club@gmail.com")).await.expect("an inbox");
    let lines = accounts::check(&engine, &inbox.id).await.expect("the check runs");
    assert!(
        lines.iter().any(|line| line.code == "google_organizer" && line.state == "warning"),
        "answers may stay inside Google: {lines:?}"
    );
}
