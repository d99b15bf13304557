//! Ways in besides the password: the way back after a lock-out (S-14), the mailed code (Z-2).

use crate::world::{World, on_each_engine};
use iis_model::access::Permission;
use iis_registry::access::operator;
use iis_registry::accounts::{Account, Admission, Attempt, Heard, helping, second_factor, way_back};
use iis_registry::mail::Code;
use iis_registry::number_key::NumberKey;
use iis_registry::sessions::Owed;
use iis_registry::{Arrival, Failure, sessions};
use std::sync::Arc;

/// Fails to sign in until the name is locked.
async fn lock(world: &World, name: &str) {
    for _ in 0..5 {
        let attempt = Attempt::to_sign_in(name, "203.0.113.9", world.arrival());
        attempt.failed(&world.cx).await.expect("noted");
    }
}

async fn is_locked(world: &World, attempt: &Attempt) -> bool {
    matches!(attempt.hear(&world.cx).await.expect("the store works"), Heard::Locked(_))
}

/// The key of the link in a letter.
fn key(body: &str) -> String {
    let after = body.split("/sign-in/back/").nth(1).expect("a link");
    after.lines().next().unwrap_or_default().to_owned()
}

async fn signs_in(world: &World, attempt: &Attempt, account: &Account) -> Admission {
    let arrival = world.arrival();
    let token = arrival.random.iter().flat_map(|word| word.to_le_bytes()).collect::<Vec<_>>();
    let hash: [u8; 32] = token.try_into().expect("32 bytes");
    let session = sessions::new(account.id, hash, "csrf".into(), "203.0.113.7".into(), arrival);
    attempt.sign_in(&world.cx, account, session).await.expect("the store works")
}

/// Page: /sign-in/back/{key}
#[test]
fn s14_a_lock_out_writes_to_the_owner_who_gets_in_by_the_link_while_others_go_on_guessing() {
    on_each_engine(|world| async move {
        let owner = world.account_with_mail("amara", "amara@north.example").await;
        lock(&world, "amara").await;
        lock(&world, "nobody-has-this-name").await;
        let sent = world.letters("locked-out").await;
        assert_eq!(sent.len(), 1, "one letter, to the owner alone");
        let (to, body) = &sent[0];
        assert_eq!(to, "amara@north.example");
        for told in ["203.0.113.9", "03/02/2026 10:", "/sign-in/back/"] {
            assert!(body.contains(told), "{told}: {body}");
        }
        let by_name = Attempt::to_sign_in("amara", "203.0.113.7", world.arrival());
        assert!(is_locked(&world, &by_name).await);
        let key = key(body);
        let found = way_back::account_of(&world.cx, &key, world.arrival()).await.expect("the store works");
        assert_eq!(found.expect("the link opens").id, owner.id);
        let back = Attempt::by_way_back(&owner, &key, "203.0.113.7", world.arrival());
        assert!(!is_locked(&world, &back).await, "whoever guesses does not keep the owner out");
        assert_eq!(signs_in(&world, &back, &owner).await, Admission::Open);
        let used = way_back::account_of(&world.cx, &key, world.arrival()).await.expect("the store works");
        assert!(used.is_none(), "once");
        let by_name = Attempt::to_sign_in("amara", "203.0.113.7", world.arrival());
        assert!(!is_locked(&world, &by_name).await, "the lock is gone with it");
    });
}

/// Page: /sign-in/back/{key}
#[test]
fn s14_what_fails_by_the_link_is_counted_for_the_link_and_the_link_ends_after_a_day() {
    on_each_engine(|world| async move {
        let owner = world.account_with_mail("amara", "amara@north.example").await;
        lock(&world, "amara").await;
        let key = key(&world.letters("locked-out").await[0].1);
        for _ in 0..5 {
            let back = Attempt::by_way_back(&owner, &key, "203.0.113.7", world.arrival());
            back.failed(&world.cx).await.expect("noted");
        }
        let back = Attempt::by_way_back(&owner, &key, "203.0.113.7", world.arrival());
        assert!(is_locked(&world, &back).await, "the link is no way to try passwords");
        assert_eq!(world.letters("locked-out").await.len(), 1, "and brings no letter after letter");
        let later = Arrival { at: world.arrival().at + way_back::WORKS, ..world.arrival() };
        let over = way_back::account_of(&world.cx, &key, later).await.expect("the store works");
        assert!(over.is_none());
        let wrong = way_back::account_of(&world.cx, "0123456789abcdef", world.arrival()).await;
        assert!(wrong.expect("the store works").is_none());
    });
}

