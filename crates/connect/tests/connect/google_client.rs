use serde_json::json;
use testkit::fake_google::FakeGoogle;
use testkit::google_client::GoogleClient;

use crate::google::{ANN, google, listed};

#[tokio::test]
async fn googles_own_client_and_ours_see_the_same_in_the_fake() {
    let fake = FakeGoogle::start().unwrap();
    let mut client = GoogleClient::start(&fake).unwrap();
    let when = |hour: u8| json!({ "dateTime": format!("2027-03-01T{hour:02}:00:00"), "timeZone": "America/Chicago" });
    let event = json!({ "id": "abc123", "summary": "Game", "start": when(9), "end": when(10), "recurrence": ["RRULE:FREQ=DAILY;COUNT=3"] });
    let insert = json!({ "calendarId": "primary", "body": event });
    let (status, made) = client.call("events", "insert", &insert, None).unwrap();
    assert_eq!((status, made["iCalUID"].as_str()), (200, Some("abc123@google.com")), "it is made: {made}");
    let (status, _) = client.call("events", "insert", &insert, None).unwrap();
    assert_eq!(status, 409, "an id is taken once");
    let day = json!({ "calendarId": "primary", "body": { "start": { "date": "2027-03-01" }, "end": { "date": "2027-03-02" } } });
    client.call("events", "insert", &day, None).unwrap();

    let (_, page) = client.call("events", "list", &json!({ "calendarId": "primary", "maxResults": 1 }), None).unwrap();
    let (_, page) = client
        .call("events", "list", &json!({ "calendarId": "primary", "maxResults": 1, "pageToken": page["nextPageToken"] }), None)
        .unwrap();
    assert_eq!(page["items"].as_array().map(Vec::len), Some(1), "in pages");
    let since = |token: &serde_json::Value| json!({ "calendarId": "primary", "syncToken": token });
    let remote = google(&fake);
    let (items, token, _) = listed(&*remote, ANN, None).await;
    assert_eq!(items.len(), 2, "ours sees both");

    let patch = json!({ "calendarId": "primary", "eventId": "abc123", "body": { "summary": "Derby" } });
    let (status, _) = client.call("events", "patch", &patch, Some("\"0\"")).unwrap();
    assert_eq!(status, 412, "of another version it is left alone");
    let (status, patched) = client.call("events", "patch", &patch, made["etag"].as_str()).unwrap();
    assert_eq!((status, patched["summary"].as_str()), (200, Some("Derby")), "of this one it is changed");
    let (_, changed) = client.call("events", "list", &since(&page["nextSyncToken"]), None).unwrap();
    assert_eq!(changed["items"][0]["summary"], "Derby", "and that is what changed");
    let occurrence = json!({ "calendarId": "primary", "eventId": "abc123_20270302T150000Z" });
    let (_, instances) = client.call("events", "instances", &json!({ "calendarId": "primary", "eventId": "abc123" }), None).unwrap();
    assert_eq!(instances["items"][1]["id"], occurrence["eventId"], "an occurrence has its original start in its name");
    assert_eq!(client.call("events", "delete", &occurrence, None).unwrap().0, 200, "it is taken out");
    assert_eq!(client.call("events", "delete", &occurrence, None).unwrap().0, 410, "once");
    let (items, ..) = listed(&*remote, ANN, Some(&token)).await;
    assert_eq!(items.len(), 2, "ours sees the series and the date that is off: {items:#?}");

    fake.forget_sync_tokens();
    assert_eq!(client.call("events", "list", &since(&changed["nextSyncToken"]), None).unwrap().0, 410, "a token that was forgotten");
    let calendars = client.call("calendarList", "list", &json!({}), None).unwrap().1;
    assert_eq!(calendars["items"][0]["accessRole"], "owner", "the list of calendars");
    assert_eq!(fake.token_requests(), 2, "each of the two asked for one token, by Google's own library too");
}
