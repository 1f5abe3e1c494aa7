//! Domains that take no mail, asked of the DNS where there is one, and for a few seconds at most.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use futures::StreamExt as _;
use mail::address::Address;
use mail::port::{DomainAnswer, MailDomains};
use tokio::time::{Instant, timeout_at};

use super::reading::Table;
use super::view::ColumnField;
use crate::Engine;

const PATIENCE: Duration = Duration::from_secs(5);
const AT_ONCE: usize = 32;
/// A list of a club has some dozens; of a list of a million the most frequent ones.
const MOST_DOMAINS: usize = 500;
/// Top-level names that are never looked up (RFC 2606 §2), and the domains of examples (§3).
const RESERVED: [&str; 7] = ["test", "example", "invalid", "localhost", "example.com", "example.net", "example.org"];

/// The domains of a table that take no mail, each with its reason. Empty without a network.
pub(super) async fn dead(engine: &Engine, table: &Table, fields: &[ColumnField]) -> BTreeMap<String, String> {
    let Some(domains) = engine.adapters().iter().find_map(|adapters| adapters.domains()) else { return BTreeMap::new() };
    let Some(column) = fields.iter().position(|field| *field == ColumnField::Email) else { return BTreeMap::new() };
    let wanted = frequent(table, column);
    let until = Instant::now() + PATIENCE;
    if wanted.is_empty() || !matches!(timeout_at(until, domains.is_online()).await, Ok(true)) {
        return BTreeMap::new();
    }
    let ask = |domain: String| {
        let domains: Arc<dyn MailDomains> = Arc::clone(&domains);
        async move {
            let answer = timeout_at(until, domains.takes_mail(&domain)).await;
            (domain, answer)
        }
    };
    let answers: Vec<_> = futures::stream::iter(wanted.into_iter().map(ask)).buffer_unordered(AT_ONCE).collect().await;
    answers
        .into_iter()
        .filter_map(|(domain, answer)| match answer {
            Ok(DomainAnswer::NoSuchDomain) => Some((domain.clone(), format!("the domain “{domain}” does not exist"))),
            Ok(DomainAnswer::NoMail) => Some((domain.clone(), format!("the domain “{domain}” takes no mail"))),
            Ok(DomainAnswer::TakesMail | DomainAnswer::Unknown) | Err(_) => None,
        })
        .collect()
}

fn frequent(table: &Table, column: usize) -> Vec<String> {
    let mut counts = BTreeMap::<String, usize>::new();
    for address in table.rows.iter().filter_map(|row| row.cells.get(column)).filter_map(|cell| Address::parse(cell).ok()) {
        *counts.entry(address.domain).or_default() += 1;
    }
    let mut domains: Vec<(String, usize)> = counts.into_iter().filter(|(domain, _)| !is_reserved(domain)).collect();
    domains.sort_by_key(|(_, count)| std::cmp::Reverse(*count));
    domains.into_iter().take(MOST_DOMAINS).map(|(domain, _)| domain).collect()
}

fn is_reserved(domain: &str) -> bool {
    RESERVED.iter().any(|reserved| domain == *reserved || domain.strip_suffix(reserved).is_some_and(|rest| rest.ends_with('.')))
}
