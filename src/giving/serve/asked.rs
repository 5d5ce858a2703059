//! What is asked for: a form's fields, or the JSON of a roster's line. Both become a reader and a format, within limits.

use crate::bulk::roster::{Column, row_of_json};
use crate::load::Ask;
use crate::select::Reader;

/// Letters that a name may have.
pub const NAME: usize = 200;

/// Letters that a note may have.
pub const NOTE: usize = 4_000;

/// A copy that is asked for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Asked {
    /// Whom it is for.
    pub reader: Reader,
    /// `pdf` or `epub`.
    pub ending: String,
}

/// Why something cannot be asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Wrong {
    /// It is longer than there is room for.
    Long(String),
    /// There is no name.
    NoName,
    /// Anything else, for the person or program that asks.
    Not(String),
    /// The address was taken back.
    Revoked,
}

/// Reads the fields of a form. Only what the book asks for is taken.
///
/// # Errors
/// What is wrong.
pub fn of_form(fields: &[(String, String)], ask: &[Ask]) -> Result<Asked, Wrong> {
    let mut asked = Asked { ending: "pdf".to_string(), ..Asked::default() };
    for (key, value) in fields.iter().filter(|(_, value)| !value.trim().is_empty()) {
        let reader = &mut asked.reader;
        let what = Ask::named(key).filter(|what| ask.contains(what));
        match what {
            Some(Ask::Name) => reader.name = Some(value.clone()),
            Some(Ask::Stage) => reader.stage = Some(value.clone()),
            Some(Ask::From) => reader.from = Some(value.clone()),
            Some(Ask::Paths) => reader.paths.push(value.clone()),
            Some(Ask::Organisation) => reader.organisation = Some(value.clone()),
            None if key == "format" => asked.ending.clone_from(value),
            None => return Err(Wrong::Not(format!("nobody asked for a field of the name `{}`", shown(key)))),
        }
    }
    checked(asked, ask.contains(&Ask::Name))
}

/// Reads the JSON of a roster's line, with the format beside it. With `ask` only what the book asks for is taken.
///
/// # Errors
/// What is wrong.
pub fn of_json(text: &str, ask: Option<&[Ask]>) -> Result<Asked, Wrong> {
    let row = row_of_json(text.trim(), "the request").map_err(|problem| Wrong::Not(problem.message))?;
    let mut ending = None;
    let mut numbered = false;
    for cell in &row.cells {
        let what = match &cell.column {
            Column::Name | Column::Given | Column::Family => Some(Ask::Name),
            Column::Stage => Some(Ask::Stage),
            Column::From => Some(Ask::From),
            Column::Paths => Some(Ask::Paths),
            Column::Organisation => Some(Ask::Organisation),
            Column::Field(key) if key == "format" => {
                ending = Some(cell.value.text());
                continue;
            }
            other => {
                numbered |= *other == Column::Copy;
                None
            }
        };
        if ask.is_some_and(|ask| !what.is_some_and(|what| ask.contains(&what))) {
            return Err(Wrong::Not(format!("`{}` cannot be asked for here without a key", shown(&cell.heading))));
        }
    }
    let (mut entry, problems) = row.entry();
    if let Some((_, problem)) = problems.into_iter().next() {
        return Err(Wrong::Not(problem.message));
    }
    if entry.revoked {
        return Err(Wrong::Revoked);
    }
    if !numbered {
        // A line without a number is none of a roster's order here.
        entry.reader.copy = None;
    }
    entry.reader.fields.remove("format");
    let ending = ending.ok_or_else(|| Wrong::Not("`format` is not there: it is `pdf` or `epub`".to_string()))?;
    checked(Asked { reader: entry.reader, ending }, ask.is_none_or(|ask| ask.contains(&Ask::Name)))
}

