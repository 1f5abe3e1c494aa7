//! Google Calendar v3.
//!
//! Every request is our own, over [`crate::web`]: the crate `google-calendar3` can send no `If-Match`, takes every null out of a patch so that no field
//! can be cleared, and reads times without the offset that they were written with. What is needed are nine requests, and their forms stand in one
//! file each: [`read`] and [`body`] for events, [`listing`], [`write`], [`calendars`]; what an answer means is decided in [`outcome`].

mod alarms;
mod body;
mod calendars;
mod calls;
mod held;
mod listing;
mod names;
mod outcome;
mod own;
mod pace;
mod read;
mod recurrence;
mod times;
mod write;

use std::collections::HashMap;
use std::sync::{Arc, PoisonError};

use async_trait::async_trait;
use calendar::Event;
use calendar::remote::{CalendarRemote, Changes, From, RemoteCalendar, RemoteFailure, RemoteItem, SeriesWrite, WriteOutcome};
use mail::consent::{Consent, MailServers, SecretKeeper, SignIn, Withdrawal};
use mail::port::AccountConfig;
use reqwest::Url;
use serde::Deserialize;

use crate::oauth::{
    AccessTokens, BrowserSignIn, CLIENT_SECRET, Client, Consents, Endpoints, MailTokens, Provider, REFRESH_TOKEN, SERVICE_ACCOUNT,
    ServiceAccount, Source, revoke,
};
use crate::settings;
use crate::web::{Web, check_address};
use calls::Calls;
use listing::Zones;

/// Private properties of ours at Google: the UID that an event was made for,
const UID: &str = "rollcall_uid";
/// where its video call is, which Google fills in only for its own,
const VIDEO_LINK: &str = "rollcall_video_link";
/// of which event of another calendar it is the copy,
const SOURCE: &str = "rollcall_source";
/// and that its time is the same wherever one is, which Google does not know.
const FLOATING: &str = "rollcall_floating";

const SCOPE: &str = "https://www.googleapis.com/auth/calendar";
/// Sending and reading by SMTP and IMAP (<https://developers.google.com/workspace/gmail/imap/xoauth2-protocol>).
const MAIL_SCOPE: &str = "https://mail.google.com/";

/// The settings of an account at Google. Addresses are given where the account is on a server that stands in for Google.
#[derive(Debug, Deserialize)]
struct GoogleSettings {
    /// The organizer's own client ID, or the one that is built in.
    #[serde(default)]
    client_id: String,
    #[serde(default)]
    endpoint: Option<String>,
    #[serde(default)]
    auth_endpoint: Option<String>,
    #[serde(default)]
    token_endpoint: Option<String>,
    /// The consent covers mail too.
    #[serde(default)]
    mail: bool,
}

impl GoogleSettings {
    fn provider(&self) -> Result<Provider, String> {
        let authorize = self.sign_in(self.auth_endpoint.as_deref(), "/o/oauth2/v2/auth", "https://accounts.google.com/o/oauth2/v2/auth")?;
        let issuer = authorize.origin().ascii_serialization();
        let mail = Some(MAIL_SCOPE).filter(|_| self.mail);
        Ok(Provider {
            name: "Google",
            authorize: authorize.into(),
            endpoints: self.endpoints()?,
            issuer: Some(issuer),
            scopes: [SCOPE, "openid", "email"].into_iter().chain(mail).collect(),
            first: "",
            required: [(SCOPE, "calendars")].into_iter().chain(mail.map(|scope| (scope, "mail"))).collect(),
            // Without `consent` a second sign-in would bring no refresh token.
            parameters: vec![("access_type", "offline".to_owned()), ("prompt", "consent".to_owned())],
            loopback: "127.0.0.1",
            ended: "It may have been withdrawn in the Google account, the password was changed, nothing was asked for six months, or the client ID \
                    is still in “Testing” at Google, where every consent ends after 7 days.",
        })
    }

