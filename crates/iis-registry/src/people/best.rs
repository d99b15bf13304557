//! The best value of each field of an event: the preferred report, its gaps filled from the others of the same product.
//! What hangs together (lot, expiration, manufacturer; the observations of a report) is only taken together.

use iis_model::event::{Amount, Lot, Observation};
use iis_model::{Given, ReportedEvent};

/// The reports of one event, the preferred one first.
#[derive(Debug, Clone)]
pub(crate) struct Reports<'a> {
    preferred: &'a ReportedEvent,
    /// The other reports of the same product.
    others: Vec<&'a ReportedEvent>,
}

impl<'a> Reports<'a> {
    /// Of the reports of an event; none when there is no report.
    pub(crate) fn of(mut reports: impl Iterator<Item = &'a ReportedEvent>) -> Option<Self> {
        let preferred = reports.next()?;
        Some(Self { preferred, others: reports.filter(|other| other.cvx == preferred.cvx).collect() })
    }

    /// All fields, but for the stock of the site: that is each organization's own, and nobody's gap is filled with it.
    pub(crate) fn best(&self) -> ReportedEvent {
        let mut best = self.preferred.clone();
        for other in &self.others {
            fill(&mut best.ndc, &other.ndc);
            fill(&mut best.route, &other.route);
            fill(&mut best.body_site, &other.body_site);
            fill(&mut best.administered_by, &other.administered_by);
            fill(&mut best.ordered_by, &other.ordered_by);
            fill(&mut best.eligibility, &other.eligibility);
            fill(&mut best.funding_source, &other.funding_source);
        }
        best.amount.clone_from(self.amount());
        best.lot.clone_from(self.lot());
        best.observations = self.observations().to_vec();
        best
    }

    fn amount(&self) -> &'a Given<Amount> {
        self.first(|event| event.amount.value.is_some()).map_or(&self.preferred.amount, |event| &event.amount)
    }

    fn lot(&self) -> &'a Lot {
        self.first(|event| event.lot.number.value.is_some()).map_or(&self.preferred.lot, |event| &event.lot)
    }

    fn observations(&self) -> &'a [Observation] {
        self.first(|event| !event.observations.is_empty()).map_or(&[], |event| &event.observations)
    }

    fn first(&self, has: impl Fn(&ReportedEvent) -> bool) -> Option<&'a ReportedEvent> {
        std::iter::once(&self.preferred).chain(&self.others).copied().find(|event| has(event))
    }
}

fn fill<T: Clone>(value: &mut Given<T>, other: &Given<T>) {
    if value.value.is_none() {
        value.clone_from(other);
    }
}

#[cfg(test)]
mod tests {
    use super::Reports;
    use iis_model::event::{Amount, InformationSource};
    use iis_model::testing::dose;
    use iis_model::{Given, ReportedEvent};

    #[test]
    fn gaps_are_filled_from_reports_of_the_same_product_and_lots_whole() {
        let preferred = dose(InformationSource::NewImmunization).lot_expires(Some("2030-01-01"));
        let amount = Given::of(Amount { number: "0.5".into(), unit: "mL".into() });
        let other_product = dose(InformationSource::Historical).vaccine(94).lot("L9");
        let other_product = ReportedEvent { amount: amount.clone(), ..other_product };
        let same = dose(InformationSource::Historical).lot("L1").lot_expires(Some("2027-01-01"));
        let of = |reports: &[ReportedEvent]| Reports::of(reports.iter()).map(|reports| reports.best());
        let best = of(&[preferred.clone(), other_product.clone()]).expect("a report");
        assert_eq!((best.amount.value, best.lot.number.value), (None, None), "another product says nothing");
        let best = of(&[preferred, other_product, same.clone()]).expect("a report");
        assert_eq!(best.lot, same.lot, "the whole lot, not the number of one and the day of another");
        assert!(of(&[]).is_none());
    }
}
