//! The same people as messages in any order and as one file: the registry that comes of it.
//!
//! A file is linked as a whole, the strongest links first, with everything known. The line decides each message with
//! what is known then, and a sweep looks again. Both must end in the same links, and whom the file puts before a reviewer
//! the registry does, too.

use crate::world::{World, about, on_each_engine, rounds, segment};
use iis_hl7::{ReadOptions, parse, z22};
use iis_matching::Weights;
use iis_matching::patient::link::{Linked, Record, link};
use iis_model::access::{Actor, Channel, Granted, Permission};
use iis_model::organization::{Sender, SiteKind};
use iis_model::person::{Address, PersonName};
use iis_model::{Demographics, Findings, Given, PersonId};
use iis_registry::matching::population;
use iis_registry::matching::sweep::Sweep;
use iis_registry::setup::{self, NewOrganization, NewSite};
use iis_store::review_item::{self, FRONT};
use iis_store::{StoreError, Tx, link as links, person, source_record};
use iis_synth::Settings;
use iis_synth::random::Random;
use iis_synth::reporting::{self, recorded};
use jiff::civil::date;
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;

const PEOPLE: usize = 160;

/// A pair of messages, by their places in the file.
type Pair = (usize, usize);

/// Who is one person, and about whom somebody is asked.
#[derive(Debug, Default)]
struct Outcome {
    linked: BTreeSet<Pair>,
    asked: BTreeSet<Pair>,
}

fn granted() -> Granted {
    Granted::by_decision(Actor::Registry, Permission::Operate, Channel::Internal, "")
}

/// Records of invented people with many twins, as (site, message).
fn messages(seed: u64) -> Vec<(String, String)> {
    let settings = Settings { twins_permille: 100, ..Settings::new(2_000, seed, date(2026, 3, 1)) };
    let records = recorded(settings).take(PEOPLE).flat_map(|person| person.records);
    let message = |(n, record): (usize, reporting::Record)| {
        let (person, kin) = segments(&record.demographics);
        let text = about(&record.authority, &format!("M{n}"), &record.mrn, &person, &kin);
        (record.authority, text)
    };
    records.enumerate().map(message).collect()
}

/// PID-5 and what follows, and the next of kin.
fn segments(person: &Demographics) -> (String, String) {
    let name = person.legal_name().cloned().unwrap_or_default();
    let maiden = person.mother_maiden_name.get().map_or("", |name| &name.family);
    let born_on = person.birth_date().map_or(String::new(), |day| day.strftime("%Y%m%d").to_string());
    let sex = person.sex.get().map_or("U", |sex| sex.code());
    let home = person.addresses.first().and_then(Given::get).cloned().unwrap_or_default();
    let Address { street, other, city, state, zip, .. } = &home;
    let digits =
        person.telecoms.iter().filter_map(Given::get).map(|it| &*it.digits).find(|it| it.len() == 10);
    let phone = digits.map_or(String::new(), |it| format!("^PRN^PH^^^{}^{}", &it[..3], &it[3..]));
    let multiple = person.multiple_birth.get().map_or("", |yes| if *yes { "Y" } else { "N" });
    let order = person.birth_order.get().map_or(String::new(), ToString::to_string);
    let PersonName { family, given, middle, suffix, .. } = &name;
    let text = format!(
        "{family}^{given}^{middle}^{suffix}^^^L|{maiden}^^^^^^M|{born_on}|{sex}|||{street}^{other}^{city}^{state}^{zip}^USA^H\
         ||{phone}|||||||||||{multiple}|{order}"
    );
    let mother =
        person.next_of_kin.iter().find(|kin| kin.relationship.get().is_some_and(|it| &*it.code == "MTH"));
    let mother = mother.and_then(|kin| kin.name.get());
    let kin = mother.map_or(String::new(), |mother| {
        format!("NK1|1|{}^{}^^^^^L|MTH^Mother^HL70063\r", mother.family, mother.given)
    });
    (text, kin)
}

/// As the command line links a file.
fn of_the_file(messages: &[(String, String)]) -> Outcome {
    let weights = Weights::default();
    let record = |(n, (_, message)): (usize, &(String, String))| {
        let (text, _) = parse(message.as_bytes());
        let read = z22::read(&text, &ReadOptions::default(), &mut Findings::default());
        Record::of(n as u64, &read.person, &weights.names)
    };
    let records: Vec<Record> = messages.iter().enumerate().map(record).collect();
    let Linked { persons, suggestions, .. } = link(records, &weights);
    let members = |of: usize| (0..persons.len()).filter(|n| persons[*n] == persons[of]).collect::<Vec<_>>();
    let asked = suggestions.iter().map(|one| (members(one.a), members(one.b)));
    Outcome::of((0..persons.len()).map(|n| (n, persons[n])), asked)
}

impl Outcome {
    fn of<P: Ord>(
        persons: impl Iterator<Item = (usize, P)>,
        asked: impl Iterator<Item = (Vec<usize>, Vec<usize>)>,
    ) -> Self {
        let mut members: BTreeMap<P, Vec<usize>> = BTreeMap::new();
        for (n, person) in persons {
            members.entry(person).or_default().push(n);
        }
        let mut outcome = Self::default();
        for members in members.values() {
            outcome.linked.extend(across(members, members));
        }
        for (one, other) in asked {
            outcome.asked.extend(across(&one, &other));
        }
        outcome
    }
}

