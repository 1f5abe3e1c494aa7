//! **A fake**: an SMTP server of ours that counts what it took responsibility for, and misbehaves where it is told to.
//!
//! ```
//! let server = testkit::counting_smtp::CountingSmtp::builder().refusing("gone@example.org", "550 5.1.1 nobody here").start().unwrap();
//! assert!(server.port() > 0);
//! assert!(server.messages().is_empty());
//! ```

mod dialogue;
mod faults;
mod wire;

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::net::{Ipv4Addr, Shutdown, SocketAddr, TcpListener, TcpStream};
use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use anyhow::Context as _;

use crate::certificate::Certificate;

pub use faults::Stage;

/// How the server encrypts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Encryption {
    /// In clear.
    None,
    /// TLS from the first byte.
    Implicit,
    /// STARTTLS is offered, and mail is refused before it.
    Starttls,
}

/// A message that the server took responsibility for.
#[derive(Clone, Debug)]
pub struct CountedMessage {
    /// Envelope sender.
    pub from: String,
    /// Envelope recipients.
    pub to: Vec<String>,
    /// The message, dots undoubled.
    pub data: Vec<u8>,
    /// When its final dot was read.
    pub at: Instant,
}

/// What the server is told to do.
#[derive(Debug)]
pub struct Builder {
    encryption: Encryption,
    script: Script,
}

/// How the dialogue goes.
#[derive(Debug)]
pub(crate) struct Script {
    greeting: String,
    login: Option<(String, String)>,
    pipelining: bool,
    size: Option<usize>,
    latency: Duration,
    cut_after_reading: Option<usize>,
    cut_after_writing: Option<usize>,
    at_mail: Option<String>,
    at_recipient: BTreeMap<String, String>,
    at_end: BTreeMap<String, String>,
    per_second: Option<usize>,
    deferring_once: BTreeSet<String>,
    watcher: faults::Watcher,
    cuts: faults::Cuts,
}

impl Builder {
    /// Encrypts with a certificate whose authority is [`CountingSmtp::authority`].
    #[must_use]
    pub fn encrypted(mut self, encryption: Encryption) -> Self {
        self.encryption = encryption;
        self
    }

    /// Says something else than 220 at first.
    #[must_use]
    pub fn greeting(mut self, reply: &str) -> Self {
        reply.clone_into(&mut self.script.greeting);
        self
    }

    /// Takes mail only after this login.
    #[must_use]
    pub fn with_login(mut self, user: &str, password: &str) -> Self {
        self.script.login = Some((user.to_owned(), password.to_owned()));
        self
    }

    /// Offers no PIPELINING.
    #[must_use]
    pub fn without_pipelining(mut self) -> Self {
        self.script.pipelining = false;
        self
    }

    /// States the largest message it takes.
    #[must_use]
    pub fn with_size(mut self, size: usize) -> Self {
        self.script.size = Some(size);
        self
    }

    /// Waits before each answer.
    #[must_use]
    pub fn with_latency(mut self, latency: Duration) -> Self {
        self.script.latency = latency;
        self
    }

    /// Hangs up on each connection after so many of the client's bytes were read.
    #[must_use]
    pub fn cutting_after_reading(mut self, bytes: usize) -> Self {
        self.script.cut_after_reading = Some(bytes);
        self
    }

    /// Hangs up on each connection after so many bytes of its own answers.
    #[must_use]
    pub fn cutting_after_writing(mut self, bytes: usize) -> Self {
        self.script.cut_after_writing = Some(bytes);
        self
    }

    /// Answers every MAIL with this.
    #[must_use]
    pub fn answering_mail(mut self, reply: &str) -> Self {
        self.script.at_mail = Some(reply.to_owned());
        self
    }

    /// Answers RCPT for an address with this, e.g. `550 5.1.1 nobody here` or `450 4.2.1 later`.
    #[must_use]
    pub fn refusing(mut self, recipient: &str, reply: &str) -> Self {
        self.script.at_recipient.insert(recipient.to_owned(), reply.to_owned());
        self
    }

    /// Asks to try later, the first time that an address is named.
    #[must_use]
    pub fn deferring_once(mut self, recipient: &str) -> Self {
        self.script.deferring_once.insert(recipient.to_owned());
        self
    }

    /// Calls this at every stage of every dialogue, which stands still meanwhile.
    #[must_use]
    pub fn watched_by(mut self, watch: impl Fn(Stage) + Send + Sync + 'static) -> Self {
        self.script.watcher = faults::Watcher(Arc::new(watch));
        self
    }

    /// Hangs up on the first connections after so many of the client's bytes, on the next ones after so many of its own.
    #[must_use]
    pub fn cutting_each(mut self, reading: Vec<usize>, writing: Vec<usize>) -> Self {
        self.script.cuts = faults::Cuts { reading, writing };
        self
    }

    /// Answers the final dot of a message to an address with this; the message is not counted.
    #[must_use]
    pub fn refusing_at_end(mut self, recipient: &str, reply: &str) -> Self {
        self.script.at_end.insert(recipient.to_owned(), reply.to_owned());
        self
    }

