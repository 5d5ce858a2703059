//! Rosters: who gets a copy. CSV with a header, YAML or JSON lines, from a file or standard input.

mod columns;
mod csv;
mod json;
mod locate;
mod quotes;
mod row;
mod spool;
mod yaml;

pub use columns::{Column, column};
pub use row::{Cell, Entry, Row, Value};
pub use spool::{Format, Spool};

use crate::diag::Diagnostic;

/// The rows of a roster, in order. A row that cannot be read is a diagnostic with its place; the others go on.
pub type Rows = Box<dyn Iterator<Item = Result<Row, Diagnostic>>>;

/// A row from the JSON of one line, which messages call `name`.
///
/// # Errors
/// When it is no object, or has a value that is neither text nor a list of texts.
pub fn row_of_json(text: &str, name: &str) -> Result<Row, Diagnostic> {
    json::row(text, name)
}

impl Spool {
    /// Reads the roster from its beginning.
    ///
    /// # Errors
    /// When the spooled file cannot be read again, the header of a CSV roster is wrong, or one of its quotations is open.
    pub fn rows(&self) -> Result<Rows, Diagnostic> {
        match self.format {
            Format::Csv => csv::rows(self),
            Format::Json => json::rows(self),
            Format::Yaml => yaml::rows(self),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rows(text: &str, format: Format) -> Vec<Row> {
        let spool = Spool::read(text.as_bytes(), "roster", Some(format)).unwrap_or_else(|e| unreachable!("{e}"));
        spool.rows().unwrap_or_else(|e| unreachable!("{e}")).map(|row| row.unwrap_or_else(|e| unreachable!("{e}"))).collect()
    }

    #[test]
    fn three_forms_say_the_same() {
        let csv = rows("Name;Stage;Paths;Colour\n\"Ada; Lovelace\";3;a, b;\n\n;;;\nBob;;;red\n", Format::Csv);
        let json =
            rows("{\"name\":\"Ada; Lovelace\",\"stage\":3,\"paths\":[\"a\",\"b\"],\"colour\":null}\n\n{\"name\":\"Bob\",\"colour\":\"red\"}", Format::Json);
        let yaml = rows("---\n# readers\n- name: Ada; Lovelace\n  stage: 3\n  paths: [a, b]\n  colour:\n- { name: Bob, colour: red }\n", Format::Yaml);
        let entries = |rows: &[Row]| rows.iter().map(|row| row.entry()).collect::<Vec<_>>();
        assert_eq!(csv.len(), 2);
        assert_eq!(entries(&csv), entries(&json));
        assert_eq!(entries(&csv), entries(&yaml));
        assert_eq!(entries(&csv).first().and_then(|(e, _)| e.reader.fields.get("colour").cloned()).as_deref(), Some(""));
    }

    #[test]
    fn cells_know_their_place() {
        for (text, format, expected) in [
            ("name,note,stage\n\"A\nB\",x,9\n", Format::Csv, (3, 6, "B\",x,9")),
            ("{\"name\":\"A\",\"note\":1,\"stage\":9}\n", Format::Json, (1, 22, "{\"name\":\"A\",\"note\":1,\"stage\":9}")),
            ("\n- name: A\n  note: x\n  stage: 9\n", Format::Yaml, (4, 3, "  stage: 9")),
        ] {
            let spool = Spool::read(text.as_bytes(), "roster", Some(format)).unwrap_or_else(|e| unreachable!("{e}"));
            let row = rows(text, format).remove(0);
            let place = row.place(row.index_of(|c| *c == Column::Stage), &spool);
            assert_eq!((place.line, place.column, place.text.as_str()), expected, "{format:?}");
        }
    }
}
