//! The way to a mail server: TCP without Nagle's delay, and TLS that is asked for and then required.

mod stream;
mod tls;

use std::io::{self, ErrorKind};
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use rustls::pki_types::ServerName;
use serde::Deserialize;
use tokio::net::TcpStream;
use tokio::time::timeout;
use tokio_rustls::TlsConnector;

pub(crate) use stream::Stream;
pub(crate) use tls::client_config;

const CONNECT_TIMEOUT: Duration = Duration::from_secs(30);

/// How a connection is encrypted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Encryption {
    /// TLS from the first byte (RFC 8314).
    Implicit,
    /// Upgraded by STARTTLS (RFC 3207, RFC 9051 §6.2.1) before anything else is said; never without.
    Starttls,
    /// In clear: only to this computer.
    None,
}

/// The settings that every mail server has.
#[derive(Clone, Debug, Deserialize)]
pub(crate) struct ServerSettings {
    /// Name or address.
    pub(crate) host: String,
    /// Port.
    pub(crate) port: u16,
    /// By default implicit TLS, or STARTTLS on the ports where that is the custom.
    #[serde(default)]
    pub(crate) tls: Option<Encryption>,
    /// A PEM file with one more authority to trust, for a private server.
    #[serde(default)]
    pub(crate) ca_file: Option<PathBuf>,
}

/// Why a server could not be reached.
#[derive(Debug, thiserror::Error)]
pub(crate) enum ConnectError {
    /// Trying again later may help.
    #[error("{0}")]
    Unreachable(String),
    /// Trying again does not help: the settings or the server's certificate are wrong.
    #[error("{0}")]
    Unfit(String),
}

/// A mail server and how to talk to it.
pub(crate) struct Server {
    pub(crate) host: String,
    pub(crate) port: u16,
    pub(crate) encryption: Encryption,
    tls: Option<(TlsConnector, ServerName<'static>)>,
}

impl Server {
    /// Checks the settings and prepares TLS; a sentence says what is wrong.
    pub(crate) fn new(settings: &ServerSettings) -> Result<Self, String> {
        let host = settings.host.trim().to_owned();
        let encryption = settings.tls.unwrap_or(match settings.port {
            25 | 143 | 587 => Encryption::Starttls,
            _ => Encryption::Implicit,
        });
        if encryption == Encryption::None && !is_loopback(&host) {
            return Err(format!(
                "Without encryption only this computer can be connected to, and {host} is another one. Choose implicit TLS or STARTTLS."
            ));
        }
        let tls = if encryption == Encryption::None {
            None
        } else {
            let name = ServerName::try_from(host.clone()).map_err(|_| format!("“{host}” is not a host name."))?;
            Some((TlsConnector::from(Arc::new(tls::client_config(settings.ca_file.as_deref())?)), name))
        };
        Ok(Self { host, port: settings.port, encryption, tls })
    }

    /// Opens the connection; with implicit TLS, encrypted.
    pub(crate) async fn connect(&self) -> Result<Stream, ConnectError> {
        let stream = timeout(CONNECT_TIMEOUT, TcpStream::connect((self.host.as_str(), self.port)))
            .await
            .map_err(|_| {
                ConnectError::Unreachable(format!(
                    "{}:{} did not answer within {} seconds.",
                    self.host,
                    self.port,
                    CONNECT_TIMEOUT.as_secs()
                ))
            })?
            .map_err(|error| {
                ConnectError::Unreachable(format!("{}:{} cannot be reached: {}.", self.host, self.port, unreachable(&error)))
            })?;
        stream.set_nodelay(true).map_err(|error| ConnectError::Unreachable(error.to_string()))?;
        if self.encryption == Encryption::None && !stream.peer_addr().is_ok_and(|address| address.ip().is_loopback()) {
            return Err(ConnectError::Unfit(format!("{} is not this computer: nothing is sent there without encryption.", self.host)));
        }
        let stream = Stream::Plain(stream);
        if self.encryption == Encryption::Implicit { self.encrypt(stream).await } else { Ok(stream) }
    }

    /// Puts TLS on a connection in clear.
    pub(crate) async fn encrypt(&self, stream: Stream) -> Result<Stream, ConnectError> {
        let (Stream::Plain(stream), Some((connector, name))) = (stream, &self.tls) else {
            return Err(ConnectError::Unfit("This connection cannot be encrypted a second time.".to_owned()));
        };
        let stream = timeout(CONNECT_TIMEOUT, connector.connect(name.clone(), stream))
            .await
            .map_err(|_| ConnectError::Unreachable(format!("{}:{} did not finish the TLS greeting.", self.host, self.port)))?
            .map_err(|error| tls::explain(&error, &self.host, self.port))?;
        Ok(Stream::Tls(Box::new(stream)))
    }
}

/// Why nobody was reached, in words that help whoever typed the address.
pub(crate) fn unreachable(error: &io::Error) -> String {
    let words = error.to_string();
    let known = match error.kind() {
        ErrorKind::ConnectionRefused => "nothing there takes connections",
        ErrorKind::HostUnreachable | ErrorKind::NetworkUnreachable | ErrorKind::NetworkDown => {
            "this computer has no way there, or is not online"
        }
        ErrorKind::ConnectionReset | ErrorKind::ConnectionAborted => "the connection was cut",
        ErrorKind::TimedOut => "it did not answer in time",
        // Looking up a name has no kind of its own.
        _ if words.contains("lookup address") => "there is no server of that name, or this computer is not online",
        _ => words.split(" (os error").next().unwrap_or_default(),
    };
    known.trim_end_matches('.').to_owned()
}

pub(crate) fn is_loopback(host: &str) -> bool {
    host.eq_ignore_ascii_case("localhost") || host.parse::<std::net::IpAddr>().is_ok_and(|address| address.is_loopback())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn why_nobody_was_reached_is_said_without_a_number() {
        assert_eq!(unreachable(&ErrorKind::ConnectionRefused.into()), "nothing there takes connections", "by its kind");
        let nameless = io::Error::other("failed to lookup address information: Name or service not known");
        assert_eq!(unreachable(&nameless), "there is no server of that name, or this computer is not online", "by its words");
        let rare = unreachable(&io::Error::from_raw_os_error(24));
        assert!(!rare.is_empty() && !rare.contains("os error"), "a rare one in the system's words: {rare}");
    }
}
