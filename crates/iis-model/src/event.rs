//! Vaccination events: what a sender reports of one dose, refusal or observation (requirements V-1, V-6).

use crate::given::{Given, is_valueless};
use crate::person::text_enum;
use crate::{Beginning, Coded, Cvx, Date, Mvx, Ndc, PartialDate, Place};
use serde::{Deserialize, Serialize};

text_enum! {
    /// Where the sender knows of the dose from (RXA-9, NIP001).
    InformationSource {
        /// The sender gave it.
        NewImmunization = "00",
        /// Historical, source unspecified.
        Historical = "01",
        /// From another provider.
        OtherProvider = "02",
        /// From the parent's written record.
        ParentWritten = "03",
        /// From the parent's recall.
        ParentRecall = "04",
        /// From another registry.
        OtherRegistry = "05",
        /// From the birth certificate.
        BirthCertificate = "06",
        /// From a school record.
        School = "07",
        /// From a public agency.
        PublicAgency = "08",
    }
}

text_enum! {
    /// How the administration ended (RXA-20, HL7 table 0322). Empty in a message means complete.
    Completion {
        /// Complete.
        Complete = "CP",
        /// Partially administered.
        Partial = "PA",
        /// Refused.
        Refused = "RE",
        /// Not administered.
        NotAdministered = "NA",
    }
}

text_enum! {
    /// What the sender wants done with the report (RXA-21, HL7 table 0323). Add and update mean the same.
    Action {
        /// Add.
        Add = "A",
        /// Update.
        Update = "U",
        /// Withdraw what this sender said.
        Delete = "D",
    }
}

text_enum! {
    /// Why a dose that the reporter gave is not from the stock of its site (a code of this registry's own).
    NotFromStock {
        /// Another site lent it.
        Borrowed = "borrowed",
        /// The patient brought it.
        Brought = "brought",
        /// It came, and nobody received it in the inventory yet.
        NotReceived = "not-received",
        /// Something else.
        Other = "other",
    }
}

impl NotFromStock {
    /// The reason, as the site says it.
    pub const fn words(self) -> &'static str {
        match self {
            Self::Borrowed => "Borrowed from another site",
            Self::Brought => "The patient brought it",
            Self::NotReceived => "Our delivery is not in the inventory yet",
            Self::Other => "Another reason",
        }
    }
}

/// What a report is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum EventKind {
    /// A dose that the reporter gave, wholly or partly.
    Administered,
    /// A dose that the reporter knows of from elsewhere.
    Historical,
    /// A vaccine that was refused.
    Refusal,
    /// No dose: immunity, contraindication, reaction, indication.
    Observation,
}

impl EventKind {
    /// The kind as one letter, for the store.
    pub const fn letter(self) -> &'static str {
        match self {
            Self::Administered => "A",
            Self::Historical => "H",
            Self::Refusal => "R",
            Self::Observation => "O",
        }
    }

    /// The kind of a letter.
    pub fn from_letter(letter: &str) -> Option<Self> {
        [Self::Administered, Self::Historical, Self::Refusal, Self::Observation]
            .into_iter()
            .find(|k| k.letter() == letter)
    }

    /// Whether a dose was given.
    pub const fn is_dose(self) -> bool {
        matches!(self, Self::Administered | Self::Historical)
    }
}

/// An order number with the authority that gave it out.
#[derive(Debug, Clone, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct OrderNumber {
    /// The number.
    #[serde(rename = "v")]
    pub value: Box<str>,
    /// Its authority: namespace or OID.
    #[serde(rename = "a", default, skip_serializing_if = "str::is_empty")]
    pub authority: Box<str>,
}

impl OrderNumber {
    /// Whether it identifies a dose: 9999 stands for "no order" and is used many times in one message.
    pub fn is_identity(&self) -> bool {
        !self.value.is_empty() && &*self.value != "9999"
    }
}

/// A clinician: who gave, ordered or entered.
#[derive(Debug, Clone, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Clinician {
    /// Identifier, such as an NPI.
    #[serde(rename = "i", default, skip_serializing_if = "str::is_empty")]
    pub id: Box<str>,
    /// Who gave out the identifier.
    #[serde(rename = "a", default, skip_serializing_if = "str::is_empty")]
    pub authority: Box<str>,
    /// Family name.
    #[serde(rename = "f", default, skip_serializing_if = "str::is_empty")]
    pub family: Box<str>,
    /// Given name.
    #[serde(rename = "g", default, skip_serializing_if = "str::is_empty")]
    pub given: Box<str>,
    /// Second and further given names.
    #[serde(rename = "m", default, skip_serializing_if = "str::is_empty")]
    pub middle: Box<str>,
}

/// How much was given.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Amount {
    /// The number as sent (`0.5`); doses of vaccine are not rounded.
    #[serde(rename = "n")]
    pub number: Box<str>,
    /// Its unit (`mL`).
    #[serde(rename = "u", default, skip_serializing_if = "str::is_empty")]
    pub unit: Box<str>,
}

