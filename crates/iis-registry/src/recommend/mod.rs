//! The recommender at work: what a person needs, when, and why.
//!
//! The line is: record → [`facts`] → the recommender (`iis-cdsi`) → [`answer`], in the words of
//! [`iis_model::recommendation`]. The schedule in force is the one of [`Schedules`]; each thread keeps room to work in.

mod answer;
pub mod compare;
pub(crate) mod facts;
mod groups;
mod observations;
pub mod refresh;
pub mod releases;
mod schedules;
pub(crate) mod status;

pub use schedules::{InForce, Schedules};

use crate::Context;
use facts::{EventFacts, Facts};
use iis_cdsi::Scratch;
use iis_cdsi::dates::Day;
use iis_cdsi::gather::DoseGiven;
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
pub fn recommend(cx: &Context, record: &PersonRecord, on: Date) -> Recommendation {
    let question = Question::of(cx, record, on);
    let Question { schedule, facts, .. } = &question;
    let schedule = &schedule.schedule;
    let said = with_scratch(|scratch| schedule.explain_in_sentences(&facts.history, Day::from(on), scratch));
    answer::explanation(schedule, facts, &said).recommendation
}

/// The same with everything that was compared, series by series.
pub fn explain(cx: &Context, record: &PersonRecord, on: Date) -> Explanation {
    Question::of(cx, record, on).explain(&[])
}

/// What if: the answer on another day, with planned doses added. Nothing is stored. Evaluations of planned doses are
/// left out.
pub fn what_if(cx: &Context, record: &PersonRecord, planned: &[PlannedDose], on: Date) -> Explanation {
    Question::of(cx, record, on).explain(planned)
}

/// What can be given on a day, all vaccine groups together, and what on the next visit.
pub fn visits(cx: &Context, record: &PersonRecord, on: Date) -> VisitPlan {
    let question = Question::of(cx, record, on);
    let Question { schedule, facts, .. } = &question;
    if facts.is_deceased {
        return answer::no_visit(on);
    }
    let schedule = &schedule.schedule;
    let plan = with_scratch(|scratch| schedule.plan(&facts.history, Day::from(on), scratch));
    answer::visits(schedule, plan)
}

/// A person put to a schedule on a day.
struct Question {
    schedule: Arc<InForce>,
    facts: Facts,
    on: Date,
}

impl Question {
    fn of(cx: &Context, record: &PersonRecord, on: Date) -> Self {
        let schedule = cx.schedules.now();
        let mut events: Vec<_> = record.events.iter().map(EventFacts::of).collect();
        let facts = Facts::gather(&record.demographics, &mut events, &schedule.schedule, on);
        Self { schedule, facts, on }
    }

    fn explain(mut self, planned: &[PlannedDose]) -> Explanation {
        let supposed = planned.iter().filter_map(|dose| {
            let cvx = iis_cdsi::codes::Cvx::new(dose.cvx.number())?;
            Some(DoseGiven::new(Day::from(dose.on), cvx))
        });
        self.facts.history.doses.extend(supposed);
        let on = Day::from(self.on);
        let schedule = &self.schedule.schedule;
        let said = with_scratch(|scratch| schedule.explain(&self.facts.history, on, scratch));
        answer::explanation(schedule, &self.facts, &said)
    }
}
