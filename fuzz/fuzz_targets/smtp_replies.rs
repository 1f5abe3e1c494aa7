//! Whatever a server says, a message counts as accepted only where the server said so after the final dot.
#![no_main]

use std::sync::LazyLock;

use libfuzzer_sys::fuzz_target;
use mail::port::{AccountConfig, Outgoing, SendOutcome};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpListener;
use tokio::runtime::Runtime;

static RUNTIME: LazyLock<Runtime> = LazyLock::new(|| tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap());

fuzz_target!(|replies: &[u8]| {
    if let SendOutcome::Accepted { .. } = RUNTIME.block_on(outcome(replies)) {
        // Greeting, EHLO, MAIL, RCPT, DATA, the message itself.
        let codes = codes(replies);
        assert_eq!(codes.get(4), Some(&b'3'), "the message was asked for");
        assert_eq!(codes.get(5), Some(&b'2'), "the message was taken");
    }
});

/// What becomes of one message at a server that says `replies`, whatever it is told, and hangs up.
async fn outcome(replies: &[u8]) -> SendOutcome {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let account = AccountConfig {
        kind: "smtp".into(),
        address: "office@club.example".into(),
        settings: serde_json::json!({ "host": "127.0.0.1", "port": listener.local_addr().unwrap().port(), "tls": "none" }),
        ..AccountConfig::default()
    };
    let sender = connect::adapters().sender(&account).unwrap().unwrap();
    let message = Outgoing {
        envelope_from: "office@club.example".into(),
        recipient: "guest@people.example".into(),
        message: b"Subject: Come\r\n\r\n.\r\nto us\r\n".to_vec().into(),
        tag: String::new(),
        feedback_address: String::new(),
    };
    let serve = async {
        let (mut stream, _) = listener.accept().await.unwrap();
        // A client that hangs up in the middle is none of the server's business.
        let _ = stream.write_all(replies).await;
        let _ = stream.shutdown().await;
        let _ = stream.read_to_end(&mut Vec::new()).await;
    };
    let send = async {
        match sender.open().await {
            Ok(mut line) => line.send(&message).await,
            Err(outcome) => {
                assert!(
                    !matches!(outcome, SendOutcome::Accepted { .. } | SendOutcome::Uncertain { .. }),
                    "no message has left: {outcome:?}"
                );
                outcome
            }
        }
    };
    tokio::join!(serve, send).1
}

/// The first digit of each reply's last line.
fn codes(replies: &[u8]) -> Vec<u8> {
    let lines = replies.split(|byte| *byte == b'\n');
    lines.filter(|line| line.get(3) != Some(&b'-')).filter_map(|line| line.first().copied()).collect()
}
