//! The one search box: what it understands, whom it finds, in which order, and what it says of each.

use crate::protecting::granted as granted_to;
use crate::world::{World, about, on_each_engine};
use iis_model::access::{Channel, Granted, Permission};
use iis_registry::access::{Caller, authorize};
use iis_registry::people::{self, Criteria, FoundPeople, Hit, Missing, Reason};
use jiff::civil::date;

/// Robert Quill and those who are like him; Ana María García Núñez; a newborn.
async fn some_people(world: &World) {
    #[rustfmt::skip]
    let people = [
        ("R1", "QUILL^ROBERT^JAMES^^^^L||20190405|M|||12 Alder St^^Calder^WI^53703^USA^H||^PRN^CP^^^515^9433563"),
        ("R2", "QUILL^TOBIAS^^^^^L||20190405|M|||12 Alder St^^Calder^WI^53703^USA^H||^PRN^CP^^^515^9433563"),
        ("R3", "SMITHSON^HANNAH^^^^^L||19880709|F"),
        ("R4", "GARCIA NUNEZ^ANA MARIA^^^^^L||20210312|F"),
        ("R5", "HOLLOWAY^BABY GIRL^^^^^L||20260220|F"),
    ];
    for (mrn, person) in people {
        let reply = world.send(&world.north, &about("NORTH", &format!("M{mrn}"), mrn, person, "")).await;
        assert!(reply.contains("MSA|A"), "{reply}");
    }
}

fn granted(world: &World) -> Granted {
    let caller = Caller::Operator;
    authorize(&world.cx.roles, caller, Permission::SearchPersons, Channel::CommandLine, "test")
        .expect("may search")
}

async fn typed(world: &World, text: &str) -> FoundPeople {
    let criteria = Criteria::understand(text, date(2026, 3, 2));
    people::search(&world.cx, granted(world), criteria, world.arrival()).await.expect("the store works")
}

async fn hits(world: &World, text: &str) -> Vec<Hit> {
    match typed(world, text).await {
        FoundPeople::People(hits) | FoundPeople::Nearest(hits) => hits,
        other => panic!("{text}: {other:?}"),
    }
}

/// First names as found, in order.
fn firsts(hits: &[Hit]) -> Vec<String> {
    let first = |hit: &Hit| hit.person.demographics.legal_name().map(|name| name.given.to_string());
    hits.iter().map(|hit| first(hit).unwrap_or_default()).collect()
}

/// Whether a reason is the one that is expected.
type Is = fn(&Reason) -> bool;

/// People go by any of their given names, wherever the sender wrote them.
#[test]
fn s51_a_given_name_from_the_third_on_finds_the_person() {
    on_each_engine(|world| async move {
        for (mrn, person) in
            [("R1", "NGUYEN^THI^MINH CHAU^^^^L||20160809|F"), ("R2", "NGUYEN^THI MINH AN^^^^^L||20160809|F")]
        {
            let reply = world.send(&world.north, &about("NORTH", &format!("M{mrn}"), mrn, person, "")).await;
            assert!(reply.contains("MSA|A"), "{reply}");
        }
        #[rustfmt::skip]
        let table = [
            ("nguyen chau 8/9/16",       "THI"),
            ("chau nguyen 8/9/16",       "THI"),
            ("nguyen, chau 8/9/16",      "THI"),
            ("nguyen, an 8/9/16",        "THI MINH AN"),
        ];
        for (text, first) in table {
            let hits = hits(&world, text).await;
            assert_eq!(firsts(&hits).first().map_or("", String::as_str), first, "{text}: {hits:?}");
            assert!(matches!(hits[0].reasons[..], [Reason::IsMiddleName(_)]), "{text}: {hits:?}");
        }
        let FoundPeople::NotEnough(missing) = typed(&world, "van der berg 4/5/19").await else {
            panic!("one more word is needed")
        };
        assert_eq!(missing, [Missing::First]);
    });
}

