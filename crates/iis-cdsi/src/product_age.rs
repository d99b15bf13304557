//! The ages at which the schedule asks for a product: what a picker of lots goes by.
//!
//! Source: CDSi supporting data, the preferable vaccines of the doses of all series, each with its ages and those of its
//! dose.

use crate::codes::{Cvx, Volume};
use crate::compiled::{AgeIx, Ages, Dose, Schedule, Series, VaccineIx};
use crate::dates::Day;

impl Schedule {
    /// Whether a dose of some series prefers this vaccine at the age that somebody born on `birth` has on `on`; what is only
    /// allowed is not preferred. None: no dose takes it, so the schedule says nothing of its ages.
    #[must_use]
    pub fn prefers_at(&self, cvx: Cvx, birth: Day, on: Day) -> Option<bool> {
        let vaccine = self.vaccine(cvx)?;
        let mut doses = self.series.iter().flat_map(|series| &series.doses);
        let mut rows = self.series.iter().flat_map(|series| ages_of(series, vaccine));
        let is_preferred = rows.any(|ages| ages.iter().all(|ages| self.is_at(*ages, birth, on)));
        let is_taken = |dose: &Dose| {
            dose.preferable.iter().any(|row| row.vaccine == vaccine)
                || dose.allowable.iter().any(|(allowed, _)| *allowed == vaccine)
        };
        (is_preferred || doses.any(is_taken)).then_some(is_preferred)
    }

    /// How much of a vaccine a dose is at the age that somebody born on `birth` has on `on`; none: the schedule names no
    /// volume, or more than one.
    #[must_use]
    pub fn usual_volume(&self, cvx: Cvx, birth: Day, on: Day) -> Option<Volume> {
        let vaccine = self.vaccine(cvx)?;
        let doses = self.series.iter().flat_map(|series| &series.doses);
        let rows = doses.flat_map(|dose| &dose.preferable).filter(|row| row.vaccine == vaccine);
        let mut volumes: Vec<Volume> =
            rows.filter(|row| self.is_at(row.ages, birth, on)).filter_map(|row| row.volume).collect();
        volumes.sort_unstable();
        volumes.dedup();
        volumes.pop().filter(|_| volumes.is_empty())
    }

    fn is_at(&self, ages: Ages, birth: Day, on: Day) -> bool {
        let reached = |age: AgeIx| self.ages.get(usize::from(age.0)).is_none_or(|age| age.after(birth) <= on);
        let has_begun = !ages.begin.is_named() || reached(ages.begin);
        has_begun && !(ages.end.is_named() && reached(ages.end))
    }
}

/// The ages of the doses that prefer a vaccine: each time those of its row and those of the dose. A dose that names no
/// first age of its own (the second of two adult doses for adolescents) comes after the one before it, and the first when the
/// series may start.
fn ages_of(series: &Series, vaccine: VaccineIx) -> Vec<[Ages; 2]> {
    let mut begin = series.start.begin;
    let mut ages = Vec::new();
    for dose in &series.doses {
        let own = dose.ages.first();
        begin = own.map(|row| row.absolute_minimum).filter(|age| age.is_named()).unwrap_or(begin);
        let of_dose = Ages { begin, end: own.map_or(AgeIx::OPEN_END, |row| row.maximum) };
        let rows = dose.preferable.iter().filter(|row| row.vaccine == vaccine);
        ages.extend(rows.map(|row| [row.ages, of_dose]));
    }
    ages
}

#[cfg(test)]
mod tests {
    use crate::codes::Cvx;
    use crate::dates::Day;
    use crate::{Schedule, tables};

    #[test]
    fn a_dose_has_the_volume_of_its_product_and_age() {
        let schedule = Schedule::compile(&tables::built_in().expect("tables"), &[]).expect("a schedule");
        let on = Day::parse("2026-03-02").expect("a day");
        #[rustfmt::skip]
        let table = [
            (8,   "HepB, pediatric",  "2026-03-02", Some("0.5")),
            (189, "HepB, with CpG",   "1990-01-01", Some("0.5")),
            (43,  "HepB, adult: 1 mL, on dialysis 2", "1990-01-01", None),
            (998, "no vaccine",       "2024-01-01", None),
        ];
        for (cvx, name, born, volume) in table {
            let (cvx, born) = (Cvx::new(cvx).expect("a code"), Day::parse(born).expect("a day"));
            let said = schedule.usual_volume(cvx, born, on).map(|volume| volume.to_string());
            assert_eq!(said.as_deref(), volume, "{name} born {born:?}");
        }
    }

    #[test]
    fn products_for_children_and_for_adults_have_their_ages() {
        let schedule = Schedule::compile(&tables::built_in().expect("tables"), &[]).expect("a schedule");
        let on = Day::parse("2026-03-02").expect("a day");
        #[rustfmt::skip]
        let table = [
            // vaccine                         born          preferred
            (8,   "HepB, pediatric",           "2026-03-02", Some(true)),   // on the day of birth
            (43,  "HepB, adult",               "2025-12-02", Some(false)),
            (43,  "HepB, adult",               "1990-01-01", Some(true)),
            (43,  "HepB, adult",               "2014-12-02", Some(true)),   // in two doses, for adolescents
            (83,  "HepA, pediatric",           "2025-03-02", Some(true)),
            (52,  "HepA, adult",               "2025-02-01", Some(false)),
            (20,  "DTaP",                      "2019-03-03", Some(true)),   // the day before the 7th birthday
            (20,  "DTaP",                      "2019-03-02", Some(false)),  // the 7th birthday
            (115, "Tdap",                      "2025-10-01", Some(false)),
            (197, "influenza, high dose",      "2024-01-01", Some(false)),
            (998, "no vaccine",                "2024-01-01", None),
        ];
        for (cvx, name, born, preferred) in table {
            let (cvx, born) = (Cvx::new(cvx).expect("a code"), Day::parse(born).expect("a day"));
            assert_eq!(schedule.prefers_at(cvx, born, on), preferred, "{name} born {born:?}");
        }
    }
}
