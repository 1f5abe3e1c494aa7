use std::sync::Arc;

use mail::port::{CopyPlace, CopyTarget};
use testkit::moto::Moto;

fn target(url: &str, endpoint: &str) -> CopyTarget {
    CopyTarget {
        url: url.to_owned(),
        region: "us-east-1".to_owned(),
        endpoint: endpoint.to_owned(),
        key: Some(("key".to_owned(), "secret".into())),
    }
}

fn place(url: &str, endpoint: &str) -> Result<Arc<dyn CopyPlace>, String> {
    connect::adapters().copies(&target(url, endpoint)).expect("a bucket is a place")
}

async fn names(place: &dyn CopyPlace) -> Vec<String> {
    let (mut names, mut page) = (Vec::new(), None);
    loop {
        let listed = place.list(page).await.unwrap();
        names.extend(listed.names);
        page = listed.next;
        if page.is_none() {
            return names;
        }
    }
}

#[tokio::test]
async fn a_folder_of_a_bucket_holds_each_copy_once_and_lists_all_of_them() {
    let moto = Moto::start().unwrap();
    moto.create_bucket("club").unwrap();
    let folder = place("s3://club/rollcall/answers/", &moto.endpoint()).unwrap();
    assert!(names(&*folder).await.is_empty(), "nothing is there yet");
    for number in 0..1_005 {
        folder.put(&format!("{number:04}.eml"), format!("message {number}").into_bytes()).await.unwrap();
    }
    folder.put("0007.eml", b"message 7".to_vec()).await.unwrap();
    let found = names(&*folder).await;
    assert_eq!(
        (found.len(), found.first().map(String::as_str)),
        (1_005, Some("0000.eml")),
        "page after page, by the names they were given"
    );
    assert_eq!(moto.object("club", "rollcall/answers/0007.eml").unwrap(), b"message 7", "as it was put");
    let beside = place("s3://club", &moto.endpoint()).unwrap();
    beside.put("x.eml", b"x".to_vec()).await.unwrap();
    assert_eq!(moto.object("club", "x.eml").unwrap(), b"x", "without a folder it lies in the bucket itself");
    assert_eq!(names(&*folder).await.len(), 1_005, "and the folder knows nothing of it");
}

#[tokio::test]
async fn what_is_wrong_with_a_place_is_said_in_words() {
    let moto = Moto::start().unwrap();
    let missing = place("s3://nowhere/x", &moto.endpoint()).unwrap().list(None).await.unwrap_err();
    assert!(missing.contains("NoSuchBucket"), "the service's own words: {missing}");
    let silent = place("s3://club", "http://127.0.0.1:9").unwrap().put("x", Vec::new()).await.unwrap_err();
    assert!(!silent.is_empty(), "nobody answers there: {silent}");
    assert!(place("s3://", "").is_err_and(|words| words.contains("bucket")), "a bucket has a name");
    assert!(place("s3://club", "http://s3.example.org").is_err_and(|words| words.contains("https")), "a key crosses no network in clear");
    assert!(connect::adapters().copies(&target("ftp://club", "")).is_none(), "other places are for other adapters");
}
