//! Evaluate the immunization history against one series: CDSi Logic Specification 4.6,
//! chapter 6, in the order of its process model (figure 4-6).

mod age;
mod allowable_interval;
mod allowable_vaccine;
mod anchor;
mod conditional_skip;
mod dose_condition;
mod inadvertent_vaccine;
mod interval;
mod preferable_vaccine;
mod satisfy;
mod vaccine_conflict;

use crate::answer::Reasons;
use crate::compiled::{Dose, Schedule, Series};
use crate::dates::Day;
use crate::gather::Person;
use crate::select::SeriesOutcome;
use crate::trail::{SkipMoment, Step, Trail};
pub(crate) use age::{AgeDates, AgeOutcome, age_row, numbered_age_row};
pub(crate) use anchor::{Anchored, anchored};
pub(crate) use conditional_skip::{Reference, met_skip};
pub(crate) use interval::IntervalOutcome;
pub(crate) use preferable_vaccine::VaccineOutcome;

/// Verdict on a dose in one series.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum DoseStatus {
    /// It counts.
    Valid,
    /// It does not count and has to be repeated.
    NotValid,
    /// It was not needed and need not be repeated.
    Extraneous,
    /// It was defective and has to be repeated.
    SubStandard,
}

impl DoseStatus {
    /// The words of the Logic Specification.
    #[must_use]
    pub const fn words(self) -> &'static str {
        match self {
            Self::Valid => "Valid",
            Self::NotValid => "Not Valid",
            Self::Extraneous => "Extraneous",
            Self::SubStandard => "Sub-standard",
        }
    }
}

/// The judgment of one record.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Evaluation {
    pub(crate) status: DoseStatus,
    pub(crate) reasons: Reasons,
    /// Position in the series of the dose it was held against.
    pub(crate) target: Option<u8>,
}

impl Evaluation {
    /// Whether intervals can be measured from it: valid or not, but not inadvertent.
    pub(crate) fn can_anchor(self) -> bool {
        matches!(self.status, DoseStatus::Valid | DoseStatus::NotValid) && !self.is_inadvertent()
    }

    pub(crate) fn is_inadvertent(self) -> bool {
        self.reasons.contains(Reasons::INADVERTENT)
    }
}

/// A target dose that was satisfied or skipped. The others are not satisfied.
#[derive(Clone, Copy, Debug)]
pub(crate) struct TargetDone {
    /// Position in the series.
    pub(crate) target: u8,
    /// When and by which dose it was satisfied; `None`: skipped.
    pub(crate) satisfied: Option<(Day, u16)>,
}

/// What is known while a series is worked on: the records seen so far and their judgments.
#[derive(Clone, Copy)]
pub(crate) struct SeriesHistory<'a> {
    pub(crate) schedule: &'a Schedule,
    pub(crate) person: &'a Person,
    pub(crate) series: &'a Series,
    /// The records judged so far, as positions among the doses.
    pub(crate) records: &'a [u16],
    /// Their judgments.
    pub(crate) evaluations: &'a [Evaluation],
    /// Target doses satisfied or skipped so far.
    pub(crate) done: &'a [TargetDone],
    /// Other series of the antigen, already worked out.
    pub(crate) others: &'a [SeriesOutcome],
}

impl SeriesHistory<'_> {
    /// The judgment of a dose in this series, if it was judged here. Records are in the order
    /// of the doses.
    pub(crate) fn evaluation_of(&self, dose: u16) -> Option<&Evaluation> {
        self.records.binary_search(&dose).ok().and_then(|at| self.evaluations.get(at))
    }
}

/// Where the working of a series is written. Kept and used again.
#[derive(Debug, Default)]
pub(crate) struct Workings {
    pub(crate) evaluations: Vec<Evaluation>,
    pub(crate) done: Vec<TargetDone>,
}

