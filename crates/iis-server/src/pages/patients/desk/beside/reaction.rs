//! A reaction that followed a dose: what, after which dose, and whether VAERS was told.
//!
//! It says what a message says by OBX 31044-1. Codes: value set of vaccine reactions of the immunization guide 1.5
//! (`PHVS_VaccinationReaction_IIS`), and hives of SNOMED.

use super::super::Typed;
use super::super::plain::is_plain;
use crate::pages::format;
use crate::pages::frame::Problem;
use crate::pages::patients::doses::{is_dose, vaccine_name};
use iis_model::event::ObservationValue;
use iis_model::record::{ConsolidatedEvent, PersonRecord};
use iis_model::{Coded, PartialDate, ReportedEvent};
use iis_registry::desk::saying::{Reaction, Vaers};
use jiff::ToSpan;

/// "Disorder of brain" of the value set. With pertussis it contraindicates further doses where it came within 7 days.
const ENCEPHALOPATHY: &str = "81308009";

/// What can follow a dose: code, system, word.
#[rustfmt::skip]
pub(super) const REACTIONS: &[(&str, &str, &str)] = &[
    ("39579001",  "SCT",       "Anaphylaxis"),
    ("126485001", "SCT",       "Hives"),
    ("VXC12",     "CDCPHINVS", "Fever of 105 °F (40.5 °C) or more within 48 hours"),
    ("VXC9",      "CDCPHINVS", "Persistent, inconsolable crying for 3 hours or more within 48 hours"),
    ("VXC10",     "CDCPHINVS", "Collapse or shock-like state within 48 hours"),
    ("VXC11",     "CDCPHINVS", "Seizure within 72 hours"),
    ("VXC14",     "CDCPHINVS", "Rash within 14 days"),
    ("VXC15",     "CDCPHINVS", "Intussusception within 30 days"),
    ("VXC13",     "CDCPHINVS", "Guillain-Barré syndrome within 6 weeks"),
    (ENCEPHALOPATHY, "SCT",    "Encephalopathy within 7 days"),
];

/// For what has no code: it is said in words.
const OTHER: &str = "other";

/// The longest words and numbers that are kept, in letters.
const LONGEST: usize = 100;

/// Whether VAERS was told.
pub(super) const VAERS: &[(&str, &str)] =
    &[("", "Not said"), ("no", "No, not reported"), ("yes", "Yes, reported")];

/// The reactions to choose from.
pub(super) fn choices() -> Vec<(String, String)> {
    let known = REACTIONS.iter().map(|(code, _, word)| ((*code).to_owned(), (*word).to_owned()));
    known.chain([(OTHER.to_owned(), "Another reaction, in words below".to_owned())]).collect()
}

/// The doses on record that a reaction can have followed, newest first: those of which vaccine and date are known.
pub(super) fn doses(record: &PersonRecord) -> Vec<(String, String)> {
    let called = |event: &ConsolidatedEvent| {
        let on = format::partial_date(event.best.given_on.get()?);
        event.best.cvx.get()?;
        Some((event.id.0.to_string(), format!("{}, {on}", vaccine_name(&event.best))))
    };
    record.events.iter().filter(|event| is_dose(event)).filter_map(called).collect()
}

/// The reaction as it was filled in.
pub(super) fn read(
    typed: &Typed,
    record: &PersonRecord,
    on: Option<PartialDate>,
    problems: &mut Vec<Problem>,
) -> Option<ReportedEvent> {
    let what = read_what(typed, problems);
    let wanted = typed.get("dose").parse::<i64>().ok();
    let dose = record.events.iter().find(|event| is_dose(event) && Some(event.id.0) == wanted);
    let after = dose.and_then(|dose| dose.best.cvx.value.zip(dose.best.given_on.value));
    if after.is_none() {
        let text =
            "Choose the dose that it followed. A dose that is not listed is recorded first, as history.";
        problems.push(Problem::of("dose", text));
    }
    if let (Some(on), Some((_, given_on))) = (on, after) {
        let misfit = misfit(typed.get("reaction"), on, given_on);
        problems.extend(
            misfit.map(|(what, mend)| Problem::of("on", format!("{what} Correct the date, or {mend}."))),
        );
    }
    let vaers = read_vaers(typed, problems);
    Some(Reaction { what: what?, after: after?, on: on?, vaers }.report())
}

/// Why a reaction of this day cannot have followed a dose of that day, and what else to do than to correct a date.
pub(in super::super) fn misfit(
    reaction: &str,
    on: PartialDate,
    given_on: PartialDate,
) -> Option<(&'static str, &'static str)> {
    if on.last_day() < given_on.first_day() {
        return Some(("The reaction is dated before the dose that it followed.", "choose another dose"));
    }
    let is_late = reaction == ENCEPHALOPATHY && on.first_day() > given_on.last_day().saturating_add(7.days());
    let what = "The date is more than 7 days after the dose.";
    is_late.then_some((what, "choose “Another reaction” and say it in words"))
}

