//! This computer's own address that the browser comes back to (RFC 8252 §7.3): as much of HTTP as one page needs.

use std::net::Ipv4Addr;
use std::time::Duration;

use futures::StreamExt as _;
use futures::future::BoxFuture;
use futures::stream::FuturesUnordered;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio::time::{sleep, timeout};

use super::page;

/// A browser opens connections ahead of need and says nothing on them.
const REQUEST_PATIENCE: Duration = Duration::from_secs(15);
const PAUSE_AFTER_FAILURE: Duration = Duration::from_millis(200);
const LONGEST_REQUEST: usize = 32 * 1024;
const MOST_CONNECTIONS: usize = 32;

/// A port of 127.0.0.1 that is listened on.
#[derive(Debug)]
pub(super) struct Loopback {
    listener: TcpListener,
    /// The port.
    pub(super) port: u16,
}

impl Loopback {
    /// Takes a free port.
    pub(super) fn bind() -> Result<Self, String> {
        let listener = std::net::TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).and_then(|listener| {
            listener.set_nonblocking(true)?;
            TcpListener::from_std(listener)
        });
        let bound = listener.and_then(|listener| Ok(Self { port: listener.local_addr()?.port(), listener }));
        bound.map_err(|error| format!("This computer cannot listen for the browser on its own address 127.0.0.1: {error}."))
    }

    /// Those who come, one after the other.
    pub(super) fn visits(&self) -> Visits<'_> {
        Visits { loopback: self, reading: FuturesUnordered::new() }
    }
}

/// Those who come, one after the other.
pub(super) struct Visits<'a> {
    loopback: &'a Loopback,
    reading: FuturesUnordered<BoxFuture<'static, Option<Visit>>>,
}

impl Visits<'_> {
    /// The next one that asks for our page. Whoever asks for something else, or in another name, is told that there is nothing.
    pub(super) async fn next(&mut self) -> Visit {
        loop {
            tokio::select! {
                accepted = self.loopback.listener.accept() => match accepted {
                    Ok((stream, _)) if self.reading.len() < MOST_CONNECTIONS => {
                        self.reading.push(Box::pin(receive(stream, self.loopback.port)));
                    }
                    Ok(_) => {}
                    Err(_) => sleep(PAUSE_AFTER_FAILURE).await,
                },
                Some(visit) = self.reading.next(), if !self.reading.is_empty() => {
                    if let Some(visit) = visit {
                        return visit;
                    }
                }
            }
        }
    }
}

/// A browser that asks for our page and waits for it.
pub(super) struct Visit {
    /// The part of the address after `?`.
    pub(super) query: String,
    stream: TcpStream,
}

impl Visit {
    /// Shows it a page. That it may have gone away meanwhile changes nothing.
    pub(super) async fn show(mut self, title: &str, sentence: &str) {
        respond(&mut self.stream, "200 OK", &page::html(title, sentence)).await;
    }
}

async fn receive(mut stream: TcpStream, port: u16) -> Option<Visit> {
    let head = timeout(REQUEST_PATIENCE, head(&mut stream)).await.ok()??;
    let query = asked(&head, port);
    if query.is_none() {
        respond(&mut stream, "404 Not Found", &page::html("Nothing here", "This address is only for signing in.")).await;
    }
    query.map(|query| Visit { query, stream })
}

async fn head(stream: &mut TcpStream) -> Option<String> {
    let mut bytes = Vec::new();
    while !bytes.windows(4).any(|window| window == b"\r\n\r\n") {
        if bytes.len() > LONGEST_REQUEST || stream.read_buf(&mut bytes).await.ok()? == 0 {
            return None;
        }
    }
    String::from_utf8(bytes).ok()
}

/// The query of a request for our page. One in the name of another host comes from a page that plays tricks with names.
fn asked(head: &str, port: u16) -> Option<String> {
    let mut lines = head.lines();
    let mut request = lines.next()?.split(' ');
    let (method, target) = (request.next()?, request.next()?);
    let host =
        lines.filter_map(|line| line.split_once(':')).find(|(name, _)| name.eq_ignore_ascii_case("host")).map(|(_, host)| host.trim());
    let named = host.is_some_and(|host| host == format!("127.0.0.1:{port}") || host.eq_ignore_ascii_case(&format!("localhost:{port}")));
    let (path, query) = target.split_once('?')?;
    (method == "GET" && named && path == "/").then(|| query.to_owned())
}

async fn respond(stream: &mut TcpStream, status: &str, html: &str) {
    let answer = format!(
        "HTTP/1.1 {status}\r\nContent-Type: text/html; charset=utf-8\r\nContent-Length: {}\r\nCache-Control: no-store\r\nReferrer-Policy: no-referrer\r\n\
         Content-Security-Policy: default-src 'none'; style-src 'unsafe-inline'\r\nConnection: close\r\n\r\n{html}",
        html.len()
    );
    if timeout(REQUEST_PATIENCE, stream.write_all(answer.as_bytes())).await.is_ok() {
        let _ = stream.shutdown().await;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_our_page_under_our_name_is_answered() {
        let ours = |line: &str, host: &str| asked(&format!("{line} HTTP/1.1\r\nAccept: */*\r\nHost: {host}\r\n\r\n"), 9);
        assert_eq!(ours("GET /?code=a", "127.0.0.1:9").as_deref(), Some("code=a"), "the page");
        assert_eq!(ours("GET /?code=a", "localhost:9").as_deref(), Some("code=a"), "by its other name");
        for (line, host) in [
            ("GET /?code=a", "evil.example:9"),
            ("GET /?code=a", "127.0.0.1:10"),
            ("POST /?code=a", "127.0.0.1:9"),
            ("GET /favicon.ico", "127.0.0.1:9"),
            ("GET /x?code=a", "127.0.0.1:9"),
            ("GET", "127.0.0.1:9"),
        ] {
            assert_eq!(ours(line, host), None, "{line} of {host}");
        }
    }
}
