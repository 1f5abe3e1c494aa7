use std::sync::Arc;

use mail::consent::{Granted, NotGranted, SecretKeeper, SignIn};
use mail::port::AccountConfig;
use secrecy::{ExposeSecret as _, SecretString};
use testkit::fake_google::{Answer, Failure, FakeGoogle};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use url::Url;

use crate::account::account;

/// Keeps nothing: no token is replaced in these tests.
pub(crate) struct NoKeeper;

#[async_trait::async_trait]
impl SecretKeeper for NoKeeper {
    async fn keep(&self, _: &str, _: SecretString) -> Result<(), String> {
        Ok(())
    }
}

/// What a browser got to see.
#[derive(Debug)]
struct Page {
    location: Option<String>,
    html: String,
}

async fn open(address: &str) -> Page {
    ask(address, "GET", "").await
}

/// A form that is sent.
pub(crate) async fn submit(address: &str, form: &str) -> Option<String> {
    ask(address, "POST", form).await.location
}

async fn ask(address: &str, method: &str, form: &str) -> Page {
    let url = Url::parse(address).unwrap();
    let port = url.port().unwrap();
    let mut stream = TcpStream::connect(("127.0.0.1", port)).await.unwrap();
    let target = format!("{}?{}", url.path(), url.query().unwrap_or_default());
    let host = url.host_str().unwrap();
    let request = format!(
        "{method} {target} HTTP/1.1\r\nHost: {host}:{port}\r\nConnection: close\r\nContent-Length: {}\r\n\
         Content-Type: application/x-www-form-urlencoded\r\n\r\n{form}",
        form.len()
    );
    stream.write_all(request.as_bytes()).await.unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await.unwrap();
    let (head, html) = answer.split_once("\r\n\r\n").unwrap();
    let header = |line: &str| line.split_once(": ").filter(|(name, _)| name.eq_ignore_ascii_case("location")).map(|(_, to)| to.to_owned());
    let location = head.lines().find_map(header);
    Page { location, html: html.to_owned() }
}

/// Where the provider sends the browser.
async fn answered(sign_in: &dyn SignIn) -> String {
    open(sign_in.page()).await.location.expect("the provider sends the browser back")
}

/// A browser that follows the provider, and what it shows at the end.
async fn browse(sign_in: &dyn SignIn) -> String {
    open(&answered(sign_in).await).await.html
}

fn google(fake: &FakeGoogle) -> AccountConfig {
    account("google", fake.settings(), &[("client_secret", FakeGoogle::CLIENT_SECRET)])
}

fn begin(fake: &FakeGoogle) -> Box<dyn SignIn> {
    connect::adapters().sign_in(&google(fake)).expect("the kind asks for consent").expect("the settings are right")
}

#[tokio::test]
async fn an_account_is_connected_by_the_browser_and_used() {
    let fake = FakeGoogle::start().unwrap();
    let sign_in = begin(&fake);
    let page = Url::parse(sign_in.page()).unwrap();
    let asked = |name: &str| page.query_pairs().find(|(known, _)| known == name).map(|(_, value)| value.into_owned());
    assert_eq!(asked("access_type").as_deref(), Some("offline"), "access that lasts is asked for");
    assert!(asked("redirect_uri").unwrap().starts_with("http://127.0.0.1:"), "back to this computer");
    assert!(!sign_in.page().contains(FakeGoogle::CLIENT_SECRET), "the page holds no secret");
    let (granted, shown) = tokio::join!(sign_in.wait(), browse(&*sign_in));
    let granted = granted.unwrap();
    assert_eq!(granted.address, FakeGoogle::ACCOUNT, "the provider states the address");
    assert_eq!(granted.secrets["refresh_token"].expose_secret(), fake.refresh_token(), "what lasts");
    assert!(shown.contains("You can close this window"), "the browser says that it is done: {shown}");
    assert!(!format!("{granted:?}").contains(&fake.refresh_token()), "no secret is printed");
    let config = AccountConfig { secrets: granted.secrets, ..google(&fake) };
    let calendars = connect::adapters().calendars(&config, Arc::new(NoKeeper)).unwrap().unwrap();
    assert_eq!(calendars.calendars().await.unwrap().len(), 1, "the account is usable with what was granted");
}

#[tokio::test]
async fn an_answer_with_another_state_is_not_taken_and_ends_nothing() {
    let fake = FakeGoogle::start().unwrap();
    let sign_in = begin(&fake);
    let browser = async {
        let mut foreign = Url::parse(&answered(&*sign_in).await).unwrap();
        let pairs: Vec<(String, String)> = foreign.query_pairs().into_owned().collect();
        let changed = pairs.iter().map(|(name, value)| (name.as_str(), if name == "state" { "guessed" } else { value.as_str() }));
        foreign.query_pairs_mut().clear().extend_pairs(changed);
        let shown = open(foreign.as_str()).await.html;
        let nothing = open(&foreign.as_str().replace("/?", "/favicon.ico?")).await.html;
        (shown, nothing, browse(&*sign_in).await)
    };
    let (granted, (foreign, nothing, own)) = tokio::join!(sign_in.wait(), browser);
    assert!(foreign.contains("another sign-in"), "whoever brought it is told: {foreign}");
    assert!(nothing.contains("Nothing here"), "there is but one page: {nothing}");
    assert!(granted.is_ok() && own.contains("connected"), "the right answer is still taken: {granted:?}");
    assert_eq!(fake.token_requests(), 1, "the foreign code was never shown to the provider");
}

