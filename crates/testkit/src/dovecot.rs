//! Dovecot: a real IMAP server over Maildirs in a folder that goes when it goes.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, PoisonError};
use std::time::SystemTime;

use anyhow::Context as _;
use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};
use tempfile::TempDir;

use crate::certificate::Certificate;
use crate::program::{Running, find, free_port, is_root, until_it_listens, user_and_group};

/// Dovecot lets nobody read mail as the administrator; Debian's `nobody` does it then.
const NOBODY: (u32, u32) = (65_534, 65_534);

/// What the user `club` may log in with by XOAUTH2, as a provider of OAuth would sign it (RFC 7519), until the year 2100.
pub const TOKEN_OF_CLUB: &str = "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.eyJzdWIiOiJjbHViIiwiaWF0IjoxNzAwMDAwMDAwLCJleHAiOjQxMDI0NDQ4MDB9.\
     YbgHPwunD58SoFD4P5mLhv_fn6My7lY8FbVfjzhG6Wo";
/// What it is signed with, in base64.
const KEY_OF_TOKENS: &str = "cm9sbGNhbGwtdGVzdGtpdC1zaWduaW5nLWtleS0wMDAx";

/// A token of the user as a provider of OAuth would sign it, good until a second since 1970. Each number makes another.
pub fn token_of(user: &str, until: i64, number: u64) -> String {
    let part = |claims: &Value| URL_SAFE_NO_PAD.encode(claims.to_string());
    let head = part(&json!({ "alg": "HS256", "typ": "JWT" }));
    let signed = format!("{head}.{}", part(&json!({ "sub": user, "iat": 1_700_000_000, "exp": until, "jti": number.to_string() })));
    let key = STANDARD.decode(KEY_OF_TOKENS).unwrap_or_default();
    format!("{signed}.{}", URL_SAFE_NO_PAD.encode(authenticated(&key, signed.as_bytes())))
}

/// HMAC of SHA-256 (RFC 2104), of a key that is no longer than a block.
fn authenticated(key: &[u8], text: &[u8]) -> Vec<u8> {
    let padded = |pad: u8| -> Vec<u8> { (0..64).map(|place| key.get(place).copied().unwrap_or_default() ^ pad).collect() };
    let inner = Sha256::new().chain_update(padded(0x36)).chain_update(text).finalize();
    Sha256::new().chain_update(padded(0x5c)).chain_update(inner).finalize().to_vec()
}

/// A running Dovecot with users and their mailboxes.
#[derive(Debug)]
pub struct Dovecot {
    /// It ends before its folder goes: else it would write into it once more.
    _running: Running,
    folder: TempDir,
    certificate: Certificate,
    port: u16,
    tls_port: u16,
    auth_port: u16,
    users: Vec<String>,
    delivered: AtomicU64,
    arriving_at: Mutex<Option<SystemTime>>,
}

impl Dovecot {
    /// Starts one for users with their passwords.
    ///
    /// # Errors
    /// When `dovecot-imapd` is not installed, or does not start.
    pub fn start(users: &[(&str, &str)]) -> anyhow::Result<Self> {
        Self::start_with(users, "")
    }

    /// Starts one that says of itself that it can do only this, e.g. `IMAP4rev1 UIDPLUS`.
    ///
    /// # Errors
    /// As for [`Self::start`].
    pub fn start_announcing(users: &[(&str, &str)], capabilities: &str) -> anyhow::Result<Self> {
        Self::start_with(users, &format!("imap_capability = {capabilities}\n"))
    }

