//! What the recommender says about a person: which doses count, what is needed when, and why.
//!
//! The words are those of the CDSi Logic Specification 4.6. Dates stand here, never the words due or overdue: those
//! follow from the day of the question, see [`Forecast::standing`].

use crate::{Cvx, Date, EventId};

/// What the recommender says about a person on a day.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Recommendation {
    /// What gave the answer.
    pub made_by: MadeBy,
    /// The day of the question.
    pub assessed_on: Date,
    /// The first day on which the dates may change, if no dose is given before.
    pub re_evaluate_on: Option<Date>,
    /// What was noticed in the facts.
    pub notices: Vec<Notice>,
    /// The verdicts: for each dose one a vaccine group it belongs to, in the order of the doses' dates.
    pub evaluations: Vec<Evaluation>,
    /// The forecasts, in the order of the schedule's vaccine groups; a group whose risk series has another forecast than
    /// the standard one stands twice. None when nothing can be forecast: the notices say why.
    pub forecasts: Vec<Forecast>,
}

impl Recommendation {
    /// The first day after that of the question on which something reads otherwise, if no dose is given before: a dose
    /// can be given, is due or late, or the dates themselves change.
    pub fn changes_on(&self) -> Option<Date> {
        let open = self.forecasts.iter().filter(|forecast| forecast.status == ForecastStatus::NotComplete);
        let days = open.filter_map(|forecast| forecast.dates).flat_map(|dates| {
            [Some(dates.earliest), Some(dates.recommended), dates.overdue_from()].into_iter().flatten()
        });
        days.chain(self.re_evaluate_on).filter(|day| *day > self.assessed_on).min()
    }

    /// The verdicts on one event; none when no vaccine group of the schedule holds the vaccine.
    pub fn evaluations_of(&self, event: EventId) -> impl Iterator<Item = &Evaluation> {
        self.evaluations.iter().filter(move |evaluation| evaluation.event == event)
    }
}

/// Engine, release of the schedule and overlays behind an answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MadeBy {
    /// The engine, with its version and the edition of the Logic Specification.
    pub engine: Box<str>,
    /// The release of the schedule, such as `4.64`.
    pub release: Box<str>,
    /// The overlays on it, each as name and version.
    pub overlays: Vec<Box<str>>,
}

impl std::fmt::Display for MadeBy {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}, CDSi supporting data {}", self.engine, self.release)?;
        self.overlays.iter().try_for_each(|overlay| write!(f, " + {overlay}"))
    }
}

/// Something noticed in the facts about a person.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Notice {
    /// The event it is about, if it is about one.
    pub event: Option<EventId>,
    /// What, in a sentence without the person's values.
    pub text: Box<str>,
}

/// A vaccine group of the schedule.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VaccineGroup {
    /// Its name in the schedule, such as `DTaP/Tdap/Td`.
    pub name: Box<str>,
    /// CDC's CVX code for the group, fit to the vaccine at hand (107 for `DTaP`, 115 for Tdap, 139 for Td).
    pub cvx: Option<Cvx>,
}

/// The verdict on a dose.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Validity {
    /// It counts.
    Valid,
    /// It does not count and has to be repeated.
    NotValid,
    /// It was not needed and need not be repeated.
    Extraneous,
    /// It was defective and has to be repeated.
    SubStandard,
    /// It was given in a season that the schedule does not hold: whether it was needed is not known.
    NotJudged,
}

impl Validity {
    /// The words of the Logic Specification.
    pub const fn words(self) -> &'static str {
        match self {
            Self::Valid => "Valid",
            Self::NotValid => "Not Valid",
            Self::Extraneous => "Extraneous",
            Self::SubStandard => "Sub-standard",
            Self::NotJudged => "Not Judged",
        }
    }
}

