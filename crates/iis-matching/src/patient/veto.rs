//! Vetoes: what keeps two records from being linked without a human, however much agrees (design page, section 6).

use super::compare::{Birth, Comparison, First, Household, Last, Middle, Mother, Mrn, Multiple, Number, Sexes, Suffixes};
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
    /// The first name is only the other's middle name.
    MiddleAsFirst = "the first name is only the other's middle name";
    /// A newborn without a name, without household and mother both agreeing.
    Nameless = "no first name, and household and mother do not both agree";
    /// One facility keeps two numbers, and the first name is not exactly the same.
    TwoRecordNumbers = "two record numbers at one facility";
    /// Name and birth date agree and nothing else does.
    Uncorroborated = "nothing but name and birth date agrees";
    /// The sexes differ.
    SexConflict = "different sex";
    /// The middle names differ.
    MiddleConflict = "different middle names";
    /// Junior and senior.
    SuffixConflict = "different suffixes";
    /// The birth date is missing, or differs in the year or in two parts.
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
    /// Another person fits as well.
    SeveralPersons = "it fits several persons";
}

/// A set of vetoes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Vetoes(u32);

impl Vetoes {
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

    /// Those that say *these are two people*, not only *this is not enough*: they hold between all records of two
    /// persons, not only between the two that are most alike.
    #[must_use]
    pub fn contradictions(self) -> Self {
        const WEAK: [Veto; 6] = [
            Veto::MultipleBirth,
            Veto::MiddleAsFirst,
            Veto::Nameless,
            Veto::Uncorroborated,
            Veto::LastName,
            Veto::SeveralPersons,
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
        (Veto::MiddleAsFirst, c.first == First::IsMiddle && c.middle != Middle::IsFirst),
        (Veto::Nameless, c.first == First::Missing && !(household && mother)),
        (Veto::TwoRecordNumbers, c.mrn == Mrn::Different && c.first != First::Exact),
        (Veto::Uncorroborated, !is_corroborated(c)),
        (Veto::SexConflict, c.sex == Sexes::Different && !(same_number || (is_same_child && !multiple))),
        (Veto::MiddleConflict, c.middle == Middle::Different),
        (Veto::SuffixConflict, c.suffix == Suffixes::Different),
        (Veto::BirthDate, is_other_birth_date(c.birth) && c.ssn != Number::Same),
        (Veto::LastName, matches!(c.last, Last::Different | Last::Missing) && !household && !mother_agrees(c)),
        (Veto::Mothers, mothers_differ(c) && !household && !same_number),
        (Veto::Certificates, c.certificate == Number::Different),
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
        First::Edit | First::Close => {
            let same_middle = matches!(c.middle, Middle::Exact | Middle::Initial | Middle::Close);
            same_number || (c.multiple == Multiple::Neither && same_middle)
        }
        _ => same_number,
    }
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
    matches!(birth, Birth::Year | Birth::NextYear | Birth::OnlyYear | Birth::Different | Birth::Missing)
}
