//! A person's demographics (requirements P-1): what one report says, and what the registry believes.

use crate::erasure::Erased;
use crate::given::{Given, is_valueless};
use crate::{Coded, Date, PartialDate};
use serde::{Deserialize, Serialize};

macro_rules! text_enum {
    ($(#[$doc:meta])* $name:ident { $($(#[$vdoc:meta])* $variant:ident = $code:literal,)* }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize)]
        pub enum $name { $($(#[$vdoc])* #[serde(rename = $code)] $variant,)* }

        impl $name {
            /// All values, in the order of their table.
            pub const ALL: &'static [Self] = &[$(Self::$variant,)*];

            /// The code by which the value's table knows it.
            pub const fn code(self) -> &'static str {
                match self { $(Self::$variant => $code,)* }
            }

            /// The value of a code, upper or lower case.
            pub fn from_code(code: &str) -> Option<Self> {
                Self::ALL.iter().copied().find(|value| value.code().eq_ignore_ascii_case(code))
            }
        }
    };
}
pub(crate) use text_enum;

text_enum! {
    /// Administrative sex (HL7 table 0001; X and O are sent since EHRs record them).
    Sex {
        /// Female.
        Female = "F",
        /// Male.
        Male = "M",
        /// Unknown.
        Unknown = "U",
        /// Neither male nor female.
        NonBinary = "X",
        /// Other.
        Other = "O",
    }
}

text_enum! {
    /// Registry status of a person from the sender's view (HL7 table 0441).
    RegistryStatus {
        /// Active.
        Active = "A",
        /// Inactive, unspecified.
        Inactive = "I",
        /// Inactive: lost to follow-up.
        LostToFollowUp = "L",
        /// Inactive: moved or gone elsewhere.
        MovedOrGoneElsewhere = "M",
        /// Inactive for good: not to be reactivated.
        PermanentlyInactive = "P",
        /// Unknown.
        Unknown = "U",
    }
}

/// An identifier of a person, given out by some authority.
#[derive(Debug, Clone, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Identifier {
    /// The identifier itself.
    #[serde(rename = "v")]
    pub value: Box<str>,
    /// Who gave it out: a namespace, or an OID.
    #[serde(rename = "a", default, skip_serializing_if = "str::is_empty")]
    pub authority: Box<str>,
    /// What kind it is (HL7 table 0203: MR medical record number, SR state registry, MA Medicaid, SS social security).
    #[serde(rename = "k", default, skip_serializing_if = "str::is_empty")]
    pub kind: Box<str>,
}

/// A person's name.
#[derive(Debug, Clone, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct PersonName {
    /// Family name.
    #[serde(rename = "f", default, skip_serializing_if = "str::is_empty")]
    pub family: Box<str>,
    /// Given name.
    #[serde(rename = "g", default, skip_serializing_if = "str::is_empty")]
    pub given: Box<str>,
    /// Second and further given names or initials.
    #[serde(rename = "m", default, skip_serializing_if = "str::is_empty")]
    pub middle: Box<str>,
    /// Suffix: JR, III.
    #[serde(rename = "s", default, skip_serializing_if = "str::is_empty")]
    pub suffix: Box<str>,
    /// Name type (HL7 table 0200: L legal, A alias, M maiden).
    #[serde(rename = "k", default, skip_serializing_if = "str::is_empty")]
    pub kind: Box<str>,
}

/// A postal address.
#[derive(Debug, Clone, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Address {
    /// House number and street, or post-office box.
    #[serde(rename = "l", default, skip_serializing_if = "str::is_empty")]
    pub street: Box<str>,
    /// Apartment, suite.
    #[serde(rename = "o", default, skip_serializing_if = "str::is_empty")]
    pub other: Box<str>,
    /// City.
    #[serde(rename = "c", default, skip_serializing_if = "str::is_empty")]
    pub city: Box<str>,
    /// State or province.
    #[serde(rename = "s", default, skip_serializing_if = "str::is_empty")]
    pub state: Box<str>,
    /// ZIP or postal code.
    #[serde(rename = "z", default, skip_serializing_if = "str::is_empty")]
    pub zip: Box<str>,
    /// Country (ISO 3166, three letters, when sent).
    #[serde(rename = "n", default, skip_serializing_if = "str::is_empty")]
    pub country: Box<str>,
    /// Address type (HL7 table 0190: L legal, P permanent, M mailing, BA bad address, BDL birth location).
    #[serde(rename = "k", default, skip_serializing_if = "str::is_empty")]
    pub kind: Box<str>,
    /// County (HL7 XAD.9), when sent.
    #[serde(rename = "y", default, skip_serializing_if = "str::is_empty")]
    pub county: Box<str>,
}

impl Address {
    /// Whether somebody lives there: it is neither one that mail did not reach (BA) nor one of the birth (BDL, BR).
    pub fn is_home(&self) -> bool {
        !matches!(&*self.kind, "BA" | "BDL" | "BR")
    }
}

