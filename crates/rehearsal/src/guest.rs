//! What a practice guest does with a message: answer, answer late, never, or not exist at all.

use jiff::{SignedDuration, Timestamp};
use mail::port::Outgoing;
use rand::rngs::StdRng;
use rand::{RngExt as _, SeedableRng as _};

use crate::client::Client;
use crate::invitation::{self, Invitation};
use crate::world::{World, WorldError};
use crate::{bounce, reply};

/// One in this many addresses does not exist.
const BOUNCES: u64 = 42;
/// One in this many guests answers from another address than the one that was invited.
const ALIASES: u64 = 60;

/// What a guest says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Answer {
    Yes,
    Maybe,
    No,
}

/// An answer that is to be written.
pub(crate) struct Response<'a> {
    pub(crate) invitation: &'a Invitation,
    pub(crate) answer: Answer,
    pub(crate) from: String,
    pub(crate) comment: &'static str,
    pub(crate) extra_guests: u32,
    pub(crate) at: Timestamp,
}

/// Hands a message to its guest.
pub(crate) fn receive(world: &World, message: &Outgoing) -> Result<(), WorldError> {
    let person = hash(world.seed(), &[&message.recipient]);
    let sent_at = invitation::sent_at(&message.message);
    if person.is_multiple_of(BOUNCES) {
        let at = sent_at.saturating_add(SignedDuration::from_secs(20 + i64::from(low_bits(person)) % 100)).unwrap_or(sent_at);
        return world.schedule(at, &bounce::report(message, at));
    }
    let Some(invitation) = invitation::read(&message.message) else { return Ok(()) };
    if invitation.method != "REQUEST" {
        return Ok(());
    }
    let Some(response) = decide(world.seed(), person, message, &invitation, sent_at) else { return Ok(()) };
    let Some(raw) = reply::write(Client::of(&message.recipient), &response) else { return Ok(()) };
    world.schedule(response.at, &raw)
}

fn decide<'a>(seed: u64, person: u64, message: &Outgoing, invitation: &'a Invitation, sent_at: Timestamp) -> Option<Response<'a>> {
    let mut character = StdRng::seed_from_u64(person);
    let keenness: f64 = character.random_range(0.35..0.8);
    let silence: f64 = character.random_range(0.05..0.5);
    let mut occasion = StdRng::seed_from_u64(hash(seed, &[&message.recipient, &invitation.summary]));
    if occasion.random_bool(silence) {
        return None;
    }
    let first = match occasion.random_range(0.0..1.0) {
        chance if chance < keenness => Answer::Yes,
        chance if chance < keenness + 0.12 => Answer::Maybe,
        _ => Answer::No,
    };
    // From eight minutes to four days: most answer on the first day.
    let minutes = 8.0 * occasion.random_range(0.0..6.6_f64).exp();
    let mut again = StdRng::seed_from_u64(hash(seed, &[&message.recipient, &invitation.summary, &invitation.sequence.to_string()]));
    if invitation.sequence > 0 && again.random_bool(0.4) {
        return None;
    }
    let answer = if invitation.sequence > 0 && again.random_bool(0.2) { Answer::No } else { first };
    let from = if person % ALIASES == 1 { alias(&message.recipient) } else { message.recipient.clone() };
    Some(Response {
        invitation,
        answer,
        from,
        comment: comment(answer, &mut again),
        extra_guests: u32::from(answer == Answer::Yes && again.random_bool(0.08)),
        at: sent_at.saturating_add(SignedDuration::from_secs_f64(minutes * 60.0)).unwrap_or(sent_at),
    })
}

fn comment(answer: Answer, rng: &mut StdRng) -> &'static str {
    if !rng.random_bool(0.06) {
        return "";
    }
    match answer {
        Answer::Yes => "Looking forward to it, see you at the gate",
        Answer::Maybe => "Depends on the trains, I will let you know",
        Answer::No => "Sorry, away that weekend",
    }
}

fn alias(address: &str) -> String {
    let local = address.split_once('@').map_or(address, |(local, _)| local);
    format!("{local}@home.example")
}

/// A number that is the same for the same words in every run (FNV-1a).
fn hash(seed: u64, words: &[&str]) -> u64 {
    let bytes = words.iter().flat_map(|word| word.bytes().chain([0xff]));
    bytes.fold(seed ^ 0xcbf2_9ce4_8422_2325, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3))
}

fn low_bits(number: u64) -> u32 {
    u32::try_from(number & 0xffff).unwrap_or(0)
}
