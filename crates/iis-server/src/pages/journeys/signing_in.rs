//! Signing in with a second factor, agreeing, showing again who one is, and ending sessions.

use super::{Browser, House, PASSWORD, Page};
use crate::audit_key::hex;
use crate::passwords;
use axum::http::StatusCode;
use iis_model::access::Permission;
use iis_registry::Arrival;
use iis_registry::access::operator;
use iis_registry::accounts::totp::{code, from_base32, step_of};
use iis_registry::accounts::{self, NewUser, RoleAssignment, Status, second_factor};
use iis_store::{Lane, session};
use jiff::SignedDuration;
use sha2::{Digest, Sha256};

const NURSE: &[(&str, &str, bool)] = &[("nurse", "clinic-access", false), ("quality", "data-quality", false)];

/// What stands in a hidden field.
fn hidden<'a>(page: &'a Page, name: &str) -> &'a str {
    let mark = format!("name=\"{name}\" value=\"");
    page.body.split(mark.as_str()).nth(1).and_then(|rest| rest.split('"').next()).unwrap_or_default()
}

pub(super) async fn password(house: &House, browser: &mut Browser, user: &str) -> Page {
    house.get(browser, "/sign-in").await;
    let form = format!("user={user}&password={}", PASSWORD.replace(' ', "+"));
    house.post(browser, "/sign-in", &form).await
}

/// Sets up an app for whoever is signed in; returns its secret and the recovery codes.
pub(super) async fn set_up(house: &House, browser: &mut Browser) -> ([u8; 20], Vec<String>) {
    let page = house.get(browser, "/account/second-factor").await;
    let text = hidden(&page, "secret").to_owned();
    let secret = from_base32(&text).expect("a secret");
    let now = step_of(house.app.arrival().at);
    let form = format!("secret={text}&code={:06}", code(&secret, now - 1));
    let page = house.post(browser, "/account/second-factor", &form).await;
    assert_eq!(page.status, StatusCode::OK, "{}", page.body);
    let codes = page.body.split("<code>").skip(1).filter_map(|rest| rest.split('<').next());
    let codes = codes.map(str::to_owned).collect();
    house.get(browser, "/preferences").await;
    (secret, codes)
}

fn token_hash(browser: &Browser) -> [u8; 32] {
    Sha256::digest(browser.cookies["openiis-session"].as_bytes()).into()
}

#[tokio::test]
async fn who_has_a_second_factor_is_nobody_before_it_is_given_and_each_code_counts_once() {
    let house = House::with(NURSE).await;
    let mut browser = house.sign_in("nurse").await;
    let (secret, codes) = set_up(&house, &mut browser).await;
    assert_eq!(codes.len(), second_factor::CODES);
    let mut other = Browser::default();
    let asked = password(&house, &mut other, "nurse").await;
    assert_eq!(asked.location(), "/sign-in/code");
    for path in ["/patients", "/account", "/account/second-factor", "/preferences"] {
        let page = house.get(&mut other, path).await;
        assert!(page.location().starts_with("/sign-in"), "{path}: {}", page.location());
    }
    house.get(&mut other, "/sign-in/code").await;
    let now = step_of(house.app.arrival().at);
    let right = format!("code={:06}", code(&secret, now));
    let wrong = house.post(&mut other, "/sign-in/code", "code=12345x").await;
    assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
    let halfway = other.clone();
    let opened = house.post(&mut other, "/sign-in/code", &right).await;
    assert_eq!((opened.status, opened.location()), (StatusCode::SEE_OTHER, "/"));
    assert_eq!(house.get(&mut other, "/patients").await.status, StatusCode::OK);
    // the session that owed the code is no more, and the code is used
    let page = house.post(&mut halfway.clone(), "/sign-in/code", &right).await;
    assert_eq!(page.location(), "/sign-in");
    let mut third = Browser::default();
    password(&house, &mut third, "nurse").await;
    house.get(&mut third, "/sign-in/code").await;
    let again = house.post(&mut third, "/sign-in/code", &right).await;
    assert_eq!(again.status, StatusCode::UNPROCESSABLE_ENTITY);
    // a recovery code opens once
    let recovery = format!("code={}", codes[0].to_lowercase());
    let opened = house.post(&mut third, "/sign-in/code", &recovery).await;
    assert_eq!(opened.status, StatusCode::SEE_OTHER, "{}", opened.body);
    let mut fourth = Browser::default();
    password(&house, &mut fourth, "nurse").await;
    house.get(&mut fourth, "/sign-in/code").await;
    let used = house.post(&mut fourth, "/sign-in/code", &recovery).await;
    assert_eq!(used.status, StatusCode::UNPROCESSABLE_ENTITY);
}

