//! Births with their doses, children without a name, twins, deaths.

use super::{BORN, birth, born, called, codes, found, loaded, only, opened, stored};
use crate::world::{World, about, mmr, on_each_engine};
use iis_model::event::InformationSource;
use iis_model::person::Sex;
use iis_model::{Cvx, EventKind};
use iis_registry::rebuild::check;
use iis_store::testing::tables::dump_in;

/// A death under a certificate number.
fn death(number: &str, died_on: &str) -> String {
    format!("1,death,{number},,,,,{BORN},,,,,,,,,,{died_on},,,,,\n")
}

async fn is_as_computed(world: &World) {
    let checked = check(&world.cx, world.arrival().at, |_| {}).await.expect("the store works");
    assert!(checked.differing.is_empty(), "{:?}", checked.differing);
}

/// How many persons there are.
async fn persons(world: &World) -> usize {
    world.cx.store.read(dump_in).await.expect("the tables can be read")["person"].len()
}

#[test]
fn p4_a_birth_makes_the_person_on_the_day_of_receipt_with_the_doses_of_the_certificate() {
    on_each_engine(|world| async move {
        let line = birth("2026-001", "DOE", "ANA", "2026-02-28,L77,2026-03-01,,");
        let loaded = stored(&world, &line).await;
        assert_eq!((loaded.lines, loaded.stored, loaded.known), (1, 1, 0));
        let ana = only(&world, "DOE", "ANA").await;
        assert_eq!(ana.demographics.birth_date(), Some(born()));
        assert_eq!(ana.demographics.sex.value, Some(Sex::Female));
        let mut doses: Vec<_> = ana.events.iter().map(|event| &event.best).collect();
        doses.sort_by_key(|dose| dose.cvx.value);
        let said: Vec<_> = doses
            .iter()
            .map(|dose| {
                (dose.cvx.value, dose.given_on.value.map(|on| on.to_string()), dose.kind, dose.source.value)
            })
            .collect();
        let from = Some(InformationSource::BirthCertificate);
        assert_eq!(
            said,
            [
                (Some(Cvx::new(8)), Some("2026-02-28".to_owned()), EventKind::Historical, from),
                (Some(Cvx::new(30)), Some("2026-03-01".to_owned()), EventKind::Historical, from),
            ]
        );
        assert_eq!(doses[0].lot.number.get().map(|lot| &**lot), Some("L77"));
        is_as_computed(&world).await;
    });
}

#[test]
fn p4_who_was_reported_before_is_found_and_the_certificate_is_believed() {
    on_each_engine(|world| async move {
        let at_home = "DOE^ANA^^^^^L|MOSS^SUE^^^^^M|20260227|F|||12 Elm St^^Alder^CD^90001^USA^H";
        world.send(&world.north, &about("NORTH", "M1", "A17", at_home, "")).await;
        stored(&world, &birth("B1", "DOE", "ANA", ",,,,")).await;
        // a clinic says the wrong day again, later
        let later = about("NORTH", "M2", "A17", at_home, &mmr("V1", "20260301", "01", "A"));
        world.send(&world.north, &later).await;
        let ana = only(&world, "DOE", "ANA").await;
        assert_eq!(ana.demographics.birth_date(), Some(born()), "the certificate's");
        assert_eq!((ana.reporters.len(), ana.events.len()), (2, 1), "one person of both");
        is_as_computed(&world).await;
    });
}

#[test]
fn p5_a_newborn_without_a_name_is_name_unknown_and_gets_one_by_an_amended_certificate() {
    on_each_engine(|world| async move {
        let twins = birth("B1", "DOE", "", ",,,,").replace(",F,N,,", ",F,Y,1,")
            + &birth("B2", "DOE", "", ",,,,").replace(",F,N,,", ",F,Y,2,");
        let loaded = stored(&world, &twins).await;
        assert_eq!(loaded.stored, 2);
        assert_eq!(persons(&world).await, 2, "two that have no name are not one");
        let named = birth("B1", "DOE", "ANA", ",,,,").replace(",F,N,,", ",F,Y,1,");
        stored(&world, &named).await;
        let mut names = Vec::new();
        for number in found(&world, "DOE", "ANA").await {
            names.push(called(&opened(&world, number).await.expect("a record")).1);
        }
        assert!(names.contains(&"ANA".to_owned()), "{names:?}");
        assert_eq!(persons(&world).await, 2, "nobody was made anew");
        is_as_computed(&world).await;
    });
}

#[test]
fn p4_two_certificates_are_two_persons_however_alike() {
    on_each_engine(|world| async move {
        stored(&world, &(birth("B1", "DOE", "ANA", ",,,,") + &birth("B2", "DOE", "ANA", ",,,,"))).await;
        assert_eq!(found(&world, "DOE", "ANA").await.len(), 2);
    });
}

#[test]
fn p4_a_death_is_believed_and_nothing_is_due_any_more() {
    on_each_engine(|world| async move {
        stored(&world, &birth("B1", "DOE", "ANA", ",,,,")).await;
        let before = only(&world, "DOE", "ANA").await;
        let due = iis_registry::recommend::recommend(&world.cx.schedules, &before, world.arrival().today);
        assert!(!due.forecasts.is_empty(), "a newborn has doses before her");
        stored(&world, &death("B1", "2026-03-01")).await;
        let ana = only(&world, "DOE", "ANA").await;
        assert_eq!(ana.demographics.is_deceased.value, Some(true));
        assert_eq!(ana.demographics.died_on.value.map(|on| on.to_string()).as_deref(), Some("2026-03-01"));
        assert_eq!(called(&ana), ("DOE".to_owned(), "ANA".to_owned()), "the rest is as it was");
        let said = iis_registry::recommend::recommend(&world.cx.schedules, &ana, world.arrival().today);
        assert!(said.forecasts.is_empty(), "nothing is due for the dead");
        is_as_computed(&world).await;
        // it was somebody else
        let back = death("B1", "").replace("1,death,", "1,death-reversal,");
        stored(&world, &back).await;
        let ana = only(&world, "DOE", "ANA").await;
        assert_eq!((ana.demographics.is_deceased.value, ana.demographics.died_on.value), (Some(false), None));
        let said = iis_registry::recommend::recommend(&world.cx.schedules, &ana, world.arrival().today);
        assert!(!said.forecasts.is_empty(), "she has doses before her again");
        is_as_computed(&world).await;
    });
}

