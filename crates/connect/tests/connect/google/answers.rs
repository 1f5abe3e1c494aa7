use calendar::remote::{From, RemoteFailure};
use testkit::fake_google::{Failure, FakeGoogle};

use super::{ANN, google};

/// Whether a failure is what an answer means.
type Meaning<'a> = &'a dyn Fn(&RemoteFailure) -> bool;

#[tokio::test]
async fn each_answer_leads_to_what_it_means() {
    let fake = FakeGoogle::start().unwrap();
    let remote = google(&fake);
    let later = |after: Option<u64>| move |failure: &RemoteFailure| matches!(failure, RemoteFailure::Later { after_seconds, .. } if *after_seconds == after);
    let refused = |failure: &RemoteFailure| matches!(failure, RemoteFailure::Refused { .. });
    let answer = |status: u16, reason: &str, after: Option<u64>| Failure::Refused(status, reason.to_owned(), after);
    let table: [(Failure, Meaning<'_>); 15] = [
        (Failure::throttled(403, None), &later(None)),
        (Failure::throttled(403, Some(30)), &later(Some(30))),
        (Failure::throttled(429, None), &later(None)),
        (Failure::throttled(429, Some(30)), &later(Some(30))),
        (answer(403, "userRateLimitExceeded", None), &later(None)),
        (answer(403, "quotaExceeded", None), &later(None)),
        (answer(403, "forbidden", None), &refused),
        (answer(403, "accessNotConfigured", None), &refused),
        (answer(403, "insufficientPermissions", None), &|failure| matches!(failure, RemoteFailure::NeedsLogin { .. })),
        (answer(404, "notFound", None), &|failure| matches!(failure, RemoteFailure::CalendarGone { .. })),
        (answer(500, "backendError", None), &later(None)),
        (answer(503, "backendError", Some(5)), &later(Some(5))),
        (Failure::Cut, &later(None)),
        (Failure::Half, &later(None)),
        (Failure::Html, &later(None)),
    ];
    for (failure, meaning) in table {
        fake.fail_next(1, failure.clone());
        let told = remote.changes(ANN, From::Beginning).await.unwrap_err();
        assert!(meaning(&told), "{failure:?} is not {told:?}");
    }
    fake.remove_calendar(ANN);
    let gone = remote.changes(ANN, From::Beginning).await.unwrap_err();
    assert!(matches!(gone, RemoteFailure::CalendarGone { .. }), "a calendar that is no longer shared: {gone:?}");
    let gone = remote.fetch(ANN, &["abcde".to_owned()]).await;
    assert!(matches!(gone, Err(RemoteFailure::CalendarGone { .. })), "its events are not thereby deleted: {gone:?}");
}

#[tokio::test]
async fn a_token_that_ended_early_is_replaced_once_and_a_consent_that_ended_is_told() {
    let fake = FakeGoogle::start().unwrap();
    let remote = google(&fake);
    remote.calendars().await.unwrap();
    fake.end_access_tokens();
    remote.calendars().await.expect("one refresh mends it");
    assert_eq!(fake.token_requests(), 2, "one more token");
    fake.fail_next(2, Failure::Refused(401, "authError".to_owned(), None));
    let told = remote.calendars().await.unwrap_err();
    assert!(matches!(told, RemoteFailure::NeedsLogin { .. }), "refused with a fresh token too: {told:?}");
    fake.withdraw_consent();
    let told = remote.calendars().await.unwrap_err();
    assert!(matches!(told, RemoteFailure::NeedsLogin { .. }), "{told:?}");
}

#[tokio::test]
async fn googles_clock_is_known() {
    let fake = FakeGoogle::start().unwrap();
    fake.set_clock_ahead(3_600);
    let remote = google(&fake);
    remote.calendars().await.unwrap();
    let ahead = remote.clock_ahead();
    assert!((3_500_000..3_700_000).contains(&ahead), "about an hour: {ahead} ms");
}
