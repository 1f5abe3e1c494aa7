//! `rollcall-cli account`: the organizer's own calendars.

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::{Context as _, Result, bail};
use clap::{Args, Subcommand};
use engine::Engine;
use engine::sync;
use engine::sync::view::{CalendarAccountForm, CalendarAccountView, Connecting, RemoteCalendarView};
use jiff::Timestamp;
use jiff::tz::TimeZone;
use serde::Serialize;

use crate::account::secret;
use crate::output::Output;
use crate::session::Session;

/// What `account` does.
#[derive(Subcommand)]
pub(crate) enum Verb {
    /// Connect an account: caldav, feed, google, microsoft.
    #[command(subcommand)]
    Add(New),
    /// Every connected account, with the calendars that are mirrored.
    List,
    /// The calendars that an account has.
    Calendars { name: String },
    /// Mirror calendars of an account, by name or id.
    Mirror {
        name: String,
        /// Which of them.
        #[arg(required_unless_present = "all")]
        calendars: Vec<String>,
        /// Every one that it has now.
        #[arg(long, conflicts_with = "calendars")]
        all: bool,
    },
    /// Make a calendar at the provider, and mirror it.
    CreateCalendar { name: String, calendar: String },
    /// Mirror a calendar no more: what was mirrored of it stays here.
    StopMirroring {
        /// The calendar's name here.
        calendar: String,
    },
    /// Consent again in the browser, or give the new password.
    Reconnect {
        name: String,
        /// File with the new password, else it is asked for; or the new key file of a service account. Only where nothing is consented to in a
        /// browser.
        #[arg(long)]
        secret_file: Option<PathBuf>,
        #[command(flatten)]
        browser: Browser,
    },
    /// Send and read mail with an account that is consented to in the browser: asks for that consent too, and adds a sender and an inbox.
    Mail {
        name: String,
        #[command(flatten)]
        browser: Browser,
    },
    /// Let go of an account: consent is withdrawn, what was mirrored stays here.
    Remove { name: String },
}

/// An account to connect.
#[derive(Subcommand)]
pub(crate) enum New {
    /// A CalDAV server, such as iCloud, Fastmail or Nextcloud, by address and password.
    Caldav {
        name: String,
        /// The server, a calendar's address, or an e-mail address.
        #[arg(long)]
        url: String,
        #[arg(long)]
        user: String,
        /// File with the password; else it is asked for.
        #[arg(long)]
        secret_file: Option<PathBuf>,
    },
    /// A calendar feed by its address, only to be read.
    Feed {
        name: String,
        /// http, https or webcal. Whoever knows it can read the calendar: it is sealed like a password.
        #[arg(long, required_unless_present = "secret_file")]
        url: Option<String>,
        /// File with the address.
        #[arg(long, conflicts_with = "url")]
        secret_file: Option<PathBuf>,
    },
    /// Google, with a client ID of your own, consented to in the browser.
    Google {
        name: String,
        #[arg(long, required_unless_present = "service_account", default_value = "")]
        client_id: String,
        /// File with the client secret.
        #[arg(long)]
        secret_file: Option<PathBuf>,
        /// Key file of a service account, for a machine without a browser.
        #[arg(long, conflicts_with = "secret_file")]
        service_account: Option<PathBuf>,
        /// Another address than Google's own.
        #[arg(long, default_value = "")]
        endpoint: String,
        #[command(flatten)]
        browser: Browser,
    },
    /// Microsoft, with a client ID of your own, consented to in the browser.
    Microsoft {
        name: String,
        #[arg(long)]
        client_id: String,
        #[arg(long, default_value = "")]
        tenant: String,
        /// Another address than Microsoft's own.
        #[arg(long, default_value = "")]
        endpoint: String,
        /// Change events that invite people there too: Microsoft mails them.
        #[arg(long)]
        mail_attendees: bool,
        #[command(flatten)]
        browser: Browser,
    },
}

/// How the browser comes back.
#[derive(Args)]
pub(crate) struct Browser {
    /// Read the address that the browser ended on from standard input, where it cannot come back to this computer.
    #[arg(long)]
    paste: bool,
}

#[derive(Serialize)]
struct Removed {
    /// Why the provider could not be told; empty where it was.
    problem: String,
}

