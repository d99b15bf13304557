//! What CDC says of a forecast that the schedule's data do not say (docs/decisions/0067): in words beside the answer, which stays.

use super::facts::Facts;
use super::with_scratch;
use iis_cdsi::dates::Day;
use iis_cdsi::gather::BirthDate;
use iis_cdsi::{Schedule, codes};
use iis_model::recommendation::{Caveat, Forecast, ForecastStatus};
use jiff::ToSpan;

/// Vaccine groups of the schedule, and the code of Td.
const PERTUSSIS: &str = "DTaP/Tdap/Td";
const HEPATITIS_B: &str = "HepB";
const HPV: &str = "HPV";
const POLIO: &str = "Polio";
const TD: u16 = 113;

/// Marks the forecasts, each with the sentence.
pub(super) fn add(schedule: &Schedule, facts: &Facts, on: Day, forecasts: &mut [Forecast]) {
    let has_risk = forecasts.iter().any(|forecast| &*forecast.group.name == HEPATITIS_B && forecast.is_risk);
    for forecast in forecasts {
        let is_unbegun = forecast.valid_doses == 0;
        let caveat = match (&*forecast.group.name, forecast.status) {
            (PERTUSSIS, ForecastStatus::Contraindicated) if lets_td(schedule, facts, on) => {
                Caveat::TdMayBeGiven
            }
            (HEPATITIS_B, ForecastStatus::NotComplete)
                if is_unbegun && !has_risk && has_reached(60, facts, on) =>
            {
                Caveat::ByChoice
            }
            (HPV, ForecastStatus::NotComplete) if has_reached(27, facts, on) => Caveat::BySharedDecision,
            (POLIO, ForecastStatus::AgedOut) if is_unbegun && has_reached(18, facts, on) => Caveat::AdultsToo,
            _ => continue,
        };
        forecast.sentence = format!("{} {}", forecast.sentence, caveat.words()).into();
        forecast.caveat = Some(caveat);
    }
}

/// Whether nothing on record forbids Td.
fn lets_td(schedule: &Schedule, facts: &Facts, on: Day) -> bool {
    let Some(td) = codes::Cvx::new(TD) else { return false };
    with_scratch(|scratch| schedule.forbidding(&facts.history, td, on, scratch)).is_empty()
}

fn has_reached(years: i32, facts: &Facts, on: Day) -> bool {
    let BirthDate::On(born) = facts.history.birth else { return false };
    born.date().checked_add(years.years()).is_ok_and(|reached| reached <= on.date())
}

#[cfg(test)]
mod tests {
    use crate::desk::saying::{Observed, observation};
    use crate::recommend::{Schedules, recommend};
    use iis_model::Coded;
    use iis_model::event::InformationSource;
    use iis_model::recommendation::Caveat;
    use iis_model::testing::{dose, person, record};
    use jiff::civil::date;

    #[test]
    fn what_cdc_says_beside_the_schedule_is_said_where_it_holds() {
        let schedules = Schedules::built_in();
        let noted = |code, system| {
            observation(
                Observed::Contraindication,
                Coded::new(code, "", system),
                "2025-11-01".parse().expect("a date"),
            )
        };
        let given = |on: &str| dose(InformationSource::Historical).vaccine(43).given(on);
        #[rustfmt::skip]
        let table = [
            // born        on record                                group           said
            ("2025-05-10", vec![noted("VXC22", "CDCPHINVS")],       "DTaP/Tdap/Td", Some(Caveat::TdMayBeGiven)), // encephalopathy
            ("2025-05-10", vec![noted("293115003", "SCT")],         "DTaP/Tdap/Td", Some(Caveat::TdMayBeGiven)), // anaphylaxis, pertussis
            ("2025-05-10", vec![noted("219084006", "SCT")],         "DTaP/Tdap/Td", None),                       // anaphylaxis, tetanus
            ("2025-05-10", Vec::new(),                              "DTaP/Tdap/Td", None),
            ("1965-11-10", Vec::new(),                              "HepB",         Some(Caveat::ByChoice)),
            ("1965-11-11", Vec::new(),                              "HepB",         None), // sixty tomorrow
            ("1950-01-01", vec![given("2024-01-01")],               "HepB",         None), // begun
            ("1998-11-10", Vec::new(),                              "HPV",          Some(Caveat::BySharedDecision)),
            ("1998-11-11", Vec::new(),                              "HPV",          None), // 27 tomorrow
            ("1998-11-10", Vec::new(),                              "Polio",        Some(Caveat::AdultsToo)),
            ("2010-11-10", Vec::new(),                              "Polio",        None), // due
        ];
        for (born, events, group, caveat) in table {
            let said = recommend(&schedules, &record(person().born(born), events), date(2025, 11, 10));
            let mut of_group = said.forecasts.iter().filter(|forecast| &*forecast.group.name == group);
            let forecast = of_group.next().expect("a forecast");
            assert_eq!(forecast.caveat, caveat, "{born} {group} {:?}", forecast.status);
            let says = caveat.is_some_and(|caveat| forecast.sentence.ends_with(caveat.words()));
            assert_eq!(says, caveat.is_some(), "{}", forecast.sentence);
        }
    }
}
