//! Invitations to an address that takes commands become events, follow them, and never do so for a stranger.

mod corpus;
mod order;
mod senders;

use engine::commands::view::{CommandForm, CommandLogView};
use engine::{Code, calendars, campaigns, commands};

use testkit::organizer::{ANN, CREATE, Calendar, Entry, GENUINE, training, weekly};

use super::letters;
use super::world::{INBOX, World};

pub(super) async fn form(world: &World) -> CommandForm {
    let accounts = engine::accounts::list(world.engine.store()).await.expect("accounts");
    let id = |label: &str| accounts.iter().find(|account| account.label == label).expect("an account").id.clone();
    let calendar = calendars::find_calendar(&world.engine, "Season").await.expect("a calendar");
    CommandForm {
        address: CREATE.to_owned(),
        inbox: id("Club"),
        calendar: calendar.id,
        sender: id("Office"),
        allowed: vec![ANN.to_owned()],
        trusts_silence: false,
    }
}

pub(super) async fn world() -> World {
    let world = World::that_sends(2).await;
    commands::add(&world.engine, form(&world).await).await.expect("it takes commands");
    world
}

pub(super) fn genuine(message: &[u8]) -> Vec<u8> {
    letters::with_header(message, GENUINE)
}

impl World {
    pub(super) async fn command(&self, message: &[u8]) {
        self.receive(genuine(message));
        self.pull().await;
    }

    /// As it lies in the mailbox when that calendar sent it.
    pub(super) async fn deliver(&self, by: Calendar, entry: &Entry<'_>) {
        self.receive(entry.delivered_by(by));
        self.pull().await;
    }

    pub(super) async fn log(&self) -> Vec<CommandLogView> {
        commands::log(&self.engine, None, 100).await.expect("the log")
    }

    pub(super) async fn outcomes(&self) -> Vec<String> {
        self.log().await.into_iter().rev().map(|taken| taken.outcome).collect()
    }

    /// Title, wall clock start and status of what the calendar holds besides the cup final, each date by itself.
    pub(super) async fn dates(&self) -> Vec<String> {
        let all = calendars::list_occurrences(&self.engine, "2027-03-01", "2027-12-01").await.expect("dates");
        let dates = all.into_iter().filter(|date| date.summary != "Cup final");
        dates.map(|date| format!("{} {} {}", date.summary, date.start, date.status)).collect()
    }

    /// What was mailed, as text.
    pub(super) fn mailed(&self) -> Vec<String> {
        self.sender.taken().into_iter().map(|mail| format!("{}\n{}", mail.recipient, String::from_utf8_lossy(&mail.message))).collect()
    }
}

#[tokio::test]
async fn invitation_of_each_calendar_becomes_an_event_follows_it_and_is_cancelled_with_it() {
    for by in Calendar::ALL {
        let world = world().await;
        world.deliver(by, &training()).await;
        assert_eq!(world.dates().await, ["Training 2027-04-05T18:00:00+02:00 confirmed"], "{by:?}: it is here, at its time");
        let moved = Entry { sequence: 1, dtstamp: "20270301T093000Z", start: "20270406T183000", end: "20270406T200000", ..training() };
        world.deliver(by, &moved).await;
        assert_eq!(world.dates().await, ["Training 2027-04-06T18:30:00+02:00 confirmed"], "{by:?}: it moved along");
        let off = Entry { method: "CANCEL", sequence: 2, dtstamp: "20270301T100000Z", ..moved };
        world.deliver(by, &off).await;
        assert_eq!(world.dates().await, ["Training 2027-04-06T18:30:00+02:00 cancelled"], "{by:?}: it is off");
        assert_eq!(world.outcomes().await, ["created", "updated", "cancelled"], "{by:?}: the log says so");
        let mailed = world.mailed();
        assert_eq!(mailed.len(), 3, "{by:?}: each was confirmed: {mailed:?}");
        for (mail, subject) in mailed.iter().zip(["Created: Training", "Updated: Training", "Cancelled: Training"]) {
            assert!(mail.starts_with(ANN) && mail.contains(&format!("Subject: {subject}\r\n")), "{by:?}: to who sent it: {mail}");
            assert!(mail.contains("Auto-Submitted: auto-replied\r\n") && mail.contains("In-Reply-To: <"), "{by:?}: as an answer: {mail}");
            assert!(!mail.contains("Unsubscribe"), "{by:?}: there is nothing to leave: {mail}");
        }
        let uid = &world.log().await[0].uid;
        assert!(!uid.is_empty() && uid != training().uid, "{by:?}: under a UID of ours: {uid}");
    }
}

