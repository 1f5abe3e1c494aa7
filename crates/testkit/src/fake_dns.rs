//! **A fake of ours**: a name server on loopback that knows what it is told, and says of every other name that it does not exist.
//!
//! It speaks as much of RFC 1035 over UDP as a resolver asks about mail.

use std::collections::BTreeMap;
use std::net::{Ipv4Addr, SocketAddr, UdpSocket};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::JoinHandle;
use std::time::Duration;

use anyhow::{Context as _, Result};

/// What a name has.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Zone {
    /// A mail server of that name.
    Mail(String),
    /// The one of RFC 7505, which says that it takes no mail.
    NoMail,
    /// An address, and no mail server.
    Address(Ipv4Addr),
    /// Nothing that is asked for.
    Nothing,
    /// The server fails when it is asked.
    Broken,
}

/// A running name server. It ends when it is dropped.
pub struct FakeDns {
    address: SocketAddr,
    stop: Arc<AtomicBool>,
    thread: Option<JoinHandle<()>>,
}

const HEADER: usize = 12;
const ADDRESS: u16 = 1;
const MAIL: u16 = 15;

impl FakeDns {
    /// Starts it with these names.
    ///
    /// # Errors
    /// When no port on loopback is free.
    pub fn start(zones: &[(&str, Zone)]) -> Result<Self> {
        let zones: BTreeMap<String, Zone> = zones.iter().map(|(name, zone)| ((*name).to_owned(), zone.clone())).collect();
        let socket = UdpSocket::bind((Ipv4Addr::LOCALHOST, 0)).context("Open a port on loopback")?;
        socket.set_read_timeout(Some(Duration::from_millis(50)))?;
        let (address, stop) = (socket.local_addr()?, Arc::new(AtomicBool::new(false)));
        let stopped = Arc::clone(&stop);
        let thread = std::thread::spawn(move || serve(&socket, &zones, &stopped));
        Ok(Self { address, stop, thread: Some(thread) })
    }

    /// Where it listens.
    #[must_use]
    pub fn address(&self) -> SocketAddr {
        self.address
    }
}

impl Drop for FakeDns {
    fn drop(&mut self) {
        self.stop.store(true, Ordering::Relaxed);
        if let Some(thread) = self.thread.take() {
            drop(thread.join());
        }
    }
}

fn serve(socket: &UdpSocket, zones: &BTreeMap<String, Zone>, stop: &AtomicBool) {
    let mut query = [0; 1500];
    while !stop.load(Ordering::Relaxed) {
        // A read that ran into its time is a look at whether to stop.
        let Ok((length, from)) = socket.recv_from(&mut query) else { continue };
        if let Some(answer) = query.get(..length).and_then(|query| answer(query, zones)) {
            // A resolver that is gone has no use for it.
            drop(socket.send_to(&answer, from));
        }
    }
}

fn answer(query: &[u8], zones: &BTreeMap<String, Zone>) -> Option<Vec<u8>> {
    let mut name = Vec::new();
    let mut place = HEADER;
    loop {
        let length = usize::from(*query.get(place)?);
        place += 1;
        if length == 0 {
            break;
        }
        name.push(String::from_utf8_lossy(query.get(place..place + length)?).to_ascii_lowercase());
        place += length;
    }
    let kind = u16::from_be_bytes(query.get(place..place + 2)?.try_into().ok()?);
    let question = query.get(HEADER..place + 4)?;
    let (code, record): (u16, Option<Vec<u8>>) = match (zones.get(&name.join(".")), kind) {
        (None, _) => (3, None),
        (Some(Zone::Broken), _) => (2, None),
        (Some(Zone::Mail(server)), MAIL) => (0, Some(exchange(10, server))),
        (Some(Zone::NoMail), MAIL) => (0, Some(exchange(0, ""))),
        (Some(Zone::Address(address)), ADDRESS) => (0, Some(address.octets().to_vec())),
        (Some(_), _) => (0, None),
    };
    let mut reply = query.get(..2)?.to_vec();
    // An answer with recursion, of this many questions, records, and nothing further.
    reply.extend((0x8180 | code).to_be_bytes());
    reply.extend([0, 1, 0, u8::from(record.is_some()), 0, 0, 0, 0]);
    reply.extend(question);
    if let Some(record) = record {
        // The name is the question's, the class the internet's, for a minute.
        reply.extend([0xc0, 0x0c]);
        reply.extend(kind.to_be_bytes());
        reply.extend([0, 1, 0, 0, 0, 60]);
        reply.extend(u16::try_from(record.len()).ok()?.to_be_bytes());
        reply.extend(record);
    }
    Some(reply)
}

fn exchange(preference: u16, server: &str) -> Vec<u8> {
    let mut record = preference.to_be_bytes().to_vec();
    for label in server.split('.').filter(|label| !label.is_empty()) {
        record.push(u8::try_from(label.len()).unwrap_or(63));
        record.extend(label.as_bytes());
    }
    record.push(0);
    record
}
