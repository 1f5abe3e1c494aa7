//! A campaign while it sends: how far its audience is entered, and how far its queue is built into messages.

use std::collections::VecDeque;
use std::time::Duration;

use anyhow::{Context as _, Result};
use jiff::Timestamp;
use jiff::tz::TimeZone;
use mail::port::Outgoing;
use store::campaign::{self, Campaign, CampaignEvent, Kind};
use store::delivery::due::{self, Place};
use store::delivery::turn::Claim;
use tokio::time::Instant;

use super::Wait;
use crate::Engine;
use crate::campaigns::audience::{self, Entered};
use crate::campaigns::hours::Hours;
use crate::campaigns::message::{Made, MessageMaker};

/// A built message whose row is still queued.
#[derive(Debug)]
pub(super) struct Prepared {
    pub(super) claim: Claim,
    pub(super) outgoing: Outgoing,
    pub(super) tries: u32,
    pub(super) keep: bool,
}

/// What one look into the queue gave.
pub(super) struct Stock {
    pub(super) prepared: Vec<Prepared>,
    pub(super) left_out: Vec<(i64, String)>,
    pub(super) postponed: Vec<(i64, Timestamp)>,
    maker: MessageMaker,
    events: Vec<CampaignEvent>,
    place: Place,
    at_end: bool,
    /// The pilot is out: nothing more is built.
    pilot_is_out: bool,
    makes: u32,
}

/// A campaign that sends.
pub(super) struct Running {
    pub(super) campaign: Campaign,
    pub(super) events: Vec<CampaignEvent>,
    pub(super) refusals: u32,
    pub(super) pause_reason: Option<String>,
    maker: Option<MessageMaker>,
    /// How often what messages are made of was read anew.
    makes: u32,
    audience: Option<audience::Seen>,
    place: Place,
    at_end: bool,
    pilot_is_out: bool,
    enqueue_again: Option<Instant>,
    moved: bool,
    reported_at: Option<Instant>,
    recent: VecDeque<Instant>,
}

const REPORT_EVERY: Duration = Duration::from_millis(100);
const RATE_OVER: Duration = Duration::from_secs(3);

impl Running {
    pub(super) fn new(campaign: Campaign, events: Vec<CampaignEvent>) -> Self {
        Self {
            campaign,
            events,
            refusals: 0,
            pause_reason: None,
            maker: None,
            makes: 0,
            audience: None,
            place: Place::default(),
            at_end: false,
            pilot_is_out: false,
            enqueue_again: None,
            moved: true,
            reported_at: None,
            recent: VecDeque::new(),
        }
    }

    /// The same, with the row as it stands now.
    pub(super) fn with(self, campaign: Campaign) -> Self {
        Self { campaign, pilot_is_out: false, ..self }
    }

    /// News of what guests hold already goes before first invitations.
    pub(super) fn waits_behind_others(&self) -> bool {
        !matches!(self.campaign.kind, Kind::Update | Kind::Cancellation | Kind::Single)
    }

    pub(super) fn wants_stock(&self) -> bool {
        !self.at_end && !self.pilot_is_out && self.campaign.enqueued_through > 0
    }

    pub(super) fn is_at_end(&self) -> bool {
        self.at_end
    }

    pub(super) fn rewind(&mut self) {
        self.place = Place::default();
        self.at_end = false;
    }

    /// What messages are made of is read anew, and those that are being built just now are not taken.
    pub(super) fn forget(&mut self) {
        self.maker = None;
        self.makes += 1;
        self.rewind();
    }

    /// Whether a stock was built from what guests are to be told now.
    pub(super) fn accepts(&self, stock: &Stock) -> bool {
        self.events == stock.events && self.makes == stock.makes
    }

    /// Remembers how far the queue is built.
    pub(super) fn stocked(&mut self, stock: &Stock) {
        self.place = stock.place;
        self.at_end = stock.at_end;
        self.pilot_is_out = stock.pilot_is_out;
        self.maker = Some(stock.maker.clone());
    }

    /// Builds the next messages of the queue; `stocked` are built and not claimed.
    pub(super) fn prepare(&mut self, engine: &Engine, limit: usize, stocked: usize) -> impl Future<Output = Result<Stock>> + Send + use<> {
        let (engine, campaign, events, place, maker, makes) =
            (engine.clone(), self.campaign.clone(), self.events.clone(), self.place, self.maker.take(), self.makes);
        async move {
            let now = engine.clock().now();
            let maker = match maker {
                Some(maker) => maker,
                None => MessageMaker::load(&engine, &campaign, &events).await.context("Read what the messages are made of")?,
            };
            let hours = Hours::parse(&campaign.hours).map_err(anyhow::Error::msg)?;
            let zone = TimeZone::get(&engine.clock().zone()).unwrap_or(TimeZone::UTC);
            let (maker, rows, limit) = engine
                .store()
                .read(move |r| {
                    let limit = match campaign.pilot_size {
                        Some(size) => limit
                            .min(usize::try_from(size.saturating_sub(campaign::counts(r, campaign.id)?.tried()))?.saturating_sub(stocked)),
                        None => limit,
                    };
                    let rows = due::after(r, campaign.id, place, now, limit)?;
                    let mut maker = maker;
                    maker.learn(r, &rows)?;
                    Ok((maker, rows, limit))
                })
                .await?;
            let batch = Batch { rows, before: place, limit, now, hours, zone, makes };
            tokio::task::spawn_blocking(move || build(maker, events, &batch)).await.context("Build messages")?
        }
    }

