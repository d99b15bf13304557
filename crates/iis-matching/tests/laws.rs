//! Laws of matching: symmetry, independence of order, idempotence.

use iis_matching::Weights;
use iis_matching::patient::compare::compare;
use iis_matching::patient::judge::judge;
use iis_matching::patient::keys::{keys, probes};
use iis_matching::patient::link::{Record, Threads, link, link_on, prepare};
use iis_matching::vaccination::{Report, Vaccines, consolidate};
use iis_model::event::{EventKind, Lot};
use iis_model::person::{Address, Identifier, NextOfKin, PersonName, Sex, Telecom};
use iis_model::{
    Coded, Cvx, Demographics, Given, OrganizationId, ReportId, ReportedEvent, SourceRecordId, Timestamp,
};
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::select;
use std::collections::BTreeSet;
use std::sync::LazyLock;

static WEIGHTS: LazyLock<Weights> = LazyLock::new(Weights::default);

const FIRST: &[&str] =
    &["ANA", "Ana María", "ANN", "BRUNO", "BABY BOY B", "GIRL", "ZOE", "ZOEY", "Eli", "ELIJAH", ""];
const MIDDLE: &[&str] = &["", "M", "MARIA", "ANA", "LEE"];
const LAST: &[&str] = &["DOE", "Doe-Roe", "ROE", "GARCIA LOPEZ", "GARCIALOPEZ", "O'Neil", "BRUNO", ""];
const BORN: &[&str] =
    &["2020-03-11", "2020-11-03", "2020-03-12", "2019-03-11", "1987-06-02", "2020-03", "1900-01-01"];
const PHONES: &[&str] = &["5155551234", "5155559876", "1111111111", ""];
const STREETS: &[&str] = &["12 Elm St", "12 ELM STREET APT 4", "PO BOX 7", ""];

/// Records of few values, so that they meet often; short and odd values are among them.
fn person() -> impl Strategy<Value = Demographics> {
    let name = (select(FIRST), select(MIDDLE), select(LAST), select(&["", "JR", "III"][..]));
    let contact = (select(PHONES), select(STREETS), select(&["51604", "51605", ""][..]));
    let family = (select(&["MIA", "Mia Rose", "EVA", ""][..]), select(&["ROE", "POE", ""][..]));
    let birth = (select(BORN), select(&["F", "M", "U", ""][..]), proptest::option::of(1..3_u8));
    let numbers =
        (select(&["A1", "A2", ""][..]), select(&["CLINIC7", "H1"][..]), select(&["219099999", ""][..]));
    (name, contact, family, birth, numbers).prop_map(|(name, contact, family, birth, numbers)| {
        let (given, middle, last, suffix) = name;
        let named = |family: &str, given: &str| PersonName {
            family: family.into(),
            given: given.into(),
            ..PersonName::default()
        };
        let legal = PersonName { middle: middle.into(), suffix: suffix.into(), ..named(last, given) };
        let mother = NextOfKin {
            name: named("", family.0).into(),
            relationship: Coded::new("MTH", "", "HL70063").into(),
            ..NextOfKin::default()
        };
        let number = |kind: &str, authority: &str, value: &str| -> Given<Identifier> {
            Identifier { value: value.into(), authority: authority.into(), kind: kind.into() }.into()
        };
        Demographics {
            names: vec![legal.into()],
            born_on: Given { value: birth.0.parse().ok(), ..Given::default() },
            sex: Given { value: Sex::from_code(birth.1), ..Given::default() },
            birth_order: Given { value: birth.2, ..Given::default() },
            telecoms: vec![Telecom { digits: contact.0.into(), ..Telecom::default() }.into()],
            addresses: vec![
                Address { street: contact.1.into(), zip: contact.2.into(), ..Address::default() }.into(),
            ],
            next_of_kin: vec![mother],
            mother_maiden_name: named(family.1, "").into(),
            identifiers: vec![number("MR", numbers.1, numbers.0), number("SS", "", numbers.2)],
            ..Demographics::default()
        }
    })
}

fn records(people: &[Demographics]) -> Vec<Record> {
    let names = &WEIGHTS.names;
    (0..).zip(people).map(|(id, person)| Record::of(id, person, names)).collect()
}

/// The persons as sets of record ids, and the suggestions as pairs of ids.
fn outcome(records: &[Record]) -> (BTreeSet<BTreeSet<u64>>, BTreeSet<(u64, u64)>) {
    let linked = link(records.to_vec(), &WEIGHTS);
    let of = |person: usize| {
        let members = linked.persons.iter().enumerate().filter(|(_, one)| **one == person);
        members.map(|(at, _)| records[at].id).collect::<BTreeSet<u64>>()
    };
    let pair = |a: u64, b: u64| (a.min(b), a.max(b));
    let suggested = linked.suggestions.iter().map(|one| pair(records[one.a].id, records[one.b].id));
    (linked.persons.iter().map(|person| of(*person)).collect(), suggested.collect())
}

