//! What is done at the desk.

use crate::people::{Somebody, fill};
use iis_model::access::{Actor, Channel, Granted, Permission};
use iis_model::event::InformationSource;
use iis_model::organization::{Site, SiteKind};
use iis_model::{AccountId, Cvx, Date, PartialDate, Submission, Timestamp};
use iis_registry::access::Roles;
use iis_registry::context::ExchangeRules;
use iis_registry::desk::saying::historical;
use iis_registry::desk::{About, Entry, Outcome, enter};
use iis_registry::directory::directory;
use iis_registry::people::{self, Criteria, FoundPeople};
use iis_registry::review::Deed;
use iis_registry::setup::{NewOrganization, NewSite, add_organizations};
use iis_registry::{Arrival, Context, Identity};
use iis_store::testing::TestStore;
use jiff::civil::date;
use jiff::tz::TimeZone;
use std::error::Error;
use std::sync::atomic::{AtomicU64, Ordering};
use tokio::runtime::Runtime;

/// What is measured.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Way {
    Exact,
    AnyOrder,
    Misspelled,
    SwappedDate,
    Initial,
    Phone,
    Number,
    Open,
    Dose,
}

pub(crate) const WAYS: &[(&str, Way)] = &[
    ("search-exact", Way::Exact),
    ("search-any-order", Way::AnyOrder),
    ("search-misspelled", Way::Misspelled),
    ("search-swapped-date", Way::SwappedDate),
    ("search-initial", Way::Initial),
    ("search-telephone", Way::Phone),
    ("search-number", Way::Number),
    ("open-record", Way::Open),
    ("record-dose", Way::Dose),
];

const TODAY: Date = date(2026, 11, 20);

pub(crate) struct Desk {
    cx: Context,
    people: Vec<Somebody>,
    site: Site,
    drawn: AtomicU64,
    _store: TestStore,
}

impl Desk {
    pub(crate) fn open(runtime: &Runtime, size: u32) -> Result<Self, Box<dyn Error>> {
        let store = TestStore::sqlite();
        let identity = Identity {
            application: "OPENIIS".into(),
            facility: "CALDER".into(),
            name: "Calder IIS".into(),
            address: "http://localhost:8080".into(),
            zone: TimeZone::UTC,
        };
        let cx = Context::new(store.store.clone(), identity, Roles::built_in()?, ExchangeRules::default());
        let people = fill(runtime, &cx, size, 400)?;
        let site = NewSite { code: "DESK".into(), name: "Desk".into(), kind: SiteKind::Clinic, pin: None };
        let organization = NewOrganization { name: "Desk Pediatrics".into(), sites: vec![site] };
        runtime.block_on(add_organizations(&cx, vec![organization]))?;
        let drawn = AtomicU64::new(1);
        let names = runtime.block_on(directory(&cx, &arrival(0)))?;
        let site = names.sites().find(|site| &*site.code == "DESK").ok_or("the site")?.clone();
        Ok(Self { cx, people, site, drawn, _store: store })
    }

    /// As a nurse who reaches the whole state.
    fn granted(permission: Permission) -> Granted {
        let actor = Actor::Account { id: AccountId(1), name: "bench".into() };
        Granted::by_decision(actor, permission, Channel::Web, "bench")
    }

    /// Does it for one of the people; whether that one was reached.
    pub(crate) async fn go(&self, way: Way, n: usize) -> Result<bool, Box<dyn Error>> {
        let who = &self.people[n % self.people.len()];
        let arrival = arrival(self.drawn.fetch_add(1, Ordering::Relaxed));
        match way {
            Way::Open => {
                let granted = Self::granted(Permission::ViewPerson);
                Ok(people::open(&self.cx, granted, who.number, arrival).await?.is_some())
            }
            Way::Dose => {
                let granted = Self::granted(Permission::EnterHistoricalDose);
                let back = i64::try_from(self.drawn.load(Ordering::Relaxed) % 300)?;
                let on = PartialDate::day(TODAY.saturating_sub(jiff::Span::new().days(back)));
                let mut key = [0; 32];
                key[..8].copy_from_slice(&arrival.random[0].to_le_bytes());
                let dose = historical(Cvx::new(141), on, InformationSource::ParentWritten);
                let entry = Entry {
                    deed: Deed { granted: granted.clone(), arrival, reason: "".into(), key },
                    sees: granted,
                    site: self.site.clone(),
                    about: About::Person(who.id),
                    submission: Submission { events: vec![dose], ..Submission::default() },
                    heeded: Vec::new(),
                };
                let outcome = enter(&self.cx, entry).await?;
                Ok(matches!(outcome, Outcome::Stored(_)))
            }
            _ => {
                let criteria = Criteria::understand(&typed(way, who), TODAY);
                let granted = Self::granted(Permission::SearchPersons);
                let found = people::search(&self.cx, granted, criteria, arrival).await?;
                Ok(match found {
                    FoundPeople::People(hits) | FoundPeople::Nearest(hits) => {
                        hits.iter().any(|hit| hit.person.id == who.id)
                    }
                    FoundPeople::TooMany => true,
                    FoundPeople::NotEnough(_) => false,
                })
            }
        }
    }
}

/// What is typed into the box.
fn typed(way: Way, who: &Somebody) -> String {
    let Somebody { last, first, born_on, mrn, phone, id, .. } = who;
    let day = |date: Date| format!("{:02}/{:02}/{}", date.month(), date.day(), date.year());
    let born = day(*born_on);
    match way {
        Way::AnyOrder => format!("{born} {first} {last}"),
        Way::Misspelled => {
            let mut letters: Vec<char> = last.chars().collect();
            let at = letters.len() - 2;
            letters.remove(at);
            format!("{}, {first} {born}", letters.into_iter().collect::<String>())
        }
        Way::SwappedDate => {
            let swapped = Date::new(born_on.year(), born_on.day(), born_on.month()).map(day);
            format!("{last}, {first} {}", swapped.unwrap_or(born))
        }
        Way::Initial => format!("{last}, {} {born}", first.chars().next().unwrap_or('X')),
        Way::Phone if phone.len() == 10 => {
            format!("{}-{}-{} {born}", &phone[..3], &phone[3..6], &phone[6..])
        }
        Way::Number => format!("{mrn}-{id}"),
        _ => format!("{last}, {first} {born}"),
    }
}

fn arrival(n: u64) -> Arrival {
    let at = Timestamp::from_second(1_795_000_000).unwrap_or(Timestamp::UNIX_EPOCH);
    let random = [n.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1; 4];
    Arrival { at, today: TODAY, random }
}
