//! Commands out, replies in, each with its patience.

use std::time::Duration;

use lettre::transport::smtp::response::Response;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::time::timeout;

use crate::wire::Stream;

/// RFC 5321 §4.5.3.1.5 allows 512 octets; servers with long texts exist.
const LONGEST_LINE: usize = 4_096;
const LONGEST_REPLY: usize = 64 * 1_024;

/// The dialogue cannot go on.
#[derive(Debug, thiserror::Error)]
pub(super) enum Broken {
    #[error("the server closed the connection")]
    Closed,
    #[error("the connection broke: {0}")]
    Io(#[from] std::io::Error),
    #[error("the server did not answer within {} seconds", .0.as_secs())]
    TimedOut(Duration),
    #[error("the server's answer is not SMTP: {0}")]
    Garbled(String),
}

/// One connection to a server, as lines.
#[derive(Debug)]
pub(super) struct Dialogue {
    stream: Stream,
    unread: Vec<u8>,
}

impl Dialogue {
    pub(super) fn new(stream: Stream) -> Self {
        Self { stream, unread: Vec::with_capacity(1_024) }
    }

    pub(super) fn stream(&self) -> &Stream {
        &self.stream
    }

    /// The connection itself, for STARTTLS. What the server said in clear beyond its last reply would be taken for words under TLS
    /// (CVE-2011-0411), so there must be nothing.
    pub(super) fn into_stream(self) -> Result<Stream, Broken> {
        if self.unread.is_empty() { Ok(self.stream) } else { Err(Broken::Garbled("it went on talking in clear after STARTTLS".to_owned())) }
    }

    /// One command and its reply.
    pub(super) async fn command(&mut self, command: &str, patience: Duration) -> Result<Response, Broken> {
        self.write(command.as_bytes(), patience).await.map_err(|(_, broken)| broken)?;
        self.reply(patience).await
    }

    /// Writes all of `bytes`; each step forward may take `patience`. On failure says how many may have left at most.
    pub(super) async fn write(&mut self, bytes: &[u8], patience: Duration) -> Result<(), (usize, Broken)> {
        let mut written = 0;
        while let Some(rest) = bytes.get(written..).filter(|rest| !rest.is_empty()) {
            match timeout(patience, self.stream.write(rest)).await {
                Ok(Ok(0)) => return Err((written, Broken::Closed)),
                Ok(Ok(count)) => written += count,
                Ok(Err(error)) => return Err((written, Broken::Io(error))),
                Err(_) => return Err((written, Broken::TimedOut(patience))),
            }
        }
        match timeout(patience, self.stream.flush()).await {
            Ok(Ok(())) => Ok(()),
            Ok(Err(error)) => Err((written, Broken::Io(error))),
            Err(_) => Err((written, Broken::TimedOut(patience))),
        }
    }

    /// The next reply, complete to its last line's end.
    pub(super) async fn reply(&mut self, patience: Duration) -> Result<Response, Broken> {
        timeout(patience, self.read_reply()).await.map_err(|_| Broken::TimedOut(patience))?
    }

    async fn read_reply(&mut self) -> Result<Response, Broken> {
        let mut scanned = 0;
        loop {
            while let Some(length) = self.unread.get(scanned..).and_then(|rest| memchr::memchr(b'\n', rest)) {
                let end = scanned + length + 1;
                let is_last = self.unread.get(scanned + 3) != Some(&b'-');
                scanned = end;
                if is_last {
                    let reply: Vec<u8> = self.unread.drain(..end).collect();
                    return parse(&reply);
                }
            }
            if self.unread.len() > LONGEST_REPLY || self.unread.len() - scanned > LONGEST_LINE {
                return Err(Broken::Garbled("it is longer than any reply may be".to_owned()));
            }
            if self.stream.read_buf(&mut self.unread).await? == 0 {
                return Err(Broken::Closed);
            }
        }
    }

    /// Closes without a word.
    pub(super) async fn shut_down(&mut self) {
        let _ = timeout(Duration::from_secs(1), self.stream.shutdown()).await;
    }
}

fn parse(reply: &[u8]) -> Result<Response, Broken> {
    let text = String::from_utf8_lossy(reply);
    let lines: String = text.lines().flat_map(|line| [line.trim_end_matches('\r'), "\r\n"]).collect();
    lines.parse().map_err(|_| Broken::Garbled(text.trim().chars().take(200).collect()))
}
