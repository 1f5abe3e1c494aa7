use serde_json::{Value, json};

use crate::program::Program;

const LIST: &str = "Name;Mail;Platz\nAda Lovelace;ada@gmial.com;1\nBob;bob@b.example;2\nBob again;BOB@b.example;3\nX;nonsense;4\n";

fn counts(result: &Value) -> [u64; 4] {
    ["new", "updated", "duplicate", "suppressed"]
        .map(|name| result[name].as_u64().unwrap_or_else(|| panic!("{name} is a number: {result}")))
}

#[test]
fn an_import_of_guests_counts_and_names_every_fault() {
    let program = Program::new();
    let file = program.file("guests.csv", LIST);
    let import = ["guests", "import", file.to_str().expect("a path"), "--list", "Season"];
    let dry = program.json(&[&import[..], &["--dry-run"]].concat());
    assert_eq!((counts(&dry), dry["id"].as_str()), ([2, 0, 1, 0], Some("")), "a dry run counts");
    assert_eq!(dry["invalid"][0]["line"], 5, "what is no address has its line");
    assert!(dry["invalid"][0]["reason"].as_str().is_some_and(|reason| reason.contains("nonsense")), "and its reason: {dry}");
    assert_eq!(dry["warnings"][0]["suggestion"], "ada@gmail.com", "a typing error has a suggestion");
    assert_ne!(program.call(&["list", "show", "Season"]).status, 0, "and nothing was stored");
    let stored = program.json(&[&import[..], &["--take-suggestions"]].concat());
    let shown = program.json(&["list", "show", "Season"]);
    assert_eq!(
        (shown["total"].as_u64(), shown["guests"][0]["address"].as_str()),
        (Some(2), Some("ada@gmail.com")),
        "the suggestion was taken"
    );
    program.json(&["guests", "undo", stored["id"].as_str().expect("an id")]);
    assert_eq!(program.json(&["list", "all"]), json!([]), "undone as a whole");
    let wrong = program.call(&[&import[..], &["--map", "email=Adresse"]].concat());
    assert_ne!(wrong.status, 0, "there is no such column");
    assert!(wrong.stderr.contains("Platz"), "the sentence says which there are: {}", wrong.stderr);
}

#[test]
fn a_list_is_deleted_and_comes_back_also_by_restoring_a_backup() {
    let program = Program::new();
    let file = program.file("guests.csv", LIST);
    program.json(&["guests", "import", file.to_str().expect("a path"), "--list", "Season"]);
    let backup = file.with_file_name("backup.db");
    let backup = backup.to_str().expect("a path");
    assert!(program.json(&["backup", backup])["bytes"].as_u64().is_some_and(|bytes| bytes > 0), "the backup says how large it is");
    let deleted = program.json(&["list", "delete", "Season"]);
    program.json(&["list", "restore", deleted["id"].as_str().expect("an id")]);
    assert_eq!(program.json(&["list", "all"])[0]["guests"], 2, "the list is back");
    program.json(&["list", "delete", "Season"]);
    let restored = program.json(&["restore", backup]);
    assert!(restored["kept"].is_string(), "what was here is kept");
    assert_eq!(program.json(&["list", "all"])[0]["guests"], 2, "the list of the backup is back");
}

