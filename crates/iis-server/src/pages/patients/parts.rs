//! The parts of a person's demographics of which somebody may choose whose value counts, in words.

use super::record::kin;
use crate::pages::{codes, format};
use iis_matching::consolidate::Part;
use iis_model::{Demographics, Given};

/// What is said of a part; empty: nothing.
pub(in crate::pages) fn said(part: Part, person: &Demographics) -> String {
    let maybe = |text: Option<String>| text.unwrap_or_default();
    match part {
        Part::Name => maybe(person.legal_name().map(format::name_in_list)),
        Part::BirthDate => maybe(person.born_on.get().map(format::partial_date)),
        Part::Sex => maybe(person.sex.get().map(|sex| codes::sex(*sex).to_owned())),
        Part::MultipleBirth => multiple_birth(person),
        Part::Mother => maybe(person.mother_maiden_name.get().map(format::name_in_sentence)),
        Part::Address => joined(&person.addresses, format::address),
        Part::Contact => joined(&person.telecoms, format::telecom),
        Part::Family => person.next_of_kin.iter().map(kin).collect::<Vec<_>>().join("; "),
        Part::Race => {
            let ethnicity = person.ethnicity.get().map(codes::word);
            let races = person.races.iter().filter_map(Given::get).map(codes::word);
            races.chain(ethnicity).collect::<Vec<_>>().join("; ")
        }
        Part::Language => maybe(person.language.get().map(codes::word)),
        Part::Death => death(person),
    }
}

fn joined<T>(values: &[Given<T>], text: impl Fn(&T) -> String) -> String {
    values.iter().filter_map(Given::get).map(text).collect::<Vec<_>>().join("; ")
}

fn multiple_birth(person: &Demographics) -> String {
    match (person.multiple_birth.get(), person.birth_order.get()) {
        (Some(false), _) => "no".to_owned(),
        (_, Some(order)) => format!("yes, birth order {order}"),
        (Some(true), None) => "yes".to_owned(),
        (None, None) => String::new(),
    }
}

fn death(person: &Demographics) -> String {
    match (person.is_deceased.get(), person.died_on.get()) {
        (_, Some(on)) => format!("died on {}", format::partial_date(on)),
        (Some(true), None) => "died".to_owned(),
        (Some(false), None) => "alive".to_owned(),
        (None, None) => String::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::said;
    use iis_matching::consolidate::Part;
    use iis_model::testing::person;
    use iis_model::{Demographics, Given};

    #[test]
    fn every_part_is_said_in_words_where_something_is_said() {
        for part in Part::ALL {
            assert_eq!(said(*part, &Demographics::default()), "", "{part:?}");
        }
        let mut twin = person().called("DOE", "ANA").born("2020-01-15");
        (twin.multiple_birth, twin.birth_order) = (Given::of(true), Given::of(2));
        twin.died_on = Given { value: "2021-02".parse().ok(), ..Given::default() };
        let shown = |part| said(part, &twin);
        assert_eq!((shown(Part::Name), shown(Part::BirthDate)), ("DOE, ANA".into(), "01/15/2020".into()));
        assert_eq!(shown(Part::MultipleBirth), "yes, birth order 2");
        assert!(shown(Part::Death).starts_with("died on"), "{}", shown(Part::Death));
    }
}
