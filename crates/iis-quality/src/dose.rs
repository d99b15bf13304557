//! A dose as its checks see it: what was sent, with the codes looked up once.

use crate::lookup::find;
use iis_codes::{Code, CodeSets, Relation, Set};
use iis_model::sent::{Field, Record, Written};
use iis_model::{Date, EventKind, PartialDate, Place};

/// A dose, a refusal, or what is said without a dose.
pub struct Dose<'a> {
    /// What was sent.
    pub record: &'a dyn Record,
    /// What it is about.
    pub kind: EventKind,
    /// Whether an earlier report is withdrawn.
    pub is_delete: bool,
    /// The date.
    pub given_on: Option<PartialDate>,
    /// The vaccine, by whichever coding is known.
    pub vaccine: Option<&'a Code>,
    /// By CVX.
    pub cvx: Option<&'a Code>,
    /// By NDC.
    pub package: Option<&'a Code>,
    /// By CPT.
    pub procedure: Option<&'a Code>,
    /// The manufacturer.
    pub manufacturer: Option<&'a Code>,
}

impl<'a> Dose<'a> {
    pub(crate) fn of(record: &'a dyn Record, sets: &'a CodeSets) -> Self {
        let found = |field, set| {
            let written = record.first(field);
            if written.is_empty() { None } else { find(sets, set, &written.text) }
        };
        let (cvx, package, procedure) =
            (found(Field::Cvx, Set::Cvx), found(Field::Ndc, Set::NdcUse), found(Field::Cpt, Set::Cpt));
        let one = |code: Option<&'a Code>, relation| sets.linked(code?, relation).next();
        let vaccine = cvx
            .or_else(|| one(package, Relation::UseCvx))
            .or_else(|| one(package, Relation::SaleCvx))
            .or_else(|| one(procedure, Relation::CptCvx))
            .or_else(|| {
                if package.is_none() && procedure.is_none() { found(Field::Vaccine, Set::Cvx) } else { None }
            });
        Self {
            record,
            kind: kind(record, vaccine),
            is_delete: record.first(Field::Action).text.eq_ignore_ascii_case("D"),
            given_on: record.date(Field::GivenOn),
            vaccine,
            cvx,
            package,
            procedure,
            manufacturer: found(Field::Manufacturer, Set::Mvx),
        }
    }

    /// Whether the sender gave it, and means it to be stored.
    pub fn is_given(&self) -> bool {
        self.kind == EventKind::Administered && !self.is_delete
    }

    /// Whether it is a dose, whoever gave it, and means to be stored.
    pub fn is_dose(&self) -> bool {
        self.kind.is_dose() && !self.is_delete
    }

    /// The whole date of a dose.
    pub fn day(&self) -> Option<Date> {
        self.given_on.as_ref().and_then(PartialDate::full).filter(|_| self.is_dose())
    }

    /// What was sent in a field.
    pub fn first(&self, field: Field) -> Written<'_> {
        self.record.first(field)
    }

    /// Where a field stands.
    pub fn place(&self, field: Field) -> Place {
        self.record.first(field).place
    }
}

/// What the report is about: how it ended first, then the vaccine, then the source.
fn kind(record: &dyn Record, vaccine: Option<&Code>) -> EventKind {
    let ended = record.first(Field::Completion).text;
    if ended.eq_ignore_ascii_case("RE") {
        EventKind::Refusal
    } else if ended.eq_ignore_ascii_case("NA") || vaccine.is_some_and(|code| &*code.code == "998") {
        EventKind::Observation
    } else if &*record.first(Field::InformationSource).text == "00" {
        EventKind::Administered
    } else {
        EventKind::Historical
    }
}
