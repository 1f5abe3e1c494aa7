//! `rollcall-cli event`.

mod batch;
mod list;

use std::process::ExitCode;

use anyhow::Result;
use clap::{Args, Subcommand, ValueEnum};
use engine::Engine;
use engine::calendars::view::{EventDetail, EventDraft, FieldChangeView, PastEvent, Scope, VersionView};
use engine::calendars::{
    EventDelete, EventEdit, Named, NewEvent, Surface, compare_versions, create_events, delete_events, edit_events, event_at, find_calendar,
    list_calendars, locate, restore_event, show_event,
};
use engine::campaigns::list_changes;

use crate::calendar::lines;
use crate::output::{Output, count};
use crate::session::Session;

/// What `event` does.
#[derive(Subcommand)]
pub(crate) enum Verb {
    /// What takes place in a range of time.
    List(list::Arguments),
    /// Create an event or a series, or several from a file.
    Create(Create),
    /// Show an event, as it is or as it was.
    Show(Show),
    /// Name every version of an event.
    History(Which),
    /// Name what differs between two versions of an event.
    Diff(Diff),
    /// Change an event, one occurrence, or a series from there on.
    Edit(Edit),
    /// Delete an event, one occurrence, or a series from there on.
    Delete(Delete),
    /// Make an earlier version the current one again.
    Restore(Restore),
}

/// The event that is meant.
#[derive(Args)]
pub(crate) struct Which {
    /// UID of the event.
    uid: String,
    /// Its calendar; needed where the UID stands in several.
    #[arg(long, value_name = "NAME")]
    calendar: Option<String>,
    /// Start of the one occurrence of the series that is meant.
    #[arg(long, value_name = "START")]
    occurrence: Option<String>,
}

/// What to show.
#[derive(Args)]
pub(crate) struct Show {
    #[command(flatten)]
    which: Which,
    /// As it was at the end of that day, or at that instant: 2027-03-03, 2027-03-03T13:00:00Z.
    #[arg(long, value_name = "DATE")]
    at: Option<String>,
}

/// Which versions to compare.
#[derive(Args)]
pub(crate) struct Diff {
    #[command(flatten)]
    which: Which,
    /// Number of the earlier version, as `event history` names it.
    #[arg(long, value_name = "N")]
    from: u32,
    /// Number of the later version.
    #[arg(long, value_name = "N")]
    to: u32,
}

/// An event to create.
#[derive(Args)]
pub(crate) struct Create {
    /// Calendar to put it in.
    #[arg(long, value_name = "NAME", required_unless_present = "file")]
    calendar: Option<String>,
    #[command(flatten)]
    fields: Fields,
    /// Several from a JSON file: an array of objects with the same names as the options. All of them or none.
    #[arg(long, value_name = "FILE")]
    file: Option<std::path::PathBuf>,
}

/// What to change.
#[derive(Args)]
pub(crate) struct Edit {
    /// UID of the event.
    #[arg(required_unless_present = "file")]
    uid: Option<String>,
    /// Its calendar; needed where the UID stands in several.
    #[arg(long, value_name = "NAME")]
    calendar: Option<String>,
    /// Start of the occurrence that the change begins with.
    #[arg(long, value_name = "START")]
    occurrence: Option<String>,
    /// How far the change reaches: this occurrence where one is named, else all.
    #[arg(long)]
    scope: Option<Reach>,
    #[command(flatten)]
    fields: Fields,
    /// Several from a JSON file: an array of objects with the same names as the options and `uid`. All of them or none.
    #[arg(long, value_name = "FILE")]
    file: Option<std::path::PathBuf>,
}

/// What to delete.
#[derive(Args)]
pub(crate) struct Delete {
    /// UID of the event.
    #[arg(required_unless_present = "file")]
    uid: Option<String>,
    /// Its calendar; needed where the UID stands in several.
    #[arg(long, value_name = "NAME")]
    calendar: Option<String>,
    /// Start of the occurrence that is deleted, or from which on.
    #[arg(long, value_name = "START")]
    occurrence: Option<String>,
    /// How far it reaches: this occurrence where one is named, else all.
    #[arg(long)]
    scope: Option<Reach>,
    /// Several from a JSON file: an array of objects with `uid`, and `calendar`, `occurrence`, `scope` as needed. All or none.
    #[arg(long, value_name = "FILE")]
    file: Option<std::path::PathBuf>,
}

/// What to restore.
#[derive(Args)]
pub(crate) struct Restore {
    #[command(flatten)]
    which: Which,
    /// Number of the version, as `event history` names it.
    #[arg(long, value_name = "N")]
    version: u32,
}

