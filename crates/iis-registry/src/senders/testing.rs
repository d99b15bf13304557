//! Agreements for the tests of this folder.

use crate::senders::Agreement;
use iis_model::organization::{CodeMapping, SenderProfile};

/// An agreement with NORTH, changed.
pub(super) fn agreed(change: impl FnOnce(&mut Agreement)) -> Agreement {
    let profile = SenderProfile { may_submit: true, ..SenderProfile::default() };
    let mut agreement = Agreement { is_active: true, site_codes: vec!["NORTH".into()], profile };
    change(&mut agreement);
    agreement
}

/// A code of a field, translated.
pub(super) fn mapping(field: &str, code: &str, standard: &str) -> CodeMapping {
    CodeMapping {
        field: field.into(),
        code: code.into(),
        standard: standard.into(),
        ..CodeMapping::default()
    }
}
