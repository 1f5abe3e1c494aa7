use crate::change::{self, ChangeKind};
use crate::event;
use crate::event_version::{self, Written};
use crate::fixture::{Desk, event, exception, series};

#[tokio::test]
async fn a_version_comes_back_as_it_was_written() {
    let desk = Desk::new().await;
    let mut game = series("g1", "2027-03-14T13:00:00", "FREQ=WEEKLY");
    game.description = "Bring a scarf".to_owned();
    game.categories = vec!["Home".to_owned()];
    game.recurrence.excluded = vec![crate::fixture::time("2027-03-21T13:00:00")];
    let written = desk.put(vec![game.clone()]).await;
    let id = written[0].event;
    let current = desk.store.read(move |r| event_version::current(r, id)).await.expect("a read").expect("the event is there");
    assert_eq!(current.content, game, "nothing of an event is lost in the tables");
    assert_eq!((written[0].before, written[0].version), (None, 1), "it is new");
}

#[tokio::test]
async fn writing_the_same_again_writes_nothing() {
    let desk = Desk::new().await;
    let game = event("g1", "2027-03-14T13:00:00");
    let first = desk.put(vec![game.clone()]).await[0];
    let second = desk.put(vec![game]).await[0];
    assert_eq!(second, Written { event: first.event, before: Some(1), version: 1 }, "there is nothing new to say");
    let changes = desk.store.read(|r| change::since(r, 0, 10)).await.expect("a read");
    assert_eq!(changes.len(), 1, "the change log names the creation only");
}

#[tokio::test]
async fn a_deletion_is_a_version_and_a_later_one_brings_the_event_back() {
    let desk = Desk::new().await;
    let game = event("g1", "2027-03-14T13:00:00");
    let id = desk.put(vec![game.clone()]).await[0].event;
    desk.delete(vec![game.clone()]).await;
    let found = desk.store.read(|r| event::search(r, "lambeau", 10)).await.expect("a read");
    assert!(found.is_empty(), "what is deleted is not found");
    assert_eq!(desk.put(vec![game]).await[0], Written { event: id, before: Some(2), version: 3 }, "the same event goes on");
    let kinds: Vec<ChangeKind> =
        desk.store.read(|r| change::since(r, 0, 10)).await.expect("a read").iter().map(|change| change.kind).collect();
    assert_eq!(kinds, [ChangeKind::Created, ChangeKind::Deleted, ChangeKind::Created], "each step stands in the change log");
    let history = desk.store.read(move |r| event_version::history(r, id)).await.expect("a read");
    assert_eq!(history.iter().map(|version| version.deleted).collect::<Vec<_>>(), [false, true, false], "history keeps all three");
    let entries = desk.store.read(move |r| event_version::entries(r, id)).await.expect("a read");
    assert_eq!(entries, history.iter().map(event_version::Version::entry).collect::<Vec<_>>(), "its entries say the same");
}

#[tokio::test]
async fn an_exception_finds_its_series_whichever_comes_first() {
    let desk = Desk::new().await;
    let moved = desk.put(vec![exception("g1", "2027-03-21T13:00:00", "2027-03-22T13:00:00")]).await[0].event;
    let master = desk.put(vec![series("g1", "2027-03-14T13:00:00", "FREQ=WEEKLY;COUNT=4")]).await[0].event;
    let later = desk.put(vec![exception("g1", "2027-03-28T13:00:00", "2027-03-29T13:00:00")]).await[0].event;
    let series = desk.store.read(move |r| event_version::series(r, later)).await.expect("a read").expect("a series");
    assert_eq!(series.master.row.id, master, "the exception leads to its master");
    assert_eq!(series.exceptions.iter().map(|exception| exception.row.id).collect::<Vec<_>>(), [moved, later], "both belong to it");
}

#[tokio::test]
async fn words_are_found_by_how_they_begin_and_without_accents() {
    let desk = Desk::new().await;
    let mut game = event("g1", "2027-03-14T13:00:00");
    game.summary = "Zürich at Köln".to_owned();
    desk.put(vec![game, event("g2", "2027-03-15T13:00:00")]).await;
    for (text, expected) in [("zur kol", 1), ("lamb", 2), ("\"-*", 0), ("köln x", 0)] {
        let found = desk.store.read(move |r| event::search(r, text, 10)).await.expect("a read");
        assert_eq!(found.len(), expected, "hits of {text}");
    }
}