/// What became of one dose in one vaccine group.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Evaluation {
    /// The dose.
    pub event: EventId,
    /// The vaccine group.
    pub group: VaccineGroup,
    /// The verdict.
    pub validity: Validity,
    /// The reasons, as the Logic Specification says them (`Age: Too Young`); none for most valid doses.
    pub reasons: Vec<&'static str>,
    /// Which of the doses that count it is, as forecasts number the next one; none when it does not count, and for a
    /// dose that comes again and again.
    pub dose_number: Option<u8>,
    /// By how many days the dose came too early, when that is why it does not count.
    pub days_short: Option<u16>,
    /// The name of the series that was judged by. In a group of several antigens each has a series of its own, and this
    /// is the one of the verdict shown.
    pub series: Box<str>,
    /// Whether the series is of the whole group: messages name it then.
    pub is_series_of_group: bool,
    /// The verdict with its reason in one sentence for the nurse; dates stand in it as `2026-03-02`.
    pub sentence: Box<str>,
}

/// The status of a vaccine group (table 9-4 of the Logic Specification).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ForecastStatus {
    /// A dose is still needed.
    NotComplete,
    /// Done.
    Complete,
    /// Immune: no dose is needed.
    Immune,
    /// Must not be given.
    Contraindicated,
    /// No dose is recommended.
    NotRecommended,
    /// Too old to finish or begin.
    AgedOut,
}

impl ForecastStatus {
    /// The words of the Logic Specification.
    pub const fn words(self) -> &'static str {
        match self {
            Self::NotComplete => "Not Complete",
            Self::Complete => "Complete",
            Self::Immune => "Immune",
            Self::Contraindicated => "Contraindicated",
            Self::NotRecommended => "Not Recommended",
            Self::AgedOut => "Aged Out",
        }
    }
}

/// What is needed of a vaccine group.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Forecast {
    /// The vaccine group.
    pub group: VaccineGroup,
    /// Whether it comes from a series for persons at risk.
    pub is_risk: bool,
    /// The status.
    pub status: ForecastStatus,
    /// Why, in words: `a dose is needed`, `nothing on the record asks for it`.
    pub reason: &'static str,
    /// Whether no series of the group applies to the person: most pages leave such groups out.
    pub is_irrelevant: bool,
    /// What the schedule lacks to answer for the season of the day; none when it answers. With it, the status is that of
    /// a season that is past.
    pub season_gap: Option<SeasonGap>,
    /// What the time of the dose counts from where its day is not on record.
    pub undated: Option<Undated>,
    /// What CDC says beside the schedule's answer.
    pub caveat: Option<Caveat>,
    /// The dates, when a dose is needed; none where they would count from a day that is not on record.
    pub dates: Option<ForecastDates>,
    /// The number of the dose needed.
    pub dose_number: Option<u8>,
    /// Doses that count so far.
    pub valid_doses: u8,
    /// Names of the series behind it.
    pub series: Vec<Box<str>>,
    /// The vaccines recommended for it.
    pub vaccines: Vec<Vaccine>,
    /// Whether all vaccines that fit are live ones that an immunocompromise on record speaks against: whoever may give one
    /// decides first whether it may be given.
    pub is_cautioned: bool,
    /// The forecast in one sentence for the nurse; dates stand in it as `2026-03-02`.
    pub sentence: Box<str>,
}

/// Why an answer says nothing about the season of the day.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum SeasonGap {
    /// The season of the schedule ended on this day.
    EndedOn(Date),
    /// The season of the schedule names no end; it began on this day, a year ago or longer.
    BeganOn(Date),
}

/// What CDC says of a forecast that the schedule's data do not say (docs/decisions/0067).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Caveat {
    /// Vaccines with pertussis must not be given, and Td may.
    TdMayBeGiven,
    /// Hepatitis B vaccine from 60 years on, without a risk on record.
    ByChoice,
    /// HPV vaccine from 27 years on.
    BySharedDecision,
    /// Polio vaccine for adults of whom no dose is on record.
    AdultsToo,
}

