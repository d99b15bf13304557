//! Doses whose time counts from something observed, the day of which is not on record: the
//! weeks of a pregnancy, the months after a transplant. Without it the interval holds (CALCDTINT-9), and the dose would be due
//! at any time.

use super::in_practice::IN_ITS_WEEKS_ONLY;
use crate::answer::{Forecast, SeriesStatus};
use crate::codes::Cvx;
use crate::compiled::{Anchor, Dose, IntervalRow, Schedule, Span};
use crate::dates::Day;
use crate::process::Scratch;
use crate::select::SeriesOutcome;

/// The schedule's observation of a pregnancy.
pub const PREGNANT: u16 = 7;
/// The beginning of a pregnancy.
pub const PREGNANCY_BEGINNING: u16 = 170;
/// A transplant of hematopoietic stem cells.
pub const TRANSPLANT: u16 = 4;
/// The day of that transplant.
pub const TRANSPLANT_DAY: u16 = 171;
/// The days from which a dose is wanted in some weeks alone, and which a form asks for: the beginning of a pregnancy, a
/// transplant of hematopoietic stem cells. With each the observation that it happened.
const ASKED_FOR: [(u16, u16); 2] = [(PREGNANCY_BEGINNING, PREGNANT), (TRANSPLANT_DAY, TRANSPLANT)];

/// From when to when a dose is wanted, counted from a day that is not on record.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Undated {
    /// The title of the observation.
    pub of: String,
    /// The first week in which it is wanted, in whole weeks after that day.
    pub from_week: u16,
    /// The last week in which it is in time, if the schedule says one.
    pub until_week: Option<u16>,
}

impl Schedule {
    /// What the time of a forecast counts from, where that has no day on record.
    pub(super) fn undated(&self, forecast: &Forecast, scratch: &Scratch) -> Option<Undated> {
        ASKED_FOR.iter().find_map(|(number, happened)| {
            let next = self.row_counting_from(forecast, *number, scratch).map(|(_, row)| row);
            let row = next.or_else(|| self.row_served_before(forecast, (*number, *happened), scratch))?;
            let minimum = row.minimum.filter(|_| scratch.person.observed_on(*number).is_none())?;
            let mut known = self.release.observations.iter();
            Some(Undated {
                of: known.find(|known| known.code.number() == *number)?.title.clone(),
                from_week: whole_weeks(minimum),
                until_week: row.latest_recommended.map(|span| self.last_week(forecast.group, span)),
            })
        })
    }

    /// The last week of a span. What is given in its weeks alone is over when the span is; CDC gives Tdap through week 36, and the
    /// data have 36 weeks as its span.
    fn last_week(&self, group: u8, span: Span) -> u16 {
        let is_over = self.vaccine_group_name(group) == IN_ITS_WEEKS_ONLY;
        whole_weeks(span).saturating_sub(u16::from(is_over))
    }

    /// The interval, counted from such a day, of a dose that one of before it may have served: without the day the interval holds,
    /// whenever that dose was given. One that was given since it is on record that it happened was given after it.
    fn row_served_before(
        &self,
        forecast: &Forecast,
        (number, happened): (u16, u16),
        scratch: &Scratch,
    ) -> Option<&IntervalRow> {
        if !matches!(forecast.status, SeriesStatus::Complete | SeriesStatus::NotComplete) {
            return None;
        }
        let since = scratch.person.first_observed_on(happened);
        let best = scratch.best.iter().map(|index| &scratch.outcomes[*index]);
        let served = best.filter(|outcome| {
            let is_before = outcome.last_satisfied_on.is_some_and(|on| since.is_none_or(|since| on < since));
            self.is_of(outcome, forecast) && is_before
        });
        // in the schedule it is the first dose of its series
        let mut first = served.filter_map(|outcome| self.series[usize::from(outcome.series)].doses.first());
        first.find_map(|dose| counting_from(dose, number))
    }

