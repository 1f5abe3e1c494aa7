//! The calendar programs of practice guests, told apart by the domain of their address.

/// What a guest reads mail with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Client {
    /// Google Calendar: three parts, a second copy as attachment, comment as a parameter.
    Gmail,
    /// Exchange and Outlook.com: no ORGANIZER, Windows time zones.
    Outlook,
    /// Apple Calendar: one alternative, quoted-printable.
    Apple,
    /// Thunderbird: plain 8 bit and a second copy.
    Thunderbird,
    /// No calendar at all: the guest presses a link in the mail.
    PlainMail,
}

impl Client {
    /// The client behind an address.
    pub(crate) fn of(address: &str) -> Self {
        let domain = address.rsplit_once('@').map_or("", |(_, domain)| domain);
        match domain {
            "gmail.example" => Self::Gmail,
            "outlook.example" => Self::Outlook,
            "icloud.example" => Self::Apple,
            "thunderbird.example" => Self::Thunderbird,
            _ => Self::PlainMail,
        }
    }
}
