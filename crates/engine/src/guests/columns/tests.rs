use super::*;

fn recognised(rows: &[&[&str]]) -> Vec<ColumnField> {
    let rows = (1..).zip(rows).map(|(line, cells)| Row { line, cells: cells.iter().map(|cell| (*cell).to_owned()).collect() }).collect();
    recognise(&mut Table { rows, ..Table::default() }).fields
}

fn own(name: &str) -> ColumnField {
    ColumnField::Own(name.to_owned())
}

#[test]
fn columns_are_known_in_many_languages() {
    let tables: [(&[&str], [ColumnField; 3]); 6] = [
        (&["First Name", "Last Name", "E-mail Address"], [ColumnField::FirstName, ColumnField::LastName, ColumnField::Email]),
        (&["Vorname", "Nachname", "E-Mail-Adresse"], [ColumnField::FirstName, ColumnField::LastName, ColumnField::Email]),
        (&["Prénom", "Nom", "Courriel"], [ColumnField::FirstName, ColumnField::LastName, ColumnField::Email]),
        (&["Nombre", "Apellidos", "Correo electrónico"], [ColumnField::FirstName, ColumnField::LastName, ColumnField::Email]),
        (&["Imię", "Nazwisko", "Adres e-mail"], [ColumnField::FirstName, ColumnField::LastName, ColumnField::Email]),
        (&["姓名", "时区", "邮箱"], [ColumnField::Name, ColumnField::Zone, ColumnField::Email]),
    ];
    for (header, expected) in tables {
        let second = if header[1] == "时区" { "Asia/Shanghai" } else { "Lovelace" };
        assert_eq!(recognised(&[header, &["Ada", second, "ada@x.example"]]), expected, "{header:?}");
    }
}

#[test]
fn contents_decide_where_names_are_missing_or_wrong() {
    let rows: &[&[&str]] =
        &[&["ada@x.example", "Ada Lovelace", "Europe/Paris", "optional"], &["bob@x.example", "Bob Roe", "Asia/Tokyo", "required"]];
    assert_eq!(recognised(rows), [ColumnField::Email, ColumnField::Name, ColumnField::Zone, ColumnField::Role], "without a header");
    let rows: &[&[&str]] = &[&["Mail", "Kontakt", "Role"], &["yes", "ada@x.example", "Goalkeeper"], &["no", "bob@x.example", "Coach"]];
    assert_eq!(recognised(rows), [own("mail"), ColumnField::Email, own("role")], "a name that the contents contradict is only a name");
}

#[test]
fn titles_above_the_header_are_passed_over() {
    let rows: &[&[&str]] = &[&["Season 2027", ""], &["exported 1 March", ""], &["E-mail", "Seat No."], &["ada@x.example", "12"]];
    assert_eq!(recognised(rows), [ColumnField::Email, own("seat_no")], "the row that names columns is the header");
}

#[test]
fn a_second_column_of_a_kind_is_an_own_field_and_an_empty_one_is_skipped() {
    let rows: &[&[&str]] = &[&["Email", "Email 2 Address", "Größe", "Größe", "Empty"], &["a@x.example", "b@x.example", "L", "M", ""]];
    assert_eq!(
        recognised(rows),
        [ColumnField::Email, own("email_2_address"), own("grosse"), own("grosse_2"), ColumnField::Skip],
        "no column is lost and no name is used twice"
    );
}

#[test]
fn own_names_can_stand_in_a_message() {
    for (name, expected) in
        [("Seat No.", Some("seat_no")), ("2nd choice", Some("field_2nd_choice")), ("Straße", Some("strasse")), ("座席", None), ("--", None)]
    {
        assert_eq!(own_name(name).as_deref(), expected, "{name}");
    }
}
