//! The goals of the product, measured, each beside a peer where one exists in the same run.
//!
//! `cargo xtask bench [--quick] [filter]` runs this; the table is printed and written to `bench.json` in the target folder.

mod alone;
mod charts;
mod engines;
mod import;
mod looks;
mod mirror;
mod month;
mod pace;
mod peers;
mod receipts;
mod recurrence;
mod sending;
mod table;
#[cfg(target_os = "linux")]
mod window;

use anyhow::Result;
use table::Table;

fn main() -> Result<()> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let filter = arguments.iter().find(|argument| !argument.starts_with("--")).cloned().unwrap_or_default();
    let is_quick = arguments.iter().any(|argument| argument == "--quick");
    // The session of the command line does the same.
    drop(rustls::crypto::aws_lc_rs::default_provider().install_default());
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    if let Some((port, guests, extent)) = alone::asked(&arguments) {
        return runtime.block_on(alone::run(port, guests, extent));
    }
    if mirror::asked(&arguments) {
        return runtime.block_on(mirror::alone());
    }
    let mut table = Table::default();
    if "import".contains(&filter) {
        runtime.block_on(import::measure(&mut table))?;
    }
    if "month".contains(&filter) {
        runtime.block_on(month::measure(&mut table))?;
    }
    if "mirror".contains(&filter) {
        runtime.block_on(mirror::measure(&mut table))?;
    }
    if "recurrence".contains(&filter) {
        recurrence::measure(&mut table)?;
    }
    if "receipts".contains(&filter) || "charts".contains(&filter) {
        runtime.block_on(receipts::measure(&mut table, is_quick))?;
    }
    if "pace".contains(&filter) {
        runtime.block_on(pace::measure(&mut table, is_quick))?;
    }
    if "sending".contains(&filter) {
        runtime.block_on(sending::measure(&mut table, is_quick))?;
    }
    #[cfg(target_os = "linux")]
    if "window".contains(&filter) {
        runtime.block_on(window::measure(&mut table))?;
    }
    table.keep()
}
