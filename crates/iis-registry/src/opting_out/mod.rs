//! Opting out of the registry by a signed form, and rescinding that by another one (requirements Y-1).
//!
//! Who opted out is as if absent, for everybody but whom handles it (decision 0041).

mod scan;

pub use scan::{FetchedScan, FormScan, fetch, scans};

use crate::cases::Upload;
use crate::review::Deed;
use crate::{Context, Failure};
use iis_model::access::Granted;
use iis_model::{Date, PersonId};
pub use iis_store::opting_out::FormRow;
use iis_store::{AuditEntry, Lane, StoreError, Tx, opting_out, person, unit_key};
use serde::{Deserialize, Serialize};

/// Who may sign, with the word that is kept.
pub const RELATIONS: &[(&str, &str)] = &[
    ("self", "The patient"),
    ("parent", "A parent"),
    ("guardian", "The legal guardian"),
    ("representative", "Another legal representative"),
];

/// The word in the place of a relation where nobody signed: a report may be about somebody who opted out, and its person is
/// locked until somebody has looked. A form that rescinds opens it.
pub const RESEMBLES: &str = "resembles";

/// A signed form.
#[derive(Clone, PartialEq, Eq)]
pub struct SignedForm {
    /// It opts out; else it rescinds that.
    pub opts_out: bool,
    /// When it was signed.
    pub on: Date,
    /// Who signed it.
    pub by: Box<str>,
    /// What the signer is to the patient: a word of [`RELATIONS`].
    pub relation: &'static str,
    /// Where the paper is filed.
    pub reference: Box<str>,
}

/// What became of a form.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Entered {
    /// It counts.
    Done,
    /// The person has opted out already, or has not: nothing is entered.
    Already,
    /// There is no such person.
    Absent,
}

/// The forms about a person, the last entered first: for a page whose look at the record is audited already.
pub async fn forms(cx: &Context, granted: Granted, id: PersonId) -> Result<Vec<FormRow>, Failure> {
    Ok(cx.store.read_beside(move |tx| opting_out::of_person(tx, &granted, id)).await?)
}

/// Enters a signed form, with its scan if there is one and its audit row. From then on the record is locked, or is there
/// again. The same form again (by the key of its deed) is answered with what became of it. A file that is not taken is
/// refused with the sentence why, and nothing is entered.
pub async fn enter(
    cx: &Context,
    deed: Deed,
    id: PersonId,
    form: SignedForm,
    scan: Option<Upload>,
) -> Result<Entered, Failure> {
    let row_id = cx.store.ids().take()?;
    let scan = match scan {
        None => None,
        Some(file) => {
            let refusal = AuditEntry::of(&deed.granted, deed.arrival.at).action("refuse-file").person(id);
            Some((file.admitted(cx, refusal).await?, file))
        }
    };
    let entered = cx.store.write(Lane::Web, move |tx| {
        if let Some(before) = unit_key::stored_reply(tx, &deed.key)? {
            return serde_json::from_slice(&before)
                .map_err(|_| StoreError::internal("an outcome that cannot be read"));
        }
        let (_, actor) = deed.granted.actor().label();
        let action = if form.opts_out { "opt-out" } else { "rescind-opt-out" };
        let entry = AuditEntry::of(&deed.granted, deed.arrival.at).action(action).person(id);
        let Some(person) = person::get(tx, &deed.granted, id)?.filter(|person| &*person.status != "merged")
        else {
            tx.audit(&entry.result("not found"))?;
            return Ok(Entered::Absent);
        };
        if opting_out::is_out(tx, id)? == form.opts_out {
            tx.audit(&entry.result("not done"))?;
            return kept(tx, &deed, Entered::Already);
        }
        let row = FormRow {
            registry_number: person.registry_number,
            id: row_id,
            opts_out: form.opts_out,
            signed_on: form.on,
            signed_by: form.by.clone(),
            relation: form.relation.into(),
            reference: form.reference.clone(),
            at: deed.arrival.at,
            actor: actor.into(),
        };
        opting_out::insert(tx, &row)?;
        if let Some((media_type, file)) = &scan {
            scan::keep(tx, &row, media_type, file)?;
        }
        let how = if scan.is_some() { "by a signed form, with its scan" } else { "by a signed form" };
        tx.audit(&entry.detail(how))?;
        kept(tx, &deed, Entered::Done)
    });
    Ok(entered.await?)
}

/// The outcome, kept with the key of the deed.
fn kept(tx: &mut Tx<'_>, deed: &Deed, entered: Entered) -> Result<Entered, StoreError> {
    let reply = serde_json::to_vec(&entered)
        .map_err(|_| StoreError::internal("an outcome that cannot be written"))?;
    unit_key::insert(tx, &deed.key, deed.arrival.at, &reply)?;
    Ok(entered)
}
