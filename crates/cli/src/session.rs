//! The engine that a call works on, opened when it is first needed.

use std::path::PathBuf;
use std::sync::Arc;

use anyhow::{Context as _, Result};
use clap::Args;
use connect::keychain;
use engine::vault::{KeyStore, Vault};
use engine::{Clock as _, Engine, SystemClock};
use rehearsal::World;

/// The window's identifier: both keep their data in the folder of that name.
const FOLDER: &str = "app.rollcall.desktop";
/// Decides which practice guests answer what and when.
const SEED: u64 = 7;

/// Where the data lies and how secrets are opened.
#[derive(Args)]
pub(crate) struct SessionOptions {
    /// Data folder; by default the one the window uses.
    #[arg(long, global = true, value_name = "DIR", env = "ROLLCALL_DATA")]
    data: Option<PathBuf>,
    /// Unseals secrets on a machine without a keychain.
    #[arg(long, global = true, value_name = "FILE")]
    passphrase_file: Option<PathBuf>,
}

/// One call's view of the engine.
pub(crate) struct Session {
    options: SessionOptions,
}

impl Session {
    pub(crate) fn new(options: SessionOptions) -> Self {
        Self { options }
    }

    /// The data folder.
    pub(crate) fn folder(&self) -> Result<PathBuf> {
        match &self.options.data {
            Some(folder) => Ok(folder.clone()),
            None => {
                Ok(dirs::data_local_dir().context("This system names no folder for an app's data. Choose one with --data.")?.join(FOLDER))
            }
        }
    }

    /// Opens the engine.
    pub(crate) async fn engine(&self) -> Result<Engine> {
        let folder = self.folder()?;
        if let Err(error) = engine::log::start(&folder) {
            // Without a log the call still works.
            tracing::warn!("{error:#}");
        }
        let world = Arc::new(World::open(&folder.join("rehearsal"), SEED, Box::new(|| SystemClock.now()))?);
        let adapters = vec![connect::adapters(), rehearsal::adapters(world)];
        Engine::open(&folder, Arc::new(SystemClock), adapters, self.vault()?).await
    }

    fn vault(&self) -> Result<Vault> {
        let keys = KeyStore { load: Box::new(keychain::load), save: Box::new(keychain::save) };
        let given = match &self.options.passphrase_file {
            Some(file) => Some(std::fs::read_to_string(file).with_context(|| format!("Read the passphrase file {}", file.display()))?),
            None => std::env::var("ROLLCALL_PASSPHRASE").ok(),
        };
        let passphrase = given.map(|text| text.trim_end_matches(['\r', '\n']).to_owned()).filter(|text| !text.is_empty());
        Ok(Vault::new(Some(keys), passphrase.map(Into::into)))
    }
}
