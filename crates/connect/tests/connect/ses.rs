use std::sync::Arc;

use mail::port::{CheckState, MailSender, SendOutcome, StoppedFor};
use serde_json::json;
use testkit::counting_ses::{Account, CountingSes, Cut};
use testkit::moto::Moto;

use crate::account::{account, message, name, sender};

fn ses(endpoint: &str) -> Arc<dyn MailSender> {
    let settings = json!({ "region": "us-east-1", "endpoint": endpoint });
    sender(&account("ses", settings, &[("access_key", "AKIATEST"), ("secret_key", "secret")]))
}

async fn send_one(sender: &dyn MailSender, recipient: &str) -> SendOutcome {
    sender.open().await.expect("a line is open at once").send(&message(recipient)).await
}

#[tokio::test]
async fn a_message_reaches_the_services_interface_byte_for_byte() {
    let moto = Moto::start().unwrap();
    let sender = ses(&moto.endpoint());
    let unverified = send_one(&*sender, "ann@example.org").await;
    assert_eq!(name(&unverified), "account stopped", "the sender is not verified, which no other guest would change: {unverified:?}");
    moto.verify("club@example.org").unwrap();
    let outcome = send_one(&*sender, "ann@example.org").await;
    let taken = moto.messages().unwrap();
    assert_eq!(taken.len(), 1, "once");
    assert_eq!(taken[0].data.as_bytes(), message("ann@example.org").message.as_ref(), "as it was built");
    assert_eq!(outcome, SendOutcome::Accepted { remote_id: taken[0].id.clone() }, "under the service's name");
}

#[tokio::test]
async fn a_service_without_a_quota_has_no_limits_and_says_so() {
    let moto = Moto::start().unwrap();
    moto.verify("club@example.org").unwrap();
    let sender = ses(&moto.endpoint());
    let limits = sender.limits().await.unwrap();
    assert_eq!((limits.per_second, limits.per_day), (None, None), "moto has no GetAccount");
    let checks = sender.check().await;
    let state = |code: &str| checks.iter().find(|check| check.code == code).map(|check| check.state);
    assert_eq!(state("account"), Some(CheckState::Warning), "it is told in words: {checks:?}");
    assert_eq!(state("identity"), Some(CheckState::Bad), "moto never says that an address is verified: {checks:?}");
    assert!(checks.iter().any(|check| check.code == "policy" && check.copy.contains("ses:SendEmail")), "a policy to copy: {checks:?}");
}

#[tokio::test]
async fn a_key_that_signs_wrongly_asks_for_a_new_login() {
    let moto = Moto::start().unwrap();
    moto.check_signatures().unwrap();
    let sender = ses(&moto.endpoint());
    let outcome = send_one(&*sender, "ann@example.org").await;
    assert_eq!(name(&outcome), "needs login", "nobody knows this key: {outcome:?}");
    let checks = sender.check().await;
    assert!(checks.iter().any(|check| check.state == CheckState::Bad), "the check says it too: {checks:?}");
}

#[tokio::test]
async fn tag_and_feedback_address_travel_with_the_message() {
    let server = CountingSes::start(Account::default()).unwrap();
    send_one(&*ses(&server.endpoint()), "ann@example.org").await;
    let taken = server.messages();
    assert_eq!(taken[0].feedback_address, "club+t1@example.org", "bounces go where the inbox is");
    assert_eq!(taken[0].tags.get("rollcall-delivery").map(String::as_str), Some("d1"), "events name the ledger row");
    assert_eq!((taken[0].from.as_str(), taken[0].to.as_str()), ("club@example.org", "ann@example.org"), "envelope");
}

#[tokio::test]
async fn quota_rate_and_pause_are_told_apart() {
    let server =
        CountingSes::start(Account { max_send_rate: 5.0, max_24_hour_send: 200.0, sent_last_24_hours: 3.0, ..Account::default() }).unwrap();
    let sender = ses(&server.endpoint());
    let limits = sender.limits().await.unwrap();
    assert_eq!((limits.per_second, limits.per_day, limits.sent_last_day), (Some(5.0), Some(200), 3), "as GetAccount says");
    server.change(|account| account.max_send_rate = 1.0);
    let outcomes: Vec<SendOutcome> = send_in_a_row(&*sender, 12).await;
    assert!(outcomes.iter().any(|outcome| name(outcome) == "throttled"), "too fast: {outcomes:?}");
    assert_eq!(outcomes.iter().filter(|outcome| name(outcome) == "accepted").count(), server.count(), "only what it took is accepted");
    server.change(|account| account.sent_last_24_hours = 200.0);
    assert_eq!(name(&send_one(&*sender, "ann@example.org").await), "account stopped", "the day's quota is used up");
    server.change(|account| account.sending_enabled = false);
    assert_eq!(name(&send_one(&*sender, "ann@example.org").await), "account stopped", "Amazon paused it");
}

