//! The first mirror of ten thousand events, and one change among them, from servers on this computer: over HTTP, by the adapters as they are shipped.

use anyhow::{Context as _, Result, ensure};
use engine::sync::view::CalendarAccountForm;
use jiff::civil::{DateTime, date};
use jiff::{SignedDuration, Span};
use serde_json::{Value, json};
use testkit::fake_google::FakeGoogle;
use testkit::fake_graph::{CALENDAR, FakeGraph};
use testkit::radicale::{PASSWORD, Radicale, USER};

use super::alone::{Alone, Asked};
use super::vdirsyncer;
use crate::table::{Goal, Peer, Table};

const EVENTS: usize = 10_000;
const CHANGES: usize = 20;
pub(super) const ZONE: &str = "Europe/Berlin";

/// A server with ten thousand events in one calendar.
trait Server {
    fn name(&self) -> &'static str;
    /// How it is connected, and the calendar's name there.
    fn asked(&self) -> Asked;
    /// What the owner's browser does with the page that asks for consent; nothing where there is none.
    fn consent(&self, page: &str) -> String;
    /// Gives one event another title.
    fn change(&mut self, number: usize, title: &str) -> Result<()>;
    /// The same calendar, mirrored by somebody else.
    fn peer(&self) -> Result<Option<Peer>> {
        Ok(None)
    }
}

/// Each server in turn.
pub(super) fn measure(table: &mut Table) -> Result<()> {
    one(table, &mut Google::start()?)?;
    one(table, &mut Graph::start()?)?;
    one(table, &mut Caldav::start()?)
}

fn one(table: &mut Table, server: &mut impl Server) -> Result<()> {
    let (mut alone, first) = Alone::start(&server.asked(), |page| server.consent(page))?;
    ensure!(first.changes as usize == EVENTS, "{} of {EVENTS} events came from {}", first.changes, server.name());
    let peer = server.peer()?;
    table.add(&format!("mirror: first 10,000 events from {}", server.name()), first.seconds, "s", Goal::Under(10.0), peer);
    let (mut worst, mut peak) = (0.0_f64, first.peak_megabytes);
    for number in 0..CHANGES {
        server.change(number * (EVENTS / CHANGES), &format!("Moved to another hall {number}"))?;
        let look = alone.look()?;
        ensure!(look.changes == 1, "one change came from {}, not {}", server.name(), look.changes);
        (worst, peak) = (worst.max(look.seconds), peak.max(look.peak_megabytes));
    }
    alone.end()?;
    table.add(&format!("mirror: most memory, {}", server.name()), peak, "MB", Goal::Under(200.0), None);
    table.add(
        &format!("mirror: one change among 10,000, {}, the server's part included", server.name()),
        worst * 1000.0,
        "ms",
        Goal::None,
        None,
    );
    Ok(())
}

struct Google {
    fake: FakeGoogle,
    ids: Vec<String>,
}

impl Google {
    const NAME: &str = "Bench";

    fn start() -> Result<Self> {
        let fake = FakeGoogle::start()?;
        fake.add_calendar("bench@group.calendar.example", Self::NAME, ZONE, "owner");
        let event = |number: usize| {
            let time = |at: DateTime| json!({ "dateTime": at.to_string(), "timeZone": ZONE });
            let (start, end) = times(number);
            let (title, place, words) = words(number);
            json!({ "summary": title, "location": place, "description": words, "start": time(start), "end": time(end) })
        };
        let ids = (0..EVENTS).map(|number| fake.put_event("bench@group.calendar.example", &event(number))).collect();
        Ok(Self { fake, ids })
    }
}

impl Server for Google {
    fn name(&self) -> &'static str {
        "our fake of Google"
    }

    fn asked(&self) -> Asked {
        Asked { form: google(&self.fake), calendar: Self::NAME.into() }
    }

    fn consent(&self, page: &str) -> String {
        self.fake.consent(page)
    }

    fn change(&mut self, number: usize, title: &str) -> Result<()> {
        let id = self.ids.get(number).context("An event")?;
        self.fake.put_event("bench@group.calendar.example", &json!({ "id": id, "summary": title }));
        Ok(())
    }
}

/// How our fake of Google is connected.
pub(super) fn google(fake: &FakeGoogle) -> CalendarAccountForm {
    CalendarAccountForm::Google {
        label: "Club".into(),
        client_id: FakeGoogle::CLIENT.into(),
        client_secret: FakeGoogle::CLIENT_SECRET.into(),
        service_account: String::new(),
        endpoint: fake.url("/calendar/v3"),
    }
}

