//! The answer: evaluations, forecasts, findings, and until when it holds.

use crate::codes::Cvx;
use crate::compiled::Schedule;
use crate::dates::Day;
pub use crate::evaluate::DoseStatus;
use crate::gather::InputFinding;
use crate::supporting::model::SeriesType;
use crate::version::Version;
use std::fmt;
use std::ops::Range;
use std::sync::Arc;

/// Everything the recommender says about a person on a date.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Answer {
    /// Engine, release and overlays.
    pub version: Arc<Version>,
    /// The date of the question.
    pub assessed_on: Day,
    /// What was noticed in the facts.
    pub findings: Vec<InputFinding>,
    /// The doses as the best series judge them: by dose, then antigen, then series.
    pub evaluations: Vec<DoseEvaluation>,
    /// Forecasts in the order of the vaccine groups; every group has at least one, unless
    /// the date of birth is unknown.
    pub forecasts: Vec<Forecast>,
    /// The first day on which the same question may have another answer, if no dose is
    /// given before. Until the day before it the answer holds.
    pub re_evaluate_on: Option<Day>,
    pub(crate) vaccines: Vec<Cvx>,
}

impl Answer {
    /// An answer that says nothing yet.
    pub(crate) fn new(version: Arc<Version>, assessed_on: Day) -> Self {
        Self {
            version,
            assessed_on,
            findings: Vec::new(),
            evaluations: Vec::new(),
            forecasts: Vec::new(),
            re_evaluate_on: None,
            vaccines: Vec::new(),
        }
    }

    /// Takes everything out, to be filled again.
    pub(crate) fn clear(&mut self, schedule: &Schedule, assessed_on: Day) {
        if !Arc::ptr_eq(&self.version, &schedule.version) {
            self.version = schedule.version.clone();
        }
        self.assessed_on = assessed_on;
        self.findings.clear();
        self.evaluations.clear();
        self.forecasts.clear();
        self.vaccines.clear();
        self.re_evaluate_on = None;
    }

    /// The vaccines a forecast recommends (FORECASTRECVAC-1).
    #[must_use]
    pub fn recommended_vaccines(&self, forecast: &Forecast) -> &[Cvx] {
        let Range { start, end } = forecast.vaccines;
        self.vaccines.get(usize::from(start)..usize::from(end)).unwrap_or_default()
    }

    /// The forecasts of a vaccine group.
    pub fn forecasts_of(&self, group: u8) -> impl Iterator<Item = &Forecast> {
        self.forecasts.iter().filter(move |forecast| forecast.group == group)
    }

    /// The judgments of one dose of the input.
    pub fn evaluations_of(&self, dose: usize) -> impl Iterator<Item = &DoseEvaluation> {
        self.evaluations.iter().filter(move |evaluation| usize::from(evaluation.dose) == dose)
    }

    /// The first day after that of the question on which something reads otherwise, if no
    /// dose is given before: a dose can be given, is due or overdue, or the dates change.
    #[must_use]
    pub fn changes_on(&self) -> Option<Day> {
        let days = self.forecasts.iter().filter_map(|forecast| forecast.dates).flat_map(|dates| {
            [Some(dates.earliest), Some(dates.recommended), dates.overdue_from()].into_iter().flatten()
        });
        days.chain(self.re_evaluate_on).filter(|day| *day > self.assessed_on).min()
    }

    /// Whether two answers say the same about doses and forecasts, whatever the date.
    #[must_use]
    pub fn says_the_same(&self, other: &Self) -> bool {
        self.findings == other.findings
            && self.evaluations == other.evaluations
            && self.forecasts == other.forecasts
            && self.vaccines == other.vaccines
    }
}

/// A dose as one best series judges it.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct DoseEvaluation {
    /// Position of the dose in the input.
    pub dose: u16,
    /// Position of the antigen in the release.
    pub antigen: u8,
    /// Position of the series in the compiled schedule; see [`crate::Schedule::series_name`].
    pub series: u16,
    /// Kind of that series.
    pub series_type: SeriesType,
    /// The verdict.
    pub status: DoseStatus,
    /// Why.
    pub reasons: Reasons,
    /// Number of the series dose it was held against; `None` when all were done.
    pub target_dose: Option<u8>,
}

/// Reasons of an evaluation; a dose can have several.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Reasons(u16);

macro_rules! reasons {
    ($($name:ident = $bit:literal, $words:literal, $doc:literal;)*) => {
        impl Reasons {
            $(#[doc = $doc] pub const $name: Self = Self(1 << $bit);)*

            /// Each single reason with its words, as the Logic Specification says them.
            pub const ALL: &'static [(Self, &'static str)] = &[$((Self::$name, $words),)*];
        }
    };
}

reasons! {
    TOO_YOUNG = 0, "Age: Too Young", "Given before the absolute minimum age.";
    TOO_OLD = 1, "Age: Too Old", "Given at or after the maximum age.";
    TOO_SOON = 2, "Interval: Too Soon", "Given before the absolute minimum interval.";
    VACCINE_CONFLICT = 3, "Live Virus Conflict", "Given too soon after a dose that impacts it.";
    INADVERTENT = 4, "Inadvertent Vaccine", "A vaccine given by mistake.";
    NOT_THE_VACCINE = 5, "Not a preferable or allowable vaccine", "Neither preferable nor allowable.";
    SERIES_COMPLETE = 6, "Series Already Complete", "Nothing was left to satisfy.";
    EXPIRED = 7, "Expired", "Given after the lot expired.";
    FLAGGED = 8, "Dose Condition", "Flagged as defective.";
    AGE_GRACE = 9, "Age: Grace Period", "Valid, before the minimum age.";
    INTERVAL_GRACE = 10, "Interval: Grace Period", "Valid, before the minimum interval.";
    LESS_VOLUME = 11, "Less than recommended volume", "A smaller volume than recommended.";
    SEASON_NOT_HELD = 12, "Season Not In Schedule", "Given in a season that the schedule does not hold.";
}