/// The fields of an event.
#[derive(Args, Default)]
pub(crate) struct Fields {
    /// Title.
    #[arg(long)]
    summary: Option<String>,
    /// Description.
    #[arg(long)]
    description: Option<String>,
    /// Place.
    #[arg(long, visible_alias = "location")]
    place: Option<String>,
    /// Start: 2027-03-14T13:00:00, with an offset, or 2027-03-14 for a whole day.
    #[arg(long)]
    start: Option<String>,
    /// End, exclusive.
    #[arg(long)]
    end: Option<String>,
    /// IANA time zone, such as America/Chicago.
    #[arg(long, value_name = "ZONE")]
    tzid: Option<String>,
    /// Time zone of the end, where it differs.
    #[arg(long, value_name = "ZONE")]
    end_tzid: Option<String>,
    /// It takes whole days.
    #[arg(long)]
    all_day: bool,
    /// Recurrence rule, such as FREQ=WEEKLY;COUNT=10; empty makes it a single event.
    #[arg(long, value_name = "RULE")]
    rrule: Option<String>,
    /// confirmed, tentative or cancelled.
    #[arg(long)]
    status: Option<String>,
    /// Web page.
    #[arg(long)]
    url: Option<String>,
    /// Link of a video call.
    #[arg(long)]
    video_link: Option<String>,
    /// A colour of its own: indigo, blue, teal, green, amber, orange, red, pink, violet or grey; empty for its calendar's.
    #[arg(long)]
    colour: Option<String>,
}

/// How far a change of a series reaches.
#[derive(Clone, Copy, ValueEnum)]
pub(crate) enum Reach {
    /// This occurrence only.
    This,
    /// This one and all that follow.
    Following,
    /// The whole series.
    All,
}

impl From<Reach> for Scope {
    fn from(reach: Reach) -> Self {
        match reach {
            Reach::This => Self::This,
            Reach::Following => Self::Following,
            Reach::All => Self::All,
        }
    }
}

impl From<Fields> for EventDraft {
    fn from(fields: Fields) -> Self {
        Self {
            summary: fields.summary,
            description: fields.description,
            place: fields.place,
            start: fields.start,
            end: fields.end,
            tzid: fields.tzid,
            end_tzid: fields.end_tzid,
            all_day: fields.all_day.then_some(true),
            rrule: fields.rrule,
            status: fields.status,
            url: fields.url,
            video_link: fields.video_link,
            colour: fields.colour,
        }
    }
}

pub(crate) async fn run(verb: Verb, session: &Session, output: &Output) -> Result<ExitCode> {
    let engine = session.engine().await?;
    match verb {
        Verb::List(arguments) => list::run(arguments, &engine, output).await?,
        Verb::Create(arguments) => create(arguments, &engine, output).await?,
        Verb::Show(Show { which, at }) => {
            let (id, recurrence_id) = found(&engine, which).await?;
            match at {
                None => print(&engine, &[show_event(&engine, &id, &recurrence_id).await?], true, output).await?,
                Some(at) => output.result(&event_at(&engine, &id, &recurrence_id, &at).await?, past_words)?,
            }
        }
        Verb::Diff(Diff { which, from, to }) => {
            let (id, recurrence_id) = found(&engine, which).await?;
            let fields = compare_versions(&engine, &id, &recurrence_id, from, to).await?;
            output.result(&fields, |fields| if fields.is_empty() { "They say the same.".to_owned() } else { lines(fields, field_line) })?;
        }
        Verb::History(which) => {
            let (id, recurrence_id) = found(&engine, which).await?;
            let versions = show_event(&engine, &id, &recurrence_id).await?.versions;
            output.result(&versions, |versions| lines(versions, version_line))?;
        }
        Verb::Edit(arguments) => {
            edit(arguments, &engine, output).await?;
            say_who_waits(&engine, output).await?;
        }
        Verb::Delete(arguments) => {
            delete(arguments, &engine, output).await?;
            say_who_waits(&engine, output).await?;
        }
        Verb::Restore(Restore { which, version }) => {
            let (id, recurrence_id) = found(&engine, which).await?;
            print(&engine, &[restore_event(&engine, &id, &recurrence_id, version).await?], true, output).await?;
        }
    }
    Ok(ExitCode::SUCCESS)
}

async fn create(arguments: Create, engine: &Engine, output: &Output) -> Result<()> {
    let single = arguments.file.is_none();
    let rows = match arguments.file {
        Some(file) => batch::read::<batch::Creation>(&file, arguments.calendar.as_deref())?,
        None => vec![batch::Creation { calendar: arguments.calendar, draft: arguments.fields.into() }],
    };
    let mut events = Vec::with_capacity(rows.len());
    for row in rows {
        let name = row.calendar.ok_or_else(|| anyhow::anyhow!("Each event needs a `calendar`, or all of them --calendar."))?;
        events.push(NewEvent { calendar: find_calendar(engine, &name).await?.id, draft: row.draft });
    }
    print(engine, &create_events(engine, Surface::CommandLine, events).await?, single, output).await
}