    fn start_with(users: &[(&str, &str)], more: &str) -> anyhow::Result<Self> {
        let program = find("dovecot", "dovecot-imapd")?;
        let folder = tempfile::Builder::new().prefix("dovecot").tempdir()?;
        let certificate = Certificate::new()?;
        let (port, tls_port, auth_port) = (free_port()?, free_port()?, free_port()?);
        open_to_all(folder.path())?;
        let passwords: Vec<String> = users.iter().map(|(user, password)| format!("{user}:{{PLAIN}}{password}")).collect();
        fs::write(folder.path().join("users"), passwords.join("\n"))?;
        for (user, _) in users {
            for part in ["tmp", "new", "cur"] {
                make_folder(&folder.path().join("mail").join(user).join("Maildir").join(part), &folder.path().join("mail"))?;
            }
        }
        let keys = folder.path().join("keys/default/HS256");
        fs::create_dir_all(&keys)?;
        fs::write(keys.join("default"), KEY_OF_TOKENS)?;
        let tokens = format!(
            "introspection_mode = local\nlocal_validation_key_dict = fs:posix:prefix={}/keys/\nusername_attribute = sub\n",
            folder.path().display()
        );
        fs::write(folder.path().join("oauth2.conf"), tokens)?;
        let config = folder.path().join("dovecot.conf");
        fs::write(&config, configuration(folder.path(), &certificate, [port, tls_port, auth_port]) + more)?;
        let mut running = Running::start(Command::new(program).arg("-F").arg("-c").arg(&config).stderr(Stdio::null()))?;
        let started = until_it_listens("dovecot", port, &mut running);
        started.with_context(|| fs::read_to_string(folder.path().join("dovecot.log")).unwrap_or_default())?;
        let users = users.iter().map(|(user, _)| (*user).to_owned()).collect();
        let (delivered, arriving_at) = (AtomicU64::new(0), Mutex::default());
        Ok(Self { folder, certificate, port, tls_port, auth_port, users, delivered, arriving_at, _running: running })
    }

    /// Where it listens on 127.0.0.1 in clear, with STARTTLS on offer.
    pub fn port(&self) -> u16 {
        self.port
    }

    /// Where it listens on 127.0.0.1 with TLS from the start.
    pub fn tls_port(&self) -> u16 {
        self.tls_port
    }

    /// The authority that signed its certificate.
    pub fn authority(&self) -> PathBuf {
        self.certificate.authority()
    }

    /// What Postfix has to know to check logins here and to deliver here.
    pub(crate) fn for_postfix(&self) -> (&Certificate, u16, &[String], PathBuf, (u32, u32)) {
        (&self.certificate, self.auth_port, &self.users, self.folder.path().join("mail"), mail_user())
    }

    /// A user's Maildir.
    pub fn maildir(&self, user: &str) -> PathBuf {
        self.folder.path().join("mail").join(user).join("Maildir")
    }

    /// Says when the messages arrive that are delivered from now on; without it, now.
    pub fn arriving_at(&self, moment: SystemTime) {
        *self.arriving_at.lock().unwrap_or_else(PoisonError::into_inner) = Some(moment);
    }

    /// How many messages lie in one of a user's folders; the empty name is INBOX.
    ///
    /// # Errors
    /// When the folder cannot be read.
    pub fn count(&self, user: &str, folder: &str) -> anyhow::Result<usize> {
        let maildir = self.folder_of(user, folder);
        let mut count = 0;
        for part in ["new", "cur"] {
            count += fs::read_dir(maildir.join(part)).with_context(|| format!("Read {}", maildir.display()))?.count();
        }
        Ok(count)
    }

    fn folder_of(&self, user: &str, folder: &str) -> PathBuf {
        if folder.is_empty() { self.maildir(user) } else { self.maildir(user).join(format!(".{folder}")) }
    }

    /// Puts a message into a user's INBOX, as a delivery agent does.
    ///
    /// # Errors
    /// When the files cannot be written.
    pub fn deliver(&self, user: &str, message: &[u8]) -> anyhow::Result<()> {
        self.deliver_into(user, "", message)
    }

    /// Puts a message into one of a user's folders, e.g. `Trash`.
    ///
    /// # Errors
    /// When the files cannot be written.
    pub fn deliver_into(&self, user: &str, folder: &str, message: &[u8]) -> anyhow::Result<()> {
        self.fill(user, folder, [message])
    }

    /// Puts many messages into one of a user's folders, in their order.
    ///
    /// # Errors
    /// When the files cannot be written.
    pub fn fill(&self, user: &str, folder: &str, messages: impl IntoIterator<Item: AsRef<[u8]>>) -> anyhow::Result<()> {
        let maildir = self.folder_of(user, folder);
        for part in ["tmp", "new", "cur"] {
            make_folder(&maildir.join(part), &self.maildir(user))?;
        }
        let moment = *self.arriving_at.lock().unwrap_or_else(PoisonError::into_inner);
        for message in messages {
            let number = self.delivered.fetch_add(1, Ordering::Relaxed);
            let name = format!("1700000000.M{number:09}P{}.testkit", std::process::id());
            let unfinished = maildir.join("tmp").join(&name);
            fs::write(&unfinished, message)?;
            if let Some(moment) = moment {
                fs::File::options().write(true).open(&unfinished)?.set_modified(moment)?;
            }
            give_away(&unfinished)?;
            fs::rename(unfinished, maildir.join("new").join(name)).context("Deliver")?;
        }
        Ok(())
    }

