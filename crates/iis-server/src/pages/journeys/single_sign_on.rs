//! The state's own sign-in, with an issuer of the tests.

use super::issuer::{CLIENT, Issuer};
use super::signing_in::set_up;
use super::{Browser, House, Page};
use axum::http::StatusCode;
use iis_model::access::Permission;
use iis_registry::access::operator;
use iis_registry::accounts::{self, Status};
use serde_json::{Value, json};

const PEOPLE: &[(&str, &str, bool)] =
    &[("nurse", "clinic-access", false), ("quality", "data-quality", false)];

async fn house(issuer: &Issuer, second_factor: &str) -> House {
    House::with_rules(PEOPLE, |config, _| {
        config.single_sign_on.issuer.clone_from(&issuer.url);
        CLIENT.clone_into(&mut config.single_sign_on.client_id);
        "Calder State ID".clone_into(&mut config.single_sign_on.name);
        second_factor.clone_into(&mut config.sign_in.second_factor);
    })
    .await
}

/// Connects the account of whoever is signed in with somebody at the issuer.
async fn connect(house: &House, issuer: &Issuer, browser: &mut Browser, sub: &str) -> Page {
    house.get(browser, "/account").await;
    let leaving = house.post(browser, "/account/single-sign-on", "").await;
    let address = leaving.body.split("class=\"usa-button\" href=\"").nth(1).expect("a way on");
    let address = address.split('"').next().expect("an address").replace("&#38;", "&");
    let back = issuer.sends_back(&address, sub, &json!({}));
    house.get(browser, &back).await
}

/// Comes by the issuer; what the registry answers to the return.
async fn come(house: &House, issuer: &Issuer, browser: &mut Browser, sub: &str, more: Value) -> Page {
    let away = house.get(browser, "/sign-in/single-sign-on?next=%2Fpatients").await;
    assert_eq!(away.status, StatusCode::SEE_OTHER, "{}", away.body);
    let back = issuer.sends_back(away.location(), sub, &more);
    house.get(browser, &back).await
}

fn assert_refused(page: &Page, browser: &Browser, said: &str) {
    assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY, "{said}");
    assert!(page.body.contains(said), "{said}: {}", page.body);
    assert!(!browser.cookies.contains_key("openiis-session"), "{said}");
}

#[tokio::test]
async fn who_connected_the_account_signs_in_there_until_it_is_disconnected() {
    let issuer = Issuer::start().await;
    let house = house(&issuer, "offered").await;
    let mut stranger = Browser::default();
    let page = come(&house, &issuer, &mut stranger, "pat", json!({})).await;
    assert_refused(&page, &stranger, "No account here is connected with that sign-in.");
    let mut nurse = house.sign_in("nurse").await;
    let connected = connect(&house, &issuer, &mut nurse, "pat").await;
    assert_eq!(connected.location(), "/account?done=connected");
    let account = house.get(&mut nurse, "/account").await;
    assert!(account.body.contains("<bdi>pat@state.example</bdi>"), "{}", account.body);
    let mut quality = house.sign_in("quality").await;
    let anothers = connect(&house, &issuer, &mut quality, "pat").await;
    assert_eq!(anothers.location(), "/account?done=anothers");
    let mut browser = Browser::default();
    let opened = come(&house, &issuer, &mut browser, "pat", json!({})).await;
    assert_eq!(opened.location(), "/patients");
    let record = house.get(&mut browser, "/account").await;
    assert!(record.body.contains("User name: <strong>nurse</strong>"), "{}", record.body);
    house.post(&mut nurse, "/account/single-sign-on/end", "").await;
    let mut later = Browser::default();
    let page = come(&house, &issuer, &mut later, "pat", json!({})).await;
    assert_refused(&page, &later, "No account here is connected");
}

