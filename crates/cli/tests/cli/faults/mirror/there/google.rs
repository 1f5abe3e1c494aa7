//! The fake of Google, with a phone beside us.

use std::fmt::Write as _;

use engine::sync::view::CalendarAccountForm;
use jiff::{SignedDuration, Timestamp};
use serde_json::{Map, Value, json};
use testkit::fake_google::FakeGoogle;
use testkit::other_client::OtherClient;

use super::{There, Told, whole};
use crate::faults::mirror::edit::{Edit, Kind, New, Occurrence, RULES};

const ZONE: &str = "Europe/Vienna";
const TEAM: &str = FakeGoogle::ACCOUNT;

pub(in crate::faults::mirror) struct Google {
    fake: FakeGoogle,
    reader: OtherClient,
    deleted: Vec<Value>,
}

impl Google {
    pub(in crate::faults::mirror) fn new() -> Self {
        let fake = FakeGoogle::start().expect("the fake starts");
        fake.set_page_size(20);
        Self { fake, reader: OtherClient::without_server().expect("Python starts"), deleted: Vec::new() }
    }

    fn put(&self, id: &str, mut changes: Value) {
        changes["id"] = json!(id);
        self.fake.put_event(TEAM, &changes);
    }

    /// The dates of a series that take place.
    fn dates(&self, id: &str) -> Vec<Value> {
        let mut dates = self.fake.instances(TEAM, id);
        dates.retain(|date| date["status"] != "cancelled");
        dates
    }

    fn edit_date(&mut self, event: &Value, edit: &Edit) -> Option<Told> {
        let id = text(&event["id"]);
        let dates = self.dates(id);
        let date = (!dates.is_empty()).then(|| dates[edit.pick % dates.len()].clone())?;
        let name = text(&date["id"]);
        match edit.kind {
            Kind::Off => self.fake.delete_event(TEAM, name),
            Kind::Name => self.put(name, json!({ "summary": edit.said })),
            Kind::Move => self.put(name, json!({ "summary": edit.said, "start": later(&date["start"]), "end": later(&date["end"]) })),
            _ => return self.go_on(event, &date, &edit.said),
        }
        Some(Told { name: id.to_owned(), date: name.to_owned() })
    }

    /// Ends a series before a date, and makes another of the rest.
    fn go_on(&self, event: &Value, date: &Value, said: &str) -> Option<Told> {
        let original = &date["originalStartTime"];
        if original == &event["start"] {
            return None;
        }
        let until = match original["date"].as_str() {
            Some(day) => day.parse::<jiff::civil::Date>().expect("a day").yesterday().expect("a day before").strftime("%Y%m%d").to_string(),
            None => (moment(original) - SignedDuration::from_hours(1)).strftime("%Y%m%dT%H%M%SZ").to_string(),
        };
        let rule = lines(event).find_map(|line| line.strip_prefix("RRULE:")).unwrap_or_default();
        let rule: Vec<&str> = rule.split(';').filter(|part| !part.starts_with("COUNT=") && !part.starts_with("UNTIL=")).collect();
        let rule = rule.join(";");
        let others = lines(event).filter(|line| !line.starts_with("RRULE:")).map(str::to_owned);
        let ended: Vec<String> = std::iter::once(format!("RRULE:{rule};UNTIL={until}")).chain(others).collect();
        let length = |event: &Value| (moment(&event["end"]) - moment(&event["start"])).total(jiff::Unit::Second).expect("seconds");
        let end = match original["date"].as_str() {
            Some(_) => json!({ "date": (moment(original) + seconds(length(event))).strftime("%Y-%m-%d").to_string() }),
            None => json!({ "dateTime": (moment(original) + seconds(length(event))).to_string(), "timeZone": ZONE }),
        };
        let rest = json!({
            "summary": said, "location": event["location"], "start": original, "end": end, "recurrence": [format!("RRULE:{rule};COUNT=3")],
        });
        self.put(text(&event["id"]), json!({ "recurrence": ended }));
        let rest: Map<String, Value> =
            rest.as_object()?.iter().filter(|(_, value)| !value.is_null()).map(|(name, value)| (name.clone(), value.clone())).collect();
        Some(whole(self.fake.put_event(TEAM, &Value::Object(rest))))
    }

    /// The calendar as a file that another reader expands.
    fn as_calendar(&self) -> String {
        let events = self.fake.events(TEAM);
        let mut text = "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//Fake//Google//EN\r\n".to_owned();
        for event in events.iter().filter(|event| event["status"] != "cancelled") {
            let mut of_event =
                vec![time_line("DTSTART", &event["start"], &event["start"]), time_line("DTEND", &event["end"], &event["end"])];
            of_event.extend(lines(event).map(str::to_owned));
            if let Some(master) = event["recurringEventId"].as_str() {
                let zone = events.iter().find(|other| other["id"] == master).map_or(&event["start"], |master| &master["start"]);
                of_event.push(format!("UID:{master}"));
                of_event.push(time_line("RECURRENCE-ID", &event["originalStartTime"], zone));
            } else {
                of_event.push(format!("UID:{}", self::text(&event["id"])));
                let off = events.iter().filter(|other| other["recurringEventId"] == event["id"] && other["status"] == "cancelled");
                of_event.extend(off.map(|other| time_line("EXDATE", &other["originalStartTime"], &event["start"])));
            }
            of_event.extend([format!("SUMMARY:{}", self::text(&event["summary"])), format!("LOCATION:{}", self::text(&event["location"]))]);
            // Writing to a string cannot fail.
            let _ = write!(text, "BEGIN:VEVENT\r\nDTSTAMP:20270101T000000Z\r\n{}\r\nEND:VEVENT\r\n", of_event.join("\r\n"));
        }
        text + "END:VCALENDAR\r\n"
    }
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_default()
}

