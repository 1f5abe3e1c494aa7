//! `rollcall-cli ledger`.

use std::process::ExitCode;

use anyhow::Result;
use clap::{Subcommand, ValueEnum};
use engine::campaigns;
use engine::campaigns::view::Ruling;

use crate::output::Output;
use crate::session::Session;

/// What `ledger` does.
#[derive(Subcommand)]
pub(crate) enum Verb {
    /// What was handed to a server for whom, and what became of it.
    List {
        /// Only rows in this state, such as uncertain.
        #[arg(long, default_value = "")]
        state: String,
        /// Only rows of this campaign.
        #[arg(long, value_name = "ID", default_value = "")]
        campaign: String,
        #[arg(long, value_name = "N", default_value_t = 1000)]
        limit: u32,
        /// Where the last page ended: its `next`.
        #[arg(long, value_name = "NEXT", default_value = "")]
        cursor: String,
    },
    /// Rule on an uncertain delivery.
    Settle { id: String, ruling: Choice },
    /// Give this database the right to send, after a restore or a copy.
    Adopt {
        /// It was looked at: adopt.
        #[arg(long)]
        yes: bool,
    },
}

/// What is known of an uncertain delivery.
#[derive(Clone, Copy, ValueEnum)]
pub(crate) enum Choice {
    /// It arrived.
    Sent,
    /// It did not.
    NotSent,
    /// Send the same bytes once more.
    Again,
}

pub(crate) async fn run(verb: Verb, session: &Session, output: &Output) -> Result<ExitCode> {
    let engine = session.engine().await?;
    match verb {
        Verb::List { state, campaign, limit, cursor } => {
            let page = campaigns::list_deliveries(&engine, &campaign, &state, &cursor, limit).await?;
            output.result(&page, |page| {
                let lines = page
                    .rows
                    .iter()
                    .map(|row| format!("{:>8}  {:<11}  {}  {}  {}\n", row.id, row.state, row.address, row.summary, row.reason));
                lines.chain([format!("{} of {}", page.rows.len(), page.total)]).collect()
            })?;
        }
        Verb::Settle { id, ruling } => {
            let ruling = match ruling {
                Choice::Sent => Ruling::Sent,
                Choice::NotSent => Ruling::NotSent,
                Choice::Again => Ruling::Again,
            };
            campaigns::settle_delivery(&engine, &id, ruling).await?;
            output.result(&(), |()| format!("Delivery {id} is settled."))?;
        }
        Verb::Adopt { yes } => {
            let reason = campaigns::lease_refusal(&engine).await?;
            if yes {
                campaigns::adopt_ledger(&engine).await?;
                output.result(&(), |()| "This database sends from now on.".to_owned())?;
            } else if reason.is_empty() {
                output.result(&(), |()| "This database may send.".to_owned())?;
            } else {
                output.say(&reason);
                output.say("With --yes it is adopted.");
            }
        }
    }
    engine.stop().await;
    Ok(ExitCode::SUCCESS)
}
