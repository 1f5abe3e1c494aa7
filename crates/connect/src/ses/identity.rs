//! Whether an address may be sent from, and whether its mail is signed.

use aws_sdk_sesv2::Client;
use aws_sdk_sesv2::operation::get_email_identity::{GetEmailIdentityError, GetEmailIdentityOutput};
use aws_sdk_sesv2::types::DkimStatus;
use mail::port::{Check, SendOutcome};

use super::outcome;
use crate::settings::{bad, domain_of, good, warning};

/// The address itself, or its domain, as SES knows it.
pub(super) async fn checks(client: &Client, address: &str) -> Vec<Check> {
    let domain = domain_of(address);
    let mut unverified = None;
    for name in [domain, address] {
        match client.get_email_identity().email_identity(name).send().await {
            Ok(identity) if identity.verified_for_sending_status() => {
                return vec![good("identity", format!("{name} is verified: mail may come from {address}.")), dkim(domain, &identity)];
            }
            Ok(identity) => unverified = Some((name, identity)),
            Err(error) if error.as_service_error().is_some_and(GetEmailIdentityError::is_not_found_exception) => {}
            Err(error) => {
                return vec![match outcome::of_error(&error, address) {
                    SendOutcome::NeedsLogin { reason } => {
                        bad("key", format!("Amazon refused the key: {reason}. Enter a new one in Settings."))
                    }
                    other => warning("identity", format!("Whether {address} is verified could not be asked: {}", reason(other))),
                }];
            }
        }
    }
    match unverified {
        Some((name, identity)) => vec![
            bad(
                "identity",
                format!("{name} waits for its verification. Set the DNS records, or click the link that Amazon mailed; then check again."),
            ),
            dkim(domain, &identity),
        ],
        None => vec![bad(
            "identity",
            format!("SES knows neither {domain} nor {address}. Create the identity {domain} in the SES console, under Identities."),
        )],
    }
}

fn reason(outcome: SendOutcome) -> String {
    match outcome {
        SendOutcome::Retry { reason, .. }
        | SendOutcome::Refused { reason }
        | SendOutcome::Uncertain { reason }
        | SendOutcome::AccountStopped { reason, .. }
        | SendOutcome::NeedsLogin { reason } => reason,
        SendOutcome::Accepted { .. } => String::new(),
    }
}

/// Easy DKIM: three CNAME records made from the identity's tokens (SES developer guide, "Easy DKIM").
fn dkim(domain: &str, identity: &GetEmailIdentityOutput) -> Check {
    let Some(attributes) = identity.dkim_attributes() else {
        return warning(
            "dkim",
            format!("SES says nothing about DKIM of {domain}. Verify the domain with Easy DKIM, so that mail is signed."),
        );
    };
    if attributes.signing_enabled() && attributes.status() == Some(&DkimStatus::Success) {
        return good("dkim", format!("Mail from {domain} is signed (DKIM)."));
    }
    let zone = attributes.signing_hosted_zone().unwrap_or("dkim.amazonses.com");
    let records: Vec<String> =
        attributes.tokens().iter().map(|token| format!("{token}._domainkey.{domain}. CNAME {token}.{zone}.")).collect();
    let next = if records.is_empty() {
        "Turn Easy DKIM on in the SES console."
    } else {
        "Set these DNS records and wait until SES has seen them."
    };
    Check {
        copy: records.join("\n"),
        ..warning("dkim", format!("Mail from {domain} is not signed (DKIM), and large providers may refuse it. {next}"))
    }
}
