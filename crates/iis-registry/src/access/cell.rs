//! One cell of the access matrix: how far a permission reaches, and on what condition.

use iis_model::access::Condition;
use serde::Deserialize;

/// How far a permission reaches (requirements 6.1).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Scope {
    /// What one made or looked up oneself.
    Own,
    /// The persons drawn for the chart review of an interface project.
    Sample,
    /// The patients of the clinics that the assignment of a state role names.
    Panel,
    /// The clinics of the assignment.
    Clinic,
    /// The students on the rosters of the assigned schools.
    School,
    /// The residents of the assigned jurisdictions.
    Jurisdiction,
    /// The sites and accounts of the assigned organizations.
    Organization,
    /// Everybody, everywhere.
    State,
}

impl Scope {
    /// All of them, with the word in `policy/roles.toml` and the letter in the matrix.
    pub const ALL: [(Self, &'static str, &'static str); 8] = [
        (Self::Own, "own", "own"),
        (Self::Sample, "sample", "sample"),
        (Self::Panel, "panel", "panel"),
        (Self::Clinic, "clinic", "@C"),
        (Self::School, "school", "@S"),
        (Self::Jurisdiction, "jurisdiction", "@J"),
        (Self::Organization, "organization", "@O"),
        (Self::State, "state", "@W"),
    ];

    fn entry(self) -> (Self, &'static str, &'static str) {
        Self::ALL.into_iter().find(|(scope, ..)| *scope == self).expect("every scope stands in the table")
    }

    /// The word in `policy/roles.toml`.
    pub fn word(self) -> &'static str {
        self.entry().1
    }

    /// How the matrix prints it.
    pub fn mark(self) -> &'static str {
        self.entry().2
    }
}

/// All conditions, with the word in `policy/roles.toml` and the words in the matrix.
pub const CONDITIONS: [(Condition, &str, &str); 4] = [
    (Condition::Strict, "strict", "strict criteria, reason"),
    (Condition::Aggregate, "aggregate", "aggregate"),
    (Condition::LicensedSigner, "licensed-signer", "if licensed signer"),
    (Condition::WithoutPersons, "without-persons", "no patient detail"),
];

/// How the matrix prints a condition.
pub fn condition_text(condition: Condition) -> &'static str {
    CONDITIONS.into_iter().find(|(own, ..)| *own == condition).map_or("", |(.., text)| text)
}

/// One cell.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Deserialize)]
#[serde(try_from = "String")]
pub struct Cell {
    /// How far.
    pub scope: Scope,
    /// On what condition.
    pub condition: Option<Condition>,
}

impl TryFrom<String> for Cell {
    type Error = String;

    /// `clinic`, or `state strict`.
    fn try_from(text: String) -> Result<Self, String> {
        let mut words = text.split(' ');
        let scope = words.next().unwrap_or_default();
        let scope = Scope::ALL.into_iter().find(|(_, word, _)| *word == scope);
        let condition = match words.next() {
            None => Some(None),
            Some(word) => {
                CONDITIONS.into_iter().find(|(_, own, _)| *own == word).map(|(found, ..)| Some(found))
            }
        };
        match (scope, condition, words.next()) {
            (Some((scope, ..)), Some(condition), None) => Ok(Self { scope, condition }),
            _ => Err(format!("`{text}` is neither a reach nor a reach with a condition")),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Cell, Scope};
    use iis_model::access::Condition;

    #[test]
    fn a_cell_is_a_reach_and_perhaps_a_condition() {
        #[rustfmt::skip]
        let table = [
            ("clinic",          Some((Scope::Clinic, None))),
            ("state strict",    Some((Scope::State, Some(Condition::Strict)))),
            ("",                None),
            ("strict",          None),
            ("state  strict",   None),
            ("state strict x",  None),
            ("State",           None),
        ];
        for (text, expected) in table {
            let cell = Cell::try_from(text.to_owned()).ok().map(|cell| (cell.scope, cell.condition));
            assert_eq!(cell, expected, "{text:?}");
        }
    }
}
