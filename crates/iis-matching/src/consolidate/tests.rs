//! Survivorship: the rules, what somebody chose, and that neither depends on an order.

use super::{Choice, Part, SourceView, Trust, behind, demographics};
use iis_model::person::{MOST_NAMES, Sex};
use iis_model::testing::person;
use iis_model::{Demographics, Given, SourceRecordId, Timestamp};
use proptest::prelude::*;

fn view(id: i64, minute: i64, demographics: &Demographics) -> SourceView<'_> {
    let sent_at = Timestamp::from_second(minute * 60).expect("a moment");
    SourceView { id: SourceRecordId(id), sent_at, trust: Trust::Ordinary, demographics }
}

#[test]
fn what_two_say_beats_one_and_a_certificate_beats_both_for_birth() {
    let right = person().called("ROE", "ANA");
    let newer = person().called("ROW", "ANA").born("2020-01-16").sex(Sex::Male);
    let two_against_one = || vec![view(1, 1, &right), view(2, 2, &right), view(3, 3, &newer)];
    let believed = demographics(two_against_one(), &[]);
    assert_eq!(believed.legal_name().map(|name| &*name.family), Some("ROE"));
    assert_eq!(believed.birth_date().map(|d| d.to_string()).as_deref(), Some("2020-01-15"));
    assert_eq!(believed.sex.value, Some(Sex::Male), "the last word");
    let certificate = person().born("2020-01-14").sex(Sex::Female);
    let vital = |minute| SourceView { trust: Trust::VitalRecords, ..view(4, minute, &certificate) };
    let believed = demographics(two_against_one().into_iter().chain([vital(0)]).collect(), &[]);
    assert_eq!(believed.sex.value, Some(Sex::Female));
    assert_eq!(
        believed.birth_date().map(|d| d.to_string()).as_deref(),
        Some("2020-01-14"),
        "the certificate's"
    );
    assert_eq!(believed.legal_name().map(|name| &*name.family), Some("ROE"), "confirmed later than at birth");
}

#[test]
fn the_last_word_counts_field_by_field_and_a_placeholder_is_no_name() {
    let clinic = person().called("DOE", "ANA").sex(Sex::Female);
    let mut hospital = person().called("DOE", "BABYGIRL").born("2020-01-16");
    hospital.sex = Given::default();
    let believed = demographics(vec![view(2, 9, &hospital), view(1, 5, &clinic)], &[]);
    assert_eq!(believed.legal_name().map(|name| &*name.given), Some("ANA"));
    assert_eq!(believed.names.len(), 2, "the placeholder stays as an alias");
    assert_eq!(believed.sex.value, Some(Sex::Female));
    assert_eq!(believed.birth_date().map(|d| d.to_string()).as_deref(), Some("2020-01-16"));
}

#[test]
fn aliases_have_an_end_and_the_last_ones_stay() {
    let views: Vec<_> = (0..300).map(|n| person().called(&format!("DOE{n}"), "ANA")).collect();
    let views = (0..).zip(&views).map(|(n, said)| view(n, n, said));
    let believed = demographics(views.collect(), &[]);
    let families = believed.names.iter().filter_map(|name| name.get()).map(|name| &*name.family);
    let families: Vec<_> = families.collect();
    assert_eq!((families.len(), &families[..2]), (MOST_NAMES, &["DOE299", "DOE298"][..]));
}

fn choice(id: i64, part: Part, source: i64) -> Choice {
    Choice { at: Timestamp::UNIX_EPOCH, id, part, source: SourceRecordId(source) }
}

#[test]
fn what_somebody_chose_counts_until_the_last_choice_that_says_something() {
    let right = person().called("ROE", "ANA");
    let newer = person().called("ROW", "ANA").born("2020-01-16").sex(Sex::Male);
    let silent = Demographics::default();
    let believed = |choices: &[Choice]| {
        demographics(
            vec![view(1, 1, &right), view(2, 2, &right), view(3, 3, &newer), view(4, 4, &silent)],
            choices,
        )
    };
    let shown = |choices: &[Choice]| {
        let believed = believed(choices);
        let family = believed.legal_name().map(|name| name.family.to_string());
        (family.unwrap_or_default(), believed.birth_date().map(iis_model::Date::day).unwrap_or_default())
    };
    assert_eq!(shown(&[]), ("ROE".into(), 15));
    let name = choice(1, Part::Name, 3);
    assert_eq!(shown(&[name]), ("ROW".into(), 15));
    assert_eq!(shown(&[name, choice(2, Part::BirthDate, 3)]), ("ROW".into(), 16));
    assert_eq!(shown(&[name, choice(2, Part::Name, 1)]), ("ROE".into(), 15), "the later choice");
    assert_eq!(
        shown(&[name, choice(2, Part::Name, 4)]),
        ("ROW".into(), 15),
        "the later one's source says nothing"
    );
    assert_eq!(shown(&[choice(1, Part::Name, 9)]), ("ROE".into(), 15), "a source of somebody else");
    let names = believed(&[name]).names;
    assert_eq!(names.len(), 2, "the other name stays as an alias: {names:?}");
}

#[test]
fn a_believed_value_is_traced_to_the_source_that_said_it_last() {
    let (right, newer) = (person().called("ROE", "ANA"), person().called("ROW", "ANA").born("2020-01-16"));
    let sources = || vec![view(1, 1, &right), view(2, 2, &right), view(3, 3, &newer)];
    let believed = demographics(sources(), &[]);
    assert_eq!(behind(Part::Name, &believed, &sources()), Some(SourceRecordId(2)));
    assert_eq!(behind(Part::Address, &Demographics::default(), &sources()), None, "nobody says anything");
}

proptest! {
    #[test]
    fn neither_the_order_of_sources_nor_that_of_choices_matters(
        sources in prop::collection::vec((0..3_usize, 0..3_usize, 1..4_u8, any::<bool>()), 1..6),
        choices in prop::collection::vec((0..Part::ALL.len(), 0..6_i64), 0..6),
        order in prop::collection::vec(any::<u32>(), 12),
    ) {
        let said: Vec<Demographics> = sources.iter().map(|(family, given, day, male)| {
            let name = (["ROE", "ROW", "DOE"][*family], ["ANA", "BABYGIRL", "ZOE"][*given]);
            let sex = if *male { Sex::Male } else { Sex::Female };
            person().called(name.0, name.1).born(&format!("2020-01-{day:02}")).sex(sex)
        }).collect();
        let views = (0..).zip(&said).map(|(id, said)| view(id, id % 2, said));
        let mut views: Vec<SourceView<'_>> = views.collect();
        let mut choices: Vec<Choice> = (0..)
            .zip(choices)
            .map(|(id, (part, source))| choice(id, Part::ALL[part], source))
            .collect();
        let before = demographics(views.clone(), &choices);
        let place = |id: i64| order[usize::try_from(id).expect("a few")];
        views.sort_by_key(|view| place(view.id.0));
        choices.sort_by_key(|choice| place(choice.id));
        prop_assert_eq!(demographics(views.clone(), &choices), before.clone());
        choices.extend_from_within(..);
        prop_assert_eq!(demographics(views, &choices), before, "a choice twice is one");
    }
}
