//! Numbers that somebody gave out: social security, Medicaid, birth certificate, medical record.

use super::levels::{Mrn, Number};
use super::text::one_edit;
use crate::patient::subject::Subject;

pub(super) fn number(a: &str, b: &str) -> Number {
    match (a.is_empty(), b.is_empty()) {
        (true, true) => Number::Missing,
        (false, false) if a == b => Number::Same,
        (false, false) if one_edit(a, b) => Number::Edit,
        (false, false) => Number::Different,
        _ => Number::OneMissing,
    }
}

pub(super) fn mrn(a: &Subject, b: &Subject) -> Mrn {
    let mut known_to_one = false;
    for (authority, number) in &a.mrns {
        for (other_authority, other) in &b.mrns {
            if authority == other_authority {
                if number == other {
                    return Mrn::Same;
                }
                known_to_one = true;
            }
        }
    }
    if known_to_one { Mrn::Different } else { Mrn::Other }
}
