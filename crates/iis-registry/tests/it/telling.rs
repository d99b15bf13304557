//! What the owner of an account is told when something changes by which it is opened, and what a reset leaves standing
//! (decision 0047; OWASP ASVS 5.0.0, 6.3.7 and 6.4.3).

use crate::world::{World, on_each_engine};
use iis_model::access::Permission;
use iis_registry::access::operator;
use iis_registry::accounts::passkeys::{self, Made};
use iis_registry::accounts::second_factor::{self, CODE_BYTES, CODES, Drawn};
use iis_registry::accounts::single_sign_on::{self, Connection, Subject};
use iis_registry::accounts::totp::{code, step_of};
use iis_registry::accounts::{self, Account, Attempt, helping, mailbox, reset_password, way_back};
use iis_registry::mail::{self, Code, WayIn};
use iis_registry::number_key::NumberKey;
use iis_registry::sessions::Session;
use iis_registry::{Failure, requests, sessions};
use iis_store::audit::list::{AuditFilter, list};
use iis_store::session::{self, SessionRow};
use iis_store::{Lane, password_link};
use jiff::SignedDuration;
use sha2::{Digest, Sha256};
use std::collections::BTreeSet;
use std::sync::Arc;

const SECRET: [u8; 20] = [9; 20];
const KIND: &str = "way-in-changed";

/// The owner of an account whom letters reach, in a registry that can keep second factors.
async fn owner(mut world: World) -> (World, Account) {
    world.cx.number_key = Some(Arc::new(NumberKey::new(&[7; 32])));
    let owner = world.account_with_mail("amara", "amara@north.example").await;
    (world, owner)
}

async fn add_passkey(world: &World, owner: &Account, id: u8) {
    let made = Made { credential_id: [id; 32].into(), credential: "counter 1".into() };
    passkeys::add(&world.cx, &world.session(owner).await, made, "My telephone", world.arrival())
        .await
        .expect("added");
}

/// Sets an app up and returns its recovery codes.
async fn add_app(world: &World, owner: &Account) -> Vec<String> {
    add_app_in(world, &world.session(owner).await).await
}

async fn add_app_in(world: &World, session: &Session) -> Vec<String> {
    let codes = std::array::from_fn::<_, CODES, _>(|n| [u8::try_from(n).expect("ten"); CODE_BYTES]);
    let (at, drawn) = (world.arrival(), Drawn { nonce: [3; 16], codes });
    let typed = format!("{:06}", code(&SECRET, step_of(at.at)));
    let codes = second_factor::add(&world.cx, session, SECRET, &typed, drawn, at).await;
    codes.expect("the store works").expect("the code is right")
}

async fn connect(world: &World, owner: &Account) {
    let who = Subject { issuer: "https://id.calder.example".into(), subject: "17".into() };
    let session = world.session(owner).await;
    let connected =
        single_sign_on::connect(&world.cx, &session, who, "amara@calder.example", world.arrival());
    assert_eq!(connected.await.expect("the store works"), Connection::Made);
}

/// Keeps a link that sets the password.
async fn keep_link(world: &World, owner: &Account, token: &str) {
    let (id, at) = (owner.id, world.arrival().at);
    let hash: [u8; 32] = Sha256::digest(token.as_bytes()).into();
    let until = at + SignedDuration::from_hours(24);
    let kept = world.cx.store.write(Lane::Web, move |tx| password_link::insert(tx, &hash, id, at, until));
    kept.await.expect("the store works");
}

async fn reset(world: &World, owner: &Account) {
    let by = operator(Permission::ManageAccounts).expect("the operator may");
    reset_password(&world.cx, &by, owner, "another".into(), world.arrival()).await.expect("reset");
}

