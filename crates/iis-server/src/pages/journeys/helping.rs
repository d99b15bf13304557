//! The Help Desk helps an account whose owner calls; a site administrator of two organizations keeps the users of both.

use super::access::Way;
use super::{Browser, Page};
use axum::http::StatusCode;
use iis_model::access::{Permission, Place};
use iis_registry::access::operator;
use iis_registry::accounts::{self, RoleAssignment};
use iis_registry::sites;

fn expect(page: &Page, texts: &[&str]) {
    for text in texts {
        assert!(page.body.contains(text), "{text}: {}", page.body);
    }
}

/// Page: /help/accounts/{user}
#[tokio::test]
async fn s12_the_help_desk_mails_a_link_and_the_caller_chooses_another_password() {
    let way = Way::begin().await;
    let mut desk = way.house.sign_in("desk").await;
    let page = way.get(&mut desk, "/help/accounts?find=vickers").await;
    expect(
        &page,
        &["/help/accounts/paula", "paula@river.example", "open", "Primary Vaccine Coordinator at RIVER"],
    );
    let page = way.get(&mut desk, "/help/accounts/paula").await;
    expect(&page, &["/help/accounts/paula/link", "/admin/access?user=paula"]);
    assert!(!page.body.contains("forget-factors"), "there is none: {}", page.body);
    let mut paula = way.house.sign_in("paula").await;
    let done = way.send(&mut desk, "/help/accounts/paula/link", "").await;
    expect(&done, &["The link is on its way", "no password: the link that sets one was not used"]);
    let out = way.house.get(&mut paula, "/patients").await;
    assert!(out.location().starts_with("/sign-in"), "sessions end: {}", out.location());
    let link = way.link("paula@river.example", "Set your password").await;
    let mut caller = Browser::default();
    let form = way.get(&mut caller, &link).await;
    expect(&form, &["Choose your password"]);
    let old = super::PASSWORD.replace(' ', "+");
    let refused = way.house.post(&mut caller, &link, &format!("new={old}&again={old}")).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY, "the one that was taken away");
    expect(&refused, &["This account had this password before"]);
    let password = "another quiet otter swims at noon";
    let body = format!("new={0}&again={0}", password.replace(' ', "+"));
    let set = way.house.post(&mut caller, &link, &body).await;
    assert_eq!(set.location(), "/sign-in", "{}", set.body);
    for (user, text) in [("desk", "your own account"), ("program", "a system administrator helps")] {
        let page = way.get(&mut desk, &format!("/help/accounts/{user}")).await;
        expect(&page, &[text]);
        assert!(!page.body.contains(&format!("/{user}/link")), "{}", page.body);
        let refused = way.house.post(&mut desk, &format!("/help/accounts/{user}/link"), "").await;
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY, "{user}");
    }
    let foreign = way.house.post(&mut desk, "/admin/state-accounts/program/link", "").await;
    assert_eq!(foreign.status, StatusCode::NOT_FOUND, "a clerk is no system administrator");
}

/// Page: /admin/accounts
#[tokio::test]
async fn an_administrator_of_two_organizations_chooses_one_and_sees_what_ends_before_it_ends() {
    let way = Way::begin().await;
    way.house.clinic("LAKE").await;
    let (registry, at) = (&way.house.app.registry, way.house.app.arrival());
    let all = sites::sites(registry).await.expect("read");
    let lake = all.iter().find(|site| &*site.code == "LAKE").expect("a site").id;
    let ana = accounts::find(registry, "ana").await.expect("read").expect("an account");
    let mut roles = ana.roles.clone();
    roles.push(RoleAssignment::new("site-administrator", Place::Site(lake)));
    let by = operator(Permission::ManageAccounts).expect("the operator may");
    accounts::set_roles(registry, &by, &ana, roles, at).await.expect("set");
    way.works_at(lake, "lou", "clinic-access", "Lou Lake", iis_registry::staff::Position::Staff).await;
    let mut browser = way.house.sign_in("ana").await;
    let page = way.get(&mut browser, "/admin/accounts?site=LAKE").await;
    expect(&page, &["The users of LAKE", "Show this organization", "Lou Lake (lou)"]);
    assert!(!page.body.contains("Paula Vickers"), "{}", page.body);
    let river = way.get(&mut browser, "/admin/accounts?site=RIVER").await;
    expect(&river, &["The users of RIVER", "Paula Vickers (paula)"]);
    let lou = accounts::find(registry, "lou").await.expect("read").expect("an account").id.0;
    let elsewhere = way.house.get(&mut browser, &format!("/admin/accounts/{lou}/end?site=RIVER")).await;
    assert_eq!(elsewhere.status, StatusCode::NOT_FOUND, "no user of that organization");
    let asked = way.get(&mut browser, &format!("/admin/accounts/{lou}/end?site=LAKE")).await;
    expect(
        &asked,
        &["Is Lou Lake no longer here?", "Clinic Access at LAKE", "is closed: no other role is left"],
    );
    let kept = accounts::find(registry, "lou").await.expect("read").expect("an account");
    assert!(kept.is_usable(), "looking ends nothing");
    let done = way.send(&mut browser, &format!("/admin/accounts/{lou}/end?site=LAKE"), "").await;
    expect(&done, &["Access has ended", "The users of LAKE"]);
    let gone = accounts::find(registry, "lou").await.expect("read").expect("an account");
    assert!(!gone.is_usable());
    let own = way.get(&mut browser, &format!("/admin/accounts/{}/end?site=RIVER", ana.id.0)).await;
    expect(&own, &["last site administrator"]);
    assert!(!own.body.contains("End the access"), "{}", own.body);
}
