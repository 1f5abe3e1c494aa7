//! Connecting accounts, signing in to them again, and letting go of them.

use std::sync::{Arc, PoisonError};

use anyhow::Result;
use calendar::remote::RemoteFailure;
use mail::consent::{Granted, NotGranted, SignIn};
use mail::port::AccountConfig;
use secrecy::SecretString;
use serde_json::{Value, json};
use store::account::{self, Account, NewAccount, Role, State};
use store::calendar::mirror::{self, Mirror};
use store::{Reader, event_version, remote_write, secret};

use super::view::{CalendarAccountForm, CalendarAccountView, Connecting, MirrorView, Standing, TroubledView};
use crate::Engine;
use crate::accounts::{self as services, Filled};
use crate::error::{self, Code, Failure};
use crate::event::Changed;

/// The secret of a machine's own account, which signs in without a browser.
const KEY: &str = "service_account";

/// Consent that was asked for: for which account, new or known.
pub(super) struct Asked {
    known: Option<i64>,
    filled: Filled,
    /// Mail is to be sent and read by it too.
    adds_mail: bool,
}

/// Every account whose calendars are mirrored.
///
/// # Errors
/// When the database cannot be read.
pub async fn list(engine: &Engine) -> Result<Vec<CalendarAccountView>> {
    engine
        .store()
        .read(|r| {
            let accounts = account::all(r)?.into_iter().filter(|account| account.role == Role::Calendar);
            accounts.map(|account| view(r, &account)).collect()
        })
        .await
}

/// The account of that name.
///
/// # Errors
/// [`Code::NotFound`].
pub async fn named(engine: &Engine, label: &str) -> Result<CalendarAccountView> {
    let account = by_label(engine, label).await?;
    engine.store().read(move |r| view(r, &account)).await
}

/// Connects an account. One that is consented to in the browser gives the page to open: [`consented`] waits for its owner.
///
/// # Errors
/// [`Code::InvalidInput`], [`Code::NameTaken`], [`Code::NeedsLogin`] where the service refuses what it is shown,
/// [`Code::Unreachable`] where it does not answer, or [`Code::Locked`] when secrets cannot be sealed.
pub async fn connect(engine: &Engine, form: CalendarAccountForm) -> Result<Connecting> {
    let filled = filled(form)?;
    let config = filled.config();
    if let Some(asked) = engine.adapters().iter().find_map(|adapters| adapters.sign_in(&config)) {
        return ask(engine, Asked { known: None, filled, adds_mail: false }, asked).await;
    }
    let id = services::add_calendars(engine, filled).await?;
    // What the service says to the first question is known at once, not at the first sync.
    match super::opened(engine, id).await {
        Ok(remote) => match remote.calendars().await {
            Ok(_) => Ok(Connecting { account: id.to_string(), page: String::new() }),
            Err(failure) => Err(refuse(engine, id, &failure).await?),
        },
        Err(error) => {
            discard(engine, id).await?;
            Err(error)
        }
    }
}

/// Asks for consent to an account again.
///
/// # Errors
/// [`Code::NotFound`], or [`Code::InvalidInput`] for an account that needs none.
pub async fn reconnect(engine: &Engine, id: &str) -> Result<Connecting> {
    let account = by_id(engine, id).await?;
    let config = services::configured(engine, account.id).await?;
    let Some(asked) = engine.adapters().iter().find_map(|adapters| adapters.sign_in(&config)) else {
        let sentence = format!("“{}” needs no consent in the browser: give it its new password.", account.label);
        return Err(Failure::new(Code::InvalidInput, sentence).with("field", "account").into());
    };
    let filled = as_it_is(&account, Vec::new());
    ask(engine, Asked { known: Some(account.id), filled, adds_mail: false }, asked).await
}

/// Asks for consent to an account once more, to send and to read its mail too. A sender and an inbox are there once it is given.
///
/// # Errors
/// [`Code::NotFound`], or [`Code::InvalidInput`] for an account whose consent can cover no mail.
pub async fn connect_mail(engine: &Engine, id: &str) -> Result<Connecting> {
    let account = by_id(engine, id).await?;
    let mut filled = as_it_is(&account, Vec::new());
    if let Some(settings) = filled.account.settings.as_object_mut() {
        settings.insert("mail".to_owned(), Value::Bool(true));
    }
    let mut config = services::configured(engine, account.id).await?;
    config.settings.clone_from(&filled.account.settings);
    let has_mail = engine.adapters().iter().any(|adapters| adapters.mail_servers(&config).is_some());
    let Some(asked) = engine.adapters().iter().find_map(|adapters| adapters.sign_in(&config)).filter(|_| has_mail) else {
        let sentence = format!("“{}” has no mailbox that its consent could cover. Add a sender and an inbox of their own.", account.label);
        return Err(Failure::new(Code::InvalidInput, sentence).with("field", "account").into());
    };
    ask(engine, Asked { known: Some(account.id), filled, adds_mail: true }, asked).await
}

