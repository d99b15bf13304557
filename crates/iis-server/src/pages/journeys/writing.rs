//! What only some roles may write is not written through the forms of others, whatever fields are sent with them (OWASP ASVS
//! 5.0.0, 8.2.3 and 15.3.3).

use super::access::Way;
use super::desk::{desk, encoded, filled};
use super::{Browser, House};
use axum::http::StatusCode;
use iis_model::Timestamp;
use iis_model::access::{Channel, Permission};
use iis_model::record::PersonRecord;
use iis_registry::access::{Caller, authorize};
use iis_registry::accounts::{self, Account};
use iis_registry::{enrollment, people, requests};

/// Fields of a record, an account or a case that the roles below may not write, by the names that the forms of others, the
/// messages and the tables give them.
#[rustfmt::skip]
const OF_OTHERS: &[(&str, &str)] = &[
    // a record that is locked, or whose owner opted out: the privacy officer
    ("is_locked", "true"), ("sealed", "true"), ("confidential", "on"), ("is_vital", "true"), ("withdrawn_by", "1"),
    ("opts_out", "on"), ("signed_on", "t"), ("signed_by", "Sue Moss"), ("relation", "parent"), ("reference", "F-17"),
    // the status in the state
    ("activity", "deceased"), ("is_deceased", "Y"), ("died_on", "03/01/2026"), ("dod", "2026-03-01"), ("status", "I"),
    // who the record is, and whose report it becomes
    ("registry_number", "1234567897"), ("number", "1234567897"), ("person_id", "1"), ("merged_into", "1"), ("version", "99"),
    ("mrn", "A99"), ("authority", "CEDAR"), ("organization_id", "1"), ("site_id", "1"), ("sender_id", "1"),
    // who one is here
    ("role", "system-administrator"), ("roles", "system-administrator"), ("permission", "lock-persons"),
    ("place", "state"), ("must_change", "true"), ("is_active", "true"),
    // how far a case has come
    ("state", "approved"), ("confirmed_at", "2026-03-01T00:00:00Z"), ("license_verified", "{}"), ("enrollment", "1"),
    ("adds_to", "1"), ("renew_on", "2036-03-01"), ("renewing_since", "2026-03-01T00:00:00Z"), ("pin", "0412"),
];

async fn account(house: &House, name: &str) -> Account {
    accounts::find(&house.app.registry, name).await.expect("the store works").expect("an account")
}

async fn record(house: &House, reader: &str, number: &str) -> PersonRecord {
    let (registry, account) = (&house.app.registry, account(house, reader).await);
    let caller = Caller::Account(&account);
    let granted = authorize(&registry.roles, caller, Permission::ViewPerson, Channel::Web, "a test");
    let number = number.parse().expect("a registry number");
    let opened = people::open(registry, granted.expect("permitted"), number, house.app.arrival()).await;
    opened.expect("the store works").expect("a record")
}

#[tokio::test]
async fn v8_2_3_what_only_others_may_write_of_a_record_is_not_written_by_a_clinics_form() {
    let (house, number) = desk(&[("ana", "clinic-access", "RIVER")]).await;
    let mut ana = house.sign_in("ana").await;
    let before = record(&house, "ana", &number).await;
    let path = format!("/patients/{number}/demographics/change");
    let page = house.get(&mut ana, &path).await;
    let mut fields = filled(&page);
    for (name, value) in OF_OTHERS {
        if *name == "state" {
            continue; // that of the address here
        }
        let (name, value) = ((*name).to_owned(), (*value).to_owned());
        assert!(fields.insert(name.clone(), value).is_none(), "{name} is a field of the clinic's own form");
    }
    fields.insert("street".to_owned(), "2 Elm St".to_owned());
    fields.insert("city".to_owned(), "Alder".to_owned());
    let sent = house.post(&mut ana, &path, &encoded(&fields)).await;
    assert_eq!(sent.status, StatusCode::SEE_OTHER, "what is its own is written: {}", sent.body);
    let mut after = record(&house, "ana", &number).await;
    assert_ne!(after.demographics.addresses, before.demographics.addresses);
    after.demographics.addresses = before.demographics.addresses.clone();
    assert_eq!(after.demographics, before.demographics, "and nothing else");
    assert_eq!((after.id, after.registry_number), (before.id, before.registry_number));
    let organizations: Vec<_> = after.reporters.iter().map(|one| &*one.organization).collect();
    assert_eq!(
        organizations,
        ["RIVER", "RIVER"],
        "it is a report of the clinic where she works, beside its own"
    );
}

#[tokio::test]
async fn v8_2_3_nobody_gives_themselves_a_role_or_a_state_by_a_field_more() {
    let way = Way::with(|_| {}).await;
    let more: String = OF_OTHERS.iter().fold(String::new(), |sent, (name, value)| {
        format!("{sent}&{name}={}", crate::pages::visitor::percent_encoded(value))
    });
    let more = more.replace("&role=system-administrator", ""); // a field of the request itself
    let mut amara = Browser::default();
    way.get(&mut amara, "/request-access").await;
    let form = "name=Amara+Okafor&email=amara@river.example&user_kind=general&vaccinates=yes&role=clinic-access\
                &site=River+Clinic&administrator=Ana+Silva&license_kind=&license_number=";
    way.send(&mut amara, "/request-access", &format!("{form}{more}")).await;
    let (registry, now) = (&way.house.app.registry, Timestamp::MAX);
    let case = requests::opened(registry, 1, now).await.expect("read").expect("a request").case;
    assert_eq!(case.state, requests::State::Draft);
    assert_eq!((&case.body.confirmed_at, &case.body.enrollment, &case.body.adds_to), (&None, &None, &None));
    assert!(case.body.license_verified.is_none(), "staff verify it");

    way.get(&mut amara, "/enroll").await;
    let form = "organization=Oak+Health&site=Oak+Clinic&kind=clinic&address=1+Oak+Street&contact=Joan+Hill\
                &email=joan@oak.example&administrator=Cora+Lind&administrator_email=cora@oak.example&program=no";
    way.send(&mut amara, "/enroll", &format!("{form}{more}")).await;
    let case = enrollment::opened(registry, 1, now).await.expect("read").expect("an enrollment").case;
    assert_eq!((case.state, case.site_id), (enrollment::State::Draft, None));
    let dates = (&case.body.confirmed_at, &case.body.renew_on, &case.body.renewing_since);
    assert_eq!(dates, (&None, &None, &None));
    assert!(!case.body.is_program);

    let mut paula = way.house.sign_in("paula").await;
    let roles = account(&way.house, "paula").await.roles;
    let listed = "name=Ada+Lind&email=ada@river.example&position=staff&license_kind=&license_number=";
    way.send(&mut paula, "/clinic/staff", &format!("{listed}{more}&role=system-administrator")).await;
    let password = super::PASSWORD.replace(' ', "+");
    let new = format!("current={password}&new=seven+quiet+herons+wade&again=seven+quiet+herons+wade{more}");
    let changed = way.house.post(&mut paula, "/account/password", &new).await;
    assert_eq!(changed.status, StatusCode::SEE_OTHER, "{}", changed.body);
    let paula = account(&way.house, "paula").await;
    assert_eq!((paula.roles, paula.must_change), (roles, false));
}
