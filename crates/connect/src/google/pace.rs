//! How often an account may ask: fewer than 600 times in any minute that slides (<https://developers.google.com/workspace/calendar/api/guides/quota>).

use std::collections::VecDeque;
use std::time::Duration;

use tokio::sync::Mutex;
use tokio::time::{Instant, sleep_until};

/// Ten in a hundred are left to other programs of the same client, as the organizer's second computer is one.
const REQUESTS: usize = 540;
/// A minute at the other end of a line may be shorter than one here.
const WINDOW: Duration = Duration::from_secs(61);

/// Lets requests of one account through.
#[derive(Debug, Default)]
pub(super) struct Pace(Mutex<Moments>);

/// When the last requests were, and those that wait will be, let through.
#[derive(Debug, Default)]
struct Moments(VecDeque<Instant>);

impl Pace {
    /// Waits until one more request fits. Whoever asks first goes first.
    pub(super) async fn turn(&self) {
        let at = self.0.lock().await.reserve(Instant::now());
        sleep_until(at).await;
    }
}

impl Moments {
    fn reserve(&mut self, now: Instant) -> Instant {
        let earliest = if self.0.len() < REQUESTS { None } else { self.0.pop_front().map(|first| first + WINDOW) };
        let at = earliest.map_or(now, |earliest| earliest.max(now));
        self.0.push_back(at);
        at
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_sliding_minute_holds_more_than_its_share() {
        let (mut moments, begin) = (Moments::default(), Instant::now());
        let mut now = begin;
        let mut times = Vec::new();
        // In bursts, evenly, and late: however they come.
        for number in 0..5_000_u64 {
            now += Duration::from_millis(if number % 700 < 350 { 0 } else { number % 97 });
            times.push(moments.reserve(now));
        }
        for (place, time) in times.iter().enumerate() {
            let fitted = times[place..].iter().take_while(|later| **later < *time + Duration::from_mins(1)).count();
            assert!(fitted <= REQUESTS, "{fitted} within a minute from request {place} on");
        }
        assert!(times.is_sorted(), "in the order of asking");
        assert_eq!(times[0], begin, "the first waits for nothing");
    }
}
