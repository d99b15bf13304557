//! A report of one's own organization as whoever opens it finds it: as it was said, or what stands in its place since; and
//! what others say of the same dose.

use crate::inventory::unsaid::leaves_alone;
use crate::reporting::owner;
use crate::{Context, Failure};
use iis_model::access::Granted;
use iis_model::event::OrderNumber;
use iis_model::{
    Action, Cvx, OrganizationId, PartialDate, PersonId, ReportId, ReportedEvent, SiteId, SourceRecordId,
    Timestamp,
};
use iis_store::report::{self, ReportRow};
use iis_store::{StoreError, Tx, account, event};

/// A report, by the record that it stands in.
pub type ReportKey = (SourceRecordId, ReportId);

/// A report of one's own organization, as whoever opens it finds it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum OwnReport {
    /// It stands as it was said.
    Stands(Box<ReportedEvent>),
    /// Something else stands in its place since.
    Replaced(Box<Replaced>),
}

/// What somebody else made of a report.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Replaced {
    /// As it was said before.
    pub before: ReportedEvent,
    /// As it is said now; a deletion: it was removed.
    pub now: ReportedEvent,
    /// The report that says so.
    pub key: ReportKey,
    /// Who says so: somebody's name; empty: a message.
    pub by: Box<str>,
    /// When it was said.
    pub at: Timestamp,
}

/// A report of one's own organization; none: there is none, or it is somebody else's.
pub async fn own_report(
    cx: &Context,
    granted: Granted,
    id: PersonId,
    key: ReportKey,
    own: OrganizationId,
) -> Result<Option<OwnReport>, Failure> {
    found(cx, (granted, id), (key, own), report::current_of_person).await
}

/// The same with all its words, also those that are held back since they tell an identity that was put away: for what is
/// said again in its place, and to be shown to nobody.
pub(super) async fn with_its_words(
    cx: &Context,
    granted: Granted,
    id: PersonId,
    key: ReportKey,
    own: OrganizationId,
) -> Result<Option<OwnReport>, Failure> {
    found(cx, (granted, id), (key, own), report::of_person_in_full).await
}

/// How the reports of a person are read.
type Reads = fn(&mut Tx<'_>, &Granted, PersonId) -> Result<Vec<ReportRow>, StoreError>;

async fn found(
    cx: &Context,
    (granted, id): (Granted, PersonId),
    (key, own): (ReportKey, OrganizationId),
    reads: Reads,
) -> Result<Option<OwnReport>, Failure> {
    let read = cx.store.read_beside(move |tx| {
        let rows = reads(tx, &granted, id)?;
        found_among(tx, &granted, &rows, (key, own))
    });
    Ok(read.await?)
}

fn found_among(
    tx: &mut Tx<'_>,
    granted: &Granted,
    rows: &[ReportRow],
    (key, own): (ReportKey, OrganizationId),
) -> Result<Option<OwnReport>, StoreError> {
    let Some(row) = rows.iter().find(|row| is_of(row, key)) else { return Ok(None) };
    if owner(tx, row)? != Some(own) {
        return Ok(None);
    }
    let said = |tx: &mut Tx<'_>, row: &ReportRow| -> Result<ReportedEvent, StoreError> {
        let leaves_stock_alone = leaves_alone(tx, granted, row)?;
        Ok(ReportedEvent { leaves_stock_alone, ..row.body.clone() })
    };
    let stands = in_the_place_of(rows, row);
    if stands.id == row.id {
        return Ok(Some(OwnReport::Stands(Box::new(said(tx, row)?))));
    }
    let by = match stands.account_id {
        Some(id) => account::get(tx, id)?.map(|account| account.display_name).unwrap_or_default(),
        None => Box::default(),
    };
    Ok(Some(OwnReport::Replaced(Box::new(Replaced {
        before: said(tx, row)?,
        now: said(tx, stands)?,
        key: (stands.source_record_id, stands.id),
        by,
        at: stands.received_at,
    }))))
}

/// Another report of the dose that a report says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SaidBeside {
    /// The report.
    pub key: ReportKey,
    /// As consolidation sees who said it.
    pub organization_id: OrganizationId,
    /// As it was said.
    pub said: ReportedEvent,
}

/// The other reports of the dose that a report says, whoever said them: what they go on saying is told when it is corrected.
pub async fn beside(
    cx: &Context,
    granted: Granted,
    id: PersonId,
    key: ReportKey,
) -> Result<Vec<SaidBeside>, Failure> {
    let read = cx.store.read_beside(move |tx| {
        let events = event::of_person(tx, &granted, id)?;
        let dose = events.into_iter().find(|event| event.reports.contains(&key));
        let of_dose = dose.map(|event| event.reports).unwrap_or_default();
        let rows = report::current_of_person(tx, &granted, id)?.into_iter();
        let others = rows.map(|row| ((row.source_record_id, row.id), row));
        let others = others.filter(|(one, _)| *one != key && of_dose.contains(one));
        let said = |(key, row): (ReportKey, ReportRow)| SaidBeside {
            key,
            organization_id: row.organization_id,
            said: row.body,
        };
        Ok(others.map(said).collect())
    });
    Ok(read.await?)
}

