//! Demographic survivorship: the person as the registry believes, from what each source says.
//!
//! A pure function of the set of sources. Sources: requirements P-2 and P-5; MIROW, consolidating demographic records.

use crate::patient::normalize::{fold_name, is_placeholder};
use iis_model::person::PersonName;
use iis_model::{Demographics, Given, SourceRecordId, Timestamp};

/// How far a source is believed, the least first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
pub enum Trust {
    /// A provider, a plan, a school.
    #[default]
    Ordinary,
    /// Vital records: the birth certificate.
    VitalRecords,
    /// Somebody decided here.
    Decided,
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
/// birth order, mother's maiden name), vital records come first, and what somebody decided comes before them. A name
/// or birth date that two sources say beats a newer one of a single source. A placeholder never replaces a real name,
/// and nothing said never replaces a value; names of all sources are kept as aliases.
pub fn demographics(mut sources: Vec<SourceView<'_>>) -> Demographics {
    sources.sort_by_key(|source| (source.sent_at, source.id));
    let mut believed = Demographics::default();
    let mut aliases: Vec<Given<PersonName>> = Vec::new();
    for source in &sources {
        believed.update(source.demographics);
        for name in &source.demographics.names {
            let Some(value) = name.get() else { continue };
            aliases.retain(|alias| alias.get() != Some(value));
            aliases.push(Given::of(value.clone()));
        }
    }
    let legal = legal_name(&sources).or_else(|| believed.legal_name().cloned());
    believed.names = legal.into_iter().map(Given::of).collect();
    let same_as_legal =
        |alias: &Given<PersonName>| believed.names.first().is_some_and(|legal| same(legal, alias));
    let others: Vec<_> = aliases.into_iter().rev().filter(|alias| !same_as_legal(alias)).collect();
    believed.names.extend(others);
    believed.identifiers.clear();
    by_certificate(&sources, &mut believed);
    believed
}

/// The fields that a birth certificate knows best.
fn by_certificate(sources: &[SourceView<'_>], believed: &mut Demographics) {
    let born_on = |source: &SourceView<'_>| source.demographics.born_on.value;
    believed.born_on.update(&Given { value: confirmed(sources, born_on, |a, b| a == b), ..Given::default() });
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
    let alike = |a: &PersonName, b: &PersonName| same(&Given::of(a.clone()), &Given::of(b.clone()));
    confirmed(sources, real, alike)
}

/// The last value of the sources that are believed most.
fn trusted<T>(sources: &[SourceView<'_>], value: impl Fn(&SourceView<'_>) -> Option<T>) -> Option<T> {
    let valued = sources.iter().filter_map(|source| Some((source.trust, value(source)?)));
    // Of equals `max_by_key` takes the last.
    valued.max_by_key(|(trust, _)| *trust).map(|(_, value)| value)
}

/// What somebody decided; else the last value that two sources or vital records say; else the last value.
fn confirmed<T: Clone>(
    sources: &[SourceView<'_>],
    value: impl Fn(&SourceView<'_>) -> Option<T>,
    alike: impl Fn(&T, &T) -> bool,
) -> Option<T> {
    let said: Vec<(Trust, T)> =
        sources.iter().filter_map(|source| Some((source.trust, value(source)?))).collect();
    let weight = |(trust, value): &(Trust, T)| {
        let others = said.iter().filter(|(_, other)| alike(value, other)).count();
        (*trust == Trust::Decided, others > 1 || *trust == Trust::VitalRecords)
    };
    said.iter().max_by_key(|one| weight(one)).map(|(_, value)| value.clone())
}

/// The same name, whatever kind it is called.
fn same(a: &Given<PersonName>, b: &Given<PersonName>) -> bool {
    let parts = |name: &Given<PersonName>| {
        let name = name.get()?;
        Some([&name.family, &name.given, &name.middle, &name.suffix].map(|part| fold_name(part)))
    };
    parts(a) == parts(b)
}

#[cfg(test)]
mod tests {
    use super::{SourceView, Trust, demographics};
    use iis_model::person::Sex;
    use iis_model::testing::person;
    use iis_model::{Demographics, Given, SourceRecordId, Timestamp};

    fn view(id: i64, minute: i64, demographics: &Demographics) -> SourceView<'_> {
        let sent_at = Timestamp::from_second(minute * 60).expect("a moment");
        SourceView { id: SourceRecordId(id), sent_at, trust: Trust::Ordinary, demographics }
    }

    #[test]
    fn what_two_say_beats_one_and_a_certificate_beats_both_for_birth() {
        let right = person().called("ROE", "ANA");
        let newer = person().called("ROW", "ANA").born("2020-01-16").sex(Sex::Male);
        let two_against_one = || vec![view(1, 1, &right), view(2, 2, &right), view(3, 3, &newer)];
        let believed = demographics(two_against_one());
        assert_eq!(believed.legal_name().map(|name| &*name.family), Some("ROE"));
        assert_eq!(believed.birth_date().map(|d| d.to_string()).as_deref(), Some("2020-01-15"));
        assert_eq!(believed.sex.value, Some(Sex::Male), "the last word");
        let certificate = person().born("2020-01-14").sex(Sex::Female);
        let vital = |minute| SourceView { trust: Trust::VitalRecords, ..view(4, minute, &certificate) };
        let believed = demographics(two_against_one().into_iter().chain([vital(0)]).collect());
        assert_eq!(believed.sex.value, Some(Sex::Female));
        assert_eq!(
            believed.legal_name().map(|name| &*name.family),
            Some("ROE"),
            "confirmed later than at birth"
        );
        let decided = SourceView { trust: Trust::Decided, ..view(5, 0, &newer) };
        let believed = demographics(two_against_one().into_iter().chain([decided]).collect());
        assert_eq!(believed.legal_name().map(|name| &*name.family), Some("ROW"));
    }

    #[test]
    fn the_last_word_counts_field_by_field_and_a_placeholder_is_no_name() {
        let clinic = person().called("DOE", "ANA").sex(Sex::Female);
        let mut hospital = person().called("DOE", "BABYGIRL").born("2020-01-16");
        hospital.sex = Given::default();
        let believed = demographics(vec![view(2, 9, &hospital), view(1, 5, &clinic)]);
        assert_eq!(believed.legal_name().map(|name| &*name.given), Some("ANA"));
        assert_eq!(believed.names.len(), 2, "the placeholder stays as an alias");
        assert_eq!(believed.sex.value, Some(Sex::Female));
        assert_eq!(believed.birth_date().map(|d| d.to_string()).as_deref(), Some("2020-01-16"));
    }

    #[test]
    fn the_order_of_sources_does_not_matter() {
        let (a, b) = (person(), person().called("ROE", "ANA"));
        let one = demographics(vec![view(1, 5, &a), view(2, 5, &b)]);
        assert_eq!(one, demographics(vec![view(2, 5, &b), view(1, 5, &a)]));
    }
}
