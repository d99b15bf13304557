//! Who opted out of the registry, and who came back: what the signed forms say. Rows are only added.
//!
//! The last word of all numbers that lead to a person counts.

use crate::row::from_row;
use crate::sql::sql;
use crate::val::vals;
use crate::{StoreError, Tx};
use iis_model::access::Granted;
use iis_model::{Date, PersonId, RegistryNumber, Timestamp};

sql! {
    INSERT = "INSERT INTO opting_out (registry_number, id, opts_out, signed_on, signed_by, relation, reference, at, actor) \
              VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)";
    LAST = "SELECT o.opts_out FROM registry_number r JOIN opting_out o ON o.registry_number = r.number \
            WHERE r.person_id = $1 ORDER BY o.at DESC, o.id DESC LIMIT 1";
    EVERY_WORD = "SELECT r.person_id, o.opts_out FROM opting_out o JOIN registry_number r ON r.number = o.registry_number \
           ORDER BY r.person_id, o.at, o.id";
    OF_PERSON = "SELECT o.registry_number, o.id, o.opts_out, o.signed_on, o.signed_by, o.relation, o.reference, o.at, o.actor \
                 FROM registry_number r JOIN opting_out o ON o.registry_number = r.number \
                 WHERE r.person_id = $1 ORDER BY o.at DESC, o.id DESC";
}

/// What a signed form says.
#[derive(Clone, PartialEq, Eq)]
pub struct FormRow {
    /// Whose number the form is filed under.
    pub registry_number: RegistryNumber,
    /// Row key.
    pub id: i64,
    /// It opts out; else it rescinds that.
    pub opts_out: bool,
    /// When it was signed.
    pub signed_on: Date,
    /// Who signed it.
    pub signed_by: Box<str>,
    /// What the signer is to the person, as a word.
    pub relation: Box<str>,
    /// Where the paper is filed.
    pub reference: Box<str>,
    /// When it was entered.
    pub at: Timestamp,
    /// By whom.
    pub actor: Box<str>,
}
from_row!(FormRow { registry_number, id, opts_out, signed_on, signed_by, relation, reference, at, actor });

impl std::fmt::Debug for FormRow {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Self { id, opts_out, at, .. } = self;
        f.debug_struct("FormRow")
            .field("id", id)
            .field("opts_out", opts_out)
            .field("at", at)
            .finish_non_exhaustive()
    }
}

/// Whether the person has opted out.
pub fn is_out(tx: &mut Tx<'_>, id: PersonId) -> Result<bool, StoreError> {
    Ok(tx.one::<bool>(&LAST, vals![id])?.unwrap_or(false))
}

/// Everybody who has opted out.
pub fn all_out(tx: &mut Tx<'_>) -> Result<Vec<PersonId>, StoreError> {
    let words: Vec<(PersonId, bool)> = tx.all(&EVERY_WORD, &[])?;
    let last: std::collections::BTreeMap<PersonId, bool> = words.into_iter().collect();
    Ok(last.into_iter().filter_map(|(id, is_out)| is_out.then_some(id)).collect())
}

/// The forms about a person, the last entered first; none where the grant does not reach.
pub fn of_person(tx: &mut Tx<'_>, granted: &Granted, id: PersonId) -> Result<Vec<FormRow>, StoreError> {
    if crate::reach::shows(tx, granted, id)? { tx.all(&OF_PERSON, vals![id]) } else { Ok(Vec::new()) }
}

/// Adds a form.
pub fn insert(tx: &mut Tx<'_>, row: &FormRow) -> Result<(), StoreError> {
    tx.exec(
        &INSERT,
        vals![
            row.registry_number,
            row.id,
            row.opts_out,
            row.signed_on,
            &row.signed_by,
            &row.relation,
            &row.reference,
            row.at,
            &row.actor
        ],
    )
}
