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
    /// The edition that somebody has already.
    Had,
    /// Number of the copy.
    Copy,
    /// Who somebody is, across editions and mended names.
    Id,
    /// Whether somebody no longer gets a copy.
    Revoked,
    /// Any other column: the field `{{ field.KEY }}`.
    Field(String),
}

impl Column {
    /// What columns with a meaning of their own are called.
    pub const NAMES: [&'static str; 16] = [
        "name",
        "first name",
        "last name",
        "stage",
        "from",
        "paths",
        "all",
        "organisation",
        "email",
        "note",
        "group",
        "copy",
        "had",
        "id",
        "revoked",
        "current",
    ];

    /// What it is read as, for a person.
    pub fn reading(&self) -> String {
        match self {
            Column::Name => "name".to_string(),
            Column::Given => "first name".to_string(),
            Column::Family => "last name".to_string(),
            Column::Stage => "target stage".to_string(),
            Column::From => "present stage".to_string(),
            Column::Paths => "paths and guides".to_string(),
            Column::All => "everything, yes or no".to_string(),
            Column::Organisation => "organisation".to_string(),
            Column::Email => "e-mail address".to_string(),
            Column::Note => "note from the mentor".to_string(),
            Column::Group => "group".to_string(),
            Column::Copy => "number of the copy".to_string(),
            Column::Had => "edition that is had already".to_string(),
            Column::Id => "who somebody is".to_string(),
            Column::Revoked => "no longer given, yes or no".to_string(),
            Column::Field(key) => format!("field {key}"),
        }
    }

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
        "from" | "present" | "presentstage" | "current" | "currentstage" | "currentlyat" => Column::From,
        "path" | "paths" => Column::Paths,
        "all" | "everything" => Column::All,
        "organisation" | "organization" | "company" | "org" | "employer" => Column::Organisation,
        "email" | "mail" | "emailaddress" => Column::Email,
        "note" | "mentornote" | "mentorsnote" | "notefrommentor" | "message" => Column::Note,
        "group" | "cohort" => Column::Group,
        "had" => Column::Had,
        "copy" | "copynumber" | "copyno" => Column::Copy,
        "id" => Column::Id,
        "revoked" => Column::Revoked,
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
