//! Where a dialogue can be watched, and where connections break.

use std::fmt;
use std::sync::Arc;

/// How far the dialogue about a message is, as the server sees it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Stage {
    /// A connection came; nothing was said yet.
    Connected,
    /// EHLO was read.
    Hello,
    /// MAIL was read and not answered.
    Mail,
    /// RCPT was read and not answered.
    Recipient,
    /// DATA was read and not answered.
    Data,
    /// The first line of the message was read.
    Body,
    /// The final dot was read; the message does not count yet.
    Dot,
    /// The message counts; its answer was not given.
    Counted,
    /// The answer was given.
    Answered,
}

impl Stage {
    /// All of them, in the order of a dialogue.
    pub const ALL: [Self; 9] =
        [Self::Connected, Self::Hello, Self::Mail, Self::Recipient, Self::Data, Self::Body, Self::Dot, Self::Counted, Self::Answered];
}

/// Called at every stage; the dialogue stands still meanwhile.
#[derive(Clone)]
pub(super) struct Watcher(pub(super) Arc<dyn Fn(Stage) + Send + Sync>);

impl Default for Watcher {
    fn default() -> Self {
        Self(Arc::new(|_| {}))
    }
}

impl fmt::Debug for Watcher {
    fn fmt(&self, form: &mut fmt::Formatter<'_>) -> fmt::Result {
        form.write_str("Watcher")
    }
}

/// After how many bytes connections break, one after the other; those that come later do not.
#[derive(Clone, Debug, Default)]
pub(super) struct Cuts {
    pub(super) reading: Vec<usize>,
    pub(super) writing: Vec<usize>,
}

impl Cuts {
    /// How many bytes connection `number`, from 0, may be read from and written to: the writing ones break after the reading ones.
    pub(super) fn of(&self, number: usize) -> (Option<usize>, Option<usize>) {
        let writing = number.checked_sub(self.reading.len()).and_then(|number| self.writing.get(number));
        (self.reading.get(number).copied(), writing.copied())
    }
}
