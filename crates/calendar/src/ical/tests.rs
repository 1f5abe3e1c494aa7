use super::{Effect, read, write};

fn event_of(lines: &str) -> crate::Event {
    let reading = read(format!("BEGIN:VCALENDAR\nBEGIN:VEVENT\nUID:u\n{lines}\nEND:VEVENT\nEND:VCALENDAR\n").as_bytes());
    assert_eq!(reading.events.len(), 1, "one event in: {lines}; problems: {:?}", reading.problems);
    reading.events.into_iter().next().expect("there is one").event
}

#[test]
fn a_plain_event_reads() {
    let event = event_of("DTSTART:20270314T130000Z\nSUMMARY:x");
    assert_eq!(event.summary, "x", "its summary");
    let text = write("n", std::slice::from_ref(&event));
    let again = read(text.as_bytes());
    assert_eq!(again.events[0].event, event, "it reads back");
    assert!(again.problems.iter().all(|problem| problem.effect != Effect::EventLeftOut), "nothing is lost");
}
