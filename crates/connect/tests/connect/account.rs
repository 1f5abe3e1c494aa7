//! Accounts and messages for the tests.

use std::path::Path;
use std::sync::Arc;

use mail::port::{AccountConfig, Adapters, InboxError, MailInbox, MailSender, Outgoing, Reach, SendOutcome};
use serde_json::{Value, json};
use testkit::counting_smtp::{CountingSmtp, Encryption};

pub(crate) fn account(kind: &str, settings: Value, secrets: &[(&str, &str)]) -> AccountConfig {
    AccountConfig {
        kind: kind.to_owned(),
        label: "Test".to_owned(),
        address: "club@example.org".to_owned(),
        settings,
        secrets: secrets.iter().map(|(name, value)| ((*name).to_owned(), (*value).into())).collect(),
        ..AccountConfig::default()
    }
}

pub(crate) fn sender(account: &AccountConfig) -> Arc<dyn MailSender> {
    connect::adapters().sender(account).expect("the kind is known").expect("the settings are right")
}

pub(crate) fn inbox(account: &AccountConfig) -> Arc<dyn MailInbox> {
    connect::adapters().inbox(account).expect("the kind is known").expect("the settings are right")
}

/// Mail of one account: what it is sent through, and where it arrives.
pub(crate) struct Mail {
    pub(crate) sender: Arc<dyn MailSender>,
    inbox: Arc<dyn MailInbox>,
}

impl Mail {
    pub(crate) fn of(adapters: &dyn Adapters, sending: &AccountConfig, reading: &AccountConfig) -> Self {
        let sender = adapters.sender(sending).expect("the kind is known").expect("the settings are right");
        let inbox = adapters.inbox(reading).expect("the kind is known").expect("the settings are right");
        Self { sender, inbox }
    }

    /// What becomes of a message to a guest.
    pub(crate) async fn sends(&self) -> SendOutcome {
        match self.sender.open().await {
            Ok(mut line) => {
                let outcome = line.send(&message("guest@guests.test")).await;
                line.close().await;
                outcome
            }
            Err(outcome) => outcome,
        }
    }

    /// How many messages are read.
    pub(crate) async fn reads(&self) -> Result<usize, InboxError> {
        Ok(self.inbox.fetch(&[], Reach::Everything, 10).await?.messages.len())
    }
}

pub(crate) fn smtp(server: &CountingSmtp, encryption: Encryption, login: Option<(&str, &str)>) -> Arc<dyn MailSender> {
    let tls = match encryption {
        Encryption::None => "none",
        Encryption::Implicit => "implicit",
        Encryption::Starttls => "starttls",
    };
    let mut settings = json!({ "host": "localhost", "port": server.port(), "tls": tls });
    if let Some(authority) = server.authority() {
        settings["ca_file"] = json!(authority);
    }
    let mut secrets = Vec::new();
    if let Some((user, password)) = login {
        settings["user"] = json!(user);
        secrets.push(("password", password));
    }
    sender(&account("smtp", settings, &secrets))
}

pub(crate) fn maildir(path: &Path) -> Arc<dyn MailInbox> {
    inbox(&account("maildir", json!({ "path": path }), &[]))
}

pub(crate) fn message(recipient: &str) -> Outgoing {
    Outgoing {
        envelope_from: "club+t1@example.org".to_owned(),
        recipient: recipient.to_owned(),
        message: format!(
            "From: club@example.org\r\nTo: {recipient}\r\nSubject: Game\r\n\r\n.first line begins with a dot\r\n..\r\nlast\r\n"
        )
        .into_bytes()
        .into(),
        tag: "d1".to_owned(),
        feedback_address: "club+t1@example.org".to_owned(),
    }
}

pub(crate) fn name(outcome: &SendOutcome) -> &'static str {
    match outcome {
        SendOutcome::Accepted { .. } => "accepted",
        SendOutcome::Retry { throttled: false, .. } => "retry",
        SendOutcome::Retry { throttled: true, .. } => "throttled",
        SendOutcome::Refused { .. } => "refused",
        SendOutcome::Uncertain { .. } => "uncertain",
        SendOutcome::AccountStopped { .. } => "account stopped",
        SendOutcome::NeedsLogin { .. } => "needs login",
    }
}
