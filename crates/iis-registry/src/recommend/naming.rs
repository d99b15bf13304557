//! Which of the vaccines that fit a dose are named: those that are in use here, and for this visit.
//!
//! The schedule also counts products that are used abroad, and for some persons prefers one.

use iis_codes::CodeSets;
use iis_model::Cvx;
use iis_model::recommendation::{Offer, Visit};

/// Vaccines against meningococci of all five groups: for a visit at which both `MenACWY` and `MenB` are wanted, and no other
/// (MMWR 2024; 73: 345-350, and the notes of the immunization schedules since).
const FOR_BOTH: [u16; 2] = [316, 328];

/// Leaves the vaccines in a visit that are to be named.
pub(super) fn name(visit: &mut Visit, sets: &CodeSets) {
    let is_wanted_twice = |cvx: Cvx| {
        let holds = |offer: &&Offer| offer.is_wanted() && offer.vaccines.iter().any(|other| other.cvx == cvx);
        visit.offers.iter().filter(holds).count() > 1
    };
    let for_both: Vec<Cvx> = FOR_BOTH.into_iter().map(Cvx::new).filter(|cvx| is_wanted_twice(*cvx)).collect();
    let on = visit.on;
    let is_named = |cvx: Cvx| {
        sets.may_be_given(cvx, on) && (!FOR_BOTH.contains(&cvx.number()) || for_both.contains(&cvx))
    };
    for offer in &mut visit.offers {
        offer.vaccines.retain(|vaccine| is_named(vaccine.cvx));
        offer.cautioned.retain(|cvx| is_named(*cvx));
    }
}

#[cfg(test)]
mod tests {
    use crate::recommend::{Schedules, visits};
    use iis_model::event::{InformationSource, Observation, ObservationValue};
    use iis_model::loinc::CONTRAINDICATION;
    use iis_model::testing::{dose, person, record};
    use iis_model::{Coded, EventKind, Given, ReportedEvent};
    use jiff::civil::date;

    /// CVX codes.
    type Codes = &'static [u16];

    /// An event that notes a code of CDC's schedule or of SNOMED.
    fn noted(code: &str, system: &str) -> ReportedEvent {
        let mut event = ReportedEvent::new(EventKind::Observation);
        event.observations = vec![Observation {
            about: Coded::new(CONTRAINDICATION, "", "LN"),
            group: "1".into(),
            value: Given::of(ObservationValue::Coded(Coded::new(code, "", system))),
            observed_on: Given::of("2025-11-01".parse().expect("a date")),
        }];
        event
    }

    #[test]
    fn vaccines_of_other_countries_and_of_another_visit_are_not_named() {
        let schedules = Schedules::built_in();
        let given = |cvx, on: &str| dose(InformationSource::NewImmunization).vaccine(cvx).given(on);
        let acwy = || vec![given(114, "2019-08-01"), given(114, "2024-08-01")];
        #[rustfmt::skip]
        let table: [(&str, Vec<ReportedEvent>, &str, Codes, Codes); 5] = [
            // born        on record                     group              not named    named
            ("1985-07-10", vec![noted("003", "CDSI")],   "COVID-19",        &[512],      &[]),
            ("2008-07-10", acwy(),                       "Meningococcal B", &[316, 328], &[162, 163]),
            ("2008-07-10", vec![given(114, "2019-08-01")], "Meningococcal B", &[],       &[328, 163]),
            ("2008-07-10", vec![given(114, "2019-08-01")], "Meningococcal", &[],         &[328]),
            ("2014-07-10", Vec::new(),                   "Meningococcal",   &[316, 328], &[]), // eleven: MenB is not wanted
        ];
        for (born, events, group, out, named) in table {
            let record = record(person().born(born), events);
            let visit = visits(&schedules, &record, &[], date(2025, 11, 10)).today;
            let offer = visit.offers.iter().find(|offer| &*offer.group.name == group).expect("an offer");
            let codes: Vec<u16> = offer.vaccines.iter().map(|vaccine| vaccine.cvx.number()).collect();
            assert!(
                !codes.is_empty() && out.iter().all(|cvx| !codes.contains(cvx)),
                "{born} {group}: {codes:?}"
            );
            assert!(named.iter().all(|cvx| codes.contains(cvx)), "{born} {group}: {codes:?}");
        }
    }
}
