//! What stands beside a forecast for whoever acts on it: whether its dates hold, and the vaccines that fit.
//!
//! CDSi's RSV series of a pregnancy names week 37 as the latest date, and a latest date makes a dose late, not over. CDC gives
//! the vaccine in weeks 32 0/7 through 36 6/7 of a pregnancy, September through January, and after them none: the infant gets
//! RSV antibody instead (cdc.gov, RSV vaccine guidance for pregnant people; MMWR 2023;72:1115). Tdap is given late as well.

use super::Undated;
use super::undated::{PREGNANCY_BEGINNING, of_pregnancy, whole_weeks};
use crate::answer::{Answer, Forecast, ForecastDates};
use crate::codes::Cvx;
use crate::compiled::Schedule;
use crate::dates::Day;
use crate::process::Scratch;

/// The vaccine group that is given in its weeks of a pregnancy, and in no later ones.
pub(super) const IN_ITS_WEEKS_ONLY: &str = "RSV";

/// What stands beside a forecast.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct InPractice {
    /// Whether its dates hold.
    pub timing: Timing,
    /// The dates; of what is given in its weeks alone no day on which it is overdue, but a last one. Where a vaccine that fits
    /// conflicts with no dose on record, the conflicts of the others do not count.
    pub dates: Option<ForecastDates>,
    /// The first later day on which its weeks are over.
    pub over_from: Option<Day>,
    /// The vaccines that fit, on the day of the question or the first later one on which a dose can count.
    pub vaccines: Vec<Cvx>,
}

/// Whether the dates of a forecast hold.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Timing {
    /// They do, or there are none.
    Holds,
    /// They count from a day that is not on record.
    Undated(Undated),
    /// The weeks of the pregnancy in which the dose is given have no day left.
    Over,
}

/// The weeks of a pregnancy in which a vaccine is given, each from its first to its last day.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Weeks {
    /// The first.
    pub from: u16,
    /// The last.
    pub until: u16,
    /// The first and the last day of the season in which it is given, of the year that the schedule holds.
    pub season: Option<(Day, Day)>,
}

impl Schedule {
    /// What stands beside each forecast of the answer that was made last with this room.
    #[must_use]
    pub fn in_practice(&self, answer: &Answer, scratch: &Scratch) -> Vec<InPractice> {
        let beside = |forecast: &Forecast| InPractice {
            timing: self.timing(forecast, answer.assessed_on, scratch),
            dates: self.dates_in_practice(forecast, scratch),
            over_from: self.over_from(forecast, scratch).filter(|day| *day > answer.assessed_on),
            vaccines: self.vaccines_of(answer, forecast, scratch),
        };
        answer.forecasts.iter().map(beside).collect()
    }

    /// The weeks outside of which this vaccine is not given in a pregnancy.
    #[must_use]
    pub fn weeks_of_pregnancy(&self, cvx: Cvx) -> Option<Weeks> {
        let vaccine = self.vaccine(cvx)?;
        let group = self.vaccine_group_named(IN_ITS_WEEKS_ONLY)?;
        let of_group =
            self.series.iter().filter(|series| self.antigens[usize::from(series.antigen)].group == group);
        of_group.flat_map(|series| &series.doses).find_map(|dose| {
            let row = of_pregnancy(dose)?;
            let is_of_dose = dose.preferable.iter().any(|row| row.vaccine == vaccine)
                || dose.allowable.iter().any(|(allowed, _)| *allowed == vaccine);
            let (from, until) = row.minimum.zip(row.latest_recommended).filter(|_| is_of_dose)?;
            let season = dose.season_start.zip(dose.season_end);
            Some(Weeks { from: whole_weeks(from), until: whole_weeks(until).saturating_sub(1), season })
        })
    }

    /// Whether a vaccine is of the group that is given in some weeks of a pregnancy, and not the one that is given in them.
    #[must_use]
    pub fn is_for_no_pregnancy(&self, cvx: Cvx) -> bool {
        let group = self.vaccine_group_named(IN_ITS_WEEKS_ONLY);
        self.vaccine_groups_of(cvx).any(|of| Some(of) == group) && self.weeks_of_pregnancy(cvx).is_none()
    }

    pub(crate) fn timing(&self, forecast: &Forecast, on: Day, scratch: &Scratch) -> Timing {
        match self.undated(forecast, scratch) {
            Some(undated) => Timing::Undated(undated),
            None if self.is_over(forecast, on, scratch) => Timing::Over,
            None => Timing::Holds,
        }
    }