    /// The vaccines of a dose that one of before may have served, where its day is not on record.
    pub(super) fn vaccines_of_undated(&self, forecast: &Forecast, scratch: &Scratch) -> Option<Vec<Cvx>> {
        self.undated(forecast, scratch).filter(|_| forecast.status == SeriesStatus::Complete)?;
        let best = scratch.best.iter().map(|index| &scratch.outcomes[*index]);
        let of_forecast = best.filter(|outcome| self.is_of(outcome, forecast));
        let doses = of_forecast.filter_map(|outcome| self.series[usize::from(outcome.series)].doses.first());
        let rows = doses.flat_map(|dose| &dose.preferable);
        Some(rows.map(|row| self.vaccines[usize::from(row.vaccine)].cvx).collect())
    }

    /// Whether a series is one of those of a forecast, whether or not it needs a dose.
    fn is_of(&self, outcome: &SeriesOutcome, forecast: &Forecast) -> bool {
        let series = &self.series[usize::from(outcome.series)];
        match forecast.series {
            Some(one) => one == outcome.series,
            None => {
                series.kind == forecast.series_type
                    && self.antigens[usize::from(series.antigen)].group == forecast.group
            }
        }
    }

    /// The interval of the next dose behind a forecast that counts from the beginning of a pregnancy, with its dose.
    pub(super) fn row_of_pregnancy(
        &self,
        forecast: &Forecast,
        scratch: &Scratch,
    ) -> Option<(&Dose, &IntervalRow)> {
        self.row_counting_from(forecast, PREGNANCY_BEGINNING, scratch)
    }

    /// The same from the day of any observation.
    fn row_counting_from(
        &self,
        forecast: &Forecast,
        number: u16,
        scratch: &Scratch,
    ) -> Option<(&Dose, &IntervalRow)> {
        forecast.dates?;
        let best = scratch.best.iter().map(|index| &scratch.outcomes[*index]);
        let mut next = best.filter(|outcome| self.is_behind(outcome, forecast)).filter_map(|outcome| {
            self.series[usize::from(outcome.series)].doses.get(outcome.forecast.target)
        });
        next.find_map(|dose| Some((dose, counting_from(dose, number)?)))
    }
}

/// The interval of a dose that counts from the beginning of a pregnancy.
pub(super) fn of_pregnancy(dose: &Dose) -> Option<&IntervalRow> {
    counting_from(dose, PREGNANCY_BEGINNING)
}

fn counting_from(dose: &Dose, number: u16) -> Option<&IntervalRow> {
    dose.intervals.iter().find(|row| matches!(row.anchor, Anchor::Observation(from) if from == number))
}

