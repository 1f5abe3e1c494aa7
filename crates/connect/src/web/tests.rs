use std::time::Duration;

use reqwest::StatusCode;
use reqwest::header::{HeaderMap, HeaderValue};
use testkit::scripted_http::{Reply, ScriptedHttp};

use super::*;

fn get(url: &str) -> Request {
    Request::new(Method::GET, Url::parse(url).unwrap())
}

fn answered(headers: &[(&'static str, &'static str)]) -> Answer {
    let mut map = HeaderMap::new();
    for (name, value) in headers {
        map.insert(*name, HeaderValue::from_static(value));
    }
    let url = Url::parse("https://example.org/a/b").unwrap();
    Answer { status: StatusCode::FOUND, headers: map, url, body: Vec::new(), received: Timestamp::UNIX_EPOCH }
}

#[test]
fn a_server_that_wants_to_be_left_alone_says_so_in_seconds_or_by_its_own_clock() {
    assert_eq!(answered(&[("retry-after", "120")]).retry_after(), Some(120), "seconds");
    let dated = answered(&[("retry-after", "Sat, 14 Nov 2026 10:01:00 GMT"), ("date", "Sat, 14 Nov 2026 10:00:00 GMT")]);
    assert_eq!(dated.retry_after(), Some(60), "a date counts from the server's own");
    let past = answered(&[("retry-after", "Sat, 14 Nov 2026 09:00:00 GMT"), ("date", "Sat, 14 Nov 2026 10:00:00 GMT")]);
    assert_eq!(past.retry_after(), Some(0), "what is past is now");
    assert_eq!(answered(&[("retry-after", "99999999999")]).retry_after(), Some(86_400), "nobody waits for years");
    assert_eq!(answered(&[("retry-after", "soon")]).retry_after(), None, "what is neither says nothing");
}

#[test]
fn nothing_crosses_a_network_in_clear() {
    for (address, fine) in [
        ("https://example.org", true),
        ("http://127.0.0.1:80/x", true),
        ("http://[::1]:80/x", true),
        ("http://localhost:5232", true),
        ("http://example.org", false),
        ("http://localhost.example.org", false),
        ("ftp://127.0.0.1", false),
        ("file:///etc/passwd", false),
    ] {
        assert_eq!(check_address(&Url::parse(address).unwrap()).is_ok(), fine, "{address}");
    }
}

#[tokio::test]
async fn an_answer_is_one_whatever_its_status_and_tells_the_servers_clock() {
    let server = ScriptedHttp::start(|_| Reply::new(418).header("Date", "Sat, 14 Nov 2026 10:00:00 GMT").body("short\nand stout")).unwrap();
    let web = Web::new(None).unwrap();
    let answer = web.send(get(&server.url("/pot"))).await.unwrap();
    assert_eq!((answer.status.as_u16(), answer.words().as_str()), (418, "short and stout"), "status and words");
    let date = "2026-11-14T10:00:00Z".parse::<Timestamp>().unwrap();
    let told = date.as_millisecond() - now().as_millisecond();
    assert!((web.clock_ahead() - told).abs() < 60_000, "{} is about {told}", web.clock_ahead());
}

#[tokio::test]
async fn what_brought_no_whole_answer_is_for_later_and_names_only_the_host() {
    let server = ScriptedHttp::start(|request| match request.path.as_str() {
        "/cut?key=secret" => Reply::new(200).body("BEGIN:VCALENDAR").cut_after(40),
        "/short?key=secret" => Reply::new(200).header("Content-Length", "1000").body("BEGIN"),
        _ => Reply::new(200).header("Content-Length", "99999999999").body(""),
    })
    .unwrap();
    let web = Web::new(None).unwrap();
    for path in ["/cut?key=secret", "/short?key=secret", "/huge?key=secret"] {
        let failure = web.send(get(&server.url(path))).await.unwrap_err();
        let RemoteFailure::Later { reason, .. } = &failure else { panic!("{path}: {failure:?}") };
        assert!(reason.contains("127.0.0.1") && !reason.contains("secret"), "{path}: {reason}");
    }
    let nobody = web.send(get("http://127.0.0.1:9/?key=secret")).await.unwrap_err().to_string();
    assert!(nobody.contains("cannot be reached") && !nobody.contains("secret"), "{nobody}");
}

#[tokio::test]
async fn redirects_are_followed_on_the_same_server_and_end() {
    let server = ScriptedHttp::start(|request| match request.path.as_str() {
        "/old" => Reply::new(301).header("Location", "/new"),
        "/new" => Reply::new(200).body(format!("{} {}", request.method, String::from_utf8_lossy(&request.body))),
        "/away" => Reply::new(302).header("Location", "http://localhost:1/"),
        _ => Reply::new(302).header("Location", "/round"),
    })
    .unwrap();
    let web = Web::new(None).unwrap();
    let moved = Request { method: Method::PUT, ..get(&server.url("/old")) }.body("x");
    let answer = web.follow(moved, Redirects::SameHost).await.unwrap();
    assert_eq!((answer.words().as_str(), answer.url.path()), ("PUT x", "/new"), "asked as before, elsewhere");
    let away = web.follow(get(&server.url("/away")), Redirects::SameHost).await.unwrap_err();
    assert!(matches!(&away, RemoteFailure::Refused { reason } if reason.contains("localhost")), "{away:?}");
    let round = web.follow(get(&server.url("/round")), Redirects::AnyHost).await;
    assert!(matches!(round, Err(RemoteFailure::Later { .. })), "{round:?}");
}

#[tokio::test]
async fn a_certificate_that_nobody_vouches_for_is_named() {
    let certificate = testkit::certificate::Certificate::new().unwrap();
    let server = ScriptedHttp::start_encrypted(&certificate, |_| Reply::new(200).body("hello")).unwrap();
    let trusting = Web::new(Some(&certificate.authority())).unwrap();
    let answer = tokio::time::timeout(Duration::from_secs(30), trusting.send(get(&server.url("/")))).await.unwrap().unwrap();
    assert_eq!(answer.body, b"hello", "an authority of one's own is trusted when it is named");
    let reason = Web::new(None).unwrap().send(get(&server.url("/"))).await.unwrap_err().to_string();
    assert!(reason.contains("certificate"), "{reason}");
}
