//! The course of answers since the first invitation went out.

use jiff::Timestamp;
use store::holding::answer::Counts;
use store::holding::tally::Turn;
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
    let first = turns.first().map_or(0, |turn| turn.at.as_millisecond());
    let last = turns.last().map_or(0, |turn| turn.at.as_millisecond());
    let step = ((last - first) / i64::try_from(MOST_POINTS).unwrap_or(i64::MAX)).max(1);
    let mut sums = [0_i64; 3];
    let mut points: Vec<Point> = Vec::new();
    for turn in turns {
        let [yes, maybe, no] = &mut sums;
        match turn.answer {
            Answer::Yes => *yes += turn.change,
            Answer::Maybe => *maybe += turn.change,
            Answer::No => *no += turn.change,
        }
        let [yes, maybe, no] = sums.map(|sum| u32::try_from(sum).unwrap_or(0));
        let point = Point { at: turn.at, counts: Counts { yes, maybe, no, none: 0 } };
        let place = |at: Timestamp| (at.as_millisecond() - first) / step;
        match points.last_mut() {
            Some(last) if place(turn.at) == place(last.at) => *last = point,
            _ => points.push(point),
        }
    }
    points
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn course_ends_with_what_stands_however_many_answers_there_were() {
        let turn = |minute: i64, answer: Answer, change: i64| Turn {
            at: Timestamp::from_second(1_800_000_000 + minute * 60).expect("an instant"),
            answer,
            change,
        };
        let mut turns: Vec<Turn> = (0..10_000).map(|minute| turn(minute, Answer::Yes, 3)).collect();
        turns.extend((10_000..11_000).flat_map(|minute| [turn(minute, Answer::Yes, -2), turn(minute, Answer::No, 2)]));
        let points = course(&turns);
        let last = points.last().expect("points").counts;
        assert_eq!((last.yes, last.maybe, last.no), (28_000, 0, 2_000), "who turned from yes to no counts once");
        assert!(points.len() <= MOST_POINTS + 1, "{} points are more than a screen shows", points.len());
        assert!(points.windows(2).all(|pair| pair[0].at < pair[1].at), "time only goes on");
        assert_eq!(course(&[]), [], "nothing came, and nothing is drawn");
    }
}
