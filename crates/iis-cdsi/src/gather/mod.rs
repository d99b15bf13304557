//! Gather the data and organize the immunization history: CDSi Logic Specification 4.6,
//! sections 4.1 and 4.2.

mod assessment;
mod findings;
mod history;
mod organize;

pub(crate) use assessment::Assessment;
pub use findings::{InputFinding, MOST_DOSES};
pub use history::{BirthCountry, BirthDate, DoseGiven, History, ObservationMade, last_day_of_month};
pub(crate) use organize::{GivenDose, Person};