fn across(one: &[usize], other: &[usize]) -> Vec<Pair> {
    let pairs = one.iter().flat_map(|a| other.iter().map(move |b| (*a.min(b), *a.max(b))));
    pairs.filter(|(a, b)| a != b).collect()
}

/// As the line decides, message by message in an order of its own, and a sweep afterwards.
async fn of_the_line(world: &World, messages: &[(String, String)], seed: u64) -> Outcome {
    let senders = senders(world, messages, seed).await;
    let mut order: Vec<usize> = (0..messages.len()).collect();
    let random = &mut Random::new(seed, 77);
    for at in (1..order.len()).rev() {
        order.swap(at, random.index(at + 1));
    }
    for n in order {
        let (site, message) = &messages[n];
        let reply = world.send(&senders[site], message).await;
        assert!(segment(&reply, "MSA").starts_with("MSA|A"), "{reply}");
    }
    population::count(&world.cx).await.expect("the store works");
    let mut sweep = Sweep::default();
    while !sweep.step(&world.cx, world.arrival()).await.expect("the store works") {}
    stored(world, messages).await
}

async fn senders(world: &World, messages: &[(String, String)], seed: u64) -> HashMap<String, Arc<Sender>> {
    let mut senders = HashMap::new();
    for (site, _) in messages {
        if senders.contains_key(site) {
            continue;
        }
        let sites = vec![NewSite {
            code: site.as_str().into(),
            name: site.as_str().into(),
            kind: SiteKind::Clinic,
            pin: None,
        }];
        let organization = NewOrganization { name: site.as_str().into(), sites };
        setup::add_organizations(&world.cx, vec![organization]).await.expect("an organization");
        let sender = world.sender_with(&format!("{}-{seed}", site.to_lowercase()), site, |_| {}).await;
        senders.insert(site.clone(), sender);
    }
    senders
}

/// Links and open questions of the registry.
async fn stored(world: &World, messages: &[(String, String)]) -> Outcome {
    let number = |text: &str| {
        text.split('|').find_map(|field| {
            field
                .split_once("^^^")
                .map(|(mrn, rest)| format!("{mrn} {}", rest.split('^').next().unwrap_or("")))
        })
    };
    let places: HashMap<String, usize> =
        messages.iter().enumerate().filter_map(|(n, (_, text))| Some((number(text)?, n))).collect();
    assert_eq!(places.len(), messages.len(), "every message has a number of its own");
    let read = world.cx.store.read(|tx| {
        let mut found = Vec::new();
        for (id, _) in person::list(tx, PersonId(i64::MIN), 10_000)? {
            for record in source_record::of_person(tx, &granted(), id)? {
                found.push((format!("{} {}", record.mrn, record.authority), id));
            }
            assert!(!links::of_person(tx, &granted(), id)?.is_empty());
        }
        let mut asked = Vec::new();
        for item in review_item::queue(tx, &granted(), "open", FRONT, 10_000)? {
            for candidate in &item.candidates {
                asked.push((root(tx, item.person_id)?, root(tx, candidate.person_id)?));
            }
        }
        Ok((found, asked))
    });
    let (found, asked) = read.await.expect("a reading");
    let persons: Vec<(usize, PersonId)> = found.iter().map(|(number, id)| (places[number], *id)).collect();
    let members =
        |id: PersonId| persons.iter().filter(|(_, of)| *of == id).map(|(n, _)| *n).collect::<Vec<_>>();
    let asked: Vec<_> = asked.into_iter().map(|(one, other)| (members(one), members(other))).collect();
    assert_eq!(persons.len(), messages.len(), "every record is somebody's");
    Outcome::of(persons.into_iter(), asked.into_iter())
}

/// Who holds the records of a person by now.
fn root(tx: &mut Tx<'_>, mut id: PersonId) -> Result<PersonId, StoreError> {
    while let Some(into) = person::get(tx, &granted(), id)?.and_then(|person| person.merged_into) {
        id = into;
    }
    Ok(id)
}

#[test]
fn messages_in_any_order_make_the_registry_that_the_file_makes() {
    for round in 0..rounds(1) {
        let seed = 7 + round;
        let messages = messages(seed);
        let file = of_the_file(&messages);
        assert!(file.linked.len() > 60, "seed {seed}: {} pairs", file.linked.len());
        on_each_engine(|world| {
            let (messages, file) = (&messages, &file);
            async move {
                let line = of_the_line(&world, messages, seed).await;
                let only = |one: &Outcome, other: &Outcome| -> Vec<Pair> {
                    one.linked.difference(&other.linked).copied().collect()
                };
                let alone = (only(file, &line), only(&line, file));
                assert_eq!(
                    alone,
                    (vec![], vec![]),
                    "seed {seed}: linked by the file alone, by the line alone"
                );
                let unasked: Vec<_> = file.asked.difference(&line.asked).collect();
                assert!(unasked.is_empty(), "seed {seed}: only the file asks about {unasked:?}");
            }
        });
    }
}
