//! Making, changing and ending rules.

use anyhow::Result;
use calendar::Zone;
use calendar::colour::{WORDS, name_of};
use calendar::copies::{self, Rule};
use jiff::Timestamp;
use store::calendar::{self as calendars, Calendar, Role};
use store::copy_rule::{self, CopyRule, copy};
use store::{Reader, event_version};

use super::target::{Target, series_of, time_zone};
use super::view::{CopySample, RuleForm, RulePreview, RuleView, WhenGone};
use crate::Engine;
use crate::calendars::{parse_calendar, writable};
use crate::error::{Code, Failure};
use crate::event::Changed;

const SAMPLES: usize = 5;

/// Every rule.
///
/// # Errors
/// When the database cannot be read.
pub async fn list_rules(engine: &Engine) -> Result<Vec<RuleView>> {
    engine.store().read(|r| copy_rule::list(r)?.iter().map(|rule| view(r, rule)).collect()).await
}

/// Makes a rule, or changes the one named by `id`, and follows it.
///
/// # Errors
/// `NotFound` for a calendar or the rule, `InvalidInput` that names the field, `NameTaken` where there is a rule between the two already.
pub async fn put_rule(engine: &Engine, id: &str, form: RuleForm) -> Result<RuleView, Failure> {
    let id = if id.is_empty() { 0 } else { parse_id(id)? };
    let now = engine.clock().now();
    let written = engine.store().write(move |w| {
        let mut rule = row(w, &form, now)?;
        if id != 0 {
            let known = copy_rule::get(w, id)?.ok_or_else(not_found)?;
            // What came to its end since the rule was made is still asked for.
            rule.not_over_at = rule.not_over_at.map(|now| known.not_over_at.unwrap_or(now));
            (rule.id, rule.created_at) = (id, known.created_at);
        }
        if copy_rule::between(w, rule.source, rule.target)?.is_some_and(|known| known.id != id) {
            let sentence = "There is a rule between these two calendars already. Change that one.";
            return Err(Failure::new(Code::NameTaken, sentence).with("what", "rule").with("name", rule.id).into());
        }
        copy_rule::put(w, &rule)
    });
    let id = written.await?;
    super::follow(engine).await?;
    engine.tell_changed(&[Changed::Calendars]);
    Ok(engine.store().read(move |r| view(r, &copy_rule::get(r, id)?.ok_or_else(not_found)?)).await?)
}

/// What a rule would do, without doing it.
///
/// # Errors
/// As [`put_rule`].
pub async fn preview_rule(engine: &Engine, form: RuleForm) -> Result<RulePreview, Failure> {
    let now = engine.clock().now();
    Ok(engine.store().read(move |r| preview(r, &row(r, &form, now)?)).await?)
}

/// Ends a rule. Its copies stay, as events of their own.
///
/// # Errors
/// `NotFound`.
pub async fn remove_rule(engine: &Engine, id: &str) -> Result<(), Failure> {
    let id = parse_id(id)?;
    let removed = engine.store().write(move |w| {
        copy_rule::get(w, id)?.ok_or_else(not_found)?;
        copy_rule::remove(w, id)
    });
    removed.await?;
    engine.tell_changed(&[Changed::Calendars]);
    Ok(())
}

/// A rule as pure planning sees it.
pub(super) fn rule_of(rule: &CopyRule, source: &Calendar) -> Rule {
    Rule {
        title: rule.title.clone(),
        calendar: source.name.clone(),
        colour: name_of(&rule.colour).unwrap_or_default().to_owned(),
        zone: Zone::parse(&rule.zone),
        words: rule.words.clone(),
        only_confirmed: rule.only_confirmed,
        not_over_at: rule.not_over_at,
        gone: match rule.gone {
            copy_rule::Gone::Cancel => copies::Gone::Cancel,
            copy_rule::Gone::Delete => copies::Gone::Delete,
            copy_rule::Gone::Keep => copies::Gone::Keep,
        },
    }
}

/// The two calendars of a rule, where something can be written by it; else why not, in a sentence.
pub(super) fn ends(r: &Reader<'_>, rule: &CopyRule) -> Result<Result<(Calendar, Calendar), String>> {
    let there = |id| -> Result<Option<Calendar>> { Ok(calendars::get(r, id)?.filter(|calendar| calendar.deleted_at.is_none())) };
    Ok(match (there(rule.source)?, there(rule.target)?) {
        (Some(_), Some(target)) if target.role == Role::Reader => {
            Err(format!("“{}” can only be looked at now: nothing is written into it.", target.name))
        }
        (Some(source), Some(target)) => Ok((source, target)),
        (None, _) => Err("The calendar that is copied from was deleted. Bring it back, or end the rule.".to_owned()),
        (_, None) => Err("The calendar that was written into was deleted. Bring it back, or end the rule.".to_owned()),
    })
}

