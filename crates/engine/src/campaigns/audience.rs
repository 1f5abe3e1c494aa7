//! Who a campaign reaches: decided once, for the preview and for the ledger alike.

use std::collections::{BTreeMap, BTreeSet};

use anyhow::{Context as _, Result};
use jiff::{SignedDuration, Timestamp};
use mail::audience::{Candidate as Guest, Holding, LeftOut, Purpose, Selection, Suppression};
use mail::invitation::wire_uid;
use serde::{Deserialize, Serialize};
use store::campaign::{self, Campaign, CampaignEvent, Kind};
use store::delivery::Method;
use store::delivery::enqueue::{self, Candidate, Standing};
use store::invitation::{self, NewInvitation};
use store::revision::{self, Revision};
use store::{Reader, Writer, guest_list, holding};

use super::accounts::Parties;
use super::content::{self, Content, Reach};
use super::view::{BoardAct, Tell};
use super::{chosen, pending};
use crate::Engine;

/// Guests per transaction while the ledger is filled.
const BATCH: usize = 250;
/// Guests per step while the audience is only counted.
const PAGE: usize = 2_000;

/// Whom a campaign goes to, as it was chosen.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "kind")]
pub(crate) enum Audience {
    /// The members of the campaign's list.
    List {
        /// The organizer knows that what looks like two spellings of one mailbox are two people.
        #[serde(default)]
        duplicates: bool,
    },
    /// Those who hold old details of its event.
    Holders {
        /// Which of them.
        tell: Tell,
    },
    /// Those chosen on the board of its event.
    Chosen {
        /// What is done for them.
        act: BoardAct,
        /// Who was reminded since then is left alone.
        reminded_since: Timestamp,
    },
}

impl Default for Audience {
    fn default() -> Self {
        Self::List { duplicates: false }
    }
}

impl Audience {
    /// As it was written down.
    pub(crate) fn of(campaign: &Campaign) -> Self {
        serde_json::from_str(&campaign.audience).unwrap_or_default()
    }
}

/// One event of a campaign as it will be told.
#[derive(Clone, Debug)]
pub(crate) struct Target {
    pub(crate) event: i64,
    uid: String,
    cancelled: bool,
    /// What is told; none while it would be a new revision.
    revision: Option<Revision>,
    /// What a holder of each revision that is held does not know yet.
    gaps: BTreeMap<i64, Reach>,
    /// Revisions whose holders get a second message, which takes single dates away.
    followed: BTreeSet<i64>,
    /// Nobody was ever invited: there is nothing to look up for each guest.
    is_new: bool,
}

/// Decides who gets what.
pub(crate) struct Chooser {
    campaign: i64,
    audience: Audience,
    list: Option<i64>,
    purpose: Purpose,
    pub(crate) targets: Vec<Target>,
    selection: Selection,
}

/// What one guest gets of one event, or of a plain message.
pub(crate) struct Choice {
    /// Which of the targets; none for a plain message.
    target: Option<usize>,
    pub(crate) left_out: Option<LeftOut>,
    standing: Standing,
}

impl Chooser {
    pub(crate) fn new(r: &Reader<'_>, campaign: &Campaign, events: &[CampaignEvent], own: &[&str]) -> Result<Self> {
        let targets = events.iter().map(|event| Target::new(r, event)).collect::<Result<Vec<_>>>()?;
        let audience = Audience::of(campaign);
        let purpose = match campaign.kind {
            Kind::Invitation | Kind::Reminder if matches!(audience, Audience::Chosen { .. }) => Purpose::Update,
            Kind::Message => Purpose::Message,
            Kind::Invitation => Purpose::Invitation,
            Kind::Update | Kind::Cancellation | Kind::Reminder | Kind::Single if targets.iter().all(|target| target.cancelled) => {
                Purpose::Cancellation
            }
            Kind::Update | Kind::Cancellation | Kind::Reminder | Kind::Single => Purpose::Update,
        };
        let mut selection = Selection::new(purpose, own).with_room(about(r, audience, campaign.list, &targets)?);
        if matches!(audience, Audience::List { duplicates: true }) {
            selection = selection.with_duplicates();
        }
        if purpose == Purpose::Invitation {
            for target in targets.iter().filter(|target| !target.is_new) {
                note_holders(r, target.event, &mut selection)?;
            }
        }
        Ok(Self { campaign: campaign.id, audience, list: campaign.list, purpose, targets, selection })
    }

