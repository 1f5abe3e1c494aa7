//! The line: answers, and what befalls them.

use std::io::{self, BufReader, Write as _};
use std::net::{Ipv4Addr, Shutdown, TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::thread::{self, JoinHandle};

use jiff::Timestamp;
use jiff::tz::TimeZone;
use serde_json::{Value, json};

use super::{Fault, State, lock, login, routes};
use crate::http::{Request, read_request};

/// How many requests of a mailbox may be under way.
const AT_ONCE: usize = 4;

/// What is answered.
#[derive(Debug)]
pub(super) struct Reply {
    status: u16,
    headers: Vec<(&'static str, String)>,
    body: String,
}

impl Reply {
    pub(super) fn new(status: u16) -> Self {
        Self { status, headers: Vec::new(), body: String::new() }
    }

    pub(super) fn json(status: u16, body: &Value) -> Self {
        Self { status, headers: vec![("Content-Type", "application/json".to_owned())], body: body.to_string() }
    }

    pub(super) fn error(status: u16, code: &str, message: &str) -> Self {
        Self::json(status, &json!({ "error": { "code": code, "message": message } }))
    }

    pub(super) fn header(mut self, name: &'static str, value: String) -> Self {
        self.headers.push((name, value));
        self
    }

    fn bytes(&self, now: Timestamp) -> Vec<u8> {
        let date = now.to_zoned(TimeZone::UTC).strftime("%a, %d %b %Y %H:%M:%S GMT");
        let headers: String = self.headers.iter().map(|(name, value)| [name, ": ", value, "\r\n"].concat()).collect();
        let head = format!("HTTP/1.1 {} -\r\nX-Fake: graph\r\nDate: {date}\r\nContent-Length: {}\r\n", self.status, self.body.len());
        format!("{head}{headers}\r\n{}", self.body).into_bytes()
    }
}

/// A running one; stops on drop.
#[derive(Debug)]
pub(super) struct Server {
    port: u16,
    open: Arc<Mutex<Option<Vec<TcpStream>>>>,
    accepting: Option<JoinHandle<()>>,
}

impl Server {
    pub(super) fn start(state: Arc<State>) -> anyhow::Result<Self> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?;
        let port = listener.local_addr()?.port();
        let open = Arc::new(Mutex::new(Some(Vec::new())));
        let shared = Arc::clone(&open);
        let accepting = Some(thread::spawn(move || accept(&listener, &state, &shared)));
        Ok(Self { port, open, accepting })
    }

    pub(super) fn port(&self) -> u16 {
        self.port
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        for stream in lock(&self.open).take().unwrap_or_default() {
            let _ = stream.shutdown(Shutdown::Both);
        }
        let _ = TcpStream::connect((Ipv4Addr::LOCALHOST, self.port));
        let _ = self.accepting.take().map(JoinHandle::join);
    }
}

fn accept(listener: &TcpListener, state: &Arc<State>, open: &Mutex<Option<Vec<TcpStream>>>) {
    for stream in listener.incoming().map_while(Result::ok) {
        let Ok(copy) = stream.try_clone() else { continue };
        match lock(open).as_mut() {
            Some(open) => open.push(copy),
            None => return,
        }
        let state = Arc::clone(state);
        thread::spawn(move || {
            // A client that breaks the line ends the connection; there is nobody to tell.
            let _ = serve(&state, &stream);
            let _ = stream.shutdown(Shutdown::Both);
        });
    }
}

fn serve(state: &State, stream: &TcpStream) -> io::Result<()> {
    stream.set_nodelay(true)?;
    let mut reader = BufReader::new(stream);
    let mut writer = stream;
    while let Some(request) = read_request(&mut reader)? {
        let Some(bytes) = answer(state, &request) else { return Ok(()) };
        writer.write_all(&bytes)?;
        writer.flush()?;
        if bytes.ends_with(b"\0") {
            return Ok(());
        }
    }
    Ok(())
}

/// None where the line ends without an answer; cut off, it ends with a zero byte.
fn answer(state: &State, request: &Request) -> Option<Vec<u8>> {
    let (path, query) = request.path.split_once('?').unwrap_or((&request.path, ""));
    let query = routes::pairs(query);
    if path.ends_with("/oauth2/v2.0/authorize") {
        return Some(login::authorize(state, &query).bytes(state.now()));
    }
    if path.ends_with("/oauth2/v2.0/token") {
        return Some(login::token(state, request).bytes(state.now()));
    }
    let at_once = enter(state, &request.method);
    let latency = lock(&state.conduct).latency;
    if !latency.is_zero() {
        thread::sleep(latency);
    }
    let answer = if at_once > AT_ONCE {
        Some(Reply::error(429, "ApplicationThrottled", "More than four requests at once.").bytes(state.now()))
    } else {
        befall(state, request, &query)
    };
    *lock(&state.under_way) -= 1;
    answer
}

fn enter(state: &State, method: &str) -> usize {
    let mut under_way = lock(&state.under_way);
    *under_way += 1;
    let mut counts = lock(&state.counts);
    *counts.requests.entry(method.to_owned()).or_default() += 1;
    counts.most_at_once = counts.most_at_once.max(*under_way);
    *under_way
}

fn befall(state: &State, request: &Request, query: &[(String, String)]) -> Option<Vec<u8>> {
    let fault = {
        let mut conduct = lock(&state.conduct);
        let place = conduct.faults.iter().position(|(method, _)| method.is_empty() || *method == request.method);
        place.and_then(|place| conduct.faults.remove(place)).map(|(_, fault)| fault)
    };
    let reply = match fault {
        Some(Fault::Throttled(wait)) => {
            let reply = Reply::error(429, "ApplicationThrottled", "Too many requests.");
            wait.into_iter().fold(reply, |reply, seconds| reply.header("Retry-After", seconds.to_string()))
        }
        Some(Fault::Html) => {
            Reply { status: 200, headers: vec![("Content-Type", "text/html".to_owned())], body: "<html>Welcome</html>".to_owned() }
        }
        Some(Fault::Conflict) => Reply::error(412, "ErrorIrresolvableConflict", "The send or update operation could not be performed."),
        Some(Fault::OutOfOrder) => Reply::error(503, "ServiceUnavailable", "The service is not available."),
        Some(Fault::TokenRefused) => {
            let token = routes::token(request).to_owned();
            lock(&state.login).forget(&token);
            routes::answer(state, request, query)
        }
        Some(Fault::Cut | Fault::Lost) | None => routes::answer(state, request, query),
    };
    let bytes = reply.bytes(state.now());
    match fault {
        Some(Fault::Lost) => None,
        Some(Fault::Cut) => {
            let half = bytes.len() - reply.body.len() / 2 - 1;
            Some(bytes.into_iter().take(half).chain([0]).collect())
        }
        _ => Some(bytes),
    }
}
