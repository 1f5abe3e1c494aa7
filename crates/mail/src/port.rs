//! The two ports to the outside: a sender that takes messages and an inbox that gives them.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use calendar::remote::CalendarRemote;
use jiff::{SignedDuration, Timestamp};
use secrecy::SecretString;
use serde::{Deserialize, Serialize};

use crate::consent::{Consent, MailServers, SecretKeeper, SignIn, Withdrawal};

/// A message ready to leave.
#[derive(Clone, Debug)]
pub struct Outgoing {
    /// Envelope sender; empty for the null sender.
    pub envelope_from: String,
    /// The one recipient.
    pub recipient: String,
    /// RFC 5322 message with CRLF line ends.
    pub message: Arc<[u8]>,
    /// Names the ledger row to a service that can carry a tag: `[A-Za-z0-9_-]` only.
    pub tag: String,
    /// Where a service should send bounces, if it can be told (SES feedback forwarding).
    pub feedback_address: String,
}

/// What became of a message, decided once beside the protocol.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "outcome")]
pub enum SendOutcome {
    /// The server took responsibility for it (RFC 5321 §4.2.5).
    Accepted {
        /// The server's name for it; may be empty.
        remote_id: String,
    },
    /// Not taken, and nothing was handed over: may be tried again.
    Retry {
        /// Not before this long; none where the server said nothing.
        after: Option<Duration>,
        /// The server's words.
        reason: String,
        /// The server complains about the pace: slow down.
        throttled: bool,
    },
    /// Not taken, for ever.
    Refused {
        /// The server's words.
        reason: String,
    },
    /// The line broke, or time ran out, after the message began to leave and before the answer.
    Uncertain {
        /// What is known.
        reason: String,
    },
    /// The whole account stops; this message was not taken.
    AccountStopped {
        /// The server's words.
        reason: String,
        /// When it is worth trying again, if known.
        until: Option<Timestamp>,
    },
    /// The account's password, key or consent no longer works; this message was not taken.
    NeedsLogin {
        /// The server's words.
        reason: String,
    },
}

/// How much an account may send.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Limits {
    /// Messages a second; none where the service states no limit.
    pub per_second: Option<f64>,
    /// Messages in any 24 hours; none where unlimited.
    pub per_day: Option<u64>,
    /// Messages sent in the last 24 hours, by anyone who uses the account.
    pub sent_last_day: u64,
    /// How many messages may be on their way at once.
    pub connections: usize,
}

/// One line of a pre-flight check.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Check {
    /// Stable name, e.g. `dkim`.
    pub code: String,
    /// How it stands.
    pub state: CheckState,
    /// One sentence: what was found and, if it is not good, what to do next.
    pub message: String,
    /// Text to copy, such as a DNS record or a policy; may be empty.
    pub copy: String,
}

/// How one line of a check stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CheckState {
    /// ✓
    Good,
    /// ! works, but something should be done.
    Warning,
    /// ✗ will not work.
    Bad,
}

/// Why a service mails an address no more.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StoppedFor {
    /// The address does not exist.
    Bounce,
    /// The guest called a message spam.
    Complaint,
}

/// An address that a service keeps a list of and mails no more.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoppedAddress {
    /// As the service has it.
    pub address: String,
    /// Why.
    pub reason: StoppedFor,
    /// Since when.
    pub at: Timestamp,
}

/// A page of a service's own list of stopped addresses.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct StoppedPage {
    /// In the service's order.
    pub addresses: Vec<StoppedAddress>,
    /// Names the next page; none at the end.
    pub next: Option<String>,
}

/// An account that sends. Opened once per connection that the pace asks for.
#[async_trait]
pub trait MailSender: Send + Sync {
    /// A line to the service; kept and reused by its holder.
    ///
    /// # Errors
    /// The outcome that every message would have had: never `Accepted` or `Uncertain`.
    async fn open(&self) -> Result<Box<dyn SenderLine>, SendOutcome>;

    /// What the account may send now.
    ///
    /// # Errors
    /// The outcome that a message would have had.
    async fn limits(&self) -> Result<Limits, SendOutcome>;

    /// A page of the addresses that the service itself mails no more, where it keeps such a list: those stopped since then.
    ///
    /// # Errors
    /// The outcome that a message would have had.
    async fn stopped(&self, since: Option<Timestamp>, page: Option<String>) -> Result<StoppedPage, SendOutcome> {
        let _ = (since, page);
        Ok(StoppedPage::default())
    }

    /// The pre-flight check, without sending anything.
    async fn check(&self) -> Vec<Check>;
}