#[tokio::test]
async fn one_date_of_a_series_moves_and_falls_out_alone() {
    for by in Calendar::ALL {
        let world = world().await;
        world.deliver(by, &weekly()).await;
        assert_eq!(world.dates().await.len(), 6, "{by:?}: every date is here");
        let date = Entry { more: "", dtstamp: "20270301T091000Z", date: "20270412T180000", ..weekly() };
        world.deliver(by, &Entry { start: "20270413T170000", end: "20270413T190000", sequence: 1, ..date }).await;
        let off = Entry { method: "CANCEL", sequence: 1, dtstamp: "20270301T092000Z", date: "20270419T180000", ..date };
        world.deliver(by, &off).await;
        let dates = world.dates().await;
        assert!(dates.contains(&"Weekly training 2027-04-13T17:00:00+02:00 confirmed".to_owned()), "{by:?}: one moved: {dates:?}");
        assert!(dates.contains(&"Weekly training 2027-04-19T18:00:00+02:00 cancelled".to_owned()), "{by:?}: one is off: {dates:?}");
        let confirmed = dates.iter().filter(|date| date.ends_with("18:00:00+02:00 confirmed")).count();
        assert_eq!((dates.len(), confirmed), (6, 4), "{by:?}: the others stay: {dates:?}");
        // A new word on the whole leaves the dates that differ as long as it has them.
        world.deliver(by, &Entry { summary: "Hard training", sequence: 2, dtstamp: "20270301T093000Z", ..weekly() }).await;
        let dates = world.dates().await;
        assert!(
            dates.contains(&"Weekly training 2027-04-13T17:00:00+02:00 confirmed".to_owned()),
            "{by:?}: the moved one stands: {dates:?}"
        );
        assert!(dates.contains(&"Hard training 2027-05-10T18:00:00+02:00 confirmed".to_owned()), "{by:?}: the others follow: {dates:?}");
        let later = Entry { start: "20270405T190000", end: "20270405T210000", sequence: 3, dtstamp: "20270301T094000Z", ..weekly() };
        world.deliver(by, &later).await;
        let dates = world.dates().await;
        let moved = dates.iter().filter(|date| date.ends_with("19:00:00+02:00 confirmed")).count();
        assert_eq!((dates.len(), moved), (6, 6), "{by:?}: dates that the series no longer has are gone: {dates:?}");
    }
}

#[tokio::test]
async fn repeated_replayed_and_reordered_messages_change_nothing_twice() {
    let world = world().await;
    let first = training();
    let second = Entry { sequence: 1, dtstamp: "20270301T091000Z", start: "20270406T180000", end: "20270406T200000", ..first };
    let third = Entry { sequence: 1, dtstamp: "20270301T092000Z", summary: "Hard training", ..second };
    for entry in [&third, &first, &second] {
        world.command(&entry.google()).await;
    }
    let settled = ["Hard training 2027-04-06T18:00:00+02:00 confirmed"];
    assert_eq!(world.dates().await, settled, "the newest word stands, whatever came after it");
    assert_eq!(world.outcomes().await, ["created", "unchanged", "unchanged"], "older words are noted and change nothing");
    // The same words once more, as other messages: from another folder, and by another program.
    for entry in [&first, &second, &third] {
        world.command(&entry.outlook()).await;
    }
    world.mailbox.rebuild();
    let rebuilt = world.pull().await;
    assert_eq!(rebuilt.known, 6, "messages that were read are known: {rebuilt:?}");
    assert_eq!(world.dates().await, settled, "nothing changes");
    assert_eq!(world.mailed().len(), 1, "and nobody is told of it: {:?}", world.mailed());
    // A cancellation whose update comes later by post than by its own clock.
    let off = Entry { method: "CANCEL", sequence: 2, dtstamp: "20270301T094000Z", ..third };
    world.command(&off.google()).await;
    world.command(&Entry { sequence: 1, dtstamp: "20270301T093000Z", summary: "Too late", ..third }.google()).await;
    assert_eq!(world.dates().await, ["Hard training 2027-04-06T18:00:00+02:00 cancelled"], "what is off stays off");
    world.command(&Entry { sequence: 3, dtstamp: "20270301T095000Z", summary: "After all", ..third }.google()).await;
    assert_eq!(world.dates().await, ["After all 2027-04-06T18:00:00+02:00 confirmed"], "until it is said anew");
}

#[tokio::test]
async fn cancellation_before_its_invitation_keeps_it_out() {
    let world = world().await;
    let off = Entry { method: "CANCEL", sequence: 1, dtstamp: "20270301T093000Z", ..training() };
    world.command(&off.outlook()).await;
    world.command(&training().outlook()).await;
    assert!(world.dates().await.is_empty(), "it was off before it came");
    assert_eq!(world.outcomes().await, ["failed", "unchanged"], "both are in the log");
    assert!(world.mailed()[0].contains("It cancels an event that is not here"), "the sender is told: {}", world.mailed()[0]);
}

