use std::time::Instant;

use calendar::remote::{Access, Content, From, RemoteFailure};

use super::servers::{Server, events, events_of, file, listing, new, path, written};

#[tokio::test]
async fn calendars_are_made_listed_and_renamed() {
    for server in Server::both() {
        let name = server.name();
        let remote = server.remote();
        let made = remote.create_calendar("Arizona & Co", "America/Phoenix", "#ff8000").await.unwrap();
        let again = remote.create_calendar("Arizona & Co", "", "").await.unwrap();
        assert_ne!(made.id, again.id, "{name}: a second one of the same name is another");
        let told = (made.name.as_str(), made.colour.as_str(), made.zone.as_str(), made.access);
        assert_eq!(told, ("Arizona & Co", "#ff8000", "America/Phoenix", Access::Owner), "{name}: as it was wanted");
        remote.change_calendar(&made.id, "Arizona <Cardinals>", Some("#00aa00")).await.unwrap();
        let all = remote.calendars().await.unwrap();
        let found = all.iter().find(|calendar| calendar.id == made.id).unwrap();
        assert_eq!((found.name.as_str(), found.colour.as_str()), ("Arizona <Cardinals>", "#00aa00"), "{name}: under its new name");
        assert!(all.iter().any(|calendar| calendar.id == again.id && calendar.name == "Arizona & Co"), "{name}: the other is left alone");
        assert!(remote.clock_ahead().abs() < 60_000, "{name}: it runs on this computer, and has its clock");
    }
}

#[tokio::test]
async fn a_listing_tells_what_others_made_changed_and_deleted() {
    for server in Server::both() {
        let name = server.name();
        let (remote, calendar) = server.calendar().await;
        let (items, empty, complete) = listing(&*remote, &calendar.id, From::Beginning).await;
        assert!(items.is_empty() && complete, "{name}: nothing is there yet, and that is all");
        server.put(&path(&calendar, "one.ics"), &file("one@x", "SUMMARY:One"));
        server.put(&path(&calendar, "two words.ics").replace(' ', "%20"), &file("two@x", "SUMMARY:Two"));
        let (items, token, complete) = listing(&*remote, &calendar.id, From::Token(&empty)).await;
        assert_eq!((items.len(), complete), (2, false), "{name}: both are new");
        let ids: Vec<String> = items.iter().map(|item| item.id.clone()).collect();
        let mut fetched = remote.fetch(&calendar.id, &ids).await.unwrap();
        fetched.sort_by_key(|item| events_of(item)[0].uid.clone());
        let told: Vec<_> = fetched.iter().map(|item| events_of(item)[0].summary.as_str()).collect();
        assert_eq!(told, ["One", "Two"], "{name}: whole, whatever is in their names");
        assert!(items.iter().all(|item| fetched.iter().any(|whole| whole.id == item.id && whole.etag == item.etag)), "{name}: one version");
        assert_eq!(fetched[0].edited, Some("2026-11-01T08:00:00Z".parse().unwrap()), "{name}: by the clock of who changed it");

        let (items, unchanged, _) = listing(&*remote, &calendar.id, From::Token(&token)).await;
        assert!(items.is_empty(), "{name}: nothing happened: {items:?}");
        server.put(&path(&calendar, "one.ics"), &file("one@x", "SUMMARY:One moved"));
        server.call("DELETE", &fetched[1].id, "", "").unwrap();
        let (mut items, token, _) = listing(&*remote, &calendar.id, From::Token(&unchanged)).await;
        items.sort_by_key(|item| item.content == Content::Deleted);
        assert_eq!(items.len(), 2, "{name}: one changed and one went");
        assert_eq!((items[0].id.as_str(), &items[0].content), (fetched[0].id.as_str(), &Content::Listed), "{name}: the changed one");
        assert_ne!(items[0].etag, fetched[0].etag, "{name}: in another version");
        assert_eq!((items[1].id.as_str(), &items[1].content), (fetched[1].id.as_str(), &Content::Deleted), "{name}: the one that went");
        let both = remote.fetch(&calendar.id, &[items[0].id.clone(), items[1].id.clone()]).await.unwrap();
        assert_eq!((events_of(&both[0])[0].summary.as_str(), &both[1].content), ("One moved", &Content::Deleted), "{name}: as it is now");
        let (all, _, complete) = listing(&*remote, &calendar.id, From::Beginning).await;
        let there: Vec<_> = all.iter().filter(|item| item.content != Content::Deleted).map(|item| item.id.as_str()).collect();
        assert_eq!((there, complete), (vec![fetched[0].id.as_str()], true), "{name}: from the beginning what is there");
        assert!(listing(&*remote, &calendar.id, From::Token(&token)).await.0.is_empty(), "{name}: and then nothing more");
    }
}

