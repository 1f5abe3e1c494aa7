use calendar::sync::Series;
use calendar::{Alarm, Attachment, Attendee, EventStatus, EventTime, Participation, Recurrence, Role, Transparency, Visibility, Zone};
use jiff::civil::{DateTime, date};
use proptest::prelude::*;
use serde_json::{Value, json};

use super::*;

/// Google as it is, for tests of what is asked of it.
pub(crate) fn provider() -> Provider {
    provider_at(json!({}))
}

/// Google as settings name it.
pub(crate) fn provider_at(settings: Value) -> Provider {
    serde_json::from_value::<GoogleSettings>(settings).unwrap().provider().unwrap()
}

const ZONES: [&str; 6] = ["America/Chicago", "Europe/Zurich", "UTC", "Asia/Kolkata", "Australia/Lord_Howe", "Pacific/Apia"];

fn zone(place: usize) -> Zone {
    Zone::parse(ZONES[place % ZONES.len()]).unwrap()
}

fn local() -> impl Strategy<Value = DateTime> {
    (2020_i16..2035, 1_i8..=12, 1_i8..=28, 0_i8..24, 0_i8..60, 0_i8..60)
        .prop_map(|(year, month, day, hour, minute, second)| date(year, month, day).at(hour, minute, second, 0))
}

/// Start and end, in any form and in two zones.
fn span() -> impl Strategy<Value = (EventTime, EventTime)> {
    (local(), 0_i64..200_000, 0_usize..3, 0_usize..6, 0_usize..6).prop_map(|(start, length, form, one, other)| {
        let later = start.saturating_add(jiff::SignedDuration::from_secs(length));
        match form {
            0 => (EventTime::Date(start.date()), EventTime::Date(later.date().tomorrow().unwrap())),
            1 => (EventTime::Floating(start), EventTime::Floating(later)),
            _ => {
                let (start, end) = (EventTime::Zoned(start, zone(one)), EventTime::Zoned(later, zone(other)));
                // A landing in another zone must still be after the start.
                let utc = &jiff::tz::TimeZone::UTC;
                if end.to_instant(utc) < start.to_instant(utc) { (start, start) } else { (start, end) }
            }
        }
    })
}

fn text() -> impl Strategy<Value = String> {
    prop_oneof![Just(String::new()), "[a-zA-Zé€😀<>&\\\\\"\n ]{1,20}"]
}

fn rule() -> impl Strategy<Value = Option<String>> {
    prop_oneof![
        Just(None),
        (1_u32..9, 1_u32..40).prop_map(|(interval, count)| Some(format!("FREQ=WEEKLY;INTERVAL={interval};BYDAY=MO,TU;COUNT={count}"))),
        (2036_i16..2040).prop_map(|year| Some(format!("FREQ=DAILY;UNTIL={year}0310T112233Z"))),
        Just(Some("FREQ=MONTHLY;BYDAY=-1FR;UNTIL=20361224".to_owned())),
        Just(Some("FREQ=YEARLY".to_owned())),
    ]
}

fn alarm() -> impl Strategy<Value = Alarm> {
    let action = prop_oneof![Just("DISPLAY"), Just("EMAIL"), Just("AUDIO")];
    let trigger = prop_oneof![Just("-PT15M"), Just("-P1D"), Just("PT0S"), Just("PT5M"), Just("RELATED=END:-PT5M"), Just("-P3W")];
    (action, trigger).prop_map(|(action, trigger)| Alarm {
        action: action.to_owned(),
        trigger: trigger.to_owned(),
        other: vec!["DESCRIPTION:Reminder".to_owned()],
    })
}

prop_compose! {
    fn event()(
        (start, end) in span(),
        rule in rule(),
        dates in prop::collection::vec((0_i64..60, any::<bool>()), 0..4),
        (summary, description, place) in (text(), text(), text()),
        (status, visibility, transparency) in (0_usize..2, 0_usize..3, any::<bool>()),
        (url, video, file) in (0_usize..3, any::<bool>(), 0_usize..3),
        alarms in prop::collection::vec(alarm(), 0..7),
        categories in any::<bool>(),
    ) -> Event {
        let day = |days: i64| start.moved_by(jiff::SignedDuration::from_hours(24 * days));
        let of_kind = |wanted: bool| dates.iter().filter(|(_, added)| *added == wanted).map(|(days, _)| day(*days)).collect();
        Event {
            sequence: 3,
            recurrence: Recurrence { rule: rule.clone(), excluded: of_kind(false), added: of_kind(true) },
            summary: summary.clone(),
            description: description.clone(),
            place: place.clone(),
            status: [EventStatus::Confirmed, EventStatus::Tentative][status],
            visibility: [Visibility::Public, Visibility::Private, Visibility::Confidential][visibility],
            transparency: if transparency { Transparency::Transparent } else { Transparency::Opaque },
            url: ["", "https://example.org/x?y=z", "urn:no-link"][url].to_owned(),
            video_link: if video { "https://call.example.org/1".to_owned() } else { String::new() },
            categories: if categories { vec!["Club".to_owned()] } else { Vec::new() },
            attachments: vec![Attachment { uri: "https://example.org/plan.pdf".to_owned(), media_type: "application/pdf".to_owned(), name: "Plan".to_owned() }; file],
            alarms: alarms.clone(),
            own_properties: vec!["X-OWN:1".to_owned()],
            ..Event::new("event@example.org".to_owned(), start, end)
        }
    }
}

