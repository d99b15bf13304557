//! `GET /patients/duplicates/{case}`: the two persons side by side.

use super::answering::value_field;
use super::difference::{pieces, unmarked};
use super::histories::rows;
use super::views::{AnswerView, CaseView, FieldRow, KeptRow, OtherView, PairView, RelativeView, SideView};
use crate::pages::format;
use crate::pages::frame::Frame;
use crate::pages::patients::parts;
use crate::pages::patients::record::kin;
use crate::pages::{codes, patients};
use askama::Template;
use iis_matching::consolidate::Part;
use iis_matching::patient::explain::{Explanation, Line};
use iis_matching::patient::veto::Veto;
use iis_matching::patient::weights::Class;
use iis_model::person::PersonName;
use iis_model::record::PersonRecord;
use iis_model::{Date, Demographics};
use iis_registry::review::{Case, Compared, Contradiction, RecordSays, Relative, SeenAnswer, Shared};
use jiff::tz::TimeZone;

/// The page of a question.
#[derive(Debug, Template)]
#[template(path = "duplicates/case.html")]
pub(crate) struct CasePage {
    pub(crate) frame: Frame,
    pub(crate) case: CaseView,
    pub(crate) csrf: String,
    /// Drawn for the next answer.
    pub(crate) once: String,
}

/// Makes the view of a question.
pub(crate) fn view(case: &Case, today: Date, zone: &TimeZone) -> CaseView {
    let href = format!("/patients/duplicates/{}", case.item.id);
    let opened = case.item.opened_at.to_zoned(zone.clone()).date();
    let asked = asked_by(&case.item.opened_by);
    CaseView {
        next_href: format!("/patients/duplicates/next?after={}", case.item.id),
        is_open: case.item.is_open(),
        since: format!("Asked {} by {asked}", format::ago(opened, today)),
        pair: case.compared.as_ref().map(|compared| pair(compared, &href)),
        now_href: format!("/patients/{}", case.now),
        answers: case.answers.iter().map(|answer| answer_view(answer, zone)).collect(),
        href,
    }
}

/// Who asked, in words.
pub(super) fn asked_by(who: &str) -> &str {
    match who {
        "openiis" => "the registry, for a report that came",
        "sweep" => "the registry, looking through all records",
        other => other,
    }
}

fn pair(compared: &Compared, href: &str) -> PairView {
    let [one, two] = &compared.persons;
    let explanation = &compared.explanation;
    let doses =
        |person: &PersonRecord| count(person.events.iter().filter(|e| patients::doses::is_dose(e)).count());
    let lost = doses(one) + doses(two) - compared.joined.doses;
    let becomes = match lost {
        0 => "No two doses would become one.".to_owned(),
        _ => format!("{} would become one with another.", format::counted(lost, "dose")),
    };
    PairView {
        sides: [
            side("A", one, doses(one), &compared.records[0]),
            side("B", two, doses(two), &compared.records[1]),
        ],
        against: against(compared),
        sentence: sentence(explanation),
        score: score(explanation),
        fields: explanation
            .lines
            .iter()
            .filter_map(|line| field(line, explanation.rival, compared))
            .collect(),
        family: compared.family.iter().map(relative).collect(),
        history: rows(compared),
        kept: kept(compared),
        merged: format!(
            "Merged they would have {}. {becomes}",
            format::counted(compared.joined.doses, "dose")
        ),
        others: compared
            .others
            .iter()
            .map(|number| OtherView {
                tail: format::number_tail(*number),
                href: format!("{href}?with={number}"),
            })
            .collect(),
        about: two.registry_number.to_string(),
    }
}

/// The parts of which both say something, and not the same.
fn kept(compared: &Compared) -> Vec<KeptRow> {
    let [one, two] = &compared.persons;
    let row = |part: &Part| {
        let said = |person| parts::said(*part, person);
        let (a, b) = (said(&one.demographics), said(&two.demographics));
        let is_choice = !a.is_empty() && !b.is_empty() && !a.eq_ignore_ascii_case(&b);
        let by_rules = said(&compared.joined.demographics);
        is_choice.then(|| KeptRow { field: value_field(*part), words: part.words(), a, b, by_rules })
    };
    Part::ALL.iter().filter_map(row).collect()
}

