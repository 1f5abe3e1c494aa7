//! Setting up a practice round: a season, guests, an outbox, an inbox, and a draft that invites to all of it.

use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{ToSpan as _, Unit};

use crate::accounts::view::{AccountView, InboxForm, SenderForm};
use crate::calendars::import;
use crate::calendars::view::{ImportPreview, ImportTarget};
use crate::campaigns::view::{CampaignDetail, CampaignDraft};
use crate::guests::view::GuestSource;
use crate::{Code, Engine, Failure, accounts, calendars, campaigns, guests};

const LIST: &str = "Practice guests";
const SENDER: &str = "Practice outbox";
const INBOX: &str = "Practice inbox";
const SUBJECT: &str = "You are invited: {{ event.summary }}";
const BODY: &str = "Hello {{ first_name | default(\"friend\") }},\n\nyou are invited to {{ event.summary }}. Say yes with one click, and it is in your calendar.\n\nSee you there";
/// The season begins about this many days from now.
const DAYS_AHEAD: i64 = 12;

/// What a round is made of.
pub struct Sample {
    /// The season as iCalendar text.
    pub season: String,
    /// The guests.
    pub guests: GuestSource,
}

/// Sets it up in an empty database.
///
/// # Errors
/// When the season or the guests cannot be read, or the database cannot be written.
pub async fn set_up(engine: &Engine, sample: Sample) -> Result<CampaignDetail, Failure> {
    let name = bring_season(engine, sample.season).await?;
    let preview = guests::preview(engine, sample.guests).await?;
    let list = guests::apply(engine, &preview.id, LIST).await?.list;
    let sender = accounts::add_sender(engine, SenderForm::Rehearsal { label: SENDER.to_owned() }).await?;
    let inbox = accounts::add_inbox(engine, InboxForm::Rehearsal { label: INBOX.to_owned() }).await?;
    let events = season_events(engine).await?;
    let draft = draft(name, events, list, &sender, &inbox);
    Ok(campaigns::create_campaign(engine, draft).await?)
}

/// Imports the season, moved by whole weeks so that it lies ahead; returns its name.
async fn bring_season(engine: &Engine, text: String) -> Result<String, Failure> {
    let as_written = import::preview_pasted(engine, text.clone(), None, 0).await?;
    let weeks = weeks_ahead(engine, &as_written);
    let name = if as_written.suggested_name.is_empty() { "Practice season".to_owned() } else { as_written.suggested_name };
    let target = ImportTarget::Named { name: name.clone() };
    let preview = import::preview_pasted(engine, text, Some(target.clone()), weeks).await?;
    import::apply(engine, &preview.id, target, false).await?;
    Ok(name)
}

/// How many weeks later the season has to take place for its first event to lie ahead.
fn weeks_ahead(engine: &Engine, preview: &ImportPreview) -> i32 {
    let first: Option<Date> = preview.rows.iter().filter_map(|row| row.start.get(..10)?.parse().ok()).min();
    let today = engine.clock().now().to_zoned(TimeZone::UTC).date();
    let Some(days) = first.and_then(|first| today.saturating_add(DAYS_AHEAD.days()).since((Unit::Day, first)).ok()) else { return 0 };
    days.get_days().div_euclid(7) + i32::from(days.get_days().rem_euclid(7) > 0)
}

/// Every event from now on, once.
async fn season_events(engine: &Engine) -> Result<Vec<String>, Failure> {
    let now = engine.clock().now();
    let end = now.to_zoned(TimeZone::UTC).saturating_add(2.years()).timestamp();
    let mut ids: Vec<String> = Vec::new();
    for occurrence in calendars::list_occurrences(engine, &now.to_string(), &end.to_string()).await? {
        if !ids.contains(&occurrence.id) {
            ids.push(occurrence.id);
        }
    }
    if ids.is_empty() {
        return Err(Failure::new(Code::InvalidInput, "The season has no coming event to invite to.").with("field", "events"));
    }
    Ok(ids)
}

fn draft(name: String, events: Vec<String>, list: String, sender: &AccountView, inbox: &AccountView) -> CampaignDraft {
    CampaignDraft {
        name,
        kind: "invitation".to_owned(),
        events,
        list,
        subject: SUBJECT.to_owned(),
        body: BODY.to_owned(),
        sender: sender.id.clone(),
        inbox: inbox.id.clone(),
        ..CampaignDraft::default()
    }
}
