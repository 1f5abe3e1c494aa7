use std::time::Duration;

use calendar::remote::{From, RemoteFailure};
use serde_json::json;
use testkit::fake_graph::{CALENDAR, FakeGraph, Fault};

use super::{connected, graph, listed, outlook, remote, settings, weekly};
use crate::account::account;

#[tokio::test]
async fn a_calendar_that_is_gone_is_told_as_gone() {
    let graph = graph();
    let failure = remote(&graph).changes("AAMk+calendar/9==", From::Beginning).await.unwrap_err();
    assert!(matches!(failure, RemoteFailure::CalendarGone { .. }), "{failure:?}");
}

#[tokio::test]
async fn faults_on_the_way_are_told_and_nothing_of_them_is_used() {
    let graph = graph();
    graph.add_event(CALENDAR, &outlook("Cup", "2027-04-01T18:00:00", "2027-04-01T20:00:00"));
    let befalls = |fault| graph.behave(|conduct| conduct.faults.push_back(("", fault)));
    for fault in [Fault::Html, Fault::Cut, Fault::Lost, Fault::OutOfOrder, Fault::Throttled(None)] {
        befalls(fault);
        let failure = remote(&graph).changes(CALENDAR, From::Beginning).await.unwrap_err();
        assert!(matches!(&failure, RemoteFailure::Later { reason, after_seconds: None } if !reason.is_empty()), "{fault:?}: {failure:?}");
    }
    let remote = remote(&graph);
    befalls(Fault::Throttled(Some(120)));
    let asked = |failure: RemoteFailure| match failure {
        RemoteFailure::Later { after_seconds, .. } => after_seconds.unwrap_or(0),
        _ => 0,
    };
    assert_eq!(asked(remote.calendars().await.unwrap_err()), 120, "the pause that was asked for is told");
    graph.count_anew();
    assert!(asked(remote.calendars().await.unwrap_err()) > 100, "and kept");
    assert_eq!(graph.counts().all(), 0, "without asking");
}

#[tokio::test]
async fn a_read_that_is_in_conflict_with_itself_is_tried_again() {
    let graph = graph();
    graph.behave(|conduct| conduct.faults.extend([("GET", Fault::Conflict); 2]));
    assert_eq!(remote(&graph).calendars().await.unwrap().len(), 1, "it passes by the third try");
    graph.behave(|conduct| conduct.faults.extend([("GET", Fault::Conflict); 3]));
    let failure = remote(&graph).calendars().await.unwrap_err();
    assert!(matches!(failure, RemoteFailure::Later { .. }), "or later: {failure:?}");
}

#[tokio::test]
async fn no_more_than_four_requests_are_under_way() {
    let graph = graph();
    for title in 0..30 {
        graph.add_event(CALENDAR, &weekly(&title.to_string()));
    }
    graph.behave(|conduct| conduct.latency = Duration::from_millis(2));
    let (items, ..) = listed(&*remote(&graph), From::Beginning).await.unwrap();
    assert_eq!(items.len(), 30, "every series was read by itself");
    let most = graph.counts().most_at_once;
    assert!((2..=4).contains(&most), "{most} at once: more than one, and no more than Microsoft takes");
}

#[tokio::test]
async fn the_clock_of_the_server_is_known() {
    let graph = FakeGraph::start().unwrap();
    graph.behave(|conduct| conduct.clock_ahead = 3_600);
    let remote = remote(&graph);
    remote.calendars().await.unwrap();
    let minutes = remote.clock_ahead() / 60_000;
    assert!((59..=60).contains(&minutes), "{minutes} minutes ahead, where an hour was set");
    assert!(listed(&*remote, From::Beginning).await.unwrap().2, "which does no harm");
}

#[tokio::test]
async fn a_token_that_ended_is_replaced_and_a_consent_that_ended_is_asked_for() {
    let graph = graph();
    let (remote, keeper) = connected(&graph, settings(&graph));
    graph.behave(|conduct| conduct.faults.push_back(("GET", Fault::TokenRefused)));
    assert!(remote.calendars().await.is_ok(), "a fresh token is fetched on the way");
    assert_eq!(keeper.0.lock().unwrap().len(), 2, "and its refresh token kept");
    graph.behave(|conduct| {
        conduct.invalid_grant = true;
        conduct.faults.push_back(("GET", Fault::TokenRefused));
    });
    let failure = remote.calendars().await.unwrap_err();
    assert!(matches!(failure, RemoteFailure::NeedsLogin { .. }), "{failure:?}");
}

#[tokio::test]
async fn a_browser_brings_the_consent_back() {
    let graph = graph();
    let account = account("microsoft", json!({ "client_id": "rollcall", "endpoint": graph.endpoint() }), &[]);
    let sign_in = connect::adapters().sign_in(&account).unwrap().unwrap();
    let page = sign_in.page().to_owned();
    for wanted in ["/common/oauth2/v2.0/authorize?", "code_challenge_method=S256", "offline_access", "Calendars.ReadWrite"] {
        assert!(page.contains(wanted), "{wanted} in {page}");
    }
    let port: u16 = graph.login_endpoint().rsplit(':').next().unwrap().parse().unwrap();
    let back = tokio::task::spawn_blocking(move || {
        let path = page.split_once(&format!(":{port}")).unwrap().1.to_owned();
        redirect(port, &path)
    })
    .await
    .unwrap();
    let granted = sign_in.pasted(&back).await.unwrap();
    assert_eq!(granted.address, "club@outlook.example", "whose account it is");
    assert_eq!(granted.secrets.keys().collect::<Vec<_>>(), ["refresh_token"], "a public client has no secret");
}

/// Where a page sends the browser.
fn redirect(port: u16, path: &str) -> String {
    use std::io::{Read as _, Write as _};
    let mut stream = std::net::TcpStream::connect(("127.0.0.1", port)).unwrap();
    write!(stream, "GET {path} HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n").unwrap();
    let mut answer = vec![0; 8_192];
    let length = stream.read(&mut answer).unwrap();
    let answer = String::from_utf8_lossy(&answer[..length]).into_owned();
    assert!(answer.contains("X-Fake: graph"), "the fake says that it is one");
    answer.lines().find_map(|line| line.strip_prefix("Location: ")).unwrap().to_owned()
}
