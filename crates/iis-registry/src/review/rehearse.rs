//! A merge or its inverse, looked at before it happens: the plan is made and not applied.

use super::deed::{Deed, Making, Outcome, outcome};
use super::merge::{self, Merge};
use super::unmerge::{self, Unmerge};
use crate::{Context, Failure};
use iis_model::{Demographics, PersonId};
use iis_store::{Change, Plan, StoreError};

/// What would become of the persons touched.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rehearsal {
    /// What would become of the decision.
    pub outcome: Outcome,
    /// Who would be shown differently, and how.
    pub persons: Vec<RehearsedPerson>,
    /// How many links would move.
    pub links: usize,
}

/// A person as it would be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RehearsedPerson {
    /// The person.
    pub id: PersonId,
    /// What would be believed.
    pub demographics: Demographics,
    /// How many doses would be known.
    pub doses: i64,
}

/// What a merge would do.
pub async fn rehearse_merge(cx: &Context, deed: Deed, merge: Merge) -> Result<Rehearsal, Failure> {
    let cx_ = cx.clone();
    let plan = cx.store.propose(move |tx| merge::propose(Making::begin(&cx_, &deed), tx, merge));
    Ok(seen(plan.await?)?)
}

/// What taking a merge back would do.
pub async fn rehearse_unmerge(cx: &Context, deed: Deed, unmerge: Unmerge) -> Result<Rehearsal, Failure> {
    let cx_ = cx.clone();
    let plan = cx.store.propose(move |tx| unmerge::propose(Making::begin(&cx_, &deed), tx, &unmerge));
    Ok(seen(plan.await?)?)
}

fn seen(plan: Plan) -> Result<Rehearsal, StoreError> {
    let outcome = outcome(&plan.reply)?;
    let links = plan.changes.iter().filter(|change| matches!(change, Change::Link(_))).count();
    let person = |change| match change {
        Change::PersonView(view) => {
            Some(RehearsedPerson { id: view.person_id, demographics: view.demographics, doses: view.doses })
        }
        _ => None,
    };
    Ok(Rehearsal { outcome, links, persons: plan.changes.into_iter().filter_map(person).collect() })
}
