//! A second campaign tells the guests that a first one cannot reach.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use engine::campaigns;
use engine::campaigns::view::CampaignDraft;
use mail::port::Outgoing;
use serde_json::json;
use testkit::counting_sender::{Answer, CountingSender};

use super::world::{World, event};

/// A first campaign through an account that cannot send now, with the words of why, and its event.
async fn stuck(reason: &str, sender: CountingSender) -> (World, String, String) {
    let world = World::with_guests(40, sender).await;
    world.limit(json!({ "host": "down" })).await;
    let opening = world.put(event("opening", "2027-04-01T18:00:00")).await;
    let first = world.confirm_draft(CampaignDraft { name: "First campaign".to_owned(), ..world.draft(&opening) }).await;
    campaigns::start_sending(&world.engine);
    world.until(&first, |status| status.queued == 40 && status.waiting.contains(reason)).await;
    (world, opening, first)
}

#[tokio::test]
async fn a_campaign_whose_guests_another_tells_ends_and_says_who_does() {
    let is_locked = Arc::new(AtomicBool::new(true));
    let locked = Arc::clone(&is_locked);
    let locked = move |_, _: &Outgoing| if locked.load(Ordering::SeqCst) { Answer::NeedLogin } else { Answer::Accept };
    for (reason, sender) in
        [("No connection", CountingSender::accepting().unreachable_at("down")), ("cannot sign in", CountingSender::answering(locked))]
    {
        is_locked.store(true, Ordering::SeqCst);
        let (world, opening, first) = stuck(reason, sender).await;
        is_locked.store(false, Ordering::SeqCst);
        let sender = world.another_account("Second account").await;
        let draft = CampaignDraft { name: "Second campaign".to_owned(), sender, ..world.draft(&opening) };
        let second = world.confirm_draft(draft).await;
        let status = world.until(&second, |status| status.state == "done").await;
        assert_eq!(status.accepted, 40, "the second reaches everyone: {status:?}");
        let ended = world.until(&first, |status| status.state == "done").await;
        assert_eq!((ended.superseded, ended.accepted), (40, 0), "nothing of the first is left: {ended:?}");
        assert_eq!(ended.waiting, "40 are told by “Second campaign”.", "and it says why");
        world.assert_each_once(40);
    }
}

#[tokio::test]
async fn a_campaign_that_told_some_itself_counts_those_that_another_tells() {
    let world = World::with_guests(10, CountingSender::accepting()).await;
    world.limit(json!({ "per_hour": 4 })).await;
    let opening = world.put(event("opening", "2027-04-01T18:00:00")).await;
    let first = world.confirm_draft(CampaignDraft { name: "First campaign".to_owned(), ..world.draft(&opening) }).await;
    campaigns::start_sending(&world.engine);
    world.until(&first, |status| status.accepted == 4 && !status.waiting.is_empty()).await;
    let sender = world.another_account("Second account").await;
    let second = world.confirm_draft(CampaignDraft { name: "Second campaign".to_owned(), sender, ..world.draft(&opening) }).await;
    let status = world.until(&second, |status| status.state == "done").await;
    assert_eq!((status.accepted, status.skipped), (6, 4), "four hold it already: {status:?}");
    let ended = world.until(&first, |status| status.state == "done").await;
    assert_eq!((ended.accepted, ended.superseded), (4, 6), "each stands where it is: {ended:?}");
    assert_eq!(ended.waiting, "6 are told by “Second campaign”.", "and the others are named");
    world.assert_each_once(10);
}
