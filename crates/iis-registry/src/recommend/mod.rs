//! The recommender at work: what a person needs, when, and why.
//!
//! The line is: record → [`facts`] → the recommender (`iis-cdsi`) → [`answer`], in the words of
//! [`iis_model::recommendation`]. The schedule in force is the one of [`Schedules`]; each thread keeps room to work in.

mod against;
mod answer;
mod caveats;
pub mod compare;
mod conditions;
pub(crate) mod facts;
mod groups;
pub(crate) mod left_reactions;
mod naming;
mod observations;
mod product;
pub mod refresh;
pub mod releases;
mod schedules;
pub(crate) mod status;
mod weeks;

pub use against::Against;
pub use conditions::LONGEST_PREGNANCY_DAYS;
pub use left_reactions::{LeftReaction, left_reactions};
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
    let (said, beside) = with_scratch(|scratch| {
        let said = schedule.explain_in_sentences(&facts.history, Day::from(on), scratch);
        let beside = schedule.in_practice(&said.answer, scratch);
        (said, beside)
    });
    answer::explanation(schedule, facts, &said, &beside).recommendation
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
    let (said, beside) = with_scratch(|scratch| {
        let said = schedule.explain(&facts.history, Day::from(on), scratch);
        let beside = schedule.in_practice(&said.answer, scratch);
        (said, beside)
    });
    answer::explanation(schedule, facts, &said, &beside)
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

#[cfg(test)]
mod tests {
    use super::{Against, Schedules, recommend};
    use crate::desk::saying::{Observed, observation, with_beginning};
    use iis_model::event::{InformationSource, Observation, ObservationValue};
    use iis_model::recommendation::{Forecast, ForecastStatus, Standing};
    use iis_model::testing::{dose, person, record};
    use iis_model::{Coded, Cvx, Date, EventKind, Given, ReportedEvent};
    use jiff::civil::date;

    const TODAY: Date = date(2025, 11, 10);

    fn said(about: &str, value: Coded) -> Observation {
        Observation {
            about: Coded::new(about, "", "LN"),
            group: "1".into(),
            value: Given::of(ObservationValue::Coded(value)),
            observed_on: Given::default(),
        }
    }

    /// A report of what was observed, with the vaccine that it is about.
    fn about(cvx: &str, about: &str, value: Coded) -> ReportedEvent {
        let mut event = ReportedEvent::new(EventKind::Observation).given("2025-10-01");
        event.observations = vec![said(about, value), said("30956-7", Coded::new(cvx, "", "CVX"))];
        event
    }

    fn contraindication(code: &str, system: &str, on: &str) -> ReportedEvent {
        observation(Observed::Contraindication, Coded::new(code, "", system), on.parse().expect("a date"))
    }