pub(crate) async fn run(verb: Verb, session: &Session, output: &Output) -> Result<ExitCode> {
    let engine = session.engine().await?;
    match verb {
        Verb::Add(new) => {
            let (form, browser) = form(new)?;
            let connecting = sync::connect(&engine, form).await?;
            let account = connected(&engine, connecting, &browser, output).await?;
            output.result(&account, |account| {
                let name = &account.label;
                format!("Connected {name}. Nothing of it is here yet: `account calendars {name}` names its calendars, and `account mirror {name}` takes those that you name, or all with --all.")
            })?;
        }
        Verb::List => output.result(&sync::list(&engine).await?, |accounts| accounts.iter().map(shown).collect::<Vec<_>>().join("\n"))?,
        Verb::Calendars { name } => {
            let account = sync::named(&engine, &name).await?;
            output.result(&sync::remote_calendars(&engine, &account.id).await?, |calendars| table(calendars))?;
        }
        Verb::Mirror { name, calendars, all } => {
            let account = sync::named(&engine, &name).await?;
            let wanted = if all {
                sync::remote_calendars(&engine, &account.id).await?.into_iter().map(|calendar| calendar.remote_id).collect()
            } else {
                calendars
            };
            output.result(&sync::mirror_calendars(&engine, &account.id, &wanted).await?, |calendars| table(calendars))?;
        }
        Verb::CreateCalendar { name, calendar } => {
            let account = sync::named(&engine, &name).await?;
            let made = sync::create_remote_calendar(&engine, &account.id, &calendar).await?;
            output.result(&made, |made| format!("Made {}, and it is mirrored.", made.name))?;
        }
        Verb::StopMirroring { calendar } => {
            let found = engine::calendars::find_calendar(&engine, &calendar).await?;
            sync::stop_mirroring(&engine, &found.id).await?;
            output.say(&format!("{calendar} lives only here now."));
        }
        Verb::Reconnect { name, secret_file, browser } => {
            let account = sync::named(&engine, &name).await?;
            let account = if account.browser {
                connected(&engine, sync::reconnect(&engine, &account.id).await?, &browser, output).await?
            } else {
                let secret = match (account.kind.as_str(), &secret_file) {
                    ("google", Some(file)) => key_file(file)?,
                    ("google", None) => {
                        bail!("“{name}” signs in by the key of a service account: give --secret-file with its new key file.")
                    }
                    _ => secret(secret_file.as_deref(), &format!("New password of {name}"))?,
                };
                sync::renew(&engine, &account.id, &secret).await?;
                sync::named(&engine, &name).await?
            };
            output.result(&account, |account| format!("{} is connected again.", account.label))?;
        }
        Verb::Mail { name, browser } => {
            let account = sync::named(&engine, &name).await?;
            let account = connected(&engine, sync::connect_mail(&engine, &account.id).await?, &browser, output).await?;
            output.result(&account, |account| {
                format!("{} sends and reads mail too: it is among the senders and the inboxes.", account.label)
            })?;
        }
        Verb::Remove { name } => {
            let account = sync::named(&engine, &name).await?;
            let removed = Removed { problem: sync::remove(&engine, &account.id).await? };
            output.result(&removed, |removed| {
                if removed.problem.is_empty() { format!("Removed {name}. What was mirrored stays here.") } else { removed.problem.clone() }
            })?;
        }
    }
    Ok(ExitCode::SUCCESS)
}

/// Has the owner consent where that is needed.
async fn connected(engine: &Engine, connecting: Connecting, browser: &Browser, output: &Output) -> Result<CalendarAccountView> {
    let id = if connecting.page.is_empty() {
        connecting.account
    } else {
        output.say(&format!("Open this page in a browser and consent there:\n{}", connecting.page));
        if browser.paste {
            output.say("Then paste the address that the browser ended on:");
            let mut address = String::new();
            std::io::stdin().read_line(&mut address).context("Read the address")?;
            sync::pasted(engine, &address).await?
        } else {
            sync::consented(engine).await?
        }
    };
    let found = sync::list(engine).await?.into_iter().find(|account| account.id == id);
    found.context("The account is no longer there")
}

fn form(new: New) -> Result<(CalendarAccountForm, Browser)> {
    let no_browser = Browser { paste: false };
    Ok(match new {
        New::Caldav { name, url, user, secret_file } => {
            let password = secret(secret_file.as_deref(), &format!("Password of {user}"))?;
            (CalendarAccountForm::Caldav { label: name, url, user, password }, no_browser)
        }
        New::Feed { name, url, secret_file } => {
            let url = match (url, secret_file) {
                (Some(url), _) => url,
                (None, file) => secret(file.as_deref(), "Address of the feed")?,
            };
            (CalendarAccountForm::Feed { label: name, url }, no_browser)
        }
        New::Google { name, client_id, secret_file, service_account, endpoint, browser } => {
            let client_secret = secret_file.as_deref().map(|file| secret(Some(file), "")).transpose()?.unwrap_or_default();
            let service_account = service_account.as_deref().map(key_file).transpose()?.unwrap_or_default();
            (CalendarAccountForm::Google { label: name, client_id, client_secret, service_account, endpoint }, browser)
        }
        New::Microsoft { name, client_id, tenant, endpoint, mail_attendees, browser } => {
            (CalendarAccountForm::Microsoft { label: name, client_id, tenant, endpoint, mail_attendees }, browser)
        }
    })
}

fn key_file(file: &Path) -> Result<String> {
    let text = std::fs::read_to_string(file).with_context(|| format!("Read {}", file.display()))?;
    if !text.contains("private_key") {
        bail!("{} is no key file of a service account: it has no private_key. Download the JSON file of the key.", file.display());
    }
    Ok(text)
}

fn shown(account: &CalendarAccountView) -> String {
    let words = if account.words.is_empty() { "ready" } else { account.words.as_str() };
    let mut lines = vec![format!("{}\t{}\t{words}", account.label, account.kind)];
    for calendar in &account.calendars {
        let synced = moment(&calendar.synced_at).map_or("not looked at yet".to_owned(), |at| format!("last synced {at}"));
        lines.push(format!("  {}\t{synced}\t{} waiting", calendar.name, calendar.waiting));
        lines.extend(
            Some(&calendar.problem).filter(|problem| !problem.is_empty() && *problem != words).map(|problem| format!("    {problem}")),
        );
        lines.extend(calendar.troubled.iter().map(|event| format!("    {}: {}", event.summary, event.problem)));
    }
    lines.join("\n")
}

/// A moment as this computer's clock shows it.
fn moment(instant: &str) -> Option<String> {
    let at: Timestamp = instant.parse().ok()?;
    Some(at.to_zoned(TimeZone::system()).strftime("%-d %B %Y, %H:%M").to_string())
}

fn table(calendars: &[RemoteCalendarView]) -> String {
    let rights = |calendar: &RemoteCalendarView| if calendar.read_only { "only to be looked at" } else { "" };
    let mirrored = |calendar: &RemoteCalendarView| if calendar.calendar.is_empty() { "" } else { "mirrored" };
    let rows = calendars.iter().map(|calendar| format!("{}\t{}\t{}", calendar.name, mirrored(calendar), rights(calendar)));
    rows.collect::<Vec<_>>().join("\n")
}