#[tokio::test]
async fn a_token_that_means_nothing_is_expired_and_a_calendar_that_is_gone_is_gone() {
    for server in Server::both() {
        let name = server.name();
        let (remote, calendar) = server.calendar().await;
        let (_, token, _) = listing(&*remote, &calendar.id, From::Beginning).await;
        let word = token.split('"').rfind(|word| word.len() > 20).unwrap();
        for wrong in [
            token.replace(word, "http://radicale.org/ns/sync/0000"),
            token.replace(word, &word.replace(['a', '1'], "b")),
            "junk".to_owned(),
        ] {
            let failure = remote.changes(&calendar.id, From::Token(&wrong)).await.unwrap_err();
            assert_eq!(failure, RemoteFailure::TokenExpired, "{name}: {wrong}");
        }
        server.call("DELETE", &path(&calendar, ""), "", "").unwrap();
        for from in [From::Token(&token), From::Beginning] {
            let failure = remote.changes(&calendar.id, from).await.unwrap_err();
            assert!(matches!(failure, RemoteFailure::CalendarGone { .. }), "{name}: {failure:?}");
        }
        let late = remote.write(&calendar.id, &new("late@x", events(&file("late@x", "SUMMARY:Late")))).await;
        assert!(matches!(late, Err(RemoteFailure::CalendarGone { .. })), "{name}: nothing is written into it: {late:?}");
    }
}

#[tokio::test]
async fn two_thousand_events_are_listed_and_fetched() {
    let server = Server::Radicale(testkit::radicale::Radicale::start().unwrap());
    let (remote, calendar) = server.calendar().await;
    let all: Vec<String> = (0..2_000)
        .map(|number| {
            format!(
                "BEGIN:VEVENT\r\nUID:game-{number}@x\r\nDTSTAMP:20261101T080000Z\r\nDTSTART:20270314T130000Z\r\nSUMMARY:Game {number}\r\nEND:VEVENT\r\n"
            )
        })
        .collect();
    // This server takes a whole calendar at once, which makes it anew.
    server.put(&path(&calendar, ""), &format!("BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:x\r\n{}END:VCALENDAR\r\n", all.concat()));
    let begin = Instant::now();
    let (items, token, complete) = listing(&*remote, &calendar.id, From::Beginning).await;
    let listed = begin.elapsed();
    assert_eq!((items.len(), complete), (2_000, true), "all of them");
    let ids: Vec<String> = items.iter().map(|item| item.id.clone()).collect();
    let fetched = remote.fetch(&calendar.id, &ids).await.unwrap();
    println!("2,000 events: listed in {listed:?}, fetched in {:?}", begin.elapsed().saturating_sub(listed));
    assert!(
        fetched.iter().zip(&items).all(|(whole, item)| whole.id == item.id && whole.etag == item.etag),
        "in the order that was asked for"
    );
    let mut names: Vec<&str> = fetched.iter().map(|item| events_of(item)[0].uid.as_str()).collect();
    names.sort_unstable();
    names.dedup();
    assert_eq!(names.len(), 2_000, "each is another");
    let made = written(remote.write(&calendar.id, &new("more@x", events(&file("more@x", "SUMMARY:More")))).await.unwrap());
    let (items, _, _) = listing(&*remote, &calendar.id, From::Token(&token)).await;
    assert_eq!(
        items.iter().map(|item| (&item.id, &item.etag)).collect::<Vec<_>>(),
        [(&made[0].id, &made[0].etag)],
        "then only what is new"
    );
}
