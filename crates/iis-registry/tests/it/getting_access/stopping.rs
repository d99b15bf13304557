//! An address for mail that somebody had wait by a stolen session: what ends it, and who hears of it (decision 0059).

use super::{Registry, desk, email, later, on_a_registry, refusal};
use iis_model::AccountId;
use iis_model::access::{Granted, Permission, Place};
use iis_registry::accounts::address::{ask_own, confirm, waiting};
use iis_registry::accounts::{self, Account, Attempt, NewUser, RoleAssignment, Status, helping, stopping};
use iis_registry::accounts::{second_factor, single_sign_on};
use iis_registry::sessions::{self, Session};
use iis_registry::staff::{self, Position};
use iis_registry::{Arrival, requests};
use iis_store::{Lane, session};

const OWN: &str = "amara@north.example";
const THIEF: &str = "thief@evil.example";

/// What an owner, the Help Desk, a coordinator or an operator does about an account.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Deed {
    ChangesPassword,
    SetsPasswordByLink,
    EndsOtherSessions,
    EndsOneSession,
    Disconnects,
    DeskMailsLink,
    DeskTakesFactors,
    Resets,
    Locks,
    EndsUser,
}

const DEEDS: [Deed; 10] = [
    Deed::ChangesPassword,
    Deed::SetsPasswordByLink,
    Deed::EndsOtherSessions,
    Deed::EndsOneSession,
    Deed::Disconnects,
    Deed::DeskMailsLink,
    Deed::DeskTakesFactors,
    Deed::Resets,
    Deed::Locks,
    Deed::EndsUser, // the last one: no role is left
];

async fn amara(r: &Registry) -> AccountId {
    r.list(OWN, "Amara Okafor", Position::Staff).await;
    let id = r.account("amara", &[("clinic-access", r.site("NORTH").await)]).await;
    staff::bind_account(&r.world.cx, &desk(), id, &email(OWN), r.at()).await.expect("bound");
    id
}

async fn account(r: &Registry) -> Account {
    accounts::find(&r.world.cx, "amara").await.expect("read").expect("an account")
}

/// The session that was stolen, as it stands at a moment.
async fn stolen(r: &Registry, at: Arrival) -> Session {
    r.world.session_at(&account(r).await, at).await
}

async fn clerk(r: &Registry) -> Granted {
    let user = NewUser {
        name: "clerk".into(),
        display_name: "Hana Dell".into(),
        password_hash: "a hash".into(),
        must_change: false,
        roles: vec![RoleAssignment::new("help-desk", Place::State)],
    };
    let id = accounts::add(&r.world.cx, &desk(), user, r.at()).await.expect("an account");
    r.granted(id, Permission::ManageAccounts).await
}

async fn address_of(r: &Registry, id: AccountId) -> String {
    let known = accounts::address_of(&r.world.cx, id).await.expect("read");
    known.expect("an address").as_str().to_owned()
}

async fn count(r: &Registry, to: &str, kind: &str) -> usize {
    r.letters(to).await.iter().filter(|letter| &*letter.kind == kind).count()
}

async fn waits(r: &Registry, id: AccountId, at: Arrival) -> bool {
    waiting(&r.world.cx, id, at.at).await.expect("read").is_some()
}

async fn done(r: &Registry, deed: Deed, clerk: &Granted, at: Arrival) {
    let (cx, of) = (&r.world.cx, account(r).await);
    let opened = |token: u8| sessions::new(of.id, [token; 32], "csrf".into(), "203.0.113.7".into(), at);
    match deed {
        Deed::ChangesPassword => {
            let change = Attempt::to_change_password(&of, "203.0.113.7", at);
            change.change_password(cx, &of, "a hash".into(), opened(1)).await.expect("changed");
        }
        Deed::SetsPasswordByLink => {
            assert!(requests::set_password(cx, "by-link", "a hash".into(), at).await.expect("heard"));
        }
        Deed::EndsOtherSessions => sessions::end_others(cx, &of, [1; 32], at).await.expect("ended"),
        Deed::EndsOneSession => {
            let row = opened(2);
            let put = move |tx: &mut iis_store::Tx<'_>| session::insert(tx, &row);
            cx.store.write(Lane::Web, put).await.expect("a session");
            assert!(sessions::end_own(cx, &of, [2; 32], at).await.expect("ended"));
        }
        Deed::Disconnects => {
            let who = single_sign_on::Subject { issuer: "https://state.example".into(), subject: "a".into() };
            let put = move |tx: &mut iis_store::Tx<'_>| {
                iis_store::issuer_subject::insert(tx, &who, of.id, "amara", at.at)
            };
            cx.store.write(Lane::Web, put).await.expect("connected");
            let of = account(r).await;
            single_sign_on::disconnect(cx, &of, at).await.expect("disconnected");
        }
        Deed::DeskMailsLink => helping::mail_link(cx, clerk, "amara", "x", at).await.expect("mailed"),
        Deed::DeskTakesFactors => second_factor::forget(cx, clerk, &of, at).await.expect("taken"),
        Deed::Resets => {
            accounts::reset_password(cx, &desk(), &of, "a hash".into(), at).await.expect("reset");
        }
        Deed::Locks => {
            accounts::set_status(cx, &desk(), &of, Status::Locked, at).await.expect("locked");
            accounts::set_status(cx, &desk(), &of, Status::Active, at).await.expect("opened");
        }
        Deed::EndsUser => {
            let sites = iis_registry::sites::sites(cx).await.expect("read");
            let north = sites.iter().find(|site| &*site.code == "NORTH").expect("a site").organization_id;
            staff::end_user(cx, &desk(), north, of.id, at).await.expect("ended");
        }
    }
}

