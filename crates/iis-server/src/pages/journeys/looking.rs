//! Who looked, who may look, and who looks all the same: the audit log, what an account sees, emergencies.

use super::{Browser, House};
use axum::http::StatusCode;
use iis_model::access::Permission;
use iis_registry::access::operator;
use iis_registry::accounts::{self, NewUser, RoleAssignment};
use iis_registry::sites;

#[tokio::test]
async fn the_audit_is_read_as_far_as_the_role_reaches() {
    let people = &[
        ("nurse", "clinic-access", false),
        ("auditor", "auditor", false),
        ("desk", "help-desk", false),
        ("admin", "system-administrator", false),
        ("privacy", "privacy-officer", false),
    ];
    let house = House::with(people).await;
    let number = house.report("DOE", "ANA").await;
    let mut nurse = house.sign_in("nurse").await;
    house.get(&mut nurse, &format!("/patients/{number}")).await;
    let looked = "<td>nurse</td><td>view-person</td>";
    let cell = r#"<td class="figures">"#;
    let about = format!("{looked}{cell}{number}</td>");
    let linked = format!(r#"{looked}{cell}<a href="/patients/{number}">{number}</a></td>"#);
    #[rustfmt::skip]
    let table = [
        // who        sees the look   and whom it was about
        ("auditor",   true,           true),
        ("admin",     true,           false),
        ("desk",      false,          false),  // its own rows alone
    ];
    for (user, sees, sees_person) in table {
        let mut browser = house.sign_in(user).await;
        let page = house.get(&mut browser, "/admin/audit?who=nurse&what=view-person").await;
        assert_eq!(page.status, StatusCode::OK, "{user}");
        assert_eq!((page.body.contains(looked), page.body.contains(&about)), (sees, sees_person), "{user}");
    }
    let mut privacy = house.sign_in("privacy").await;
    let page = house.get(&mut privacy, "/admin/audit?who=nurse").await;
    assert!(page.body.contains(&linked), "whom this nurse looked up: {}", page.body);
    assert_eq!(house.get(&mut nurse, "/admin/audit").await.status, StatusCode::NOT_FOUND);
    let mut auditor = house.sign_in("auditor").await;
    let own = house.get(&mut auditor, "/admin/audit?who=auditor&what=read-audit").await;
    assert!(own.body.contains("<td>auditor</td><td>read-audit</td>"), "looking is on record: {}", own.body);
}

/// Page: /admin/audit
#[tokio::test]
async fn who_asks_for_an_address_that_is_not_theirs_stands_in_the_audit_once_an_hour() {
    let house = House::with(&[("nurse", "clinic-access", false), ("auditor", "auditor", false)]).await;
    let (mut nurse, mut auditor) = (house.sign_in("nurse").await, house.sign_in("auditor").await);
    for _ in 0..3 {
        assert_eq!(house.get(&mut nurse, "/admin/audit").await.status, StatusCode::NOT_FOUND);
    }
    for (path, status) in
        [("/admin/mail/7/again", StatusCode::NOT_FOUND), ("/admin/news/8/down", StatusCode::NOT_FOUND)]
    {
        assert_eq!(house.post(&mut nurse, path, "").await.status, status, "{path}");
    }
    assert_eq!(house.get(&mut nurse, "/nowhere/at/all").await.status, StatusCode::NOT_FOUND);
    assert_eq!(house.get(&mut Browser::default(), "/admin/audit").await.status, StatusCode::SEE_OTHER);
    let page = house.get(&mut auditor, "/admin/audit?what=ask-for-address").await;
    assert_eq!(page.body.matches("<td>ask-for-address: refused</td>").count(), 3, "{}", page.body);
    for text in [
        "GET /admin/audit needs read-audit",
        "POST /admin/mail/{id}/again needs manage-accounts",
        "POST /admin/news/{id}/down needs publish-news",
    ] {
        assert!(page.body.contains(text), "{text}: {}", page.body);
    }
}

#[tokio::test]
async fn the_audit_is_narrowed_and_its_older_rows_are_a_page_on() {
    let people = &[("nurse", "clinic-access", false), ("auditor", "auditor", false)];
    let house = House::with(people).await;
    let number = house.report("DOE", "ANA").await;
    let mut nurse = house.sign_in("nurse").await;
    for _ in 0..101 {
        house.get(&mut nurse, &format!("/patients/{number}")).await;
    }
    let mut auditor = house.sign_in("auditor").await;
    let looks = |body: &str| body.matches("<td>view-person</td>").count();
    let first = house.get(&mut auditor, "/admin/audit?who=nurse&what=view-person").await;
    assert_eq!(looks(&first.body), 100);
    let href = first.body.split("href=\"/admin/audit?").nth(1).and_then(|rest| rest.split('"').next());
    let href = href.expect("older entries").replace("&#38;", "&");
    let older = house.get(&mut auditor, &format!("/admin/audit?{href}")).await;
    assert!(looks(&older.body) >= 1 && !older.body.contains("Older entries"), "{}", older.body);
    let about = house.get(&mut auditor, &format!("/admin/audit?about={number}&what=view-person")).await;
    assert_eq!(looks(&about.body), 100);
    let long_ago = house.get(&mut auditor, "/admin/audit?to=01/02/2020").await;
    assert!(long_ago.body.contains("No entries"), "{}", long_ago.body);
    for wrong in ["about=nobody", "from=13/13/2026"] {
        let page = house.get(&mut auditor, &format!("/admin/audit?{wrong}")).await;
        assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY, "{wrong}");
    }
}

