//! The calendars of a Microsoft account, by Graph (<https://learn.microsoft.com/graph/api/resources/event>).
//!
//! An event is told in UTC and put back on the wall clock of its zone; a series is a master, its exceptions, and the dates that are off; attendees
//! are read and never written, because Microsoft mails them. The UID of an event that was made here stands in a property of our own, since Exchange
//! names each event itself. [`listing`] says what of a calendar is seen when.

mod body;
mod calendars;
mod fields;
mod graph;
mod held;
mod listing;
mod outcome;
mod read;
mod recurrence;
mod series;
mod times;
mod write;

#[cfg(test)]
mod tests;

use std::sync::Arc;

use async_trait::async_trait;
use calendar::Event;
use calendar::remote::{CalendarRemote, Changes, From, RemoteCalendar, RemoteFailure, RemoteItem, SeriesWrite, WriteOutcome};
use mail::consent::{Consent, MailServers, SecretKeeper, SignIn};
use mail::port::AccountConfig;
use reqwest::Url;
use serde::Deserialize;

use crate::oauth::{BrowserSignIn, Client, Consents, Endpoints, MailTokens, Provider};
use crate::settings;
use crate::web::{Web, check_address};
use crate::wire::is_loopback;
use graph::Graph;
use outcome::Trouble;
use write::Writing;

const ENDPOINT: &str = "https://graph.microsoft.com/v1.0";
/// What a token for calendars is for, and what one for mail: Microsoft gives one for each (<https://learn.microsoft.com/exchange/client-developer/legacy-protocols/how-to-authenticate-an-imap-pop-smtp-application-by-using-oauth>).
const CALENDAR_SCOPES: &str = "openid email profile offline_access User.Read Calendars.ReadWrite";
const MAIL_SCOPES: &str = "https://outlook.office.com/IMAP.AccessAsUser.All https://outlook.office.com/SMTP.Send offline_access";

const LOGIN: &str = "https://login.microsoftonline.com";

/// The settings of an account. Addresses are given where it is on a server that stands in for Microsoft's.
#[derive(Debug, Deserialize)]
struct MicrosoftSettings {
    /// Of an application that is registered as a public client: it has no secret.
    client_id: String,
    /// A directory, `organizations`, `consumers`, or both as usual.
    #[serde(default)]
    tenant: Option<String>,
    #[serde(default)]
    endpoint: Option<String>,
    #[serde(default)]
    login_endpoint: Option<String>,
    /// Changes are written also where Microsoft mails those who take part.
    #[serde(default)]
    mail_attendees: bool,
    /// The consent covers mail too.
    #[serde(default)]
    mail: bool,
}

impl MicrosoftSettings {
    fn read(account: &AccountConfig) -> Result<Self, String> {
        let settings: Self = settings::read(account)?;
        if settings.client_id.trim().is_empty() {
            return Err(format!("Account “{}” has no client ID of Microsoft's. Enter it in Settings.", account.label));
        }
        Ok(settings)
    }

    fn provider(&self) -> Result<Provider, String> {
        let tenant = self.tenant.as_deref().map(str::trim).filter(|tenant| !tenant.is_empty()).unwrap_or("common");
        let here = self.stand_in()?.map(|endpoint| endpoint.origin().ascii_serialization());
        let page = |name: &str| {
            let mut url = address(self.login_endpoint.as_deref(), here.as_deref().unwrap_or(LOGIN))?;
            if let Ok(mut path) = url.path_segments_mut() {
                path.pop_if_empty().extend([tenant, "oauth2", "v2.0", name]);
            }
            Ok::<_, String>(url)
        };
        Ok(Provider {
            name: "Microsoft",
            authorize: page("authorize")?.into(),
            endpoints: Endpoints::known(page("token")?, None),
            issuer: None,
            scopes: if self.mail { vec![CALENDAR_SCOPES, MAIL_SCOPES] } else { vec![CALENDAR_SCOPES] },
            // What is said of the one resource says nothing of the other.
            first: if self.mail { CALENDAR_SCOPES } else { "" },
            required: vec![("Calendars.ReadWrite", "calendars")],
            parameters: vec![("prompt", "select_account".to_owned())],
            // The portal takes only this name of an address without encryption; the port does not matter to it.
            loopback: "localhost",
            ended: "It may have been withdrawn in the Microsoft account, the password was changed, or nothing was asked for 90 days.",
        })
    }

    fn client(&self) -> Client {
        Client { id: self.client_id.trim().to_owned(), secret: None }
    }

    /// A server on this computer that stands in for Graph; it signs in too.
    fn stand_in(&self) -> Result<Option<Url>, String> {
        let endpoint = address(self.endpoint.as_deref(), ENDPOINT)?;
        Ok(Some(endpoint).filter(|endpoint| endpoint.host_str().is_some_and(is_loopback)))
    }
}

