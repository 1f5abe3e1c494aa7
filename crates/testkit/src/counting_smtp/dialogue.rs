//! What the fake server says (RFC 5321), one thread a connection.

use std::io::{self, BufRead as _, BufReader, Write as _};
use std::net::{Shutdown, TcpStream};
use std::sync::Arc;
use std::thread;
use std::time::Instant;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use rustls::{ServerConfig, ServerConnection, StreamOwned};

use super::faults::Stage;
use super::wire::{Cutting, Wire};
use super::{CountedMessage, Encryption, Ledger, Script};

#[derive(Clone)]
pub(super) struct Session {
    pub(super) script: Arc<Script>,
    pub(super) encryption: Encryption,
    pub(super) tls: Option<Arc<ServerConfig>>,
    pub(super) ledger: Arc<Ledger>,
}

/// Whether the dialogue goes on.
enum Next {
    Go,
    Encrypt,
    End,
}

#[derive(Default)]
struct State {
    encrypted: bool,
    logged_in: bool,
    from: Option<String>,
    to: Vec<String>,
}

impl Session {
    pub(super) fn run(&self, stream: TcpStream, number: usize) {
        let Ok(copy) = stream.try_clone() else { return };
        let _ = stream.set_nodelay(true);
        // A client that breaks the line ends the dialogue; there is nobody to tell.
        let _ = self.talk(stream, number);
        let _ = copy.shutdown(Shutdown::Both);
    }

    fn talk(&self, stream: TcpStream, number: usize) -> io::Result<()> {
        self.watch(Stage::Connected);
        let (reading, writing) = self.script.cuts.of(number);
        let cutting =
            Cutting { stream, may_read: reading.or(self.script.cut_after_reading), may_write: writing.or(self.script.cut_after_writing) };
        let mut state = State { encrypted: self.encryption == Encryption::Implicit, ..State::default() };
        let wire = if state.encrypted { self.encrypt(cutting)? } else { Wire::Plain(cutting) };
        let mut reader = BufReader::with_capacity(64 * 1024, wire);
        self.say(&mut reader, &self.script.greeting)?;
        loop {
            let mut line = String::new();
            if reader.read_line(&mut line)? == 0 || !line.ends_with('\n') {
                return Ok(());
            }
            match self.command(&mut reader, &mut state, line.trim_end())? {
                Next::Go => {}
                Next::End => return Ok(()),
                Next::Encrypt => {
                    let Wire::Plain(cutting) = reader.into_inner() else { return Ok(()) };
                    reader = BufReader::with_capacity(64 * 1024, self.encrypt(cutting)?);
                    state = State { encrypted: true, ..State::default() };
                }
            }
        }
    }

    fn watch(&self, stage: Stage) {
        (self.script.watcher.0)(stage);
    }

    fn encrypt(&self, cutting: Cutting) -> io::Result<Wire> {
        let config = self.tls.clone().ok_or(io::ErrorKind::Unsupported)?;
        let connection = ServerConnection::new(config).map_err(io::Error::other)?;
        Ok(Wire::Tls(Box::new(StreamOwned::new(connection, cutting))))
    }

    fn say(&self, reader: &mut BufReader<Wire>, reply: &str) -> io::Result<()> {
        if !self.script.latency.is_zero() {
            thread::sleep(self.script.latency);
        }
        let lines: String = reply.lines().flat_map(|line| [line, "\r\n"]).collect();
        reader.get_mut().write_all(lines.as_bytes())?;
        reader.get_mut().flush()
    }

    fn command(&self, reader: &mut BufReader<Wire>, state: &mut State, line: &str) -> io::Result<Next> {
        let (verb, argument) = line.split_once(' ').unwrap_or((line, ""));
        let must_encrypt = self.encryption == Encryption::Starttls && !state.encrypted;
        match verb.to_ascii_uppercase().as_str() {
            "EHLO" | "HELO" => {
                self.watch(Stage::Hello);
                self.say(reader, &self.capabilities(must_encrypt))?;
            }
            "STARTTLS" if must_encrypt => {
                self.say(reader, "220 2.0.0 go ahead")?;
                return Ok(Next::Encrypt);
            }
            "QUIT" => {
                self.say(reader, "221 2.0.0 bye")?;
                return Ok(Next::End);
            }
            "NOOP" => self.say(reader, "250 2.0.0 Ok")?,
            "RSET" => {
                (state.from, state.to) = (None, Vec::new());
                self.say(reader, "250 2.0.0 Ok")?;
            }
            _ if must_encrypt => self.say(reader, "530 5.7.0 Must issue a STARTTLS command first")?,
            "AUTH" => self.log_in(reader, state, argument)?,
            _ if self.script.login.is_some() && !state.logged_in => self.say(reader, "530 5.7.0 Authentication required")?,
            "MAIL" => self.mail(reader, state, argument)?,
            "RCPT" => self.recipient(reader, state, argument)?,
            "DATA" => self.data(reader, state)?,
            _ => self.say(reader, "500 5.5.2 What?")?,
        }
        Ok(Next::Go)
    }

