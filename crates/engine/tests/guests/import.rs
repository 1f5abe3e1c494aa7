//! Importing: columns, second imports, correction, undo.

use engine::guests;
use engine::guests::view::ColumnField;
use engine::{Code, Failure};

use super::{everyone, pasted, previewed};
use crate::sandbox::Sandbox;

const SEASON: &str = "Name;Mail;Sprache;Rolle;Platz\nAda Lovelace;ada@a.example;en;required;12\nBob;bob@b.example;Deutsch;optional;13\nSaal 1;saal1@c.example;;Raum;\n";

#[tokio::test]
async fn a_german_list_with_semicolons_is_understood() {
    let sandbox = Sandbox::new();
    let engine = sandbox.engine().await;
    let preview = previewed(&engine, &sandbox.file("Gäste_2027.csv", SEASON)).await;
    let fields: Vec<ColumnField> = preview.columns.iter().map(|column| column.field.clone()).collect();
    let own = ColumnField::Own("platz".to_owned());
    assert_eq!(fields, [ColumnField::Name, ColumnField::Email, ColumnField::Language, ColumnField::Role, own], "each column by its name");
    assert_eq!(preview.suggested_list, "Gäste 2027", "the list is named after the file");
    let rooms: Vec<(&str, &str, &str)> =
        preview.guests.iter().map(|guest| (guest.name.as_str(), guest.role.as_str(), guest.language.as_str())).collect();
    assert_eq!(
        rooms,
        [("Ada Lovelace", "required", "en"), ("Bob", "optional", "de"), ("Saal 1", "resource", "")],
        "values are read, not copied"
    );
    assert_eq!(preview.guests[0].fields.get("platz").map(String::as_str), Some("12"), "the rest are fields of one's own");
}

#[tokio::test]
async fn a_second_import_changes_nothing_and_a_changed_one_only_what_changed() {
    let sandbox = Sandbox::new();
    let engine = sandbox.engine().await;
    let file = sandbox.file("season.csv", SEASON);
    let first = previewed(&engine, &file).await;
    guests::apply(&engine, &first.id, "Season").await.expect("it is stored");
    let second = previewed(&engine, &file).await;
    assert_eq!((second.new, second.updated, second.unchanged), (0, 0, 3), "nothing is new");
    let changed = pasted(&engine, "email,name,seat\nada@a.example,,99\n").await;
    assert_eq!((changed.new, changed.updated), (0, 1), "one guest changes");
    guests::apply(&engine, &changed.id, "Season").await.expect("it is stored");
    let ada = everyone(&engine).await.rows.into_iter().find(|guest| guest.address == "ada@a.example").expect("Ada");
    assert_eq!(ada.name, "Ada Lovelace", "an empty cell takes nothing away");
    assert_eq!(ada.fields.len(), 2, "a new field is added beside the old one: {:?}", ada.fields);
}

#[tokio::test]
async fn an_import_is_undone_as_a_whole() {
    let sandbox = Sandbox::new();
    let engine = sandbox.engine().await;
    let first = guests::apply(&engine, &previewed(&engine, &sandbox.file("a.csv", SEASON)).await.id, "Season").await.expect("stored");
    let text = "email,name\nada@a.example,Ada King\nnew@d.example,New\n";
    let second = guests::apply(&engine, &pasted(&engine, text).await.id, "Board").await.expect("stored");
    assert_eq!((second.new, second.updated), (1, 1), "one is new, one changes");
    let Err(error) = guests::undo(&engine, &first.id).await else { panic!("a later import rests on it") };
    assert_eq!(Failure::from(error).code, Code::WrongState, "undoing the first would lose what the second changed");
    guests::undo(&engine, &second.id).await.expect("the later one first");
    let now = everyone(&engine).await;
    assert_eq!(now.total, 3, "the new guest is gone");
    let ada = now.rows.iter().find(|guest| guest.address == "ada@a.example").expect("Ada");
    assert_eq!(
        (ada.name.as_str(), ada.lists.as_slice()),
        ("Ada Lovelace", ["Season".to_owned()].as_slice()),
        "as before, also on the lists"
    );
    assert_eq!(guests::all_lists(engine.store()).await.expect("the lists").len(), 1, "the list that the import made is gone");
    guests::undo(&engine, &first.id).await.expect("now the first");
    assert_eq!(everyone(&engine).await.total, 0, "nobody is left");
    assert!(guests::undo(&engine, &first.id).await.is_err(), "what is undone is not undone again");
}

#[tokio::test]
async fn a_wrong_column_is_put_right_by_hand() {
    let sandbox = Sandbox::new();
    let engine = sandbox.engine().await;
    let preview =
        pasted(&engine, "Contact,Backup mail,Email\nAda,ada@a.example,ada-private@a.example\nBob,bob@b.example,bob-private@b.example\n")
            .await;
    let choices = [("email".to_owned(), "Backup mail".to_owned()), ("skip".to_owned(), "3".to_owned())];
    let fields = guests::choose(&preview.columns, &choices).expect("there are such columns");
    let right = guests::remap(&engine, &preview.id, fields).await.expect("it can be put right");
    let addresses: Vec<&str> = right.guests.iter().map(|guest| guest.address.as_str()).collect();
    assert_eq!(addresses, ["ada@a.example", "bob@b.example"], "the chosen column is the address now");
    assert!(right.guests.iter().all(|guest| guest.fields.is_empty()), "the skipped column is gone");
    let twice = vec![ColumnField::Email, ColumnField::Email, ColumnField::Skip];
    let Err(error) = guests::remap(&engine, &preview.id, twice).await else { panic!("two columns cannot be one field") };
    assert_eq!(Failure::from(error).code, Code::InvalidInput, "the organizer chooses one of them");
}

