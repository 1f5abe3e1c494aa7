//! Whatever a server of calendars answers, it is taken or refused in words; what is taken can be mirrored, and where to go on is never lost.
//!
//! An input is a letter for the kind of server, a digit for the status, and the bodies of its answers one after another, each ended by a line `--`.
#![no_main]

use std::collections::BTreeMap;
use std::sync::{Arc, LazyLock, Mutex};

use calendar::remote::{CalendarRemote, Content, From, Next, RemoteFailure, RemoteItem};
use calendar::sync::Series;
use jiff::Timestamp;
use libfuzzer_sys::fuzz_target;
use mail::consent::SecretKeeper;
use mail::port::AccountConfig;
use serde_json::json;
use tokio::io::{AsyncBufReadExt as _, AsyncReadExt as _, AsyncWriteExt as _, BufReader};
use tokio::net::{TcpListener, TcpStream};
use tokio::runtime::Runtime;

/// Pages and things that are asked for after the first.
const MORE: usize = 4;
const STATUSES: [&str; 6] = ["200 OK", "207 Multi-Status", "404 Not Found", "410 Gone", "400 Bad Request", "204 No Content"];
const TOKENS: &str = r#"{"access_token":"a","token_type":"Bearer","expires_in":3600}"#;

static RUNTIME: LazyLock<Runtime> = LazyLock::new(|| tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap());
static SAID: Mutex<Said> = Mutex::new(Said { status: "", bodies: Vec::new() });
static ACCOUNTS: LazyLock<BTreeMap<u8, (AccountConfig, String)>> = LazyLock::new(accounts);

/// What the server says, the last first; when all of it is said, nothing.
struct Said {
    status: &'static str,
    bodies: Vec<Vec<u8>>,
}

fuzz_target!(|input: &[u8]| {
    let [kind, status, bodies @ ..] = input else { return };
    let Some((account, calendar)) = ACCOUNTS.get(kind) else { return };
    let Some(status) = usize::from(*status).checked_sub(usize::from(b'0')).and_then(|place| STATUSES.get(place)) else { return };
    let mut bodies: Vec<Vec<u8>> = split(bodies).map(<[u8]>::to_vec).collect();
    bodies.reverse();
    *SAID.lock().unwrap() = Said { status, bodies };
    // Made anew, for one keeps its pace.
    let remote = connect::adapters().calendars(account, Arc::new(NotKept)).expect("the kind is known").expect("the settings are right");
    RUNTIME.block_on(look(remote.as_ref(), calendar));
});

/// The parts before, between and after lines `--`.
fn split(text: &[u8]) -> impl Iterator<Item = &[u8]> {
    const END: &[u8] = b"\n--\n";
    let mut rest = Some(text);
    std::iter::from_fn(move || {
        let text = rest?;
        let end = text.windows(END.len()).position(|window| window == END);
        rest = end.and_then(|end| text.get(end + END.len()..));
        end.map_or(Some(text), |end| text.get(..end))
    })
}

/// Looks as the app does: at what changed, page by page, and at what was only listed.
async fn look(remote: &dyn CalendarRemote, calendar: &str) {
    let mut from = None;
    let mut listed = Vec::new();
    for _ in 0..MORE {
        let place = from.as_deref().map_or(From::Beginning, From::Page);
        let changes = match remote.changes(calendar, place).await {
            Ok(changes) => changes,
            Err(failure) => return assert_told(&failure),
        };
        for item in &changes.items {
            assert_can_be_mirrored(item);
        }
        listed.extend(changes.items.into_iter().filter(|item| item.content == Content::Listed).map(|item| item.id));
        match changes.next {
            Next::Page(page) => from = Some(page),
            Next::Done { token, .. } => {
                assert!(!token.is_empty(), "the next look knows where to go on");
                break;
            }
        }
    }
    listed.truncate(MORE);
    match remote.fetch(calendar, &listed).await {
        Ok(items) => items.iter().for_each(assert_can_be_mirrored),
        Err(failure) => assert_told(&failure),
    }
    if let Err(failure) = remote.calendars().await {
        assert_told(&failure);
    }
}

fn assert_can_be_mirrored(item: &RemoteItem) {
    assert!(!item.id.is_empty(), "it can be asked for again: {item:?}");
    if let Content::Events(events) = &item.content {
        // A task has none.
        let Some(first) = events.first() else { return };
        let series = Series::from_items(&first.uid, std::slice::from_ref(item)).unwrap_or_default();
        assert!(series.says_the_same(&series), "it is what it is: {item:?}");
    }
}

fn assert_told(failure: &RemoteFailure) {
    let words = failure.to_string();
    assert!(!words.trim().is_empty() && words.len() < 2_000, "a person can read why: {words}");
}

/// One account at each kind of server, all of which are the one below.
fn accounts() -> BTreeMap<u8, (AccountConfig, String)> {
    let listener = RUNTIME.block_on(TcpListener::bind("127.0.0.1:0")).unwrap();
    let at = format!("http://{}", listener.local_addr().unwrap());
    RUNTIME.spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            tokio::spawn(serve(stream));
        }
    });
    let kinds = [
        (b'g', "google", json!({ "client_id": "c", "endpoint": at, "token_endpoint": format!("{at}/token") }), "games".to_owned()),
        (b'm', "microsoft", json!({ "client_id": "c", "endpoint": at }), "games".to_owned()),
        (b'c', "caldav", json!({ "url": format!("{at}/games/") }), format!("{at}/games/")),
        (b'f', "feed", json!({ "url": format!("{at}/games.ics") }), format!("{at}/games.ics")),
    ];
    let accounts = kinds.into_iter().map(|(letter, kind, settings, calendar)| {
        let secrets = [("refresh_token".to_owned(), "r".to_owned().into())].into_iter().collect();
        (letter, (AccountConfig { kind: kind.to_owned(), settings, secrets, ..AccountConfig::default() }, calendar))
    });
    accounts.collect()
}

/// Answers every request of a connection with what is to be said, and every one for a token with one.
async fn serve(stream: TcpStream) {
    let mut stream = BufReader::new(stream);
    loop {
        let (mut line, mut path, mut length) = (String::new(), String::new(), 0);
        loop {
            line.clear();
            if stream.read_line(&mut line).await.unwrap_or_default() == 0 {
                return;
            }
            match line.trim_end().split_once([' ', ':']) {
                None if line.trim().is_empty() => break,
                Some((name, value)) if name.eq_ignore_ascii_case("content-length") => length = value.trim().parse().unwrap_or(0),
                Some((_, rest)) if path.is_empty() => path = rest.to_owned(),
                _ => {}
            }
        }
        if stream.read_exact(&mut vec![0; length]).await.is_err() {
            return;
        }
        let (status, body) = if path.contains("/token") { ("200 OK", TOKENS.as_bytes().to_vec()) } else { said() };
        let date = Timestamp::UNIX_EPOCH.strftime("%a, %d %b %Y %H:%M:%S GMT");
        let head = format!("HTTP/1.1 {status}\r\nDate: {date}\r\nETag: \"1\"\r\nContent-Length: {}\r\n\r\n", body.len());
        if stream.write_all(&[head.as_bytes(), &body].concat()).await.is_err() {
            return;
        }
    }
}

fn said() -> (&'static str, Vec<u8>) {
    let mut said = SAID.lock().unwrap();
    (said.status, said.bodies.pop().unwrap_or_default())
}

struct NotKept;

#[async_trait::async_trait]
impl SecretKeeper for NotKept {
    async fn keep(&self, _: &str, _: secrecy::SecretString) -> Result<(), String> {
        Ok(())
    }
}
