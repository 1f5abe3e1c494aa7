//! Who may command, and how a message may reach the address.

use engine::commands::view::CommandForm;
use testkit::organizer::{ANN, CREATE, Calendar, Entry, training};

use super::super::letters;
use super::{commands, form, genuine, world};

const OFFICE: &str = "office@club.example";

fn text(entry: &Entry<'_>) -> String {
    String::from_utf8(entry.google()).expect("text")
}

#[tokio::test]
async fn address_that_only_gets_a_copy_or_is_nowhere_named_is_commanded_all_the_same() {
    let guest = "mailto:bob@people.example";
    for (header, why) in [
        ("To: bob@people.example\r\nCc: create@club.example", "a copy"),
        ("Delivered-To: create@club.example\r\nTo: bob@people.example", "a copy that nobody else sees, as its server delivered it"),
        ("X-Original-To: create@club.example\r\nTo: undisclosed-recipients:;", "no address at all"),
    ] {
        let world = world().await;
        let message = text(&training()).replace("To: create@club.example", header).replace("mailto:create@club.example", guest);
        world.command(message.as_bytes()).await;
        assert_eq!(world.dates().await, ["Training 2027-04-05T18:00:00+02:00 confirmed"], "{why}");
        assert_eq!(world.mailed().len(), 1, "{why}: it is confirmed");
    }
}

#[tokio::test]
async fn invitation_that_is_passed_on_counts_if_who_passes_it_on_may_command() {
    let by_ann = |from: &str| {
        format!(
            "From: {from}\r\nTo: {CREATE}\r\nSubject: Fwd: Training\r\nMessage-ID: <forwarded-{from}>\r\nDate: Mon, 1 Mar 2027 10:00:00 +0000\r\n\
             MIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=\"fwd\"\r\n\r\n--fwd\r\nContent-Type: text/plain\r\n\r\nHere it is.\r\n\
             --fwd\r\nContent-Type: text/calendar; method=REQUEST; charset=utf-8; name=\"invite.ics\"\r\nContent-Disposition: attachment; filename=\"invite.ics\"\r\n\r\n\
             BEGIN:VCALENDAR\r\nPRODID:-//League//EN\r\nVERSION:2.0\r\nMETHOD:REQUEST\r\nBEGIN:VEVENT\r\nUID:derby@league.example\r\n\
             DTSTAMP:20270301T080000Z\r\nDTSTART;TZID=Europe/Paris:20270410T150000\r\nDURATION:PT2H\r\nSUMMARY:Derby\r\n\
             ORGANIZER:mailto:league@league.example\r\nATTENDEE:mailto:ann@club.example\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n--fwd--\r\n"
        )
    };
    let world = world().await;
    world.command(by_ann(ANN).as_bytes()).await;
    assert_eq!(world.dates().await, ["Derby 2027-04-10T15:00:00+02:00 confirmed"], "somebody else's event, by Ann's word");
    world.command(by_ann("bob@people.example").replace("Derby", "Brawl").as_bytes()).await;
    assert_eq!(world.outcomes().await, ["created", "refused"], "and by nobody else's");
    assert_eq!(world.mailed().len(), 1, "who is told nothing");
}

#[tokio::test]
async fn event_may_be_made_from_one_address_and_changed_from_another_that_may_too() {
    let world = world().await;
    let both = CommandForm { allowed: vec![ANN.to_owned(), OFFICE.to_owned()], ..form(&world).await };
    commands::change(&world.engine, both).await.expect("both may");
    for by in Calendar::ALL {
        let uid = format!("{by:?}@calendar.example");
        let made = Entry { uid: &uid, ..training() };
        world.deliver(by, &made).await;
        let changed = Entry { from: OFFICE, summary: "Hard training", sequence: 1, dtstamp: "20270301T093000Z", ..made };
        world.deliver(by, &changed).await;
        let mailed = world.mailed();
        let answers: Vec<&str> = mailed.iter().rev().take(2).filter_map(|mail| mail.lines().next()).collect();
        assert_eq!(answers, [OFFICE, ANN], "{by:?}: each hears of what they did");
    }
    let dates = world.dates().await;
    assert_eq!(dates, ["Hard training 2027-04-05T18:00:00+02:00 confirmed"; 3], "each is one event: {dates:?}");
}

#[tokio::test]
async fn mail_whose_signature_or_policy_fails_is_refused_in_every_form() {
    for by in Calendar::ALL {
        let world = world().await;
        let delivered = String::from_utf8(training().delivered_by(by)).expect("text");
        let forged = delivered.replace("dkim=pass", "dkim=fail").replace("dmarc=pass", "dmarc=fail").replace("spf=pass", "spf=fail");
        world.receive(forged.into_bytes());
        let stranger = String::from_utf8(Entry { from: "eve@evil.example", ..training() }.delivered_by(by)).expect("text");
        world.receive(stranger.into_bytes());
        let elsewhere = String::from_utf8(Entry { uid: "elsewhere@calendar.example", ..training() }.delivered_by(by)).expect("text");
        world.receive(
            elsewhere.replace("Authentication-Results: mx.club.example;", "Authentication-Results: mx.evil.example;").into_bytes(),
        );
        world.pull().await;
        assert!(world.dates().await.is_empty(), "{by:?}: nothing was made");
        assert_eq!(world.outcomes().await, ["refused"; 3], "{by:?}: {:?}", world.log().await);
        assert!(world.mailed().is_empty(), "{by:?}: and nobody is answered");
    }
}

#[tokio::test]
async fn lists_machines_and_answers_start_no_exchange() {
    let letter = |more: &str, number: usize| {
        format!(
            "{more}From: Ann <{ANN}>\r\nTo: {CREATE}\r\nMessage-ID: <{number}@club.example>\r\nSubject: Please add\r\n\r\nTraining on Monday\r\n"
        )
    };
    let world = world().await;
    for (number, more) in [
        "List-Id: <club.lists.example>\r\n",
        "Precedence: bulk\r\n",
        "Auto-Submitted: auto-replied\r\n",
        "In-Reply-To: <command1.1@club.example>\r\n",
    ]
    .into_iter()
    .enumerate()
    {
        world.command(letter(more, number).as_bytes()).await;
    }
    assert!(world.log().await.is_empty(), "none is a command: {:?}", world.log().await);
    let listed = letters::with_header(&genuine(&training().outlook()), "List-Id: <club.lists.example>");
    world.receive(listed);
    world.pull().await;
    assert_eq!((world.outcomes().await, world.mailed().len()), (vec!["created".to_owned()], 0), "a list is not written to");
    world.command(&Entry { uid: "second@calendar.example", ..training() }.outlook()).await;
    // Our own answer, sent back to the address by a rule of somebody's mailbox.
    let answer = world.mailed()[0].split_once('\n').expect("a message").1.replace(&format!("To: {ANN}"), &format!("To: {CREATE}"));
    world.command(answer.replace("From: ", &format!("From: Ann <{ANN}>\r\nX-From: ")).as_bytes()).await;
    assert_eq!((world.log().await.len(), world.mailed().len()), (2, 1), "our own answers are answered by nobody");
}

#[tokio::test]
async fn others_who_are_invited_are_named_and_the_organizer_s_alias_is_none_of_them() {
    let world = world().await;
    world.deliver(Calendar::Google, &training()).await;
    assert!(world.mailed()[0].contains("You also invited bob@people.example"), "Bob is: {}", world.mailed()[0]);
    world.deliver(Calendar::Apple, &Entry { uid: "other@calendar.example", ..training() }).await;
    assert!(!world.mailed()[1].contains("You also invited"), "nobody else is: {}", world.mailed()[1]);
}
