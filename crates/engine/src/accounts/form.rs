//! A filled form becomes a row of `account` and the secrets to seal, and a row becomes a form again. What cannot work is refused with a
//! sentence.

use std::io::ErrorKind;
use std::net::IpAddr;
use std::path::Path;

use anyhow::Result;
use mail::address::Address;
use secrecy::SecretString;
use serde::Deserialize as _;
use serde_json::{Value, json};
use store::account::{Account, NewAccount, Role};

use super::view::{AccountForm, InboxForm, Login, OwnLimits, SenderForm, Tls};
use crate::error::{Code, Failure};

/// Where practice invitations come from and practice answers go to: a name that can never exist (RFC 2606 §2).
const PRACTICE_ADDRESS: &str = "organizer@practice.example";

/// A form that was found in order. A setting that was left empty is null.
pub(crate) struct Filled {
    pub(crate) account: NewAccount,
    pub(crate) secrets: Vec<(String, SecretString)>,
}

pub(super) fn sender(form: SenderForm) -> Result<Filled> {
    match form {
        SenderForm::Smtp { label, from, name, host, port, tls, user, login, password, limits, connections } => {
            let host = server(&host, port, tls)?;
            let connections = lines(connections)?;
            let settings = limited(
                &limits,
                json!({
                    "host": host, "port": port, "tls": tls, "user": user.trim(), "login": login, "connections": connections,
                    "name": optional(&name)
                }),
            )?;
            filled(Role::Sender, "smtp", &label, &address("from", &from)?, settings, vec![("password", password)])
        }
        SenderForm::Ses { label, from, name, region, access_key, secret_key, endpoint, limits } => {
            let (region, endpoint) = (required("region", &region)?, endpoint.trim());
            if access_key.trim().is_empty() != secret_key.trim().is_empty() {
                return Err(invalid(
                    "secret_key",
                    "An access key and its secret key go together. Give both, or neither to use this computer's own.",
                ));
            }
            if !endpoint.is_empty() && !endpoint.starts_with("https://") && !is_loopback_url(endpoint) {
                return Err(invalid("endpoint", "An endpoint begins with https://; plain http:// goes to this computer only."));
            }
            let settings = limited(&limits, json!({ "region": region, "endpoint": endpoint, "name": optional(&name) }))?;
            let secrets = vec![("access_key", access_key.trim().to_owned()), ("secret_key", secret_key.trim().to_owned())];
            filled(Role::Sender, "ses", &label, &address("from", &from)?, settings, secrets)
        }
        SenderForm::Rehearsal { label } => filled(Role::Sender, "rehearsal", &label, PRACTICE_ADDRESS, json!({}), Vec::new()),
    }
}

pub(super) fn inbox(form: InboxForm) -> Result<Filled> {
    match form {
        InboxForm::Imap { label, address: organizer, host, port, tls, user, login, password, folders, handled, authserv_id } => {
            let host = server(&host, port, tls)?;
            let user = required("user", &user)?;
            let settings = json!({
                "host": host, "port": port, "tls": tls, "user": user, "login": login, "folders": named(&folders),
                "handled": own_folder(&handled)?, "authserv_id": optional(&authserv_id)
            });
            filled(Role::Inbox, "imap", &label, &address("address", &organizer)?, settings, vec![("password", password)])
        }
        InboxForm::Maildir { label, address: organizer, path, authserv_id } => {
            let path = required("path", &path)?;
            let full = std::path::absolute(&path).map_err(|error| invalid("path", &format!("{path} is not a folder: {error}.")))?;
            refuse_no_maildir(&full)?;
            let settings = json!({ "path": full, "authserv_id": optional(&authserv_id) });
            filled(Role::Inbox, "maildir", &label, &address("address", &organizer)?, settings, Vec::new())
        }
        InboxForm::Rehearsal { label } => {
            filled(Role::Inbox, "rehearsal", &label, PRACTICE_ADDRESS, json!({ "plus_addressing": true }), Vec::new())
        }
    }
}