fn read_what(typed: &Typed, problems: &mut Vec<Problem>) -> Option<ObservationValue> {
    let (code, words) = (typed.get("reaction"), typed.get("reaction_words"));
    if let Some((code, system, word)) = REACTIONS.iter().find(|(known, ..)| *known == code) {
        if words.is_empty() {
            return Some(ObservationValue::Coded(Coded::new(code, word, system)));
        }
        let text = "Choose “Another reaction” for what is said in words, or empty this field.";
        problems.push(Problem::of("reaction_words", text));
        return None;
    }
    if code != OTHER {
        problems.push(Problem::of("reaction", "Choose the reaction."));
        return None;
    }
    if words.is_empty() || !is_plain(words, LONGEST) {
        let text = format!("Say what followed, in one line of at most {LONGEST} letters.");
        problems.push(Problem::of("reaction_words", text));
        return None;
    }
    Some(ObservationValue::Text(words.into()))
}

fn read_vaers(typed: &Typed, problems: &mut Vec<Problem>) -> Option<Vaers> {
    let number = typed.get("vaers_number");
    if !number.is_empty() && !is_plain(number, 40) {
        let text = "Enter the number as VAERS gave it, in at most 40 letters and digits.";
        problems.push(Problem::of("vaers_number", text));
    }
    match typed.get("vaers") {
        "yes" => Some(Vaers::Reported(number.into())),
        "no" if number.is_empty() => Some(Vaers::NotReported),
        "" if number.is_empty() => None,
        _ => {
            let text = "There is a VAERS number, so choose that it was reported, or empty the number.";
            problems.push(Problem::of("vaers", text));
            None
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{ENCEPHALOPATHY, OTHER, REACTIONS, read};
    use crate::pages::patients::desk::Typed;
    use iis_model::PartialDate;
    use iis_model::event::{InformationSource, ObservationValue};
    use iis_model::record::PersonRecord;
    use iis_model::testing::{dose, person, record};

    fn ana() -> PersonRecord {
        let mmr = dose(InformationSource::NewImmunization).vaccine(3).given("2025-02-10");
        record(person().born("2024-02-11"), vec![mmr])
    }

    fn on(text: &str) -> Option<PartialDate> {
        text.parse().ok()
    }

    #[test]
    fn a_reaction_names_its_dose_and_says_whether_vaers_was_told() {
        let record = ana();
        let id = record.events[0].id.0.to_string();
        let typed = Typed::of(&[
            ("reaction", OTHER),
            ("reaction_words", "swollen arm"),
            ("dose", &id),
            ("vaers", "yes"),
            ("vaers_number", "123456-1"),
        ]);
        let said = read(&typed, &record, on("2025-02-11"), &mut Vec::new()).expect("a reaction");
        assert_eq!(said.given_on.value, on("2025-02-10"));
        assert_eq!(said.observations[0].observed_on.value, on("2025-02-11"));
        assert_eq!(said.observations[0].value.get(), Some(&ObservationValue::Text("swollen arm".into())));
        let named = said.observations[1].value.get();
        assert!(matches!(named, Some(ObservationValue::Coded(coded)) if &*coded.code == "03"), "{named:?}");
        assert_eq!(*said.comments, ["Reported to VAERS, number 123456-1".into()]);
    }

    #[test]
    fn what_is_missing_is_told_at_its_field() {
        let record = ana();
        let id = record.events[0].id.0.to_string();
        let code = REACTIONS[0].0;
        #[rustfmt::skip]
        let table = [
            ("reaction",       "",           "2025-02-11", "reaction"),
            ("reaction",       OTHER,        "2025-02-11", "reaction_words"),
            ("reaction_words", "and hives",  "2025-02-11", "reaction_words"),
            ("dose",           "99",         "2025-02-11", "dose"),
            ("vaers",          "no",         "2025-02-11", "vaers"),
            ("vaers_number",   "1\u{202e}2", "2025-02-11", "vaers_number"),
            ("vaers",          "yes",        "2025-02-09", "on"),
            ("reaction",       ENCEPHALOPATHY, "2025-02-18", "on"), // 8 days
        ];
        for (field, text, day, wrong) in table {
            let mut typed =
                Typed::of(&[("reaction", code), ("dose", &id), ("vaers", "yes"), ("vaers_number", "1")]);
            typed.put(field, text.to_owned());
            let mut problems = Vec::new();
            read(&typed, &record, on(day), &mut problems);
            let fields: Vec<_> = problems.iter().map(|problem| &*problem.field).collect();
            assert_eq!(fields, [wrong], "{field} {text}");
        }
    }
}
