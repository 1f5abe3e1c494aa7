//! Backup and restore: a dead laptop must not cost the organizer the power to update and cancel.
//!
//! A backup is the whole database. The key that opens its secrets is in it only under a recovery passphrase, once the organizer has chosen
//! one. A restored database does not send before its owner says so: its last claim is older than the one this machine remembers.

use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::{Context as _, Result};
use jiff::Timestamp;
use secrecy::{ExposeSecret as _, SecretString};
use store::backup::{self, Backed};
use store::campaign::{self, State};
use store::setting;

use crate::Engine;
use crate::error::{self, Code, Failure};
use crate::event::{Changed, EngineEvent};
use crate::lease;
use crate::vault::{Key, WrappedKey, refuse_short};

/// Daily backups that are kept.
const KEPT: usize = 7;
/// How often it is looked whether today's is there.
const LOOK_EVERY: Duration = Duration::from_hours(1);
/// Setting: the sealing key under the recovery passphrase. Every backup carries it, being a copy of everything.
const RECOVERY: &str = "vault_recovery";
/// Setting: a second folder for the daily backups.
const FOLDER: &str = "backup_folder";
const DAILY: &str = "rollcall-";
/// The folder of the daily backups, beside the database.
const BESIDE: &str = "backups";

/// Writes a backup of everything to a file, in place of an older one of that name.
///
/// # Errors
/// [`Code::UnusableDatabase`], or what the disk says, when the file cannot be written.
pub async fn back_up(engine: &Engine, file: &Path) -> Result<()> {
    if file.exists() && backup::inspect(file)? == Backed::Foreign {
        let sentence = format!("{} is there already and is not a backup. Choose another name.", file.display());
        return Err(Failure::new(Code::InvalidInput, sentence).with("field", "file").into());
    }
    write(engine, file).await.map_err(|error| error::naming(error, file)).map_err(|error| {
        if error.is::<Failure>() {
            return error;
        }
        let sentence = format!("The backup {} could not be written: {error:#}.", file.display());
        Failure::new(Code::UnusableDatabase, sentence).with("file", file.display()).into()
    })
}

/// Chooses the recovery passphrase: from now on backups carry the sealing key under it.
///
/// # Errors
/// [`Code::Locked`] when the secrets here cannot be opened, [`Code::InvalidInput`] when the passphrase is short.
pub async fn choose_recovery(engine: &Engine, passphrase: SecretString) -> Result<()> {
    refuse_short(&passphrase, "recovery", "A recovery passphrase")?;
    let key = engine.vault().key(engine.store()).await?;
    let wrapped = tokio::task::spawn_blocking(move || key.wrap(passphrase.expose_secret())).await??;
    let text = serde_json::to_string(&wrapped)?;
    engine.store().write(move |w| setting::put(w, RECOVERY, &text)).await
}

/// Whether backups carry the sealing key under a recovery passphrase.
///
/// # Errors
/// When the database cannot be read.
pub async fn has_recovery(engine: &Engine) -> Result<bool> {
    Ok(engine.store().read(|r| setting::get(r, RECOVERY)).await?.is_some())
}

/// Whether a backup carries its sealing key, so that a recovery passphrase opens its secrets anywhere.
///
/// # Errors
/// [`Code::UnreadableFile`] when the file is not a sound backup.
pub fn carries_recovery(file: &Path) -> Result<bool> {
    check(file)?;
    Ok(backup::setting(file, RECOVERY)?.is_some())
}

/// The second folder of the daily backups, if one was chosen.
///
/// # Errors
/// When the database cannot be read.
pub async fn second_folder(engine: &Engine) -> Result<Option<PathBuf>> {
    Ok(engine.store().read(|r| setting::get(r, FOLDER)).await?.filter(|folder| !folder.is_empty()).map(PathBuf::from))
}

/// Chooses a second folder for the daily backups, on another disk or in a cloud folder, and writes today's into it; none ends that.
///
/// # Errors
/// [`Code::InvalidInput`] when it is no folder, or what the disk says when it cannot be written to. Then the one before stays.
pub async fn choose_folder(engine: &Engine, folder: Option<&Path>) -> Result<()> {
    let text = match folder {
        Some(folder) => {
            let full = folder.canonicalize().ok().filter(|full| full.is_dir()).ok_or_else(|| {
                let sentence = format!("{} is not a folder. Choose one that is there.", folder.display());
                Failure::new(Code::InvalidInput, sentence).with("field", "folder")
            })?;
            let today = full.join(today(engine));
            back_up(engine, &today).await?;
            prune(&full)?;
            full.display().to_string()
        }
        None => String::new(),
    };
    engine.store().write(move |w| setting::put(w, FOLDER, &text)).await
}

