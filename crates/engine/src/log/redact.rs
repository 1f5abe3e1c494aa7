//! What must not stand in a log: addresses of guests, and whatever follows a word for a secret.

/// Words after which a secret stands, as `password=…`, `"token": "…"`, `Authorization: Bearer …`.
const SECRETS: [&str; 10] =
    ["password", "passphrase", "passwd", "secret", "token", "authorization", "access_key", "secret_key", "apikey", "credential"];

/// The text without them.
pub(super) fn redacted(text: &str) -> String {
    text.split_inclusive('\n').map(|line| without_secrets(&without_addresses(line))).collect()
}

fn without_addresses(line: &str) -> String {
    let mut clean = String::with_capacity(line.len());
    let mut rest = line;
    while let Some(at) = rest.find('@') {
        let (before, after) = rest.split_at(at);
        let start = before
            .rfind(|character| !is_local(character))
            .map_or(0, |last| last + before.get(last..).and_then(|text| text.chars().next()).map_or(1, char::len_utf8));
        let after = after.get(1..).unwrap_or_default();
        let end = after.find(|character| !is_domain(character)).unwrap_or(after.len());
        let (kept, local) = before.split_at(start);
        clean.push_str(kept);
        clean.push_str(if local.is_empty() || end == 0 { "@" } else { "<address>" });
        if local.is_empty() || end == 0 {
            clean.truncate(clean.len() - 1);
            clean.push_str(local);
            clean.push('@');
            rest = after;
        } else {
            rest = after.get(end..).unwrap_or_default();
        }
    }
    clean.push_str(rest);
    clean
}

fn is_local(character: char) -> bool {
    character.is_alphanumeric() || "!#$%&'*+-/=?^_`{|}~.".contains(character)
}

fn is_domain(character: char) -> bool {
    character.is_alphanumeric() || matches!(character, '.' | '-')
}

fn without_secrets(line: &str) -> String {
    let lower = line.to_ascii_lowercase();
    let mut clean = String::with_capacity(line.len());
    let mut done = 0;
    while let Some((word, at)) = next_secret(&lower, done) {
        let named = at + word.len();
        let tail = line.get(named..).unwrap_or_default();
        // Only a value: "the password is wrong" is a sentence.
        let gap = tail.find(|character: char| !matches!(character, '"' | '\'' | ' ' | ':' | '=')).unwrap_or(tail.len());
        let is_value = tail.get(..gap).is_some_and(|gap| gap.contains(['=', ':']));
        let value_from = named + gap;
        clean.push_str(line.get(done..value_from).unwrap_or_default());
        done = value_from;
        if is_value {
            let value = line.get(value_from..).unwrap_or_default();
            // `Bearer x` and `Basic x` are two words.
            let scheme = ["bearer ", "basic "].iter().find(|scheme| lower.get(value_from..).is_some_and(|text| text.starts_with(**scheme)));
            let skip = scheme.map_or(0, |scheme| scheme.len());
            let rest = value.get(skip..).unwrap_or_default();
            let end = rest
                .find(|character: char| character.is_whitespace() || matches!(character, '"' | '\'' | ',' | ';' | '}' | ')'))
                .unwrap_or(rest.len());
            clean.push_str("<hidden>");
            done = value_from + skip + end;
        }
    }
    clean.push_str(line.get(done..).unwrap_or_default());
    clean
}

fn next_secret(lower: &str, from: usize) -> Option<(&'static str, usize)> {
    let rest = lower.get(from..)?;
    SECRETS.iter().filter_map(|word| rest.find(word).map(|at| (*word, from + at))).min_by_key(|(word, at)| (*at, usize::MAX - word.len()))
}
