//! The fields of the form about a person, by the part of the demographics that they are.
//!
//! What was not changed is not said: a part is reported when one of its fields was.

/// What a field takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// Text, up to so many characters.
    Text(u16),
    /// A date.
    Date,
    /// A telephone number.
    Phone,
    /// One of these: code and word. The first stands for nothing said.
    One(&'static [(&'static str, &'static str)]),
    /// A country.
    Country,
    /// Ticked or not.
    Tick,
}

/// A part of the demographics: what belongs together is reported together.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Part {
    Name,
    Birth,
    Sex,
    Mother,
    Home,
    Contact,
    Guardian,
    Language,
    Race,
    Ethnicity,
    Multiple,
    Publicity,
    Protection,
    Death,
    Numbers,
}

/// A field.
#[derive(Debug, Clone, Copy)]
pub(super) struct Field {
    pub(super) id: &'static str,
    pub(super) label: &'static str,
    pub(super) hint: &'static str,
    pub(super) part: Part,
    pub(super) kind: Kind,
}

const fn field(part: Part, id: &'static str, label: &'static str, kind: Kind) -> Field {
    Field { id, label, hint: "", part, kind }
}

impl Field {
    const fn hint(self, hint: &'static str) -> Self {
        Self { hint, ..self }
    }
}

/// Fields under one heading.
pub(super) struct Section {
    pub(super) heading: &'static str,
    pub(super) fields: &'static [Field],
    /// Shown where a record is changed; where one is added, only if true.
    pub(super) of_new: bool,
    pub(super) of_known: bool,
}

const SEXES: &[(&str, &str)] =
    &[("", "Choose"), ("F", "Female"), ("M", "Male"), ("X", "Neither female nor male"), ("U", "Not known")];
const RELATIONS: &[(&str, &str)] = &[
    ("", "Choose"),
    ("MTH", "Mother"),
    ("FTH", "Father"),
    ("PAR", "Parent"),
    ("GRD", "Guardian"),
    ("GRP", "Grandparent"),
    ("CGV", "Caregiver"),
    ("FCH", "Foster parent"),
    ("OTH", "Other"),
];
const LANGUAGES: &[(&str, &str)] = &[
    ("", "Not known"),
    ("eng", "English"),
    ("spa", "Spanish"),
    ("ara", "Arabic"),
    ("chi", "Chinese"),
    ("fre", "French"),
    ("hat", "Haitian Creole"),
    ("kor", "Korean"),
    ("por", "Portuguese"),
    ("rus", "Russian"),
    ("som", "Somali"),
    ("tgl", "Tagalog"),
    ("vie", "Vietnamese"),
    ("sgn", "Sign language"),
];
const ETHNICITIES: &[(&str, &str)] =
    &[("", "Not known"), ("2135-2", "Hispanic or Latino"), ("2186-5", "Not Hispanic or Latino")];
/// Races as the form ticks them (CDCREC): field, code, word.
pub(super) const RACES: &[(&str, &str, &str)] = &[
    ("race_native", "1002-5", "American Indian or Alaska Native"),
    ("race_asian", "2028-9", "Asian"),
    ("race_black", "2054-5", "Black or African American"),
    ("race_pacific", "2076-8", "Native Hawaiian or Other Pacific Islander"),
    ("race_white", "2106-3", "White"),
    ("race_other", "2131-1", "Other race"),
];
const MULTIPLE: &[(&str, &str)] = &[("", "Not known"), ("N", "No"), ("Y", "Yes: twin, triplet or more")];
/// HL7 table 0215.
const PUBLICITY: &[(&str, &str)] = &[
    ("", "Not said"),
    ("01", "No reminders or recalls"),
    ("02", "Reminders and recalls, any method"),
    ("03", "Reminders and recalls, no calls"),
    ("04", "Reminders only, any method"),
    ("05", "Reminders only, no calls"),
    ("06", "Recalls only, any method"),
    ("07", "Recalls only, no calls"),
];
const PROTECTION: &[(&str, &str)] =
    &[("", "Not said"), ("N", "May be shared"), ("Y", "Protected: not shared outside this organization")];