async fn edit(arguments: Edit, engine: &Engine, output: &Output) -> Result<()> {
    let single = arguments.file.is_none();
    let rows = match arguments.file {
        Some(file) => batch::read::<batch::Change>(&file, arguments.calendar.as_deref())?,
        None => vec![batch::Change {
            target: batch::Target {
                uid: arguments.uid.unwrap_or_default(),
                calendar: arguments.calendar,
                occurrence: arguments.occurrence,
                scope: arguments.scope.map(Scope::from),
            },
            draft: arguments.fields.into(),
        }],
    };
    let mut edits = Vec::with_capacity(rows.len());
    for batch::Change { target, draft } in rows {
        let (id, recurrence_id, scope) = reach(engine, target).await?;
        edits.push(EventEdit { id, recurrence_id, scope, draft });
    }
    print(engine, &edit_events(engine, Surface::CommandLine, edits).await?, single, output).await
}

async fn delete(arguments: Delete, engine: &Engine, output: &Output) -> Result<()> {
    let rows = match arguments.file {
        Some(file) => batch::read::<batch::Target>(&file, arguments.calendar.as_deref())?,
        None => vec![batch::Target {
            uid: arguments.uid.unwrap_or_default(),
            calendar: arguments.calendar,
            occurrence: arguments.occurrence,
            scope: arguments.scope.map(Scope::from),
        }],
    };
    let mut deletions = Vec::with_capacity(rows.len());
    for target in rows {
        let (id, recurrence_id, scope) = reach(engine, target).await?;
        deletions.push(EventDelete { id, recurrence_id, scope });
    }
    let count = deletions.len();
    delete_events(engine, Surface::CommandLine, deletions).await?;
    output.result(&serde_json::json!({ "deleted": count }), |_| format!("{count} deleted"))
}

/// Guests who have not been told are named where they came about.
async fn say_who_waits(engine: &Engine, output: &Output) -> Result<()> {
    let waiting: u32 = list_changes(engine).await?.iter().map(|change| change.guests).sum();
    if waiting > 0 {
        let hold = if waiting == 1 { "holds" } else { "hold" };
        output.say(&format!("{} {hold} old details. `changes list` shows them, `changes send UID` tells them.", count(waiting, "guest")));
    }
    Ok(())
}

async fn found(engine: &Engine, which: Which) -> Result<(String, String)> {
    Ok(locate(engine, Named { uid: which.uid, calendar: which.calendar, occurrence: which.occurrence }).await?)
}

/// What a target means. Without a scope it is the occurrence where one was named, else the whole.
async fn reach(engine: &Engine, target: batch::Target) -> Result<(String, String, Scope)> {
    let scope = target.scope.unwrap_or(if target.occurrence.is_some() { Scope::This } else { Scope::All });
    let named = Named { uid: target.uid, calendar: target.calendar, occurrence: target.occurrence };
    let (id, recurrence_id) = locate(engine, named).await?;
    Ok((id, recurrence_id, scope))
}

/// Prints events, with the names of their calendars: an id says nothing here.
async fn print(engine: &Engine, events: &[EventDetail], single: bool, output: &Output) -> Result<()> {
    let calendars = list_calendars(engine).await?;
    let named = |event: &EventDetail| -> Result<serde_json::Value> {
        let name = calendars.iter().find(|calendar| calendar.id == event.calendar).map(|calendar| calendar.name.clone());
        let mut value = serde_json::to_value(event)?;
        if let Some(object) = value.as_object_mut() {
            object.insert("calendar".to_owned(), name.into());
        }
        Ok(value)
    };
    let values = events.iter().map(named).collect::<Result<Vec<_>>>()?;
    let words = || lines(events, event_words);
    match values.as_slice() {
        [only] if single => output.result(only, |_| words()),
        all => output.result(&all, |_| words()),
    }
}

fn event_words(event: &EventDetail) -> String {
    let EventDetail { summary, start, end, place, repeats, status, uid, .. } = event;
    let details = [place, repeats, status].into_iter().filter(|detail| !detail.is_empty()).cloned().collect::<Vec<_>>().join(" · ");
    format!("{summary}\n  {start} – {end}\n  {details}\n  {uid}")
}

fn version_line(version: &VersionView) -> String {
    let VersionView { number, at, words, fields, .. } = version;
    let fields = fields.iter().map(|field| format!("    {}", field_line(field)));
    [format!("{number}  {at}  {}  {words}", from_whom(&version.source, &version.account))]
        .into_iter()
        .chain(fields)
        .collect::<Vec<_>>()
        .join("\n")
}

pub(crate) fn field_line(field: &FieldChangeView) -> String {
    format!("{}: {} → {}", field.name, field.old, field.new)
}

/// The source of a version; an account by its name.
pub(crate) fn from_whom<'a>(source: &'a str, account: &'a str) -> &'a str {
    if account.is_empty() { source } else { account }
}

fn past_words(event: &PastEvent) -> String {
    let PastEvent { number, at, summary, start, end, place, repeats, status, .. } = event;
    let state = if event.deleted { "deleted" } else { status };
    let details = [place.as_str(), repeats, state].into_iter().filter(|detail| !detail.is_empty()).collect::<Vec<_>>().join(" · ");
    format!("{summary}\n  {start} – {end}\n  {details}\n  version {number} since {at}, {}", from_whom(&event.source, &event.account))
}
