//! Consolidation: reports of the same giving become one event.
//!
//! Sources: MIROW, vaccination-level deduplication; requirements E-2 to E-4. Joined are reports of the same vaccine
//! on the same day, unless both reporters gave a dose themselves from different lots: those are two doses.

use super::current::{Dose, Report, doses};
use iis_model::event::EventKind;
use iis_model::{Cvx, EventId, PartialDate, ReportId};
use std::cmp::Reverse;
use std::collections::BTreeMap;

/// The reports of one event, the preferred one first.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EventGroup<'a> {
    /// Stable while its preferred dose is preferred, also when that is corrected.
    pub id: EventId,
    /// The newest version of each dose behind it.
    pub reports: Vec<&'a Report>,
}

/// Consolidates all reports of one person: a pure function of the set.
pub fn consolidate(reports: &[Report]) -> Vec<EventGroup<'_>> {
    let mut alike: BTreeMap<Likeness, Vec<Dose<'_>>> = BTreeMap::new();
    for dose in doses(reports) {
        alike.entry(Likeness::of(dose.newest)).or_default().push(dose);
    }
    alike.into_values().flat_map(split_by_lot).collect()
}

/// What reports of one event share.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Likeness {
    given_on: Option<PartialDate>,
    cvx: Option<Cvx>,
    class: Class,
}

/// Doses join doses; refusals and observations only join the same thing said again.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Class {
    Dose,
    Other(EventKind, String),
    Unlike(ReportId),
}

impl Likeness {
    fn of(report: &Report) -> Self {
        let event = &report.event;
        let (given_on, cvx) = (event.given_on.get().copied(), event.cvx.get().copied());
        let class = match report.kind() {
            EventKind::Administered | EventKind::Historical if given_on.is_some() && cvx.is_some() => {
                Class::Dose
            }
            EventKind::Administered | EventKind::Historical => Class::Unlike(report.id),
            kind => Class::Other(kind, report.event.dose_key()),
        };
        Self { given_on, cvx, class }
    }
}

/// Parts the alike by the lots of those who gave a dose themselves. A report without a lot, or from hearsay, goes with
/// the preferred one.
fn split_by_lot(mut alike: Vec<Dose<'_>>) -> Vec<EventGroup<'_>> {
    alike.sort_by_cached_key(|dose| preference(dose.newest, dose.first_id));
    let mut groups: Vec<(Option<String>, Vec<Dose<'_>>)> = Vec::new();
    for dose in alike {
        let lot = own_lot(dose.newest);
        let place = match &lot {
            None => (!groups.is_empty()).then_some(0),
            Some(lot) => groups.iter().position(|(own, _)| own.as_ref().is_none_or(|own| own == lot)),
        };
        match place {
            Some(at) => {
                groups[at].1.push(dose);
                if groups[at].0.is_none() {
                    groups[at].0 = lot;
                }
            }
            None => groups.push((lot, vec![dose])),
        }
    }
    groups.into_iter().filter_map(|(_, doses)| event(&doses)).collect()
}

fn own_lot(report: &Report) -> Option<String> {
    let lot = report.event.lot.number.get()?;
    report.event.is_administered().then(|| lot.trim().to_uppercase())
}

fn event<'a>(doses: &[Dose<'a>]) -> Option<EventGroup<'a>> {
    let preferred = doses.first()?;
    let id = EventId(preferred.first_id.0);
    Some(EventGroup { id, reports: doses.iter().map(|dose| dose.newest).collect() })
}

/// Smallest first: administered before historical, with a lot before without, more details, sooner reported.
fn preference(report: &Report, first_id: ReportId) -> impl Ord + use<> {
    let event = &report.event;
    let details = u8::from(event.lot.number.get().is_some())
        + u8::from(event.lot.manufacturer.get().is_some())
        + u8::from(event.ndc.get().is_some());
    (!event.is_administered(), Reverse(details), first_id)
}