/// Gives an account that is not consented to in the browser its new password, a feed its new address, a machine's own account its new key, and
/// tries it.
///
/// # Errors
/// [`Code::NotFound`], [`Code::InvalidInput`] for an account that needs consent, [`Code::NeedsLogin`] where it is refused,
/// [`Code::Unreachable`], or [`Code::Locked`] when secrets cannot be sealed.
pub async fn renew(engine: &Engine, id: &str, secret: &str) -> Result<()> {
    let account = by_id(engine, id).await?;
    let row = account.id;
    let by_key = engine.store().read(move |r| has_key(r, row)).await?;
    let name = match account.kind.as_str() {
        "caldav" => "password",
        "feed" => "url",
        _ if by_key => KEY,
        _ => {
            let sentence = format!("“{}” is signed in to in the browser: it has no password here.", account.label);
            return Err(Failure::new(Code::InvalidInput, sentence).with("field", "account").into());
        }
    };
    let secret = (name.to_owned(), SecretString::from(required("password", secret)?));
    services::refuse_unfit(engine, account.id, &secret).await?;
    services::renew(engine, account.id, as_it_is(&account, vec![secret])).await?;
    engine.syncing().forget(account.id);
    match super::opened(engine, account.id).await?.calendars().await {
        Ok(_) => {
            engine.syncing().pace.wake();
            Ok(())
        }
        Err(failure) => {
            note(engine, &account, &failure).await?;
            Err(refusal(&failure))
        }
    }
}

/// An account as it stands, with these secrets.
fn as_it_is(account: &Account, secrets: Vec<(String, SecretString)>) -> Filled {
    let Account { kind, label, address, settings, .. } = account.clone();
    Filled { account: NewAccount { role: Role::Calendar, kind, label, address, settings }, secrets }
}

async fn ask(engine: &Engine, asked: Asked, sign_in: Result<Box<dyn SignIn>, String>) -> Result<Connecting> {
    let sign_in: Arc<dyn SignIn> =
        Arc::from(sign_in.map_err(|sentence| Failure::new(Code::InvalidInput, sentence).with("field", "client_id"))?);
    services::ready_to_seal(engine, asked.known, &asked.filled).await?;
    let page = sign_in.page().to_owned();
    *engine.syncing().asked.lock().await = Some(asked);
    *engine.syncing().asking.lock().unwrap_or_else(PoisonError::into_inner) = Some(sign_in);
    Ok(Connecting { account: String::new(), page })
}

/// Waits until the owner consented in the browser. The account's id.
///
/// # Errors
/// [`Code::WrongState`] where nothing was asked for, [`Code::NeedsLogin`] where consent was refused, [`Code::Unreachable`].
pub async fn consented(engine: &Engine) -> Result<String> {
    let sign_in = asking(engine)?;
    finish(engine, sign_in.wait().await).await
}

/// Goes on with the address that the browser ended on. The account's id.
///
/// # Errors
/// As [`consented`], and [`Code::InvalidInput`] for an address that belongs to nothing that was asked.
pub async fn pasted(engine: &Engine, address: &str) -> Result<String> {
    let sign_in = asking(engine)?;
    finish(engine, sign_in.pasted(address.trim()).await).await
}

/// Waits no more for consent that was asked for.
pub async fn abandon(engine: &Engine) {
    drop(engine.syncing().asking.lock().unwrap_or_else(PoisonError::into_inner).take());
    drop(engine.syncing().asked.lock().await.take());
}

fn asking(engine: &Engine) -> Result<Arc<dyn SignIn>> {
    let asking = engine.syncing().asking.lock().unwrap_or_else(PoisonError::into_inner).clone();
    asking.ok_or_else(|| {
        Failure::new(Code::WrongState, "Nothing waits for consent. Connect the account once more.").with("state", "none").into()
    })
}

async fn finish(engine: &Engine, outcome: Result<Granted, NotGranted>) -> Result<String> {
    let granted = outcome.map_err(|reason| {
        let sentence = error::as_sentence(&reason.to_string());
        match reason {
            NotGranted::Refused(_) => Failure::new(Code::NeedsLogin, sentence).with("account", ""),
            NotGranted::NotOurs(_) => Failure::new(Code::InvalidInput, sentence).with("field", "address"),
            NotGranted::Failed(_) => Failure::new(Code::Unreachable, sentence).with("account", ""),
        }
    })?;
    let Some(Asked { known, mut filled, adds_mail }) = engine.syncing().asked.lock().await.take() else {
        return Err(Failure::new(Code::WrongState, "This consent was taken in already.").with("state", "done").into());
    };
    drop(engine.syncing().asking.lock().unwrap_or_else(PoisonError::into_inner).take());
    if !granted.address.is_empty() {
        filled.account.address = granted.address;
    }
    filled.secrets.extend(granted.secrets);
    let id = match known {
        None => services::add_calendars(engine, filled).await?,
        Some(id) => {
            services::renew(engine, id, filled).await?;
            services::give_consent(engine, id).await?;
            engine.syncing().forget(id);
            engine.syncing().pace.wake();
            id
        }
    };
    if adds_mail {
        services::add_mail(engine, id).await?;
    }
    Ok(id.to_string())
}

