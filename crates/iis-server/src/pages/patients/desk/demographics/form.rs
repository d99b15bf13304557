//! The form about a person as it is shown, for a new one and for one on record.

use super::super::Token;
use super::super::remarks::ToHeed;
use super::fields::{Field, Kind, SECTIONS, Section};
use super::person::Values;
use crate::pages::choice::Choice;
use crate::pages::frame::Problem;
use iis_model::country::{Country, UNITED_STATES};

/// The form about a person.
#[derive(Debug, Clone, Default)]
pub(in crate::pages) struct PersonForm {
    pub(in crate::pages) token: Token,
    pub(in crate::pages) sections: Vec<SectionView>,
    /// What the form showed, for the next press of its button.
    pub(in crate::pages) shown: String,
    pub(in crate::pages) heed: ToHeed,
    pub(in crate::pages) problems: Vec<Problem>,
}

/// Fields under one heading.
#[derive(Debug, Clone)]
pub(in crate::pages) struct SectionView {
    pub(in crate::pages) heading: &'static str,
    pub(in crate::pages) fields: Vec<FieldView>,
}

/// A field as it is shown.
#[derive(Debug, Clone)]
pub(in crate::pages) struct FieldView {
    pub(in crate::pages) id: &'static str,
    pub(in crate::pages) label: &'static str,
    pub(in crate::pages) hint: &'static str,
    pub(in crate::pages) kind: &'static str,
    pub(in crate::pages) most: u16,
    pub(in crate::pages) value: String,
    pub(in crate::pages) options: Vec<Choice>,
    /// What somebody else made of it meanwhile.
    pub(in crate::pages) meanwhile: String,
    /// The question that this field and those behind it answer together; empty: it begins none.
    pub(in crate::pages) begins: &'static str,
    /// The last of those that answer together.
    pub(in crate::pages) ends: bool,
}

impl PersonForm {
    /// The form with these values, for a new person or a known one.
    pub(in crate::pages) fn new(token: Token, values: &Values, is_new: bool, problems: Vec<Problem>) -> Self {
        let is_shown = |section: &&Section| if is_new { section.of_new } else { section.of_known };
        let section = |section: &Section| SectionView {
            heading: section.heading,
            fields: together(section.fields.iter().map(|field| FieldView::of(field, values)).collect()),
        };
        Self {
            token,
            sections: SECTIONS.iter().filter(is_shown).map(section).collect(),
            problems,
            ..Self::default()
        }
    }

    pub(super) fn field(&mut self, id: &str) -> Option<&mut FieldView> {
        self.sections.iter_mut().flat_map(|section| &mut section.fields).find(|field| field.id == id)
    }
}

/// Fields to tick stand beside each other and answer one question: the races.
fn together(mut fields: Vec<FieldView>) -> Vec<FieldView> {
    let is_ticked = |field: &FieldView| field.kind == "tick";
    if let Some(first) = fields.iter().position(is_ticked) {
        fields[first].begins = "Race (tick all that are said)";
        let last = fields.iter().rposition(is_ticked).unwrap_or(first);
        fields[last].ends = true;
    }
    fields
}

impl FieldView {
    fn of(field: &Field, values: &Values) -> Self {
        let value = values.get(field.id).cloned().unwrap_or_default();
        let (kind, most) = match field.kind {
            Kind::Text(most) => ("text", most),
            Kind::Date => ("date", 24),
            Kind::Phone => ("phone", 30),
            Kind::One(_) | Kind::Country => ("one", 0),
            Kind::Tick => ("tick", 0),
        };
        let options = match field.kind {
            Kind::One(known) => options(known.iter().copied(), &value),
            Kind::Country => {
                let all = || Country::all().iter().map(|one| (one.code, one.name));
                let (here, abroad): (Vec<_>, Vec<_>) = all().partition(|(code, _)| *code == UNITED_STATES);
                options(here.into_iter().chain(abroad), or_here(&value))
            }
            _ => Vec::new(),
        };
        let (id, label, hint) = (field.id, field.label, field.hint);
        Self {
            id,
            label,
            hint,
            kind,
            most,
            value,
            options,
            meanwhile: String::new(),
            begins: "",
            ends: false,
        }
    }
}

/// What can be chosen, and what was reported beside it.
fn options(known: impl Iterator<Item = (&'static str, &'static str)>, value: &str) -> Vec<Choice> {
    let choice = |(code, word): (&str, &str)| Choice {
        value: code.to_owned(),
        label: word.to_owned(),
        is_chosen: code == value,
    };
    let mut options: Vec<Choice> = known.map(choice).collect();
    if !options.iter().any(|option| option.is_chosen) {
        let label = format!("As reported: {value}");
        options.push(Choice { value: value.to_owned(), label, is_chosen: true });
    }
    options
}

/// The country of an address of which none was said.
fn or_here(country: &str) -> &str {
    if country.is_empty() { UNITED_STATES } else { country }
}