/// By what a dose is named: its vaccine and its day.
pub type Named = (Cvx, PartialDate);

/// As what the versions of a report name its dose, also those before a correction of what it was known by.
pub async fn named_as(
    cx: &Context,
    granted: Granted,
    id: PersonId,
    key: ReportKey,
) -> Result<Vec<Named>, Failure> {
    let read = cx.store.read_beside(move |tx| {
        let rows = report::current_of_person(tx, &granted, id)?;
        let row = rows.iter().find(|row| is_of(row, key));
        let versions = row.map(|row| versions(&rows, row)).unwrap_or_default();
        let named = versions.iter().filter_map(|row| row.body.cvx.value.zip(row.body.given_on.value));
        Ok(named.collect())
    });
    Ok(read.await?)
}

/// The versions of the report to which a row belongs, and of those in the place of which it was said.
fn versions<'a>(rows: &'a [ReportRow], row: &'a ReportRow) -> Vec<&'a ReportRow> {
    let of = |row: &'a ReportRow| {
        rows.iter().filter(|one| one.source_record_id == row.source_record_id && one.dose_key == row.dose_key)
    };
    let mut found: Vec<&ReportRow> = of(row).collect();
    let mut at = 0;
    while let Some(version) = found.get(at).copied() {
        at += 1;
        let replaced = alone_beside(rows, version).filter(|other| is_by_form(other));
        if let Some(replaced) = replaced.filter(|other| !found.iter().any(|one| one.id == other.id)) {
            found.extend(of(replaced));
        }
    }
    found
}

/// The only other report that was said with the same form.
fn alone_beside<'a>(rows: &'a [ReportRow], row: &'a ReportRow) -> Option<&'a ReportRow> {
    let mut together = rows.iter().filter(|one| {
        one.source_record_id == row.source_record_id && one.revision == row.revision && one.id != row.id
    });
    together.next().filter(|_| together.next().is_none())
}

/// Whether a report of one's own organization still says what is said of its dose.
pub(super) fn stands(
    tx: &mut Tx<'_>,
    granted: &Granted,
    id: PersonId,
    (key, own): (ReportKey, OrganizationId),
) -> Result<bool, StoreError> {
    let rows = report::current_of_person(tx, granted, id)?;
    let Some(row) = rows.iter().find(|row| is_of(row, key)) else { return Ok(false) };
    Ok(owner(tx, row)? == Some(own) && in_the_place_of(&rows, row).id == row.id)
}

/// The site that answers for a report: a correction by another site of the organization leaves the dose, and the stock that it came
/// out of, where they are.
pub(super) fn site_of(
    tx: &mut Tx<'_>,
    granted: &Granted,
    id: PersonId,
    key: ReportKey,
) -> Result<Option<SiteId>, StoreError> {
    let rows = report::current_of_person(tx, granted, id)?;
    Ok(rows.iter().find(|row| is_of(row, key)).and_then(|row| row.site_id))
}

fn is_of(row: &ReportRow, key: ReportKey) -> bool {
    (row.source_record_id, row.id) == key
}

/// Whether a removal may be half of a correction by a form: only of a dose without an order number, and only from a screen. A
/// message that removes a dose and says another one says two things.
fn is_by_form(removal: &ReportRow) -> bool {
    let is_from_a_screen = removal.message_id.is_none() && removal.account_id.is_some();
    let is_numbered = removal.body.filler.get().is_some_and(OrderNumber::is_identity);
    is_from_a_screen && removal.action == Action::Delete && !is_numbered
}

/// What is said of a dose now: its latest version. A correction of what a dose without an order number is known by removes
/// it and says another one with the same form; then that one, and what was made of it.
fn in_the_place_of<'a>(rows: &'a [ReportRow], row: &'a ReportRow) -> &'a ReportRow {
    let mut row = row;
    loop {
        let versions = rows
            .iter()
            .filter(|one| one.source_record_id == row.source_record_id && one.dose_key == row.dose_key);
        let latest = versions.max_by_key(|one| (one.sent_at, one.revision, one.id)).unwrap_or(row);
        row = match alone_beside(rows, latest) {
            Some(instead) if is_by_form(latest) => {
                // said and taken back with one form: removed
                if instead.action == Action::Delete || instead.dose_key == latest.dose_key {
                    return latest;
                }
                instead
            }
            _ => return latest,
        };
    }
}
