//! What changes while it sends: the account, the clock, the hour that was missed, the folder of the lease.

use std::sync::Arc;
use std::time::Duration;

use engine::campaigns;
use engine::campaigns::view::CampaignDraft;
use jiff::SignedDuration;
use mail::port::{StoppedAddress, StoppedFor};
use serde_json::json;
use store::suppression;
use testkit::counting_sender::{Answer, CountingSender};

use super::world::{MovableClock, World, event, now};

const HOUR: SignedDuration = SignedDuration::from_hours(1);

#[tokio::test]
async fn another_server_takes_the_rest_even_where_the_first_hangs() {
    let sender = CountingSender::answering(|number, _| if (6..10).contains(&number) { Answer::TakeAndHang } else { Answer::Accept });
    let world = World::with_guests(40, sender).await;
    world.limit(json!({ "host": "first" })).await;
    let id = world.confirm().await;
    campaigns::start_sending(&world.engine);
    // Six are through, and on each of the four lines one hangs.
    world.until(&id, |status| status.accepted == 6 && world.sender.taken_at("first") == 10).await;
    world.limit(json!({ "host": "second" })).await;
    let status = world.until(&id, |status| status.queued == 0 && status.handed_over == 4).await;
    assert_eq!(status.accepted, 36, "all but those on their way when it was changed: {status:?}");
    assert_eq!((world.sender.taken_at("first"), world.sender.taken_at("second")), (10, 30), "the second server took the rest");
    world.assert_each_once(40);
}

#[tokio::test]
async fn a_state_folder_that_cannot_be_used_is_said_and_nothing_leaves() {
    let world = World::with_guests(3, CountingSender::accepting()).await;
    let id = world.confirm().await;
    let file = world.folder.path().join("a-file");
    std::fs::write(&file, "not a folder").unwrap();
    let again = world.reopened_with_state(&file).await;
    campaigns::start_sending(&again.engine);
    let status = again.until(&id, |status| !status.waiting.is_empty()).await;
    assert!(status.waiting.contains("cannot note what it sends") && status.waiting.contains("a-file"), "it says why: {}", status.waiting);
    assert_eq!((status.state.as_str(), again.sender.offered()), ("sending", 0), "nothing leaves unnoted");
}

#[tokio::test]
async fn a_schedule_that_was_missed_asks_and_one_that_comes_sends() {
    for (late, state) in [(SignedDuration::from_mins(5), "done"), (HOUR, "paused")] {
        let clock = Arc::new(MovableClock::default());
        let world = World::at(clock.clone(), 3, CountingSender::accepting()).await;
        let event = world.put(event("opening", "2027-04-01T18:00:00")).await;
        let draft = CampaignDraft { scheduled_at: (now() + HOUR).to_string(), ..world.draft(&event) };
        let id = world.confirm_draft(draft).await;
        assert_eq!(world.status(&id).await.state, "scheduled", "it waits for its time");
        // The computer sleeps past it.
        clock.pass(HOUR + late);
        campaigns::start_sending(&world.engine);
        let status = world.until(&id, |status| status.state == state).await;
        if state == "paused" {
            assert!(status.waiting.contains("passed"), "it says that its time has passed: {}", status.waiting);
            assert_eq!(world.sender.offered(), 0, "and asks before it sends");
            campaigns::resume_campaign(&world.engine, &id).await.unwrap();
            world.until(&id, |status| status.state == "done").await;
        }
        world.assert_each_once(3);
    }
}

#[tokio::test]
async fn a_campaign_that_is_paused_before_its_time_waits_for_it_when_it_goes_on() {
    let clock = Arc::new(MovableClock::default());
    let world = World::at(clock.clone(), 3, CountingSender::accepting()).await;
    let event = world.put(event("opening", "2027-04-01T18:00:00")).await;
    let id = world.confirm_draft(CampaignDraft { scheduled_at: (now() + HOUR).to_string(), ..world.draft(&event) }).await;
    campaigns::start_sending(&world.engine);
    campaigns::pause_campaign(&world.engine, &id).await.unwrap();
    let resumed = campaigns::resume_campaign(&world.engine, &id).await.unwrap();
    assert_eq!((resumed.status.state.as_str(), world.sender.offered()), ("scheduled", 0), "its time has not come");
    clock.pass(HOUR);
    world.until(&id, |status| status.state == "done").await;
    world.assert_each_once(3);
}

