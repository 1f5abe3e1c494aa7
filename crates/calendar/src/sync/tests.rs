use std::slice::from_ref;

use proptest::prelude::*;

use super::{Clash, Merged, Series, Side, Ways, merge};
use crate::remote::{Content, RemoteItem};
use crate::{Event, EventStatus, EventTime, Zone};

fn at(value: &str) -> EventTime {
    EventTime::parse_value(value, Zone::parse("Europe/Berlin")).expect("a time")
}

fn game() -> Event {
    Event { summary: "Game".into(), place: "Hall 1".into(), ..Event::new("g1".into(), at("20270306T180000"), at("20270306T200000")) }
}

fn weekly() -> Event {
    let mut event = game();
    event.recurrence.rule = Some("FREQ=WEEKLY;COUNT=10".into());
    event
}

fn exception(original: &str, summary: &str) -> Event {
    let start = at(original);
    Event {
        recurrence_id: Some(start),
        summary: summary.into(),
        ..Event::new("g1".into(), start, start.moved_by(jiff::SignedDuration::from_hours(2)))
    }
}

fn three(base: &[Event], here: &[Event], there: &[Event], later: Side) -> Merged {
    let [base, here, there] = [base, here, there].map(|events| Series::of(events.to_vec()));
    merge(&Ways { base: &base, here: &here, held: &here, there: &there, later })
}

fn with(event: &Event, change: impl FnOnce(&mut Event)) -> Event {
    let mut event = event.clone();
    change(&mut event);
    event
}

#[test]
fn fields_changed_in_different_places_are_both_kept() {
    let here = with(&game(), |event| event.summary = "Final".into());
    let there = with(&game(), |event| (event.start, event.end) = (at("20270307T180000"), at("20270307T200000")));
    let merged = three(&[game()], &[here], from_ref(&there), Side::There);
    let wanted = with(&there, |event| event.summary = "Final".into());
    assert_eq!(merged, Merged { series: Series::of([wanted]), clashes: Vec::new() }, "neither edit is lost");
}

#[test]
fn a_colour_of_one_place_and_a_line_of_the_other_are_both_kept() {
    let lines = |lines: &[&str]| with(&game(), |event| event.own_properties = lines.iter().map(|line| (*line).to_owned()).collect());
    let base = lines(&["COLOR:red", "X-OWN:1"]);
    let (here, there) = (lines(&["COLOR:teal", "X-OWN:1"]), lines(&["COLOR:red", "X-OWN:2"]));
    for (here, there) in [(&here, &there), (&there, &here)] {
        let merged = three(from_ref(&base), from_ref(here), from_ref(there), Side::There);
        let wanted = lines(&["COLOR:teal", "X-OWN:2"]);
        assert_eq!(merged, Merged { series: Series::of([wanted]), clashes: Vec::new() }, "the colour is a field of its own");
    }
}

#[test]
fn a_date_that_was_named_there_goes_along_with_a_series_that_was_moved_there_and_here() {
    let moved =
        |hour: &str| with(&weekly(), |event| (event.start, event.end) = (at(&format!("20270306T{hour}3000")), at("20270306T233000")));
    let named = exception("20270313T193000", "Final");
    let merged = three(&[weekly()], &[moved("20")], &[moved("19"), named], Side::Here);
    let dates: Vec<_> =
        merged.series.events().filter_map(|event| Some((event.recurrence_id?, event.start, event.summary.as_str()))).collect();
    assert_eq!(dates, [(at("20270313T203000"), at("20270313T203000"), "Final")], "it is a date of the series as it was kept");
    let off = with(&moved("19"), |event| event.recurrence.excluded.push(at("20270320T193000")));
    let merged = three(&[weekly()], &[moved("20")], &[off], Side::Here);
    let off = merged.series.master().map(|master| master.recurrence.excluded.clone());
    assert_eq!(off, Some(vec![at("20270320T203000")]), "and so is one that was taken out");
}

