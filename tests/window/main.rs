//! The real window, in `WebKit` on a display, driven as a person would drive it.
//!
//! Needs `tauri-driver`, `WebKit`'s own driver, Xvfb and a bus, which `cargo xtask test` installs. Each started app gets a desktop of its own.
//! Pictures of every screen lie in the target folder under `tmp/screenshots`.
#![expect(clippy::expect_used, clippy::panic, reason = "a journey fails by panicking")]

mod answers;
mod board;
mod browser;
mod by_consent;
mod by_mail;
mod caldav;
mod campaign;
mod changes;
mod charts;
mod connected;
mod consent;
mod desk;
mod desktop;
mod disk;
mod emulator;
mod failing;
mod feed;
mod files;
mod guests;
mod hands;
mod letters;
mod memory;
mod outlook;
mod own;
mod practice;
mod rows;
mod safety;
mod secrets;
mod seed;
mod waiting;