/// Page: /sign-in/code
#[test]
fn s14_after_a_way_back_codes_are_counted_for_the_link_while_others_go_on_guessing() {
    on_each_engine(|world| async move {
        let owner = world.account_with_mail("amara", "amara@north.example").await;
        lock(&world, "amara").await;
        let key = key(&world.letters("locked-out").await[0].1);
        let back = Attempt::by_way_back(&owner, &key, "203.0.113.7", world.arrival());
        let mut session =
            sessions::new(owner.id, [3; 32], "csrf".into(), "203.0.113.7".into(), world.arrival());
        session.stage = Some(Owed::SecondFactor.word().into());
        session.counted_as = back.counted_as();
        let admitted = back.halfway(&world.cx, &owner, session).await.expect("the store works");
        assert_eq!(admitted, Admission::Open);
        let found = sessions::find(&world.cx, [3; 32], world.arrival()).await.expect("the store works");
        let counted_as = found.expect("halfway in").counted_as;
        assert!(counted_as.is_some());
        lock(&world, "amara").await;
        let by_name = Attempt::to_enter_code(&owner, None, "203.0.113.7", world.arrival());
        assert!(is_locked(&world, &by_name).await);
        let enters = Attempt::to_enter_code(&owner, counted_as, "203.0.113.7", world.arrival());
        assert!(!is_locked(&world, &enters).await, "whoever guesses does not keep the owner out here either");
        for _ in 0..5 {
            enters.failed(&world.cx).await.expect("noted");
        }
        assert!(is_locked(&world, &enters).await, "codes are not tried one after another");
    });
}

/// Page: /help/accounts/{user}
#[test]
fn s14_the_help_desk_sends_the_way_back_again_and_sees_no_link() {
    on_each_engine(|world| async move {
        let desk = || operator(Permission::ManageAccounts).expect("the operator may");
        world.account_with_mail("amara", "amara@north.example").await;
        let not_locked = helping::unlock(&world.cx, &desk(), "amara", world.arrival()).await;
        assert!(matches!(not_locked, Err(Failure::Rule(_))));
        lock(&world, "amara").await;
        helping::unlock(&world.cx, &desk(), "amara", world.arrival()).await.expect("sent");
        let sent = world.letters("locked-out").await;
        assert_eq!(sent.len(), 2);
        for (_, body) in &sent {
            let found = way_back::account_of(&world.cx, &key(body), world.arrival()).await;
            assert!(found.expect("the store works").is_some(), "both links work until one is used");
        }
    });
}

/// Page: /sign-in/code
#[test]
fn z2_a_mailed_code_counts_once_for_its_account_and_for_ten_minutes() {
    on_each_engine(|world| async move {
        let mut world = world;
        world.cx.number_key = Some(Arc::new(NumberKey::new(&[7; 32])));
        let owner = world.account_with_mail("amara", "amara@north.example").await;
        let other = world.account_with_mail("ben", "ben@north.example").await;
        let code = || Code::new("482913").expect("a code");
        let mailed = second_factor::mail_code(&world.cx, &owner, code(), world.arrival()).await;
        assert!(mailed.expect("the store works"));
        assert!(world.letters("sign-in-code").await[0].1.contains("482913"));
        let proves = async |account: &Account, typed: &str, arrival: Arrival| {
            let attempt = Attempt::to_enter_code(account, None, "203.0.113.7", arrival);
            second_factor::prove(&world.cx, &attempt, account, typed, arrival).await.expect("the store works")
        };
        assert!(!proves(&other, "482913", world.arrival()).await, "another account's");
        assert!(!proves(&owner, "482914", world.arrival()).await);
        let late =
            Arrival { at: world.arrival().at + jiff::SignedDuration::from_mins(11), ..world.arrival() };
        assert!(!proves(&owner, "482913", late).await, "too late");
        assert!(proves(&owner, "482 913", world.arrival()).await);
        assert!(!proves(&owner, "482913", world.arrival()).await, "once");
        for _ in 0..6 {
            second_factor::mail_code(&world.cx, &owner, code(), world.arrival())
                .await
                .expect("the store works");
        }
        assert!(world.letters("sign-in-code").await.len() <= 5, "nobody's mail is flooded");
    });
}
