//! `rollcall-cli campaign`.

use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::{Context as _, Result};
use clap::{Args, Subcommand, ValueEnum};
use engine::accounts::view::AccountRole;
use engine::calendars::{Named, locate};
use engine::campaigns::view::{AudiencePreview, CampaignDraft, CampaignStatus, CampaignView, MessagePreview};
use engine::guests::view::GuestQuery;
use engine::{Code, Engine, Failure, accounts, campaigns, guests};
use serde::Serialize;

use crate::output::{Output, count};
use crate::session::Session;

mod drive;

pub(crate) use drive::{drive, wait};

/// What `campaign` does.
#[derive(Subcommand)]
pub(crate) enum Verb {
    /// Write a draft.
    Create(Box<Create>),
    /// Who gets it, who does not and why; with --guest or --eml the message as one guest gets it.
    Preview(Preview),
    /// Send a test, which counts nowhere.
    Test {
        id: String,
        /// An address of your own.
        #[arg(long, value_name = "ADDRESS")]
        to: String,
    },
    /// Send, or go on after a crash; without --yes only the preview is shown.
    Send(Send),
    /// How far it is.
    Status { id: String },
    /// Pause: nothing more leaves within a second.
    Pause { id: String },
    /// Go on.
    Resume { id: String },
    /// Stop for good.
    Stop { id: String },
    /// Every campaign.
    List,
}

/// What a campaign will be.
#[derive(Args)]
pub(crate) struct Create {
    /// UIDs of events.
    #[arg(long = "event", value_name = "UID", num_args = 1..)]
    events: Vec<String>,
    /// Calendar of the events; needed where a UID stands in several.
    #[arg(long, value_name = "NAME")]
    calendar: Option<String>,
    /// List of guests.
    #[arg(long, value_name = "NAME")]
    list: String,
    /// Account that sends.
    #[arg(long, value_name = "NAME")]
    sender: String,
    /// Inbox that answers come back to; a message can do without.
    #[arg(long, value_name = "NAME")]
    inbox: Option<String>,
    /// File with the message; a first line `Subject: …` is its subject.
    #[arg(long, value_name = "FILE")]
    template: Option<PathBuf>,
    #[arg(long)]
    subject: Option<String>,
    /// When it starts by itself, e.g. 2027-03-14T09:00:00+01:00.
    #[arg(long, value_name = "TIME")]
    at: Option<String>,
    #[arg(long, default_value = "invitation")]
    kind: Kind,
    /// Your own name for it.
    #[arg(long)]
    name: Option<String>,
    /// Messages a second, below the account's own.
    #[arg(long, value_name = "N")]
    rate: Option<f64>,
    /// Only between these hours, where the guest is, e.g. 08:00-20:00.
    #[arg(long, value_name = "HOURS")]
    hours: Option<String>,
    /// Send so many first, then ask: 100, or 5%.
    #[arg(long, value_name = "SIZE")]
    pilot: Option<String>,
    /// Minutes between two mails to one guest, where there are several events.
    #[arg(long, value_name = "MINUTES", default_value_t = 0)]
    spacing: u32,
    /// Send to every address, also to those that look like another spelling of one mailbox.
    #[arg(long)]
    duplicates: bool,
}

/// What a campaign brings.
#[derive(Clone, Copy, ValueEnum)]
pub(crate) enum Kind {
    /// Events to answer.
    Invitation,
    /// A mail without a calendar entry.
    Message,
}

/// What to look at.
#[derive(Args)]
pub(crate) struct Preview {
    id: String,
    /// The message as this guest gets it.
    #[arg(long, value_name = "EMAIL")]
    guest: Option<String>,
    /// Write the whole message here.
    #[arg(long, value_name = "FILE")]
    eml: Option<PathBuf>,
}

/// How to send.
#[derive(Args)]
pub(crate) struct Send {
    id: String,
    /// It was looked at: send.
    #[arg(long)]
    yes: bool,
    /// Come back rather than wait longer than this.
    #[arg(long, value_name = "SECONDS")]
    max_wait: Option<u64>,
}

/// The id of a new campaign.
#[derive(Serialize)]
struct Created {
    id: String,
}

