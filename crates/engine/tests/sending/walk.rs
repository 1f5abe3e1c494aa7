//! Any edits in any order: whatever was changed between two messages, each guest's calendar comes to stand as the organizer's does.

use std::collections::BTreeSet;

use calendar::{Event, Recurrence};
use engine::calendars::view::{EventDraft, Scope};
use engine::calendars::{self, EventEdit, Surface};
use engine::campaigns;
use engine::campaigns::view::Tell;
use rand::rngs::StdRng;
use rand::{RngExt as _, SeedableRng as _};
use testkit::counting_sender::CountingSender;
use testkit::icalendar;

use super::world::{World, event};

const DAYS: [&str; 5] = ["01", "08", "15", "22", "29"];

/// A series whose organizer cannot decide.
struct Walk {
    world: World,
    id: String,
    random: StdRng,
    /// At which the series takes place now.
    hour: u32,
    told: Vec<String>,
}

impl Walk {
    async fn begins(seed: u64) -> Self {
        let world = World::with_guests(2, CountingSender::accepting()).await;
        let rule = Some(format!("FREQ=WEEKLY;COUNT={}", DAYS.len()));
        let id =
            world.put(Event { recurrence: Recurrence { rule, ..Recurrence::default() }, ..event("training", "2027-04-01T18:00:00") }).await;
        let campaign = world.confirm_draft(world.draft(&id)).await;
        campaigns::start_sending(&world.engine);
        world.until(&campaign, |status| status.state == "done").await;
        Self { world, id, random: StdRng::seed_from_u64(seed), hour: 18, told: vec![format!("walk {seed}")] }
    }

    /// One edit; some are refused, such as one of a date that is off.
    async fn step(&mut self) {
        let day = DAYS[self.random.random_range(0..DAYS.len())];
        let hour = self.hour;
        let occurrence = format!("202704{day}T{hour:02}0000");
        let (words, scope, draft) = match self.random.random_range(0..8) {
            0 | 1 => {
                let hour = self.random.random_range(8..23);
                (format!("move {day} to {hour}"), Scope::This, start(&format!("2027-04-{day}T{hour:02}:00:00")))
            }
            2 => (format!("{day} back"), Scope::This, start(&format!("2027-04-{day}T{hour:02}:00:00"))),
            3 => {
                let name = format!("Practice {}", self.random.random_range(0..100));
                (format!("all are {name}"), Scope::All, summary(&name))
            }
            4 => {
                let name = format!("Special {}", self.random.random_range(0..100));
                (format!("{day} is {name}"), Scope::This, summary(&name))
            }
            5 => {
                let done = calendars::delete_event(&self.world.engine, Surface::Window, &self.id, &occurrence, Scope::This).await;
                return self.note(&format!("{day} off"), done.is_ok());
            }
            6 => {
                // Where the date never differed, the whole series is as it first was.
                let done = calendars::restore_event(&self.world.engine, &self.id, &occurrence, 1).await;
                self.hour = self.begins_at().await;
                return self.note(&format!("{day} as it first was"), done.is_ok());
            }
            _ => {
                let hour = self.random.random_range(16..20);
                (format!("all at {hour}"), Scope::All, start(&format!("2027-04-01T{hour:02}:00:00")))
            }
        };
        let moves_all = scope == Scope::All && draft.start.is_some();

        let recurrence_id = if scope == Scope::This { occurrence } else { String::new() };
        let edit = EventEdit { id: self.id.clone(), recurrence_id, scope, draft };
        let done = calendars::edit_event(&self.world.engine, Surface::Window, edit).await.is_ok();
        if moves_all && done {
            self.hour = self.begins_at().await;
        }
        self.note(&words, done);
    }

    /// The hour of the series.
    async fn begins_at(&self) -> u32 {
        let start = calendars::show_event(&self.world.engine, &self.id, "").await.unwrap().start_local;
        start.get(11..13).and_then(|hour| hour.parse().ok()).expect("an hour")
    }

    fn note(&mut self, words: &str, is_done: bool) {
        self.told.push(format!("{words} ({})", if is_done { "done" } else { "refused" }));
    }

    /// Tells everyone who holds old details, if anybody does.
    async fn tell(&mut self) {
        let is_open = campaigns::list_changes(&self.world.engine).await.unwrap().iter().any(|change| change.event == self.id);
        if !is_open {
            self.told.push("nothing to tell".to_owned());
            return;
        }
        let mails = campaigns::preview_update(&self.world.engine, &self.id, Tell::All).await.unwrap().mails;
        let campaign = campaigns::send_update(&self.world.engine, &self.id, Tell::All, "", mails).await.unwrap();
        let status = self.world.until(&campaign.id, |status| status.state == "done").await;
        assert_eq!(status.accepted, mails, "as many mails left as were announced: {:?}", self.told);
        self.told.push("told".to_owned());
    }

    /// What stands in the organizer's own calendar.
    async fn organizer(&self) -> BTreeSet<String> {
        let shown = calendars::list_occurrences(&self.world.engine, "2027-03-01", "2027-07-01").await.unwrap();
        let shown = shown.into_iter().filter(|occurrence| occurrence.id == self.id && occurrence.status != "cancelled");
        shown
            .map(|occurrence| format!("{} | {}", occurrence.start.get(..16).unwrap_or_default().replace('T', " "), occurrence.summary))
            .collect()
    }

    async fn compare(&self) {
        let expected = self.organizer().await;
        let messages: Vec<std::sync::Arc<[u8]>> = self.world.sender.taken().into_iter().map(|mail| mail.message).collect();
        for (guest, clients) in icalendar::kept(&messages, "2027-03-01", "2027-07-01").expect("the messages are applied") {
            for (client, standing) in clients {
                let standing: BTreeSet<String> = standing.iter().map(|line| line.trim_end_matches(" | ").to_owned()).collect();
                assert_eq!(standing, expected, "{guest}, whose calendar {client} what it knew, after {:#?}", self.told);
            }
        }
    }
}

fn start(at: &str) -> EventDraft {
    EventDraft { start: Some(at.to_owned()), ..EventDraft::default() }
}

fn summary(name: &str) -> EventDraft {
    EventDraft { summary: Some(name.to_owned()), ..EventDraft::default() }
}

#[tokio::test]
async fn whatever_is_edited_between_two_messages_every_calendar_stands_as_the_organizers_does() {
    for seed in 0..4 {
        let mut walk = Walk::begins(seed).await;
        for _ in 0..8 {
            for _ in 0..walk.random.random_range(1..4) {
                walk.step().await;
            }
            walk.tell().await;
        }
        walk.compare().await;
    }
}
