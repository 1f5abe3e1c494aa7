//! Addresses that reach the same mailbox.

/// What a provider is known to ignore. Of a domain that is none of these nothing is known: a company's own server, also one at Google or
/// Microsoft, may give `ann+x` and `a.nn` to other people.
struct Provider {
    domains: &'static [&'static str],
    /// The same name under each of the domains is one account.
    is_one_account: bool,
    part: Part,
}

/// Which part of a name leads to the same mailbox whatever it says.
enum Part {
    /// `name+anything`.
    Plus,
    /// The same, and dots anywhere.
    PlusAndDots,
    /// `base-keyword`, where all keywords of a base lead to one mailbox whose own name is another.
    AfterMinus,
}

const PROVIDERS: [Provider; 8] = [
    Provider { domains: &["gmail.com", "googlemail.com"], is_one_account: true, part: Part::PlusAndDots },
    Provider { domains: &["icloud.com", "me.com", "mac.com"], is_one_account: true, part: Part::Plus },
    Provider { domains: &["proton.me", "protonmail.com", "protonmail.ch", "pm.me"], is_one_account: true, part: Part::Plus },
    Provider { domains: &["yandex.com", "yandex.ru", "yandex.by", "yandex.kz", "ya.ru"], is_one_account: true, part: Part::Plus },
    Provider {
        domains: &[
            "outlook.com",
            "outlook.de",
            "outlook.fr",
            "outlook.es",
            "outlook.it",
            "hotmail.com",
            "hotmail.co.uk",
            "hotmail.de",
            "hotmail.fr",
            "hotmail.es",
            "hotmail.it",
            "live.com",
            "live.co.uk",
            "live.de",
            "live.fr",
            "live.nl",
            "live.it",
            "msn.com",
        ],
        is_one_account: false,
        part: Part::Plus,
    },
    Provider {
        domains: &["fastmail.com", "fastmail.fm", "mailbox.org", "posteo.de", "zoho.com", "hey.com"],
        is_one_account: false,
        part: Part::Plus,
    },
    Provider {
        domains: &[
            "yahoo.com",
            "yahoo.co.uk",
            "yahoo.de",
            "yahoo.fr",
            "yahoo.es",
            "yahoo.it",
            "yahoo.ca",
            "yahoo.in",
            "yahoo.co.in",
            "yahoo.com.au",
            "yahoo.com.br",
        ],
        is_one_account: false,
        part: Part::AfterMinus,
    },
    Provider { domains: &["ymail.com", "rocketmail.com"], is_one_account: false, part: Part::AfterMinus },
];

/// At Fastmail, anything at `ann.fastmail.com` is `ann@fastmail.com`.
const WITH_SUBDOMAINS: [&str; 2] = ["fastmail.com", "fastmail.fm"];

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
    let (local, domain) = without_subdomain(local, domain);
    let Some(provider) = PROVIDERS.iter().find(|provider| provider.domains.contains(&domain)) else {
        return lower;
    };
    let plain = || local.split('+').next().filter(|base| !base.is_empty()).unwrap_or(local);
    let name = match provider.part {
        Part::Plus => plain().to_owned(),
        Part::PlusAndDots => plain().replace('.', ""),
        // Names there have no minus of their own: the base alone may be somebody else's.
        Part::AfterMinus => local.split_once('-').map_or_else(|| local.to_owned(), |(base, _)| format!("{base}-")),
    };
    let domain = if provider.is_one_account { provider.domains.first().unwrap_or(&domain) } else { domain };
    format!("{name}@{domain}")
}

fn without_subdomain<'a>(local: &'a str, domain: &'a str) -> (&'a str, &'a str) {
    let within = |whole: &&str| domain.strip_suffix(*whole)?.strip_suffix('.').filter(|name| !name.is_empty() && !name.contains('.'));
    let found = WITH_SUBDOMAINS.iter().find_map(|whole| Some((within(whole)?, *whole)));
    found.unwrap_or((local, domain))
}

/// Whether two addresses reach the same mailbox, as far as the rules of their provider are known.
pub fn same_mailbox(one: &str, other: &str) -> bool {
    alias_key(one) == alias_key(other)
}
