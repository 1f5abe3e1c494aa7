//! The whole way: an engine that mirrors a calendar of a real server, and another client beside it.

use calendar::remote::RemoteCalendar;
use engine::calendars::view::{EventDraft, Scope};
use engine::calendars::{EventEdit, Surface};
use engine::sync;
use engine::sync::view::CalendarSynced;
use store::event_version::{self, Current};
use testkit::sandbox::{Opened, Sandbox};

use super::servers::{Server, file, path};

const INVITED: &str = "SUMMARY:Meeting\r\nORGANIZER:mailto:club@club.example\r\nATTENDEE;RSVP=TRUE:mailto:anna@club.example";

/// An organizer who mirrors one calendar of a server.
struct Mirrored {
    opened: Opened,
    calendar: i64,
}

impl Mirrored {
    async fn new(server: &Server, calendar: &RemoteCalendar) -> Self {
        let opened = Sandbox::new().with_adapters(connect::adapters()).open().await.unwrap();
        let account = sync::connect(&opened.engine, server.form()).await.unwrap().account;
        let mirrors = sync::mirror_calendars(&opened.engine, &account, std::slice::from_ref(&calendar.id)).await.unwrap();
        let mirror = mirrors.iter().find(|mirror| mirror.name == calendar.name).unwrap();
        Self { calendar: mirror.calendar.parse().unwrap(), opened }
    }

    async fn sync(&self) -> CalendarSynced {
        let account = sync::sync(&self.opened.engine, None).await.unwrap().remove(0);
        assert_eq!(account.problem, "", "it comes to its end");
        account.calendars.into_iter().next().unwrap()
    }

    async fn here(&self) -> Vec<Current> {
        let calendar = self.calendar;
        let rows = self.opened.engine.store().read(move |r| event_version::current_of_calendar(r, calendar)).await.unwrap();
        rows.into_iter().filter(|row| !row.row.deleted).collect()
    }

    async fn summaries(&self) -> Vec<String> {
        let mut summaries: Vec<String> = self.here().await.into_iter().map(|row| row.content.summary).collect();
        summaries.sort_unstable();
        summaries
    }
}

#[tokio::test]
async fn what_happens_on_one_side_is_on_the_other_and_nothing_is_written_twice() {
    for server in Server::both() {
        let name = server.name();
        let (remote, calendar) = server.calendar().await;
        server.put(&path(&calendar, "meeting.ics"), &file("meeting@x", INVITED));
        server.put(&path(&calendar, "game.ics"), &file("game@x", "SUMMARY:Game\r\nRRULE:FREQ=WEEKLY;COUNT=4"));
        let mirrored = Mirrored::new(&server, &calendar).await;
        let first = mirrored.sync().await;
        assert_eq!(
            (mirrored.summaries().await, first.written),
            (vec!["Game".to_owned(), "Meeting".to_owned()], 0),
            "{name}: both are here"
        );
        let second = mirrored.sync().await;
        assert_eq!((second.changes, second.written), (0, 0), "{name}: a second time nothing happens");

        server.put(&path(&calendar, "meeting.ics"), &file("meeting@x", &INVITED.replace("Meeting", "Long meeting")));
        let third = mirrored.sync().await;
        assert_eq!((third.changes, third.written, third.clashes), (1, 0, 0), "{name}: their change comes, and nothing goes");
        let game = mirrored.here().await.into_iter().find(|row| row.content.summary == "Game").unwrap();
        let draft = EventDraft { summary: Some("Home game".to_owned()), ..EventDraft::default() };
        let edit = EventEdit { id: game.row.id.to_string(), recurrence_id: String::new(), scope: Scope::All, draft };
        engine::calendars::edit_event(&mirrored.opened.engine, Surface::Window, edit).await.unwrap();
        let fourth = mirrored.sync().await;
        assert_eq!((fourth.changes, fourth.written), (0, 1), "{name}: our change goes");
        let raw = server.call("GET", &path(&calendar, "game.ics"), "", "").unwrap();
        assert!(raw.contains("SUMMARY:Home game") && raw.contains("UID:game@x"), "{name}: it stands there: {raw}");
        let fifth = mirrored.sync().await;
        assert_eq!((fifth.changes, fifth.written), (0, 0), "{name}: what we wrote is no news");

        server.call("DELETE", &path(&calendar, "meeting.ics"), "", "").unwrap();
        let sixth = mirrored.sync().await;
        assert_eq!((sixth.clashes, sixth.written), (0, 0), "{name}: their deletion is nobody's mistake");
        assert_eq!(mirrored.summaries().await, ["Home game"], "{name}: it is gone here too");
        let there = remote.find(&calendar.id, "meeting@x").await.unwrap();
        assert!(there.is_empty(), "{name}: and stays gone there");
    }
}
