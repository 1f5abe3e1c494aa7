//! Whether an inbox's own server confirms who sent a message (RFC 8601).

use crate::incoming::AuthenticationResults;

/// Calendars that sign in their own name what they send for people who are signed in to them, by the Sender that they give. Their signature
/// is not of the organizer's domain, so that DMARC fails for all but the calendar's own people.
const CALENDARS: [(&str, &str); 1] = [("calendar-notification@google.com", "google.com")];

/// What is known of a sender.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Confirmation {
    /// The message is theirs.
    Confirmed,
    /// It may be forged: why, in a sentence.
    Failed(String),
    /// The inbox's own server says nothing.
    Silent,
}

/// Whether the message is from `who`, which is its From or its `sender`, by the word of the server `own`. Fields of other servers can be
/// written by anyone, and only what speaks against the message is believed of them (RFC 8601 §5).
///
/// ```
/// use mail::authentication::{Confirmation, confirmation};
/// use mail::incoming::AuthenticationResults;
///
/// let said = AuthenticationResults {
///     authserv_id: "mx.club.example".to_owned(),
///     line: "mx.club.example; dkim=pass header.d=club.example; dmarc=pass header.from=club.example".to_owned(),
/// };
/// assert_eq!(confirmation(&[said], Some("mx.club.example"), "ann@club.example", None), Confirmation::Confirmed);
/// ```
pub fn confirmation(results: &[AuthenticationResults], own: Option<&str>, who: &str, sender: Option<&str>) -> Confirmation {
    let Some(own) = own.filter(|own| !own.is_empty()) else {
        let failed = results.iter().find(|said| outcomes(&said.line).iter().any(|outcome| outcome.is("dmarc", "fail")));
        return failed.map_or(Confirmation::Silent, |said| Confirmation::Failed(failure(&said.authserv_id, "DMARC failed")));
    };
    let Some(said) = results.iter().find(|results| results.authserv_id.eq_ignore_ascii_case(own)) else { return Confirmation::Silent };
    let outcomes = outcomes(&said.line);
    let signed =
        |by: &dyn Fn(&str) -> bool| outcomes.iter().any(|outcome| outcome.is("dkim", "pass") && outcome.domain.as_deref().is_some_and(by));
    if signed(&|signer| CALENDARS.iter().any(|known| Some(known.0) == sender && known.1 == signer)) {
        return Confirmation::Confirmed;
    }
    if outcomes.iter().any(|outcome| outcome.is("dmarc", "fail")) {
        return Confirmation::Failed(failure(own, "DMARC failed"));
    }
    let domain = domain_of(who);
    // Microsoft says the latter of a domain without a policy whose mail would meet one.
    let meets_policy = |outcome: &Outcome| {
        (outcome.is("dmarc", "pass") || outcome.is("dmarc", "bestguesspass")) && outcome.domain.as_deref().is_none_or(|of| of == domain)
    };
    if outcomes.iter().any(meets_policy) || signed(&|signer| is_aligned(signer, &domain)) {
        return Confirmation::Confirmed;
    }
    Confirmation::Failed(failure(own, "neither DKIM nor DMARC passed for that domain"))
}

fn failure(server: &str, why: &str) -> String {
    format!("{server} could not confirm the sender ({why}): it may be forged")
}

/// Relaxed alignment (RFC 7489 §3.1.1): the same domain, or one of them within the other.
fn is_aligned(signer: &str, domain: &str) -> bool {
    let within = |inner: &str, outer: &str| {
        outer.contains('.') && inner.strip_suffix(outer).is_some_and(|rest| rest.is_empty() || rest.ends_with('.'))
    };
    within(signer, domain) || within(domain, signer)
}

fn domain_of(address: &str) -> String {
    address.rsplit_once('@').map_or("", |(_, domain)| domain).to_ascii_lowercase()
}

/// One method of a field.
struct Outcome {
    method: String,
    result: String,
    /// The domain that it is about, where it names one.
    domain: Option<String>,
}

impl Outcome {
    fn is(&self, method: &str, result: &str) -> bool {
        self.method == method && self.result == result
    }

