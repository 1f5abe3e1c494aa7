//! Messages from rows of the ledger: what is the same for many guests is prepared once.

use std::collections::BTreeMap;
use std::sync::Arc;

use anyhow::{Context as _, Result};
use calendar::{EventStatus, EventTime, Participation, Role};
use jiff::Timestamp;
use mail::invitation::{self, Guest, InvitationMail, MessageMail, NamedAddress};
use mail::port::Outgoing;
use mail::template::{self, Rendered, Template};
use store::campaign::{Campaign, CampaignEvent};
use store::delivery::Method;
use store::delivery::due::{Due, Recipient};
use store::delivery::turn::{Claim, Told};
use store::{Reader, revision};

use super::accounts::Parties;
use super::audience::Audience;
use super::content::{self, Content, News};
use super::view::BoardAct;
use super::wording;
use crate::Engine;

/// Makes the messages of one campaign. Cheap to clone.
#[derive(Clone, Debug)]
pub(crate) struct MessageMaker {
    fixed: Arc<Fixed>,
    news: Arc<BTreeMap<Key, Arc<Prepared>>>,
}

#[derive(Debug)]
struct Fixed {
    campaign: i64,
    parties: Parties,
    template: Template,
    events: BTreeMap<i64, (revision::Revision, Content)>,
    /// What is done for guests who were chosen one by one.
    act: Option<BoardAct>,
}

/// What decides what a guest is told.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Key {
    event: i64,
    held: Option<i64>,
    /// Only the dates that were taken away since.
    base: Option<i64>,
    /// Single dates are still to be taken away since then.
    owed: Option<i64>,
    language: String,
}

impl Key {
    fn of(row: &Due, event: i64) -> Self {
        Self { event, held: row.held, base: row.base, owed: row.owed, language: language(&row.recipient).to_owned() }
    }
}

/// News of an event, ready for any guest who holds the same.
#[derive(Debug)]
struct Prepared {
    method: invitation::Method,
    revision: invitation::Revision,
    /// Dates that the guest heard of one by one are taken away by a message that follows.
    is_followed: bool,
}

/// What a guest knows before a message.
struct Known {
    /// What they hold, and before that what they held since they may have dates that are off: the oldest first.
    contents: Vec<Content>,
    /// The dates that they may have heard of one by one.
    named: Vec<EventTime>,
    /// Some of these were to be taken away and may be there still.
    owes: bool,
}

impl Known {
    /// What a guest knows who holds a revision, and is owed the dates that are off since another.
    fn of(r: &Reader<'_>, held: Option<i64>, owed: Option<i64>) -> Result<Option<Self>> {
        let Some(held) = held.map(|held| revision::get(r, held)).transpose()?.flatten() else { return Ok(None) };
        let since = owed.map(|owed| revision::get(r, owed)).transpose()?.flatten().unwrap_or_else(|| held.clone());
        let contents = revision::between(r, &since, &held)?.iter().map(|known| Content::of_revision(r, known)).collect::<Result<_>>()?;
        Ok(Some(Self { contents, named: content::named_until(r, &held)?, owes: owed.is_some() }))
    }

    /// What a guest knew since `base` and before they were told a revision.
    fn before(r: &Reader<'_>, base: i64, told: Option<i64>) -> Result<Option<Self>> {
        let Some(base) = revision::get(r, base)? else { return Ok(None) };
        let last = match told.map(|told| revision::get(r, told)).transpose()?.flatten() {
            Some(told) => revision::between(r, &base, &told)?.into_iter().rfind(|known| known.number < told.number),
            None => None,
        };
        Self::of(r, Some(last.map_or(base.id, |last| last.id)), Some(base.id))
    }

    fn held(&self) -> Option<&Content> {
        self.contents.last()
    }
}

/// What became of a row.
#[derive(Debug)]
pub(crate) enum Made {
    /// A message, ready to be claimed.
    Message {
        /// What is written down with the claim.
        claim: Claim,
        /// What leaves.
        outgoing: Outgoing,
    },
    /// The guest is left out, and why.
    LeftOut(String),
}