    /// Whether the weeks of the pregnancy have passed, or the season ends before they begin.
    fn is_over(&self, forecast: &Forecast, on: Day, scratch: &Scratch) -> bool {
        let first = unhindered(forecast, scratch).map_or(on, |dates| dates.earliest.max(on));
        self.over_from(forecast, scratch).is_some_and(|over| first >= over)
    }

    /// The day after the last one of the weeks of the pregnancy on record, and of the season.
    pub(crate) fn over_from(&self, forecast: &Forecast, scratch: &Scratch) -> Option<Day> {
        if self.vaccine_group_name(forecast.group) != IN_ITS_WEEKS_ONLY {
            return None;
        }
        let (dose, row) = self.row_of_pregnancy(forecast, scratch)?;
        let over = row.latest_recommended?.after(scratch.person.observed_on(PREGNANCY_BEGINNING)?);
        Some(dose.season_end.map_or(over, |end| end.plus_days(1).min(over)))
    }

    pub(crate) fn dates_in_practice(&self, forecast: &Forecast, scratch: &Scratch) -> Option<ForecastDates> {
        let dates = unhindered(forecast, scratch)?;
        let last = self.over_from(forecast, scratch).map(|over| over.plus_days(-1));
        Some(match last {
            Some(last) => ForecastDates { past_due: None, latest: Some(last), ..dates },
            None => dates,
        })
    }

    fn vaccines_of(&self, answer: &Answer, forecast: &Forecast, scratch: &Scratch) -> Vec<Cvx> {
        let Some(dates) = self.dates_in_practice(forecast, scratch) else { return Vec::new() };
        let on = dates.earliest.max(answer.assessed_on);
        let forbidden = self.forbidden_vaccines(&scratch.person, on);
        self.fitting_vaccines(answer, forecast, (on, &forbidden), scratch)
    }
}

/// The dates for the vaccines that conflict with nothing, where there are some: a live influenza vaccine has to wait after MMR,
/// and the others need not. FORECASTDTCAN-1 takes the conflicts of all preferable vaccines of the dose together.
fn unhindered(forecast: &Forecast, scratch: &Scratch) -> Option<ForecastDates> {
    let dates = forecast.dates?;
    let best = scratch.best.iter().map(|index| &scratch.outcomes[*index]);
    let mut of_series = best.filter(|outcome| forecast.series == Some(outcome.series));
    Some(of_series.find_map(|outcome| outcome.forecast.unhindered).unwrap_or(dates))
}

#[cfg(test)]
mod tests {
    use super::Timing;
    use crate::codes::{Cvx, ObservationCode, Sex};
    use crate::dates::Day;
    use crate::gather::{BirthDate, DoseGiven, History, ObservationMade};
    use crate::plan::Want;
    use crate::process::Scratch;
    use crate::{Schedule, tables};

    fn day(text: &str) -> Day {
        Day::parse(text).expect("a day")
    }

    fn schedule() -> Schedule {
        Schedule::compile(&tables::built_in().expect("tables"), &[]).expect("a schedule")
    }

    /// A woman who is pregnant since a day.
    fn pregnant(begun: &str, doses: Vec<DoseGiven>) -> History {
        let made = |code: &str, on: &str| ObservationMade {
            code: ObservationCode::parse(code).expect("a code"),
            on: Some(day(on)),
        };
        let birth = BirthDate::On(day("2001-11-27"));
        let observations = vec![made("007", begun), made("170", begun)];
        History { birth, sex: Sex::Female, doses, observations, ..History::default() }
    }