    /// A page of the sign-in: at Google, or on the server that stands in for Google where nothing else is said.
    fn sign_in(&self, given: Option<&str>, path: &str, usual: &str) -> Result<Url, String> {
        match self.stand_in()?.filter(|_| given.is_none()) {
            Some(server) => server.join(path).map_err(|error| error.to_string()),
            None => address(given, usual),
        }
    }

    /// The server that stands in for Google, if one does.
    fn stand_in(&self) -> Result<Option<Url>, String> {
        let given = self.endpoint.as_deref().map(str::trim).filter(|endpoint| !endpoint.is_empty());
        given.map(|endpoint| address(Some(endpoint), endpoint)).transpose()
    }

    /// Where tokens are exchanged and withdrawn. A server that stands in for Google may publish another place for it than Google has.
    fn endpoints(&self) -> Result<Endpoints, String> {
        let token = self.sign_in(self.token_endpoint.as_deref(), "/token", "https://oauth2.googleapis.com/token")?;
        let revocation = token.join("revoke").map_err(|error| error.to_string())?;
        let known = Endpoints::known(token, Some(revocation));
        Ok(match self.stand_in()?.filter(|_| self.token_endpoint.is_none()) {
            Some(server) => known.or_published_by(server),
            None => known,
        })
    }

    /// Where the calendars are. A server that is only named has them where Google has.
    fn calendars(&self) -> Result<Url, String> {
        let mut url = address(self.endpoint.as_deref(), "https://www.googleapis.com/calendar/v3")?;
        if url.path() == "/" {
            url.set_path("/calendar/v3");
        }
        Ok(url)
    }

    fn client(&self, account: &AccountConfig) -> Result<Client, String> {
        let id = self.client_id.trim().to_owned();
        if id.is_empty() {
            return Err(format!("Account “{}” has no client ID of Google's. Enter it in Settings.", account.label));
        }
        Ok(Client { id, secret: account.secrets.get(CLIENT_SECRET).cloned() })
    }
}

fn address(given: Option<&str>, usual: &str) -> Result<Url, String> {
    let text = given.map(str::trim).filter(|given| !given.is_empty()).unwrap_or(usual);
    let url = Url::parse(text).map_err(|_| format!("“{text}” is no address."))?;
    check_address(&url)?;
    Ok(url)
}

/// The calendars of an account at Google.
#[derive(Debug)]
pub(crate) struct GoogleCalendars {
    calls: Calls,
    zones: Zones,
    /// Whoever writes into a calendar holds its turn: quick writes to one are throttled whatever the quota.
    turns: std::sync::Mutex<HashMap<String, Arc<tokio::sync::Mutex<()>>>>,
}

impl GoogleCalendars {
    pub(crate) fn new(account: &AccountConfig, keeper: Arc<dyn SecretKeeper>, consents: &Consents) -> Result<Self, String> {
        let settings: GoogleSettings = settings::read(account)?;
        let web = Arc::new(Web::new(None)?);
        let tokens = if let Some(file) = account.secrets.get(SERVICE_ACCOUNT) {
            let is_elsewhere = settings.stand_in()?.is_some() || settings.token_endpoint.is_some();
            let elsewhere = if is_elsewhere { Some(settings.endpoints()?) } else { None };
            let key = ServiceAccount::read(file, elsewhere, SCOPE)?;
            Arc::new(AccessTokens::new(Arc::clone(&web), Source::Key(key)))
        } else {
            consents.of(account, settings.provider()?, settings.client(account)?, keeper)?
        };
        let (endpoint, stands_in) = (settings.calendars()?, settings.stand_in()?.is_some());
        Ok(Self { calls: Calls::new(web, tokens, endpoint, stands_in), zones: Zones::default(), turns: std::sync::Mutex::default() })
    }

    fn turn(&self, calendar: &str) -> Arc<tokio::sync::Mutex<()>> {
        let mut turns = self.turns.lock().unwrap_or_else(PoisonError::into_inner);
        Arc::clone(turns.entry(calendar.to_owned()).or_default())
    }
}