/// Figure 4-6. Walks the records along the target doses; returns the position of the first
/// target dose that is neither satisfied nor skipped.
pub(crate) fn evaluate_series(
    schedule: &Schedule,
    person: &Person,
    series: &Series,
    others: &[SeriesOutcome],
    workings: &mut Workings,
    trail: &mut impl Trail,
) -> usize {
    let records = person.records(series.antigen.into());
    let (first_evaluation, first_done) = (workings.evaluations.len(), workings.done.len());
    let mut target = 0;
    for (position, &record) in records.iter().enumerate() {
        let history = SeriesHistory {
            schedule,
            person,
            series,
            records: &records[..position],
            evaluations: &workings.evaluations[first_evaluation..],
            done: &workings.done[first_done..],
            others,
        };
        let on = person.doses[usize::from(record)].on;
        let (evaluation, skipped_to) = evaluate_record(&history, record, on, target, trail);
        let passed = target..skipped_to;
        let as_number = |at: usize| u8::try_from(at).unwrap_or(u8::MAX);
        workings.done.extend(passed.map(|at| TargetDone { target: as_number(at), satisfied: None }));
        target = skipped_to;
        if evaluation.status == DoseStatus::Valid {
            workings.done.push(TargetDone { target: as_number(target), satisfied: Some((on, record)) });
            // A recurring dose is followed by a fresh copy of itself.
            target += usize::from(!series.doses[target].is_recurring);
        }
        workings.evaluations.push(evaluation);
        trail.note(|| Step::Verdict {
            dose: record,
            target: evaluation.target,
            status: evaluation.status,
            reasons: evaluation.reasons,
        });
    }
    target
}

/// One record against the first target dose that cannot be skipped on its date. Also
/// returns the position of that target dose.
fn evaluate_record(
    history: &SeriesHistory<'_>,
    record: u16,
    on: Day,
    first_target: usize,
    trail: &mut impl Trail,
) -> (Evaluation, usize) {
    let doses = &history.series.doses;
    let mut target = first_target;
    if target < doses.len()
        && let Some(evaluation) = dose_condition::evaluate(&history.person.doses[usize::from(record)])
    {
        trail.note(|| Step::SubStandard {
            dose: record,
            expired_on: history.person.doses[usize::from(record)].lot_expires_on,
        });
        return (evaluation, target);
    }
    while let Some(dose) = doses.get(target)
        && let Some((skip, set)) = met_skip(history, &dose.skips_in_evaluation, &Reference::Dose(on))
    {
        let moment = SkipMoment::Evaluation { dose: record };
        trail.note(|| Step::Skipped { target: number(target), moment, on, skip, set });
        target += 1;
    }
    let evaluation = match doses.get(target) {
        Some(dose) => evaluate_dose(history, record, dose, number(target), trail),
        None => {
            Evaluation { status: DoseStatus::Extraneous, reasons: why_left_over(history, on), target: None }
        }
    };
    (evaluation, target)
}

/// A dose for which no target dose is left was not needed; unless it belongs to a season that
/// the schedule does not hold, so that nobody can tell.
fn why_left_over(history: &SeriesHistory<'_>, on: Day) -> Reasons {
    match history.series.season_until {
        Some(last) if on > last => Reasons::SEASON_NOT_HELD,
        _ => Reasons::SERIES_COMPLETE,
    }
}

fn number(target: usize) -> u8 {
    u8::try_from(target).unwrap_or(u8::MAX)
}

/// Sections 6.3 to 6.10: one record against one target dose.
fn evaluate_dose(
    history: &SeriesHistory<'_>,
    record: u16,
    dose: &Dose,
    target: u8,
    trail: &mut impl Trail,
) -> Evaluation {
    let person = history.person;
    let given = &person.doses[usize::from(record)];
    if inadvertent_vaccine::is_inadvertent(given.vaccine, dose) {
        trail.note(|| Step::Inadvertent { dose: record, target });
        return Evaluation {
            status: DoseStatus::NotValid,
            reasons: Reasons::INADVERTENT,
            target: Some(target),
        };
    }
    let dates = AgeDates::of(dose, person, &|day| day <= given.on);
    let age = age::evaluate_age(given.on, &dates);
    trail.note(|| {
        let row = numbered_age_row(dose, &|day| day <= given.on).map(|(row, _)| row);
        Step::Age { dose: record, target, row, dates, outcome: age }
    });
    if age == AgeOutcome::TooOld {
        return Evaluation {
            status: DoseStatus::Extraneous,
            reasons: Reasons::TOO_OLD,
            target: Some(target),
        };
    }
    let mut interval = interval::evaluate_intervals(history, record, (target, dose), trail);
    if interval == IntervalOutcome::TooSoon
        && allowable_interval::all_hold(history, record, (target, dose), trail)
    {
        interval = IntervalOutcome::Valid;
    }
    let is_impacted = vaccine_conflict::is_impacted(history, record, trail);
    let vaccine = preferable_vaccine::evaluate_vaccine(person, given, dose);
    trail.note(|| Step::Vaccine { dose: record, target, outcome: vaccine });
    let (status, reasons) = satisfy::satisfy(age, interval, is_impacted, vaccine);
    Evaluation { status, reasons, target: Some(target) }
}