#[test]
fn a_date_that_one_place_took_out_and_the_other_named_is_a_clash() {
    let named = [weekly(), exception("20270313T180000", "Final")];
    let off = [with(&weekly(), |event| event.recurrence.excluded.push(at("20270313T180000")))];
    for (here, there, later, wanted) in [
        (&named[..], &off[..], Side::Here, &named[..]),
        (&named[..], &off[..], Side::There, &off[..]),
        (&off[..], &named[..], Side::Here, &off[..]),
        (&off[..], &named[..], Side::There, &named[..]),
    ] {
        for base in [vec![weekly()], vec![weekly(), exception("20270313T180000", "Semi-final")]] {
            let merged = three(&base, here, there, later);
            assert_eq!(merged.series, Series::of(wanted.to_vec()), "the later of the two has it its way");
            let [Clash { kept, field, .. }] = merged.clashes.as_slice() else { panic!("once: {:?}", merged.clashes) };
            assert_eq!((*kept, field.as_str()), (later, "event"), "and that is told");
        }
    }
}

#[test]
fn what_a_provider_cannot_hold_of_a_date_that_is_none_does_not_stay_either() {
    let stray = exception("20270313T090000", "Final");
    let series = Series::of([weekly(), exception("20270313T180000", "Cup"), stray.clone()]);
    assert_eq!(series.clone().without_strays(&series), series, "where it is held it stays");
    let held = Series::of([weekly()]);
    let wanted = Series::of([weekly(), exception("20270313T180000", "Cup")]);
    assert_eq!(series.without_strays(&held), wanted, "else only what is said of a date of the series does");
}

#[test]
fn what_was_said_of_a_date_that_the_kept_series_does_not_have_is_a_clash() {
    let short = with(&weekly(), |event| event.recurrence.rule = Some("FREQ=WEEKLY;COUNT=2".into()));
    let named = exception("20270320T180000", "Final");
    for (here, there, kept) in [
        (vec![short.clone()], vec![weekly(), named.clone()], Side::Here),
        (vec![weekly(), named.clone()], vec![short.clone()], Side::There),
    ] {
        let merged = three(&[weekly()], &here, &there, Side::There);
        assert_eq!(merged.series, Series::of([short.clone()]), "the series has two dates, and this is none of them");
        let [Clash { recurrence_id, field, kept: of, other: Some(other), .. }] = merged.clashes.as_slice() else {
            panic!("what was lost is told: {:?}", merged.clashes)
        };
        assert_eq!((*recurrence_id, field.as_str(), *of, other), (named.recurrence_id, "event", kept, &named), "and can be had again");
    }
    let stray = exception("20270309T090000", "Between");
    let there = [with(&weekly(), |event| event.summary = "Cup".into()), stray.clone()];
    let merged = three(&[weekly()], &[weekly()], &there, Side::There);
    assert_eq!(merged.series, Series::of(there), "what never was a date of its series stands for itself");
}

#[test]
fn of_the_same_field_the_later_edit_is_kept_and_the_other_is_named() {
    let here = with(&game(), |event| event.place = "Hall 2".into());
    let there = with(&game(), |event| event.place = "Hall 3".into());
    for (later, place) in [(Side::Here, "Hall 2"), (Side::There, "Hall 3")] {
        let merged = three(&[game()], from_ref(&here), from_ref(&there), later);
        assert_eq!(merged.series.master().map(|event| event.place.as_str()), Some(place), "the later edit is kept");
        let [Clash { field, here: own, there: its, kept, other: Some(other), .. }] = merged.clashes.as_slice() else {
            panic!("one clash, with what was lost: {:?}", merged.clashes)
        };
        assert_eq!((field.as_str(), own.as_str(), its.as_str(), *kept), ("place", "Hall 2", "Hall 3", later), "both are told");
        assert_ne!(other.place, place, "the other is one press away");
    }
}

#[test]
fn a_start_and_an_end_of_different_places_never_meet() {
    let here = with(&game(), |event| event.end = at("20270306T230000"));
    let there = with(&game(), |event| (event.start, event.end) = (at("20270308T100000"), at("20270308T110000")));
    let merged = three(&[game()], from_ref(&here), &[there], Side::Here);
    let master = merged.series.master().expect("it is there");
    assert_eq!((master.start, master.end), (here.start, here.end), "the time is one thing");
}

#[test]
fn what_a_provider_cannot_hold_stays_here() {
    let full = with(&game(), |event| event.categories = vec!["Home".into()]);
    let moved = with(&game(), |event| event.place = "Hall 9".into());
    let [base, here, there] = [vec![game()], vec![full.clone()], vec![moved]].map(Series::of);
    let merged = merge(&Ways { base: &base, here: &here, held: &base, there: &there, later: Side::There });
    let wanted = with(&full, |event| event.place = "Hall 9".into());
    assert_eq!(merged.series, Series::of([wanted]), "the place came over, the category was never theirs");
    assert!(merged.clashes.is_empty(), "nothing was edited twice");
}

