//! Whether the inbox's own server found a message forged.

use mail::incoming::AuthenticationResults;

/// Why a message fails by the word of the server `own`; none where it passes or nothing is said: absent is not failed.
/// Fields of other servers can be written by anyone and are not looked at (RFC 8601 §5).
pub(super) fn failure(results: &[AuthenticationResults], own: Option<&str>) -> Option<String> {
    let own = own.filter(|own| !own.is_empty())?;
    let said = results.iter().find(|results| results.authserv_id.eq_ignore_ascii_case(own))?;
    let outcomes: Vec<(String, String)> = said.line.split(';').filter_map(outcome).collect();
    let any = |method: &str, wanted: &str| outcomes.iter().any(|(name, result)| name == method && result == wanted);
    if any("dmarc", "pass") {
        return None;
    }
    let failed = if any("dmarc", "fail") {
        "DMARC"
    } else if any("dkim", "fail") && !any("dkim", "pass") {
        "DKIM"
    } else if any("spf", "fail") && !any("dkim", "pass") {
        "SPF"
    } else {
        return None;
    };
    Some(format!("{own} could not confirm the sender ({failed} failed): it may be forged"))
}

/// `dkim=pass header.d=…` as its method and result, in lower case.
fn outcome(part: &str) -> Option<(String, String)> {
    let (method, result) = part.split_whitespace().next()?.split_once('=')?;
    Some((method.to_ascii_lowercase(), result.to_ascii_lowercase()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fails(line: &str) -> bool {
        let results = AuthenticationResults { authserv_id: "mx.club.example".to_owned(), line: format!("mx.club.example; {line}") };
        failure(&[results], Some("MX.club.example")).is_some()
    }

    #[test]
    fn only_a_stated_failure_of_our_own_server_counts() {
        assert!(fails("dkim=fail header.d=guest.example; spf=pass"), "a broken signature is a failure");
        assert!(fails("dmarc=fail (p=none) header.from=guest.example"), "so is the domain's own policy");
        assert!(!fails("dkim=fail header.d=list.example; dkim=pass header.d=guest.example"), "one good signature is enough");
        assert!(!fails("dkim=none; spf=softfail"), "nothing said is not a failure");
        let foreign =
            AuthenticationResults { authserv_id: "mx.elsewhere.example".to_owned(), line: "mx.elsewhere.example; dkim=fail".to_owned() };
        assert_eq!(failure(&[foreign], Some("mx.club.example")), None, "what another server says can be written by anyone");
    }
}
