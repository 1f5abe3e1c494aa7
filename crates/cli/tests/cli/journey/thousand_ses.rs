use testkit::moto::Moto;

use super::season::{self, TRAINING};

const GUESTS: usize = 1000;

#[test]
fn a_thousand_guests_are_invited_through_the_interface_of_ses_each_once() {
    let moto = Moto::start().expect("moto starts");
    moto.verify("club@example.org").expect("the sender is verified");
    let program = season::with_guests(GUESTS);
    let (endpoint, secret, maildir) = (moto.endpoint(), program.path("secret"), program.path("maildir"));
    program.json(&[
        "sender",
        "add",
        "ses",
        "Cloud",
        "--from",
        "club@example.org",
        "--region",
        "us-east-1",
        "--access-key",
        "AKIATEST",
        "--secret-file",
        &secret,
        "--endpoint",
        &endpoint,
        "--rate",
        "1000",
    ]);
    for part in ["cur", "new", "tmp"] {
        std::fs::create_dir_all(std::path::Path::new(&maildir).join(part)).expect("a Maildir");
    }
    program.json(&["inbox", "add", "maildir", "Answers", "--address", "club@example.org", "--path", &maildir]);
    let id = season::campaign(&program, TRAINING, "Cloud", "Answers");
    season::send_to_all(&program, &id, 1000);
    let taken = moto.messages().expect("moto tells");
    let messages: Vec<Vec<u8>> = taken.iter().map(|message| message.data.clone().into_bytes()).collect();
    season::assert_each_guest_got_their_own(&messages, GUESTS);
    for message in &taken {
        let address = |text: &str| text.rsplit('<').next().unwrap_or_default().trim_end_matches('>').to_owned();
        let recipients: Vec<String> = message.destinations.iter().map(|one| address(one)).collect();
        assert_eq!(recipients.len(), 2, "one recipient on the envelope and one in the message: {recipients:?}");
        assert_eq!(recipients[0], recipients[1], "it is the same one");
    }
}
