//! As much of HTTP/1.1 as the tests need on loopback.

mod server;

use std::io::{self, BufRead, BufReader, Write};
use std::net::{Ipv4Addr, TcpStream};

use anyhow::{Context as _, bail};

pub use server::Reply;
pub(crate) use server::Server;

/// A request that a fake server has read.
#[derive(Clone, Debug)]
pub struct Request {
    /// GET, REPORT and so on.
    pub method: String,
    /// The path with its query.
    pub path: String,
    /// Names in lower case.
    pub headers: Vec<(String, String)>,
    /// As much as was announced.
    pub body: Vec<u8>,
}

impl Request {
    /// A header by its name in lower case.
    pub fn header(&self, name: &str) -> Option<&str> {
        header(&self.headers, name)
    }

    /// The body as text.
    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }
}

/// The next request on a connection; none when the client is done.
fn read_request(reader: &mut impl BufRead) -> io::Result<Option<Request>> {
    let mut line = String::new();
    if reader.read_line(&mut line)? == 0 {
        return Ok(None);
    }
    let mut words = line.split_whitespace().map(str::to_owned);
    let (method, path) = (words.next().unwrap_or_default(), words.next().unwrap_or_default());
    let headers = read_headers(reader)?;
    let mut body = vec![0; length_of(&headers)?.unwrap_or(0)];
    reader.read_exact(&mut body)?;
    Ok(Some(Request { method, path, headers, body }))
}

/// Headers up to the empty line.
fn read_headers(reader: &mut impl BufRead) -> io::Result<Vec<(String, String)>> {
    let mut headers = Vec::new();
    loop {
        let mut line = String::new();
        if reader.read_line(&mut line)? == 0 {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        if line.trim().is_empty() {
            return Ok(headers);
        }
        let (name, value) = line.split_once(':').unwrap_or((&line, ""));
        headers.push((name.trim().to_ascii_lowercase(), value.trim().to_owned()));
    }
}

fn header<'h>(headers: &'h [(String, String)], name: &str) -> Option<&'h str> {
    headers.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
}

fn length_of(headers: &[(String, String)]) -> io::Result<Option<usize>> {
    header(headers, "content-length").map(|length| length.parse().map_err(io::Error::other)).transpose()
}

/// What a server on this computer answered.
#[derive(Clone, Debug)]
pub struct Answer {
    /// The status.
    pub status: u16,
    /// Names in lower case.
    pub headers: Vec<(String, String)>,
    /// The body.
    pub body: Vec<u8>,
}

/// One request to a server on this computer, and what it answered. `headers` are whole lines.
///
/// # Errors
/// When it does not answer, or not to the end.
pub fn exchange(port: u16, method: &str, path: &str, headers: &str, body: &[u8]) -> anyhow::Result<Answer> {
    let mut stream = TcpStream::connect((Ipv4Addr::LOCALHOST, port))?;
    let host = if headers.to_ascii_lowercase().contains("host:") { String::new() } else { format!("Host: 127.0.0.1:{port}\r\n") };
    let length = body.len();
    write!(stream, "{method} {path} HTTP/1.1\r\n{host}Connection: close\r\nContent-Length: {length}\r\n{headers}\r\n")?;
    stream.write_all(body)?;
    let mut reader = BufReader::new(stream);
    let mut status = String::new();
    reader.read_line(&mut status)?;
    let code = status.split_whitespace().nth(1).and_then(|code| code.parse().ok());
    let status = code.with_context(|| format!("{method} {path}: “{}” is no answer", status.trim()))?;
    read_answer(&mut reader, status).with_context(|| format!("Read the answer to {method} {path}"))
}

/// One request to a server on this computer; the answer's body when it is a success.
pub(crate) fn call(port: u16, method: &str, path: &str, headers: &str, body: &[u8]) -> anyhow::Result<Vec<u8>> {
    let Answer { status, body, .. } = exchange(port, method, path, headers, body)?;
    if !(200..300).contains(&status) {
        bail!("{method} {path}: {status} {}", String::from_utf8_lossy(&body));
    }
    Ok(body)
}

/// The rest of an answer, up to the end of the connection where its length is not announced.
fn read_answer(reader: &mut impl BufRead, status: u16) -> io::Result<Answer> {
    let headers = read_headers(reader)?;
    let mut body = Vec::new();
    let is_chunked = header(&headers, "transfer-encoding").is_some_and(|coding| coding.eq_ignore_ascii_case("chunked"));
    match length_of(&headers)? {
        _ if matches!(status, 204 | 304) => {}
        _ if is_chunked => read_chunks(reader, &mut body)?,
        Some(length) => {
            body.resize(length, 0);
            reader.read_exact(&mut body)?;
        }
        None => {
            reader.read_to_end(&mut body)?;
        }
    }
    Ok(Answer { status, headers, body })
}

/// A body that comes in pieces (RFC 9112 §7.1).
fn read_chunks(reader: &mut impl BufRead, body: &mut Vec<u8>) -> io::Result<()> {
    loop {
        let mut line = String::new();
        reader.read_line(&mut line)?;
        let length = line.split(';').next().unwrap_or_default().trim();
        let length = usize::from_str_radix(length, 16).map_err(io::Error::other)?;
        let begin = body.len();
        body.resize(begin + length, 0);
        reader.read_exact(body.get_mut(begin..).unwrap_or_default())?;
        reader.read_line(&mut String::new())?;
        if length == 0 {
            return Ok(());
        }
    }
}
