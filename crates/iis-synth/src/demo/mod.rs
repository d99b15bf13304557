//! The demonstration: Calder with its organizations, accounts, senders and people, all invented.
//!
//! Plain data. The server makes passwords and secrets, stores organizations and accounts, and feeds the messages
//! through its normal exchange line in the order given.

mod accounts;
mod chronicle;
mod showcase;

pub use accounts::{ACCOUNTS, Account, At};
pub use showcase::Showcase;

use crate::Settings;
use crate::population::place::TOWNS;
use crate::reporting::{Feed, Message};
use iis_model::organization::{SenderProfile, SiteKind};
use iis_model::{Date, Timestamp};
use std::collections::BTreeMap;

/// The name of the jurisdiction, as screens print it.
pub const JURISDICTION: &str = "Calder";

/// The facility by which messages name the registry of Calder (MSH-6).
pub const FACILITY: &str = "CALDER";

/// How many people the demonstration has unless told otherwise.
pub const PEOPLE: u32 = 2_000;

/// The sender with which a newcomer tries the registry; it may name any site.
pub const TEST_SENDER: &str = "demo";

/// The elementary school of the town of Calder, whose roster the school nurse keeps.
pub const SCHOOL: &str = "SCH-ALDER";

/// Where its students live.
pub const SCHOOL_ZIP: &str = "86101";

const SEED: u64 = 2026;

/// An organization with its sites and its connection.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Organization {
    /// Name.
    pub name: String,
    /// Its sites; the first one is the default of its connection.
    pub sites: Vec<Site>,
    /// Its connection, if it reports.
    pub sender: Option<Sender>,
}

/// A site.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Site {
    /// The code by which messages name it.
    pub code: String,
    /// Name.
    pub name: String,
    /// What kind of place it is.
    pub kind: SiteKind,
    /// Number at the vaccine program.
    pub pin: Option<String>,
}

/// A connection: submits and queries for all sites of its organization.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sender {
    /// The name it signs in with.
    pub name: String,
    /// What is agreed with it.
    pub profile: SenderProfile,
}

/// A message with its sender's name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sent {
    /// The sender, by the name it signs in with.
    pub sender: String,
    /// When it was sent.
    pub at: Timestamp,
    /// The control id.
    pub control_id: String,
    /// The message.
    pub bytes: Vec<u8>,
}

/// The demonstration as of a day.
#[derive(Debug)]
pub struct Demo {
    feed: Feed,
    showcase: Vec<Showcase>,
}

impl Demo {
    /// Calder with so many people, today being `as_of`. Two thousand people take some 50 ms to invent.
    pub fn new(people: u32, as_of: Date) -> Self {
        let settings = Settings { years_of_reporting: 6, ..Settings::new(people, SEED, as_of) };
        let mut feed = Feed::invent(&settings);
        let showcase = showcase::join(&mut feed, &settings);
        Self { feed, showcase }
    }

    /// The organizations, schools included, then the one of the test sender.
    pub fn organizations(&self) -> Vec<Organization> {
        let calder = &self.feed.calder;
        let mut all: Vec<Organization> = calder
            .organizations
            .iter()
            .enumerate()
            .map(|(number, organization)| Organization {
                name: organization.name.clone(),
                sites: calder
                    .sites
                    .iter()
                    .filter(|site| usize::from(site.organization) == number)
                    .map(open)
                    .collect(),
                sender: organization.sender.clone().map(|name| Sender { name, profile: profile(false) }),
            })
            .collect();
        let site = Site {
            code: "DEMO-CLINIC".into(),
            name: "Demonstration Clinic".into(),
            kind: SiteKind::Clinic,
            pin: None,
        };
        let sender = Some(Sender { name: TEST_SENDER.into(), profile: profile(true) });
        all.push(Organization { name: "Demonstration Clinic".into(), sites: vec![site], sender });
        all
    }

    /// The counties, each with its ZIP codes.
    pub fn counties(&self) -> BTreeMap<&'static str, Vec<&'static str>> {
        let mut counties = BTreeMap::<_, Vec<_>>::new();
        for town in TOWNS {
            counties.entry(town.county).or_default().push(town.zip);
        }
        counties
    }

