//! The server that every fake that speaks HTTP answers with.

use std::collections::BTreeMap;
use std::io::{self, BufReader, Read, Write};
use std::net::{Ipv4Addr, Shutdown, TcpListener, TcpStream};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread::{self, JoinHandle};

use rustls::{ServerConfig, ServerConnection, StreamOwned};
use serde_json::Value;

use super::{Request, header, read_request};

/// What is answered to a request.
#[derive(Clone, Debug)]
pub struct Reply {
    status: u16,
    headers: Vec<(String, String)>,
    body: Vec<u8>,
    cut_after: Option<usize>,
    verbatim: Option<Vec<u8>>,
}

impl Reply {
    /// An answer without a body.
    pub fn new(status: u16) -> Self {
        Self { status, headers: Vec::new(), body: Vec::new(), cut_after: None, verbatim: None }
    }

    /// No answer: the line ends.
    pub fn nothing() -> Self {
        Self::new(200).cut_after(0)
    }

    /// These bytes, head and body.
    pub(crate) fn verbatim(bytes: &[u8]) -> Self {
        Self { verbatim: Some(bytes.to_vec()), ..Self::new(200) }
    }

    /// An answer in JSON.
    pub fn json(status: u16, body: &Value) -> Self {
        Self::new(status).header("Content-Type", "application/json").body(body.to_string())
    }

    /// With one more header. `Content-Length` is written by itself where none is given.
    #[must_use]
    pub fn header(mut self, name: &str, value: impl Into<String>) -> Self {
        self.headers.push((name.to_owned(), value.into()));
        self
    }

    /// With a body.
    #[must_use]
    pub fn body(mut self, body: impl Into<Vec<u8>>) -> Self {
        self.body = body.into();
        self
    }

    /// With the first half of its body, as if that were all.
    #[must_use]
    pub fn halved(mut self) -> Self {
        self.body.truncate(self.body.len() / 2);
        self
    }

    /// The line ends after so many bytes of the whole answer.
    #[must_use]
    pub fn cut_after(mut self, bytes: usize) -> Self {
        self.cut_after = Some(bytes);
        self
    }

    /// The line ends in the middle of the body.
    #[must_use]
    pub(crate) fn broken_off(self) -> Self {
        let left = self.body.len() / 2 + 1;
        let half = self.bytes().len().saturating_sub(left);
        self.cut_after(half)
    }

    fn is_last(&self) -> bool {
        let closes = |(name, value): &(String, String)| name.eq_ignore_ascii_case("connection") && value.eq_ignore_ascii_case("close");
        self.cut_after.is_some() || self.headers.iter().any(closes)
    }

    fn bytes(&self) -> Vec<u8> {
        if let Some(bytes) = &self.verbatim {
            return bytes.get(..self.cut_after.unwrap_or(usize::MAX).min(bytes.len())).unwrap_or_default().to_vec();
        }
        let mut lines = vec![format!("HTTP/1.1 {} -", self.status)];
        if !self.headers.iter().any(|(name, _)| name.eq_ignore_ascii_case("content-length")) {
            lines.push(format!("Content-Length: {}", self.body.len()));
        }
        lines.extend(self.headers.iter().map(|(name, value)| format!("{name}: {value}")));
        let mut bytes = format!("{}\r\n\r\n", lines.join("\r\n")).into_bytes();
        bytes.extend_from_slice(&self.body);
        bytes.truncate(self.cut_after.unwrap_or(usize::MAX));
        bytes
    }
}

/// Answers a request; none where the line is to end instead.
type Answer = Arc<dyn Fn(&Request) -> Option<Reply> + Send + Sync>;

/// Connections that are open, by their number; none when it stops.
type Open = Arc<Mutex<Option<BTreeMap<u64, TcpStream>>>>;

/// A running one; stops on drop.
pub(crate) struct Server {
    port: u16,
    open: Open,
    accepting: Option<JoinHandle<()>>,
}

impl std::fmt::Debug for Server {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Server").field("port", &self.port).finish_non_exhaustive()
    }
}

impl Server {
    /// Starts one on a free port. It goes on listening on a connection unless the client or the answer says that it is the last.
    ///
    /// # Errors
    /// When there is no free port.
    pub(crate) fn start(
        tls: Option<Arc<ServerConfig>>,
        answer: impl Fn(&Request) -> Option<Reply> + Send + Sync + 'static,
    ) -> anyhow::Result<Self> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?;
        let port = listener.local_addr()?.port();
        let open: Open = Arc::new(Mutex::new(Some(BTreeMap::new())));
        let (answer, shared): (Answer, Open) = (Arc::new(answer), Arc::clone(&open));
        let accepting = Some(thread::spawn(move || accept(&listener, tls.as_ref(), &answer, &shared)));
        Ok(Self { port, open, accepting })
    }

    pub(crate) fn port(&self) -> u16 {
        self.port
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        for stream in lock(&self.open).take().unwrap_or_default().values() {
            let _ = stream.shutdown(Shutdown::Both);
        }
        let _ = TcpStream::connect((Ipv4Addr::LOCALHOST, self.port));
        let _ = self.accepting.take().map(JoinHandle::join);
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

fn accept(listener: &TcpListener, tls: Option<&Arc<ServerConfig>>, answer: &Answer, open: &Open) {
    for (number, stream) in (0..).zip(listener.incoming().map_while(Result::ok)) {
        let Ok(copy) = stream.try_clone() else { continue };
        match lock(open).as_mut() {
            Some(open) => drop(open.insert(number, copy)),
            None => return,
        }
        let (tls, answer, open) = (tls.cloned(), Arc::clone(answer), Arc::clone(open));
        thread::spawn(move || {
            // A client that breaks the line ends the connection; there is nobody to tell.
            let _ = serve(&stream, tls, &answer);
            let _ = stream.shutdown(Shutdown::Both);
            drop(lock(&open).as_mut().and_then(|open| open.remove(&number)));
        });
    }
}

fn serve(stream: &TcpStream, tls: Option<Arc<ServerConfig>>, answer: &Answer) -> io::Result<()> {
    stream.set_nodelay(true)?;
    match tls {
        None => converse(stream, answer),
        Some(config) => {
            let connection = ServerConnection::new(config).map_err(io::Error::other)?;
            let mut stream = StreamOwned::new(connection, stream);
            converse(&mut stream, answer)?;
            stream.conn.send_close_notify();
            stream.flush()
        }
    }
}

fn converse(stream: impl Read + Write, answer: &Answer) -> io::Result<()> {
    let mut reader = BufReader::new(stream);
    while let Some(request) = read_request(&mut reader)? {
        let Some(reply) = answer(&request) else { return Ok(()) };
        let writer = reader.get_mut();
        writer.write_all(&reply.bytes())?;
        writer.flush()?;
        if reply.is_last() || header(&request.headers, "connection").is_some_and(|value| value.eq_ignore_ascii_case("close")) {
            return Ok(());
        }
    }
    Ok(())
}
