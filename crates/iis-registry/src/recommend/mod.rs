//! The recommender at work: what a person needs, when, and why.
//!
//! The line is: record → [`facts`] → the recommender (`iis-cdsi`) → [`answer`], in the words of
//! [`iis_model::recommendation`]. The schedule in force is the one of [`Schedules`]; each thread keeps room to work in.

mod against;
mod answer;
mod caveats;
pub mod compare;
pub(crate) mod facts;
mod groups;
mod naming;
mod observations;
mod product;
pub mod refresh;
pub mod releases;
mod schedules;
pub(crate) mod status;

pub use against::Against;
pub use product::{prefers_at, usual_milliliters};
pub use schedules::{InForce, Schedules};

use facts::{EventFacts, Facts};
use iis_cdsi::Scratch;
use iis_cdsi::codes::Cvx;
use iis_cdsi::dates::Day;
use iis_cdsi::gather::{DoseGiven, History};
use iis_model::Date;
use iis_model::recommendation::{Explanation, PlannedDose, Recommendation, VisitPlan};
use iis_model::record::PersonRecord;
use std::cell::RefCell;
use std::sync::Arc;

thread_local! {
    static SCRATCH: RefCell<Scratch> = RefCell::default();
}

/// Lends this thread's room to work in.
pub(crate) fn with_scratch<T>(work: impl FnOnce(&mut Scratch) -> T) -> T {
    SCRATCH.with_borrow_mut(work)
}

/// What the recommender says about a person on a day, with its sentences.
pub fn recommend(schedules: &Schedules, record: &PersonRecord, on: Date) -> Recommendation {
    let question = Question::of(schedules, record, on);
    let Question { schedule, facts, .. } = &question;
    let schedule = &schedule.schedule;
    let (said, undated) = with_scratch(|scratch| {
        let said = schedule.explain_in_sentences(&facts.history, Day::from(on), scratch);
        let undated = schedule.undated_forecasts(&said.answer, scratch);
        (said, undated)
    });
    answer::explanation(schedule, facts, &said, &undated).recommendation
}

/// The same with everything that was compared, series by series.
pub fn explain(schedules: &Schedules, record: &PersonRecord, on: Date) -> Explanation {
    what_if(schedules, record, &[], on)
}

/// What if: the answer on another day, with planned doses added. Nothing is stored.
pub fn what_if(
    schedules: &Schedules,
    record: &PersonRecord,
    planned: &[PlannedDose],
    on: Date,
) -> Explanation {
    let question = Question::of(schedules, record, on).with(planned);
    let Question { schedule, facts, .. } = &question;
    let schedule = &schedule.schedule;
    let (said, undated) = with_scratch(|scratch| {
        let said = schedule.explain(&facts.history, Day::from(on), scratch);
        let undated = schedule.undated_forecasts(&said.answer, scratch);
        (said, undated)
    });
    answer::explanation(schedule, facts, &said, &undated)
}

/// What can be given on a day, all vaccine groups together, and what on the next visit; with planned doses supposed
/// to be given. Of the vaccines that fit, those are named that are in use here and for this visit.
pub fn visits(schedules: &Schedules, record: &PersonRecord, planned: &[PlannedDose], on: Date) -> VisitPlan {
    let question = Question::of(schedules, record, on).with(planned);
    let Question { schedule, facts, .. } = &question;
    if facts.is_deceased {
        return answer::no_visit(on);
    }
    let schedule = &schedule.schedule;
    let history = &facts.history;
    let plan = with_scratch(|scratch| schedule.plan(history, Day::from(on), scratch));
    let (given, planned) = history.doses.split_at(facts.events.len());
    let without = History { doses: given.to_vec(), ..history.clone() };
    let held_back = with_scratch(|scratch| schedule.held_back(&without, planned, scratch));
    let mut visits = answer::visits(schedule, history, plan, (&held_back, &facts.planned));
    let sets = schedules.codes();
    let of_days = [Some(&mut visits.today), visits.next.as_mut()];
    of_days.into_iter().flatten().for_each(|visit| naming::name(visit, &sets));
    visits
}

/// A person put to a schedule on a day.
struct Question {
    schedule: Arc<InForce>,
    facts: Facts,
}

impl Question {
    fn of(schedules: &Schedules, record: &PersonRecord, on: Date) -> Self {
        let schedule = schedules.now();
        let mut events: Vec<_> = record.events.iter().map(EventFacts::of).collect();
        let facts = Facts::gather(&record.demographics, &mut events, &schedule.schedule, on);
        Self { schedule, facts }
    }

    /// With doses that are only supposed: they stand after those of the record.
    fn with(mut self, planned: &[PlannedDose]) -> Self {
        for (place, dose) in planned.iter().enumerate() {
            let Some(cvx) = Cvx::new(dose.cvx.number()) else { continue };
            self.facts.history.doses.push(DoseGiven::new(Day::from(dose.on), cvx));
            self.facts.planned.push(place);
        }
        self
    }
}
