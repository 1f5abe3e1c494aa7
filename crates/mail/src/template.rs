//! Subject and text of a message, with fields that differ from guest to guest.

#[cfg(test)]
mod tests;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use minijinja::value::Value;
use minijinja::{Environment, Error, ErrorKind, UndefinedBehavior};

use crate::words::EventWords;

const SUBJECT: &str = "subject";
const BODY: &str = "body";
/// A letter takes some hundreds of the engine's steps; loops in loops, billions.
const MOST_STEPS: u64 = 50_000;
const EVENT_FIELDS: [&str; 7] = ["summary", "start", "end", "when", "place", "description", "url"];

/// A message with fields such as `{{ first_name | default("friend") }}` or `{{ event.when }}`.
///
/// ```
/// use std::collections::BTreeMap;
/// use mail::template::{Context, Template};
///
/// let template = Template::new("Hello {{ first_name }}", "Dear {{ first_name | default(\"friend\") }},\n\nsee you!").unwrap();
/// assert_eq!(template.required_fields(), ["first_name"]);
/// let fields = BTreeMap::from([("first_name".to_owned(), "Ann".to_owned())]);
/// let rendered = template.render(&Context { fields: &fields, event: None }).unwrap();
/// assert_eq!(rendered.subject, "Hello Ann");
/// assert_eq!(rendered.text_paragraphs, ["Dear Ann,", "see you!"]);
/// ```
#[derive(Clone, Debug)]
pub struct Template {
    environment: Arc<Environment<'static>>,
    fields: Vec<String>,
    required: Vec<String>,
    has_conditions: bool,
    uses_event: bool,
}

/// What is wrong with a template, and where.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("line {line}: {reason}")]
pub struct TemplateProblem {
    /// Line of the body from 1; 0 is the subject.
    pub line: usize,
    /// One sentence.
    pub reason: String,
}

/// What the fields stand for.
#[derive(Clone, Copy, Debug)]
pub struct Context<'a> {
    /// The guest's fields by name; an empty one counts as missing.
    pub fields: &'a BTreeMap<String, String>,
    /// The event in words; none for a plain message.
    pub event: Option<&'a EventWords>,
}

/// A message for one guest, as text.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Rendered {
    /// One line.
    pub subject: String,
    /// Paragraphs of plain text; a paragraph may have several lines.
    pub text_paragraphs: Vec<String>,
}

impl Template {
    /// Reads a subject and a body.
    ///
    /// # Errors
    /// The first thing that is wrong with either.
    pub fn new(subject: &str, body: &str) -> Result<Self, TemplateProblem> {
        let mut environment = Environment::new();
        environment.set_undefined_behavior(UndefinedBehavior::SemiStrict);
        environment.set_recursion_limit(50);
        environment.set_fuel(Some(MOST_STEPS));
        for (name, source) in [(SUBJECT, subject), (BODY, body)] {
            environment.add_template_owned(name, source.replace("\r\n", "\n")).map_err(|error| problem(name, &error))?;
        }
        let mut template = Self {
            environment: Arc::new(environment),
            fields: Vec::new(),
            required: Vec::new(),
            has_conditions: subject.contains("{%") || body.contains("{%"),
            uses_event: false,
        };
        template.find_fields(subject, body)?;
        template.try_out()?;
        template.required = template.fields.iter().filter(|field| template.needs(field, &BTreeSet::new())).cloned().collect();
        Ok(template)
    }

    /// Every field of the guest that the template names, in alphabetical order.
    pub fn fields(&self) -> &[String] {
        &self.fields
    }

    /// The fields that are used without a default: a guest who lacks one cannot get this message.
    pub fn required_fields(&self) -> Vec<String> {
        self.required.clone()
    }

    /// Whether it speaks of an event; a plain message has none.
    pub fn uses_event(&self) -> bool {
        self.uses_event
    }

    /// The required fields that a guest lacks.
    pub fn missing_for(&self, fields: &BTreeMap<String, String>) -> Vec<String> {
        let absent: BTreeSet<&str> = self.fields.iter().map(String::as_str).filter(|field| is_absent(fields, field)).collect();
        self.required
            .iter()
            .filter(|field| absent.contains(field.as_str()) && (!self.has_conditions || self.needs(field, &absent)))
            .cloned()
            .collect()
    }

    /// The message for one guest.
    ///
    /// # Errors
    /// When a required field is missing, with its name.
    pub fn render(&self, context: &Context<'_>) -> Result<Rendered, TemplateProblem> {
        let values = values(context);
        let subject = self.fill(SUBJECT, &values)?;
        let body = self.fill(BODY, &values)?;
        Ok(Rendered { subject: one_line(&subject), text_paragraphs: paragraphs(&body) })
    }

    fn fill(&self, name: &str, values: &Value) -> Result<String, TemplateProblem> {
        self.environment.get_template(name).and_then(|template| template.render(values)).map_err(|error| problem(name, &error))
    }