/// Asks for consent to use an account. `random` must be fresh.
pub(crate) fn sign_in(account: &AccountConfig, random: [u8; 64]) -> Result<Box<dyn SignIn>, String> {
    let settings: GoogleSettings = settings::read(account)?;
    let mut provider = settings.provider()?;
    if account.address.contains('@') {
        provider.parameters.push(("login_hint", account.address.clone()));
    }
    Ok(Box::new(BrowserSignIn::begin(provider, settings.client(account)?, Arc::new(Web::new(None)?), random)?))
}

/// The tokens that mail is sent and read with.
pub(crate) fn mail_tokens(consent: &Consent, consents: &Consents) -> Result<MailTokens, String> {
    let settings: GoogleSettings = settings::read(&consent.account)?;
    let tokens = consents.of(&consent.account, settings.provider()?, settings.client(&consent.account)?, Arc::clone(&consent.keeper))?;
    Ok(MailTokens { tokens, resource: "" })
}

/// Gmail's servers; where another server stands in for Google, that one.
pub(crate) fn mail_servers(account: &AccountConfig) -> MailServers {
    let settings: Option<GoogleSettings> = settings::read(account).ok();
    let elsewhere = settings.and_then(|settings| settings.stand_in().ok().flatten());
    if let Some(host) = elsewhere.as_ref().and_then(Url::host_str).map(str::to_owned) {
        return MailServers { smtp: (host.clone(), 465, true), imap: (host, 993), authserv_id: String::new() };
    }
    MailServers {
        smtp: ("smtp.gmail.com".to_owned(), 465, true),
        imap: ("imap.gmail.com".to_owned(), 993),
        authserv_id: "mx.google.com".to_owned(),
    }
}

/// Withdraws the consent. A key of a machine's own is withdrawn where it was made.
pub(crate) fn sign_out(account: &AccountConfig) -> Option<Withdrawal> {
    let settings: GoogleSettings = settings::read(account).ok()?;
    revoke(settings.provider().ok()?, account.secrets.get(REFRESH_TOKEN).cloned())
}

#[async_trait]
impl CalendarRemote for GoogleCalendars {
    async fn calendars(&self) -> Result<Vec<RemoteCalendar>, RemoteFailure> {
        let calendars = calendars::list(&self.calls).await?;
        for calendar in &calendars {
            self.zones.keep(&calendar.id, &calendar.zone);
        }
        Ok(calendars)
    }

    async fn create_calendar(&self, name: &str, zone: &str, colour: &str) -> Result<RemoteCalendar, RemoteFailure> {
        calendars::create(&self.calls, name, zone, colour).await
    }

    async fn change_calendar(&self, id: &str, name: &str, colour: Option<&str>) -> Result<(), RemoteFailure> {
        calendars::change(&self.calls, id, name, colour).await
    }

    async fn changes(&self, calendar: &str, from: From<'_>) -> Result<Changes, RemoteFailure> {
        listing::changes(&self.calls, &self.zones, calendar, from).await
    }

    async fn fetch(&self, calendar: &str, ids: &[String]) -> Result<Vec<RemoteItem>, RemoteFailure> {
        listing::fetch(&self.calls, &self.zones, calendar, ids).await
    }

    async fn find(&self, calendar: &str, uid: &str) -> Result<Vec<RemoteItem>, RemoteFailure> {
        listing::series(&self.calls, &self.zones, calendar, &names::event(uid)).await
    }

    async fn write(&self, calendar: &str, write: &SeriesWrite) -> Result<WriteOutcome, RemoteFailure> {
        let turn = self.turn(calendar);
        let _turn = turn.lock().await;
        let zone = self.zones.of(&self.calls, calendar).await?;
        write::series(&self.calls, calendar, zone, write).await
    }

    fn held(&self, series: &[Event]) -> Vec<Event> {
        held::held(series)
    }

    fn clock_ahead(&self) -> i64 {
        self.calls.clock_ahead()
    }
}

#[cfg(test)]
pub(crate) mod tests;
