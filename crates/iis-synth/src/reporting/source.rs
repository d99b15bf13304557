//! One organization's record of one person, and how its system writes.

use super::Mistake;
use crate::Settings;
use crate::calendar::Day;
use crate::names::Writing;
use crate::population::{Family, Jurisdiction, SourceKind};
use crate::random::{Random, mix};

/// Calder keeps one time the year round, six hours behind UTC.
pub(super) const OFFSET_SECONDS: i64 = -6 * 3600;

/// A prime above any number of people: record numbers are made by multiplication modulo it, so that no two people
/// of one organization share one.
const NUMBERS: u64 = 99_999_989;

/// One organization's record of one person.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Source {
    /// The organization, by index.
    pub organization: u16,
    /// The site that keeps the record.
    pub site: u16,
    /// What kind of source it is.
    pub kind: SourceKind,
    /// The first day on which it reported.
    pub since: Day,
    /// Medical record number.
    pub mrn: u32,
    /// How it writes a surname of two parts.
    pub writing: Writing,
    /// What it has wrong.
    pub mistake: Mistake,
    /// Whether it still has the home and telephone of some years ago.
    pub is_stale: bool,
    /// Drawn once, for whatever else differs from record to record.
    pub seed: u64,
}

impl Source {
    /// The record that a site's organization keeps of a person from a day on.
    pub fn open(
        settings: &Settings,
        calder: &Jurisdiction,
        family: &Family,
        member: u8,
        site: u16,
        since: Day,
    ) -> Self {
        let organization = calder.site(site).organization;
        let kind = calder.site(site).kind;
        let person = u64::from(family.number) * 16 + u64::from(member);
        let seed = mix(person ^ u64::from(organization) << 40 ^ settings.seed.rotate_left(23));
        let random = &mut Random::new(seed, 0);
        let factor = 7_919 + 2 * (mix(u64::from(organization)) % 900_000);
        let mrn = ((person + 1) * factor + u64::from(organization)) % NUMBERS;
        Self {
            organization,
            site,
            kind,
            since,
            mrn: u32::try_from(mrn).unwrap_or(0),
            writing: Writing::draw(random),
            mistake: Mistake::draw(settings, family, member, kind, since, random),
            is_stale: kind != SourceKind::VitalRecords && random.chance(100),
            seed,
        }
    }

    /// The record number as messages write it.
    pub fn mrn(&self) -> String {
        format!("{:08}", self.mrn)
    }
}

/// How an organization's system writes: the same for all its messages.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(clippy::struct_excessive_bools, reason = "each is a habit of its own")]
pub(crate) struct Style {
    /// Names in capitals.
    pub(super) shouts: bool,
    /// Names without accents.
    pub(super) drops_accents: bool,
    /// Vaccine by NDC first, CVX second.
    pub(super) ndc_first: bool,
    /// Statements by their bar code.
    pub(super) scans_statements: bool,
    /// Sends race, ethnicity and language.
    pub(super) asks_race: bool,
    /// Sends e-mail addresses.
    pub(super) has_email: bool,
}

impl Style {
    /// The style of an organization.
    pub(crate) fn of(organization: u16) -> Self {
        let bits = mix(u64::from(organization) ^ 0x57e1);
        let one_in = |shift: u32, many: u64| (bits >> shift).is_multiple_of(many);
        Self {
            shouts: one_in(0, 2),
            drops_accents: one_in(4, 3),
            ndc_first: one_in(8, 2),
            scans_statements: one_in(12, 3),
            asks_race: !one_in(16, 5),
            has_email: one_in(20, 2),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Source;
    use crate::Settings;
    use crate::calendar::Day;
    use crate::population::{Family, Jurisdiction};
    use std::collections::BTreeSet;

    #[test]
    fn no_two_people_share_a_record_number_at_one_organization() {
        let settings = Settings::new(1, 1, Day::new(2026, 11, 20).date());
        let calder = Jurisdiction::calder(1);
        let mut seen = BTreeSet::new();
        for number in 0..3_000 {
            let family = Family::generate(&settings, number);
            for (member, _) in family.patients() {
                let source = Source::open(&settings, &calder, &family, member, 0, settings.as_of);
                assert!(seen.insert(source.mrn), "family {number}");
            }
        }
    }
}
