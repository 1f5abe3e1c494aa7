//! What is shown and exported says the same everywhere.

use std::time::Duration;

use engine::answers::view::{AnswersOf, ChartKind, Theme};
use engine::calendars::view::{EventDraft, Scope};
use engine::calendars::{EventEdit, Surface};
use engine::{Code, answers, calendars};

use store::delivery::turn::Finished;

use super::letters::{self, Letter};
use super::world::{INBOX, World};

/// The charts of one event or campaign.
const KINDS: [ChartKind; 7] = [
    ChartKind::Answers,
    ChartKind::Timeline,
    ChartKind::Funnel,
    ChartKind::Waits,
    ChartKind::Providers,
    ChartKind::Channels,
    ChartKind::Bounces,
];

async fn answered() -> World {
    let world = World::with_guests(7).await;
    for (guest, partstat) in [(1, "ACCEPTED"), (2, "ACCEPTED"), (3, "TENTATIVE"), (4, "DECLINED")] {
        world.receive(world.letter(guest, partstat).await.gmail());
    }
    world.pull().await;
    world
}

#[tokio::test]
async fn chart_table_csv_and_report_hold_the_same_numbers() {
    let world = answered().await;
    let store = world.engine.store();
    let counts = world.counts().await;
    assert_eq!(counts, [2, 1, 1, 3], "as they answered");
    let chart = answers::chart(store, ChartKind::Answers, Some(world.of()), Theme::Dark, (720, 0)).await.expect("a chart");
    let drawn: Vec<String> = chart.rows.iter().map(|row| row[1].clone()).collect();
    assert_eq!(drawn, counts.map(|count| count.to_string()), "the chart's table is the counts");
    let report = answers::report(store, world.of()).await.expect("a report");
    assert_eq!([report.yes, report.maybe, report.no, report.none], counts, "the report says the same");
    let csv = answers::csv(store, world.of()).await.expect("a table");
    let in_csv = |answer: &str| csv.lines().filter(|line| line.split(',').nth(3) == Some(answer)).count();
    assert_eq!(["yes", "maybe", "no", "none"].map(in_csv), [2, 1, 1, 3], "and so does the CSV: {csv}");
    let season = answers::events(store).await.expect("a season");
    assert_eq!((season[0].invited, season[0].yes, season[0].start.as_str()), (7, 2, "2027-04-01T10:00:00+02:00"), "and the season's row");
    let campaign = answers::show(store, AnswersOf::Campaign(world.campaign.to_string())).await.expect("a campaign");
    assert_eq!([campaign.yes, campaign.maybe, campaign.no, campaign.none], counts, "and the campaign");
}

async fn rows(world: &World, kind: ChartKind, of: AnswersOf) -> Vec<Vec<String>> {
    let chart = answers::chart(world.engine.store(), kind, Some(of), Theme::Light, (480, 0)).await;
    chart.expect("a chart").rows
}

fn column(rows: &[Vec<String>], at: usize) -> Vec<u32> {
    rows.iter().map(|row| row[at].parse().expect("a count")).collect()
}

#[tokio::test]
async fn every_chart_of_an_event_and_of_its_campaign_adds_up_to_the_counts() {
    let world = answered().await;
    let fifth = world.invitation(5).await;
    world.receive(letters::link(&fifth.address, INBOX, "No", &fifth.token));
    world.pull().await;
    let [yes, maybe, no, none] = world.counts().await;
    for of in [world.of(), AnswersOf::Campaign(world.campaign.to_string())] {
        let funnel = rows(&world, ChartKind::Funnel, of.clone()).await;
        assert_eq!(column(&funnel, 1), [7, 7, 5, yes], "sent, accepted, answered, yes");
        let waits = rows(&world, ChartKind::Waits, of.clone()).await;
        assert_eq!(column(&waits, 1).iter().sum::<u32>(), yes + maybe + no, "everyone who answered took some time: {waits:?}");
        let providers = rows(&world, ChartKind::Providers, of.clone()).await;
        assert_eq!(providers, [["All others", "7", "2", "1", "2", "2", "29 %"]], "the guests are with nobody large");
        let channels = rows(&world, ChartKind::Channels, of.clone()).await;
        let ways: Vec<&str> = channels.iter().map(|row| row[0].as_str()).collect();
        assert_eq!((ways, column(&channels, 1)), (vec!["In their calendar", "By a link in the mail"], vec![4, 1]), "two ways");
        let answers = rows(&world, ChartKind::Answers, of.clone()).await;
        assert_eq!(column(&answers, 1), [yes, maybe, no, none], "the counts themselves");
        let course = rows(&world, ChartKind::Timeline, of).await;
        assert_eq!(
            course.last().map(|row| row[1..].to_vec()),
            Some([yes, maybe, no].map(|count| count.to_string()).to_vec()),
            "and the course ends there"
        );
    }
}

