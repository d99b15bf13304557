//! A request for a person's record, and the answers to it.

use crate::person::{Address, Identifier, PersonName, Sex, Telecom};
use crate::recommendation::Recommendation;
use crate::record::PersonRecord;
use crate::{Given, Header, PartialDate};

/// What is asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Wanted {
    /// The complete history (Z34).
    History,
    /// The evaluated history and the forecast (Z44).
    Forecast,
}

/// A query for one person's record (QBP^Q11).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HistoryQuery {
    /// The message's header.
    pub header: Header,
    /// What is asked for.
    pub wanted: Wanted,
    /// The asker's tag, returned with the answer.
    pub tag: Given<Box<str>>,
    /// Identifiers.
    pub identifiers: Vec<Given<Identifier>>,
    /// Name.
    pub name: Given<PersonName>,
    /// Mother's maiden name.
    pub mother_maiden_name: Given<PersonName>,
    /// Date of birth.
    pub born_on: Given<PartialDate>,
    /// Sex.
    pub sex: Given<Sex>,
    /// Address.
    pub address: Given<Address>,
    /// Telephone.
    pub phone: Given<Telecom>,
    /// Multiple birth.
    pub multiple_birth: Given<bool>,
    /// Birth order.
    pub birth_order: Given<u8>,
    /// The most candidates wanted.
    pub limit: Given<u32>,
}

/// What is answered (PROFILE section 9).
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Answer {
    /// One person, certainly: the record.
    Record(Box<PersonRecord>),
    /// One person, certainly: the record, evaluated and forecast.
    Evaluated(Box<PersonRecord>, Box<Recommendation>),
    /// Several, or one less certainly: who it might be, without histories.
    Candidates(Vec<PersonRecord>),
    /// More than may be shown.
    TooMany,
    /// Nobody, or nobody who may be shown.
    NotFound,
    /// The asker may not ask.
    NotAllowed,
    /// The query lacks or breaks content: the findings say what.
    Unusable,
}