#[tokio::test]
async fn d5_codes_are_not_tried_one_after_another_by_who_knows_the_password() {
    let house = House::with(NURSE).await;
    let mut browser = house.sign_in("nurse").await;
    let (secret, _) = set_up(&house, &mut browser).await;
    let mut thief = Browser::default();
    for _ in 0..5 {
        password(&house, &mut thief, "nurse").await;
        house.get(&mut thief, "/sign-in/code").await;
        house.post(&mut thief, "/sign-in/code", "code=000000").await;
    }
    let locked = password(&house, &mut thief, "nurse").await;
    assert_eq!(locked.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(locked.body.contains("Locked until"), "{}", locked.body);
    house.get(&mut thief, "/sign-in/code").await;
    let right = format!("code={:06}", code(&secret, step_of(house.app.arrival().at)));
    let late = house.post(&mut thief, "/sign-in/code", &right).await;
    assert_eq!(late.status, StatusCode::UNPROCESSABLE_ENTITY, "a lock holds for the right code too");
    assert_eq!(house.get(&mut browser, "/patients").await.status, StatusCode::OK, "the owner goes on");
}

#[tokio::test]
async fn d5_questions_to_passkeys_name_nobody_and_an_answer_that_fits_nothing_opens_nothing() {
    let house = House::with(NURSE).await;
    let mut browser = Browser::default();
    let page = house.get(&mut browser, "/sign-in").await;
    assert!(page.body.contains("Passkeys need JavaScript"), "{}", page.body);
    let asked = house.post(&mut browser, "/sign-in/passkey/ask", "").await;
    assert_eq!(asked.status, StatusCode::OK, "{}", asked.body);
    let question: serde_json::Value = serde_json::from_str(&asked.body).expect("a question");
    assert_eq!(question["options"]["publicKey"]["allowCredentials"], serde_json::json!([]));
    let word = question["word"].as_str().expect("a word").to_owned();
    for (word, answer) in [(&*word, "%7B%7D"), (&*word, "%7B%7D"), ("another", ""), ("", "not+json")] {
        let form = format!("word={word}&answer={answer}&next=/");
        let refused = house.post(&mut browser, "/sign-in/passkey", &form).await;
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY, "{word} {answer}");
        assert!(refused.body.contains("The passkey was not taken."), "{}", refused.body);
        assert!(house.get(&mut browser, "/account").await.location().starts_with("/sign-in"));
    }
}

#[tokio::test]
async fn passkeys_are_changed_by_who_lately_showed_who_they_are() {
    let house = House::with(NURSE).await;
    let mut browser = house.sign_in("nurse").await;
    let page = house.get(&mut browser, "/account/passkeys").await;
    assert_eq!(page.status, StatusCode::OK, "{}", page.body);
    let refused = house.post(&mut browser, "/account/passkeys", "word=none&answer=%7B%7D&name=Mine").await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    let (hash, before) = (token_hash(&browser), house.app.arrival().at - SignedDuration::from_hours(1));
    let moved = house.app.registry.store.write(Lane::Web, move |tx| session::proved(tx, &hash, before));
    moved.await.expect("moved");
    let to = house.get(&mut browser, "/account/passkeys").await;
    assert_eq!(to.location(), "/account/prove?next=/account/passkeys");
    for path in ["/account/passkeys/ask", "/account/passkeys", "/account/passkeys/remove"] {
        let page = house.post(&mut browser, path, "").await;
        assert_eq!(page.location(), "/account/prove?next=/account/passkeys", "{path}");
    }
}

#[tokio::test]
async fn where_a_second_factor_is_required_nothing_opens_before_it_is_set_up() {
    let house =
        House::with_rules(NURSE, |config, _| "required".clone_into(&mut config.sign_in.second_factor)).await;
    let mut browser = Browser::default();
    password(&house, &mut browser, "nurse").await;
    for path in ["/patients", "/account"] {
        assert_eq!(house.get(&mut browser, path).await.location(), "/account/second-factor", "{path}");
    }
    set_up(&house, &mut browser).await;
    assert_eq!(house.get(&mut browser, "/patients").await.status, StatusCode::OK);
}

#[tokio::test]
async fn the_agreement_is_accepted_before_anything_opens_and_again_when_it_changes() {
    let house = House::with_rules(NURSE, |config, folder| {
        let file = folder.join("agreement.txt");
        std::fs::write(&file, "I look only at my own patients.\n\n<b>Always.</b>").expect("written");
        config.sign_in.agreement_file = file.display().to_string();
    })
    .await;
    let mut browser = Browser::default();
    password(&house, &mut browser, "nurse").await;
    assert_eq!(house.get(&mut browser, "/patients").await.location(), "/account/agreement");
    let page = house.get(&mut browser, "/account/agreement").await;
    assert!(page.body.contains("<p>I look only at my own patients.</p>"), "{}", page.body);
    assert!(page.body.contains("&#60;b&#62;Always."), "{}", page.body);
    let refused = house.post(&mut browser, "/account/agreement", "").await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(house.get(&mut browser, "/patients").await.location(), "/account/agreement");
    let accepted = house.post(&mut browser, "/account/agreement", "accepted=yes").await;
    assert_eq!(accepted.location(), "/");
    assert_eq!(house.get(&mut browser, "/patients").await.status, StatusCode::OK);
    let mut again = Browser::default();
    password(&house, &mut again, "nurse").await;
    assert_eq!(house.get(&mut again, "/patients").await.status, StatusCode::OK, "it holds for a year");
}

