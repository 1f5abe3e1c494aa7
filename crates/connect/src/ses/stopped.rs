//! The account's own suppression list: what SES would take and never deliver.
//! <https://docs.aws.amazon.com/ses/latest/APIReference-V2/API_ListSuppressedDestinations.html>

use aws_sdk_sesv2::Client;
use aws_sdk_sesv2::primitives::DateTime;
use aws_sdk_sesv2::types::{SuppressedDestinationSummary, SuppressionListReason};
use jiff::Timestamp;
use mail::port::{SendOutcome, StoppedAddress, StoppedFor, StoppedPage};

use super::outcome;

const PAGE: i32 = 1_000;

pub(super) async fn read(
    client: &Client,
    address: &str,
    since: Option<Timestamp>,
    page: Option<String>,
) -> Result<StoppedPage, SendOutcome> {
    let since = since.map(|since| DateTime::from_secs(since.as_second()));
    let found = client.list_suppressed_destinations().set_start_date(since).set_next_token(page).page_size(PAGE).send().await;
    match found {
        Ok(found) => Ok(StoppedPage {
            addresses: found.suppressed_destination_summaries().iter().map(stopped).collect(),
            next: found.next_token().map(str::to_owned),
        }),
        // A compatible service may keep no such list.
        Err(error) if error.raw_response().is_some_and(|response| matches!(response.status().as_u16(), 404 | 405 | 501)) => {
            Ok(StoppedPage::default())
        }
        Err(error) => Err(outcome::not_sent(outcome::of_error(&error, address))),
    }
}

fn stopped(summary: &SuppressedDestinationSummary) -> StoppedAddress {
    let reason = match summary.reason() {
        SuppressionListReason::Complaint => StoppedFor::Complaint,
        _ => StoppedFor::Bounce,
    };
    let at = Timestamp::from_second(summary.last_update_time().secs()).unwrap_or(Timestamp::UNIX_EPOCH);
    StoppedAddress { address: summary.email_address().to_owned(), reason, at }
}
