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

#[cfg(test)]
mod tests {
    use std::net::SocketAddr;

    use hickory_resolver::config::{ConnectionConfig, NameServerConfig, ResolverConfig};
    use hickory_resolver::net::runtime::TokioRuntimeProvider;
    use testkit::fake_dns::{FakeDns, Zone};

    use super::*;

    fn asking(server: SocketAddr) -> Dns {
        let mut udp = ConnectionConfig::udp();
        udp.port = server.port();
        let config = ResolverConfig::from_name_servers(vec![NameServerConfig::new(server.ip(), true, vec![udp])]);
        let builder = Resolver::builder_with_config(config, TokioRuntimeProvider::default());
        Dns { resolver: Some(builder.build().expect("a resolver")) }
    }

    #[tokio::test]
    async fn a_domain_that_takes_no_mail_is_told_from_one_that_is_not_there() {
        let server = FakeDns::start(&[
            ("gmail.com", Zone::Mail("mx.gmail.com".to_owned())),
            ("club.test", Zone::Mail("mx.club.test".to_owned())),
            ("never.test", Zone::NoMail),
            ("old.test", Zone::Address([192, 0, 2, 1].into())),
            ("parked.test", Zone::Nothing),
            ("broken.test", Zone::Broken),
        ])
        .expect("a name server");
        let dns = asking(server.address());
        assert!(dns.is_online().await, "a name that is always there is there");
        let expected = [
            ("club.test", DomainAnswer::TakesMail),
            ("never.test", DomainAnswer::NoMail),
            ("old.test", DomainAnswer::TakesMail),
            ("parked.test", DomainAnswer::NoMail),
            ("typo.test", DomainAnswer::NoSuchDomain),
            ("broken.test", DomainAnswer::Unknown),
        ];
        for (domain, answer) in expected {
            assert_eq!(dns.takes_mail(domain).await, answer, "{domain}");
        }
    }

    #[tokio::test]
    async fn without_a_name_server_that_knows_the_world_nothing_is_said() {
        let server = FakeDns::start(&[]).expect("a name server");
        assert!(!asking(server.address()).is_online().await, "a network that knows no gmail.com is a hotel's");
        assert_eq!(Dns { resolver: None }.takes_mail("club.test").await, DomainAnswer::Unknown, "nor is anything known without a resolver");
    }
}