#[tokio::test]
async fn a_deed_of_weight_asks_again_who_one_is_when_that_was_long_ago() {
    let house = House::with(NURSE).await;
    let mut browser = house.sign_in("quality").await;
    let deed = "/patients/duplicates/1/answer";
    let lately = house.post(&mut browser, deed, "").await;
    assert_ne!(lately.status, StatusCode::SEE_OTHER);
    let hash = token_hash(&browser);
    let long_ago = house.app.arrival().at - SignedDuration::from_mins(31);
    let aged = house.app.registry.store.write(Lane::Web, move |tx| session::proved(tx, &hash, long_ago));
    aged.await.expect("the store works");
    let asked = house.post(&mut browser, deed, "").await;
    assert_eq!((asked.status, asked.location()), (StatusCode::SEE_OTHER, "/account/prove?next=/"));
    assert_eq!(
        house.get(&mut browser, "/patients/duplicates").await.status,
        StatusCode::OK,
        "looking goes on"
    );
    house.get(&mut browser, "/account/prove").await;
    let wrong = house.post(&mut browser, "/account/prove", "password=guess").await;
    assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
    let form = format!("password={}&next=/patients/duplicates", PASSWORD.replace(' ', "+"));
    let before = browser.clone();
    let proved = house.post(&mut browser, "/account/prove", &form).await;
    assert_eq!(proved.location(), "/patients/duplicates");
    let old = house.get(&mut before.clone(), "/patients/duplicates").await;
    assert!(old.location().starts_with("/sign-in"), "the session goes on under another token");
    assert_ne!(house.post(&mut browser, deed, "").await.status, StatusCode::SEE_OTHER);
}

#[tokio::test]
async fn a_new_password_is_not_showing_again_who_one_is() {
    let house = House::with(NURSE).await;
    let mut browser = house.sign_in("quality").await;
    set_up(&house, &mut browser).await;
    let hash = token_hash(&browser);
    let long_ago = house.app.arrival().at - SignedDuration::from_mins(31);
    let aged = house.app.registry.store.write(Lane::Web, move |tx| session::proved(tx, &hash, long_ago));
    aged.await.expect("the store works");
    let old = PASSWORD.replace(' ', "+");
    let form = format!("current={old}&new=a+sentence+of+six+words&again=a+sentence+of+six+words");
    let changed = house.post(&mut browser, "/account/password", &form).await;
    assert_eq!(changed.location(), "/?done=password", "{}", changed.body);
    house.get(&mut browser, "/preferences").await;
    let asked = house.post(&mut browser, "/patients/duplicates/1/answer", "").await;
    assert_eq!(asked.location(), "/account/prove?next=/", "the second factor was not shown");
}

#[tokio::test]
async fn one_sees_and_ends_ones_own_sessions_and_nobody_elses() {
    let house = House::with(NURSE).await;
    let mut here = house.sign_in("nurse").await;
    let mut there = house.sign_in("nurse").await;
    let mut other = house.sign_in("quality").await;
    let page = house.get(&mut here, "/account").await;
    assert_eq!(page.body.matches("name=\"session\"").count(), 2, "{}", page.body);
    let key = |browser: &Browser| hex(&token_hash(browser));
    let foreign = house.post(&mut here, "/account/sessions/end", &format!("session={}", key(&other))).await;
    assert_eq!(foreign.location(), "/account");
    assert_eq!(house.get(&mut other, "/patients").await.status, StatusCode::OK);
    let ended = house.post(&mut here, "/account/sessions/end", &format!("session={}", key(&there))).await;
    assert_eq!(ended.location(), "/account?done=ended");
    assert!(house.get(&mut there, "/patients").await.location().starts_with("/sign-in"));
    assert_eq!(house.get(&mut here, "/patients").await.status, StatusCode::OK);
}

#[tokio::test]
async fn an_account_that_nobody_used_for_ninety_days_is_opened_by_staff_alone() {
    let house = House::with(NURSE).await;
    let (registry, now) = (&house.app.registry, house.app.arrival());
    let by = operator(Permission::ManageAccounts).expect("the operator may");
    for (name, days, opens) in [("lately", 89, true), ("long-ago", 90, false)] {
        let made = Arrival { at: now.at - SignedDuration::from_hours(24 * days), ..now };
        let user = NewUser {
            name: name.into(),
            display_name: name.into(),
            password_hash: passwords::hash(PASSWORD).expect("hashed").into(),
            must_change: false,
            roles: vec![RoleAssignment::at_site("clinic-access", None)],
        };
        accounts::add(registry, &by, user, made).await.expect("an account");
        let page = password(&house, &mut Browser::default(), name).await;
        assert_eq!(page.status == StatusCode::SEE_OTHER, opens, "{name}: {}", page.body);
    }
    let account = accounts::find(registry, "long-ago").await.expect("the store works").expect("there");
    accounts::set_status(registry, &by, &account, Status::Active, now).await.expect("opened again");
    let page = password(&house, &mut Browser::default(), "long-ago").await;
    assert_eq!(page.status, StatusCode::SEE_OTHER, "{}", page.body);
}
