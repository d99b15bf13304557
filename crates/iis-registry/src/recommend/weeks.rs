//! Vaccines that are given in some weeks of a pregnancy alone, and doses of them outside of those.
//!
//! CDC: RSV vaccine in weeks 32 0/7 through 36 6/7 of a pregnancy (cdc.gov, RSV vaccine guidance for pregnant people). The weeks
//! are read from the schedule.

use super::conditions::{LONGEST_PREGNANCY_DAYS, PREGNANCY_BEGINNING, PREGNANT};
use iis_cdsi::Schedule;
use iis_cdsi::codes::Cvx;
use iis_cdsi::dates::Day;
use iis_cdsi::gather::History;
use iis_cdsi::plan::Weeks;
use jiff::ToSpan;

/// Why a dose in a pregnancy is not given as it should be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Outside {
    /// In another week, in whole weeks and days.
    Week(Weeks, (i32, i32)),
    /// In a week that is not on record.
    WeekUnknown(Weeks),
    /// Not in the months in which it is given, from the first to the last day as the schedule holds them for a year.
    Season(Day, Day),
    /// It is another vaccine than the one that is given in a pregnancy.
    OtherVaccine,
}

impl Outside {
    /// Whether the newborn may be without protection after it.
    pub(super) const fn leaves_the_newborn_open(self) -> bool {
        matches!(self, Self::Week(..) | Self::OtherVaccine)
    }
}

impl std::fmt::Display for Outside {
    /// `in week 20 2/7 of the pregnancy, and it is given from week 32 0/7 to 36 6/7`
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Week(Weeks { from, until, .. }, (week, day)) => {
                write!(
                    f,
                    "in week {week} {day}/7 of the pregnancy, and it is given from week {from} 0/7 to {until} 6/7"
                )
            }
            Self::WeekUnknown(Weeks { from, until, .. }) => write!(
                f,
                "the week of the pregnancy is not on record, and it is given from week {from} 0/7 to {until} 6/7"
            ),
            Self::Season(from, until) => {
                let [from, until] = [from, until].map(|day| day.date().strftime("%B").to_string());
                write!(f, "out of its season: in a pregnancy it is given from {from} to {until}")
            }
            Self::OtherVaccine => f.write_str("not the vaccine for a pregnancy, which is RSVpreF"),
        }
    }
}

/// What speaks against a dose on a day; none: nobody is pregnant, week and season are right, or the vaccine has no weeks.
pub(super) fn outside_its_weeks(
    schedule: &Schedule,
    history: &History,
    cvx: Cvx,
    on: Day,
) -> Option<Outside> {
    let is_other = schedule.is_for_no_pregnancy(cvx);
    let weeks = schedule.weeks_of_pregnancy(cvx);
    if weeks.is_none() && !is_other {
        return None;
    }
    let made = |wanted: u16| history.observations.iter().filter(move |made| made.code.number() == wanted);
    let days = made(PREGNANCY_BEGINNING).filter_map(|made| made.on).map(|begun| on.days_since(begun));
    let known = days.filter(|days| (0..=LONGEST_PREGNANCY_DAYS).contains(days)).min();
    let known = known.filter(|_| made(PREGNANT).next().is_some());
    let is_near =
        |noted: Option<Day>| noted.is_none_or(|noted| on.days_since(noted).abs() <= LONGEST_PREGNANCY_DAYS);
    let is_undated =
        made(PREGNANCY_BEGINNING).next().is_none() && made(PREGNANT).any(|made| is_near(made.on));
    let Some(weeks) = weeks else { return (known.is_some() || is_undated).then_some(Outside::OtherVaccine) };
    let Some(days) = known else { return is_undated.then_some(Outside::WeekUnknown(weeks)) };
    let (week, day) = (days / 7, days % 7);
    if week < i32::from(weeks.from) || week > i32::from(weeks.until) {
        return Some(Outside::Week(weeks, (week, day)));
    }
    let (from, until) = weeks.season?;
    (!is_in_season((from, until), on)).then_some(Outside::Season(from, until))
}

/// Whether a day is in the same months of any year near that of the season.
fn is_in_season((from, until): (Day, Day), on: Day) -> bool {
    let years = i32::from(on.date().year()) - i32::from(from.date().year());
    let moved = |day: Day, by: i32| day.date().checked_add(by.years()).ok();
    let mut near = [years - 1, years, years + 1].into_iter();
    near.any(|by| {
        moved(from, by).is_some_and(|from| from <= on.date())
            && moved(until, by).is_some_and(|until| on.date() <= until)
    })
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

    #[test]
    fn rsv_vaccine_has_its_weeks_in_a_pregnancy() {
        const PREGNANT: (&str, &str) = ("007", "2025-09-01");
        const BEGUN: (&str, &str) = ("170", "2025-04-01");
        let schedule = Schedule::compile(&tables::built_in().expect("tables"), &[]).expect("a schedule");
        let day = |text: &str| Day::parse(text).expect("a day");
        #[rustfmt::skip]
        let table: [(Observed, u16, &str, &str); 13] = [
            // on record         vaccine  given on       outside
            (&[PREGNANT, BEGUN], 305,     "2025-11-11",  ""),                // 32 0/7
            (&[PREGNANT, BEGUN], 305,     "2025-12-15",  ""),                // 36 6/7
            (&[PREGNANT, BEGUN], 305,     "2025-11-10",  "in week 31 6/7"),
            (&[PREGNANT, BEGUN], 305,     "2025-12-16",  "in week 37 0/7"),
            (&[PREGNANT, BEGUN], 115,     "2025-12-16",  ""),                // Tdap
            (&[PREGNANT, BEGUN], 305,     "2023-12-16",  ""),                // before it
            (&[PREGNANT, BEGUN], 303,     "2025-11-11",  "not the vaccine for a pregnancy"),
            (&[PREGNANT],        303,     "2025-11-11",  "not the vaccine for a pregnancy"),
            (&[PREGNANT],        305,     "2025-11-11",  "the week of the pregnancy is not on record"),
            (&[PREGNANT],        305,     "2023-11-11",  ""),
            (&[],                305,     "2025-11-11",  ""),
            (&[],                303,     "2025-11-11",  ""),
            (&[("007", "2025-03-01"), ("170", "2025-01-10")], 305, "2025-08-25", "out of its season"), // 32 3/7
        ];
        for (observed, cvx, on, expected) in table {
            let made = |(code, on): &(&str, &str)| ObservationMade {
                code: ObservationCode::parse(code).expect("a code"),
                on: Some(day(on)),
            };
            let history = History { observations: observed.iter().map(made).collect(), ..History::default() };
            let cvx = Cvx::new(cvx).expect("a code");
            let found = outside_its_weeks(&schedule, &history, cvx, day(on));
            let found = found.map(|found| found.to_string()).unwrap_or_default();
            assert!(
                found.starts_with(expected) && found.is_empty() == expected.is_empty(),
                "{observed:?} {on}: {found}"
            );
        }
    }
}
