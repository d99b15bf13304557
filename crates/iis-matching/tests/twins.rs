//! Ten thousand pairs of invented twins: at most one may be linked.

#![expect(clippy::print_stderr, reason = "tests say what they measured")]

use iis_matching::Weights;
use iis_matching::patient::link::{Record, link};
use iis_matching::patient::names::Names;
use iis_synth::Settings;
use iis_synth::reporting::Feed;
use std::collections::{BTreeMap, BTreeSet};

#[test]
fn of_ten_thousand_twin_pairs_at_most_one_is_linked() {
    let today = "2026-11-20".parse().expect("a day");
    let settings = Settings { twins_permille: 1_000, ..Settings::new(PEOPLE, 7, today) };
    let feed = Feed::invent(&settings);
    // What each record says last.
    let mut last = BTreeMap::new();
    for report in &feed.reports {
        last.insert((report.household, report.member, report.source), report);
    }
    let names = Names::built_in();
    let records: Vec<Record> = (0..)
        .zip(last.values())
        .map(|(id, report)| Record::of(id, &feed.submission(report).person, &names))
        .collect();
    let whose: Vec<(u32, u8)> = last.keys().map(|(household, member, _)| (*household, *member)).collect();
    let count = records.len();
    let linked = link(records, &Weights::default());
    let mut joined: BTreeMap<usize, BTreeSet<(u32, u8)>> = BTreeMap::new();
    for (person, who) in linked.persons.iter().zip(&whose) {
        joined.entry(*person).or_default().insert(*who);
    }
    let twins = |a: (u32, u8), b: (u32, u8)| {
        let member = |(household, member): (u32, u8)| {
            let household = &feed.households[household as usize];
            &household.family.members[usize::from(household.members[usize::from(member)].index)]
        };
        a.0 == b.0 && member(a).multiple.is_some() && member(a).born_on == member(b).born_on
    };
    let linked_twins = joined.values().map(|people| pairs(people, twins)).sum::<usize>();
    let mut families: BTreeMap<u32, BTreeSet<(u32, u8)>> = BTreeMap::new();
    for who in &whose {
        families.entry(who.0).or_default().insert(*who);
    }
    let all_twins = families.values().map(|people| pairs(people, twins)).sum::<usize>();
    eprintln!("{count} records, {all_twins} twin pairs, {linked_twins} linked");
    assert!(all_twins >= 10_000, "only {all_twins} twin pairs were invented");
    assert!(linked_twins <= 1, "{linked_twins} twin pairs were linked");
}

/// Enough for ten thousand pairs of twins.
const PEOPLE: u32 = 40_000;

fn pairs(people: &BTreeSet<(u32, u8)>, are: impl Fn((u32, u8), (u32, u8)) -> bool) -> usize {
    let people: Vec<_> = people.iter().copied().collect();
    let with_later = |at: usize| people[at + 1..].iter().filter(|other| are(people[at], **other)).count();
    (0..people.len()).map(with_later).sum()
}
