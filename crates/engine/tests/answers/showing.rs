//! What is shown and exported says the same everywhere.

use engine::answers::view::{AnswersOf, ChartKind, Theme};
use engine::{Code, answers};

use super::letters::Letter;
use super::world::World;

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
    for kind in [ChartKind::Answers, ChartKind::Timeline, ChartKind::Season] {
        for (ending, begin) in [("svg", b"<svg".as_slice()), ("png", b"\x89PNG".as_slice())] {
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
