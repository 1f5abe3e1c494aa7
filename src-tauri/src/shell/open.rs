//! The engines behind the window: the organizer's own, and the practice one while a rehearsal is on.

use std::path::PathBuf;
use std::sync::{Arc, PoisonError, RwLock};

use anyhow::{Context as _, Result};
use connect::keychain;
use engine::calendars::retention;
use engine::guests::view::GuestSource;
use engine::rehearsal::{self as round, Sample};
use engine::vault::{KeyStore, Vault};
use engine::{Clock as _, Code, Engine, Failure, PracticeClock, SystemClock, answers, archive, backup, campaigns, copies, log, sync};
use mail::port::Practice;
use rehearsal::World;
use tauri::{AppHandle, Manager as _};

use super::{events, notify};

/// Decides who of the practice guests answers what and when.
const SEED: u64 = 7;
/// Where practice lies, in the data folder.
const FOLDER: &str = "practice";

/// The engines that are open. Practice has a database of its own: nothing of it can reach anyone.
pub(crate) struct Open {
    app: AppHandle,
    folder: PathBuf,
    own: Engine,
    practice: RwLock<Option<Rehearsal>>,
}

#[derive(Clone)]
struct Rehearsal {
    engine: Engine,
    world: Arc<World>,
}

impl Open {
    /// Opens the organizer's own data, and goes on with its background work.
    pub(crate) async fn start(app: &AppHandle) -> Result<Self> {
        let folder = data_folder(app)?;
        if let Err(error) = log::start(&folder) {
            // Without a log the app still works.
            tracing::warn!("{error:#}");
        }
        let keys = KeyStore { load: Box::new(keychain::load), save: Box::new(keychain::save) };
        let passphrase = std::env::var("ROLLCALL_PASSPHRASE").ok().filter(|text| !text.is_empty());
        let vault = Vault::new(Some(keys), passphrase.map(Into::into));
        // Practice accounts that were added by command keep their outbox beside the data.
        let world = Arc::new(World::open(&folder.join("rehearsal"), SEED, Box::new(|| SystemClock.now()))?);
        let own = Engine::open(&folder, Arc::new(SystemClock), vec![connect::adapters(), rehearsal::adapters(world)], vault).await?;
        begin(app, &own);
        backup::start_daily(&own);
        archive::start_letting_go(&own);
        retention::start_letting_go(&own);
        Ok(Self { app: app.clone(), folder, own, practice: RwLock::new(None) })
    }

    /// The engine that the window shows now.
    pub(crate) fn engine(&self) -> Engine {
        self.rehearsal().map_or_else(|| self.own.clone(), |rehearsal| rehearsal.engine)
    }

    /// Whether the window shows practice.
    pub(crate) fn is_rehearsal(&self) -> bool {
        self.rehearsal().is_some()
    }

    /// Sets up a practice round anew and shows it.
    pub(crate) async fn start_practice(&self) -> Result<(), Failure> {
        self.end_practice().await;
        let folder = self.folder.join(FOLDER);
        if folder.exists() {
            std::fs::remove_dir_all(&folder).with_context(|| format!("Clear {}", folder.display()))?;
        }
        let world = Arc::new(World::open(&folder.join("world"), SEED, Box::new(|| SystemClock.now())).context("Begin a practice round")?);
        let clock = Arc::new(PracticeClock(world.clone()));
        let adapters = vec![rehearsal::adapters(world.clone())];
        let engine = Engine::open_with_state(&folder, &folder.join("state"), clock, adapters, Vault::new(None, None)).await?;
        let guests = GuestSource::Text { text: rehearsal::GUESTS.to_owned() };
        round::set_up(&engine, Sample { season: rehearsal::SEASON.to_owned(), guests }).await?;
        begin(&self.app, &engine);
        *self.practice.write().unwrap_or_else(PoisonError::into_inner) = Some(Rehearsal { engine, world });
        Ok(())
    }

    /// The practice engine and its world.
    pub(crate) fn practice(&self) -> Result<(Engine, Arc<dyn Practice>), Failure> {
        let rehearsal = self.rehearsal().ok_or_else(|| Failure::new(Code::WrongState, "This is not practice. Start practising first."))?;
        Ok((rehearsal.engine, rehearsal.world))
    }

    /// Goes back to the organizer's own data.
    pub(crate) async fn end_practice(&self) {
        let ended = self.practice.write().unwrap_or_else(PoisonError::into_inner).take();
        if let Some(rehearsal) = ended {
            rehearsal.engine.close().await;
        }
    }

    /// Lets every loop put back what it had not begun, and closes the data.
    pub(crate) async fn stop(&self) {
        self.end_practice().await;
        self.own.close().await;
    }

    /// Says whether the window is in front; practice mirrors no calendar.
    pub(crate) fn set_in_front(&self, in_front: bool) {
        sync::set_in_front(&self.own, in_front);
    }

    fn rehearsal(&self) -> Option<Rehearsal> {
        self.practice.read().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

/// Where the organizer's own data lies.
pub(super) fn data_folder(app: &AppHandle) -> Result<PathBuf> {
    match std::env::var_os("ROLLCALL_DATA") {
        Some(folder) => Ok(PathBuf::from(folder)),
        None => app.path().app_local_data_dir().context("this system has no folder for an app's data"),
    }
}

fn begin(app: &AppHandle, engine: &Engine) {
    events::pass_on(app, engine);
    notify::begin(app, engine);
    campaigns::start_sending(engine);
    campaigns::start_standing_orders(engine);
    answers::watch(engine);
    sync::watch(engine);
    copies::watch(engine);
}