fn count(number: usize) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}

fn side(letter: &'static str, person: &PersonRecord, doses: i64, compared: &RecordSays) -> SideView {
    let mut reporters: Vec<_> = person.reporters.iter().map(|reporter| &*reporter.organization).collect();
    reporters.dedup();
    let which = match compared.of_records {
        0 | 1 => String::new(),
        several => format!(", one of {several} records"),
    };
    SideView {
        letter,
        name: name(&person.demographics),
        tail: format::number_tail(person.registry_number),
        href: format!("/patients/{}", person.registry_number),
        doses: format::counted(doses, "dose"),
        reporters: reporters.join(", "),
        compared: format!("{}{which}", number_of(compared)),
        is_protected: person.demographics.protection.value.value == Some(true),
    }
}

pub(super) fn name(person: &Demographics) -> String {
    let nameless = PersonName::default();
    format::name_in_list(person.legal_name().unwrap_or(&nameless))
}

/// `no. 88120 at Alder Pediatrics`
fn number_of(record: &RecordSays) -> String {
    format!("no. {} at {}", record.mrn, record.organization)
}

/// What speaks against one person: first of the two records compared, then of others.
fn against(compared: &Compared) -> Vec<String> {
    let words = |veto: Veto| match veto {
        Veto::SeveralPersons => {
            "It fits several persons: compare with each of them, named below the table.".into()
        }
        other => format!("{}.", format::sentence_case(other.words())),
    };
    let elsewhere = |one: &Contradiction| {
        let said = one.records.each_ref().map(|record| {
            let value = one.veto.field().map(|field| said_in(field, &record.demographics));
            let value = value.filter(|value| !value.is_empty()).unwrap_or_else(|| "nothing".to_owned());
            format!("{value} in record {}", number_of(record))
        });
        match one.veto.field() {
            Some(_) => {
                let [a, b] = said;
                format!("In other records of the two: {}: {a}; {b}.", one.veto.words())
            }
            None => format!("In other records of the two: {}.", one.veto.words()),
        }
    };
    let own = compared.explanation.vetoes.iter().map(words);
    own.chain(compared.elsewhere.iter().map(elsewhere)).collect()
}

fn sentence(explanation: &Explanation) -> String {
    let rival = match explanation.rival {
        Class::Twin => "twins",
        Class::Family => "two members of one family",
        _ => "two people who do not know one another",
    };
    let leaning = if explanation.bits >= explanation.link_bits {
        "What agrees is enough for one person, were it not for what speaks against it."
    } else if explanation.bits >= explanation.review_bits {
        "It could be either."
    } else {
        "Little agrees."
    };
    format!("{leaning} If they are two, they are most likely {rival}.")
}

fn score(explanation: &Explanation) -> String {
    let Explanation { bits, link_bits, review_bits, version, .. } = explanation;
    format!("Score {bits:+.1} (linked from {link_bits:+.1}, asked from {review_bits:+.1}), weights {version}")
}

/// A field of which at least one says something. What does not weigh is left out where both are silent.
fn field(line: &Line, rival: Class, compared: &Compared) -> Option<FieldRow> {
    let [one, two] = &compared.records;
    let value = |record: &RecordSays, said: &str| match line.field {
        NUMBER => number_of(record),
        field => {
            let shown = said_in(field, &record.demographics);
            if shown.is_empty() { said.to_owned() } else { shown }
        }
    };
    let (a, b) = (value(one, &line.a), value(two, &line.b));
    if a.is_empty() && b.is_empty() {
        return None;
    }
    Some(FieldRow {
        field: line.field,
        values: if line.field == NUMBER { unmarked(&a, &b) } else { pieces(&a, &b) },
        level: line.level,
        speaks: speaks(line, rival),
    })
}

