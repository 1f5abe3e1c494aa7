//! A connection that can be told where to break.

use std::io::{self, Read, Write};
use std::net::TcpStream;

use rustls::{ServerConnection, StreamOwned};

/// A TCP connection that ends after so many bytes in or out.
pub(super) struct Cutting {
    pub(super) stream: TcpStream,
    pub(super) may_read: Option<usize>,
    pub(super) may_write: Option<usize>,
}

impl Read for Cutting {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let length = self.may_read.unwrap_or(usize::MAX).min(buffer.len());
        if length == 0 {
            return Err(io::ErrorKind::ConnectionAborted.into());
        }
        let read = self.stream.read(buffer.get_mut(..length).unwrap_or_default())?;
        self.may_read = self.may_read.map(|left| left - read);
        Ok(read)
    }
}

impl Write for Cutting {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let length = self.may_write.unwrap_or(usize::MAX).min(bytes.len());
        if length == 0 {
            return Err(io::ErrorKind::ConnectionAborted.into());
        }
        let written = self.stream.write(bytes.get(..length).unwrap_or_default())?;
        self.may_write = self.may_write.map(|left| left - written);
        Ok(written)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.stream.flush()
    }
}

/// In clear or under TLS.
pub(super) enum Wire {
    Plain(Cutting),
    Tls(Box<StreamOwned<ServerConnection, Cutting>>),
}

impl Read for Wire {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        match self {
            Self::Plain(stream) => stream.read(buffer),
            Self::Tls(stream) => stream.read(buffer),
        }
    }
}

impl Write for Wire {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        match self {
            Self::Plain(stream) => stream.write(bytes),
            Self::Tls(stream) => stream.write(bytes),
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        match self {
            Self::Plain(stream) => stream.flush(),
            Self::Tls(stream) => stream.flush(),
        }
    }
}