    /// Throws away Dovecot's numbering of a user's INBOX, so that its UIDVALIDITY changes.
    ///
    /// # Errors
    /// When the files cannot be removed.
    pub fn rebuild(&self, user: &str) -> anyhow::Result<()> {
        self.rebuild_folder(user, "")
    }

    /// The same of one of a user's folders.
    ///
    /// # Errors
    /// When the files cannot be removed.
    pub fn rebuild_folder(&self, user: &str, folder: &str) -> anyhow::Result<()> {
        for file in fs::read_dir(self.folder_of(user, folder))? {
            let file = file?;
            if file.file_name().to_string_lossy().starts_with("dovecot") && file.file_type()?.is_file() {
                let name = file.file_name();
                if !name.to_string_lossy().starts_with("dovecot-uidvalidity") {
                    fs::remove_file(file.path())?;
                }
            }
        }
        Ok(())
    }
}

fn configuration(folder: &Path, certificate: &Certificate, [port, tls_port, auth_port]: [u16; 3]) -> String {
    let path = folder.display();
    let (user, group) = mail_user();
    let own_account = if is_root() {
        String::new()
    } else {
        let name = std::env::var("USER").unwrap_or_else(|_| "nobody".to_owned());
        format!(
            "default_internal_user = {name}\ndefault_login_user = {name}\ndefault_internal_group =\n\
             service anvil {{\n chroot =\n}}\nservice stats {{\n chroot =\n}}\nservice imap-login {{\n chroot =\n}}\n"
        )
    };
    format!(
        "base_dir = {path}/run\nstate_dir = {path}/state\nlog_path = {path}/dovecot.log\n\
         protocols = imap\nlisten = 127.0.0.1\ndisable_plaintext_auth = no\nauth_mechanisms = plain login xoauth2\nauth_username_chars =\n\
         ssl = yes\nssl_cert = <{}\nssl_key = <{}\n\
         first_valid_uid = 1\nmail_location = maildir:{path}/mail/%n/Maildir\nmail_max_userip_connections = 100\n\
         passdb {{\n driver = passwd-file\n mechanisms = plain login\n args = username_format=%n {path}/users\n}}\n\
         passdb {{\n driver = oauth2\n mechanisms = xoauth2\n args = {path}/oauth2.conf\n}}\n\
         userdb {{\n driver = static\n args = uid={user} gid={group} home={path}/mail/%n\n}}\n\
         namespace inbox {{\n inbox = yes\n separator = /\n mailbox Trash {{\n special_use = \\Trash\n auto = create\n }}\n}}\n\
         service imap-login {{\n inet_listener imap {{\n port = {port}\n }}\n inet_listener imaps {{\n port = {tls_port}\n ssl = yes\n }}\n}}\n\
         service auth {{\n inet_listener {{\n address = 127.0.0.1\n port = {auth_port}\n }}\n}}\n\
         {own_account}",
        certificate.certificate().display(),
        certificate.key().display(),
    )
}

fn mail_user() -> (u32, u32) {
    if is_root() { NOBODY } else { user_and_group() }
}

/// Makes a folder with its parents; those below `above` belong to the mail user.
fn make_folder(folder: &Path, above: &Path) -> anyhow::Result<()> {
    fs::create_dir_all(folder)?;
    for part in folder.ancestors().take_while(|part| part.starts_with(above)) {
        give_away(part)?;
    }
    Ok(())
}

#[cfg(unix)]
fn give_away(path: &Path) -> anyhow::Result<()> {
    let (user, group) = mail_user();
    std::os::unix::fs::chown(path, Some(user), Some(group)).with_context(|| format!("Give {} to the mail user", path.display()))
}

#[cfg(unix)]
fn open_to_all(path: &Path) -> anyhow::Result<()> {
    use std::os::unix::fs::PermissionsExt as _;
    Ok(fs::set_permissions(path, fs::Permissions::from_mode(0o755))?)
}

#[cfg(not(unix))]
fn give_away(_path: &Path) -> anyhow::Result<()> {
    Ok(())
}

#[cfg(not(unix))]
fn open_to_all(_path: &Path) -> anyhow::Result<()> {
    Ok(())
}
