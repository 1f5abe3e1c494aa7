//! TLS settings: the system's authorities, `aws-lc-rs`, and words for what goes wrong.

use std::path::Path;
use std::sync::Arc;

use rustls::ClientConfig;
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject as _;
use rustls_platform_verifier::{BuilderVerifierExt as _, Verifier};

use super::ConnectError;

/// Trusts what the operating system trusts, and the authority in `ca_file` besides.
pub(crate) fn client_config(ca_file: Option<&Path>) -> Result<ClientConfig, String> {
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let builder = ClientConfig::builder_with_provider(Arc::clone(&provider))
        .with_safe_default_protocol_versions()
        .map_err(|error| format!("TLS cannot be set up: {error}."))?;
    let no_verifier = |error: rustls::Error| format!("The authorities that this computer trusts cannot be read: {error}.");
    let Some(path) = ca_file else {
        return Ok(builder.with_platform_verifier().map_err(no_verifier)?.with_no_client_auth());
    };
    let authorities = CertificateDer::pem_file_iter(path)
        .and_then(Iterator::collect::<Result<Vec<_>, _>>)
        .map_err(|error| format!("The certificate file {} cannot be read: {error}.", path.display()))?;
    let verifier = Verifier::new_with_extra_roots(authorities, provider).map_err(no_verifier)?;
    Ok(builder.dangerous().with_custom_certificate_verifier(Arc::new(verifier)).with_no_client_auth())
}

/// What a failed TLS greeting means for the organizer.
pub(super) fn explain(error: &std::io::Error, host: &str, port: u16) -> ConnectError {
    match error.get_ref().and_then(|source| source.downcast_ref::<rustls::Error>()) {
        Some(rustls::Error::InvalidCertificate(problem)) => ConnectError::Unfit(format!(
            "The certificate of {host} is not to be trusted ({problem:?}). Check the host name; nothing was sent."
        )),
        Some(rustls::Error::InvalidMessage(_)) => {
            ConnectError::Unfit(format!("{host} does not speak TLS from the start on port {port}. Try STARTTLS, or another port."))
        }
        _ => ConnectError::Unreachable(format!("The TLS greeting with {host}:{port} failed: {error}.")),
    }
}
