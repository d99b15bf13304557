//! Deeds of weight ask again who one is (requirements Z-3, decisions 0029 and 0048): which they are, and that each does.

use super::late::end_session;
use super::things;
use super::who_may::{World, holds, signed_in};
use super::{Browser, House};
use crate::addresses::{Declared, Rule};
use axum::http::StatusCode;
use iis_registry::accounts;
use iis_store::{Lane, session};
use jiff::SignedDuration;
use sha2::{Digest, Sha256};
use std::collections::BTreeSet;

/// What asks again, by why. Merging, exporting and so on are those of requirement Z-3; an address that is missing here, or
/// stands here and does not ask, fails the test below.
#[rustfmt::skip]
const ASKS_AGAIN: &[(&str, &[&str])] = &[
    ("merging, splitting, choosing values", &[
        "POST /patients/duplicates/{case}/answer",
        "POST /patients/duplicates/{case}/take-back",
        "POST /patients/{number}/values",
        "POST /patients/{number}/values/take-back",
    ]),
    ("signing", &["POST /clinic/agreement/sign"]),
    ("opting out, and coming back", &[
        "GET /patients/{number}/opt-out", // before the form is filled in
        "POST /patients/{number}/opt-out",
    ]),
    ("who gets in, in which role, and who no longer", &[
        "POST /approve/{number}/{key}/{verb}",
        "POST /help/requests/{number}/approve",
        "POST /help/enrollments/{number}/decide/{verb}",
        "POST /admin/accounts/{id}/{verb}",
        "POST /help/accounts/{user}/{verb}",
        "POST /help/people/{id}",
        "POST /admin/state-accounts/{user}/{verb}",
        "POST /admin/enrollment/withdraw",
        "POST /clinic/staff/{entry}/off",
    ]),
    ("what senders may, and what they sent", &[
        "POST /interfaces/senders/{name}",
        "POST /interfaces/withdrawals",
        "POST /interfaces/withdrawals/{id}/take-back",
    ]),
    ("by what one’s own account is opened, and where it is open", &[
        "GET /account/address",
        "POST /account/address",
        "GET /account/passkeys",
        "POST /account/passkeys",
        "POST /account/passkeys/ask",
        "POST /account/passkeys/name",
        "POST /account/passkeys/remove",
        "GET /account/second-factor",
        "POST /account/second-factor",
        "POST /account/single-sign-on",
        "POST /account/single-sign-on/end",
        "POST /account/sessions/end",
        "POST /account/sessions/end-others",
    ]),
];

fn called(declared: &Declared) -> String {
    format!("{} {}", declared.method, declared.path)
}

const fn asks_again(rule: Rule) -> bool {
    matches!(rule, Rule::Proved(_) | Rule::OwnProved(_))
}

#[test]
fn z3_the_deeds_that_ask_again_are_those_of_the_list() {
    let listed: BTreeSet<String> =
        ASKS_AGAIN.iter().flat_map(|(_, deeds)| deeds.iter().map(|deed| (*deed).to_owned())).collect();
    let declared = crate::pages::declared();
    let asking: BTreeSet<String> = declared.iter().filter(|one| asks_again(one.rule)).map(called).collect();
    assert_eq!(asking, listed);
}

/// Somebody whose role holds what the address asks for.
fn browser_for(world: &World, rule: Rule) -> Browser {
    let permission = match rule {
        Rule::Proved(permission) | Rule::Needs(permission) => Some(permission),
        _ => None,
    };
    let mut roles = world.house.app.registry.roles.of_people();
    let held = roles.find(|(_, role)| permission.is_none_or(|permission| holds(role, permission)));
    let (name, role) = held.expect("some role holds it");
    world.browsers.get(&role.code).unwrap_or_else(|| panic!("{name} is signed in")).clone()
}

/// As if its owner had shown so long ago who they are.
async fn aged(house: &House, browser: &Browser, minutes: i64) {
    let hash = Sha256::digest(browser.cookies["openiis-session"].as_bytes()).into();
    let then = house.app.arrival().at - SignedDuration::from_mins(minutes);
    let moved = house.app.registry.store.write(Lane::Web, move |tx| session::proved(tx, &hash, then));
    moved.await.expect("the store works");
}

