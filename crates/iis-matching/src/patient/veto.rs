//! Vetoes: what keeps two records from being linked without a human, however much agrees (design page, section 6).

use super::compare::{
    Birth, Comparison, First, Household, Last, Middle, Mother, Mrn, Multiple, Number, Sexes, Suffixes,
};
use super::subject::Subject;

macro_rules! vetoes {
    ($($(#[$doc:meta])* $variant:ident = $words:literal;)*) => {
        /// A reason not to link without a human.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[repr(u8)]
        pub enum Veto { $($(#[$doc])* $variant,)* }

        impl Veto {
            /// All vetoes.
            pub const ALL: &'static [Self] = &[$(Self::$variant,)*];

            /// The reason in words, for the person who reviews.
            pub const fn words(self) -> &'static str {
                match self { $(Self::$variant => $words,)* }
            }
        }
    };
}

vetoes! {
    /// One of a multiple birth, known or suspected, and the first name is not exactly the same.
    MultipleBirth = "one of a multiple birth, and the first names are not exactly the same";
    /// Different places in a multiple birth.
    BirthOrder = "different birth orders";
    /// Two people of one birth date and two names: twins, flagged or not.
    OtherFirstName = "different first names";
    /// Two names that both exist, though alike.
    TwoNames = "two different valid first names, though alike";
    /// A name and a short form of it, where no middle name says that they are one person's: there are twins called ELI
    /// and ELIJAH.
    ShortForm = "one first name is a short form, and no middle name confirms it";
    /// The first name is only the other's middle name.
    MiddleAsFirst = "the first name is only the other's middle name";
    /// A newborn without a name, without household and mother both agreeing.
    Nameless = "no first name, and household and mother do not both agree";
    /// One facility keeps two numbers, and not enough says that it entered one person twice.
    TwoRecordNumbers = "two record numbers at one facility";
    /// Name and birth date agree and nothing else does.
    Uncorroborated = "nothing but name and birth date agrees";
    /// The sexes differ.
    SexConflict = "different sex";
    /// The middle names differ.
    MiddleConflict = "different middle names";
    /// Junior and senior.
    SuffixConflict = "different suffixes";
    /// The birth dates differ in the year or in two parts.
    BirthDate = "birth dates too different";
    /// The last names have nothing in common.
    LastName = "different last names, and household or mother do not agree";
    /// Mothers of different first names, and the households do not agree either.
    Mothers = "different mothers, and no household in common";
    /// Different birth certificates.
    Certificates = "different birth certificate numbers";
    /// Died on different days.
    DeathDates = "different dates of death";
    /// A human said that they are two people.
    NotSame = "somebody decided that they are two people";
    /// The record number is known for this person, and birth date or first name contradict it.
    NumberReused = "the same record number, and birth date or first name contradict it";
    /// Another person fits as well.
    SeveralPersons = "it fits several persons";
    /// A record says no birth date: not enough for a link, and no contradiction.
    NoBirthDate = "one of the two says no birth date";
}

impl Veto {
    /// The weighed field whose values it rests on, by the name that people call it; none: on several, or on none.
    pub const fn field(self) -> Option<&'static str> {
        match self {
            Self::OtherFirstName | Self::TwoNames | Self::ShortForm | Self::MiddleAsFirst => {
                Some("First name")
            }
            Self::BirthOrder => Some("Multiple birth"),
            Self::TwoRecordNumbers | Self::NumberReused => Some("Medical record number"),
            Self::SexConflict => Some("Sex"),
            Self::MiddleConflict => Some("Middle name"),
            Self::SuffixConflict => Some("Suffix"),
            Self::BirthDate | Self::NoBirthDate => Some("Date of birth"),
            Self::LastName => Some("Last name"),
            Self::Mothers => Some("Mother"),
            _ => None,
        }
    }
}

/// A set of vetoes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Vetoes(u32);

impl Vetoes {
    /// The set of a number made by [`Vetoes::bits`]; bits that mean nothing are left out.
    pub const fn from_bits(bits: u32) -> Self {
        Self(bits & ((1 << Veto::ALL.len()) - 1))
    }

    /// The set as a number, to be stored.
    pub const fn bits(self) -> u32 {
        self.0
    }

    /// Whether there is none.
    pub const fn is_empty(self) -> bool {
        self.0 == 0
    }

    /// With one more.
    #[must_use]
    pub const fn with(self, veto: Veto) -> Self {
        Self(self.0 | 1 << veto as u8)
    }

    /// Without this one.
    #[must_use]
    pub const fn without(self, veto: Veto) -> Self {
        Self(self.0 & !(1 << veto as u8))
    }

    /// With those of another set.
    #[must_use]
    pub const fn and(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    /// Whether it holds this one.
    pub const fn has(self, veto: Veto) -> bool {
        self.0 & (1 << veto as u8) != 0
    }

    /// Its members, in the order of [`Veto::ALL`].
    pub fn iter(self) -> impl Iterator<Item = Veto> {
        Veto::ALL.iter().copied().filter(move |veto| self.has(*veto))
    }

    /// Those of this set that are not in another one.
    #[must_use]
    pub const fn not_in(self, other: Self) -> Self {
        Self(self.0 & !other.0)
    }

    /// Those that say *these are two people*, not only *this is not enough*: they hold between all records of two
    /// persons, not only between the two that are most alike.
    #[must_use]
    pub fn contradictions(self) -> Self {
        const WEAK: [Veto; 8] = [
            Veto::ShortForm,
            Veto::MultipleBirth,
            Veto::MiddleAsFirst,
            Veto::Nameless,
            Veto::Uncorroborated,
            Veto::LastName,
            Veto::SeveralPersons,
            Veto::NoBirthDate,
        ];
        WEAK.into_iter().fold(self, Self::without)
    }
}

impl FromIterator<Veto> for Vetoes {
    fn from_iter<T: IntoIterator<Item = Veto>>(vetoes: T) -> Self {
        vetoes.into_iter().fold(Self::default(), Self::with)
    }
}

/// What speaks against linking two records. `twin_suspected`: the registry holds somebody of the same birth date and
/// family as one of them under a clearly different name.
pub fn vetoes(comparison: &Comparison, a: &Subject, b: &Subject, twin_suspected: bool) -> Vetoes {
    let c = comparison;
    let same_number = c.ssn == Number::Same || c.mrn == Mrn::Same || c.certificate == Number::Same;
    let multiple = twin_suspected || c.multiple != Multiple::Neither;
    let household = household_agrees(c);
    let mother = mother_agrees(c) || c.mother == Mother::Guardian;
    // No family has two children of one first name and one birth date: a sex that differs is a slip.
    let is_same_child = c.first == First::Exact && c.birth == Birth::Exact && (household || mother);
    let rules = [
        (Veto::MultipleBirth, multiple && !is_confirmed_among_twins(c, same_number)),
        (Veto::BirthOrder, c.multiple == Multiple::DifferentOrder),
        (Veto::OtherFirstName, c.first == First::Different),
        (
            Veto::TwoNames,
            matches!(c.first, First::EditNames | First::CloseNames | First::SimilarNames) && !same_number,
        ),
        (Veto::ShortForm, c.first == First::Nickname && !same_number && !same_middle(c)),
        (Veto::MiddleAsFirst, c.first == First::IsMiddle && c.middle != Middle::IsFirst),
        (Veto::Nameless, c.first == First::Missing && !(household && mother)),
        (Veto::TwoRecordNumbers, c.mrn == Mrn::Different && !is_entered_twice(c, mother)),
        (Veto::Uncorroborated, !is_corroborated(c)),
        (Veto::SexConflict, c.sex == Sexes::Different && !(same_number || (is_same_child && !multiple))),
        (Veto::MiddleConflict, c.middle == Middle::Different),
        (Veto::SuffixConflict, c.suffix == Suffixes::Different),
        (Veto::BirthDate, is_other_birth_date(c.birth) && c.ssn != Number::Same),
        (
            Veto::LastName,
            matches!(c.last, Last::Different | Last::Missing) && !household && !mother_agrees(c),
        ),
        (Veto::Mothers, mothers_differ(c) && !household && !same_number),
        (Veto::Certificates, c.certificate == Number::Different),
        (Veto::NoBirthDate, c.birth == Birth::Missing && c.ssn != Number::Same),
        (Veto::DeathDates, matches!((a.died_on, b.died_on), (Some(a), Some(b)) if a != b)),
    ];
    rules.into_iter().filter(|(_, holds)| *holds).map(|(veto, _)| veto).collect()
}

/// Whether the first name is certain enough where there is a twin: exactly the same; or confirmed by a number; or, if
/// nobody said that there is a twin, a slip of the pen in one name with the same middle name.
fn is_confirmed_among_twins(c: &Comparison, same_number: bool) -> bool {
    match c.first {
        First::Exact => true,
        First::Different => false,
        First::Edit | First::Close => same_number || (c.multiple == Multiple::Neither && same_middle(c)),
        _ => same_number,
    }
}

fn same_middle(c: &Comparison) -> bool {
    matches!(c.middle, Middle::Exact | Middle::Initial | Middle::Close)
}

/// Whether one facility may have entered a person twice: first name exactly the same, and mother, middle name or a
/// number of the person as well.
fn is_entered_twice(c: &Comparison, mother: bool) -> bool {
    c.first == First::Exact && (mother || same_middle(c) || [c.ssn, c.medicaid].contains(&Number::Same))
}

/// Whether these two would be siblings of one birth: same birth date, same family, clearly different names.
pub fn look_like_twins(comparison: &Comparison) -> bool {
    let different = matches!(
        comparison.first,
        First::Different | First::EditNames | First::CloseNames | First::SimilarNames
    );
    let family =
        household_agrees(comparison) || mother_agrees(comparison) || comparison.mother == Mother::Guardian;
    comparison.birth == Birth::Exact && different && !comparison.short_form && family
}

fn household_agrees(c: &Comparison) -> bool {
    !matches!(c.household, Household::Zip | Household::Nothing | Household::Missing)
}

fn mother_agrees(c: &Comparison) -> bool {
    use Mother::{MissingSame, SameDifferent, SameMissing, SameSame};
    matches!(c.mother, SameSame | SameMissing | SameDifferent | MissingSame)
}

fn mothers_differ(c: &Comparison) -> bool {
    matches!(c.mother, Mother::DifferentSame | Mother::DifferentMissing | Mother::DifferentDifferent)
}

/// Whether anything besides name and birth date agrees: namesakes exist.
fn is_corroborated(c: &Comparison) -> bool {
    household_agrees(c)
        || mother_agrees(c)
        || c.mother == Mother::Guardian
        || c.same_email
        || c.mrn == Mrn::Same
        || [c.ssn, c.medicaid, c.certificate].contains(&Number::Same)
        || matches!(c.middle, Middle::Exact | Middle::IsFirst | Middle::Close | Middle::Initial)
}

fn is_other_birth_date(birth: Birth) -> bool {
    matches!(birth, Birth::Year | Birth::NextYear | Birth::OnlyYear | Birth::Different)
}

#[cfg(test)]
mod tests {
    use super::{Veto, Vetoes, vetoes};
    use crate::patient::compare::compare;
    use crate::patient::names::Names;
    use crate::patient::population::Population;
    use crate::patient::subject::Subject;
    use iis_model::person::{Address, PersonName, Sex, Telecom};
    use iis_model::testing::person;
    use iis_model::{Demographics, Given};

    fn at_home(mut person: Demographics, middle: &str) -> Demographics {
        let legal = person.names[0].get().cloned().unwrap_or_default();
        person.names = vec![PersonName { middle: middle.into(), ..legal }.into()];
        person.telecoms = vec![Telecom { digits: "5155551234".into(), ..Telecom::default() }.into()];
        let home = Address { street: "12 Elm St".into(), zip: "51604".into(), ..Address::default() };
        person.addresses = vec![home.into()];
        person.identifiers.clear();
        person
    }

    fn against(a: &Demographics, b: &Demographics, twin_suspected: bool) -> Vetoes {
        let names = Names::built_in();
        let population = Population::unknown(names.clone());
        let subject = |person: &Demographics| {
            let mut subject = Subject::of(person, &names);
            population.inform(&mut subject);
            subject
        };
        let (a, b) = (subject(a), subject(b));
        vetoes(&compare(&a, &b), &a, &b, twin_suspected)
    }

    #[test]
    fn first_names_of_one_household_and_birth_date() {
        #[rustfmt::skip]
        let table: [(&str, &str, bool, &[Veto]); 9] = [
            // one       other        twin suspected
            ("NORA",     "NORA",      false, &[]),
            ("NORA",     "NORA",      true,  &[]),
            ("NORA",     "NROA",      false, &[]),                       // a slip of the pen
            ("NORA",     "NROA",      true,  &[Veto::MultipleBirth]),
            ("NORA",     "NORAH",     false, &[Veto::TwoNames]),
            ("CLARA",    "CLAIRE",    false, &[Veto::TwoNames]),
            ("ELI",      "ELIJAH",    false, &[Veto::ShortForm]),
            ("NORA",     "EMMA",      false, &[Veto::OtherFirstName]),
            ("NORA",     "BABY GIRL", false, &[Veto::Nameless]),
        ];
        for (one, other, suspected, expected) in table {
            let child = |given: &str| at_home(person().called("DOE", given), "");
            let found = against(&child(one), &child(other), suspected);
            assert_eq!(found, expected.iter().copied().collect(), "{one} {other}");
        }
    }

    #[test]
    fn a_middle_name_confirms_a_short_form_or_contradicts() {
        let child = |given: &str, middle: &str| at_home(person().called("DOE", given), middle);
        let found = |a, b| against(&a, &b, false).iter().collect::<Vec<_>>();
        assert_eq!(found(child("ELI", "JAMES"), child("ELIJAH", "J")), []);
        assert_eq!(found(child("ELI", "JAMES"), child("ELI", "PAUL")), [Veto::MiddleConflict]);
    }

    #[test]
    fn namesakes_of_one_birth_date_need_something_more() {
        let (a, b) = (person().mrn("A17", "CLINIC7"), person().mrn("B4", "CLINIC8"));
        assert_eq!(against(&a, &b, false).iter().collect::<Vec<_>>(), [Veto::Uncorroborated]);
        assert!(against(&a, &a, false).is_empty(), "one number at one facility");
    }

    #[test]
    fn orders_sexes_and_birth_dates_that_differ_speak_against() {
        let child = || at_home(person(), "");
        let second = Demographics { birth_order: Given::of(2), ..child() };
        let first = Demographics { birth_order: Given::of(1), multiple_birth: Given::of(true), ..child() };
        assert!(against(&first, &second, false).has(Veto::BirthOrder));
        let boy = child().sex(Sex::Male);
        assert!(against(&child(), &boy, false).is_empty(), "no family has two of one name and birth date");
        assert!(against(&child(), &boy, true).has(Veto::SexConflict));
        assert!(against(&child(), &child().born("2021-01-15"), false).has(Veto::BirthDate));
        assert!(against(&child(), &child().born("2020-01-16"), false).is_empty());
    }

    #[test]
    fn what_is_only_too_little_is_no_contradiction() {
        let all: Vetoes = Veto::ALL.iter().copied().collect();
        let strong = all.contradictions();
        assert!(
            strong.has(Veto::OtherFirstName) && strong.has(Veto::BirthOrder) && strong.has(Veto::NotSame)
        );
        assert!(!strong.has(Veto::Uncorroborated) && !strong.has(Veto::Nameless));
        assert!(
            strong.has(Veto::BirthDate) && !strong.has(Veto::NoBirthDate),
            "who says nothing contradicts nobody"
        );
    }
}