/// Lets go of an account: consent is withdrawn at the provider, its secrets are forgotten, and what was mirrored stays here. What went wrong
/// at the provider, in a sentence; empty where nothing did.
///
/// # Errors
/// [`Code::NotFound`], or when the database cannot be written.
pub async fn remove(engine: &Engine, id: &str) -> Result<String> {
    let account = by_id(engine, id).await?;
    let withdrawal = match services::configured(engine, account.id).await {
        Ok(config) => engine.adapters().iter().find_map(|adapters| adapters.sign_out(&config)),
        Err(_) => None,
    };
    let problem = match withdrawal {
        Some(withdrawal) => withdrawal.await.err().unwrap_or_default(),
        None => String::new(),
    };
    discard(engine, account.id).await?;
    Ok(match problem.as_str() {
        "" => problem,
        problem => format!(
            "The account is no longer used here, but its provider could not be told: {} Withdraw the consent in the account’s own settings.",
            error::as_sentence(problem)
        ),
    })
}

async fn discard(engine: &Engine, id: i64) -> Result<()> {
    let now = engine.clock().now();
    engine
        .store()
        .write(move |w| {
            for mirror in mirror::of_account(w, id)? {
                super::sub_calendars::unlink(w, mirror.calendar)?;
            }
            account::remove(w, id, now)
        })
        .await?;
    engine.syncing().forget(id);
    engine.tell_changed(&[Changed::Accounts, Changed::Calendars]);
    Ok(())
}

/// A service that refuses the first question is not connected.
async fn refuse(engine: &Engine, id: i64, failure: &RemoteFailure) -> Result<anyhow::Error> {
    discard(engine, id).await?;
    Ok(refusal(failure))
}

fn refusal(failure: &RemoteFailure) -> anyhow::Error {
    let code = if matches!(failure, RemoteFailure::NeedsLogin { .. }) { Code::NeedsLogin } else { Code::Unreachable };
    Failure::new(code, error::as_sentence(&failure.to_string())).with("account", "").into()
}

/// Notes what stops a whole account.
pub(super) async fn note(engine: &Engine, account: &Account, failure: &RemoteFailure) -> Result<()> {
    let id = account.id;
    if let RemoteFailure::NeedsLogin { reason } = failure {
        engine.syncing().forget(id);
        services::note_refused_login(engine, id, reason).await?;
        services::lose_consent(engine, account).await?;
    }
    if let Some(until) = super::rest_until(engine.clock().now(), failure) {
        engine.store().write(move |w| account::put_rest(w, id, Some(until))).await?;
    }
    Ok(())
}

/// Notes that an account works again.
pub(super) async fn note_works(engine: &Engine, account: &Account) -> Result<()> {
    if account.state == State::Ok {
        return Ok(());
    }
    let id = account.id;
    engine.store().write(move |w| account::put_state(w, id, &State::Ok)).await?;
    // What waited with it is tried again too.
    services::give_consent(engine, id).await
}

pub(super) async fn by_label(engine: &Engine, label: &str) -> Result<Account> {
    let name = label.to_owned();
    let found = engine.store().read(move |r| account::by_label(r, Role::Calendar, &name)).await?;
    found.ok_or_else(|| not_found(label))
}

pub(super) async fn by_id(engine: &Engine, id: &str) -> Result<Account> {
    let row: i64 = id.parse().unwrap_or_default();
    let found = engine.store().read(move |r| account::get(r, row)).await?;
    found.filter(|account| account.role == Role::Calendar).ok_or_else(|| not_found(id))
}

fn not_found(name: &str) -> anyhow::Error {
    let failure = Failure::new(Code::NotFound, format!("There is no calendar account named “{name}”."));
    failure.with("what", "account").with("name", name).into()
}

