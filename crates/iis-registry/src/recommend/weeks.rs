//! Vaccines that are given in some weeks of a pregnancy alone, and doses of them outside of those.
//!
//! CDC: RSV vaccine in weeks 32 0/7 through 36 6/7 of a pregnancy (cdc.gov, RSV vaccine guidance for pregnant people). The weeks
//! are read from the schedule.

use super::facts::{BEGINNING, LONGEST_DAYS, PREGNANT};
use iis_cdsi::Schedule;
use iis_cdsi::codes::Cvx;
use iis_cdsi::dates::Day;
use iis_cdsi::gather::History;
use iis_cdsi::plan::Weeks;

/// A dose in a pregnancy outside of the weeks of its vaccine, or in a week that is not on record.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct OutsideWeeks {
    pub(super) weeks: Weeks,
    /// Whole weeks and days; none: the week is not on record.
    pub(super) week: Option<(i32, i32)>,
}

impl std::fmt::Display for OutsideWeeks {
    /// `in week 20 2/7 of the pregnancy, not from 32 0/7 to 36 6/7`
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Weeks { from, until } = self.weeks;
        match self.week {
            Some((week, day)) => {
                write!(
                    f,
                    "in week {week} {day}/7 of the pregnancy, and it is given from week {from} 0/7 to {until} 6/7"
                )
            }
            None => write!(
                f,
                "the week of the pregnancy is not on record, and it is given from week {from} 0/7 to {until} 6/7"
            ),
        }
    }
}

/// What speaks against a dose on a day; none: nobody is pregnant, the week is right, or the vaccine has no weeks.
pub(super) fn outside_its_weeks(
    schedule: &Schedule,
    history: &History,
    cvx: Cvx,
    on: Day,
) -> Option<OutsideWeeks> {
    let weeks = schedule.weeks_of_pregnancy(cvx)?;
    let made = |wanted: u16| history.observations.iter().filter(move |made| made.code.number() == wanted);
    let days = made(BEGINNING).filter_map(|made| made.on).map(|begun| on.days_since(begun));
    let known = days.filter(|days| (0..=LONGEST_DAYS).contains(days)).min();
    if let Some(days) = known.filter(|_| made(PREGNANT).next().is_some()) {
        let (week, day) = (days / 7, days % 7);
        let is_outside = week < i32::from(weeks.from) || week > i32::from(weeks.until);
        return is_outside.then_some(OutsideWeeks { weeks, week: Some((week, day)) });
    }
    let is_near = |noted: Option<Day>| noted.is_none_or(|noted| on.days_since(noted).abs() <= LONGEST_DAYS);
    let is_pregnant = made(BEGINNING).next().is_none() && made(PREGNANT).any(|made| is_near(made.on));
    is_pregnant.then_some(OutsideWeeks { weeks, week: None })
}

#[cfg(test)]
mod tests {
    use super::outside_its_weeks;
    use iis_cdsi::codes::{Cvx, ObservationCode};
    use iis_cdsi::dates::Day;
    use iis_cdsi::gather::{History, ObservationMade};
    use iis_cdsi::{Schedule, tables};

    /// What is on record: code and day.
    type Observed = &'static [(&'static str, &'static str)];
    /// The week outside of those of the vaccine: whole weeks and days, if it is on record.
    type Outside = Option<Option<(i32, i32)>>;

    #[test]
    fn rsv_vaccine_has_its_weeks_in_a_pregnancy() {
        const PREGNANT: (&str, &str) = ("007", "2025-09-01");
        const BEGUN: (&str, &str) = ("170", "2025-04-01");
        let schedule = Schedule::compile(&tables::built_in().expect("tables"), &[]).expect("a schedule");
        let day = |text: &str| Day::parse(text).expect("a day");
        #[rustfmt::skip]
        let table: [(Observed, u16, &str, Outside); 9] = [
            // on record         vaccine  given on       outside
            (&[PREGNANT, BEGUN], 305,     "2025-11-11",  None),                // 32 0/7
            (&[PREGNANT, BEGUN], 305,     "2025-12-15",  None),                // 36 6/7
            (&[PREGNANT, BEGUN], 305,     "2025-11-10",  Some(Some((31, 6)))),
            (&[PREGNANT, BEGUN], 305,     "2025-12-16",  Some(Some((37, 0)))),
            (&[PREGNANT, BEGUN], 115,     "2025-12-16",  None),                // Tdap
            (&[PREGNANT, BEGUN], 305,     "2023-12-16",  None),                // before it
            (&[PREGNANT],        305,     "2025-11-11",  Some(None)),
            (&[PREGNANT],        305,     "2023-11-11",  None),
            (&[],                305,     "2025-11-11",  None),
        ];
        for (observed, cvx, on, expected) in table {
            let made = |(code, on): &(&str, &str)| ObservationMade {
                code: ObservationCode::parse(code).expect("a code"),
                on: Some(day(on)),
            };
            let history = History { observations: observed.iter().map(made).collect(), ..History::default() };
            let cvx = Cvx::new(cvx).expect("a code");
            let found = outside_its_weeks(&schedule, &history, cvx, day(on));
            assert_eq!(found.map(|found| found.week), expected, "{observed:?} {on}");
        }
    }
}
