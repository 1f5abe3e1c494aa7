//! Which kind of account is served by which module.

use std::sync::Arc;

use mail::port::{AccountConfig, Adapters, CopyPlace, CopyTarget, MailDomains, MailInbox, MailSender};

use crate::domains::Dns;
use crate::imap::ImapInbox;
use crate::maildir::Maildir;
use crate::s3::Bucket;
use crate::ses::SesSender;
use crate::smtp::SmtpSender;

/// The adapters of this crate: senders `smtp` and `ses`, inboxes `imap` and `maildir`, copies in `s3://`.
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

    fn copies(&self, target: &CopyTarget) -> Option<Result<Arc<dyn CopyPlace>, String>> {
        Bucket::of(target).map(|bucket| bucket.map(|bucket| Arc::new(bucket) as Arc<dyn CopyPlace>))
    }

    fn domains(&self) -> Option<Arc<dyn MailDomains>> {
        Some(Arc::new(Dns::new()))
    }
}