    /// The guests who may be meant, after one of them.
    pub(crate) fn candidates(&self, r: &Reader<'_>, after: i64, limit: usize) -> Result<Vec<Candidate>> {
        match (self.audience, self.list, self.targets.first()) {
            (Audience::List { .. }, Some(list), _) => enqueue::members(r, list, after, limit),
            (Audience::Chosen { .. }, ..) => enqueue::chosen(r, self.campaign, after, limit),
            (Audience::Holders { .. }, _, Some(target)) => enqueue::holders(r, target.event, after, limit),
            _ => Ok(Vec::new()),
        }
    }

    /// How many messages a choice is.
    fn mails(&self, choice: &Choice) -> u32 {
        if choice.left_out.is_some() {
            return 0;
        }
        let brings_all = matches!(self.audience, Audience::Chosen { act, .. } if act != BoardAct::Update);
        let held = choice.standing.held.as_ref().and_then(|held| held.revision).filter(|_| !brings_all);
        let target = choice.target.and_then(|index| self.targets.get(index));
        let is_followed = target.zip(held).is_some_and(|(target, held)| target.followed.contains(&held));
        let withdraws = matches!(self.audience, Audience::Chosen { act: BoardAct::Withdraw, .. });
        let owes = !withdraws && target.is_some_and(|target| !target.cancelled) && choice.standing.owed().is_some();
        1 + u32::from(is_followed || owes)
    }

    /// What a guest gets; nothing at all where they are not meant.
    pub(crate) fn choose(&mut self, r: &Reader<'_>, candidate: &Candidate) -> Result<Vec<Choice>> {
        if candidate.deleted {
            return Ok(Vec::new());
        }
        if self.purpose == Purpose::Message {
            let left_out = self.decide(candidate, Holding::Nothing);
            return Ok(vec![Choice { target: None, left_out, standing: Standing::default() }]);
        }
        if !self.is_meant(r, candidate)? {
            return Ok(Vec::new());
        }
        let mut choices = Vec::with_capacity(self.targets.len());
        for index in 0..self.targets.len() {
            let Some(target) = self.targets.get(index) else { continue };
            let standing = if target.is_new { Standing::default() } else { enqueue::standing(r, candidate.recipient.guest, target.event)? };
            let holding = self.holding(target, &standing);
            let left_out = match self.audience {
                Audience::Chosen { act, reminded_since } => {
                    let obstacle = chosen::obstacle(r, act, reminded_since, candidate.recipient.guest, &standing)?;
                    obstacle.or_else(|| self.decide(candidate, chosen::holding(act, holding)))
                }
                Audience::List { .. } | Audience::Holders { .. } => self.decide(candidate, holding),
            };
            choices.push(Choice { target: Some(index), left_out, standing });
        }
        Ok(choices)
    }

    fn decide(&mut self, candidate: &Candidate, holding: Holding) -> Option<LeftOut> {
        let suppressions: Vec<Suppression> = candidate.suppressions.iter().filter_map(|code| Suppression::from_code(code)).collect();
        let recipient = &candidate.recipient;
        self.selection.decide(&Guest { guest: recipient.guest, address: &recipient.address, suppressions: &suppressions, holding })
    }

    /// Whether what a guest answered makes them one of those who are told. A series that goes on under a new one is answered by the old.
    fn is_meant(&self, r: &Reader<'_>, candidate: &Candidate) -> Result<bool> {
        let (Audience::Holders { tell }, Some(target)) = (self.audience, self.targets.first()) else { return Ok(true) };
        if tell == Tell::All {
            return Ok(true);
        }
        let answers = target.answers(r, candidate.recipient.guest)?;
        Ok(answers.iter().any(|answer| match tell {
            Tell::All => true,
            Tell::Affected => answer != "no",
            Tell::YesMaybe => matches!(answer.as_str(), "yes" | "maybe"),
        }))
    }

