//! The messages themselves: found, written to a file, copied, and let go.

use engine::archive::view::ArchiveChoice;
use engine::{Code, answers, archive};
use mail::port::CopyTarget;
use testkit::breaking_line::BreakingLine;
use testkit::moto::Moto;

use super::letters;
use super::world::{INBOX, World};

/// Four guests of whom three answered, one report, and one letter.
async fn world() -> World {
    let world = World::with_guests(5).await;
    world.receive(world.letter(1, "ACCEPTED").await.gmail());
    world.receive(world.letter(2, "DECLINED").await.outlook());
    world.receive(world.letter(3, "TENTATIVE").await.apple());
    let (fourth, fifth) = (world.invitation(4).await, world.invitation(5).await);
    world.receive(letters::bounce(&fourth.address, INBOX, "5.1.1", &fourth.token));
    let letter = format!(
        "From: Zoe <{}>\r\nTo: club+{}@club.example\r\nSubject: Parking\r\nMessage-ID: <p@people.example>\r\n\r\n\
         Dear all,\r\n\r\nFrom which street do we drive in?\r\n",
        fifth.address, fifth.token
    );
    world.receive(letter.into_bytes());
    world.pull().await;
    world
}

async fn found(world: &World, words: &str) -> Vec<String> {
    let found = archive::search(world.engine.store(), words, "", 100).await.expect("searched");
    found.rows.into_iter().map(|row| row.subject).collect()
}

#[tokio::test]
async fn a_message_is_found_by_what_stands_in_it() {
    let world = world().await;
    assert_eq!(found(&world, "street driv").await, ["Parking"], "by beginnings of words of its text");
    assert_eq!(found(&world, "guest5@people").await, ["Parking"], "by who wrote it");
    assert_eq!(found(&world, "bringing").await.len(), 1, "by a comment that a program hid in a parameter");
    assert_eq!(found(&world, "bicycle").await, Vec::<String>::new(), "and by nothing else");
    let first = archive::search(world.engine.store(), "people example", "", 2).await.expect("searched");
    let second = archive::search(world.engine.store(), "people example", &first.next, 2).await.expect("searched");
    let ids: Vec<i64> = first.rows.iter().chain(&second.rows).map(|row| row.id.parse().expect("an id")).collect();
    assert!(ids.len() == 4 && ids.is_sorted_by(|newer, older| newer > older), "page after page, the newest first: {ids:?}");
    let wrong = archive::search(world.engine.store(), "x", "there", 2).await.expect_err("no page ended there");
    assert_eq!(wrong.code, Code::InvalidInput, "a cursor is what a page gave");
}

#[tokio::test]
async fn what_is_exported_is_read_again_as_the_same_messages() {
    let world = world().await;
    let file = world.folder.path().join("Answers.mbox");
    let exported = archive::export(&world.engine, &ArchiveChoice::default(), &file).await.expect("written");
    assert_eq!(exported.messages, 5, "every message that was kept");
    let text = std::fs::read_to_string(&file).expect("a file");
    assert!(text.contains("\n>From which street"), "what would begin a message is quoted");
    let imported = answers::import(&world.engine, None, std::slice::from_ref(&file)).await.expect("read");
    assert_eq!((imported.messages, imported.known), (5, 5), "each is known by its content, after both ways: {imported:?}");

    let of = async |choice: ArchiveChoice| {
        archive::export(&world.engine, &choice, &file).await.map(|exported| exported.messages).map_err(|failure| failure.code)
    };
    let campaign = world.campaign.to_string();
    assert_eq!(of(ArchiveChoice { campaign, ..ArchiveChoice::default() }).await, Ok(5), "all are about this campaign");
    assert_eq!(of(ArchiveChoice { event: "cup-final".to_owned(), ..ArchiveChoice::default() }).await, Ok(5), "and this event");
    assert_eq!(of(ArchiveChoice { since: "2027-03-02".to_owned(), ..ArchiveChoice::default() }).await, Ok(0), "none came a day later");
    let day = ArchiveChoice { since: "yesterday".to_owned(), ..ArchiveChoice::default() };
    assert_eq!(of(day).await, Err(Code::InvalidInput), "a day is a date");
    let nowhere = archive::export(&world.engine, &ArchiveChoice::default(), std::path::Path::new("/nowhere/x.mbox")).await;
    assert_eq!(nowhere.map_err(|failure| failure.code).err(), Some(Code::UnreadableFile), "a folder that is not there is named");
}

