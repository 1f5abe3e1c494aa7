//! AUTH (RFC 4954) with a user's name and a password or a token.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use lettre::transport::smtp::authentication::{Credentials, Mechanism};
use mail::port::SendOutcome;
use secrecy::{ExposeSecret as _, SecretString};

use super::capabilities::Capabilities;
use super::dialogue::Dialogue;
use super::line::{COMMAND_PATIENCE, Failure};
use super::outcome::{self, Stage};
use crate::settings::Login;

impl Login {
    /// Logs in, with the first mechanism that server and we have in common.
    pub(super) async fn run(&self, dialogue: &mut Dialogue, capabilities: &Capabilities, shown: &SecretString) -> Result<(), Failure> {
        let takes_token = |mechanism: Mechanism| mechanism == Mechanism::Xoauth2;
        let is_ours = |mechanism: &&Mechanism| takes_token(**mechanism) == self.is_by_token();
        let Some(mechanism) = capabilities.mechanisms.iter().find(is_ours).copied() else {
            let reason = if self.is_by_token() {
                "The server offers no login with a token (AUTH XOAUTH2).".to_owned()
            } else {
                "The server offers no login with a password (AUTH PLAIN or LOGIN).".to_owned()
            };
            return Err(Failure { stage: Stage::Login, outcome: SendOutcome::NeedsLogin { reason } });
        };
        let credentials = Credentials::new(self.user.clone(), shown.expose_secret().to_owned());
        let mut command = match mechanism.response(&credentials, None) {
            Ok(initial) if mechanism.supports_initial_response() => format!("AUTH {mechanism} {}\r\n", STANDARD.encode(initial)),
            _ => format!("AUTH {mechanism}\r\n"),
        };
        // LOGIN asks twice; a server that asks more often is not one to go on with.
        for _ in 0..4 {
            let reply = dialogue.command(&command, COMMAND_PATIENCE).await.map_err(|broken| Failure::broken(Stage::Login, &broken))?;
            if !reply.has_code(334) {
                return if reply.is_positive() {
                    Ok(())
                } else {
                    Err(Failure { stage: Stage::Login, outcome: outcome::of_reply(Stage::Login, &reply) })
                };
            }
            let Some(answer) = answer(mechanism, &credentials, reply.first_line().unwrap_or_default()) else { break };
            command = format!("{}\r\n", STANDARD.encode(answer));
        }
        let reason = format!("The server asked something in its {mechanism} login that is not understood.");
        Err(Failure { stage: Stage::Login, outcome: SendOutcome::NeedsLogin { reason } })
    }
}

fn answer(mechanism: Mechanism, credentials: &Credentials, challenge: &str) -> Option<String> {
    if mechanism == Mechanism::Xoauth2 {
        // It says why the token was refused; an empty answer gets the reply that ends the login.
        return Some(String::new());
    }
    let challenge = String::from_utf8(STANDARD.decode(challenge.trim()).ok()?).ok()?;
    mechanism.response(credentials, Some(&challenge)).ok()
}