fn row(r: &Reader<'_>, form: &RuleForm, now: Timestamp) -> Result<CopyRule> {
    let invalid = |field: &str, sentence: String| anyhow::Error::from(Failure::new(Code::InvalidInput, sentence).with("field", field));
    let source = parse_calendar(&form.source)?;
    let target = writable(r, parse_calendar(&form.target)?)?.id;
    if calendars::get(r, source)?.is_none_or(|calendar| calendar.deleted_at.is_some()) {
        return Err(Failure::new(Code::NotFound, "There is no such calendar to copy from.").with("what", "calendar").into());
    }
    if source == target {
        return Err(invalid("target", "A calendar cannot be written into itself. Choose another one.".to_owned()));
    }
    let title = form.title.trim();
    if title.is_empty() {
        return Err(invalid("title", "The title is empty. “{title}” alone keeps the event’s own.".to_owned()));
    }
    if let Some(word) = copies::unknown_placeholder(title) {
        return Err(invalid("title", format!("“{{{word}}}” stands for nothing. There are {{title}}, {{place}} and {{calendar}}.")));
    }
    if !form.colour.is_empty() && name_of(&form.colour).is_none() {
        let all: Vec<&str> = WORDS.iter().map(|(word, _)| *word).collect();
        return Err(invalid("colour", format!("“{}” is no colour. There are {}.", form.colour, all.join(", "))));
    }
    let zone = match form.zone.trim() {
        "" => String::new(),
        zone => Zone::parse(zone)
            .ok_or_else(|| invalid("zone", format!("“{zone}” is no time zone. Europe/Berlin is one.")))?
            .as_str()
            .to_owned(),
    };
    Ok(CopyRule {
        id: 0,
        source,
        target,
        title: title.to_owned(),
        colour: form.colour.clone(),
        zone,
        words: form.words.iter().map(|word| word.trim().to_owned()).filter(|word| !word.is_empty()).collect(),
        only_confirmed: form.only_confirmed,
        not_over_at: form.only_coming.then_some(now),
        gone: match form.gone {
            WhenGone::Cancel => copy_rule::Gone::Cancel,
            WhenGone::Delete => copy_rule::Gone::Delete,
            WhenGone::Keep => copy_rule::Gone::Keep,
        },
        created_at: now,
        followed_at: None,
    })
}

fn preview(r: &Reader<'_>, row: &CopyRule) -> Result<RulePreview> {
    let (source, calendar) = match ends(r, row)? {
        Ok(ends) => ends,
        Err(sentence) => return Err(Failure::new(Code::InvalidInput, sentence).with("field", "target").into()),
    };
    let (rule, zone) = (rule_of(row, &source), time_zone(&source));
    let mut target = Target::new(&calendar);
    let mut preview = RulePreview { total: 0, wanted: 0, twins: 0, samples: Vec::new() };
    let mut found = Vec::new();
    for (uid, series) in series_of(event_version::current_of_calendar(r, source.id)?) {
        preview.total += 1;
        if !rule.wants(&series, &zone, false) {
            continue;
        }
        preview.wanted += 1;
        let twin = match target.copy_of(r, &uid)? {
            Some(_) => None,
            None => target.twin_of(r, &series)?,
        };
        preview.twins += u32::from(twin.is_some());
        if let Some(event) = rule.copy(&series, &uid).master() {
            let sample = CopySample {
                summary: event.summary.clone(),
                when: calendar::words::span(&event.start, &event.end, None),
                place: event.place.clone(),
                twin: twin.map(|twin| twin.summary).unwrap_or_default(),
            };
            found.push((event.start.to_instant(&zone), sample));
        }
    }
    found.sort_by_key(|(start, _)| *start);
    preview.samples = found.into_iter().take(SAMPLES).map(|(_, sample)| sample).collect();
    Ok(preview)
}

fn view(r: &Reader<'_>, rule: &CopyRule) -> Result<RuleView> {
    let name = |id| -> Result<String> { Ok(calendars::get(r, id)?.map(|calendar| calendar.name).unwrap_or_default()) };
    Ok(RuleView {
        id: rule.id.to_string(),
        form: RuleForm {
            source: rule.source.to_string(),
            target: rule.target.to_string(),
            title: rule.title.clone(),
            colour: rule.colour.clone(),
            zone: rule.zone.clone(),
            words: rule.words.clone(),
            only_confirmed: rule.only_confirmed,
            only_coming: rule.not_over_at.is_some(),
            gone: match rule.gone {
                copy_rule::Gone::Cancel => WhenGone::Cancel,
                copy_rule::Gone::Delete => WhenGone::Delete,
                copy_rule::Gone::Keep => WhenGone::Keep,
            },
        },
        source_name: name(rule.source)?,
        target_name: name(rule.target)?,
        copies: copy::count(r, rule.id, copy::State::Copied)?,
        twins: copy::count(r, rule.id, copy::State::Twin)?,
        followed_at: rule.followed_at.map(|at| at.to_string()).unwrap_or_default(),
        problem: ends(r, rule)?.err().unwrap_or_default(),
    })
}

fn parse_id(id: &str) -> Result<i64, Failure> {
    id.parse().map_err(|_| not_found())
}

pub(super) fn not_found() -> Failure {
    Failure::new(Code::NotFound, "There is no such rule. It may have been ended already.").with("what", "rule").with("name", "")
}
