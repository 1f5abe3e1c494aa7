use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};

use aws_lc_rs::encoding::AsDer as _;
use aws_lc_rs::rsa::{KeyPair, KeySize};
use aws_lc_rs::signature::{KeyPair as _, RSA_PKCS1_2048_8192_SHA256, UnparsedPublicKey};
use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use calendar::remote::RemoteFailure;
use mail::consent::SecretKeeper;
use secrecy::ExposeSecret as _;
use serde_json::json;
use testkit::fake_google::{Failure, FakeGoogle};

use super::*;
use crate::google::tests::provider_at;
use crate::web::Web;

/// Keeps secrets in memory, or says that the disk is full.
#[derive(Default)]
struct Keeper {
    kept: Mutex<Vec<String>>,
    is_full: AtomicBool,
}

impl Keeper {
    fn kept(&self) -> Vec<String> {
        self.kept.lock().unwrap().clone()
    }
}

#[async_trait::async_trait]
impl SecretKeeper for Keeper {
    async fn keep(&self, name: &str, secret: SecretString) -> Result<(), String> {
        if self.is_full.load(Ordering::SeqCst) {
            return Err("The disk is full.".to_owned());
        }
        self.kept.lock().unwrap().push(format!("{name}={}", secret.expose_secret()));
        Ok(())
    }
}

fn tokens(fake: &FakeGoogle, keeper: &Arc<Keeper>) -> AccessTokens {
    let source = Source::Consent {
        provider: provider_at(fake.settings()),
        client: Client { id: FakeGoogle::CLIENT.to_owned(), secret: Some(FakeGoogle::CLIENT_SECRET.into()) },
        refresh_token: fake.refresh_token().into(),
        keeper: Arc::clone(keeper) as Arc<dyn SecretKeeper>,
    };
    AccessTokens::new(Arc::new(Web::new(None).unwrap()), source)
}

#[tokio::test]
async fn twenty_who_ask_at_once_get_one_token() {
    let fake = FakeGoogle::start().unwrap();
    let tokens = tokens(&fake, &Arc::default());
    let given = futures::future::join_all((0..20).map(|_| tokens.get())).await;
    let first = given[0].as_ref().unwrap().expose_secret().to_owned();
    assert!(given.iter().all(|token| token.as_ref().unwrap().expose_secret() == first), "the same for everybody");
    assert_eq!(fake.token_requests(), 1, "asked for once");
}

#[tokio::test]
async fn a_token_that_was_not_accepted_is_asked_for_anew_once() {
    let fake = FakeGoogle::start().unwrap();
    let tokens = tokens(&fake, &Arc::default());
    let first = tokens.get().await.unwrap();
    futures::future::join_all((0..20).map(|_| tokens.forget(&first))).await;
    let second = tokens.get().await.unwrap();
    assert_ne!(first.expose_secret(), second.expose_secret(), "another one");
    tokens.forget(&first).await;
    assert_eq!(tokens.get().await.unwrap().expose_secret(), second.expose_secret(), "who comes late with the old one changes nothing");
    assert_eq!(fake.token_requests(), 2, "twice in all");
}

#[tokio::test]
async fn a_token_is_used_only_while_it_lasts() {
    let fake = FakeGoogle::start().unwrap();
    fake.set_token_lifetime(0);
    let tokens = tokens(&fake, &Arc::default());
    tokens.get().await.unwrap();
    tokens.get().await.unwrap();
    assert_eq!(fake.token_requests(), 2, "one that ended at once is not used again");
}

#[tokio::test]
async fn a_replaced_refresh_token_is_kept_before_anything_of_it_is_used() {
    let fake = FakeGoogle::start().unwrap();
    fake.set_rotating(true);
    let keeper = Arc::new(Keeper::default());
    let tokens = tokens(&fake, &keeper);
    keeper.is_full.store(true, Ordering::SeqCst);
    let failure = tokens.get().await.unwrap_err();
    assert!(matches!(&failure, RemoteFailure::Later { reason, .. } if reason == "The disk is full."), "nothing is given out: {failure:?}");
    keeper.is_full.store(false, Ordering::SeqCst);
    let first = tokens.get().await.unwrap();
    assert_eq!(fake.token_requests(), 1, "what was fetched is not lost: its predecessor is good no more");
    assert_eq!(keeper.kept(), [format!("refresh_token={}", fake.refresh_token())], "it is on disk");
    tokens.forget(&first).await;
    tokens.get().await.unwrap();
    assert_eq!(keeper.kept().len(), 2, "the successor was used, and replaced in turn");
    assert_eq!(keeper.kept()[1], format!("refresh_token={}", fake.refresh_token()), "the last one is on disk");
}

#[tokio::test]
async fn a_consent_that_ended_wants_a_new_login_and_says_why_that_happens() {
    let fake = FakeGoogle::start().unwrap();
    let tokens = tokens(&fake, &Arc::default());
    fake.withdraw_consent();
    let failure = tokens.get().await.unwrap_err();
    let RemoteFailure::NeedsLogin { reason } = &failure else { panic!("{failure:?}") };
    for words in ["Testing", "7 days", "password", "withdrawn", "six months"] {
        assert!(reason.contains(words), "“{words}” is one of the likely reasons: {reason}");
    }
}

