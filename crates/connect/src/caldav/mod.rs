//! Calendars on a CalDAV server (RFC 4791): one thing for each UID, a token for what changed, and writes that rest on what was seen.

mod changes;
mod discovery;
mod items;
mod listing;
mod multistatus;
mod outcome;
mod server;
mod write;
mod xml;

use std::path::PathBuf;

use async_trait::async_trait;
use calendar::Event;
use calendar::remote::{CalendarRemote, Changes, From, RemoteCalendar, RemoteFailure, RemoteItem, SeriesWrite, WriteOutcome};
use mail::port::AccountConfig;
use reqwest::Url;
use serde::Deserialize;
use tokio::sync::OnceCell;

use self::discovery::{Address, Place};
use self::server::{Login, Server};
use crate::ical;
use crate::settings::{read, secret};
use crate::web::{Web, check_address};

#[derive(Deserialize)]
struct Settings {
    /// Of the server or of something on it, or only a domain or an e-mail address.
    url: String,
    /// Empty where the server asks for no login.
    #[serde(default)]
    user: String,
    /// A PEM file with one more authority to trust, for a private server.
    #[serde(default)]
    ca_file: Option<PathBuf>,
}

/// The calendars of one user of a CalDAV server.
pub(crate) struct CalDav {
    server: Server,
    address: Address,
    /// Looked for once, when it is first needed.
    place: OnceCell<Place>,
}

impl CalDav {
    /// Checks the settings; a sentence says what is wrong.
    pub(crate) fn new(account: &AccountConfig) -> Result<Self, String> {
        let settings: Settings = read(account)?;
        let address = Address::parse(&settings.url)?;
        let user = settings.user.trim().to_owned();
        let login = if user.is_empty() { None } else { Some(Login { user, password: secret(account, "password")? }) };
        Ok(Self { server: Server::new(login, Web::new(settings.ca_file.as_deref())?), address, place: OnceCell::new() })
    }

    async fn place(&self) -> Result<&Place, RemoteFailure> {
        self.place.get_or_try_init(|| discovery::find(&self.server, &self.address)).await
    }
}

/// The address of a calendar. A password goes there, so that it is looked at as closely as one that was entered.
fn address_of(calendar: &str) -> Result<Url, RemoteFailure> {
    let gone = |reason: String| RemoteFailure::CalendarGone { reason };
    let url = Url::parse(calendar).map_err(|error| gone(format!("The calendar's address is none: {error}.")))?;
    check_address(&url).map_err(gone)?;
    Ok(url)
}

#[async_trait]
impl CalendarRemote for CalDav {
    async fn calendars(&self) -> Result<Vec<RemoteCalendar>, RemoteFailure> {
        listing::calendars(&self.server, self.place().await?).await
    }

    async fn create_calendar(&self, name: &str, zone: &str, colour: &str) -> Result<RemoteCalendar, RemoteFailure> {
        listing::create(&self.server, self.place().await?, name, zone, colour).await
    }

    async fn change_calendar(&self, id: &str, name: &str, colour: Option<&str>) -> Result<(), RemoteFailure> {
        listing::change(&self.server, &address_of(id)?, name, colour).await
    }

    async fn changes(&self, calendar: &str, from: From<'_>) -> Result<Changes, RemoteFailure> {
        changes::changes(&self.server, &address_of(calendar)?, from).await
    }

    async fn fetch(&self, calendar: &str, ids: &[String]) -> Result<Vec<RemoteItem>, RemoteFailure> {
        items::fetch(&self.server, &address_of(calendar)?, ids).await
    }

    async fn find(&self, calendar: &str, uid: &str) -> Result<Vec<RemoteItem>, RemoteFailure> {
        items::find(&self.server, &address_of(calendar)?, uid).await
    }

    async fn write(&self, calendar: &str, write: &SeriesWrite) -> Result<WriteOutcome, RemoteFailure> {
        write::write(&self.server, &address_of(calendar)?, write).await
    }

    /// A collection has each UID once (RFC 4791, section 5.3.2.1): what has another name was moved.
    fn keeps_names(&self) -> bool {
        false
    }

    fn held(&self, series: &[Event]) -> Vec<Event> {
        ical::held(series)
    }

    fn clock_ahead(&self) -> i64 {
        self.server.clock_ahead()
    }
}
