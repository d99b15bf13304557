//! A store that is filled with invented persons, and the records that are looked up in it.

use crate::round::Round;
use iis_matching::Decision;
use iis_model::person::{PersonName, Telecom};
use iis_model::{Demographics, Given, OrganizationId, PartialDate, PersonId, SourceRecordId};
use iis_registry::access::Roles;
use iis_registry::context::ExchangeRules;
use iis_registry::matching::at_scale::{Filling, look_up};
use iis_registry::matching::{Number, population};
use iis_registry::{Context, Identity};
use iis_store::testing::TestStore;
use iis_synth::Settings;
use iis_synth::reporting::{Record, Recorded, recorded};
use jiff::civil::date;
use jiff::tz::TimeZone;
use std::error::Error;
use std::fmt;
use std::sync::Arc;
use std::time::Instant;

/// A database engine.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Engine {
    Sqlite,
    Postgres,
}

/// What kind of people are in the store.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    /// As many twins, shared telephones and common names as in life.
    Usual,
    /// 1 % share one telephone number, 5 % one family name, 3 % are born on 1 January.
    Hostile,
}

/// The store, and what is looked up in it.
pub(crate) struct Ground {
    engine: Engine,
    kind: Kind,
    cx: Context,
    people: Box<dyn Iterator<Item = Recorded>>,
    size: u32,
    probes: Vec<Arc<Probe>>,
    store: TestStore,
}

/// A record that is looked up and not stored.
struct Probe {
    record: Record,
    /// Whose it is, where the store holds other records of the person.
    known: Option<PersonId>,
}

impl Ground {
    pub(crate) fn open(engine: Engine, kind: Kind) -> Result<Self, Box<dyn Error>> {
        let store = match engine {
            Engine::Sqlite => TestStore::sqlite(),
            Engine::Postgres => TestStore::postgres().ok_or("no server was found")?,
        };
        let identity = Identity {
            application: "OPENIIS".into(),
            facility: "CALDER".into(),
            name: "Calder IIS".into(),
            address: "http://localhost:8080".into(),
            zone: TimeZone::UTC,
        };
        let cx = Context::new(store.store.clone(), identity, Roles::built_in()?, ExchangeRules::default());
        let people = Box::new(recorded(Settings::new(6_000_000, 2_026, date(2026, 11, 20))));
        Ok(Self { engine, kind, cx, people, size: 0, probes: Vec::new(), store })
    }

    /// Adds people until there are so many, and counts names anew.
    pub(crate) fn grow_to(&mut self, size: u32) -> Result<(), Box<dyn Error>> {
        let mut filling = Filling::default();
        let model = self.cx.matching.now();
        for n in self.size..size {
            let mut person = self.people.next().ok_or("people without end")?;
            if self.kind == Kind::Hostile {
                person.records.iter_mut().for_each(|record| worsen(n, &mut record.demographics));
            }
            let id = PersonId(i64::from(n) + 1);
            if n % probe_every(n) == 0 {
                let record = person.records.pop().ok_or("a person with a record")?;
                let known = (!person.records.is_empty()).then_some(id);
                self.probes.push(Arc::new(Probe { record, known }));
            }
            let own = (id.0 * 8..).map(SourceRecordId);
            let records: Vec<_> = own
                .zip(&person.records)
                .map(|(own, record)| (own, number(record), &record.demographics))
                .collect();
            if !records.is_empty() {
                filling.add(&self.cx.store, &model, id, &records)?;
            }
        }
        filling.finish(&self.cx.store)?;
        if matches!(self.engine, Engine::Postgres) {
            // What its daemon does within a minute, here before anything is measured and not in the midst of it.
            self.store.tamper("VACUUM (ANALYZE)");
        }
        self.size = size;
        let runtime = tokio::runtime::Builder::new_current_thread().build()?;
        runtime.block_on(population::count(&self.cx))?;
        Ok(())
    }

    /// Looks all probes up, one after the other.
    pub(crate) fn measure(&self) -> Result<Round, Box<dyn Error>> {
        let mut times = Vec::with_capacity(self.probes.len());
        let mut candidates = Vec::with_capacity(self.probes.len());
        let (mut known, mut reached) = (0_u32, 0_u32);
        for probe in &self.probes {
            let (model, asked) = (self.cx.matching.now(), Arc::clone(probe));
            let (took, found) = self.cx.store.read_blocking(move |tx| {
                let start = Instant::now();
                let found = look_up(tx, &model, number(&asked.record), &asked.record.demographics)?;
                Ok((start.elapsed(), found))
            })?;
            if let Some(id) = probe.known {
                known += 1;
                reached += u32::from(names(&found.decision, id));
            }
            times.push(took);
            candidates.push(found.candidates);
        }
        let reached = f64::from(reached) / f64::from(known.max(1));
        if reached < 0.97 {
            return Err(format!("only {reached:.4} of the known persons were found: no figure").into());
        }
        Ok(Round::of(times, candidates, reached))
    }
}

impl fmt::Display for Ground {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{:?}, {:?}, {} persons, {} looked up",
            self.engine,
            self.kind,
            self.size,
            self.probes.len()
        )
    }
}

/// Some thousand probes whatever the size, spread over all persons.
const fn probe_every(n: u32) -> u32 {
    match n {
        0..10_000 => 5,
        10_000..100_000 => 50,
        100_000..1_000_000 => 500,
        _ => 3_000,
    }
}

fn number(record: &Record) -> Number<'_> {
    Number {
        organization_id: OrganizationId(i64::from(record.organization) + 1),
        authority: &record.authority,
        mrn: &record.mrn,
    }
}

/// Whether the decision leads to the person, at once or by a reviewer.
fn names(decision: &Decision, id: PersonId) -> bool {
    match decision {
        Decision::Link { person_id, .. } => *person_id == id,
        Decision::Review { candidates } => candidates.iter().any(|one| one.person_id == id),
        Decision::New { .. } => false,
    }
}

/// The hostile set of the design.
fn worsen(n: u32, person: &mut Demographics) {
    if n % 100 == 7 {
        person.telecoms = vec![Given::of(Telecom { digits: "5155550199".into(), ..Telecom::default() })];
    }
    if n % 20 == 3 {
        let renamed = |name: &PersonName| PersonName { family: "GARCIA".into(), ..name.clone() };
        person.names =
            person.names.iter().filter_map(Given::get).map(|name| Given::of(renamed(name))).collect();
    }
    if n % 33 == 1 {
        let year = person.birth_date().map_or(2_020, iis_model::Date::year);
        person.born_on = Given::of(PartialDate::day(date(year, 1, 1)));
    }
}