#[tokio::test]
async fn a_sign_in_that_is_out_of_order_is_for_later() {
    let fake = FakeGoogle::start().unwrap();
    let tokens = tokens(&fake, &Arc::default());
    for failure in [Failure::Cut, Failure::Html, Failure::Half, Failure::Refused(503, "backendError".to_owned(), Some(7))] {
        fake.fail_next_sign_in(1, failure.clone());
        let told = tokens.get().await.unwrap_err();
        let RemoteFailure::Later { after_seconds, .. } = &told else { panic!("{failure:?}: {told:?}") };
        assert_eq!(*after_seconds, matches!(failure, Failure::Refused(..)).then_some(7), "{failure:?}: {told:?}");
    }
    assert!(tokens.get().await.is_ok(), "and then it goes on");
}

#[tokio::test]
async fn no_words_hold_a_secret() {
    let fake = FakeGoogle::start().unwrap();
    let tokens = tokens(&fake, &Arc::default());
    let mut said = vec![format!("{tokens:?}")];
    fake.fail_next_sign_in(1, Failure::Cut);
    said.extend(tokens.get().await.err().map(|failure| format!("{failure} {failure:?}")));
    let access = tokens.get().await.unwrap();
    said.push(format!("{access:?} {tokens:?}"));
    fake.withdraw_consent();
    tokens.forget(&access).await;
    said.extend(tokens.get().await.err().map(|failure| format!("{failure} {failure:?}")));
    let client = Client { id: String::new(), secret: Some(FakeGoogle::CLIENT_SECRET.into()) };
    said.push(format!("{client:?}"));
    assert_eq!(said.len(), 5, "each of them was said");
    for secret in [FakeGoogle::REFRESH_TOKEN, FakeGoogle::CLIENT_SECRET, access.expose_secret()] {
        assert!(said.iter().all(|words| !words.contains(secret)), "{secret} in {said:?}");
    }
    assert_eq!(words("echo: s3cret", &["s3cret"]), "", "a server that says a secret again is not repeated");
}

fn key_file(key: &KeyPair, token_address: &str) -> SecretString {
    let der = STANDARD.encode(key.as_der().unwrap().as_ref());
    let pem = format!("-----BEGIN PRIVATE KEY-----\n{der}\n-----END PRIVATE KEY-----\n");
    let file = json!({
        "type": "service_account", "client_email": "robot@project.iam.gserviceaccount.com", "private_key_id": "k1", "private_key": pem,
        "token_uri": token_address,
    });
    file.to_string().into()
}

#[tokio::test]
async fn a_machine_signs_for_its_tokens_even_where_its_clock_is_wrong() {
    let fake = FakeGoogle::start().unwrap();
    let key = KeyPair::generate(KeySize::Rsa2048).unwrap();
    let account = ServiceAccount::read(&key_file(&key, &fake.url("/token")), None, "scope").unwrap();
    let tokens = AccessTokens::new(Arc::new(Web::new(None).unwrap()), Source::Key(account));
    let first = tokens.get().await.unwrap();
    assert_eq!(fake.token_requests(), 1, "taken at once");
    fake.set_clock_ahead(-7_200);
    tokens.forget(&first).await;
    tokens.get().await.unwrap();
    assert_eq!(fake.token_requests(), 3, "refused, and then dated by the provider's clock");
}

#[test]
fn a_statement_is_signed_with_the_key_of_the_file() {
    let key = KeyPair::generate(KeySize::Rsa2048).unwrap();
    let account = ServiceAccount::read(&key_file(&key, "https://example.org/token"), None, "scope").unwrap();
    let address = "https://example.org/token".parse().unwrap();
    let statement = account.statement(&address, jiff::Timestamp::from_second(1_800_000_000).unwrap()).unwrap();
    let (signed, signature) = statement.rsplit_once('.').unwrap();
    let signature = URL_SAFE_NO_PAD.decode(signature).unwrap();
    let public = UnparsedPublicKey::new(&RSA_PKCS1_2048_8192_SHA256, key.public_key().as_ref());
    assert!(public.verify(signed.as_bytes(), &signature).is_ok(), "anybody can check it");
    let claims: serde_json::Value = serde_json::from_slice(&URL_SAFE_NO_PAD.decode(signed.split('.').nth(1).unwrap()).unwrap()).unwrap();
    assert_eq!(claims["iss"], "robot@project.iam.gserviceaccount.com", "who it is");
    assert_eq!(claims["aud"], "https://example.org/token", "for whom");
}

#[test]
fn a_file_that_is_no_key_is_told_in_words() {
    for file in ["", "{}", r#"{"client_email":"a","private_key":"b","token_uri":"c"}"#] {
        let problem = ServiceAccount::read(&file.into(), None, "scope").err().unwrap();
        assert!(problem.contains("key file"), "{problem}");
    }
}
