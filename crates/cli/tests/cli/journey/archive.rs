//! Files of answers, and the messages themselves, as scripts handle them.

use serde_json::{Value, json};
use testkit::dovecot::Dovecot;
use testkit::moto::Moto;
use testkit::postfix::Postfix;

use super::round::{Held, invite};
use super::season::{self, FINAL, PASSWORD};
use super::thousand_smtp::connect;

fn counts(result: &Value, names: &[&str]) -> Vec<u64> {
    names.iter().map(|name| result[*name].as_u64().unwrap_or_else(|| panic!("{name} is a number: {result}"))).collect()
}

#[test]
fn answers_are_imported_from_files_found_exported_copied_and_let_go() {
    let dovecot = Dovecot::start(&[("club", PASSWORD)]).expect("Dovecot starts");
    let postfix = Postfix::start(&dovecot).expect("Postfix starts");
    let program = season::with_guests(5);
    connect(&program, &dovecot, &postfix);
    let invitations = invite(&program, &postfix);
    let text = |message: Vec<u8>| String::from_utf8(message).expect("text").replace("\r\n", "\n");
    let first = text(Held::of(1, &invitations).gmail("ACCEPTED"));
    let second = text(Held::of(2, &invitations).outlook("DECLINED"));
    let mailbox = format!("From a Mon Mar 5 12:00:00 2035\n{first}\nFrom b Mon Mar 5 12:00:00 2035\n{second}\n");
    let mailbox = program.file("Inbox", &mailbox).display().to_string();
    let single = program.file("one.eml", &first).display().to_string();
    let imported = program.json(&["inbox", "import", &mailbox, &single, "--inbox", "Answers"]);
    let fields = ["messages", "answers", "bounces", "desk", "other", "known"];
    assert_eq!(counts(&imported, &fields), [3, 2, 0, 0, 0, 1], "two answers, one of them twice: {imported}");
    assert_eq!(imported["problems"], json!([]), "all could be read");
    let shown = program.json(&["answers", "show", "--event", FINAL]);
    assert_eq!(counts(&shown, &["yes", "no"]), [1, 1], "they count: {shown}");
    let missing = program.call(&["inbox", "import", "nowhere.mbox"]);
    assert_eq!((missing.status, &missing.json()["problems"][0]["file"]), (1, &json!("nowhere.mbox")), "a file that is not there is named");

    let found = program.json(&["archive", "search", "guest1"]);
    assert_eq!((found["rows"].as_array().map(Vec::len), &found["next"]), (Some(1), &json!("")), "by the address: {found}");
    assert_eq!(found["rows"][0]["answer"], "yes", "with what it said: {found}");
    let out = program.path("out.mbox");
    let exported = program.json(&["archive", "export", "--mbox", &out, "--event", FINAL, "--since", "2020-01-01"]);
    assert_eq!(exported, json!({ "file": out, "messages": 2 }), "what was written");
    assert_eq!(
        counts(&program.json(&["inbox", "import", &out]), &fields),
        [2, 0, 0, 0, 0, 2],
        "what is exported is known when it is imported"
    );

    let moto = Moto::start().expect("moto is installed");
    moto.create_bucket("club").expect("a bucket");
    let (endpoint, secret) = (moto.endpoint(), program.path("secret"));
    let copy = ["archive", "copy", "--to", "s3://club/answers", "--endpoint", &endpoint, "--access-key", "key", "--secret-file", &secret];
    assert_eq!(program.json(&copy), json!({ "messages": 2, "copied": 2, "known": 0 }), "copied");
    assert_eq!(program.json(&copy), json!({ "messages": 2, "copied": 0, "known": 2 }), "and not a second time");

    assert_eq!(program.json(&["settings", "archive"]), json!({ "months": 0 }), "kept for ever unless told");
    assert_eq!(program.json(&["settings", "archive", "24"]), json!({ "months": 24 }), "for two years");
    assert_eq!(program.call(&["settings", "archive", "9999"]).status, 1, "not for a thousand");
}