/// A lot of vaccine as reported.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Lot {
    /// Lot number.
    #[serde(rename = "n", default, skip_serializing_if = "is_valueless")]
    pub number: Given<Box<str>>,
    /// Last usable day; a month without a day means its last day.
    #[serde(rename = "e", default, skip_serializing_if = "is_valueless")]
    pub expires_on: Given<PartialDate>,
    /// Manufacturer.
    #[serde(rename = "m", default, skip_serializing_if = "is_valueless")]
    pub manufacturer: Given<Mvx>,
}

/// A Vaccine Information Statement that was handed out.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct VisGiven {
    /// The document, by its bar code or by the vaccine it is about.
    #[serde(rename = "d", default, skip_serializing_if = "is_valueless")]
    pub document: Given<Coded>,
    /// Edition date.
    #[serde(rename = "e", default, skip_serializing_if = "is_valueless")]
    pub edition_on: Given<PartialDate>,
    /// The day it was given.
    #[serde(rename = "g", default, skip_serializing_if = "is_valueless")]
    pub given_on: Given<PartialDate>,
}

/// A value of an observation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum ObservationValue {
    /// A coded value.
    #[serde(rename = "c")]
    Coded(Coded),
    /// A date.
    #[serde(rename = "d")]
    Date(PartialDate),
    /// A number, as sent.
    #[serde(rename = "n")]
    Number(Box<str>),
    /// Text.
    #[serde(rename = "t")]
    Text(Box<str>),
}

/// An observation that has no field of its own: immunity, contraindication, reaction, indication.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Observation {
    /// What was observed (LOINC).
    #[serde(rename = "o")]
    pub about: Coded,
    /// Observations with the same group belong together.
    #[serde(rename = "g", default, skip_serializing_if = "str::is_empty")]
    pub group: Box<str>,
    /// The value.
    #[serde(rename = "v", default, skip_serializing_if = "is_valueless")]
    pub value: Given<ObservationValue>,
    /// The day of the observation.
    #[serde(rename = "d", default, skip_serializing_if = "is_valueless")]
    pub observed_on: Given<PartialDate>,
}

/// What one sender says about one dose, refusal or observation: one order group of a VXU, or one line of a form.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReportedEvent {
    /// The order group, by its RXA segment.
    #[serde(skip)]
    pub place: Place,
    /// What the report is about.
    #[serde(rename = "k")]
    pub kind: EventKind,
    /// What the sender wants done.
    #[serde(rename = "ac", default, skip_serializing_if = "is_valueless")]
    pub action: Given<Action>,
    /// How the administration ended.
    #[serde(rename = "cs", default, skip_serializing_if = "is_valueless")]
    pub completion: Given<Completion>,
    /// Where the sender knows of it from.
    #[serde(rename = "is", default, skip_serializing_if = "is_valueless")]
    pub source: Given<InformationSource>,
    /// The sender's stable identity of the dose (ORC-3).
    #[serde(rename = "fo", default, skip_serializing_if = "is_valueless")]
    pub filler: Given<OrderNumber>,
    /// The orderer's number (ORC-2).
    #[serde(rename = "po", default, skip_serializing_if = "is_valueless")]
    pub placer: Given<OrderNumber>,
    /// The day on which it was given, refused or noted.
    #[serde(rename = "on", default, skip_serializing_if = "is_valueless")]
    pub given_on: Given<PartialDate>,
    /// The vaccine by CVX.
    #[serde(rename = "cvx", default, skip_serializing_if = "is_valueless")]
    pub cvx: Given<Cvx>,
    /// The vaccine by NDC.
    #[serde(rename = "ndc", default, skip_serializing_if = "is_valueless")]
    pub ndc: Given<Ndc>,
    /// The vaccine as coded in the report, all codings.
    #[serde(rename = "vx", default, skip_serializing_if = "is_valueless")]
    pub vaccine: Given<Coded>,
    /// How much.
    #[serde(rename = "am", default, skip_serializing_if = "is_valueless")]
    pub amount: Given<Amount>,
    /// Lot, expiration, manufacturer.
    #[serde(rename = "lo", default)]
    pub lot: Lot,
    /// Route.
    #[serde(rename = "rt", default, skip_serializing_if = "is_valueless")]
    pub route: Given<Coded>,
    /// Body site.
    #[serde(rename = "bs", default, skip_serializing_if = "is_valueless")]
    pub body_site: Given<Coded>,
    /// Who gave it.
    #[serde(rename = "by", default, skip_serializing_if = "is_valueless")]
    pub administered_by: Given<Clinician>,
    /// Who ordered it.
    #[serde(rename = "ob", default, skip_serializing_if = "is_valueless")]
    pub ordered_by: Given<Clinician>,
    /// Who entered it.
    #[serde(rename = "eb", default, skip_serializing_if = "is_valueless")]
    pub entered_by: Given<Clinician>,
    /// Where it was given (RXA-11.4): a site code as sent.
    #[serde(rename = "at", default, skip_serializing_if = "is_valueless")]
    pub administered_at: Given<Box<str>>,
    /// The organization that entered it (ORC-17).
    #[serde(rename = "eo", default, skip_serializing_if = "is_valueless")]
    pub entering_organization: Given<Coded>,
    /// Why it was refused (NIP002).
    #[serde(rename = "rr", default, skip_serializing_if = "is_valueless")]
    pub refusal_reason: Given<Coded>,
    /// What the patient qualified for at this dose (64994-7).
    #[serde(rename = "el", default, skip_serializing_if = "is_valueless")]
    pub eligibility: Given<Coded>,
    /// Whose money bought the vaccine (30963-3).
    #[serde(rename = "fs", default, skip_serializing_if = "is_valueless")]
    pub funding_source: Given<Coded>,
    /// That it is not from the stock of the site that gave it, and why: then it does not leave that stock.
    #[serde(rename = "ns", default, skip_serializing_if = "is_valueless")]
    pub not_from_stock: Given<NotFromStock>,
    /// That nobody says that it left the stock: somebody corrected, at a screen, a dose of a sender whose doses do not.
    #[serde(rename = "sa", default, skip_serializing_if = "std::ops::Not::not")]
    pub leaves_stock_alone: bool,
    /// Vaccine Information Statements given.
    #[serde(rename = "vis", default, skip_serializing_if = "Vec::is_empty")]
    pub vis: Vec<VisGiven>,
    /// All other observations.
    #[serde(rename = "obx", default, skip_serializing_if = "Vec::is_empty")]
    pub observations: Vec<Observation>,
    /// Comments.
    #[serde(rename = "nt", default, skip_serializing_if = "Vec::is_empty")]
    pub comments: Vec<Box<str>>,
}

