//! What on record speaks against a product: the contraindications of the schedule, and beside them the registry's own caution
//! about live vaccines (docs/decisions/0063).
//!
//! The schedule holds live vaccines back for the exact conditions (severe immunocompromise, chemotherapy), and for the word
//! "immunocompromised" nasal influenza vaccine only. Who has recorded that word, or an HIV infection without saying how severe,
//! has not said that a live vaccine may be given.

use super::schedules::InForce;
use super::{Question, Schedules, with_scratch};
use iis_cdsi::Schedule;
use iis_cdsi::dates::Day;
use iis_cdsi::gather::History;
use iis_model::record::PersonRecord;
use iis_model::{Cvx, Date};
use std::sync::Arc;

/// Observations of the schedule that are, or may be, an immunocompromise.
#[rustfmt::skip]
pub(super) const IMMUNOCOMPROMISE: &[u16] = &[
    IMMUNOCOMPROMISED,      // the word itself
    4,                      // hematopoietic stem cell transplant
    13,                     // severe combined immunodeficiency
    145, 147, 148, 150, 153, // antibodies, T cells, phagocytes
    154, HIV_NOT_SEVERE,    // HIV
    156, 157, 158, 159, 168, // malignant neoplasm, transplant, therapies
    178, 179, 180, 181,     // leukemia, lymphomas, myeloma
    HIV,
    189, 190, 191, 216,     // treatments of tumors, CAR-T cells, iatrogenic
    246,                    // severe immunocompromise
];

pub(super) const IMMUNOCOMPROMISED: u16 = 3;
const HIV: u16 = 186;
const HIV_NOT_SEVERE: u16 = 155;

/// Vaccines that the schedule itself gives to who has HIV and is not severely immunocompromised: MMR and varicella.
const FOR_HIV: [u16; 2] = [3, 21];

/// Live vaccines that the conflicts of the schedule do not name: those by mouth, BCG, Ebola, and one against Venezuelan equine
/// encephalitis. Which are live is in CDC's names of the codes.
#[rustfmt::skip]
const OTHER_LIVE: &[u16] = &[
    2, 178, 179, 182,   // polio, oral
    25,                 // typhoid, oral
    74, 116, 119, 122,  // rotavirus
    174,                // cholera
    54, 55, 143,        // adenovirus
    19, 80, 204,        // BCG, Venezuelan equine encephalitis, Ebola
];

/// What on the record of somebody speaks against vaccines on a day.
pub struct Against {
    schedule: Arc<InForce>,
    history: History,
    on: Day,
}

impl std::fmt::Debug for Against {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("what is on record")
    }
}

impl Against {
    /// Of a record.
    pub fn of(schedules: &Schedules, record: &PersonRecord, on: Date) -> Self {
        let Question { schedule, facts } = Question::of(schedules, record, on);
        Self { schedule, history: facts.history, on: Day::from(on) }
    }

    /// What forbids a vaccine, by the titles of the schedule: also where the series is complete or the person immune, of which a
    /// forecast says no more than that.
    pub fn forbidding(&self, cvx: Cvx) -> Vec<String> {
        let Some(cvx) = iis_cdsi::codes::Cvx::new(cvx.number()) else { return Vec::new() };
        with_scratch(|scratch| self.schedule.schedule.forbidding(&self.history, cvx, self.on, scratch))
    }

    /// In which week of a pregnancy on record a vaccine would be given that has other weeks, in words; none: it has none, or the
    /// week is right.
    pub fn outside_its_weeks(&self, cvx: Cvx) -> Option<String> {
        let cvx = iis_cdsi::codes::Cvx::new(cvx.number())?;
        super::weeks::outside_its_weeks(&self.schedule.schedule, &self.history, cvx, self.on)
            .map(|outside| outside.to_string())
    }

    /// The immunocompromise on record, by the titles of the schedule, for a live vaccine; nothing for others.
    pub fn immunocompromise(&self, cvx: Cvx) -> Vec<String> {
        immunocompromise(&self.schedule.schedule, &self.history, cvx)
    }
}

/// What of a history is an immunocompromise that speaks against this vaccine, since it is live.
pub(super) fn immunocompromise(schedule: &Schedule, history: &History, cvx: Cvx) -> Vec<String> {
    let number = cvx.number();
    let is_live = iis_cdsi::codes::Cvx::new(number).is_some_and(|cvx| schedule.is_live(cvx));
    if !is_live && !OTHER_LIVE.contains(&number) {
        return Vec::new();
    }
    let made = |wanted: u16| history.observations.iter().any(|made| made.code.number() == wanted);
    let is_answered = made(HIV_NOT_SEVERE) && FOR_HIV.contains(&number);
    let speaks = |code: u16| {
        IMMUNOCOMPROMISE.contains(&code)
            && made(code)
            && !(is_answered && matches!(code, HIV | HIV_NOT_SEVERE))
    };
    let known = schedule.release().observations.iter().filter(|known| speaks(known.code.number()));
    known.map(|known| known.title.clone()).collect()
}

#[cfg(test)]
mod tests {
    use super::immunocompromise;
    use iis_cdsi::codes::ObservationCode;
    use iis_cdsi::gather::{History, ObservationMade};
    use iis_cdsi::{Schedule, tables};
    use iis_model::Cvx;

    #[test]
    fn an_immunocompromise_speaks_against_live_vaccines_and_no_others() {
        let schedule = Schedule::compile(&tables::built_in().expect("tables"), &[]).expect("a schedule");
        #[rustfmt::skip]
        let table: [(&[&str], &[u16], &[u16]); 6] = [
            // on record      live: speaks against            does not
            (&["003"],        &[3, 21, 94, 111, 149, 151, 333, 25, 119, 121, 56, 143, 54, 55, 80], &[20, 140, 187, 8, 152, 206]),
            (&["186"],        &[3, 21, 94, 111, 119],          &[20, 140]),
            (&["186", "155"], &[94, 111, 119],                 &[3, 21]),  // MMR and varicella are given
            (&["186", "155", "003"], &[3, 21, 94],             &[20]),
            (&["178"],        &[3, 21],                        &[20]),
            (&["007"],        &[],                             &[3, 21, 111]), // pregnant: the schedule's own
        ];
        for (codes, against, others) in table {
            let made = |code: &&str| ObservationMade {
                code: ObservationCode::parse(code).expect("a code"),
                on: None,
            };
            let history = History { observations: codes.iter().map(made).collect(), ..History::default() };
            let said = |number: u16| immunocompromise(&schedule, &history, Cvx::new(number));
            for number in against {
                assert!(!said(*number).is_empty(), "{codes:?} {number}");
            }
            for number in others {
                assert!(said(*number).is_empty(), "{codes:?} {number}");
            }
        }
    }
}
