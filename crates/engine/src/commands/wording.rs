//! The words that commands are answered with.

use anyhow::Result;
use jiff::Timestamp;
use mail::template::Template;
use store::mail_command::taken::Outcome;
use store::mail_command::wording;
use store::template::TemplateVersion;
use store::{Reader, Writer};

use super::view::WordingView;
use crate::Engine;
use crate::error::{Code, Failure};

/// What is answered: in this order they are shown.
const KINDS: [Outcome; 4] = [Outcome::Created, Outcome::Updated, Outcome::Cancelled, Outcome::Failed];
/// What the words can be filled with besides the event.
const FIELDS: [&str; 5] = ["address", "calendar", "subject", "details", "others"];

/// The words of every kind of answer.
///
/// # Errors
/// When the database cannot be read.
pub async fn wordings(engine: &Engine) -> Result<Vec<WordingView>, Failure> {
    let views = engine.store().read(|r| KINDS.into_iter().map(|kind| view(r, kind)).collect());
    Ok(views.await?)
}

/// Changes the words of a kind of answer. What was sent before keeps the words that it was sent with.
///
/// # Errors
/// `InvalidInput` for a kind that there is not, `InvalidTemplate` with the line where something is wrong.
pub async fn put_wording(engine: &Engine, kind: &str, subject: &str, body: &str) -> Result<WordingView, Failure> {
    let known = KINDS.into_iter().find(|known| known.as_str() == kind).ok_or_else(|| {
        let all = KINDS.map(Outcome::as_str).join(", ");
        Failure::new(Code::InvalidInput, format!("There is no answer “{kind}”. There are {all}.")).with("field", "kind")
    })?;
    let template = Template::new(subject, body).map_err(|problem| invalid(problem.line, &problem.to_string()))?;
    if subject.trim().is_empty() || body.trim().is_empty() {
        return Err(invalid(0, "a mail needs a subject and a text"));
    }
    if let Some(unknown) = template.fields().iter().find(|field| !FIELDS.contains(&field.as_str())) {
        return Err(invalid(0, &format!("there is no field “{unknown}”; there are {}, and those of the event", FIELDS.join(", "))));
    }
    if known == Outcome::Failed && template.uses_event() {
        return Err(invalid(0, "what failed has no event that could be spoken of"));
    }
    let (subject, body, now) = (subject.to_owned(), body.to_owned(), engine.clock().now());
    let written = engine.store().write(move |w| {
        put(w, known, &subject, &body, now)?;
        view(w, known)
    });
    Ok(written.await?)
}

fn invalid(line: usize, reason: &str) -> Failure {
    Failure::new(Code::InvalidTemplate, format!("These words cannot be used: {reason}.")).with("line", line)
}

/// Before the first words of the organizer's own come those of the program, so that both can be looked at.
fn put(w: &Writer<'_>, kind: Outcome, subject: &str, body: &str, now: Timestamp) -> Result<()> {
    if wording::newest(w, kind.as_str())?.is_none() {
        let (subject, body) = default(kind);
        wording::put(w, kind.as_str(), subject, body, now)?;
    }
    wording::put(w, kind.as_str(), subject, body, now)?;
    Ok(())
}

fn view(r: &Reader<'_>, kind: Outcome) -> Result<WordingView> {
    let newest = wording::newest(r, kind.as_str())?;
    let version = newest.as_ref().map_or(0, |newest| u32::try_from(newest.number).unwrap_or(u32::MAX));
    let (subject, body) = own_or_default(newest.as_ref(), kind);
    Ok(WordingView { kind: kind.as_str().to_owned(), subject, body, version })
}

/// The newest words of a kind, with the version that they are of.
pub(super) fn of(r: &Reader<'_>, kind: Outcome) -> Result<(String, String, Option<i64>)> {
    let newest = wording::newest(r, kind.as_str())?;
    let (subject, body) = own_or_default(newest.as_ref(), kind);
    Ok((subject, body, newest.map(|newest| newest.id)))
}

fn own_or_default(own: Option<&TemplateVersion>, kind: Outcome) -> (String, String) {
    let (subject, body) = default(kind);
    own.map_or_else(|| (subject.to_owned(), body.to_owned()), |own| (own.subject.clone(), own.body.clone()))
}

/// The words that come with the program.
pub(super) fn default(kind: Outcome) -> (&'static str, &'static str) {
    match kind {
        Outcome::Created => (
            "Created: {{ event.summary }}",
            "This event is now in the calendar “{{ calendar }}”. Changes that you save in your own calendar follow by themselves.\
             {% if others %}\n\nYou also invited {{ others }}. They have your invitation; Rollcall sends them nothing until you put them \
             on a list of guests and invite it.{% endif %}",
        ),
        Outcome::Updated => (
            "Updated: {{ event.summary }}",
            "This event was changed in the calendar “{{ calendar }}”.{% if details %}\n\n{{ details }}{% endif %}\n\n\
             Guests who were invited to it are told when you say so, under Changes.",
        ),
        Outcome::Cancelled => (
            "Cancelled: {{ event.summary }}",
            "This is cancelled in the calendar “{{ calendar }}”. Guests who were invited to it are told when you say so, under Changes.\n\n\
             If it takes place and you only took {{ address }} off its guests, invite that address once more.",
        ),
        Outcome::Failed | Outcome::Unchanged | Outcome::Refused => {
            ("Not done: {{ subject | default(\"your message\") }}", "Your message to {{ address }} changed nothing.\n\n{{ details }}")
        }
    }
}
