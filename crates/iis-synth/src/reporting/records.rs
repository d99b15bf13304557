//! Records of invented people as organizations keep them, without lives and messages: for matching at sizes at which
//! nobody needs the doses.

use super::{Source, Subject, demographics};
use crate::Settings;
use crate::calendar::Day;
use crate::population::place::TOWNS;
use crate::population::{Family, Jurisdiction, SourceKind};
use crate::random::{Random, mix};
use iis_model::Demographics;

/// One organization's record of somebody.
#[derive(Debug, Clone, PartialEq)]
pub struct Record {
    /// The organization, by index.
    pub organization: u16,
    /// The authority of its record numbers.
    pub authority: String,
    /// Its number of the person.
    pub mrn: String,
    /// What it knows.
    pub demographics: Demographics,
}

/// Somebody with all records that are kept of them.
#[derive(Debug, Clone, PartialEq)]
pub struct Recorded {
    /// The family's number.
    pub family: u32,
    /// Whether one of a multiple birth.
    pub is_multiple: bool,
    /// At least one; each of another organization.
    pub records: Vec<Record>,
}

/// In a hundred people, how many have one, two, … records (design page `matching`, section 10).
const RECORDS: [u32; 4] = [59, 25, 11, 5];

/// Which kinds of source keep a record of anybody, with how often they do.
const KINDS: [(SourceKind, u32); 4] = [
    (SourceKind::Clinic, 60),
    (SourceKind::Pharmacy, 20),
    (SourceKind::HealthDepartment, 12),
    (SourceKind::SchoolHealthCenter, 8),
];

/// People one after the other, family by family, without end; about ten microseconds each.
pub fn recorded(settings: Settings) -> impl Iterator<Item = Recorded> {
    let calder = Jurisdiction::calder(settings.people);
    (0..).flat_map(move |number| {
        let family = Family::generate(&settings, number);
        let of = |index| person(&settings, &calder, &family, index);
        family.patients().map(|(index, _)| of(index)).collect::<Vec<_>>()
    })
}

fn person(settings: &Settings, calder: &Jurisdiction, family: &Family, index: u8) -> Recorded {
    let stream = mix(u64::from(family.number) << 4 | u64::from(index));
    let random = &mut Random::new(settings.seed ^ 0x7ec0, stream);
    let person = &family.members[usize::from(index)];
    let many = random.weighted(&RECORDS) + 1;
    let mut sources: Vec<Source> = Vec::with_capacity(many);
    // A site drawn again is of an organization that has a record already; a few tries are enough.
    for attempt in 0..4 * many {
        if sources.len() == many {
            break;
        }
        let kind = if attempt == 0 && random.chance(300) {
            SourceKind::Hospital
        } else {
            KINDS[random.weighted(&KINDS.map(|(_, often)| often))].0
        };
        let site = calder.draw(kind, random);
        let organization = calder.site(site).organization;
        if sources.iter().all(|source| source.organization != organization) {
            let since = since(settings, person.born_on, kind, random);
            sources.push(Source::open(settings, calder, family, index, site, since));
        }
    }
    let records = sources.iter().map(|source| {
        let subject = Subject { family, member: index, source, on: source.since };
        let mut demographics = demographics(calder, subject);
        settle(settings, family.number, &mut demographics);
        let authority = calder.organizations[usize::from(source.organization)].authority.clone();
        Record { organization: source.organization, authority, mrn: source.mrn(), demographics }
    });
    Recorded { family: family.number, is_multiple: person.multiple.is_some(), records: records.collect() }
}

/// The towns of Calder are those of some 100,000 people. A larger population lives in as many ZIP codes as it would,
/// one for 8,000 people, of beginnings that no place in the United States has.
fn settle(settings: &Settings, family: u32, person: &mut Demographics) {
    const BEGINNINGS: [u64; 6] = [861, 862, 866, 867, 868, 869];
    let districts = u64::from(settings.people / 8_000).min(100 * BEGINNINGS.len() as u64);
    if districts <= TOWNS.len() as u64 {
        return;
    }
    for address in person.addresses.iter_mut().filter_map(|address| address.value.as_mut()) {
        let town = address.zip.bytes().fold(u64::from(family), |hash, byte| mix(hash ^ u64::from(byte)));
        let district = usize::try_from(town % districts).unwrap_or(0);
        address.zip = format!("{}{:02}", BEGINNINGS[district / 100], district % 100).into();
    }
}

/// The day on which a record is opened: at birth in a hospital, else some day since.
fn since(settings: &Settings, born_on: Day, kind: SourceKind, random: &mut Random) -> Day {
    let oldest = born_on.max(settings.reporting_from());
    if kind == SourceKind::Hospital && oldest == born_on {
        return born_on.plus(1).min(settings.as_of);
    }
    let days = (settings.as_of.0 - oldest.0).max(1);
    oldest.plus(random.between(0, days - 1))
}

#[cfg(test)]
mod tests {
    use super::recorded;
    use crate::Settings;
    use crate::calendar::Day;
    use std::collections::BTreeSet;

    #[test]
    fn people_have_one_to_four_records_of_different_organizations_and_no_number_twice() {
        let settings = Settings::new(3_000, 7, Day::new(2026, 11, 20).date());
        let mut numbers = BTreeSet::new();
        let mut counts = [0; 5];
        for person in recorded(settings).take(3_000) {
            counts[person.records.len()] += 1;
            let organizations: BTreeSet<_> =
                person.records.iter().map(|record| record.organization).collect();
            assert_eq!(organizations.len(), person.records.len());
            for record in person.records {
                assert!(numbers.insert((record.authority, record.mrn)), "a number twice");
            }
        }
        assert!(counts[0] == 0 && counts[1] > 1_500 && counts[4] > 50, "{counts:?}");
    }
}
