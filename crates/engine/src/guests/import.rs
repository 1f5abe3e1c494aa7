//! Importing guests: looked at, put right, then stored in one transaction that can be undone as a whole.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use anyhow::Result;
use jiff::Timestamp;
use store::guest::{self, Guest, Standing};
use store::guest_import::{self, Before, ImportedRow};
use store::{Reader, Writer, guest_list, suppression};

use super::columns::{self, Columns};
use super::reading::{self, Table};
use super::rows::{self, Ready, Sorted};
use super::view::{ColumnField, ColumnView, GuestImportResult, GuestPreview, GuestProblem, GuestSource};
use super::{domains, lists, person_view};
use crate::Engine;
use crate::error::{Code, Failure};
use crate::event::{Changed, EngineEvent};

/// Rows of the file and guests that a preview shows.
const SAMPLE_ROWS: usize = 20;
const SHOWN_GUESTS: usize = 100;

/// A source that was read and may be stored.
pub(crate) struct Pending {
    source: String,
    suggested_list: String,
    table: Arc<Table>,
    columns: Columns,
    /// Lines on which the suggested address is taken.
    corrected: BTreeSet<u32>,
    /// Domains that take no mail: why.
    dead_domains: Arc<BTreeMap<String, String>>,
}

/// What a file or pasted text would do.
///
/// # Errors
/// [`Code::UnreadableFile`].
pub async fn preview(engine: &Engine, source: GuestSource) -> Result<GuestPreview> {
    let (name, suggested_list) = reading::names(&source);
    let (table, columns) = tokio::task::spawn_blocking(move || {
        let mut table = reading::read(&source)?;
        let columns = columns::recognise(&mut table);
        anyhow::Ok((table, columns))
    })
    .await??;
    let dead_domains = domains::dead(engine, &table, &columns.fields).await;
    let pending = Pending {
        source: name,
        suggested_list,
        table: Arc::new(table),
        columns,
        corrected: BTreeSet::new(),
        dead_domains: Arc::new(dead_domains),
    };
    shown(engine, pending).await
}

/// The same preview with columns put right by hand: one field for each column of the table.
///
/// # Errors
/// [`Code::NotFound`] when the preview is gone, [`Code::InvalidInput`] when two columns go to one field.
pub async fn remap(engine: &Engine, preview: &str, fields: Vec<ColumnField>) -> Result<GuestPreview> {
    let old = pending(engine, preview)?;
    let fields = chosen(fields, old.columns.fields.len())?;
    let columns = Columns { header: old.columns.header.clone(), fields };
    shown(engine, Pending { columns, ..copied(&old) }).await
}

/// The same preview with the suggested address taken on these lines.
///
/// # Errors
/// [`Code::NotFound`] when the preview is gone.
pub async fn correct(engine: &Engine, preview: &str, lines: &[u32]) -> Result<GuestPreview> {
    let old = pending(engine, preview)?;
    let mut corrected = old.corrected.clone();
    corrected.extend(lines);
    shown(engine, Pending { corrected, ..copied(&old) }).await
}

/// Stores a preview into a list, which is made if there is none of that name.
///
/// # Errors
/// [`Code::NotFound`] when the preview is gone, [`Code::InvalidInput`] without a name for the list.
pub async fn apply(engine: &Engine, preview: &str, list: &str) -> Result<GuestImportResult> {
    let pending = pending(engine, preview)?;
    let list = lists::clean_name(list)?;
    let now = engine.clock().now();
    let result = engine
        .store()
        .write(move |w| {
            let sorted = pending.sorted();
            store_all(w, &pending, &sorted, &list, now)
        })
        .await?;
    engine.tell(EngineEvent::Changed { what: vec![Changed::Guests] });
    Ok(result)
}

/// Undoes an import as a whole: guests are as they were, also on the list.
///
/// # Errors
/// [`Code::NotFound`], or [`Code::WrongState`] when it is undone already or a later import rests on it.
pub async fn undo(engine: &Engine, id: &str) -> Result<()> {
    let (id, now) = (id.parse().unwrap_or_default(), engine.clock().now());
    engine.store().write(move |w| take_back(w, id, now)).await?;
    engine.tell(EngineEvent::Changed { what: vec![Changed::Guests] });
    Ok(())
}

impl Pending {
    fn sorted(&self) -> Sorted {
        let mut sorted = rows::sort(&self.table, &self.columns.fields, self.columns.header.len(), &self.corrected);
        for ready in &mut sorted.ready {
            if let Some(reason) = domain(&ready.profile.address).and_then(|domain| self.dead_domains.get(domain)) {
                let known = sorted.warnings.iter().any(|warning| warning.line == ready.line && !warning.suggestion.is_empty());
                if !known {
                    sorted.warnings.push(GuestProblem {
                        line: ready.line,
                        address: ready.profile.address_shown.clone(),
                        reason: reason.clone(),
                        suggestion: String::new(),
                    });
                }
            }
            if !ready.profile.consent.is_empty() {
                self.source.clone_into(&mut ready.profile.consent_source);
            }
        }
        sorted.warnings.sort_by_key(|warning| warning.line);
        sorted
    }
}

