//! Addresses that get no mail, with the reason and who said so.

use anyhow::Result;
use mail::address::Address;
use mail::audience::LeftOut;
use store::Store;
use store::suppression::{self, Entry, Reason};

use super::view::{SuppressionPage, SuppressionView};
use crate::Engine;
use crate::error::{Code, Failure};
use crate::event::{Changed, EngineEvent};

const LONGEST_PAGE: u32 = 1_000;

/// A page of addresses that get no mail, the latest first; `cursor` is a page's `next`, empty at first.
///
/// # Errors
/// When the database cannot be read.
pub async fn suppressions(store: &Store, search: &str, cursor: &str, limit: u32) -> Result<SuppressionPage> {
    let (search, before, limit) = (search.trim().to_lowercase(), cursor.parse().unwrap_or(i64::MAX), limit.clamp(1, LONGEST_PAGE));
    store
        .read(move |r| {
            let rows = suppression::page(r, &search, before, limit)?;
            let is_last = rows.len() < usize::try_from(limit)?;
            let next = rows.last().filter(|_| !is_last).map(|row| row.id.to_string()).unwrap_or_default();
            Ok(SuppressionPage { rows: rows.into_iter().map(view).collect(), total: suppression::count(r, &search)?, next })
        })
        .await
}

fn view(entry: Entry) -> SuppressionView {
    let Entry { id, address, suppression } = entry;
    let reason = suppression.reason.word();
    SuppressionView {
        id: id.to_string(),
        address,
        reason: reason.to_owned(),
        words: LeftOut::from_code(reason).map(LeftOut::words).unwrap_or_default().to_owned(),
        evidence: suppression.evidence,
        receipt: suppression.receipt.map(|receipt| receipt.to_string()).unwrap_or_default(),
        at: suppression.at.to_string(),
    }
}

/// Stops mail to these addresses by hand, whether or not they are guests. Answers how many were not stopped by hand before.
///
/// # Errors
/// [`Code::InvalidInput`] where one is no address; then none is stopped.
pub async fn add_suppressions(engine: &Engine, addresses: &[String], note: &str) -> Result<u32> {
    let (addresses, note, now) = (normalised(addresses)?, note.trim().to_owned(), engine.clock().now());
    let added = engine
        .store()
        .write(move |w| {
            addresses
                .iter()
                .try_fold(0, |added, address| Ok(added + u32::from(suppression::add(w, address, Reason::ByHand, &note, None, now)?)))
        })
        .await?;
    engine.tell(EngineEvent::Changed { what: vec![Changed::Guests] });
    Ok(added)
}

/// Lets mail to these addresses again, whatever stopped it. Answers how many were stopped.
///
/// # Errors
/// [`Code::InvalidInput`] where one is no address; then nothing is changed.
pub async fn lift_suppressions(engine: &Engine, addresses: &[String]) -> Result<u32> {
    let (addresses, now) = (normalised(addresses)?, engine.clock().now());
    let lifted = engine
        .store()
        .write(move |w| addresses.iter().try_fold(0, |lifted, address| Ok(lifted + u32::from(suppression::lift(w, address, now)?))))
        .await?;
    engine.tell(EngineEvent::Changed { what: vec![Changed::Guests] });
    Ok(lifted)
}

fn normalised(addresses: &[String]) -> Result<Vec<String>> {
    let read = |text: &String| {
        let invalid = |problem| Failure::new(Code::InvalidInput, format!("{problem}.")).with("field", "address").into();
        Address::parse(text).map(|address| address.normalised).map_err(invalid)
    };
    addresses.iter().map(read).collect()
}
