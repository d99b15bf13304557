//! What the reports of a person say of their givings, once the plan is stored: one giving takes one dose out of the stock,
//! whoever says it, and none where one of them says that it is not from the stock.

use super::choose::Wanted;
use super::ledger::Dose;
use crate::reporting::{Report, SHARED, Stated, Subject, owner};
use iis_matching::vaccination::{Together, Vaccines, together};
use iis_model::stock::fold_lot;
use iis_model::{Completion, Gist, ReportId, ReportedEvent, SenderId, SiteId, SourceRecordId};
use iis_store::report::{self, ReportRow};
use iis_store::{StoreError, Tx, event, sender};
use std::collections::BTreeMap;

/// A dose that its reporter gave, wholly or partly: either way the vial is used.
pub(super) fn is_taken(event: &ReportedEvent) -> bool {
    !event.is_delete()
        && event.is_administered()
        && event.completion.value.is_none_or(|how| matches!(how, Completion::Complete | Completion::Partial))
}

/// Whether it is said not to be from the stock.
pub(super) fn is_elsewhere(event: &ReportedEvent) -> bool {
    event.not_from_stock.get().is_some()
}

/// Whether two may name the same lot: neither names another one.
pub(super) fn is_same_lot(one: &ReportedEvent, other: &ReportedEvent) -> bool {
    let lot = |event| fold_lot(Wanted::of(event).lot);
    let (one, other) = (lot(one), lot(other));
    one == other || one.is_empty() || other.is_empty()
}

/// Whether the record makes one dose of two reports of one organization.
pub(super) fn is_same_giving(one: &ReportedEvent, other: &ReportedEvent) -> bool {
    days_between(one, other).is_some()
}

/// How many days lie between two reports of one organization that the record makes one dose of; none: they are two doses.
fn days_between(one: &ReportedEvent, other: &ReportedEvent) -> Option<u32> {
    let own = SHARED; // the same of both, whichever it is
    match together((&Gist::of(one), own), (&Gist::of(other), own), &Vaccines::built_in()) {
        Together::One(days) => Some(days),
        Together::Doubtful | Together::Two => None,
    }
}

/// A dose that was given, as its newest report says it.
#[derive(Debug, Clone)]
pub(super) struct Standing {
    pub(super) dose: Dose,
    pub(super) report_id: ReportId,
    pub(super) event: ReportedEvent,
    /// The site that answers for it.
    pub(super) site_id: SiteId,
    decrements: Decrements,
}

/// Whether the doses of a reporter come out of the stock.
#[derive(Debug, Clone, Copy)]
enum Decrements {
    Known(bool),
    /// As it is agreed with the sender.
    Agreed(SenderId),
}

/// What the reporter's organization says of a person's givings once the plan is stored.
pub(super) struct Givings(Vec<Standing>);

impl Givings {
    /// As they are stored, and as `stated` changes them.
    pub(super) fn read(
        said: &Report,
        tx: &mut Tx<'_>,
        of: &Subject,
        stated: &[Stated],
    ) -> Result<Self, StoreError> {
        let mut latest: BTreeMap<Dose, ReportRow> = BTreeMap::new();
        let moment = |row: &ReportRow| (row.sent_at, row.revision, row.id);
        for row in report::current_of_person(tx, &said.granted, of.person_id)? {
            let dose = (row.source_record_id, row.dose_key.clone());
            if latest.get(&dose).is_none_or(|known| moment(known) < moment(&row)) {
                latest.insert(dose, row);
            }
        }
        let mut all = Vec::new();
        for (dose, row) in latest {
            if is_taken(&row.body) && owner(tx, &row)? == Some(said.by.organization_id) {
                let site_id = row.site_id.unwrap_or(said.by.site_id);
                all.push(Standing::stored(dose, row, site_id));
            }
        }
        for one in stated {
            let dose = one.dose();
            all.retain(|known| known.dose != dose);
            if is_taken(one.row.body.event()) {
                all.push(Standing::new(said, dose, one));
            }
        }
        Ok(Self(all))
    }

    /// All that is said of the giving of a dose, the nearest first: what the record makes one dose of, as two nurses at once say
    /// it, or a form and a message that differ by a lot number or a day, or as it is inherited from a report that is then put
    /// back.
    pub(super) fn of(&self, giving: &ReportedEvent) -> Vec<Standing> {
        let mut found: Vec<(u32, &Standing)> =
            self.0.iter().filter_map(|known| Some((days_between(&known.event, giving)?, known))).collect();
        found.sort_by_key(|(days, _)| *days);
        found.into_iter().map(|(_, known)| known.clone()).collect()
    }

    /// What else is said of the giving of a dose.
    pub(super) fn beside(&self, one: &Stated) -> Vec<Standing> {
        let mut others = self.of(one.row.body.event());
        others.retain(|known| known.dose != one.dose());
        others
    }

    /// The other reports by which the dose of this one was given, as consolidation saw it, from the stock.
    pub(super) fn still_say(
        &self,
        said: &Report,
        tx: &mut Tx<'_>,
        of: &Subject,
        dose: &Dose,
    ) -> Result<Vec<Standing>, StoreError> {
        let reports = report::current_of_person(tx, &said.granted, of.person_id)?;
        let dose_of: BTreeMap<(SourceRecordId, ReportId), &str> =
            reports.iter().map(|row| ((row.source_record_id, row.id), &*row.dose_key)).collect();
        let mut others = Vec::new();
        for event in event::of_person(tx, &said.granted, of.person_id)? {
            let doses: Vec<(SourceRecordId, &str)> =
                event.reports.iter().filter_map(|key| Some((key.0, *dose_of.get(key)?))).collect();
            if doses.contains(&(dose.0, &*dose.1)) {
                let is_other = |known: &&Standing| {
                    known.dose != *dose
                        && doses.contains(&(known.dose.0, &*known.dose.1))
                        && !is_elsewhere(&known.event)
                };
                others.extend(self.0.iter().filter(is_other).cloned());
            }
        }
        Ok(others)
    }
}

impl Standing {
    /// As it is stored, with the site that answers for it.
    pub(super) fn stored(dose: Dose, row: ReportRow, site_id: SiteId) -> Self {
        let is_by_form = row.account_id.is_some();
        let decrements = match row.sender_id.filter(|_| !is_by_form) {
            Some(id) => Decrements::Agreed(id),
            None => Decrements::Known(is_by_form && !row.body.leaves_stock_alone),
        };
        Self { dose, report_id: row.id, event: row.body, site_id, decrements }
    }

    pub(super) fn new(said: &Report, dose: Dose, one: &Stated) -> Self {
        let event = one.row.body.event().clone();
        Self {
            dose,
            report_id: one.row.id,
            site_id: said.by.site_id,
            decrements: Decrements::Known(said.by.decrements && !event.leaves_stock_alone),
            event,
        }
    }

    /// Whether the doses of its reporter come out of the stock.
    pub(super) fn decrements(&self, tx: &mut Tx<'_>) -> Result<bool, StoreError> {
        match self.decrements {
            Decrements::Known(decrements) => Ok(decrements),
            Decrements::Agreed(id) => {
                Ok(sender::by_id(tx, id)?.is_some_and(|access| access.sender.profile.decrements))
            }
        }
    }
}