fn refuse_no_maildir(folder: &Path) -> Result<()> {
    let found = match std::fs::metadata(folder) {
        Err(error) if error.kind() == ErrorKind::NotFound => "is not there".to_owned(),
        Err(error) => format!("cannot be read ({error})"),
        Ok(found) if !found.is_dir() => "is not a folder".to_owned(),
        Ok(_) if ["new", "cur"].iter().all(|part| folder.join(part).is_dir()) => return Ok(()),
        Ok(_) => "is no Maildir: that has the folders new and cur".to_owned(),
    };
    Err(invalid("path", &format!("{} {found}. Give the folder that a mail server or a mail program delivers into.", folder.display())))
}

fn filled(role: Role, kind: &str, label: &str, address: &str, settings: Value, secrets: Vec<(&'static str, String)>) -> Result<Filled> {
    let account = NewAccount { role, kind: kind.to_owned(), label: required("label", label)?, address: address.to_owned(), settings };
    let secrets = secrets.into_iter().filter(|(_, text)| !text.is_empty()).map(|(name, text)| (name.to_owned(), text.into())).collect();
    Ok(Filled { account, secrets })
}

/// The form of an account as it stands, without its secrets; none for what has no form.
pub(super) fn of(account: &Account) -> Option<AccountForm> {
    let settings = &account.settings;
    let text = |name: &str| settings.get(name).and_then(Value::as_str).unwrap_or_default().to_owned();
    let number = |name: &str| settings.get(name).and_then(Value::as_u64);
    let port = number("port").and_then(|port| u16::try_from(port).ok()).unwrap_or_default();
    let tls = settings.get("tls").and_then(|tls| serde_json::from_value(tls.clone()).ok()).unwrap_or(Tls::Implicit);
    let login = settings.get("login").and_then(|login| Login::deserialize(login).ok()).unwrap_or_default();
    let limits = OwnLimits::deserialize(settings).unwrap_or_default();
    let (label, address) = (account.label.clone(), account.address.clone());
    Some(match (account.role, account.kind.as_str()) {
        (Role::Sender, "smtp") => AccountForm::Sender(SenderForm::Smtp {
            label,
            from: address,
            name: text("name"),
            host: text("host"),
            port,
            tls,
            user: text("user"),
            login,
            password: String::new(),
            limits,
            connections: number("connections").and_then(|connections| u32::try_from(connections).ok()),
        }),
        (Role::Sender, "ses") => AccountForm::Sender(SenderForm::Ses {
            label,
            from: address,
            name: text("name"),
            region: text("region"),
            access_key: String::new(),
            secret_key: String::new(),
            endpoint: text("endpoint"),
            limits,
        }),
        (Role::Sender, "rehearsal") => AccountForm::Sender(SenderForm::Rehearsal { label }),
        (Role::Inbox, "imap") => AccountForm::Inbox(InboxForm::Imap {
            label,
            address,
            host: text("host"),
            port,
            tls,
            user: text("user"),
            login,
            password: String::new(),
            folders: settings.get("folders").and_then(|names| Vec::deserialize(names).ok()).unwrap_or_default(),
            handled: text("handled"),
            authserv_id: text("authserv_id"),
        }),
        (Role::Inbox, "maildir") => {
            AccountForm::Inbox(InboxForm::Maildir { label, address, path: text("path"), authserv_id: text("authserv_id") })
        }
        (Role::Inbox, "rehearsal") => AccountForm::Inbox(InboxForm::Rehearsal { label }),
        _ => return None,
    })
}

fn optional(text: &str) -> Option<&str> {
    Some(text.trim()).filter(|text| !text.is_empty())
}

/// Names of folders, each once; none where there are none.
fn named(folders: &[String]) -> Option<Vec<&str>> {
    let mut names: Vec<&str> = Vec::new();
    for name in folders.iter().filter_map(|name| optional(name)) {
        if !names.contains(&name) {
            names.push(name);
        }
    }
    Some(names).filter(|names| !names.is_empty())
}

/// The folder for handled messages. Put into INBOX, they would come in again.
fn own_folder(name: &str) -> Result<Option<&str>> {
    match optional(name) {
        Some(name) if name.eq_ignore_ascii_case("inbox") => Err(invalid(
            "handled",
            "Handled messages lie in the inbox already. Name another folder, such as “Rollcall”, or leave it empty.",
        )),
        name => Ok(name),
    }
}

fn required(field: &str, text: &str) -> Result<String> {
    let text = text.trim();
    if text.is_empty() {
        return Err(invalid(field, &format!("The {} is empty. Fill it in.", field.replace('_', " "))));
    }
    Ok(text.to_owned())
}

fn address(field: &str, text: &str) -> Result<String> {
    Address::parse(text).map(|address| address.normalised).map_err(|problem| invalid(field, &format!("{problem}.")))
}

fn server(host: &str, port: u16, tls: Tls) -> Result<String> {
    let host = required("host", host)?;
    if port == 0 {
        return Err(invalid("port", "A port is a number from 1 to 65535: 465 or 587 for sending, 993 for reading."));
    }
    if tls == Tls::None && !is_loopback(&host) {
        return Err(invalid(
            "tls",
            &format!(
                "Without TLS the password and every guest's address would cross the network in clear, so “none” works only for a server on this computer, not for {host}. Choose implicit or starttls."
            ),
        ));
    }
    Ok(host)
}

fn is_loopback(host: &str) -> bool {
    host.eq_ignore_ascii_case("localhost") || host.trim_matches(['[', ']']).parse::<IpAddr>().is_ok_and(|address| address.is_loopback())
}

fn is_loopback_url(url: &str) -> bool {
    let Some(rest) = url.strip_prefix("http://") else { return false };
    let authority = rest.split(['/', '?', '#']).next().unwrap_or_default();
    let host = match authority.rsplit_once(':') {
        Some((host, port)) if port.bytes().all(|byte| byte.is_ascii_digit()) => host,
        _ => authority,
    };
    is_loopback(host)
}

/// The settings with the organizer's own limits among them.
fn limited(limits: &OwnLimits, mut settings: Value) -> Result<Value> {
    let OwnLimits { per_second, per_minute, per_hour, per_day, batch, batch_gap_seconds } = limits;
    rate(*per_second)?;
    for (field, span, most) in [
        ("per_minute", "a minute", per_minute),
        ("per_hour", "an hour", per_hour),
        ("per_day", "a day", per_day),
        ("batch", "of a batch", batch),
    ] {
        if *most == Some(0) {
            return Err(invalid(field, &format!("Messages {span} are a number above zero. Leave it empty where nothing limits them.")));
        }
    }
    match (batch, batch_gap_seconds) {
        (Some(size), None | Some(0)) => {
            return Err(invalid("batch_gap_seconds", &format!("A batch of {size} messages needs a pause after it: say how many seconds.")));
        }
        (None, Some(_)) => {
            return Err(invalid("batch", "A pause comes after a batch: say after how many messages, or leave the pause empty too."));
        }
        _ => {}
    }
    if let (Some(fields), Value::Object(own)) = (settings.as_object_mut(), serde_json::to_value(limits)?) {
        fields.extend(own);
    }
    Ok(settings)
}

fn rate(per_second: Option<f64>) -> Result<Option<f64>> {
    match per_second {
        Some(rate) if !(rate.is_finite() && rate > 0.0) => {
            Err(invalid("per_second", "Messages a second is a number above zero, such as 14 or 0.5."))
        }
        other => Ok(other),
    }
}

fn lines(connections: Option<u32>) -> Result<Option<u32>> {
    match connections {
        Some(connections) if !(1..=100).contains(&connections) => {
            Err(invalid("connections", "Connections at once are a number from 1 to 100; most servers allow 3."))
        }
        other => Ok(other),
    }
}

fn invalid(field: &str, sentence: &str) -> anyhow::Error {
    Failure::new(Code::InvalidInput, sentence).with("field", field).into()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn smtp(host: &str, tls: Tls) -> SenderForm {
        let (label, from) = ("Club".to_owned(), "Games@Example.org".to_owned());
        SenderForm::Smtp {
            label,
            from,
            name: String::new(),
            host: host.to_owned(),
            port: 25,
            tls,
            user: String::new(),
            login: Login::Password,
            password: String::new(),
            limits: OwnLimits::default(),
            connections: None,
        }
    }

    #[test]
    fn no_tls_is_for_this_computer_only() {
        for host in ["localhost", "127.0.0.1", "127.8.8.8", "::1", "[::1]"] {
            assert!(sender(smtp(host, Tls::None)).is_ok(), "{host} is this computer");
        }
        for host in ["mail.example.org", "192.168.1.1", "localhost.example.org", "127.0.0.1.example.org"] {
            let Err(error) = sender(smtp(host, Tls::None)) else { panic!("{host} is another computer") };
            assert!(error.to_string().contains(host), "the sentence names {host}: {error}");
            assert!(sender(smtp(host, Tls::Starttls)).is_ok(), "{host} is fine with TLS");
        }
    }

    #[test]
    fn plain_http_is_for_this_computer_only() {
        assert!(is_loopback_url("http://127.0.0.1:5000"), "a test service");
        assert!(is_loopback_url("http://[::1]:5000/x"), "a test service on IPv6");
        assert!(!is_loopback_url("http://localhost@evil.example/"), "the host comes after the @");
        assert!(!is_loopback_url("http://example.org:80"), "another computer");
    }

    #[test]
    fn a_rate_of_nothing_is_refused() {
        for wrong in [0.0, -1.0, f64::NAN, f64::INFINITY] {
            assert!(rate(Some(wrong)).is_err(), "{wrong} would never send, or without end");
        }
        assert_eq!(rate(Some(0.5)).ok(), Some(Some(0.5)), "one message every two seconds is a rate");
    }

    #[test]
    fn limits_that_would_stop_everything_or_nothing_are_refused() {
        let refused = |limits: OwnLimits| limited(&limits, json!({})).map_err(|error| error.to_string()).unwrap_err();
        let none = OwnLimits::default();
        assert!(refused(OwnLimits { per_hour: Some(0), ..none.clone() }).contains("an hour"), "the sentence names the limit");
        assert!(refused(OwnLimits { batch: Some(50), ..none.clone() }).contains("pause"), "a batch without a pause limits nothing");
        assert!(refused(OwnLimits { batch_gap_seconds: Some(60), ..none }).contains("batch"), "a pause after what?");
    }

    #[test]
    fn limits_are_kept_and_come_back() {
        let limits = OwnLimits { per_hour: Some(100), batch: Some(50), batch_gap_seconds: Some(600), ..OwnLimits::default() };
        let settings = limited(&limits, json!({ "host": "mail.example" })).unwrap();
        assert_eq!(OwnLimits::deserialize(&settings).unwrap(), limits, "the form shows what was typed");
        assert_eq!(settings["host"], "mail.example", "beside the other settings");
    }

    #[test]
    fn folders_are_kept_as_they_were_named_and_each_once() {
        let folders = ["Zusagen", " ", "Zusagen", " Archive/2027 "].map(str::to_owned);
        assert_eq!(named(&folders), Some(vec!["Zusagen", "Archive/2027"]), "what was typed, without the blanks around it");
        assert_eq!(named(&[]), None, "no folder is no setting");
        assert!(own_folder("Inbox").is_err(), "handled messages would come in again and again");
        assert_eq!(own_folder(" Rollcall ").ok(), Some(Some("Rollcall")), "a folder of their own");
    }

    #[test]
    fn no_connection_at_all_is_refused() {
        assert!(lines(Some(0)).is_err() && lines(Some(101)).is_err(), "nothing would leave, or no server would bear it");
        assert_eq!(lines(Some(10)).ok(), Some(Some(10)), "ten are a choice");
    }

    #[test]
    fn an_empty_secret_is_not_stored() {
        let Ok(filled) = sender(smtp("localhost", Tls::None)) else { panic!("the form is in order") };
        assert!(filled.secrets.is_empty(), "a server without login needs no password");
        assert_eq!(filled.account.address, "games@example.org", "addresses are kept normalised");
    }
}
