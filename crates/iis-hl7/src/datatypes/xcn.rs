//! XCN, extended composite id number and name for persons: a clinician.

use super::hd;
use crate::er7::{Part, Writer};
use iis_model::event::Clinician;

/// The clinician; `None` without identifier and name.
pub fn read(part: &Part<'_>) -> Option<Clinician> {
    let text = |component: u8| {
        let part = part.component(component);
        if part.is_missing() { Box::default() } else { part.boxed() }
    };
    let family = part.component(2).sub_component(1);
    let clinician = Clinician {
        id: text(1),
        authority: hd::read(&part.component(9)),
        family: if family.is_missing() { Box::default() } else { family.boxed() },
        given: text(3),
        middle: text(4),
    };
    let says_something =
        [&clinician.id, &clinician.family, &clinician.given].into_iter().any(|text| !text.is_empty());
    says_something.then_some(clinician)
}

/// Writes a clinician. An identifier needs authority and type: without an authority it is left out when a name says
/// who it is; the type is NPI for ten digits, else PRN (provider number).
pub fn write(out: &mut Writer, clinician: &Clinician, authority: &str) {
    let Clinician { id, family, given, middle, .. } = clinician;
    out.components(&[id, family, given, middle, "", "", "", "", ""]);
    if !id.is_empty() {
        hd::write(out, if clinician.authority.is_empty() { authority } else { &clinician.authority });
    }
    let has_name = !family.is_empty() || !given.is_empty();
    out.next_component().text(if has_name { "L" } else { "" });
    if !id.is_empty() {
        let is_npi = id.len() == 10 && id.bytes().all(|b| b.is_ascii_digit());
        out.components(&["", "", "", if is_npi { "NPI" } else { "PRN" }]);
    }
}
