//! Who reports: organizations with their sites and connections. All invented.

use crate::random::{Random, mix, spread};
use iis_model::organization::SiteKind;

/// What kind of source a site is: how much it knows of a person and how it writes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum SourceKind {
    /// A practice or health center.
    Clinic,
    /// A hospital: reports newborns, often before they have a name.
    Hospital,
    /// A pharmacy: no mother, short first names.
    Pharmacy,
    /// A health department.
    HealthDepartment,
    /// A health center in a school.
    SchoolHealthCenter,
    /// A school: reports nothing.
    School,
    /// Vital records: births and deaths, complete.
    VitalRecords,
}

impl SourceKind {
    /// The word in files.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Clinic => "clinic",
            Self::Hospital => "hospital",
            Self::Pharmacy => "pharmacy",
            Self::HealthDepartment => "health_dept",
            Self::SchoolHealthCenter => "school_health_center",
            Self::School => "school",
            Self::VitalRecords => "vital_records",
        }
    }

    /// The kind of site by which the registry knows it.
    pub const fn site_kind(self) -> SiteKind {
        match self {
            Self::Clinic => SiteKind::Clinic,
            Self::Hospital => SiteKind::Hospital,
            Self::Pharmacy => SiteKind::Pharmacy,
            Self::HealthDepartment | Self::VitalRecords => SiteKind::HealthDepartment,
            Self::SchoolHealthCenter => SiteKind::SchoolHealthCenter,
            Self::School => SiteKind::School,
        }
    }
}

/// An organization with one connection to the registry.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Organization {
    /// Name.
    pub name: String,
    /// The name its connection signs in with; a school has none.
    pub sender: Option<String>,
    /// What its system calls itself (MSH-3).
    pub application: &'static str,
    /// The authority of its record and order numbers.
    pub authority: String,
}

/// A site of an organization.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Site {
    /// The code by which messages name it.
    pub code: String,
    /// Name.
    pub name: String,
    /// Index into [`Jurisdiction::organizations`].
    pub organization: u16,
    /// What kind of source it is.
    pub kind: SourceKind,
    /// Number at the vaccine program, for sites that receive public vaccine.
    pub pin: Option<String>,
}

/// All organizations and sites.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Jurisdiction {
    /// Organizations.
    pub organizations: Vec<Organization>,
    /// Sites, each organization's together; the first one of an organization is its default.
    pub sites: Vec<Site>,
    by_kind: Vec<(SourceKind, Vec<u16>, Vec<u32>)>,
}

/// Organizations with names of their own: name, sender, authority, kind, sites as code and name.
type Named = (&'static str, &'static str, &'static str, SourceKind, &'static [(&'static str, &'static str)]);

#[rustfmt::skip]
const NAMED: &[Named] = &[
    ("Calder Pediatrics", "calder-pediatrics", "CALPEDS", SourceKind::Clinic,
        &[("CALPEDS-ALDER", "Calder Pediatrics, Alder Street"), ("CALPEDS-NORTH", "Calder Pediatrics, North Calder")]),
    ("Juniper Family Medicine", "juniper-family", "JUNIPERFM", SourceKind::Clinic,
        &[("JUNIPER-BEND", "Juniper Family Medicine, Juniper Bend"), ("JUNIPER-STONE", "Juniper Family Medicine, Stonebridge")]),
    ("Harbor Community Health Center", "harbor-health", "HARBORCHC", SourceKind::Clinic,
        &[("HARBOR-PORT", "Harbor Community Health, Port Lindgren"), ("HARBOR-FERRY", "Harbor Community Health, Old Ferry")]),
    ("Wheatley Primary Care", "wheatley-primary", "WHEATLEYPC", SourceKind::Clinic,
        &[("WHEATLEY-MAIN", "Wheatley Primary Care")]),
    ("Quillan Valley Clinic", "quillan-valley", "QUILLAN", SourceKind::Clinic,
        &[("QUILLAN-1", "Quillan Valley Clinic")]),
    ("Stonebridge Internal Medicine", "stonebridge-im", "STONEIM", SourceKind::Clinic,
        &[("STONEIM-1", "Stonebridge Internal Medicine")]),
    ("Calder General Hospital", "calder-general", "CALGEN", SourceKind::Hospital,
        &[("CALGEN-NURSERY", "Calder General Hospital, Newborn Nursery")]),
    ("Port Lindgren Medical Center", "lindgren-medical", "LINDGREN", SourceKind::Hospital,
        &[("LINDGREN-BIRTH", "Port Lindgren Medical Center, Birth Center")]),
    ("Millrace Pharmacies", "millrace-pharmacy", "MILLRACE", SourceKind::Pharmacy,
        &[("MILLRACE-101", "Millrace Pharmacy 101, Calder"), ("MILLRACE-102", "Millrace Pharmacy 102, Alder Falls"), ("MILLRACE-103", "Millrace Pharmacy 103, Wheatley")]),
    ("Corner Drug of Tamarack", "corner-drug", "CORNERDRUG", SourceKind::Pharmacy,
        &[("CORNER-1", "Corner Drug, Tamarack")]),
    ("Calder Health Department", "calder-health", "CALHD", SourceKind::HealthDepartment,
        &[("CALHD-CENTRAL", "Calder Health Department, Central Clinic"), ("CALHD-MOBILE", "Calder Health Department, Mobile Clinic")]),
    ("Calder School Health Centers", "school-health", "SCHOOLHC", SourceKind::SchoolHealthCenter,
        &[("SBHC-HIGH", "Health Center at Calder High School")]),
    ("Calder Office of Vital Records", "vital-records", "CALVR", SourceKind::VitalRecords,
        &[("VITAL", "Calder Office of Vital Records")]),
    ("Calder Unified Schools", "", "CALSCHOOLS", SourceKind::School,
        &[("SCH-ALDER", "Alder Street Elementary School"), ("SCH-MIDDLE", "Calder Middle School"), ("SCH-HIGH", "Calder High School")]),
    ("Little Pines Child Care", "", "LITTLEPINES", SourceKind::School,
        &[("SCH-PINES", "Little Pines Child Care")]),
];

