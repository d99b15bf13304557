//! Somebody on record is corrected on the pages: by the coordinator, by the Help Desk, by themselves (decision 0059).

use super::access::Way;
use super::{Browser, Page};
use axum::http::StatusCode;
use iis_registry::accounts;
use iis_registry::staff;

fn expect(page: &Page, texts: &[&str]) {
    for text in texts {
        assert!(page.body.contains(text), "{text}: {}", page.body);
    }
}

fn lacks(page: &Page, text: &str) {
    assert!(!page.body.contains(text), "{text}: {}", page.body);
}

async fn address_of(way: &Way, user: &str) -> String {
    let registry = &way.house.app.registry;
    let id = accounts::find(registry, user).await.expect("read").expect("an account").id;
    accounts::address_of(registry, id).await.expect("read").map(|email| email.to_string()).unwrap_or_default()
}

/// Opens the link of the letter that confirms an address, and confirms.
async fn confirm(way: &Way, to: &str) -> Page {
    let link = way.link(to, "Confirm your address").await;
    let mut reader = Browser::default();
    let page = way.get(&mut reader, &link).await;
    expect(&page, &["Confirm the address"]);
    way.house.post(&mut reader, &link, "").await
}

/// Page: /clinic/staff/{entry}/correct
#[tokio::test]
async fn s53_a_coordinator_corrects_an_entry_of_whom_nobody_else_knows() {
    let way = Way::begin().await;
    let site = way.site().await;
    let mut paula = way.house.sign_in("paula").await;
    let form = "name=Maria+Gonzales&email=maria@river.example&position=staff";
    way.get(&mut paula, "/clinic/staff").await;
    way.send(&mut paula, "/clinic/staff", form).await;
    let again = "name=Maria+Gonzalez&email=maria@river.example&position=staff";
    let refused = way.house.post(&mut paula, "/clinic/staff", again).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    expect(&refused, &["Correct that entry"]);
    let listed = staff::staff_of(&way.house.app.registry, site).await.expect("read");
    let entry = |name: &str| listed.iter().find(|one| &*one.name == name).expect("listed").entry;
    let own = format!("/clinic/staff/{}/correct", entry("Maria Gonzales"));
    let page = way.get(&mut paula, &own).await;
    expect(&page, &["value=\"Maria Gonzales\"", "value=\"maria@river.example\"", "Correct the entry"]);
    for (typed, text) in [
        ("name=M&email=maria@river.example", "first and last name"),
        ("name=Maria+G&email=no", "name@clinic.example"),
    ] {
        let refused = way.house.post(&mut paula, &own, typed).await;
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
        expect(&refused, &[text]);
    }
    let right = "name=Maria+Gonz%C3%A1lez&email=m.gonzalez@river.example&license_kind=RN&license_number=7712";
    let done = way.send(&mut paula, &own, right).await;
    expect(&done, &["The entry is corrected", "Maria González", "m.gonzalez@river.example"]);
    lacks(&done, "Gonzales");
    let theirs = format!("/clinic/staff/{}/correct", entry("Ana Silva"));
    let page = way.get(&mut paula, &theirs).await;
    expect(&page, &["the Help Desk corrects what is on record", "href=\"/help/tickets/new\""]);
    lacks(&page, "Correct the entry");
    let refused = way.house.post(&mut paula, &theirs, right).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(address_of(&way, "ana").await, "ana@river.example");
}

