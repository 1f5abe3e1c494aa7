//! The pre-flight check of an account: what its adapter sees, and what is known here.

use anyhow::Result;
use mail::port::{Check, CheckState};
use serde_json::Value;
use store::account::{self, Account, Role, State};

use super::view::CheckView;
use super::{CHECKED, find, open, plus_addressing};
use crate::Engine;
use crate::event::Changed;

/// Lines of a check that stand for the password or key.
const LOGIN: [&str; 2] = ["login", "key"];

/// Checks a sender or an inbox without sending anything. What came of it, and whether it lets us in, is kept with the account.
///
/// # Errors
/// [`crate::Code::NotFound`], or [`crate::Code::Locked`] when its secrets cannot be opened.
pub async fn check(engine: &Engine, id: &str) -> Result<Vec<CheckView>> {
    let account = find(engine.store(), id).await?;
    let mut lines: Vec<CheckView> = match account.role {
        Role::Sender => open::sender(engine, account.id).await?.check().await,
        Role::Inbox | Role::Calendar => open::inbox(engine, account.id).await?.check().await,
    }
    .into_iter()
    .map(CheckView::from)
    .collect();
    note(engine, &account, &lines).await?;
    if account.role == Role::Inbox {
        lines.extend(own_lines(&account));
    }
    Ok(lines)
}

/// An account is ready once a check passed. One whose password or key is refused waits for another, and one that lets us in no longer does.
async fn note(engine: &Engine, account: &Account, lines: &[CheckView]) -> Result<()> {
    let state = state_after(account, lines);
    let failed = lines.iter().find(|line| line.state == "bad").map(|line| line.message.clone()).unwrap_or_default();
    let is_other_state = state != account.state;
    if !is_other_state && account.settings.get(CHECKED).and_then(Value::as_str) == Some(&failed) {
        return Ok(());
    }
    let checked = account.clone();
    engine
        .store()
        .write(move |w| {
            // What was changed while it was checked was not checked.
            let Some(mut current) = account::get(w, checked.id)?.filter(|current| current.settings == checked.settings) else {
                return Ok(());
            };
            if let Some(fields) = current.settings.as_object_mut() {
                fields.insert(CHECKED.to_owned(), failed.into());
            }
            account::put_settings(w, current.id, &current.settings)?;
            account::put_state(w, current.id, &state)
        })
        .await?;
    engine.tell_changed(&[Changed::Accounts]);
    if is_other_state {
        engine.sending().wake();
    }
    Ok(())
}

fn state_after(account: &Account, lines: &[CheckView]) -> State {
    let login = |state: &str| lines.iter().find(|line| line.state == state && LOGIN.contains(&line.code.as_str()));
    match (login("bad"), login("good"), &account.state) {
        (Some(refused), _, State::Ok | State::NeedsLogin(_)) => State::NeedsLogin(going_on(&refused.message)),
        (None, Some(_), State::NeedsLogin(_)) => State::Ok,
        (_, _, state) => state.clone(),
    }
}

/// A sentence as the second half of one.
fn going_on(sentence: &str) -> String {
    let mut letters = sentence.chars();
    letters.next().map(|first| first.to_lowercase().chain(letters).collect()).unwrap_or_default()
}

/// What an adapter cannot know: whether guests can answer to this address from everywhere.
fn own_lines(account: &Account) -> Vec<CheckView> {
    let mut lines = Vec::new();
    let host = account.settings.get("host").and_then(Value::as_str).unwrap_or_default();
    if is_google(&account.address, host) {
        lines.push(line(
            "google_organizer",
            CheckState::Warning,
            "Guests who use Google Calendar answer a Google organizer inside Google, and their answer may never reach this inbox as a mail. \
             Answers from a mailbox elsewhere are complete; with this one, rely on the Yes, Maybe and No links in the message.",
        ));
    }
    if account.kind == "rehearsal" {
        return lines;
    }
    lines.push(if plus_addressing(account) {
        line("plus_addressing", CheckState::Good, "Mail to a plus-part of the address arrives, so that each answer names its invitation.")
    } else {
        line(
            "plus_addressing",
            CheckState::Warning,
            "It is not known yet whether mail to a plus-part of the address arrives. Probe the inbox with a sender; answers are matched without it too.",
        )
    });
    lines
}

fn is_google(address: &str, host: &str) -> bool {
    let domain = address.rsplit_once('@').map_or("", |(_, domain)| domain);
    ["gmail.com", "googlemail.com"].contains(&domain) || host.ends_with(".gmail.com") || host.ends_with(".google.com")
}

pub(super) fn line(code: &str, state: CheckState, message: &str) -> CheckView {
    CheckView::from(Check { code: code.to_owned(), state, message: message.to_owned(), copy: String::new() })
}

impl From<Check> for CheckView {
    fn from(check: Check) -> Self {
        let state = match check.state {
            CheckState::Good => "good",
            CheckState::Warning => "warning",
            CheckState::Bad => "bad",
        };
        Self { code: check.code, state: state.to_owned(), message: check.message, copy: check.copy }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_google_mailbox_is_known_by_address_or_server() {
        assert!(is_google("club@gmail.com", ""), "by its address");
        assert!(is_google("games@club.example", "imap.gmail.com"), "a domain of one's own that Google serves");
        assert!(!is_google("games@club.example", "imap.club.example"), "any other mailbox");
    }
}