#[tokio::test]
async fn csv_of_a_chart_holds_the_numbers_of_the_window() {
    let world = answered().await;
    for kind in KINDS {
        let shown = answers::chart(world.engine.store(), kind, Some(world.of()), Theme::Light, (480, 0)).await.expect("a chart");
        let path = world.folder.path().join("chart.csv");
        answers::export_chart(world.engine.store(), kind, Some(world.of()), &path).await.expect("written");
        let mut reader = csv::Reader::from_path(&path).expect("a table");
        let headings: Vec<String> = reader.headers().expect("headings").iter().map(str::to_owned).collect();
        let written: Vec<Vec<String>> = reader.records().map(|row| row.expect("a row").iter().map(str::to_owned).collect()).collect();
        assert_eq!((headings, written), (shown.columns, shown.rows), "{kind:?} says the same in the file");
    }
}

#[tokio::test]
async fn charts_of_an_event_without_guests_are_empty_and_there() {
    let world = World::with_guests(0).await;
    for kind in KINDS {
        let chart = answers::chart(world.engine.store(), kind, Some(world.of()), Theme::Dark, (480, 0)).await.expect("a chart");
        assert!(chart.svg.contains("</svg>"), "{kind:?} is drawn of nothing too");
    }
}

#[tokio::test]
async fn what_did_not_arrive_is_told_by_its_reason() {
    let refused = |_| Finished::Refused { reason: "550 5.1.1 No such user".to_owned() };
    let world = World::with_guests(4).await;
    world.send_again_with(&[1], refused).await;
    let third = world.invitation(3).await;
    world.receive(letters::bounce(&third.address, INBOX, "5.2.2", &third.token));
    world.pull().await;
    for of in [world.of(), AnswersOf::Campaign(world.campaign.to_string())] {
        let reasons = rows(&world, ChartKind::Bounces, of).await;
        assert_eq!(reasons, [["The address does not exist", "1", "50 %"], ["The mailbox is full", "1", "50 %"]], "each by its reason");
    }
}

#[tokio::test]
async fn report_is_a_pdf_of_an_event_or_a_campaign_also_with_nothing_in_it() {
    for world in [answered().await, World::with_guests(0).await] {
        for of in [world.of(), AnswersOf::Campaign(world.campaign.to_string())] {
            let path = world.folder.path().join("report.pdf");
            answers::save_report(&world.engine, of, &path).await.expect("written");
            assert!(std::fs::read(&path).expect("a file").starts_with(b"%PDF-"), "the file is what its name says");
        }
        let wrong = answers::save_report(&world.engine, world.of(), &world.folder.path().join("report.doc")).await;
        assert_eq!(wrong.expect_err("no such form").code, Code::InvalidInput, "a report is a PDF");
    }
}

#[tokio::test]
async fn events_side_by_side_have_a_row_each() {
    let world = answered().await;
    let event = world.event.to_string();
    let compared =
        answers::compare(world.engine.store(), vec![event.clone(), event.clone()], Theme::Light, (720, 0)).await.expect("compared");
    assert_eq!(
        compared.rows,
        vec![["Cup final", "Thu 1 Apr 2027", "7", "2", "1", "1", "3", "29 %"]; 2],
        "the same event twice says the same twice"
    );
    for wrong in [vec![event.clone()], vec![event; 7]] {
        let refused = answers::compare(world.engine.store(), wrong, Theme::Light, (720, 0)).await.expect_err("not side by side");
        assert_eq!(refused.code, Code::InvalidInput, "it says how many there may be: {refused}");
    }
}

#[tokio::test]
async fn news_say_how_many_answers_came_to_what_and_each_once() {
    let world = World::with_guests(3).await;
    let store = world.engine.store();
    assert_eq!(answers::news_since(store, 0).await.expect("readable"), None, "nothing came");
    world.receive(world.letter(1, "ACCEPTED").await.gmail());
    world.receive(world.letter(2, "DECLINED").await.gmail());
    world.pull().await;
    let news = answers::news_since(store, 0).await.expect("readable").expect("two came");
    assert_eq!((news.title.as_str(), news.text.as_str()), ("2 new answers", "Cup final, Thursday 1 April"), "how many, and to what");
    assert_eq!(answers::news_since(store, news.through).await.expect("readable"), None, "they are told once");
}

