//! Which kind of account is served by which module.

use std::sync::Arc;

use calendar::remote::CalendarRemote;
use mail::consent::{SecretKeeper, SignIn, Withdrawal};
use mail::port::{AccountConfig, Adapters, CopyPlace, CopyTarget, MailDomains, MailInbox, MailSender};

use crate::caldav::CalDav;
use crate::domains::Dns;
use crate::feed::Feed;
use crate::google::{self, GoogleCalendars};
use crate::imap::ImapInbox;
use crate::maildir::Maildir;
use crate::microsoft::{self, MicrosoftCalendars};
use crate::oauth::SERVICE_ACCOUNT;
use crate::s3::Bucket;
use crate::ses::SesSender;
use crate::smtp::SmtpSender;

/// The adapters of this crate: senders `smtp` and `ses`, inboxes `imap` and `maildir`, calendars `google`, `microsoft`, `caldav` and `feed`, copies in
/// `s3://`.
#[must_use]
pub fn adapters() -> Box<dyn Adapters> {
    Box::new(Connected)
}

struct Connected;

impl Adapters for Connected {
    fn sender(&self, account: &AccountConfig) -> Option<Result<Arc<dyn MailSender>, String>> {
        match account.kind.as_str() {
            "smtp" => Some(SmtpSender::new(account).map(|sender| Arc::new(sender) as Arc<dyn MailSender>)),
            "ses" => Some(SesSender::new(account).map(|sender| Arc::new(sender) as Arc<dyn MailSender>)),
            _ => None,
        }
    }

    fn inbox(&self, account: &AccountConfig) -> Option<Result<Arc<dyn MailInbox>, String>> {
        match account.kind.as_str() {
            "imap" => Some(ImapInbox::new(account).map(|inbox| Arc::new(inbox) as Arc<dyn MailInbox>)),
            "maildir" => Some(Maildir::new(account).map(|inbox| Arc::new(inbox) as Arc<dyn MailInbox>)),
            _ => None,
        }
    }

    fn calendars(&self, account: &AccountConfig, keeper: Arc<dyn SecretKeeper>) -> Option<Result<Arc<dyn CalendarRemote>, String>> {
        match account.kind.as_str() {
            "caldav" => Some(CalDav::new(account).map(|calendars| Arc::new(calendars) as Arc<dyn CalendarRemote>)),
            "feed" => Some(Feed::new(account).map(|feed| Arc::new(feed) as Arc<dyn CalendarRemote>)),
            "google" => Some(GoogleCalendars::new(account, keeper).map(|google| Arc::new(google) as Arc<dyn CalendarRemote>)),
            "microsoft" => Some(MicrosoftCalendars::new(account, keeper).map(|microsoft| Arc::new(microsoft) as Arc<dyn CalendarRemote>)),
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
