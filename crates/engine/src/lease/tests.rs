use super::*;

fn identity(path: &str, claim: i64) -> Identity {
    Identity { database: "database".to_owned(), path: path.to_owned(), machine: "here".to_owned(), claim }
}

fn held(taken: Taken) -> Lease {
    match taken {
        Taken::Held(lease) => lease,
        Taken::Elsewhere => panic!("another process has the right to send"),
        Taken::Refused(reason) => panic!("refused: {reason}"),
    }
}

fn refused(taken: &Taken) -> &str {
    match taken {
        Taken::Refused(reason) => reason,
        _ => panic!("it may send"),
    }
}

#[test]
fn one_process_at_a_time_may_send() {
    let state = tempfile::tempdir().unwrap();
    let first = held(take(state.path(), &identity("/data/rollcall.db", 0)).unwrap());
    let second = take(state.path(), &identity("/data/rollcall.db", 0)).unwrap();
    assert!(matches!(second, Taken::Elsewhere), "the first one still sends");
    drop(first);
    held(take(state.path(), &identity("/data/rollcall.db", 0)).unwrap());
}

#[test]
fn a_copy_may_not_send_until_it_is_adopted() {
    let state = tempfile::tempdir().unwrap();
    held(take(state.path(), &identity("/data/rollcall.db", 0)).unwrap()).advance(7).unwrap();
    let copy = identity("/copy/rollcall.db", 7);
    let taken = take(state.path(), &copy).unwrap();
    assert!(refused(&taken).contains("/data/rollcall.db"), "the sentence names the database that sends");
    drop(taken);
    assert_eq!(adopt_blocking(state.path(), &copy).unwrap(), Some(7), "its owner says so");
    held(take(state.path(), &copy).unwrap());
    let original = take(state.path(), &identity("/data/rollcall.db", 7)).unwrap();
    assert!(refused(&original).contains("/copy/rollcall.db"), "now the original is the one that may not");
}

#[test]
fn an_earlier_state_may_not_send_until_it_is_adopted() {
    let state = tempfile::tempdir().unwrap();
    held(take(state.path(), &identity("/data/rollcall.db", 0)).unwrap()).advance(1_234).unwrap();
    let restored = identity("/data/rollcall.db", 1_000);
    assert!(refused(&take(state.path(), &restored).unwrap()).contains("earlier state"), "234 claims were made since");
    assert_eq!(adopt_blocking(state.path(), &restored).unwrap(), Some(1_234), "it goes on from the number outside, never below it");
    held(take(state.path(), &identity("/data/rollcall.db", 1_234)).unwrap());
}

#[test]
fn a_claim_that_was_committed_and_not_yet_noted_outside_is_no_earlier_state() {
    let state = tempfile::tempdir().unwrap();
    held(take(state.path(), &identity("/data/rollcall.db", 0)).unwrap()).advance(9).unwrap();
    held(take(state.path(), &identity("/data/rollcall.db", 10)).unwrap());
}

#[test]
fn a_database_that_has_sent_from_elsewhere_may_not_send_here() {
    let state = tempfile::tempdir().unwrap();
    let brought = take(state.path(), &identity("/data/rollcall.db", 5)).unwrap();
    assert!(refused(&brought).contains("not from this computer"), "no record of it lies here");
}