/// Does everything that changes how an account is opened.
async fn change_everything(world: &World, owner: &Account) {
    let cx = &world.cx;
    let by = operator(Permission::ManageAccounts).expect("the operator may");
    add_passkey(world, owner, 1).await;
    let held = passkeys::of_account(cx, owner.id).await.expect("the store works");
    for _ in 0..2 {
        passkeys::stop(cx, &held[0], "203.0.113.9", world.arrival()).await.expect("stopped");
    }
    passkeys::remove(cx, owner, [1; 32].into(), false, world.arrival()).await.expect("removed");
    add_app(world, owner).await;
    let codes = add_app(world, owner).await;
    let attempt = Attempt::to_enter_code(owner, None, "203.0.113.7", world.arrival());
    let proved = second_factor::prove(cx, &attempt, owner, &codes[0], world.arrival()).await;
    assert!(proved.expect("the store works"));
    connect(world, owner).await;
    for _ in 0..2 {
        single_sign_on::disconnect(cx, owner, world.arrival()).await.expect("disconnected");
    }
    let change = Attempt::to_change_password(owner, "203.0.113.7", world.arrival());
    let session = sessions::new(owner.id, [5; 32], "csrf".into(), "".into(), world.arrival());
    change.change_password(cx, owner, "a hash".into(), session).await.expect("changed");
    keep_link(world, owner, "a-token").await;
    let set = requests::set_password(cx, "a-token", "a hash".into(), world.arrival()).await;
    assert!(set.expect("the store works"));
    reset(world, owner).await;
    second_factor::forget(cx, &by, owner, world.arrival()).await.expect("forgotten");
    helping::mail_link(cx, &by, &owner.name, "b-token", world.arrival()).await.expect("mailed");
    accounts::set_status(cx, &by, owner, accounts::Status::Locked, world.arrival()).await.expect("locked");
    let role = accounts::RoleAssignment::at_site("clinic-access", Some(world.site("NORTH").await.id));
    accounts::set_roles(cx, &by, owner, vec![role], world.arrival()).await.expect("set");
    helping::open_again(cx, &by, &owner.name, "she calls", world.arrival()).await.expect("opened");
}

/// Page: /account
#[test]
fn z2_the_owner_is_told_of_every_change_by_which_the_account_is_opened() {
    on_each_engine(|world| async move {
        let (world, owner) = owner(world).await;
        let without = world.account("ben", Vec::new()).await;
        add_passkey(&world, &without, 7).await;
        assert!(world.letters(KIND).await.is_empty(), "nobody else gets it");
        change_everything(&world, &owner).await;
        let letters = world.letters(KIND).await;
        assert_eq!(letters.len(), WayIn::ALL.len(), "one for each change: {letters:?}");
        let happened: BTreeSet<_> =
            letters.iter().filter_map(|(_, body)| body.split(" at ").next()).collect();
        assert_eq!(happened.len(), WayIn::ALL.len(), "{happened:?}");
        for (to, body) in &letters {
            assert_eq!(to, "amara@north.example");
            for said in [" at 03/02/2026 10:0", "/account\n", "/help/tickets/new\n", "If it was not you"] {
                assert!(body.contains(said), "{said}: {body}");
            }
            assert!(!body.contains("My telephone") && !body.contains("a-token"), "{body}");
        }
    });
}

/// Page: /account
#[test]
fn z2_the_letter_of_a_stopped_passkey_says_how_to_get_in_again() {
    on_each_engine(|world| async move {
        let (world, owner) = owner(world).await;
        add_passkey(&world, &owner, 1).await;
        let held = passkeys::of_account(&world.cx, owner.id).await.expect("the store works");
        passkeys::stop(&world.cx, &held[0], "203.0.113.9", world.arrival()).await.expect("stopped");
        let (_, body) = &world.letters(KIND).await[0];
        for said in
            ["its counter went back", "code that is mailed to you", "add it again", "call the Help Desk"]
        {
            assert!(body.to_lowercase().contains(&said.to_lowercase()), "{said}: {body}");
        }
    });
}

