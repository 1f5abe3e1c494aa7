//! What an account may send: the service's limits and the organizer's own, as rules to keep.

use std::time::Duration;

use mail::port::Limits;
use serde::Deserialize as _;

use super::allowance::{Batch, Rules, Window};
use crate::accounts::view::OwnLimits;

/// The part of an account's rate that is ours: other programs may use it too.
const SHARE: f64 = 0.9;
const MINUTE: Duration = Duration::from_mins(1);
const HOUR: Duration = Duration::from_hours(1);
const DAY: Duration = Duration::from_hours(24);

impl OwnLimits {
    /// The limits in an account's settings. What cannot be read is none: the form refuses it.
    pub(crate) fn of(settings: &serde_json::Value) -> Self {
        OwnLimits::deserialize(settings).unwrap_or_default()
    }

    /// Messages a second that are ours; none where nothing limits them.
    pub(crate) fn share(&self, stated: Option<Limits>, campaigns: impl Iterator<Item = f64>) -> Option<f64> {
        let own = self.per_second.filter(|rate| *rate > 0.0);
        let stated = stated.and_then(|limits| limits.per_second);
        let stated = stated.map(|stated| if own == Some(stated) { stated } else { stated * SHARE });
        campaigns.chain(own).chain(stated).reduce(f64::min)
    }

    /// The rules to keep at a share.
    pub(super) fn rules(&self, share: Option<f64>) -> Rules {
        let stretches = [(self.per_minute, MINUTE, "a minute"), (self.per_hour, HOUR, "an hour"), (self.per_day, DAY, "in 24 hours")];
        let stretches = stretches.into_iter().filter_map(|(most, span, words)| {
            let most = most.filter(|most| *most > 0)?;
            Some(Window { most: most as usize, span, name: format!("{most} messages {words}") })
        });
        let batch = self.batch.filter(|size| *size > 0).zip(self.batch_gap_seconds.filter(|gap| *gap > 0));
        Rules {
            windows: share.map(of_share).into_iter().chain(stretches).collect(),
            batch: batch.map(|(size, gap)| Batch {
                size: size as usize,
                gap: Duration::from_secs(gap.into()),
                name: format!("{size} messages before a pause"),
            }),
        }
    }

    /// How long so many messages take at least.
    pub(crate) fn least_time(&self, messages: u64, share: Option<f64>) -> Option<Duration> {
        let rules = self.rules(share);
        let messages = usize::try_from(messages).unwrap_or(usize::MAX);
        let waits = rules.windows.iter().map(|window| (messages.saturating_sub(1) / window.most, window.span));
        let gaps = rules.batch.iter().map(|batch| (messages.saturating_sub(1) / batch.size, batch.gap));
        let whole = waits.chain(gaps).map(|(times, span)| span.saturating_mul(u32::try_from(times).unwrap_or(u32::MAX)));
        #[expect(clippy::cast_precision_loss, reason = "an estimate")]
        let paced = share.map(|share| Duration::try_from_secs_f64(messages as f64 / share).unwrap_or(Duration::MAX));
        whole.chain(paced).max()
    }
}

/// The stretch in which a share is judged: a second, or as long as one message takes.
fn of_share(share: f64) -> Window {
    let name = format!("{share} messages a second");
    if share < 1.0 {
        return Window { most: 1, span: Duration::try_from_secs_f64(1.0 / share).unwrap_or(DAY), name };
    }
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a rate of messages")]
    let most = share.ceil().min(1e6) as usize;
    Window { most, span: Duration::from_secs(1), name }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn stated(per_second: f64) -> Limits {
        Limits { per_second: Some(per_second), per_day: None, sent_last_day: 0, connections: 1 }
    }

    #[test]
    fn the_share_is_the_lowest_of_all_limits() {
        let own = OwnLimits::of(&json!({ "host": "mail.example", "per_second": 20.0 }));
        assert_eq!(own.share(Some(stated(100.0)), [].into_iter()), Some(20.0), "the organizer's own");
        assert_eq!(own.share(Some(stated(10.0)), [].into_iter()), Some(9.0), "nine tenths of the service's: others use it too");
        assert_eq!(own.share(Some(stated(20.0)), [].into_iter()), Some(20.0), "all of it, where the organizer said so");
        assert_eq!(own.share(Some(stated(100.0)), [5.0].into_iter()), Some(5.0), "the campaign's");
        assert_eq!(OwnLimits::default().share(None, [].into_iter()), None, "none is none");
    }

    #[test]
    fn the_time_is_that_of_the_slowest_rule() {
        let own = OwnLimits::of(&json!({ "per_hour": 100, "batch": 50, "batch_gap_seconds": 600 }));
        assert_eq!(own.least_time(100, None), Some(Duration::from_mins(10)), "one gap between two batches");
        assert_eq!(own.least_time(1000, None), Some(Duration::from_hours(9)), "a tenth hundred begins after nine hours");
        assert_eq!(OwnLimits::default().least_time(1000, None), None, "without a rule nothing can be said");
    }
}