/// Page: /account
#[test]
fn z1_what_ends_sessions_ends_an_address_that_waits_and_its_link_opens_nothing() {
    on_a_registry(|r| async move {
        let (cx, id) = (&r.world.cx, amara(&r).await);
        r.administrator().await;
        let clerk = clerk(&r).await;
        for (round, deed) in (1..).zip(DEEDS) {
            let at = later(r.at(), round * 24);
            if deed == Deed::SetsPasswordByLink {
                helping::mail_link(cx, &clerk, "amara", "by-link", at).await.expect("mailed");
            }
            let token = format!("t-{round}");
            ask_own(cx, &stolen(&r, at).await, email(THIEF), &token, at).await.expect("asked for");
            assert!(waits(&r, id, at).await, "{deed:?}");
            let told = count(&r, OWN, "address-ended").await;
            done(&r, deed, &clerk, at).await;
            assert!(!waits(&r, id, at).await, "{deed:?}");
            assert!(!confirm(cx, &token, at).await.expect("heard"), "{deed:?}: the link opens nothing");
            assert_eq!(address_of(&r, id).await, OWN, "{deed:?}");
            assert_eq!(count(&r, OWN, "address-ended").await, told + 1, "{deed:?}: its owner hears it");
        }
    });
}

/// Page: /account/address
#[test]
fn z1_a_session_that_was_ended_while_its_form_was_on_its_way_has_no_address_wait() {
    on_a_registry(|r| async move {
        let (cx, id) = (&r.world.cx, amara(&r).await);
        let session = stolen(&r, r.at()).await;
        accounts::reset_password(cx, &desk(), &account(&r).await, "a hash".into(), r.at())
            .await
            .expect("reset");
        let asked = ask_own(cx, &session, email(THIEF), "t", r.at()).await;
        assert!(refusal(asked).contains("signed out"));
        assert!(!waits(&r, id, r.at()).await);
    });
}

/// Page: /stop-address/{token}
#[test]
fn s12_the_address_on_record_stops_the_one_that_waits_without_signing_in() {
    on_a_registry(|r| async move {
        let (cx, id) = (&r.world.cx, amara(&r).await);
        let key_of = async || {
            let link = r.link(OWN, "address-asked").await;
            link.strip_prefix("/stop-address/").expect("the link that stops it").to_owned()
        };
        ask_own(cx, &stolen(&r, r.at()).await, email(THIEF), "t", r.at()).await.expect("asked for");
        let first = key_of().await;
        ask_own(cx, &stolen(&r, r.at()).await, email(THIEF), "u", r.at()).await.expect("asked for again");
        assert_ne!(first, key_of().await, "each letter has a link of its own");
        assert_eq!(stopping::is_link(cx, &first, r.at()).await.expect("read").as_deref(), Some("amara"));
        assert!(waits(&r, id, r.at()).await, "looking at it stops nothing: mail programs open links");
        assert!(!stopping::by_link(cx, "another", r.at()).await.expect("heard"));
        assert!(
            stopping::by_link(cx, &first, r.at()).await.expect("stopped"),
            "the earlier letter stops it too"
        );
        r.audited("stop-address", "user amara").await;
        assert!(!waits(&r, id, r.at()).await);
        for spent in [first, key_of().await] {
            assert_eq!(stopping::is_link(cx, &spent, r.at()).await.expect("read"), None);
            assert!(!stopping::by_link(cx, &spent, r.at()).await.expect("heard"), "a link counts once");
        }
        assert!(!confirm(cx, "u", r.at()).await.expect("heard"));
        ask_own(cx, &stolen(&r, r.at()).await, email(THIEF), "v", r.at()).await.expect("asked for");
        let over = stopping::by_link(cx, &key_of().await, later(r.at(), 73)).await;
        assert!(!over.expect("heard"), "it works as long as the address waits");
        assert!(confirm(cx, "v", r.at()).await.expect("confirmed"));
        assert!(!stopping::by_link(cx, &key_of().await, r.at()).await.expect("heard"), "nothing waits");
    });
}