#[tokio::test]
async fn one_click_takes_the_suggestion() {
    let sandbox = Sandbox::new();
    let engine = sandbox.engine().await;
    let preview = pasted(&engine, "email,name\nada@gmial.com,Ada\nbob@gmail.com,Bob\neve@@gmail.com,Eve\n").await;
    assert_eq!(preview.warnings[0].suggestion, "ada@gmail.com", "the typing error has a suggestion");
    let right = guests::correct(&engine, &preview.id, &[2, 4]).await.expect("they can be corrected");
    assert!(right.warnings.is_empty() && right.invalid.is_empty(), "nothing is left to look at: {right:?}");
    let addresses: Vec<&str> = right.guests.iter().map(|guest| guest.address.as_str()).collect();
    assert_eq!(addresses, ["ada@gmail.com", "bob@gmail.com", "eve@gmail.com"], "the suggestions were taken");
}

#[tokio::test]
async fn what_is_no_list_is_refused_with_a_sentence() {
    let sandbox = Sandbox::new();
    let engine = sandbox.engine().await;
    for (name, content, word) in [
        ("a.pdf", b"%PDF-1.7".as_slice(), "PDF"),
        ("b.bin", b"\x00\x01\x02\xff", "text"),
        ("c.csv", b"", "empty"),
        ("d.xlsx", b"PK\x03\x04rubbish", "damaged"),
    ] {
        let path = sandbox.file(name, content).display().to_string();
        let Err(error) = guests::preview(&engine, guests::view::GuestSource::File { path }).await else { panic!("{name} is no list") };
        assert!(error.to_string().contains(name) && error.to_string().contains(word), "the sentence names {name} and {word}: {error}");
    }
}

#[tokio::test]
async fn a_hundred_thousand_guests_are_stored_counted_and_undone() {
    let sandbox = Sandbox::new();
    let engine = sandbox.engine().await;
    let rows = (0..100_000).map(|row| format!("guest{row}@club{}.example,Guest {row}", row % 300)).collect::<Vec<_>>().join("\n");
    let preview = previewed(&engine, &sandbox.file("all.csv", format!("email,name\n{rows}"))).await;
    assert_eq!((preview.new, preview.warnings.len()), (100_000, 0), "all of them are new and none is doubtful");
    let stored = guests::apply(&engine, &preview.id, "All").await.expect("they are stored in one transaction");
    assert_eq!(everyone(&engine).await.total, 100_000, "they are there");
    let last = guests::view::GuestQuery { list: stored.list.clone(), from: 99_999, limit: 10, ..Default::default() };
    assert_eq!(guests::page(engine.store(), last).await.expect("the last page").rows[0].name, "Guest 99999", "the last by name");
    guests::undo(&engine, &stored.id).await.expect("they can go again");
    assert_eq!(everyone(&engine).await.total, 0, "nobody is left");
}

/// The workbook was written by openpyxl 3: a merged title above the header, dates, a number as telephone, a truth, a formula that was never
/// computed, a sheet of notes and a hidden one.
#[tokio::test]
async fn a_workbook_of_another_program_is_read_as_it_looks() {
    let sandbox = Sandbox::new();
    let engine = sandbox.engine().await;
    let preview = previewed(&engine, &sandbox.file("club.xlsx", include_bytes!("../fixtures/club.xlsx"))).await;
    let own = |name: &str| ColumnField::Own(name.to_owned());
    let fields: Vec<ColumnField> = preview.columns.iter().map(|column| column.field.clone()).collect();
    let expected = [ColumnField::Name, ColumnField::Email, own("phone"), own("member_since"), own("seat"), own("paid")];
    assert_eq!(fields, expected, "the merged title is no header");
    assert_eq!((preview.new, preview.duplicate), (3, 1), "notes and hidden sheets are no guests: {preview:?}");
    assert_eq!(preview.invalid.iter().map(|problem| problem.line).collect::<Vec<_>>(), [7], "a fault is named by its row in the sheet");
    let field = |guest: usize, name: &str| preview.guests[guest].fields.get(name).map(String::as_str);
    assert_eq!(field(0, "phone"), Some("4930123456789"), "a long number stays what it is");
    assert_eq!((field(0, "member_since"), field(2, "member_since")), (Some("2019-03-01"), Some("2021-07-04 19:30")), "dates are dates");
    assert_eq!((field(0, "seat"), field(1, "seat"), field(2, "seat")), (Some("12"), Some("7.5"), None), "numbers as they look");
    assert_eq!((field(0, "paid"), field(1, "paid"), field(2, "paid")), (Some("yes"), Some("no"), None), "a truth is a word");
    assert_eq!(preview.guests[1].name, "Björn Ägir", "names keep their letters");
}
