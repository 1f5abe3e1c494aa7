//! **A fake**: an HTTP server that answers as the test tells it, one request a connection, and may break off in the middle of an answer.

use std::io::{self, BufReader, Read, Write};
use std::net::{Ipv4Addr, TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::{self, JoinHandle};

use rustls::{ServerConfig, ServerConnection, StreamOwned};

use crate::certificate::Certificate;
use crate::http::{Request, read_request};

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

    /// With one more header. `Content-Length` is written by itself where none is given.
    #[must_use]
    pub fn header(mut self, name: &str, value: &str) -> Self {
        self.headers.push((name.to_owned(), value.to_owned()));
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

    fn bytes(&self) -> Vec<u8> {
        if let Some(bytes) = &self.verbatim {
            return bytes.get(..self.cut_after.unwrap_or(usize::MAX).min(bytes.len())).unwrap_or_default().to_vec();
        }
        let mut lines = vec![format!("HTTP/1.1 {} -", self.status), "Connection: close".to_owned()];
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

type Script = Arc<dyn Fn(&Request) -> Reply + Send + Sync>;

/// A running one; stops on drop.
#[derive(Debug)]
pub struct ScriptedHttp {
    port: u16,
    encrypted: bool,
    requests: Arc<Mutex<Vec<Request>>>,
    stopping: Arc<AtomicBool>,
    thread: Option<JoinHandle<()>>,
}

impl ScriptedHttp {
    /// Starts one on a free port.
    ///
    /// # Errors
    /// When there is no free port.
    pub fn start(script: impl Fn(&Request) -> Reply + Send + Sync + 'static) -> anyhow::Result<Self> {
        Self::begin(None, Arc::new(script))
    }

    /// Starts one that speaks TLS.
    ///
    /// # Errors
    /// When there is no free port, or the certificate cannot be read.
    pub fn start_encrypted(certificate: &Certificate, script: impl Fn(&Request) -> Reply + Send + Sync + 'static) -> anyhow::Result<Self> {
        Self::begin(Some(certificate.server_config()?), Arc::new(script))
    }

    fn begin(tls: Option<Arc<ServerConfig>>, script: Script) -> anyhow::Result<Self> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?;
        let port = listener.local_addr()?.port();
        let (requests, stopping) = (Arc::new(Mutex::new(Vec::new())), Arc::new(AtomicBool::new(false)));
        let encrypted = tls.is_some();
        let (seen, stop) = (Arc::clone(&requests), Arc::clone(&stopping));
        let thread = thread::spawn(move || {
            for stream in listener.incoming().map_while(Result::ok) {
                if stop.load(Ordering::SeqCst) {
                    return;
                }
                let (tls, script, seen) = (tls.clone(), Arc::clone(&script), Arc::clone(&seen));
                // A client that hangs up in the middle is its own affair.
                thread::spawn(move || drop(serve(stream, tls, &*script, &seen)));
            }
        });
        Ok(Self { port, encrypted, requests, stopping, thread: Some(thread) })
    }

    /// The address of a path on it.
    pub fn url(&self, path: &str) -> String {
        format!("{}://127.0.0.1:{}{path}", if self.encrypted { "https" } else { "http" }, self.port)
    }

    /// Every request it read, in that order.
    pub fn requests(&self) -> Vec<Request> {
        self.requests.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

impl Drop for ScriptedHttp {
    fn drop(&mut self) {
        self.stopping.store(true, Ordering::SeqCst);
        drop(TcpStream::connect((Ipv4Addr::LOCALHOST, self.port)));
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

fn serve(
    stream: TcpStream,
    tls: Option<Arc<ServerConfig>>,
    script: &(dyn Fn(&Request) -> Reply + Send + Sync),
    seen: &Mutex<Vec<Request>>,
) -> io::Result<()> {
    stream.set_nodelay(true)?;
    match tls {
        None => answer(stream, script, seen),
        Some(config) => {
            let connection = ServerConnection::new(config).map_err(io::Error::other)?;
            let mut stream = StreamOwned::new(connection, stream);
            answer(&mut stream, script, seen)?;
            stream.conn.send_close_notify();
            stream.flush()
        }
    }
}

fn answer(stream: impl Read + Write, script: &(dyn Fn(&Request) -> Reply + Send + Sync), seen: &Mutex<Vec<Request>>) -> io::Result<()> {
    let mut reader = BufReader::new(stream);
    let Some(request) = read_request(&mut reader)? else { return Ok(()) };
    seen.lock().unwrap_or_else(PoisonError::into_inner).push(request.clone());
    let reply = script(&request);
    let writer = reader.get_mut();
    writer.write_all(&reply.bytes())?;
    writer.flush()
}