#[tokio::test]
async fn forged_and_uninvited_commands_change_nothing_and_are_never_answered() {
    let world = world().await;
    let message = String::from_utf8(training().google()).expect("text");
    let broken = "Authentication-Results: mx.club.example; dkim=fail header.d=club.example; dmarc=fail header.from=club.example";
    world.receive(letters::with_header(message.as_bytes(), broken));
    let other = message.replace("Message-ID: <", "Message-ID: <2");
    let borrowed = "Authentication-Results: mx.club.example; dkim=pass header.d=evil.example; dmarc=none header.from=club.example";
    world.receive(letters::with_header(other.as_bytes(), borrowed));
    world.receive(message.replace("Message-ID: <", "Message-ID: <3").into_bytes());
    let stranger =
        message.replace("Message-ID: <", "Message-ID: <4").replace("From: Ann <ann@club.example>", "From: Eve <eve@evil.example>");
    world
        .receive(letters::with_header(stranger.as_bytes(), "Authentication-Results: mx.club.example; dmarc=pass header.from=evil.example"));
    world.pull().await;
    assert!(world.dates().await.is_empty(), "nothing was made");
    assert!(world.mailed().is_empty(), "nobody is answered: {:?}", world.mailed());
    assert_eq!(world.outcomes().await, ["refused"; 4], "all are in the log");
    let found = engine::archive::search(world.engine.store(), "Training", "", 10).await.expect("the archive");
    assert!(
        !found.rows.is_empty() && found.rows.iter().all(|row| row.reason.starts_with("Refused command: ")),
        "and in the archive: {found:?}"
    );
    assert!(world.waiting().await.is_empty(), "nothing waits for the organizer");
    // The address lies in the header of a letter by a stranger, too.
    world.receive(
        format!("From: eve@evil.example\r\nTo: {CREATE}\r\nMessage-ID: <5@evil.example>\r\nSubject: Offer\r\n\r\nBuy\r\n").into_bytes(),
    );
    world.pull().await;
    assert_eq!((world.log().await.len(), world.mailed().len()), (4, 0), "other people's mail is not kept");
}

#[tokio::test]
async fn inbox_that_says_nothing_of_senders_obeys_only_where_that_was_allowed() {
    let world = world().await;
    world.receive(training().outlook());
    world.pull().await;
    assert_eq!(world.outcomes().await, ["refused"], "nobody checked it");
    let form = CommandForm { trusts_silence: true, ..form(&world).await };
    commands::change(&world.engine, form).await.expect("it was allowed");
    world.receive(Entry { sequence: 1, ..training() }.outlook());
    world.pull().await;
    assert_eq!(world.dates().await.len(), 1, "now it is followed");
    let broken = "Authentication-Results: mx.club.example; dmarc=fail header.from=club.example";
    world.receive(letters::with_header(&Entry { sequence: 2, summary: "Forged", ..training() }.outlook(), broken));
    world.pull().await;
    assert_eq!(world.outcomes().await, ["refused", "created", "refused"], "what was found forged is not");
}

#[tokio::test]
async fn what_cannot_be_followed_is_explained() {
    let world = world().await;
    let head = format!(
        "From: Ann <{ANN}>\r\nTo: {CREATE}\r\nMessage-ID: <letter@club.example>\r\nSubject: Please add\r\n\r\nTraining on Monday\r\n"
    );
    world.command(head.as_bytes()).await;
    let broken =
        String::from_utf8(training().apple()).expect("text").replace("DTSTART;TZID=3DEurope/Paris:20270405T180000", "DTSTART:someday");
    world.command(broken.as_bytes()).await;
    let published =
        String::from_utf8(Entry { sequence: 5, ..training() }.apple()).expect("text").replace("METHOD:REQUEST", "METHOD:PUBLISH");
    world.command(published.as_bytes()).await;
    assert_eq!(world.outcomes().await, ["failed"; 3], "none could be followed: {:?}", world.log().await);
    let mailed = world.mailed();
    for (mail, words) in mailed.iter().zip(["There is no invitation in it", "Line ", "is no invitation"]) {
        assert!(mail.contains("Subject: Not done: ") && mail.contains(words), "it says what was wrong: {mail}");
    }
    assert!(world.dates().await.is_empty(), "and nothing is half there");
    // Whatever a program makes of our answers: it is not told for ever.
    for number in 0..12 {
        world.command(head.replace("<letter@", &format!("<letter{number}@")).as_bytes()).await;
    }
    assert_eq!(world.mailed().len(), 10, "at some point it is not told any more");
    let machine = head.replace("<letter@", "<machine@").replace("Subject:", "Auto-Submitted: auto-replied\r\nSubject:");
    world.command(machine.as_bytes()).await;
    assert_eq!(world.log().await.len(), 15, "and a machine's answer is no command");
}