#[cfg(test)]
mod tests {
    use super::consolidate;
    use crate::vaccination::{Report, current};
    use iis_model::InformationSource::{Historical, NewImmunization};
    use iis_model::testing::dose;
    use iis_model::{Action, Given, OrganizationId, ReportId, ReportedEvent, SourceRecordId, Timestamp};
    use proptest::prelude::*;

    fn report(id: i64, source: i64, minute: i64, event: ReportedEvent) -> Report {
        Report {
            id: ReportId(id),
            source_record_id: SourceRecordId(source),
            organization_id: OrganizationId(source),
            dose_key: event.dose_key(),
            sent_at: Timestamp::from_second(1_700_000_000 + minute * 60).expect("a moment"),
            revision: id,
            event,
        }
    }

    #[test]
    fn the_same_shot_reported_twice_is_one_event_and_the_giver_is_preferred() {
        let reports = [
            report(1, 1, 0, dose(Historical)),
            report(2, 2, 5, dose(NewImmunization).lot("L1")),
            report(3, 3, 6, dose(Historical).given("2021-01-21")),
        ];
        let events = consolidate(&reports);
        let ids = |n: usize| events[n].reports.iter().map(|r| r.id.0).collect::<Vec<_>>();
        assert_eq!((events.len(), ids(0), ids(1)), (2, vec![2, 1], vec![3]));
    }

    #[test]
    fn two_givers_with_different_lots_gave_two_doses() {
        let reports = [
            report(1, 1, 0, dose(NewImmunization).lot("L1")),
            report(2, 2, 5, dose(NewImmunization).lot("L2")),
            report(3, 3, 5, dose(NewImmunization).lot("l1 ")),
        ];
        assert_eq!(consolidate(&reports).len(), 2);
    }

    #[test]
    fn a_withdrawn_report_vanishes_and_an_older_version_never_overtakes() {
        let mut withdrawal = dose(NewImmunization);
        withdrawal.action = Given::of(Action::Delete);
        let late = report(3, 1, -5, dose(NewImmunization));
        let reports = [report(1, 1, 0, dose(NewImmunization)), report(2, 1, 5, withdrawal), late];
        assert!(current(&reports).is_empty() && consolidate(&reports).is_empty());
    }

    #[test]
    fn a_corrected_dose_keeps_its_event() {
        let first = report(1, 1, 0, dose(NewImmunization).lot("L1"));
        let mut corrected = report(2, 1, 5, dose(NewImmunization).lot("L2"));
        corrected.dose_key.clone_from(&first.dose_key);
        let events = [first, corrected];
        let events = consolidate(&events);
        assert_eq!((events.len(), events[0].id.0, events[0].reports[0].id.0), (1, 1, 2));
    }

    proptest! {
        #[test]
        fn the_order_of_arrival_does_not_matter(
            rows in proptest::collection::vec((1..4_i64, 0..3_i64, 0..3_u8, any::<bool>(), any::<bool>()), 0..12),
            swaps in proptest::collection::vec((0..12_usize, 0..12_usize), 0..12),
        ) {
            let mut reports = Vec::new();
            for (n, (source, minute, day, given_here, withdrawn)) in rows.into_iter().enumerate() {
                let mut event = dose(if given_here { NewImmunization } else { Historical });
                event = event.given(["2021-01-20", "2021-01-21", "2021-02"][usize::from(day)]);
                if withdrawn {
                    event.action = Given::of(Action::Delete);
                }
                let id = i64::try_from(n).expect("a few rows") + 1;
                reports.push(report(id, source, minute, event));
            }
            let shape = |reports: &[Report]| consolidate(reports)
                .iter().map(|e| (e.id, e.reports.iter().map(|r| r.id).collect::<Vec<_>>())).collect::<Vec<_>>();
            let before = shape(&reports);
            for (a, b) in swaps {
                if a < reports.len() && b < reports.len() {
                    reports.swap(a, b);
                }
            }
            prop_assert_eq!(before, shape(&reports));
        }
    }
}
