//! The imitation of Google that others wrote, as far as it goes: single events that are inserted and deleted.
//!
//! It gives no sync tokens, names events itself, shows none by its name and knows no calendar by itself. The line to it says what Google would: each
//! listing is whole, and a token is too old. What was made while nobody heard the answer cannot be found there again, so that the process is
//! not killed at that moment.

use std::sync::{Arc, Mutex, PoisonError};

use engine::sync::view::CalendarAccountForm;
use jiff::Timestamp;
use serde_json::{Value, json};
use testkit::emulate::Emulate;
use testkit::fake_google::FakeGoogle;
use testkit::http::{Answer, Request, exchange};
use testkit::watched_http::{Moment, WatchedHttp, pass_on};

use super::{Abilities, There, Told, whole};
use crate::faults::mirror::edit::{Edit, Kind, New, Occurrence};

const ABILITIES: Abilities = Abilities { kinds: &[Kind::Delete], repeats: false, zone: "UTC", finds: false };

pub(in crate::faults::mirror) struct Emulated {
    emulate: Emulate,
    running: Mutex<Option<Box<dyn std::any::Any>>>,
    /// What the process showed last.
    authorization: Arc<Mutex<String>>,
}

/// Its name for the first calendar.
const TEAM: &str = "primary";

fn path(id: &str) -> String {
    format!("/calendar/v3/calendars/{TEAM}/events{id}")
}

fn told(status: u16, body: &Value) -> Answer {
    Answer { status, headers: vec![("content-type".to_owned(), "application/json".to_owned())], body: body.to_string().into_bytes() }
}

fn not_there(status: u16, reason: &str) -> Answer {
    told(status, &json!({ "error": { "code": status, "message": reason, "errors": [{ "domain": "global", "reason": reason }] } }))
}

fn read(answer: &Answer) -> Value {
    serde_json::from_slice(&answer.body).unwrap_or_default()
}

impl Emulated {
    pub(in crate::faults::mirror) fn new() -> Self {
        let emulate = Emulate::new().expect("a free port");
        Self { emulate, running: Mutex::default(), authorization: Arc::default() }
    }

    fn ask(&self, method: &str, path: &str, body: &Value) -> Answer {
        let authorization = self.authorization.lock().unwrap_or_else(PoisonError::into_inner).clone();
        let headers = format!("Authorization: {authorization}\r\nContent-Type: application/json\r\n");
        let body = if body.is_null() { String::new() } else { body.to_string() };
        exchange(self.emulate.port(), method, path, &headers, body.as_bytes()).expect("it answers")
    }

    fn events(&self) -> Vec<Value> {
        let (mut events, mut page) = (Vec::new(), String::new());
        loop {
            let answer = read(&self.ask("GET", &format!("{}?maxResults=250{page}", path("")), &Value::Null));
            events.extend(answer["items"].as_array().cloned().unwrap_or_default());
            match answer["nextPageToken"].as_str() {
                Some(next) => page = format!("&pageToken={next}"),
                None => return events,
            }
        }
    }
}

/// What Google would answer, of what this one knows.
fn answered(port: u16, request: &Request) -> Option<Answer> {
    let place = request.path.split('?').next().unwrap_or_default();
    let parts: Vec<&str> = place.trim_start_matches("/calendar/v3/").split('/').collect();
    let elsewhere = |path: &str| pass_on(port, &Request { path: path.to_owned(), ..request.clone() });
    match (request.method.as_str(), parts.as_slice()) {
        (_, ["", "token"]) => elsewhere("/oauth2/token"),
        ("GET", ["calendars", id]) => {
            let list = read(&elsewhere("/calendar/v3/users/me/calendarList")?);
            let found = list["items"].as_array()?.iter().find(|calendar| calendar["id"] == *id).cloned();
            Some(found.map_or_else(|| not_there(404, "notFound"), |calendar| told(200, &calendar)))
        }
        ("GET", ["calendars", _, "events"]) if request.path.contains("syncToken=") => Some(not_there(410, "fullSyncRequired")),
        ("GET", ["calendars", _, "events"]) => {
            let mut page = read(&pass_on(port, request)?);
            if page["nextPageToken"].is_null() {
                page["nextSyncToken"] = json!("forgotten");
            }
            Some(told(200, &page))
        }
        ("GET", ["calendars", calendar, "events", id]) => {
            let mut from = String::new();
            loop {
                let page = read(&elsewhere(&format!("/calendar/v3/calendars/{calendar}/events?maxResults=250{from}"))?);
                if let Some(event) = page["items"].as_array()?.iter().find(|event| event["id"] == *id) {
                    return Some(told(200, event));
                }
                match page["nextPageToken"].as_str() {
                    Some(next) => from = format!("&pageToken={next}"),
                    None => return Some(not_there(404, "notFound")),
                }
            }
        }
        _ => pass_on(port, request),
    }
}