#[test]
fn accounts_are_added_listed_and_refused_with_a_sentence() {
    let program = Program::new();
    let secret = program.file("secret", "planted-secret-5309\n");
    let smtp = |name: &str, host: &str, tls: &str| {
        let secret = secret.to_str().expect("a path");
        let from = "games@club.example";
        program.call(&[
            "sender",
            "add",
            "smtp",
            name,
            "--from",
            from,
            "--host",
            host,
            "--port",
            "2525",
            "--tls",
            tls,
            "--user",
            "u",
            "--secret-file",
            secret,
        ])
    };
    let refused = smtp("Far", "mail.club.example", "none");
    assert_eq!(refused.status, 1, "without TLS only to this computer");
    assert!(refused.stderr.contains("mail.club.example"), "the sentence names the server: {}", refused.stderr);
    let added = smtp("Near", "127.0.0.1", "none");
    assert_eq!((added.status, added.json()["label"].as_str()), (0, Some("Near")), "to this computer it may: {}", added.stderr);
    assert!(!added.stdout.contains("planted-secret-5309"), "a secret never comes back");
    assert_eq!(smtp("Near", "127.0.0.1", "none").status, 1, "the name is taken");
    let edited = program.json(&["sender", "edit", "Near", "--rename", "Office", "--rate", "2"]);
    assert_eq!(edited["label"], "Office", "it has another name");
    assert!(edited["words"].as_str().is_some_and(|words| words.contains("2 messages a second")), "and another pace: {edited}");
    let limited = program.json(&["sender", "set", "Office", "--per-hour", "100", "--batch", "50", "--batch-gap", "600"]);
    let words = limited["words"].as_str().unwrap_or_default();
    assert!(words.contains("100 an hour") && words.contains("10 minutes after every 50"), "the limits are in force: {limited}");
    let halved = program.call(&["sender", "set", "Office", "--batch-gap", "0"]);
    assert!(halved.status == 1 && halved.stderr.contains("pause"), "a batch needs its pause: {}", halved.stderr);
    let lifted = program.json(&["sender", "set", "Office", "--batch", "0", "--per-hour", "0"]);
    assert_eq!(lifted["words"], "Not checked yet, 2 messages a second", "0 lifts a limit, and the others stay");
    let unused = program.call(&["sender", "edit", "Office", "--region", "eu-west-1"]);
    assert!(unused.stderr.contains("--region"), "what its kind has no use for is refused by name: {}", unused.stderr);
    let far = program.call(&["sender", "edit", "Office", "--host", "mail.club.example"]);
    assert!(far.stderr.contains("mail.club.example"), "an edit is looked at like a new account: {}", far.stderr);
    program.json(&["inbox", "add", "rehearsal", "Answers"]);
    let probe = program.json(&["inbox", "probe", "Answers"]);
    assert!(
        probe.as_array().is_some_and(|lines| lines.iter().any(|line| line["code"] == "plus_addressing")),
        "practice needs no test mail: {probe}"
    );
    assert_eq!(program.json(&["sender", "list"]).as_array().map(Vec::len), Some(1), "one sender");
    assert_eq!(program.json(&["inbox", "list"])[0]["rehearsal"], true, "one practice inbox");
}

#[test]
fn guests_are_found_and_the_backups_have_a_second_folder() {
    let program = Program::new();
    let file = program.file("guests.csv", LIST);
    program.json(&["guests", "import", file.to_str().expect("a path"), "--list", "Season"]);
    let found = program.json(&["search", "bob"]);
    assert_eq!((&found[0]["kind"], &found[0]["detail"]), (&json!("guest"), &json!("bob@b.example")), "a guest by name: {found}");
    assert_eq!(program.json(&["search", "seas"])[0]["kind"], "list", "a list by name");
    let shown = program.json(&["settings", "show"]);
    assert_eq!(
        (&shown["vault"], &shown["recovery"], &shown["folder"]),
        (&json!("unused"), &json!(false), &json!("")),
        "nothing was chosen"
    );
    let phrase = program.file("phrase", "the old oak behind the clubhouse\n");
    let chosen = program.json(&["settings", "recovery", "--recovery-file", phrase.to_str().expect("a path")]);
    assert_eq!(chosen["recovery"], true, "backups carry the key now");
    let folder = file.parent().expect("the test's folder").join("stick");
    std::fs::create_dir(&folder).expect("a folder");
    program.json(&["settings", "backup-folder", folder.to_str().expect("a path")]);
    assert_eq!(std::fs::read_dir(&folder).expect("the folder").count(), 1, "today's backup is there at once");
    assert_eq!(program.json(&["settings", "bounces", "5"]), json!({ "bounces": 5 }), "another patience with bounces");
    assert_eq!(program.json(&["settings", "bounces"]), json!({ "bounces": 5 }), "it is kept");
    let missing = program.call(&["settings", "backup-folder", &program.path("nowhere")]);
    assert!(missing.stderr.contains("\"invalid_input\""), "a folder that is not there is refused: {}", missing.stderr);
}

#[test]
fn a_database_that_is_not_ours_has_its_own_code() {
    let program = Program::new();
    std::fs::create_dir(program.path("data")).expect("a folder");
    program.file("data/rollcall.db", &"Dear diary, nobody came to training. ".repeat(20));
    let refused = program.call(&["list", "all"]);
    let failure: Value = serde_json::from_str(refused.stderr.trim()).expect("JSON on standard error");
    assert_eq!((refused.status, &failure["code"]), (1, &json!("foreign_database")), "a script can tell: {failure}");
    assert!(failure["message"].as_str().is_some_and(|message| message.contains("rollcall.db")), "and a person: {failure}");
}
