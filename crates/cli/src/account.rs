//! What senders and inboxes share on the command line: secrets, TLS, checks, tables.

use std::io::{BufRead as _, IsTerminal as _};
use std::path::Path;
use std::process::ExitCode;

use anyhow::{Context as _, Result, bail};
use clap::{Args, ValueEnum};
use engine::accounts::view::{AccountRole, AccountView, CheckView, Login, Tls};

use crate::output::Output;

/// How a connection is protected.
#[derive(Clone, Copy, ValueEnum)]
pub(crate) enum TlsChoice {
    /// From the first byte (465, 993).
    Implicit,
    /// Upgraded before anything is said (587, 143).
    Starttls,
    /// Not at all: only to this computer.
    None,
}

/// What a mail server is shown at the login.
#[derive(Clone, Copy, ValueEnum)]
pub(crate) enum LoginChoice {
    /// A password.
    Password,
    /// A token of OAuth, as Google and Microsoft take it: the secret is the token.
    Xoauth2,
}

impl From<LoginChoice> for Login {
    fn from(choice: LoginChoice) -> Self {
        match choice {
            LoginChoice::Password => Self::Password,
            LoginChoice::Xoauth2 => Self::Xoauth2,
        }
    }
}

/// What to ask for at the prompt.
pub(crate) fn prompt(login: Login, user: &str, host: &str) -> String {
    let what = match login {
        Login::Password => "Password",
        Login::Xoauth2 | Login::Consent => "Token",
    };
    format!("{what} of {user} at {host}")
}

impl From<TlsChoice> for Tls {
    fn from(choice: TlsChoice) -> Self {
        match choice {
            TlsChoice::Implicit => Self::Implicit,
            TlsChoice::Starttls => Self::Starttls,
            TlsChoice::None => Self::None,
        }
    }
}

/// What to change of the server of an account.
#[derive(Args)]
pub(crate) struct ServerChange {
    /// Name of the server.
    #[arg(long)]
    host: Option<String>,
    /// Its port: for mail that leaves 465 or 587, for IMAP 993 or 143.
    #[arg(long)]
    port: Option<u16>,
    /// How the connection is encrypted.
    #[arg(long)]
    tls: Option<TlsChoice>,
    /// Login.
    #[arg(long)]
    user: Option<String>,
    /// What the server is shown at the login.
    #[arg(long, value_name = "KIND")]
    login: Option<LoginChoice>,
}

impl ServerChange {
    /// Puts what was given in the place of what was there.
    pub(crate) fn apply(self, host: &mut String, port: &mut u16, tls: &mut Tls, user: &mut String, login: &mut Login) {
        put(host, self.host);
        put(port, self.port);
        put(tls, self.tls.map(Into::into));
        put(user, self.user);
        put(login, self.login.map(Into::into));
    }

    /// Each option, and whether it was given.
    pub(crate) fn given(&self) -> [(&'static str, bool); 5] {
        [
            ("--host", self.host.is_some()),
            ("--port", self.port.is_some()),
            ("--tls", self.tls.is_some()),
            ("--user", self.user.is_some()),
            ("--login", self.login.is_some()),
        ]
    }
}

/// A secret from its file, the environment or a prompt.
pub(crate) fn secret(file: Option<&Path>, prompt: &str) -> Result<String> {
    if let Some(file) = file {
        let text = std::fs::read_to_string(file).with_context(|| format!("Read the secret file {}", file.display()))?;
        return Ok(text.trim_end_matches(['\r', '\n']).to_owned());
    }
    if let Ok(text) = std::env::var("ROLLCALL_SECRET") {
        return Ok(text);
    }
    if std::io::stdin().is_terminal() {
        return rpassword::prompt_password(format!("{prompt}: ")).context("Read the secret");
    }
    let mut line = String::new();
    std::io::stdin().lock().read_line(&mut line).context("Read the secret from standard input")?;
    let line = line.trim_end_matches(['\r', '\n']);
    if line.is_empty() {
        bail!("{prompt} is needed: give --secret-file FILE, set ROLLCALL_SECRET, or type it at the prompt.");
    }
    Ok(line.to_owned())
}

/// The secret to put in the place of an account's old one; empty, which keeps it, where none is offered.
pub(crate) fn renewed(sign_in: bool, file: Option<&Path>, prompt: &str) -> Result<String> {
    if sign_in || file.is_some() { secret(file, prompt) } else { Ok(String::new()) }
}

/// Puts what was given in the place of what was there.
pub(crate) fn put<T>(field: &mut T, given: Option<T>) {
    if let Some(given) = given {
        *field = given;
    }
}

/// Refuses an option that an account's kind has no use for.
pub(crate) fn refuse_unused(kind: &str, options: &[(&str, bool)]) -> Result<()> {
    match options.iter().find(|(_, is_given)| *is_given) {
        Some((option, _)) => bail!("{option} is not for an account of the kind {kind}."),
        None => Ok(()),
    }
}

/// Prints a check. The exit status is a failure when something will not work.
pub(crate) fn print_checks(checks: &Vec<CheckView>, output: &Output) -> Result<ExitCode> {
    output.result(checks, |checks| checks.iter().map(words).collect::<Vec<_>>().join("\n"))?;
    let works = checks.iter().all(|check| check.state != "bad");
    Ok(if works { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// The accounts of a role.
pub(crate) fn of_role(accounts: Vec<AccountView>, role: AccountRole) -> Vec<AccountView> {
    accounts.into_iter().filter(|account| account.role == role).collect()
}

/// One account a line.
pub(crate) fn table(accounts: &[AccountView]) -> String {
    let line = |account: &AccountView| format!("{}\t{}\t{}\t{}", account.label, account.kind, account.address, account.words);
    accounts.iter().map(line).collect::<Vec<_>>().join("\n")
}

fn words(check: &CheckView) -> String {
    let mark = match check.state.as_str() {
        "good" => "✓",
        "warning" => "!",
        _ => "✗",
    };
    let copy = if check.copy.is_empty() { String::new() } else { format!("\n{}", indented(&check.copy)) };
    format!("{mark} {}{copy}", check.message)
}

fn indented(text: &str) -> String {
    text.lines().map(|line| format!("    {line}")).collect::<Vec<_>>().join("\n")
}