/// Page: /help/accounts/{user}
#[tokio::test]
async fn s12_the_help_desk_gives_another_address_and_a_colleague_mails_the_link_there() {
    let way = Way::begin().await;
    let mut desk = way.house.sign_in("desk").await;
    let page = way.get(&mut desk, "/help/accounts/paula").await;
    expect(
        &page,
        &["Correct the person on record", "/help/accounts/paula/correct", "value=\"Paula Vickers\""],
    );
    let path = "/help/accounts/paula/correct";
    let no_reason =
        way.house.post(&mut desk, path, "name=Paula+Vickers&email=paula@new.example&reason=").await;
    assert_eq!(no_reason.status, StatusCode::UNPROCESSABLE_ENTITY);
    expect(&no_reason, &["Say why", "value=\"paula@new.example\""]);
    let form = "name=Paula+Vickers&email=paula@new.example&reason=she+called";
    let done = way.send(&mut desk, path, form).await;
    expect(&done, &["Waits for its confirmation", "paula@new.example", "paula@river.example"]);
    way.link("paula@river.example", "Another address was given").await;
    assert_eq!(address_of(&way, "paula").await, "paula@river.example", "until it is confirmed");
    let confirmed = confirm(&way, "paula@new.example").await;
    expect(&confirmed, &["The address is confirmed"]);
    assert_eq!(address_of(&way, "paula").await, "paula@new.example");
    way.link("paula@river.example", "was changed").await;
    let page = way.get(&mut desk, "/help/accounts/paula").await;
    expect(&page, &["You changed the address of this account", "paula@new.example"]);
    lacks(&page, "/help/accounts/paula/link");
    let alone = way.house.post(&mut desk, "/help/accounts/paula/link", "").await;
    assert_eq!(alone.status, StatusCode::UNPROCESSABLE_ENTITY);
    expect(&alone, &["another clerk"]);
    // an account without an address offers no button that cannot work
    let page = way.get(&mut desk, "/help/accounts/nurse").await;
    expect(&page, &["no link can be mailed", "/help/accounts/nurse/correct"]);
    lacks(&page, "/help/accounts/nurse/link");
    assert_eq!(page.status, StatusCode::OK);
}

/// Page: /account/address
#[tokio::test]
async fn an_owner_changes_the_address_and_it_counts_once_its_link_is_opened() {
    let way = Way::begin().await;
    let mut nurse = way.house.sign_in("nurse").await;
    let page = way.get(&mut nurse, "/account").await;
    expect(&page, &["No e-mail address of yours is on record", "href=\"/account/address\""]);
    let page = way.get(&mut nurse, "/account/address").await;
    expect(&page, &["No address of yours is on record"]);
    let wrong = way.house.post(&mut nurse, "/account/address", "email=no").await;
    assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
    let done = way.send(&mut nurse, "/account/address", "email=nurse@river.example").await;
    expect(&done, &["A message is on its way"]);
    expect(&way.get(&mut nurse, "/account/address").await, &["waits for its confirmation"]);
    assert_eq!(address_of(&way, "nurse").await, "");
    expect(&confirm(&way, "nurse@river.example").await, &["The address is confirmed"]);
    expect(
        &way.get(&mut nurse, "/account").await,
        &["Messages of your account go to <bdi>nurse@river.example"],
    );
    let spent = way.link("nurse@river.example", "Confirm your address").await;
    let gone = way.house.get(&mut Browser::default(), &spent).await;
    assert_eq!(gone.status, StatusCode::NOT_FOUND, "a link counts once");
    // what is somebody else's is said to the reader of the letter alone
    let done = way.send(&mut nurse, "/account/address", "email=paula@river.example").await;
    expect(&done, &["A message is on its way"]);
    let refused = confirm(&way, "paula@river.example").await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    expect(&refused, &["somebody else"]);
}

/// Page: /help/people/{id}
#[tokio::test]
async fn s53_the_help_desk_corrects_whoever_is_listed_without_an_account() {
    let way = Way::begin().await;
    let mut paula = way.house.sign_in("paula").await;
    way.get(&mut paula, "/clinic/staff").await;
    way.send(&mut paula, "/clinic/staff", "name=Xx+Yy&email=victim@hospital.example&position=staff").await;
    let mut desk = way.house.sign_in("desk").await;
    let found = way.get(&mut desk, "/help/accounts?find=Victim@hospital.example").await;
    let path = found
        .body
        .split("href=\"")
        .find_map(|rest| rest.split('"').next().filter(|to| to.starts_with("/help/people/")));
    let path = path.expect("a link to the person").to_owned();
    let page = way.get(&mut desk, &path).await;
    expect(&page, &["On staff lists, without an account", "value=\"Xx Yy\"", "RIVER"]);
    let form = "name=Vic+Tim&email=victim@hospital.example&reason=";
    let refused = way.house.post(&mut desk, &path, form).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    expect(&refused, &["Say why", "value=\"Vic Tim\""]);
    let done = way.send(&mut desk, &path, &format!("{form}called+back")).await;
    expect(&done, &["Corrected", "Vic Tim"]);
    let listed = staff::staff_of(&way.house.app.registry, way.site().await).await.expect("read");
    assert!(listed.iter().any(|one| &*one.name == "Vic Tim"));
    let used = way.house.get(&mut desk, "/help/people/1").await;
    assert_eq!(used.status, StatusCode::NOT_FOUND, "who has an account is corrected at the account");
}

