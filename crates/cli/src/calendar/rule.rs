//! `rollcall-cli calendar rule` and `rollcall-cli calendar twin`.

use std::process::ExitCode;

use anyhow::{Result, bail};
use clap::{Args, Subcommand};
use engine::Engine;
use engine::calendars::find_calendar;
use engine::copies::view::{RuleForm, RulePreview, RuleView, TwinView, WhenGone};
use engine::copies::{list_rules, list_twins, preview_rule, put_rule, remove_rule, settle_twin};

use super::lines;
use crate::output::Output;

/// What `calendar rule` does.
#[derive(Subcommand)]
pub(crate) enum Verb {
    /// Write a calendar's events into another calendar too, from now on. Set again, it replaces the rule between the two.
    Set(Set),
    /// Name every rule.
    List,
    /// End a rule. What it wrote stays.
    Remove {
        /// The calendar that is copied from.
        source: String,
        /// The calendar that is written into.
        #[arg(long, value_name = "NAME")]
        into: String,
    },
}

/// What a rule asks for.
#[derive(Args)]
pub(crate) struct Set {
    /// The calendar that is copied from.
    source: String,
    /// The calendar that is written into.
    #[arg(long, value_name = "NAME")]
    into: String,
    /// Title of a copy: {title}, {place} and {calendar} stand for what the event says.
    #[arg(long, value_name = "TEXT", default_value = "{title}")]
    title: String,
    /// Colour of the copies; by default the calendar's own.
    #[arg(long, value_name = "NAME", default_value = "")]
    colour: String,
    /// Time zone that single events are put into; by default as they have it.
    #[arg(long, value_name = "ZONE", default_value = "")]
    zone: String,
    /// Only events with this word in their title, place or description; several times: with one of them.
    #[arg(long = "word", value_name = "WORD")]
    words: Vec<String>,
    /// Only what takes place for certain.
    #[arg(long)]
    only_confirmed: bool,
    /// Only what is not over yet.
    #[arg(long)]
    only_coming: bool,
    /// What happens to the copy of what is gone from its source: it says that it is cancelled, it is deleted, or it stays.
    #[arg(long, value_name = "WAY", default_value = "cancel")]
    gone: Gone,
    /// Say what would be written and write nothing.
    #[arg(long)]
    dry_run: bool,
}

/// What happens to the copy of what is gone.
#[derive(Clone, Copy, clap::ValueEnum)]
pub(crate) enum Gone {
    Cancel,
    Delete,
    Keep,
}

/// What `calendar twin` does.
#[derive(Subcommand)]
pub(crate) enum Twin {
    /// Name them.
    List,
    /// Merge the two, or keep both.
    Settle {
        id: String,
        /// The event that was made by hand goes on as the copy, and what it does not say is filled in.
        #[arg(long, required_unless_present = "keep_both")]
        merge: bool,
        /// The event is copied beside the one that was made by hand.
        #[arg(long, conflicts_with = "merge")]
        keep_both: bool,
    },
}

pub(super) async fn run(verb: Verb, engine: &Engine, output: &Output) -> Result<ExitCode> {
    match verb {
        Verb::Set(set) => write(set, engine, output).await?,
        Verb::List => output.result(&list_rules(engine).await?, |rules| lines(rules, rule_line))?,
        Verb::Remove { source, into } => match between(engine, &source, &into).await? {
            Some(rule) => {
                remove_rule(engine, &rule.id).await?;
                output.say("Ended. What was written stays.");
            }
            None => bail!("No rule writes “{source}” into “{into}”. `calendar rule list` names every rule."),
        },
    }
    Ok(ExitCode::SUCCESS)
}

pub(super) async fn twin(verb: Twin, engine: &Engine, output: &Output) -> Result<ExitCode> {
    match verb {
        Twin::List => output.result(&list_twins(engine).await?, |twins| lines(twins, twin_line))?,
        Twin::Settle { id, merge, keep_both: _ } => {
            settle_twin(engine, &id, merge).await?;
            output.say(if merge { "Merged." } else { "Both are kept." });
        }
    }
    Ok(ExitCode::SUCCESS)
}

async fn write(set: Set, engine: &Engine, output: &Output) -> Result<()> {
    let known = between(engine, &set.source, &set.into).await?;
    let form = RuleForm {
        source: find_calendar(engine, &set.source).await?.id,
        target: find_calendar(engine, &set.into).await?.id,
        title: set.title,
        colour: set.colour,
        zone: set.zone,
        words: set.words,
        only_confirmed: set.only_confirmed,
        only_coming: set.only_coming,
        gone: match set.gone {
            Gone::Cancel => WhenGone::Cancel,
            Gone::Delete => WhenGone::Delete,
            Gone::Keep => WhenGone::Keep,
        },
    };
    if set.dry_run {
        return output.result(&preview_rule(engine, form).await?, preview_lines);
    }
    let id = known.map(|rule| rule.id).unwrap_or_default();
    output.result(&put_rule(engine, &id, form).await?, rule_line)
}

async fn between(engine: &Engine, source: &str, into: &str) -> Result<Option<RuleView>> {
    let (source, target) = (find_calendar(engine, source).await?.id, find_calendar(engine, into).await?.id);
    Ok(list_rules(engine).await?.into_iter().find(|rule| rule.form.source == source && rule.form.target == target))
}

fn rule_line(rule: &RuleView) -> String {
    let RuleView { source_name, target_name, copies, twins, problem, form, .. } = rule;
    let twins = if *twins == 0 { String::new() } else { format!(", {twins} to be merged or kept") };
    let problem = if problem.is_empty() { String::new() } else { format!(": {problem}") };
    format!("{source_name} into {target_name} as “{}”: {copies} copies{twins}{problem}", form.title)
}

fn preview_lines(preview: &RulePreview) -> String {
    let head = format!("{} of {} events; {} of them were made by hand already", preview.wanted, preview.total, preview.twins);
    let samples = preview.samples.iter().map(|sample| {
        let twin = if sample.twin.is_empty() { String::new() } else { format!("  (made by hand: “{}”)", sample.twin) };
        format!("  {}  {}{twin}", sample.when, sample.summary)
    });
    std::iter::once(head).chain(samples).collect::<Vec<_>>().join("\n")
}

fn twin_line(twin: &TwinView) -> String {
    let TwinView { id, source_name, target_name, booking, by_hand } = twin;
    format!("{id}\t{}: “{}” from {source_name}, “{}” in {target_name}", booking.when, booking.summary, by_hand.summary)
}