#[test]
fn s51_the_box_finds_by_everything_in_any_order_and_says_what_differs() {
    on_each_engine(|world| async move {
        some_people(&world).await;
        #[rustfmt::skip]
        let table: &[(&str, &str, &[Is])] = &[
            // typed                                found        what differs
            ("quill, robert 4/5/2019",               "ROBERT",    &[]),
            ("robert quill 04052019",                "ROBERT",    &[]),
            ("quill robert 4/5/19",                  "ROBERT",    &[]),
            ("Apr 5, 2019 Robert Quill",             "ROBERT",    &[]),
            ("r quill 4/5/2019",                     "ROBERT",    &[]),
            ("R1",                                   "ROBERT",    &[]),
            ("mrn R1 quill, robert",                 "ROBERT",    &[]),
            ("mrn R1 garcia, robert",                "ROBERT",    &[|r| matches!(r, Reason::LastDiffers(n) if &*n.known == "QUILL")]),
            ("mrn R1 smith, r",                      "ROBERT",    &[|r| matches!(r, Reason::LastDiffers(_))]),
            ("robert R1",                            "ROBERT",    &[]),
            ("mrn R1 zzyx, wolfgang",                "ROBERT",    &[|r| matches!(r, Reason::LastDiffers(n) if &*n.typed == "zzyx")]),
            ("bob quill 4/5/2019",                   "ROBERT",    &[|r| matches!(r, Reason::Nickname(n) if &*n.known == "ROBERT")]),
            ("quil, robert 4/5/2019",                "ROBERT",    &[|r| matches!(r, Reason::LastSpelled(_))]),
            ("kwill, robert 4/5/2019",               "",          &[]),    // begins otherwise: soundex keeps the first letter
            ("quell, robert 4/5/2019",               "ROBERT",    &[|r| matches!(r, Reason::LastSpelled(_))]),
            ("quill, rovert 4/5/2019",               "ROBERT",    &[|r| matches!(r, Reason::FirstSounds(_) | Reason::FirstSpelled(_))]),
            ("quill, robert 5/4/2019",               "ROBERT",    &[|r| matches!(r, Reason::DayAndMonthSwapped(_))]),
            ("quill, robert 4/6/2019",               "ROBERT",    &[|r| matches!(r, Reason::OtherBirthDate(_))]),
            ("quill, robert 4/5/2018",               "ROBERT",    &[|r| matches!(r, Reason::OtherBirthDate(_))]),
            ("robert, quill 4/5/2019",               "ROBERT",    &[|r| matches!(r, Reason::NamesSwapped)]),
            ("bob quill 5/4/2019",                   "ROBERT",    &[|r| matches!(r, Reason::Nickname(_)), |r| matches!(r, Reason::DayAndMonthSwapped(_))]),
            ("515-943-3563 4/5/2019 robert",         "ROBERT",    &[|r| matches!(r, Reason::SamePhone)]),
            (", robert (515) 943-3563",              "ROBERT",    &[|r| matches!(r, Reason::SamePhone)]),
            ("ana garcia 3/12/2021",                 "ANA MARIA", &[|r| matches!(r, Reason::PartOfLast(_))]),
            ("ana maria nunez 3/12/2021",            "ANA MARIA", &[|r| matches!(r, Reason::PartOfLast(_))]),
            ("Hannah Smythson 7/9/1988",             "HANNAH",    &[|r| matches!(r, Reason::LastSpelled(_))]),
            ("holloway, emma 2/20/2026",             "BABY GIRL", &[|r| matches!(r, Reason::NoFirstName)]),
            ("quill, robert 4/5/2003",               "ROBERT",    &[|r| matches!(r, Reason::OtherBirthDate(_))]),
            ("quill, margaret 4/5/2019",             "",          &[]),
            ("miller, robert 4/5/2019",              "",          &[]),
            ("quill, robert 11/23/1950",             "",          &[]),
        ];
        for (text, first, differs) in table {
            let hits = hits(&world, text).await;
            assert_eq!(firsts(&hits).first().map_or("", String::as_str), *first, "{text}: {hits:?}");
            let reasons = hits.first().map(|hit| hit.reasons.clone()).unwrap_or_default();
            assert_eq!(reasons.len(), differs.len(), "{text}: {reasons:?}");
            assert!(differs.iter().all(|is| reasons.iter().any(is)), "{text}: {reasons:?}");
        }
    });
}

#[test]
fn a_telephone_number_finds_the_household_with_one_more_thing_that_is_known() {
    on_each_engine(|world| async move {
        some_people(&world).await;
        assert_eq!(typed(&world, "515-943-3563").await, FoundPeople::NotEnough(vec![Missing::BesidePhone]));
        let both = firsts(&hits(&world, "515-943-3563 4/5/2019").await);
        assert_eq!(both.len(), 2, "brothers of one day: {both:?}");
        let other = hits(&world, "5159433563 quill, robert 4/5/2019").await; // ten digits may be a record number
        assert_eq!(firsts(&other)[0], "ROBERT");
    });
}

/// As messages and forms say it: the country beside the number, or before it.
#[test]
fn a_telephone_number_abroad_finds_who_has_it_however_it_is_written() {
    on_each_engine(|world| async move {
        let phones =
            [("R6", "ABEL", "^PRN^PH^^52^55^12345678"), ("R7", "ODO", "^PRN^PH^^^^^^^^^0049 30 1234567")];
        for (mrn, first, phone) in phones {
            let person = format!("QUILL^{first}^^^^^L||20190405|M|||||{phone}");
            let reply = world.send(&world.north, &about("NORTH", mrn, mrn, &person, "")).await;
            assert!(reply.contains("MSA|A"), "{reply}");
        }
        #[rustfmt::skip]
        let table = [
            ("+52 55 1234 5678 4/5/2019",    "ABEL"),
            ("+525512345678 4/5/2019",       "ABEL"),
            ("011 52 55 1234 5678 4/5/2019", "ABEL"),
            ("00525512345678 4/5/2019",      "ABEL"), // or a record number
            ("+49 (0)30 1234567 4/5/2019",   "ODO"),
            ("0049 30 1234567 4/5/2019",     "ODO"),
        ];
        for (text, first) in table {
            assert_eq!(firsts(&hits(&world, text).await), [first], "{text}");
        }
    });
}