/// The form, section by section.
#[rustfmt::skip]
pub(super) const SECTIONS: &[Section] = &[
    Section { heading: "Name and birth", of_new: true, of_known: true, fields: &[
        field(Part::Name, "last", "Last name", Kind::Text(100)),
        field(Part::Name, "first", "First name", Kind::Text(100)).hint("Leave it empty for a newborn who has no name yet."),
        field(Part::Name, "middle", "Middle name (optional)", Kind::Text(100)),
        field(Part::Name, "suffix", "Suffix (optional)", Kind::Text(20)).hint("For example JR or III"),
        field(Part::Birth, "born", "Birth date", Kind::Date).hint("For example 02/11/2024 or 21124"),
        field(Part::Sex, "sex", "Sex", Kind::One(SEXES)),
        field(Part::Multiple, "multiple", "One of a multiple birth", Kind::One(MULTIPLE)),
        field(Part::Multiple, "order", "Which one, by order of birth (optional)", Kind::Text(2)),
    ]},
    Section { heading: "Mother", of_new: true, of_known: true, fields: &[
        field(Part::Mother, "mother_maiden", "Mother’s maiden name (optional)", Kind::Text(100)),
        field(Part::Mother, "mother_first", "Mother’s first name (optional)", Kind::Text(100)),
    ]},
    Section { heading: "Home and contact", of_new: true, of_known: true, fields: &[
        field(Part::Home, "street", "Street (optional)", Kind::Text(120)),
        field(Part::Home, "unit", "Apartment or unit (optional)", Kind::Text(60)),
        field(Part::Home, "city", "City (optional)", Kind::Text(60)),
        field(Part::Home, "state", "State (optional)", Kind::Text(60)).hint("Two letters; abroad the province, if there is one"),
        field(Part::Home, "zip", "ZIP or postal code (optional)", Kind::Text(12)),
        field(Part::Home, "country", "Country", Kind::Country),
        field(Part::Contact, "phone", "Telephone (optional)", Kind::Phone).hint("Ten digits, for example (202) 555-0140; abroad with the country code, for example +44 20 7946 0958"),
        field(Part::Contact, "email", "E-mail (optional)", Kind::Text(120)),
    ]},
    Section { heading: "Parent or guardian", of_new: true, of_known: true, fields: &[
        field(Part::Guardian, "guardian_is", "Relationship", Kind::One(RELATIONS)),
        field(Part::Guardian, "guardian_last", "Last name of the parent or guardian (optional)", Kind::Text(100)),
        field(Part::Guardian, "guardian_first", "First name of the parent or guardian (optional)", Kind::Text(100)),
        field(Part::Guardian, "guardian_phone", "Telephone of the parent or guardian (optional)", Kind::Phone),
    ]},
    Section { heading: "Numbers", of_new: true, of_known: false, fields: &[
        field(Part::Numbers, "mrn", "Record number here (optional)", Kind::Text(60)).hint("As your own system knows the patient"),
        field(Part::Numbers, "medicaid", "Medicaid number (optional)", Kind::Text(40)),
    ]},
    Section { heading: "Language and background", of_new: true, of_known: true, fields: &[
        field(Part::Language, "language", "Primary language", Kind::One(LANGUAGES)),
        field(Part::Ethnicity, "ethnicity", "Ethnicity", Kind::One(ETHNICITIES)),
        field(Part::Race, "race_native", "American Indian or Alaska Native", Kind::Tick),
        field(Part::Race, "race_asian", "Asian", Kind::Tick),
        field(Part::Race, "race_black", "Black or African American", Kind::Tick),
        field(Part::Race, "race_pacific", "Native Hawaiian or Other Pacific Islander", Kind::Tick),
        field(Part::Race, "race_white", "White", Kind::Tick),
        field(Part::Race, "race_other", "Other race", Kind::Tick),
    ]},
    Section { heading: "Reminders and sharing", of_new: true, of_known: true, fields: &[
        field(Part::Publicity, "publicity", "Reminders and recalls", Kind::One(PUBLICITY)),
        field(Part::Protection, "protection", "Sharing", Kind::One(PROTECTION)),
    ]},
    Section { heading: "Death", of_new: false, of_known: true, fields: &[
        field(Part::Death, "died", "Date of death", Kind::Date).hint("Leave empty if the patient is alive."),
    ]},
];

/// All fields.
pub(super) fn all() -> impl Iterator<Item = &'static Field> {
    SECTIONS.iter().flat_map(|section| section.fields)
}

#[cfg(test)]
mod tests {
    use super::{RACES, all};
    use std::collections::BTreeSet;

    #[test]
    fn every_field_has_a_name_of_its_own_and_every_race_a_field() {
        let ids: Vec<_> = all().map(|field| field.id).collect();
        assert_eq!(ids.iter().collect::<BTreeSet<_>>().len(), ids.len());
        assert!(RACES.iter().all(|(id, ..)| ids.contains(id)));
    }
}
