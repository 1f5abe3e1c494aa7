//! One consent for calendars and mail: Postfix and Dovecot take the tokens that a fake of Google gives.

use std::sync::{Arc, Mutex};

use async_trait::async_trait;
use calendar::remote::CalendarRemote;
use mail::consent::{Consent, SecretKeeper};
use mail::port::{AccountConfig, Adapters, InboxError, SendOutcome};
use secrecy::{ExposeSecret as _, SecretString};
use serde_json::json;
use testkit::dovecot::Dovecot;
use testkit::fake_google::FakeGoogle;
use testkit::postfix::Postfix;

use crate::account::{Mail, account, name};

/// Seconds since 1970, in the year 2100 and long ago.
const GOOD: i64 = 4_102_444_800;
const ENDED: i64 = 1_700_000_100;

/// What was kept, in that order.
#[derive(Clone, Default)]
struct Kept(Arc<Mutex<Vec<String>>>);

#[async_trait]
impl SecretKeeper for Kept {
    async fn keep(&self, name: &str, secret: SecretString) -> Result<(), String> {
        assert_eq!(name, "refresh_token", "nothing else is replaced");
        self.0.lock().unwrap().push(secret.expose_secret().to_owned());
        Ok(())
    }
}

struct World {
    google: FakeGoogle,
    dovecot: Dovecot,
    postfix: Postfix,
    kept: Kept,
    calendars: Arc<dyn CalendarRemote>,
    mail: Mail,
}

fn used_by(
    adapters: &dyn Adapters,
    google: &FakeGoogle,
    kept: &Kept,
    dovecot: &Dovecot,
    postfix: &Postfix,
) -> (AccountConfig, [AccountConfig; 2]) {
    let secrets = google.secrets();
    let mut own = account("google", google.settings(), &secrets.each_ref().map(|(name, value)| (*name, value.as_str())));
    own.id = 7;
    assert!(adapters.mail_servers(&own).is_some_and(|servers| servers.smtp.0 == "127.0.0.1"), "who stands in for Google has its mail");
    let consent = Consent { account: Box::new(own.clone()), keeper: Arc::new(kept.clone()) };
    let by_consent = |kind: &str, port: u16, tls: &str| {
        let settings =
            json!({ "host": "localhost", "port": port, "tls": tls, "user": "club", "login": "consent", "ca_file": dovecot.authority() });
        AccountConfig { consent: Some(consent.clone()), ..account(kind, settings, &[]) }
    };
    (own, [by_consent("smtp", postfix.port(), "starttls"), by_consent("imap", dovecot.tls_port(), "implicit")])
}

impl World {
    fn new() -> Self {
        let google = FakeGoogle::start().unwrap();
        google.open_mailbox("club", GOOD);
        google.set_rotating(true);
        let dovecot = Dovecot::start(&[("club", "secret")]).unwrap();
        let postfix = Postfix::start(&dovecot).unwrap();
        let (adapters, kept) = (connect::adapters(), Kept::default());
        let (own, [sending, reading]) = used_by(&*adapters, &google, &kept, &dovecot, &postfix);
        let calendars = adapters.calendars(&own, Arc::new(kept.clone())).expect("a kind of theirs").expect("the settings are right");
        let mail = Mail::of(&*adapters, &sending, &reading);
        Self { google, dovecot, postfix, kept, calendars, mail }
    }
}

#[tokio::test]
async fn one_token_is_fetched_for_calendars_mail_and_mailbox_together() {
    let world = World::new();
    world.dovecot.deliver("club", b"Subject: in\r\n\r\nhello\r\n").unwrap();
    let (listed, sent, read) = tokio::join!(world.calendars.calendars(), world.mail.sends(), world.mail.reads());
    assert!(listed.is_ok(), "the calendars are listed: {listed:?}");
    assert_eq!(name(&sent), "accepted", "a real server takes the token, and the message: {sent:?}");
    assert_eq!(read.unwrap(), 1, "a real server opens the mailbox");
    assert_eq!(world.google.token_requests(), 1, "one refresh for all three");
    assert_eq!(*world.kept.0.lock().unwrap(), [world.google.refresh_token()], "its new refresh token is kept, once");
    assert_eq!(world.postfix.received_by_guests(1).unwrap().len(), 1, "the guest has it");
}

