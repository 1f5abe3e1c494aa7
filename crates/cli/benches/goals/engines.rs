//! Engines on a disk, filled with what a measurement needs.

use std::path::Path;
use std::sync::Arc;

use anyhow::{Context as _, Result};
use engine::calendars::import;
use engine::calendars::view::ImportTarget;
use engine::vault::Vault;
use engine::{Clock as _, Engine, SystemClock};
use mail::port::Adapters;
use store::guest::{self, Profile};
use store::guest_list;

/// An engine whose folder goes with it.
pub(crate) struct Disk {
    pub(crate) engine: Engine,
    pub(crate) folder: tempfile::TempDir,
}

const GUESTS_AT_ONCE: usize = 5_000;

impl Disk {
    /// A new engine in the target folder: on a disk, where the temporary folder may be memory.
    pub(crate) async fn open(adapters: Vec<Box<dyn Adapters>>) -> Result<Self> {
        let scratch = Path::new(env!("CARGO_TARGET_TMPDIR"));
        std::fs::create_dir_all(scratch)?;
        let folder = tempfile::tempdir_in(scratch).context("Make a folder")?;
        let (data, state) = (folder.path().join("data"), folder.path().join("state"));
        let vault = Vault::new(None, Some("bench passphrase".to_owned().into()));
        let engine = Engine::open_with_state(&data, &state, Arc::new(SystemClock), adapters, vault).await?;
        // Until the window of occurrences stands, what is imported is not entered into it.
        let now = SystemClock.now();
        while engine.store().read(move |r| store::instance::window_is_due(r, now)).await? {
            tokio::time::sleep(std::time::Duration::from_millis(5)).await;
        }
        Ok(Self { engine, folder })
    }

    /// Imports files as the window does.
    pub(crate) async fn import(&self, files: Vec<std::path::PathBuf>) -> Result<u32> {
        let target = ImportTarget::Named { name: "Season".to_owned() };
        let preview = import::preview_files(&self.engine, files, Some(target.clone()), 0).await?;
        Ok(import::apply(&self.engine, &preview.id, target, false).await?.new)
    }

    /// A list with so many guests.
    pub(crate) async fn guests(&self, guests: usize) -> Result<i64> {
        let now = SystemClock.now();
        let list = self.engine.store().write(move |w| guest_list::insert(w, "Members", now)).await?;
        for first in (0..guests).step_by(GUESTS_AT_ONCE) {
            let numbers = first..guests.min(first + GUESTS_AT_ONCE);
            let add = move |w: &store::Writer<'_>| {
                for number in numbers {
                    let guest = guest::insert(w, &profile(number), now)?;
                    guest_list::add_member(w, list, guest)?;
                }
                Ok(())
            };
            self.engine.store().write(add).await?;
        }
        Ok(list)
    }
}

/// A guest as they come from a file.
pub(crate) fn profile(number: usize) -> Profile {
    let address = format!("guest{number}@people.example");
    Profile {
        address: address.clone(),
        address_shown: address,
        name: format!("Guest Number {number}"),
        first_name: "Guest".to_owned(),
        last_name: format!("Number {number}"),
        role: "required".to_owned(),
        ..Profile::default()
    }
}
