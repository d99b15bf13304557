//! Vaccine Information Statements: sets of observations that share one OBX-4.
//!
//! Rule IZ-24: a set is {69764-9 + 29769-7} or {30956-7 + 29768-9 + 29769-7}. Some senders repeat one OBX-4 for all
//! their sets, or number each observation alone; the order of the segments then tells the sets apart.

use super::Rows;
use crate::datatypes::ce;
use crate::er7::Segment;
use crate::findings as noticed;
use crate::segments::{date, value};
use iis_model::Findings;
use iis_model::event::VisGiven;
use iis_model::loinc::{OLD_VACCINE_TYPE, VACCINE_TYPE};

const BAR_CODE: &str = "69764-9";
const EDITION: &str = "29768-9";
const PRESENTED: &str = "29769-7";

/// The sets of one order group as far as they were read.
#[derive(Default)]
pub struct VisSets {
    sets: Vec<(Box<str>, VisGiven)>,
}

impl VisSets {
    /// Takes an observation that belongs to a statement; `false` when it is another one.
    pub(super) fn take(&mut self, code: &str, segment: &Segment<'_>, findings: &mut Findings) -> bool {
        let (group, field) = (segment.field(4), segment.field(5).repetition(1));
        let group = &group.text();
        match code {
            BAR_CODE | VACCINE_TYPE | OLD_VACCINE_TYPE => {
                let document = value(&field, findings, &noticed::OBSERVATION_VALUE_UNUSABLE, ce::read);
                self.open(group, |vis| vis.document.get().is_none()).document = document;
            }
            EDITION => {
                let edition_on = date(&field, findings);
                self.open(group, |vis| vis.edition_on.get().is_none()).edition_on = edition_on;
            }
            PRESENTED => {
                let given_on = date(&field, findings);
                self.open(group, |vis| vis.given_on.get().is_none()).given_on = given_on;
            }
            _ => return false,
        }
        true
    }

    /// The latest set of this group, if its slot is free; else a new one. A group is looked for among the last few
    /// sets only: its observations stand together.
    fn open(&mut self, group: &str, is_free: impl Fn(&VisGiven) -> bool) -> &mut VisGiven {
        const LAST_FEW: usize = 16;
        let from = self.sets.len().saturating_sub(LAST_FEW);
        let last = self.sets[from..].iter().rposition(|(held, _)| **held == *group).map(|nth| from + nth);
        let nth = last.filter(|&nth| is_free(&self.sets[nth].1)).unwrap_or_else(|| {
            self.sets.push((group.into(), VisGiven::default()));
            self.sets.len() - 1
        });
        &mut self.sets[nth].1
    }

    /// The statements, in message order.
    pub fn into_statements(self) -> Vec<VisGiven> {
        let says_something = |vis: &VisGiven| {
            vis.document.get().is_some() || vis.edition_on.get().is_some() || vis.given_on.get().is_some()
        };
        self.sets.into_iter().map(|(_, vis)| vis).filter(says_something).collect()
    }
}

pub(super) fn write(rows: &mut Rows<'_>, vis: &VisGiven) {
    if let Some(document) = vis.document.get() {
        let is_vaccine_type = document.system.eq_ignore_ascii_case("CVX");
        let about = if is_vaccine_type { "30956-7^Vaccine type" } else { "69764-9^Document type" };
        rows.coded(about, document, "cdcgs1vis", None);
    }
    if let Some(&day) = vis.edition_on.get() {
        rows.day("29768-9^Date vaccine information statement published", day);
    }
    if let Some(&day) = vis.given_on.get() {
        rows.day("29769-7^Date vaccine information statement presented", day);
    }
}