#[tokio::test]
async fn report_in_the_shape_of_an_invitation_is_not_answered() {
    let world = world().await;
    world.command(&letters::with_header(&training().outlook(), "Return-Path: <>")).await;
    assert_eq!((world.outcomes().await, world.mailed().len()), (vec!["created".to_owned()], 0), "a null sender wants no mail");
}

#[tokio::test]
async fn cancelled_event_with_guests_waits_on_changes_and_one_that_moved_too() {
    let world = world().await;
    world.command(&training().google()).await;
    let uid = world.log().await[0].uid.clone();
    world.invite_to(&uid).await;
    assert!(campaigns::list_changes(&world.engine).await.expect("changes").is_empty(), "they hold what it says");
    world.command(&Entry { sequence: 1, dtstamp: "20270301T093000Z", start: "20270405T190000", ..training() }.google()).await;
    let changes = campaigns::list_changes(&world.engine).await.expect("changes");
    assert_eq!((changes.len(), changes[0].uid.as_str(), changes[0].guests), (1, uid.as_str(), 2), "they hold old details: {changes:?}");
    let off = Entry { method: "CANCEL", sequence: 2, dtstamp: "20270301T100000Z", ..training() };
    world.command(&off.google()).await;
    let changes = campaigns::list_changes(&world.engine).await.expect("changes");
    assert!(changes.len() == 1 && changes[0].cancelled, "the cancellation is offered: {changes:?}");
}

#[tokio::test]
async fn address_that_was_removed_and_added_again_knows_its_events() {
    let world = world().await;
    world.command(&training().apple()).await;
    let uid = world.log().await[0].uid.clone();
    commands::remove(&world.engine, CREATE).await.expect("removed");
    world.command(&Entry { sequence: 1, dtstamp: "20270301T093000Z", summary: "Unheard", ..training() }.apple()).await;
    assert_eq!(world.log().await.len(), 1, "what comes meanwhile is not for us");
    commands::add(&world.engine, form(&world).await).await.expect("added again");
    world.command(&Entry { sequence: 2, dtstamp: "20270301T094000Z", summary: "Heard", ..training() }.apple()).await;
    assert_eq!(world.dates().await, ["Heard 2027-04-05T18:00:00+02:00 confirmed"], "the event goes on");
    assert_eq!(world.log().await[0].uid, uid, "under its UID");
}

#[tokio::test]
async fn address_that_cannot_take_commands_is_refused_with_what_to_do() {
    let world = World::that_sends(1).await;
    let good = form(&world).await;
    for (field, form, words) in [
        ("address", CommandForm { address: INBOX.to_owned(), ..good.clone() }, "club+create@club.example"),
        ("address", CommandForm { address: "guest1@people.example".to_owned(), ..good.clone() }, "a guest"),
        ("address", CommandForm { address: "create".to_owned(), ..good.clone() }, "@"),
        ("allowed", CommandForm { allowed: Vec::new(), ..good.clone() }, "who may"),
        ("allowed", CommandForm { allowed: vec![CREATE.to_owned()], ..good.clone() }, "itself"),
    ] {
        let refused = commands::add(&world.engine, form).await.expect_err("refused");
        assert_eq!((refused.code, refused.details["field"].as_str()), (Code::InvalidInput, field), "it names the field: {refused}");
        assert!(refused.message.contains(words), "and what to do: {refused}");
    }
    commands::add(&world.engine, good.clone()).await.expect("added");
    assert_eq!(commands::add(&world.engine, good).await.expect_err("twice").code, Code::NameTaken, "an address is one command");
    assert_eq!(commands::list(&world.engine).await.expect("a list")[0].problem, "", "nothing stands in its way");
}

#[tokio::test]
async fn organizer_s_own_words_are_used_and_checked() {
    let world = world().await;
    let written =
        commands::put_wording(&world.engine, "created", "Ready: {{ event.summary }}", "Look into {{ calendar }}.").await.expect("words");
    assert_eq!(written.version, 2, "after those that come with the program");
    world.command(&training().google()).await;
    let mail = &world.mailed()[0];
    assert!(mail.contains("Subject: Ready: Training\r\n") && mail.contains("Look into Season."), "they are used: {mail}");
    let refused = commands::put_wording(&world.engine, "created", "Ready", "{{ pony }}").await.expect_err("no such field");
    assert_eq!(refused.code, Code::InvalidTemplate, "{refused}");
    let refused = commands::put_wording(&world.engine, "failed", "No", "{{ event.when }}").await.expect_err("no event");
    assert!(refused.message.contains("no event"), "{refused}");
}