/// The field of the record numbers: each is shown with whose it is.
const NUMBER: &str = "Medical record number";

/// Evidence of less than so many bits is not worth a word.
const LITTLE: f64 = 0.5;

/// The same of a field that one of the two leaves empty: people read *missing* as nothing, unless it says a lot for one person.
const LITTLE_WHEN_MISSING: f64 = 2.0;

/// Whether a field speaks for one person, in words. What twins and families share says nothing between them.
fn speaks(line: &Line, rival: Class) -> &'static str {
    let (stranger, family) = (line.against_stranger, line.against_family);
    let decisive = if rival == Class::Unrelated { stranger } else { family };
    let is_missing = line.level.starts_with("missing");
    match rival {
        _ if is_missing && decisive < LITTLE_WHEN_MISSING => "says little",
        _ if decisive >= LITTLE => "+ speaks for it",
        Class::Twin if stranger >= LITTLE && decisive > -2.0 * LITTLE => "twins would share it too",
        Class::Family if stranger >= LITTLE && decisive > -2.0 * LITTLE => "a family would share it too",
        _ if decisive <= -LITTLE => "− speaks against it",
        _ => "says little",
    }
}

/// What a person's demographics say in a field of the comparison, as people write it.
fn said_in(field: &str, person: &Demographics) -> String {
    let legal = |part: fn(&PersonName) -> &str| person.legal_name().map(|name| part(name).to_owned());
    let text = match field {
        "First name" => legal(|name| &name.given),
        "Last name" => legal(|name| &name.family),
        "Middle name" => legal(|name| &name.middle),
        "Suffix" => legal(|name| &name.suffix),
        "Date of birth" => person.born_on.get().map(format::partial_date),
        "Sex" => person.sex.get().map(|sex| codes::sex(*sex).to_owned()),
        "Household" => {
            let homes = person.addresses.iter().filter_map(|a| a.get()).map(format::address);
            let telecoms = person.telecoms.iter().filter_map(|t| t.get()).map(format::telecom);
            Some(homes.chain(telecoms).collect::<Vec<_>>().join("; "))
        }
        "Mother" => {
            let maiden = person.mother_maiden_name.get().map(format::name_in_sentence);
            let kin = person.next_of_kin.iter().map(kin);
            Some(maiden.into_iter().chain(kin).collect::<Vec<_>>().join("; "))
        }
        _ => None,
    };
    text.unwrap_or_default()
}

fn relative(relative: &Relative) -> RelativeView {
    let person = &relative.demographics;
    let words = |shared: &Shared| match shared {
        Shared::BirthDate => "same birth date",
        Shared::Address => "same address",
        Shared::Phone => "same phone",
        Shared::Mother => "same mother",
    };
    let shares: Vec<_> = relative.shares.iter().map(words).collect();
    RelativeView {
        name: name(person),
        born: person.born_on.get().map(format::partial_date).unwrap_or_default(),
        href: format!("/patients/{}", relative.registry_number),
        shares: shares.join(", "),
    }
}

fn answer_view(answer: &SeenAnswer, zone: &TimeZone) -> AnswerView {
    let said = match &*answer.op {
        "merge" => "Same person",
        "different" => "Different persons",
        "twins" => "Twin or sibling",
        "unsure" => "Not sure",
        "flagged" => "Suspected a duplicate",
        other => other,
    };
    let state = match &*answer.state {
        "waiting" => ": waits for a second person, because of the number of doses",
        "withdrawn" => ": taken back",
        _ => "",
    };
    let can_take_back = &*answer.state != "withdrawn" && &*answer.op != "flagged";
    AnswerView {
        sentence: format!("{said}{state} ({}, {})", answer.actor, format::moment(answer.at, zone)),
        remark: answer
            .remark
            .as_deref()
            .unwrap_or("The reason is shown when a second person has decided.")
            .to_owned(),
        take_back: if can_take_back { answer.id.to_string() } else { String::new() },
    }
}
