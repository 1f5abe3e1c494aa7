use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};

use async_trait::async_trait;
use calendar::remote::{Access, CalendarRemote};
use engine::sync;
use engine::sync::view::CalendarAccountForm;
use engine::vault::Vault;
use engine::{Engine, SystemClock};
use mail::consent::{Granted, NotGranted, SecretKeeper, SignIn, Withdrawal};
use mail::port::{AccountConfig, Adapters, MailInbox, MailSender};
use secrecy::{ExposeSecret as _, SecretString};
use testkit::fake_calendars::{FakeCalendars, Shape};
use tokio::task::JoinHandle;

use crate::accounts::secrets::files_with;

const CLIENT_SECRET: &str = "GOCSPX-planted-client-secret";
const FIRST_TOKEN: &str = "1//planted-first-refresh-token";
const NEXT_TOKEN: &str = "1//planted-next-refresh-token";

/// A provider that is consented to in the browser, and that replaces its token whenever it is opened.
#[derive(Clone)]
struct Rotating {
    calendars: FakeCalendars,
    shown: Arc<Mutex<Vec<String>>>,
    withdrawn: Arc<Mutex<bool>>,
    keeping: Arc<Mutex<Vec<Keeping>>>,
}

/// A secret on its way to the disk.
type Keeping = JoinHandle<Result<(), String>>;

struct Consent;

#[async_trait]
impl SignIn for Consent {
    fn page(&self) -> &'static str {
        "https://accounts.example/consent?state=planted"
    }

    async fn wait(&self) -> Result<Granted, NotGranted> {
        let secrets = BTreeMap::from([("refresh_token".to_owned(), SecretString::from(FIRST_TOKEN))]);
        Ok(Granted { address: "ann@club.example".to_owned(), secrets })
    }

    async fn pasted(&self, address: &str) -> Result<Granted, NotGranted> {
        Err(NotGranted::NotOurs(format!("{address} belongs to nothing that was asked")))
    }
}

impl Adapters for Rotating {
    fn sender(&self, _account: &AccountConfig) -> Option<Result<Arc<dyn MailSender>, String>> {
        None
    }

    fn inbox(&self, _account: &AccountConfig) -> Option<Result<Arc<dyn MailInbox>, String>> {
        None
    }

    fn calendars(&self, account: &AccountConfig, keeper: Arc<dyn SecretKeeper>) -> Option<Result<Arc<dyn CalendarRemote>, String>> {
        let token = account.secrets.get("refresh_token").map(|token| token.expose_secret().to_owned()).unwrap_or_default();
        self.shown.lock().expect("what was shown").push(token);
        #[expect(clippy::disallowed_methods, reason = "this port cannot wait, and the test does")]
        let keeping = tokio::spawn(async move { keeper.keep("refresh_token", SecretString::from(NEXT_TOKEN)).await });
        self.keeping.lock().expect("what is kept").push(keeping);
        Some(Ok(Arc::new(self.calendars.clone())))
    }

    fn sign_in(&self, _account: &AccountConfig) -> Option<Result<Box<dyn SignIn>, String>> {
        Some(Ok(Box::new(Consent)))
    }

    fn sign_out(&self, account: &AccountConfig) -> Option<Withdrawal> {
        let (withdrawn, known) = (Arc::clone(&self.withdrawn), account.secrets.contains_key("refresh_token"));
        Some(Box::pin(async move {
            *withdrawn.lock().expect("whether it was withdrawn") = known;
            Ok(())
        }))
    }
}

async fn open(folder: &tempfile::TempDir, adapters: &Rotating) -> Engine {
    let vault = Vault::new(None, Some("a passphrase of this test".to_owned().into()));
    let (data, state) = (folder.path().join("data"), folder.path().join("state"));
    let adapters: Vec<Box<dyn Adapters>> = vec![Box::new(adapters.clone())];
    Engine::open_with_state(&data, &state, Arc::new(SystemClock), adapters, vault).await.expect("the engine opens")
}

#[tokio::test]
async fn tokens_are_sealed_replaced_and_forgotten() {
    let folder = tempfile::tempdir().expect("a folder");
    let calendars = FakeCalendars::new(Shape::Single).with_calendar("Team", Access::Owner);
    let adapters = Rotating { calendars, shown: Arc::default(), withdrawn: Arc::default(), keeping: Arc::default() };
    let engine = open(&folder, &adapters).await;
    let form = CalendarAccountForm::Google {
        label: "Club".into(),
        client_id: "club.apps.example".into(),
        client_secret: CLIENT_SECRET.into(),
        service_account: String::new(),
        endpoint: String::new(),
    };
    let asked = sync::connect(&engine, form).await.expect("it asks for consent");
    assert!(asked.account.is_empty() && asked.page.starts_with("https://"), "there is no account before its owner consented");
    assert!(sync::pasted(&engine, "https://elsewhere.example").await.is_err(), "another address is refused");
    let account = sync::consented(&engine).await.expect("its owner consents");
    sync::mirror_calendars(&engine, &account, &["Team".to_owned()]).await.expect("it is mirrored");
    sync::sync(&engine, None).await.expect("it is looked at");
    let keeping: Vec<_> = adapters.keeping.lock().expect("what is kept").drain(..).collect();
    for kept in keeping {
        kept.await.expect("it is kept").expect("the new token is on disk");
    }
    engine.close().await;

    let engine = open(&folder, &adapters).await;
    sync::sync(&engine, None).await.expect("it is looked at");
    let shown = adapters.shown.lock().expect("what was shown").clone();
    assert_eq!(shown, [FIRST_TOKEN, NEXT_TOKEN], "after a restart the provider is shown the token that it gave last");
    assert!(!files_with(folder.path(), b"club.apps.example").is_empty(), "the search finds what is on disk");
    for planted in [CLIENT_SECRET, FIRST_TOKEN, NEXT_TOKEN] {
        assert_eq!(files_with(folder.path(), planted.as_bytes()), Vec::<String>::new(), "{planted} is nowhere in clear");
    }
    let words = format!("{:?}", sync::list(&engine).await.expect("the accounts"));
    assert!(![CLIENT_SECRET, FIRST_TOKEN, NEXT_TOKEN].iter().any(|planted| words.contains(planted)), "nor in what crosses to the window");
    sync::remove(&engine, &account).await.expect("it is let go");
    assert!(*adapters.withdrawn.lock().expect("whether it was withdrawn"), "consent is withdrawn with the token");
    let left = engine.store().read(|r| store::secret::of_account(r, 1)).await.expect("they can be read");
    assert!(left.is_empty(), "no secret is left");
}
