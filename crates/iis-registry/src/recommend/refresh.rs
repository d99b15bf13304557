//! Statuses made again: when their day has come, or when another schedule is in force. In pages, each one plan, so that
//! nobody waits long and a crash loses nothing.

use super::InForce;
use crate::access::as_registry;
use crate::people::consolidated::Known;
use crate::{Context, Failure};
use iis_model::access::Permission;
use iis_model::{Date, PersonId, Timestamp};
use iis_store::{Change, Lane, Plan, StoreError, Tx, UnitKey, person, person_status, setting};

/// Persons refreshed in one plan.
const PAGE: i64 = 50;
/// Rows looked at in one page of the search for outdated ones.
const LOOKED_AT: i64 = 1_000;
/// The setting that says with which schedule all statuses were last made.
const SWEPT: &str = "cdsi.swept";

/// Makes the statuses again whose day has come; one page. Returns how many there were: when it is none, no more are due.
pub async fn refresh_due(cx: &Context, today: Date, at: Timestamp) -> Result<usize, Failure> {
    let granted = as_registry(Permission::Operate);
    let due = cx.store.read(move |tx| person_status::due(tx, &granted, today, PAGE)).await?;
    refresh(cx, &due, today, at).await?;
    Ok(due.len())
}

/// A search through all persons for statuses that were not made with the schedule in force.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sweep {
    mark: Box<str>,
    after: PersonId,
    /// Statuses made again so far.
    pub refreshed: u64,
    found: bool,
}

impl Sweep {
    /// Begins a sweep, unless all statuses were made with the schedule in force.
    pub async fn begin(cx: &Context) -> Result<Option<Self>, Failure> {
        let swept = cx.store.read(|tx| setting::get(tx, SWEPT)).await?;
        let mark = cx.schedules.now().mark.clone();
        let new = Self { mark, after: PersonId(i64::MIN), refreshed: 0, found: false };
        Ok((swept.as_ref() != Some(&new.mark)).then_some(new))
    }

    /// Works on for one page; true: done. Ends only after a whole pass that found nothing, since a message that began
    /// before the schedule was swapped may write an outdated status behind the first pass.
    pub async fn step(&mut self, cx: &Context, today: Date, at: Timestamp) -> Result<bool, Failure> {
        let in_force = cx.schedules.now().mark.clone();
        if in_force != self.mark {
            *self =
                Self { mark: in_force, after: PersonId(i64::MIN), refreshed: self.refreshed, found: false };
        }
        let (granted, after) = (as_registry(Permission::Operate), self.after);
        let page = cx.store.read(move |tx| person_status::page(tx, &granted, after, LOOKED_AT)).await?;
        let Some((last, _)) = page.last() else {
            if std::mem::take(&mut self.found) {
                self.after = PersonId(i64::MIN);
                return Ok(false);
            }
            let mark = self.mark.clone();
            cx.store.write(Lane::Bulk, move |tx| setting::put(tx, SWEPT, &mark)).await?;
            return Ok(true);
        };
        self.after = *last;
        let outdated = page.iter().filter(|(_, release)| release.as_ref() != Some(&self.mark));
        let outdated: Vec<PersonId> = outdated.map(|(id, _)| *id).collect();
        self.found |= !outdated.is_empty();
        for ids in outdated.chunks(usize::try_from(PAGE).unwrap_or(1)) {
            refresh(cx, ids, today, at).await?;
            self.refreshed += ids.len() as u64;
        }
        Ok(false)
    }
}

/// Makes all statuses again that are due or outdated, to the end; returns how many.
pub async fn refresh_statuses(cx: &Context, today: Date, at: Timestamp) -> Result<u64, Failure> {
    let mut refreshed = 0;
    if let Some(mut sweep) = Sweep::begin(cx).await? {
        while !sweep.step(cx, today, at).await? {}
        refreshed += sweep.refreshed;
    }
    loop {
        match refresh_due(cx, today, at).await? {
            0 => return Ok(refreshed),
            some => refreshed += some as u64,
        }
    }
}

/// Makes the statuses of some persons again, in one plan.
async fn refresh(cx: &Context, ids: &[PersonId], today: Date, at: Timestamp) -> Result<(), Failure> {
    if ids.is_empty() {
        return Ok(());
    }
    let (schedule, ids) = (cx.schedules.now(), ids.to_vec());
    let applied = cx.store.propose_and_apply(Lane::Bulk, move |tx| {
        let mut plan = Plan::new(at, UnitKey::None);
        for id in &ids {
            propose(&schedule, tx, *id, today, &mut plan)?;
        }
        Ok(plan)
    });
    applied.await?;
    Ok(())
}

/// A person that is gone or merged away has no status to keep.
fn propose(
    schedule: &InForce,
    tx: &mut Tx<'_>,
    id: PersonId,
    today: Date,
    plan: &mut Plan,
) -> Result<(), StoreError> {
    let granted = as_registry(Permission::Operate);
    let Some(person) = person::get(tx, &granted, id)? else {
        plan.changes.push(Change::ClearPerson(id));
        return Ok(());
    };
    plan.person_versions.push((id, person.version));
    if person.merged_into.is_some() {
        plan.changes.push(Change::ClearPerson(id));
        return Ok(());
    }
    let known = Known::read(tx, &granted, id)?;
    plan.changes.extend(known.status(schedule, today).map(Change::ForecastStatus));
    Ok(())
}
