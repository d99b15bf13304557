//! A record as a document: what is printed of it, and nothing more.

use super::given::given;
use super::noted::printed;
use super::rows::groups;
use crate::pages::format;
use crate::pages::patients::doses::is_dose;
use crate::pages::patients::notes::{after, is_allergy_to_a_dose, medical, observed_value};
use iis_model::event::ObservationValue;
use iis_model::person::{PersonName, Sex};
use iis_model::recommendation::Recommendation;
use iis_model::record::{ConsolidatedEvent, PersonRecord};
use iis_model::{Date, Demographics, EventKind, RegistryNumber};
use iis_print::{Document, Issuer, Language, Note, NoteKind, Person, Standing, Verification};
use iis_registry::prints::doses_alone;
use iis_registry::recommend::{Schedules, recommend};

/// What was asked for.
pub(in crate::pages) struct Wanted {
    pub(in crate::pages) form: iis_print::Form,
    pub(in crate::pages) language: Language,
    /// Whether lots stand beside the doses.
    pub(in crate::pages) lots: bool,
    /// Whether the official record tells contraindications, reactions and evidence of immunity: diagnoses, for whoever reads it.
    pub(in crate::pages) conditions: bool,
    /// Whether a school form may tell evidence of immunity: whoever prints it sees it.
    pub(in crate::pages) immunity: bool,
}

impl Wanted {
    /// Whether it tells notes of this kind: a school form takes immunity in the place of doses.
    fn tells(&self, kind: NoteKind) -> bool {
        match self.form {
            iis_print::Form::Record => self.conditions,
            iis_print::Form::School => self.immunity && kind == NoteKind::Immunity,
            _ => false,
        }
    }

    /// Whether a group without doses has a row: one that is open today has, and one of which a condition is told.
    pub(super) fn lists(&self, (is_open_today, standing): (bool, Standing)) -> bool {
        is_open_today || (is_of_condition(standing) && self.tells_conditions())
    }

    /// Whether it says how doses and what comes next stand for this person, with all that is on record. Whatever does not is made of
    /// the doses alone ([`doses_alone`]), so that nothing else can be read from it.
    pub(in crate::pages) fn tells_conditions(&self) -> bool {
        self.form == iis_print::Form::Record && self.conditions
    }
}

/// Whether nobody's group stands so without a diagnosis.
const fn is_of_condition(standing: Standing) -> bool {
    matches!(standing, Standing::Contraindicated | Standing::AskWhen | Standing::AskFirst | Standing::Immune)
}

/// What is said of a record on a document: of all of it, or of the doses alone.
pub(in crate::pages) fn judged(
    schedules: &Schedules,
    record: &PersonRecord,
    wanted: &Wanted,
    on: Date,
) -> Recommendation {
    if wanted.tells_conditions() {
        recommend(schedules, record, on)
    } else {
        recommend(schedules, &doses_alone(record), on)
    }
}

/// A form that is about nobody.
pub(in crate::pages) fn blank(wanted: &Wanted, issuer: Issuer, arrival: &iis_registry::Arrival) -> Document {
    Document {
        form: wanted.form,
        language: wanted.language,
        issuer,
        issued_on: arrival.today,
        issued_at: arrival.at,
        person: None,
        groups: Vec::new(),
        doses_alone: false,
        notes: Vec::new(),
        given: Vec::new(),
        signed: None,
        verification: None,
        unprintable: 0,
    }
}

/// The document about a record, with what is said of it ([`judged`]).
pub(in crate::pages) fn document(
    record: &PersonRecord,
    said: &Recommendation,
    wanted: &Wanted,
    verification: Verification,
    blank: Document,
) -> Document {
    Document {
        person: Some(person(&record.demographics, record.registry_number)),
        groups: groups(record, said, wanted),
        doses_alone: wanted.form == iis_print::Form::Record && !wanted.tells_conditions(),
        notes: record.events.iter().flat_map(notes).filter(|note| wanted.tells(note.kind)).collect(),
        given: record
            .events
            .iter()
            .filter(|event| event.best.kind == EventKind::Administered)
            .map(given)
            .collect(),
        verification: Some(verification),
        ..blank
    }
}

/// How many doses a document lists.
pub(in crate::pages) fn doses(document: &Document, record: &PersonRecord) -> usize {
    match document.form {
        iis_print::Form::Administration => document.given.len(),
        _ => record.events.iter().filter(|event| is_dose(event)).count(),
    }
}

/// `M. O.`: what the page says that confirms the document.
pub(in crate::pages) fn initials(person: &Demographics) -> String {
    let first = |part: &str| part.chars().find(|letter| letter.is_alphanumeric()).map(char::to_uppercase);
    let name = person.legal_name().cloned().unwrap_or_default();
    let letters = [first(&name.given), first(&name.family)].into_iter().flatten();
    letters.map(|letter| format!("{letter}.")).collect::<Vec<_>>().join(" ")
}

