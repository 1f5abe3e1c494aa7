//! A line to a server on this computer at which a test hears every request and every answer, and may end it between the two.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use crate::http::{self, Answer, Request};
use crate::scripted_http::{Reply, ScriptedHttp};

/// Where a request has come to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Moment {
    /// The client said it, and the server has not heard it.
    Asked {
        /// It would change something there.
        write: bool,
    },
    /// The server did it, and the client has not heard so.
    Answered {
        /// It may have changed something there.
        write: bool,
    },
}

/// A running line; ends on drop.
#[derive(Debug)]
pub struct WatchedHttp {
    line: ScriptedHttp,
    writes: Arc<AtomicUsize>,
}

impl WatchedHttp {
    /// A line to a port of 127.0.0.1. `watch` is told every moment of every request; where it says no, the line ends there.
    ///
    /// # Errors
    /// When no port is free.
    pub fn to(port: u16, watch: impl Fn(Moment) -> bool + Send + Sync + 'static) -> anyhow::Result<Self> {
        Self::before(move |request| pass_on(port, request), watch)
    }

    /// A line to whatever answers; where it does not, the line ends.
    ///
    /// # Errors
    /// When no port is free.
    pub fn before(
        server: impl Fn(&Request) -> Option<Answer> + Send + Sync + 'static,
        watch: impl Fn(Moment) -> bool + Send + Sync + 'static,
    ) -> anyhow::Result<Self> {
        let writes = Arc::new(AtomicUsize::new(0));
        let counted = Arc::clone(&writes);
        let line = ScriptedHttp::start(move |request| {
            let write = is_write(request);
            if !watch(Moment::Asked { write }) {
                return Reply::nothing();
            }
            counted.fetch_add(usize::from(write), Ordering::SeqCst);
            match server(request) {
                Some(answer) if watch(Moment::Answered { write }) => told(answer),
                _ => Reply::nothing(),
            }
        })?;
        Ok(Self { line, writes })
    }

    /// The address of a path on it.
    pub fn url(&self, path: &str) -> String {
        self.line.url(path)
    }

    /// How many requests that change something were passed on.
    pub fn writes(&self) -> usize {
        self.writes.load(Ordering::SeqCst)
    }
}

/// Requests for tokens change no calendar.
fn is_write(request: &Request) -> bool {
    let path = request.path.split('?').next().unwrap_or_default();
    !matches!(request.method.as_str(), "GET" | "HEAD" | "OPTIONS" | "PROPFIND" | "REPORT") && !path.contains("token")
}

/// What a server on this computer answers to a request; none where it does not.
pub fn pass_on(port: u16, request: &Request) -> Option<Answer> {
    let of_the_line = ["connection", "content-length", "transfer-encoding"];
    let headers = request.headers.iter().filter(|(name, _)| !of_the_line.contains(&name.as_str()));
    let headers: String = headers.map(|(name, value)| [name, ": ", value, "\r\n"].concat()).collect();
    http::exchange(port, &request.method, &request.path, &headers, &request.body).ok()
}

fn told(answer: Answer) -> Reply {
    let of_the_line = ["connection", "content-length", "transfer-encoding", "keep-alive"];
    let headers = answer.headers.iter().filter(|(name, _)| !of_the_line.contains(&name.as_str()));
    headers.fold(Reply::new(answer.status), |reply, (name, value)| reply.header(name, value)).body(answer.body)
}