fn checked(asked: Asked, named: bool) -> Result<Asked, Wrong> {
    let asked = Asked { reader: asked.reader.tidy().visible(), ..asked };
    let letters = |text: &Option<String>| text.as_ref().map_or(0, |text| text.chars().count());
    let Reader { name, organisation, email, note, .. } = &asked.reader;
    for (what, text, most) in [("name", name, NAME), ("organisation", organisation, NAME), ("email", email, NAME), ("note", note, NOTE)] {
        if letters(text) > most {
            return Err(Wrong::Long(format!("the {what} has more than {most} letters")));
        }
    }
    if named && name.is_none() {
        return Err(Wrong::NoName);
    }
    if !["pdf", "epub"].contains(&asked.ending.as_str()) {
        return Err(Wrong::Not(format!("there is no format `{}`: it is `pdf` or `epub`", shown(&asked.ending))));
    }
    Ok(asked)
}

/// What somebody sent, as far as a message needs it.
fn shown(text: &str) -> String {
    text.chars().filter(|c| !c.is_control()).take(40).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const OPEN: &[Ask] = &[Ask::Name, Ask::Stage, Ask::From, Ask::Paths];

    fn form(fields: &[(&str, &str)]) -> Result<Asked, Wrong> {
        of_form(&fields.iter().map(|(key, value)| (key.to_string(), value.to_string())).collect::<Vec<_>>(), OPEN)
    }

    #[test]
    fn a_form_gives_what_the_book_asks_for_and_nothing_else() {
        let asked = form(&[("name", " Ada "), ("stage", "cto"), ("from", ""), ("paths", "a"), ("paths", "b"), ("format", "epub")]);
        let reader = Reader { paths: vec!["a".into(), "b".into()], ..Reader::named("Ada").stage("cto") };
        assert_eq!(asked, Ok(Asked { reader, ending: "epub".into() }));
        for refused in ["note", "email", "copy", "organisation", "seal", "field.x", "all"] {
            assert!(matches!(form(&[("name", "Ada"), (refused, "1")]), Err(Wrong::Not(_))), "{refused}");
        }
        assert_eq!(form(&[("name", " \u{200B} ")]), Err(Wrong::NoName));
        assert!(matches!(form(&[("name", &"n".repeat(201))]), Err(Wrong::Long(_))));
        assert!(matches!(form(&[("name", "Ada"), ("format", "../../x")]), Err(Wrong::Not(_))));
    }

    #[test]
    fn json_is_a_roster_line_and_open_mode_takes_less_of_it() {
        let line = "{\"name\":\"Ada\",\"stage\":3,\"note\":\"Hello\",\"copy\":7,\"team\":\"blue\",\"format\":\"pdf\"}";
        let asked = of_json(line, None).unwrap_or_default();
        assert_eq!((asked.reader.copy, asked.reader.note.as_deref(), asked.reader.fields.len()), (Some(7), Some("Hello"), 1));
        assert!(matches!(of_json(line, Some(OPEN)), Err(Wrong::Not(_))));
        let plain = of_json("{\"name\":\"Ada\",\"paths\":[\"a\"],\"format\":\"epub\"}", Some(OPEN)).unwrap_or_default();
        assert_eq!((plain.reader.copy, plain.reader.paths.len(), plain.ending.as_str()), (None, 1, "epub"));
        assert!(of_json("{\"format\":\"pdf\"}", Some(&[Ask::Stage])).is_ok(), "a book that does not ask for the name");
        assert_eq!(of_json("{\"format\":\"pdf\"}", Some(OPEN)), Err(Wrong::NoName));
        assert_eq!(of_json("{\"name\":\"Ada\",\"revoked\":true,\"format\":\"pdf\"}", None), Err(Wrong::Revoked));
        for wrong in ["", "[]", "{\"name\":\"Ada\"}", "{\"name\":{},\"format\":\"pdf\"}", "{\"name\":\"Ada\",\"name\":\"Bob\",\"format\":\"pdf\"}"] {
            assert!(matches!(of_json(wrong, None), Err(Wrong::Not(_))), "{wrong}");
        }
        assert!(matches!(of_json(&format!("{{\"name\":\"A\",\"note\":\"{}\",\"format\":\"pdf\"}}", "n".repeat(4001)), None), Err(Wrong::Long(_))));
    }
}
