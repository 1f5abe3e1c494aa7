//! Guests by the million: copies of one who was invited to an event.

use anyhow::{Context as _, Result};
use engine::Engine;
use store::guest;

/// Copies the guest of an address, with the list, the invitation, the message and the answer.
///
/// # Errors
/// When there is no such guest, or the database cannot be written.
pub async fn multiply(engine: &Engine, address: &str, copies: u32) -> Result<()> {
    let address = address.to_owned();
    let copy = move |w: &store::Writer<'_>| {
        let template = guest::by_address(w, &address)?.with_context(|| format!("Nobody has the address {address}"))?;
        store::crowd::copy(w, template.id, copies)
    };
    engine.store().write(copy).await
}
