//! Nobody was heard of for long: the registry's own rule (requirements A-7).
//!
//! From nine to twelve years of age without a dose for five years, from thirteen on without one for seven: inactive in the
//! jurisdiction. Who has never had a dose is looked at from the day on which they came on record. A dose makes active
//! again, and nothing need be written for that.

use super::read;
use crate::access::as_registry;
use crate::{Context, Failure};
use iis_model::access::{Granted, Permission};
use iis_model::activity::{Activity, Level};
use iis_model::{Date, PersonId, SiteId, Timestamp};
use iis_store::activity::{ActivityRow, Heard, heard};
use iis_store::{AuditEntry, Change, Lane, Plan, StoreError, Tx, UnitKey, person, setting, source_record};
use jiff::ToSpan;

/// Persons looked at in one page.
const PAGE: i64 = 500;
/// The setting with the day on which all were last looked at.
const LOOKED_ON: &str = "activity.looked-on";
/// No site says it.
const NOBODY: SiteId = SiteId(0);

/// A pass through all persons.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pass {
    after: PersonId,
    /// How many became inactive so far.
    pub inactive: u64,
}

impl Pass {
    /// Begins a pass, unless there was one today.
    pub async fn begin(cx: &Context, today: Date) -> Result<Option<Self>, Failure> {
        let looked = cx.store.read(|tx| setting::get(tx, LOOKED_ON)).await?;
        let is_done = looked.is_some_and(|on| *on == *today.to_string());
        Ok((!is_done).then_some(Self { after: PersonId(i64::MIN), inactive: 0 }))
    }

    /// Works on for one page; true: done.
    pub async fn step(&mut self, cx: &Context, today: Date, at: Timestamp) -> Result<bool, Failure> {
        let (granted, after) = (as_registry(Permission::Operate), self.after);
        let page = cx.store.read(move |tx| heard(tx, &granted, after, PAGE)).await?;
        let Some(last) = page.last() else {
            cx.store.write(Lane::Bulk, move |tx| setting::put(tx, LOOKED_ON, &today.to_string())).await?;
            return Ok(true);
        };
        self.after = last.person_id;
        for person in page.iter().filter(|person| is_quiet(cx, person, today)) {
            self.inactive += u64::from(mark(cx, person.person_id, today, at).await?);
        }
        Ok(false)
    }
}

/// A whole pass, whenever the last one was; returns how many became inactive.
pub async fn look_at_all(cx: &Context, today: Date, at: Timestamp) -> Result<u64, Failure> {
    let mut pass = Pass { after: PersonId(i64::MIN), inactive: 0 };
    while !pass.step(cx, today, at).await? {}
    Ok(pass.inactive)
}

fn is_quiet(cx: &Context, person: &Heard, today: Date) -> bool {
    let born_on = person.born_on.as_deref().and_then(|on| on.parse::<Date>().ok());
    let known_since = person.known_since.to_zoned(cx.identity.zone.clone()).date();
    born_on.is_some_and(|born| is_over(born, person.latest_dose_on.unwrap_or(known_since), today))
}

/// Whether the rule holds for somebody born then and last heard of then.
fn is_over(born: Date, heard_on: Date, today: Date) -> bool {
    let years_ago = |years: i32| today.saturating_sub(years.years());
    let is_over_for = |years| heard_on <= years_ago(years);
    match born {
        born if born <= years_ago(13) => is_over_for(7),
        born if born <= years_ago(9) => is_over_for(5),
        _ => false,
    }
}

/// Writes it down, unless the person is not active in the jurisdiction anyway; whether it was written.
async fn mark(cx: &Context, id: PersonId, today: Date, at: Timestamp) -> Result<bool, Failure> {
    let cx_of_plan = cx.clone();
    let applied = cx.store.propose_and_apply(Lane::Bulk, move |tx| {
        let granted = as_registry(Permission::Operate);
        let mut plan = Plan::new(at, UnitKey::None);
        if let Some(row) = row(&cx_of_plan, tx, &granted, id, (today, at))? {
            if let Some(version) = person::version(tx, id)? {
                plan.person_versions.push((id, version));
            }
            plan.changes.push(Change::Activity(row));
            let entry = AuditEntry::of(&granted, at).action("set-jurisdiction-status").person(id);
            plan.audit.push(entry.detail("no activity for long"));
            plan.reply = Box::from(*b"1");
        }
        Ok(plan)
    });
    Ok(!applied.await?.reply.is_empty())
}

fn row(
    cx: &Context,
    tx: &mut Tx<'_>,
    granted: &Granted,
    id: PersonId,
    (today, at): (Date, Timestamp),
) -> Result<Option<ActivityRow>, StoreError> {
    let (everywhere, _) = read(tx, granted, id)?;
    if !everywhere.jurisdiction.activity.is_active() {
        return Ok(None);
    }
    // of several records the first: after a split it is said of whose record came first
    let first = source_record::of_person(tx, granted, id)?.into_iter().map(|record| record.id).min();
    let Some(source_record_id) = first else { return Ok(None) };
    Ok(Some(ActivityRow {
        source_record_id,
        id: cx.store.ids().take()?,
        revision: None,
        level: Level::Jurisdiction,
        site_id: NOBODY,
        activity: Activity::NoActivity,
        note: "".into(),
        effective_on: today,
        at,
        said_by: granted.actor().label().1.into(),
    }))
}

#[cfg(test)]
mod tests {
    use super::is_over;
    use jiff::civil::date;

    #[test]
    fn a7_who_was_not_heard_of_for_long_by_age() {
        let today = date(2026, 3, 2);
        #[rustfmt::skip]
        let table = [
            // born               last heard of         inactive
            (date(2017, 3, 3),    date(2018, 1, 1),     false),  // eight years old
            (date(2017, 3, 2),    date(2021, 3, 2),     true),   // nine today, five years to the day
            (date(2017, 3, 2),    date(2021, 3, 3),     false),
            (date(2013, 3, 3),    date(2021, 3, 2),     true),   // still twelve
            (date(2013, 3, 2),    date(2021, 3, 2),     false),  // thirteen: seven years
            (date(2013, 3, 2),    date(2019, 3, 2),     true),
            (date(1950, 1, 1),    date(2019, 3, 3),     false),
        ];
        for (born, heard_on, inactive) in table {
            assert_eq!(is_over(born, heard_on, today), inactive, "{born} {heard_on}");
        }
    }
}