pub(super) fn whole_weeks(span: Span) -> u16 {
    const DAY: Day = Day::from_civil(2000, 1, 1);
    u16::try_from(span.after(DAY).days_since(DAY) / 7).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use crate::answer::SeriesStatus;
    use crate::codes::{Cvx, ObservationCode, Sex};
    use crate::dates::Day;
    use crate::gather::{BirthDate, DoseGiven, History, ObservationMade};
    use crate::plan::Want;
    use crate::process::Scratch;
    use crate::supporting::model::SeriesType;
    use crate::{Schedule, tables};

    #[test]
    fn the_weeks_of_a_pregnancy_count_only_from_its_day() {
        let schedule = Schedule::compile(&tables::built_in().expect("tables"), &[]).expect("a schedule");
        let day = |text: &str| Day::parse(text).expect("a day");
        let made = |code: &str, on: &str| ObservationMade {
            code: ObservationCode::parse(code).expect("a code"),
            on: Some(day(on)),
        };
        let on = day("2025-11-10");
        #[rustfmt::skip]
        let table = [
            // begun on          weeks of RSV        offered today and wanted
            (None,               Some((32, 36)),     Some(Want::Possible)),
            (Some("2025-03-20"), None,               Some(Want::Recommended)), // week 33
            (Some("2025-08-20"), None,               None),                    // week 11
        ];
        for (begun, weeks, want) in table {
            let mut observations = vec![made("007", "2025-10-01")];
            observations.extend(begun.map(|begun| made("170", begun)));
            let birth = BirthDate::On(day("1994-02-11"));
            let history = History { birth, sex: Sex::Female, observations, ..History::default() };
            let mut scratch = Scratch::default();
            let answer = schedule.evaluate(&history, on, &mut scratch);
            let group = schedule.vaccine_group_named("RSV").expect("a group");
            let of_rsv = answer.forecasts_of(group);
            let found: Vec<_> = of_rsv.filter_map(|forecast| schedule.undated(forecast, &scratch)).collect();
            let found = found.first().map(|found| (found.from_week, found.until_week.unwrap_or_default()));
            assert_eq!(found, weeks, "{begun:?}");
            let plan = schedule.plan(&history, on, &mut scratch);
            let offer = plan.today.offers.iter().find(|offer| offer.group == group);
            assert_eq!(offer.map(|offer| offer.want), want, "{begun:?}");
        }
    }

    #[test]
    fn the_months_after_a_transplant_count_only_from_its_day() {
        let schedule = Schedule::compile(&tables::built_in().expect("tables"), &[]).expect("a schedule");
        let day = |text: &str| Day::parse(text).expect("a day");
        let made = |code: &str, on: &str| ObservationMade {
            code: ObservationCode::parse(code).expect("a code"),
            on: Some(day(on)),
        };
        let group = schedule.vaccine_group_named("Hib").expect("a group");
        for (on, weeks, due) in [(None, Some(26), None), (Some("2025-07-01"), None, Some("2026-01-01"))] {
            let mut observations = vec![made("004", "2025-10-01")];
            observations.extend(on.map(|on| made("171", on)));
            let birth = BirthDate::On(day("1994-02-11"));
            let history = History { birth, sex: Sex::Male, observations, ..History::default() };
            let mut scratch = Scratch::default();
            let answer = schedule.evaluate(&history, day("2025-11-10"), &mut scratch);
            let mut of_hib = answer.forecasts_of(group);
            let forecast =
                of_hib.find(|forecast| forecast.series_type == SeriesType::Risk).expect("a forecast");
            let undated = schedule.undated(forecast, &scratch);
            assert_eq!(undated.map(|one| one.from_week), weeks, "{on:?}");
            assert!(due.is_none() || forecast.dates.map(|dates| dates.recommended) == due.map(day), "{on:?}");
        }
    }

    /// Without its day the interval holds, and a dose of years ago serves the series; with it, only one of this pregnancy does.
    #[test]
    fn the_dose_of_tdap_in_a_pregnancy_has_its_weeks_too() {
        let schedule = Schedule::compile(&tables::built_in().expect("tables"), &[]).expect("a schedule");
        let day = |text: &str| Day::parse(text).expect("a day");
        let dose = |cvx, on| DoseGiven::new(day(on), Cvx::new(cvx).expect("a code"));
        let made = |code: &str, on: &str| ObservationMade {
            code: ObservationCode::parse(code).expect("a code"),
            on: Some(day(on)),
        };
        let group = schedule.vaccine_group_named("DTaP/Tdap/Td").expect("a group");
        let before = vec![
            dose(115, "2012-01-10"),
            dose(115, "2012-03-10"),
            dose(113, "2012-12-10"),
            dose(113, "2022-11-10"),
        ];
        #[rustfmt::skip]
        let table = [
            // doses       begun on             undated     due from
            (Vec::new(),   None,                Some(27),   None),
            (before,       Some("2025-05-01"),  None,       Some("2025-11-06")), // 27 weeks
        ];
        for (doses, begun, weeks, due) in table {
            let mut observations = vec![made("007", "2025-10-01")];
            observations.extend(begun.map(|begun| made("170", begun)));
            let birth = BirthDate::On(day("1994-02-11"));
            let history = History { birth, sex: Sex::Female, doses, observations, ..History::default() };
            let mut scratch = Scratch::default();
            let answer = schedule.evaluate(&history, day("2025-11-10"), &mut scratch);
            let mut of_group = answer.forecasts_of(group);
            let of_risk = of_group.find(|forecast| forecast.series_type == SeriesType::Risk);
            let forecast = of_risk.expect("a forecast for the pregnancy");
            let undated = schedule.undated(forecast, &scratch);
            assert_eq!(undated.map(|one| one.from_week), weeks, "{begun:?}");
            if let Some(due) = due {
                assert_eq!(forecast.dates.map(|dates| dates.recommended), Some(day(due)), "{begun:?}");
            }
        }
    }

    /// A code and its day.
    type Begun = Option<(&'static str, &'static str)>;
    /// What is noted, the day, group, vaccine, doses, and the first week of what is not dated.
    type Row = (&'static str, Begun, &'static str, u16, &'static [&'static str], Option<u16>);

    /// A dose of before may have been given for another pregnancy, or before the transplant: it makes nothing complete. One that was
    /// given since it is on record does.
    #[test]
    fn a_dose_of_before_does_not_serve_where_the_day_is_not_on_record() {
        const PREGNANT: &str = "007";
        const TRANSPLANT: &str = "004";
        let schedule = Schedule::compile(&tables::built_in().expect("tables"), &[]).expect("a schedule");
        let day = |text: &str| Day::parse(text).expect("a day");
        #[rustfmt::skip]
        let table: [Row; 9] = [
            // noted     the day                      group           vaccine  doses                                        from week
            (PREGNANT,   None,                        "DTaP/Tdap/Td", 115, &["2012-01-10", "2012-03-10", "2022-11-10"],     Some(27)),
            (PREGNANT,   None,                        "DTaP/Tdap/Td", 115, &["2025-09-20"],                                 Some(27)),
            (PREGNANT,   None,                        "DTaP/Tdap/Td", 115, &["2025-10-20"],                                 None),
            (PREGNANT,   Some(("170", "2025-03-20")), "DTaP/Tdap/Td", 115, &["2025-10-20"],                                 None),
            (PREGNANT,   None,                        "RSV",          305, &["2025-10-20"],                                 None),
            (TRANSPLANT, None,                        "Hib",          48,  &["1994-04-11", "1994-06-11", "1994-08-11"],     Some(26)),
            (TRANSPLANT, None,                        "Hib",          48,  &["1994-04-11"],                                 Some(26)),
            (TRANSPLANT, None,                        "Hib",          48,  &["2025-10-20"],                                 None),
            (TRANSPLANT, Some(("171", "2025-01-10")), "Hib",          48,  &["2025-10-20"],                                 None),
        ];
        for (noted, begun, group, cvx, doses, weeks) in table {
            let made = |(code, on): (&str, &str)| ObservationMade {
                code: ObservationCode::parse(code).expect("a code"),
                on: Some(day(on)),
            };
            let observations = std::iter::once((noted, "2025-10-01")).chain(begun).map(made).collect();
            let birth = BirthDate::On(day("1994-02-11"));
            let doses =
                doses.iter().map(|on| DoseGiven::new(day(on), Cvx::new(cvx).expect("a code"))).collect();
            let history = History { birth, sex: Sex::Female, doses, observations, ..History::default() };
            let mut scratch = Scratch::default();
            let answer = schedule.evaluate(&history, day("2025-11-10"), &mut scratch);
            let of_group = schedule.vaccine_group_named(group).expect("a group");
            let mut of_group = answer.forecasts_of(of_group);
            let of_risk = of_group.find(|forecast| forecast.series_type == SeriesType::Risk);
            let undated = of_risk.and_then(|forecast| schedule.undated(forecast, &scratch));
            assert_eq!(undated.map(|one| one.from_week), weeks, "{noted} {begun:?} {:?}", history.doses);
            let stored = schedule.status(&answer, &scratch);
            let is_complete =
                stored.groups.iter().any(|one| one.is_undated && one.status != SeriesStatus::NotComplete);
            assert!(!is_complete, "{noted} {begun:?}");
        }
    }
}