    /// Takes at most so many messages in any second, and answers 454 to the others.
    #[must_use]
    pub fn at_most_per_second(mut self, messages: usize) -> Self {
        self.script.per_second = Some(messages);
        self
    }

    /// Starts the server on a free port.
    ///
    /// # Errors
    /// When there is no free port, or no certificate can be made.
    pub fn start(self) -> anyhow::Result<CountingSmtp> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).context("Listen")?;
        let port = listener.local_addr()?.port();
        let certificate = if self.encryption == Encryption::None { None } else { Some(Certificate::new()?) };
        let tls = certificate.as_ref().map(Certificate::server_config).transpose()?;
        let ledger = Arc::new(Ledger::default());
        let session = dialogue::Session { script: Arc::new(self.script), encryption: self.encryption, tls, ledger: Arc::clone(&ledger) };
        let accepting = Some(thread::spawn(move || accept(&listener, &session)));
        Ok(CountingSmtp { port, certificate, ledger, accepting })
    }
}

/// A running fake server.
#[derive(Debug)]
pub struct CountingSmtp {
    port: u16,
    certificate: Option<Certificate>,
    ledger: Arc<Ledger>,
    accepting: Option<JoinHandle<()>>,
}

impl CountingSmtp {
    /// A server that takes everything, in clear and without a login, until told otherwise.
    pub fn builder() -> Builder {
        Builder {
            encryption: Encryption::None,
            script: Script {
                greeting: "220 counting.test ESMTP (a fake, for tests)".to_owned(),
                login: None,
                pipelining: true,
                size: None,
                latency: Duration::ZERO,
                cut_after_reading: None,
                cut_after_writing: None,
                at_mail: None,
                at_recipient: BTreeMap::new(),
                at_end: BTreeMap::new(),
                per_second: None,
                deferring_once: BTreeSet::new(),
                watcher: faults::Watcher::default(),
                cuts: faults::Cuts::default(),
            },
        }
    }

    /// Where it listens, on 127.0.0.1.
    pub fn port(&self) -> u16 {
        self.port
    }

    /// The authority that signed its certificate, if it has one.
    pub fn authority(&self) -> Option<PathBuf> {
        self.certificate.as_ref().map(Certificate::authority)
    }

    /// What it took responsibility for, in that order.
    pub fn messages(&self) -> Vec<CountedMessage> {
        self.ledger.messages().clone()
    }

    /// How many messages it took responsibility for.
    pub fn count(&self) -> usize {
        self.ledger.messages().len()
    }

    /// How many connections stand at this moment.
    pub fn standing(&self) -> usize {
        self.ledger.standing.load(Ordering::SeqCst)
    }

    /// How many connections were opened so far.
    pub fn connections(&self) -> usize {
        self.ledger.connections.load(Ordering::SeqCst)
    }
}

impl Drop for CountingSmtp {
    fn drop(&mut self) {
        self.ledger.stopped.store(true, Ordering::SeqCst);
        let _ = TcpStream::connect(SocketAddr::from((Ipv4Addr::LOCALHOST, self.port)));
        for stream in self.ledger.open.lock().unwrap_or_else(PoisonError::into_inner).iter() {
            let _ = stream.shutdown(Shutdown::Both);
        }
        let _ = self.accepting.take().map(JoinHandle::join);
    }
}

/// What all connections share.
#[derive(Debug, Default)]
pub(crate) struct Ledger {
    messages: Mutex<Vec<CountedMessage>>,
    recent: Mutex<VecDeque<Instant>>,
    connections: AtomicUsize,
    standing: AtomicUsize,
    deferred: Mutex<BTreeSet<String>>,
    stopped: AtomicBool,
    open: Mutex<Vec<TcpStream>>,
}

impl Ledger {
    pub(crate) fn messages(&self) -> MutexGuard<'_, Vec<CountedMessage>> {
        self.messages.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Whether an address is named for the first time.
    pub(crate) fn is_first(&self, recipient: &str) -> bool {
        self.deferred.lock().unwrap_or_else(PoisonError::into_inner).insert(recipient.to_owned())
    }

    /// Whether one more message fits into the second that ends now.
    pub(crate) fn fits(&self, per_second: usize, now: Instant) -> bool {
        let mut recent = self.recent.lock().unwrap_or_else(PoisonError::into_inner);
        while recent.front().is_some_and(|first| now.duration_since(*first) >= Duration::from_secs(1)) {
            recent.pop_front();
        }
        let fits = recent.len() < per_second;
        if fits {
            recent.push_back(now);
        }
        fits
    }
}

fn accept(listener: &TcpListener, session: &dialogue::Session) {
    for stream in listener.incoming().map_while(Result::ok) {
        if session.ledger.stopped.load(Ordering::SeqCst) {
            return;
        }
        let number = session.ledger.connections.fetch_add(1, Ordering::SeqCst);
        if let Ok(copy) = stream.try_clone() {
            session.ledger.open.lock().unwrap_or_else(PoisonError::into_inner).push(copy);
        }
        let session = session.clone();
        thread::spawn(move || {
            session.ledger.standing.fetch_add(1, Ordering::SeqCst);
            session.run(stream, number);
            session.ledger.standing.fetch_sub(1, Ordering::SeqCst);
        });
    }
}
