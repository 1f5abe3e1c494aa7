//! One connection to the server, logged in, that takes one message after the other.

use std::time::Duration;

use async_trait::async_trait;
use calendar::remote::RemoteFailure;
use mail::port::{Outgoing, SendOutcome, SenderLine};
use secrecy::SecretString;

use super::capabilities::Capabilities;
use super::dialogue::{Broken, Dialogue};
use super::outcome::{self, Stage};
use crate::settings::Login;
use crate::wire::{ConnectError, Encryption, Server};

/// RFC 5321 §4.5.3.2 asks for five minutes at MAIL and RCPT.
pub(super) const COMMAND_PATIENCE: Duration = Duration::from_mins(5);
/// A server that stays silent at first usually expects TLS: the organizer should not have to wait long to be told.
const GREETING_PATIENCE: Duration = Duration::from_mins(1);
const GOODBYE_PATIENCE: Duration = Duration::from_secs(2);

/// Why a line did not come about.
#[derive(Debug)]
pub(super) struct Failure {
    pub(super) stage: Stage,
    pub(super) outcome: SendOutcome,
}

impl Failure {
    pub(super) fn broken(stage: Stage, broken: &Broken) -> Self {
        Self {
            stage,
            outcome: SendOutcome::Retry {
                after: None,
                reason: format!("Before a message could be handed over, {broken}."),
                throttled: false,
            },
        }
    }

    /// There is nothing to log in with.
    pub(super) fn consent(failure: RemoteFailure) -> Self {
        let outcome = match failure {
            RemoteFailure::Later { reason, after_seconds } => {
                SendOutcome::Retry { after: after_seconds.map(Duration::from_secs), reason, throttled: false }
            }
            other => SendOutcome::NeedsLogin { reason: other.to_string() },
        };
        Self { stage: Stage::Login, outcome }
    }

    /// A refused login in words that fit what was shown.
    pub(super) fn of_login(self, login: &Login) -> Self {
        match self.outcome {
            SendOutcome::NeedsLogin { reason } if self.stage == Stage::Login => {
                Self { outcome: SendOutcome::NeedsLogin { reason: login.refused(&reason) }, ..self }
            }
            outcome => Self { outcome, ..self },
        }
    }

    /// Whether the server did not take what it was shown.
    pub(super) fn refuses_login(&self) -> bool {
        self.stage == Stage::Login && matches!(self.outcome, SendOutcome::NeedsLogin { .. })
    }

    fn connect(error: ConnectError) -> Self {
        let outcome = match error {
            ConnectError::Unreachable(reason) => SendOutcome::Retry { after: None, reason, throttled: false },
            ConnectError::Unfit(reason) => SendOutcome::AccountStopped { reason, until: None },
        };
        Self { stage: Stage::Greeting, outcome }
    }
}

/// One connection to the server, logged in.
#[derive(Debug)]
pub(super) struct SmtpLine {
    pub(super) dialogue: Dialogue,
    pub(super) capabilities: Capabilities,
    /// False while a message is under way: a dropped send leaves a dialogue that nobody can pick up.
    pub(super) open: bool,
}

impl SmtpLine {
    /// Connects, encrypts, logs in.
    pub(super) async fn open(server: &Server, login: Option<(&Login, &SecretString)>) -> Result<Self, Failure> {
        let mut dialogue = Dialogue::new(server.connect().await.map_err(Failure::connect)?);
        greeting(&mut dialogue, server).await?;
        let mut capabilities = hello(&mut dialogue).await?;
        if server.encryption == Encryption::Starttls {
            dialogue = start_tls(dialogue, &capabilities, server).await?;
            // What was said in clear may have been put there by others (RFC 3207 §4.2).
            capabilities = hello(&mut dialogue).await?;
        }
        if let Some((login, shown)) = login {
            login.run(&mut dialogue, &capabilities, shown).await?;
        }
        Ok(Self { dialogue, capabilities, open: true })
    }
}

async fn greeting(dialogue: &mut Dialogue, server: &Server) -> Result<(), Failure> {
    match dialogue.reply(GREETING_PATIENCE).await {
        Ok(reply) if reply.is_positive() => Ok(()),
        Ok(reply) => Err(Failure { stage: Stage::Greeting, outcome: outcome::of_reply(Stage::Greeting, &reply) }),
        Err(Broken::TimedOut(_)) if server.encryption != Encryption::Implicit => {
            let reason = format!("{} says nothing on port {}: it may expect TLS from the start (implicit TLS).", server.host, server.port);
            Err(Failure { stage: Stage::Greeting, outcome: SendOutcome::Retry { after: None, reason, throttled: false } })
        }
        Err(broken) => Err(Failure::broken(Stage::Greeting, &broken)),
    }
}

/// EHLO with an address literal (RFC 5321 §4.1.3): a desktop has no name of its own that a server could look up.
async fn hello(dialogue: &mut Dialogue) -> Result<Capabilities, Failure> {
    let name = match dialogue.stream().tcp().local_addr().map(|address| address.ip()) {
        Ok(std::net::IpAddr::V4(address)) => format!("[{address}]"),
        Ok(std::net::IpAddr::V6(address)) => format!("[IPv6:{address}]"),
        Err(_) => "[127.0.0.1]".to_owned(),
    };
    match dialogue.command(&format!("EHLO {name}\r\n"), COMMAND_PATIENCE).await {
        Ok(reply) if reply.is_positive() => Ok(Capabilities::read(&reply)),
        Ok(reply) => Err(Failure { stage: Stage::Hello, outcome: outcome::of_reply(Stage::Hello, &reply) }),
        Err(broken) => Err(Failure::broken(Stage::Hello, &broken)),
    }
}

async fn start_tls(mut dialogue: Dialogue, capabilities: &Capabilities, server: &Server) -> Result<Dialogue, Failure> {
    let stage = Stage::Encryption;
    if !capabilities.starttls {
        let reason =
            format!("{} does not offer STARTTLS on port {}, and nothing is sent in clear. Try implicit TLS.", server.host, server.port);
        return Err(Failure { stage, outcome: SendOutcome::AccountStopped { reason, until: None } });
    }
    let reply = dialogue.command("STARTTLS\r\n", COMMAND_PATIENCE).await.map_err(|broken| Failure::broken(stage, &broken))?;
    if !reply.is_positive() {
        return Err(Failure { stage, outcome: outcome::of_reply(stage, &reply) });
    }
    let stream = dialogue.into_stream().map_err(|broken| Failure::broken(stage, &broken))?;
    Ok(Dialogue::new(server.encrypt(stream).await.map_err(|error| Failure { stage, ..Failure::connect(error) })?))
}

#[async_trait]
impl SenderLine for SmtpLine {
    async fn send(&mut self, message: &Outgoing) -> SendOutcome {
        if !self.open {
            return SendOutcome::Retry { after: None, reason: "The connection was closed.".to_owned(), throttled: false };
        }
        self.open = false;
        let (outcome, open) = self.hand_over(message).await;
        self.open = open;
        outcome
    }

    fn is_open(&self) -> bool {
        self.open
    }

    async fn close(mut self: Box<Self>) {
        if self.open {
            let _ = self.dialogue.command("QUIT\r\n", GOODBYE_PATIENCE).await;
        }
        self.dialogue.shut_down().await;
    }
}