    fn read(part: &str) -> Option<Self> {
        let mut words = part.split_whitespace();
        let (method, result) = words.next()?.split_once('=')?;
        let named =
            words.filter_map(|word| word.split_once('=')).find(|(name, _)| matches!(*name, "header.d" | "header.i" | "header.from"));
        let domain = named.map(|(_, value)| value.trim_matches('"').rsplit('@').next().unwrap_or_default().to_ascii_lowercase());
        Some(Self { method: method.to_ascii_lowercase(), result: result.to_ascii_lowercase(), domain })
    }
}

/// `mx.club.example; dkim=pass header.d=…; dmarc=pass …` as its methods.
fn outcomes(line: &str) -> Vec<Outcome> {
    without_comments(line).split(';').skip(1).filter_map(Outcome::read).collect()
}

/// A comment may hold anything, a semicolon too.
fn without_comments(line: &str) -> String {
    let mut depth = 0_u32;
    line.chars()
        .filter(|character| {
            match character {
                '(' => depth += 1,
                ')' if depth > 0 => {
                    depth -= 1;
                    return false;
                }
                _ => {}
            }
            depth == 0
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(line: &str, who: &str, sender: Option<&str>) -> Confirmation {
        let said = AuthenticationResults { authserv_id: "mx.club.example".to_owned(), line: format!("mx.club.example; {line}") };
        confirmation(&[said], Some("MX.club.example"), who, sender)
    }

    #[test]
    fn only_what_vouches_for_the_sender_s_own_domain_confirms() {
        let ann = "ann@club.example";
        for (line, why) in [
            ("dmarc=pass (p=REJECT; sp=NONE) header.from=club.example", "the domain's own policy"),
            ("dmarc=bestguesspass action=none header.from=club.example;compauth=pass reason=109", "what it would be, by Microsoft"),
            ("spf=none; dkim=pass header.i=@mail.club.example header.s=one", "a signature of the domain"),
        ] {
            assert_eq!(of(line, ann, None), Confirmation::Confirmed, "{why}");
        }
        for (line, why) in [
            ("dkim=pass header.d=evil.example; dmarc=none header.from=club.example", "anybody can sign for a domain of their own"),
            ("dkim=pass header.d=notclub.example", "a domain that only ends alike"),
            ("dmarc=pass header.from=evil.example; dkim=pass header.d=evil.example", "the policy of another domain"),
            ("dkim=pass header.d=club.example; dmarc=fail header.from=club.example", "the policy failed"),
            ("spf=pass smtp.mailfrom=club.example", "the envelope is not the sender that people see"),
            ("dkim=none (dmarc=pass header.from=club.example)", "a comment says nothing"),
        ] {
            assert!(matches!(of(line, ann, None), Confirmation::Failed(_)), "{why}");
        }
    }

    #[test]
    fn calendar_that_signs_for_its_people_is_believed_and_its_name_alone_is_not() {
        let (ann, google) = ("ann@club.example", Some("calendar-notification@google.com"));
        assert_eq!(of("dkim=pass header.i=@google.com; dmarc=none", ann, google), Confirmation::Confirmed, "it knows who is signed in");
        let unaligned =
            of("dkim=pass header.d=google.com header.s=20230601; dmarc=fail header.from=club.example (policy=none)", ann, google);
        assert_eq!(unaligned, Confirmation::Confirmed, "its signature is never of the organizer's domain");
        let anybody = of("dkim=pass header.d=google.com; dmarc=fail header.from=club.example", ann, None);
        assert!(matches!(anybody, Confirmation::Failed(_)), "what else it signs is no calendar's");
        let unsigned = of("dkim=pass header.d=evil.example", ann, google);
        assert!(matches!(unsigned, Confirmation::Failed(_)), "anybody can write its address");
    }

    #[test]
    fn silence_is_neither_and_other_servers_can_only_warn() {
        let other = |line: &str| AuthenticationResults {
            authserv_id: "mx.elsewhere.example".to_owned(),
            line: format!("mx.elsewhere.example; {line}"),
        };
        let said = confirmation(&[other("dmarc=pass header.from=club.example")], Some("mx.club.example"), "ann@club.example", None);
        assert_eq!(said, Confirmation::Silent, "what another server says can be written by anyone");
        assert_eq!(confirmation(&[], None, "ann@club.example", None), Confirmation::Silent, "nothing is said");
        let warned = confirmation(&[other("dmarc=fail")], None, "ann@club.example", None);
        assert!(matches!(warned, Confirmation::Failed(_)), "nobody forges a failure");
    }
}
