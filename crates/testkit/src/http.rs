//! As much of HTTP/1.1 as the tests need on loopback.

use std::io::{self, BufRead, BufReader, Write};
use std::net::{Ipv4Addr, TcpStream};

use anyhow::{Context as _, bail};
use serde_json::Value;

/// A request that a fake server has read.
#[derive(Debug)]
pub(crate) struct Request {
    pub(crate) method: String,
    pub(crate) path: String,
    pub(crate) body: Vec<u8>,
}

/// The next request on a connection; none when the client is done.
pub(crate) fn read_request(reader: &mut impl BufRead) -> io::Result<Option<Request>> {
    let mut line = String::new();
    if reader.read_line(&mut line)? == 0 {
        return Ok(None);
    }
    let mut words = line.split_whitespace().map(str::to_owned);
    let (method, path) = (words.next().unwrap_or_default(), words.next().unwrap_or_default());
    let body = read_body(reader)?;
    Ok(Some(Request { method, path, body }))
}

/// Headers up to the empty line, then as much as they announce.
fn read_body(reader: &mut impl BufRead) -> io::Result<Vec<u8>> {
    let mut length = 0;
    loop {
        let mut header = String::new();
        if reader.read_line(&mut header)? == 0 {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        let header = header.trim().to_ascii_lowercase();
        if header.is_empty() {
            break;
        }
        if let Some(value) = header.strip_prefix("content-length:") {
            length = value.trim().parse().map_err(io::Error::other)?;
        }
    }
    let mut body = vec![0; length];
    reader.read_exact(&mut body)?;
    Ok(body)
}

/// Writes an answer in JSON.
pub(crate) fn write_answer(writer: &mut impl Write, status: u16, error: Option<&str>, body: &Value) -> io::Result<()> {
    let body = body.to_string();
    let kind = error.map_or(String::new(), |error| format!("x-amzn-ErrorType: {error}\r\n"));
    let answer = format!("HTTP/1.1 {status} -\r\nContent-Type: application/json\r\n{kind}Content-Length: {}\r\n\r\n{body}", body.len());
    writer.write_all(answer.as_bytes())?;
    writer.flush()
}

/// One request to a server on this computer; the answer's body when it is a success.
pub(crate) fn call(port: u16, method: &str, path: &str, headers: &str, body: &[u8]) -> anyhow::Result<Vec<u8>> {
    let mut stream = TcpStream::connect((Ipv4Addr::LOCALHOST, port))?;
    write!(
        stream,
        "{method} {path} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nConnection: close\r\nContent-Length: {}\r\n{headers}\r\n",
        body.len()
    )?;
    stream.write_all(body)?;
    let mut reader = BufReader::new(stream);
    let mut status = String::new();
    reader.read_line(&mut status)?;
    let body = read_body(&mut reader).with_context(|| format!("Read the answer to {method} {path}"))?;
    if status.split_whitespace().nth(1).is_none_or(|code| !code.starts_with('2')) {
        bail!("{method} {path}: {} {}", status.trim(), String::from_utf8_lossy(&body));
    }
    Ok(body)
}