#[tokio::test]
async fn a_token_that_ends_before_its_time_is_replaced_and_sending_goes_on() {
    let world = World::new();
    world.google.open_mailbox("club", ENDED);
    world.calendars.calendars().await.unwrap();
    world.google.open_mailbox("club", GOOD);
    let sent = world.mail.sends().await;
    assert_eq!(name(&sent), "accepted", "refused, replaced, and taken: {sent:?}");
    assert_eq!(world.google.token_requests(), 2, "one more token");
    assert_eq!(world.mail.reads().await.unwrap(), 0, "the mailbox is opened with the same one");
    assert_eq!(world.google.token_requests(), 2, "which needs no other");
    assert_eq!(world.kept.0.lock().unwrap().last(), Some(&world.google.refresh_token()), "what is kept is what is good");
}

#[tokio::test]
async fn a_mailbox_that_takes_no_token_says_so_after_one_more_try() {
    let world = World::new();
    world.google.open_mailbox("somebody-else", GOOD);
    let sent = world.mail.sends().await;
    assert_eq!(name(&sent), "needs login", "a token of another's is none: {sent:?}");
    assert_eq!(world.google.token_requests(), 2, "it was tried with a fresh one");
    let read = world.mail.reads().await.unwrap_err();
    assert!(matches!(read, InboxError::NeedsLogin(_)), "nor does it open the mailbox: {read:?}");
}

#[tokio::test]
async fn a_check_of_a_mailbox_that_takes_no_token_says_what_to_do() {
    let world = World::new();
    world.google.open_mailbox("somebody-else", GOOD);
    let checks = world.mail.sender.check().await;
    let says_so = checks.iter().any(|check| check.message.contains("Sign in again in the browser"));
    assert!(says_so, "the check says what to do: {checks:?}");
}

#[tokio::test]
async fn a_consent_that_ended_and_a_provider_out_of_reach_are_told_apart() {
    let world = World::new();
    world.google.fail_next_sign_in(2, testkit::fake_google::Failure::throttled(503, Some(30)));
    let later = world.mail.sends().await;
    assert!(matches!(&later, SendOutcome::Retry { .. }), "not now: {later:?}");
    assert!(matches!(world.mail.reads().await, Err(InboxError::Unreachable(_))), "neither for the mailbox");
    world.google.withdraw_consent();
    let ended = world.mail.sends().await;
    assert!(matches!(&ended, SendOutcome::NeedsLogin { reason } if reason.contains("no longer accepts the consent")), "{ended:?}");
    assert!(matches!(world.mail.reads().await, Err(InboxError::NeedsLogin(words)) if words.contains("consent")), "in the same words");
}

#[test]
fn a_consent_is_shown_to_nobodys_servers_but_its_providers() {
    let to = |host: &str, settings: serde_json::Value| {
        let own = account("google", settings, &[("refresh_token", "r"), ("client_secret", "s")]);
        let consent = Consent { account: Box::new(own), keeper: Arc::new(Kept::default()) };
        let settings = json!({ "host": host, "port": 465, "tls": "implicit", "user": "club", "login": "consent" });
        let config = AccountConfig { consent: Some(consent), ..account("smtp", settings, &[]) };
        connect::adapters().sender(&config).expect("a kind of theirs").map(drop)
    };
    let own = json!({ "client_id": FakeGoogle::CLIENT });
    assert_eq!(to("smtp.gmail.com", own.clone()), Ok(()), "Google's own");
    let refused = to("smtp.example.org", own).unwrap_err();
    assert!(refused.contains("smtp.example.org"), "the sentence names the server: {refused}");
    let elsewhere = FakeGoogle::start().unwrap().settings();
    assert!(to("smtp.gmail.com", elsewhere.clone()).is_err(), "nor is Google shown the consent to a server that stands in for it");
    assert_eq!(to("127.0.0.1", elsewhere), Ok(()), "which is shown to that one");
}
