use calendar::remote::{CalendarRemote, Content, From, RemoteItem, SeriesWrite, WriteOutcome};

use super::servers::{Server, events, events_of, file, listing, new, path, written};

/// Everything that an event can hold.
const SEASON: &str = "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//Club//Season//EN\r\n\
    BEGIN:VEVENT\r\nUID:season@club.example\r\nSEQUENCE:3\r\nDTSTART;TZID=America/Phoenix:20270314T130000\r\n\
    DTEND;TZID=America/Chicago:20270314T180000\r\nRRULE:FREQ=WEEKLY;COUNT=10;BYDAY=SU\r\n\
    EXDATE;TZID=America/Phoenix:20270404T130000,20270328T130000\r\nSUMMARY:Cardinals\\, at home\\; gates open\r\n\
    DESCRIPTION:First line\\nSecond line — with “quotes” and 日本語 that is long enough to be folded more than once on its way there and back\r\n\
    LOCATION:State Farm Stadium\\, Glendale\r\nSTATUS:TENTATIVE\r\nCLASS:PRIVATE\r\nTRANSP:TRANSPARENT\r\nURL:https://club.example/season?a=1&b=2\r\n\
    CATEGORIES:Games,Home\r\nCONFERENCE;VALUE=URI;FEATURE=VIDEO:https://meet.club.example/abc\r\n\
    ATTACH;FMTTYPE=application/pdf;FILENAME=map.pdf:https://club.example/map.pdf\r\nX-CLUB-GATE;X-SIDE=\"north;east\":B\r\nCOLOR:orange\r\n\
    X-APPLE-STRUCTURED-LOCATION;VALUE=URI;X-TITLE=Stadium:https://club.example/stadium\r\nCREATED:20260101T000000Z\r\n\
    BEGIN:VALARM\r\nACTION:DISPLAY\r\nTRIGGER;RELATED=END:-PT15M\r\nDESCRIPTION:Soon\r\nEND:VALARM\r\n\
    BEGIN:VALARM\r\nACTION:AUDIO\r\nTRIGGER:-P1D\r\nEND:VALARM\r\nEND:VEVENT\r\n\
    BEGIN:VEVENT\r\nUID:season@club.example\r\nRECURRENCE-ID;TZID=America/Phoenix:20270321T130000\r\n\
    DTSTART;TZID=America/Phoenix:20270322T190000\r\nDTEND;TZID=America/Phoenix:20270322T220000\r\nSUMMARY:Moved to Monday\r\nEND:VEVENT\r\n\
    BEGIN:VEVENT\r\nUID:season@club.example\r\nRECURRENCE-ID;TZID=America/Phoenix:20270411T130000\r\n\
    DTSTART;TZID=America/Phoenix:20270411T130000\r\nDTEND;TZID=America/Phoenix:20270411T160000\r\nSTATUS:CANCELLED\r\nSUMMARY:Off\r\nEND:VEVENT\r\n\
    END:VCALENDAR\r\n";
const WHOLE_DAY: &str = "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:x\r\nBEGIN:VEVENT\r\nUID:day@club.example\r\nDTSTART;VALUE=DATE:20270314\r\n\
    DTEND;VALUE=DATE:20270316\r\nSUMMARY:Open days\r\nRDATE;VALUE=DATE:20270401\r\nEND:VEVENT\r\nBEGIN:VEVENT\r\nUID:float@club.example\r\n\
    DTSTART:20270314T080000\r\nDTEND:20270314T080000\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n";

fn after(uid: &str, before: Vec<RemoteItem>, text: &str) -> SeriesWrite {
    SeriesWrite { before, ..new(uid, events(text)) }
}

async fn only(remote: &dyn CalendarRemote, calendar: &str) -> RemoteItem {
    let (items, _, _) = listing(remote, calendar, From::Beginning).await;
    let [item] = items.try_into().expect("one thing is there");
    only_named(remote, calendar, &item.id).await
}

