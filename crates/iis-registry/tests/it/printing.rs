//! Documents on paper: kept with what they were for, confirmed by their code, out of date when the record changes, revoked.

use crate::world::{World, about, on_each_engine};
use iis_model::access::{Channel, Granted, Permission, Place};
use iis_model::record::PersonRecord;
use iis_registry::access::{Caller, authorize, operator};
use iis_registry::accounts::{Account, RoleAssignment};
use iis_registry::people::{self, Criteria, FoundPeople};
use iis_registry::prints::{self, Code, Issued, Proof};
use iis_registry::{Failure, rosters};
use iis_store::testing::tables::dump_in;

const ANA: &str = "DOE^ANA^^^^^L||20200115|F|||1 Quay St^^Port Lindgren^CD^86110^USA^H";
const DOSE: &str = "ORC|RE||V1^NORTH\rRXA|0|1|20210301||03^MMR^CVX|999|||01^x^NIP001\r";

async fn account(world: &World, name: &str, role: &str, place: Place) -> Account {
    world.account(name, vec![RoleAssignment::new(role, place)]).await
}

fn granted(world: &World, account: &Account) -> Granted {
    let caller = Caller::Account(account);
    authorize(&world.cx.roles, caller, Permission::PrintOfficialRecord, Channel::Web, "school")
        .expect("may print")
}

async fn ana(world: &World) -> PersonRecord {
    let everybody =
        authorize(&world.cx.roles, Caller::Operator, Permission::SearchPersons, Channel::CommandLine, "test");
    let criteria = Criteria {
        last: "doe".into(),
        first: "ana".into(),
        born_on: Some(jiff::civil::date(2020, 1, 15)),
        ..Criteria::default()
    };
    let granted = everybody.expect("operators may search");
    let found = people::search(&world.cx, granted.clone(), criteria, world.arrival()).await;
    let FoundPeople::People(people) = found.expect("the store works") else { panic!("she is not found") };
    let opened = people::open(&world.cx, granted, people[0].person.registry_number, world.arrival()).await;
    opened.expect("the store works").expect("she is there")
}

fn issued(code: &Code) -> Issued {
    Issued {
        code: code.clone(),
        form: "record",
        language: "en",
        initials: "A. D.".into(),
        birth_year: Some(2020),
        doses: 1,
        tells_conditions: false,
        purpose: "school".into(),
        pdf_sha256: [7; 32],
    }
}

#[test]
fn a_code_confirms_what_was_printed_until_the_record_changes_or_it_is_revoked() {
    on_each_engine(|world| async move {
        world.send(&world.north, &about("NORTH", "M1", "A17", ANA, DOSE)).await;
        let nurse = account(&world, "nurse", "clinic-access", Place::State).await;
        let other = account(&world, "other", "clinic-access", Place::State).await;
        let record = ana(&world).await;
        let code = Code::of_random(0x0123_4567_89ab_cdef);
        let kept =
            prints::issue(&world.cx, granted(&world, &nurse), &record, issued(&code), world.arrival()).await;
        assert!(kept.expect("the store works"));
        let look = async || match prints::confirm(&world.cx, code.clone(), world.arrival()).await {
            Ok(Some(Proof::Document(document))) => Ok(Some(document)),
            Ok(other) => panic!("a document about a record, not {other:?}"),
            Err(failure) => Err(failure),
        };
        let confirmed = look().await.expect("the store works").expect("it was printed");
        assert_eq!((&*confirmed.initials, confirmed.birth_year, confirmed.doses), ("A. D.", Some(2020), 1));
        assert!(confirmed.is_current == Some(true) && confirmed.revoked_at.is_none());
        let guessed = prints::confirm(&world.cx, Code::of_random(1), world.arrival()).await;
        assert_eq!(guessed.expect("the store works"), None);
        // more is reported: the paper is out of date
        world
            .send(
                &world.north,
                &about("NORTH", "M2", "A17", ANA, &DOSE.replace("V1", "V2").replace("20210301", "20210601")),
            )
            .await;
        assert_eq!(look().await.expect("the store works").expect("it was printed").is_current, Some(false));
        // of a record that is protected nothing is said any more, not even whether it changes
        let hidden = about("NORTH", "M3", "A17", ANA, "PD1||||||||||||Y|20260101\r");
        world.send(&world.north, &hidden).await;
        assert_eq!(look().await.expect("the store works").expect("it was printed").is_current, None);
        world.send(&world.north, &about("NORTH", "M4", "A17", ANA, "PD1||||||||||||N|20260102\r")).await;
        // revoked by who printed it, and by nobody else without that permission
        let listed = prints::of_person(&world.cx, granted(&world, &other), record.id, 0).await;
        let document = listed.expect("the store works").0[0].kept.id;
        let revoke = |who: &Account, about, reason: &'static str, settles| {
            prints::revoke(&world.cx, granted(&world, who), about, reason, settles, world.arrival())
        };
        let about = (record.id, document);
        assert!(!revoke(&other, about, "lost", false).await.expect("the store works"));
        assert!(matches!(revoke(&nurse, about, "because", false).await, Err(Failure::Rule(_))));
        assert!(!revoke(&nurse, (record.id, document + 1), "lost", true).await.expect("the store works"));
        assert!(look().await.expect("the store works").expect("it was printed").revoked_at.is_none());
        assert!(revoke(&nurse, about, "lost", false).await.expect("the store works"));
        let first = look().await.expect("the store works").expect("it was printed").revoked_at;
        assert!(first.is_some());
        assert!(
            revoke(&other, about, "misused", true).await.expect("the store works"),
            "who settles records"
        );
        assert_eq!(
            look().await.expect("the store works").expect("it was printed").revoked_at,
            first,
            "as first revoked"
        );
    });
}

