//! The engine: one database, its adapters, its clock, and the work that goes on in the background.

use std::path::Path;
use std::sync::{Arc, Weak};

use anyhow::Result;
use mail::port::Adapters;
use store::Store;
use tokio::sync::broadcast;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use crate::calendars::import::Pending;
use crate::campaigns::sending::Sending;
use crate::clock::Clock;
use crate::event::{Changed, EngineEvent};
use crate::guests;
use crate::shelf::Shelf;
use crate::sync::Syncing;
use crate::vault::Vault;
use crate::{error, folder, lease, watch};

/// One opened Rollcall. Cheap to clone.
#[derive(Clone)]
pub struct Engine {
    inner: Arc<Inner>,
}

/// An engine that may have gone, for work that must not keep it alive.
pub(crate) struct WeakEngine(Weak<Inner>);

struct Inner {
    store: Store,
    clock: Arc<dyn Clock>,
    adapters: Vec<Box<dyn Adapters>>,
    vault: Vault,
    imports: Shelf<Pending>,
    guest_imports: Shelf<guests::import::Pending>,
    events: broadcast::Sender<EngineEvent>,
    stopping: CancellationToken,
    tasks: TaskTracker,
    sending: Sending,
    syncing: Syncing,
}

impl Engine {
    /// Opens the data folder: `rollcall.db` in it is created where there is none.
    ///
    /// # Errors
    /// When the folder or the database cannot be used.
    pub async fn open(folder: &Path, clock: Arc<dyn Clock>, adapters: Vec<Box<dyn Adapters>>, vault: Vault) -> Result<Self> {
        Self::open_with_state(folder, &lease::state_folder(), clock, adapters, vault).await
    }

    /// Opens the data folder, with the right to send kept in `state` instead of the system's own folder for it.
    ///
    /// # Errors
    /// When the folder or the database cannot be used.
    pub async fn open_with_state(
        folder: &Path,
        state: &Path,
        clock: Arc<dyn Clock>,
        adapters: Vec<Box<dyn Adapters>>,
        vault: Vault,
    ) -> Result<Self> {
        folder::prepare(folder)?;
        let file = folder.join("rollcall.db");
        let store = Store::open(&file).await.map_err(|error| error::naming(error, &file))?;
        lease::name(&store).await?;
        let (events, _) = broadcast::channel(1024);
        let inner = Inner {
            store,
            clock,
            adapters,
            vault,
            imports: Shelf::default(),
            guest_imports: Shelf::default(),
            events,
            stopping: CancellationToken::new(),
            tasks: TaskTracker::new(),
            sending: Sending::new(state.to_owned()),
            syncing: Syncing::default(),
        };
        let engine = Self { inner: Arc::new(inner) };
        watch::start(&engine).await?;
        Ok(engine)
    }

    /// The database.
    #[must_use]
    pub fn store(&self) -> &Store {
        &self.inner.store
    }

    /// The time.
    #[must_use]
    pub fn clock(&self) -> &dyn Clock {
        self.inner.clock.as_ref()
    }

    /// Sealed secrets.
    #[must_use]
    pub fn vault(&self) -> &Vault {
        &self.inner.vault
    }

    /// The adapters that the program put in.
    pub(crate) fn adapters(&self) -> &[Box<dyn Adapters>] {
        &self.inner.adapters
    }

    /// What the sender keeps between its loops.
    pub(crate) fn sending(&self) -> &Sending {
        &self.inner.sending
    }

    /// What is kept of calendar accounts between looks.
    pub(crate) fn syncing(&self) -> &Syncing {
        &self.inner.syncing
    }

    /// Imports that were looked at.
    pub(crate) fn imports(&self) -> &Shelf<Pending> {
        &self.inner.imports
    }

    /// Lists of guests that were looked at.
    pub(crate) fn guest_imports(&self) -> &Shelf<guests::import::Pending> {
        &self.inner.guest_imports
    }

    /// Everything that happens from now on.
    #[must_use]
    pub fn subscribe(&self) -> broadcast::Receiver<EngineEvent> {
        self.inner.events.subscribe()
    }

    /// Tells whoever watches.
    pub(crate) fn tell(&self, event: EngineEvent) {
        // Nobody watching is fine.
        drop(self.inner.events.send(event));
    }

    /// Tells whoever watches that rows of these kinds changed.
    pub(crate) fn tell_changed(&self, what: &[Changed]) {
        self.tell(EngineEvent::Changed { what: what.to_vec() });
    }

    /// Cancelled when the engine stops: every loop watches it.
    pub(crate) fn stopping(&self) -> &CancellationToken {
        &self.inner.stopping
    }

    /// The engine for a loop that ends with it.
    pub(crate) fn downgrade(&self) -> WeakEngine {
        WeakEngine(Arc::downgrade(&self.inner))
    }

    /// Starts background work that `stop` waits for.
    pub(crate) fn spawn(&self, work: impl Future<Output = ()> + Send + 'static) {
        drop(self.inner.tasks.spawn(work));
    }

    /// Asks every loop to end and waits until each has put back what it had not begun.
    pub async fn stop(&self) {
        self.inner.stopping.cancel();
        self.inner.tasks.close();
        self.inner.tasks.wait().await;
    }

    /// Stops, and closes the database: its file is whole, and another may take its place.
    pub async fn close(&self) {
        self.stop().await;
        self.inner.store.close().await;
    }
}

impl WeakEngine {
    /// The engine, if it is still there.
    pub(crate) fn upgrade(&self) -> Option<Engine> {
        self.0.upgrade().map(|inner| Engine { inner })
    }
}