fn lines(event: &Value) -> impl Iterator<Item = &str> {
    event["recurrence"].as_array().into_iter().flatten().filter_map(Value::as_str)
}

fn seconds(seconds: f64) -> SignedDuration {
    SignedDuration::try_from_secs_f64(seconds).expect("a length")
}

fn moment(time: &Value) -> Timestamp {
    match time["date"].as_str() {
        Some(day) => format!("{day}T00:00:00Z").parse().expect("a day"),
        None => text(&time["dateTime"]).parse().expect("a time"),
    }
}

/// An hour later, or a day.
fn later(time: &Value) -> Value {
    match time["date"].as_str() {
        Some(day) => json!({ "date": day.parse::<jiff::civil::Date>().expect("a day").tomorrow().expect("a day after").to_string() }),
        None => json!({ "dateTime": (moment(time) + SignedDuration::from_hours(1)).to_string(), "timeZone": time["timeZone"] }),
    }
}

/// A line of a calendar with a time in the zone of another.
fn time_line(name: &str, time: &Value, zoned: &Value) -> String {
    if let Some(day) = time["date"].as_str() {
        return format!("{name};VALUE=DATE:{}", day.replace('-', ""));
    }
    let zone = zoned["timeZone"].as_str().unwrap_or("UTC");
    let local = moment(time).in_tz(zone).expect("a zone");
    format!("{name};TZID={zone}:{}", local.strftime("%Y%m%dT%H%M%S"))
}

impl There for Google {
    fn port(&self) -> u16 {
        self.fake.url("").rsplit(':').next().and_then(|port| port.parse().ok()).expect("a port")
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

    fn consents(&self, page: &str) -> String {
        let place = page.find("/o/").expect("a path");
        let line = page.get(..place).unwrap_or_default();
        let answer = testkit::http::exchange(self.port(), "GET", page.get(place..).unwrap_or_default(), "", b"").expect("the page opens");
        let back =
            answer.headers.iter().find(|(name, _)| name == "location").map(|(_, value)| value.clone()).expect("it sends the browser back");
        // It does not know by which line it was reached.
        let port = |url: &str| url.rsplit(':').next().unwrap_or_default().to_owned();
        back.replace(&format!("iss=http%3A%2F%2F127.0.0.1%3A{}", self.port()), &format!("iss=http%3A%2F%2F127.0.0.1%3A{}", port(line)))
    }

    fn calendar(&self) -> String {
        TEAM.to_owned()
    }

    fn names(&mut self) -> Vec<String> {
        let whole = self.fake.events(TEAM).into_iter().filter(|event| event.get("recurringEventId").is_none());
        whole.map(|event| text(&event["id"]).to_owned()).collect()
    }

    fn create(&mut self, new: &New) -> Option<Told> {
        let at = |hour: usize| json!({ "dateTime": format!("2027-03-06T{hour:02}:00:00"), "timeZone": ZONE });
        let day = |day: usize| json!({ "date": format!("2027-03-{day:02}") });
        let (start, end) =
            if new.day { (day(6 + new.pick % 20), day(7 + new.pick % 20)) } else { (at(8 + new.pick % 12), at(10 + new.pick % 12)) };
        let rule: Vec<String> = Some(format!("RRULE:{}", new.rule)).filter(|_| !new.rule.is_empty()).into_iter().collect();
        let event = json!({ "summary": new.said, "start": start, "end": end, "recurrence": rule });
        Some(whole(self.fake.put_event(TEAM, &event)))
    }

    fn edit(&mut self, name: &str, edit: &Edit) -> Option<Told> {
        let event = self.fake.event(TEAM, name).filter(|event| event["status"] != "cancelled")?;
        match edit.kind {
            Kind::Title => self.put(name, json!({ "summary": edit.said })),
            Kind::Place => self.put(name, json!({ "location": edit.said })),
            Kind::Time => {
                let day = text(&event["start"]["dateTime"]).get(..10)?.to_owned();
                let at = |hour: usize| json!({ "dateTime": format!("{day}T{hour:02}:30:00"), "timeZone": ZONE });
                // Dates that were taken out are named by the time that the series had.
                let rule: Vec<&str> = lines(&event).filter(|line| line.starts_with("RRULE:")).collect();
                self.put(name, json!({ "start": at(8 + edit.pick % 12), "end": at(10 + edit.pick % 12), "recurrence": rule }));
            }
            Kind::Rule => self.put(name, json!({ "recurrence": [format!("RRULE:{}", RULES[edit.pick % RULES.len()])] })),
            Kind::Delete => {
                self.deleted.push(event);
                self.fake.delete_event(TEAM, name);
            }
            Kind::Name | Kind::Move | Kind::Off | Kind::Following => return self.edit_date(&event, edit),
        }
        Some(whole(name))
    }

    fn restore(&mut self) -> Option<Told> {
        let event = self.deleted.pop()?;
        let name = text(&event["id"]).to_owned();
        let is_gone = self.fake.event(TEAM, &name).is_none_or(|now| now["status"] == "cancelled");
        // Brought back on both sides it would be there twice, under one UID.
        let uid = json!(format!("{name}@google.com"));
        let has_uid =
            |event: &Value| event["extendedProperties"]["private"].as_object().is_some_and(|own| own.values().any(|value| *value == uid));
        let is_back = self.fake.events(TEAM).iter().any(has_uid);
        (is_gone && !is_back).then(|| {
            self.put(&name, event);
            whole(name)
        })
    }

    fn occurrences(&mut self) -> Vec<Occurrence> {
        let calendar = self.as_calendar();
        self.reader.occurrences_of(&calendar).expect("Python reads it")
    }
}