    /// Whether entering the audience waits for a message on its way.
    pub(super) fn enqueue_waits(&self, now: Instant) -> bool {
        self.enqueue_again.is_some_and(|at| at > now)
    }

    /// Turns a batch of the audience into rows of the ledger.
    pub(super) async fn enqueue(&mut self, engine: &Engine) -> Result<()> {
        let seen = self.audience.take().unwrap_or_default();
        let (seen, entered) = audience::enter(engine, &self.campaign, &self.events, seen).await?;
        self.audience = Some(seen);
        self.moved = true;
        match entered {
            Entered::Through(guest) => self.campaign.enqueued_through = guest,
            Entered::All => {
                self.campaign.enqueued_through = i64::MAX;
                self.campaign.enqueued = true;
                self.audience = None;
            }
            Entered::Later => self.enqueue_again = Some(Instant::now() + Duration::from_millis(100)),
            Entered::NoLonger => self.enqueue_again = Some(Instant::now() + Duration::from_secs(1)),
        }
        Ok(())
    }

    /// Says why it waits, where that changed.
    pub(super) async fn wait_for(&mut self, engine: &Engine, reason: String, until: Option<Timestamp>) -> Result<()> {
        let id = self.campaign.id;
        engine.sending().set_wait(id, (!reason.is_empty()).then(|| Wait { reason: reason.clone(), until }));
        if self.campaign.reason == reason {
            return Ok(());
        }
        self.moved = true;
        self.campaign.reason.clone_from(&reason);
        engine.store().write(move |w| campaign::put_waiting(w, id, &reason)).await
    }

    /// Why rows that were never tried wait until a moment.
    pub(super) fn rest(&self, engine: &Engine, now: Timestamp, at: &str) -> String {
        let Campaign { hours, spacing, .. } = &self.campaign;
        let zone = TimeZone::get(&engine.clock().zone()).unwrap_or(TimeZone::UTC);
        let is_closed = Hours::parse(hours).ok().flatten().is_some_and(|hours| hours.closed_until(now, &zone).is_some());
        if !hours.is_empty() && (is_closed || *spacing == 0) {
            format!("The next guests are outside the sending hours of {hours}. Continues at {at}.")
        } else if *spacing > 0 {
            format!("Each guest's next mail follows {spacing} minutes after the last. Continues at {at}.")
        } else {
            format!("An earlier message to the next guests is uncertain and may still be settled. Continues at {at}.")
        }
    }

    /// Counts a message for the rate.
    pub(super) fn count(&mut self, now: Instant) {
        self.moved = true;
        self.recent.push_back(now);
    }

    /// The rate, where a report is due.
    pub(super) fn due_report(&mut self, now: Instant) -> Option<f64> {
        if !self.moved || self.reported_at.is_some_and(|at| now.duration_since(at) < REPORT_EVERY) {
            return None;
        }
        self.moved = false;
        self.reported_at = Some(now);
        while self.recent.front().is_some_and(|at| now.duration_since(*at) > RATE_OVER) {
            self.recent.pop_front();
        }
        let over = self.recent.front().map_or(0.0, |first| now.duration_since(*first).as_secs_f64());
        #[expect(clippy::cast_precision_loss, reason = "messages of three seconds")]
        let messages = self.recent.len() as f64;
        Some(if over > 0.0 { messages / over.max(0.1) } else { 0.0 })
    }
}

/// Rows of the queue, and what decides whether they may leave.
struct Batch {
    rows: Vec<due::Due>,
    before: Place,
    limit: usize,
    now: Timestamp,
    hours: Option<Hours>,
    /// The organizer's zone, for guests who have none.
    zone: TimeZone,
    makes: u32,
}

impl Batch {
    /// Until when the sending hours keep a message back, where the guest is.
    fn closed_until(&self, row: &due::Due) -> Option<Timestamp> {
        let hours = self.hours?;
        let own = TimeZone::get(&row.recipient.zone).ok().filter(|_| !row.recipient.zone.is_empty());
        hours.closed_until(self.now, own.as_ref().unwrap_or(&self.zone))
    }
}

fn build(maker: MessageMaker, events: Vec<CampaignEvent>, batch: &Batch) -> Result<Stock> {
    let mut stock = Stock {
        prepared: Vec::with_capacity(batch.rows.len()),
        left_out: Vec::new(),
        postponed: Vec::new(),
        events,
        place: batch.rows.last().map_or(batch.before, |row| row.place),
        at_end: batch.rows.len() < batch.limit,
        pilot_is_out: batch.limit == 0,
        makes: batch.makes,
        maker,
    };
    for row in &batch.rows {
        if let Some(until) = batch.closed_until(row) {
            stock.postponed.push((row.id, until));
            continue;
        }
        match stock.maker.make(row, batch.now)? {
            Made::Message { claim, outgoing } => {
                stock.prepared.push(Prepared { claim, outgoing, tries: row.tries, keep: row.kept.is_some() });
            }
            Made::LeftOut(reason) => stock.left_out.push((row.id, reason)),
        }
    }
    Ok(stock)
}
