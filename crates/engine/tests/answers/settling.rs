//! Deliveries that nobody knew of: settled by an answer, by what a server reports, and by nothing less.

use store::delivery::State;
use store::suppression;

use super::letters;
use super::world::{INBOX, World, doubtful};

/// A report of Amazon SES as SNS mails it. `mail` is what it repeats of our message.
fn report(kind: &str, body: &str, mail: &str) -> Vec<u8> {
    let event = format!("{{\"eventType\":\"{kind}\",{body},\"mail\":{{\"messageId\":\"0100-unknown\",{mail}}}}}");
    format!(
        "From: AWS Notifications <no-reply@sns.amazonaws.com>\r\nTo: {INBOX}\r\nSubject: Amazon SES Email Event Notification\r\n\
         Message-ID: <{kind}@sns.amazonaws.com>\r\nDate: Mon, 1 Mar 2027 12:00:00 +0000\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n{event}\r\n"
    )
    .into_bytes()
}

const GUEST: &str = "guest1@people.example";
const DELIVERED: &str = "\"delivery\":{\"recipients\":[\"guest1@people.example\"],\"smtpResponse\":\"250 ok\"}";

impl World {
    /// The tag that our message carried: the number of its row.
    async fn tag(&self) -> String {
        let invitation = self.invitation(1).await.id;
        let last = self.engine.store().read(move |r| store::delivery::last_of(r, invitation)).await.expect("readable");
        format!("\"tags\":{{\"rollcall-delivery\":[\"{}\"]}}", last.expect("it left").id)
    }
}

#[tokio::test]
async fn who_answers_has_got_it() {
    let world = World::with_doubts(2).await;
    assert_eq!(world.delivery_state(1).await, State::Uncertain, "nobody knows yet");
    world.receive(world.letter(1, "ACCEPTED").await.thunderbird());
    let second = world.invitation(2).await;
    world.receive(letters::vacation(&second.address, &format!("club+{}@club.example", second.token)));
    let result = world.pull().await;
    assert_eq!((result.answers, result.other), (1, 1), "an out-of-office note is no answer");
    assert_eq!(world.delivery_state(1).await, State::Accepted, "who answers has got it");
    assert_eq!(world.delivery_state(2).await, State::Accepted, "and so has who is away");
}

#[tokio::test]
async fn an_answer_to_the_earlier_message_says_nothing_of_the_later_one() {
    let world = World::with_guests(1).await;
    world.update(1, doubtful).await;
    world.receive(world.letter(1, "ACCEPTED").await.gmail());
    world.pull().await;
    assert_eq!(world.states().await, [State::Accepted, State::Uncertain], "it repeats the number of the first message");
    let second = letters::Letter { sequence: 1, dtstamp: "20270301T113000Z", ..world.letter(1, "DECLINED").await };
    world.receive(second.outlook());
    world.pull().await;
    assert_eq!(world.states().await, [State::Accepted, State::Accepted], "this one repeats the number of the second");
}

#[tokio::test]
async fn an_answer_that_fits_two_messages_settles_neither() {
    let world = World::with_guests(1).await;
    world.update(0, doubtful).await;
    world.receive(world.letter(1, "ACCEPTED").await.gmail());
    world.receive(letters::vacation(GUEST, &format!("club+{}@club.example", world.invitation(1).await.token)));
    world.pull().await;
    assert_eq!(world.states().await, [State::Accepted, State::Uncertain], "only words had changed: it may be an answer to the first");
}

#[tokio::test]
async fn what_ses_reports_settles_the_message_that_it_names() {
    for (kind, body, state) in [
        ("Delivery", DELIVERED, State::Accepted),
        (
            "Bounce",
            "\"bounce\":{\"bounceType\":\"Permanent\",\"bouncedRecipients\":[{\"emailAddress\":\"guest1@people.example\",\"status\":\"5.1.1\"}]}",
            State::Bounced,
        ),
        ("Complaint", "\"complaint\":{\"complainedRecipients\":[{\"emailAddress\":\"guest1@people.example\"}]}", State::Complained),
    ] {
        let world = World::with_doubts(1).await;
        world.receive(report(kind, body, &world.tag().await));
        world.pull().await;
        assert_eq!(world.states().await, [state], "{kind}");
        let stopped = world.engine.store().read(|r| suppression::of_address(r, GUEST)).await.expect("readable");
        assert_eq!(stopped.is_empty(), state == State::Accepted, "{kind}: what came back stops mail to the address");
    }
}

#[tokio::test]
async fn a_report_on_the_first_message_says_nothing_of_the_second() {
    let world = World::with_doubts(1).await;
    let first = world.tag().await;
    world.update(1, doubtful).await;
    assert_eq!(world.states().await, [State::Superseded, State::Uncertain], "the second took the place of the first");
    world.receive(report("Delivery", DELIVERED, &first));
    world.pull().await;
    assert_eq!(world.states().await, [State::Superseded, State::Uncertain], "that the first arrived is no news of the second");
}

#[tokio::test]
async fn a_notification_without_tags_is_known_by_the_headers_that_it_repeats() {
    let world = World::with_doubts(1).await;
    let invitation = world.invitation(1).await;
    let row = world.engine.store().read(move |r| store::delivery::last_of(r, invitation.id)).await.expect("readable").expect("it left").id;
    let headers = format!("\"headers\":[{{\"name\":\"Message-ID\",\"value\":\"<{}.{row}@club.example>\"}}]", invitation.token);
    world.receive(report("Delivery", DELIVERED, &headers));
    world.pull().await;
    assert_eq!(world.states().await, [State::Accepted], "our own name for it");
}

#[tokio::test]
async fn a_row_of_another_database_with_the_same_number_is_left_alone() {
    let world = World::with_doubts(1).await;
    let elsewhere = DELIVERED.replace(GUEST, "somebody@else.example");
    world.receive(report("Delivery", &elsewhere, &world.tag().await));
    world.pull().await;
    assert_eq!(world.states().await, [State::Uncertain], "the number is that of somebody else's message");
}

#[tokio::test]
async fn a_returned_message_settles_the_one_that_it_was() {
    let world = World::with_doubts(1).await;
    let invitation = world.invitation(1).await;
    world.receive(letters::bounce(&invitation.address, INBOX, "5.1.1", &invitation.token));
    let result = world.pull().await;
    assert_eq!((result.bounces, world.states().await), (1, vec![State::Bounced]), "it came back, so it had left");
}
