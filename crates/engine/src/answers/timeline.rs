//! The course of answers since the first invitation went out.

use std::collections::HashMap;

use jiff::Timestamp;
use store::holding::answer::{Counts, Turn};
use store::receipt::Answer;

/// Points of a course, at most: more than a screen has columns to show.
const MOST_POINTS: usize = 240;

/// How many had answered what by then.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Point {
    pub(super) at: Timestamp,
    pub(super) counts: Counts,
}

/// The standing answers after each turn, thinned to what can be shown. The last point is what stands now.
pub(super) fn course(turns: &[Turn]) -> Vec<Point> {
    let mut standing: HashMap<i64, &Turn> = HashMap::new();
    let mut counts = Counts::default();
    let mut points: Vec<Point> = Vec::new();
    let first = turns.first().map_or(0, |turn| turn.at.as_millisecond());
    let last = turns.iter().map(|turn| turn.at.as_millisecond()).max().unwrap_or(0);
    let step = (last - first) / i64::try_from(MOST_POINTS).unwrap_or(i64::MAX);
    let mut latest = Timestamp::MIN;
    for turn in turns {
        // What was said earlier by the guest's own clock changes nothing, however late it arrives.
        if standing.get(&turn.invitation).is_some_and(|before| (before.sequence, before.dtstamp) > (turn.sequence, turn.dtstamp)) {
            continue;
        }
        if let Some(before) = standing.insert(turn.invitation, turn).and_then(|before| before.answer) {
            *of(&mut counts, before) -= 1;
        }
        if let Some(answer) = turn.answer {
            *of(&mut counts, answer) += 1;
        }
        latest = latest.max(turn.at);
        let point = Point { at: latest, counts };
        match points.last_mut() {
            Some(last) if (latest.as_millisecond() - first) / step.max(1) == (last.at.as_millisecond() - first) / step.max(1) => {
                *last = point;
            }
            _ => points.push(point),
        }
    }
    points
}

fn of(counts: &mut Counts, answer: Answer) -> &mut u32 {
    match answer {
        Answer::Yes => &mut counts.yes,
        Answer::Maybe => &mut counts.maybe,
        Answer::No => &mut counts.no,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn course_ends_with_what_stands_however_many_answers_there_were() {
        let turns: Vec<Turn> = (0..10_000_i64)
            .map(|number| Turn {
                invitation: number % 4_000,
                answer: [Some(Answer::Yes), Some(Answer::No), Some(Answer::Maybe)][usize::try_from(number % 3).expect("small")],
                at: Timestamp::from_second(1_800_000_000 + number * 60).expect("an instant"),
                sequence: 0,
                dtstamp: Timestamp::from_second(1_800_000_000 + number * 60).expect("an instant"),
            })
            .collect();
        let points = course(&turns);
        let last = points.last().expect("points").counts;
        assert_eq!(last.yes + last.maybe + last.no, 4_000, "each guest counts once, whatever they said before");
        assert!(points.len() <= MOST_POINTS + 1, "{} points are more than a screen shows", points.len());
        assert!(points.windows(2).all(|pair| pair[0].at <= pair[1].at), "time only goes on");
    }
}
