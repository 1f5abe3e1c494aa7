//! Columns put right by name: `email=Contact, seat=Seat No.`.

use anyhow::Result;

use super::{own_name, words};
use crate::error::{Code, Failure};
use crate::guests::view::{ColumnField, ColumnView};

/// Where the columns go after `choices`: pairs of a field's and a column's name, or the column's number from 1. A column that loses its field to
/// another becomes an own field; the field `skip` leaves a column out.
///
/// # Errors
/// [`Code::InvalidInput`] when there is no such column, or a field cannot have that name.
pub fn choose(columns: &[ColumnView], choices: &[(String, String)]) -> Result<Vec<ColumnField>> {
    let mut fields: Vec<ColumnField> = columns.iter().map(|column| column.field.clone()).collect();
    for (field, name) in choices {
        let field = named(field)?;
        let index = find(columns, name)?;
        for (other, column) in fields.iter_mut().zip(columns) {
            if field != ColumnField::Skip && *other == field {
                *other = own_name(&column.header).map_or(ColumnField::Skip, ColumnField::Own);
            }
        }
        if let Some(chosen) = fields.get_mut(index) {
            *chosen = field;
        }
    }
    Ok(fields)
}

fn named(field: &str) -> Result<ColumnField> {
    Ok(match field.trim().to_lowercase().replace(['-', ' '], "_").as_str() {
        "email" => ColumnField::Email,
        "name" => ColumnField::Name,
        "first_name" => ColumnField::FirstName,
        "last_name" => ColumnField::LastName,
        "zone" => ColumnField::Zone,
        "language" => ColumnField::Language,
        "role" => ColumnField::Role,
        "consent" => ColumnField::Consent,
        "skip" => ColumnField::Skip,
        own => ColumnField::Own(own_name(own).ok_or_else(|| {
            invalid(format!(
                "“{field}” cannot name a field. There are email, name, first_name, last_name, zone, language, role, consent, skip, and names of your own."
            ))
        })?),
    })
}

fn find(columns: &[ColumnView], name: &str) -> Result<usize> {
    let wanted = words::plain(name);
    let by_name = columns.iter().position(|column| column.header.trim() == name.trim());
    let loosely = || columns.iter().position(|column| !wanted.is_empty() && words::plain(&column.header) == wanted);
    let by_number = || name.trim().parse::<usize>().ok().and_then(|number| number.checked_sub(1)).filter(|index| *index < columns.len());
    by_name.or_else(loosely).or_else(by_number).ok_or_else(|| {
        let known: Vec<&str> = columns.iter().map(|column| column.header.as_str()).filter(|header| !header.is_empty()).collect();
        let known = if known.is_empty() { format!("numbers from 1 to {}", columns.len()) } else { known.join(", ") };
        invalid(format!("There is no column “{name}”. There are: {known}."))
    })
}

fn invalid(sentence: String) -> anyhow::Error {
    Failure::new(Code::InvalidInput, sentence).with("field", "columns").into()
}