#[test]
fn nothing_is_kept_or_listed_beyond_reach() {
    on_each_engine(|world| async move {
        world.send(&world.north, &about("NORTH", "M1", "A17", ANA, DOSE)).await;
        let names =
            iis_registry::directory::directory(&world.cx, &world.arrival()).await.expect("the store works");
        let school = names.sites().find(|site| &*site.code == "SOUTH").expect("a site").clone();
        let nurse = account(&world, "school", "school-read-only", Place::Site(school.id)).await;
        let record = ana(&world).await;
        let code = Code::of_random(42);
        let issue =
            || prints::issue(&world.cx, granted(&world, &nurse), &record, issued(&code), world.arrival());
        assert!(!issue().await.expect("the store works"), "not a student of hers");
        let look = prints::confirm(&world.cx, code.clone(), world.arrival()).await;
        assert_eq!(look.expect("the store works"), None, "nothing was kept");
        let roster = operator(Permission::KeepRoster).expect("the operator may");
        let at = (school.id, school.organization_id);
        let enrolled = rosters::enroll(&world.cx, roster, at, record.registry_number, world.arrival()).await;
        assert!(enrolled.expect("the store works"));
        assert!(issue().await.expect("the store works"), "a student of hers: reading roles print too");
        let elsewhere = account(
            &world,
            "elsewhere",
            "school-read-only",
            Place::Site(names.sites().find(|site| &*site.code == "NORTH").expect("a site").id),
        )
        .await;
        let listed = prints::of_person(&world.cx, granted(&world, &elsewhere), record.id, 0).await;
        assert_eq!(listed.expect("the store works"), (Vec::new(), false));
    });
}

/// However many were printed since, each document can be found and revoked; who presses twice leaves one row in the audit.
#[test]
fn the_oldest_of_many_documents_is_revoked_once() {
    on_each_engine(|world| async move {
        world.send(&world.north, &about("NORTH", "M1", "A17", ANA, DOSE)).await;
        let nurse = account(&world, "nurse", "clinic-access", Place::State).await;
        let record = ana(&world).await;
        for n in 0..51 {
            let kept = issued(&Code::of_random(1_000 + n));
            let kept =
                prints::issue(&world.cx, granted(&world, &nurse), &record, kept, world.arrival()).await;
            assert!(kept.expect("the store works"));
        }
        let page = |n| prints::of_person(&world.cx, granted(&world, &nurse), record.id, n);
        let (first, has_older) = page(0).await.expect("the store works");
        assert!(first.len() == 50 && has_older);
        let (second, has_older) = page(1).await.expect("the store works");
        assert!(second.len() == 1 && !has_older);
        let about = (record.id, second[0].kept.id);
        let by = granted(&world, &nurse);
        for _ in 0..2 {
            let revoked = prints::revoke(&world.cx, by.clone(), about, "lost", false, world.arrival()).await;
            assert!(revoked.expect("the store works"));
        }
        assert!(page(1).await.expect("the store works").0[0].revoked_at.is_some());
        let audit = &world.cx.store.read(dump_in).await.expect("the tables can be read")["audit"];
        let ended = |how: &str| {
            let is_one = |row: &&String| row.contains("\"revoke-document\"") && row.contains(how);
            audit.iter().filter(is_one).count()
        };
        assert_eq!((ended("\"done\""), ended("\"revoked already\"")), (1, 1));
    });
}

#[test]
fn what_a_document_is_for_is_one_of_the_list() {
    assert_eq!(prints::purpose("school", "").expect("of the list"), "school".into());
    assert_eq!(
        prints::purpose("other", " a passport\u{7} ").expect("of the list"),
        "other: a passport".into()
    );
    for (chosen, words) in [("", ""), ("fun", "because I can"), ("other", ""), ("other", "   x")] {
        assert!(matches!(prints::purpose(chosen, words), Err(Failure::Rule(_))), "{chosen} {words}");
    }
}