fn address(given: Option<&str>, usual: &str) -> Result<Url, String> {
    let text = given.map(str::trim).filter(|given| !given.is_empty()).unwrap_or(usual);
    let url = Url::parse(text).map_err(|_| format!("“{text}” is no address."))?;
    check_address(&url)?;
    Ok(url)
}

/// The tokens that mail is sent and read with.
pub(crate) fn mail_tokens(consent: &Consent, consents: &Consents) -> Result<MailTokens, String> {
    let settings = MicrosoftSettings::read(&consent.account)?;
    let tokens = consents.of(&consent.account, settings.provider()?, settings.client(), Arc::clone(&consent.keeper))?;
    Ok(MailTokens { tokens, resource: MAIL_SCOPES })
}

/// The servers of Exchange Online, and of Outlook.com for a person's own address; where another server stands in for Microsoft, that one.
pub(crate) fn mail_servers(account: &AccountConfig) -> MailServers {
    let elsewhere = settings::read(account).ok().and_then(|settings: MicrosoftSettings| settings.stand_in().ok().flatten());
    if let Some(host) = elsewhere.as_ref().and_then(Url::host_str).map(str::to_owned) {
        return MailServers { smtp: (host.clone(), 587, false), imap: (host, 993), authserv_id: String::new() };
    }
    let domain = settings::domain_of(&account.address).to_ascii_lowercase();
    let is_own = ["outlook.", "hotmail.", "live.", "msn."].iter().any(|name| domain.starts_with(name));
    let smtp = if is_own { "smtp-mail.outlook.com" } else { "smtp.office365.com" };
    MailServers { smtp: (smtp.to_owned(), 587, false), imap: ("outlook.office365.com".to_owned(), 993), authserv_id: String::new() }
}

/// The calendars of an account at Microsoft.
pub(crate) struct MicrosoftCalendars {
    graph: Graph,
    mails: bool,
}

impl MicrosoftCalendars {
    pub(crate) fn new(account: &AccountConfig, keeper: Arc<dyn SecretKeeper>, consents: &Consents) -> Result<Self, String> {
        let settings = MicrosoftSettings::read(account)?;
        let endpoint = address(settings.endpoint.as_deref(), ENDPOINT)?;
        let web = Arc::new(Web::new(None)?);
        let tokens = consents.of(account, settings.provider()?, settings.client(), keeper)?;
        Ok(Self { graph: Graph::new(web, tokens, endpoint), mails: settings.mail_attendees })
    }
}

/// Asks for consent to use an account. `random` must be fresh.
pub(crate) fn sign_in(account: &AccountConfig, random: [u8; 64]) -> Result<Box<dyn SignIn>, String> {
    let settings = MicrosoftSettings::read(account)?;
    let mut provider = settings.provider()?;
    if account.address.contains('@') {
        provider.parameters.push(("login_hint", account.address.clone()));
    }
    Ok(Box::new(BrowserSignIn::begin(provider, settings.client(), Arc::new(Web::new(None)?), random)?))
}

#[async_trait]
impl CalendarRemote for MicrosoftCalendars {
    async fn calendars(&self) -> Result<Vec<RemoteCalendar>, RemoteFailure> {
        calendars::list(&self.graph).await
    }

    async fn create_calendar(&self, name: &str, _zone: &str, colour: &str) -> Result<RemoteCalendar, RemoteFailure> {
        calendars::create(&self.graph, name, colour).await
    }

    async fn change_calendar(&self, id: &str, name: &str, colour: Option<&str>) -> Result<(), RemoteFailure> {
        calendars::change(&self.graph, id, name, colour).await
    }

    async fn changes(&self, calendar: &str, from: From<'_>) -> Result<Changes, RemoteFailure> {
        listing::changes(&self.graph, calendar, from).await
    }

    async fn fetch(&self, calendar: &str, ids: &[String]) -> Result<Vec<RemoteItem>, RemoteFailure> {
        series::read_here(&self.graph, calendar, ids).await.map_err(Trouble::of_calendar)
    }

    async fn find(&self, calendar: &str, uid: &str) -> Result<Vec<RemoteItem>, RemoteFailure> {
        let ids = series::ids_of(&self.graph, calendar, uid).await.map_err(Trouble::of_calendar)?;
        self.fetch(calendar, &ids).await
    }

    async fn write(&self, calendar: &str, write: &SeriesWrite) -> Result<WriteOutcome, RemoteFailure> {
        Writing { graph: &self.graph, calendar, mails: self.mails }.write(write).await
    }

    fn held(&self, series: &[Event]) -> Vec<Event> {
        held::held(series)
    }

    fn makes_anew(&self, write: &SeriesWrite) -> bool {
        write::makes_anew(write)
    }

    fn least_seconds_between_looks(&self) -> u64 {
        3
    }

    fn clock_ahead(&self) -> i64 {
        self.graph.clock_ahead()
    }
}