/// One line to a sending service. Messages go one after the other.
#[async_trait]
pub trait SenderLine: Send {
    /// Hands one message over. Never tries twice.
    async fn send(&mut self, message: &Outgoing) -> SendOutcome;

    /// Whether the line can take another message.
    fn is_open(&self) -> bool;

    /// Says goodbye.
    async fn close(self: Box<Self>);
}

/// How far a mailbox folder was read (RFC 3501 §2.3.1.1).
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct FolderCursor {
    /// Folder name; empty for an inbox that has only one.
    pub folder: String,
    /// UIDVALIDITY, or a stand-in that changes when the folder was rebuilt.
    pub validity: u64,
    /// Highest UID read.
    pub last_uid: u64,
}

/// A message as the inbox holds it.
#[derive(Clone, Debug)]
pub struct Received {
    /// Where it lies.
    pub folder: String,
    /// Its UID there.
    pub uid: u64,
    /// INTERNALDATE, or the file's time.
    pub received_at: Timestamp,
    /// The raw message.
    pub message: Vec<u8>,
}

/// One step of reading an inbox.
#[derive(Clone, Debug, Default)]
pub struct Batch {
    /// Messages in the order of their UIDs.
    pub messages: Vec<Received>,
    /// Where to go on; stored in the same transaction as the messages.
    pub cursors: Vec<FolderCursor>,
    /// There is more to read now.
    pub more: bool,
}

/// Why an inbox could not be read.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum InboxError {
    /// Password or consent no longer works.
    #[error("the server refused the login: {0}")]
    NeedsLogin(String),
    /// Not reached, or the line broke: try later.
    #[error("{0}")]
    Unreachable(String),
    /// The server said something that cannot be read.
    #[error("{0}")]
    Protocol(String),
}

/// How far back a folder is read that no cursor fits: it was never read, or was rebuilt since.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reach {
    /// To its beginning.
    Everything,
    /// What came at this moment or later; a folder may give more, never less.
    Since(Timestamp),
    /// Not at all: only what comes from now on.
    Nothing,
}

/// Where a message lies.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    /// Folder name.
    pub folder: String,
    /// The folder's UIDVALIDITY when it lay there.
    pub validity: u64,
    /// Its UID there.
    pub uid: u64,
}

/// An inbox that answers come back to. It is read, and nothing in it is changed, save where the organizer asked for a folder of their own for
/// what was handled.
#[async_trait]
pub trait MailInbox: Send + Sync {
    /// The next messages after `cursors`, at most about `limit` of them. A folder without a cursor that fits begins at `reach`.
    ///
    /// # Errors
    /// When the inbox cannot be read; nothing was lost, the same cursors can be used again.
    async fn fetch(&self, cursors: &[FolderCursor], reach: Reach, limit: usize) -> Result<Batch, InboxError>;

    /// Whether the organizer wants what was handled to be put away.
    fn files_handled(&self) -> bool {
        false
    }

    /// Puts away what was handled. What is no longer where it lay is passed over, so that it can be asked for twice.
    ///
    /// # Errors
    /// When the inbox cannot be reached, or refuses.
    async fn file(&self, handled: &[Place]) -> Result<(), InboxError> {
        let _ = handled;
        Ok(())
    }

    /// Waits until something new may be there, or about `at_most` has passed.
    ///
    /// # Errors
    /// When the inbox cannot be reached.
    async fn wait(&self, at_most: Duration) -> Result<(), InboxError>;

    /// The pre-flight check.
    async fn check(&self) -> Vec<Check>;
}

/// A place elsewhere that copies of messages are put in.
#[derive(Clone, Debug, Default)]
pub struct CopyTarget {
    /// Where, e.g. `s3://bucket/folder`.
    pub url: String,
    /// The service's region; empty for the one that this computer is set up for.
    pub region: String,
    /// Another service with the same interface; empty for the usual one.
    pub endpoint: String,
    /// Name of a key and the key; without one, what this computer is set up with.
    pub key: Option<(String, SecretString)>,
}

/// Names of copies that are there.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CopyPage {
    /// In no order.
    pub names: Vec<String>,
    /// Names the next page; none at the end.
    pub next: Option<String>,
}

/// Keeps copies of messages by name. What goes wrong is a sentence.
#[async_trait]
pub trait CopyPlace: Send + Sync {
    /// A page of what is there.
    ///
    /// # Errors
    /// A sentence that says why it cannot be seen.
    async fn list(&self, page: Option<String>) -> Result<CopyPage, String>;

    /// Puts a message there. Put twice, it is there once.
    ///
    /// # Errors
    /// A sentence that says why it was not taken.
    async fn put(&self, name: &str, message: Vec<u8>) -> Result<(), String>;
}

