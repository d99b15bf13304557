//! Names of places and of people: what looks alike is one name or none, and whoever has accents or another script has a name too.

use super::{application_of_oak, email, on_a_registry, refusal};
use iis_model::access::Permission;
use iis_registry::access::operator;
use iis_registry::{enrollment, sites, training};

/// Page: /enroll, /help/enrollments/{number}
#[test]
fn a_name_that_looks_like_a_known_one_is_that_one_and_the_reviewer_sees_both() {
    on_a_registry(|r| async move {
        let cx = &r.world.cx;
        let hill = email("hill@oak.example");
        let by = operator(Permission::ManageSenders).expect("the operator may");
        sites::add_organization(cx, &by, "Oak  Pediatrics", r.at()).await.expect("added");
        for alike in ["oak pediatrics", "Oak\u{a0}Pediatrics", "Oak-Pediatrics"] {
            let again = sites::add_organization(cx, &by, alike, r.at()).await.map(drop);
            assert!(refusal(again).contains("of this name exists"), "{alike:?}");
        }
        for bad in ["Oak\u{ad} Pediatrics", "Oak P\u{435}diatrics", "Oak\u{200b}Pediatrics"] {
            let added = sites::add_organization(cx, &by, bad, r.at()).await.map(drop);
            assert!(refusal(added).contains("that are seen"), "{bad:?}");
            for (organization, site) in [(bad, "Dock"), ("Oak", bad)] {
                let written =
                    enrollment::Application { organization: organization.into(), ..application_of_oak(site) };
                let begun = enrollment::begin(cx, &hill, written, r.at()).await.map(drop);
                assert!(refusal(begun).contains("signs that are not seen"), "{bad:?}");
            }
        }
        let written = enrollment::Application {
            organization: "OAK \u{a0}Pediatrics".into(),
            ..application_of_oak("North   Clini\u{63}")
        };
        let number = enrollment::begin(cx, &hill, written, r.at()).await.expect("begun");
        let case = enrollment::opened(cx, number, r.at().at).await.expect("read").expect("there").case;
        assert_eq!((&*case.body.organization, &*case.body.site), ("OAK Pediatrics", "North Clinic"));
        let joins = enrollment::joins(cx, &case).await.expect("read").expect("the known one");
        assert_eq!(&*joins.organization, "Oak Pediatrics");
        let named = sites::sites(cx).await.expect("read").remove(0);
        let written = application_of_oak(&named.name.replace(' ', " - "));
        let number = enrollment::begin(cx, &hill, written, r.at()).await.expect("begun");
        let case = enrollment::opened(cx, number, r.at().at).await.expect("read").expect("there").case;
        let alike = enrollment::sites_of_same_name(cx, &case).await.expect("read");
        assert!(alike.iter().any(|one| one.code == named.code && !one.organization.is_empty()), "{alike:?}");
    });
}

/// Page: /training, /request-access
#[test]
fn people_of_every_script_register_and_their_user_names_can_be_read() {
    on_a_registry(|r| async move {
        let cx = &r.world.cx;
        for (n, name) in ["Jose\u{301} Ruiz", "अर्जुन सिंह", "J.R.Smithson Doe", "李 小龍"].iter().enumerate()
        {
            let who = email(&format!("who{n}@west.example"));
            let key = format!("key {n}");
            training::register(cx, name, &who, "", &key, r.at()).await.expect("registered");
        }
        let record = training::open_record(cx, "key 0", r.at()).await.expect("read").expect("a record");
        assert_eq!(&*record.name, "José Ruiz", "composed");
    });
}
