//! Observations as the schedule knows them: disease, titer, contraindication, reaction, indication.
//!
//! The schedule lists for each of its observations the codes of other systems (SNOMED, CDCPHINVS, CVX) that mean it.
//! Source: CDSi supporting data, observations; immunization guide 1.5, NIP003; value sets PHVS_…_IIS.

use super::facts::EventFacts;
use super::groups::schedule_groups_of;
use iis_cdsi::Schedule;
use iis_cdsi::codes::ObservationCode;
use iis_cdsi::dates::Day;
use iis_cdsi::gather::ObservationMade;
use iis_model::event::{Observation, ObservationValue};
use iis_model::loinc::{
    CONTRAINDICATION, EFFECTIVE_ON, EXPIRES_ON, INDICATION, OLD_VACCINE_TYPE, PRESUMED_IMMUNITY, REACTION,
    SEROLOGY, VACCINE_TYPE,
};
use iis_model::{Beginning, Coded, Cvx, Date, PartialDate};

/// The vaccine or group that an observation is about, in its own observation of the same set.
const ABOUT_VACCINE: [&str; 2] = [VACCINE_TYPE, OLD_VACCINE_TYPE];

/// The code system of the schedule's own codes.
const CDSI: &str = "CDSI";

/// A code system, as the schedule names it, and a code of it.
type Code = (&'static str, &'static str);

/// Codes that senders use for what the schedule lists under another code: (system, code) to (system, code).
///
/// Anaphylaxis after a dose is the allergy to a previous dose of that vaccine, for which the schedule lists VXC20;
/// intussusception after a dose is its history. The value set of serology spells mumps otherwise than SNOMED does.
/// Encephalopathy within 7 days of a dose with pertussis contraindicates pertussis (CDC, General Best Practice Guidelines for
/// Immunization, contraindications and precautions): see [`Set::is_late_or_not_of_pertussis`].
#[rustfmt::skip]
const OTHERWISE: &[(&str, Code, Code)] = &[
    // observation    sent                          listed
    (REACTION,        ("SNOMED", "39579001"),       ("CDCPHINVS", "VXC20")),
    (REACTION,        ("CDCPHINVS", "VXC15"),       ("CDCPHINVS", "VXC21")),
    (REACTION,        ENCEPHALOPATHY,               ("CDCPHINVS", "VXC22")),
    (SEROLOGY,        ("SNOMED", "341112003"),      ("SNOMED", "371112003")),
];

/// Encephalopathy ("disorder of brain") in the value set of reactions.
const ENCEPHALOPATHY: Code = ("SNOMED", "81308009");

/// What an event says about the person.
#[derive(Debug, Default)]
pub(super) struct Told {
    pub(super) made: Vec<ObservationMade>,
    /// The numbers of those that are over, or do not hold yet.
    pub(super) not_now: Vec<u16>,
    /// The first later day on which one of them begins or ends.
    pub(super) change_on: Option<Date>,
    pub(super) notices: Vec<&'static str>,
}

/// Reads the observations of an event that are active on a day.
pub(super) fn observations(event: &EventFacts<'_>, schedule: &Schedule, on: Date, told: &mut Told) {
    let is_meant = |observation: &&Observation| {
        let about = &*observation.about.code;
        matches!(about, PRESUMED_IMMUNITY | SEROLOGY | CONTRAINDICATION | REACTION | INDICATION)
    };
    for observation in event.observations.iter().filter(is_meant) {
        let set = Set { event, observation };
        let Some(ObservationValue::Coded(coded)) = observation.value.get() else {
            if observation.value.get().is_some() && set.has_to_be_known() {
                told.notices.push(NOT_LISTED);
            }
            continue;
        };
        let (begins_on, ends_on) = (set.date(EFFECTIVE_ON), set.date(EXPIRES_ON));
        let begins_on = begins_on.map(|date| date.first_day());
        let ends_on = ends_on.map(|date| date.last_day());
        let later = [begins_on, ends_on.and_then(|day| day.tomorrow().ok())];
        told.change_on = later.into_iter().flatten().filter(|day| *day > on).chain(told.change_on).min();
        if begins_on.is_some_and(|day| day > on) || ends_on.is_some_and(|day| day < on) {
            let mut other = Told::default();
            set.add(coded, schedule, None, &mut other);
            told.not_now.extend(other.made.iter().map(|made| made.code.number()));
            continue;
        }
        let observed_on = observation.observed_on.value;
        // a day from which something counts is the one that was said, and no other
        let noted_on = observed_on.or(event.given_on.filter(|_| Beginning::of(coded).is_none()));
        let day = begins_on.or(noted_on.and_then(|date| date.full()));
        set.add(coded, schedule, day.map(Day::from), told);
    }
}