pub(crate) async fn run(verb: Verb, session: &Session, output: &Output) -> Result<ExitCode> {
    let engine = session.engine().await?;
    let exit = match verb {
        Verb::Create(arguments) => create(&engine, *arguments, output).await?,
        Verb::Preview(arguments) => preview(&engine, &arguments, output).await?,
        Verb::Test { id, to } => {
            campaigns::test_campaign(&engine, &id, &to).await?;
            output.result(&(), |()| format!("A test left for {to}."))?;
            ExitCode::SUCCESS
        }
        Verb::Send(arguments) => send(&engine, &arguments, output).await?,
        Verb::Status { id } => print_status(&campaigns::campaign_status(&engine, &id).await?, output)?,
        Verb::Pause { id } => print_status(&campaigns::pause_campaign(&engine, &id).await?.status, output)?,
        Verb::Resume { id } => print_status(&campaigns::resume_campaign(&engine, &id).await?.status, output)?,
        Verb::Stop { id } => print_status(&campaigns::stop_campaign(&engine, &id).await?.status, output)?,
        Verb::List => {
            output.result(&campaigns::list_campaigns(&engine).await?, |campaigns| campaigns.iter().map(line).collect())?;
            ExitCode::SUCCESS
        }
    };
    engine.stop().await;
    Ok(exit)
}

async fn create(engine: &Engine, arguments: Create, output: &Output) -> Result<ExitCode> {
    let mut events = Vec::new();
    for uid in arguments.events {
        let named = Named { uid, calendar: arguments.calendar.clone(), occurrence: None };
        events.push(locate(engine, named).await?.0);
    }
    let (subject, body) = message(arguments.template, arguments.subject)?;
    let inbox = match &arguments.inbox {
        Some(inbox) => accounts::named(engine.store(), AccountRole::Inbox, inbox).await?.id,
        None => String::new(),
    };
    let draft = CampaignDraft {
        name: arguments.name.unwrap_or_default(),
        kind: match arguments.kind {
            Kind::Invitation => "invitation".to_owned(),
            Kind::Message => "message".to_owned(),
        },
        events,
        list: guests::list_named(engine.store(), &arguments.list).await?.id,
        subject,
        body,
        sender: accounts::named(engine.store(), AccountRole::Sender, &arguments.sender).await?.id,
        inbox,
        scheduled_at: arguments.at.unwrap_or_default(),
        per_second: arguments.rate,
        hours: arguments.hours.unwrap_or_default(),
        pilot: arguments.pilot.unwrap_or_default(),
        spacing: arguments.spacing,
        duplicates: arguments.duplicates,
    };
    let campaign = campaigns::create_campaign(engine, draft).await?;
    output.result(&Created { id: campaign.id }, |created| format!("Campaign {} is written. Next: campaign preview {0}", created.id))?;
    Ok(ExitCode::SUCCESS)
}

/// Subject and body from a file whose first line may be `Subject: …`.
pub(crate) fn message(file: Option<PathBuf>, subject: Option<String>) -> Result<(String, String)> {
    let Some(file) = file else { return Ok((subject.unwrap_or_default(), String::new())) };
    let text = std::fs::read_to_string(&file).with_context(|| format!("Read the template {}", file.display()))?;
    let text = text.replace("\r\n", "\n");
    let (first, rest) = text.split_once('\n').unwrap_or((&text, ""));
    match first.strip_prefix("Subject:") {
        Some(own) => Ok((subject.unwrap_or_else(|| own.trim().to_owned()), rest.trim_start_matches('\n').to_owned())),
        None => Ok((subject.unwrap_or_default(), text)),
    }
}

async fn preview(engine: &Engine, arguments: &Preview, output: &Output) -> Result<ExitCode> {
    if arguments.guest.is_none() && arguments.eml.is_none() {
        print_audience(&campaigns::preview_audience(engine, &arguments.id).await?, output)?;
        return Ok(ExitCode::SUCCESS);
    }
    let guest = match &arguments.guest {
        Some(address) => guest_id(engine, address).await?,
        None => String::new(),
    };
    let preview = campaigns::preview_message(engine, &arguments.id, &guest, "").await?;
    if let Some(file) = &arguments.eml {
        std::fs::write(file, &preview.raw).with_context(|| format!("Write {}", file.display()))?;
    }
    output.result(&preview, mail)?;
    Ok(ExitCode::SUCCESS)
}

