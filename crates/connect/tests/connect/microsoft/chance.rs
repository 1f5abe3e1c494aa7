use calendar::remote::{From, WriteOutcome};
use calendar::{Event, EventStatus, EventTime, Transparency, Visibility, Zone};
use jiff::civil::date;
use proptest::prelude::*;
use testkit::fake_graph::CALENDAR;

use super::{all, graph, listed, put, remote};

fn wall_clock() -> impl Strategy<Value = EventTime> {
    let zones = ["America/Chicago", "Europe/Vienna", "UTC", "Asia/Kolkata", "Australia/Sydney", "America/Detroit", "Africa/Nairobi"];
    (0..zones.len(), 0..700_i64, 0..24_i8, 0..4_i8, any::<bool>()).prop_map(move |(zone, day, hour, quarter, is_day)| {
        let day = date(2027, 1, 1).saturating_add(jiff::Span::new().days(day));
        if is_day { EventTime::Date(day) } else { EventTime::Zoned(day.at(hour, quarter * 15, 0, 0), Zone::parse(zones[zone]).unwrap()) }
    })
}

fn event() -> impl Strategy<Value = Event> {
    let texts = ("\\PC{0,20}", "[a-zé \n\r]{0,40}", "\\PC{0,20}", prop::collection::vec("[A-Za-z ]{0,8}", 0..3), "[a-z:/]{0,12}");
    let rules = [
        None,
        Some("FREQ=DAILY;COUNT=9"),
        Some("FREQ=WEEKLY;COUNT=5"),
        Some("FREQ=WEEKLY;INTERVAL=2;UNTIL=20290101"),
        Some("FREQ=MONTHLY;COUNT=4"),
        Some("FREQ=YEARLY;COUNT=2"),
        Some("FREQ=WEEKLY;BYDAY=MO,WE,FR;COUNT=7"),
    ];
    let enums = (0..3_u8, 0..3_u8, any::<bool>(), 0..rules.len(), prop::option::of(0..200_i64));
    (wall_clock(), 0..72_i64, texts, enums, prop::collection::vec(0..6_i64, 0..3), 0..3_u8).prop_map(
        move |(start, hours, (summary, description, place, categories, url), (status, visibility, free, rule, alarm), off, _)| {
            let mut event = Event::new("game-1".into(), start, start.moved_by(jiff::SignedDuration::from_hours(hours)));
            (event.summary, event.description, event.place, event.categories) = (summary, description, place, categories);
            (event.url, event.video_link) = (url.clone(), url);
            event.status = [EventStatus::Confirmed, EventStatus::Tentative, EventStatus::Cancelled][usize::from(status)];
            event.visibility = [Visibility::Public, Visibility::Private, Visibility::Confidential][usize::from(visibility)];
            event.transparency = if free { Transparency::Transparent } else { Transparency::Opaque };
            event.recurrence.rule = rules[rule].map(str::to_owned);
            event.recurrence.excluded = if rules[rule].is_some() {
                off.iter().map(|days| start.moved_by(jiff::SignedDuration::from_hours(24 * 7 * (days + 1)))).collect()
            } else {
                Vec::new()
            };
            event.alarms = alarm
                .map(|minutes| calendar::Alarm { action: "AUDIO".into(), trigger: format!("-PT{minutes}M"), other: Vec::new() })
                .into_iter()
                .collect();
            event
        },
    )
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 96, ..ProptestConfig::default() })]

    #[test]
    fn what_is_held_is_what_stands_there(event in event(), moved in 0..3_i64) {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(async {
            let graph = graph();
            let remote = remote(&graph);
            let mut series = vec![event.clone()];
            let first = remote.held(&series).into_iter().next().unwrap();
            if first.recurrence.rule.is_some() && moved > 0 {
                let mut exception = calendar::edit::occurrence_event(&calendar::recurrence::Series::single(event.clone()), event.start);
                (exception.summary, exception.status) = (format!("Moved {moved}"), EventStatus::Confirmed);
                series.push(exception);
            }
            let held = remote.held(&series);
            prop_assert_eq!(remote.held(&held), held.clone(), "what is held is held");
            match put(&*remote, Vec::new(), series.clone()).await {
                WriteOutcome::Written(items) => {
                    prop_assert_eq!(all(&items), held.clone(), "as it was written");
                    prop_assert_eq!(all(&remote.find(CALENDAR, "game-1").await.unwrap()), held.clone(), "and as it is read");
                    let (listed, ..) = listed(&*remote, From::Beginning).await.unwrap();
                    prop_assert_eq!(all(&listed.into_values().collect::<Vec<_>>()), held, "and as it is listed");
                    prop_assert_eq!(remote.held(&series), remote.held(&all(&items)), "so that nothing is left to write");
                    prop_assert_eq!(graph.events(CALENDAR).len(), 1, "once");
                }
                WriteOutcome::Refused(words) => prop_assert!(event.recurrence.rule.is_some(), "only repetitions are refused: {words}"),
                WriteOutcome::Changed => prop_assert!(false, "nobody else was there"),
            }
            Ok(())
        })?;
    }
}