/// What is said of an observation that the schedule does not know.
const NOT_LISTED: &str =
    "An observation is not among those of the schedule: it has no effect on the forecast.";

/// An observation among those of its event.
struct Set<'a> {
    event: &'a EventFacts<'a>,
    observation: &'a Observation,
}

impl Set<'_> {
    /// The other observations of the same set (OBX-4).
    fn others(&self, about: &str) -> impl Iterator<Item = &ObservationValue> {
        let same =
            move |other: &&Observation| other.group == self.observation.group && &*other.about.code == about;
        self.event.observations.iter().filter(same).filter_map(|other| other.value.get())
    }

    fn date(&self, about: &str) -> Option<PartialDate> {
        self.others(about).find_map(|value| match value {
            ObservationValue::Date(date) => Some(*date),
            _ => None,
        })
    }

    /// The vaccine it is about: named beside it, else that of the dose under which it stands.
    fn vaccine(&self) -> Option<Cvx> {
        let named = ABOUT_VACCINE.iter().flat_map(|about| self.others(about));
        let named = named.filter_map(|value| match value {
            ObservationValue::Coded(coded) => coded.codings().find_map(|coding| coding.code.parse().ok()),
            _ => None,
        });
        let mut named = named;
        named.next().or_else(|| self.event.cvx.filter(|_| self.event.kind.is_dose()))
    }

    fn add(&self, coded: &Coded, schedule: &Schedule, on: Option<Day>, told: &mut Told) {
        let mut is_known = false;
        for coding in coded.codings() {
            let Some(system) = system(&coding.system) else { continue };
            if (system, &*coding.code) == ENCEPHALOPATHY && self.is_late_or_not_of_pertussis(schedule) {
                continue;
            }
            let (system, code) = self.as_listed(system, &coding.code);
            let listed: Vec<ObservationCode> = if system == CDSI {
                own_code(schedule, code).into_iter().collect()
            } else {
                schedule.observations_for(system, code).collect()
            };
            is_known |= !listed.is_empty();
            let of_vaccine: Vec<ObservationCode> =
                listed.iter().copied().filter(|code| lists_vaccines(schedule, *code)).collect();
            let meant = if system == "CDCPHINVS" && !of_vaccine.is_empty() {
                // A code like "allergy to a previous dose of this vaccine" says nothing without the vaccine.
                let Some(vaccine) = self.vaccine() else {
                    told.notices
                        .push("An allergy to a vaccine names no vaccine: it has no effect on the forecast.");
                    continue;
                };
                let meant = reacting_to(schedule, vaccine);
                if meant.is_empty() {
                    told.notices.push(
                        "An allergy names a vaccine that the schedule does not know: it has no effect on the forecast.",
                    );
                }
                meant
            } else {
                listed
            };
            told.made.extend(meant.into_iter().map(|code| ObservationMade { code, on }));
        }
        if !is_known && self.has_to_be_known() {
            told.notices.push(NOT_LISTED);
        }
    }

    /// Whether it is noticed that the schedule does not know it: most reactions and indications speak neither for nor against a
    /// dose.
    fn has_to_be_known(&self) -> bool {
        !matches!(&*self.observation.about.code, REACTION | INDICATION)
    }

    /// Whether an encephalopathy came later than 7 days after the dose, or after a vaccine without pertussis.
    fn is_late_or_not_of_pertussis(&self, schedule: &Schedule) -> bool {
        let is_of_pertussis = |vaccine: Cvx| {
            iis_cdsi::codes::Cvx::new(vaccine.number())
                .is_some_and(|cvx| schedule.holds(cvx, &schedule_groups_of(vaccine), "Pertussis"))
        };
        let observed_on = self.observation.observed_on.value.and_then(|on| on.full());
        let given_on = self.event.given_on.and_then(|on| on.full());
        let days = observed_on.zip(given_on).map(|(on, given)| Day::from(on).days_since(Day::from(given)));
        &*self.observation.about.code == REACTION
            && (!self.vaccine().is_some_and(is_of_pertussis) || days.is_some_and(|days| days > 7))
    }

    fn as_listed<'c>(&self, system: &'static str, code: &'c str) -> (&'static str, &'c str) {
        let about = &*self.observation.about.code;
        let found = OTHERWISE.iter().find(|(of, sent, _)| *of == about && *sent == (system, code));
        found.map_or((system, code), |(_, _, listed)| *listed)
    }
}

