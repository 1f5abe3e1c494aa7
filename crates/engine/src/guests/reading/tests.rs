use super::*;

fn cells(bytes: &[u8]) -> Vec<(u32, Vec<String>)> {
    let table = read_bytes(bytes).expect("it can be read");
    table.rows.into_iter().map(|row| (row.line, row.cells)).collect()
}

fn row(line: u32, cells: &[&str]) -> (u32, Vec<String>) {
    (line, cells.iter().map(|cell| (*cell).to_owned()).collect())
}

#[test]
fn every_delimiter_is_found() {
    for delimiter in [",", ";", "\t", "|"] {
        let text = format!("name{delimiter}email\nDoe{delimiter}doe@a.example\nRoe{delimiter}roe@b.example\n");
        assert_eq!(cells(text.as_bytes())[1], row(2, &["Doe", "doe@a.example"]), "the delimiter is {delimiter:?}");
    }
}

#[test]
fn a_comma_in_every_name_does_not_win_over_semicolons() {
    let text = "name;email\nDoe, Jane;jane@a.example\nRoe, Rick;rick@b.example\n";
    assert_eq!(cells(text.as_bytes())[1], row(2, &["Doe, Jane", "jane@a.example"]), "an address stands alone in its cell");
}

#[test]
fn lines_count_through_blank_lines_and_breaks_in_quotes() {
    let text = "email,note\r\n\r\na@x.example,\"two\r\nlines\"\r\n\r\nb@x.example,\"say \"\"hi\"\"\"\r\n";
    assert_eq!(
        cells(text.as_bytes()),
        [row(1, &["email", "note"]), row(3, &["a@x.example", "two\nlines"]), row(6, &["b@x.example", "say \"hi\""])],
        "each row has the line where it begins"
    );
}

#[test]
fn a_quote_that_is_never_closed_costs_its_line_only() {
    let text = "email,note\na@x.example,\"5 inch\nb@x.example,fine\n";
    let table = read_bytes(text.as_bytes()).expect("it can be read");
    assert_eq!(table.rows.len(), 3, "the rows after it are there");
    assert_eq!(table.rows[1].cells[1], "\"5 inch", "the quote is a letter");
    assert_eq!(table.problems.first().map(|(line, _)| *line), Some(2), "and the line is named");
}

#[test]
fn every_encoding_gives_the_same_text() {
    let text = "name,email\nJörg Núñez,j@x.example\n";
    let utf_16 = |order: fn(u16) -> [u8; 2], mark: bool| -> Vec<u8> {
        let mark = mark.then_some(0xfeff_u16);
        mark.into_iter().chain(text.encode_utf16()).flat_map(order).collect()
    };
    let latin: Vec<u8> = text.chars().map(|character| u8::try_from(u32::from(character)).expect("Latin-1")).collect();
    let marked = [b"\xef\xbb\xbf".as_slice(), text.as_bytes()].concat();
    let forms = [
        ("UTF-8", text.as_bytes().to_vec()),
        ("UTF-8 with BOM", marked),
        ("Latin-1", latin),
        ("UTF-16LE with BOM", utf_16(u16::to_le_bytes, true)),
        ("UTF-16BE with BOM", utf_16(u16::to_be_bytes, true)),
        ("UTF-16LE", utf_16(u16::to_le_bytes, false)),
        ("UTF-16BE", utf_16(u16::to_be_bytes, false)),
        ("CR only", text.replace('\n', "\r").into_bytes()),
    ];
    for (name, bytes) in forms {
        assert_eq!(cells(&bytes), [row(1, &["name", "email"]), row(2, &["Jörg Núñez", "j@x.example"])], "{name}");
    }
}

#[test]
fn a_declared_delimiter_is_obeyed_and_counts_as_a_line() {
    assert_eq!(cells(b"sep=;\nname;email\nDoe;d@x.example\n")[1], row(3, &["Doe", "d@x.example"]), "Excel's first line");
}

#[test]
fn a_pasted_list_of_mail_addresses_is_read() {
    let text = "Jane Doe <jane@a.example>, rick@b.example;\n\"Roe, R.\" <roe@c.example>\nnot an address\n";
    assert_eq!(
        cells(text.as_bytes()),
        [
            row(1, &["jane@a.example", "Jane Doe"]),
            row(1, &["rick@b.example", ""]),
            row(2, &["roe@c.example", "Roe, R."]),
            row(3, &["not an address", ""])
        ],
        "what is no address is kept to be named"
    );
}

#[test]
fn cards_of_every_version_are_read() {
    let text = "BEGIN:VCARD\r\nVERSION:2.1\r\nN;CHARSET=UTF-8;ENCODING=QUOTED-PRINTABLE:M=C3=BCller;J=C3=B6rg=\r\n-Uwe\r\nEMAIL;INTERNET:old@x.example\r\nEMAIL;PREF;INTERNET:j@x.example\r\nEND:VCARD\r\n\
        BEGIN:VCARD\r\nVERSION:3.0\r\nFN:Room 1\\, north\r\nitem1.EMAIL;TYPE=INTERNET:room@x.exa\r\n mple\r\nKIND:location\r\nEND:VCARD\r\n\
        begin:vcard\r\nVERSION:4.0\r\nFN:Ada\r\nN:Lovelace;Ada;;;\r\nEMAIL:ada@x.example\r\nLANG:en\r\nTZ:Europe/London\r\nORG:Club\\; Ltd;Board\r\nEND:VCARD\r\nBEGIN:VCARD\r\nFN:cut off\r\n";
    let table = read_bytes(text.as_bytes()).expect("it can be read");
    let rows: Vec<(u32, Vec<String>)> = table.rows.into_iter().map(|row| (row.line, row.cells)).collect();
    assert_eq!(
        rows,
        [
            row(1, &["j@x.example", "", "Jörg-Uwe", "Müller", "", "", "", "", ""]),
            row(8, &["room@x.example", "Room 1, north", "", "", "", "", "resource", "", ""]),
            row(15, &["ada@x.example", "Ada", "Ada", "Lovelace", "Europe/London", "en", "", "Club; Ltd", ""]),
        ],
        "2.1 with quoted-printable, 3.0 with a fold and a group, 4.0 with zone and language"
    );
    assert_eq!(table.problems.first().map(|(line, _)| *line), Some(24), "a card that is cut off is named");
}

#[test]
fn a_spreadsheet_of_each_kind_is_the_same_list() {
    let kinds: [(&str, &[u8]); 3] = [
        ("xlsx", include_bytes!("fixtures/members.xlsx")),
        ("xls", include_bytes!("fixtures/members.xls")),
        ("ods", include_bytes!("fixtures/members.ods")),
    ];
    for (kind, bytes) in kinds {
        assert_eq!(
            cells(bytes),
            [
                row(3, &["Name", "E-mail", "Seat", "Since"]),
                row(4, &["Ada Lovelace", "ada@a.example", "12", "2026-03-14"]),
                row(5, &["Zoë Doe", "zoe@z.example", "13.5"])
            ],
            "{kind}: lines count from the sheet's first, cells from the list's first, and notes on another sheet are no guests"
        );
    }
}

#[test]
fn a_cell_in_the_farthest_corner_costs_nothing_and_is_named() {
    let table = read_bytes(include_bytes!("fixtures/corners.xlsx")).expect("it can be read");
    assert_eq!(table.rows.len(), 2, "the list is there");
    let problem = (1_048_576, "“x” stands 16383 columns to the right of the list and is left out".to_owned());
    assert_eq!(table.problems, [problem], "what is left out is said");
}