/// Puts a backup in the place of what is here, which is kept beside it. Returns where.
///
/// # Errors
/// [`Code::UnreadableFile`] when the file is not a sound backup, [`Code::WrongState`] while a campaign sends,
/// [`Code::NotFound`] when a recovery passphrase is given and the backup carries no key, [`Code::Locked`] when it is not the right one.
/// After an error everything is as it was.
pub async fn restore(engine: &Engine, file: &Path, recovery: Option<SecretString>) -> Result<PathBuf> {
    check(file)?;
    let sending = engine.store().read(|r| campaign::in_state(r, State::Sending)).await?;
    if let Some(campaign) = sending.first() {
        let sentence = format!("The campaign “{}” is sending. Pause it, then restore.", campaign.name);
        return Err(Failure::new(Code::WrongState, sentence).with("state", "sending").into());
    }
    let key = match recovery {
        Some(passphrase) => {
            engine.vault().refuse_short_passphrase()?;
            Some(recovery_key(file, passphrase).await?)
        }
        None => None,
    };
    let kept = free_name(&beside(engine)?, engine.clock().now());
    engine.store().back_up(&kept).await.context("Keep what was here")?;
    engine.store().restore(file).await.context("Put the backup in place")?;
    lease::name(engine.store()).await?;
    engine.vault().forget();
    let all = [Changed::Calendars, Changed::Events, Changed::Guests, Changed::Accounts, Changed::Campaigns, Changed::Answers];
    engine.tell(EngineEvent::Changed { what: all.to_vec() });
    if let Some(key) = key {
        engine.vault().adopt(engine.store(), key).await.context("Keep the key of the restored secrets")?;
    }
    Ok(kept)
}

/// Puts the newest sound daily backup in the place of data that cannot be opened, which is kept beside it. Returns where.
///
/// # Errors
/// [`Code::NotFound`] where there is no such backup, or what the disk says. Then everything is as it was.
pub fn put_back_newest(folder: &Path, now: Timestamp) -> Result<PathBuf> {
    let (file, backups) = (folder.join("rollcall.db"), folder.join(BESIDE));
    let sound = |file: &PathBuf| matches!(backup::inspect(file), Ok(Backed::Sound));
    let newest = daily_in(&backups).unwrap_or_default().into_iter().rfind(sound).ok_or_else(|| {
        let sentence = format!("There is no sound backup in {}. Copy one of yours into it, then try again.", backups.display());
        Failure::new(Code::NotFound, sentence).with("what", "backup").with("name", backups.display())
    })?;
    let part = folder.join("rollcall.part");
    std::fs::copy(&newest, &part).with_context(|| format!("Copy {}", newest.display()))?;
    let kept = free_name(&backups, now);
    // What was written last may lie beside the file still: it is kept with it.
    for (from, to) in ["db", "db-wal", "db-shm"].map(|ending| (file.with_extension(ending), kept.with_extension(ending))) {
        if from.exists() {
            std::fs::rename(&from, &to).with_context(|| format!("Keep {}", from.display()))?;
        }
    }
    std::fs::rename(&part, &file).with_context(|| format!("Name {}", file.display()))?;
    Ok(kept)
}

/// Starts the daily backup beside the database, and in the folder that the organizer chose.
pub fn start_daily(engine: &Engine) {
    let loops = engine.clone();
    engine.spawn(async move {
        while !loops.stopping().is_cancelled() {
            if let Err(error) = daily(&loops).await {
                tracing::error!("the daily backup failed: {error:?}");
            }
            tokio::select! {
                () = loops.stopping().cancelled() => {}
                () = tokio::time::sleep(LOOK_EVERY) => {}
            }
        }
    });
}

/// Writes today's backup where it is missing, and removes those that are too old.
///
/// # Errors
/// When a folder cannot be written.
pub async fn daily(engine: &Engine) -> Result<()> {
    let beside = beside(engine)?;
    let chosen = second_folder(engine).await?;
    let today = today(engine);
    for folder in [Some(beside), chosen].into_iter().flatten() {
        let file = folder.join(&today);
        if !file.exists() {
            write(engine, &file).await?;
            prune(&folder)?;
        }
    }
    Ok(())
}

