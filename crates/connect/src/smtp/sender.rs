//! The account: settings in, lines out.

use async_trait::async_trait;
use mail::port::{AccountConfig, Check, Limits, MailSender, SendOutcome, SenderLine};
use serde::Deserialize;

use super::check;
use super::line::{Failure, SmtpLine};
use crate::oauth::MailTokens;
use crate::settings::{self, Login, LoginKind};
use crate::wire::{Server, ServerSettings};

/// Many submission servers refuse a fourth connection of one user (Exchange Online allows three).
const CONNECTIONS: usize = 3;

#[derive(Deserialize)]
struct SmtpSettings {
    #[serde(flatten)]
    server: ServerSettings,
    #[serde(default)]
    user: Option<String>,
    #[serde(default)]
    login: LoginKind,
    /// Messages a second that the provider allows.
    #[serde(default)]
    per_second: Option<f64>,
    #[serde(default)]
    connections: Option<usize>,
}

/// An account that sends by SMTP.
pub(crate) struct SmtpSender {
    server: Server,
    login: Option<Login>,
    address: String,
    per_second: Option<f64>,
    connections: usize,
}

impl SmtpSender {
    pub(crate) fn new(account: &AccountConfig, tokens: Option<MailTokens>) -> Result<Self, String> {
        let settings: SmtpSettings = settings::read(account)?;
        if settings.per_second.is_some_and(|rate| !rate.is_finite() || rate <= 0.0) {
            return Err("The rate has to be more than zero messages a second; leave it out for no limit.".to_owned());
        }
        let login = match settings.user.filter(|user| !user.is_empty()) {
            Some(user) => Some(Login::read(account, user, settings.login, tokens)?),
            None => None,
        };
        Ok(Self {
            server: Server::new(&settings.server)?,
            login,
            address: account.address.clone(),
            per_second: settings.per_second,
            connections: settings.connections.unwrap_or(CONNECTIONS).clamp(1, 100),
        })
    }

    pub(super) async fn line(&self) -> Result<SmtpLine, Failure> {
        let Some(login) = &self.login else { return SmtpLine::open(&self.server, None).await };
        let shown = login.shown().await.map_err(Failure::consent)?;
        match SmtpLine::open(&self.server, Some((login, &shown))).await {
            Err(failure) if failure.refuses_login() && login.has_another(&shown).await => {
                let shown = login.shown().await.map_err(Failure::consent)?;
                SmtpLine::open(&self.server, Some((login, &shown))).await.map_err(|failure| failure.of_login(login))
            }
            outcome => outcome,
        }
    }
}

#[async_trait]
impl MailSender for SmtpSender {
    async fn open(&self) -> Result<Box<dyn SenderLine>, SendOutcome> {
        match self.line().await {
            Ok(line) => Ok(Box::new(line)),
            Err(failure) => Err(failure.outcome),
        }
    }

    async fn limits(&self) -> Result<Limits, SendOutcome> {
        Ok(Limits { per_second: self.per_second, per_day: None, sent_last_day: 0, connections: self.connections })
    }

    async fn check(&self) -> Vec<Check> {
        check::run(&self.server, self.login.as_ref(), &self.address, self.line().await).await
    }
}
