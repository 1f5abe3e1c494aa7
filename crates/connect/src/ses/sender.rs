//! The account: settings in, lines out. A line is a share in the SDK's connections.

use async_trait::async_trait;
use aws_credential_types::provider::SharedCredentialsProvider;
use aws_sdk_sesv2::Client;
use aws_sdk_sesv2::config::retry::RetryConfig;
use aws_sdk_sesv2::config::{BehaviorVersion, Config, Region};
use aws_sdk_sesv2::operation::get_account::GetAccountOutput;
use aws_sdk_sesv2::primitives::Blob;
use aws_sdk_sesv2::types::{Destination, EmailContent, MessageTag, RawMessage};
use jiff::Timestamp;
use mail::incoming::DELIVERY_TAG;
use mail::port::{AccountConfig, Check, Limits, MailSender, Outgoing, SendOutcome, SenderLine, StoppedPage};
use secrecy::ExposeSecret as _;
use serde::Deserialize;

use super::{check, outcome, stopped};
use crate::{aws, settings};

/// One message takes SES about a tenth of a second; a little more than that many at once keep any rate up.
const SECONDS_PER_MESSAGE: f64 = 0.25;
const MOST_CONNECTIONS: usize = 100;
const CONNECTIONS_OF_UNKNOWN_RATE: usize = 10;

#[derive(Deserialize)]
struct SesSettings {
    region: String,
    /// Another service with the same interface.
    #[serde(default)]
    endpoint: Option<String>,
    /// Slower than the account allows.
    #[serde(default)]
    per_second: Option<f64>,
}

/// An account that sends by Amazon SES.
pub(crate) struct SesSender {
    client: Client,
    region: String,
    address: String,
    per_second: Option<f64>,
}

impl SesSender {
    pub(crate) fn new(account: &AccountConfig) -> Result<Self, String> {
        let settings: SesSettings = settings::read(account)?;
        if settings.per_second.is_some_and(|rate| !rate.is_finite() || rate <= 0.0) {
            return Err("The rate has to be more than zero messages a second; leave it out for the account's own.".to_owned());
        }
        let mut config = Config::builder()
            .behavior_version(BehaviorVersion::latest())
            .region(Region::new(settings.region.clone()))
            .credentials_provider(credentials(account)?)
            .retry_config(RetryConfig::disabled())
            .timeout_config(aws::patience());
        if let Some(endpoint) = aws::endpoint(settings.endpoint.as_deref().unwrap_or_default())? {
            config = config.endpoint_url(endpoint);
        }
        Ok(Self {
            client: Client::from_conf(config.build()),
            region: settings.region,
            address: account.address.clone(),
            per_second: settings.per_second,
        })
    }

    /// What SES says of the account; none where a compatible service has no such call.
    async fn account(&self) -> Result<Option<GetAccountOutput>, SendOutcome> {
        match self.client.get_account().send().await {
            Ok(account) => Ok(Some(account)),
            Err(error) if error.raw_response().is_some_and(|response| matches!(response.status().as_u16(), 404 | 405 | 501)) => Ok(None),
            Err(error) => Err(outcome::not_sent(outcome::of_error(&error, &self.address))),
        }
    }
}

#[async_trait]
impl MailSender for SesSender {
    async fn open(&self) -> Result<Box<dyn SenderLine>, SendOutcome> {
        Ok(Box::new(SesLine { client: self.client.clone(), address: self.address.clone() }))
    }

    async fn limits(&self) -> Result<Limits, SendOutcome> {
        let account = self.account().await?;
        Ok(limits(account.as_ref(), self.per_second))
    }

    async fn stopped(&self, since: Option<Timestamp>, page: Option<String>) -> Result<StoppedPage, SendOutcome> {
        stopped::read(&self.client, &self.address, since, page).await
    }

    async fn check(&self) -> Vec<Check> {
        check::run(&self.client, &self.region, &self.address, self.account().await).await
    }
}

/// The account's own key, if it has one.
fn credentials(account: &AccountConfig) -> Result<SharedCredentialsProvider, String> {
    if !account.secrets.contains_key("access_key") {
        return Ok(aws::credentials(None));
    }
    let (name, secret) = (settings::secret(account, "access_key")?, settings::secret(account, "secret_key")?);
    Ok(aws::credentials(Some((name.expose_secret(), &secret))))
}

/// SES states −1 where there is no quota (`SendQuota`).
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "SES counts whole messages in doubles")]
fn limits(account: Option<&GetAccountOutput>, wanted: Option<f64>) -> Limits {
    let quota = account.and_then(GetAccountOutput::send_quota);
    let allowed = quota.map(|quota| quota.max_send_rate).filter(|rate| *rate > 0.0);
    let per_second = match (allowed, wanted) {
        (Some(allowed), Some(wanted)) => Some(allowed.min(wanted)),
        (allowed, wanted) => allowed.or(wanted),
    };
    Limits {
        per_second,
        per_day: quota.map(|quota| quota.max24_hour_send).filter(|most| *most >= 0.0).map(|most| most as u64),
        sent_last_day: quota.map_or(0, |quota| quota.sent_last24_hours as u64),
        connections: per_second
            .map_or(CONNECTIONS_OF_UNKNOWN_RATE, |rate| ((rate * SECONDS_PER_MESSAGE).ceil() as usize).clamp(1, MOST_CONNECTIONS)),
    }
}

struct SesLine {
    client: Client,
    address: String,
}

#[async_trait]
impl SenderLine for SesLine {
    async fn send(&mut self, message: &Outgoing) -> SendOutcome {
        let raw = RawMessage::builder().data(Blob::new(message.message.as_ref())).build();
        let tag = MessageTag::builder().name(DELIVERY_TAG).value(&message.tag).build();
        let (Ok(raw), Ok(tag)) = (raw, tag) else {
            return SendOutcome::Refused { reason: "The message has no content.".to_owned() };
        };
        let request = self
            .client
            .send_email()
            .from_email_address(&self.address)
            .destination(Destination::builder().to_addresses(&message.recipient).build())
            .content(EmailContent::builder().raw(raw).build())
            .email_tags(tag)
            .set_feedback_forwarding_email_address(Some(message.feedback_address.clone()).filter(|address| !address.is_empty()));
        match request.send().await {
            Ok(answer) => SendOutcome::Accepted { remote_id: answer.message_id().unwrap_or_default().to_owned() },
            Err(error) => outcome::of_error(&error, &self.address),
        }
    }

    fn is_open(&self) -> bool {
        true
    }

    async fn close(self: Box<Self>) {}
}

#[cfg(test)]
mod tests {
    use aws_sdk_sesv2::types::SendQuota;

    use super::*;

    #[test]
    fn limits_are_the_lower_of_the_accounts_and_the_wanted_rate() {
        let quota = SendQuota::builder().max_send_rate(14.0).max24_hour_send(-1.0).sent_last24_hours(7.0).build();
        let account = GetAccountOutput::builder().send_quota(quota).build();
        let found = limits(Some(&account), Some(100.0));
        assert_eq!((found.per_second, found.per_day, found.sent_last_day), (Some(14.0), None, 7), "−1 means no quota");
        assert_eq!(found.connections, 4, "14 a second at a quarter of a second each");
        assert_eq!(limits(Some(&account), Some(2.0)).per_second, Some(2.0), "the organizer may go slower");
        assert_eq!(limits(None, None).per_second, None, "a service that states nothing has no limit");
    }
}