fn domain(address: &str) -> Option<&str> {
    address.rsplit_once('@').map(|(_, domain)| domain)
}

fn copied(old: &Pending) -> Pending {
    Pending {
        source: old.source.clone(),
        suggested_list: old.suggested_list.clone(),
        table: Arc::clone(&old.table),
        columns: Columns { header: old.columns.header.clone(), fields: old.columns.fields.clone() },
        corrected: old.corrected.clone(),
        dead_domains: Arc::clone(&old.dead_domains),
    }
}

fn chosen(fields: Vec<ColumnField>, width: usize) -> Result<Vec<ColumnField>> {
    let invalid = |sentence: String| anyhow::Error::from(Failure::new(Code::InvalidInput, sentence).with("field", "columns"));
    if fields.len() != width {
        return Err(invalid(format!("The table has {width} columns, and {} were given.", fields.len())));
    }
    let fields: Vec<ColumnField> = fields
        .into_iter()
        .map(|field| match field {
            ColumnField::Own(name) => columns::own_name(&name).map(ColumnField::Own).ok_or_else(|| {
                invalid(format!("“{name}” cannot name a field. Use letters, digits and _, so that a message can say {{{{ name }}}}."))
            }),
            other => Ok(other),
        })
        .collect::<Result<_>>()?;
    for (index, field) in fields.iter().enumerate() {
        if *field != ColumnField::Skip && fields.iter().skip(index + 1).any(|other| other == field) {
            return Err(invalid(format!(
                "Two columns go to {}. Choose one of them and skip the other, or make it a field of your own.",
                words(field)
            )));
        }
    }
    Ok(fields)
}

fn words(field: &ColumnField) -> String {
    match field {
        ColumnField::Email => "the e-mail address".to_owned(),
        ColumnField::Name => "the name".to_owned(),
        ColumnField::FirstName => "the first name".to_owned(),
        ColumnField::LastName => "the last name".to_owned(),
        ColumnField::Zone => "the time zone".to_owned(),
        ColumnField::Language => "the language".to_owned(),
        ColumnField::Role => "the role".to_owned(),
        ColumnField::Consent => "the consent".to_owned(),
        ColumnField::Own(name) => format!("the field “{name}”"),
        ColumnField::Skip => "nothing".to_owned(),
    }
}

fn pending(engine: &Engine, preview: &str) -> Result<Arc<Pending>> {
    let found = engine.guest_imports().get(preview);
    found.ok_or_else(|| {
        let failure = Failure::new(Code::NotFound, "This preview is no longer here. Choose the file again.");
        failure.with("what", "preview").with("name", preview).into()
    })
}

/// Counts what a preview would do, keeps it, and shows it.
async fn shown(engine: &Engine, pending: Pending) -> Result<GuestPreview> {
    let (mut view, pending) = engine.store().read(move |r| Ok((view_of(r, &pending, pending.sorted())?, pending))).await?;
    view.id = engine.guest_imports().keep(pending);
    Ok(view)
}

fn view_of(r: &Reader<'_>, pending: &Pending, sorted: Sorted) -> Result<GuestPreview> {
    let mut view = GuestPreview {
        id: String::new(),
        source: pending.source.clone(),
        suggested_list: pending.suggested_list.clone(),
        columns: column_views(pending),
        sample: pending.table.rows.iter().take(SAMPLE_ROWS).map(|row| row.cells.clone()).collect(),
        rows: sorted.rows,
        new: 0,
        updated: 0,
        unchanged: 0,
        duplicate: count(sorted.duplicates.len()),
        suppressed: 0,
        invalid: sorted.invalid,
        duplicates: sorted.duplicates,
        warnings: sorted.warnings,
        guests: Vec::new(),
    };
    for ready in &sorted.ready {
        let change = change(r, ready)?;
        match &change {
            Change::New(_) | Change::Back { .. } => view.new += 1,
            Change::Updated { .. } => view.updated += 1,
            Change::None(_) => view.unchanged += 1,
        }
        view.suppressed += u32::from(suppression::is_suppressed(r, &ready.profile.address)?);
        if view.guests.len() < SHOWN_GUESTS {
            let (guest, standing) = change.shown(r)?;
            view.guests.push(person_view(guest, standing));
        }
    }
    Ok(view)
}

