//! Charts, comparison, season and report: nobody has answered, twelve have, a hundred thousand have.

use std::process::Command;

use engine::answers::view::{AnswersOf, ChartKind};
use engine::{answers, campaigns};
use testkit::counting_smtp::CountingSmtp;
use testkit::crowd;

use crate::answers::TWELVE;
use crate::browser::{Browser, PASSPHRASE, pictures};
use crate::letters::{Letter, deliver_over_days};
use crate::seed::{Club, PASSWORD};

const OPENING: &str = "Season opening";
/// As long as a title gets in what people write.
const LONG: &str = "Harbour Lights v Northside Wanderers: quarter final of the regional cup, replay";
/// Those who answer come first; the last two are not there any more.
const MEMBERS: &str = "Name,E-mail\nAna Lima,ana@gmail.com\nBo Berg,bo@gmail.com\nCy Gray,cy@outlook.com\nDee Moss,dee@hotmail.com\nEve Tan,eve@gmail.com\n\
    Fay Ode,fay@yahoo.com\nGil Roy,gil@icloud.com\nHal Kim,hal@gmx.de\nIda Sun,ida@proton.me\nJon Fox,jon@guests.test\nKai Orr,kai@guests.test\n\
    Lea Day,lea@gmail.com\nMax Poe,max@guests.test\nNia Ray,nia@outlook.com\nOle Lund,ole@guests.test\nPia Wolf,pia@guests.test\n";
const OTHERS: &str = "Name,E-mail\nQuin Ash,quin@guests.test\nRex Hill,rex@gmail.com\nSue Park,sue@guests.test\n";
/// Of each who answered, so that they are a hundred thousand.
const COPIES: u32 = 8_333;
/// Of each who did not, or is not there any more.
const SILENT_COPIES: u32 = 2_500;

#[tokio::test]
async fn charts_and_report_hold_with_no_answer_and_with_twelve() {
    look_at("none", &[], 0).await;
    look_at("twelve", &TWELVE, 0).await;
}

/// Takes half a minute to set up: `cargo xtask test --many`.
#[tokio::test]
async fn charts_and_report_hold_with_a_hundred_thousand() {
    if std::env::var_os("ROLLCALL_MANY").is_some() {
        look_at("many", &TWELVE, 1).await;
    }
}

async fn look_at(stage: &str, said: &[(&str, &str)], crowds: u32) {
    let server = CountingSmtp::builder()
        .with_login("club", PASSWORD)
        .refusing("ole@guests.test", "550 5.1.1 nobody here")
        .refusing("pia@guests.test", "552 5.2.2 mailbox full")
        .start()
        .expect("the counting server starts");
    let club = club(&server, said).await;
    if crowds > 0 {
        for (place, address) in MEMBERS.lines().skip(1).filter_map(|line| line.split(',').nth(1)).enumerate() {
            crowd::multiply(&club.engine, address, if place < said.len() { COPIES } else { SILENT_COPIES }).await.expect("a crowd");
        }
    }
    write_files(&club, stage).await;
    let window = Browser::open("charts", club.close().await, PASSPHRASE).await;
    let inspect = async |screen: &str| window.inspect(&format!("{stage}-{screen}")).await;
    window.visit("answers").await;
    window.sees(OPENING).await;
    inspect("season").await;
    window.tick_rows(2).await;
    window.press("Compare side by side").await;
    window.sees("Events side by side").await;
    inspect("compare").await;
    window.visit("answers").await;
    window.press(OPENING).await;
    look_at_charts(&window, said.is_empty()).await;
    inspect("charts").await;
    window.inspect_menu("Save: From sent to yes", &format!("{stage}-export")).await;
    if !said.is_empty() {
        window.look_at("By mail provider").await;
        inspect("charts-below").await;
    }
    window.visit("campaigns").await;
    window.press("Invitation").await;
    window.press("See answers").await;
    look_at_charts(&window, said.is_empty()).await;
    inspect("campaign-charts").await;
    window.stop().await;
}

async fn look_at_charts(window: &Browser, is_silent: bool) {
    window.press("Charts").await;
    window.sees(if is_silent { "Nothing has come back yet" } else { "How answers came" }).await;
    window.sees("Did not arrive").await;
}

/// Two events, a campaign each: to the one nobody answers, to the other over six days.
async fn club(server: &CountingSmtp, said: &[(&str, &str)]) -> Club {
    let mut club = Club::begin().await;
    let calendar = club.calendar("Club", "teal").await;
    let opening = club.event(&calendar, OPENING, 20, "").await;
    let replay = club.event(&calendar, LONG, 27, "").await;
    let others = club.guests("Others", OTHERS).await;
    let members = club.guests("Members", MEMBERS).await;
    let account = club.mail_server("Club mail", server.port(), PASSWORD).await;
    let folder = club.answer_folder().await;
    club.invite(&[&replay], &others, &account).await;
    club.invite(&[&opening], &members, &account).await;
    let invited: Vec<Letter> = server.messages().iter().map(Letter::of).collect();
    let guests = MEMBERS.lines().skip(1).filter_map(|line| line.split(',').nth(1));
    let letter = |guest: &str| invited.iter().find(|letter| letter.guest == guest).expect("the guest was invited");
    let letters: Vec<String> = guests.zip(said).map(|(guest, (partstat, words))| letter(guest).reply(partstat, words)).collect();
    deliver_over_days(&folder, &letters);
    club.wait_for_answers().await;
    club
}

/// The reports of the event and of its campaign, as pictures of their page, and charts as they are saved.
async fn write_files(club: &Club, stage: &str) {
    let picture = |name: &str, ending: &str| pictures().join(format!("charts-{stage}-{name}.{ending}"));
    let events = answers::events(club.engine.store()).await.expect("events");
    let of = |title: &str| AnswersOf::Event(events.iter().find(|event| event.summary == title).expect("it is there").event.clone());
    let newest = campaigns::list_campaigns(&club.engine).await.expect("campaigns").swap_remove(0).id;
    for (name, of) in [("report", of(OPENING)), ("report-silent", of(LONG)), ("report-campaign", AnswersOf::Campaign(newest))] {
        let page = picture(name, "pdf");
        answers::save_report(&club.engine, of, &page).await.expect("a report");
        let drawn = Command::new("pdftoppm").args(["-png", "-singlefile", "-r", "110"]).arg(&page).arg(page.with_extension("")).status();
        assert!(drawn.expect("pdftoppm runs: `cargo xtask test` installs it").success(), "{name} is a page");
    }
    for (name, kind) in
        [("saved-timeline", ChartKind::Timeline), ("saved-providers", ChartKind::Providers), ("saved-season", ChartKind::Season)]
    {
        let of = Some(of(OPENING)).filter(|_| kind != ChartKind::Season);
        answers::export_chart(club.engine.store(), kind, of, &picture(name, "png")).await.expect("a picture");
    }
}