#[test]
fn p7_more_than_fit_are_cut_with_the_likeliest_first() {
    on_each_engine(|world| async move {
        for n in 0..30 {
            // nothing says that any two of them are one
            let person = format!("MARLOWE^JON^^^^^L||2015010{}|M", n % 3 + 1);
            world.send(&world.north, &about("NORTH", &format!("M{n}"), &format!("J{n}"), &person, "")).await;
        }
        let FoundPeople::Nearest(hits) = typed(&world, "marlowe, joan 1/1/2015").await else {
            panic!("many resemble")
        };
        assert_eq!(hits.len(), people::MOST_SHOWN);
        let born = |hit: &Hit| hit.person.demographics.birth_date() == Some(date(2015, 1, 1));
        assert!(hits[..10].iter().all(born), "the same day before another day");
        assert!(hits.iter().all(|hit| !hit.reasons.is_empty()));
        let FoundPeople::Nearest(exact) = typed(&world, "marlowe, jon 1/1/2015").await else {
            panic!("many resemble")
        };
        assert!(exact[..10].iter().all(|hit| hit.reasons.is_empty()), "who is exactly so comes first");
    });
}

#[test]
fn s55_who_only_looks_up_is_shown_nobody_who_merely_resembles() {
    on_each_engine(|world| async move {
        some_people(&world).await;
        let look_up = granted_to(&world, "patient-look-up", Some("NORTH"), Permission::SearchPersons).await;
        #[rustfmt::skip]
        let table = [
            ("quill, robert 4/5/2019", 1),
            ("quill, bob 4/5/2019",    0),
            ("quill, robert 5/4/2019", 0),
            ("quil, robert 4/5/2019",  0),
            ("R1 4/5/2019",            1),
            ("R1 4/5/2018",            0),
        ];
        for (text, found) in table {
            let criteria = Criteria::understand(text, date(2026, 3, 2));
            let answer = people::search(&world.cx, look_up.clone(), criteria, world.arrival()).await;
            let FoundPeople::People(hits) = answer.expect("the store works") else { panic!("{text}") };
            assert_eq!(hits.len(), found, "{text}");
        }
    });
}

#[test]
fn s57_a_school_nurse_finds_no_one_outside_her_roster_by_likeness_either() {
    on_each_engine(|world| async move {
        some_people(&world).await;
        let school = granted_to(&world, "school-read-only", Some("NORTH"), Permission::SearchPersons).await;
        for text in ["quill, robert 4/5/2019", "quill, bob 4/5/2019", "515-943-3563 4/5/2019", "R1"] {
            let criteria = Criteria::understand(text, date(2026, 3, 2));
            let answer = people::search(&world.cx, school.clone(), criteria, world.arrival()).await;
            assert_eq!(answer.expect("the store works"), FoundPeople::People(Vec::new()), "{text}");
        }
    });
}

#[test]
fn y2_a_protected_record_does_not_show_by_likeness() {
    on_each_engine(|world| async move {
        let protected = "PD1||||||||||||Y|20260101\r";
        let person = "QUILL^ROBERT^^^^^L||20190405|M";
        world.send(&world.north, &about("NORTH", "M1", "R1", person, protected)).await;
        let elsewhere = granted_to(&world, "clinic-access", Some("SOUTH"), Permission::SearchPersons).await;
        let here = granted_to(&world, "clinic-access", Some("NORTH"), Permission::SearchPersons).await;
        for (granted, found) in [(elsewhere, 0), (here, 1)] {
            let criteria = Criteria::understand("bob quill 5/4/2019", date(2026, 3, 2));
            let answer = people::search(&world.cx, granted, criteria, world.arrival()).await;
            let FoundPeople::People(hits) = answer.expect("the store works") else { panic!("one or nobody") };
            assert_eq!(hits.len(), found);
        }
    });
}

#[test]
fn what_nobody_would_type_is_searched_for_and_harms_nothing() {
    on_each_engine(|world| async move {
        some_people(&world).await;
        let endless = "É".repeat(200);
        for text in [
            "\tquill\t,\trobert\t4/5/2019",
            "\u{202e}quill, robert\u{202c} 4/5/2019",
            "quill\u{301}, robert 4/5/2019",
            "𝔮uill, 𐐀robert 4/5/2019",
            &format!("{endless}, {endless} 4/5/2019"),
            &"a ".repeat(99),
            "' OR 1=1 --, x 4/5/2019",
            "%, _ 4/5/2019",
        ] {
            let found = typed(&world, text).await;
            let is_small = match &found {
                FoundPeople::People(hits) => hits.len() < 3,
                FoundPeople::NotEnough(_) => true,
                other => panic!("{other:?}"),
            };
            assert!(is_small, "{text}: {found:?}");
        }
        assert_eq!(firsts(&hits(&world, "\tquill\t,\trobert\t4/5/2019").await), ["ROBERT"]);
        assert_eq!(firsts(&hits(&world, "\u{202e}quill, robert\u{202c} 4/5/2019").await), ["ROBERT"]);
        assert_eq!(firsts(&hits(&world, "qu\u{ed}ll, robert 4/5/2019").await), ["ROBERT"]);
    });
}