#[tokio::test]
async fn z3_every_deed_of_the_list_asks_again_after_half_an_hour_and_nothing_else_does() {
    let world = World::open().await;
    let mut asked = 0;
    for declared in crate::pages::declared() {
        if matches!(declared.rule, Rule::Everybody | Rule::Machine) || declared.path == "/sign-out" {
            continue;
        }
        let what = called(&declared);
        let path = declared.path.split('/').map(|part| if part.starts_with('{') { "1" } else { part });
        let path = path.collect::<Vec<_>>().join("/");
        let mut browser = browser_for(&world, declared.rule);
        for (minutes, is_asked) in [(31, asks_again(declared.rule)), (29, false)] {
            aged(&world.house, &browser, minutes).await;
            let page = world.ask(&mut browser, declared.method, &path).await;
            let is_sent =
                page.status == StatusCode::SEE_OTHER && page.location().starts_with("/account/prove?next=");
            assert_eq!(
                is_sent,
                is_asked,
                "{what} after {minutes} minutes: {} {}",
                page.status,
                page.location()
            );
            asked += usize::from(is_sent);
        }
    }
    assert_eq!(asked, ASKS_AGAIN.iter().map(|(_, deeds)| deeds.len()).sum::<usize>());
}

#[tokio::test]
async fn what_was_typed_into_a_deed_of_weight_is_there_again_after_one_showed_who_one_is() {
    let world = World::open().await;
    things::make(&world).await;
    let house = &world.house;
    let decides = Rule::Proved(iis_model::access::Permission::ApproveEnrollments);
    let (mut program, mut other) = (browser_for(&world, decides), world.browsers["HLP"].clone());
    let (page, deny) = ("/help/enrollments/2", "/help/enrollments/2/decide/deny");
    let long = "The+letter+names+a+street+that+is+not+there.";
    aged(house, &program, 31).await;
    let mut stranger = program.clone();
    stranger.csrf = "0".repeat(32);
    house.post(&mut stranger, deny, &format!("text={long}")).await;
    aged(house, &program, 0).await;
    let shown = house.get(&mut program, page).await;
    assert!(!shown.body.contains("a street that is not there"), "a form of nobody's is not kept");
    aged(house, &program, 31).await;
    let stopped = house.post(&mut program, deny, &format!("text={long}")).await;
    assert_eq!(stopped.location(), "/account/prove?next=/help/enrollments/2");
    aged(house, &program, 0).await;
    let shown = house.get(&mut program, page).await;
    for text in ["The letter names a street that is not there.</textarea>", "It was not sent", "Under review"]
    {
        assert!(shown.body.contains(text), "{text}: {}", shown.body);
    }
    let today = house.get(&mut program, "/").await;
    assert!(today.body.contains("Deciding an enrollment"), "{}", today.body);
    let elsewhere = house.get(&mut other, page).await;
    assert!(!elsewhere.body.contains("a street that is not there"), "to nobody else");
    let sent = house.post(&mut program, deny, &format!("text={long}")).await;
    assert_eq!(sent.status, StatusCode::SEE_OTHER, "{}", sent.body);
    let shown = house.get(&mut program, page).await;
    assert!(shown.body.contains("Denied") && !shown.body.contains("It was not sent"), "{}", shown.body);
}

#[tokio::test]
async fn an_answer_of_the_desk_is_there_again_after_the_session_ended() {
    let world = World::open().await;
    things::make(&world).await;
    let house = &world.house;
    let mut desk = world.browsers["HLP"].clone();
    end_session(house, &desk).await;
    let answer = "text=Which+list+do+you+mean%3F&next=ask";
    let stopped = house.post(&mut desk, "/help/tickets/1", answer).await;
    assert_eq!(stopped.location(), "/sign-in?ended=draft&next=/help/tickets/1");
    let clerk =
        accounts::find(&house.app.registry, "the-help-desk").await.expect("read").expect("an account");
    let mut again = signed_in(house, clerk.id, "HLP again").await;
    let shown = house.get(&mut again, "/help/tickets/1").await;
    for text in ["Which list do you mean?</textarea>", "It was not sent"] {
        assert!(shown.body.contains(text), "{text}: {}", shown.body);
    }
}