#[tokio::test]
async fn answers_that_come_together_are_announced_together_unless_they_are_seen() {
    let world = World::with_guests(2).await;
    let (seen, mut unheard) = tokio::sync::mpsc::unbounded_channel();
    let (heard, mut news) = tokio::sync::mpsc::unbounded_channel();
    answers::announce(&world.engine, || true, move |news| seen.send(news).expect("somebody listens"));
    answers::announce(&world.engine, || false, move |news| heard.send(news).expect("somebody listens"));
    // Both watch once they have read where they begin.
    world.engine.store().read(|_| Ok(())).await.expect("readable");
    world.receive(world.letter(1, "ACCEPTED").await.gmail());
    world.receive(world.letter(2, "DECLINED").await.gmail());
    world.pull().await;
    let said = tokio::time::timeout(Duration::from_mins(1), news.recv()).await.expect("it is said").expect("news");
    assert_eq!(said.title, "2 new answers", "once for both");
    assert!(unheard.try_recv().is_err(), "what is seen anyway is not said");
}

#[tokio::test]
async fn pages_hold_every_guest_once() {
    let world = answered().await;
    let mut seen = Vec::new();
    let mut cursor = String::new();
    loop {
        let page = answers::guests(world.engine.store(), world.of(), String::new(), cursor, 3).await.expect("a page");
        assert_eq!(page.total, 7, "the whole is known on every page");
        seen.extend(page.rows.into_iter().map(|row| row.address));
        if page.next.is_empty() {
            break;
        }
        cursor = page.next;
    }
    seen.sort();
    seen.dedup();
    assert_eq!(seen.len(), 7, "nobody is missing, nobody twice: {seen:?}");
    assert_eq!(world.guests("none").await.len(), 3, "the filter finds who has not answered");
}

#[tokio::test]
async fn charts_are_written_as_their_names_end() {
    let world = answered().await;
    for kind in KINDS.into_iter().chain([ChartKind::Season]) {
        for (ending, begin) in [("svg", b"<svg".as_slice()), ("png", b"\x89PNG".as_slice()), ("csv", b"".as_slice())] {
            let path = world.folder.path().join(format!("{kind:?}.{ending}"));
            answers::export_chart(world.engine.store(), kind, Some(world.of()), &path).await.expect("written");
            assert!(std::fs::read(&path).expect("a file").starts_with(begin), "{} is what its name says", path.display());
        }
    }
    let wrong =
        answers::export_chart(world.engine.store(), ChartKind::Answers, Some(world.of()), &world.folder.path().join("chart.gif")).await;
    assert_eq!(
        wrong.expect_err("no such form").code,
        Code::InvalidInput,
        "a form that there is not is refused with the ones that there are"
    );
}

#[tokio::test]
async fn formulas_in_a_guests_words_are_text_in_the_csv() {
    let world = World::with_guests(1).await;
    let letter: Letter = world.letter(1, "ACCEPTED").await;
    let message = String::from_utf8(letter.thunderbird())
        .expect("text")
        .replace("SUMMARY:Cup final", "SUMMARY:Cup final\r\nCOMMENT:=HYPERLINK(\"http://x\")");
    world.receive(message.into_bytes());
    world.pull().await;
    let csv = answers::csv(world.engine.store(), world.of()).await.expect("a table");
    assert!(csv.contains("'=HYPERLINK"), "no spreadsheet runs it: {csv}");
}

#[tokio::test]
async fn event_is_found_by_its_uid_and_a_wrong_one_is_named() {
    let world = answered().await;
    let of = answers::event_named(world.engine.store(), "cup-final").await.expect("found");
    assert!(matches!(of, AnswersOf::Event(id) if id == world.event.to_string()), "the UID names the event");
    let missing = answers::event_named(world.engine.store(), "no-such-game").await.expect_err("there is none");
    assert_eq!((missing.code, missing.message.contains("no-such-game")), (Code::NotFound, true), "the sentence names what was asked for");
}

#[tokio::test]
async fn an_event_that_is_off_says_so_among_the_answers_also_while_its_calendar_is_hidden() {
    let world = answered().await;
    let calendar = calendars::list_calendars(&world.engine).await.expect("calendars").swap_remove(0);
    calendars::update_calendar(&world.engine, &calendar.id, None, None, Some(true)).await.expect("it is hidden");
    let is_off = async || answers::events(world.engine.store()).await.expect("events")[0].cancelled;
    assert!(!is_off().await, "it takes place");
    let draft = EventDraft { status: Some("cancelled".to_owned()), ..EventDraft::default() };
    let edit = EventEdit { id: world.event.to_string(), recurrence_id: String::new(), scope: Scope::All, draft };
    calendars::edit_event(&world.engine, Surface::Window, edit).await.expect("it is called off");
    assert!(is_off().await, "nobody comes, whatever they answered");
}
