//! An engine on a folder that goes with it, and a clock that stands still.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use anyhow::{Context as _, Result};
use engine::calendars::import;
use engine::calendars::view::ImportTarget;
use engine::vault::Vault;
use engine::{Clock, Engine};
use jiff::{SignedDuration, Timestamp};
use mail::port::Adapters;
use store::{guest, guest_list};

/// The list that [`Sandbox::with_guests`] fills.
pub const GUESTS: &str = "Guests";

/// What a test starts from.
///
/// ```no_run
/// # async fn example() -> anyhow::Result<()> {
/// let season = "BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\nUID:1\r\nDTSTART:20270314T180000Z\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n";
/// let opened = testkit::sandbox::Sandbox::new().with_schedule("Season.ics", season).with_guests(500).open().await?;
/// assert_eq!(engine::calendars::list_calendars(&opened.engine).await?[0].events, 1);
/// # Ok(()) }
/// ```
pub struct Sandbox {
    now: Timestamp,
    zone: String,
    schedules: Vec<(String, String)>,
    guests: u32,
    adapters: Vec<Box<dyn Adapters>>,
}

/// A sandbox with its engine running. Its folder goes with it.
pub struct Opened {
    /// The engine.
    pub engine: Engine,
    /// Its clock.
    pub clock: Arc<FixedClock>,
    folder: tempfile::TempDir,
}

/// A clock that moves only when it is told to.
pub struct FixedClock {
    now: Mutex<Timestamp>,
    zone: String,
}

impl Default for Sandbox {
    fn default() -> Self {
        Self::new()
    }
}

impl Sandbox {
    /// An empty one, at noon UTC of 1 March 2027, in Chicago.
    #[must_use]
    pub fn new() -> Self {
        Self {
            now: Timestamp::constant(1_803_902_400, 0),
            zone: "America/Chicago".to_owned(),
            schedules: Vec::new(),
            guests: 0,
            adapters: Vec::new(),
        }
    }

    /// At another instant.
    #[must_use]
    pub fn at(mut self, now: Timestamp) -> Self {
        self.now = now;
        self
    }

    /// Where the organizer lives in another zone.
    #[must_use]
    pub fn in_zone(mut self, zone: &str) -> Self {
        zone.clone_into(&mut self.zone);
        self
    }

    /// With the events of a file, in a calendar that is called as the file is.
    #[must_use]
    pub fn with_schedule(mut self, name: &str, ics: &str) -> Self {
        self.schedules.push((name.to_owned(), ics.to_owned()));
        self
    }

    /// With so many guests, `guest1@example.org` and on, on the list [`GUESTS`].
    #[must_use]
    pub fn with_guests(mut self, guests: u32) -> Self {
        self.guests = guests;
        self
    }

    /// With what sends and receives.
    #[must_use]
    pub fn with_adapters(mut self, adapters: Box<dyn Adapters>) -> Self {
        self.adapters.push(adapters);
        self
    }

    /// Opens the engine.
    ///
    /// # Errors
    /// When the folder, the files or the guests cannot be made.
    pub async fn open(self) -> Result<Opened> {
        let folder = tempfile::tempdir().context("Make a folder")?;
        let clock = Arc::new(FixedClock { now: Mutex::new(self.now), zone: self.zone });
        let vault = Vault::new(None, Some("sandbox passphrase".to_owned().into()));
        let (data, state) = (folder.path().join("data"), folder.path().join("state"));
        let engine = Engine::open_with_state(&data, &state, clock.clone(), self.adapters, vault).await?;
        let opened = Opened { engine, clock, folder };
        for (name, ics) in &self.schedules {
            opened.import(name, ics).await?;
        }
        if self.guests > 0 {
            opened.invite(self.guests, self.now).await?;
        }
        Ok(opened)
    }
}

impl Opened {
    /// A folder for files of the test.
    #[must_use]
    pub fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// Writes a file into the folder.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn file(&self, name: &str, text: &str) -> Result<PathBuf> {
        let path = self.folder.path().join(name);
        std::fs::write(&path, text).with_context(|| format!("Write {}", path.display()))?;
        Ok(path)
    }

    /// Imports a file into the calendar that is called as it is, without its ending.
    ///
    /// # Errors
    /// When nothing of it can be read.
    pub async fn import(&self, name: &str, ics: &str) -> Result<engine::calendars::view::ImportResult> {
        let path = self.file(name, ics)?;
        let calendar = name.trim_end_matches(".ics").to_owned();
        let target = ImportTarget::Named { name: calendar };
        let preview = import::preview_files(&self.engine, vec![path], Some(target.clone()), 0).await?;
        Ok(import::apply(&self.engine, &preview.id, target, false).await?)
    }

    async fn invite(&self, guests: u32, now: Timestamp) -> Result<()> {
        self.engine
            .store()
            .write(move |w| {
                let list = guest_list::insert(w, GUESTS, now)?;
                for number in 1..=guests {
                    let guest = guest::insert(w, &profile(number), now)?;
                    guest_list::add_member(w, list, guest)?;
                }
                Ok(())
            })
            .await
    }
}

impl FixedClock {
    /// Lets time pass.
    pub fn advance(&self, by: SignedDuration) {
        let mut now = self.now.lock().unwrap_or_else(PoisonError::into_inner);
        *now = now.saturating_add(by).unwrap_or(*now);
    }
}

impl Clock for FixedClock {
    fn now(&self) -> Timestamp {
        *self.now.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn zone(&self) -> String {
        self.zone.clone()
    }
}

fn profile(number: u32) -> guest::Profile {
    let address = format!("guest{number}@example.org");
    guest::Profile {
        address_shown: address.clone(),
        address,
        name: format!("Guest {number}"),
        first_name: "Guest".to_owned(),
        last_name: number.to_string(),
        role: "required".to_owned(),
        fields: BTreeMap::new(),
        ..guest::Profile::default()
    }
}