    fn holding(&self, target: &Target, standing: &Standing) -> Holding {
        let Some(held) = standing.held.as_ref().filter(|held| held.revision.is_some()) else { return Holding::Nothing };
        let is_current = target.revision.as_ref().is_some_and(|revision| Some(revision.id) == held.revision)
            || held.revision.is_some_and(|held| target.gaps.get(&held) == Some(&Reach::Nothing));
        // An invitation is for those who have none; new details go out as an update.
        let is_invited = self.purpose == Purpose::Invitation && !held.cancelled;
        if is_current || is_invited { Holding::Current } else { Holding::Older }
    }
}

/// About how many guests there will be.
fn about(r: &Reader<'_>, audience: Audience, list: Option<i64>, targets: &[Target]) -> Result<usize> {
    let mut guests = match (audience, list) {
        (Audience::List { .. }, Some(list)) => u64::from(guest_list::count_members(r, list)?),
        _ => 0,
    };
    for target in targets.iter().filter(|target| !target.is_new) {
        guests += holding::counts(r, target.event)?.iter().map(|count| count.guests).sum::<u64>();
    }
    Ok(usize::try_from(guests)?)
}

impl Target {
    fn new(r: &Reader<'_>, event: &CampaignEvent) -> Result<Self> {
        let frozen = match event.revision {
            Some(frozen) => revision::get(r, frozen)?,
            None => content::up_to_date(r, event.event)?,
        };
        let content = match &frozen {
            Some(frozen) => Content::of_revision(r, frozen)?,
            None => Content::current(r, event.event)?,
        };
        let is_new = !invitation::exists_for(r, event.event)?;
        let gaps = pending::gaps(r, &content, &holding::counts(r, event.event)?)?;
        let mut followed = BTreeSet::new();
        for held in gaps.iter().filter(|(_, gap)| **gap != Reach::Nothing).map(|(held, _)| *held) {
            let Some(held) = revision::get(r, held)? else { continue };
            if !content.taken_away(&Content::of_revision(r, &held)?, &content::named_until(r, &held)?).is_empty() {
                followed.insert(held.id);
            }
        }
        Ok(Self { event: event.event, uid: content.master.uid, cancelled: content.cancelled, revision: frozen, gaps, followed, is_new })
    }

    /// What a guest answered to that which changed for them: to the occurrences, where only some differ, else to all of it.
    fn answers(&self, r: &Reader<'_>, guest: i64) -> Result<Vec<String>> {
        let Some(invitation) = invitation::of(r, guest, self.event)? else { return Ok(vec![String::new()]) };
        let held = holding::held(r, invitation.id)?;
        let whole = held.as_ref().map(|held| held.answer.clone()).unwrap_or_default();
        let single = holding::occurrence_answers(r, invitation.id)?;
        let gap = held.and_then(|held| held.revision).and_then(|revision| self.gaps.get(&revision));
        let Some(Reach::Occurrences(originals)) = gap else {
            return Ok(std::iter::once(whole).chain(single.into_iter().map(|(_, answer)| answer)).collect());
        };
        let answer = |original: &calendar::EventTime| {
            let key = crate::answers::occurrence_key(original);
            single.iter().find(|(occurrence, _)| *occurrence == key).map_or_else(|| whole.clone(), |(_, answer)| answer.clone())
        };
        Ok(originals.iter().map(answer).collect())
    }
}

/// Whoever holds an event keeps it: another spelling of their mailbox is a duplicate.
fn note_holders(r: &Reader<'_>, event: i64, selection: &mut Selection) -> Result<()> {
    let mut after = 0;
    loop {
        let holders = enqueue::holders(r, event, after, PAGE)?;
        let Some(last) = holders.last() else { return Ok(()) };
        after = last.recipient.guest;
        for holder in &holders {
            selection.note(holder.recipient.guest, &holder.recipient.address);
        }
    }
}

