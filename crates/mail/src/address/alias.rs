//! Addresses that reach the same mailbox.

/// Providers whose mailboxes take `name+anything`, besides Gmail, which also ignores dots.
const PLUS_DOMAINS: [&str; 14] = [
    "outlook.com",
    "hotmail.com",
    "live.com",
    "msn.com",
    "icloud.com",
    "me.com",
    "mac.com",
    "fastmail.com",
    "fastmail.fm",
    "proton.me",
    "protonmail.com",
    "pm.me",
    "zoho.com",
    "hey.com",
];

/// The address with a token in its plus-part: `inbox@example.com` and `abc` give `inbox+abc@example.com`.
pub fn plus(address: &str, token: &str) -> String {
    match address.rsplit_once('@') {
        Some((local, domain)) => format!("{local}+{token}@{domain}"),
        None => address.to_owned(),
    }
}

/// The address without its plus-part.
pub fn strip_plus(address: &str) -> String {
    match address.rsplit_once('@') {
        Some((local, domain)) => match local.split_once('+') {
            Some((base, _)) if !base.is_empty() => format!("{base}@{domain}"),
            _ => address.to_owned(),
        },
        None => address.to_owned(),
    }
}

/// What all spellings of one mailbox share: lower case, without what its provider is known to ignore.
pub fn alias_key(address: &str) -> String {
    let lower = super::bare(address).to_lowercase();
    let Some((local, domain)) = lower.rsplit_once('@') else {
        return lower;
    };
    if domain == "gmail.com" || domain == "googlemail.com" {
        let base = local.split('+').next().unwrap_or(local);
        return format!("{}@gmail.com", base.replace('.', ""));
    }
    if PLUS_DOMAINS.contains(&domain) { strip_plus(&lower) } else { lower }
}

/// Whether two addresses reach the same mailbox, as far as the rules of their provider are known.
pub fn same_mailbox(one: &str, other: &str) -> bool {
    alias_key(one) == alias_key(other)
}
