//! A published case: facts about a person, and the answer its publisher expects.

use crate::answer::Reasons;
use crate::codes::{Cvx, Mvx, ObservationCode, Sex};
use crate::dates::Day;
use crate::gather::{BirthCountry, BirthDate, DoseGiven, History, ObservationMade};
use serde::Deserialize;

/// One published case, one JSON object.
#[derive(Clone, Debug, Deserialize)]
pub struct Case {
    /// The publisher's number of the case.
    pub id: String,
    /// The set it belongs to.
    pub suite: String,
    /// Vaccine group tested, named as in the schedule.
    pub vaccine_group: String,
    /// Used in place of today.
    pub assessment_date: String,
    /// The person.
    pub patient: Patient,
    /// Active observations.
    #[serde(default)]
    pub observations: Vec<Observed>,
    /// Doses given.
    #[serde(default)]
    pub doses: Vec<CaseDose>,
    /// The forecast expected.
    pub expected: Expected,
}

/// The person of a case.
#[derive(Clone, Debug, Deserialize)]
pub struct Patient {
    /// Date of birth.
    pub dob: String,
    /// `F` or `M`.
    #[serde(default)]
    pub gender: Option<String>,
}

/// An observation of a case.
#[derive(Clone, Debug, Deserialize)]
pub struct Observed {
    /// CDSi observation code.
    pub code: String,
    /// Its date, where it has one.
    #[serde(default)]
    pub date: Option<String>,
}

/// A dose of a case, with the verdict expected.
#[derive(Clone, Debug, Deserialize)]
pub struct CaseDose {
    /// The day given.
    pub date: String,
    /// CVX code.
    pub cvx: String,
    /// MVX code, where known.
    #[serde(default)]
    pub mvx: Option<String>,
    /// Valid, Not Valid, Extraneous.
    #[serde(default)]
    pub expected_status: Option<String>,
    /// The reason expected among those given.
    #[serde(default)]
    pub expected_reason: Option<String>,
    /// The kind of series in which the verdict is expected.
    #[serde(default)]
    pub expected_series_type: Option<String>,
}

/// The forecast expected.
#[derive(Clone, Debug, Deserialize)]
pub struct Expected {
    /// Status of the vaccine group.
    pub series_status: String,
    /// Number of the next dose.
    #[serde(default)]
    pub forecast_number: Option<String>,
    /// Earliest date.
    #[serde(default)]
    pub earliest_date: Option<String>,
    /// Recommended date.
    #[serde(default)]
    pub recommended_date: Option<String>,
    /// Past due date.
    #[serde(default)]
    pub past_due_date: Option<String>,
}

impl Case {
    /// The date of the question and the facts. The error names what cannot be read.
    pub fn facts(&self) -> Result<(Day, History), String> {
        let day = |text: &str| Day::parse(text).ok_or_else(|| format!("{text:?} is not a date"));
        let mut history = History {
            birth: BirthDate::On(day(&self.patient.dob)?),
            sex: self.patient.gender.as_deref().and_then(Sex::parse).unwrap_or_default(),
            birth_country: BirthCountry::NotRecorded,
            ..History::default()
        };
        for dose in &self.doses {
            let cvx = Cvx::parse(&dose.cvx).ok_or_else(|| format!("{:?} is not a CVX code", dose.cvx))?;
            let mvx = dose.mvx.as_deref().and_then(Mvx::parse);
            history.doses.push(DoseGiven { mvx, ..DoseGiven::new(day(&dose.date)?, cvx) });
        }
        for made in &self.observations {
            let code = ObservationCode::parse(&made.code);
            let code = code.ok_or_else(|| format!("{:?} is not an observation code", made.code))?;
            let on = made.date.as_deref().map(day).transpose()?;
            history.observations.push(ObservationMade { code, on });
        }
        Ok((day(&self.assessment_date)?, history))
    }
}

impl CaseDose {
    /// The expected reason among ours; `None` when it is not one we know.
    pub(super) fn reason(&self) -> Option<Reasons> {
        let expected = self.expected_reason.as_deref()?.to_ascii_lowercase().replace(": ", " ");
        let is_it = |words: &str| words.to_ascii_lowercase().replace(": ", " ") == expected;
        Reasons::ALL.iter().find(|(_, words)| is_it(words)).map(|(reason, _)| *reason)
    }
}
