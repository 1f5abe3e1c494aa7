//! What comes before its series, together with it, or too late.

use testkit::organizer::{Calendar, Entry, training, weekly};

use super::{genuine, world};

/// The second and the third date of [`weekly`].
const SECOND: &str = "20270412T180000";
const THIRD: &str = "20270419T180000";

fn moved() -> Entry<'static> {
    Entry { more: "", date: SECOND, start: "20270413T170000", end: "20270413T190000", sequence: 1, dtstamp: "20270301T091000Z", ..weekly() }
}

fn off() -> Entry<'static> {
    Entry { method: "CANCEL", more: "", date: THIRD, sequence: 1, dtstamp: "20270301T092000Z", ..weekly() }
}

/// The series as it is after both, whatever came first.
async fn is_as_said(world: &crate::answers::world::World, what: &str) {
    let dates = world.dates().await;
    let at = |end: &str| dates.iter().filter(|date| date.ends_with(end)).count();
    assert_eq!((dates.len(), at("18:00:00+02:00 confirmed")), (6, 4), "{what}: four dates are as ever: {dates:?}");
    assert!(dates.contains(&"Weekly training 2027-04-13T17:00:00+02:00 confirmed".to_owned()), "{what}: one moved: {dates:?}");
    assert!(dates.contains(&"Weekly training 2027-04-19T18:00:00+02:00 cancelled".to_owned()), "{what}: one is off: {dates:?}");
}

#[tokio::test]
async fn dates_that_were_spoken_of_before_their_series_stay_as_they_were_said_when_it_comes() {
    for by in Calendar::ALL {
        for (order, what) in [([0, 1, 2], "in order"), ([1, 2, 0], "the series last"), ([2, 1, 0], "backwards"), ([2, 0, 1], "off first")] {
            let world = world().await;
            let entries = [weekly(), moved(), off()];
            for entry in order.into_iter().filter_map(|number: usize| entries.get(number)) {
                world.deliver(by, entry).await;
            }
            is_as_said(&world, &format!("{by:?}, {what}")).await;
            world.deliver(by, &Entry { summary: "Hard training", sequence: 2, dtstamp: "20270301T093000Z", ..weekly() }).await;
            let off = world.dates().await.iter().filter(|date| date.ends_with("cancelled")).count();
            assert_eq!(off, 1, "{by:?}, {what}: it stays off when the series says something else: {:?}", world.dates().await);
        }
    }
}

#[tokio::test]
async fn dates_that_are_named_in_utc_are_those_of_the_series() {
    let in_utc = |entry: &Entry<'_>| {
        let message = String::from_utf8(entry.google()).expect("text");
        message
            .replace("RECURRENCE-ID;TZID=Europe/Paris:20270412T180000", "RECURRENCE-ID:20270412T160000Z")
            .replace("RECURRENCE-ID;TZID=Europe/Paris:20270419T180000", "RECURRENCE-ID:20270419T160000Z")
    };
    for series_first in [true, false] {
        let world = world().await;
        if series_first {
            world.command(&weekly().google()).await;
        }
        for entry in [moved(), off()] {
            world.command(in_utc(&entry).as_bytes()).await;
        }
        if !series_first {
            world.command(&weekly().google()).await;
        }
        is_as_said(&world, if series_first { "the series first" } else { "the series last" }).await;
    }
}

#[tokio::test]
async fn date_that_was_called_off_and_called_back_before_its_series_takes_place() {
    let world = world().await;
    world.deliver(Calendar::Google, &off()).await;
    let back = Entry {
        more: "",
        date: THIRD,
        start: "20270419T193000",
        end: "20270419T203000",
        sequence: 2,
        dtstamp: "20270301T100000Z",
        ..weekly()
    };
    world.deliver(Calendar::Google, &back).await;
    world.deliver(Calendar::Google, &weekly()).await;
    let dates = world.dates().await;
    assert!(dates.contains(&"Weekly training 2027-04-19T19:30:00+02:00 confirmed".to_owned()), "the later word counts: {dates:?}");
    assert_eq!(dates.iter().filter(|date| date.ends_with("confirmed")).count(), 6, "nothing is off: {dates:?}");
}

#[tokio::test]
async fn series_and_its_exception_in_one_message_arrive_together() {
    let message = String::from_utf8(weekly().outlook()).expect("text");
    let (head, calendar) = message.rsplit_once("base64\r\n\r\n").expect("a calendar");
    let (encoded, end) = calendar.split_once("--_000_BBBB_--").expect("an end");
    let calendar = decoded(encoded);
    let series = calendar.find("BEGIN:VEVENT").and_then(|at| calendar.get(at..)).expect("an event").replace("END:VCALENDAR\r\n", "");
    let exception = series
        .replace("RRULE:FREQ=WEEKLY;COUNT=6\r\n", "RECURRENCE-ID;TZID=Romance Standard Time:20270412T180000\r\n")
        .replace(":20270405T180000", ":20270413T170000")
        .replace(":20270405T200000", ":20270413T190000");
    let both = calendar.replace("END:VCALENDAR\r\n", &format!("{exception}END:VCALENDAR\r\n"));
    let world = world().await;
    world.command(format!("{head}8bit\r\n\r\n{both}\r\n--_000_BBBB_--{end}").as_bytes()).await;
    let dates = world.dates().await;
    assert!(dates.contains(&"Weekly training 2027-04-13T17:00:00+02:00 confirmed".to_owned()), "its exception is here: {dates:?}");
    assert_eq!(dates.len(), 6, "beside the other dates: {dates:?}");
    assert_eq!(world.outcomes().await, ["created"], "as one event");
    assert_eq!(world.mailed().len(), 1, "that is confirmed once");
}

fn decoded(text: &str) -> String {
    use base64::Engine as _;
    let bytes = base64::engine::general_purpose::STANDARD.decode(text.replace("\r\n", "")).expect("base64");
    String::from_utf8(bytes).expect("text")
}

#[tokio::test]
async fn lower_sequence_changes_nothing_whatever_the_clock_says() {
    for by in Calendar::ALL {
        let world = world().await;
        world.deliver(by, &Entry { sequence: 3, ..training() }).await;
        world.deliver(by, &Entry { sequence: 2, dtstamp: "20270301T110000Z", summary: "Old plan", ..training() }).await;
        assert_eq!(world.dates().await, ["Training 2027-04-05T18:00:00+02:00 confirmed"], "{by:?}: the newer plan stands");
        assert_eq!(world.outcomes().await, ["created", "unchanged"], "{by:?}: the log has both");
        assert_eq!(world.mailed().len(), 1, "{by:?}: nobody is told of what changed nothing");
    }
}

#[tokio::test]
async fn two_events_in_one_message_are_explained() {
    let message = String::from_utf8(training().apple()).expect("text");
    let (before, event) = message.split_once("BEGIN:VEVENT").expect("an event");
    let (event, after) = event.split_once("END:VEVENT\r\n").expect("its end");
    let other = event.replace("training-1@", "training-2@");
    let world = world().await;
    world.receive(genuine(format!("{before}BEGIN:VEVENT{event}END:VEVENT\r\nBEGIN:VEVENT{other}END:VEVENT\r\n{after}").as_bytes()));
    world.pull().await;
    assert_eq!(world.outcomes().await, ["failed"], "an invitation is of one event");
    assert!(world.mailed()[0].contains("several events at once"), "and the sender hears why: {}", world.mailed()[0]);
}
