//! Messages copied to a place of the organizer's own. A message is named by its content there, so that a copy which was broken off goes on, and
//! one that is there is not put a second time.

use std::collections::HashSet;
use std::fmt::Write as _;
use std::sync::Arc;

use anyhow::Result;
use futures::{StreamExt as _, TryStreamExt as _, stream};
use mail::port::{CopyPlace, CopyTarget};
use sha2::{Digest as _, Sha256};
use store::receipt::archive::{self, Which};

use super::export::PAGE;
use super::view::ArchiveCopy;
use crate::event::EngineEvent;
use crate::{Code, Engine, Failure};

/// Messages that are under way at once.
const AT_ONCE: usize = 16;

/// Copies every message that is not there yet.
///
/// # Errors
/// [`Code::InvalidInput`] for a place that no adapter knows, [`Code::Unreachable`] when it cannot be reached or refuses; what was copied stays
/// there.
pub async fn copy(engine: &Engine, target: &CopyTarget) -> Result<ArchiveCopy, Failure> {
    let place = place(engine, target)?;
    let there = Arc::new(names(place.as_ref()).await.map_err(|words| refused(target, &words))?);
    let total = engine.store().read(|r| archive::count(r, Which::default())).await?;
    let mut result = ArchiveCopy::default();
    let mut last = 0;
    loop {
        let page = engine.store().read(move |r| archive::after(r, Which::default(), last, PAGE)).await?;
        let Some(newest) = page.last() else { return Ok(result) };
        last = newest.id;
        let (place, there) = (&place, &there);
        let copied: Vec<bool> = stream::iter(page)
            .map(|message| async move {
                let name = name(&message.raw);
                if there.contains(&name) {
                    return Ok(false);
                }
                place.put(&name, message.raw).await.map(|()| true)
            })
            .buffer_unordered(AT_ONCE)
            .try_collect()
            .await
            .map_err(|words: String| refused(target, &words))?;
        for copied in copied {
            result.messages += 1;
            result.copied += u32::from(copied);
            result.known += u32::from(!copied);
        }
        engine.tell(EngineEvent::Progress { work: "Copying messages".to_owned(), done: result.messages, total });
    }
}

fn place(engine: &Engine, target: &CopyTarget) -> Result<Arc<dyn CopyPlace>, Failure> {
    let invalid = |sentence: String| Failure::new(Code::InvalidInput, sentence).with("field", "to");
    match engine.adapters().iter().find_map(|adapters| adapters.copies(target)) {
        Some(place) => place.map_err(invalid),
        None => Err(invalid(format!("“{}” is no place to copy to. Name a bucket and a folder in it: s3://bucket/folder", target.url))),
    }
}

/// Every name that is there.
async fn names(place: &dyn CopyPlace) -> Result<HashSet<String>, String> {
    let mut names = HashSet::new();
    let mut page = place.list(None).await?;
    loop {
        names.extend(page.names);
        match page.next {
            Some(next) => page = place.list(Some(next)).await?,
            None => return Ok(names),
        }
    }
}

fn name(message: &[u8]) -> String {
    let mut name = String::with_capacity(68);
    for byte in Sha256::digest(message) {
        // Writing to a string cannot fail.
        let _ = write!(name, "{byte:02x}");
    }
    name.push_str(".eml");
    name
}

fn refused(target: &CopyTarget, words: &str) -> Failure {
    Failure::new(Code::Unreachable, format!("Messages cannot be copied to {}: {words}", target.url)).with("account", &target.url)
}