fn mail(preview: &MessagePreview) -> String {
    format!("To: {}\nSubject: {}\n\n{}", preview.to, preview.subject, preview.text)
}

async fn guest_id(engine: &Engine, address: &str) -> Result<String> {
    let query = GuestQuery { search: address.to_owned(), limit: 50, ..GuestQuery::default() };
    let found = guests::page(engine.store(), query).await?.rows.into_iter().find(|guest| guest.address.eq_ignore_ascii_case(address));
    let missing = || Failure::new(Code::NotFound, format!("There is no guest {address}.")).with("what", "guest").with("name", address);
    Ok(found.ok_or_else(missing)?.id)
}

async fn send(engine: &Engine, arguments: &Send, output: &Output) -> Result<ExitCode> {
    let id = &arguments.id;
    let status = campaigns::campaign_status(engine, id).await?;
    if status.state == "draft" {
        let preview = campaigns::preview_audience(engine, id).await?;
        if !arguments.yes {
            print_audience(&preview, output)?;
            if preview.mails > 0 {
                let first = campaigns::preview_message(engine, id, "", "").await?;
                output.say(&format!("\nThe first of them:\n{}", mail(&first)));
            }
            output.say("Nothing was sent. With --yes it is.");
            return Ok(ExitCode::SUCCESS);
        }
        campaigns::send_campaign(engine, id, preview.mails).await?;
    } else if matches!(status.state.as_str(), "done" | "stopped") && status.queued + status.retry + status.handed_over == 0 {
        output.say(&format!("Campaign {id} was sent before: nothing went out now."));
    } else if !arguments.yes {
        output.say("Nothing was sent. With --yes it goes on.");
        return print_status(&status, output);
    } else if status.state == "paused" {
        campaigns::resume_campaign(engine, id).await?;
    }
    drive(engine, id, arguments.max_wait, output).await
}

pub(crate) fn print_audience(preview: &AudiencePreview, output: &Output) -> Result<()> {
    output.result(preview, |preview| {
        let mut words = format!("{} to {}", count(preview.mails, "message"), count(preview.guests, "guest"));
        words.extend(preview.seconds.map(|seconds| format!(", in about {}", count(seconds, "second"))));
        words.extend(
            preview
                .left_out
                .iter()
                .map(|left| format!("\nleft out, {}: {} ({})", left.reason.replace('_', " "), left.guests, some(&left.examples))),
        );
        words.extend(
            preview
                .missing
                .iter()
                .map(|missing| format!("\n“{}” is empty for {}: {}", missing.field, missing.guests, some(&missing.examples))),
        );
        words.extend(preview.blockers.iter().map(|blocker| format!("\nbefore it can be sent: {}", blocker.message)));
        words
    })
}

fn some(names: &[String]) -> String {
    let first = names.iter().take(3).map(String::as_str).collect::<Vec<_>>().join(", ");
    if names.len() > 3 { format!("{first}, …") } else { first }
}

fn print_status(status: &CampaignStatus, output: &Output) -> Result<ExitCode> {
    output.result(status, words)?;
    Ok(ExitCode::SUCCESS)
}

pub(crate) fn words(status: &CampaignStatus) -> String {
    let counts = [
        ("accepted", status.accepted),
        ("queued", status.queued),
        ("on their way", status.handed_over),
        ("to be tried again", status.retry),
        ("refused", status.refused),
        ("uncertain", status.uncertain),
        ("skipped", status.skipped),
        ("superseded", status.superseded),
        ("bounced", status.bounced),
        ("complained", status.complained),
    ];
    let mut words = format!("{}: {} in all", status.state, status.total);
    words.extend(counts.iter().filter(|(_, count)| *count > 0).map(|(name, count)| format!(", {count} {name}")));
    if !status.waiting.is_empty() {
        words.extend([". ", &status.waiting]);
    }
    words
}

fn line(campaign: &CampaignView) -> String {
    format!("{:>5}  {:<12}  {}  {}\n", campaign.id, campaign.kind, campaign.name, words(&campaign.status))
}
