//! The same over a real IMAP server.

use testkit::dovecot::Dovecot;

use super::letters;
use super::world::{INBOX, World};

#[tokio::test]
async fn replies_in_a_dovecot_mailbox_are_pulled_once_and_after_a_rebuild_not_again() {
    let dovecot = Dovecot::start(&[("club", "secret")]).expect("dovecot-imapd is installed");
    let settings = serde_json::json!({ "host": "127.0.0.1", "port": dovecot.port(), "tls": "none", "user": "club" });
    let world = World::with_imap(5, settings, "secret").await;
    let deliver = |message: Vec<u8>| dovecot.deliver("club", &message).expect("delivered");
    deliver(world.letter(1, "ACCEPTED").await.gmail());
    deliver(world.letter(2, "DECLINED").await.outlook());
    deliver(world.letter(3, "TENTATIVE").await.apple());
    let fourth = world.invitation(4).await;
    deliver(letters::bounce(&fourth.address, INBOX, "5.1.1", &fourth.token));
    dovecot.deliver_into("club", "Trash", &world.letter(5, "ACCEPTED").await.thunderbird()).expect("delivered");
    let first = world.pull().await;
    assert_eq!(
        (first.answers, first.bounces, first.desk),
        (4, 1, 0),
        "everything is found, also what Exchange threw into the bin: {:?}",
        world.desk().await
    );
    assert_eq!(world.counts().await, [2, 1, 1, 1], "and counted");
    assert_eq!(world.pull().await.answers, 0, "a second look finds nothing new");
    dovecot.rebuild("club").expect("renumbered");
    let rebuilt = world.pull().await;
    assert_eq!((rebuilt.answers, rebuilt.bounces), (0, 0), "nor does a look at the renumbered mailbox");
    assert_eq!(world.counts().await, [2, 1, 1, 1], "the counts stand");
}