#[test]
fn dates_taken_out_in_both_places_are_all_out() {
    let out = |day: &str| with(&weekly(), |event| event.recurrence.excluded = vec![at(day)]);
    let merged = three(&[weekly()], &[out("20270313T180000")], &[out("20270320T180000")], Side::There);
    let dates = merged.series.master().map(|event| event.recurrence.excluded.clone());
    assert_eq!(dates, Some(vec![at("20270313T180000"), at("20270320T180000")]), "a date is an edit of its own");
    assert!(merged.clashes.is_empty(), "they do not clash");
}

#[test]
fn different_rules_clash_as_a_whole() {
    let rule = |rule: &str| with(&weekly(), |event| event.recurrence.rule = Some(rule.into()));
    let merged = three(&[weekly()], &[rule("FREQ=DAILY;COUNT=3")], &[rule("FREQ=WEEKLY;COUNT=4")], Side::There);
    assert_eq!(merged.series, Series::of([rule("FREQ=WEEKLY;COUNT=4")]), "the later rule is the rule");
    assert_eq!(merged.clashes.len(), 1, "and the other is told");
}

#[test]
fn a_deletion_and_an_edit_clash() {
    let edited = with(&game(), |event| event.summary = "Final".into());
    for (here, there) in [(vec![edited.clone()], vec![]), (vec![], vec![edited.clone()])] {
        let (own, its) = (three(&[game()], &here, &there, Side::Here), three(&[game()], &here, &there, Side::There));
        assert_eq!((own.series, own.clashes.len()), (Series::of(here), 1), "the later one is kept");
        assert_eq!((its.series, its.clashes.len()), (Series::of(there), 1), "the later one is kept");
    }
    let untouched = three(&[game()], &[game()], &[], Side::Here);
    assert_eq!(untouched, Merged::default(), "what nobody edited here goes with the provider's");
}

#[test]
fn an_exception_of_one_place_meets_an_edit_of_the_other() {
    let there = [weekly(), exception("20270313T180000", "Derby")];
    let here = with(&weekly(), |event| event.description = "Bring a scarf".into());
    let merged = three(&[weekly()], from_ref(&here), &there, Side::There);
    assert_eq!(merged.series, Series::of([here, exception("20270313T180000", "Derby")]), "both are there");
}

#[test]
fn items_of_a_provider_make_a_series() {
    let item = |id: &str, series: Option<&str>, content| RemoteItem {
        id: id.into(),
        series: series.map(str::to_owned),
        content,
        ..RemoteItem::default()
    };
    let in_utc = EventTime::parse_value("20270320T170000Z", Some(Zone::utc())).expect("a time");
    let nameless = Event { uid: String::new(), ..exception("20270313T180000", "Derby") };
    let exceptions = [item("m_1", Some("m"), Content::Events(vec![nameless])), item("m_2", Some("m"), Content::Dropped(in_utc))];
    assert_eq!(Series::from_items("g1", &exceptions), None, "exceptions wait for their series");
    let master = item("m", None, Content::Events(vec![weekly()]));
    let series = Series::from_items("g1", exceptions.iter().chain([&master])).expect("now it is there");
    let wanted = with(&weekly(), |event| event.recurrence.excluded = vec![at("20270320T180000")]);
    assert_eq!(series, Series::of([wanted, exception("20270313T180000", "Derby")]), "named as the series counts time, under its UID");
}

#[test]
fn a_date_that_comes_back_there_comes_back_here() {
    let off = with(&weekly(), |event| event.recurrence.excluded = vec![at("20270313T180000")]);
    let cancelled = with(&exception("20270313T180000", "Game"), |event| event.status = EventStatus::Cancelled);
    let [base, here, held, there] = [vec![off.clone()], vec![weekly(), cancelled], vec![off], vec![weekly()]].map(Series::of);
    let merged = merge(&Ways { base: &base, here: &here, held: &held, there: &there, later: Side::There });
    assert_eq!(merged.series, there, "the provider knows a cancelled date only as one that is out");
}

/// What two people do to one series, and what the computer does between them.
#[derive(Clone, Copy, Debug)]
enum Step {
    Edit(Side, u8),
    Delete(Side),
    Pull,
    /// Writes; the answer may be lost.
    Push(bool),
}

