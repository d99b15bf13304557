//! Values that somebody chose: whose value counts for a part of what is believed, whatever the rules would take.

use super::SourceView;
use iis_model::person::PersonName;
use iis_model::{Demographics, SourceRecordId, Timestamp};

macro_rules! parts {
    ($($(#[$doc:meta])* $part:ident = $key:literal, $words:literal;)*) => {
        /// What can be chosen; values that belong together are chosen together.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Part { $($(#[$doc])* $part,)* }

        impl Part {
            /// All parts, in the order of a record.
            pub const ALL: &'static [Self] = &[$(Self::$part,)*];

            /// The word under which a choice is kept.
            pub const fn key(self) -> &'static str {
                match self { $(Self::$part => $key,)* }
            }

            /// What people call it.
            pub const fn words(self) -> &'static str {
                match self { $(Self::$part => $words,)* }
            }
        }
    };
}

parts! {
    /// The name to go by.
    Name = "name", "Name";
    /// Date of birth.
    BirthDate = "birth-date", "Date of birth";
    /// Administrative sex.
    Sex = "sex", "Sex";
    /// Multiple birth and birth order.
    MultipleBirth = "multiple-birth", "Multiple birth";
    /// Mother's maiden name.
    Mother = "mother", "Mother’s maiden name";
    /// Addresses.
    Address = "address", "Address";
    /// Telephone numbers and e-mail addresses.
    Contact = "contact", "Telephone and e-mail";
    /// Parents, guardians and other contacts.
    Family = "family", "Parents and guardians";
    /// Races and ethnicity.
    Race = "race", "Race and ethnicity";
    /// Primary language.
    Language = "language", "Language";
    /// Whether and when the person died.
    Death = "death", "Death";
}

impl Part {
    /// The part of a word.
    pub fn of_key(key: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|part| part.key() == key)
    }

    /// What is said of this part, nothing else: two say the same of it when these are equal.
    #[must_use]
    pub fn of(self, person: &Demographics) -> Demographics {
        let mut only = Demographics::default();
        self.put(person, &mut only);
        if self == Self::Name {
            only.names = person.legal_name().map(|name| of_no_kind(name).into()).into_iter().collect();
        }
        only
    }

    /// Whether anything is said of this part.
    pub fn is_said_in(self, person: &Demographics) -> bool {
        self.of(person) != Demographics::default()
    }

    /// Writes what `from` says of this part into `to`; names are not touched, they are put in order elsewhere.
    fn put(self, from: &Demographics, to: &mut Demographics) {
        match self {
            Self::Name => {}
            Self::BirthDate => to.born_on.clone_from(&from.born_on),
            Self::Sex => to.sex.clone_from(&from.sex),
            Self::MultipleBirth => {
                to.multiple_birth.clone_from(&from.multiple_birth);
                to.birth_order.clone_from(&from.birth_order);
            }
            Self::Mother => to.mother_maiden_name.clone_from(&from.mother_maiden_name),
            Self::Address => to.addresses.clone_from(&from.addresses),
            Self::Contact => to.telecoms.clone_from(&from.telecoms),
            Self::Family => to.next_of_kin.clone_from(&from.next_of_kin),
            Self::Race => {
                to.races.clone_from(&from.races);
                to.ethnicity.clone_from(&from.ethnicity);
            }
            Self::Language => to.language.clone_from(&from.language),
            Self::Death => {
                to.is_deceased.clone_from(&from.is_deceased);
                to.died_on.clone_from(&from.died_on);
            }
        }
    }
}

/// A name whatever kind it is called.
fn of_no_kind(name: &PersonName) -> PersonName {
    PersonName { kind: "".into(), ..name.clone() }
}

/// Somebody chose whose value of a part counts. It stands as long as nobody takes it back, whatever that source says by
/// then.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Choice {
    /// When.
    pub at: Timestamp,
    /// Decides between choices of one moment.
    pub id: i64,
    /// Of what.
    pub part: Part,
    /// Whose value.
    pub source: SourceRecordId,
}

/// The source that was chosen for a part: by the last choice whose source says something of it.
pub(super) fn chosen<'a, 's>(
    part: Part,
    choices: &[Choice],
    sources: &'s [SourceView<'a>],
) -> Option<&'s SourceView<'a>> {
    let said = choices.iter().filter(|choice| choice.part == part).filter_map(|choice| {
        let source = sources.iter().find(|source| source.id == choice.source)?;
        part.is_said_in(source.demographics).then_some((choice, source))
    });
    said.max_by_key(|(choice, _)| **choice).map(|(_, source)| source)
}

/// Writes what was chosen into what the rules made; the name is not among it.
pub(super) fn put_chosen(choices: &[Choice], sources: &[SourceView<'_>], believed: &mut Demographics) {
    if choices.is_empty() {
        return;
    }
    for part in Part::ALL {
        if let Some(source) = chosen(*part, choices, sources) {
            part.put(source.demographics, believed);
        }
    }
}

/// The source whose value of a part is believed: of those that say the same the one that spoke last. None: nobody says
/// it so.
pub fn behind(part: Part, believed: &Demographics, sources: &[SourceView<'_>]) -> Option<SourceRecordId> {
    let wanted = part.of(believed);
    let says_so = sources.iter().filter(|source| part.of(source.demographics) == wanted);
    let last = says_so.max_by_key(|source| (source.sent_at, source.id))?;
    (wanted != Demographics::default()).then_some(last.id)
}