/// What Google tells of an event that was written so.
fn told(event: &Event, zone: Zone) -> Event {
    let mut json = Value::Object(body::made_for(&event.uid, event, zone));
    json["id"] = json!(names::event(&event.uid));
    let item = read::item(&json, zone).unwrap();
    match item.content {
        calendar::remote::Content::Events(mut events) => events.remove(0),
        other => panic!("{other:?}"),
    }
}

proptest! {
    #[test]
    fn what_is_held_comes_back_as_it_is(event in event(), place in 0_usize..6) {
        let held = held::held(std::slice::from_ref(&event));
        prop_assert_eq!(&held::held(&held), &held, "holding what is held changes nothing");
        let back = told(&held[0], zone(place));
        prop_assert_eq!(&back, &held[0], "written and read in a calendar of any zone");
    }

    #[test]
    fn a_patch_makes_one_event_of_another(before in event(), after in event(), place in 0_usize..6) {
        let zone = zone(place);
        let hold = |event: &Event| held::held(std::slice::from_ref(event)).remove(0);
        let (before, after) = (hold(&before), hold(&after));
        let (old, new) = (body::made_for(&before.uid, &before, zone), body::whole(&after, zone));
        let patch = body::patch(&body::whole(&before, zone), &new);
        prop_assert_eq!(patch.is_empty(), body::whole(&before, zone) == new, "what says the same needs no request");
        let mut json = merged(&Value::Object(old), &Value::Object(patch));
        json["id"] = json!(names::event(&before.uid));
        let item = read::item(&json, zone).unwrap();
        let calendar::remote::Content::Events(events) = &item.content else { panic!("{item:?}") };
        prop_assert_eq!(&events[0], &after, "{}", json);
    }
}

/// A patch as RFC 7396 has it laid over.
fn merged(there: &Value, patch: &Value) -> Value {
    let Some(patch) = patch.as_object() else { return patch.clone() };
    let mut merged = there.as_object().cloned().unwrap_or_default();
    for (name, value) in patch {
        if value.is_null() {
            merged.remove(name);
        } else {
            let inner = self::merged(merged.get(name).unwrap_or(&Value::Null), value);
            merged.insert(name.clone(), inner);
        }
    }
    Value::Object(merged)
}

async fn addresses(settings: Value) -> [String; 5] {
    let settings: GoogleSettings = serde_json::from_value(settings).unwrap();
    let (provider, web) = (settings.provider().unwrap(), Web::new(None).unwrap());
    let (token, revocation) = (provider.endpoints.token(&web).await, provider.endpoints.revocation(&web).await.unwrap());
    [settings.calendars().unwrap().to_string(), provider.authorize, token.into(), revocation.into(), provider.issuer.unwrap()]
}

#[tokio::test]
async fn a_server_that_stands_in_for_google_is_shown_the_secrets_and_google_is_not() {
    let google = [
        "https://www.googleapis.com/calendar/v3",
        "https://accounts.google.com/o/oauth2/v2/auth",
        "https://oauth2.googleapis.com/token",
        "https://oauth2.googleapis.com/revoke",
        "https://accounts.google.com",
    ];
    assert_eq!(addresses(json!({ "endpoint": null })).await, google, "Google itself");
    let other = ["/calendar/v3", "/o/oauth2/v2/auth", "/token", "/revoke", ""].map(|path| format!("http://127.0.0.1:9{path}"));
    assert_eq!(addresses(json!({ "endpoint": "http://127.0.0.1:9" })).await, other, "a server that is only named");
    assert_eq!(addresses(json!({ "endpoint": "http://127.0.0.1:9/calendar/v3" })).await, other, "or named with the place of its calendars");
}