    fn of<'a>(forecasts: &'a [Forecast], group: &str) -> Vec<&'a Forecast> {
        forecasts.iter().filter(|forecast| &*forecast.group.name == group).collect()
    }

    /// Anaphylaxis after a dose by the form, and the contraindication by a message: the same.
    #[test]
    fn an_anaphylaxis_contraindicates_the_group_of_the_product_whatever_the_schedule_lists() {
        let schedules = Schedules::built_in();
        #[rustfmt::skip]
        let table = [
            // after  group              forbidden
            ("216",  "Pneumococcal",     &[133, 215, 216][..]),
            ("203",  "Meningococcal",    &[114, 136, 203]),
            ("189",  "HepB",             &[8, 43, 189]),
            ("312",  "COVID-19",         &[309, 312, 313]),
            ("316",  "Meningococcal",    &[203, 316, 162, 163]),
            ("333",  "Influenza",        &[111, 140]),
        ];
        let anaphylaxis = || Coded::new("39579001", "", "SCT");
        let allergy = || Coded::new("VXC20", "", "CDCPHINVS");
        for (after, group, forbidden) in table {
            for event in [about(after, "31044-1", anaphylaxis()), about(after, "30945-0", allergy())] {
                let record = record(person().born("2012-02-11"), vec![event]);
                let against = Against::of(&schedules, &record, TODAY);
                for cvx in forbidden {
                    assert!(!against.forbidding(Cvx::new(*cvx)).is_empty(), "{after}: {cvx}");
                }
                assert!(against.forbidding(Cvx::new(115)).is_empty(), "{after}: Tdap");
                let said = recommend(&schedules, &record, TODAY);
                let out = |forecast: &&Forecast| forecast.status == ForecastStatus::Contraindicated;
                assert!(of(&said.forecasts, group).iter().any(out), "{after} {group}");
            }
        }
        let record = record(person().born("2012-02-11"), vec![about("9999", "30945-0", allergy())]);
        let said = recommend(&schedules, &record, TODAY);
        assert!(said.notices.iter().any(|notice| notice.text.contains("no effect on the forecast")));
    }

    #[test]
    fn live_vaccines_are_cautioned_in_the_forecast_itself() {
        let schedules = Schedules::built_in();
        #[rustfmt::skip]
        let table = [
            // on record        MMR    general word
            (Some("VXC27"),     true,  true),
            (Some("86406008"),  true,  false), // HIV
            (None,              false, false),
        ];
        for (code, is_cautioned, is_general) in table {
            let system = if code == Some("VXC27") { "CDCPHINVS" } else { "SCT" };
            let events = code.map(|code| contraindication(code, system, "2025-10-01"));
            let record = record(person().born("2011-02-11"), events.into_iter().collect());
            let said = recommend(&schedules, &record, TODAY);
            for group in ["MMR", "Varicella", "HPV", "Influenza"] {
                let is_live = matches!(group, "MMR" | "Varicella");
                for forecast in of(&said.forecasts, group) {
                    assert_eq!(forecast.is_cautioned, is_cautioned && is_live, "{code:?} {group}");
                    assert_eq!(
                        forecast.sentence.contains("immunocompromise"),
                        forecast.is_cautioned,
                        "{group}"
                    );
                }
            }
            let general = said.notices.iter().any(|notice| notice.text.contains("without the condition"));
            assert_eq!(general, is_general, "{code:?}");
        }
    }

    #[test]
    fn rsv_vaccine_in_pregnancy_is_over_after_week_36_and_a_dose_of_another_week_is_noticed() {
        let schedules = Schedules::built_in();
        let rsv = |on: &str| dose(InformationSource::NewImmunization).vaccine(305).given(on);
        #[rustfmt::skip]
        let table = [
            // begun          dose            standing                                            noticed
            ("2025-03-31",  None,               Standing::Due,                                      false), // week 32 0/7
            ("2025-02-25",  None,               Standing::Due,                                      false), // week 36 6/7
            ("2025-02-24",  None,               Standing::Settled(ForecastStatus::NotRecommended),  false), // week 37 0/7
            ("2025-02-01",  None,               Standing::Settled(ForecastStatus::NotRecommended),  false),
            ("2025-06-23",  Some("2025-11-10"), Standing::Settled(ForecastStatus::Complete),        true),  // week 20
            ("2025-03-31",  Some("2025-11-10"), Standing::Settled(ForecastStatus::Complete),        false),
        ];
        for (begun, given, standing, is_noticed) in table {
            let pregnant = contraindication("77386006", "SCT", begun);
            let mut events = vec![with_beginning(
                pregnant,
                iis_model::Beginning::Pregnancy,
                begun.parse().expect("a date"),
            )];
            events.extend(given.map(rsv));
            let record = record(person().born("1994-02-11"), events);
            let said = recommend(&schedules, &record, TODAY);
            let of_risk: Vec<_> = of(&said.forecasts, "RSV").into_iter().filter(|one| one.is_risk).collect();
            assert_eq!(of_risk.first().map(|one| one.standing(TODAY)), Some(standing), "{begun} {given:?}");
            let noticed =
                said.notices.iter().any(|notice| notice.text.contains("of the pregnancy, and it is given"));
            assert_eq!(noticed, is_noticed, "{begun} {given:?}: {:?}", said.notices);
            let asked = Against::of(&schedules, &record, TODAY).outside_its_weeks(Cvx::new(305));
            let is_right = matches!(begun, "2025-03-31" | "2025-02-25");
            assert_eq!(asked.is_none(), is_right, "{begun}: {asked:?}");
        }
    }
}