/// The vaccines that the reactions of an event name, or that of the dose under which they stand.
pub(super) fn reacted_to(event: &EventFacts<'_>) -> Vec<Cvx> {
    let reactions = event.observations.iter().filter(|one| &*one.about.code == REACTION);
    reactions.filter_map(|observation| Set { event, observation }.vaccine()).collect()
}

/// What an allergy to a vaccine is among the observations of the schedule.
pub(super) fn reacting_to(schedule: &Schedule, vaccine: Cvx) -> Vec<ObservationCode> {
    let cvx = iis_cdsi::codes::Cvx::new(vaccine.number());
    cvx.map(|cvx| schedule.reacting_to(cvx, &schedule_groups_of(vaccine))).unwrap_or_default()
}

/// The name by which the schedule lists a code system that messages spell in many ways.
fn system(sent: &str) -> Option<&'static str> {
    match sent {
        "SCT" | "SNOMED" | "SNM" | "SNM3" | "SNOMEDCT" | "SNOMED-CT" | "SNOMED CT" => Some("SNOMED"),
        "CDCPHINVS" | "PHINVS" => Some("CDCPHINVS"),
        "CVX" => Some("CVX"),
        CDSI => Some(CDSI),
        _ => None,
    }
}

/// The schedule's own code of an observation, for conditions that no other system tells apart.
fn own_code(schedule: &Schedule, code: &str) -> Option<ObservationCode> {
    let code = ObservationCode::parse(code)?;
    let observations = &schedule.release().observations;
    observations.binary_search_by_key(&code, |observation| observation.code).ok().map(|_| code)
}

/// Whether the schedule lists vaccines for an observation.
fn lists_vaccines(schedule: &Schedule, code: ObservationCode) -> bool {
    let observations = &schedule.release().observations;
    let at = observations.binary_search_by_key(&code, |observation| observation.code);
    at.is_ok_and(|at| observations[at].codes.iter().any(|(system, _)| system == "CVX"))
}

#[cfg(test)]
mod tests {
    use super::{Told, observations};
    use crate::recommend::facts::EventFacts;
    use iis_cdsi::{Schedule, tables};
    use iis_model::event::{InformationSource, Observation, ObservationValue};
    use iis_model::record::ConsolidatedEvent;
    use iis_model::testing::dose;
    use iis_model::{Coded, Date, EventId, EventKind, Given, ReportedEvent};
    use jiff::civil::date;

    fn coded(about: &str, code: &str, system: &str) -> Observation {
        Observation {
            about: Coded::new(about, "", "LN"),
            group: "1".into(),
            value: Given::of(ObservationValue::Coded(Coded::new(code, "", system))),
            observed_on: Given::default(),
        }
    }

    fn dated(about: &str, on: &str) -> Observation {
        let value = ObservationValue::Date(on.parse().expect("a date"));
        Observation { value: Given::of(value), ..coded(about, "", "") }
    }

    fn told(observed: Vec<Observation>, under_a_dose: bool, on: Date) -> Told {
        let schedule = Schedule::compile(&tables::built_in().expect("tables"), &[]).expect("a schedule");
        let mut best = if under_a_dose {
            dose(InformationSource::NewImmunization).vaccine(8)
        } else {
            ReportedEvent::new(EventKind::Observation)
        };
        best.observations = observed;
        let event = ConsolidatedEvent { id: EventId(1), best, reports: vec![] };
        let mut told = Told::default();
        observations(&EventFacts::of(&event), &schedule, on, &mut told);
        told
    }

