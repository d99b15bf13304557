//! What a planned live vaccine does to the other live ones: on the same day, or with the spacing kept.

use crate::compiled::Schedule;
use crate::dates::Day;
use crate::gather::{DoseGiven, History};
use crate::process::Scratch;

/// A vaccine group that a planned dose holds back, if it is not given on the same day.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct HeldBack {
    /// The planned dose, by its place in the plan.
    pub planned: usize,
    /// Position of the vaccine group.
    pub group: u8,
    /// The first day on which the group can be given, if not on the day of the planned dose.
    pub until: Day,
}

impl Schedule {
    /// The live vaccines that could be given on the day of a planned live dose and have to wait
    /// when they are not. What the plan itself gives on that day is not among them.
    #[must_use]
    pub fn held_back(
        &self,
        history: &History,
        planned: &[DoseGiven],
        scratch: &mut Scratch,
    ) -> Vec<HeldBack> {
        let mut all = history.clone();
        all.doses.extend_from_slice(planned);
        let mut found = Vec::new();
        for (place, dose) in planned.iter().enumerate().filter(|(_, dose)| self.is_live(dose.cvx)) {
            let mut without = all.clone();
            without.doses.remove(history.doses.len() + place);
            let before = self.evaluate(&without, dose.on, scratch);
            let mut possible = self.visit(&before, dose.on, scratch).offers;
            possible.retain(|offer| {
                offer.is_live && self.vaccine_groups_of(dose.cvx).all(|group| group != offer.group)
            });
            let after = self.evaluate(&all, dose.on, scratch);
            found.extend(possible.iter().filter_map(|offer| {
                let dates = after.forecasts_of(offer.group).filter_map(|forecast| forecast.dates);
                let until = dates.map(|dates| dates.earliest).min().filter(|until| *until > dose.on)?;
                Some(HeldBack { planned: place, group: offer.group, until })
            }));
        }
        found
    }
}

#[cfg(test)]
mod tests {
    use crate::codes::{Cvx, Sex};
    use crate::compiled::Schedule;
    use crate::dates::Day;
    use crate::gather::{BirthDate, DoseGiven, History};
    use crate::process::Scratch;
    use crate::tables::built_in;

    /// Place in the plan, group, until when.
    type Expected = (usize, &'static str, &'static str);

    fn day(text: &str) -> Day {
        Day::parse(text).expect("a test writes dates that exist")
    }

    #[test]
    fn a_planned_live_vaccine_holds_the_others_back_unless_they_are_planned_for_the_same_day() {
        let schedule = Schedule::compile(&built_in().expect("built in"), &[]).expect("it can be compiled");
        let child =
            History { birth: BirthDate::On(day("2024-01-10")), sex: Sex::Female, ..History::default() };
        let given = |code: u16, on: &str| DoseGiven::new(day(on), Cvx::new(code).expect("a code"));
        #[rustfmt::skip]
        let table: [(&[DoseGiven], &[Expected]); 5] = [
            // planned                                              held back
            (&[given(3, "2025-01-20")],                             &[(0, "Varicella", "2025-02-17")]),
            (&[given(21, "2025-01-20")],                            &[(0, "MMR", "2025-02-17")]),
            (&[given(3, "2025-01-20"), given(21, "2025-01-20")],    &[]),
            (&[given(94, "2025-01-20")],                            &[]), // MMRV is both
            (&[given(8, "2025-01-20")],                             &[]), // not live
        ];
        for (planned, expected) in table {
            let found = schedule.held_back(&child, planned, &mut Scratch::default());
            let found: Vec<_> = found
                .iter()
                .map(|held| (held.planned, schedule.vaccine_group_name(held.group), held.until))
                .collect();
            let expected: Vec<_> =
                expected.iter().map(|(planned, group, until)| (*planned, *group, day(until))).collect();
            assert_eq!(found, expected, "{planned:?}");
        }
    }
}