fn column_views(pending: &Pending) -> Vec<ColumnView> {
    let samples = |index: usize| {
        let cells = pending.table.rows.iter().filter_map(|row| row.cells.get(index)).filter(|cell| !cell.is_empty());
        cells.take(3).cloned().collect()
    };
    let fields = pending.columns.fields.iter().enumerate();
    fields
        .map(|(index, field)| ColumnView {
            index: count(index),
            header: pending.columns.header.get(index).cloned().unwrap_or_default(),
            samples: samples(index),
            field: field.clone(),
        })
        .collect()
}

/// What a row does to the guests that there are.
enum Change {
    New(guest::Profile),
    /// The guest was removed from view and comes back.
    Back {
        was: Guest,
        becomes: guest::Profile,
    },
    Updated {
        was: Guest,
        becomes: guest::Profile,
    },
    None(Guest),
}

impl Change {
    fn shown(self, r: &Reader<'_>) -> Result<(Guest, Standing)> {
        match self {
            Self::New(profile) => {
                let guest = Guest { id: 0, deleted: false, profile };
                let standing = guest::standing(r, &guest)?;
                Ok((guest, standing))
            }
            Self::Back { was, becomes } | Self::Updated { was, becomes } => {
                let standing = guest::standing(r, &was)?;
                Ok((Guest { profile: becomes, ..was }, standing))
            }
            Self::None(guest) => {
                let standing = guest::standing(r, &guest)?;
                Ok((guest, standing))
            }
        }
    }
}

fn change(r: &Reader<'_>, ready: &Ready) -> Result<Change> {
    Ok(match guest::by_address(r, &ready.profile.address)? {
        None => Change::New(rows::completed(&ready.profile)),
        Some(was) if was.deleted => Change::Back { becomes: rows::completed(&ready.profile), was },
        Some(was) => {
            let becomes = rows::merged(&was.profile, &ready.profile);
            if becomes == was.profile { Change::None(was) } else { Change::Updated { was, becomes } }
        }
    })
}

fn store_all(w: &Writer<'_>, pending: &Pending, sorted: &Sorted, list_name: &str, now: Timestamp) -> Result<GuestImportResult> {
    let (list, created_list) = match guest_list::by_name(w, list_name)? {
        Some(list) => (list.id, false),
        None => (guest_list::insert(w, list_name, now)?, true),
    };
    let import = guest_import::insert(w, list, created_list, &pending.source, now)?;
    let mut result = GuestImportResult {
        id: import.to_string(),
        list: list.to_string(),
        list_name: list_name.to_owned(),
        new: 0,
        updated: 0,
        duplicate: count(sorted.duplicates.len()),
        invalid: count(sorted.invalid.len()),
        suppressed: 0,
    };
    for ready in &sorted.ready {
        let (guest, before, changed) = match change(w, ready)? {
            Change::New(profile) => {
                result.new += 1;
                (guest::insert(w, &profile, now)?, None, true)
            }
            Change::Back { was, becomes } => {
                result.new += 1;
                guest::update(w, was.id, &becomes)?;
                (was.id, Some(Before { deleted: true, profile: was.profile }), true)
            }
            Change::Updated { was, becomes } => {
                result.updated += 1;
                guest::update(w, was.id, &becomes)?;
                (was.id, Some(Before { deleted: false, profile: was.profile }), true)
            }
            Change::None(was) => (was.id, Some(Before { deleted: false, profile: was.profile }), false),
        };
        let added = guest_list::add_member(w, list, guest)?;
        if changed || added {
            guest_import::insert_row(w, import, &ImportedRow { guest, before, was_member: !added })?;
        }
        result.suppressed += u32::from(suppression::is_suppressed(w, &ready.profile.address)?);
    }
    Ok(result)
}

fn take_back(w: &Writer<'_>, id: i64, now: Timestamp) -> Result<()> {
    let refuse = |sentence: String| anyhow::Error::from(Failure::new(Code::WrongState, sentence).with("state", "undone"));
    let Some(import) = guest_import::get(w, id)? else {
        return Err(Failure::new(Code::NotFound, "There is no such import.").with("what", "import").with("name", id).into());
    };
    if import.undone {
        return Err(refuse("This import was undone already.".to_owned()));
    }
    if let Some(later) = guest_import::later_overlap(w, id)? {
        return Err(refuse(format!("“{later}” was imported later and holds some of the same guests. Undo that import first.")));
    }
    for row in guest_import::rows(w, id)? {
        if !row.was_member {
            guest_list::remove_member(w, import.list, row.guest)?;
        }
        match row.before {
            None => guest::forget(w, row.guest, now)?,
            Some(before) => {
                guest::update(w, row.guest, &before.profile)?;
                if before.deleted {
                    guest::remove(w, row.guest, now)?;
                }
            }
        }
    }
    if import.created_list && guest_list::count_members(w, import.list)? == 0 {
        guest_list::remove(w, import.list, now)?;
    }
    guest_import::mark_undone(w, id, now)
}

fn count(length: usize) -> u32 {
    u32::try_from(length).unwrap_or(u32::MAX)
}
