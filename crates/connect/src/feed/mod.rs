//! A calendar that is published at an address (`.ics`): looked at, never written.
//!
//! Nothing is deleted because an answer is bad: only a whole calendar says what is no longer in it. Whoever knows the address can read
//! the feed, so that the address is kept like a password and is in no words.

mod contents;

use std::path::PathBuf;

use async_trait::async_trait;
use calendar::Event;
use calendar::remote::{
    Access, CalendarRemote, Changes, Content, From, Next, RemoteCalendar, RemoteFailure, RemoteItem, SeriesWrite, WriteOutcome,
};
use mail::port::AccountConfig;
use reqwest::header::{ACCEPT, ETAG, HeaderName, IF_MODIFIED_SINCE, IF_NONE_MATCH, LAST_MODIFIED};
use reqwest::{Method, StatusCode, Url};
use secrecy::{ExposeSecret as _, SecretString};
use serde::{Deserialize, Serialize};

use self::contents::Contents;
use crate::ical;
use crate::settings::read;
use crate::web::{Answer, Redirects, Request, Web, check_address, host_of, later};

#[derive(Deserialize)]
struct Settings {
    /// Where the feed is, unless that is among the secrets.
    #[serde(default)]
    url: String,
    /// What the organizer calls it; empty for the name that the feed gives itself.
    #[serde(default)]
    name: String,
    /// A PEM file with one more authority to trust, for a private server.
    #[serde(default)]
    ca_file: Option<PathBuf>,
}

/// A feed.
pub(crate) struct Feed {
    web: Web,
    /// Parsed only where it is used: a [`Url`] can be printed.
    url: SecretString,
    name: String,
}

/// How the only calendar of a feed is called by its adapter.
const ONLY: &str = "feed";

/// What was seen last.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
struct Token {
    etag: String,
    modified: String,
    /// Of what the feed holds, stamps aside: many write the time of the request into every event.
    hash: String,
}

/// What a look at the feed brought.
enum Seen {
    Same,
    Whole(Token, Contents),
}

impl Feed {
    /// Checks the settings; a sentence says what is wrong.
    pub(crate) fn new(account: &AccountConfig) -> Result<Self, String> {
        let settings: Settings = read(account)?;
        let given = account.secrets.get("url").map_or(settings.url.as_str(), |url| url.expose_secret());
        let url = address(given)?;
        Ok(Self { web: Web::new(settings.ca_file.as_deref())?, url: String::from(url).into(), name: settings.name.trim().to_owned() })
    }

    async fn look(&self, known: Option<&Token>) -> Result<Seen, RemoteFailure> {
        let url = Url::parse(self.url.expose_secret()).map_err(|_| later("The address of the feed is none."))?;
        let mut request = Request::new(Method::GET, url).header(ACCEPT, "text/calendar, */*;q=0.5");
        if let Some(known) = known {
            for (name, value) in [(IF_NONE_MATCH, &known.etag), (IF_MODIFIED_SINCE, &known.modified)] {
                request = if value.is_empty() { request } else { request.header(name, value) };
            }
        }
        let answer = self.web.follow(request, Redirects::AnyHost).await?;
        if answer.status == StatusCode::NOT_MODIFIED && known.is_some() {
            return Ok(Seen::Same);
        }
        let contents = contents_of(&answer)?;
        let text = |name: &HeaderName| answer.header(name).unwrap_or_default().to_owned();
        let token = Token { etag: text(&ETAG), modified: text(&LAST_MODIFIED), hash: contents.hash() };
        Ok(Seen::Whole(token, contents))
    }

    async fn whole(&self) -> Result<Contents, RemoteFailure> {
        match self.look(None).await? {
            Seen::Whole(_, contents) => Ok(contents),
            Seen::Same => Err(later("The server of the feed says that nothing changed, without having been asked that.")),
        }
    }
}

/// The address of a feed; `webcal:` is what calendars are published under, and nothing but the web (and `http:` is asked as `https:`).
fn address(given: &str) -> Result<Url, String> {
    let given = given.trim();
    if given.is_empty() {
        return Err("The feed has no address. Enter the one that its publisher gives for subscribing.".to_owned());
    }
    let lower = given.to_ascii_lowercase();
    let rest = ["webcals://", "webcal://"]
        .iter()
        .find_map(|scheme| lower.strip_prefix(scheme).and_then(|rest| given.get(given.len() - rest.len()..)));
    let text = match rest {
        Some(rest) => format!("https://{rest}"),
        None if given.contains("://") => given.to_owned(),
        None => format!("https://{given}"),
    };
    // The words of the parser would not repeat the address, but they would not help either.
    let mut url = Url::parse(&text).map_err(|_| "This is no address of a feed. It begins with https:// or webcal://.".to_owned())?;
    if url.scheme() == "http" && check_address(&url).is_err() {
        url = Url::parse(&text.replacen("http", "https", 1)).map_err(|_| "This is no address of a feed.".to_owned())?;
    }
    check_address(&url)?;
    Ok(url)
}

