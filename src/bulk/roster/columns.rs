//! What the columns of a roster are called, and what they mean.

use crate::names::field_key;

/// What a column holds.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Column {
    /// The whole name.
    Name,
    /// The given name, put before the family name.
    Given,
    /// The family name.
    Family,
    /// Target stage.
    Stage,
    /// Present stage.
    From,
    /// Paths and guides.
    Paths,
    /// Everything, whatever the stage.
    All,
    /// Organisation.
    Organisation,
    /// E-mail address.
    Email,
    /// The mentor's note.
    Note,
    /// Whom the copy is archived with.
    Group,
    /// Number of the copy.
    Copy,
    /// Any other column: the field `{{ field.KEY }}`.
    Field(String),
}

impl Column {
    /// Whether the reader's name, or a part of it, stands there.
    pub fn is_name(&self) -> bool {
        matches!(self, Column::Name | Column::Given | Column::Family)
    }
}

/// What a heading means. Case, spaces and signs do not matter.
pub fn column(heading: &str) -> Column {
    let plain: String = heading.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect();
    match plain.as_str() {
        "name" | "fullname" | "reader" | "readername" | "displayname" | "mentee" | "participant" => Column::Name,
        "firstname" | "givenname" | "forename" => Column::Given,
        "lastname" | "familyname" | "surname" => Column::Family,
        "stage" | "target" | "targetstage" | "goal" => Column::Stage,
        "from" | "present" | "presentstage" | "current" | "currentstage" => Column::From,
        "path" | "paths" => Column::Paths,
        "all" | "everything" => Column::All,
        "organisation" | "organization" | "company" | "org" | "employer" => Column::Organisation,
        "email" | "mail" | "emailaddress" => Column::Email,
        "note" | "mentornote" | "message" => Column::Note,
        "group" | "cohort" => Column::Group,
        "copy" | "copynumber" | "copyno" => Column::Copy,
        _ => Column::Field(field_key(heading)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn common_headings_are_known_and_others_become_fields() {
        for (heading, expected) in [
            ("Name", Column::Name),
            (" Full name ", Column::Name),
            ("E-Mail", Column::Email),
            ("target_stage", Column::Stage),
            ("Organization", Column::Organisation),
            ("Favourite  colour!", Column::Field("favourite-colour".to_string())),
        ] {
            assert_eq!(column(heading), expected, "{heading}");
        }
    }
}
