//! Senders, inboxes and their secrets.

mod probe;
pub(crate) mod secrets;

use engine::accounts::view::{InboxForm, Login, OwnLimits, SenderForm, Tls};

pub(crate) fn smtp(label: &str, password: &str) -> SenderForm {
    SenderForm::Smtp {
        label: label.to_owned(),
        from: "games@club.example".to_owned(),
        name: String::new(),
        host: "smtp.club.example".to_owned(),
        port: 465,
        tls: Tls::Implicit,
        user: "games".to_owned(),
        login: Login::Password,
        password: password.to_owned(),
        limits: OwnLimits { per_second: Some(14.0), ..OwnLimits::default() },
        connections: None,
    }
}

pub(crate) fn imap(label: &str, address: &str) -> InboxForm {
    InboxForm::Imap {
        label: label.to_owned(),
        address: address.to_owned(),
        host: "imap.club.example".to_owned(),
        port: 993,
        tls: Tls::Implicit,
        user: "games".to_owned(),
        login: Login::Password,
        password: "hunter2 of the inbox".to_owned(),
        folders: Vec::new(),
        handled: String::new(),
        authserv_id: String::new(),
    }
}