/// Walks over a whole audience.
pub(crate) fn walk(
    r: &Reader<'_>,
    chooser: &mut Chooser,
    mut visit: impl FnMut(&Chooser, &Candidate, &[Choice]) -> Result<()>,
) -> Result<()> {
    let mut after = 0;
    loop {
        let candidates = chooser.candidates(r, after, PAGE)?;
        let Some(last) = candidates.last() else { return Ok(()) };
        after = last.recipient.guest;
        for candidate in &candidates {
            let choices = chooser.choose(r, candidate)?;
            visit(chooser, candidate, &choices)?;
        }
    }
}

/// Who was decided on so far, kept between batches.
#[derive(Default)]
pub(crate) struct Seen(Option<Chooser>);

/// How far a batch came.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Entered {
    /// Up to this guest.
    Through(i64),
    /// Everyone.
    All,
    /// A guest's earlier message is on its way: go on when its result is in.
    Later,
    /// The campaign does not send any more.
    NoLonger,
}

/// Turns the next batch of an audience into rows of the ledger.
pub(crate) async fn enter(engine: &Engine, campaign: &Campaign, events: &[CampaignEvent], seen: Seen) -> Result<(Seen, Entered)> {
    let parties = super::accounts::parties(engine, campaign).await?;
    let (id, events, now) = (campaign.id, events.to_vec(), engine.clock().now());
    engine
        .store()
        .write(move |w| {
            let campaign = campaign::get(w, id)?.context("the campaign is gone")?;
            if campaign.state != campaign::State::Sending || campaign.enqueued {
                return Ok((seen, Entered::NoLonger));
            }
            let mut chooser = match seen.0 {
                Some(chooser) => chooser,
                None => resume(w, &campaign, &events, &parties)?,
            };
            let entered = enter_batch(w, &campaign, &mut chooser, &parties, now)?;
            Ok((Seen(Some(chooser)), entered))
        })
        .await
}

/// A chooser that knows whom earlier batches decided on.
fn resume(w: &Writer<'_>, campaign: &Campaign, events: &[CampaignEvent], parties: &Parties) -> Result<Chooser> {
    let mut chooser = Chooser::new(w, campaign, events, &parties.own_addresses())?;
    let mut after = 0;
    while after < campaign.enqueued_through {
        let candidates = chooser.candidates(w, after, PAGE)?;
        let Some(last) = candidates.last() else { break };
        after = last.recipient.guest;
        for candidate in candidates.iter().filter(|candidate| candidate.recipient.guest <= campaign.enqueued_through) {
            chooser.choose(w, candidate)?;
        }
    }
    Ok(chooser)
}

fn enter_batch(w: &Writer<'_>, campaign: &Campaign, chooser: &mut Chooser, parties: &Parties, now: Timestamp) -> Result<Entered> {
    let candidates = chooser.candidates(w, campaign.enqueued_through, BATCH)?;
    let mut through = campaign.enqueued_through;
    for candidate in &candidates {
        let choices = chooser.choose(w, candidate)?;
        if choices.iter().any(|choice| choice.left_out.is_none() && choice.standing.is_on_its_way()) {
            campaign::put_enqueued(w, campaign.id, through, false)?;
            return Ok(Entered::Later);
        }
        let mut mails = 0;
        for choice in &choices {
            enter_choice(w, campaign, chooser, candidate, choice, &Entry { parties, not_before: spaced(campaign, mails), now })?;
            mails += u32::from(choice.left_out.is_none());
        }
        through = candidate.recipient.guest;
    }
    let all = candidates.len() < BATCH;
    campaign::put_enqueued(w, campaign.id, through, all)?;
    Ok(if all { Entered::All } else { Entered::Through(through) })
}

/// How a row is entered.
struct Entry<'p> {
    parties: &'p Parties,
    not_before: Option<Timestamp>,
    now: Timestamp,
}

/// When a guest's next mail may leave after so many of the same campaign; none for the first.
fn spaced(campaign: &Campaign, mails: u32) -> Option<Timestamp> {
    let minutes = i64::from(campaign.spacing) * i64::from(mails);
    let started = campaign.started_at.filter(|_| minutes > 0)?;
    started.checked_add(SignedDuration::from_mins(minutes)).ok()
}