#[test]
fn what_google_does_not_hold_is_no_change() {
    let chicago = Zone::parse("America/Chicago").unwrap();
    let at = |day: i8, hour: i8| EventTime::Zoned(date(2027, 3, day).at(hour, 0, 0, 0), chicago);
    let mut master = Event::new("a@b".to_owned(), at(2, 13), at(2, 14));
    master.recurrence.rule = Some("FREQ=WEEKLY".to_owned());
    master.recurrence.excluded = vec![at(30, 13), at(9, 13)];
    let of = |day: i8, status: EventStatus| Event {
        recurrence_id: Some(at(day, 13)),
        status,
        recurrence: Recurrence::default(),
        ..master.clone()
    };
    let held = held::held(&[master.clone(), of(16, EventStatus::Cancelled), of(9, EventStatus::Confirmed)]);
    assert_eq!(held.len(), 2, "a cancelled occurrence is none: {held:#?}");
    assert_eq!(held[0].recurrence.excluded, [at(16, 13), at(30, 13)], "but a date that is off, and a date that takes place is not");
    master.status = EventStatus::Cancelled;
    assert!(held::held(&[master]).is_empty(), "a cancelled series is none");
    assert!(held::held(&[]).is_empty(), "and nothing stays nothing");
}

#[test]
fn who_is_invited_there_is_told_and_never_written() {
    let json = json!({
        "id": "abcde", "etag": "\"1\"", "iCalUID": "abcde@google.com", "status": "confirmed", "updated": "2027-01-02T03:04:05.678Z",
        "start": { "dateTime": "2027-03-28T02:30:00+01:00", "timeZone": "Europe/Zurich" }, "end": { "dateTime": "2027-03-28T04:30:00+02:00" },
        "organizer": { "email": "ann@example.org", "displayName": "Ann", "self": true },
        "attendees": [
            { "email": "bo@example.org", "optional": true, "responseStatus": "tentative" },
            { "email": "room@resource.example.org", "resource": true, "responseStatus": "accepted" },
        ],
    });
    let item = read::item(&json, Zone::utc()).unwrap();
    assert_eq!(item.edited, Some("2027-01-02T03:04:05.678Z".parse().unwrap()), "when, by Google's clock");
    let calendar::remote::Content::Events(events) = item.content else { panic!("it can be read") };
    let event = &events[0];
    let zurich = Zone::parse("Europe/Zurich").unwrap();
    assert_eq!(event.start, EventTime::Zoned(date(2027, 3, 28).at(3, 30, 0, 0), zurich), "a time that the clocks skip is the one after");
    assert_eq!(event.end, EventTime::Zoned(date(2027, 3, 28).at(2, 30, 0, 0), Zone::utc()), "a time without a zone is in the calendar's");
    let role = |role, participation, address: &str| Attendee { address: address.to_owned(), name: String::new(), role, participation };
    assert_eq!(
        event.attendees,
        [
            role(Role::Optional, Participation::Tentative, "bo@example.org"),
            role(Role::Resource, Participation::Accepted, "room@resource.example.org")
        ],
        "who is invited"
    );
    assert_eq!(event.organizer.as_ref().map(|ann| ann.name.as_str()), Some("Ann"), "and by whom");
    assert!(Series::of(held::held(&events)).says_the_same(&Series::of(events.clone())), "that is no edit of this computer");
    let body = body::whole(event, Zone::utc());
    assert!(!body.contains_key("attendees") && !body.contains_key("organizer"), "{body:?}");
}

#[test]
fn an_hour_that_the_clocks_repeat_is_kept_exactly() {
    let json = json!({
        "id": "abcde", "start": { "dateTime": "2027-10-31T02:30:00+01:00", "timeZone": "Europe/Zurich" },
        "end": { "dateTime": "2027-10-31T03:30:00+01:00", "timeZone": "Europe/Zurich" },
    });
    let calendar::remote::Content::Events(events) = read::item(&json, Zone::utc()).unwrap().content else { panic!("it can be read") };
    let second: jiff::Timestamp = "2027-10-31T01:30:00Z".parse().unwrap();
    assert_eq!(events[0].start.to_instant(&jiff::tz::TimeZone::UTC), second, "the second half past two, not the first");
}

#[test]
fn a_copy_keeps_whose_copy_it_is_and_its_colour() {
    let start = EventTime::Zoned(jiff::civil::date(2027, 3, 6).at(18, 0, 0, 0), Zone::utc());
    let mut copy = Event::new("copy".to_owned(), start, start.moved_by(jiff::SignedDuration::from_hours(2)));
    copy.own_properties = ["COLOR:red", "X-OWN:1", "X-ROLLCALL-SOURCE:booking-1@feed.example"].map(str::to_owned).to_vec();
    let body = body::whole(&copy, Zone::utc());
    assert_eq!(body["colorId"], "11", "Google's own number for the colour");
    assert_eq!(body["extendedProperties"]["private"]["rollcall_source"], "booking-1@feed.example", "a private property");
    assert_eq!(
        told(&copy, Zone::utc()).own_properties,
        ["COLOR:red", "X-ROLLCALL-SOURCE:booking-1@feed.example"],
        "both come back, what else is our own does not"
    );
}
