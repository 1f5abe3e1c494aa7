use std::sync::Arc;

use calendar::remote::{Content, From, Next, RemoteFailure, SeriesWrite, WriteOutcome};
use calendar::{Event, EventTime, Zone};
use jiff::civil::date;
use mail::port::AccountConfig;
use testkit::emulate::Emulate;
use testkit::fake_google::FakeGoogle;
use url::Url;
use url::form_urlencoded::Serializer;

use crate::account::account;
use crate::sign_in::{NoKeeper, submit};

#[tokio::test]
async fn an_account_is_connected_and_used_at_googles_independent_imitation() {
    let emulate = Emulate::new().unwrap();
    let config = account("google", emulate.settings(), &[("client_secret", FakeGoogle::CLIENT_SECRET)]);
    let sign_in = connect::adapters().sign_in(&config).unwrap().unwrap();
    let page = Url::parse(sign_in.page()).unwrap();
    let redirect = page.query_pairs().find(|(name, _)| name == "redirect_uri").unwrap().1.into_owned();
    let _running = emulate.start(&redirect).unwrap();

    // The page shows a button for each account, which sends what it was asked with.
    let asked: Vec<(String, String)> = page.query_pairs().into_owned().collect();
    let form = Serializer::new(String::new()).append_pair("email", FakeGoogle::ACCOUNT).extend_pairs(asked).finish();
    let back = submit(page.join("/o/oauth2/v2/auth/callback").unwrap().as_str(), &form).await.expect("it sends the browser back");
    let granted = sign_in.pasted(&back).await.unwrap();
    assert_eq!(granted.address, FakeGoogle::ACCOUNT, "a signed identity token says who it is");

    let config = AccountConfig { secrets: granted.secrets, ..config };
    let remote = connect::adapters().calendars(&config, Arc::new(NoKeeper)).unwrap().unwrap();
    let calendars = remote.calendars().await.unwrap();
    let calendar = calendars.iter().find(|calendar| calendar.primary).expect("the first calendar is listed").id.clone();
    let at = |hour: i8| EventTime::Zoned(date(2027, 3, 2).at(hour, 0, 0, 0), Zone::utc());
    let game = Event { summary: "Game".to_owned(), ..Event::new("game-1@example.org".to_owned(), at(13), at(16)) };
    let insert = SeriesWrite { uid: game.uid.clone(), before: Vec::new(), after: vec![game.clone()] };
    let WriteOutcome::Written(items) = remote.write(&calendar, &insert).await.unwrap() else { panic!("it is taken") };
    let listed = remote.changes(&calendar, From::Beginning).await.unwrap();
    assert_eq!(listed.items, items, "it is listed");
    let Next::Done { token, complete: true } = listed.next else { panic!("without a place for changes a list is whole: {listed:?}") };
    let Content::Events(events) = &items[0].content else { panic!("{items:?}") };
    assert_eq!((&events[0].summary, events[0].start), (&game.summary, game.start), "and told again");
    let again = remote.changes(&calendar, From::Token(&token)).await.unwrap();
    assert_eq!(again.items, items, "and so is the next one");
    let delete = SeriesWrite { uid: game.uid.clone(), before: items, after: Vec::new() };
    for time in ["first", "second"] {
        let outcome = remote.write(&calendar, &delete).await.unwrap();
        assert!(matches!(outcome, WriteOutcome::Written(_)), "deleted the {time} time: {outcome:?}");
    }
    let withdrawn = connect::adapters().sign_out(&config).expect("there is a consent to withdraw").await;
    assert_eq!(withdrawn, Ok(()), "withdrawn where it publishes that this is done");
    let remote = connect::adapters().calendars(&config, Arc::new(NoKeeper)).unwrap().unwrap();
    let refused = remote.calendars().await;
    assert!(matches!(refused, Err(RemoteFailure::NeedsLogin { .. })), "the consent is good no more: {refused:?}");
}
