//! Finding a message by what stands in it.

use store::Store;
use store::receipt::archive;

use super::view::Found;
use crate::answers::receipt_view;
use crate::{Code, Failure};

/// Messages with words that begin like these: in who wrote it and for whom, the subject, the comment, the text. `cursor` is empty, or where the
/// last page ended.
///
/// # Errors
/// [`Code::InvalidInput`] for a cursor of something else.
pub async fn search(store: &Store, words: &str, cursor: &str, limit: u32) -> Result<Found, Failure> {
    let before = match cursor {
        "" => None,
        text => Some(text.parse::<i64>().map_err(|_| {
            Failure::new(Code::InvalidInput, format!("“{text}” is not where a page ended. Give the `next` of the page before."))
                .with("field", "cursor")
        })?),
    };
    let (words, limit) = (words.to_owned(), limit.clamp(1, 1_000));
    let found = store.read(move |r| archive::search(r, &words, before, limit)).await?;
    let is_full = u32::try_from(found.len()).is_ok_and(|found| found == limit);
    let next = found.last().filter(|_| is_full).map(|last| last.id.to_string()).unwrap_or_default();
    Ok(Found { rows: found.into_iter().map(receipt_view).collect(), next })
}