/// A telephone number or an e-mail address.
#[derive(Debug, Clone, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Telecom {
    /// What it is used for (HL7 table 0201: PRN primary residence, NET e-mail).
    #[serde(rename = "u", default, skip_serializing_if = "str::is_empty")]
    pub usage: Box<str>,
    /// Equipment (HL7 table 0202: PH telephone, CP cellular).
    #[serde(rename = "e", default, skip_serializing_if = "str::is_empty")]
    pub equipment: Box<str>,
    /// The calling code of its country, digits only; empty: that of North America.
    #[serde(rename = "c", default, skip_serializing_if = "str::is_empty")]
    pub country: Box<str>,
    /// Area code and local number, digits only; empty for an e-mail address.
    #[serde(rename = "d", default, skip_serializing_if = "str::is_empty")]
    pub digits: Box<str>,
    /// Extension.
    #[serde(rename = "x", default, skip_serializing_if = "str::is_empty")]
    pub extension: Box<str>,
    /// E-mail address; empty for a telephone.
    #[serde(rename = "m", default, skip_serializing_if = "str::is_empty")]
    pub email: Box<str>,
}

/// A parent, guardian or other contact.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct NextOfKin {
    /// Name.
    #[serde(rename = "n", default, skip_serializing_if = "is_valueless")]
    pub name: Given<PersonName>,
    /// Relationship (HL7 table 0063: MTH mother, FTH father, GRD guardian).
    #[serde(rename = "r", default, skip_serializing_if = "is_valueless")]
    pub relationship: Given<Coded>,
    /// Address.
    #[serde(rename = "a", default, skip_serializing_if = "is_valueless")]
    pub address: Given<Address>,
    /// Telephone numbers and e-mail addresses.
    #[serde(rename = "t", default, skip_serializing_if = "Vec::is_empty")]
    pub telecoms: Vec<Given<Telecom>>,
}

/// A code with the day from which it holds.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Dated<T> {
    /// The value.
    #[serde(
        rename = "v",
        default = "Given::default",
        skip_serializing_if = "is_valueless",
        bound(deserialize = "T: Deserialize<'de>")
    )]
    pub value: Given<T>,
    /// The first day on which it holds.
    #[serde(rename = "d", default, skip_serializing_if = "is_valueless")]
    pub effective_on: Given<Date>,
}

impl<T> Default for Dated<T> {
    fn default() -> Self {
        Self { value: Given::default(), effective_on: Given::default() }
    }
}

impl<T: Clone> Dated<T> {
    /// Takes over `newer`, value and date together, where it has a value.
    pub fn update(&mut self, newer: &Self) {
        if newer.value.get().is_some() {
            self.clone_from(newer);
        }
    }

    fn is_valueless(&self) -> bool {
        self.value.get().is_none()
    }
}

/// The most names that a person has: the one to go by and the latest others.
pub const MOST_NAMES: usize = 40;

/// What is said, or believed, about a person apart from vaccinations.
///
/// In a submission the values carry text and place; stored and consolidated they are bare.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Demographics {
    /// Identifiers; the sender's own medical record number is normally first.
    #[serde(rename = "id", default, skip_serializing_if = "Vec::is_empty")]
    pub identifiers: Vec<Given<Identifier>>,
    /// Names; the first is the legal one, the others aliases.
    #[serde(rename = "nm", default, skip_serializing_if = "Vec::is_empty")]
    pub names: Vec<Given<PersonName>>,
    /// Mother's maiden name: one of the strongest matching fields.
    #[serde(rename = "mm", default, skip_serializing_if = "is_valueless")]
    pub mother_maiden_name: Given<PersonName>,
    /// Date of birth.
    #[serde(rename = "dob", default, skip_serializing_if = "is_valueless")]
    pub born_on: Given<PartialDate>,
    /// Administrative sex.
    #[serde(rename = "sx", default, skip_serializing_if = "is_valueless")]
    pub sex: Given<Sex>,
    /// Races.
    #[serde(rename = "ra", default, skip_serializing_if = "Vec::is_empty")]
    pub races: Vec<Given<Coded>>,
    /// Ethnicity.
    #[serde(rename = "et", default, skip_serializing_if = "is_valueless")]
    pub ethnicity: Given<Coded>,
    /// Addresses, newest or most important first.
    #[serde(rename = "ad", default, skip_serializing_if = "Vec::is_empty")]
    pub addresses: Vec<Given<Address>>,
    /// Telephone numbers and e-mail addresses.
    #[serde(rename = "te", default, skip_serializing_if = "Vec::is_empty")]
    pub telecoms: Vec<Given<Telecom>>,
    /// Primary language.
    #[serde(rename = "la", default, skip_serializing_if = "is_valueless")]
    pub language: Given<Coded>,
    /// Whether the person is one of a multiple birth.
    #[serde(rename = "mb", default, skip_serializing_if = "is_valueless")]
    pub multiple_birth: Given<bool>,
    /// Which one in the order of a multiple birth, from 1.
    #[serde(rename = "bo", default, skip_serializing_if = "is_valueless")]
    pub birth_order: Given<u8>,
    /// Birth facility, as text.
    #[serde(rename = "bf", default, skip_serializing_if = "is_valueless")]
    pub birth_place: Given<Box<str>>,
    /// Whether the person has died.
    #[serde(rename = "dd", default, skip_serializing_if = "is_valueless")]
    pub is_deceased: Given<bool>,
    /// Date of death.
    #[serde(rename = "dod", default, skip_serializing_if = "is_valueless")]
    pub died_on: Given<PartialDate>,
    /// Consent to reminder and recall (HL7 table 0215).
    #[serde(rename = "pu", default, skip_serializing_if = "Dated::is_valueless")]
    pub publicity: Dated<Coded>,
    /// `true`: the record must not be shared; `false`: it may be.
    #[serde(rename = "pr", default, skip_serializing_if = "Dated::is_valueless")]
    pub protection: Dated<bool>,
    /// Registry status from the sender's view.
    #[serde(rename = "st", default, skip_serializing_if = "Dated::is_valueless")]
    pub status: Dated<RegistryStatus>,
    /// Parents, guardians and other contacts.
    #[serde(rename = "nk", default, skip_serializing_if = "Vec::is_empty")]
    pub next_of_kin: Vec<NextOfKin>,
    /// In a submission: what the sender erases. Never in what is believed.
    #[serde(rename = "er", default, skip_serializing_if = "Vec::is_empty")]
    pub erased: Vec<Erased>,
}