/// Page: /account
#[test]
fn z2_a_reset_takes_back_what_a_password_opened_and_leaves_the_second_factors() {
    on_each_engine(|world| async move {
        let (world, owner) = owner(world).await;
        add_passkey(&world, &owner, 1).await;
        add_app(&world, &owner).await;
        connect(&world, &owner).await;
        keep_link(&world, &owner, "a-token").await;
        for _ in 0..5 {
            let guess = Attempt::to_sign_in("amara", "203.0.113.9", world.arrival());
            guess.failed(&world.cx).await.expect("noted");
        }
        let (_, locked) = world.letters("locked-out").await.remove(0);
        let key = locked.split("/sign-in/back/").nth(1).and_then(|rest| rest.lines().next()).expect("a link");
        let mailed = Code::new("482913").expect("a code");
        assert!(second_factor::mail_code(&world.cx, &owner, mailed, world.arrival()).await.expect("mailed"));
        let session = sessions::new(owner.id, [5; 32], "csrf".into(), "".into(), world.arrival());
        let by_passkey = Attempt::by_passkey(&owner, "203.0.113.7", world.arrival());
        by_passkey.sign_in(&world.cx, &owner, session).await.expect("signed in");
        keep_way_back(&world, &owner, key).await;

        reset(&world, &owner).await;

        let at = world.arrival();
        assert!(sessions::find(&world.cx, [5; 32], at).await.expect("the store works").is_none());
        assert!(single_sign_on::of_account(&world.cx, owner.id).await.expect("the store works").is_none());
        assert!(way_back::account_of(&world.cx, key, at).await.expect("the store works").is_none());
        assert!(requests::is_link(&world.cx, "a-token", at).await.expect("read").is_none());
        let enters = Attempt::to_enter_code(&owner, None, "203.0.113.7", at);
        let by_mail = second_factor::prove(&world.cx, &enters, &owner, "482913", at).await;
        assert!(!by_mail.expect("the store works"), "the code that was mailed is taken back");
        let ways = second_factor::ways(&world.cx, owner.id).await.expect("the store works");
        assert!(ways.app && ways.has_passkey(), "a reset is no way around the second factor");
        let (_, body) = &world.letters(KIND).await[0];
        assert!(body.contains("your authenticator app with its recovery codes and 1 passkey"), "{body}");
    });
}

/// Page: /account
#[test]
fn z2_of_one_kind_of_change_ten_letters_leave_within_an_hour_and_the_last_one_says_so() {
    on_each_engine(|world| async move {
        let (world, owner) = owner(world).await;
        for n in 1..=12 {
            add_passkey(&world, &owner, n).await;
            passkeys::remove(&world.cx, &owner, [n; 32].into(), false, world.arrival())
                .await
                .expect("removed");
        }
        let letters = world.letters(KIND).await;
        let about = |what: &str| letters.iter().filter(|(_, body)| body.contains(what)).collect::<Vec<_>>();
        for what in ["A passkey was added", "A passkey was removed"] {
            let told = about(what);
            assert_eq!(told.len(), 10, "each kind for itself: {what}");
            let last: Vec<_> =
                told.iter().map(|(_, body)| body.contains("no message of their own")).collect();
            assert_eq!(last.iter().filter(|says| **says).count(), 1, "{last:?}");
            assert!(last[0], "the latest one says so: {last:?}");
        }
        add_app(&world, &owner).await;
        assert_eq!(world.letters(KIND).await.len(), 21, "another kind is told all the same");
        let filter = AuditFilter { action: Some("leave-out-letter"), limit: 100, ..AuditFilter::default() };
        let by = operator(Permission::ReadAudit).expect("the operator may");
        let rows = world.cx.store.read(move |tx| list(tx, &by, &filter)).await.expect("the store works");
        assert_eq!(rows.len(), 4, "what got no letter stands in the audit");
    });
}

