//! Mail by the consent to a Microsoft account: it wants tokens of its own, which real servers take, and one refresh token stands behind both.

use std::sync::Arc;
use std::sync::atomic::Ordering;

use calendar::remote::CalendarRemote;
use mail::consent::{Consent, SecretKeeper};
use mail::port::AccountConfig;
use secrecy::ExposeSecret as _;
use serde_json::{Value, json};
use testkit::dovecot::Dovecot;
use testkit::fake_graph::FakeGraph;
use testkit::postfix::Postfix;
use url::Url;

use super::{Keeper, graph, settings};
use crate::account::{Mail, account, name};

/// A second since 1970, in the year 2100.
const GOOD: i64 = 4_102_444_800;

struct World {
    graph: FakeGraph,
    keeper: Arc<Keeper>,
    calendars: Arc<dyn CalendarRemote>,
    mail: Mail,
    _postfix: Postfix,
    _dovecot: Dovecot,
}

fn with_mail(graph: &FakeGraph) -> Value {
    let mut settings = settings(graph);
    settings["mail"] = json!(true);
    settings
}

impl World {
    fn new() -> Self {
        let graph = graph();
        graph.open_mailbox("club", GOOD);
        let dovecot = Dovecot::start(&[("club", "secret")]).unwrap();
        let postfix = Postfix::start(&dovecot).unwrap();
        let (adapters, keeper) = (connect::adapters(), Arc::new(Keeper::default()));
        let mut own = account("microsoft", with_mail(&graph), &[("refresh_token", &graph.refresh_token())]);
        own.id = 7;
        let consent = Consent { account: Box::new(own.clone()), keeper: Arc::clone(&keeper) as Arc<dyn SecretKeeper> };
        let by_consent = |kind: &str, port: u16, tls: &str| {
            let settings = json!({ "host": "localhost", "port": port, "tls": tls, "user": "club", "login": "consent", "ca_file": dovecot.authority() });
            AccountConfig { consent: Some(consent.clone()), ..account(kind, settings, &[]) }
        };
        let calendars = adapters.calendars(&own, Arc::clone(&keeper) as Arc<dyn SecretKeeper>).unwrap().unwrap();
        let sending = by_consent("smtp", postfix.port(), "starttls");
        let mail = Mail::of(&*adapters, &sending, &by_consent("imap", dovecot.tls_port(), "implicit"));
        Self { graph, keeper, calendars, mail, _postfix: postfix, _dovecot: dovecot }
    }

    /// Which of both each token was asked for.
    fn asked_for(&self) -> Vec<&'static str> {
        let scopes = self.graph.counts().scopes;
        scopes.iter().map(|scope| if scope.contains("SMTP.Send") && scope.contains("IMAP.") { "mail" } else { "calendars" }).collect()
    }
}

#[tokio::test]
async fn mail_and_calendars_have_tokens_of_their_own_from_one_consent() {
    let world = World::new();
    let (listed, sent, read) = tokio::join!(world.calendars.calendars(), world.mail.sends(), world.mail.reads());
    assert!(listed.is_ok(), "Graph takes the one: {listed:?}");
    assert_eq!(name(&sent), "accepted", "a real server takes the other: {sent:?}");
    assert_eq!(read.unwrap(), 0, "and a real mailbox");
    let mut asked = world.asked_for();
    asked.sort_unstable();
    assert_eq!(asked, ["calendars", "mail"], "each once, one after the other: its refresh token is taken only once");
    assert_eq!(world.keeper.0.lock().unwrap().len(), 2, "and each time its successor was kept");
    let (listed, sent) = tokio::join!(world.calendars.calendars(), world.mail.sends());
    assert!(listed.is_ok() && name(&sent) == "accepted", "both go on: {listed:?} {sent:?}");
    assert_eq!(world.graph.counts().refreshes, 2, "with the tokens that they have");
}

#[tokio::test]
async fn a_token_for_mail_that_is_refused_leaves_that_of_the_calendars() {
    let world = World::new();
    world.calendars.calendars().await.unwrap();
    world.graph.open_mailbox("somebody-else", GOOD);
    let refused = world.mail.sends().await;
    assert_eq!(name(&refused), "needs login", "it opens no mailbox of ours: {refused:?}");
    assert_eq!(world.asked_for(), ["calendars", "mail", "mail"], "it was tried with a fresh one");
    world.calendars.calendars().await.unwrap();
    assert_eq!(world.graph.counts().refreshes, 3, "the calendars need none for that");
}

#[tokio::test]
async fn nothing_is_sent_with_a_token_before_the_next_refresh_token_is_kept() {
    let world = World::new();
    world.keeper.1.store(true, Ordering::SeqCst);
    let put_off = world.mail.sends().await;
    assert_eq!(name(&put_off), "retry", "not now: {put_off:?}");
    let listed = world.calendars.calendars().await;
    assert!(listed.is_err(), "nor are the calendars asked with what follows from it: {listed:?}");
    world.keeper.1.store(false, Ordering::SeqCst);
    assert_eq!(name(&world.mail.sends().await), "accepted", "what was fetched is not lost: its predecessor is good no more");
    assert_eq!(world.asked_for(), ["mail"], "asked for once");
    world.calendars.calendars().await.unwrap();
    assert_eq!(world.asked_for(), ["mail", "calendars"], "the calendars follow from what was kept");
}

#[tokio::test]
async fn consent_is_asked_for_both_and_exchanged_for_the_calendars() {
    let graph = graph();
    let config = account("microsoft", with_mail(&graph), &[]);
    let sign_in = connect::adapters().sign_in(&config).unwrap().unwrap();
    let page = Url::parse(sign_in.page()).unwrap();
    let scope = page.query_pairs().find(|(name, _)| name == "scope").unwrap().1.into_owned();
    for asked in ["Calendars.ReadWrite", "https://outlook.office.com/SMTP.Send", "https://outlook.office.com/IMAP.AccessAsUser.All"] {
        assert!(scope.split(' ').any(|scope| scope == asked), "{asked} is asked for: {scope}");
    }
    let granted = sign_in.pasted(&graph.consent(sign_in.page())).await.unwrap();
    assert!(!granted.secrets["refresh_token"].expose_secret().is_empty(), "what lasts");
    let exchanged = graph.counts().scopes;
    assert!(exchanged[0].contains("Calendars.ReadWrite") && !exchanged[0].contains("outlook"), "one resource at a time: {exchanged:?}");
}

#[test]
fn mail_goes_through_the_servers_that_are_microsofts_for_an_address() {
    let servers = |address: &str, settings: Value| {
        let account = AccountConfig { address: address.to_owned(), ..account("microsoft", settings, &[]) };
        let servers = connect::adapters().mail_servers(&account).expect("a Microsoft account has a mailbox");
        (servers.smtp.0, servers.imap.0)
    };
    let own = json!({ "client_id": "rollcall" });
    let named = |smtp: &str, imap: &str| (smtp.to_owned(), imap.to_owned());
    assert_eq!(servers("ana@Outlook.com", own.clone()), named("smtp-mail.outlook.com", "outlook.office365.com"), "a person's own");
    assert_eq!(servers("ana@club.example", own), named("smtp.office365.com", "outlook.office365.com"), "one of a company");
    let elsewhere = json!({ "client_id": "rollcall", "endpoint": "http://127.0.0.1:8025/v1.0" });
    assert_eq!(servers("ana@outlook.com", elsewhere), named("127.0.0.1", "127.0.0.1"), "a token is shown to nobody whom it is not of");
}
