//! Explanations: rule by rule what was compared with what, in words a nurse understands.
//!
//! The engine runs once more and keeps its trail; the steps of the best series become one
//! sentence for each dose and each forecast, and all steps become the lines behind "why?".

mod checks;
mod chosen;
mod counted;
mod dose;
mod forecast;
mod line;
mod need;
mod skipped;

use crate::answer::Answer;
use crate::compiled::Schedule;
use crate::dates::Day;
use crate::gather::{GivenDose, History};
use crate::process::Scratch;
use crate::supporting::model::{AgeRow, Antigen, IntervalRow};
use crate::trail::{KeptTrail, Step};
pub use dose::DoseExplained;
pub use forecast::ForecastExplained;
pub use line::{Line, Outcome};

/// An answer with its reasons.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Explanation {
    /// The answer, the same as without explanation.
    pub answer: Answer,
    /// One sentence a dose and vaccine group, by dose.
    pub doses: Vec<DoseExplained>,
    /// One entry a forecast, in the order of the answer.
    pub forecasts: Vec<ForecastExplained>,
    /// Every series looked at, with every step.
    pub series: Vec<SeriesExplained>,
}

/// What was done with one series.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct SeriesExplained {
    /// Name of the series.
    pub series: String,
    /// Name of its vaccine group.
    pub vaccine_group: String,
    /// Whether it is a best series: one that gives the answer.
    pub is_best: bool,
    /// The steps, in order.
    pub lines: Vec<Line>,
}

impl Schedule {
    /// The answer to the same question as [`Schedule::evaluate`], with its reasons.
    #[must_use]
    pub fn explain(&self, history: &History, assessment: Day, scratch: &mut Scratch) -> Explanation {
        self.explain_with(history, assessment, scratch, |told| {
            told.series.iter().map(|part| explain_series(told, part)).collect()
        })
    }

    /// The same in sentences only, without the steps of each series, which cost the most.
    #[must_use]
    pub fn explain_in_sentences(
        &self,
        history: &History,
        assessment: Day,
        scratch: &mut Scratch,
    ) -> Explanation {
        self.explain_with(history, assessment, scratch, |_| Vec::new())
    }

    fn explain_with(
        &self,
        history: &History,
        assessment: Day,
        scratch: &mut Scratch,
        series: impl Fn(&Told<'_>) -> Vec<SeriesExplained>,
    ) -> Explanation {
        let mut answer = Answer::new(self.version.clone(), assessment);
        let mut trail = KeptTrail::default();
        self.evaluate_with_trail(history, assessment, scratch, &mut answer, &mut trail);
        let told = Told { schedule: self, scratch, assessed_on: assessment, series: by_series(&trail.0) };
        Explanation {
            doses: dose::explain_doses(&told, &answer),
            forecasts: answer
                .forecasts
                .iter()
                .map(|f| forecast::explain_forecast(&told, &answer, f))
                .collect(),
            series: series(&told),
            answer,
        }
    }
}

/// The trail of one series: its own steps and what the selection said of it.
struct SeriesTrail<'a> {
    series: u16,
    steps: Vec<&'a Step>,
    is_best: bool,
}

/// What the sentences are made from.
struct Told<'a> {
    schedule: &'a Schedule,
    scratch: &'a Scratch,
    assessed_on: Day,
    series: Vec<SeriesTrail<'a>>,
}

impl Told<'_> {
    fn trail_of(&self, series: u16) -> Option<&SeriesTrail<'_>> {
        self.series.iter().find(|trail| trail.series == series)
    }

    fn dose(&self, dose: u16) -> &GivenDose {
        &self.scratch.person.doses[usize::from(dose)]
    }

    fn vaccine(&self, dose: u16) -> String {
        let vaccine = usize::from(self.dose(dose).vaccine);
        self.schedule.vaccine_name(self.schedule.vaccines[vaccine].cvx)
    }

    fn observation(&self, observation: u16) -> String {
        let found = self.schedule.release.observations.iter().find(|o| o.code.number() == observation);
        found.map_or_else(|| format!("observation {observation:03}"), |o| o.title.clone())
    }

    fn plain_antigen(&self, series: u16) -> Option<&Antigen> {
        let antigen = self.schedule.series.get(usize::from(series))?.antigen;
        self.schedule.release.antigens.get(usize::from(antigen))
    }

    /// A version of the ages of a dose, as the tables have it.
    fn age_row(&self, series: u16, target: u8, row: usize) -> Option<&AgeRow> {
        self.schedule.plain_series(series)?.doses.get(usize::from(target))?.ages.get(row)
    }

    /// An interval of a dose, as the tables have it.
    fn interval_row(&self, series: u16, target: u8, row: usize) -> Option<&IntervalRow> {
        self.schedule.plain_series(series)?.doses.get(usize::from(target))?.intervals.get(row)
    }

    /// `the season of the schedule ended on 2026-06-30`
    fn season_of(&self, series: u16) -> String {
        let gap = self.schedule.season_gap_of(series);
        gap.map_or_else(|| "the schedule holds no season for this".to_owned(), |gap| gap.to_string())
    }
}

/// `step 1`: a target dose. It is not called a dose, since steps are left out for many people,
/// and what counts at step 2 may be their first dose.
fn target(target: u8) -> String {
    format!("step {}", u16::from(target) + 1)
}

fn by_series(steps: &[Step]) -> Vec<SeriesTrail<'_>> {
    let mut trails: Vec<SeriesTrail<'_>> = Vec::new();
    for step in steps {
        let told_of = match step {
            Step::Prioritized { series, .. } | Step::Best { series, .. } | Step::NotOfAge { series, .. } => {
                *series
            }
            Step::Series { series, .. } => {
                trails.push(SeriesTrail { series: *series, steps: vec![step], is_best: false });
                continue;
            }
            _ => match trails.last_mut() {
                Some(current) => {
                    current.steps.push(step);
                    continue;
                }
                None => continue,
            },
        };
        if let Some(trail) = trails.iter_mut().find(|trail| trail.series == told_of) {
            trail.steps.push(step);
            trail.is_best |= matches!(step, Step::Best { is_best: true, .. });
        }
    }
    trails
}

fn explain_series(told: &Told<'_>, trail: &SeriesTrail<'_>) -> SeriesExplained {
    let schedule = told.schedule;
    let plain = schedule.plain_series(trail.series);
    SeriesExplained {
        series: schedule.series_name(trail.series).to_owned(),
        vaccine_group: plain.map(|series| series.vaccine_group.clone()).unwrap_or_default(),
        is_best: trail.is_best,
        lines: trail.steps.iter().flat_map(|step| line::lines(told, trail.series, step)).collect(),
    }
}

/// "1 day", "20 days".
fn days(count: i32) -> String {
    if count == 1 { "1 day".to_owned() } else { format!("{count} days") }
}
