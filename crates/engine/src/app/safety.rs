//! Passphrases and backups, as the settings show them.

use std::path::Path;

use secrecy::SecretString;

use super::{BackupView, Safety, VaultState};
use crate::event::Changed;
use crate::vault::Standing;
use crate::{Engine, Failure, backup};

/// How passwords are sealed here and where backups go.
///
/// # Errors
/// When the database cannot be read.
pub async fn safety(engine: &Engine) -> Result<Safety, Failure> {
    let (vault, why) = match engine.vault().standing(engine.store()).await? {
        Standing::Unused => (VaultState::Unused, String::new()),
        Standing::Open => (VaultState::Open, String::new()),
        Standing::WantsPassphrase(why) => (VaultState::WantsPassphrase, why),
        Standing::WantsKeychain(why) => (VaultState::WantsKeychain, why),
    };
    let folder = backup::second_folder(engine).await?.map(|folder| folder.display().to_string()).unwrap_or_default();
    Ok(Safety { vault, why, recovery: backup::has_recovery(engine).await?, folder })
}

/// Opens the vault with its passphrase, or chooses one where nothing is sealed yet. What waited for it goes on.
///
/// # Errors
/// [`Code::Locked`](crate::Code::Locked) when it is not the right one, [`Code::InvalidInput`](crate::Code::InvalidInput) when it is short.
pub async fn unlock(engine: &Engine, passphrase: SecretString) -> Result<Safety, Failure> {
    engine.vault().unlock(engine.store(), passphrase).await?;
    engine.tell_changed(&[Changed::Accounts]);
    engine.sending().wake();
    safety(engine).await
}

/// Chooses the recovery passphrase of backups.
///
/// # Errors
/// As [`backup::choose_recovery`].
pub async fn choose_recovery(engine: &Engine, passphrase: SecretString) -> Result<Safety, Failure> {
    backup::choose_recovery(engine, passphrase).await?;
    safety(engine).await
}

/// Chooses the second folder of the daily backups; an empty text is none.
///
/// # Errors
/// As [`backup::choose_folder`].
pub async fn choose_backup_folder(engine: &Engine, folder: &str) -> Result<Safety, Failure> {
    backup::choose_folder(engine, Some(Path::new(folder)).filter(|_| !folder.is_empty())).await?;
    safety(engine).await
}

/// What a file would bring if it were put in place.
///
/// # Errors
/// [`Code::UnreadableFile`](crate::Code::UnreadableFile) when it is not a sound backup.
pub async fn inspect_backup(file: &Path) -> Result<BackupView, Failure> {
    let file = file.to_owned();
    let looked = tokio::task::spawn_blocking(move || backup::carries_recovery(&file)).await;
    Ok(BackupView { recovery: looked.map_err(anyhow::Error::from)?? })
}