#[tokio::test]
async fn what_comes_back_counts_once_in_the_browser_that_began_and_only_if_it_holds() {
    let issuer = Issuer::start().await;
    let house = house(&issuer, "offered").await;
    connect(&house, &issuer, &mut house.sign_in("nurse").await, "pat").await;
    let mut victim = Browser::default();
    let away = house.get(&mut victim, "/sign-in/single-sign-on").await;
    let back = issuer.sends_back(away.location(), "pat", &json!({}));
    let mut other = Browser::default();
    let page = house.get(&mut other, &back).await;
    assert_refused(&page, &other, "was not begun in this browser");
    house.get(&mut other, "/sign-in/single-sign-on").await;
    let page = house.get(&mut other, &back).await;
    assert_refused(&page, &other, "was not begun in this browser");
    let flight = victim.clone();
    assert_eq!(house.get(&mut victim, &back).await.status, StatusCode::SEE_OTHER);
    let page = house.get(&mut flight.clone(), &back).await;
    assert_refused(&page, &flight, "cannot be trusted");
    let past = crate::clock::now().as_second() - 3_600;
    #[rustfmt::skip]
    let table = [
        json!({ "nonce": "another" }),
        json!({ "aud": ["somebody-else"] }),
        json!({ "iss": "https://elsewhere.example" }),
        json!({ "exp": past, "iat": past - 300 }),
    ];
    for claims in table {
        let mut browser = Browser::default();
        let page = come(&house, &issuer, &mut browser, "pat", claims.clone()).await;
        assert_refused(&page, &browser, "cannot be trusted");
    }
    issuer.turn_key(true);
    let mut browser = Browser::default();
    let turned = come(&house, &issuer, &mut browser, "pat", json!({})).await;
    assert_eq!(turned.status, StatusCode::SEE_OTHER, "a new key is read: {}", turned.body);
    issuer.turn_key(false);
    let mut forger = Browser::default();
    let page = come(&house, &issuer, &mut forger, "pat", json!({})).await;
    assert_refused(&page, &forger, "cannot be trusted");
    let mut declined = Browser::default();
    let away = house.get(&mut declined, "/sign-in/single-sign-on").await;
    let state =
        away.location().split("state=").nth(1).and_then(|rest| rest.split('&').next()).expect("a state");
    let back = format!("/sign-in/single-sign-on/return?error=access_denied&state={state}");
    let page = house.get(&mut declined, &back).await;
    assert_refused(&page, &declined, "did not sign you in");
}

#[tokio::test]
async fn the_second_factor_is_asked_for_here_unless_the_issuer_saw_one() {
    let issuer = Issuer::start().await;
    let house = house(&issuer, "required").await;
    let mut nurse = Browser::default();
    super::signing_in::password(&house, &mut nurse, "nurse").await;
    set_up(&house, &mut nurse).await;
    connect(&house, &issuer, &mut nurse, "pat").await;
    let mut browser = Browser::default();
    let asked = come(&house, &issuer, &mut browser, "pat", json!({ "amr": ["pwd"] })).await;
    assert_eq!(asked.location(), "/sign-in/code?next=/patients");
    assert!(house.get(&mut browser, "/patients").await.location().starts_with("/sign-in"));
    let mut shown = Browser::default();
    let opened = come(&house, &issuer, &mut shown, "pat", json!({ "amr": ["pwd", "mfa"] })).await;
    assert_eq!(opened.location(), "/patients");
    assert_eq!(house.get(&mut shown, "/patients").await.status, StatusCode::OK);
}

#[tokio::test]
async fn the_word_of_the_issuer_proves_nothing_for_deeds_of_weight() {
    let issuer = Issuer::start().await;
    let house = house(&issuer, "offered").await;
    connect(&house, &issuer, &mut house.sign_in("quality").await, "pat").await;
    let mut browser = Browser::default();
    come(&house, &issuer, &mut browser, "pat", json!({ "amr": ["mfa"] })).await;
    house.get(&mut browser, "/account").await;
    for deed in ["/patients/duplicates/1/answer", "/account/single-sign-on", "/account/single-sign-on/end"] {
        let asked = house.post(&mut browser, deed, "").await;
        assert!(asked.location().starts_with("/account/prove"), "{deed}: {}", asked.location());
    }
}

