//! Whether an account's share is used and never exceeded: judged at the moments that the ledger kept, and by the server.

use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, ensure};
use engine::campaigns;
use jiff::Timestamp;
use testkit::counting_smtp::CountingSmtp;

use crate::engines::Disk;
use crate::sending;
use crate::table::{Goal, Table};

/// Messages a second, and how much of them is to be used at least.
const SHARES: [(u32, f64); 4] = [(1, 0.97), (14, 0.99), (90, 0.99), (500, 0.99)];
const LENGTH: Duration = Duration::from_mins(1);
const QUICK: Duration = Duration::from_secs(10);
const SECOND: f64 = 1.0;

/// All shares at once: each has an account and a server of its own.
pub(crate) async fn measure(table: &mut Table, is_quick: bool) -> Result<()> {
    let length = if is_quick { QUICK } else { LENGTH };
    let runs = SHARES.map(|(share, _)| run(share, length));
    for ((share, least), run) in SHARES.into_iter().zip(futures::future::try_join_all(runs).await?) {
        let Run { begun, arrived } = run;
        let first = begun.first().copied().context("Something left")?;
        let within = begun.iter().take_while(|at| **at - first < length.as_secs_f64()).count();
        #[expect(clippy::cast_precision_loss, reason = "messages of a minute")]
        let used = within as f64 / (f64::from(share) * length.as_secs_f64());
        table.add(&format!("pace: part of {share}/s that is used over {} s", length.as_secs()), used, "", Goal::AtLeast(least), None);
        let (most, received) = (most_in_a_second(&begun), most_in_a_second(&arrived));
        table.add(&format!("pace: most of any second at {share}/s, in the ledger"), most, "", Goal::Under(f64::from(share) + 0.5), None);
        table.add(&format!("pace: most of any second at {share}/s, at the server"), received, "", Goal::None, None);
    }
    Ok(())
}

/// Seconds at which messages began to leave, and at which the server had them.
struct Run {
    begun: Vec<f64>,
    arrived: Vec<f64>,
}

async fn run(share: u32, length: Duration) -> Result<Run> {
    let server = CountingSmtp::builder().start()?;
    let disk = Disk::open(vec![connect::adapters()]).await?;
    let guests = usize::try_from(u64::from(share) * (length.as_secs() + 3))?;
    let (campaign, mails) = sending::prepare(&disk, server.port(), guests, Some(f64::from(share))).await?;
    campaigns::start_sending(&disk.engine);
    campaigns::send_campaign(&disk.engine, &campaign, mails).await?;
    let began = Instant::now();
    while began.elapsed() < length + Duration::from_secs(2) {
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    campaigns::stop_campaign(&disk.engine, &campaign).await?;
    disk.engine.stop().await;
    let begun = moments(&disk, &campaign).await?;
    let arrived: Vec<f64> = server.messages().iter().map(|message| message.at.duration_since(began).as_secs_f64()).collect();
    ensure!(begun.len() == arrived.len(), "the ledger has {} messages and the server {}", begun.len(), arrived.len());
    Ok(Run { begun, arrived })
}

async fn moments(disk: &Disk, campaign: &str) -> Result<Vec<f64>> {
    let (mut moments, mut cursor) = (Vec::new(), String::new());
    loop {
        let page = campaigns::list_deliveries(&disk.engine, campaign, "accepted", &cursor, 1_000).await?;
        for row in page.rows {
            let at: Timestamp = row.begun_at.parse().context("A moment of the ledger")?;
            moments.push(at.as_duration().as_secs_f64());
        }
        if page.next.is_empty() {
            moments.sort_by(f64::total_cmp);
            return Ok(moments);
        }
        cursor = page.next;
    }
}

#[expect(clippy::cast_precision_loss, reason = "messages of a second")]
fn most_in_a_second(moments: &[f64]) -> f64 {
    let mut first = 0;
    let mut most = 0;
    for (last, at) in moments.iter().enumerate() {
        // A millisecond is the ledger's grain.
        while moments.get(first).is_some_and(|first| at - first >= SECOND - 1e-6) {
            first += 1;
        }
        most = most.max(last + 1 - first);
    }
    most as f64
}
