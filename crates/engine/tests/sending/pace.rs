//! Limits, pilots and sending hours: never one too many, and every wait has its reason and its end.

use std::sync::Arc;

use engine::campaigns;
use engine::campaigns::view::{CampaignDraft, CampaignStatus};
use jiff::tz::TimeZone;
use jiff::{SignedDuration, ToSpan as _};
use serde_json::json;
use testkit::counting_sender::{Answer, CountingSender};

use super::world::{MovableClock, World, event};

#[tokio::test]
async fn an_hourly_limit_holds_across_a_restart_and_ends_when_it_is_raised() {
    let world = World::with_guests(30, CountingSender::accepting()).await;
    world.limit(json!({ "per_hour": 10 })).await;
    let id = world.confirm().await;
    campaigns::start_sending(&world.engine);
    let status = world.until(&id, |status| status.accepted == 10 && !status.waiting.is_empty()).await;
    assert!(status.waiting.contains("10 messages an hour"), "the reason is said: {}", status.waiting);
    assert!(status.waiting.contains("Continues at "), "and its end: {}", status.waiting);
    assert_eq!(status.handed_over, 0, "what waits is not claimed");
    assert!(campaigns::waits_longer_than(&world.engine, &id, std::time::Duration::from_mins(1)).await.unwrap(), "it is known to wait");
    world.engine.stop().await;

    let again = world.reopened(world.sender.clone()).await;
    campaigns::start_sending(&again.engine);
    again.until(&id, |status| status.waiting.contains("10 messages an hour")).await;
    assert_eq!(again.sender.offered(), 10, "a restart forgets nothing");

    again.limit(json!({ "per_hour": 25 })).await;
    again.until(&id, |status| status.accepted == 25 && status.waiting.contains("25 messages an hour")).await;
    again.limit(json!({})).await;
    again.until(&id, |status| status.state == "done").await;
    again.assert_each_once(30);
}

#[tokio::test]
async fn batches_wait_for_their_gap() {
    let world = World::with_guests(8, CountingSender::accepting()).await;
    world.limit(json!({ "batch": 5, "batch_gap_seconds": 3600 })).await;
    let id = world.confirm().await;
    campaigns::start_sending(&world.engine);
    let status = world.until(&id, |status| !status.waiting.is_empty()).await;
    assert_eq!((status.accepted, status.handed_over, world.sender.offered()), (5, 0, 5), "one batch left: {}", status.waiting);
}

#[tokio::test]
async fn the_mails_of_one_guest_are_spaced() {
    let clock = Arc::new(MovableClock::default());
    let world = World::at(clock.clone(), 4, CountingSender::accepting()).await;
    let mut events = Vec::new();
    for game in ["first", "second", "third"] {
        events.push(world.put(event(game, "2027-04-01T18:00:00")).await);
    }
    let draft = CampaignDraft { events, spacing: 60, ..world.draft("1") };
    let campaign = campaigns::create_campaign(&world.engine, draft).await.unwrap();
    let preview = campaigns::preview_audience(&world.engine, &campaign.id).await.unwrap();
    assert_eq!((preview.guests, preview.mails, preview.seconds), (4, 12, Some(2 * 3600)), "three each, the last after two hours");
    campaigns::send_campaign(&world.engine, &campaign.id, 12).await.unwrap();
    campaigns::start_sending(&world.engine);
    for sent in [4, 8, 12] {
        let is_there =
            |status: &CampaignStatus| status.accepted == sent && (sent == 12 || status.waiting.contains("next mail follows 60 minutes"));
        let status = world.until(&campaign.id, is_there).await;
        let most = world.sender.recipients().into_values().max().unwrap();
        assert_eq!((most * 4, status.handed_over), (sent as usize, 0), "everyone has the same number: {}", status.waiting);
        clock.pass(SignedDuration::from_mins(60));
    }
    world.until(&campaign.id, |status| status.state == "done").await;
}