impl MessageMaker {
    /// Reads what all messages of a campaign are made of.
    ///
    /// # Errors
    /// When something is missing, or the template has an error.
    pub(crate) async fn load(engine: &Engine, campaign: &Campaign, events: &[CampaignEvent]) -> Result<Self> {
        let parties = super::accounts::parties(engine, campaign).await?;
        let (campaign, events) = (campaign.clone(), events.to_vec());
        engine
            .store()
            .read(move |r| {
                let mut contents = BTreeMap::new();
                for event in events {
                    let id = event.revision.context("sending has not started")?;
                    let revision = revision::get(r, id)?.context("a revision is missing")?;
                    let content = Content::of_revision(r, &revision)?;
                    contents.insert(event.event, (revision, content));
                }
                Self::new(r, &campaign, parties, contents)
            })
            .await
    }

    /// A maker for events as they stand.
    pub(crate) fn new(
        r: &Reader<'_>,
        campaign: &Campaign,
        parties: Parties,
        events: BTreeMap<i64, (revision::Revision, Content)>,
    ) -> Result<Self> {
        let (subject, body) = wording::of(r, campaign)?;
        let template = Template::new(&subject, &body).map_err(super::draft::template_failure)?;
        let act = match Audience::of(campaign) {
            Audience::Chosen { act, .. } => Some(act),
            Audience::List { .. } | Audience::Holders { .. } => None,
        };
        Ok(Self { fixed: Arc::new(Fixed { campaign: campaign.id, parties, template, events, act }), news: Arc::default() })
    }

    /// Prepares what the messages of these rows bring.
    pub(crate) fn learn(&mut self, r: &Reader<'_>, rows: &[Due]) -> Result<()> {
        for row in rows {
            let Some(invitation) = &row.invitation else { continue };
            let key = Key::of(row, invitation.event);
            if row.kept.is_some() || self.news.contains_key(&key) {
                continue;
            }
            let Some((_, content)) = self.fixed.events.get(&invitation.event) else { continue };
            let taken_away = row.base.map(|base| Known::before(r, base, row.revision)).transpose()?.flatten();
            let prepared = if let Some(before) = taken_away {
                Prepared::taking_away(content, &before, &key.language)?
            } else {
                let before = Known::of(r, row.held.filter(|_| row.owed.is_some() || !self.brings_all()), row.owed)?;
                Some(Prepared::new(content, before.as_ref(), &key.language, self.fixed.act)?)
            };
            let Some(prepared) = prepared else { continue };
            Arc::make_mut(&mut self.news).insert(key, Arc::new(prepared));
        }
        Ok(())
    }

    /// Whoever is reminded, or is sent it again, gets all of it, and not what differs from what they hold.
    fn brings_all(&self) -> bool {
        matches!(self.fixed.act, Some(BoardAct::Remind | BoardAct::Again | BoardAct::Withdraw | BoardAct::Decline))
    }

    fn withdraws(&self) -> bool {
        self.fixed.act == Some(BoardAct::Withdraw)
    }

    /// The message of one row.
    pub(crate) fn make(&self, row: &Due, now: Timestamp) -> Result<Made> {
        if let Some(kept) = &row.kept {
            return Ok(self.make_again(row, kept.clone()));
        }
        match &row.invitation {
            Some(invitation) => self.make_invitation(row, invitation, now),
            None => Ok(self.make_plain(row, now)),
        }
    }

    /// The bytes that left before, once more.
    fn make_again(&self, row: &Due, kept: Vec<u8>) -> Made {
        let told = match (&row.invitation, row.revision) {
            (Some(invitation), Some(revision)) => Some(Told {
                invitation: invitation.id,
                revision,
                method: row.method,
                sequence: invitation.sequence,
                dtstamp: invitation.dtstamp,
                base: row.base.or(row.owed),
            }),
            _ => None,
        };
        let token = row.invitation.as_ref().map_or("", |invitation| invitation.token.as_str());
        self.finish(row, token, told, kept)
    }

