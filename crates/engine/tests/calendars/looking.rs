use engine::calendars::{self, Listing, Named, Order};
use engine::{Code, guests};
use testkit::sandbox::{Opened, Sandbox};

use super::SEASON;

async fn two_calendars() -> Opened {
    let bears = SEASON.replace("Packers 2027", "Bears 2027").replace("training", "practice").replace("Training", "Practice");
    Sandbox::new().with_schedule("Packers.ics", SEASON).with_schedule("Bears.ics", &bears).open().await.expect("a sandbox")
}

#[tokio::test]
async fn a_uid_in_two_calendars_needs_its_calendar() {
    let sandbox = two_calendars().await;
    let named = |calendar: Option<&str>| Named { uid: "opener".to_owned(), calendar: calendar.map(str::to_owned), occurrence: None };
    let ambiguous = calendars::locate(&sandbox.engine, named(None)).await.expect_err("it stands in two");
    assert_eq!(ambiguous.code, Code::AmbiguousEvent, "it is not guessed");
    assert_eq!(ambiguous.details.get("calendars").map(String::as_str), Some("Packers, Bears"), "both are named");
    calendars::locate(&sandbox.engine, named(Some("Bears"))).await.expect("with a calendar it is clear");
}

#[tokio::test]
async fn hiding_a_calendar_takes_it_out_of_views_but_not_of_lists() {
    let sandbox = two_calendars().await;
    let bears = calendars::find_calendar(&sandbox.engine, "Bears").await.expect("the calendar");
    calendars::update_calendar(&sandbox.engine, &bears.id, None, None, Some(true)).await.expect("it is hidden");
    let month = calendars::list_occurrences(&sandbox.engine, "2027-03-01T06:00:00Z", "2027-04-01T05:00:00Z").await.expect("a month");
    assert!(month.iter().all(|occurrence| occurrence.calendar != bears.id), "it is not shown");
    let listing = Listing { from: Some("2027-03-01".to_owned()), to: Some("2027-04-01".to_owned()), ..Listing::default() };
    let all = calendars::list_events(&sandbox.engine, listing).await.expect("a list");
    assert_eq!(all.rows.len(), 2 * month.len(), "a list has it still");
}

#[tokio::test]
async fn lists_page_through_every_order_without_a_gap() {
    let sandbox = two_calendars().await;
    for (order, masters, search) in
        [(Order::Start, false, None), (Order::Updated, false, None), (Order::Start, true, None), (Order::Start, false, Some("trai"))]
    {
        let listing = Listing {
            from: Some("2027-03-01".to_owned()),
            to: Some("2027-06-01".to_owned()),
            order,
            masters,
            search: search.map(str::to_owned),
            ..Listing::default()
        };
        let whole: Vec<String> = uids(&sandbox, listing.clone()).await.into_iter().map(|(uid, _)| uid).collect();
        let (mut joined, mut cursor) = (Vec::new(), String::new());
        loop {
            let page = uids(&sandbox, Listing { limit: Some(4), cursor: cursor.clone(), ..listing.clone() }).await;
            let Some((_, last)) = page.last() else { break };
            cursor.clone_from(last);
            joined.extend(page.into_iter().map(|(uid, _)| uid));
        }
        assert_eq!(joined, whole, "pages of four in {order:?} (masters: {masters}, search: {search:?})");
        let expected = if masters {
            6
        } else if search.is_some() {
            10
        } else {
            24
        };
        assert_eq!(whole.len(), expected, "rows in {order:?} (masters: {masters}, search: {search:?})");
    }
}

async fn uids(sandbox: &Opened, listing: Listing) -> Vec<(String, String)> {
    let page = calendars::list_events(&sandbox.engine, listing).await.expect("a page");
    page.rows.into_iter().map(|(row, cursor)| (format!("{}/{}", row.uid, row.recurrence_id), cursor)).collect()
}

#[tokio::test]
async fn a_calendar_that_was_exported_comes_back_unchanged() {
    let sandbox = two_calendars().await;
    let id = calendars::find_calendar(&sandbox.engine, "Packers").await.expect("the calendar").id;
    let text = calendars::export_calendar(&sandbox.engine, &id).await.expect("an export");
    let again = sandbox.import("Packers.ics", &text).await.expect("an import");
    assert_eq!((again.new, again.updated, again.unchanged), (0, 0, 3), "nothing was lost on the way");
}

#[tokio::test]
async fn search_finds_each_series_once_and_calendars_by_name() {
    let sandbox = two_calendars().await;
    let hits = calendars::search(&sandbox.engine, "bear").await.expect("hits");
    let kinds = |kind: &str| hits.iter().filter(|hit| hit.kind == kind).count();
    assert_eq!((kinds("calendar"), kinds("event")), (1, 4), "the calendar, and both games in both: {hits:?}");
    assert!(calendars::search(&sandbox.engine, "\"';--").await.expect("no hits").is_empty(), "signs are no words");
}

#[tokio::test]
async fn search_finds_guests_by_name_and_address_and_their_lists() {
    let sandbox = Sandbox::new().with_guests(30).open().await.expect("a sandbox");
    guests::create_list(&sandbox.engine, "Guest referees").await.expect("a list");
    let hits = calendars::search(&sandbox.engine, "guest 17").await.expect("hits");
    let found: Vec<_> = hits.iter().map(|hit| (hit.kind.as_str(), hit.title.as_str(), hit.detail.as_str())).collect();
    assert_eq!(found, [("guest", "Guest 17", "guest17@example.org")], "by name");
    let by_address = calendars::search(&sandbox.engine, "guest9@example").await.expect("hits");
    assert_eq!(by_address.len(), 1, "by address: {by_address:?}");
    let lists = calendars::search(&sandbox.engine, "ref").await.expect("hits");
    assert!(lists.iter().any(|hit| hit.kind == "list" && hit.title == "Guest referees"), "and lists: {lists:?}");
}

#[tokio::test]
async fn a_deleted_calendar_comes_back_under_a_free_name() {
    let sandbox = two_calendars().await;
    let bears = calendars::find_calendar(&sandbox.engine, "Bears").await.expect("the calendar");
    calendars::delete_calendar(&sandbox.engine, &bears.id).await.expect("a deletion");
    let taken = calendars::create_calendar(&sandbox.engine, "Packers", "").await.expect_err("the name is taken");
    assert_eq!(taken.code, Code::NameTaken, "names are unique");
    calendars::create_calendar(&sandbox.engine, "Bears", "").await.expect("the name is free");
    let back = calendars::restore_calendar(&sandbox.engine, &bears.id).await.expect("a restore");
    assert_eq!((back.name.as_str(), back.events), ("Bears (2)", 3), "it came back with its events");
}
