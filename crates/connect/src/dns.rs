//! What a sender's domain says about itself in the DNS.

use std::time::Duration;

use hickory_resolver::Resolver;
use hickory_resolver::proto::rr::RData;
use mail::port::Check;
use tokio::time::timeout;

use crate::settings::{good, warning};

const LOOKUP_PATIENCE: Duration = Duration::from_secs(5);

/// DMARC (RFC 7489 §6.1): large mailbox providers ask it of everyone who sends thousands.
pub(crate) async fn dmarc(domain: &str) -> Check {
    let name = format!("_dmarc.{domain}");
    let record = format!("{name}. TXT \"v=DMARC1; p=none; rua=mailto:postmaster@{domain}\"");
    match timeout(LOOKUP_PATIENCE, texts(&name)).await {
        Ok(Ok(texts)) if texts.iter().any(|text| text.starts_with("v=DMARC1")) => good("dmarc", format!("{domain} has a DMARC record.")),
        Ok(Ok(_)) => Check {
            copy: record,
            ..warning("dmarc", format!("{domain} has no DMARC record. Add one, or large providers may refuse mail in bulk."))
        },
        Ok(Err(_)) | Err(_) => Check {
            copy: record,
            ..warning("dmarc", format!("The DMARC record of {domain} could not be looked up. Make sure there is one like this."))
        },
    }
}

/// The TXT records of a name; empty where there are none.
async fn texts(name: &str) -> Result<Vec<String>, hickory_resolver::net::NetError> {
    let resolver = Resolver::builder_tokio()?.build()?;
    match resolver.txt_lookup(format!("{name}.")).await {
        Ok(found) => Ok(found
            .answers()
            .iter()
            .filter_map(|record| match &record.data {
                RData::TXT(text) => Some(text.txt_data.iter().map(|part| String::from_utf8_lossy(part)).collect()),
                _ => None,
            })
            .collect()),
        Err(error) if error.is_no_records_found() => Ok(Vec::new()),
        Err(error) => Err(error),
    }
}
