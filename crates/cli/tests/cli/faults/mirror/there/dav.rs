//! A CalDAV server, with another client beside ours.

use engine::sync::view::CalendarAccountForm;
use serde_json::{Value, json};
use testkit::other_client::OtherClient;
use testkit::radicale::{PASSWORD, Radicale, USER};
use testkit::xandikos::Xandikos;

use super::{There, Told};
use crate::faults::mirror::edit::{Edit, Kind, New, Occurrence};

pub(in crate::faults::mirror) struct Dav {
    client: OtherClient,
    port: u16,
    calendar: String,
    _server: Box<dyn std::any::Any>,
}

const MAKE: &str = "<?xml version=\"1.0\"?><C:mkcalendar xmlns:D=\"DAV:\" xmlns:C=\"urn:ietf:params:xml:ns:caldav\"><D:set><D:prop>\
                    <D:displayname>Team</D:displayname></D:prop></D:set></C:mkcalendar>";

fn port(url: &str) -> u16 {
    url.rsplit(':').next().and_then(|port| port.parse().ok()).expect("a port")
}

impl Dav {
    pub(in crate::faults::mirror) fn radicale() -> Self {
        let server = Radicale::start().expect("Radicale starts");
        let path = format!("/{USER}/team/");
        server.call("MKCALENDAR", &path, "Content-Type: text/xml\r\n", MAKE).expect("a calendar is made");
        let port = port(&server.url());
        let client = OtherClient::of_collection(port, &path, Some((USER, PASSWORD))).expect("the other client starts");
        Self { client, port, calendar: "Team".to_owned(), _server: Box::new(server) }
    }

    pub(in crate::faults::mirror) fn xandikos() -> Self {
        let server = Xandikos::start().expect("Xandikos starts");
        let path = format!("/{USER}/calendars/team/");
        server.call("MKCALENDAR", &path, "Content-Type: text/xml\r\n", MAKE).expect("a calendar is made");
        let port = port(&server.url());
        let client = OtherClient::of_collection(port, &path, None).expect("the other client starts");
        Self { client, port, calendar: "Team".to_owned(), _server: Box::new(server) }
    }

    fn call(&mut self, command: &Value) -> Option<Told> {
        let told = self.client.call(command).expect("the other client works");
        let text = |name: &str| told[name].as_str().map(str::to_owned);
        Some(Told { name: text("name")?, date: text("date")? })
    }
}

impl There for Dav {
    fn port(&self) -> u16 {
        self.port
    }

    fn form(&self, url: &str) -> CalendarAccountForm {
        CalendarAccountForm::Caldav { label: "Club".into(), url: url.to_owned(), user: USER.into(), password: PASSWORD.into() }
    }

    fn consents(&self, page: &str) -> String {
        page.to_owned()
    }

    fn calendar(&self) -> String {
        self.calendar.clone()
    }

    fn names(&mut self) -> Vec<String> {
        let names = self.client.call(&json!({ "kind": "names" })).expect("the other client works");
        serde_json::from_value(names).expect("names")
    }

    fn create(&mut self, new: &New) -> Option<Told> {
        let uid = format!("{}@other.example", new.said.trim_end_matches('.'));
        self.call(&json!({ "kind": "create", "uid": uid, "said": new.said, "rule": new.rule, "day": new.day, "pick": new.pick }))
    }

    fn edit(&mut self, name: &str, edit: &Edit) -> Option<Told> {
        // What a series goes on as has a name of its own.
        let uid = format!("{}@other.example", edit.said.trim_end_matches('.'));
        let rest = if edit.kind == Kind::Following { uid.as_str() } else { "" };
        self.call(&json!({ "kind": edit.kind.word(), "name": name, "said": edit.said, "pick": edit.pick, "uid": rest }))
    }

    fn restore(&mut self) -> Option<Told> {
        self.call(&json!({ "kind": "restore" }))
    }

    fn occurrences(&mut self) -> Vec<Occurrence> {
        self.client.occurrences().expect("the other client works")
    }
}
