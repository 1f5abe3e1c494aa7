use super::*;

#[test]
fn addresses_are_compared_in_lower_case_and_shown_as_written() {
    let address = Address::parse(" <Jane.Doe@Example.COM> ").unwrap();
    assert_eq!(address.normalised, "jane.doe@example.com", "compared in lower case");
    assert_eq!(address.shown, "Jane.Doe@example.com", "the local part stays as its owner writes it");
    assert_eq!(address.domain, "example.com", "the domain stands alone too");
}

#[test]
fn international_domains_become_ascii() {
    let address = Address::parse("info@Bücher.example").unwrap();
    assert_eq!(address.normalised, "info@xn--bcher-kva.example", "servers take the ASCII form");
    assert_eq!(address.shown, "info@bücher.example", "people see their own script");
    assert_eq!(Address::parse("info@xn--bcher-kva.example").unwrap(), address, "both spellings are one address");
}

#[test]
fn each_fault_has_its_sentence() {
    let faults = [
        ("", "empty"),
        ("jane", "no @"),
        ("jane@doe@example.com", "more than one @"),
        ("jane doe@example.com", "space"),
        ("@example.com", "nothing before"),
        ("jane@", "nothing after"),
        ("jane.@example.com", "dot too many"),
        ("ja..ne@example.com", "dot too many"),
        ("jane@example", "not a domain"),
        ("jane@-example.com", "not a domain"),
        ("jane@example..com", "not a domain"),
        ("jane@example.com.", "not a domain"),
        ("jane@exa_mple.com", "not a domain"),
        ("jane@gmail,com", "not a domain"),
        ("jane@127.0.0.1", "not a domain"),
        ("jane@example.c", "not a domain"),
        ("jäne@example.com", "outside a-z"),
        ("ja,ne@example.com", "character"),
        ("\"jane\"@example.com", "character"),
        ("jane(work)@example.com", "character"),
    ];
    for (text, word) in faults {
        let problem = Address::parse(text).expect_err(text).to_string();
        assert!(problem.contains(word), "{text}: {problem}");
    }
    let long = format!("{}@example.com", "a".repeat(65));
    assert!(matches!(Address::parse(&long), Err(AddressProblem::LongLocalPart(_))), "64 octets are the limit");
}

#[test]
fn unusual_real_addresses_are_taken() {
    for text in ["o'neil@example.ie", "a+b@example.co.uk", "x@y.museum", "first_last@sub.domain.example", "1@2.de", "kiki@日本.jp"] {
        assert!(Address::parse(text).is_ok(), "{text} is a real kind of address");
    }
}

#[test]
fn slips_in_common_domains_are_noticed() {
    let slips = [
        ("gmial.com", "gmail.com"),
        ("gmai.com", "gmail.com"),
        ("gmaill.com", "gmail.com"),
        ("gnail.com", "gmail.com"),
        ("gmail.con", "gmail.com"),
        ("gmail.co", "gmail.com"),
        ("gmail,com", "gmail.com"),
        ("gmailcom", "gmail.com"),
        ("hotmial.com", "hotmail.com"),
        ("hotmal.com", "hotmail.com"),
        ("yaho.com", "yahoo.com"),
        ("yahooo.com", "yahoo.com"),
        ("yahoo.cmo", "yahoo.com"),
        ("outlok.com", "outlook.com"),
        ("otulook.com", "outlook.com"),
        ("iclod.com", "icloud.com"),
        ("lions-club.con", "lions-club.com"),
    ];
    for (written, meant) in slips {
        assert_eq!(suggest_typo(written).as_deref(), Some(meant), "{written} is a slip");
    }
}

#[test]
fn real_domains_raise_no_alarm() {
    let real = [
        "gmail.com",
        "mail.com",
        "email.com",
        "ymail.com",
        "gmx.de",
        "gmx.net",
        "web.de",
        "hotmail.se",
        "outlook.it",
        "yahoo.ca",
        "yahoo.co.uk",
        "example.com",
        "live.com",
        "me.com",
        "mac.com",
        "aol.com",
        "msn.com",
        "example.co",
        "club.org",
        "yahoo.com.au",
        "yahoo.com.mx",
        "comcast.net",
        "orange.com",
        "proton.me",
        "mailbox.org",
        "fastmail.com",
        "hotmail.ch",
        "outlook.jp",
        "bahoo.com",
        "mozmail.com",
        "rocketmail.com",
        "google.com",
    ];
    for domain in real {
        assert_eq!(suggest_typo(domain), None, "{domain} is real");
    }
}

