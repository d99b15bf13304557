//! XCN, extended composite id number and name for persons: a clinician.

use super::hd;
use crate::er7::{Part, Writer};
use iis_model::event::Clinician;

/// The clinician; `None` without identifier and name.
pub fn read(part: &Part<'_>) -> Option<Clinician> {
    let [id, family, given, middle, _, _, _, _, authority] = part.components();
    let clinician = Clinician {
        id: id.said(),
        authority: hd::read(&authority),
        family: family.sub_component(1).said(),
        given: given.said(),
        middle: middle.said(),
    };
    let says_something =
        [&clinician.id, &clinician.family, &clinician.given].into_iter().any(|text| !text.is_empty());
    says_something.then_some(clinician)
}

/// Writes a clinician. An identifier needs authority and type: without an authority of its own it gets the one given; the
/// type is NPI for ten digits, else PRN (provider number).
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
