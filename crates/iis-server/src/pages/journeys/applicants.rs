//! What applicants do beside the usual way: they withdraw, they become the first site administrator of their organization, they
//! have the link of an appointed administrator mailed again.

use super::access::{Way, shown};
use super::{Browser, Page};
use axum::http::StatusCode;
use iis_registry::accounts;

fn expect(page: &Page, texts: &[&str]) {
    for text in texts {
        assert!(page.body.contains(text), "{text}: {}", page.body);
    }
}

fn request(name: &str, email: &str, role: &str, site: &str) -> String {
    format!(
        "name={}&email={email}&user_kind=general&vaccinates=no&role={role}&site={}&administrator=&license_kind=\
         &license_number=",
        name.replace(' ', "+"),
        site.replace(' ', "+")
    )
}

/// Page: /request-access/{number}/{key}/{verb}
#[tokio::test]
async fn s11_a_request_is_withdrawn_after_a_page_that_says_what_ends() {
    let way = Way::begin().await;
    let (who, mut amara) = ("amara@river.example", Browser::default());
    way.get(&mut amara, "/request-access").await;
    way.send(&mut amara, "/request-access", &request("Amara Okafor", who, "clinic-access", "RIVER Clinic"))
        .await;
    let status = way.link(who, "Request 1").await;
    let page = way.get(&mut amara, &status).await;
    expect(&page, &["Withdraw this request", &format!("{status}/withdraw")]);
    let asked = way.get(&mut amara, &format!("{status}/withdraw")).await;
    expect(&asked, &["Withdraw request 1?", "with its place in the queue", "nothing ends"]);
    let page = way.get(&mut amara, &status).await;
    assert!(!page.body.contains("Withdrawn"), "looking ends nothing: {}", page.body);
    let page = way.send(&mut amara, &format!("{status}/withdraw"), "").await;
    expect(&page, &["Withdrawn"]);
    assert!(!page.body.contains("Withdraw this request"), "once: {}", page.body);
    let again = way.house.post(&mut amara, &format!("{status}/withdraw"), "").await;
    assert_eq!(again.status, StatusCode::UNPROCESSABLE_ENTITY, "{}", again.body);
    let other = way.house.get(&mut amara, &format!("{status}/approve")).await;
    assert_eq!(other.status, StatusCode::NOT_FOUND, "nothing else is asked about");
}

/// Page: /help/requests/{number}
#[tokio::test]
async fn s11_the_help_desk_asks_the_organization_and_approves_its_first_site_administrator() {
    let way = Way::begin().await;
    way.house.clinic("LAKE").await;
    let (who, mut lena) = ("lena@lake.example", Browser::default());
    way.get(&mut lena, "/request-access").await;
    way.send(&mut lena, "/request-access", &request("Lena Marsh", who, "site-administrator", "LAKE Clinic"))
        .await;
    let status = way.link(who, "Request 1").await;
    way.get(&mut lena, &status).await;
    way.train(who, "Lena Marsh").await;
    let page = way.send(&mut lena, &format!("{status}/submit"), "").await;
    expect(&page, &["No requests before yours", "The Help Desk asks your organization"]);
    let mut desk = way.house.sign_in("desk").await;
    way.get(&mut desk, "/help/requests").await;
    let page = way.send(&mut desk, "/help/requests/1/take", "reason=").await;
    expect(&page, &["The organization was asked", "/help/requests/1/administrator"]);
    assert!(!page.body.contains("Approve as first"), "first the organization is asked: {}", page.body);
    let early = way.house.post(&mut desk, "/help/requests/1/approve", "").await;
    assert_eq!(early.status, StatusCode::UNPROCESSABLE_ENTITY, "{}", early.body);
    let page = way.send(&mut desk, "/help/requests/1/administrator", "").await;
    let noted = [
        "Noted: the organization wants this person",
        "Approve as first site administrator",
        "nobody of it can be told",
    ];
    expect(&page, &noted);
    let alone = way.house.post(&mut desk, "/help/requests/1/approve", "").await;
    expect(
        &alone,
        &["so that nobody was told and nobody can object", "A colleague of the Help Desk approves"],
    );
    let mut colleague = way.house.sign_in("colleague").await;
    way.get(&mut colleague, "/help/requests/1").await;
    let page = way.send(&mut colleague, "/help/requests/1/approve", "").await;
    expect(&page, &["Approved. Two messages are on their way", "Account made"]);
    let set = way.link(who, "Set your password").await;
    way.get(&mut lena, &set).await;
    let password = super::PASSWORD.replace(' ', "+");
    way.send(&mut lena, &set, &format!("new={password}&again={password}")).await;
    let mut lena = way.house.sign_in("l.marsh").await;
    expect(&way.get(&mut lena, "/admin/accounts").await, &["The users of LAKE", "Lena Marsh"]);
    let river = way.house.get(&mut lena, "/admin/accounts?site=RIVER").await;
    assert!(!river.body.contains("Paula Vickers"), "{}", river.body);
}

