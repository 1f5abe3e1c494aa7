//! The system's browser, in which a person consents.

use std::os::unix::fs::PermissionsExt as _;
use std::time::Instant;

use crate::browser::{Browser, LOOK_AGAIN, PATIENCE};

/// Follows the page back to this computer, as a browser does once its owner consented.
pub(crate) const CONSENTS: &str = "python3 -c 'import sys, urllib.request; urllib.request.urlopen(sys.argv[1]).read()' \"$1\"";

impl Browser {
    /// What stands in for the system's browser does this, in the language of the shell, with the page it is given.
    pub(crate) fn browser_does(&self, what: &str) {
        let program = self.programs().join("xdg-open");
        std::fs::write(&program, format!("#!/bin/sh\n{what}\n")).expect("a browser is written");
        std::fs::set_permissions(&program, std::fs::Permissions::from_mode(0o755)).expect("it can be started");
    }

    /// The browser shows a page, and nothing more: whoever sits there goes on with [`Self::page_shown`].
    pub(crate) fn browser_shows(&self) {
        self.browser_does(&format!("printf %s \"$1\" > '{}'", self.programs().join("page").display()));
    }

    /// The address of the page that the browser shows.
    pub(crate) async fn page_shown(&self) -> String {
        let begun = Instant::now();
        loop {
            match std::fs::read_to_string(self.programs().join("page")) {
                Ok(page) if !page.is_empty() => return page,
                _ => assert!(begun.elapsed() < PATIENCE, "no page was ever opened in the browser"),
            }
            tokio::time::sleep(LOOK_AGAIN).await;
        }
    }

    /// The day as the window has it, such as 2027-03-06.
    pub(crate) async fn today(&self) -> String {
        let answer = self.driver.execute("return new Date().toISOString().slice(0, 10)", vec![]).await.expect("the window knows the day");
        answer.json().as_str().unwrap_or_default().to_owned()
    }
}