impl There for Emulated {
    fn abilities(&self) -> Abilities {
        ABILITIES
    }

    fn port(&self) -> u16 {
        self.emulate.port()
    }

    fn line(&self, watch: Box<dyn Fn(Moment) -> bool + Send + Sync>) -> WatchedHttp {
        let (port, shown) = (self.port(), Arc::clone(&self.authorization));
        let server = move |request: &Request| {
            if let Some(authorization) = request.header("authorization") {
                authorization.clone_into(&mut shown.lock().unwrap_or_else(PoisonError::into_inner));
            }
            answered(port, request)
        };
        WatchedHttp::before(server, watch).expect("a line")
    }

    fn form(&self, url: &str) -> CalendarAccountForm {
        CalendarAccountForm::Google {
            label: "Club".into(),
            client_id: FakeGoogle::CLIENT.into(),
            client_secret: FakeGoogle::CLIENT_SECRET.into(),
            service_account: String::new(),
            endpoint: format!("{url}/calendar/v3"),
        }
    }

    /// It runs as soon as it is known where its browser is to come back to. Its page shows a button, which sends what it was asked with.
    fn consents(&self, page: &str) -> String {
        let asked = page.split_once('?').map_or("", |(_, asked)| asked);
        let redirect = asked.split('&').find_map(|pair| pair.strip_prefix("redirect_uri=")).expect("where to come back to");
        let redirect = redirect.replace("%3A", ":").replace("%2F", "/");
        let running = self.emulate.start(&redirect).expect("it starts");
        *self.running.lock().unwrap_or_else(PoisonError::into_inner) = Some(Box::new(running));
        let form = format!("email={}&{asked}", FakeGoogle::ACCOUNT.replace('@', "%40"));
        let headers = "Content-Type: application/x-www-form-urlencoded\r\n";
        let answer = exchange(self.port(), "POST", "/o/oauth2/v2/auth/callback", headers, form.as_bytes()).expect("it answers");
        answer.headers.into_iter().find(|(name, _)| name == "location").expect("it sends the browser back").1
    }

    fn calendar(&self) -> String {
        TEAM.to_owned()
    }

    fn names(&mut self) -> Vec<String> {
        self.events().iter().filter_map(|event| event["id"].as_str().map(str::to_owned)).collect()
    }

    fn create(&mut self, new: &New) -> Option<Told> {
        let at = |hour: usize| json!({ "dateTime": format!("2027-03-06T{hour:02}:00:00Z") });
        let event = json!({ "summary": new.said, "start": at(8 + new.pick % 12), "end": at(10 + new.pick % 12) });
        let made = read(&self.ask("POST", &path(""), &event));
        made["id"].as_str().map(whole)
    }

    fn edit(&mut self, name: &str, edit: &Edit) -> Option<Told> {
        assert_eq!(edit.kind, Kind::Delete, "that is all it has");
        let answer = self.ask("DELETE", &path(&format!("/{name}")), &Value::Null);
        (answer.status == 204).then(|| whole(name))
    }

    fn restore(&mut self) -> Option<Told> {
        None
    }

    fn occurrences(&mut self) -> Vec<Occurrence> {
        let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
        let moment = |time: &Value| {
            let told = text(&time["dateTime"]);
            told.parse::<Timestamp>().map_or_else(|_| text(&time["date"]), |instant| instant.to_string())
        };
        let one = |event: &Value| [moment(&event["start"]), moment(&event["end"]), text(&event["summary"]), text(&event["location"])];
        let mut found: Vec<Occurrence> = self.events().iter().map(one).collect();
        found.sort_unstable();
        found
    }
}
