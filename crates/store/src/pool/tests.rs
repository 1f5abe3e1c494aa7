use crate::{Store, setting};

#[tokio::test]
async fn a_closed_database_is_one_whole_file_that_nothing_touches() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("rollcall.db");
    let store = Store::open(&file).await.expect("a database");
    let clone = store.clone();
    store.write(|w| setting::put(w, "colour", "green")).await.expect("it is written");
    store.close().await;
    assert!(!file.with_extension("db-wal").exists(), "what stood in the journal is in the file");
    assert!(clone.read(|r| setting::get(r, "colour")).await.is_err(), "it is closed for every clone");
    std::fs::write(&file, "in its place").expect("another file");
    store.close().await;
    drop((store, clone));
    assert_eq!(std::fs::read(&file).expect("the other file"), b"in its place", "nothing is written after that");
}