/// A nurse at a clinic that does not report about the protected child of another; the child's number.
async fn protected() -> (House, String) {
    let people = &[
        ("desk", "help-desk", false),
        ("quality", "data-quality", false),
        ("privacy", "privacy-officer", false),
    ];
    let house = House::with(people).await;
    let river = house.clinic("RIVER").await;
    house.hear(&river, "A17", "DOE^ANA^^^^^L||20240211|F\rPD1||||||||||||Y|20260101").await;
    house.clinic("LAKE").await;
    let sites = sites::sites(&house.app.registry).await.expect("the store works");
    let lake = sites.iter().find(|site| &*site.code == "LAKE").expect("a site").id;
    let user = NewUser {
        name: "nurse".into(),
        display_name: "The nurse".into(),
        password_hash: crate::passwords::hash(super::PASSWORD).expect("hashed").into(),
        must_change: false,
        roles: vec![RoleAssignment::at_site("clinic-access", Some(lake))],
    };
    let by = operator(Permission::ManageAccounts).expect("the operator may");
    accounts::add(&house.app.registry, &by, user, house.app.arrival()).await.expect("an account");
    let mut quality = house.sign_in("quality").await;
    let sent = house.post(&mut quality, "/patients/searches", "number=A17").await;
    let found = house.get(&mut quality, sent.location()).await;
    let number = found.location().trim_start_matches("/patients/").to_owned();
    (house, number)
}