    fn capabilities(&self, must_encrypt: bool) -> String {
        let mut lines = vec!["counting.test".to_owned(), "8BITMIME".to_owned(), "ENHANCEDSTATUSCODES".to_owned()];
        if must_encrypt {
            lines.push("STARTTLS".to_owned());
        } else if self.script.login.is_some() {
            lines.push("AUTH PLAIN LOGIN".to_owned());
        }
        if self.script.pipelining {
            lines.push("PIPELINING".to_owned());
        }
        lines.extend(self.script.size.map(|size| format!("SIZE {size}")));
        let last = lines.len() - 1;
        let text: Vec<String> =
            lines.iter().enumerate().map(|(index, line)| format!("250{}{line}", if index == last { ' ' } else { '-' })).collect();
        text.join("\n")
    }

    fn log_in(&self, reader: &mut BufReader<Wire>, state: &mut State, argument: &str) -> io::Result<()> {
        let decode = |text: &str| STANDARD.decode(text.trim()).ok().and_then(|bytes| String::from_utf8(bytes).ok()).unwrap_or_default();
        let (mechanism, initial) = argument.split_once(' ').unwrap_or((argument, ""));
        let given = if mechanism.eq_ignore_ascii_case("LOGIN") {
            let user = decode(&self.ask(reader, "Username:")?);
            (user, decode(&self.ask(reader, "Password:")?))
        } else {
            let plain = decode(initial);
            let mut parts = plain.splitn(3, '\0').skip(1).map(str::to_owned);
            (parts.next().unwrap_or_default(), parts.next().unwrap_or_default())
        };
        state.logged_in = self.script.login.as_ref() == Some(&given);
        self.say(
            reader,
            if state.logged_in { "235 2.7.0 Authentication successful" } else { "535 5.7.8 Authentication credentials invalid" },
        )
    }

    fn ask(&self, reader: &mut BufReader<Wire>, question: &str) -> io::Result<String> {
        self.say(reader, &format!("334 {}", STANDARD.encode(question)))?;
        let mut answer = String::new();
        reader.read_line(&mut answer)?;
        Ok(answer)
    }

    fn mail(&self, reader: &mut BufReader<Wire>, state: &mut State, argument: &str) -> io::Result<()> {
        self.watch(Stage::Mail);
        if let Some(reply) = &self.script.at_mail {
            return self.say(reader, reply);
        }
        state.from = Some(address(argument));
        state.to.clear();
        self.say(reader, "250 2.1.0 Ok")
    }

    fn recipient(&self, reader: &mut BufReader<Wire>, state: &mut State, argument: &str) -> io::Result<()> {
        let recipient = address(argument);
        self.watch(Stage::Recipient);
        if state.from.is_none() {
            return self.say(reader, "503 5.5.1 MAIL first");
        }
        if let Some(reply) = self.script.at_recipient.get(&recipient) {
            return self.say(reader, reply);
        }
        if self.script.deferring_once.contains(&recipient) && self.ledger.is_first(&recipient) {
            return self.say(reader, "450 4.2.1 try again later");
        }
        state.to.push(recipient);
        self.say(reader, "250 2.1.5 Ok")
    }

    fn data(&self, reader: &mut BufReader<Wire>, state: &mut State) -> io::Result<()> {
        if state.to.is_empty() {
            return self.say(reader, "554 5.5.1 No valid recipients");
        }
        self.watch(Stage::Data);
        self.say(reader, "354 End data with <CR><LF>.<CR><LF>")?;
        let data = read_message(reader, || self.watch(Stage::Body))?;
        self.watch(Stage::Dot);
        let message =
            CountedMessage { from: state.from.take().unwrap_or_default(), to: std::mem::take(&mut state.to), data, at: Instant::now() };
        if let Some(reply) = message.to.iter().find_map(|recipient| self.script.at_end.get(recipient)) {
            return self.say(reader, reply);
        }
        if self.script.per_second.is_some_and(|limit| !self.ledger.fits(limit, message.at)) {
            return self.say(reader, "454 4.7.0 Throttling failure: Maximum sending rate exceeded.");
        }
        let number = {
            let mut messages = self.ledger.messages();
            messages.push(message);
            messages.len()
        };
        self.watch(Stage::Counted);
        self.say(reader, &format!("250 2.0.0 Ok: queued as C{number}"))?;
        self.watch(Stage::Answered);
        Ok(())
    }
}

/// Up to the final dot; an end of the connection before it is no message.
fn read_message(reader: &mut BufReader<Wire>, begun: impl FnOnce()) -> io::Result<Vec<u8>> {
    let mut data = Vec::new();
    let mut begun = Some(begun);
    loop {
        let begin = data.len();
        if reader.read_until(b'\n', &mut data)? == 0 {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        if let Some(begun) = begun.take() {
            begun();
        }
        let line = data.get(begin..).unwrap_or_default();
        if line == b".\r\n" {
            data.truncate(begin);
            return Ok(data);
        }
        if line.first() == Some(&b'.') {
            data.remove(begin);
        }
    }
}

/// `FROM:<a@b> SIZE=3` → `a@b`.
fn address(argument: &str) -> String {
    argument.split_once('<').and_then(|(_, rest)| rest.split_once('>')).map_or(String::new(), |(address, _)| address.to_owned())
}