impl Demographics {
    /// Where the person lives: the first address that is a home.
    pub fn home(&self) -> Option<&Address> {
        self.addresses.iter().filter_map(Given::get).find(|address| address.is_home())
    }

    /// The legal name: the first one.
    pub fn legal_name(&self) -> Option<&PersonName> {
        self.names.first().and_then(Given::get)
    }

    /// The whole date of birth, if it is known to the day.
    pub fn birth_date(&self) -> Option<Date> {
        self.born_on.get().and_then(PartialDate::full)
    }

    /// Takes over what `newer` says and erases what it erases; what it does not say is kept. Lists are replaced whole where the newer one is
    /// not empty: within one field a report is complete. Former names stay behind the new ones, as aliases, up to [`MOST_NAMES`].
    pub fn update(&mut self, newer: &Self) {
        fn list<T: Clone>(old: &mut Vec<Given<T>>, new: &[Given<T>]) {
            if new.iter().any(|given| given.value.is_some()) {
                *old = new.iter().filter(|given| given.value.is_some()).cloned().collect();
            }
        }
        newer.erased.iter().for_each(|part| self.erase(*part));
        list(&mut self.identifiers, &newer.identifiers);
        let former = std::mem::take(&mut self.names);
        list(&mut self.names, &newer.names);
        let forgotten: Vec<_> = former.into_iter().filter(|name| !self.names.contains(name)).collect();
        self.names.extend(forgotten);
        self.names.truncate(MOST_NAMES);
        self.mother_maiden_name.update(&newer.mother_maiden_name);
        self.born_on.update(&newer.born_on);
        self.sex.update(&newer.sex);
        list(&mut self.races, &newer.races);
        self.ethnicity.update(&newer.ethnicity);
        list(&mut self.addresses, &newer.addresses);
        list(&mut self.telecoms, &newer.telecoms);
        self.language.update(&newer.language);
        self.multiple_birth.update(&newer.multiple_birth);
        self.birth_order.update(&newer.birth_order);
        self.birth_place.update(&newer.birth_place);
        self.is_deceased.update(&newer.is_deceased);
        self.died_on.update(&newer.died_on);
        self.publicity.update(&newer.publicity);
        self.protection.update(&newer.protection);
        self.status.update(&newer.status);
        if !newer.next_of_kin.is_empty() {
            self.next_of_kin.clone_from(&newer.next_of_kin);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Demographics, MOST_NAMES, PersonName, Sex};
    use crate::Given;

    fn named(family: &str) -> Demographics {
        let name = PersonName { family: family.into(), given: "ANA".into(), ..PersonName::default() };
        Demographics { names: vec![name.into()], ..Demographics::default() }
    }

    #[test]
    fn an_update_replaces_what_is_said_and_keeps_the_rest() {
        let mut person = named("DOE");
        person.sex = Given::of(Sex::Female);
        person.update(&named("ROE"));
        let families: Vec<_> =
            person.names.iter().filter_map(|name| name.get()).map(|name| &*name.family).collect();
        assert_eq!(families, ["ROE", "DOE"]);
        assert_eq!(person.sex.value, Some(Sex::Female));
    }

    #[test]
    fn former_names_are_kept_up_to_an_end() {
        let mut person = Demographics::default();
        (0..100).for_each(|n| person.update(&named(&format!("DOE{n}"))));
        assert_eq!(person.names.len(), MOST_NAMES);
        assert_eq!(person.legal_name().map(|name| &*name.family), Some("DOE99"));
    }

    #[test]
    fn codes_are_read_in_either_case() {
        assert_eq!(Sex::from_code("f"), Some(Sex::Female));
        assert_eq!(Sex::from_code("Q"), None);
    }
}