#[tokio::test]
async fn d8_y3_a_withheld_record_opens_in_an_emergency_marked_and_another_person_reviews_it() {
    let (house, number) = protected().await;
    let mut nurse = house.sign_in("nurse").await;
    let (record, form) = (format!("/patients/{number}"), "/patients/emergency");
    assert_eq!(house.get(&mut nurse, &record).await.status, StatusCode::NOT_FOUND);
    house.get(&mut nurse, form).await;
    for wrong in [
        format!("number={number}"),
        format!("number={number}&reason=care&words=short"),
        format!("number={number}&reason=curiosity&words=she+lies+here+unconscious"),
        "last=doe&first=ana&reason=care&words=she+lies+here+unconscious".to_owned(),
        "last=doe&first=ana&born=13/40/2024&reason=care&words=she+lies+here+unconscious".to_owned(),
        "number=NOBODY9&reason=care&words=she+lies+here+unconscious".to_owned(),
    ] {
        let page = house.post(&mut nurse, form, &wrong).await;
        assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY, "{wrong}");
    }
    let said = "last=doe&first=ana&born=02/11/2024&reason=care&words=she+lies+here+unconscious";
    let opened = house.post(&mut nurse, form, said).await;
    assert_eq!(opened.location(), record, "{}", opened.body);
    for tab in ["", "/history", "/demographics", "/reports", "/disclosures", "/why/mmr"] {
        let page = house.get(&mut nurse, &format!("{record}{tab}")).await;
        assert_eq!(page.status, StatusCode::OK, "{tab}");
        assert!(
            tab == "/why/mmr" || page.body.contains("Opened in an emergency, until"),
            "{tab}: {}",
            page.body
        );
        assert!(!page.body.contains("doses/new") && !page.body.contains("demographics/change"), "{tab}");
    }
    for page in ["/doses/new", "/history/new", "/notes/new", "/demographics/change", "/duplicate"] {
        let page = house.get(&mut nurse, &format!("{record}{page}")).await;
        assert_eq!(page.status, StatusCode::NOT_FOUND, "an emergency opens to look, not to change");
    }
    let mut desk = house.sign_in("desk").await;
    assert_eq!(house.get(&mut desk, "/admin/emergencies").await.status, StatusCode::NOT_FOUND);
    let mut officer = house.sign_in("privacy").await;
    let today = house.get(&mut officer, "/").await;
    assert!(today.body.contains("1 record opened in an emergency waits for its review"), "{}", today.body);
    let list = house.get(&mut officer, "/admin/emergencies").await;
    assert!(list.body.contains("she lies here unconscious") && !list.body.contains("DOE"), "{}", list.body);
    let action =
        list.body.split("action=\"/admin/emergencies/").nth(1).and_then(|rest| rest.split('"').next());
    let action = format!("/admin/emergencies/{}", action.expect("a form"));
    for wrong in ["", "finding=perhaps", "finding=not-justified"] {
        let page = house.post(&mut officer, &action, wrong).await;
        assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY, "{wrong}");
    }
    let kept = house.post(&mut officer, &action, "finding=justified&note=").await;
    assert_eq!(kept.location(), "/admin/emergencies?done=reviewed", "{}", kept.body);
    let again = house.post(&mut officer, &action, "finding=justified&note=").await;
    assert!(again.body.contains("Somebody else reviewed it meanwhile."), "{}", again.body);
    let looks = house.get(&mut officer, &format!("{record}/disclosures")).await;
    assert!(
        looks.body.contains("Emergency care: the patient is here and cannot wait: she lies here unconscious"),
        "{}",
        looks.body
    );
}

#[tokio::test]
async fn what_an_account_sees_is_told_in_words_and_of_one_patient_to_the_privacy_officer_alone() {
    let (house, number) = protected().await;
    let asked = format!("/admin/access?user=nurse&patient={number}");
    let no = "the record is protected, and none of the account’s organizations reports about the patient";
    let mut officer = house.sign_in("privacy").await;
    let page = house.get(&mut officer, &asked).await;
    assert!(page.body.contains("May open the records of everybody in the state"), "{}", page.body);
    assert!(page.body.contains("May change the patients of LAKE Clinic."), "{}", page.body);
    assert!(page.body.contains(no) && !page.body.contains("DOE"), "{}", page.body);
    let of_quality = house.get(&mut officer, &format!("/admin/access?user=quality&patient={number}")).await;
    assert!(of_quality.body.contains("Yes, "), "{}", of_quality.body);
    let of_desk = house.get(&mut officer, "/admin/access?user=nobody").await;
    assert_eq!(of_desk.status, StatusCode::UNPROCESSABLE_ENTITY);
    let mut desk = house.sign_in("desk").await;
    let page = house.get(&mut desk, &asked).await;
    assert!(page.body.contains("May change the patients of LAKE Clinic."), "{}", page.body);
    assert!(!page.body.contains(no) && !page.body.contains("Registry ID of one patient"), "{}", page.body);
    let mut nurse: Browser = house.sign_in("nurse").await;
    assert_eq!(house.get(&mut nurse, &asked).await.status, StatusCode::NOT_FOUND);
}
