//! What the fields of the form say of a person, and what has to be mended first.

mod contact;
mod home;
mod name_and_life;
mod withdrawn;

use super::super::super::plain::hides;
use super::super::fields::{Field, Kind, Part, RACES, all};
use super::Values;
use crate::pages::frame::Problem;
use iis_model::person::{Dated, Identifier};
use iis_model::{Coded, Date, Demographics, Given};
use withdrawn::withdrawn;

/// Where and when a form is filled in.
#[derive(Debug, Clone, Copy)]
pub(in super::super) struct Here<'a> {
    /// The day.
    pub(in super::super) today: Date,
    /// The site's code: the authority of record numbers.
    pub(in super::super) site_code: &'a str,
    /// The registry's own state in addresses; empty: one of those of the postal service.
    pub(in super::super) state: &'a str,
}

/// What the fields of these parts say, and what has to be mended first. Lists are said whole, so what the form does not
/// show of them is said again as it is believed.
pub(in super::super) fn said(
    values: &Values,
    parts: &[Part],
    believed: &Demographics,
    here: Here<'_>,
) -> Result<Demographics, Vec<Problem>> {
    let mut person = Demographics::default();
    let mut reading = Reading { values, today: here.today, state: here.state, problems: Vec::new() };
    for part in parts {
        reading.read(*part, believed, here.site_code, &mut person);
    }
    person.erased = withdrawn(parts, believed, &person);
    reading.birth_before_death(parts);
    reading.lengths(parts);
    if reading.problems.is_empty() { Ok(person) } else { Err(reading.problems) }
}

/// The word of a choice; empty for a code that is not among them.
fn word(id: &str, code: &str) -> &'static str {
    let choices = all().find(|field| field.id == id).map(|field| field.kind);
    let Some(Kind::One(choices)) = choices else { return "" };
    choices.iter().find(|(known, _)| *known == code).map_or("", |(_, word)| word)
}

struct Reading<'a> {
    values: &'a Values,
    today: Date,
    state: &'a str,
    problems: Vec<Problem>,
}

impl Reading<'_> {
    fn get(&self, id: &str) -> &str {
        self.values.get(id).map_or("", String::as_str)
    }

    fn text(&self, id: &str) -> Box<str> {
        self.get(id).into()
    }

    fn wrong(&mut self, id: &'static str, text: &str) {
        self.problems.push(Problem::of(id, text));
    }

    fn coded(&self, id: &str, system: &str) -> Given<Coded> {
        let code = self.get(id);
        if code.is_empty() { Given::default() } else { Given::of(Coded::new(code, word(id, code), system)) }
    }

    fn read(&mut self, part: Part, believed: &Demographics, site_code: &str, person: &mut Demographics) {
        match part {
            Part::Name => self.name(person),
            Part::Birth => self.birth(person),
            Part::Sex => self.sex(person),
            Part::Mother => self.mother(person),
            Part::Home => self.home(believed, person),
            Part::Contact => self.contact(believed, person),
            Part::Guardian => self.guardian(believed, person),
            Part::Language => person.language = self.of_list("language", "ISO6392", &believed.language),
            Part::Ethnicity => person.ethnicity = self.of_list("ethnicity", "CDCREC", &believed.ethnicity),
            Part::Race => {
                let ticked = RACES.iter().filter(|(id, ..)| !self.get(id).is_empty());
                let race = |(_, code, word): &(&str, &str, &str)| Given::of(Coded::new(code, word, "CDCREC"));
                person.races = ticked.map(race).collect();
            }
            Part::Multiple => self.multiple(person),
            Part::Publicity => {
                let said = self.of_list("publicity", "HL70215", &believed.publicity.value);
                person.publicity = self.dated_today(said);
            }
            Part::Protection => {
                let is = match self.get("protection") {
                    "Y" => Given::of(true),
                    "N" => Given::of(false),
                    _ => Given::default(),
                };
                person.protection = self.dated_today(is);
            }
            Part::Death => self.death(believed, person),
            Part::Numbers => self.numbers(site_code, person),
        }
    }

    fn numbers(&self, site_code: &str, person: &mut Demographics) {
        let numbers = [("mrn", site_code, "MR"), ("medicaid", "", "MA")].map(|(id, authority, kind)| {
            Identifier { value: self.text(id), authority: authority.into(), kind: kind.into() }
        });
        person.identifiers = numbers.into_iter().filter(|one| !one.value.is_empty()).map(Given::of).collect();
    }

    fn dated_today<T>(&self, value: Given<T>) -> Dated<T> {
        let effective_on = if value.get().is_some() { Given::of(self.today) } else { Given::default() };
        Dated { value, effective_on }
    }

    /// A code of the list of its field, or the one that is believed already: by whomever it was reported, it is a code of
    /// theirs.
    fn of_list(&mut self, id: &'static str, system: &str, believed: &Given<Coded>) -> Given<Coded> {
        let code = self.get(id);
        if !code.is_empty() && believed.get().is_some_and(|known| *known.code == *code) {
            return believed.clone();
        }
        if !code.is_empty() && word(id, code).is_empty() {
            self.wrong(id, "Choose one of the list.");
        }
        self.coded(id, system)
    }

    /// What is longer than its field, or holds what no keyboard types: it came around the page.
    fn lengths(&mut self, parts: &[Part]) {
        for Field { id, kind, label, .. } in all().filter(|field| parts.contains(&field.part)) {
            let text = self.get(id);
            if self.problems.iter().any(|problem| problem.field == *id) {
                continue; // one at a time
            }
            if hides(text) {
                let text = "There is a sign in it that cannot be seen, or that turns the direction of the text. Type it \
                            again without it.";
                self.problems.push(Problem::of(*id, text));
                continue;
            }
            let most = if let Kind::Text(most) = kind { usize::from(*most) } else { 60 };
            if text.chars().count() > most || text.chars().any(char::is_control) {
                let label = label.trim_end_matches(" (optional)").to_lowercase();
                self.problems
                    .push(Problem::of(*id, format!("The {label} is one line of at most {most} characters.")));
            }
        }
    }
}
