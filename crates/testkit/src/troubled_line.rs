//! A line of HTTP to a server on this computer, to which a test lets happen what happens on the way: answers of somebody else, and cut ends.

use std::collections::HashSet;
use std::io::{self, BufRead, BufReader, Read, Write};
use std::net::{Ipv4Addr, TcpStream};
use std::sync::{Arc, Mutex, PoisonError};

use anyhow::Context as _;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use url::Url;

use crate::http::Request;
use crate::scripted_http::{Reply, ScriptedHttp};

/// What happens to a request.
#[derive(Clone, Debug)]
pub enum Trouble {
    /// It is answered so, and the server never hears it.
    Answered(Reply),
    /// The line ends before the server hears it.
    Unheard,
    /// The server does it, and the line ends before a byte of the answer.
    Lost,
    /// The server does it, and the line ends in the middle of the head of the answer.
    CutInHead,
    /// The server does it, and the line ends in the middle of the body of the answer.
    CutInBody,
    /// The server does it, and half of the answer comes as if it were whole.
    Halved,
}

/// To which requests it happens.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum When {
    /// To every one.
    Always,
    /// To every one that changes something.
    AtWrites,
    /// To each one the first time that it is asked.
    AtFirst,
}

#[derive(Debug, Default)]
struct State {
    trouble: Option<(When, Trouble)>,
    met: HashSet<String>,
    writes: usize,
    requests: usize,
    clock_ahead: SignedDuration,
}

/// A running one; stops on drop.
#[derive(Debug)]
pub struct TroubledLine {
    line: ScriptedHttp,
    server: u16,
    state: Arc<Mutex<State>>,
}

impl TroubledLine {
    /// A line to the server of an address, without trouble. What the server says of its own address says that of the line.
    ///
    /// # Errors
    /// When the address names no port, or none is free.
    pub fn to(server: &str) -> anyhow::Result<Self> {
        let server = Url::parse(server)?.port().context("The address names a port")?;
        let state: Arc<Mutex<State>> = Arc::default();
        let shared = Arc::clone(&state);
        let line = ScriptedHttp::start(move |request| pass(&shared, server, request))?;
        Ok(Self { line, server, state })
    }

    /// The address of a path of the server, by way of this line.
    pub fn url(&self, path: &str) -> String {
        self.line.url(path)
    }

    /// An address at this line as it is without it.
    pub fn without(&self, address: &str) -> String {
        address.replace(&self.line.url(""), &format!("http://127.0.0.1:{}", self.server))
    }

    /// From now on this happens.
    pub fn trouble(&self, when: When, trouble: Trouble) {
        let mut state = lock(&self.state);
        state.trouble = Some((when, trouble));
        state.met.clear();
    }

    /// From now on all is well.
    pub fn mend(&self) {
        lock(&self.state).trouble = None;
    }

    /// The server's clock seems to be ahead by so much.
    pub fn set_clock_ahead(&self, ahead: SignedDuration) {
        lock(&self.state).clock_ahead = ahead;
    }

    /// How many requests came that change something, whatever became of them.
    pub fn writes(&self) -> usize {
        lock(&self.state).writes
    }

    /// How many requests came.
    pub fn requests(&self) -> usize {
        lock(&self.state).requests
    }
}

fn lock(state: &Mutex<State>) -> std::sync::MutexGuard<'_, State> {
    state.lock().unwrap_or_else(PoisonError::into_inner)
}

fn is_write(request: &Request) -> bool {
    // The exchange of a token changes nothing that anybody sees.
    matches!(request.method.as_str(), "PUT" | "POST" | "PATCH" | "DELETE" | "MKCALENDAR" | "PROPPATCH") && !request.path.contains("/token")
}

fn pass(state: &Mutex<State>, server: u16, request: &Request) -> Reply {
    let (trouble, ahead) = {
        let mut state = lock(state);
        state.requests += 1;
        state.writes += usize::from(is_write(request));
        let name = format!("{} {} {}", request.method, request.path, request.text());
        let is_first = state.met.insert(name);
        let is_met = |when: When| match when {
            When::Always => true,
            When::AtWrites => is_write(request),
            When::AtFirst => is_first,
        };
        (state.trouble.clone().filter(|(when, _)| is_met(*when)).map(|(_, trouble)| trouble), state.clock_ahead)
    };
    match &trouble {
        Some(Trouble::Answered(reply)) => return reply.clone(),
        Some(Trouble::Unheard) => return Reply::nothing(),
        _ => {}
    }
    let Ok((head, body)) = ask(server, request) else { return Reply::nothing() };
    let head = with_date(&head, ahead);
    match trouble {
        Some(Trouble::Lost) => Reply::nothing(),
        Some(Trouble::CutInHead) => Reply::verbatim(head.as_bytes()).cut_after(head.len() / 2),
        Some(Trouble::CutInBody) => Reply::verbatim(&[head.as_bytes(), &body].concat()).cut_after(head.len() + body.len() / 2),
        Some(Trouble::Halved) => {
            let half = body.get(..body.len() / 2).unwrap_or_default();
            let length = format!("Content-Length: {}\r\n\r\n", half.len());
            let lines = head.trim_end().lines().filter(|line| !line.to_ascii_lowercase().starts_with("content-length:"));
            let head: String = lines.flat_map(|line| [line, "\r\n"]).chain([length.as_str()]).collect();
            Reply::verbatim(&[head.as_bytes(), half].concat())
        }
        _ => Reply::verbatim(&[head.as_bytes(), &body].concat()),
    }
}