    fn make_invitation(&self, row: &Due, invitation: &store::invitation::Invitation, now: Timestamp) -> Result<Made> {
        let recipient = &row.recipient;
        let key = Key::of(row, invitation.event);
        let (revision, _) = self.fixed.events.get(&invitation.event).context("the row is of an event that the campaign does not have")?;
        let Some(prepared) = self.news.get(&key) else {
            anyhow::ensure!(row.base.is_some(), "the row was not learned");
            return Ok(Made::LeftOut("The dates that it would have taken away take place again.".to_owned()));
        };
        // What takes single dates away tells nothing else, whatever has changed since.
        let tells = row.revision.filter(|_| row.base.is_some()).unwrap_or(revision.id);
        if revision.cancelled && row.held.is_none() {
            return Ok(Made::LeftOut("The event was cancelled before this was sent.".to_owned()));
        }
        let rendered = match self.render(recipient, Some(prepared.revision.words())) {
            Ok(rendered) => rendered,
            Err(problem) => return Ok(Made::LeftOut(problem)),
        };
        let sequence = self.sequence(row, revision.sequence, invitation.sequence);
        let dtstamp = now.as_second().max(invitation.dtstamp + 1);
        let tag = row.id.to_string();
        let mail = InvitationMail {
            method: prepared.method,
            revision: &prepared.revision,
            uid: &invitation.uid,
            organizer: NamedAddress { address: &invitation.organizer, name: &self.fixed.parties.name },
            from: self.fixed.parties.from(),
            guest: Guest { address: &recipient.address, name: &recipient.name, role: role(&recipient.role) },
            partstat: participation(if asks_anew(row, revision.sequence, sequence) { "" } else { &row.answer }),
            sequence,
            dtstamp: Timestamp::from_second(dtstamp).context("Set the time of the message")?,
            rendered: &rendered,
            token: &invitation.token,
            tag: &tag,
            unsubscribe_url: None,
        };
        let message = match invitation::build(&mail) {
            Ok(message) => message,
            Err(problem) => return Ok(Made::LeftOut(problem.to_string())),
        };
        let method = match prepared.method {
            invitation::Method::Request => Method::Request,
            invitation::Method::Cancel if self.withdraws() && !revision.cancelled => Method::Withdraw,
            invitation::Method::Cancel => Method::Cancel,
            invitation::Method::DeclineCounter => Method::Decline,
        };
        let base = if prepared.is_followed { row.owed.or(row.held) } else { row.base };
        let told = Told { invitation: invitation.id, revision: tells, method, sequence, dtstamp, base };
        Ok(self.finish(row, &invitation.token, Some(told), message))
    }

    /// SEQUENCE of a message that tells a revision with this one. A client takes an entry away only for a newer word than the one that brought
    /// it, and takes it back only for a newer word than the one that took it away; from there on what makes guests decide anew goes on rising.
    /// The same message tried again has the same one.
    fn sequence(&self, row: &Due, revision: u32, sent: u32) -> u32 {
        let at_least = revision.max(sent);
        let Some(before) = row.before else { return if self.withdraws() { at_least.max(1) } else { at_least } };
        let rises = self.withdraws() || before.method == Method::Withdraw || revision > before.revision;
        at_least.max(before.sequence + u32::from(rises))
    }

    fn make_plain(&self, row: &Due, now: Timestamp) -> Made {
        let recipient = &row.recipient;
        let rendered = match self.render(recipient, None) {
            Ok(rendered) => rendered,
            Err(problem) => return Made::LeftOut(problem),
        };
        let (token, tag) = (format!("message{}", row.id), row.id.to_string());
        let mail = MessageMail {
            inbox: self.fixed.parties.answers(),
            from: self.fixed.parties.from(),
            guest: NamedAddress { address: &recipient.address, name: &recipient.name },
            rendered: &rendered,
            date: now,
            token: &token,
            tag: &tag,
            language: language(recipient),
            unsubscribe_url: None,
        };
        match invitation::build_message(&mail) {
            Ok(message) => self.finish(row, &token, None, message),
            Err(problem) => Made::LeftOut(problem.to_string()),
        }
    }

    fn render(&self, recipient: &Recipient, words: Option<&mail::EventWords>) -> Result<Rendered, String> {
        let fields = fields(recipient);
        let context = template::Context { fields: &fields, event: words };
        self.fixed.template.render(&context).map_err(|problem| format!("The message cannot be filled in: {problem}"))
    }