async fn refused(fake: &FakeGoogle) -> (NotGranted, String) {
    let sign_in = begin(fake);
    let (granted, shown) = tokio::join!(sign_in.wait(), browse(&*sign_in));
    (granted.map(|granted: Granted| granted.address).unwrap_err(), shown)
}

#[tokio::test]
async fn an_answer_of_another_issuer_is_not_ours() {
    let fake = FakeGoogle::start().unwrap();
    fake.set_answer(Answer::OfAnotherIssuer);
    let (why, shown) = refused(&fake).await;
    assert!(matches!(&why, NotGranted::NotOurs(words) if words.contains("accounts.example.com")), "{why:?}");
    assert!(shown.contains("Not connected"), "{shown}");
    assert_eq!(fake.token_requests(), 0, "the code was shown to nobody");
}

#[tokio::test]
async fn a_no_is_told_in_words() {
    let fake = FakeGoogle::start().unwrap();
    fake.set_answer(Answer::Denied);
    let (why, _) = refused(&fake).await;
    assert!(matches!(&why, NotGranted::Refused(words) if words.contains("Allow")), "{why:?}");
    fake.set_answer(Answer::WithoutCalendars);
    let (why, _) = refused(&fake).await;
    assert!(matches!(&why, NotGranted::Refused(words) if words.contains("box")), "a consent without calendars is of no use: {why:?}");
    fake.set_answer(Answer::Allowed);
    fake.fail_next_sign_in(1, Failure::Cut);
    let (why, _) = refused(&fake).await;
    assert!(matches!(&why, NotGranted::Failed(words) if !words.contains("code")), "and a line that broke is neither: {why:?}");
}

#[tokio::test]
async fn an_address_can_be_pasted_and_counts_once() {
    let fake = FakeGoogle::start().unwrap();
    let sign_in = begin(&fake);
    let wrong = sign_in.pasted("http://127.0.0.1:1/?state=x&code=y").await.unwrap_err();
    assert!(matches!(&wrong, NotGranted::NotOurs(words) if words.contains("whole address")), "{wrong:?}");
    let address = answered(&*sign_in).await;
    let granted = sign_in.pasted(&format!("  {address} ")).await.unwrap();
    assert_eq!(granted.address, FakeGoogle::ACCOUNT, "pasted is as good as come back");
    let again = sign_in.pasted(&address).await.unwrap_err();
    assert!(matches!(again, NotGranted::NotOurs(_)), "one answer only: {again:?}");
    assert_eq!(fake.token_requests(), 1, "its code was shown once");
}

#[tokio::test]
async fn a_second_answer_is_told_that_there_was_one() {
    let fake = FakeGoogle::start().unwrap();
    let sign_in = begin(&fake);
    sign_in.pasted(&answered(&*sign_in).await).await.unwrap();
    let shown = tokio::select! {
        waited = sign_in.wait() => panic!("nothing more comes of it: {waited:?}"),
        shown = browse(&*sign_in) => shown,
    };
    assert!(shown.contains("answered before"), "{shown}");
}

#[tokio::test]
async fn signing_out_withdraws_the_consent() {
    let fake = FakeGoogle::start().unwrap();
    let secrets = fake.secrets();
    let config = account("google", fake.settings(), &secrets.each_ref().map(|(name, value)| (*name, value.as_str())));
    connect::adapters().sign_out(&config).expect("there is something to withdraw").await.unwrap();
    assert!(!fake.has_consent(), "the provider knows");
    connect::adapters().sign_out(&config).unwrap().await.expect("what is withdrawn already is withdrawn");
    assert!(connect::adapters().sign_out(&google(&fake)).is_none(), "without a consent there is nothing to withdraw");
}

#[tokio::test]
async fn settings_that_cannot_work_are_told_in_words() {
    let fake = FakeGoogle::start().unwrap();
    let mut config = google(&fake);
    config.settings["token_endpoint"] = "http://example.org/token".into();
    let problem = connect::adapters().sign_in(&config).unwrap().err().unwrap();
    assert!(problem.contains("https"), "secrets do not travel in clear: {problem}");
    config.settings = serde_json::json!({});
    let problem = connect::adapters().sign_in(&config).unwrap().err().unwrap();
    assert!(problem.contains("client ID"), "{problem}");
}