fn enter_choice(
    w: &Writer<'_>,
    campaign: &Campaign,
    chooser: &Chooser,
    candidate: &Candidate,
    choice: &Choice,
    entry: &Entry<'_>,
) -> Result<()> {
    let Entry { parties, not_before, now } = *entry;
    let guest = candidate.recipient.guest;
    let Some(target) = choice.target.and_then(|index| chooser.targets.get(index)) else {
        return match choice.left_out {
            Some(reason) => enqueue::leave_out(w, campaign.id, guest, None, Method::Message, reason.code(), now),
            None => enqueue::queue_message(w, campaign.id, guest),
        };
    };
    let revision = target.revision.as_ref().context("sending began without a revision")?.id;
    let method = match chooser.audience {
        _ if target.cancelled => Method::Cancel,
        Audience::Chosen { act: BoardAct::Withdraw, .. } => Method::Withdraw,
        Audience::Chosen { act: BoardAct::Decline, .. } => Method::Decline,
        _ => Method::Request,
    };
    if let Some(reason) = choice.left_out {
        return enqueue::leave_out(w, campaign.id, guest, Some(revision), method, reason.code(), now);
    }
    let token = super::invitation_token(&mut rand::rng(), now);
    let organizer = parties.organizer(&token);
    let domain = parties.answers().rsplit_once('@').map_or("localhost", |(_, domain)| domain);
    let uid = wire_uid(&target.uid, &token, domain);
    let new = NewInvitation {
        guest,
        event: target.event,
        address: &candidate.recipient.address,
        token: &token,
        uid: &uid,
        organizer: &organizer,
    };
    let mut invitation = invitation::ensure(w, &new, now)?;
    if invitation.dtstamp == 0 && invitation.token != token {
        // Made by a campaign that never reached this guest: its token stays, so the address has to hold that one.
        let organizer = parties.organizer(&invitation.token);
        let kept = invitation.token.clone();
        invitation = invitation::ensure(w, &NewInvitation { token: &kept, organizer: &organizer, ..new }, now)?;
    }
    enqueue::queue(w, enqueue::News { campaign: campaign.id, revision, method, not_before }, &invitation, &choice.standing, now)
}

/// What a preview counts.
#[derive(Debug, Default)]
pub(crate) struct Count {
    pub(crate) guests: u32,
    pub(crate) mails: u32,
    /// The most mails to one guest.
    pub(crate) most: u32,
    pub(crate) left_out: BTreeMap<&'static str, Named>,
    pub(crate) missing: BTreeMap<String, Named>,
}

/// Guests who share a reason.
#[derive(Debug, Default)]
pub(crate) struct Named {
    pub(crate) guests: u32,
    pub(crate) examples: Vec<String>,
}

impl Named {
    /// The first hundred are named.
    fn add(&mut self, name: &str) {
        self.guests += 1;
        if self.examples.len() < 100 {
            self.examples.push(name.to_owned());
        }
    }
}

/// Counts an audience without entering it.
pub(crate) fn count(r: &Reader<'_>, chooser: &mut Chooser, template: Option<&mail::template::Template>) -> Result<Count> {
    let mut count = Count::default();
    walk(r, chooser, |chooser, candidate, choices| {
        let recipient = &candidate.recipient;
        let mails = choices.iter().map(|choice| chooser.mails(choice)).sum::<u32>();
        let reasons: BTreeSet<&'static str> = choices.iter().filter_map(|choice| choice.left_out).map(LeftOut::code).collect();
        for reason in reasons {
            count.left_out.entry(reason).or_default().add(&recipient.address);
        }
        if mails == 0 {
            return Ok(());
        }
        count.guests += 1;
        count.mails += mails;
        count.most = count.most.max(mails);
        let missing = template.map(|template| template.missing_for(&super::message::fields(recipient))).unwrap_or_default();
        for field in missing {
            let name = if recipient.name.is_empty() { &recipient.address } else { &recipient.name };
            count.missing.entry(field).or_default().add(name);
        }
        Ok(())
    })?;
    Ok(count)
}