/// The server's answer: its head with the empty line, and its body.
fn ask(server: u16, request: &Request) -> io::Result<(String, Vec<u8>)> {
    let mut stream = TcpStream::connect((Ipv4Addr::LOCALHOST, server))?;
    // What is asked of the line under its own address is asked of the server under its.
    let own = request.header("host").unwrap_or_default().to_owned();
    let theirs = format!("127.0.0.1:{server}");
    let mut head = format!("{} {} HTTP/1.1\r\nHost: {theirs}\r\nConnection: close\r\n", request.method, request.path);
    for (name, value) in request.headers.iter().filter(|(name, _)| !["host", "connection", "content-length"].contains(&name.as_str())) {
        head.extend([name, ": ", value, "\r\n"]);
    }
    stream.write_all(format!("{head}Content-Length: {}\r\n\r\n", request.body.len()).as_bytes())?;
    stream.write_all(&request.body)?;
    let mut reader = BufReader::new(stream);
    let mut bytes = Vec::new();
    let (length, is_chunked) = loop {
        let mut byte = [0];
        reader.read_exact(&mut byte)?;
        bytes.push(byte[0]);
        if bytes.ends_with(b"\r\n\r\n") {
            let head = String::from_utf8_lossy(&bytes).to_ascii_lowercase();
            let length = head.lines().find_map(|line| line.strip_prefix("content-length:")?.trim().parse::<usize>().ok());
            break (length, head.contains("transfer-encoding: chunked"));
        }
    };
    let mut body = Vec::new();
    match length {
        Some(length) => {
            body.resize(length, 0);
            reader.read_exact(&mut body)?;
        }
        None if is_chunked => body = chunks(&mut reader)?,
        None => drop(reader.read_to_end(&mut body)?),
    }
    let head = String::from_utf8_lossy(&bytes).replace(&theirs, &own);
    let is_ours = |line: &&str| ["connection:", "transfer-encoding:"].iter().any(|name| line.to_ascii_lowercase().starts_with(name));
    let length = if is_chunked { format!("Content-Length: {}\r\n", body.len()) } else { String::new() };
    let lines = head.trim_end().lines().filter(|line| !is_ours(line));
    let head: String = lines.flat_map(|line| [line, "\r\n"]).chain([length.as_str(), "Connection: close\r\n\r\n"]).collect();
    // Two ports of as many digits, so that no length is another.
    Ok((head, replaced(&body, theirs.as_bytes(), own.as_bytes())))
}

/// A body in chunks, put together (RFC 9112 §7.1).
fn chunks(reader: &mut impl BufRead) -> io::Result<Vec<u8>> {
    let mut body = Vec::new();
    loop {
        let mut line = String::new();
        reader.read_line(&mut line)?;
        let length = usize::from_str_radix(line.trim(), 16).map_err(io::Error::other)?;
        let mut chunk = vec![0; length + 2];
        reader.read_exact(&mut chunk)?;
        if length == 0 {
            return Ok(body);
        }
        body.extend(chunk.into_iter().take(length));
    }
}

fn replaced(body: &[u8], from: &[u8], to: &[u8]) -> Vec<u8> {
    let mut body = body.to_vec();
    if from.len() == to.len() {
        let places: Vec<usize> = body.windows(from.len()).enumerate().filter(|(_, words)| *words == from).map(|(place, _)| place).collect();
        for place in places {
            if let Some(words) = body.get_mut(place..place + to.len()) {
                words.copy_from_slice(to);
            }
        }
    }
    body
}

fn with_date(head: &str, ahead: SignedDuration) -> String {
    if ahead.is_zero() {
        return head.to_owned();
    }
    let moved = |line: &str| {
        let value = line.get(..5).filter(|name| name.eq_ignore_ascii_case("date:")).and_then(|_| line.get(5..))?;
        let date: Timestamp = jiff::fmt::rfc2822::parse(value.trim()).ok()?.timestamp();
        Some(date.checked_add(ahead).ok()?.to_zoned(TimeZone::UTC).strftime("Date: %a, %d %b %Y %H:%M:%S GMT").to_string())
    };
    head.split("\r\n").map(|line| moved(line).unwrap_or_else(|| line.to_owned())).collect::<Vec<_>>().join("\r\n")
}
