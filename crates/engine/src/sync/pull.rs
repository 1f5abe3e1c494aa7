//! Taking in what changed at a provider, page by page. Where it ends half-way, the next time goes over the same ground, and finds nothing new
//! in what was taken in already.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use anyhow::Result;
use calendar::remote::{Changes, Content, From, Next, RemoteFailure, RemoteItem};
use store::calendar::{Role, mirror};
use store::remote_item;

use super::Stopped;
use super::run::Run;

/// How many items are fetched at once.
const FETCHED: usize = 500;

impl Run {
    /// Takes in everything that changed since the last time.
    pub(super) async fn pull(&mut self) -> Result<(), Stopped> {
        let token = self.landing.mirror.token.clone();
        match self.pull_from(&token).await {
            Err(Stopped::Remote(RemoteFailure::TokenExpired)) if !token.is_empty() => {
                tracing::info!("a calendar is looked at from the beginning: its provider forgot where it was");
                self.pull_from("").await
            }
            outcome => outcome,
        }
    }

    async fn pull_from(&mut self, token: &str) -> Result<(), Stopped> {
        let mut seen: HashSet<String> = HashSet::new();
        let mut page: Option<String> = None;
        loop {
            let from = match &page {
                Some(page) => From::Page(page),
                None if token.is_empty() => From::Beginning,
                None => From::Token(token),
            };
            let Changes { items, next } = self.remote().changes(&self.landing.mirror.remote_id, from).await?;
            let is_first_look = token.is_empty();
            if is_first_look || matches!(next, Next::Done { complete: true, .. }) {
                seen.extend(items.iter().filter(|item| item.content != Content::Deleted).map(|item| item.id.clone()));
            }
            let items = self.whole(items).await?;
            self.looked_at += items.len();
            match next {
                Next::Page(next) => {
                    self.land(items, None).await?;
                    page = Some(next);
                }
                Next::Done { token, complete } => {
                    let gone = if complete { self.gone(&seen).await? } else { Vec::new() };
                    self.land(items.into_iter().chain(gone).collect(), Some(token)).await?;
                    return Ok(());
                }
            }
        }
    }

    /// Fetches what was only listed, unless it is known in that version: it is taken in part by part, each while the next one comes. The last part
    /// is left for the caller, with what was whole already.
    async fn whole(&mut self, items: Vec<RemoteItem>) -> Result<Vec<RemoteItem>, Stopped> {
        let (listed, mut came): (Vec<_>, Vec<_>) = items.into_iter().partition(|item| item.content == Content::Listed);
        if listed.is_empty() {
            return Ok(came);
        }
        let known = self.known().await?;
        let wanted: Vec<String> = listed.into_iter().filter(|item| known.get(&item.id) != Some(&item.etag)).map(|item| item.id).collect();
        let (remote, calendar) = (Arc::clone(&self.landing.remote), self.landing.mirror.remote_id.clone());
        for ids in wanted.chunks(FETCHED) {
            self.looked_at += came.len();
            let (next, landed) = futures::join!(remote.fetch(&calendar, ids), self.land(std::mem::take(&mut came), None));
            landed?;
            came = next?;
        }
        Ok(came)
    }

    /// What is known here and was not listed. Something may have been written there since the listing began, so that each is asked for by
    /// its name before it counts as gone; where nothing is ever written, the listing is all there is.
    async fn gone(&self, seen: &HashSet<String>) -> Result<Vec<RemoteItem>, Stopped> {
        let missing: Vec<String> = self.known().await?.into_keys().filter(|id| !seen.contains(id)).collect();
        if self.landing.mirror.role == Role::Reader {
            let gone = |id| RemoteItem { id, content: Content::Deleted, ..RemoteItem::default() };
            return Ok(missing.into_iter().map(gone).collect());
        }
        self.fetch(&missing).await
    }

    async fn known(&self) -> Result<HashMap<String, String>> {
        let calendar = self.landing.mirror.calendar;
        self.engine.store().read(move |r| remote_item::etags(r, calendar)).await
    }

    pub(super) async fn fetch(&self, ids: &[String]) -> Result<Vec<RemoteItem>, Stopped> {
        let mut items = Vec::with_capacity(ids.len());
        for ids in ids.chunks(FETCHED) {
            items.extend(self.remote().fetch(&self.landing.mirror.remote_id, ids).await?);
        }
        Ok(items)
    }

    /// Takes items in, with the token that says where to go on after them.
    pub(super) async fn land(&mut self, mut items: Vec<RemoteItem>, token: Option<String>) -> Result<(), Stopped> {
        let unchanged = token.as_ref().is_none_or(|token| *token == self.landing.mirror.token);
        if items.is_empty() && unchanged {
            return Ok(());
        }
        let landing = self.landing.clone();
        if self.remote().keeps_names() {
            let asking = landing.clone();
            let (holders, told) = self.engine.store().read(move |r| Ok((asking.holders(r, &items)?, items))).await?;
            items = told;
            let gone = self.fetch(&holders).await?.into_iter().filter(|item| item.content == Content::Deleted);
            items.extend(gone);
        }
        let kept = token.clone();
        let landed = self
            .engine
            .store()
            .write(move |w| {
                let landed = landing.land(w, &items)?;
                if let Some(token) = kept {
                    mirror::put_token(w, landing.mirror.calendar, &token)?;
                }
                Ok(landed)
            })
            .await?;
        self.landing.record = landed.record;
        self.report.changes += landed.changed;
        self.report.clashes += landed.clashes;
        self.report.unreadable += landed.unreadable;
        if let Some(token) = token {
            self.landing.mirror.token = token;
        }
        self.tell(landed.changed > 0);
        Ok(())
    }
}
