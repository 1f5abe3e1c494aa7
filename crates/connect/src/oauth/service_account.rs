//! A key that the account is a machine's own: signed statements instead of a browser (RFC 7523).

use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::rsa::KeyPair;
use aws_lc_rs::signature::RSA_PKCS1_SHA256;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jiff::Timestamp;
use reqwest::Url;
use rustls::pki_types::PrivatePkcs8KeyDer;
use rustls::pki_types::pem::PemObject as _;
use secrecy::{ExposeSecret as _, SecretString};
use serde::Deserialize;
use serde_json::json;

use super::Endpoints;
use super::token::{self, TokenFailure, Tokens};
use crate::web::{self, Web};

const GRANT: &str = "urn:ietf:params:oauth:grant-type:jwt-bearer";
const LIFETIME: i64 = 3_600;
/// A statement that seems to come from the future is refused, so it is dated back by more than clocks usually differ.
const BACKDATED: i64 = 30;

/// A machine's own account at Google.
pub(crate) struct ServiceAccount {
    /// Its address.
    pub(crate) address: String,
    key_name: String,
    key: KeyPair,
    endpoints: Endpoints,
    scope: &'static str,
}

#[derive(Deserialize)]
struct KeyFile {
    client_email: String,
    private_key: String,
    #[serde(default)]
    private_key_id: String,
    token_uri: String,
}

impl ServiceAccount {
    /// Reads a key file of Google's. `elsewhere` takes the place of the address in it.
    pub(crate) fn read(file: &SecretString, elsewhere: Option<Endpoints>, scope: &'static str) -> Result<Self, String> {
        let unfit = |what: &str| format!("The key file of the service account cannot be used: {what}. Download it again as JSON.");
        let file: KeyFile =
            serde_json::from_str(file.expose_secret()).map_err(|_| unfit("it is no JSON with client_email, private_key and token_uri"))?;
        let key = PrivatePkcs8KeyDer::from_pem_slice(file.private_key.as_bytes()).map_err(|_| unfit("its private_key is no PEM"))?;
        let key = KeyPair::from_pkcs8(key.secret_pkcs8_der()).map_err(|_| unfit("its private_key is no RSA key"))?;
        let endpoints = match elsewhere {
            Some(endpoints) => endpoints,
            None => Endpoints::known(Url::parse(&file.token_uri).map_err(|_| unfit("its token_uri is no address"))?, None),
        };
        Ok(Self { address: file.client_email, key_name: file.private_key_id, key, endpoints, scope })
    }

    /// Asks for a token. Where this computer's clock is wrong the statement is refused, so it is made once more by the provider's clock.
    pub(super) async fn fetch(&self, web: &Web) -> Result<Tokens, TokenFailure> {
        let now = web::now();
        let failure = match self.ask(web, now).await {
            Ok(tokens) => return Ok(tokens),
            Err(failure) => failure,
        };
        let ahead = web.clock_ahead();
        if matches!(failure, TokenFailure::Ended(_)) && ahead.abs() > BACKDATED * 1_000 {
            let theirs = Timestamp::from_millisecond(now.as_millisecond().saturating_add(ahead)).unwrap_or(now);
            return self.ask(web, theirs).await;
        }
        Err(failure)
    }

    async fn ask(&self, web: &Web, now: Timestamp) -> Result<Tokens, TokenFailure> {
        let address = self.endpoints.token(web).await;
        let assertion = self.statement(&address, now).ok_or_else(|| {
            TokenFailure::Refused("The key file of the service account cannot sign. Download it again as JSON.".to_owned())
        })?;
        let fields = [("grant_type", GRANT), ("assertion", assertion.as_str())];
        let ended = "Google no longer accepts this key. It was deleted, the service account was, or this computer's clock is wrong.";
        token::exchange(web, "Google", address, &fields, ended).await
    }

    /// Says who asks for what, and until when, over a signature (RFC 7519).
    pub(super) fn statement(&self, token_address: &Url, now: Timestamp) -> Option<String> {
        let issued = now.as_second() - BACKDATED;
        let header = json!({ "alg": "RS256", "typ": "JWT", "kid": self.key_name });
        let claims = json!({
            "iss": self.address, "scope": self.scope, "aud": token_address.as_str(), "iat": issued, "exp": issued + LIFETIME,
        });
        let signed = format!("{}.{}", URL_SAFE_NO_PAD.encode(header.to_string()), URL_SAFE_NO_PAD.encode(claims.to_string()));
        let mut signature = vec![0; self.key.public_modulus_len()];
        self.key.sign(&RSA_PKCS1_SHA256, &SystemRandom::new(), signed.as_bytes(), &mut signature).ok()?;
        Some(format!("{signed}.{}", URL_SAFE_NO_PAD.encode(signature)))
    }
}
