use super::*;

#[test]
fn addresses_and_secrets_do_not_reach_the_log() {
    let lines = [
        ("sent to <ada.lovelace+x@club.example>: ok", "sent to <<address>>: ok"),
        ("mailto:jörg@bücher.example, bob@b.example", "mailto:<address>, <address>"),
        ("password=hunter2 user=x", "password=<hidden> user=x"),
        ("{\"secret_key\": \"abc/def\", \"n\": 1}", "{\"secret_key\": \"<hidden>\", \"n\": 1}"),
        ("Authorization: Bearer abc.def.ghi next", "Authorization: <hidden> next"),
        ("the password is wrong", "the password is wrong"),
        ("@ alone, and a@ too", "@ alone, and a@ too"),
    ];
    for (line, clean) in lines {
        assert_eq!(redacted(line), clean, "{line}");
    }
}

#[test]
fn a_line_is_redacted_however_it_is_cut() {
    use std::io::Write as _;
    let folder = tempfile::tempdir().expect("a folder");
    let log = LogFile::open(folder.path()).expect("a log");
    let mut line = log.line();
    for part in ["to ada@cl", "ub.example with pass", "word: hunter2\n"] {
        line.write_all(part.as_bytes()).expect("a part");
    }
    drop(line);
    let written = std::fs::read_to_string(folder.path().join(CURRENT)).expect("the log");
    assert_eq!(written, "to <address> with password: <hidden>\n", "a line is looked at as a whole");
}
