//! Passwords where they are chosen, and what a change of what opens an account offers.

use super::signing_in::{password, set_up};
use super::{Browser, House, PASSWORD};
use axum::http::StatusCode;
use iis_registry::accounts;
use iis_store::{Lane, password_link};
use jiff::SignedDuration;
use sha1::Sha1;
use sha2::{Digest, Sha256};

const NURSE: &[(&str, &str, bool)] = &[("nurse", "clinic-access", false)];
const LEAKED: &str = "correct+horse+battery+staple";

/// A registry whose operator brought a list of leaked passwords.
async fn house() -> House {
    House::with_rules(NURSE, |config, folder| {
        let digest = crate::audit_key::hex(&Sha1::digest(LEAKED.replace('+', " "))).to_uppercase();
        let file = folder.join("leaked.txt");
        std::fs::write(&file, format!("{digest}:7\n")).expect("written");
        config.sign_in.breached_passwords_file = file.display().to_string();
    })
    .await
}

#[tokio::test]
async fn a_leaked_password_is_refused_wherever_one_is_chosen() {
    let house = house().await;
    let nurse = accounts::find(&house.app.registry, "nurse").await.expect("the store works").expect("there");
    let (hash, at): ([u8; 32], _) = (Sha256::digest("a-token").into(), house.app.arrival().at);
    let until = at + SignedDuration::from_hours(1);
    let kept = house
        .app
        .registry
        .store
        .write(Lane::Web, move |tx| password_link::insert(tx, &hash, nurse.id, at, until));
    kept.await.expect("the store works");
    let mut browser = Browser::default();
    house.get(&mut browser, "/set-password/a-token").await;
    let refused =
        house.post(&mut browser, "/set-password/a-token", &format!("new={LEAKED}&again={LEAKED}")).await;
    assert!(refused.body.contains("leaked elsewhere"), "{}", refused.body);
    let mut nurse = house.sign_in("nurse").await;
    let current = PASSWORD.replace(' ', "+");
    let form = format!("current={current}&new={LEAKED}&again={LEAKED}");
    let refused = house.post(&mut nurse, "/account/password", &form).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(refused.body.contains("leaked elsewhere"), "{}", refused.body);
    let form = "new=four+wolves+in+the+snow&again=four+wolves+in+the+snow";
    let set = house.post(&mut browser, "/set-password/a-token", form).await;
    assert_eq!(set.location(), "/sign-in", "{}", set.body);
}

#[tokio::test]
async fn a_field_that_comes_twice_signs_nobody_in_and_changes_nothing() {
    let house = house().await;
    let mut browser = Browser::default();
    house.get(&mut browser, "/sign-in").await;
    let right = PASSWORD.replace(' ', "+");
    let twice =
        house.post(&mut browser, "/sign-in", &format!("user=nurse&password=x&password={right}")).await;
    assert!(twice.status.is_client_error(), "{}", twice.status);
    assert!(!browser.cookies.contains_key("openiis-session"));
    let in_the_address = format!("/sign-in?user=nurse&password={right}&csrf={}", browser.csrf);
    let outside = house.post(&mut browser, &in_the_address, "").await;
    assert_ne!(outside.status, StatusCode::SEE_OTHER, "fields of the address are none of the form");
    let mut nurse = house.sign_in("nurse").await;
    let form =
        format!("current={right}&new=four+wolves+in+the+snow&new=another+sentence&again=another+sentence");
    let refused = house.post(&mut nurse, "/account/password", &form).await;
    assert!(refused.status.is_client_error(), "{}", refused.status);
    house.sign_in("nurse").await;
}

#[tokio::test]
async fn whoever_changed_what_opens_the_account_is_offered_to_end_all_other_sessions() {
    let house = house().await;
    let mut there = house.sign_in("nurse").await;
    let mut here = house.sign_in("nurse").await;
    let alone = "End all other sessions";
    let (_, codes) = set_up(&house, &mut here).await;
    let gone = house.get(&mut there, "/patients").await;
    assert!(gone.location().starts_with("/sign-in"), "the password alone had opened it");
    let mut there = Browser::default();
    password(&house, &mut there, "nurse").await;
    house.get(&mut there, "/sign-in/code").await;
    house.post(&mut there, "/sign-in/code", &format!("code={}", codes[1])).await;
    assert!(
        house.get(&mut there, "/patients").await.location().is_empty(),
        "with the second factor it is open"
    );
    for path in ["/account", "/account/passkeys"] {
        let page = house.get(&mut here, path).await;
        assert!(page.body.contains(alone), "{path}: {}", page.body);
    }
    let mut halfway = Browser::default();
    password(&house, &mut halfway, "nurse").await;
    let ended = house.post(&mut here, "/account/sessions/end-others", "").await;
    assert_eq!(ended.location(), "/account?done=others-ended");
    assert!(house.get(&mut there, "/patients").await.location().starts_with("/sign-in"));
    house.get(&mut halfway, "/sign-in/code").await;
    let code = house.post(&mut halfway, "/sign-in/code", &format!("code={}", codes[0])).await;
    assert_eq!(code.location(), "/sign-in", "one that still owes the second factor ends too");
    let page = house.get(&mut here, "/account?done=others-ended").await;
    assert!(
        page.body.contains("All other sessions have ended.") && !page.body.contains(alone),
        "{}",
        page.body
    );
}