#[derive(Default)]
struct World {
    here: Series,
    there: Series,
    base: Series,
    /// Versions at the provider, and the one that `base` is of.
    version: u64,
    seen: u64,
    time: u64,
    edited: [u64; 2],
}

impl World {
    fn step(&mut self, step: Step) {
        self.time += 1;
        match step {
            Step::Edit(side, what) => {
                let series = if side == Side::Here { &self.here } else { &self.there };
                let edited = edit(series, what, self.time);
                self.put(side, edited);
            }
            Step::Delete(side) => self.put(side, Series::default()),
            Step::Pull => self.pull(),
            Step::Push(is_heard) => self.push(is_heard),
        }
    }

    fn put(&mut self, side: Side, series: Series) {
        match side {
            Side::Here => self.here = series,
            Side::There => {
                self.there = series;
                self.version += 1;
            }
        }
        self.edited[usize::from(side == Side::There)] = self.time;
    }

    fn pull(&mut self) {
        let later = if self.edited[0] > self.edited[1] { Side::Here } else { Side::There };
        self.here = merge(&Ways { base: &self.base, here: &self.here, held: &self.here, there: &self.there, later }).series;
        (self.base, self.seen) = (self.there.clone(), self.version);
    }

    fn push(&mut self, is_heard: bool) {
        if self.here.says_the_same(&self.base) || self.seen != self.version {
            return;
        }
        self.there = self.here.clone();
        self.version += 1;
        if is_heard {
            (self.base, self.seen) = (self.there.clone(), self.version);
        }
    }
}

fn edit(series: &Series, what: u8, time: u64) -> Series {
    let mut events = series.to_events();
    let Some(master) = events.first_mut() else { return Series::of([weekly()]) };
    let day = at("20270306T180000").moved_by(jiff::SignedDuration::from_hours(7 * 24 * i64::from(what % 5 + 1)));
    match what / 5 {
        0 => master.summary = format!("Game {time}"),
        1 => master.place = format!("Hall {time}"),
        2 => {
            let by = jiff::SignedDuration::from_mins(i64::from(what % 5) * 30);
            (master.start, master.end) = (master.start.moved_by(by), master.end.moved_by(by));
        }
        3 => master.recurrence.excluded.push(day),
        4 => master.recurrence.excluded.clear(),
        5 => {
            let known = events.iter_mut().find(|event| event.recurrence_id == Some(day));
            match known {
                Some(known) => known.summary = format!("Derby {time}"),
                None => events.push(exception(&day.value(), "Derby")),
            }
        }
        _ => events.retain(|event| event.recurrence_id != Some(day)),
    }
    Series::of(events)
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let side = prop_oneof![Just(Side::Here), Just(Side::There)];
    let step = prop_oneof![
        5 => (side.clone(), 0..35_u8).prop_map(|(side, what)| Step::Edit(side, what)),
        1 => side.prop_map(Step::Delete),
        3 => Just(Step::Pull),
        3 => any::<bool>().prop_map(Step::Push),
    ];
    proptest::collection::vec(step, 0..40)
}

proptest! {
    #[test]
    fn any_course_of_edits_ends_the_same_in_both_places(steps in steps()) {
        let mut world = World::default();
        world.put(Side::There, Series::of([weekly()]));
        for step in steps {
            world.step(step);
        }
        for _ in 0..3 {
            world.step(Step::Pull);
            world.step(Step::Push(true));
        }
        prop_assert_eq!(&world.here, &world.there, "both say the same in the end");
        let (version, here) = (world.version, world.here.clone());
        world.step(Step::Pull);
        world.step(Step::Push(true));
        prop_assert_eq!((world.version, world.here), (version, here), "and a further sync changes nothing");
    }

    #[test]
    fn an_edit_of_one_place_alone_comes_over_whole(edits in proptest::collection::vec(0..35_u8, 1..12), is_here in any::<bool>()) {
        let side = if is_here { Side::Here } else { Side::There };
        let mut world = World { here: Series::of([weekly()]), there: Series::of([weekly()]), base: Series::of([weekly()]), ..World::default() };
        for what in edits {
            world.step(Step::Edit(side, what));
        }
        let wanted = if is_here { world.here.clone() } else { world.there.clone() };
        world.step(Step::Pull);
        world.step(Step::Push(true));
        prop_assert_eq!((&world.here, &world.there), (&wanted, &wanted), "nothing of it is lost on the way");
    }
}