/// Page: /account/mailbox
#[test]
fn z2_the_mailbox_is_shown_by_a_mailed_code_or_by_the_link_that_set_the_password() {
    on_each_engine(|world| async move {
        let (world, owner) = owner(world).await;
        let cx = &world.cx;
        let open = async |token: u8| {
            let session = sessions::new(owner.id, [token; 32], "csrf".into(), "".into(), world.arrival());
            let attempt = Attempt::to_sign_in("amara", "203.0.113.7", world.arrival());
            attempt.sign_in(cx, &owner, session).await.expect("signed in");
        };
        let owed = async |token: u8| {
            let session =
                sessions::find(cx, [token; 32], world.arrival()).await.expect("read").expect("open");
            mailbox::is_owed(cx, &session, world.arrival().at).await.expect("read")
        };
        open(1).await;
        open(2).await;
        assert!(owed(1).await, "who knows the password alone binds nothing");
        let code = Code::new("482913").expect("a code");
        assert!(second_factor::mail_code(cx, &owner, code, world.arrival()).await.expect("mailed"));
        let attempt = Attempt::to_prove(&owner, "203.0.113.7", world.arrival());
        for (typed, is_right) in [("111111", false), ("482 913", true), ("482913", false)] {
            let shown = mailbox::show(cx, &attempt, &owner, ([1; 32], typed), world.arrival()).await;
            assert_eq!(shown.expect("the store works"), is_right, "{typed}: once, and no other");
        }
        assert!(!owed(1).await && owed(2).await, "in the session where the code was typed alone");

        keep_link(&world, &owner, "a-token").await;
        requests::set_password(cx, "a-token", "a hash".into(), world.arrival()).await.expect("set");
        open(3).await;
        open(4).await;
        assert!(!owed(3).await, "the link of a letter set the password");
        assert!(owed(4).await, "that counts for the first sign-in after it");
        keep_link(&world, &owner, "another").await;
        requests::set_password(cx, "another", "a hash".into(), world.arrival()).await.expect("set");
        reset(&world, &owner).await;
        open(5).await;
        assert!(owed(5).await, "not when the Help Desk gave another password since");
        add_passkey(&world, &owner, 1).await;
        open(6).await;
        assert!(!owed(6).await, "who has a second factor showed it");
        let without = world.account("ben", Vec::new()).await;
        let session = sessions::new(without.id, [9; 32], "csrf".into(), "".into(), world.arrival());
        let attempt = Attempt::to_sign_in("ben", "203.0.113.7", world.arrival());
        attempt.sign_in(cx, &without, session).await.expect("signed in");
        assert!(!owed(9).await, "nor is it asked of whom no letter reaches");
    });
}

async fn begin(world: &World, row: SessionRow) {
    world.cx.store.write(Lane::Web, move |tx| session::insert(tx, &row)).await.expect("begun");
}

/// Page: /account/mailbox
#[test]
fn z2_with_the_first_second_factor_sessions_that_the_password_alone_opened_end() {
    on_each_engine(|world| async move {
        let (world, owner) = owner(world).await;
        begin(&world, sessions::new(owner.id, [1; 32], "attacker".into(), "".into(), world.arrival())).await;
        let own = world.session(&owner).await;
        let open = async || {
            let open = sessions::of_account(&world.cx, owner.id, world.arrival().at).await.expect("read");
            open.into_iter().map(|one| one.token_sha256).collect::<Vec<_>>()
        };
        assert_eq!(open().await.len(), 2);
        add_app_in(&world, &own).await;
        assert_eq!(open().await, [own.token_sha256], "the session that adds");
        add_passkey(&world, &owner, 7).await;
        assert_eq!(open().await.len(), 2, "whoever came in since showed the factor");
    });
}

#[test]
fn z2_no_first_second_factor_is_added_before_the_mailbox_was_shown() {
    on_each_engine(|world| async move {
        let (world, owner) = owner(world).await;
        let unshown = Session { mailbox_at: None, ..world.session(&owner).await };
        let stale = world.arrival().at - SignedDuration::from_mins(31);
        let shown_long_ago = Session { mailbox_at: Some(stale), ..unshown.clone() };
        let key = || Made { credential_id: [1; 32].into(), credential: "counter 1".into() };
        let app = async |session: &Session| {
            let codes = std::array::from_fn::<_, CODES, _>(|n| [u8::try_from(n).expect("ten"); CODE_BYTES]);
            let drawn = Drawn { nonce: [3; 16], codes };
            let at = world.arrival();
            let typed = format!("{:06}", code(&SECRET, step_of(at.at)));
            second_factor::add(&world.cx, session, SECRET, &typed, drawn, at).await
        };
        for session in [&unshown, &shown_long_ago] {
            let passkey = passkeys::add(&world.cx, session, key(), "Mine", world.arrival()).await;
            assert!(
                matches!(passkey, Err(Failure::Rule(text)) if text.contains("read the mail")),
                "{passkey:?}"
            );
            let added = app(session).await;
            assert!(matches!(added, Err(Failure::Rule(text)) if text.contains("read the mail")), "{added:?}");
        }
        let ways = second_factor::ways(&world.cx, owner.id).await.expect("the store works");
        assert!(!ways.is_any(), "nothing was added");
        assert!(world.letters(KIND).await.is_empty());
        app(&world.session(&owner).await).await.expect("the store works").expect("the code is right");
        let ended = passkeys::add(&world.cx, &unshown, key(), "Mine", world.arrival()).await;
        assert!(
            matches!(ended, Err(Failure::Rule(text)) if text.contains("signed out")),
            "the first factor ended the other sessions: {ended:?}"
        );
        let unshown = Session { mailbox_at: None, ..world.session(&owner).await };
        let later = passkeys::add(&world.cx, &unshown, key(), "Mine", world.arrival()).await;
        later.expect("whoever has one showed it when they showed who they are");

        let mut silent = world.cx.clone();
        silent.letters_arrive = false;
        let other = world.account_with_mail("ben", "ben@north.example").await;
        let unshown = Session { mailbox_at: None, ..world.session(&other).await };
        let key = Made { credential_id: [2; 32].into(), credential: "counter 1".into() };
        let added = passkeys::add(&silent, &unshown, key, "Mine", world.arrival()).await;
        added.expect("where no letter arrives no code can be asked back");
    });
}