#[tokio::test]
async fn a_clock_that_is_put_back_delays_no_retry_and_loses_nobody() {
    let clock = Arc::new(MovableClock::default());
    let later = Duration::from_secs(10 * 60 + 30);
    let sender =
        CountingSender::answering(move |number, _| if number % 4 == 1 && number < 20 { Answer::Later(later) } else { Answer::Accept });
    let world = World::at(clock.clone(), 20, sender).await;
    let id = world.confirm().await;
    campaigns::start_sending(&world.engine);
    let waits = world.until(&id, |status| status.retry == 5 && status.accepted == 15 && !status.waiting.is_empty()).await;
    assert!(waits.waiting.contains("13:10"), "in ten minutes of Berlin's clock: {}", waits.waiting);
    clock.put_back(23 * HOUR);
    // Ten minutes on the clock as it is now, not most of a day and ten minutes.
    world.until(&id, |status| status.waiting.contains("14:10.")).await;
    clock.pass(SignedDuration::from_mins(11));
    let status = world.until(&id, |status| status.state == "done").await;
    assert_eq!((status.accepted, status.uncertain), (20, 0), "everyone is in one true state");
    world.assert_each_once(20);
}

#[tokio::test]
async fn a_clock_that_jumps_ahead_lets_nothing_through_too_early() {
    let clock = Arc::new(MovableClock::default());
    let world = World::at(clock.clone(), 12, CountingSender::accepting()).await;
    world.limit(json!({ "per_hour": 5 })).await;
    let id = world.confirm().await;
    campaigns::start_sending(&world.engine);
    let before = world.until(&id, |status| status.accepted == 5 && !status.waiting.is_empty()).await;
    clock.pass(3 * HOUR);
    let after = world.until(&id, |status| status.waiting != before.waiting && status.waiting.contains("5 messages an hour")).await;
    assert_eq!((after.accepted, after.handed_over, world.sender.offered()), (5, 0, 5), "an hour is an hour, whatever the clock says");
}

#[tokio::test]
async fn whom_the_service_itself_stopped_is_left_out_before_a_run() {
    let world = World::with_guests(5, CountingSender::accepting()).await;
    let stop = |guest: u32, reason, at: &str| {
        let at = at.parse().unwrap();
        world.sender.stop(StoppedAddress { address: format!("Guest{guest}@example.org"), reason, at });
    };
    stop(1, StoppedFor::Bounce, "2026-01-01T00:00:00Z");
    stop(3, StoppedFor::Complaint, "2026-06-01T00:00:00Z");
    let event = world.put(event("opening", "2027-04-01T18:00:00")).await;
    let campaign = campaigns::create_campaign(&world.engine, world.draft(&event)).await.unwrap();
    let preview = campaigns::preview_audience(&world.engine, &campaign.id).await.unwrap();
    let reasons: Vec<(&str, u32)> = preview.left_out.iter().map(|left| (left.reason.as_str(), left.guests)).collect();
    assert_eq!((preview.mails, reasons), (3, vec![("complaint", 1), ("hard_bounce", 1)]), "each with the service's reason");
    campaigns::send_campaign(&world.engine, &campaign.id, 3).await.unwrap();
    campaigns::start_sending(&world.engine);
    let status = world.until(&campaign.id, |status| status.state == "done").await;
    assert_eq!((status.accepted, status.skipped), (3, 2), "the service is not asked to mail them");
    let evidence = world.engine.store().read(|r| suppression::of_address(r, "guest1@example.org")).await.unwrap().remove(0).evidence;
    assert!(evidence.contains("suppression list") && evidence.contains("2026-01-01"), "the organizer sees whose list it is: {evidence}");
}