#[tokio::test]
async fn old_messages_are_let_go_and_everything_that_they_said_stays() {
    let world = world().await;
    let (counts, standing) = (world.counts().await, world.standing().await);
    assert_eq!(archive::retention(&world.engine).await.expect("a setting"), 0, "nothing is let go of unasked");
    // Everything came on the day that it is.
    archive::choose_retention(&world.engine, 1).await.expect("chosen");
    let receipt = &world.guests("yes").await[0].receipt;
    assert!(!answers::receipt(world.engine.store(), receipt).await.expect("the evidence").let_go, "a month is not over");
    world.engine.store().write(|w| store::receipt::archive::let_go(w, jiff::Timestamp::MAX, 1_000)).await.expect("a month later");
    let evidence = answers::receipt(world.engine.store(), receipt).await.expect("the evidence");
    assert_eq!(
        (evidence.let_go, evidence.raw.as_str(), evidence.answer.as_str()),
        (true, "", "yes"),
        "its message is gone, its answer is not"
    );
    assert_eq!((world.counts().await, world.standing().await), (counts, standing), "every number stands");
    assert_eq!(found(&world, "parking").await, ["Parking"], "and it is still found");
    world.mailbox.rebuild();
    let again = world.pull().await;
    assert_eq!((again.answers, again.known), (0, 5), "read once more it is known");
    assert_eq!(
        archive::choose_retention(&world.engine, 9_999).await.map_err(|failure| failure.code).err(),
        Some(Code::InvalidInput),
        "nobody keeps anything that long"
    );
}

#[tokio::test]
async fn messages_are_copied_to_a_bucket_once_however_often_it_is_asked_for() {
    let moto = Moto::start().expect("moto is installed");
    moto.create_bucket("club").expect("a bucket");
    let world = world().await;
    let target = CopyTarget {
        url: "s3://club/answers".to_owned(),
        region: "us-east-1".to_owned(),
        endpoint: moto.endpoint(),
        key: Some(("key".to_owned(), "secret".into())),
    };
    let copy = async || archive::copy(&world.engine, &target).await.expect("copied");
    let first = copy().await;
    assert_eq!((first.messages, first.copied, first.known), (5, 5, 0), "every message");
    world.receive(world.letter(4, "ACCEPTED").await.thunderbird());
    world.pull().await;
    let second = copy().await;
    assert_eq!(
        (second.messages, second.copied, second.known),
        (6, 1, 5),
        "what was copied before, by a run that ended where it may, is left"
    );
    let objects = moto.objects("club").expect("listed");
    assert_eq!(objects.len(), 6, "each lies there once: {objects:?}");
    let bodies: Vec<Vec<u8>> = objects.iter().map(|key| moto.object("club", key).expect("an object")).collect();
    assert!(bodies.iter().any(|body| body.ends_with(b"drive in?\r\n")), "byte for byte as it came");
    let nowhere = CopyTarget { url: "s3://nowhere".to_owned(), ..target.clone() };
    let refused = archive::copy(&world.engine, &nowhere).await.expect_err("there is no such bucket");
    assert!(refused.code == Code::Unreachable && refused.message.contains("NoSuchBucket"), "the service's words are told: {refused}");
    let wrong = CopyTarget { url: "/tmp".to_owned(), ..target.clone() };
    assert_eq!(
        archive::copy(&world.engine, &wrong).await.map_err(|failure| failure.code).err(),
        Some(Code::InvalidInput),
        "a folder is no bucket"
    );
}

#[tokio::test]
async fn a_copy_that_was_broken_off_goes_on_and_puts_nothing_twice() {
    const MESSAGES: u32 = 200;
    let moto = Moto::start().expect("moto is installed");
    moto.create_bucket("club").expect("a bucket");
    moto.keep_versions("club").expect("versions are kept");
    let world = World::with_guests(MESSAGES).await;
    for guest in 1..=i64::from(MESSAGES) {
        world.receive(world.letter(guest, "ACCEPTED").await.gmail());
    }
    world.pull().await;
    // Each of the first connections ends after some answers of the service, all others before the first.
    let breaks = [vec![4_000; 4], vec![0; 1_000]].concat();
    let line = BreakingLine::to(moto.port(), &breaks).expect("a line");
    let through = |port: u16| CopyTarget {
        url: "s3://club/answers".to_owned(),
        region: "us-east-1".to_owned(),
        endpoint: format!("http://127.0.0.1:{port}"),
        key: Some(("key".to_owned(), "secret".into())),
    };
    let broken = archive::copy(&world.engine, &through(line.port())).await.expect_err("the line breaks");
    assert_eq!(broken.code, Code::Unreachable, "and that is told: {broken}");
    let there = u32::try_from(moto.objects("club").expect("listed").len()).expect("few");
    assert!(0 < there && there < MESSAGES, "it broke in the middle: {there} of {MESSAGES} are there");
    let put = moto.versions("club").expect("listed");
    let on = archive::copy(&world.engine, &through(moto.port())).await.expect("the line holds");
    assert_eq!((on.messages, on.copied, on.known), (MESSAGES, MESSAGES - there, there), "it goes on with what is missing");
    let more = moto.versions("club").expect("listed") - put;
    assert_eq!(more, usize::try_from(MESSAGES - there).expect("few"), "the service was given each of these once, and nothing that it had");
    assert_eq!(moto.objects("club").expect("listed").len(), usize::try_from(MESSAGES).expect("few"), "all lie there");
}