impl ReportedEvent {
    /// An empty report of a kind.
    pub fn new(kind: EventKind) -> Self {
        Self {
            place: Place::NONE,
            kind,
            action: Given::default(),
            completion: Given::default(),
            source: Given::default(),
            filler: Given::default(),
            placer: Given::default(),
            given_on: Given::default(),
            cvx: Given::default(),
            ndc: Given::default(),
            vaccine: Given::default(),
            amount: Given::default(),
            lot: Lot::default(),
            route: Given::default(),
            body_site: Given::default(),
            administered_by: Given::default(),
            ordered_by: Given::default(),
            entered_by: Given::default(),
            administered_at: Given::default(),
            entering_organization: Given::default(),
            refusal_reason: Given::default(),
            eligibility: Given::default(),
            funding_source: Given::default(),
            not_from_stock: Given::default(),
            leaves_stock_alone: false,
            vis: Vec::new(),
            observations: Vec::new(),
            comments: Vec::new(),
        }
    }

    /// Whether the reporter gave the dose.
    pub fn is_administered(&self) -> bool {
        self.kind == EventKind::Administered
    }

    /// Whether the sender withdraws an earlier report.
    pub fn is_delete(&self) -> bool {
        self.action.value == Some(Action::Delete)
    }

    /// The whole date on which it was given, if known to the day.
    pub fn given_date(&self) -> Option<Date> {
        self.given_on.get().and_then(PartialDate::full)
    }

    /// The sender's identity of this dose, by which a later report corrects or withdraws it: the filler order
    /// number with its authority; without one, vaccine, day and kind (refusals and observations also by content).
    pub fn dose_key(&self) -> String {
        if let Some(filler) = self.filler.get().filter(|filler| filler.is_identity()) {
            return format!("F\u{1f}{}\u{1f}{}", filler.authority, filler.value);
        }
        let day = self.given_on.get().map(ToString::to_string).unwrap_or_default();
        let vaccine = self.cvx.get().map(ToString::to_string).unwrap_or_default();
        let mut key = format!("{}\u{1f}{day}\u{1f}{vaccine}", self.kind.letter());
        key.push_str(&said(&self.observations));
        key
    }
}

/// What observations say, without when: each with its code and value, and with its day only where the day is what it says. Notes
/// that say the same are one.
pub fn said(observations: &[Observation]) -> String {
    let mut text = String::new();
    for observation in observations {
        text.push('\u{1f}');
        text.push_str(&observation.about.code);
        match observation.value.get() {
            Some(ObservationValue::Coded(coded)) => {
                text.push_str(&coded.code);
                let day = observation.observed_on.get().filter(|_| Beginning::of(coded).is_some());
                text.extend(day.map(ToString::to_string));
            }
            Some(ObservationValue::Date(date)) => text.push_str(&date.to_string()),
            Some(ObservationValue::Number(value) | ObservationValue::Text(value)) => text.push_str(value),
            None => {}
        }
    }
    text
}
