//! An engine in a folder of its own, with a keychain in memory and a post office that delivers to itself.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use async_trait::async_trait;
use engine::vault::{KeyStore, Vault};
use engine::{Clock, Engine};
use jiff::Timestamp;
use mail::port::{
    AccountConfig, Adapters, Batch, Check, CheckState, FolderCursor, InboxError, Limits, MailInbox, MailSender, Outgoing, Reach, Received,
    SendOutcome, SenderLine,
};
use secrecy::ExposeSecret as _;

/// An engine and the folder it lives in.
pub(crate) struct Sandbox {
    folder: tempfile::TempDir,
    pub(crate) keychain: Keychain,
    pub(crate) post: Post,
}

/// Keys by name.
#[derive(Clone, Default)]
pub(crate) struct Keychain(pub(crate) Arc<Mutex<BTreeMap<String, [u8; 32]>>>);

/// A post office: what is sent arrives in the one inbox, unless it loses mail to plus-parts.
#[derive(Clone, Default)]
pub(crate) struct Post {
    pub(crate) mails: Arc<Mutex<Vec<Vec<u8>>>>,
    pub(crate) passwords: Arc<Mutex<Vec<String>>>,
    pub(crate) loses_plus: bool,
    /// What a check finds of its password.
    pub(crate) refuses_login: Arc<Mutex<bool>>,
}

struct FixedClock;

impl Clock for FixedClock {
    fn now(&self) -> Timestamp {
        "2027-03-01T09:00:00Z".parse().expect("a time")
    }

    fn zone(&self) -> String {
        "Europe/Berlin".to_owned()
    }
}

impl Sandbox {
    pub(crate) fn new() -> Self {
        Self { folder: tempfile::tempdir().expect("a folder"), keychain: Keychain::default(), post: Post::default() }
    }

    pub(crate) fn path(&self) -> &Path {
        self.folder.path()
    }

    pub(crate) fn file(&self, name: &str, content: impl AsRef<[u8]>) -> PathBuf {
        let path = self.folder.path().join(name);
        std::fs::write(&path, content).expect("the file can be written");
        path
    }

    /// The engine with the keychain.
    pub(crate) async fn engine(&self) -> Engine {
        self.engine_with(Vault::keychain(self.keychain.store())).await
    }

    pub(crate) async fn engine_with(&self, vault: Vault) -> Engine {
        self.open(vault).await.expect("the engine opens")
    }

    pub(crate) async fn open(&self, vault: Vault) -> anyhow::Result<Engine> {
        let data = self.folder.path().join("data");
        std::fs::create_dir_all(&data).expect("a data folder");
        let state = self.folder.path().join("state");
        Engine::open_with_state(&data, &state, Arc::new(FixedClock), vec![Box::new(self.post.clone())], vault).await
    }
}

impl Keychain {
    pub(crate) fn store(&self) -> KeyStore {
        let (load, save) = (self.clone(), self.clone());
        KeyStore {
            load: Box::new(move |name| Ok(load.0.lock().expect("the keychain").get(name).copied())),
            save: Box::new(move |name, key| {
                save.0.lock().expect("the keychain").insert(name.to_owned(), *key);
                Ok(())
            }),
        }
    }
}

impl Adapters for Post {
    fn sender(&self, account: &AccountConfig) -> Option<Result<Arc<dyn MailSender>, String>> {
        let password = account.secrets.get("password").map(|secret| secret.expose_secret().to_owned());
        self.passwords.lock().expect("the passwords").extend(password);
        Some(Ok(Arc::new(self.clone())))
    }

    fn inbox(&self, _account: &AccountConfig) -> Option<Result<Arc<dyn MailInbox>, String>> {
        Some(Ok(Arc::new(self.clone())))
    }
}

#[async_trait]
impl MailSender for Post {
    async fn open(&self) -> Result<Box<dyn SenderLine>, SendOutcome> {
        Ok(Box::new(self.clone()))
    }

    async fn limits(&self) -> Result<Limits, SendOutcome> {
        Ok(Limits { per_second: None, per_day: None, sent_last_day: 0, connections: 1 })
    }

    async fn check(&self) -> Vec<Check> {
        let is_refused = *self.refuses_login.lock().expect("whether it refuses");
        let (state, message) = if is_refused { (CheckState::Bad, "535 wrong password") } else { (CheckState::Good, "It lets us in.") };
        vec![Check { code: "login".to_owned(), state, message: message.to_owned(), copy: String::new() }]
    }
}

#[async_trait]
impl SenderLine for Post {
    async fn send(&mut self, message: &Outgoing) -> SendOutcome {
        if !(self.loses_plus && message.recipient.contains('+')) {
            self.mails.lock().expect("the mails").push(message.message.to_vec());
        }
        SendOutcome::Accepted { remote_id: String::new() }
    }

    fn is_open(&self) -> bool {
        true
    }

    async fn close(self: Box<Self>) {}
}

#[async_trait]
impl MailInbox for Post {
    async fn fetch(&self, cursors: &[FolderCursor], _reach: Reach, limit: usize) -> Result<Batch, InboxError> {
        let read = cursors.first().map_or(0, |cursor| cursor.last_uid);
        let mails = self.mails.lock().expect("the mails");
        let fresh = (1_u64..).zip(mails.iter()).filter(|(uid, _)| *uid > read).take(limit);
        let messages: Vec<Received> = fresh
            .map(|(uid, mail)| Received { folder: String::new(), uid, received_at: Timestamp::UNIX_EPOCH, message: mail.clone() })
            .collect();
        let last_uid = messages.last().map_or(read, |mail| mail.uid);
        let more = last_uid < mails.len() as u64;
        Ok(Batch { messages, cursors: vec![FolderCursor { folder: String::new(), validity: 1, last_uid }], more })
    }

    async fn wait(&self, _at_most: Duration) -> Result<(), InboxError> {
        std::future::pending().await
    }

    async fn check(&self) -> Vec<Check> {
        Vec::new()
    }
}
