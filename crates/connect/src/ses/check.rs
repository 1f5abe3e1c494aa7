//! The pre-flight check of an SES account.

use aws_sdk_sesv2::Client;
use aws_sdk_sesv2::operation::get_account::GetAccountOutput;
use mail::port::{Check, SendOutcome};

use super::identity;
use crate::dns;
use crate::settings::{bad, domain_of, good, warning};

/// Key, sending, sandbox, quota, identity, DKIM, DMARC, and the policy that suffices.
pub(super) async fn run(
    client: &Client,
    region: &str,
    address: &str,
    account: Result<Option<GetAccountOutput>, SendOutcome>,
) -> Vec<Check> {
    let mut checks = match account {
        Ok(Some(account)) => of_account(region, &account),
        Ok(None) => vec![warning("account", "This service does not tell its quota (it has no GetAccount): set a rate yourself.")],
        Err(SendOutcome::NeedsLogin { reason }) => {
            return vec![
                bad("key", format!("Amazon refused the key: {reason} Make a new access key in IAM and enter it in Settings.")),
                policy(address),
            ];
        }
        Err(SendOutcome::AccountStopped { reason, .. } | SendOutcome::Refused { reason }) => {
            vec![Check {
                copy: policy(address).copy,
                ..bad("permission", format!("The key may not ask for the account: {reason} Give its user this policy."))
            }]
        }
        Err(SendOutcome::Retry { reason, .. } | SendOutcome::Uncertain { reason }) => {
            return vec![bad("connection", format!("{reason} Check region and network."))];
        }
        Err(SendOutcome::Accepted { .. }) => Vec::new(),
    };
    checks.extend(identity::checks(client, address).await);
    checks.push(dns::dmarc(domain_of(address)).await);
    checks.push(policy(address));
    checks
}

fn of_account(region: &str, account: &GetAccountOutput) -> Vec<Check> {
    let mut checks = vec![good("key", "Amazon accepts the key.")];
    checks.push(match (account.sending_enabled(), account.enforcement_status()) {
        (true, Some("SHUTDOWN")) | (false, _) => {
            bad("sending", "Amazon has paused this account's sending. The SES console says why, under Account dashboard.")
        }
        (true, Some("PROBATION")) => warning(
            "sending",
            "Amazon watches this account (probation). Look for its mail about bounces and complaints before sending more.",
        ),
        (true, _) => good("sending", "The account may send."),
    });
    checks.push(if account.production_access_enabled() {
        good("sandbox", "The account is out of the sandbox: it may write to anyone.")
    } else {
        bad(
            "sandbox",
            format!(
                "The account is in the sandbox of {region}: it may write to verified addresses only. In the SES console choose “Request production access”, \
                 say that you invite people who asked for it, and how you honour bounces and unsubscribing; Amazon answers within a day."
            ),
        )
    });
    checks.push(quota(account));
    checks
}

fn quota(account: &GetAccountOutput) -> Check {
    let Some(quota) = account.send_quota() else {
        return warning("quota", "Amazon did not tell the quota.");
    };
    let rate = quota.max_send_rate;
    if quota.max24_hour_send < 0.0 {
        return good("quota", format!("{rate} messages a second, without a daily limit."));
    }
    let (most, sent) = (quota.max24_hour_send, quota.sent_last24_hours);
    let words = format!("{rate} messages a second and {most} in 24 hours, of which {sent} are used.");
    if sent >= most * 0.8 {
        warning("quota", format!("{words} Little is left; Amazon raises it on request."))
    } else {
        good("quota", words)
    }
}

/// The least that sending and checking need (service authorization reference, Amazon SES v2).
fn policy(address: &str) -> Check {
    let policy = serde_json::json!({
        "Version": "2012-10-17",
        "Statement": [
            {
                "Sid": "Send",
                "Effect": "Allow",
                "Action": ["ses:SendEmail", "ses:SendRawEmail"],
                "Resource": "*",
                "Condition": { "StringEquals": { "ses:FromAddress": address } }
            },
            { "Sid": "Look", "Effect": "Allow", "Action": ["ses:GetAccount", "ses:GetEmailIdentity", "ses:ListSuppressedDestinations"], "Resource": "*" }
        ]
    });
    Check {
        copy: serde_json::to_string_pretty(&policy).unwrap_or_default(),
        ..good(
            "policy",
            "A key for Rollcall needs no more than this policy: to send from this one address, and to look at quota and identity.",
        )
    }
}