    #[test]
    fn codes_of_other_systems_mean_observations_of_the_schedule() {
        #[rustfmt::skip]
        let table: [(Vec<Observation>, bool, &[&str], usize); 15] = [
            // observed                                                   dose   CDSi codes  notices
            (vec![coded("59784-9", "38907003", "SCT")],                   false, &["024"],   0), // varicella
            (vec![coded("75505-8", "371111005", "SNOMED")],               false, &["020"],   0), // measles titer
            (vec![coded("75505-8", "341112003", "SCT")],                  false, &["021"],   0), // mumps titer, as sent
            (vec![coded("30945-0", "VXC27", "CDCPHINVS")],                false, &["003"],   0),
            (vec![coded("30945-0", "155", "CDSI")],                       false, &["155"],   0),
            (vec![coded("30945-0", "999", "CDSI")],                       false, &[],        1), // no such code
            (vec![coded("30945-0", "VXC20", "CDCPHINVS")],                false, &[],        1), // which vaccine?
            (vec![coded("30945-0", "VXC20", "CDCPHINVS"), coded("30956-7", "08", "CVX")], false, &["097"], 0),
            (vec![coded("30945-0", "VXC20", "CDCPHINVS"), coded("30956-7", "216", "CVX")], false, &["094"], 0), // not listed: PCV20
            (vec![coded("30945-0", "VXC20", "CDCPHINVS"), coded("30956-7", "9999", "CVX")], false, &[], 1), // which vaccine is it?
            (vec![coded("31044-1", "39579001", "SCT")],                   true,  &["097"],   0), // after hepatitis B
            (vec![coded("31044-1", "39579001", "SCT"), coded("30956-7", "305", "CVX")], false, &["244"], 0), // RSV
            (vec![coded("31044-1", "81308009", "SCT")],                   true,  &[],        0), // hepatitis B is no pertussis
            (vec![coded("31044-1", "VXC14", "CDCPHINVS")],                true,  &[],        0), // a rash
            (vec![coded("64994-7", "V01", "HL70064")],                    true,  &[],        0),
        ];
        for (observed, under_a_dose, expected, notices) in table {
            let said = format!("{observed:?}");
            let told = told(observed, under_a_dose, date(2026, 3, 2));
            let codes: Vec<String> = told.made.iter().map(|made| made.code.to_string()).collect();
            assert_eq!(codes, expected, "{said}");
            assert_eq!(told.notices.len(), notices, "{said}");
        }
    }

    #[test]
    fn an_encephalopathy_within_7_days_of_a_dose_with_pertussis_contraindicates_it() {
        #[rustfmt::skip]
        let table: [(&str, Option<&str>, &[&str]); 6] = [
            // after  observed            CDSi codes
            ("20",  Some("2026-01-10"),   &["079"]),
            ("120", Some("2026-01-17"),   &["079"]),
            ("20",  Some("2026-01-18"),   &[]),
            ("20",  None,                 &["079"]),
            ("09",  Some("2026-01-10"),   &[]), // Td
            ("9999", None,                &[]),
        ];
        let schedule = Schedule::compile(&tables::built_in().expect("tables"), &[]).expect("a schedule");
        for (after, observed_on, expected) in table {
            let mut observed = coded("31044-1", "81308009", "SCT");
            if let Some(on) = observed_on {
                observed.observed_on = Given::of(on.parse().expect("a date"));
            }
            let mut best = ReportedEvent::new(EventKind::Observation).given("2026-01-10");
            best.observations = vec![observed, coded("30956-7", after, "CVX")];
            let event = ConsolidatedEvent { id: EventId(1), best, reports: vec![] };
            let mut told = Told::default();
            observations(&EventFacts::of(&event), &schedule, date(2026, 3, 2), &mut told);
            let codes: Vec<String> = told.made.iter().map(|made| made.code.to_string()).collect();
            assert_eq!(codes, expected, "{after} {observed_on:?}");
        }
    }

    #[test]
    fn a_contraindication_holds_from_its_first_to_its_last_day() {
        #[rustfmt::skip]
        let table = [
            // asked on            active  next change
            (date(2026, 1, 9),     false,  Some(date(2026, 1, 10))),
            (date(2026, 1, 10),    true,   Some(date(2026, 3, 21))),
            (date(2026, 3, 20),    true,   Some(date(2026, 3, 21))),
            (date(2026, 3, 21),    false,  None),
        ];
        for (on, is_active, change_on) in table {
            let observed = vec![
                coded("30945-0", "77386006", "SCT"),
                dated("30946-8", "2026-01-10"),
                dated("30944-3", "2026-03-20"),
            ];
            let told = told(observed, false, on);
            assert_eq!((!told.made.is_empty(), told.change_on), (is_active, change_on), "{on}");
        }
    }
}