fn person(person: &Demographics, number: RegistryNumber) -> Person {
    let sex = person.sex.get().map_or("", |sex| match sex {
        Sex::Female => "F",
        Sex::Male => "M",
        Sex::NonBinary | Sex::Other => "X",
        Sex::Unknown => "",
    });
    Person {
        name: name(person.legal_name()).into(),
        born_on: person.born_on.get().map(ToString::to_string).unwrap_or_default().into(),
        sex: sex.into(),
        number_tail: format::number_tail(number).trim_start_matches('…').into(),
    }
}

/// `Ortega, Maya Renata Jr`: as it was reported, so that it is found by it.
fn name(name: Option<&PersonName>) -> String {
    let Some(name) = name else { return String::new() };
    let given = [&*name.given, &*name.middle, &*name.suffix];
    let given = given.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(" ");
    [&*name.family, given.as_str()].into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(", ")
}

fn notes(event: &ConsolidatedEvent) -> Vec<Note> {
    let told = event.best.observations.iter().filter_map(|observation| {
        let kind = medical(observation)?;
        let on = observation.observed_on.get().or_else(|| event.best.given_on.get());
        let on = on.map(ToString::to_string).unwrap_or_default().into();
        let what = match observation.value.get() {
            Some(ObservationValue::Coded(coded)) => printed(coded),
            _ => observed_value(observation)?,
        };
        let after = after(&event.best, observation)
            .filter(|_| kind == NoteKind::Reaction || is_allergy_to_a_dose(observation));
        let after_on = after.as_ref().and_then(|after| after.on).map(|on| on.to_string()).unwrap_or_default();
        let after = after.map(|after| after.vaccine).unwrap_or_default();
        Some(Note { kind, what: what.into(), after: after.into(), after_on: after_on.into(), on })
    });
    told.collect()
}

#[cfg(test)]
pub(super) mod tests {
    use crate::pages::codes;
    use crate::pages::patients::desk::beside::noted_words;
    use crate::pages::patients::desk::choices::{ELIGIBILITIES, ROUTES, SITES};
    use iis_model::event::{InformationSource, Observation, ObservationValue};
    use iis_model::testing::{dose, person, record};
    use iis_model::{Coded, EventKind, Given, ReportedEvent};
    use iis_print::SHIPPED;

    pub(crate) fn noted(about: &str, code: &str, system: &str) -> ReportedEvent {
        let mut event = ReportedEvent::new(EventKind::Observation).given("2025-10-01");
        event.observations = vec![Observation {
            about: Coded::new(about, "", "LN"),
            group: "1".into(),
            value: Given::of(ObservationValue::Coded(Coded::new(code, "", system))),
            observed_on: Given::of("2025-10-01".parse().expect("a day")),
        }];
        event
    }

    /// A dose is named where it is the cause, and not where something else is observed under it.
    #[test]
    fn a_note_under_a_dose_names_it_where_it_may_have_caused_it() {
        #[rustfmt::skip]
        let table = [
            ("31044-1", "39579001", "SCT",       "MMR"), // anaphylaxis
            ("30945-0", "VXC20",    "CDCPHINVS", "MMR"), // allergy to an earlier dose
            ("30945-0", "77386006", "SCT",       ""),    // pregnancy
            ("59784-9", "38907003", "SCT",       ""),    // had varicella
        ];
        for (about, code, system, after) in table {
            let observations = noted(about, code, system).observations;
            let given = dose(InformationSource::Historical).vaccine(3).given("2025-02-10");
            let record = record(person(), vec![ReportedEvent { observations, ..given }]);
            let notes = super::notes(&record.events[0]);
            let told: Vec<_> = notes.iter().map(|note| &*note.after).collect();
            assert_eq!(told, [after], "{code}");
        }
    }

    #[test]
    fn every_word_that_a_form_can_record_is_there_in_spanish() {
        let (_, words) = SHIPPED.iter().find(|(name, _)| *name == "words.typ").expect("the words");
        let spanish = words.split("#let values-es").nth(1).and_then(|rest| rest.split("#let words").next());
        let spanish = spanish.expect("the values");
        let coded = |system, rows: &[(&str, &str)]| -> Vec<String> {
            rows.iter().map(|(code, word)| codes::word(&Coded::new(code, word, system))).collect()
        };
        let all = [
            coded("NCIT", ROUTES),
            coded("HL70163", SITES),
            coded("HL70064", ELIGIBILITIES),
            codes::fundings().map(str::to_owned).collect(),
            noted_words().chain(super::super::noted::words()).map(str::to_owned).collect(),
        ];
        for word in all.concat() {
            assert!(spanish.contains(&format!("\"{word}\": ")), "{word}");
        }
    }
}