impl Caveat {
    /// In a sentence.
    pub const fn words(self) -> &'static str {
        match self {
            Self::TdMayBeGiven => {
                "Td is not contraindicated: it is given in the place of vaccines with pertussis, also under 7 years."
            }
            Self::ByChoice => "From 60 years on, without a risk on record, it is given by choice.",
            Self::BySharedDecision => {
                "From 27 to 45 years it is given by shared decision, and not caught up otherwise."
            }
            Self::AdultsToo => {
                "Adults who are known or suspected to be unvaccinated are given three doses of inactivated polio vaccine."
            }
        }
    }
}

/// When a dose is wanted, counted from a day that is not on record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Undated {
    /// What was observed on that day, by its title in the schedule.
    pub of: Box<str>,
    /// The first week after that day in which the dose is wanted.
    pub from_week: u16,
    /// The last week in which it is in time, if the schedule says one.
    pub until_week: Option<u16>,
}

/// The title by which the schedule knows the beginning of a pregnancy.
const PREGNANCY: &str = "Onset of pregnancy";

impl std::fmt::Display for Undated {
    /// `in week 32 to 36; the week is not on record`: when the dose is wanted.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let (from, of) = (self.from_week, &self.of);
        match self.until_week {
            Some(until) if **of == *PREGNANCY => {
                write!(f, "in week {from} to {until}; the week is not on record")
            }
            _ => write!(f, "from {from} weeks after a day that is not on record ({of})"),
        }
    }
}

/// The dates of a forecast.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ForecastDates {
    /// The dose can count from this day on.
    pub earliest: Date,
    /// It is recommended from this day on.
    pub recommended: Date,
    /// The last day before it is late, if there is one.
    pub past_due: Option<Date>,
    /// The last day on which it can be given, if there is one.
    pub latest: Option<Date>,
}

impl ForecastDates {
    /// The first day on which the dose is overdue: the day after the past-due date, on which it is still in time.
    pub fn overdue_from(&self) -> Option<Date> {
        self.past_due.and_then(|day| day.tomorrow().ok())
    }
}

/// How a vaccine group stands on a day.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Standing {
    /// The dose is late.
    Overdue,
    /// The dose is recommended.
    Due,
    /// A dose is needed, at a time that counts from a day that is not on record.
    Undated,
    /// The dose can be given; it is recommended later.
    Possible,
    /// The dose cannot be given yet.
    Later,
    /// The schedule does not hold the season of the day: nothing is known.
    SeasonUnknown,
    /// No dose is needed or may be given: the status says why.
    Settled(ForecastStatus),
}

impl Forecast {
    /// How the group stands on a day, by the dates of the forecast.
    pub fn standing(&self, on: Date) -> Standing {
        match self.dates.filter(|_| self.status == ForecastStatus::NotComplete) {
            _ if self.status == ForecastStatus::NotComplete && self.undated.is_some() => Standing::Undated,
            None if self.season_gap.is_some() => Standing::SeasonUnknown,
            None => Standing::Settled(self.status),
            Some(dates) if dates.past_due.is_some_and(|past_due| on > past_due) => Standing::Overdue,
            Some(dates) if on >= dates.recommended => Standing::Due,
            Some(dates) if on >= dates.earliest => Standing::Possible,
            Some(_) => Standing::Later,
        }
    }
}

/// A vaccine with its short name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Vaccine {
    /// Its code.
    pub cvx: Cvx,
    /// Its name in the schedule.
    pub name: Box<str>,
}

/// A recommendation with all that was compared: what stands behind "why?".
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Explanation {
    /// The answer, the same as without explanation.
    pub recommendation: Recommendation,
    /// What would become of the planned doses, in their order; none without planned doses.
    pub planned: Vec<PlannedEvaluation>,
    /// Every series looked at, in the order of the schedule.
    pub series: Vec<SeriesTrail>,
    /// For each forecast of the answer, in its order: how its dates come of those of its antigens. No lines when there is
    /// one antigen.
    pub blends: Vec<Vec<TrailLine>>,
}

