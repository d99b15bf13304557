//! Demographic survivorship: the person as the registry believes, from what each source says.
//!
//! A pure function of the set of sources. Sources: requirements P-2 and P-5; MIROW, consolidating demographic records.

mod chosen;

pub use chosen::{Choice, Part, behind};

use crate::patient::normalize::{fold_name, is_placeholder};
use iis_model::person::{MOST_NAMES, PersonName};
use iis_model::{Demographics, Given, SourceRecordId, Timestamp};
use std::collections::{BTreeMap, BTreeSet};

/// How far a source is believed, the least first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
pub enum Trust {
    /// A provider, a plan, a school.
    #[default]
    Ordinary,
    /// Vital records: the birth certificate.
    VitalRecords,
}

/// What one source says now about a person.
#[derive(Debug, Clone)]
pub struct SourceView<'a> {
    /// The source.
    pub id: SourceRecordId,
    /// When it last said something.
    pub sent_at: Timestamp,
    /// How far it is believed.
    pub trust: Trust,
    /// What it says.
    pub demographics: &'a Demographics,
}

/// The believed person.
///
/// Each field comes from the source that spoke last about it. For what a birth certificate knows (birth date, sex,
/// birth order, mother's maiden name), vital records come first. A name that two sources or vital records say beats a
/// newer one of a single source, and so does a birth date that two sources say where no certificate says one. A
/// placeholder never replaces a real name, and nothing said never replaces a value; the names
/// of all sources are kept as aliases, the last [`MOST_NAMES`] of them. Before all that comes what somebody chose.
pub fn demographics(mut sources: Vec<SourceView<'_>>, choices: &[Choice]) -> Demographics {
    sources.sort_by_key(|source| (source.sent_at, source.id));
    let mut believed = Demographics::default();
    for source in &sources {
        believed.update(source.demographics);
    }
    let chosen = chosen::chosen(Part::Name, choices, &sources);
    let chosen = chosen.and_then(|source| source.demographics.legal_name().cloned());
    let legal = chosen.or_else(|| legal_name(&sources)).or_else(|| believed.legal_name().cloned());
    believed.names = names(legal, &sources).into_iter().map(Given::of).collect();
    believed.identifiers.clear();
    by_certificate(&sources, &mut believed);
    chosen::put_chosen(choices, &sources, &mut believed);
    believed
}

/// The name to go by, and behind it the others that sources say, the last said first.
fn names(legal: Option<PersonName>, sources: &[SourceView<'_>]) -> Vec<PersonName> {
    let folded = legal.as_ref().map(fold);
    let said = sources.iter().rev().flat_map(|source| source.demographics.names.iter().rev());
    let mut seen = BTreeSet::new();
    let others = said.filter_map(Given::get).filter(|name| seen.insert(*name) && folded != Some(fold(name)));
    legal.into_iter().chain(others.cloned()).take(MOST_NAMES).collect()
}

/// The fields that a birth certificate knows best.
fn by_certificate(sources: &[SourceView<'_>], believed: &mut Demographics) {
    let born_on = |source: &SourceView<'_>| source.demographics.born_on.value;
    let is_vital = |source: &&SourceView<'_>| source.trust == Trust::VitalRecords;
    let certified = sources.iter().filter(is_vital).filter_map(born_on).next_back();
    let value = certified.or_else(|| confirmed(sources, born_on, |date| *date));
    believed.born_on.update(&Given { value, ..Given::default() });
    believed.sex.update(&Given {
        value: trusted(sources, |source| source.demographics.sex.value),
        ..Given::default()
    });
    let order = |source: &SourceView<'_>| source.demographics.birth_order.value;
    believed.birth_order.update(&Given { value: trusted(sources, order), ..Given::default() });
    let maiden = |source: &SourceView<'_>| source.demographics.mother_maiden_name.value.clone();
    believed.mother_maiden_name.update(&Given { value: trusted(sources, maiden), ..Given::default() });
}

/// The name to go by: no placeholder.
fn legal_name(sources: &[SourceView<'_>]) -> Option<PersonName> {
    let real = |source: &SourceView<'_>| {
        source.demographics.legal_name().filter(|name| !is_placeholder(&fold_name(&name.given))).cloned()
    };
    confirmed(sources, real, fold)
}

/// The last value of the sources that are believed most.
fn trusted<T>(sources: &[SourceView<'_>], value: impl Fn(&SourceView<'_>) -> Option<T>) -> Option<T> {
    let valued = sources.iter().filter_map(|source| Some((source.trust, value(source)?)));
    // Of equals `max_by_key` takes the last.
    valued.max_by_key(|(trust, _)| *trust).map(|(_, value)| value)
}

/// The last value that two sources or vital records say; else the last value. Values of the same `key` are the same.
fn confirmed<T, K: Ord>(
    sources: &[SourceView<'_>],
    value: impl Fn(&SourceView<'_>) -> Option<T>,
    key: impl Fn(&T) -> K,
) -> Option<T> {
    let said = sources.iter().filter_map(|source| Some((source.trust, value(source)?)));
    let said: Vec<(Trust, K, T)> = said.map(|(trust, value)| (trust, key(&value), value)).collect();
    let mut times: BTreeMap<&K, usize> = BTreeMap::new();
    for (_, key, _) in &said {
        *times.entry(key).or_default() += 1;
    }
    let weight =
        |trust: Trust, key: &K| times.get(key).is_some_and(|n| *n > 1) || trust == Trust::VitalRecords;
    let weights: Vec<_> = said.iter().map(|(trust, key, _)| weight(*trust, key)).collect();
    let best = (0..said.len()).max_by_key(|nth| weights.get(*nth))?;
    said.into_iter().nth(best).map(|(.., value)| value)
}

/// What of a name tells it from others, whatever kind it is called.
fn fold(name: &PersonName) -> [String; 4] {
    [&name.family, &name.given, &name.middle, &name.suffix].map(|part| fold_name(part))
}

#[cfg(test)]
mod tests;
