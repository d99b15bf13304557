//! What on the record forbids a product: what whoever is about to give it has to know, whatever the forecast of its group
//! says. A complete series and an immune person get no forecast of a contraindication, and can be given the product all the
//! same.
//!
//! Source: CDSi Logic Specification 4.6, section 7.3 (tables 7-5 and 7-6).

mod after_dose;

use crate::codes::Cvx;
use crate::compiled::{CodeSet, Schedule};
use crate::dates::Day;
use crate::forecast::{contraindicated_vaccines, forbids, is_antigen_contraindicated};
use crate::gather::{Assessment, History, Person};
use crate::process::Scratch;

impl Schedule {
    /// Titles of the observations on record that forbid this vaccine on a day: an antigen that it holds, or the product
    /// itself. Empty: none does, or its age cannot be counted.
    #[must_use]
    pub fn forbidding(&self, history: &History, cvx: Cvx, on: Day, scratch: &mut Scratch) -> Vec<String> {
        let Some(index) = self.vaccine(cvx) else { return Vec::new() };
        let (person, assessment) = (&mut scratch.person, Assessment::new(on));
        if !person.organize(self, history, &assessment, &mut Vec::new()) {
            return Vec::new();
        }
        let held = self.vaccines[usize::from(index)].antigens.iter();
        let of_antigens =
            held.flat_map(|(antigen, _)| &self.antigens[usize::from(*antigen)].contraindications);
        let of_products = self.antigens.iter().flat_map(|antigen| &antigen.vaccine_contraindications);
        let of_product = of_products.filter(|(of, _)| *of == index).map(|(_, row)| row);
        let applying = of_antigens.chain(of_product).filter(|row| forbids(row, person, &assessment));
        let numbers: Vec<u16> = applying.map(|row| row.observation).collect();
        let known = self.release.observations.iter().filter(|known| numbers.contains(&known.code.number()));
        known.map(|known| known.title.clone()).collect()
    }

    /// All vaccines that something on record forbids on a day: an antigen that they hold, or the product itself, in whatever
    /// antigen's rows it stands.
    pub(crate) fn forbidden_vaccines(&self, person: &Person, on: Day) -> CodeSet {
        let assessment = Assessment::new(on);
        let mut forbidden = CodeSet::default();
        for (number, antigen) in self.antigens.iter().enumerate() {
            let products = contraindicated_vaccines(antigen, person, &assessment);
            let is_out = is_antigen_contraindicated(antigen, person, &assessment);
            for (index, vaccine) in (0..).zip(&self.vaccines) {
                let holds = || vaccine.antigens.iter().any(|(held, _)| usize::from(*held) == number);
                if products.contains(index) || (is_out && holds()) {
                    forbidden.insert(index);
                }
            }
        }
        forbidden
    }
}

#[cfg(test)]
mod tests {
    use crate::codes::{Cvx, ObservationCode, Sex};
    use crate::dates::Day;
    use crate::gather::{BirthDate, DoseGiven, History, ObservationMade};
    use crate::process::Scratch;
    use crate::{Schedule, tables};

    #[test]
    fn a_contraindication_forbids_the_products_that_hold_its_antigen_and_no_others() {
        let schedule = Schedule::compile(&tables::built_in().expect("tables"), &[]).expect("a schedule");
        let day = |text: &str| Day::parse(text).expect("a day");
        let cvx = |number: u16| Cvx::new(number).expect("a code");
        let observed = |system: &str, code: &str| -> Vec<ObservationMade> {
            let codes: Vec<ObservationCode> = schedule.observations_for(system, code).collect();
            assert!(!codes.is_empty(), "{system} {code}");
            codes.into_iter().map(|code| ObservationMade { code, on: Some(day("2024-06-01")) }).collect()
        };
        // Two doses of MMR: the group is complete, and no forecast speaks of a contraindication any more.
        let doses =
            vec![DoseGiven::new(day("2011-03-01"), cvx(3)), DoseGiven::new(day("2014-03-01"), cvx(3))];
        #[rustfmt::skip]
        let table = [
            // observed                         vaccine                  forbidden
            (("SNOMED", "77386006"),            3,   "MMR",              true),  // pregnant
            (("SNOMED", "77386006"),            94,  "MMRV",             true),
            (("SNOMED", "77386006"),            21,  "varicella",        true),
            (("SNOMED", "77386006"),            115, "Tdap",             false),
            (("SNOMED", "293115003"),           20,  "DTaP",             true),  // allergy to a pertussis vaccine
            (("SNOMED", "293115003"),           3,   "MMR",              false),
            (("SNOMED", "293115003"),           998, "no vaccine",       false),
        ];
        for ((system, code), number, name, expected) in table {
            let history = History {
                birth: BirthDate::On(day("2010-02-11")),
                sex: Sex::Female,
                doses: doses.clone(),
                observations: observed(system, code),
                ..History::default()
            };
            let mut scratch = Scratch::default();
            let found = schedule.forbidding(&history, cvx(number), day("2026-03-02"), &mut scratch);
            assert_eq!(!found.is_empty(), expected, "{name} {code}: {found:?}");
            assert!(found.iter().all(|title| !title.is_empty()));
        }
    }
}
