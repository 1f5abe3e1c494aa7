//! What Amazon's services have in common: keys, endpoints, patience.

use std::time::Duration;

use aws_config::environment::EnvironmentVariableCredentialsProvider;
use aws_config::meta::credentials::CredentialsProviderChain;
use aws_config::profile::ProfileFileCredentialsProvider;
use aws_credential_types::Credentials;
use aws_credential_types::provider::SharedCredentialsProvider;
use aws_sdk_sesv2::config::timeout::TimeoutConfig;
use secrecy::{ExposeSecret as _, SecretString};

const CONNECT_PATIENCE: Duration = Duration::from_secs(15);
const ANSWER_PATIENCE: Duration = Duration::from_mins(1);

pub(crate) fn patience() -> TimeoutConfig {
    TimeoutConfig::builder().connect_timeout(CONNECT_PATIENCE).read_timeout(ANSWER_PATIENCE).build()
}

/// The organizer's own key; without one, the key that AWS's tools on this computer use.
pub(crate) fn credentials(key: Option<(&str, &SecretString)>) -> SharedCredentialsProvider {
    if let Some((name, secret)) = key {
        return SharedCredentialsProvider::new(Credentials::new(name.trim(), secret.expose_secret().trim(), None, None, "rollcall"));
    }
    let profile = ProfileFileCredentialsProvider::builder().build();
    let environment = EnvironmentVariableCredentialsProvider::new();
    SharedCredentialsProvider::new(CredentialsProviderChain::first_try("Environment", environment).or_else("Profile", profile))
}

/// An endpoint of the organizer's own that a key may be shown to; none where it is empty.
pub(crate) fn endpoint(endpoint: &str) -> Result<Option<&str>, String> {
    match endpoint {
        "" => Ok(None),
        endpoint if endpoint.starts_with("https://") || is_loopback(endpoint) => Ok(Some(endpoint)),
        endpoint => Err(format!("{endpoint} is neither encrypted (https) nor on this computer: no key is sent there.")),
    }
}

fn is_loopback(endpoint: &str) -> bool {
    let host = endpoint.strip_prefix("http://").unwrap_or_default();
    ["127.0.0.1", "localhost", "[::1]"]
        .iter()
        .any(|known| host.strip_prefix(known).is_some_and(|rest| rest.is_empty() || rest.starts_with([':', '/'])))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_travel_in_clear_on_this_computer_only() {
        for (address, here) in [
            ("http://127.0.0.1:5000", true),
            ("http://localhost", true),
            ("http://localhost.example.org", false),
            ("http://10.0.0.1", false),
            ("ftp://127.0.0.1", false),
        ] {
            assert_eq!(is_loopback(address), here, "{address}");
            assert_eq!(endpoint(address).is_ok(), here, "{address}");
        }
        assert_eq!(endpoint("https://s3.example.org"), Ok(Some("https://s3.example.org")), "an encrypted one may be anywhere");
        assert_eq!(endpoint(""), Ok(None), "the usual one");
    }
}