/// Page: /help/accounts/{user}
#[test]
fn s12_the_owner_and_the_help_desk_stop_an_address_that_waits() {
    on_a_registry(|r| async move {
        let (cx, id) = (&r.world.cx, amara(&r).await);
        let clerk = clerk(&r).await;
        ask_own(cx, &stolen(&r, r.at()).await, email(THIEF), "t", r.at()).await.expect("asked for");
        stopping::by_owner(cx, &stolen(&r, r.at()).await, r.at()).await.expect("stopped");
        r.audited("stop-address", "").await;
        let again = stopping::by_owner(cx, &stolen(&r, r.at()).await, r.at()).await;
        assert!(refusal(again).contains("No address waits"));
        ask_own(cx, &stolen(&r, r.at()).await, email(THIEF), "u", r.at()).await.expect("asked for");
        stopping::at_desk(cx, &clerk, "amara", r.at()).await.expect("stopped");
        r.audited("stop-address", "user amara").await;
        assert!(!waits(&r, id, r.at()).await && !confirm(cx, "u", r.at()).await.expect("heard"));
        let again = stopping::at_desk(cx, &clerk, "amara", r.at()).await;
        assert!(refusal(again).contains("No address waits"));
        assert_eq!(address_of(&r, id).await, OWN);
    });
}

/// Page: /help/accounts/{user}/correct
#[test]
fn s12_the_help_desk_gives_back_at_once_what_a_stolen_session_moved_and_nobody_stops_it() {
    on_a_registry(|r| async move {
        let (cx, id) = (&r.world.cx, amara(&r).await);
        let clerk = clerk(&r).await;
        let session = stolen(&r, r.at()).await;
        ask_own(cx, &session, email(THIEF), "t", r.at()).await.expect("asked for");
        assert!(confirm(cx, "t", r.at()).await.expect("confirmed"));
        let back = accounts::correcting::Right {
            name: "Amara Okafor".into(),
            email: Some(email(OWN)),
            license_kind: "".into(),
            license_number: "".into(),
            reason: "robbed".into(),
        };
        accounts::correcting::correct(cx, &clerk, "amara", back.clone(), "b", r.at())
            .await
            .expect("given back");
        assert_eq!(address_of(&r, id).await, OWN);
        assert!(!waits(&r, id, r.at()).await, "nothing waits that a link could stop");
        assert_eq!(count(&r, THIEF, "address-asked").await, 0);
        assert!(count(&r, OWN, "address-changed").await >= 2, "from there, and back");
        let again = ask_own(cx, &session, email(THIEF), "u", r.at()).await;
        assert!(refusal(again).contains("signed out"), "the session that moved it is over");
        let link = helping::mail_link(cx, &clerk, "amara", "v", r.at()).await;
        assert!(refusal(link).contains("another clerk"), "who gave it back does not help on");
        // three days later it is an address like any other
        let late = later(r.at(), 24);
        ask_own(cx, &stolen(&r, late).await, email(THIEF), "w", late).await.expect("asked for");
        assert!(confirm(cx, "w", late).await.expect("confirmed"));
        accounts::correcting::correct(cx, &desk(), "amara", back, "c", later(late, 73))
            .await
            .expect("asked for");
        assert_eq!(address_of(&r, id).await, THIEF, "it waits for its link");
    });
}

/// Page: /help/accounts/{user}
#[test]
fn s12_who_was_robbed_of_the_address_hears_of_the_desks_link_for_three_days() {
    on_a_registry(|r| async move {
        let (cx, clerk) = (&r.world.cx, clerk(&r).await);
        amara(&r).await;
        ask_own(cx, &stolen(&r, r.at()).await, email(THIEF), "t", r.at()).await.expect("asked for");
        assert!(confirm(cx, "t", r.at()).await.expect("confirmed"));
        let left = async |hours| {
            let known = helping::known(cx, "amara", later(r.at(), hours).at).await.expect("read");
            known
                .expect("an account")
                .left
                .iter()
                .map(|one| one.email.as_str().to_owned())
                .collect::<Vec<_>>()
        };
        assert_eq!(left(71).await, [OWN], "the desk sees from where it was changed");
        assert!(left(73).await.is_empty());
        helping::mail_link(cx, &clerk, "amara", "x", later(r.at(), 71)).await.expect("mailed");
        assert!(r.link(THIEF, "set-password").await.contains("/set-password/x"));
        assert_eq!(count(&r, OWN, "helped-elsewhere").await, 1);
        let letters = r.letters(OWN).await;
        let letter = letters.iter().find(|letter| &*letter.kind == "helped-elsewhere").expect("a letter");
        assert!(!letter.body.contains(THIEF) && letter.body.contains("/help/tickets/new"), "{}", letter.body);
        helping::mail_link(cx, &clerk, "amara", "y", later(r.at(), 73)).await.expect("mailed");
        assert_eq!(count(&r, OWN, "helped-elsewhere").await, 1, "after three days it is the owner's");
    });
}
