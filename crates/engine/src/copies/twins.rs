//! Events that look like one that somebody made by hand: they are merged, or both kept, as the organizer says.

use anyhow::Result;
use calendar::Event;
use calendar::copies::{Step, source_line, source_of};
use calendar::sync::Series;
use store::copy_rule;
use store::copy_rule::copy::{self, Copy, State};
use store::event_version::{self, Current};
use store::{Reader, Writer};

use super::follow::Round;
use super::rules::{self, rule_of};
use super::target::{Target, standing, time_zone};
use super::view::{Followed, TwinSide, TwinView};
use crate::Engine;
use crate::error::{Code, Failure};
use crate::event::Changed;

/// What the organizer is asked about.
///
/// # Errors
/// When the database cannot be read.
pub async fn list_twins(engine: &Engine) -> Result<Vec<TwinView>> {
    engine
        .store()
        .read(|r| Ok(copy::twins(r)?.iter().map(|twin| view(r, twin)).collect::<Result<Vec<_>>>()?.into_iter().flatten().collect()))
        .await
}

/// Settles one: `merge` lets the event that was made by hand be the copy, and fills in what it does not say; else both are kept.
///
/// # Errors
/// `NotFound` where it was settled already, or one of the two is gone.
pub async fn settle_twin(engine: &Engine, id: &str, merge: bool) -> Result<(), Failure> {
    let id = id.to_owned();
    let now = engine.clock().now();
    let settled = engine.store().write(move |w| {
        let (rule, uid) = id.split_once(':').ok_or_else(settled_already)?;
        let rule = rule.parse().map_err(|_| settled_already())?;
        let found = copy::get(w, rule, uid)?.filter(|copy| copy.state == State::Twin).ok_or_else(settled_already)?;
        let row = copy_rule::get(w, rule)?.ok_or_else(rules::not_found)?;
        let (source, calendar) =
            rules::ends(w, &row)?.map_err(|sentence| Failure::new(Code::InvalidInput, sentence).with("field", "target"))?;
        let mut round = Round {
            rule: rule_of(&row, &source),
            zone: time_zone(&source),
            target: Target::new(&calendar),
            source,
            calendar,
            row,
            now,
            record: None,
            followed: Followed::default(),
        };
        settle(w, &mut round, &found, merge)
    });
    settled.await?;
    engine.tell_changed(&[Changed::Events, Changed::Calendars]);
    Ok(())
}

fn settle(w: &Writer<'_>, round: &mut Round, found: &Copy, merge: bool) -> Result<()> {
    let source = standing(&event_version::of_uid(w, round.source.id, &found.source_uid)?);
    if source.is_empty() {
        return Err(settled_already().into());
    }
    if !merge {
        let name = round.name_of_copy(&found.source_uid);
        let rows = event_version::of_uid(w, round.calendar.id, &name)?;
        let copy = round.rule.copy(&source, &name);
        return round.carry_out(w, &found.source_uid, &name, &rows, &standing(&rows), Step::Make(copy));
    }
    let rows = event_version::of_uid(w, round.calendar.id, &found.target_uid)?;
    let here = standing(&rows);
    let wanted = round.rule.copy(&source, &found.target_uid);
    let (Some(by_hand), Some(copy)) = (here.master().filter(|event| source_of(event).is_none()), wanted.master()) else {
        return Err(settled_already().into());
    };
    let merged = Series::of([merged(by_hand, copy, &found.source_uid)]);
    round.write(w, &rows, &here, &merged)?;
    // What it says otherwise than the rule wants was written by hand, and stays so.
    round.keep(w, &found.source_uid, &found.target_uid, State::Copied, &wanted)
}

/// The event that was made by hand, with what it does not say filled in. When it is, from now on the booking says.
fn merged(by_hand: &Event, copy: &Event, source_uid: &str) -> Event {
    let filled = |own: &String, other: &String| if own.trim().is_empty() { other.clone() } else { own.clone() };
    let mut own_properties = by_hand.own_properties.clone();
    own_properties.push(source_line(source_uid));
    Event {
        description: filled(&by_hand.description, &copy.description),
        place: filled(&by_hand.place, &copy.place),
        url: filled(&by_hand.url, &copy.url),
        video_link: filled(&by_hand.video_link, &copy.video_link),
        start: copy.start,
        end: copy.end,
        own_properties,
        ..by_hand.clone()
    }
}

fn view(r: &Reader<'_>, twin: &Copy) -> Result<Option<TwinView>> {
    let Some(rule) = copy_rule::get(r, twin.rule)? else { return Ok(None) };
    let Ok((source, target)) = rules::ends(r, &rule)? else { return Ok(None) };
    let event = |calendar, uid: &str| -> Result<Option<Current>> {
        let rows = event_version::of_uid(r, calendar, uid)?;
        Ok(rows.into_iter().find(|row| row.row.recurrence_id.is_empty() && !row.row.deleted))
    };
    let sides = (event(source.id, &twin.source_uid)?, event(target.id, &twin.target_uid)?);
    let (Some(booking), Some(by_hand)) = sides else { return Ok(None) };
    Ok(Some(TwinView {
        id: format!("{}:{}", twin.rule, twin.source_uid),
        source_name: source.name,
        target_name: target.name,
        booking: side(booking),
        by_hand: side(by_hand),
    }))
}

fn side(event: Current) -> TwinSide {
    let Current { row, content } = event;
    TwinSide {
        event: row.series().to_string(),
        uid: row.uid,
        when: calendar::words::span(&content.start, &content.end, None),
        summary: content.summary,
        place: content.place,
        description: content.description,
    }
}

fn settled_already() -> Failure {
    Failure::new(Code::NotFound, "This was settled already, or one of the two is gone.").with("what", "twin").with("name", "")
}