    fn find_fields(&mut self, subject: &str, body: &str) -> Result<(), TemplateProblem> {
        let mut fields = BTreeSet::new();
        for (name, source) in [(SUBJECT, subject), (BODY, body)] {
            let used = self.environment.get_template(name).map_err(|error| problem(name, &error))?.undeclared_variables(true);
            for field in used {
                if self.environment.globals().any(|(global, _)| global == field) {
                    continue;
                }
                match field.split_once('.') {
                    None if field == "event" => return Err(unknown_event_field(name, source, "event")),
                    Some(("event", part)) => {
                        self.uses_event = true;
                        if !EVENT_FIELDS.contains(&part) {
                            return Err(unknown_event_field(name, source, &field));
                        }
                    }
                    Some((base, _)) => drop(fields.insert(base.to_owned())),
                    None => drop(fields.insert(field)),
                }
            }
        }
        self.fields = fields.into_iter().collect();
        Ok(())
    }

    /// A rendering with every field filled shows unknown filters and wrong calls.
    fn try_out(&self) -> Result<(), TemplateProblem> {
        let values = self.sample_values(&BTreeSet::new(), "");
        self.fill(SUBJECT, &values)?;
        self.fill(BODY, &values)?;
        Ok(())
    }

    /// Whether the message fails without `field`, where `absent` are missing as conditions.
    fn needs(&self, field: &str, absent: &BTreeSet<&str>) -> bool {
        // The absent ones other than `field` are empty rather than missing: conditions see them as absent, and they do not fail.
        let values = self.sample_values(absent, field);
        [SUBJECT, BODY].iter().any(|name| self.fill(name, &values).is_err())
    }

    fn sample_values(&self, empty: &BTreeSet<&str>, missing: &str) -> Value {
        let mut values: BTreeMap<&str, Value> = self
            .fields
            .iter()
            .filter(|field| *field != missing)
            .map(|field| (field.as_str(), Value::from(if empty.contains(field.as_str()) { "" } else { "1" })))
            .collect();
        values.insert("event", Value::from_pairs(EVENT_FIELDS.map(|field| (field, "1"))));
        Value::from_pairs(values)
    }
}

/// The name that a column of a guest list has as a field: `Favourite team` is `favourite_team`.
pub fn field_name(header: &str) -> String {
    let mut name = String::with_capacity(header.len());
    for character in header.trim().chars().flat_map(char::to_lowercase) {
        if character.is_alphanumeric() && (character.is_ascii() || character.is_alphabetic()) {
            name.push(character);
        } else if !name.is_empty() && !name.ends_with('_') {
            name.push('_');
        }
    }
    let name = name.trim_end_matches('_');
    if name.starts_with(|first: char| first.is_numeric()) { format!("_{name}") } else { name.to_owned() }
}

fn values(context: &Context<'_>) -> Value {
    let mut values: BTreeMap<&str, Value> = context
        .fields
        .iter()
        .filter(|(_, value)| !value.trim().is_empty())
        .map(|(name, value)| (name.as_str(), Value::from(one_line(value))))
        .collect();
    if let Some(event) = context.event {
        let fields = [
            ("summary", one_line(&event.summary)),
            ("start", event.start.clone()),
            ("end", event.end.clone()),
            ("when", event.when.clone()),
            ("place", one_line(&event.place)),
            ("description", event.description.clone()),
            ("url", one_line(&event.url)),
        ];
        values.insert("event", Value::from_pairs(fields));
    }
    Value::from_pairs(values)
}

fn is_absent(fields: &BTreeMap<String, String>, field: &str) -> bool {
    fields.get(field).is_none_or(|value| value.trim().is_empty())
}

/// No value can start a header or a paragraph of its own: line ends and control characters become blanks.
pub(crate) fn one_line(text: &str) -> String {
    if !text.contains(|character: char| character.is_control() || is_line_separator(character)) {
        return text.trim().to_owned();
    }
    text.split(|character: char| character.is_control() || is_line_separator(character))
        .map(str::trim)
        .filter(|piece| !piece.is_empty())
        .collect::<Vec<_>>()
        .join(" ")
}

fn is_line_separator(character: char) -> bool {
    matches!(character, '\u{2028}' | '\u{2029}')
}

fn paragraphs(body: &str) -> Vec<String> {
    let mut found: Vec<String> = Vec::new();
    let mut current: Vec<&str> = Vec::new();
    for line in body.lines().chain([""]) {
        let line = line.trim_end();
        if !line.is_empty() {
            current.push(line);
        } else if !current.is_empty() {
            found.push(current.join("\n"));
            current.clear();
        }
    }
    found
}

fn problem(name: &str, error: &Error) -> TemplateProblem {
    let reason = match error.detail() {
        _ if error.kind() == ErrorKind::OutOfFuel => "this repeats too often; a message may loop over a few things only".to_owned(),
        Some(detail) => format!("{} ({detail})", error.kind()),
        None => error.kind().to_string(),
    };
    if name == SUBJECT {
        TemplateProblem { line: 0, reason: format!("in the subject: {reason}") }
    } else {
        TemplateProblem { line: error.line().unwrap_or(1), reason }
    }
}

fn unknown_event_field(name: &str, source: &str, field: &str) -> TemplateProblem {
    let line = if name == SUBJECT { 0 } else { source.lines().position(|line| line.contains(field)).map_or(1, |index| index + 1) };
    let known = EVENT_FIELDS.map(|field| format!("event.{field}")).join(", ");
    TemplateProblem { line, reason: format!("“{field}” is not a field of an event; there are {known}") }
}