async fn only_named(remote: &dyn CalendarRemote, calendar: &str, id: &str) -> RemoteItem {
    remote.fetch(calendar, &[id.to_owned()]).await.unwrap().remove(0)
}

#[tokio::test]
async fn a_series_comes_back_as_it_is_held() {
    for server in Server::both() {
        let name = server.name();
        let (remote, calendar) = server.calendar().await;
        let season = events(SEASON);
        let told = written(remote.write(&calendar.id, &new("season@club.example", season.clone())).await.unwrap());
        let there = only(&*remote, &calendar.id).await;
        assert_eq!((&told[0].id, &told[0].etag), (&there.id, &there.etag), "{name}: the thing that was written");
        let held = remote.held(&season);
        assert_eq!(events_of(&there), held, "{name}: nothing is lost on the way");
        assert_eq!(events_of(&told[0]), held, "{name}: and the answer says so at once");
        assert_eq!(remote.held(&held), held, "{name}: held twice it is the same");
        let found = remote.find(&calendar.id, "season@club.example").await.unwrap();
        assert_eq!(found.iter().map(|item| (&item.id, &item.etag)).collect::<Vec<_>>(), [(&there.id, &there.etag)], "{name}: it is found");
        for day in events(WHOLE_DAY) {
            let held = remote.held(std::slice::from_ref(&day));
            let uid = day.uid.clone();
            written(remote.write(&calendar.id, &new(&uid, vec![day])).await.unwrap());
            let found = remote.find(&calendar.id, &uid).await.unwrap();
            assert_eq!(events_of(&found[0]), held, "{name}: {uid} comes back too");
        }
    }
}

#[tokio::test]
async fn a_write_happens_only_where_nobody_else_wrote() {
    for server in Server::both() {
        let name = server.name();
        let (remote, calendar) = server.calendar().await;
        let first = written(remote.write(&calendar.id, &after("a@x", Vec::new(), &file("a@x", "SUMMARY:A"))).await.unwrap());
        let twice = remote.write(&calendar.id, &after("a@x", Vec::new(), &file("a@x", "SUMMARY:A"))).await.unwrap();
        assert_eq!(twice, WriteOutcome::Changed, "{name}: what was made is not made again");
        let second = written(remote.write(&calendar.id, &after("a@x", first.clone(), &file("a@x", "SUMMARY:A2"))).await.unwrap());
        assert_ne!(first[0].etag, second[0].etag, "{name}: another version");
        let stale = remote.write(&calendar.id, &after("a@x", first.clone(), &file("a@x", "SUMMARY:A3"))).await.unwrap();
        assert_eq!(stale, WriteOutcome::Changed, "{name}: not over another's version");
        let delete_stale = SeriesWrite { uid: "a@x".to_owned(), before: first, after: Vec::new() };
        assert_eq!(remote.write(&calendar.id, &delete_stale).await.unwrap(), WriteOutcome::Changed, "{name}: nor is that deleted");
        assert_eq!(events_of(&only(&*remote, &calendar.id).await)[0].summary, "A2", "{name}: what stands there is what was written last");
        let delete = SeriesWrite { uid: "a@x".to_owned(), before: second, after: Vec::new() };
        for _ in 0..2 {
            let gone = written(remote.write(&calendar.id, &delete).await.unwrap());
            assert_eq!((gone.len(), &gone[0].content), (1, &Content::Deleted), "{name}: it is gone");
        }
        assert!(remote.find(&calendar.id, "a@x").await.unwrap().is_empty(), "{name}: nothing is found any more");
        let late = remote.write(&calendar.id, &after("a@x", delete.before, &file("a@x", "SUMMARY:A4"))).await.unwrap();
        assert_eq!(late, WriteOutcome::Changed, "{name}: what somebody deleted is not brought back");
    }
}