    /// One account for each role.
    pub fn accounts(&self) -> &'static [Account] {
        ACCOUNTS
    }

    /// The people whose records show everything, with what there is to see.
    pub fn showcase(&self) -> &[Showcase] {
        &self.showcase
    }

    /// How many people there are.
    pub fn people(&self) -> usize {
        self.feed.people()
    }

    /// How many messages there are.
    pub fn message_count(&self) -> usize {
        self.feed.reports.len()
    }

    /// The messages in the order in which they were sent, the last one before today.
    pub fn messages(&self) -> impl Iterator<Item = Sent> {
        self.feed.messages().filter_map(|message| {
            let Message { organization, sent_at, control_id, bytes } = message;
            let sender = self.feed.calder.organizations.get(usize::from(organization))?.sender.clone()?;
            Some(Sent { sender, at: sent_at, control_id, bytes })
        })
    }

    /// A message for the newcomer's first try, as of a moment: a girl of the demonstration clinic with one dose.
    pub fn sample(&self, at: Timestamp) -> Vec<u8> {
        showcase::sample(at)
    }
}

fn open(site: &crate::population::Site) -> Site {
    Site {
        code: site.code.clone(),
        name: site.name.clone(),
        kind: site.kind.site_kind(),
        pin: site.pin.clone(),
    }
}

fn profile(accept_unknown_sites: bool) -> SenderProfile {
    SenderProfile { may_submit: true, may_query: true, accept_unknown_sites, ..SenderProfile::default() }
}

#[cfg(test)]
mod tests {
    use super::{ACCOUNTS, At, Demo, SCHOOL};
    use iis_hl7::{ReadOptions, parse, z22};
    use iis_model::{Date, Severity};
    use std::collections::BTreeSet;

    fn demo() -> Demo {
        Demo::new(500, Date::constant(2026, 11, 20))
    }

    #[test]
    fn every_message_comes_from_a_sender_of_the_demo_for_a_site_of_its_organization() {
        let demo = demo();
        let organizations = demo.organizations();
        for sent in demo.messages() {
            let of_sender = |organization: &&super::Organization| {
                organization.sender.as_ref().is_some_and(|sender| sender.name == sent.sender)
            };
            let organization = organizations.iter().find(of_sender).expect("a known sender");
            let (text, mut findings) = parse(&sent.bytes);
            let read = z22::read(&text, &ReadOptions::default(), &mut findings);
            let site = read.header.sending_facility.value.expect("MSH-4");
            assert!(organization.sites.iter().any(|known| *known.code == *site), "{} {site}", sent.sender);
            assert!(
                findings.0.iter().all(|finding| finding.severity == Severity::Information),
                "{findings:?}"
            );
        }
    }

    #[test]
    fn the_showcase_is_there_with_what_it_promises() {
        let demo = demo();
        let all: Vec<String> =
            demo.messages().map(|sent| String::from_utf8(sent.bytes).expect("text")).collect();
        for person in demo.showcase() {
            let name = format!("{}^{}", person.last, person.first);
            let count = all.iter().filter(|text| text.to_uppercase().contains(&name.to_uppercase())).count();
            assert!(count >= 1, "{name}: {}", person.shows);
        }
        for mark in ["|RE|A\r", "30945-0", "75505-8", "|CP|D\r", "|CP|U\r", "BABYGIRL", "^^^^M|"] {
            assert!(all.iter().any(|text| text.to_uppercase().contains(mark)), "{mark}");
        }
    }

    #[test]
    fn accounts_and_sites_have_names_of_their_own() {
        let names: BTreeSet<_> = ACCOUNTS.iter().map(|account| account.name).collect();
        let roles: BTreeSet<_> = ACCOUNTS.iter().map(|account| account.role).collect();
        assert_eq!((names.len(), roles.len()), (ACCOUNTS.len(), ACCOUNTS.len()));
        let sites: BTreeSet<String> =
            demo().organizations().into_iter().flat_map(|one| one.sites).map(|site| site.code).collect();
        let counties = demo().counties();
        let is_there = |account: &super::Account| match account.at {
            At::State => true,
            At::Site(site) => sites.contains(site),
            At::County(county) => counties.contains_key(county),
        };
        assert!(ACCOUNTS.iter().all(is_there));
        assert!(sites.contains(SCHOOL));
    }

    #[test]
    fn the_sample_message_is_clean() {
        let at = "2026-11-20T15:00:00Z".parse().expect("a time");
        let bytes = demo().sample(at);
        let (text, mut findings) = parse(&bytes);
        let read = z22::read(&text, &ReadOptions::default(), &mut findings);
        assert_eq!(read.events.len(), 1);
        assert!(findings.0.iter().all(|finding| finding.severity == Severity::Information), "{findings:?}");
    }
}
