//! A logged-in session, and what its errors mean.

use std::time::Duration;

use async_imap::error::Error;
use async_imap::imap_proto::{AttributeValue, Response, Status};
use async_imap::types::Mailbox;
use async_imap::{Authenticator, Client};
use mail::port::InboxError;
use secrecy::{ExposeSecret as _, SecretString};
use tokio::time::timeout;

use crate::settings::{self, Login};
use crate::wire::{ConnectError, Encryption, Server, Stream};

/// A session with a server.
pub(super) type Session = async_imap::Session<Stream>;

/// For every command but the reading of bodies.
pub(super) const COMMAND_PATIENCE: Duration = Duration::from_mins(1);

/// Connects, encrypts, logs in.
pub(super) async fn open(server: &Server, login: &Login, shown: &SecretString) -> Result<Session, InboxError> {
    let mut client = Client::new(server.connect().await.map_err(connect_error)?);
    greeting(&mut client, server).await?;
    if server.encryption == Encryption::Starttls {
        within(COMMAND_PATIENCE, client.run_command_and_check_ok("STARTTLS", None)).await.map_err(|error| match error {
            InboxError::Protocol(words) => InboxError::Protocol(format!(
                "{} offers no STARTTLS ({words}), and nothing is read in clear. Try implicit TLS.",
                server.host
            )),
            other => other,
        })?;
        client = Client::new(server.encrypt(client.into_inner()).await.map_err(connect_error)?);
    }
    let (user, secret) = (login.user.as_str(), shown.expose_secret());
    let outcome = if login.is_by_token() {
        timeout(COMMAND_PATIENCE, client.authenticate("XOAUTH2", Token { said: false, user, secret })).await
    } else if user.is_ascii() && secret.is_ascii() {
        // LOGIN carries ASCII only (RFC 9051 §6.2.3); SASL PLAIN carries everything (RFC 4616).
        timeout(COMMAND_PATIENCE, client.login(user, secret)).await
    } else {
        timeout(COMMAND_PATIENCE, client.authenticate("PLAIN", Plain { user, password: secret })).await
    };
    match outcome {
        Ok(Ok(session)) => Ok(session),
        Ok(Err((error, _))) => Err(login_error(&error)),
        Err(_) => Err(silent(COMMAND_PATIENCE)),
    }
}

/// Runs a command and keeps what is wanted of what the server says to it. The library's readers of lists end alike where the server is done,
/// where it refuses and where the line breaks: what it did not come to say would be taken for what is not there.
pub(super) async fn ask<T>(session: &mut Session, command: &str, wanted: impl Fn(&Response<'_>) -> Option<T>) -> Result<Vec<T>, Error> {
    let asked = session.run_command(command).await?;
    let mut said = Vec::new();
    while let Some(response) = session.read_response().await? {
        match response.parsed() {
            Response::Done { tag, status, outcome } if *tag == asked => {
                let words = || format!("code: {:?}, info: {:?}", outcome.code, outcome.information);
                return match status {
                    Status::Ok => Ok(said),
                    Status::No => Err(Error::No(words())),
                    _ => Err(Error::Bad(words())),
                };
            }
            other => said.extend(wanted(other)),
        }
    }
    Err(Error::ConnectionLost)
}

/// Opens a folder to read it. A server says something of it; the library takes the end of the line for its end.
pub(super) async fn examine(session: &mut Session, folder: &str) -> Result<Mailbox, InboxError> {
    let opened = async {
        let mailbox = session.examine(folder).await?;
        if mailbox == Mailbox::default() { Err(Error::ConnectionLost) } else { Ok(mailbox) }
    };
    within(COMMAND_PATIENCE, opened).await
}

/// What a server says of a message.
pub(super) fn attributes<'r>(response: &'r Response<'_>) -> Option<&'r [AttributeValue<'r>]> {
    if let Response::Fetch(_, attributes) = response { Some(attributes) } else { None }
}

/// Runs one command with a limit on its time.
pub(super) async fn within<T>(patience: Duration, command: impl Future<Output = Result<T, Error>>) -> Result<T, InboxError> {
    timeout(patience, command).await.map_err(|_| silent(patience))?.map_err(|error| inbox_error(&error))
}

/// What an error of the library means.
pub(super) fn inbox_error(error: &Error) -> InboxError {
    match error {
        Error::Io(cause) => InboxError::Unreachable(format!("The connection to the inbox broke: {cause}.")),
        Error::ConnectionLost => InboxError::Unreachable("The server closed the connection.".to_owned()),
        other => InboxError::Protocol(words(other)),
    }
}

async fn greeting(client: &mut Client<Stream>, server: &Server) -> Result<(), InboxError> {
    let Ok(greeting) = timeout(COMMAND_PATIENCE, client.read_response()).await else {
        return Err(InboxError::Unreachable(format!(
            "{} says nothing on port {}: it may expect another encryption.",
            server.host, server.port
        )));
    };
    match greeting.map_err(|error| inbox_error(&error.into()))? {
        Some(response) => match response.parsed() {
            Response::Data { status: Status::Ok, .. } => Ok(()),
            // A session that starts logged in cannot be encrypted any more (RFC 9051 §7.1.4).
            Response::Data { status: Status::PreAuth, .. } => {
                Err(InboxError::Protocol("The server logs in everyone who connects. That is no mailbox to trust.".to_owned()))
            }
            Response::Data { status: Status::Bye, outcome } => Err(InboxError::Unreachable(format!(
                "The server turned the connection away: {}",
                outcome.information.as_deref().unwrap_or("no reason given")
            ))),
            _ => Err(InboxError::Protocol(format!("{} does not speak IMAP on port {}.", server.host, server.port))),
        },
        None => Err(inbox_error(&Error::ConnectionLost)),
    }
}

fn login_error(error: &Error) -> InboxError {
    match error {
        // [UNAVAILABLE] and [INUSE] pass by themselves (RFC 5530 §3).
        Error::No(_) if ["[UNAVAILABLE]", "[INUSE]"].iter().any(|code| words(error).contains(code)) => {
            InboxError::Unreachable(words(error))
        }
        Error::No(_) | Error::Bad(_) | Error::Validate(_) => InboxError::NeedsLogin(words(error)),
        other => inbox_error(other),
    }
}

/// The server's own words; the library wraps them in its debug form.
fn words(error: &Error) -> String {
    let text = error.to_string();
    let inner = text.split_once("info: Some(\"").and_then(|(_, rest)| rest.rsplit_once("\")"));
    inner.map_or(text.clone(), |(words, _)| words.to_owned())
}

fn connect_error(error: ConnectError) -> InboxError {
    match error {
        ConnectError::Unreachable(reason) => InboxError::Unreachable(reason),
        ConnectError::Unfit(reason) => InboxError::Protocol(reason),
    }
}

fn silent(patience: Duration) -> InboxError {
    InboxError::Unreachable(format!("The server did not answer within {} seconds.", patience.as_secs()))
}

struct Plain<'a> {
    user: &'a str,
    password: &'a str,
}

impl Authenticator for Plain<'_> {
    type Response = String;

    fn process(&mut self, _challenge: &[u8]) -> String {
        format!("\0{}\0{}", self.user, self.password)
    }
}

struct Token<'a> {
    said: bool,
    user: &'a str,
    secret: &'a str,
}

impl Authenticator for Token<'_> {
    type Response = String;

    /// The second challenge says why the token was refused; an empty answer to it gets the server's own words.
    fn process(&mut self, _challenge: &[u8]) -> String {
        if std::mem::replace(&mut self.said, true) { String::new() } else { settings::xoauth2(self.user, self.secret) }
    }
}
