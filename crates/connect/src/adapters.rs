//! Which kind of account is served by which module.

use std::sync::Arc;

use calendar::remote::CalendarRemote;
use mail::consent::{MailServers, SecretKeeper, SignIn, Withdrawal};
use mail::port::{AccountConfig, Adapters, CopyPlace, CopyTarget, MailDomains, MailInbox, MailSender};
use serde_json::Value;

use crate::caldav::CalDav;
use crate::domains::Dns;
use crate::feed::Feed;
use crate::google::{self, GoogleCalendars};
use crate::imap::ImapInbox;
use crate::maildir::Maildir;
use crate::microsoft::{self, MicrosoftCalendars};
use crate::oauth::{Consents, MailTokens, SERVICE_ACCOUNT};
use crate::s3::Bucket;
use crate::ses::SesSender;
use crate::smtp::SmtpSender;
use crate::wire::is_loopback;

/// The adapters of this crate: senders `smtp` and `ses`, inboxes `imap` and `maildir`, calendars `google`, `microsoft`, `caldav` and `feed`, copies in
/// `s3://`.
#[must_use]
pub fn adapters() -> Box<dyn Adapters> {
    Box::new(Connected::default())
}

#[derive(Default)]
struct Connected {
    consents: Consents,
}

impl Connected {
    fn smtp(&self, account: &AccountConfig) -> Result<Arc<dyn MailSender>, String> {
        Ok(Arc::new(SmtpSender::new(account, self.mail_tokens(account)?)?))
    }

    fn imap(&self, account: &AccountConfig) -> Result<Arc<dyn MailInbox>, String> {
        Ok(Arc::new(ImapInbox::new(account, self.mail_tokens(account)?)?))
    }

    /// The tokens of the consent that a sender or an inbox is used by. They are shown to the servers of whoever gave them, and to no other.
    fn mail_tokens(&self, account: &AccountConfig) -> Result<Option<MailTokens>, String> {
        let Some(consent) = &account.consent else { return Ok(None) };
        let host = account.settings.get("host").and_then(Value::as_str).unwrap_or_default();
        let servers = self.mail_servers(&consent.account);
        let is_theirs =
            servers.is_some_and(|servers| [servers.smtp.0, servers.imap.0].iter().any(|known| known.eq_ignore_ascii_case(host)));
        if !is_theirs && !is_loopback(host) {
            return Err(format!(
                "“{}” signs in by the consent to “{}”, which is shown to that provider’s own servers and not to {host}.",
                account.label, consent.account.label
            ));
        }
        match consent.account.kind.as_str() {
            "google" => google::mail_tokens(consent, &self.consents).map(Some),
            "microsoft" => microsoft::mail_tokens(consent, &self.consents).map(Some),
            _ => Ok(None),
        }
    }
}

impl Adapters for Connected {
    fn sender(&self, account: &AccountConfig) -> Option<Result<Arc<dyn MailSender>, String>> {
        match account.kind.as_str() {
            "smtp" => Some(self.smtp(account)),
            "ses" => Some(SesSender::new(account).map(|sender| Arc::new(sender) as Arc<dyn MailSender>)),
            _ => None,
        }
    }

    fn inbox(&self, account: &AccountConfig) -> Option<Result<Arc<dyn MailInbox>, String>> {
        match account.kind.as_str() {
            "imap" => Some(self.imap(account)),
            "maildir" => Some(Maildir::new(account).map(|inbox| Arc::new(inbox) as Arc<dyn MailInbox>)),
            _ => None,
        }
    }

    fn calendars(&self, account: &AccountConfig, keeper: Arc<dyn SecretKeeper>) -> Option<Result<Arc<dyn CalendarRemote>, String>> {
        match account.kind.as_str() {
            "caldav" => Some(CalDav::new(account).map(|calendars| Arc::new(calendars) as Arc<dyn CalendarRemote>)),
            "feed" => Some(Feed::new(account).map(|feed| Arc::new(feed) as Arc<dyn CalendarRemote>)),
            "google" => {
                Some(GoogleCalendars::new(account, keeper, &self.consents).map(|google| Arc::new(google) as Arc<dyn CalendarRemote>))
            }
            "microsoft" => Some(
                MicrosoftCalendars::new(account, keeper, &self.consents).map(|microsoft| Arc::new(microsoft) as Arc<dyn CalendarRemote>),
            ),
            _ => None,
        }
    }

    fn sign_in(&self, account: &AccountConfig) -> Option<Result<Box<dyn SignIn>, String>> {
        match account.kind.as_str() {
            // A machine's own account signs in by its key.
            "google" if account.secrets.contains_key(SERVICE_ACCOUNT) => None,
            "google" => Some(google::sign_in(account, rand::random())),
            "microsoft" => Some(microsoft::sign_in(account, rand::random())),
            _ => None,
        }
    }

    fn mail_servers(&self, account: &AccountConfig) -> Option<MailServers> {
        match account.kind.as_str() {
            // A machine's own account has no mailbox.
            "google" if account.secrets.contains_key(SERVICE_ACCOUNT) => None,
            "google" => Some(google::mail_servers(account)),
            "microsoft" => Some(microsoft::mail_servers(account)),
            _ => None,
        }
    }

    fn sign_out(&self, account: &AccountConfig) -> Option<Withdrawal> {
        match account.kind.as_str() {
            "google" => google::sign_out(account),
            _ => None,
        }
    }

    fn copies(&self, target: &CopyTarget) -> Option<Result<Arc<dyn CopyPlace>, String>> {
        Bucket::of(target).map(|bucket| bucket.map(|bucket| Arc::new(bucket) as Arc<dyn CopyPlace>))
    }

    fn domains(&self) -> Option<Arc<dyn MailDomains>> {
        Some(Arc::new(Dns::new()))
    }
}
