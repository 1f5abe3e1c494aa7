//! **A fake**: an HTTP server that answers as the test tells it, one request a connection, and may break off in the middle of an answer.

use std::sync::{Arc, Mutex, PoisonError};

use rustls::ServerConfig;

use crate::certificate::Certificate;
pub use crate::http::Reply;
use crate::http::{Request, Server};

/// A running one; stops on drop.
#[derive(Debug)]
pub struct ScriptedHttp {
    server: Server,
    encrypted: bool,
    requests: Arc<Mutex<Vec<Request>>>,
}

impl ScriptedHttp {
    /// Starts one on a free port.
    ///
    /// # Errors
    /// When there is no free port.
    pub fn start(script: impl Fn(&Request) -> Reply + Send + Sync + 'static) -> anyhow::Result<Self> {
        Self::begin(None, script)
    }

    /// Starts one that speaks TLS.
    ///
    /// # Errors
    /// When there is no free port, or the certificate cannot be read.
    pub fn start_encrypted(certificate: &Certificate, script: impl Fn(&Request) -> Reply + Send + Sync + 'static) -> anyhow::Result<Self> {
        Self::begin(Some(certificate.server_config()?), script)
    }

    fn begin(tls: Option<Arc<ServerConfig>>, script: impl Fn(&Request) -> Reply + Send + Sync + 'static) -> anyhow::Result<Self> {
        let requests = Arc::new(Mutex::new(Vec::new()));
        let (encrypted, seen) = (tls.is_some(), Arc::clone(&requests));
        let server = Server::start(tls, move |request| {
            seen.lock().unwrap_or_else(PoisonError::into_inner).push(request.clone());
            Some(script(request).header("Connection", "close"))
        })?;
        Ok(Self { server, encrypted, requests })
    }

    /// The address of a path on it.
    pub fn url(&self, path: &str) -> String {
        format!("{}://127.0.0.1:{}{path}", if self.encrypted { "https" } else { "http" }, self.server.port())
    }

    /// Every request it read, in that order.
    pub fn requests(&self) -> Vec<Request> {
        self.requests.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}
