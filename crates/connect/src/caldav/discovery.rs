//! From what the organizer knows to where the calendars are (RFC 6764).
//!
//! An address may name the server, one calendar, or only a domain. What the DNS alone says of another domain is not believed: a password
//! would go there.

use std::time::Duration;

use calendar::remote::RemoteFailure;
use hickory_resolver::Resolver;
use hickory_resolver::proto::rr::RData;
use reqwest::Url;
use tokio::time::timeout;

use super::multistatus::{Multistatus, Response};
use super::outcome::{failure, listed};
use super::server::{Depth, Server};
use super::xml::Namespace;
use crate::settings::domain_of;
use crate::web::{check_address, host_of, later};

const LOOKUP_PATIENCE: Duration = Duration::from_secs(5);
const WELL_KNOWN: &str = "/.well-known/caldav";
const MOST_STEPS: usize = 5;
const WANTED: &str = "<d:current-user-principal/><c:calendar-home-set/><d:resourcetype/>";

/// What the organizer gave as the address.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Address {
    /// A server, or something on it.
    Url(Url),
    /// A domain that says itself where its calendars are.
    Domain(String),
}

/// Where calendars are.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Place {
    /// In these folders.
    Homes(Vec<Url>),
    /// The address is a calendar itself, and its server shows no more.
    Calendar(Url),
}

impl Address {
    /// Reads what was given; a sentence says what is wrong with it.
    pub(super) fn parse(text: &str) -> Result<Self, String> {
        let text = text.trim();
        if text.contains("://") {
            let mut url = Url::parse(text).map_err(|error| format!("“{text}” is no address: {error}."))?;
            if !url.username().is_empty() || url.password().is_some() {
                return Err("The address holds a user or a password. Enter them in their own fields.".to_owned());
            }
            check_address(&url)?;
            url.set_fragment(None);
            return Ok(Self::Url(url));
        }
        let domain = if text.contains('@') { domain_of(text) } else { text };
        let url = Url::parse(&format!("https://{domain}")).map_err(|_| format!("“{text}” is neither an address nor a domain."))?;
        let host = url.host_str().unwrap_or_default().to_owned();
        if url.port().is_none() && url.path() == "/" && host.contains('.') { Ok(Self::Domain(host)) } else { Ok(Self::Url(url)) }
    }
}

/// Finds the calendars behind an address.
pub(super) async fn find(server: &Server, address: &Address) -> Result<Place, RemoteFailure> {
    let mut first_failure = None;
    for candidate in candidates(server, address).await? {
        match from(server, candidate).await {
            Ok(Some(place)) => return Ok(place),
            Ok(None) => {}
            Err(login @ RemoteFailure::NeedsLogin { .. }) => return Err(login),
            Err(failure) => first_failure = first_failure.or(Some(failure)),
        }
    }
    let name = match address {
        Address::Url(url) => host_of(url),
        Address::Domain(domain) => domain.clone(),
    };
    let nothing = || RemoteFailure::Refused {
        reason: format!("No calendars were found at {name}. Enter the address that your provider gives for CalDAV."),
    };
    Err(match first_failure {
        Some(failure @ RemoteFailure::Later { .. }) => failure,
        _ => nothing(),
    })
}

/// Where to ask, the likeliest first.
async fn candidates(server: &Server, address: &Address) -> Result<Vec<Url>, RemoteFailure> {
    let mut found = Vec::new();
    let (origin, path) = match address {
        Address::Url(url) => {
            found.push(url.clone());
            (url.clone(), None)
        }
        Address::Domain(domain) => by_name_service(domain).await?,
    };
    if let Some(path) = path.and_then(|path| origin.join(&path).ok()) {
        found.push(path);
    }
    // A server that is out of reach for its well-known address is out of reach for its root, which then says why.
    if let Ok(Some(known)) = well_known(server, &origin).await {
        found.push(known);
    }
    found.extend(origin.join("/"));
    found.dedup();
    Ok(found)
}

/// `.well-known/caldav`: where it leads, other servers included, for it is the domain itself that says so.
async fn well_known(server: &Server, origin: &Url) -> Result<Option<Url>, RemoteFailure> {
    let Ok(mut url) = origin.join(WELL_KNOWN) else { return Ok(None) };
    for _ in 0..MOST_STEPS {
        let answer = server.look(url.clone()).await?;
        let Some(to) = answer.location() else {
            let is_one = answer.status.is_success() || answer.status.as_u16() == 401;
            return Ok(is_one.then_some(url));
        };
        if check_address(&to).is_err() || (url.scheme() == "https" && to.scheme() != "https") {
            return Ok(None);
        }
        url = to;
    }
    Ok(None)
}

/// What the DNS says (RFC 6764 §3, §4): a server, and a path on it.
async fn by_name_service(domain: &str) -> Result<(Url, Option<String>), RemoteFailure> {
    let itself = |host: &str, port: u16| {
        Url::parse(&format!("https://{host}:{port}/")).map_err(|_| later(format!("{domain} names a server that is none.")))
    };
    let Some((target, port, path)) = timeout(LOOKUP_PATIENCE, look_up(domain)).await.ok().flatten() else {
        return Ok((itself(domain, 443)?, None));
    };
    let is_within = target == domain || target.strip_suffix(domain).is_some_and(|before| before.ends_with('.'));
    if !is_within {
        return Err(RemoteFailure::Refused {
            reason: format!(
                "{domain} says that its calendars are at {target}. If that is your provider, enter https://{target} as the address."
            ),
        });
    }
    Ok((itself(&target, port)?, path))
}