proptest! {
    #[test]
    fn comparing_and_weighing_are_symmetric(a in person(), b in person()) {
        let records = prepare(records(&[a, b]), &WEIGHTS);
        let (a, b) = (&records[0].subject, &records[1].subject);
        prop_assert_eq!(compare(a, b), compare(b, a));
        let (ab, ba) = (judge(a, b, &WEIGHTS), judge(b, a, &WEIGHTS));
        prop_assert_eq!(ab.bits.to_bits(), ba.bits.to_bits());
        prop_assert_eq!(ab.vetoes(a, b, false), ba.vetoes(b, a, false));
    }

    #[test]
    fn a_record_shares_all_its_keys_with_its_copy(person in person()) {
        let records = prepare(records(&[person.clone(), person]), &WEIGHTS);
        let (one, other) = (&records[0].subject, &records[1].subject);
        prop_assert_eq!(keys(one), keys(other));
        prop_assert!(keys(one).len() + probes(one).len() <= 64);
    }

    #[test]
    fn the_order_of_records_does_not_matter(
        people in vec(person(), 1..14),
        order in vec(any::<u32>(), 14),
    ) {
        let mut records = records(&people);
        let before = outcome(&records);
        records.sort_by_key(|record| order[usize::try_from(record.id).expect("a few records")]);
        prop_assert_eq!(outcome(&records), before);
    }

    #[test]
    fn linking_twice_gives_the_same(people in vec(person(), 1..14)) {
        let records = records(&people);
        prop_assert_eq!(link(records.clone(), &WEIGHTS), link(records, &WEIGHTS));
    }

    #[test]
    fn any_number_of_threads_links_the_same(people in vec(person(), 1..30), threads in 2..6_usize) {
        let records = records(&people);
        let threads = Threads::new(threads).expect("some");
        prop_assert_eq!(link_on(threads, records.clone(), &WEIGHTS), link(records, &WEIGHTS));
    }

    #[test]
    fn consolidating_is_independent_of_order_and_loses_no_report(
        rows in vec((0..4_i64, 0..12_usize, 0..7_usize, any::<bool>(), 0..3_usize), 0..14),
        order in vec(any::<u32>(), 14),
    ) {
        let mut reports: Vec<Report> = (1..).zip(rows).map(|(id, row)| report(id, row)).collect();
        let shape = |reports: &[Report]| {
            let of = |event: iis_matching::vaccination::EventGroup<'_>| {
                (event.id, event.reports.iter().map(|one| one.id).collect::<Vec<_>>(), event.needs_review)
            };
            consolidate(reports, &Vaccines::built_in()).into_iter().map(of).collect::<Vec<_>>()
        };
        let before = shape(&reports);
        prop_assert_eq!(before.iter().map(|(_, reports, _)| reports.len()).sum::<usize>(), reports.len());
        reports.sort_by_key(|report| order[usize::try_from(report.id.0 - 1).expect("a few reports")]);
        prop_assert_eq!(shape(&reports), before);
    }
}

/// A report of a few vaccines on a few days near one another.
fn report(id: i64, (source, day, vaccine, given, lot): (i64, usize, usize, bool, usize)) -> Report {
    const DAYS: [&str; 12] = [
        "2021-02-03",
        "2021-03-02",
        "2021-02-01",
        "2021-02-05",
        "2021-02-08",
        "2021-02-10",
        "2021-02-26",
        "2021-02",
        "2020-02-03",
        "2021",
        "2021-03-01",
        "2021-02-28",
    ];
    const VACCINES: [u16; 7] = [20, 107, 110, 120, 10, 88, 150];
    let mut event = ReportedEvent::new(if given { EventKind::Administered } else { EventKind::Historical });
    event.given_on = Given { value: DAYS[day].parse().ok(), ..Given::default() };
    event.cvx = Given::of(Cvx::new(VACCINES[vaccine]));
    event.lot = Lot {
        number: Given { value: ["L1", "L2"].get(lot).map(|lot| (*lot).into()), ..Given::default() },
        ..Lot::default()
    };
    Report {
        id: ReportId(id),
        source_record_id: SourceRecordId(source),
        organization_id: OrganizationId(source),
        dose_key: id.to_string().into(),
        sent_at: Timestamp::UNIX_EPOCH,
        revision: id,
        gist: iis_model::Gist::of(&event),
    }
}
