//! Reports of spam: ARF (RFC 5965), and Microsoft's older form.

use super::Complaint;
use super::returned::Returned;

/// Reads the part `message/feedback-report`.
pub(super) fn read(report: &str, returned: &Returned) -> Complaint {
    let field = |name: &str| {
        report.lines().find_map(|line| {
            let (key, value) = line.split_once(':')?;
            key.trim().eq_ignore_ascii_case(name).then(|| value.trim().to_owned())
        })
    };
    let recipient = field("Original-Rcpt-To").or_else(|| field("Removal-Recipient")).or_else(|| returned.to.clone()).unwrap_or_default();
    Complaint {
        recipient: recipient.trim_matches(['<', '>']).to_owned(),
        feedback: field("Feedback-Type").unwrap_or_default().to_lowercase(),
        original_message_id: returned.message_id.clone(),
    }
}

/// Reports without the part: Microsoft's `staff@hotmail.com` sends only the message complained of.
pub(super) fn is_plain_form(from: &str, subject: &str, has_message: bool) -> bool {
    let lower = subject.trim().to_lowercase();
    has_message && (lower.starts_with("complaint about message from") || (from.starts_with("staff@") && lower.contains("complaint")))
}