#[test]
fn p4_a_death_finds_who_was_never_born_here_and_makes_nobody() {
    on_each_engine(|world| async move {
        let old = "ROE^MAX^^^^^L|MOSS^SUE^^^^^M|19500115|M|||12 Elm St^^Alder^CD^90001^USA^H||^PRN^PH^^^515^5551234";
        world.send(&world.north, &about("NORTH", "M1", "A17", old, "")).await;
        let line = |first: &str, number: &str| {
            format!(
                "1,death,,,ROE,{first},,1950-01-15,M,,,SUE,MOSS,12 Elm St,Alder,CD,90001,2026-03-01,,,,{number},\n"
            )
        };
        let loaded = loaded(
            &world,
            &(line("MAX", "D1") + &line("OLIVER", "D2").replace("ROE", "BLUM").replace("12 Elm", "3 Fir")),
        )
        .await;
        assert_eq!((loaded.stored, loaded.refused), (1, 1));
        assert_eq!(codes(&loaded), [(3, "VR-024", "")]);
        let seeker = crate::protecting::granted(
            &world,
            "data-quality",
            None,
            iis_model::access::Permission::SearchPersons,
        )
        .await;
        let criteria = iis_registry::people::Criteria {
            last: "ROE".into(),
            first: "MAX".into(),
            born_on: Some(jiff::civil::date(1950, 1, 15)),
            ..Default::default()
        };
        let found = iis_registry::people::search(&world.cx, seeker, criteria, world.arrival()).await;
        let iis_registry::people::FoundPeople::People(found) = found.expect("works") else { panic!("one") };
        let max = opened(&world, found[0].person.registry_number).await.expect("a record");
        assert_eq!(max.demographics.is_deceased.value, Some(true));
        assert_eq!(max.reporters.len(), 2);
    });
}

/// Each finding that takes a look at what is stored, or at values.
#[test]
fn p4_what_is_refused_or_doubtful_is_told_without_values() {
    on_each_engine(|world| async move {
        stored(&world, &birth("B1", "DOE", "ANA", ",,,,")).await;
        let ordinary = birth("B9", "POE", "IDA", ",,,,");
        #[rustfmt::skip]
        let table = [
            // a line                                                      code      column
            (ordinary.replace(BORN, "28.02.2026"),                         "VR-011", "born_on"),
            (ordinary.replace(BORN, "2026-02-30"),                         "VR-011", "born_on"),
            (birth("B9", "POE", "IDA", "yesterday,,,,"),                   "VR-011", "hepb_on"),
            (birth("B9", "POE", "IDA", ",,2026-2-28,,"),                   "VR-011", "hbig_on"),
            (birth("B9", "POE", "IDA", ",,,,in March"),                    "VR-011", "registered_on"),
            (ordinary.replace(",F,N,", ",girl,N,"),                        "VR-012", "sex"),
            (ordinary.replace(",F,N,", ",F,perhaps,"),                     "VR-012", "multiple_birth"),
            (ordinary.replace(",F,N,,", ",F,Y,second,"),                   "VR-012", "birth_order"),
            (birth("B1", "ROE", "MIGUEL", ",,,,").replace(BORN, "1987-06-02"), "VR-020", ""),
            (super::replaced("adoption", "B404", "B2", "STONE", "EMMA"),   "VR-021", ""),
            (death("B1", "2027-01-01"),                                    "VR-027", ""),
            (death("B1", "2026-02-27"),                                    "VR-027", ""),
            (death("B1", "2026-03-01").replace(BORN, "2026-02-27"),        "VR-020", ""),
            (death("B1", "2026-03-01").replace("-28,,", "-28,M,"),         "VR-020", ""),
            (death("B1", "2026-03-01").replace("1,death,", "1,death-reversal,"), "VR-028", ""),
        ];
        for (line, code, column) in table {
            let loaded = loaded(&world, &line).await;
            let wrong: Vec<_> =
                codes(&loaded).into_iter().filter(|(_, code, _)| code.starts_with("VR")).collect();
            assert_eq!(wrong, [(2, code, column)], "{line}");
            assert_eq!((loaded.stored, loaded.known, loaded.refused), (0, 0, 1), "{line}");
            let told = format!("{:?}", loaded.notes);
            for value in ["POE", "IDA", "B9", "B404", "ROE", "MIGUEL", "perhaps", "girl", "STONE"] {
                assert!(
                    !told.contains(&format!("{value}\"")) && !told.contains(&format!("{value} ")),
                    "{told}"
                );
            }
        }
        let future = loaded(&world, &ordinary.replace(BORN, "2031-01-01")).await;
        assert_eq!(future.refused, 1, "{:?}", future.notes);
        assert!(future.notes.iter().any(|note| &*note.column == "born_on"), "{:?}", future.notes);
        assert_eq!(found(&world, "POE", "IDA").await, [], "nothing was stored");
        // who resembles is stored, and somebody looks
        let alike = birth("B3", "DOE", "ANA", ",,,,");
        let told = stored(&world, &alike).await;
        assert!(codes(&told).contains(&(2, "VR-025", "")), "{:?}", told.notes);
    });
}
