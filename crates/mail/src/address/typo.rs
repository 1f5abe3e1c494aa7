//! Typing errors in the domains that most guests have.

use super::Address;

/// Domains that many guests have; what is one slip away from one of them, and not itself real, is a typing error.
const COMMON: [&str; 28] = [
    "gmail.com",
    "googlemail.com",
    "hotmail.com",
    "hotmail.co.uk",
    "hotmail.de",
    "hotmail.fr",
    "hotmail.it",
    "hotmail.es",
    "outlook.com",
    "outlook.de",
    "outlook.fr",
    "yahoo.com",
    "yahoo.co.uk",
    "yahoo.co.jp",
    "yahoo.de",
    "yahoo.fr",
    "yahoo.it",
    "yahoo.es",
    "yahoo.com.br",
    "icloud.com",
    "comcast.net",
    "verizon.net",
    "protonmail.com",
    "t-online.de",
    "freenet.de",
    "orange.fr",
    "wanadoo.fr",
    "libero.it",
];

/// Real mail domains that lie one slip away from a common one.
const REAL: [&str; 30] = [
    "mail.com",
    "email.com",
    "ymail.com",
    "fmail.com",
    "gmali.com",
    "gmx.com",
    "zmail.com",
    "imail.com",
    "jmail.com",
    "rmail.com",
    "umail.com",
    "hmail.com",
    "gemail.com",
    "gmail.de",
    "hotmail.dk",
    "hotmail.be",
    "hotmail.nl",
    "hotmail.se",
    "hotmail.no",
    "hotmail.gr",
    "outlook.dk",
    "outlook.it",
    "outlook.es",
    "outlook.at",
    "outlook.be",
    "yahoo.dk",
    "yahoo.se",
    "yahoo.gr",
    "yahoo.no",
    "yahoo.ca",
];

/// Top-level domains that do not exist, and what was meant.
const TOP_LEVEL: [(&str, &str); 19] = [
    ("con", "com"),
    ("cmo", "com"),
    ("ocm", "com"),
    ("vom", "com"),
    ("xom", "com"),
    ("cpm", "com"),
    ("comm", "com"),
    ("coom", "com"),
    ("clm", "com"),
    ("dom", "com"),
    ("cim", "com"),
    ("coml", "com"),
    ("nte", "net"),
    ("ner", "net"),
    ("met", "net"),
    ("nett", "net"),
    ("ogr", "org"),
    ("orgg", "org"),
    ("rog", "org"),
];

/// The domain that was probably meant, for a domain that was probably mistyped.
pub fn suggest_typo(domain: &str) -> Option<String> {
    let lower = domain.trim().trim_end_matches(['.', ',', ';']).to_lowercase().replace([',', ' ', '\u{a0}'], ".").replace("..", ".");
    let mended = mend_top_level(&lower).unwrap_or_else(|| lower.clone());
    if !REAL.contains(&mended.as_str())
        && !COMMON.contains(&mended.as_str())
        && let Some(common) = COMMON.iter().find(|common| is_slip(&mended, common))
    {
        return Some((*common).to_owned());
    }
    (mended != domain.to_lowercase()).then_some(mended)
}

/// The whole address that was probably meant: a mistyped domain, a comma for a dot, a blank inside, a doubled `@`.
pub fn suggest_address(text: &str) -> Option<String> {
    let bare = super::bare(text);
    let compact: String =
        bare.chars().filter(|character| !character.is_whitespace() && !matches!(character, '\u{200b}' | '\u{feff}')).collect();
    let single = compact.replace("@@", "@").replace(',', ".");
    let (local, domain) = single.rsplit_once('@')?;
    let domain = suggest_typo(domain).unwrap_or_else(|| domain.to_owned());
    let local = local.trim_matches('.').replace("..", ".");
    let suggestion = Address::parse(&format!("{local}@{domain}")).ok()?;
    let unchanged = Address::parse(bare).is_ok_and(|address| address.normalised == suggestion.normalised);
    (!unchanged).then_some(suggestion.shown)
}

fn mend_top_level(domain: &str) -> Option<String> {
    let (name, top) = domain.rsplit_once('.')?;
    let meant = TOP_LEVEL.iter().find(|(wrong, _)| *wrong == top)?.1;
    Some(format!("{name}.{meant}"))
}

/// One letter too many, too few or wrong, or two exchanged, or up to two such slips in a long name.
fn is_slip(written: &str, meant: &str) -> bool {
    let (Some((name, top)), Some((meant_name, meant_top))) = (written.split_once('.'), meant.split_once('.')) else {
        return without_dot(written, meant);
    };
    // Short names have real neighbours, and the first letter is seldom wrong.
    if name.chars().next() != meant_name.chars().next() || meant_name.len() < 5 {
        return false;
    }
    let distance = distance(name, meant_name);
    if top == meant_top {
        return distance == 1 || (distance == 2 && meant_name.len() >= 7);
    }
    // `gmail.co`, `hotmail.cm`: of the big names only, since these top-level domains exist.
    distance == 0
        && meant_top == "com"
        && matches!(top, "co" | "cm" | "om" | "c" | "comd" | "como" | "net" | "org")
        && meant_name != "comcast"
}

/// `gmailcom`.
fn without_dot(written: &str, meant: &str) -> bool {
    !written.contains('.') && meant.replace('.', "") == written
}

/// Damerau-Levenshtein distance (optimal string alignment) of two short names.
fn distance(one: &str, other: &str) -> usize {
    let one: Vec<char> = one.chars().take(40).collect();
    let other: Vec<char> = other.chars().collect();
    let mut before_last: Vec<usize> = Vec::new();
    let mut last: Vec<usize> = (0..=other.len()).collect();
    for (row, letter) in one.iter().enumerate() {
        let mut current = vec![row + 1];
        for (column, meant) in other.iter().enumerate() {
            let at = |cells: &[usize], index: usize| cells.get(index).copied().unwrap_or(usize::MAX / 2);
            let mut best = (at(&last, column) + usize::from(letter != meant)).min(at(&last, column + 1) + 1).min(at(&current, column) + 1);
            let exchanged = row > 0 && column > 0 && one.get(row - 1) == Some(meant) && other.get(column - 1) == Some(letter);
            if exchanged {
                best = best.min(at(&before_last, column - 1) + 1);
            }
            current.push(best);
        }
        before_last = std::mem::replace(&mut last, current);
    }
    last.last().copied().unwrap_or(0)
}