#[test]
fn a_broken_address_is_offered_mended() {
    assert_eq!(suggest_address("jane@gmial.con").as_deref(), Some("jane@gmail.com"), "two slips at once");
    assert_eq!(suggest_address("jane@gmail,com").as_deref(), Some("jane@gmail.com"), "a comma for a dot");
    assert_eq!(suggest_address("jane @ gmail.com").as_deref(), Some("jane@gmail.com"), "blanks inside");
    assert_eq!(suggest_address("jane@@gmail.com").as_deref(), Some("jane@gmail.com"), "a doubled @");
    assert_eq!(suggest_address("jane@example.com"), None, "nothing to mend");
}

#[test]
fn pasted_lists_keep_names_and_lines() {
    let list = parse_list(
        "\"Doe, Jane\" <jane@example.com>, bob@example.com; Carl C. <carl@example.com>\n\nDora\tdora@example.com\nnobody\nEve eve@example.com",
    );
    let read: Vec<_> = list
        .iter()
        .map(|entry| match entry {
            Ok(entry) => format!("{}:{}:{}", entry.line, entry.name, entry.address),
            Err(problem) => format!("{}:{}", problem.line, problem.reason),
        })
        .collect();
    assert_eq!(
        read,
        [
            "1:Doe, Jane:jane@example.com",
            "1::bob@example.com",
            "1:Carl C.:carl@example.com",
            "3:Dora:dora@example.com",
            "4:“nobody” has no @; an address looks like name@example.com",
            "5:Eve:eve@example.com",
        ],
        "each entry with its line"
    );
}

#[test]
fn gmail_ignores_dots_and_plus_and_others_do_not() {
    assert!(same_mailbox("Jane.Doe+games@gmail.com", "janedoe@googlemail.com"), "Gmail's rule");
    assert!(same_mailbox("jane+x@outlook.com", "jane@outlook.com"), "Outlook takes plus-parts");
    assert!(!same_mailbox("jane.doe@outlook.com", "janedoe@outlook.com"), "Outlook keeps dots");
    assert!(!same_mailbox("jane+x@example.com", "jane@example.com"), "nothing is known of this domain");
    for (one, other) in [
        ("jane+x@hotmail.co.uk", "jane@hotmail.co.uk"),
        ("jane+x@fastmail.com", "anything@jane.fastmail.com"),
        ("jane@me.com", "jane+x@icloud.com"),
        ("jane@pm.me", "jane+x@protonmail.com"),
        ("shop7-games@yahoo.com", "shop7-news@yahoo.com"),
    ] {
        assert!(same_mailbox(one, other), "{one} and {other} are one mailbox");
    }
    for (one, other) in [
        ("jane@outlook.com", "jane@hotmail.com"),
        ("jane-x@outlook.com", "jane@outlook.com"),
        ("shop7-games@yahoo.com", "shop7@yahoo.com"),
        ("jane+x@yahoo.com", "jane@yahoo.com"),
        ("jane@team.example.com", "jane@example.com"),
        ("+@gmail.com", "+x@gmail.com"),
    ] {
        assert!(!same_mailbox(one, other), "{one} and {other} may be two people");
    }
    assert!(same_mailbox("MAILTO:Jane@Example.com", "jane@example.com"), "letter case never matters");
}

#[test]
fn plus_parts_go_in_and_out() {
    assert_eq!(plus("inbox@example.com", "abc"), "inbox+abc@example.com", "before the @");
    assert_eq!(strip_plus("inbox+abc@example.com"), "inbox@example.com", "and out again");
    assert_eq!(strip_plus("inbox@example.com"), "inbox@example.com", "nothing to strip");
}