/// What record systems call themselves. Invented.
const APPLICATIONS: &[&str] = &["ChartWell", "PediaNote", "OpenWard", "CareLedger", "RxCounter"];

impl Jurisdiction {
    /// Calder, with further numbered clinics where there are more than some thousand people: one for 800, at most
    /// 1,200.
    pub fn calder(people: u32) -> Self {
        let mut calder = Self { organizations: Vec::new(), sites: Vec::new(), by_kind: Vec::new() };
        for (name, sender, authority, kind, sites) in NAMED {
            let sender = (!sender.is_empty()).then(|| (*sender).to_owned());
            calder.open(name, sender, (*authority).to_owned(), *kind, sites);
        }
        for number in 1..=(people / 800).saturating_sub(6).min(1_200) {
            let (code, name) = (format!("CL{number:04}"), format!("Calder Clinic {number}"));
            calder.open(
                &name,
                Some(format!("clinic-{number:04}")),
                code.clone(),
                SourceKind::Clinic,
                &[(&code, &name)],
            );
        }
        calder.index();
        calder
    }

    /// One clinic with one site of this code, for benches and tests.
    pub fn of_one(code: &str) -> Self {
        let mut one = Self { organizations: Vec::new(), sites: Vec::new(), by_kind: Vec::new() };
        one.open(code, Some(code.to_lowercase()), code.to_owned(), SourceKind::Clinic, &[(code, code)]);
        one.index();
        one
    }

    fn open(
        &mut self,
        name: &str,
        sender: Option<String>,
        authority: String,
        kind: SourceKind,
        sites: &[(&str, &str)],
    ) {
        let number = u16::try_from(self.organizations.len()).unwrap_or(u16::MAX);
        let application = APPLICATIONS[spread(mix(u64::from(number)), APPLICATIONS.len())];
        self.organizations.push(Organization { name: name.to_owned(), sender, application, authority });
        for (code, name) in sites {
            let receives_public = matches!(kind, SourceKind::Clinic | SourceKind::HealthDepartment);
            let pin = receives_public.then(|| format!("{:06}", 100_000 + self.sites.len() * 37));
            let (code, name) = ((*code).to_owned(), (*name).to_owned());
            self.sites.push(Site { code, name, organization: number, kind, pin });
        }
    }

    /// Volumes follow a power law: the n-th site of a kind has 1/n of the first one's people.
    fn index(&mut self) {
        for (index, site) in self.sites.iter().enumerate() {
            let index = u16::try_from(index).unwrap_or(u16::MAX);
            let known = self.by_kind.iter().position(|(kind, ..)| *kind == site.kind);
            let place = known.unwrap_or(self.by_kind.len());
            if known.is_none() {
                self.by_kind.push((site.kind, Vec::new(), Vec::new()));
            }
            let (_, sites, weights) = &mut self.by_kind[place];
            sites.push(index);
            weights.push(1_000_000 / u32::try_from(sites.len()).unwrap_or(u32::MAX));
        }
    }

    /// A site of a kind, the large ones more often.
    pub fn draw(&self, kind: SourceKind, random: &mut Random) -> u16 {
        let found = self.by_kind.iter().find(|(known, ..)| *known == kind);
        found.map_or(0, |(_, sites, weights)| sites[random.weighted(weights)])
    }

    /// A site.
    pub fn site(&self, index: u16) -> &Site {
        &self.sites[usize::from(index)]
    }

    /// The organization of a site.
    pub fn organization_of(&self, site: u16) -> &Organization {
        &self.organizations[usize::from(self.site(site).organization)]
    }
}

#[cfg(test)]
mod tests {
    use super::{Jurisdiction, SourceKind};
    use crate::random::Random;
    use std::collections::BTreeSet;

    #[test]
    fn codes_and_senders_are_unique_also_in_a_large_state() {
        let calder = Jurisdiction::calder(6_000_000);
        let codes: BTreeSet<_> = calder.sites.iter().map(|site| &site.code).collect();
        let senders: Vec<_> = calder.organizations.iter().filter_map(|one| one.sender.as_ref()).collect();
        assert_eq!(codes.len(), calder.sites.len());
        assert_eq!(senders.iter().collect::<BTreeSet<_>>().len(), senders.len());
        assert!(calder.sites.len() > 1_200);
    }

    #[test]
    fn the_first_clinic_sees_about_twice_as_many_as_the_second() {
        let calder = Jurisdiction::calder(2_000);
        let mut random = Random::new(1, 1);
        let drawn: Vec<u16> = (0..10_000).map(|_| calder.draw(SourceKind::Clinic, &mut random)).collect();
        let count = |site| drawn.iter().filter(|drawn| **drawn == site).count();
        assert!(count(0) > count(1) * 3 / 2 && count(1) > count(4), "{} {} {}", count(0), count(1), count(4));
    }
}