fn filled(form: CalendarAccountForm) -> Result<Filled> {
    let (kind, label, settings, secrets) = match form {
        CalendarAccountForm::Caldav { label, url, user, password } => {
            let settings = json!({ "url": required("address", &url)?, "user": user.trim() });
            ("caldav", label, settings, vec![("password", password)])
        }
        // Whoever knows the address of a feed can read it: it is kept like a password.
        CalendarAccountForm::Feed { label, url } => ("feed", label, json!({}), vec![("url", required("address", &url)?)]),
        CalendarAccountForm::Google { label, client_id, client_secret, service_account, endpoint } => {
            let client_id = if service_account.is_empty() { required("client id", &client_id)? } else { client_id.trim().to_owned() };
            let settings = json!({ "client_id": client_id, "endpoint": optional(&endpoint) });
            ("google", label, settings, vec![("client_secret", client_secret), (KEY, service_account)])
        }
        CalendarAccountForm::Microsoft { label, client_id, tenant, endpoint, mail_attendees } => {
            let settings = json!({
                "client_id": required("client id", &client_id)?, "tenant": optional(&tenant), "endpoint": optional(&endpoint),
                "mail_attendees": mail_attendees
            });
            ("microsoft", label, settings, Vec::new())
        }
    };
    let label = required("name", &label)?;
    let account = NewAccount { role: Role::Calendar, kind: kind.to_owned(), label, address: String::new(), settings };
    let secrets = secrets.into_iter().map(|(name, text)| (name.to_owned(), text.trim().to_owned())).filter(|(_, text)| !text.is_empty());
    Ok(Filled { account, secrets: secrets.map(|(name, text)| (name, SecretString::from(text))).collect() })
}

fn required(field: &str, text: &str) -> Result<String> {
    let text = text.trim();
    if text.is_empty() {
        return Err(Failure::new(Code::InvalidInput, format!("The {field} is empty. Fill it in.")).with("field", field).into());
    }
    Ok(text.to_owned())
}

fn optional(text: &str) -> Value {
    if text.trim().is_empty() { Value::Null } else { Value::from(text.trim()) }
}

fn view(r: &Reader<'_>, account: &Account) -> Result<CalendarAccountView> {
    let calendars = mirror::of_account(r, account.id)?.iter().map(|mirror| mirror_view(r, mirror)).collect::<Result<Vec<_>>>()?;
    let (state, words) = standing(account, &calendars);
    let signs_in = matches!(account.kind.as_str(), "google" | "microsoft") && !has_key(r, account.id)?;
    Ok(CalendarAccountView {
        id: account.id.to_string(),
        kind: account.kind.clone(),
        label: account.label.clone(),
        address: account.address.clone(),
        state,
        words,
        browser: signs_in,
        mail: services::has_mail(r, account.id)?,
        calendars,
    })
}

/// How an account stands, in words too: what needs somebody comes before what passes by itself.
fn standing(account: &Account, calendars: &[MirrorView]) -> (Standing, String) {
    match &account.state {
        State::NeedsLogin(problem) => (Standing::NeedsLogin, format!("Sign in again: {}", error::as_sentence(problem))),
        State::Stopped(problem) => (Standing::Failed, problem.clone()),
        State::Ok => {
            let first = |state| calendars.iter().find(|calendar| calendar.state == state);
            first(Standing::Failed)
                .or_else(|| first(Standing::Waiting))
                .map(|calendar| (calendar.state, calendar.problem.clone()))
                .unwrap_or_default()
        }
    }
}

fn has_key(r: &Reader<'_>, account: i64) -> Result<bool> {
    Ok(secret::of_account(r, account)?.iter().any(|(name, _)| name == KEY))
}

fn mirror_view(r: &Reader<'_>, mirror: &Mirror) -> Result<MirrorView> {
    let troubled = remote_write::troubled(r, mirror.calendar)?.into_iter().map(|write| {
        let summary = event_version::of_uid(r, mirror.calendar, &write.uid)?.first().map(|event| event.content.summary.clone());
        Ok(TroubledView { uid: write.uid, summary: summary.unwrap_or_default(), problem: write.problem, refused: write.refused })
    });
    Ok(MirrorView {
        calendar: mirror.calendar.to_string(),
        name: mirror.name.clone(),
        read_only: mirror.role == store::calendar::Role::Reader,
        synced_at: mirror.synced_at.map(|at| at.to_string()).unwrap_or_default(),
        changes: mirror.changes,
        state: Standing::of(&mirror.problem),
        problem: mirror.problem.words().to_owned(),
        waiting: remote_write::count(r, mirror.calendar)?,
        troubled: troubled.collect::<Result<_>>()?,
    })
}

impl Filled {
    /// As an adapter sees it, before it is stored.
    fn config(&self) -> AccountConfig {
        AccountConfig {
            kind: self.account.kind.clone(),
            label: self.account.label.clone(),
            address: self.account.address.clone(),
            settings: self.account.settings.clone(),
            secrets: self.secrets.iter().cloned().collect(),
            ..AccountConfig::default()
        }
    }
}