impl Reasons {
    /// No reason.
    pub const NONE: Self = Self(0);

    /// Whether all of `other` are among these.
    #[must_use]
    pub const fn contains(self, other: Self) -> bool {
        self.0 & other.0 == other.0
    }

    /// These and `other`.
    #[must_use]
    pub const fn with(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    /// The words of each reason.
    pub fn words(self) -> impl Iterator<Item = &'static str> {
        Self::ALL.iter().filter(move |(one, _)| self.contains(*one)).map(|(_, words)| *words)
    }
}

impl fmt::Debug for Reasons {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.words()).finish()
    }
}

/// Status of a patient series and of a vaccine group (tables 7-10 and 9-4).
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
#[repr(u8)]
pub enum SeriesStatus {
    /// A dose is still needed.
    NotComplete = 0,
    /// Done.
    Complete = 1,
    /// Immune; no dose needed.
    Immune = 2,
    /// Must not be given.
    Contraindicated = 3,
    /// No dose is recommended.
    NotRecommended = 4,
    /// Too old to finish or begin.
    AgedOut = 5,
}

impl SeriesStatus {
    /// All of them, by number.
    pub const ALL: [Self; 6] = [
        Self::NotComplete,
        Self::Complete,
        Self::Immune,
        Self::Contraindicated,
        Self::NotRecommended,
        Self::AgedOut,
    ];

    /// The words of the Logic Specification.
    #[must_use]
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

/// Why a forecast has its status (table 7-10).
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
#[repr(u8)]
pub enum StatusReason {
    /// A dose is needed.
    DoseNeeded = 0,
    /// The series is complete.
    SeriesComplete = 1,
    /// Evidence of immunity.
    EvidenceOfImmunity = 2,
    /// A contraindication of the antigen.
    Contraindication = 3,
    /// Every preferable vaccine of the next dose is contraindicated.
    VaccinesContraindicated = 4,
    /// Past doses suffice.
    PastHistorySuffices = 5,
    /// The season is over.
    SeasonOver = 6,
    /// The maximum age has passed.
    ExceededMaximumAge = 7,
    /// The series cannot be finished before the maximum age.
    CannotFinishInTime = 8,
    /// No series of the group applies to the person.
    NoSeriesApplies = 9,
    /// The series was complete for a season that is past; the schedule does not hold the one
    /// since then.
    CompleteForPastSeason = 10,
    /// The weeks of the pregnancy in which the dose is given are over, or out of its season. No answer says so:
    /// [`crate::plan::Timing::Over`] does.
    WeeksOver = 11,
}

impl StatusReason {
    /// All of them, by number.
    pub const ALL: [Self; 12] = [
        Self::DoseNeeded,
        Self::SeriesComplete,
        Self::EvidenceOfImmunity,
        Self::Contraindication,
        Self::VaccinesContraindicated,
        Self::PastHistorySuffices,
        Self::SeasonOver,
        Self::ExceededMaximumAge,
        Self::CannotFinishInTime,
        Self::NoSeriesApplies,
        Self::CompleteForPastSeason,
        Self::WeeksOver,
    ];

    /// In words.
    #[must_use]
    pub const fn words(self) -> &'static str {
        match self {
            Self::DoseNeeded => "a dose is needed",
            Self::SeriesComplete => "the series is complete",
            Self::EvidenceOfImmunity => "there is evidence of immunity",
            Self::Contraindication => "there is a contraindication",
            Self::VaccinesContraindicated => "every vaccine that could be given is contraindicated",
            Self::PastHistorySuffices => "the doses given before suffice",
            Self::SeasonOver => "the season of the schedule is past",
            Self::ExceededMaximumAge => "the maximum age has passed",
            Self::CannotFinishInTime => "the next dose would come after the maximum age",
            Self::NoSeriesApplies => "nothing on the record asks for it",
            Self::CompleteForPastSeason => {
                "the series was complete for a season that is past, and the schedule holds no later one"
            }
            Self::WeeksOver => "the weeks of the pregnancy in which it is given have no day left",
        }
    }
}

/// The forecast of a vaccine group, for one of its series groups.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Forecast {
    /// Position of the vaccine group in the release.
    pub group: u8,
    /// Kind of the series behind it.
    pub series_type: SeriesType,
    /// Position of the best series, for groups of one antigen.
    pub series: Option<u16>,
    /// The status.
    pub status: SeriesStatus,
    /// Why.
    pub reason: StatusReason,
    /// The dates, when a dose is needed.
    pub dates: Option<ForecastDates>,
    /// Number of the dose forecast; 0 when none is.
    pub dose_number: u8,
    /// Doses that count in the best series behind it.
    pub valid_doses: u8,
    /// Antigens that need a dose, as bits by position.
    pub antigens_needed: u64,
    pub(crate) vaccines: Range<u16>,
}

/// The dates of a forecast.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct ForecastDates {
    /// The dose can count from this day on.
    pub earliest: Day,
    /// It is recommended from this day on.
    pub recommended: Day,
    /// The last day before it is late, if there is one.
    pub past_due: Option<Day>,
    /// The last day on which it can be given, if there is one.
    pub latest: Option<Day>,
}

impl ForecastDates {
    /// The first day on which the dose is overdue: the day behind the past-due date, which is
    /// still in time (FORECASTDT-3 takes one day off).
    #[must_use]
    pub fn overdue_from(&self) -> Option<Day> {
        self.past_due.map(|day| day.plus_days(1))
    }
}
