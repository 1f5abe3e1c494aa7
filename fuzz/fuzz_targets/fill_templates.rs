//! Any words make a message or a sentence about them; a guest who lacks nothing gets it, in one line of subject.
#![no_main]

use std::collections::BTreeMap;

use libfuzzer_sys::fuzz_target;
use mail::template::{Context, Template};

fuzz_target!(|words: (&str, &str, &str)| {
    let (subject, body, value) = words;
    let Ok(template) = Template::new(subject, body) else { return };
    let fields: BTreeMap<String, String> = template.fields().iter().map(|field| (field.clone(), value.to_owned())).collect();
    for fields in [fields, BTreeMap::new()] {
        if let Ok(rendered) = template.render(&Context { fields: &fields, event: None }) {
            assert!(!rendered.subject.contains(['\r', '\n']), "a subject is one line: {:?}", rendered.subject);
            assert!(!rendered.text_paragraphs.iter().any(|paragraph| paragraph.is_empty()), "a paragraph has words");
        }
    }
});
