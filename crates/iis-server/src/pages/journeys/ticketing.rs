//! Tickets of people who are signed in, what the Help Desk finds, letters that are sent again, one's own site found, and a site
//! that is withdrawn.

use super::access::Way;
use super::own_sites::enrolled_a_year_ago;
use super::{Browser, House};
use axum::http::StatusCode;
use iis_model::access::Permission;
use iis_model::organization::SiteKind;
use iis_registry::access::operator;
use iis_registry::setup::{self, NewOrganization, NewSite};
use iis_registry::sites;
use iis_registry::staff::Position;
use iis_registry::training;

async fn site_of(house: &House, code: &str, name: &str, kind: SiteKind) {
    let site = NewSite { code: code.into(), name: name.into(), kind, pin: None };
    let new = NewOrganization { name: format!("{name} Inc").into(), sites: vec![site] };
    setup::add_organizations(&house.app.registry, vec![new]).await.expect("set up");
}

/// Page: /tickets
#[tokio::test]
async fn s59_s64_a_nurse_asks_for_a_role_by_a_ticket_that_her_administrator_sees_and_the_role_comes_to_her_account()
 {
    let way = Way::begin().await;
    let house = &way.house;
    way.works("amara", "clinic-access", "Amara Okafor", Position::Staff).await;
    way.works("ben", "clinic-access", "Ben West", Position::Staff).await;
    site_of(house, "ELM", "Elm School", SiteKind::School).await;
    let elm = sites::sites(&house.app.registry).await.expect("read");
    let elm = elm.iter().find(|site| &*site.code == "ELM").expect("a site").id;
    way.works_at(elm, "head", "site-administrator", "Hedda Elm", Position::Staff).await;
    let keep = operator(Permission::KeepTraining).expect("the operator may");
    let courses = training::courses(&house.app.registry).await.expect("read");
    let line = |one: &training::Course| format!("amara@river.example,{},2026-02-26\n", one.code);
    let done = format!("email,course,completed_on\n{}", courses.iter().map(line).collect::<String>());
    training::import(&house.app.registry, &keep, done.as_bytes(), house.app.arrival())
        .await
        .expect("imported");

    let mut amara = house.sign_in("amara").await;
    let page = way.get(&mut amara, "/tickets").await;
    assert!(page.body.contains("You have asked nothing yet"), "{}", page.body);
    let page = way.get(&mut amara, "/help/tickets/new?category=add-role").await;
    assert!(page.body.contains("Your site administrator sees the ticket too"), "{}", page.body);
    assert!(!page.body.contains("name=\"email\""), "the account has an address");
    let form = "category=add-role&priority=usual&site=RIVER&kind=&linked=&subject=School+nurse&text=I+work+there+too";
    let wrong = house.post(&mut amara, "/help/tickets/new", &form.replace("kind=", "kind=request")).await;
    assert!(wrong.body.contains("enter the number of a request"), "{}", wrong.body);
    let page = way.send(&mut amara, "/help/tickets/new", form).await;
    assert!(page.body.contains("Your question is with the Help Desk"), "{}", page.body);
    assert!(page.body.contains("RIVER Clinic") && page.body.contains("/tickets/1/request"), "{}", page.body);

    let mut ben = house.sign_in("ben").await;
    for path in ["/tickets/1", "/tickets/1/request", "/tickets/2", "/tickets/x"] {
        assert_eq!(house.get(&mut ben, path).await.status, StatusCode::NOT_FOUND, "{path}");
    }
    let mut ana = house.sign_in("ana").await;
    let page = way.get(&mut ana, "/tickets").await;
    assert!(page.body.contains("School nurse") && page.body.contains("Amara Okafor"), "{}", page.body);
    let page = way.get(&mut ana, "/tickets/1").await;
    assert!(!page.body.contains("/tickets/1/request"), "not for the administrator to begin");
    way.send(&mut ana, "/tickets/1", "text=She+does+indeed").await;

    way.get(&mut amara, "/tickets/1/request").await;
    let form = "user_kind=school&vaccinates=no&role=school-read-only&site=ELM&administrator=Hedda+Elm\
                &jurisdiction=&license_kind=&license_number=";
    let bad = house.post(&mut amara, "/tickets/1/request", "user_kind=school").await;
    assert_eq!(bad.status, StatusCode::UNPROCESSABLE_ENTITY);
    let page = way.send(&mut amara, "/tickets/1/request", form).await;
    assert!(page.body.contains("Request 1 is saved as a draft"), "{}", page.body);
    let status = way.link("amara@river.example", "Request 1").await;
    let page = way.get(&mut amara, &status).await;
    for text in ["the role is added to the one that is there", "ticket 1", "/tickets/1"] {
        assert!(page.body.contains(text), "{text}: {}", page.body);
    }
    way.send(&mut amara, &format!("{status}/submit"), "").await;

    let mut desk = house.sign_in("desk").await;
    let page = way.get(&mut desk, "/help/tickets/1").await;
    for text in ["amara", "RIVER Clinic", "/help/requests/1", "She does indeed"] {
        assert!(page.body.contains(text), "{text}: {}", page.body);
    }
    let page = way.get(&mut desk, "/help/requests/1").await;
    assert!(page.body.contains("/help/tickets/1"), "{}", page.body);
    way.send(&mut desk, "/help/requests/1/take", "reason=").await;
    way.send(&mut desk, "/help/requests/1/ask", "").await;
    let mut head = house.sign_in("head").await;
    let link = way.link("head@river.example", "waits for your approval").await;
    way.get(&mut head, &link).await;
    way.send(&mut head, &format!("{link}/approve"), "").await;
    let page = way.get(&mut amara, "/account").await;
    assert!(page.body.contains("Clinic Access") && page.body.contains("School Read-Only"), "{}", page.body);
    let page = way.get(&mut amara, "/tickets/1").await;
    assert!(page.body.contains("Resolved") && page.body.contains("Request 1 was approved"), "{}", page.body);
    let found = way.get(&mut desk, "/help/tickets?state=resolved&category=add-role&site=river").await;
    assert!(found.body.contains("School nurse") && found.body.contains("1 ticket found"), "{}", found.body);
    let none = way.get(&mut desk, "/help/tickets?state=all&category=vaccine&site=&order=oldest").await;
    assert!(none.body.contains("No ticket is like that"), "{}", none.body);
    let unknown = house.get(&mut desk, "/help/tickets?state=all&site=nowhere").await;
    assert_eq!(unknown.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(unknown.body.contains("We know no site"), "{}", unknown.body);
}

/// Page: /request-access
#[tokio::test]
async fn s7_s8_an_applicant_finds_the_site_and_has_a_lost_letter_sent_again() {
    let way = Way::begin().await;
    let house = &way.house;
    site_of(house, "PED", "Alder Pediatrics", SiteKind::Clinic).await;
    site_of(house, "FAM", "Family Care", SiteKind::Clinic).await;
    site_of(house, "ELEM", "Alder Elementary", SiteKind::School).await;
    let by = operator(Permission::ManageSenders).expect("the operator may");
    sites::set_town(&house.app.registry, &by, "FAM", "Alder", house.app.arrival()).await.expect("set");
    let mut amara = Browser::default();
    way.get(&mut amara, "/request-access").await;
    let form = "name=Amara+Okafor&email=amara@alder.example&user_kind=general&vaccinates=yes&role=clinic-access\
                &site=alder&administrator=Ana+Silva&license_kind=&license_number=";
    let asked = house.post(&mut amara, "/request-access", form).await;
    assert_eq!(asked.status, StatusCode::UNPROCESSABLE_ENTITY);
    for text in ["Alder Pediatrics", "Family Care, Alder", "None of these", "value=\"Amara Okafor\""] {
        assert!(asked.body.contains(text), "{text}: {}", asked.body);
    }
    assert!(
        !asked.body.contains("Alder Elementary") && !asked.body.contains("RIVER Clinic"),
        "{}",
        asked.body
    );
    let page = way.send(&mut amara, "/request-access", &format!("{form}&site_code=FAM")).await;
    assert!(page.body.contains("Request 1 is saved as a draft"), "{}", page.body);
    let first = way.link("amara@alder.example", "Request 1").await;
    let page = way.get(&mut amara, &first).await;
    assert!(page.body.contains("Family Care is enrolled"), "{}", page.body);
    let other = way.send(&mut amara, "/request-access", &format!("{form}&site_code=none")).await;
    assert!(other.body.contains("Request 2 is saved as a draft"), "{}", other.body);

    let again = |number, email| format!("number={number}&email={email}");
    for (number, email) in
        [(1, "amara@alder.example"), (1, "nobody@alder.example"), (99, "nobody@alder.example")]
    {
        let page = house.post(&mut amara, "/request-access/again", &again(number, email)).await;
        assert!(page.body.contains(&format!("If request {number} has this address")), "{}", page.body);
    }
    for _ in 0..2 {
        house.post(&mut amara, "/request-access/again", &again(1, "amara@alder.example")).await;
    }
    let full = house.post(&mut amara, "/request-access/again", &again(1, "amara@alder.example")).await;
    assert!(full.body.contains("No more messages go out to this address within this hour"), "{}", full.body);
    assert_eq!(way.link("amara@alder.example", "Request 1").await, first);
    let bad = house.post(&mut amara, "/request-access/again", "number=one&email=nobody").await;
    assert!(
        bad.body.contains("digits alone") && bad.body.contains("Enter an e-mail address"),
        "{}",
        bad.body
    );

    let mut desk = house.sign_in("desk").await;
    let page = way.get(&mut desk, "/help/requests").await;
    for text in
        ["2 requests wait for somebody else", "Required training", "The e-mail address to be confirmed"]
    {
        assert!(page.body.contains(text), "{text}: {}", page.body);
    }
    assert!(!page.body.contains("href=\"/help/requests/1\""), "what was not sent in is not opened");
}

/// Page: /admin/enrollment
#[tokio::test]
async fn s67_a_site_administrator_withdraws_the_site_after_reading_what_follows() {
    let way = Way::begin().await;
    let dock = enrolled_a_year_ago(&way).await;
    way.works_at(dock, "dock", "site-administrator", "Doc Quay", Position::Staff).await;

    let mut ana = way.house.sign_in("ana").await;
    let page = way.get(&mut ana, "/admin/enrollment?site=RIVER").await;
    assert!(page.body.contains("was set up without an enrollment"), "{}", page.body);
    let mut dock = way.house.sign_in("dock").await;
    let page = way.get(&mut dock, "/admin/enrollment?site=DOCK").await;
    for text in ["Withdraw River Dock?", "can read for 30 days", "enrolls anew"] {
        assert!(page.body.contains(text), "{text}: {}", page.body);
    }
    way.house.clinic("LAKE").await;
    let foreign = way.house.get(&mut dock, "/admin/enrollment?site=LAKE").await;
    assert_eq!(foreign.status, StatusCode::NOT_FOUND);
    let silent = "enrollment=1&text=";
    let refused = way.house.post(&mut dock, "/admin/enrollment/withdraw?site=DOCK", silent).await;
    assert!(refused.body.contains("Say why"), "{}", refused.body);
    let form = "enrollment=1&text=The+clinic+closes";
    let page = way.send(&mut dock, "/admin/enrollment/withdraw?site=DOCK", form).await;
    assert!(page.body.contains("The site is withdrawn"), "{}", page.body);
    let closed = way.house.get(&mut dock, "/admin/enrollment?site=DOCK").await;
    assert_eq!(closed.status, StatusCode::NOT_FOUND);
    let users = way.get(&mut dock, "/admin/accounts").await;
    assert!(users.body.contains("The users of R"), "the organization goes on: {}", users.body);
    let mut program = way.house.sign_in("program").await;
    let page = way.get(&mut program, "/help/enrollments/1").await;
    assert!(page.body.contains("The clinic closes") && page.body.contains("Withdrawn"), "{}", page.body);
}