/// Page: /account/address
#[tokio::test]
async fn z2_whoever_has_an_address_and_no_second_factor_shows_the_mailbox_before_moving_it() {
    let way = Way::with(|config| config.mail.server = "127.0.0.1:25".to_owned()).await;
    let mut paula = way.house.sign_in("paula").await;
    let first = way.house.get(&mut paula, "/account/address").await;
    assert_eq!(first.location(), "/account/mailbox?next=/account/address");
    let refused = way.house.post(&mut paula, "/account/address", "email=paula@new.example").await;
    assert_eq!(refused.status, StatusCode::SEE_OTHER, "{}", refused.body);
    assert_eq!(refused.location(), "/account/mailbox?next=/account/address");
}

/// Page: /stop-address/{token}
#[tokio::test]
async fn an_address_that_waits_is_stopped_from_the_old_mailbox_by_its_owner_and_at_the_desk() {
    const FIRST: &str = "email=thief@evil.example";
    let way = Way::begin().await;
    let (mut paula, mut desk) = (way.house.sign_in("paula").await, way.house.sign_in("desk").await);
    way.get(&mut paula, "/account/address").await;
    way.send(&mut paula, "/account/address", FIRST).await;
    for page in ["/account", "/account/address"] {
        let page = way.get(&mut paula, page).await;
        expect(&page, &["thief@evil.example", "Stop the new address", "action=\"/account/address/stop\""]);
    }
    let link = way.link("paula@river.example", "Another address was given").await;
    let mut reader = Browser::default();
    expect(&way.get(&mut reader, &link).await, &["Stop the new address", &format!("action=\"{link}\"")]);
    expect(&way.get(&mut paula, "/account").await, &["Stop the new address"]);
    let stopped = way.house.post(&mut reader, &link, "").await;
    expect(&stopped, &["The new address is stopped", "href=\"/account/password\""]);
    lacks(&way.get(&mut paula, "/account").await, "thief@evil.example");
    for spent in [way.house.get(&mut reader, &link).await, way.house.post(&mut reader, &link, "").await] {
        assert_eq!(spent.status, StatusCode::NOT_FOUND, "the link counts once");
    }
    let opens_nothing = way.link("thief@evil.example", "Confirm your address").await;
    assert_eq!(way.house.get(&mut reader, &opens_nothing).await.status, StatusCode::NOT_FOUND);

    way.send(&mut paula, "/account/address", FIRST).await;
    let done = way.send(&mut paula, "/account/address/stop", "").await;
    expect(&done, &["The new address is stopped"]);
    lacks(&done, "thief@evil.example");
    let again = way.house.post(&mut paula, "/account/address/stop", "").await;
    assert_eq!(again.status, StatusCode::UNPROCESSABLE_ENTITY);
    expect(&again, &["No address waits"]);

    way.send(&mut paula, "/account/address", FIRST).await;
    let page = way.get(&mut desk, "/help/accounts/paula").await;
    expect(&page, &["Waits for its confirmation", "/help/accounts/paula/stop-address"]);
    lacks(&page, "was changed by its owner");
    let done = way.send(&mut desk, "/help/accounts/paula/stop-address", "").await;
    expect(&done, &["The new address is stopped"]);
    lacks(&done, "thief@evil.example");
    let again = way.house.post(&mut desk, "/help/accounts/paula/stop-address", "").await;
    assert_eq!(again.status, StatusCode::UNPROCESSABLE_ENTITY);
    expect(&again, &["No address waits"]);

    way.send(&mut paula, "/account/address", FIRST).await;
    expect(&confirm(&way, "thief@evil.example").await, &["The address is confirmed"]);
    let page = way.get(&mut desk, "/help/accounts/paula").await;
    expect(&page, &["was changed by its owner less than an hour ago", "Before: paula@river.example"]);
    let mut ana = way.house.sign_in("ana").await;
    lacks(&way.get(&mut ana, "/admin/accounts").await, "paula@river.example");
    way.send(&mut desk, "/help/accounts/paula/link", "").await;
    way.link("thief@evil.example", "Set your password").await;
    way.link("paula@river.example", "The Help Desk helps").await;
}
