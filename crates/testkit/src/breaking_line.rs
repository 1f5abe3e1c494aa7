//! A line to a server on this computer that breaks where a test wants it to.

use std::io::{Read, Write};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::thread;

/// Passes on what either side says; each connection breaks once the server has said so many bytes on it.
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
        let listener = TcpListener::bind(("127.0.0.1", 0))?;
        let port = listener.local_addr()?.port();
        let breaks = breaks.to_vec();
        thread::spawn(move || {
            let mut breaks = breaks.into_iter();
            for client in listener.incoming().flatten() {
                let after = breaks.next().unwrap_or(usize::MAX);
                if let Ok(server) = TcpStream::connect(("127.0.0.1", server)) {
                    connect(client, server, after);
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

fn connect(client: TcpStream, server: TcpStream, breaks_after: usize) {
    if let (Ok(client), Ok(server)) = (client.try_clone(), server.try_clone()) {
        thread::spawn(move || pass_on(client, server, usize::MAX));
    }
    thread::spawn(move || pass_on(server, client, breaks_after));
}

/// Ends both ways at the end of either.
fn pass_on(mut from: TcpStream, mut to: TcpStream, mut left: usize) {
    let mut buffer = [0; 4_096];
    while left > 0 {
        let Ok(count @ 1..) = from.read(&mut buffer) else { break };
        let passed = count.min(left);
        left -= passed;
        if to.write_all(buffer.get(..passed).unwrap_or_default()).is_err() {
            break;
        }
    }
    for side in [&from, &to] {
        // It may have ended already.
        drop(side.shutdown(Shutdown::Both));
    }
}
