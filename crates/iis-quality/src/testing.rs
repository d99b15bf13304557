//! What tests of the rules need.

use crate::On;
use iis_codes::CodeSets;
use iis_model::{Date, Demographics};
use std::sync::LazyLock;

static SETS: LazyLock<CodeSets> =
    LazyLock::new(|| CodeSets::built_in().expect("the shipped tables: a test reads them"));

pub(crate) fn on(today: Date, person: &Demographics) -> On<'_> {
    On { today, person, doses_given: 0, sets: &SETS }
}
