//! The end of a campaign, and what is said of messages that others took the place of.

use anyhow::Result;
use store::campaign::{self, State, Successor};
use store::delivery;

use crate::Engine;
use crate::campaigns::status;

/// Ends a campaign that sends and of which nothing waits or is on its way; false where there is more to do.
pub(super) async fn end(engine: &Engine, id: i64) -> Result<bool> {
    end_from(engine, id, State::Sending).await
}

/// Ends a campaign that waits for its organizer where others told all that was left.
pub(super) async fn end_overtaken(engine: &Engine, id: i64) -> Result<bool> {
    end_from(engine, id, State::Paused).await
}

async fn end_from(engine: &Engine, id: i64, from: State) -> Result<bool> {
    let now = engine.clock().now();
    let read = engine.store().read(move |r| if delivery::is_unfinished(r, id)? { Ok(None) } else { campaign::successors(r, id).map(Some) });
    let Some(successors) = read.await? else { return Ok(false) };
    // What a campaign paused for without others is for its organizer to see.
    let is_left_alone = from == State::Paused && successors.is_empty();
    if is_left_alone || !engine.store().write(move |w| campaign::finish(w, id, &[from], &words(&successors), now)).await? {
        return Ok(false);
    }
    engine.sending().set_wait(id, None);
    engine.sending().set_rate(id, 0.0);
    status::tell(engine, id).await?;
    Ok(true)
}

/// Who tells the guests that this campaign no longer had to tell.
fn words(successors: &[Successor]) -> String {
    let Some((first, others)) = successors.split_first() else { return String::new() };
    let verb = if first.messages == 1 { "is" } else { "are" };
    let first = format!("{} {verb} told by “{}”", first.messages, first.name);
    let others = others.iter().map(|other| format!("{} by “{}”", other.messages, other.name));
    std::iter::once(first).chain(others).collect::<Vec<_>>().join(", ") + "."
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whoever_tells_in_its_place_is_named() {
        let by = |name: &str, messages| Successor { name: name.to_owned(), messages };
        assert_eq!(words(&[]), "", "it told everyone itself");
        assert_eq!(words(&[by("Second", 40)]), "40 are told by “Second”.", "one campaign took all of them over");
        assert_eq!(words(&[by("Second", 1), by("Third", 1)]), "1 is told by “Second”, 1 by “Third”.", "or several some each");
    }
}
