//! QAK, query acknowledgment.

use super::qpd;
use crate::er7::{Segment, Writer};
use iis_model::query::Wanted;

/// What became of a query (HL7 table 0208).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Status {
    /// Data found.
    Found,
    /// No data found.
    NotFound,
    /// Too many candidates.
    TooMany,
    /// The query lacks or breaks content.
    Error,
    /// The asker is not allowed.
    Rejected,
}

impl Status {
    /// The code of the table.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Found => "OK",
            Self::NotFound => "NF",
            Self::TooMany => "TM",
            Self::Error => "AE",
            Self::Rejected => "AR",
        }
    }
}

/// Writes the segment: the tag and the name of the query come back as they were sent.
pub fn write(out: &mut Writer, status: Status, parameters: Option<Segment<'_>>, wanted: Wanted) {
    out.segment("QAK").field(1);
    if let Some(parameters) = parameters {
        out.copy(parameters.field(2));
    }
    out.field(2).text(status.code()).field(3);
    match parameters.map(|parameters| parameters.field(1)).filter(|name| !name.is_missing()) {
        Some(name) => out.copy(name),
        None => out.components(&qpd::name_of(wanted)),
    };
}
