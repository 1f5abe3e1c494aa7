//! Consent that is withdrawn, and a password that is changed.

use engine::sync;
use engine::sync::view::CalendarAccountForm;
use testkit::scripted_http::Reply;
use testkit::troubled_line::{Trouble, When};

use super::world::{Provider, World};

/// What ends the consent, and what its owner does about it.
async fn ends_and_is_given_again(provider: &Provider, end: impl Fn(), again: impl Fn(), words: &str) {
    let mut world = World::new(provider, "Consent").await;
    world.edit_both().await;
    let (here, versions, writes) = (world.here().await, world.versions().await, world.line.writes());
    end();
    for look in ["the first look", "a look after a restart"] {
        let report = world.sync().await;
        let shown = world.shown().await;
        assert_eq!(shown.state.word(), "needs_login", "{look} shows that it is wanted again");
        assert_eq!(shown.words, words, "{look}: what the organizer reads");
        assert!(
            shown.words.ends_with(report.calendars[0].problem.trim_start_matches("Sign in again: ")),
            "{look}: the report says the same"
        );
        assert_eq!((world.here().await, world.versions().await), (here.clone(), versions), "{look} changes nothing here");
        assert_eq!((shown.calendars[0].waiting, world.line.writes()), (3, writes), "{look} writes nothing, and the edits wait");
        world.restart().await;
    }
    again();
    let asked = sync::reconnect(&world.engine, &world.account).await.expect("consent is asked for");
    let account = sync::pasted(&world.engine, &provider.consent(&asked.page)).await.expect("it is given");
    assert_eq!(account, world.account, "it is the same account");
    assert_eq!(world.shown().await.state.word(), "ok", "it works again at once");
    let report = world.sync().await;
    assert_eq!(report.problem, "", "the next look comes to its end");
    world.assert_right("after a new consent").await;
}

#[tokio::test]
async fn a_consent_withdrawn_at_google_is_given_again_and_nothing_is_lost() {
    let provider = Provider::google();
    let Provider::Google(google) = &provider else { panic!("it is Google") };
    let words = "Sign in again: Google no longer accepts the consent that was given. It may have been withdrawn in the Google account, the \
                 password was changed, nothing was asked for six months, or the client ID is still in “Testing” at Google, where every consent \
                 ends after 7 days. Its words: “Token has been expired or revoked.”";
    ends_and_is_given_again(&provider, || google.withdraw_consent(), || {}, words).await;
}

#[tokio::test]
async fn a_consent_withdrawn_at_microsoft_is_given_again_and_nothing_is_lost() {
    let provider = Provider::microsoft();
    let Provider::Microsoft(graph) = &provider else { panic!("it is Microsoft") };
    let end = || {
        graph.behave(|conduct| conduct.invalid_grant = true);
        graph.end_access_tokens();
    };
    let words = "Sign in again: Microsoft no longer accepts the consent that was given. It may have been withdrawn in the Microsoft account, the \
                 password was changed, or nothing was asked for 90 days. Its words: “AADSTS70008: The provided authorization code or refresh token \
                 has expired.”";
    ends_and_is_given_again(&provider, end, || graph.behave(|conduct| conduct.invalid_grant = false), words).await;
}

#[tokio::test]
async fn a_password_that_was_changed_is_given_anew_and_nothing_is_lost() {
    for provider in [Provider::radicale(), Provider::xandikos()] {
        let world = World::new(&provider, "Password").await;
        world.edit_both().await;
        let (here, versions, writes) = (world.here().await, world.versions().await, world.line.writes());
        world.line.trouble(When::Always, Trouble::Answered(Reply::new(401).header("WWW-Authenticate", "Basic realm=\"Club\"")));
        world.sync().await;
        let shown = world.shown().await;
        let words = "Sign in again: 127.0.0.1 refused the login. Check user and password; some providers want an app password.";
        assert_eq!((shown.state.word(), shown.words.as_str()), ("needs_login", words), "what the organizer reads");
        let wrong = sync::renew(&world.engine, &world.account, "wrong").await.expect_err("a wrong one is refused").to_string();
        assert!(wrong.contains("refused the login"), "and told: {wrong}");
        assert_eq!((world.here().await, world.versions().await, world.line.writes()), (here, versions, writes), "nothing changed");
        world.line.mend();
        sync::renew(&world.engine, &world.account, testkit::radicale::PASSWORD).await.expect("the right one is taken");
        let report = world.sync().await;
        assert_eq!(report.problem, "", "the next look comes to its end");
        world.assert_right("after a new password").await;
    }
}

#[tokio::test]
async fn a_machines_own_account_signs_in_though_a_clock_is_an_hour_wrong() {
    for ahead in [3_600, -3_600] {
        let provider = Provider::google();
        let Provider::Google(google) = &provider else { panic!("it is Google") };
        let world = World::new(&provider, "Machine").await;
        google.set_clock_ahead(ahead);
        google.stands_behind(&google.url(""));
        let form = CalendarAccountForm::Google {
            label: "Machine".into(),
            client_id: String::new(),
            client_secret: String::new(),
            service_account: google.key_file(),
            endpoint: google.url(""),
        };
        let account = sync::connect(&world.engine, form).await.expect("it signs in without a browser").account;
        let shown = sync::named(&world.engine, "Machine").await.expect("the account");
        assert_eq!((shown.id.as_str(), shown.state.word(), shown.browser), (account.as_str(), "ok", false), "no browser is needed");
    }
}
