//! The fake of Graph, with Outlook beside us.

use engine::sync::view::CalendarAccountForm;
use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use serde_json::{Value, json};
use testkit::fake_graph::{CALENDAR, FakeGraph};

use super::{There, Told, whole};
use crate::faults::mirror::edit::{Edit, Kind, New, Occurrence, RULES};

pub(in crate::faults::mirror) struct Graph {
    fake: FakeGraph,
}

impl Graph {
    pub(in crate::faults::mirror) fn new() -> Self {
        let fake = FakeGraph::start().expect("the fake starts");
        fake.behave(|conduct| conduct.page_size = 20);
        Self { fake }
    }

    fn edit_date(&self, event: &Value, edit: &Edit) -> Option<Told> {
        let id = text(&event["id"]);
        let dates = self.fake.dates(id);
        let day = (!dates.is_empty()).then(|| dates[edit.pick % dates.len()])?;
        let name = self.fake.date_of(id, day);
        match edit.kind {
            Kind::Off => self.fake.delete_event(&name),
            Kind::Name => self.fake.edit_event(&name, &json!({ "subject": edit.said })),
            Kind::Move if event["isAllDay"] != true => {
                let (start, end) = times(&day.to_string(), 20, 45);
                self.fake.edit_event(&name, &json!({ "subject": edit.said, "start": start, "end": end }));
            }
            Kind::Following => return self.go_on(event, day, &edit.said),
            _ => return None,
        }
        Some(Told { name: id.to_owned(), date: name })
    }

    /// Ends a series before a date, and makes another of the rest.
    fn go_on(&self, event: &Value, day: Date, said: &str) -> Option<Told> {
        let mut ended = event["recurrence"].clone();
        if ended["range"]["startDate"] == day.to_string() || event["isAllDay"] == true {
            return None;
        }
        let mut rest = ended.clone();
        ended["range"] = json!({
            "type": "endDate", "startDate": ended["range"]["startDate"], "endDate": day.yesterday().ok()?.to_string(),
            "recurrenceTimeZone": "W. Europe Standard Time",
        });
        rest["range"] = json!({ "type": "numbered", "startDate": day.to_string(), "numberOfOccurrences": 3 });
        if let Some(days) = rest["pattern"].get_mut("daysOfWeek") {
            *days = json!([weekday(day)]);
        }
        self.fake.edit_event(text(&event["id"]), &json!({ "recurrence": ended }));
        let (start, end) = times(&day.to_string(), 14, 0);
        Some(whole(self.fake.add_event(CALENDAR, &json!({ "subject": said, "start": start, "end": end, "recurrence": rest }))))
    }
}

/// As Graph names it.
fn weekday(day: Date) -> &'static str {
    let names = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"];
    usize::try_from(day.weekday().to_monday_zero_offset()).map_or("", |place| names[place])
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_default()
}

fn times(day: &str, hour: usize, minute: usize) -> (Value, Value) {
    let at = |hour: usize| json!({ "dateTime": format!("{day}T{hour:02}:{minute:02}:00"), "timeZone": "W. Europe Standard Time" });
    (at(hour), at(hour + 2))
}

fn pattern(rule: &str, day: Date) -> Value {
    let part = |name: &str| rule.split(';').find_map(|part| part.strip_prefix(name)?.strip_prefix('='));
    let number = |name: &str, usual: u32| part(name).and_then(|number| number.parse().ok()).unwrap_or(usual);
    let mut pattern = json!({ "type": part("FREQ").unwrap_or_default().to_lowercase(), "interval": number("INTERVAL", 1) });
    if part("FREQ") == Some("WEEKLY") {
        (pattern["daysOfWeek"], pattern["firstDayOfWeek"]) = (json!([weekday(day)]), json!("monday"));
    }
    let range = json!({ "type": "numbered", "startDate": day.to_string(), "numberOfOccurrences": number("COUNT", 1) });
    json!({ "pattern": pattern, "range": range })
}

impl There for Graph {
    fn port(&self) -> u16 {
        self.fake.login_endpoint().rsplit(':').next().and_then(|port| port.parse().ok()).expect("a port")
    }

    fn form(&self, url: &str) -> CalendarAccountForm {
        CalendarAccountForm::Microsoft {
            label: "Club".into(),
            client_id: "rollcall".into(),
            tenant: String::new(),
            endpoint: format!("{url}/v1.0"),
            mail_attendees: false,
        }
    }

    fn consents(&self, page: &str) -> String {
        self.fake.consent(page)
    }

    fn calendar(&self) -> String {
        CALENDAR.to_owned()
    }

    fn names(&mut self) -> Vec<String> {
        self.fake.events(CALENDAR).iter().map(|event| text(&event["id"]).to_owned()).collect()
    }

    fn create(&mut self, new: &New) -> Option<Told> {
        let day = Date::constant(2027, 3, 6);
        let (start, end) = times(&day.to_string(), 8 + new.pick % 12, 0);
        let mut event = json!({ "subject": new.said, "start": start, "end": end });
        if new.day {
            let midnight = |day: Date| json!({ "dateTime": format!("{day}T00:00:00"), "timeZone": "W. Europe Standard Time" });
            (event["isAllDay"], event["start"], event["end"]) = (json!(true), midnight(day), midnight(day.tomorrow().ok()?));
        }
        if !new.rule.is_empty() {
            event["recurrence"] = pattern(new.rule, day);
        }
        Some(whole(self.fake.add_event(CALENDAR, &event)))
    }

    fn edit(&mut self, name: &str, edit: &Edit) -> Option<Told> {
        let event = self.fake.events(CALENDAR).into_iter().find(|event| event["id"] == name)?;
        let zone = TimeZone::get("Europe/Vienna").ok()?;
        let began: Timestamp = format!("{}Z", text(&event["start"]["dateTime"])).parse().ok()?;
        let day = zone.to_datetime(began).date();
        match edit.kind {
            Kind::Title => self.fake.edit_event(name, &json!({ "subject": edit.said })),
            Kind::Place => self.fake.edit_event(name, &json!({ "location": { "displayName": edit.said } })),
            Kind::Time | Kind::Rule if event["isAllDay"] == true => return None,
            Kind::Time => {
                let (start, end) = times(&day.to_string(), 8 + edit.pick % 12, 30);
                self.fake.edit_event(name, &json!({ "start": start, "end": end }));
            }
            Kind::Rule => self.fake.edit_event(name, &json!({ "recurrence": pattern(RULES[edit.pick % RULES.len()], day) })),
            Kind::Delete => self.fake.delete_event(name),
            Kind::Name | Kind::Move | Kind::Off | Kind::Following => return self.edit_date(&event, edit),
        }
        Some(whole(name))
    }

    /// What comes back from Outlook's bin is a new event.
    fn restore(&mut self) -> Option<Told> {
        None
    }

    fn occurrences(&mut self) -> Vec<Occurrence> {
        let mut found: Vec<Occurrence> = self.fake.occurrences(CALENDAR).iter().map(occurrence).collect();
        found.sort_unstable();
        found
    }
}

/// An event or a date of a series as Graph tells it.
fn occurrence(event: &Value) -> Occurrence {
    let moment = |name: &str| {
        let told = text(&event[name]["dateTime"]);
        if event["isAllDay"] == true {
            return told.get(..10).unwrap_or_default().to_owned();
        }
        format!("{told}Z").parse::<Timestamp>().map(|instant| instant.to_string()).unwrap_or_default()
    };
    [moment("start"), moment("end"), text(&event["subject"]).to_owned(), text(&event["location"]["displayName"]).to_owned()]
}
