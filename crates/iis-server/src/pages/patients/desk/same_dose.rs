//! Whether a dose that is typed is on record already: asked of the rule by which consolidation will place it.

use iis_matching::vaccination::{Together, Vaccines, together};
use iis_model::record::ConsolidatedEvent;
use iis_model::{Gist, OrganizationId, PartialDate, ReportedEvent};

/// What becomes of a dose, said by an organization, beside one on record. The dose on record counts as its best values say,
/// reported by whoever is believed most.
pub(super) fn beside(dose: &ReportedEvent, own: OrganizationId, known: &ConsolidatedEvent) -> Together {
    let by = known.reports.first().map_or(own, |first| first.organization_id);
    together((&Gist::of(dose), own), (&Gist::of(&known.best), by), &Vaccines::built_in())
}

/// Whether two doses that are typed together may be one with two dates: consolidation would take them for one or have somebody look,
/// or of a date so much is unknown that they can be of one day.
pub(super) fn may_be_one(one: &ReportedEvent, other: &ReportedEvent) -> bool {
    let own = OrganizationId(0); // the same of both, whichever it is
    let becomes = together((&Gist::of(one), own), (&Gist::of(other), own), &Vaccines::built_in());
    becomes != Together::Two || can_be_of_one_day(one, other)
}

/// Whether two doses are of one family of vaccines, and what is known of their dates fits one day.
fn can_be_of_one_day(one: &ReportedEvent, other: &ReportedEvent) -> bool {
    let is_same_family = match (one.cvx.value, other.cvx.value) {
        (Some(one), Some(other)) => Vaccines::built_in().share_group(one, other),
        _ => false,
    };
    is_same_family
        && match (one.given_on.value, other.given_on.value) {
            (Some(one), Some(other)) => overlap(one, other),
            _ => false,
        }
}

/// Whether a dose of the past may be one on record with another date, so that whoever types it is asked: consolidation would
/// take them for one or have somebody look; or of a date so much is unknown that it cannot tell, and they can be of one day.
pub(super) fn may_be(dose: &ReportedEvent, own: OrganizationId, known: &ConsolidatedEvent) -> bool {
    beside(dose, own, known) != Together::Two || can_be_of_one_day(dose, &known.best)
}

fn overlap(one: PartialDate, other: PartialDate) -> bool {
    one.first_day() <= other.last_day() && other.first_day() <= one.last_day()
}

#[cfg(test)]
mod tests {
    use super::{may_be, may_be_one};
    use iis_model::InformationSource::{Historical, NewImmunization};
    use iis_model::record::ConsolidatedEvent;
    use iis_model::testing::dose;
    use iis_model::{EventId, OrganizationId};

    #[test]
    fn two_dates_of_one_vaccine_that_are_typed_together_are_asked_about() {
        #[rustfmt::skip]
        let table = [
            // one              other           asked
            ((83, "2020-07-01"), (83, "2020-07-02"), true),
            ((83, "2020-07-01"), (83, "2021-01-01"), false),
            ((83, "2020-07-01"), (8,  "2020-07-02"), false), // another vaccine
            ((83, "2020-07"),    (83, "2020-07-20"), true),  // nobody can tell
            ((107, "2020-07-01"), (120, "2020-07-01"), true), // a combination and its part
        ];
        for ((one, on), (other, other_on), asked) in table {
            let typed = |cvx, on: &str| dose(Historical).vaccine(cvx).given(on);
            assert_eq!(
                may_be_one(&typed(one, on), &typed(other, other_on)),
                asked,
                "{one} {on} {other} {other_on}"
            );
        }
    }

    #[test]
    fn whoever_types_a_past_dose_is_asked_where_consolidation_would_join_it_or_somebody_would_look() {
        #[rustfmt::skip]
        let table = [
            // on record        typed           asked
            ("2024-06-17",      "2024-06-24",   true),  // one dose with a wrong date
            ("2024-06-17",      "2024-07-10",   true),  // nearer than two doses of a series can be
            ("2024-06-17",      "2024-07-11",   false),
            ("2024-06-17",      "2023-06-17",   true),  // a year mistyped
            ("2024-06",         "2024-06-30",   true),
            ("2024-06",         "2024-07-01",   false),
            ("2024",            "2024-06",      true),  // nobody can tell
            ("2024",            "2023-12-31",   false),
        ];
        for (known, typed, asked) in table {
            for given_here in [NewImmunization, Historical] {
                let best = dose(given_here).vaccine(120).given(known);
                let known = ConsolidatedEvent { id: EventId(1), best, reports: Vec::new() };
                let typed = dose(Historical).vaccine(107).given(typed);
                assert_eq!(may_be(&typed, OrganizationId(1), &known), asked, "{known:?} {typed:?}");
                let other = dose(Historical).vaccine(8).given("2024-06-17");
                assert!(!may_be(&other, OrganizationId(1), &known), "another vaccine");
            }
        }
    }
}
