use super::{plan_import, shift_weeks};
use crate::Event;
use crate::ical::read;

fn event(uid: &str, start: &str, summary: &str) -> Event {
    let text = format!("BEGIN:VEVENT\nUID:{uid}\nDTSTART;TZID=America/Chicago:{start}\nDURATION:PT3H\nSUMMARY:{summary}\nEND:VEVENT\n");
    read(text.as_bytes()).events.remove(0).event
}

fn season() -> Vec<Event> {
    (1..=5).map(|day| event(&format!("game-{day}"), &format!("2027031{day}T130000"), &format!("Game {day}"))).collect()
}

#[test]
fn importing_again_changes_nothing() {
    let season = season();
    let plan = plan_import(&season, None, season.clone());
    assert_eq!(plan.unchanged, [0, 1, 2, 3, 4], "every event is there as it was");
    assert!(plan.new.is_empty() && plan.updated.is_empty() && plan.missing.is_empty(), "and nothing else is to do: {plan:?}");
}

#[test]
fn what_the_source_dropped_is_missing_only_if_it_came_from_there() {
    let existing = season();
    let file = existing[..3].to_vec();
    let uids = ["game-1", "game-2", "game-3", "game-4"].map(str::to_owned);
    assert_eq!(plan_import(&existing, Some(&uids), file.clone()).missing, [3], "game 5 never came from this source");
    assert!(plan_import(&existing, None, file).missing.is_empty(), "an unknown source takes nothing away");
}

#[test]
fn an_event_with_a_new_uid_is_found_by_its_content_and_keeps_ours() {
    let existing = season();
    let mut file = existing.clone();
    for (number, event) in file.iter_mut().enumerate() {
        event.uid = format!("regenerated-{number}");
    }
    file[1].place = "South field".to_owned();
    let uids: Vec<String> = existing.iter().map(|event| event.uid.clone()).collect();
    let plan = plan_import(&existing, Some(&uids), file);
    assert_eq!(plan.unchanged, [0, 2, 3, 4], "a new UID alone is no change");
    assert_eq!(plan.updated.len(), 1, "the moved game is an update, not a new event: {:?}", plan.new);
    assert_eq!(plan.updated[0].event.uid, "game-2", "guests know it by the UID it has here");
    assert!(plan.new.is_empty() && plan.missing.is_empty(), "nothing is new and nothing is gone");
}

#[test]
fn a_season_moves_by_weeks_and_keeps_its_wall_clock() {
    let text = "BEGIN:VEVENT\nUID:s\nDTSTART;TZID=America/Chicago:20270306T130000\nDURATION:PT3H\nRRULE:FREQ=WEEKLY;UNTIL=20270327T180000Z\n\
        EXDATE;TZID=America/Chicago:20270313T130000\nRDATE:20270318T000000Z\nEND:VEVENT\n\
        BEGIN:VEVENT\nUID:s\nRECURRENCE-ID;TZID=America/Chicago:20270320T130000\nDTSTART;TZID=America/Chicago:20270320T150000\nEND:VEVENT\n";
    let mut events: Vec<Event> = read(text.as_bytes()).events.into_iter().map(|read| read.event).collect();
    for event in &mut events {
        shift_weeks(event, 52);
    }
    assert_eq!(events[0].start.value(), "20280304T130000", "the same weekday and time a year on");
    assert_eq!(events[0].end.value(), "20280304T160000", "as long as before");
    assert_eq!(events[0].recurrence.rule.as_deref(), Some("FREQ=WEEKLY;UNTIL=20280325T180000Z"), "UNTIL moves with it");
    assert_eq!(events[0].recurrence.excluded[0].value(), "20280311T130000", "so does EXDATE");
    assert_eq!(events[0].recurrence.added[0].value(), "20280316T000000Z", "and RDATE, whatever it is written in");
    assert_eq!(events[1].recurrence_id.map(|time| time.value()).as_deref(), Some("20280318T130000"), "and the exception's name");
    shift_weeks(&mut events[0], i64::MAX);
}
