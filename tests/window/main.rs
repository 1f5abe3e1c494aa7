//! The real window, in WebKit on a display, driven as a person would drive it.
//!
//! Needs `tauri-driver` and WebKit's own driver, which `cargo xtask test` installs, and a display, which it makes.

mod browser;

use browser::Browser;

#[tokio::test]
async fn the_window_opens() {
    let browser = Browser::start("opens").await;
    assert!(!browser.driver.title().await.expect("a title").is_empty(), "the window has a title");
    browser.shoot("first-run").await;
    browser.stop().await;
}
