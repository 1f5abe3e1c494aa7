//! What came since one last heard of it, in words for a notification.

use std::time::Duration;

use anyhow::Result;
use calendar::EventTime;
use store::{Reader, Store, event_version, receipt};
use tokio::sync::broadcast::error::RecvError;

use crate::event::EngineEvent;
use crate::{Engine, Failure, app};

/// Answers that came.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct News {
    /// How many: "12 new answers".
    pub title: String,
    /// To what: "Cup final, Thursday 1 April", or "to 3 events".
    pub text: String,
    /// The last of their receipts: what comes later is news.
    pub through: i64,
}

/// The window's setting that switches notifications off.
const SETTING: &str = "notifications";
/// Answers seldom come alone: the others are waited for.
const SETTLE: Duration = Duration::from_secs(5);
/// From one notification to the next.
const APART: Duration = Duration::from_mins(1);

/// Calls `say` with what comes from now on, until the engine stops: a few answers at a time, and once a minute at most. `is_seen` says whether
/// the organizer sees it anyway.
pub fn announce(engine: &Engine, is_seen: impl Fn() -> bool + Send + Sync + 'static, say: impl Fn(News) + Send + Sync + 'static) {
    let own = engine.clone();
    engine.spawn(async move {
        tokio::select! {
            outcome = watch(&own, &is_seen, &say) => if let Err(failure) = outcome {
                tracing::warn!("answers that come are no longer told of: {failure}");
            },
            () = own.stopping().cancelled() => {}
        }
    });
}

async fn watch(engine: &Engine, is_seen: &(impl Fn() -> bool + Sync), say: &(impl Fn(News) + Sync)) -> Result<(), Failure> {
    let mut events = engine.subscribe();
    let mut through = engine.store().read(receipt::newest).await?;
    loop {
        match events.recv().await {
            // Among what was missed there may have been answers.
            Ok(EngineEvent::Answers { .. }) | Err(RecvError::Lagged(_)) => {}
            Ok(_) => continue,
            Err(RecvError::Closed) => return Ok(()),
        }
        tokio::time::sleep(SETTLE).await;
        let Some(news) = news_since(engine.store(), through).await? else { continue };
        through = news.through;
        if is_seen() || app::get_setting(engine, SETTING).await?.as_deref() == Some("off") {
            continue;
        }
        say(news);
        tokio::time::sleep(APART).await;
    }
}

/// What came after a receipt; none where nothing did.
///
/// # Errors
/// When the database cannot be read.
pub async fn news_since(store: &Store, through: i64) -> Result<Option<News>, Failure> {
    Ok(store.read(move |r| receipt::news_after(r, through)?.map(|news| in_words(r, &news)).transpose()).await?)
}

fn in_words(r: &Reader<'_>, news: &receipt::News) -> Result<News> {
    let title = if news.answers == 1 { "1 new answer".to_owned() } else { format!("{} new answers", charts::count_in_words(news.answers)) };
    let text = match (news.events, news.event) {
        (1, Some(event)) => event_version::current(r, event)?.map_or_else(String::new, |current| {
            let summary = current.content.summary.trim();
            let name = if summary.is_empty() { "Untitled event" } else { summary };
            format!("{name}, {}", day(&current.content.start))
        }),
        (events, _) => format!("To {events} events"),
    };
    Ok(News { title, text, through: news.newest })
}

fn day(start: &EventTime) -> String {
    start.local().strftime("%A %-d %B").to_string()
}