struct Graph {
    fake: FakeGraph,
    ids: Vec<String>,
}

impl Graph {
    fn start() -> Result<Self> {
        let fake = FakeGraph::start()?;
        let event = |number: usize| {
            let time = |at: DateTime| json!({ "dateTime": at.to_string(), "timeZone": ZONE });
            let (start, end) = times(number);
            let (title, place, words) = words(number);
            json!({
                "subject": title, "location": { "displayName": place }, "body": { "contentType": "text", "content": words },
                "start": time(start), "end": time(end),
            })
        };
        let ids = (0..EVENTS).map(|number| fake.add_event(CALENDAR, &event(number))).collect();
        Ok(Self { fake, ids })
    }
}

impl Server for Graph {
    fn name(&self) -> &'static str {
        "our fake of Graph"
    }

    fn asked(&self) -> Asked {
        let form = CalendarAccountForm::Microsoft {
            label: "Club".into(),
            client_id: "rollcall".into(),
            tenant: String::new(),
            endpoint: self.fake.endpoint(),
            mail_attendees: false,
        };
        Asked { form, calendar: "Calendar".into() }
    }

    fn consent(&self, page: &str) -> String {
        self.fake.consent(page)
    }

    fn change(&mut self, number: usize, title: &str) -> Result<()> {
        let changes: Value = json!({ "subject": title });
        self.fake.edit_event(self.ids.get(number).context("An event")?, &changes);
        Ok(())
    }
}

struct Caldav {
    radicale: Radicale,
    collection: String,
}

impl Caldav {
    const NAME: &str = "Bench";

    fn start() -> Result<Self> {
        let radicale = Radicale::start()?;
        let collection = format!("/{USER}/bench/");
        let events: String = (0..EVENTS).map(|number| component(number, &words(number).0)).collect();
        let whole = calendar(&format!("X-WR-CALNAME:{}\r\n{events}", Self::NAME));
        radicale.call("PUT", &collection, "Content-Type: text/calendar; charset=utf-8\r\n", &whole)?;
        Ok(Self { radicale, collection })
    }
}

impl Server for Caldav {
    fn name(&self) -> &'static str {
        "Radicale"
    }

    fn asked(&self) -> Asked {
        let form =
            CalendarAccountForm::Caldav { label: "Club".into(), url: self.radicale.url(), user: USER.into(), password: PASSWORD.into() };
        Asked { form, calendar: Self::NAME.into() }
    }

    fn consent(&self, _page: &str) -> String {
        String::new()
    }

    fn change(&mut self, number: usize, title: &str) -> Result<()> {
        let path = format!("{}bench-{number}.ics", self.collection);
        self.radicale.call("PUT", &path, "Content-Type: text/calendar; charset=utf-8\r\n", &calendar(&component(number, title)))?;
        Ok(())
    }

    fn peer(&self) -> Result<Option<Peer>> {
        vdirsyncer::first_mirror(&format!("{}{}", self.radicale.url(), self.collection), USER, PASSWORD, EVENTS)
    }
}

fn times(number: usize) -> (DateTime, DateTime) {
    let hours = SignedDuration::from_hours(i64::try_from(number).unwrap_or(0));
    let start = date(2026, 6, 1).at(9, 0, 0, 0).saturating_add(hours);
    (start, start.saturating_add(Span::new().hours(2)))
}

fn words(number: usize) -> (String, String, &'static str) {
    let words = "Bring your season card and a warm jacket; parking opens at noon.";
    (format!("Training number {number}"), format!("Hall {}", number % 40), words)
}

fn calendar(contents: &str) -> String {
    format!("BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//Bench//EN\r\n{contents}END:VCALENDAR\r\n")
}

fn component(number: usize, title: &str) -> String {
    let ((start, end), (_, place, words)) = (times(number), words(number));
    let utc = |at: DateTime| at.strftime("%Y%m%dT%H%M%SZ").to_string();
    format!(
        "BEGIN:VEVENT\r\nUID:bench-{number}\r\nDTSTAMP:20260101T000000Z\r\nDTSTART:{}\r\nDTEND:{}\r\nSUMMARY:{title}\r\nLOCATION:{place}\r\n\
         DESCRIPTION:{}\r\nEND:VEVENT\r\n",
        utc(start),
        utc(end),
        words.replace(';', "\\;")
    )
}