    fn finish(&self, row: &Due, token: &str, told: Option<Told>, message: Vec<u8>) -> Made {
        let message: Arc<[u8]> = message.into();
        let parties = &self.fixed.parties;
        let outgoing = Outgoing {
            envelope_from: parties.envelope(token),
            recipient: row.recipient.address.clone(),
            message: Arc::clone(&message),
            tag: row.id.to_string(),
            feedback_address: parties.answers().to_owned(),
        };
        Made::Message { claim: Claim { delivery: row.id, campaign: self.fixed.campaign, told, message }, outgoing }
    }
}

impl Prepared {
    /// What a guest has to be told who holds `before`, or nothing.
    fn new(content: &Content, before: Option<&Known>, language: &str, act: Option<BoardAct>) -> Result<Self> {
        // Dates that are still to be taken away follow the series.
        let held = before.filter(|before| !before.owes).and_then(Known::held);
        let news = held.map_or(News::Whole, |held| content.news_since(held));
        let named = before.map(|before| before.named.as_slice()).unwrap_or_default();
        let (method, events) = match news {
            News::Occurrence(event) if event.status == EventStatus::Cancelled => (invitation::Method::Cancel, vec![*event]),
            News::Occurrence(event) => (invitation::Method::Request, vec![*event]),
            News::Whole if content.cancelled || act == Some(BoardAct::Withdraw) => (invitation::Method::Cancel, content.events()),
            News::Whole if act == Some(BoardAct::Decline) => (invitation::Method::DeclineCounter, content.events()),
            News::Whole => (invitation::Method::Request, content.events_after(named)),
        };
        let takes_away = |before: &Known| match before.held() {
            Some(held) if !before.owes => !content.taken_away(held, named).is_empty(),
            _ => !content.gone_since(&before.contents, named).is_empty(),
        };
        let is_followed = method != invitation::Method::Cancel && before.is_some_and(takes_away);
        Ok(Self { method, revision: invitation::Revision::new(&events, language)?, is_followed })
    }

    /// The cancellation of dates that a guest heard of one by one; none where they have come back since.
    fn taking_away(content: &Content, before: &Known, language: &str) -> Result<Option<Self>> {
        let gone = content.gone_since(&before.contents, &before.named);
        if gone.is_empty() {
            return Ok(None);
        }
        let revision = invitation::Revision::new(&gone, language)?;
        Ok(Some(Self { method: invitation::Method::Cancel, revision, is_followed: false }))
    }
}

/// A guest's fields by the names that a message knows them by.
pub(crate) fn fields(recipient: &Recipient) -> BTreeMap<String, String> {
    let own: BTreeMap<String, String> = serde_json::from_str(&recipient.fields).unwrap_or_default();
    let mut fields: BTreeMap<String, String> = own.into_iter().map(|(name, value)| (template::field_name(&name), value)).collect();
    for (name, value) in [
        ("email", &recipient.address),
        ("name", &recipient.name),
        ("first_name", &recipient.first_name),
        ("last_name", &recipient.last_name),
        ("language", &recipient.language),
        ("zone", &recipient.zone),
    ] {
        fields.insert(name.to_owned(), value.clone());
    }
    fields
}

fn language(recipient: &Recipient) -> &str {
    if recipient.language.is_empty() { "en" } else { &recipient.language }
}

/// Whether a guest decides anew: what they hold, or what they answered, was of other times or places.
fn asks_anew(row: &Due, revision: u32, sequence: u32) -> bool {
    row.held.is_none()
        || row.before.is_none_or(|before| before.sequence != sequence)
        || row.answered.is_some_and(|answered| answered < revision)
}

fn role(word: &str) -> Role {
    match word {
        "optional" => Role::Optional,
        "resource" => Role::Resource,
        _ => Role::Required,
    }
}

fn participation(answer: &str) -> Participation {
    match answer {
        "yes" => Participation::Accepted,
        "no" => Participation::Declined,
        "maybe" => Participation::Tentative,
        _ => Participation::NeedsAction,
    }
}