    #[test]
    fn rsv_vaccine_is_given_in_weeks_32_to_36_of_a_pregnancy_and_not_after_them() {
        let schedule = schedule();
        let group = schedule.vaccine_group_named("RSV").expect("a group");
        #[rustfmt::skip]
        let table = [
            // begun        asked on       over   offered
            ("2025-04-01", "2025-11-11", false, Some(Want::Recommended)), // week 32 0/7
            ("2025-04-01", "2025-11-10", false, None),                    // week 31 6/7
            ("2025-04-01", "2025-12-15", false, Some(Want::Recommended)), // week 36 6/7
            ("2025-04-01", "2025-12-16", true,  None),                    // week 37 0/7
            ("2025-04-01", "2026-01-13", true,  None),                    // week 41
            ("2025-07-01", "2025-11-18", true,  None),                    // week 20: week 32 is after January
            ("2025-06-01", "2025-11-18", false, None),                    // week 24: week 32 is in January
        ];
        for (begun, on, is_over, want) in table {
            let history = pregnant(begun, Vec::new());
            let mut scratch = Scratch::default();
            let answer = schedule.evaluate(&history, day(on), &mut scratch);
            let beside = schedule.in_practice(&answer, &scratch);
            let mut of_rsv =
                answer.forecasts.iter().zip(beside).filter(|(forecast, _)| forecast.group == group);
            assert_eq!(of_rsv.any(|(_, beside)| beside.timing == Timing::Over), is_over, "{begun} {on}");
            let stored = schedule.status(&answer, &scratch);
            let anew = stored.re_evaluate_on.is_some_and(|anew| anew <= day("2025-12-16"));
            assert!(
                anew || is_over || begun != "2025-04-01",
                "{on}: the row has to be made anew when they are over"
            );
            let stored = stored.groups.iter().filter(|stored| stored.group == group);
            let dates: Vec<_> = stored.filter_map(|stored| stored.dates).collect();
            assert_eq!(dates.len(), usize::from(!is_over), "{on}");
            assert!(dates.iter().all(|dates| dates.past_due.is_none() && dates.latest.is_some()), "{on}");
            let plan = schedule.plan(&history, day(on), &mut scratch);
            let offer = plan.today.offers.iter().find(|offer| offer.group == group);
            assert_eq!(offer.map(|offer| offer.want), want, "{begun} {on}");
            let next = plan.next.filter(|_| is_over);
            assert!(next.is_none_or(|next| next.offers.iter().all(|offer| offer.group != group)), "{on}");
        }
    }

    #[test]
    fn the_weeks_are_those_of_the_vaccine_for_pregnant_people() {
        let schedule = schedule();
        #[rustfmt::skip]
        let table = [
            // vaccine  weeks          of the group, and for no pregnancy
            (305,       Some((32, 36)), false),
            (303,       None,           true),  // for older adults
            (306,       None,           true),  // antibody
            (115,       None,           false), // Tdap: also later
        ];
        for (cvx, weeks, is_for_none) in table {
            let cvx = Cvx::new(cvx).expect("a code");
            let found = schedule.weeks_of_pregnancy(cvx).map(|weeks| (weeks.from, weeks.until));
            assert_eq!((found, schedule.is_for_no_pregnancy(cvx)), (weeks, is_for_none), "{cvx}");
        }
    }

    /// CDC: one dose of Tdap in each pregnancy, in weeks 27 to 36, whatever was given before. Td holds no pertussis.
    #[test]
    fn a_dose_that_a_risk_and_everybody_asks_for_is_of_a_vaccine_that_fits_both() {
        let schedule = schedule();
        let group = schedule.vaccine_group_named("DTaP/Tdap/Td").expect("a group");
        let dose = |cvx, on| DoseGiven::new(day(on), Cvx::new(cvx).expect("a code"));
        let childhood = || {
            let on = ["2002-01-27", "2002-03-27", "2002-05-27", "2003-02-27", "2006-11-27"];
            on.map(|on| dose(20, on)).to_vec()
        };
        let with = |more: &[DoseGiven]| [childhood(), more.to_vec()].concat();
        #[rustfmt::skip]
        let table = [
            ("none",                      Vec::new()),
            ("childhood",                 childhood()),
            ("and Tdap at 11",            with(&[dose(115, "2013-02-24")])),
            ("and Tdap in a pregnancy",   with(&[dose(115, "2013-02-24"), dose(115, "2023-02-24")])),
            ("and Td two years ago",      with(&[dose(115, "2013-02-24"), dose(113, "2023-02-24")])),
            ("one Tdap last year",        vec![dose(115, "2024-09-24")]),
        ];
        for (name, doses) in table {
            for on in ["2025-10-07", "2025-11-10", "2025-12-15"] {
                // weeks 27, 31, 36
                let plan =
                    schedule.plan(&pregnant("2025-04-01", doses.clone()), day(on), &mut Scratch::default());
                let offer = plan.today.offers.iter().find(|offer| offer.group == group).expect("an offer");
                let fit: Vec<u16> = offer.vaccines.iter().map(|cvx| cvx.number()).collect();
                assert_eq!((fit, offer.is_wanted()), (vec![115], true), "{name} {on}");
            }
        }
        // of a pregnancy without its weeks too: overdue, and Tdap is what may protect the newborn
        let mut without_weeks = pregnant("2025-04-01", with(&[dose(115, "2013-02-24")]));
        without_weeks.observations.truncate(1);
        let plan = schedule.plan(&without_weeks, day("2025-11-10"), &mut Scratch::default());
        let offer = plan.today.offers.iter().find(|offer| offer.group == group).expect("an offer");
        let fit: Vec<u16> = offer.vaccines.iter().map(|cvx| cvx.number()).collect();
        assert_eq!((fit, offer.want), (vec![115], Want::Late));
    }
}
