//! Demographic survivorship: the person as the registry believes, from what each source says.
//!
//! A pure function of the set of sources. Sources: requirements P-2 and P-5; MIROW, consolidating demographic records.

use crate::patient::normalize::{fold_name, is_placeholder};
use iis_model::person::PersonName;
use iis_model::{Demographics, Given, SourceRecordId, Timestamp};

/// What one source says now about a person.
#[derive(Debug, Clone)]
pub struct SourceView<'a> {
    /// The source.
    pub id: SourceRecordId,
    /// When it last said something.
    pub sent_at: Timestamp,
    /// What it says.
    pub demographics: &'a Demographics,
}

/// The believed person: each field from the source that spoke last about it; a placeholder never replaces a real
/// name; names of all sources are kept as aliases.
pub fn demographics(mut sources: Vec<SourceView<'_>>) -> Demographics {
    sources.sort_by_key(|source| (source.sent_at, source.id));
    let mut believed = Demographics::default();
    let mut real_name = None;
    let mut aliases: Vec<Given<PersonName>> = Vec::new();
    for source in &sources {
        believed.update(source.demographics);
        for name in &source.demographics.names {
            let Some(value) = name.get() else { continue };
            aliases.retain(|alias| alias.get() != Some(value));
            aliases.push(Given::of(value.clone()));
        }
        if let Some(name) =
            source.demographics.legal_name().filter(|name| !is_placeholder(&fold_name(&name.given)))
        {
            real_name = Some(name.clone());
        }
    }
    let legal = real_name.or_else(|| believed.legal_name().cloned());
    believed.names = legal.into_iter().map(Given::of).collect();
    let same_as_legal =
        |alias: &Given<PersonName>| believed.names.first().is_some_and(|legal| same(legal, alias));
    let others: Vec<_> = aliases.into_iter().rev().filter(|alias| !same_as_legal(alias)).collect();
    believed.names.extend(others);
    believed.identifiers.clear();
    believed
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
    use super::{SourceView, demographics};
    use iis_model::person::Sex;
    use iis_model::testing::person;
    use iis_model::{Demographics, Given, SourceRecordId, Timestamp};

    fn view(id: i64, minute: i64, demographics: &Demographics) -> SourceView<'_> {
        let sent_at = Timestamp::from_second(minute * 60).expect("a moment");
        SourceView { id: SourceRecordId(id), sent_at, demographics }
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
