//! A line to a server on this computer that breaks where a test wants it to.

use std::io::{Read, Write};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;

/// Passes on what either side says, until it breaks.
#[derive(Debug)]
pub struct BreakingLine {
    port: u16,
}

impl BreakingLine {
    /// A line to a port of 127.0.0.1. The first connection breaks after the first number of bytes, and so on; those after the last hold.
    ///
    /// # Errors
    /// When no port is free.
    pub fn to(server: u16, breaks: &[usize]) -> anyhow::Result<Self> {
        let mut breaks = Vec::from(breaks).into_iter();
        Self::start(server, move |client, server| connect(client, server, breaks.next().unwrap_or(usize::MAX), None))
    }

    /// A line that breaks the first time that the client says this, before the server hears it. Afterwards it holds.
    ///
    /// # Errors
    /// When no port is free.
    pub fn before(server: u16, words: &'static str) -> anyhow::Result<Self> {
        let unsaid = Arc::new(AtomicBool::new(true));
        Self::start(server, move |client, server| connect(client, server, usize::MAX, Some((words, Arc::clone(&unsaid)))))
    }

    fn start(server: u16, mut connect: impl FnMut(TcpStream, TcpStream) + Send + 'static) -> anyhow::Result<Self> {
        let listener = TcpListener::bind(("127.0.0.1", 0))?;
        let port = listener.local_addr()?.port();
        thread::spawn(move || {
            for client in listener.incoming().flatten() {
                if let Ok(server) = TcpStream::connect(("127.0.0.1", server)) {
                    connect(client, server);
                }
            }
        });
        Ok(Self { port })
    }

    /// Where it is reached on 127.0.0.1.
    pub fn port(&self) -> u16 {
        self.port
    }
}

/// Words of the client that break a line, until they were said once.
type Words = (&'static str, Arc<AtomicBool>);

fn connect(client: TcpStream, server: TcpStream, breaks_after: usize, breaks_before: Option<Words>) {
    if let (Ok(client), Ok(server)) = (client.try_clone(), server.try_clone()) {
        thread::spawn(move || pass_on(client, server, usize::MAX, breaks_before.as_ref()));
    }
    thread::spawn(move || pass_on(server, client, breaks_after, None));
}

/// Ends both ways at the end of either.
fn pass_on(mut from: TcpStream, mut to: TcpStream, mut left: usize, breaks_before: Option<&Words>) {
    let mut buffer = [0; 4_096];
    while left > 0 {
        let Ok(count @ 1..) = from.read(&mut buffer) else { break };
        let passed = buffer.get(..count.min(left)).unwrap_or_default();
        left -= passed.len();
        let is_said = |words: &&str| passed.windows(words.len()).any(|said| said == words.as_bytes());
        if breaks_before.is_some_and(|(words, unsaid)| is_said(words) && unsaid.swap(false, Ordering::SeqCst)) {
            break;
        }
        if to.write_all(passed).is_err() {
            break;
        }
    }
    for side in [&from, &to] {
        // It may have ended already.
        drop(side.shutdown(Shutdown::Both));
    }
}