fn today(engine: &Engine) -> String {
    format!("{DAILY}{}.db", engine.clock().now().strftime("%Y-%m-%d"))
}

/// The key of a backup's secrets.
async fn recovery_key(file: &Path, passphrase: SecretString) -> Result<Key> {
    let Some(text) = backup::setting(file, RECOVERY)? else {
        let sentence =
            "This backup was made without a recovery passphrase. Restore it without one; passwords and keys are entered again then.";
        return Err(Failure::new(Code::NotFound, sentence).with("what", "recovery").into());
    };
    let wrapped: WrappedKey = serde_json::from_str(&text).context("Read the recovery key")?;
    let key = tokio::task::spawn_blocking(move || wrapped.unwrap_key(passphrase.expose_secret())).await??;
    key.ok_or_else(|| Failure::new(Code::Locked, "That is not the recovery passphrase of this backup. Try again.").into())
}

/// Under another name first, so that a name of a backup always stands for a whole one.
async fn write(engine: &Engine, file: &Path) -> Result<()> {
    if let Some(folder) = file.parent().filter(|folder| !folder.as_os_str().is_empty()) {
        std::fs::create_dir_all(folder).with_context(|| format!("Make {}", folder.display()))?;
    }
    let part = file.with_extension("part");
    if part.exists() {
        std::fs::remove_file(&part).with_context(|| format!("Remove {}", part.display()))?;
    }
    engine.store().back_up(&part).await?;
    std::fs::rename(&part, file).with_context(|| format!("Name {}", file.display()))
}

fn prune(folder: &Path) -> Result<()> {
    let daily = daily_in(folder)?;
    let old = daily.len().saturating_sub(KEPT);
    daily.iter().take(old).try_for_each(|path| std::fs::remove_file(path).with_context(|| format!("Remove {}", path.display())))
}

/// The daily backups of a folder, the oldest first: their names are dates.
fn daily_in(folder: &Path) -> Result<Vec<PathBuf>> {
    let entries = std::fs::read_dir(folder).with_context(|| format!("Look into {}", folder.display()))?;
    let mut daily: Vec<PathBuf> = entries.filter_map(|entry| Some(entry.ok()?.path())).filter(|path| is_daily(path)).collect();
    daily.sort();
    Ok(daily)
}

/// `rollcall-2027-03-01.db`, and nothing that the organizer named.
fn is_daily(path: &Path) -> bool {
    let date = path.file_name().and_then(|name| name.to_str()).and_then(|name| name.strip_prefix(DAILY)?.strip_suffix(".db"));
    date.is_some_and(|date| date.parse::<jiff::civil::Date>().is_ok())
}

fn check(file: &Path) -> Result<()> {
    let name = file.display();
    let reason = match backup::inspect(file) {
        Ok(Backed::Sound) => return Ok(()),
        Ok(Backed::Foreign) => format!("{name} is not a backup of Rollcall."),
        Ok(Backed::Damaged(finding)) => format!("{name} is damaged ({finding}). Choose an older backup."),
        Ok(Backed::Newer) => format!("{name} was written by a newer Rollcall. Update this one first."),
        Err(error) => format!("{name} cannot be read: {error:#}."),
    };
    Err(Failure::new(Code::UnreadableFile, reason).with("file", name).into())
}

/// The folder `backups` beside the database.
fn beside(engine: &Engine) -> Result<PathBuf> {
    let folder = engine.store().path().with_file_name(BESIDE);
    std::fs::create_dir_all(&folder).with_context(|| format!("Make {}", folder.display()))?;
    Ok(folder)
}

/// Where what was here is kept: named by the time, and by a number where two restores share it.
fn free_name(folder: &Path, now: Timestamp) -> PathBuf {
    let name = format!("before-restore-{}", now.strftime("%Y-%m-%d-%H%M%S"));
    let numbered = (2..).map(|number| folder.join(format!("{name}-{number}.db")));
    let mut names = std::iter::once(folder.join(format!("{name}.db"))).chain(numbered);
    names.find(|path| !path.exists()).unwrap_or_else(|| folder.join(name))
}