/// What was done with one series.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SeriesTrail {
    /// Its name.
    pub series: Box<str>,
    /// The name of its vaccine group in the schedule.
    pub group: Box<str>,
    /// Whether it is one of those that give the answer.
    pub is_best: bool,
    /// The steps, in order.
    pub lines: Vec<TrailLine>,
}

/// One step: what was compared with what.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TrailLine {
    /// The rule, table or section of the Logic Specification.
    pub rule: &'static str,
    /// The dose it is about, if it is about one that was reported.
    pub event: Option<EventId>,
    /// The planned dose it is about, by its place in the plan.
    pub planned: Option<usize>,
    /// In words; dates stand in them as `2026-03-02`.
    pub text: Box<str>,
    /// How it ended.
    pub outcome: Outcome,
}

/// How a comparison ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Outcome {
    /// The rule holds.
    Holds,
    /// The rule is broken: the dose does not count because of it.
    Fails,
    /// Nothing was judged: a date was counted, a series chosen.
    Noted,
}

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

#[cfg(test)]
mod tests {
    use super::{
        Forecast, ForecastDates, ForecastStatus, MadeBy, Recommendation, SeasonGap, Standing, VaccineGroup,
    };
    use jiff::civil::date;

    #[test]
    fn due_and_overdue_follow_from_the_day_of_the_question() {
        let mut forecast = Forecast {
            group: VaccineGroup { name: "MMR".into(), cvx: None },
            is_risk: false,
            status: ForecastStatus::NotComplete,
            reason: "a dose is needed",
            is_irrelevant: false,
            season_gap: None,
            undated: None,
            caveat: None,
            dates: Some(ForecastDates {
                earliest: date(2026, 3, 1),
                recommended: date(2026, 4, 1),
                past_due: Some(date(2026, 5, 1)),
                latest: None,
            }),
            dose_number: Some(1),
            valid_doses: 0,
            series: Vec::new(),
            vaccines: Vec::new(),
            is_cautioned: false,
            sentence: "".into(),
        };
        #[rustfmt::skip]
        let table = [
            (date(2026, 2, 28), Standing::Later),
            (date(2026, 3, 1),  Standing::Possible),
            (date(2026, 3, 31), Standing::Possible),
            (date(2026, 4, 1),  Standing::Due),
            (date(2026, 5, 1),  Standing::Due),
            (date(2026, 5, 2),  Standing::Overdue),
        ];
        for (on, standing) in table {
            assert_eq!(forecast.standing(on), standing, "{on}");
        }
        let mut said = Recommendation {
            made_by: MadeBy { engine: "".into(), release: "".into(), overlays: Vec::new() },
            assessed_on: date(2026, 2, 1),
            re_evaluate_on: Some(date(2026, 6, 1)),
            notices: Vec::new(),
            evaluations: Vec::new(),
            forecasts: vec![forecast.clone()],
        };
        #[rustfmt::skip]
        let table = [
            (date(2026, 2, 1), date(2026, 3, 1)), // it can be given
            (date(2026, 3, 1), date(2026, 4, 1)), // it is due
            (date(2026, 4, 1), date(2026, 5, 2)), // it is late
            (date(2026, 5, 2), date(2026, 6, 1)), // the dates change
        ];
        for (asked, changes) in table {
            said.assessed_on = asked;
            assert_eq!(said.changes_on(), Some(changes), "{asked}");
        }
        let undated = super::Undated { of: "Onset of pregnancy".into(), from_week: 32, until_week: Some(36) };
        forecast.undated = Some(undated);
        assert_eq!(forecast.standing(date(2026, 5, 2)), Standing::Undated, "whatever the dates say");
        forecast.undated = None;
        forecast.status = ForecastStatus::Complete;
        assert_eq!(forecast.standing(date(2026, 5, 2)), Standing::Settled(ForecastStatus::Complete));
        forecast.season_gap = Some(SeasonGap::EndedOn(date(2026, 4, 30)));
        assert_eq!(
            forecast.standing(date(2026, 5, 2)),
            Standing::SeasonUnknown,
            "complete for another season"
        );
    }
}