/// A connected account as an adapter needs it.
#[derive(Clone, Debug, Default)]
pub struct AccountConfig {
    /// smtp, ses, imap, maildir, rehearsal, ...
    pub kind: String,
    /// The organizer's name for it, for messages.
    pub label: String,
    /// From of a sender, address of an inbox.
    pub address: String,
    /// The kind's own settings.
    pub settings: serde_json::Value,
    /// Unsealed secrets by name; never printed.
    pub secrets: BTreeMap<String, SecretString>,
    /// Names the account for as long as it is there; whatever is opened of it again is known by it.
    pub id: i64,
    /// The consent that it is used by, where that is another account's.
    pub consent: Option<Consent>,
}

/// What the DNS says of a domain.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DomainAnswer {
    /// It names a mail server, or has an address that stands in for one (RFC 5321 §5.1).
    TakesMail,
    /// It says that it takes none (RFC 7505), or names nothing that could.
    NoMail,
    /// There is no such domain.
    NoSuchDomain,
    /// The DNS did not say.
    Unknown,
}

/// Asks whether domains take mail.
#[async_trait]
pub trait MailDomains: Send + Sync {
    /// Whether the DNS can be asked at all.
    async fn is_online(&self) -> bool;

    /// Whether a domain, in its ASCII form, takes mail.
    async fn takes_mail(&self, domain: &str) -> DomainAnswer;
}

/// Makes senders and inboxes of the kinds it knows. The program chooses which adapters there are.
pub trait Adapters: Send + Sync {
    /// The sender behind an account; none where the kind is not of these adapters.
    ///
    /// # Errors
    /// A sentence that says which setting is wrong.
    fn sender(&self, account: &AccountConfig) -> Option<Result<Arc<dyn MailSender>, String>>;

    /// The inbox behind an account; none where the kind is not of these adapters.
    ///
    /// # Errors
    /// A sentence that says which setting is wrong.
    fn inbox(&self, account: &AccountConfig) -> Option<Result<Arc<dyn MailInbox>, String>>;

    /// The calendars behind an account; none where the kind is not of these adapters. `keeper` takes what the provider replaces.
    ///
    /// # Errors
    /// A sentence that says which setting is wrong.
    fn calendars(&self, account: &AccountConfig, keeper: Arc<dyn SecretKeeper>) -> Option<Result<Arc<dyn CalendarRemote>, String>> {
        let _ = (account, keeper);
        None
    }

    /// Asks for consent to use an account of this kind; none where the kind is not of these adapters, or needs none.
    /// Must be called within the async runtime: it begins to listen on this computer.
    ///
    /// # Errors
    /// A sentence that says which setting is wrong.
    fn sign_in(&self, account: &AccountConfig) -> Option<Result<Box<dyn SignIn>, String>> {
        let _ = account;
        None
    }

    /// The mail servers that come with an account, whose consent can cover them; none where these adapters know of none.
    fn mail_servers(&self, account: &AccountConfig) -> Option<MailServers> {
        let _ = account;
        None
    }

    /// Withdraws the consent that an account was used by, at the provider; none where these adapters cannot, or there is nothing to withdraw.
    fn sign_out(&self, account: &AccountConfig) -> Option<Withdrawal> {
        let _ = account;
        None
    }

    /// The place that a target names; none where it is not of these adapters.
    ///
    /// # Errors
    /// A sentence that says what of the target is wrong.
    fn copies(&self, target: &CopyTarget) -> Option<Result<Arc<dyn CopyPlace>, String>> {
        let _ = target;
        None
    }

    /// Who can be asked whether domains take mail; none where these adapters cannot.
    fn domains(&self) -> Option<Arc<dyn MailDomains>> {
        None
    }
}

/// How far a practice round is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct PracticeState {
    /// Messages that were sent.
    pub sent: usize,
    /// Messages that came back.
    pub arrived: usize,
    /// Messages that will come back when time has passed.
    pub coming: usize,
}

/// A practice world: guests who are not real, in a time that can be let pass.
pub trait Practice: Send + Sync {
    /// Practice time: ahead of the computer's clock by as much as was let pass.
    fn now(&self) -> Timestamp;

    /// Lets time pass: what is due by then arrives in the practice inbox.
    ///
    /// # Errors
    /// A sentence that says what of the practice world cannot be written.
    fn advance(&self, by: SignedDuration) -> Result<PracticeState, String>;

    /// How far the round is.
    fn state(&self) -> PracticeState;

    /// When the next message will come back; none where nothing is coming.
    fn next_arrival(&self) -> Option<Timestamp>;

    /// When the last message will come back; none where nothing is coming.
    fn last_arrival(&self) -> Option<Timestamp>;
}
