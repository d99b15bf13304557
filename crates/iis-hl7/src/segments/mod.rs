//! One file a segment: its fields read into the model, and written.

pub mod err;
pub mod msa;
pub mod msh;
pub mod nk1;
pub mod nte;
pub mod obx;
pub mod orc;
pub mod pd1;
pub mod pid;
pub mod pv1;
pub mod qak;
pub mod qpd;
pub mod rcp;
pub mod rxa;
pub mod rxr;

use crate::datatypes::ce;
use crate::er7::{MOST_REPETITIONS, Part, time};
use crate::findings::{self as noticed, Kind};
use iis_model::{Coded, Findings, Given, PartialDate};

/// What a part says by a reading of it; `otherwise` is noted when it says something of no use.
pub(crate) fn value<T>(
    part: &Part<'_>,
    findings: &mut Findings,
    otherwise: &Kind,
    read: impl FnOnce(&Part<'_>) -> Option<T>,
) -> Given<T> {
    let given = part.given(read);
    if given.is_erasure() {
        findings.push(noticed::ERASURE_ASKED.at(given.place));
    } else if given.is_unusable() {
        findings.push(otherwise.at(given.place));
    }
    given
}

/// What each repetition says; the places of the findings name the repetition.
pub(crate) fn list<T>(
    field: &Part<'_>,
    findings: &mut Findings,
    otherwise: &Kind,
    read: impl Fn(&Part<'_>) -> Option<T>,
) -> Vec<Given<T>> {
    if field.all_repetitions().nth(MOST_REPETITIONS).is_some() {
        findings.push(noticed::TOO_MANY_REPETITIONS.at(field.place()));
    }
    let all = field.repetitions().map(|part| value(&part, findings, otherwise, &read));
    all.filter(|given| given.get().is_some()).collect()
}

/// The same where the field as a whole may be erased: `""` is handed on.
pub(crate) fn list_or_erasure<T>(
    field: &Part<'_>,
    findings: &mut Findings,
    otherwise: &Kind,
    read: impl Fn(&Part<'_>) -> Option<T>,
) -> Vec<Given<T>> {
    if field.is_erasure() {
        return vec![value(field, findings, otherwise, read)];
    }
    list(field, findings, otherwise, read)
}

/// A date, as precise as it is.
pub(crate) fn date(field: &Part<'_>, findings: &mut Findings) -> Given<PartialDate> {
    value(field, findings, &noticed::VALUE_NOT_A_DATE, |part| time::date(&part.component(1).text()))
}

/// A coded value; findings about it name its first component.
pub(crate) fn coded(field: &Part<'_>, findings: &mut Findings) -> Given<Coded> {
    value(field, findings, &noticed::CODE_MISSING, ce::read)
}

/// A code of a short table.
pub(crate) fn code<T>(
    field: &Part<'_>,
    findings: &mut Findings,
    from_code: impl FnOnce(&str) -> Option<T>,
) -> Given<T> {
    value(field, findings, &noticed::VALUE_NOT_IN_TABLE, |part| from_code(&part.component(1).text()))
}

/// Yes or no (HL7 table 0136).
pub(crate) fn yes_or_no(field: &Part<'_>, findings: &mut Findings) -> Given<bool> {
    code(field, findings, |code| match code {
        "Y" | "y" => Some(true),
        "N" | "n" => Some(false),
        _ => None,
    })
}

/// Notes that only the first repetition of a field is kept, when there are more.
pub(crate) fn first_only(field: &Part<'_>, findings: &mut Findings) {
    if let Some(second) = field.repetitions().nth(1) {
        findings.push(noticed::FIRST_ONLY.at(second.place()));
    }
}
