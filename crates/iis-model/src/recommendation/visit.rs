//! What can be given at a visit, and doses that are only planned.

use super::{Standing, Vaccine, VaccineGroup, Validity};
use crate::{Cvx, Date};

/// What can be given on the day of the question, and on the next visit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VisitPlan {
    /// The day of the question.
    pub today: Visit,
    /// The next visit, supposed that everything recommended today is given today; none when nothing more is to come.
    pub next: Option<Visit>,
    /// What planned live vaccines hold back.
    pub held_back: Vec<HeldBack>,
}

/// A vaccine group that a planned live vaccine holds back, if it is not given on the same day.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HeldBack {
    /// The planned dose, by its place in the plan.
    pub planned: usize,
    /// The group.
    pub group: VaccineGroup,
    /// The first day on which the group can be given, if not on the day of the planned dose.
    pub until: Date,
}

/// What can be given on one day, all vaccine groups together.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Visit {
    /// The day.
    pub on: Date,
    /// One entry a vaccine group.
    pub offers: Vec<Offer>,
    /// When several live vaccines are recommended and only one of them is given: the first day on which all others can
    /// be given.
    pub live_apart_until: Option<Date>,
}

/// A dose that can be given at a visit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Offer {
    /// The vaccine group.
    pub group: VaccineGroup,
    /// The number of the dose in its series.
    pub dose_number: u8,
    /// [`Standing::Overdue`], [`Standing::Due`] or [`Standing::Possible`].
    pub standing: Standing,
    /// Vaccines that fit dose and age, the best fit first; none when the schedule names none for this age.
    pub vaccines: Vec<Vaccine>,
    /// Whether it cannot be had otherwise than live: to be given on one day with other live ones, or with the spacing
    /// kept.
    pub is_live: bool,
    /// Those of the vaccines that are live while an immunocompromise is on record.
    pub cautioned: Vec<Cvx>,
}

impl Offer {
    /// Whether all vaccines that fit are live ones that an immunocompromise on record speaks against.
    pub fn is_cautioned(&self) -> bool {
        !self.vaccines.is_empty() && self.vaccines.len() == self.cautioned.len()
    }

    /// Whether its recommended date has come.
    pub fn is_wanted(&self) -> bool {
        matches!(self.standing, Standing::Due | Standing::Overdue)
    }
}

/// A dose that is only supposed, for what-if.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PlannedDose {
    /// The day.
    pub on: Date,
    /// The vaccine.
    pub cvx: Cvx,
}

/// What would become of a planned dose in one vaccine group.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PlannedEvaluation {
    /// The dose, by its place in the plan.
    pub planned: usize,
    /// The vaccine group.
    pub group: VaccineGroup,
    /// The verdict.
    pub validity: Validity,
    /// Which of the doses that count it would be.
    pub dose_number: Option<u8>,
    /// The name of the series that was judged by.
    pub series: Box<str>,
    /// The verdict with its reason in one sentence for the nurse; dates stand in it as `2026-03-02`.
    pub sentence: Box<str>,
}
