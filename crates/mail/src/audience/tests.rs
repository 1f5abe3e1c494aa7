use super::*;

/// The outcome for a whole list.
#[derive(Default)]
struct Audience {
    included: Vec<i64>,
    left_out: Vec<(i64, LeftOut)>,
}

fn select(purpose: Purpose, candidates: &[Candidate<'_>], organizers: &[&str]) -> Audience {
    let mut selection = Selection::new(purpose, organizers);
    let mut audience = Audience::default();
    for candidate in candidates {
        match selection.decide(candidate) {
            Some(reason) => audience.left_out.push((candidate.guest, reason)),
            None => audience.included.push(candidate.guest),
        }
    }
    audience
}

fn candidate(guest: i64, address: &str) -> Candidate<'_> {
    Candidate { guest, address, suppressions: &[], holding: Holding::Nothing }
}

#[test]
fn everyone_is_either_included_or_left_out_with_a_reason() {
    let guests = [
        candidate(1, "ann@example.com"),
        candidate(2, "ANN@example.com"),
        candidate(3, "not an address"),
        candidate(4, "club+news@example.org"),
        Candidate { suppressions: &[Suppression::Unsubscribed], ..candidate(5, "una@example.com") },
        Candidate { suppressions: &[Suppression::HardBounce, Suppression::Unsubscribed], ..candidate(6, "hal@example.com") },
        Candidate { suppressions: &[Suppression::Complaint], ..candidate(7, "cora@example.com") },
        Candidate { suppressions: &[Suppression::ByHand], ..candidate(8, "bill@example.com") },
        Candidate { holding: Holding::Current, ..candidate(9, "hanna@example.com") },
        candidate(10, "j.doe@gmail.com"),
        candidate(11, "jdoe+x@googlemail.com"),
        candidate(12, "club@example.org"),
        Candidate { suppressions: &[Suppression::SoftBounces, Suppression::ByHand], ..candidate(13, "full@example.com") },
    ];
    let audience = select(Purpose::Invitation, &guests, &["club@example.org"]);
    assert_eq!(audience.included, [1, 4, 10], "the first of each mailbox, and nobody's reason is invented");
    assert_eq!(
        audience.left_out,
        [
            (2, LeftOut::Duplicate),
            (3, LeftOut::Invalid),
            (5, LeftOut::Unsubscribed),
            (6, LeftOut::HardBounce),
            (7, LeftOut::Complaint),
            (8, LeftOut::ByHand),
            (9, LeftOut::AlreadyHolds),
            (11, LeftOut::Duplicate),
            (12, LeftOut::Organizer),
            (13, LeftOut::SoftBounces),
        ],
        "each with the gravest reason"
    );
}

#[test]
fn an_unsubscribed_guest_still_hears_of_what_they_hold() {
    let held = Candidate { suppressions: &[Suppression::Unsubscribed], holding: Holding::Older, ..candidate(1, "una@example.com") };
    for purpose in [Purpose::Update, Purpose::Cancellation] {
        assert_eq!(select(purpose, std::slice::from_ref(&held), &[]).included, [1], "{purpose:?} reaches the entry they have");
    }
    for purpose in [Purpose::Message, Purpose::Invitation] {
        let fresh = Candidate { holding: Holding::Nothing, ..held.clone() };
        assert_eq!(select(purpose, &[fresh], &[]).left_out, [(1, LeftOut::Unsubscribed)], "{purpose:?} is new to them");
    }
    let bounced = Candidate { suppressions: &[Suppression::HardBounce], ..held };
    assert_eq!(select(Purpose::Cancellation, &[bounced], &[]).left_out, [(1, LeftOut::HardBounce)], "a dead address stops everything");
}

#[test]
fn an_update_invites_who_is_new_and_a_cancellation_does_not() {
    let guests = [
        Candidate { holding: Holding::Older, ..candidate(1, "ann@example.com") },
        candidate(2, "new@example.com"),
        candidate(3, "ann@EXAMPLE.com"),
    ];
    let update = select(Purpose::Update, &guests, &[]);
    assert_eq!((update.included, update.left_out), (vec![1, 2], vec![(3, LeftOut::Duplicate)]), "the newcomer gets the current state");
    let cancellation = select(Purpose::Cancellation, &guests, &[]);
    assert_eq!(cancellation.included, [1], "only who holds it");
    assert_eq!(cancellation.left_out, [(2, LeftOut::NothingHeld), (3, LeftOut::NothingHeld)], "the others were never invited");
}
