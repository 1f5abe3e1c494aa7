//! The first look into a mailbox of a hundred thousand messages, broken off again and again.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::TcpStream;
use std::time::{Duration, Instant};

use engine::event::EngineEvent;
use serde_json::json;
use store::{campaign, delivery};
use testkit::breaking_line::BreakingLine;
use testkit::dovecot::Dovecot;

use super::letters::{self, Letter};
use super::world::{INBOX, World, now};

const MESSAGES: usize = 100_000;
const GUESTS: u32 = 4_000;
/// Every so many messages one concerns an invitation.
const ONE_IN: usize = MESSAGES / GUESTS as usize;
/// Messages that the peer asks for at once: as many as we do.
const AT_ONCE: usize = 500;
const MEGABYTE: usize = 1_000_000;
/// What the database may keep of itself in memory, in kB.
const MEGABYTES_OF_DATABASE: u64 = 100_000;

/// Takes some minutes: `cargo xtask test --many`.
#[tokio::test(flavor = "multi_thread")]
async fn a_hundred_thousand_messages_are_read_once_wherever_the_reading_breaks_off() {
    if std::env::var_os("ROLLCALL_MANY").is_none() {
        return;
    }
    let dovecot = Dovecot::start(&[("club", "secret")]).expect("dovecot-imapd is installed");
    dovecot.arriving_at(now().into());
    // The line holds, then breaks within messages and again at the next login, so that it is noticed; the last ones hold.
    let breaks = [usize::MAX, 60 * MEGABYTE, 100, 90 * MEGABYTE, 100, 40 * MEGABYTE];
    let line = BreakingLine::to(dovecot.port(), &breaks).expect("a line");
    let settings = json!({ "host": "127.0.0.1", "port": line.port(), "tls": "none", "user": "club" });
    let mut world = World::with_imap(GUESTS, settings, "secret").await;
    let letters = letters(&world).await;
    dovecot.fill("club", "", (0..MESSAGES).map(|number| message(number, &letters))).expect("the mailbox is filled");
    let bare = fetch_bare(dovecot.port());

    forget_peak();
    let mut peaks = Vec::new();
    let mut reading = gone_after_batches(&world, 30).await;
    world.start_again().await;
    peaks.push(peak());
    for _ in 0..2 {
        let begun = Instant::now();
        let outcome = engine::answers::pull_all(&world.engine).await;
        assert!(outcome.is_err(), "a line that breaks is told, not taken for the end of the mailbox: {outcome:?}");
        reading += begun.elapsed();
        peaks.push(peak());
    }
    reading += gone_after_batches(&world, 30).await;
    world.start_again().await;
    peaks.push(peak());
    let begun = Instant::now();
    world.pull().await;
    reading += begun.elapsed();
    peaks.push(peak());
    tell(reading, bare, &peaks);

    assert_eq!(world.counts().await, [1_000, 1_000, 1_000, 1_000], "everyone who answered counts once");
    let (store, of) = (world.engine.store().clone(), world.campaign);
    let counts = store.read(move |r| campaign::counts(r, of)).await.expect("readable");
    assert_eq!(counts.of(delivery::State::Bounced), 500, "what came back is known");
    assert_eq!(engine::answers::desk(&store).await.expect("the desk").total, 250, "what others answered waits once");
    assert_eq!(world.pull().await.messages, 0, "and nothing is left to read");
    let [first, .., middle, last] = peaks[..] else { panic!("it was looked at several times: {peaks:?}") };
    assert!(last < first + MEGABYTES_OF_DATABASE, "memory is flat: {first} kB after a seventh of the mailbox, {last} kB after all of it");
    assert!(last < middle + middle / 10, "memory is flat: {middle} kB after half of the mailbox, {last} kB after all of it");
}

fn tell(ours: Duration, bare: Duration, peaks: &[u64]) {
    let line = |took: Duration| {
        format!("{:.1} s, {:.0} messages/s", took.as_secs_f64(), f64::from(u32::try_from(MESSAGES).expect("fits")) / took.as_secs_f64())
    };
    println!("a first pull, broken off five times: {}", line(ours));
    println!("a client that only fetches the same: {}", line(bare));
    println!("the server's part of ours: {:.0} %", bare.as_secs_f64() / ours.as_secs_f64() * 100.0);
    println!("peak memory in kB after each part: {peaks:?}");
}

