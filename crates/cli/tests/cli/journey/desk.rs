//! The desk as scripts see it, with a mailbox and a post office that others wrote.

use serde_json::{Value, json};
use testkit::dovecot::Dovecot;
use testkit::postfix::Postfix;

use super::round::{Held, invite};
use super::season::{self, FINAL, PASSWORD, guest};
use super::thousand_smtp::connect;
use crate::program::Program;

fn counts(program: &Program) -> [u64; 4] {
    let shown = program.json(&["answers", "show", "--event", FINAL]);
    ["yes", "maybe", "no", "none"].map(|name| shown[name].as_u64().expect("a count"))
}

#[test]
fn what_others_answered_waits_is_ruled_on_and_can_be_taken_back() {
    let dovecot = Dovecot::start(&[("club", PASSWORD)]).expect("Dovecot starts");
    let postfix = Postfix::start(&dovecot).expect("Postfix starts");
    let program = season::with_guests(5);
    connect(&program, &dovecot, &postfix);
    let invitations = invite(&program, &postfix);
    let forwarded = Held::of(1, &invitations).answered_by("friend@elsewhere.test");
    dovecot.deliver("club", &forwarded.gmail("DECLINED")).expect("delivered");
    dovecot.deliver("club", &Held::of(2, &invitations).outlook("ACCEPTED")).expect("delivered");
    assert_eq!(program.json(&["inbox", "pull"])["desk"], 1, "one waits");
    assert_eq!(counts(&program), [1, 0, 0, 4], "a stranger's answer is not the guest's");

    let list = program.json(&["desk", "list"]);
    let id = list[0]["id"].as_str().expect("an id").to_owned();
    assert_eq!((list.as_array().map(Vec::len), &list[0]["answer"]), (Some(1), &json!("no")), "what waits, and what it says: {list}");
    let item = program.json(&["desk", "show", &id]);
    assert_eq!(item["guests"][0]["address"], guest(1).as_str(), "the likely guest comes first: {item}");
    let verbs: Vec<&Value> = item["rulings"].as_array().expect("rulings").iter().collect();
    assert_eq!(verbs, ["guest", "same_person", "add_guest", "dismiss"], "with what can be ruled");

    let ruled = program.json(&["desk", "rule", &id, "--guest", &guest(1)]);
    assert_eq!((&ruled["receipts"], &ruled["counted"]), (&json!([id]), &json!(1)), "one word settles it: {ruled}");
    assert_eq!(counts(&program), [1, 0, 1, 3], "for the guest who was named");
    program.json(&["desk", "undo", &id]);
    assert_eq!(counts(&program), [1, 0, 0, 4], "and it can be taken back");
    program.json(&["desk", "rule", &id, "--same-person"]);
    dovecot.deliver("club", &forwarded.outlook("ACCEPTED")).expect("delivered");
    assert_eq!(program.json(&["inbox", "pull"])["answers"], 1, "from then on that address counts by itself");
    assert_eq!(counts(&program), [2, 0, 0, 3], "for that guest");
    assert_eq!(program.json(&["desk", "list"]), json!([]), "nothing waits");
    let wrong = program.call(&["desk", "rule", &id]);
    assert_eq!(wrong.status, 2, "without a ruling it is wrong usage: {}", wrong.stderr);

    let set = program.json(&["answers", "set", "--event", FINAL, "--guest", &guest(4), "maybe", "--note", "rang on Monday"]);
    assert_eq!(counts(&program), [2, 1, 0, 2], "an answer by phone counts");
    let shown = program.json(&["answers", "show", "--event", FINAL]);
    let row = shown["guests"].as_array().expect("guests").iter().find(|row| row["email"] == guest(4).as_str()).expect("the guest");
    assert_eq!((&row["answer"], &row["by_hand"]), (&json!("maybe"), &json!(true)), "and is marked: {row}");
    program.json(&["desk", "undo", set["receipts"][0].as_str().expect("an id")]);
    assert_eq!(counts(&program), [2, 0, 0, 3], "and is taken back like any other");
}
