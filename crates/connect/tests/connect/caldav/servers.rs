//! The two real servers behind one type, and the words of the tests.

use std::sync::Arc;

use async_trait::async_trait;
use calendar::Event;
use calendar::remote::{CalendarRemote, Changes, Content, From, Next, RemoteCalendar, RemoteItem, SeriesWrite, WriteOutcome};
use engine::sync::view::CalendarAccountForm;
use mail::consent::SecretKeeper;
use mail::port::AccountConfig;
use secrecy::SecretString;
use serde_json::json;
use testkit::radicale::{PASSWORD, Radicale, USER};
use testkit::xandikos::Xandikos;

/// Nothing that is replaced is kept: a password never is.
struct NoKeeper;

#[async_trait]
impl SecretKeeper for NoKeeper {
    async fn keep(&self, _: &str, _: SecretString) -> Result<(), String> {
        Ok(())
    }
}

/// The calendars behind an account of CalDAV, or of a feed.
pub(crate) fn open(kind: &str, settings: serde_json::Value, secrets: &[(&str, &str)]) -> Result<Arc<dyn CalendarRemote>, String> {
    let account = AccountConfig {
        kind: kind.to_owned(),
        label: "Club".to_owned(),
        settings,
        secrets: secrets.iter().map(|(name, secret)| ((*name).to_owned(), (*secret).into())).collect(),
        ..AccountConfig::default()
    };
    connect::adapters().calendars(&account, Arc::new(NoKeeper)).expect("it is one of the kinds here")
}

pub(super) enum Server {
    Radicale(Radicale),
    Xandikos(Xandikos),
}

impl Server {
    pub(super) fn both() -> [Self; 2] {
        [Self::Radicale(Radicale::start().unwrap()), Self::Xandikos(Xandikos::start().unwrap())]
    }

    pub(super) fn name(&self) -> &'static str {
        match self {
            Self::Radicale(_) => "Radicale",
            Self::Xandikos(_) => "Xandikos",
        }
    }

    /// The form that connects its account.
    pub(super) fn form(&self) -> CalendarAccountForm {
        let (url, user, password) = match self {
            Self::Radicale(server) => (server.url(), USER, PASSWORD),
            Self::Xandikos(server) => (server.url(), "", ""),
        };
        CalendarAccountForm::Caldav { label: "Club".to_owned(), url, user: user.to_owned(), password: password.to_owned() }
    }

    pub(super) fn remote(&self) -> Arc<dyn CalendarRemote> {
        match self {
            Self::Radicale(server) => open("caldav", json!({ "url": server.url(), "user": USER }), &[("password", PASSWORD)]).unwrap(),
            Self::Xandikos(server) => open("caldav", json!({ "url": server.url() }), &[]).unwrap(),
        }
    }

    /// A request of another client.
    pub(super) fn call(&self, method: &str, path: &str, headers: &str, body: &str) -> anyhow::Result<String> {
        match self {
            Self::Radicale(server) => server.call(method, path, headers, body),
            Self::Xandikos(server) => server.call(method, path, headers, body),
        }
    }

    /// Puts a calendar there as another client would, whatever is there.
    pub(super) fn put(&self, path: &str, text: &str) {
        self.call("PUT", path, "Content-Type: text/calendar\r\n", text).unwrap();
    }

    /// A new calendar, and the way to it.
    pub(super) async fn calendar(&self) -> (Arc<dyn CalendarRemote>, RemoteCalendar) {
        let remote = self.remote();
        let calendar = remote.create_calendar("Season", "Europe/Berlin", "#ff8000").await.unwrap();
        (remote, calendar)
    }
}

/// The path of a thing in a calendar.
pub(super) fn path(calendar: &RemoteCalendar, name: &str) -> String {
    let after = calendar.id.splitn(4, '/').nth(3).unwrap();
    format!("/{after}{name}")
}

/// A file with these lines in its only event.
pub(super) fn file(uid: &str, lines: &str) -> String {
    format!(
        "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//Someone//Else//EN\r\nBEGIN:VEVENT\r\nUID:{uid}\r\nDTSTAMP:20261101T080000Z\r\n\
         DTSTART:20270314T130000Z\r\nDTEND:20270314T160000Z\r\n{lines}\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n"
    )
}

pub(super) fn events(text: &str) -> Vec<Event> {
    calendar::ical::read(text.as_bytes()).events.into_iter().map(|read| read.event).collect()
}

pub(super) fn new(uid: &str, after: Vec<Event>) -> SeriesWrite {
    SeriesWrite { uid: uid.to_owned(), before: Vec::new(), after }
}

pub(super) fn written(outcome: WriteOutcome) -> Vec<RemoteItem> {
    match outcome {
        WriteOutcome::Written(items) => items,
        other => panic!("it was to be written: {other:?}"),
    }
}

pub(super) fn events_of(item: &RemoteItem) -> &[Event] {
    match &item.content {
        Content::Events(events) => events,
        other => panic!("{}: {other:?}", item.id),
    }
}

/// Every page of a listing: its items, the token, and whether it is complete.
pub(super) async fn listing(remote: &dyn CalendarRemote, calendar: &str, from: From<'_>) -> (Vec<RemoteItem>, String, bool) {
    let Changes { mut items, mut next } = remote.changes(calendar, from).await.unwrap();
    loop {
        match next {
            Next::Done { token, complete } => return (items, token, complete),
            Next::Page(page) => {
                let more = remote.changes(calendar, From::Page(&page)).await.unwrap();
                items.extend(more.items);
                next = more.next;
            }
        }
    }
}