/// A whole calendar, or why the answer is none.
fn contents_of(answer: &Answer) -> Result<Contents, RemoteFailure> {
    let host = host_of(&answer.url);
    let status = answer.status.as_u16();
    match status {
        200 | 203 => {}
        404 | 410 => {
            return Err(RemoteFailure::CalendarGone { reason: format!("{host} has nothing at the address of this feed ({status}).") });
        }
        401 => {
            return Err(RemoteFailure::NeedsLogin {
                reason: format!("{host} wants a login for this feed. Enter the address that works without one."),
            });
        }
        429 => return Err(busy(answer, format!("{host} wants fewer requests for a while."))),
        500..=599 => return Err(busy(answer, format!("{host} is out of order or being maintained ({status})."))),
        _ => return Err(busy(answer, format!("{host} did not give the feed ({status})."))),
    }
    Contents::read(&answer.body).map_err(|reason| {
        let reason = if answer.is_page() { "answered with a web page in place of the feed".to_owned() } else { reason };
        later(format!("{host} {reason}. What is known of it stays."))
    })
}

fn busy(answer: &Answer, reason: String) -> RemoteFailure {
    RemoteFailure::Later { reason, after_seconds: answer.retry_after() }
}

const ONLY_READ: &str = "A feed can be read and not changed. Change it where it is published.";

fn only_read() -> RemoteFailure {
    RemoteFailure::Refused { reason: ONLY_READ.to_owned() }
}

#[async_trait]
impl CalendarRemote for Feed {
    async fn calendars(&self) -> Result<Vec<RemoteCalendar>, RemoteFailure> {
        let contents = self.whole().await?;
        let host = Url::parse(self.url.expose_secret()).map_or_else(|_| String::new(), |url| host_of(&url));
        let name = [&self.name, &contents.name, &host].into_iter().find(|name| !name.is_empty()).cloned().unwrap_or_default();
        Ok(vec![RemoteCalendar {
            id: ONLY.to_owned(),
            name,
            zone: contents.zone.map_or(String::new(), |zone| zone.as_str().to_owned()),
            colour: String::new(),
            access: Access::Reader,
            primary: true,
        }])
    }

    async fn create_calendar(&self, _: &str, _: &str, _: &str) -> Result<RemoteCalendar, RemoteFailure> {
        Err(only_read())
    }

    async fn change_calendar(&self, _: &str, _: &str, _: Option<&str>) -> Result<(), RemoteFailure> {
        Err(only_read())
    }

    async fn changes(&self, _: &str, from: From<'_>) -> Result<Changes, RemoteFailure> {
        let (known, text) = match from {
            From::Beginning => (None, ""),
            From::Token(text) | From::Page(text) => {
                (Some(serde_json::from_str::<Token>(text).map_err(|_| RemoteFailure::TokenExpired)?), text)
            }
        };
        let same = |token: String| Changes { items: Vec::new(), next: Next::Done { token, complete: false } };
        let (token, contents) = match self.look(known.as_ref()).await? {
            Seen::Same => return Ok(same(text.to_owned())),
            Seen::Whole(token, contents) => (token, contents),
        };
        let is_same = known.is_some_and(|known| known.hash == token.hash);
        let token = serde_json::to_string(&token).unwrap_or_default();
        Ok(if is_same { same(token) } else { Changes { items: contents.items, next: Next::Done { token, complete: true } } })
    }

    async fn fetch(&self, _: &str, ids: &[String]) -> Result<Vec<RemoteItem>, RemoteFailure> {
        let contents = self.whole().await?;
        let item = |id: &String| {
            let there = contents.items.iter().find(|item| item.id == *id).cloned();
            there.unwrap_or_else(|| RemoteItem { id: id.clone(), content: Content::Deleted, ..RemoteItem::default() })
        };
        Ok(ids.iter().map(item).collect())
    }

    async fn find(&self, _: &str, uid: &str) -> Result<Vec<RemoteItem>, RemoteFailure> {
        Ok(self.whole().await?.items.into_iter().filter(|item| item.id == uid).collect())
    }

    async fn write(&self, _: &str, _: &SeriesWrite) -> Result<WriteOutcome, RemoteFailure> {
        Ok(WriteOutcome::Refused(ONLY_READ.to_owned()))
    }

    /// Platforms name the same booking anew each time.
    fn keeps_names(&self) -> bool {
        false
    }

    fn held(&self, series: &[Event]) -> Vec<Event> {
        series.iter().cloned().map(ical::in_order).collect()
    }

    fn clock_ahead(&self) -> i64 {
        self.web.clock_ahead()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_taken_as_it_is_published() {
        for (given, expected) in [
            ("webcal://club.example/a.ics?key=1", "https://club.example/a.ics?key=1"),
            ("WebCals://Club.example/A.ics", "https://club.example/A.ics"),
            ("http://club.example/a.ics", "https://club.example/a.ics"),
            ("http://127.0.0.1:80/a.ics", "http://127.0.0.1/a.ics"),
            (" club.example/a.ics ", "https://club.example/a.ics"),
        ] {
            assert_eq!(address(given).map(String::from).as_deref(), Ok(expected), "{given}");
        }
        for wrong in ["", "file:///etc/passwd", "https://", "ftp://club.example/planted-secret"] {
            let told = address(wrong).expect_err(wrong);
            assert!(!told.contains("planted"), "the address is not repeated: {told}");
        }
    }
}