#[tokio::test]
async fn an_event_that_another_client_made_is_found_and_not_doubled() {
    for server in Server::both() {
        let name = server.name();
        let (remote, calendar) = server.calendar().await;
        server.put(&path(&calendar, "theirs.ics"), &file("a@x", "SUMMARY:Theirs"));
        server.put(&path(&calendar, "other.ics"), &file("aa@xx", "SUMMARY:Other"));
        let outcome = remote.write(&calendar.id, &after("a@x", Vec::new(), &file("a@x", "SUMMARY:Ours"))).await.unwrap();
        assert_eq!(outcome, WriteOutcome::Changed, "{name}: its UID is taken");
        let found = remote.find(&calendar.id, "a@x").await.unwrap();
        let told: Vec<_> = found.iter().map(|item| events_of(item)[0].summary.as_str()).collect();
        assert_eq!(told, ["Theirs"], "{name}: that one, and none whose UID is only like it");
        written(remote.write(&calendar.id, &after("a@x", found, &file("a@x", "SUMMARY:Both"))).await.unwrap());
        let (items, _, _) = listing(&*remote, &calendar.id, From::Beginning).await;
        assert_eq!(items.len(), 2, "{name}: it stands where it stood");
    }
}

#[tokio::test]
async fn nobody_is_invited_by_us_and_everybody_stays_who_was() {
    const THEIRS: &str = "SUMMARY:Theirs\r\nORGANIZER;CN=Club:mailto:club@club.example\r\n\
        ATTENDEE;CN=Anna;PARTSTAT=ACCEPTED;RSVP=TRUE;X-NUM-GUESTS=2:mailto:anna@club.example\r\nATTENDEE:mailto:ben@club.example";
    for server in Server::both() {
        let name = server.name();
        let (remote, calendar) = server.calendar().await;
        let ours = file("ours@x", "SUMMARY:Ours\r\nORGANIZER:mailto:me@club.example\r\nATTENDEE:mailto:guest@people.example");
        let told = written(remote.write(&calendar.id, &after("ours@x", Vec::new(), &ours)).await.unwrap());
        let raw = server.call("GET", &told[0].id, "", "").unwrap();
        assert!(!raw.contains("guest@") && !raw.contains("ATTENDEE") && !raw.contains("ORGANIZER"), "{name}: nobody of ours: {raw}");

        server.put(&path(&calendar, "theirs.ics"), &file("theirs@x", THEIRS));
        let before = remote.find(&calendar.id, "theirs@x").await.unwrap();
        let after = after("theirs@x", before, &file("theirs@x", "SUMMARY:Changed\r\nATTENDEE:mailto:guest@people.example"));
        let told = written(remote.write(&calendar.id, &after).await.unwrap());
        let raw = server.call("GET", &told[0].id, "", "").unwrap().replace("\r\n ", "").replace("\n ", "");
        let kept = ["SUMMARY:Changed", "RSVP=TRUE", "X-NUM-GUESTS=2", "anna@club.example", "ben@club.example", "ORGANIZER"];
        assert!(kept.iter().all(|part| raw.contains(part)) && !raw.contains("guest@"), "{name}: all of them, to the letter: {raw}");
        let there = only_named(&*remote, &calendar.id, &told[0].id).await;
        assert_eq!(there.content, told[0].content, "{name}: the answer tells what is told later");
        assert_eq!(events_of(&there), remote.held(events_of(&there)), "{name}: which is what is held");
    }
}

#[tokio::test]
async fn an_item_that_is_no_calendar_is_named_and_left_alone() {
    let server = testkit::radicale::Radicale::start().unwrap();
    let server = Server::Radicale(server);
    let (remote, calendar) = server.calendar().await;
    server.put(&path(&calendar, "task.ics"), &file("task@x", "SUMMARY:T").replace("VEVENT", "VTODO").replace("DTEND", "DUE"));
    let item = only(&*remote, &calendar.id).await;
    assert_eq!(item.content, Content::Events(Vec::new()), "a task is no event");
}
