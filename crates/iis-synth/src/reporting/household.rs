//! A family with what happened to its members and the records kept of them.

use super::{Report, Source, plan};
use crate::Settings;
use crate::life::Life;
use crate::population::{Family, Jurisdiction};

/// One member's life and records.
#[derive(Debug, Clone)]
pub struct Member {
    /// Index in the family's members.
    pub index: u8,
    /// What happened.
    pub life: Life,
    /// Who keeps a record, in the order in which they were opened.
    pub sources: Vec<Source>,
}

/// A family, the lives of its patients, and the records kept of them.
#[derive(Debug, Clone)]
pub struct Household {
    /// The family.
    pub family: Family,
    /// Its patients.
    pub members: Vec<Member>,
}

impl Household {
    /// The household with this number and the reports about it, `household` being its index in the population.
    pub fn generate(
        settings: &Settings,
        calder: &Jurisdiction,
        number: u32,
        household: u32,
    ) -> (Self, Vec<Report>) {
        let family = Family::generate(settings, number);
        let mut reports = Vec::new();
        let mut members = Vec::new();
        for (index, _) in family.patients() {
            let life = Life::live(settings, calder, &family, index);
            let place = u8::try_from(members.len()).unwrap_or(0);
            let (sources, planned) = plan::plan(settings, calder, &family, index, &life);
            reports.extend(planned.into_iter().map(|report| Report { household, member: place, ..report }));
            members.push(Member { index, life, sources });
        }
        (Self { family, members }, reports)
    }
}
