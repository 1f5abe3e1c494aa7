//! What was looked at and may be applied a little later: previews, kept in memory by id.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// An organizer has one preview open; this many older ones can still be applied.
const KEPT: usize = 16;

/// Keeps the latest values until the app ends.
pub(crate) struct Shelf<T> {
    content: Mutex<Content<T>>,
}

struct Content<T> {
    last: u64,
    kept: VecDeque<(String, Arc<T>)>,
}

impl<T> Default for Shelf<T> {
    fn default() -> Self {
        Self { content: Mutex::new(Content { last: 0, kept: VecDeque::new() }) }
    }
}

impl<T> Shelf<T> {
    /// Puts a value on the shelf and names it.
    pub(crate) fn keep(&self, value: T) -> String {
        let mut content = self.lock();
        content.last += 1;
        let id = content.last.to_string();
        content.kept.push_back((id.clone(), Arc::new(value)));
        if content.kept.len() > KEPT {
            content.kept.pop_front();
        }
        id
    }

    /// The value of that name, if it is still there.
    pub(crate) fn get(&self, id: &str) -> Option<Arc<T>> {
        self.lock().kept.iter().find(|(name, _)| name == id).map(|(_, value)| Arc::clone(value))
    }

    fn lock(&self) -> MutexGuard<'_, Content<T>> {
        // A panic elsewhere leaves whole values behind.
        self.content.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