async fn send_in_a_row(sender: &dyn MailSender, count: usize) -> Vec<SendOutcome> {
    let mut outcomes = Vec::new();
    for _ in 0..count {
        outcomes.push(send_one(sender, "ann@example.org").await);
    }
    outcomes
}

#[tokio::test]
async fn a_line_that_breaks_before_the_answer_leaves_the_message_uncertain() {
    let server = CountingSes::start(Account::default()).unwrap();
    server.change(|account| {
        account.cuts.insert("lost@example.org".to_owned(), Cut::BeforeCounting);
        account.cuts.insert("taken@example.org".to_owned(), Cut::BeforeAnswering);
        account.refusals.insert("broken@example.org".to_owned(), (500, "InternalFailure".to_owned(), "oops".to_owned()));
    });
    let sender = ses(&server.endpoint());
    for recipient in ["lost@example.org", "taken@example.org", "broken@example.org"] {
        let outcome = send_one(&*sender, recipient).await;
        assert_eq!(name(&outcome), "uncertain", "from here {recipient} looks the same as one that arrived: {outcome:?}");
    }
    assert_eq!(server.count(), 1, "nothing was tried twice behind our back");
}

#[tokio::test]
async fn a_service_that_is_not_reached_may_be_tried_again() {
    let endpoint = CountingSes::start(Account::default()).unwrap().endpoint();
    let outcome = send_one(&*ses(&endpoint), "ann@example.org").await;
    assert_eq!(name(&outcome), "retry", "no connection, so nothing left: {outcome:?}");
}

#[tokio::test]
async fn a_check_explains_the_sandbox() {
    let server = CountingSes::start(Account { production_access: false, ..Account::default() }).unwrap();
    let checks = ses(&server.endpoint()).check().await;
    let state = |code: &str| checks.iter().find(|check| check.code == code).map(|check| check.state);
    assert_eq!(state("sandbox"), Some(CheckState::Bad), "{checks:?}");
    for code in ["key", "sending", "quota", "identity", "dkim"] {
        assert_eq!(state(code), Some(CheckState::Good), "{code} in {checks:?}");
    }
}

#[tokio::test]
async fn the_accounts_own_suppression_list_is_read_page_by_page() {
    let server = CountingSes::start(Account::default()).unwrap();
    let entry = |name: &str, reason: &str| (format!("{name}@example.org"), reason.to_owned(), 1_800_000_000);
    server.change(|account| account.stopped = vec![entry("ann", "BOUNCE"), entry("bo", "COMPLAINT"), entry("cy", "BOUNCE")]);
    let sender = ses(&server.endpoint());
    let first = sender.stopped(None, None).await.unwrap();
    let reasons: Vec<_> = first.addresses.iter().map(|stopped| (stopped.address.as_str(), stopped.reason)).collect();
    assert_eq!(reasons, [("ann@example.org", StoppedFor::Bounce), ("bo@example.org", StoppedFor::Complaint)], "with the reason");
    assert_eq!(first.addresses[0].at.as_second(), 1_800_000_000, "and since when");
    let last = sender.stopped(None, first.next).await.unwrap();
    assert_eq!((last.addresses.len(), last.next), (1, None), "to the end");
}

#[tokio::test]
async fn a_key_is_never_sent_in_clear() {
    let settings = json!({ "region": "us-east-1", "endpoint": "http://example.org" });
    let refused = connect::adapters().sender(&account("ses", settings, &[("access_key", "a"), ("secret_key", "b")])).expect("SES is known");
    assert!(refused.is_err_and(|words| words.contains("https")), "a sentence says why");
}

/// Whether AWS's tools find a key on the computer that runs the tests.
fn computer_has_a_key() -> bool {
    let home = std::env::var_os("HOME").map(std::path::PathBuf::from).unwrap_or_default();
    ["AWS_ACCESS_KEY_ID", "AWS_SHARED_CREDENTIALS_FILE", "AWS_CONFIG_FILE", "AWS_PROFILE"]
        .iter()
        .any(|name| std::env::var_os(name).is_some())
        || home.join(".aws").exists()
}

#[tokio::test]
async fn without_a_key_of_its_own_the_computers_key_is_used() {
    let server = CountingSes::start(Account::default()).unwrap();
    let settings = json!({ "region": "us-east-1", "endpoint": server.endpoint() });
    let outcome = send_one(&*sender(&account("ses", settings, &[])), "ann@example.org").await;
    let expected = if computer_has_a_key() { ("accepted", 1) } else { ("needs login", 0) };
    assert_eq!((name(&outcome), server.count()), expected, "the computer's key decides: {outcome:?}");
}