#[tokio::test]
async fn an_account_is_connected_in_the_session_that_began_and_in_no_other() {
    let issuer = Issuer::start().await;
    let house = house(&issuer, "offered").await;
    let mut nurse = house.sign_in("nurse").await;
    let begun = house.post(&mut nurse, "/account/single-sign-on", "").await;
    let address = begun.body.split("class=\"usa-button\" href=\"").nth(1).expect("a way on");
    let address = address.split('"').next().expect("an address").replace("&#38;", "&");
    let back = issuer.sends_back(&address, "pat", &json!({}));
    let mut quality = house.sign_in("quality").await;
    let flight = nurse.cookies["openiis-flight"].clone();
    quality.cookies.insert("openiis-flight".to_owned(), flight);
    let refused = house.get(&mut quality, &back).await;
    assert!(refused.body.contains("Nothing was connected."), "{}", refused.body);
    let account = house.get(&mut quality, "/account").await;
    assert!(account.body.contains("is not connected with Calder State ID"), "{}", account.body);
}

#[tokio::test]
async fn who_forgot_the_password_loses_what_somebody_connected() {
    let issuer = Issuer::start().await;
    let house = house(&issuer, "offered").await;
    connect(&house, &issuer, &mut house.sign_in("nurse").await, "thief").await;
    let (registry, arrival) = (&house.app.registry, house.app.arrival());
    let by = operator(Permission::ManageAccounts).expect("the operator may");
    let nurse = accounts::find(registry, "nurse").await.expect("the store works").expect("known");
    let hash = crate::passwords::hash("another long password").expect("hashed");
    accounts::reset_password(registry, &by, &nurse, hash.as_str().into(), arrival).await.expect("reset");
    let mut thief = Browser::default();
    let page = come(&house, &issuer, &mut thief, "thief", json!({})).await;
    assert_refused(&page, &thief, "No account here is connected");
}

#[tokio::test]
async fn a_closed_account_stays_closed_and_an_issuer_that_is_away_keeps_nobody_from_the_password() {
    let issuer = Issuer::start().await;
    let house = house(&issuer, "offered").await;
    connect(&house, &issuer, &mut house.sign_in("nurse").await, "pat").await;
    let (registry, arrival) = (&house.app.registry, house.app.arrival());
    let by = operator(Permission::ManageAccounts).expect("the operator may");
    let nurse = accounts::find(registry, "nurse").await.expect("the store works").expect("known");
    accounts::set_status(registry, &by, &nurse, Status::Locked, arrival).await.expect("closed");
    let mut browser = Browser::default();
    let page = come(&house, &issuer, &mut browser, "pat", json!({})).await;
    assert_refused(&page, &browser, "closed to sign-ins");
    let away = Issuer::away();
    let house = self::house(&away, "offered").await;
    let mut browser = Browser::default();
    let page = house.get(&mut browser, "/sign-in/single-sign-on").await;
    assert_refused(&page, &browser, "Calder State ID does not answer.");
    house.sign_in("nurse").await;
}

#[tokio::test]
async fn without_an_issuer_there_is_no_such_page() {
    let house = House::open().await;
    let mut browser = Browser::default();
    assert!(!house.get(&mut browser, "/sign-in").await.body.contains("single-sign-on"));
    for path in ["/sign-in/single-sign-on", "/sign-in/single-sign-on/return?code=a&state=b"] {
        assert_eq!(house.get(&mut browser, path).await.status, StatusCode::NOT_FOUND, "{path}");
    }
}

#[tokio::test]
async fn an_issuer_that_says_to_be_another_one_is_not_asked() {
    let issuer = Issuer::start().await;
    issuer.pretends_to_be("https://id.elsewhere.example");
    let house = house(&issuer, "offered").await;
    let mut browser = Browser::default();
    let page = house.get(&mut browser, "/sign-in/single-sign-on").await;
    assert_refused(&page, &browser, "Calder State ID does not answer.");
}

#[tokio::test]
async fn nobody_is_sent_to_the_issuer_by_a_page_of_somebody_else() {
    let issuer = Issuer::start().await;
    let house = house(&issuer, "offered").await;
    for (from, to) in
        [("cross-site", "/sign-in?"), ("same-site", "/sign-in?"), ("same-origin", "http"), ("none", "http")]
    {
        let request = axum::http::Request::get("/sign-in/single-sign-on?next=%2Fpatients")
            .header("sec-fetch-site", from);
        let page = house.send(&mut Browser::default(), request, String::new()).await;
        assert!(page.location().starts_with(to), "{from}: {}", page.location());
    }
}
