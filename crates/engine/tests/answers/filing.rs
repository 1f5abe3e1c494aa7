//! Handled messages in a folder of their own, on servers that move them and on servers that only copy.

use serde_json::json;
use testkit::breaking_line::BreakingLine;
use testkit::dovecot::Dovecot;

use super::dovecot::{dies_after_its_first_batch, dovecot, world};
use super::letters::{self, Letter};
use super::world::{INBOX, World, now};

#[tokio::test]
async fn handled_messages_are_put_away_also_after_a_crash_and_count_once_wherever_they_are_seen() {
    let dovecot = dovecot();
    let own = json!({ "handled": "Rollcall", "folders": ["Rollcall"] });
    let world = world(4, dovecot.port(), own).await;
    let deliver = |message: Vec<u8>| dovecot.deliver("club", &message).expect("delivered");
    deliver(world.letter(1, "ACCEPTED").await.gmail());
    deliver(world.letter(2, "DECLINED").await.outlook());
    let third = world.invitation(3).await;
    deliver(letters::bounce(&third.address, INBOX, "5.1.1", &third.token));
    deliver(Letter { guest: "friend@elsewhere.example".to_owned(), ..world.letter(4, "ACCEPTED").await }.gmail());
    let letter = format!(
        "From: guest4@people.example\r\nTo: club+{}@club.example\r\nSubject: Where is it?\r\n\r\nHello\r\n",
        world.invitation(4).await.token
    );
    deliver(letter.into_bytes());
    deliver(b"From: shop@elsewhere.example\r\nSubject: Offer\r\n\r\nBuy\r\n".to_vec());
    dies_after_its_first_batch(&world).await;
    assert_eq!(dovecot.count("club", "").expect("a folder"), 6, "what was handled was kept, and then it died");
    let standing = world.standing().await;
    world.pull().await;
    let count = |folder: &str| dovecot.count("club", folder).expect("a folder");
    assert_eq!(count("Rollcall"), 3, "two answers and a report are put away afterwards");
    assert_eq!(count(""), 3, "what waits, what a person wrote and other people's mail stay where they were");
    let again = world.pull().await;
    assert_eq!((again.answers, again.bounces, again.known), (0, 0, 3), "seen again in their folder they are known");
    assert_eq!((world.standing().await, count("Rollcall")), (standing, 3), "and change nothing");
}

/// Servers that cannot move: one removes just what it is told to, one marks it.
const WITHOUT_MOVE: &str = "IMAP4rev1 SASL-IR LITERAL+ IDLE SPECIAL-USE UIDPLUS";
const WITHOUT_UIDPLUS: &str = "IMAP4rev1 SASL-IR LITERAL+ IDLE SPECIAL-USE";

/// A mailbox with the answers of three guests and other people's mail, on a server that says that it can do this.
async fn three_answers(capabilities: &str, words: Option<&'static str>) -> (Dovecot, World) {
    let dovecot = Dovecot::start_announcing(&[("club", "secret")], capabilities).expect("dovecot-imapd is installed");
    dovecot.arriving_at(now().into());
    let port = words.map_or(dovecot.port(), |words| BreakingLine::before(dovecot.port(), words).expect("a line").port());
    let world = world(3, port, json!({ "handled": "Rollcall", "folders": ["Rollcall"] })).await;
    for guest in 1..=3 {
        dovecot.deliver("club", &world.letter(guest, "ACCEPTED").await.gmail()).expect("delivered");
    }
    dovecot.deliver("club", b"From: shop@elsewhere.example\r\nSubject: Offer\r\n\r\nBuy\r\n").expect("delivered");
    (dovecot, world)
}

/// How many lie in the inbox and in the folder of handled ones.
fn lie(dovecot: &Dovecot) -> (usize, usize) {
    (dovecot.count("club", "").expect("a folder"), dovecot.count("club", "Rollcall").expect("a folder"))
}

#[tokio::test]
async fn a_server_that_only_copies_has_each_handled_message_once() {
    let (dovecot, world) = three_answers(WITHOUT_MOVE, None).await;
    assert_eq!(world.pull().await.answers, 3, "they count");
    assert_eq!(lie(&dovecot), (1, 3), "copied, and of the inbox only what was handled is removed");
    let again = world.pull().await;
    assert_eq!((again.answers, again.known), (0, 3), "seen in their folder they are known");
    assert_eq!((lie(&dovecot), world.counts().await), ((1, 3), [3, 0, 0, 0]), "and nothing changes");
}

#[tokio::test]
async fn a_server_that_removes_nothing_by_number_keeps_the_first_ones_marked() {
    let (dovecot, world) = three_answers(WITHOUT_UIDPLUS, None).await;
    world.pull().await;
    assert_eq!(lie(&dovecot), (4, 3), "a plain EXPUNGE would remove what the organizer marked as well");
    let marked = std::fs::read_dir(dovecot.maildir("club").join("cur")).expect("a folder").flatten();
    let marked = marked.filter(|file| file.file_name().to_string_lossy().rsplit(',').next().is_some_and(|flags| flags.contains('T')));
    assert_eq!(marked.count(), 3, "the first ones go when the organizer's mail program tidies up");
    for _ in 0..2 {
        assert_eq!(world.pull().await.answers, 0, "nothing counts again");
    }
    assert_eq!((lie(&dovecot), world.counts().await), ((4, 3), [3, 0, 0, 0]), "and nothing is copied again");
}

#[tokio::test]
async fn a_line_that_breaks_between_copying_and_removing_loses_nothing_and_leaves_one_more_copy_at_most() {
    for words in ["UID COPY", "UID STORE", "UID EXPUNGE"] {
        let (dovecot, world) = three_answers(WITHOUT_MOVE, Some(words)).await;
        assert_eq!(world.pull().await.answers, 3, "before {words}: the answers were kept before anything was put away");
        assert_eq!(dovecot.count("club", "").expect("a folder"), 4, "before {words}: nothing was removed when the line broke");
        let later = world.pull().await;
        assert_eq!(later.answers, 0, "before {words}: a second look counts nothing again");
        let copies = if words == "UID COPY" { 3 } else { 6 };
        assert_eq!(lie(&dovecot), (1, copies), "before {words}: it is made up for, with one more copy of each at most");
        world.pull().await;
        assert_eq!((lie(&dovecot), world.counts().await), ((1, copies), [3, 0, 0, 0]), "before {words}: and then it is done");
    }
}
