use super::*;

fn fields(pairs: &[(&str, &str)]) -> BTreeMap<String, String> {
    pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
}

#[test]
fn fields_without_default_are_required() {
    let template =
        Template::new("{{ event.summary }}: {{ title }}", "Hi {{ name | default('friend') }}, your seat is {{ seat }}.").unwrap();
    assert_eq!(template.required_fields(), ["seat", "title"], "those without a default");
    assert_eq!(template.fields(), ["name", "seat", "title"], "all of them");
    assert_eq!(template.missing_for(&fields(&[("seat", "12A"), ("title", "  ")])), ["title"], "a blank is missing");
    assert!(template.uses_event(), "it names the event");
}

#[test]
fn a_condition_decides_whether_a_field_is_missing() {
    let template = Template::new("Hi", "{% if seat %}Seat {{ seat }} in {{ block }}{% endif %}").unwrap();
    assert_eq!(template.missing_for(&fields(&[])), Vec::<String>::new(), "without a seat no block is asked for");
    assert_eq!(template.missing_for(&fields(&[("seat", "3")])), ["block"], "with a seat it is");
}

#[test]
fn a_value_can_open_neither_a_header_nor_a_paragraph() {
    let template = Template::new("Hi {{ name }}", "{{ name }}\n\nBye").unwrap();
    let fields = fields(&[("name", "Eve\r\nBcc: all@example.com\n\nnew paragraph")]);
    let rendered = template.render(&Context { fields: &fields, event: None }).unwrap();
    assert_eq!(rendered.subject, "Hi Eve Bcc: all@example.com new paragraph", "one line");
    assert_eq!(rendered.text_paragraphs.len(), 2, "the template alone makes paragraphs");
}

#[test]
fn a_missing_field_is_an_error_with_its_place() {
    let template = Template::new("Hi", "one\ntwo {{ seat }}").unwrap();
    let problem = template.render(&Context { fields: &BTreeMap::new(), event: None }).unwrap_err();
    assert_eq!(problem.line, 2, "the line of the field: {problem}");
}

#[test]
fn mistakes_are_named_with_their_line() {
    let broken = Template::new("Hi", "fine\n\n{{ name").unwrap_err();
    assert_eq!(broken.line, 3, "where it stops making sense: {broken}");
    let unknown = Template::new("Hi", "fine\n{{ event.plase }}").unwrap_err();
    assert_eq!(unknown.line, 2, "the line of the wrong field");
    assert!(unknown.reason.contains("event.place"), "and what is allowed: {unknown}");
    let filter = Template::new("{{ name | shout }}", "x").unwrap_err();
    assert_eq!(filter.line, 0, "the subject is line 0");
    assert!(filter.reason.contains("filter"), "{filter}");
}

#[test]
fn columns_become_field_names() {
    assert_eq!(field_name(" Favourite Team "), "favourite_team", "blanks");
    assert_eq!(field_name("Größe (cm)"), "größe_cm", "letters of any script stay");
    assert_eq!(field_name("2nd seat"), "_2nd_seat", "a name never starts with a digit");
}

#[test]
fn loops_in_loops_are_refused_before_they_hold_up_the_window() {
    let rows = "{% for row in range(9999) %}{% for seat in range(9999) %}{{ seat }}{% endfor %}{% endfor %}";
    let problem = Template::new("Hi", &format!("Seats:\n{rows}")).unwrap_err();
    assert_eq!(
        problem,
        TemplateProblem { line: 2, reason: "this repeats too often; a message may loop over a few things only".to_owned() },
        "in words"
    );
    assert!(Template::new("Hi", "{% for row in range(100) %}{{ row }} {% endfor %}").is_ok(), "a hundred are fine");
}
