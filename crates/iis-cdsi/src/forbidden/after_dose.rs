//! What a severe allergic reaction after a dose is among the observations of the schedule.
//!
//! CDC, General Best Practice Guidelines for Immunization, contraindications and precautions: a severe allergic reaction
//! (anaphylaxis) after a previous dose contraindicates further doses of the vaccine. The schedule has an observation for each
//! antigen, and lists products under it; but not those that came later (release 4.64 lists PCV13, not PCV20). What it does not
//! list is found by the antigens that the product holds.

use crate::codes::{Cvx, ObservationCode};
use crate::compiled::Schedule;
use crate::supporting::model::Observation;

/// How the titles of these observations speak.
const AFTER_DOSE: &str = "after previous dose of";

impl Schedule {
    /// The observations that a severe allergic reaction after a dose of this product makes: those under which the schedule
    /// lists it, else those that contraindicate the antigens that it holds. A product that the schedule does not hold is taken
    /// by its vaccine groups, as the schedule names them. Empty: the schedule has none.
    #[must_use]
    pub fn reacting_to(&self, cvx: Cvx, groups: &[&str]) -> Vec<ObservationCode> {
        let text = cvx.to_string();
        let is_of_doses = |code: &ObservationCode| self.is_after_dose(code.number());
        let listed: Vec<ObservationCode> = self.observations_for("CVX", &text).filter(is_of_doses).collect();
        if !listed.is_empty() {
            return listed;
        }
        let mut found: Vec<ObservationCode> = self
            .antigens_held(cvx, groups)
            .into_iter()
            .flat_map(|antigen| self.reactions_to(antigen))
            .collect();
        found.sort_unstable();
        found.dedup();
        found
    }

    /// Whether a product holds an antigen of this name; of one that is not in the schedule, whether its groups have it.
    #[must_use]
    pub fn holds(&self, cvx: Cvx, groups: &[&str], antigen: &str) -> bool {
        self.antigens_held(cvx, groups).into_iter().any(|held| self.antigen_name(held) == antigen)
    }

    /// The antigens of a product; of one that is not in the schedule, those of its groups.
    fn antigens_held(&self, cvx: Cvx, groups: &[&str]) -> Vec<u8> {
        if let Some(index) = self.vaccine(cvx) {
            return self.vaccines[usize::from(index)].antigens.iter().map(|(antigen, _)| *antigen).collect();
        }
        let groups = groups.iter().filter_map(|name| self.vaccine_group_named(name));
        groups.flat_map(|group| self.groups[usize::from(group)].antigens.iter().copied()).collect()
    }

    /// What contraindicates an antigen after a dose: of several those of this antigen, under which no product stands that does
    /// not hold it. Diphtheria is contraindicated by a reaction to tetanus toxoid too.
    fn reactions_to(&self, antigen: u8) -> Vec<ObservationCode> {
        let numbers = self.antigens[usize::from(antigen)].contraindications.iter().map(|row| row.observation);
        let numbers: Vec<u16> = numbers.filter(|number| self.is_after_dose(*number)).collect();
        let known = self.release.observations.iter().filter(|known| numbers.contains(&known.code.number()));
        let (own, others): (Vec<&Observation>, Vec<&Observation>) =
            known.partition(|known| self.lists_only_holders(known, antigen));
        let chosen = if own.is_empty() { others } else { own };
        chosen.into_iter().map(|known| known.code).collect()
    }

    fn lists_only_holders(&self, known: &Observation, antigen: u8) -> bool {
        let products = known.codes.iter().filter(|(system, _)| system == "CVX");
        let mut products = products.filter_map(|(_, code)| self.vaccine(Cvx::new(code.parse().ok()?)?));
        products
            .all(|index| self.vaccines[usize::from(index)].antigens.iter().any(|(held, _)| *held == antigen))
    }

    fn is_after_dose(&self, number: u16) -> bool {
        let mut known = self.release.observations.iter();
        known.any(|known| known.code.number() == number && known.title.contains(AFTER_DOSE))
    }
}

#[cfg(test)]
mod tests {
    use crate::codes::Cvx;
    use crate::{Schedule, tables};

    fn schedule() -> Schedule {
        Schedule::compile(&tables::built_in().expect("tables"), &[]).expect("a schedule")
    }

    #[test]
    fn a_reaction_is_to_the_antigens_of_the_product_where_the_schedule_lists_it_nowhere() {
        let schedule = schedule();
        #[rustfmt::skip]
        let table: [(u16, &[&str], &[u16]); 18] = [
            // product                    observations
            (133, &[],                    &[94]),      // listed
            (121, &[],                    &[89, 100]), // listed: zoster live is not the recombinant one
            (215, &[],                    &[94]),
            (216, &[],                    &[94]),
            (203, &[],                    &[95]),
            (189, &[],                    &[97]),
            (312, &[],                    &[122]),
            (316, &[],                    &[95, 116]),
            (328, &[],                    &[95, 116]),
            (333, &[],                    &[85]),
            (305, &[],                    &[244]),
            (306, &[],                    &[244]),
            (11,  &[],                    &[86]),      // pertussis alone
            (193, &[],                    &[96, 97]),  // hepatitis A and B
            (56,  &[],                    &[210]),
            (997, &["Pneumococcal"],      &[94]),      // of next year
            (997, &["Meningococcal", "Meningococcal B"], &[95, 116]),
            (997, &[],                    &[]),
        ];
        for (cvx, groups, expected) in table {
            let found = schedule.reacting_to(Cvx::new(cvx).expect("a code"), groups);
            let found: Vec<u16> = found.iter().map(|code| code.number()).collect();
            assert_eq!(found, expected, "{cvx} {groups:?}");
        }
    }

    #[test]
    fn a_reaction_to_any_product_of_the_schedule_forbids_it() {
        use crate::codes::Sex;
        use crate::gather::{BirthDate, History, ObservationMade};
        let schedule = schedule();
        let day = |text: &str| crate::dates::Day::parse(text).expect("a day");
        for vaccine in &schedule.vaccines {
            let made = |code| ObservationMade { code, on: Some(day("2025-11-01")) };
            let history = History {
                birth: BirthDate::On(day("1970-02-11")),
                sex: Sex::Female,
                observations: schedule.reacting_to(vaccine.cvx, &[]).into_iter().map(made).collect(),
                ..History::default()
            };
            let found =
                schedule.forbidding(&history, vaccine.cvx, day("2025-11-10"), &mut crate::Scratch::default());
            assert!(!found.is_empty() || vaccine.antigens.is_empty(), "{}", vaccine.cvx);
        }
    }
}