/// What concerns an invitation, a message for each guest: three of four answer; reports of servers, notes of machines, and friends follow.
async fn letters(world: &World) -> Vec<Vec<u8>> {
    let mut letters = Vec::new();
    for guest in 1..=i64::from(GUESTS) {
        let place = usize::try_from(guest).expect("small");
        let letter = world.letter(guest, ["ACCEPTED", "DECLINED", "TENTATIVE"][place % 3]).await;
        let invitation = world.invitation(guest).await;
        letters.push(match guest {
            1..=3_000 => [Letter::gmail, Letter::outlook, Letter::apple, Letter::thunderbird][place % 4](&letter),
            3_001..=3_500 => letters::bounce(&invitation.address, INBOX, "5.1.1", &invitation.token),
            3_501..=3_750 => letters::vacation(&invitation.address, &format!("club+{}@club.example", invitation.token)),
            _ => Letter { guest: format!("friend{guest}@elsewhere.example"), ..letter }.gmail(),
        });
    }
    letters
}

/// The message at a place of the mailbox: what concerns an invitation lies evenly among what other people write.
fn message(number: usize, letters: &[Vec<u8>]) -> Vec<u8> {
    match number % ONE_IN {
        0 => letters[number / ONE_IN].clone(),
        // A photograph.
        7 if number % 100 == 7 => {
            others(number, "image/jpeg", &"/9j/4AAQSkZJRgABAQAAAQABAAD/2wBDAAMCAgMCAgMDAwMEAwMEBQgFBQQEBQoHBwYIDAoM\r\n".repeat(2_000))
        }
        part => others(
            number,
            "text/html; charset=utf-8",
            &"<p>What our members did this week, and what they will do next.</p>\r\n".repeat(5 + part * 7),
        ),
    }
}

fn others(number: usize, kind: &str, body: &str) -> Vec<u8> {
    let encoding = if kind.starts_with("image") { "base64" } else { "8bit" };
    format!(
        "From: \"Someone\" <person{}@elsewhere.example>\r\nTo: {INBOX}\r\nSubject: News {number}\r\nDate: Mon, 1 Mar 2027 12:00:00 +0000\r\n\
         Message-ID: <{number}@elsewhere.example>\r\nMIME-Version: 1.0\r\nContent-Type: {kind}\r\nContent-Transfer-Encoding: {encoding}\r\n\r\n{body}",
        number % 977
    )
    .into_bytes()
}

/// Looks into the inbox, and is gone as soon as so many batches that brought something were kept. How long it took.
async fn gone_after_batches(world: &World, batches: usize) -> Duration {
    let begun = Instant::now();
    let mut happened = world.engine.subscribe();
    let enough = async {
        let mut kept = 0;
        while kept < batches {
            kept += usize::from(matches!(happened.recv().await.expect("the engine tells"), EngineEvent::Answers { .. }));
        }
    };
    tokio::select! {
        outcome = engine::answers::pull_all(&world.engine) => panic!("it ended by itself: {outcome:?}"),
        () = enough => {}
    }
    begun.elapsed()
}

/// How long the same messages take that are only fetched.
fn fetch_bare(port: u16) -> Duration {
    let begun = Instant::now();
    let stream = TcpStream::connect(("127.0.0.1", port)).expect("it listens");
    let mut lines = BufReader::with_capacity(1 << 16, stream.try_clone().expect("one line, two ways"));
    let mut say = stream;
    let mut line = Vec::new();
    lines.read_until(b'\n', &mut line).expect("a greeting");
    let mut run = |command: &str| {
        say.write_all(format!("a {command}\r\n").as_bytes()).expect("it listens");
        let mut bodies = 0;
        loop {
            line.clear();
            assert!(lines.read_until(b'\n', &mut line).expect("it answers") > 0, "it hung up");
            if line.starts_with(b"a ") {
                assert!(line.starts_with(b"a OK"), "it refuses: {}", String::from_utf8_lossy(&line));
                return bodies;
            }
            let text = String::from_utf8_lossy(&line);
            if let Some(length) = text.trim_end().strip_suffix('}').and_then(|rest| rest.rsplit_once('{')) {
                let mut body = vec![0; length.1.parse().expect("a length")];
                lines.read_exact(&mut body).expect("a body");
                bodies += 1;
            }
        }
    };
    run("LOGIN club secret");
    run("EXAMINE INBOX");
    let windows = (1..=MESSAGES).step_by(AT_ONCE);
    let fetched: usize =
        windows.map(|first| run(&format!("UID FETCH {first}:{} (UID INTERNALDATE BODY.PEEK[])", first + AT_ONCE - 1))).sum();
    assert_eq!(fetched, MESSAGES, "the peer saw them all");
    begun.elapsed()
}

/// The most memory that this program took so far, in kB.
fn peak() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").expect("Linux tells");
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).expect("the peak");
    line.trim().trim_end_matches(" kB").parse().expect("a number")
}

/// What it took until now is its peak no more.
fn forget_peak() {
    std::fs::write("/proc/self/clear_refs", "5").expect("Linux forgets");
}