async fn look_up(domain: &str) -> Option<(String, u16, Option<String>)> {
    let resolver = Resolver::builder_tokio().and_then(hickory_resolver::ResolverBuilder::build).ok()?;
    let name = format!("_caldavs._tcp.{domain}.");
    let servers = resolver.srv_lookup(name.as_str()).await.ok()?;
    let best = servers
        .answers()
        .iter()
        .filter_map(|record| match &record.data {
            RData::SRV(server) if !server.target.is_root() => Some(server),
            _ => None,
        })
        .min_by_key(|server| (server.priority, u16::MAX - server.weight))?;
    let target = best.target.to_ascii().trim_end_matches('.').to_ascii_lowercase();
    let texts = resolver.txt_lookup(name.as_str()).await.ok();
    let path = texts.and_then(|texts| {
        texts.answers().iter().find_map(|record| match &record.data {
            RData::TXT(text) => text.to_string().strip_prefix("path=").map(str::to_owned),
            _ => None,
        })
    });
    Some((target, best.port, path))
}

/// Goes from one address to the homes: by itself, or by the principal that it names. None where it knows of no calendars.
async fn from(server: &Server, url: Url) -> Result<Option<Place>, RemoteFailure> {
    let answer = server.properties(url.clone(), Depth::Itself, WANTED).await?;
    if matches!(answer.status.as_u16(), 403..=405 | 410 | 501) {
        return Ok(None);
    }
    let url = answer.url.clone();
    let shown = listed(&answer)?;
    if let Some(homes) = homes(&url, &shown)? {
        return Ok(Some(Place::Homes(homes)));
    }
    let calendar = shown.responses.iter().any(is_calendar).then(|| Place::Calendar(url.clone()));
    let principal = shown.responses.iter().find_map(|response| response.address(Namespace::Dav, "current-user-principal"));
    let Some(principal) = principal.map(|href| elsewhere(&url, href)).transpose()? else { return Ok(calendar) };
    let answer = server.properties(principal.clone(), Depth::Itself, WANTED).await?;
    if answer.status.is_client_error() && answer.status.as_u16() != 401 {
        return Ok(calendar);
    }
    if answer.status.is_server_error() {
        return Err(failure(&answer));
    }
    let homes = homes(&principal, &listed(&answer)?)?;
    Ok(homes.map(Place::Homes).or(calendar))
}

/// Whether a thing is a calendar.
pub(super) fn is_calendar(response: &Response) -> bool {
    response.property(Namespace::Dav, "resourcetype").is_some_and(|kind| kind.child(Namespace::CalDav, "calendar").is_some())
}

fn homes(base: &Url, shown: &Multistatus) -> Result<Option<Vec<Url>>, RemoteFailure> {
    let sets = shown.responses.iter().filter_map(|response| response.property(Namespace::CalDav, "calendar-home-set"));
    let hrefs = sets.flat_map(|set| set.all(Namespace::Dav, "href")).map(|href| href.text.trim()).filter(|href| !href.is_empty());
    let homes = hrefs.map(|href| elsewhere(base, href).map(folder)).collect::<Result<Vec<_>, _>>()?;
    Ok(Some(homes).filter(|homes| !homes.is_empty()))
}

/// An address that a server names, which may be on another server of the provider (iCloud's are), and is encrypted where this one is.
fn elsewhere(base: &Url, href: &str) -> Result<Url, RemoteFailure> {
    let fault = |reason: String| later(format!("{} names an address that cannot be used: {reason}", host_of(base)));
    let url = base.join(href).map_err(|error| fault(format!("{error}.")))?;
    check_address(&url).map_err(fault)?;
    if base.scheme() == "https" && url.scheme() != "https" {
        return Err(fault("it is not encrypted.".to_owned()));
    }
    Ok(url)
}

fn folder(mut url: Url) -> Url {
    if !url.path().ends_with('/') {
        url.set_path(&format!("{}/", url.path()));
    }
    url
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_a_server_a_path_or_a_domain() {
        let domain = |name: &str| Ok(Address::Domain(name.to_owned()));
        let url = |text: &str| Ok(Address::Url(Url::parse(text).unwrap()));
        for (given, expected) in [
            ("club.example", domain("club.example")),
            (" anna@club.example ", domain("club.example")),
            ("https://dav.club.example/anna/", url("https://dav.club.example/anna/")),
            ("dav.club.example:8443", url("https://dav.club.example:8443/")),
            ("dav.club.example/anna", url("https://dav.club.example/anna")),
            ("http://127.0.0.1:5232", url("http://127.0.0.1:5232/")),
        ] {
            assert_eq!(Address::parse(given), expected, "{given}");
        }
        for wrong in ["http://club.example", "https://anna:secret@club.example/", "two words", "", "ftp://club.example"] {
            let told = Address::parse(wrong).expect_err(wrong);
            assert!(!told.contains("secret"), "no password is repeated: {told}");
        }
    }

    #[test]
    fn a_server_leads_to_no_address_in_clear() {
        let base = Url::parse("https://dav.club.example/").unwrap();
        assert!(elsewhere(&base, "http://127.0.0.1/x").is_err(), "from an encrypted one to one that is not");
        let home = elsewhere(&base, "https://p42.club.example/home").map(folder);
        assert_eq!(home.unwrap().as_str(), "https://p42.club.example/home/", "another server of the provider");
    }
}
