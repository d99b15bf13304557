//! A merge or its inverse, looked at before it happens: the plan is made and not applied.

use super::deed::{Deed, Making, Outcome, outcome};
use super::merge::{self, Merge};
use super::unmerge::{self, Unmerge};
use crate::{Context, Failure};
use iis_model::{Demographics, PersonId};
use iis_store::{Change, Plan, StoreError};
use std::collections::BTreeMap;

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
    /// What would be believed; none: what is believed now.
    pub demographics: Option<Demographics>,
    /// How many doses would be known.
    pub doses: i64,
}

/// What a merge would do.
pub async fn rehearse_merge(cx: &Context, deed: Deed, merge: Merge) -> Result<Rehearsal, Failure> {
    let cx_ = cx.clone();
    let plan = cx.store.propose(move |tx| merge::propose(Making::begin(&cx_, &deed), tx, merge, &[]));
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
    let mut views: BTreeMap<PersonId, Demographics> = BTreeMap::new();
    let mut doses = Vec::new();
    for change in plan.changes {
        match change {
            Change::PersonView(view) => drop(views.insert(view.person_id, view.demographics)),
            // Written whenever anything that is shown of a person changes.
            Change::ForecastStatus(status) => doses.push((status.person_id, status.doses)),
            _ => {}
        }
    }
    let person = |(id, doses)| RehearsedPerson { id, demographics: views.remove(&id), doses };
    Ok(Rehearsal { outcome, links, persons: doses.into_iter().map(person).collect() })
}
