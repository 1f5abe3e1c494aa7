//! What may be a token of ours in a message: the strongest evidence for which invitation it is about.

/// Shorter is chance: a plus-part such as `+news`.
const SHORTEST: usize = 8;
const LONGEST: usize = 64;

/// The header that names the invitation on every message of ours.
pub(crate) const TOKEN_HEADER: &str = "X-Rollcall-Token";

/// Whether a text has the form of a token: `[a-z0-9]`.
pub(crate) fn is_token(text: &str) -> bool {
    (SHORTEST..=LONGEST).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit())
}

/// The plus-part of an address, in lower case since some servers change it.
pub(super) fn of_address(address: &str) -> Option<String> {
    let (local, _) = address.rsplit_once('@')?;
    let token = local.rsplit_once('+')?.1.to_ascii_lowercase();
    is_token(&token).then_some(token)
}

/// A variable envelope sender: `inbox+token=guest=example.com@host` or plainly the plus-part.
pub(super) fn of_envelope(address: &str) -> Option<String> {
    of_address(address).or_else(|| {
        let (local, _) = address.rsplit_once('@')?;
        let token = local.rsplit_once('+')?.1.split('=').next()?.to_ascii_lowercase();
        is_token(&token).then_some(token)
    })
}

/// The last part before the `@` of a UID on the wire, `<event>.<token>@domain`.
pub(crate) fn of_uid(uid: &str) -> Option<String> {
    let (local, _) = uid.rsplit_once('@')?;
    let token = local.rsplit_once('.')?.1.to_ascii_lowercase();
    is_token(&token).then_some(token)
}

/// The first part of a Message-ID of ours, `<token.tag@domain>`. Many programs begin theirs with a date: digits alone are none.
pub(super) fn of_message_id(id: &str) -> Option<String> {
    let (local, _) = id.trim_matches(['<', '>', ' ']).rsplit_once('@')?;
    let (token, _) = local.split_once('.')?;
    (is_token(token) && token.bytes().any(|byte| byte.is_ascii_lowercase())).then(|| token.to_owned())
}

/// The number in a Message-ID of ours, `<token.tag@domain>`: it names one message, where the token names all of an invitation.
pub(super) fn tag_of_message_id(id: &str) -> Option<String> {
    of_message_id(id)?;
    let (local, _) = id.trim_matches(['<', '>', ' ']).rsplit_once('@')?;
    as_tag(local.split_once('.')?.1)
}

/// A tag is the number of a row.
pub(super) fn as_tag(text: &str) -> Option<String> {
    (!text.is_empty() && text.len() < 20 && text.bytes().all(|byte| byte.is_ascii_digit())).then(|| text.to_owned())
}

/// Brackets at the end of a subject, as our answer links have them.
pub(super) fn of_subject(subject: &str) -> Option<String> {
    let (_, rest) = subject.rsplit_once('[')?;
    let token = rest.split(']').next()?.trim().to_ascii_lowercase();
    is_token(&token).then_some(token)
}

/// Adds a token once.
pub(super) fn add(tokens: &mut Vec<String>, token: Option<String>) {
    if let Some(token) = token
        && !tokens.contains(&token)
    {
        tokens.push(token);
    }
}
