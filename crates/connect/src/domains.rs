//! Whether domains take mail, as the DNS says it.

use std::time::Duration;

use async_trait::async_trait;
use hickory_resolver::net::NetError;
use hickory_resolver::proto::rr::RData;
use hickory_resolver::{Resolver, TokioResolver};
use mail::port::{DomainAnswer, MailDomains};
use tokio::time::timeout;

/// A resolver that does not answer for a name that always exists is no resolver.
const ONLINE_PATIENCE: Duration = Duration::from_millis(1500);
const ALWAYS_THERE: &str = "gmail.com";

/// The DNS of this computer.
pub(crate) struct Dns {
    /// None on a computer that has no resolver configured.
    resolver: Option<TokioResolver>,
}

impl Dns {
    pub(crate) fn new() -> Self {
        Self { resolver: Resolver::builder_tokio().and_then(hickory_resolver::ResolverBuilder::build).ok() }
    }
}

#[async_trait]
impl MailDomains for Dns {
    async fn is_online(&self) -> bool {
        matches!(timeout(ONLINE_PATIENCE, self.takes_mail(ALWAYS_THERE)).await, Ok(DomainAnswer::TakesMail))
    }

    async fn takes_mail(&self, domain: &str) -> DomainAnswer {
        let Some(resolver) = &self.resolver else { return DomainAnswer::Unknown };
        match resolver.mx_lookup(format!("{domain}.")).await {
            Ok(found) => {
                let mut servers = found.answers().iter().filter_map(|record| match &record.data {
                    RData::MX(server) => Some(server.exchange.is_root()),
                    _ => None,
                });
                // A single server named "." is RFC 7505's way to say no.
                if servers.all(|is_root| is_root) { DomainAnswer::NoMail } else { DomainAnswer::TakesMail }
            }
            Err(error) if error.is_nx_domain() => DomainAnswer::NoSuchDomain,
            Err(error) if error.is_no_records_found() => {
                by_address(resolver.lookup_ip(format!("{domain}.")).await.map(|found| found.iter().count()))
            }
            Err(_) => DomainAnswer::Unknown,
        }
    }
}

/// Without an MX record a domain's own address takes its mail (RFC 5321 §5.1).
fn by_address(addresses: Result<usize, NetError>) -> DomainAnswer {
    match addresses {
        Ok(1..) => DomainAnswer::TakesMail,
        Ok(0) => DomainAnswer::NoMail,
        Err(error) if error.is_nx_domain() || error.is_no_records_found() => DomainAnswer::NoMail,
        Err(_) => DomainAnswer::Unknown,
    }
}
