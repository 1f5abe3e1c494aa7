//! Who keeps a guest's mailbox, as far as the domain of their address tells.

use crate::words::words;

words! {
    /// A mail provider that many guests are with.
    pub enum Provider {
        /// Gmail.
        Gmail = "gmail",
        /// Outlook.com, Hotmail, Live and MSN.
        Outlook = "outlook",
        /// Yahoo and AOL.
        Yahoo = "yahoo",
        /// iCloud.
        ICloud = "icloud",
        /// GMX and WEB.DE.
        Gmx = "gmx",
        /// Proton.
        Proton = "proton",
        /// Any other, also a domain of one's own.
        Other = "other",
    }
}

/// The provider of an address. A domain of one's own is another, whoever keeps its mail.
#[must_use]
pub fn of_address(address: &str) -> Provider {
    let domain = address.rsplit_once('@').map_or("", |(_, domain)| domain).to_lowercase();
    match domain.as_str() {
        "gmail.com" | "googlemail.com" => return Provider::Gmail,
        "icloud.com" | "me.com" | "mac.com" => return Provider::ICloud,
        "web.de" => return Provider::Gmx,
        "proton.me" | "protonmail.com" | "pm.me" | "protonmail.ch" => return Provider::Proton,
        "ymail.com" | "rocketmail.com" | "myyahoo.com" => return Provider::Yahoo,
        _ => {}
    }
    // These have a domain for each country.
    let (name, country) = domain.split_once('.').unwrap_or_default();
    let is_country = matches!(country, "com" | "net") || country.split('.').all(|part| matches!(part.len(), 2) || part == "com");
    match name {
        "outlook" | "hotmail" | "live" | "msn" if is_country => Provider::Outlook,
        "yahoo" | "aol" if is_country => Provider::Yahoo,
        "gmx" if is_country => Provider::Gmx,
        _ => Provider::Other,
    }
}

#[cfg(test)]
mod tests {
    use super::{Provider, of_address};

    #[test]
    fn providers_are_known_by_their_domains_in_every_country() {
        let known = [
            ("ada@gmail.com", Provider::Gmail),
            ("Ada@GoogleMail.com", Provider::Gmail),
            ("ada@hotmail.co.uk", Provider::Outlook),
            ("ada@outlook.fr", Provider::Outlook),
            ("ada@live.com.au", Provider::Outlook),
            ("ada@yahoo.co.jp", Provider::Yahoo),
            ("ada@me.com", Provider::ICloud),
            ("ada@gmx.net", Provider::Gmx),
            ("ada@pm.me", Provider::Proton),
            ("ada@rugby.example", Provider::Other),
            ("ada@live.nation.example", Provider::Other),
            ("ada@outlook.example", Provider::Other),
            ("no address", Provider::Other),
        ];
        for (address, provider) in known {
            assert_eq!(of_address(address), provider, "{address} is told by its domain");
        }
    }
}
