//! The numbers behind the charts of an event or a campaign, as the charts take them.

use std::collections::BTreeMap;

use charts::{AnswerCounts, Funnel, Reason, SplitRow, Wait};
use store::delivery::trouble::Trouble;
use store::holding::tally::{Channel, Reach, STEPS, Tally};
use store::invitation::provider::Provider;
use store::receipt::Answer;

/// How far invitations came.
pub(super) fn funnel(tallies: &[Tally]) -> Funnel {
    let count = |wanted: fn(&Tally) -> bool| tallies.iter().filter(|tally| wanted(tally)).map(|tally| tally.guests).sum();
    Funnel {
        sent: count(|tally| tally.is_counted() || tally.reach == Reach::Missed),
        taken: count(|tally| tally.reach == Reach::Taken),
        answered: count(|tally| tally.answer.is_some()),
        yes: count(|tally| tally.answer == Some(Answer::Yes)),
    }
}

/// The answers of the guests of each mail provider: the largest first, all others last.
pub(super) fn providers(tallies: &[Tally]) -> Vec<SplitRow> {
    let mut groups: Vec<(Provider, AnswerCounts)> =
        grouped(tallies.iter().filter(|tally| tally.is_counted()), |tally| tally.provider).into_iter().collect();
    groups.sort_by_key(|(provider, counts)| (*provider == Provider::Other, std::cmp::Reverse(counts.invited())));
    groups
        .into_iter()
        .map(|(provider, counts)| SplitRow { label: provider_words(provider).to_owned(), note: String::new(), counts })
        .collect()
}

/// The answers by the way in which they came.
pub(super) fn channels(tallies: &[Tally]) -> Vec<SplitRow> {
    let answered = tallies.iter().filter(|tally| tally.answer.is_some());
    let row = |(channel, counts)| SplitRow { label: channel_words(channel).to_owned(), note: String::new(), counts };
    grouped(answered, |tally| tally.channel).into_iter().map(row).collect()
}

fn grouped<'t, K: Ord>(tallies: impl Iterator<Item = &'t Tally>, key: impl Fn(&Tally) -> K) -> BTreeMap<K, AnswerCounts> {
    let mut groups: BTreeMap<K, AnswerCounts> = BTreeMap::new();
    for tally in tallies {
        let counts = groups.entry(key(tally)).or_default();
        let count = match tally.answer {
            Some(Answer::Yes) => &mut counts.yes,
            Some(Answer::Maybe) => &mut counts.maybe,
            Some(Answer::No) => &mut counts.no,
            None => &mut counts.none,
        };
        *count = count.saturating_add(tally.guests);
    }
    groups
}

/// How long guests took to answer, every step also where it is empty; nothing where nobody has answered.
pub(super) fn waits(tallies: &[Tally]) -> Vec<Wait> {
    const LABELS: [&str; STEPS.len() + 1] = ["1 h", "3 h", "12 h", "1 day", "2 days", "7 days", "14 days", "longer"];
    let answered = || tallies.iter().filter(|tally| tally.answer.is_some());
    let guests = |wanted: Option<usize>| answered().filter(|tally| tally.waited == wanted).map(|tally| tally.guests).sum::<u32>();
    if answered().next().is_none() {
        return Vec::new();
    }
    let mut waits: Vec<Wait> =
        (0..).zip(LABELS).map(|(step, label)| Wait { label: label.to_owned(), guests: guests(Some(step)) }).collect();
    let unknown = guests(None);
    waits.extend((unknown > 0).then(|| Wait { label: "unknown".to_owned(), guests: unknown }));
    waits
}

/// Why messages did not arrive.
pub(super) fn reasons(troubles: &[(Trouble, u32)]) -> Vec<Reason> {
    troubles.iter().map(|(trouble, messages)| Reason { label: trouble_words(*trouble).to_owned(), messages: *messages }).collect()
}

fn provider_words(provider: Provider) -> &'static str {
    match provider {
        Provider::Gmail => "Gmail",
        Provider::Outlook => "Outlook and Hotmail",
        Provider::Yahoo => "Yahoo and AOL",
        Provider::ICloud => "iCloud",
        Provider::Gmx => "GMX and WEB.DE",
        Provider::Proton => "Proton",
        Provider::Other => "All others",
    }
}

fn channel_words(channel: Channel) -> &'static str {
    match channel {
        Channel::None => "Unknown",
        Channel::Calendar => "In their calendar",
        Channel::Link => "By a link in the mail",
        Channel::ByHand => "Entered by you",
    }
}

fn trouble_words(trouble: Trouble) -> &'static str {
    match trouble {
        Trouble::NoAddress => "The address does not exist",
        Trouble::Closed => "The mailbox is closed",
        Trouble::Full => "The mailbox is full",
        Trouble::Blocked => "Blocked by their mail server",
        Trouble::Unreachable => "Their mail server was not reached",
        Trouble::TooLarge => "The message is too large",
        Trouble::Complaint => "Reported as spam",
        Trouble::Other => "Another reason",
    }
}