/// Page: /account
#[test]
fn z2_the_states_sign_in_is_connected_by_whoever_showed_the_second_factor_too() {
    on_each_engine(|world| async move {
        let (world, owner) = owner(world).await;
        let connect = async |session: &Session| {
            let who = Subject { issuer: "https://id.calder.example".into(), subject: "17".into() };
            let made = single_sign_on::connect(&world.cx, session, who, "a@calder.example", world.arrival());
            made.await.expect("the store works")
        };
        let by_password_alone = world.session(&owner).await;
        let long_ago = world.arrival().at - SignedDuration::from_mins(31);
        let stale = Session { proved_at: long_ago, ..by_password_alone.clone() };
        assert_eq!(connect(&stale).await, Connection::ShowFirst);
        let no_mail = Session { mailbox_at: None, ..by_password_alone.clone() };
        assert_eq!(connect(&no_mail).await, Connection::ShowMailbox, "the password alone binds nothing");
        add_app(&world, &owner).await;
        assert_eq!(
            connect(&by_password_alone).await,
            Connection::ShowFirst,
            "the app was not asked for then"
        );
        let connected = single_sign_on::of_account(&world.cx, owner.id).await.expect("the store works");
        assert!(connected.is_none());
        assert_eq!(
            connect(&world.session(&owner).await).await,
            Connection::Made,
            "shown since there is an app"
        );

        let other = world.account_with_mail("ben", "ben@north.example").await;
        let session = world.session(&other).await;
        assert_eq!(connect(&session).await, Connection::Anothers);
        add_passkey(&world, &other, 2).await;
        assert_eq!(connect(&session).await, Connection::ShowFirst, "a passkey is a factor too");
    });
}

/// Page: /account/mailbox
#[test]
fn a_code_to_sign_in_leaves_before_letters_that_waited_longer() {
    on_each_engine(|world| async move {
        let (world, owner) = owner(world).await;
        for n in 1..=3 {
            add_passkey(&world, &owner, n).await;
        }
        let code = Code::new("482913").expect("a code");
        second_factor::mail_code(&world.cx, &owner, code, world.arrival()).await.expect("mailed");
        let mut kinds = Vec::new();
        while let Some(letter) = mail::next(&world.cx, world.arrival().at).await.expect("the store works") {
            kinds.push(letter.kind.to_string());
        }
        assert_eq!(kinds, ["sign-in-code", KIND, KIND, KIND]);
    });
}

/// A good sign-in ends ways back: this one is there again, as when somebody guesses on.
async fn keep_way_back(world: &World, owner: &Account, key: &str) {
    let (id, until) = (owner.id, world.arrival().at + way_back::WORKS);
    let hash: [u8; 32] = Sha256::digest(key.as_bytes()).into();
    let kept = world.cx.store.write(Lane::Web, move |tx| iis_store::way_back::put(tx, &hash, id, until));
    kept.await.expect("the store works");
}