/// Page: /enroll/{number}/{key}
#[tokio::test]
async fn s12_the_link_of_an_appointed_administrator_is_mailed_again_from_the_page_of_the_enrollment() {
    let way = Way::begin().await;
    let (mut joan, cora) = (Browser::default(), "cora@oak.example");
    way.get(&mut joan, "/enroll").await;
    let form = "organization=Oak+Health&site=Oak+Clinic&kind=clinic&address=1+Oak+Street&contact=Joan+Hill\
                &email=joan@oak.example&administrator=Cora+Lind&administrator_email=cora@oak.example&program=no";
    way.send(&mut joan, "/enroll", form).await;
    let own = way.link("joan@oak.example", "Enrollment 1").await;
    let page = way.get(&mut joan, &own).await;
    assert!(!page.body.contains(&format!("{own}/link")), "nobody is appointed yet: {}", page.body);
    for kind in ["letter-of-agreement", "site-administrator-form"] {
        let sign = format!("{}&signer=Joan+Hill&title=Director", shown(&page, kind));
        way.send(&mut joan, &format!("{own}/sign"), &sign).await;
    }
    way.send(&mut joan, &format!("{own}/submit"), "").await;
    let mut program = way.house.sign_in("program").await;
    way.get(&mut program, "/help/enrollments/1").await;
    way.send(&mut program, "/help/enrollments/1/decide/approve", "code=OAK&pin=").await;
    let waits = ["the site administrator is not there yet", "completes the required training first"];
    expect(&way.get(&mut program, "/help/enrollments").await, &waits);
    way.train(cora, "Cora Lind").await;
    let registry = &way.house.app.registry;
    iis_registry::enrollment::appoint_trained(registry, way.house.app.arrival()).await.expect("appointed");
    let page = way.get(&mut program, "/help/enrollments").await;
    assert!(!page.body.contains(waits[0]), "{}", page.body);
    let first = way.link(cora, "Set your password").await;
    let page = way.get(&mut joan, &own).await;
    expect(&page, &[&format!("{own}/link"), "Site code", "OAK"]);
    let page = way.send(&mut joan, &format!("{own}/link"), "").await;
    expect(&page, &["A new link is on its way to the site administrator"]);
    let second = way.link(cora, "Set your password").await;
    assert_ne!(first, second);
    let mut browser = Browser::default();
    assert_eq!(
        way.house.get(&mut browser, &first).await.status,
        StatusCode::NOT_FOUND,
        "the later one holds"
    );
    way.get(&mut browser, &second).await;
    let password = super::PASSWORD.replace(' ', "+");
    way.send(&mut browser, &second, &format!("new={password}&again={password}")).await;
    let page = way.get(&mut joan, &own).await;
    assert!(!page.body.contains(&format!("{own}/link")), "the password is set: {}", page.body);
    let account = accounts::find(&way.house.app.registry, "c.lind").await.expect("read").expect("made");
    assert_eq!(account.roles.len(), 1);
}
