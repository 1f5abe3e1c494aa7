//! What a server said it can do (the reply to EHLO, RFC 5321 §4.1.1.1).

use lettre::transport::smtp::authentication::Mechanism;
use lettre::transport::smtp::response::Response;

/// What a server said it can do.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[expect(clippy::struct_excessive_bools, reason = "each is an extension of its own")]
pub(super) struct Capabilities {
    pub(super) starttls: bool,
    /// RFC 2920.
    pub(super) pipelining: bool,
    /// RFC 6152.
    pub(super) eight_bit: bool,
    /// RFC 6531.
    pub(super) international: bool,
    /// RFC 1870: the largest message; none where the server states none.
    pub(super) size: Option<usize>,
    pub(super) announces_size: bool,
    /// Ways to log in, the one to prefer first.
    pub(super) mechanisms: Vec<Mechanism>,
}

impl Capabilities {
    pub(super) fn read(reply: &Response) -> Self {
        let mut capabilities = Self::default();
        for line in reply.message().skip(1) {
            let line = line.to_ascii_uppercase();
            let mut words = line.split([' ', '=']);
            match words.next().unwrap_or_default() {
                "STARTTLS" => capabilities.starttls = true,
                "PIPELINING" => capabilities.pipelining = true,
                "8BITMIME" => capabilities.eight_bit = true,
                "SMTPUTF8" => capabilities.international = true,
                "SIZE" => {
                    capabilities.announces_size = true;
                    capabilities.size = words.next().and_then(|size| size.parse().ok()).filter(|size| *size > 0);
                }
                "AUTH" => {
                    let offered: Vec<&str> = words.collect();
                    for (name, mechanism) in [("PLAIN", Mechanism::Plain), ("LOGIN", Mechanism::Login), ("XOAUTH2", Mechanism::Xoauth2)] {
                        if offered.contains(&name) && !capabilities.mechanisms.contains(&mechanism) {
                            capabilities.mechanisms.push(mechanism);
                        }
                    }
                }
                _ => {}
            }
        }
        capabilities
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_matters_is_read_whatever_its_spelling() {
        let reply =
            "250-mail.example.org\r\n250-size 1000\r\n250-AUTH=LOGIN\r\n250-AUTH GSSAPI LOGIN PLAIN\r\n250 pipelining\r\n".parse().unwrap();
        let found = Capabilities::read(&reply);
        assert_eq!(found.mechanisms, [Mechanism::Login, Mechanism::Plain], "both, each once");
        assert_eq!((found.size, found.pipelining, found.starttls), (Some(1_000), true, false), "size and pipelining, no STARTTLS");
        let reply = "250-mail.example.org\r\n250 SIZE 0\r\n".parse().unwrap();
        let found = Capabilities::read(&reply);
        assert_eq!((found.size, found.announces_size), (None, true), "zero means no limit (RFC 1870 §3)");
    }
}
