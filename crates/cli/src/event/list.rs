//! `rollcall-cli event list`.

use anyhow::Result;
use clap::{Args, ValueEnum};
use engine::Engine;
use engine::calendars::view::OccurrenceView;
use engine::calendars::{Listing, Order, list_calendars, list_events};
use serde::Serialize;

use crate::calendar::lines;
use crate::output::Output;

/// What to list.
#[derive(Args)]
pub(crate) struct Arguments {
    /// What ends at or after this: 2027-03-14T13:00:00Z, or 2027-03-14. By default from today; with --masters or --deleted from ever.
    #[arg(long, value_name = "T")]
    from: Option<String>,
    /// What starts before this. By default a year after --from; with --masters or --deleted no end.
    #[arg(long, value_name = "T")]
    to: Option<String>,
    /// Only this calendar.
    #[arg(long, value_name = "NAME")]
    calendar: Option<String>,
    /// Only what holds words that begin like these.
    #[arg(long, value_name = "TEXT")]
    search: Option<String>,
    /// Longest page.
    #[arg(long, value_name = "N")]
    limit: Option<usize>,
    /// The page after the row that has this cursor.
    #[arg(long, value_name = "C", default_value = "", hide_default_value = true)]
    cursor: String,
    /// What comes first.
    #[arg(long, value_enum, default_value_t = By::Start)]
    order: By,
    /// What was deleted instead of what is there.
    #[arg(long)]
    deleted: bool,
    /// A series as one row instead of its occurrences.
    #[arg(long)]
    masters: bool,
}

/// What comes first.
#[derive(Clone, Copy, ValueEnum)]
enum By {
    /// The earliest start.
    Start,
    /// The oldest change.
    Updated,
}

#[derive(Serialize)]
struct Row {
    uid: String,
    recurrence_id: String,
    summary: String,
    place: String,
    start: String,
    end: String,
    tzid: String,
    all_day: bool,
    recurring: bool,
    status: String,
    calendar: String,
    /// For `--cursor`: the page that begins after this row.
    cursor: String,
}

pub(super) async fn run(arguments: Arguments, engine: &Engine, output: &Output) -> Result<()> {
    let order = match arguments.order {
        By::Start => Order::Start,
        By::Updated => Order::Updated,
    };
    let Arguments { from, to, calendar, search, limit, cursor, deleted, masters, .. } = arguments;
    let page = list_events(engine, Listing { from, to, calendar, search, limit, cursor, order, deleted, masters }).await?;
    let calendars = list_calendars(engine).await?;
    let name = |id: &str| calendars.iter().find(|calendar| calendar.id == id).map(|calendar| calendar.name.clone()).unwrap_or_default();
    let rows: Vec<Row> = page.rows.into_iter().map(|(view, cursor)| row(view, cursor, &name)).collect();
    output.result(&rows, |rows| match rows.as_slice() {
        [] => "Nothing takes place then. --from and --to look elsewhere, --masters at every event there is.".to_owned(),
        rows => lines(rows, words),
    })
}

fn row(view: OccurrenceView, cursor: String, name: &impl Fn(&str) -> String) -> Row {
    Row {
        calendar: name(&view.calendar),
        uid: view.uid,
        recurrence_id: view.recurrence_id,
        summary: view.summary,
        place: view.place,
        start: view.start,
        end: view.end,
        tzid: view.tzid,
        all_day: view.all_day,
        recurring: view.recurring,
        status: view.status,
        cursor,
    }
}

fn words(row: &Row) -> String {
    let Row { start, summary, place, status, calendar, uid, .. } = row;
    let place = if place.is_empty() { String::new() } else { format!(", {place}") };
    let status = if status == "confirmed" { String::new() } else { format!(" [{status}]") };
    format!("{start}  {summary}{place}{status}  ({calendar})  {uid}")
}