#[tokio::test]
async fn the_mails_of_one_guest_stay_spaced_where_the_sending_hours_hold_them_up() {
    let clock = Arc::new(MovableClock::default());
    let world = World::at(clock.clone(), 2, CountingSender::accepting()).await;
    let mut events = Vec::new();
    for game in ["first", "second", "third"] {
        events.push(world.put(event(game, "2027-04-01T18:00:00")).await);
    }
    // It is 13:00 in Berlin.
    let draft = CampaignDraft { events, spacing: 60, hours: "08:00-13:30".to_owned(), ..world.draft("1") };
    let id = world.confirm_draft(draft).await;
    campaigns::start_sending(&world.engine);
    world.until(&id, |status| status.accepted == 2 && status.waiting.contains("next mail follows 60 minutes")).await;
    for _ in 0..2 {
        clock.pass(SignedDuration::from_hours(1));
        world.until(&id, |status| status.waiting.contains("sending hours")).await;
    }
    let closed = world.until(&id, |status| status.waiting.contains("08:00 on 2 March")).await;
    assert_eq!(closed.accepted, 2, "the others leave in the morning: {}", closed.waiting);
    clock.pass(SignedDuration::from_hours(17));
    let morning = world.until(&id, |status| status.accepted >= 4 && status.waiting.contains("next mail follows 60 minutes")).await;
    assert_eq!(morning.accepted, 4, "one for each in the morning, not two: {}", morning.waiting);
    assert!(morning.waiting.contains("Continues at 09:00"), "the last an hour later: {}", morning.waiting);
    clock.pass(SignedDuration::from_hours(1));
    world.until(&id, |status| status.state == "done").await;
}

#[tokio::test]
async fn a_pilot_leaves_first_and_the_rest_waits_for_the_organizer() {
    let world =
        World::with_guests(40, CountingSender::answering(|number, _| if number == 3 { Answer::Refuse } else { Answer::Accept })).await;
    let event = world.put(event("opening", "2027-04-01T18:00:00")).await;
    let mut draft = world.draft(&event);
    draft.pilot = "25%".to_owned();
    let id = world.confirm_draft(draft).await;
    campaigns::start_sending(&world.engine);
    let status = world.until(&id, |status| status.state == "paused").await;
    assert_eq!((status.accepted, status.refused, status.queued), (9, 1, 30), "a quarter of forty left");
    assert!(
        status.waiting.contains("9 accepted, 1 refused") && status.waiting.contains("other 30"),
        "it says what became of them: {}",
        status.waiting
    );
    campaigns::resume_campaign(&world.engine, &id).await.unwrap();
    let status = world.until(&id, |status| status.state == "done").await;
    assert_eq!(status.accepted, 39, "the rest follows");
}

#[tokio::test]
async fn what_is_no_pilot_and_no_hours_is_refused_with_a_sentence() {
    let world = World::with_guests(1, CountingSender::accepting()).await;
    let event = world.put(event("opening", "2027-04-01T18:00:00")).await;
    for (pilot, hours, wrong) in [("none", "", "none"), ("", "9-5", "9-5")] {
        let draft = CampaignDraft { pilot: pilot.to_owned(), hours: hours.to_owned(), ..world.draft(&event) };
        let error = campaigns::create_campaign(&world.engine, draft).await.unwrap_err();
        assert!(error.to_string().contains(wrong), "it names what is wrong: {error}");
    }
}

#[tokio::test]
async fn outside_the_sending_hours_of_a_guest_nothing_leaves_for_them() {
    let world = World::with_guests(3, CountingSender::accepting()).await;
    let event = world.put(event("opening", "2027-04-01T18:00:00")).await;
    // Hours that are open for an hour around noon of one zone, and shut on the other side of the earth.
    let here = world.engine.clock().now().to_zoned(TimeZone::get("Etc/GMT-6").unwrap());
    let (from, to) = (here.time().wrapping_sub(30.minutes()), here.time().wrapping_add(30.minutes()));
    let mut draft = world.draft(&event);
    draft.hours = format!("{}-{}", from.strftime("%H:%M"), to.strftime("%H:%M"));
    world.zone_of("guest0@example.org", "Etc/GMT-6").await;
    world.zone_of("guest1@example.org", "Etc/GMT+6").await;
    world.zone_of("guest2@example.org", "Etc/GMT+6").await;
    let id = world.confirm_draft(draft).await;
    campaigns::start_sending(&world.engine);
    let status = world.until(&id, |status| status.waiting.contains("sending hours")).await;
    assert_eq!((status.accepted, status.queued), (1, 2), "only the guest whose day it is was reached");
    assert!(status.waiting.contains("Continues at "), "the others have their time: {}", status.waiting);
}
