//! The engine that the window shows: the organizer's own, or the practice one.

use std::path::{Path, PathBuf};
use std::sync::{Arc, PoisonError, RwLock};

use anyhow::{Context as _, Result};
use connect::keychain;
use engine::vault::{KeyStore, Vault};
use engine::{Engine, SystemClock};
use tauri::{AppHandle, Manager as _};

/// The engines that are open. Practice has a database of its own: nothing of it can reach anyone.
pub(crate) struct Open {
    folder: PathBuf,
    own: Engine,
    practice: RwLock<Option<Engine>>,
}

impl Open {
    /// Opens the organizer's own data.
    pub(crate) async fn start(app: &AppHandle) -> Result<Self> {
        let folder = match std::env::var_os("ROLLCALL_DATA") {
            Some(folder) => PathBuf::from(folder),
            None => app.path().app_local_data_dir().context("this system has no folder for an app's data")?,
        };
        let own = open(&folder).await?;
        Ok(Self { folder, own, practice: RwLock::new(None) })
    }

    /// The engine that the window shows now.
    pub(crate) fn engine(&self) -> Engine {
        self.practice.read().unwrap_or_else(PoisonError::into_inner).as_ref().unwrap_or(&self.own).clone()
    }
}

async fn open(folder: &Path) -> Result<Engine> {
    std::fs::create_dir_all(folder).with_context(|| format!("Make {}", folder.display()))?;
    let keys = KeyStore { load: Box::new(keychain::load), save: Box::new(keychain::save) };
    Engine::open(folder, Arc::new(SystemClock), vec![connect::adapters()], Vault::keychain(keys)).await
}
