//! Passkeys as the registry keeps them (Z-2, D5): whose they are, questions that are answered once, the last one that stays.

use crate::world::{World, on_each_engine, rounds};
use iis_model::access::Permission;
use iis_registry::access::operator;
use iis_registry::accounts::passkeys::{self, Made, Purpose};
use iis_registry::accounts::{Account, Admission, Attempt, Heard, second_factor};
use iis_registry::{Arrival, Failure, sessions};
use iis_store::audit::list::{AuditFilter, list};
use jiff::SignedDuration;

fn made(id: u8) -> Made {
    Made { credential_id: [id; 32].into(), credential: "counter 1".into() }
}

async fn add(world: &World, account: &Account, id: u8, name: &str) -> Result<(), Failure> {
    passkeys::add(&world.cx, &world.session(account).await, made(id), name, world.arrival()).await
}

async fn remove(world: &World, account: &Account, id: u8, is_required: bool) -> Result<bool, Failure> {
    passkeys::remove(&world.cx, account, [id; 32].into(), is_required, world.arrival()).await
}

/// What the audit says was done about passkeys, by name.
async fn written_down(world: &World) -> Vec<String> {
    let filter = AuditFilter { limit: 100, ..AuditFilter::default() };
    let rows = world
        .cx
        .store
        .read(move |tx| list(tx, &operator(Permission::ReadAudit).expect("the operator may"), &filter))
        .await;
    let rows = rows.expect("a reading").into_iter().map(|row| row.action.to_string());
    let mut actions: Vec<_> = rows.filter(|action| action.contains("passkey")).collect();
    actions.sort();
    actions
}

/// Page: /account/passkeys
#[test]
fn z2_passkeys_are_ones_own_have_a_name_and_stand_in_the_audit() {
    on_each_engine(|world| async move {
        let (owner, other) =
            (world.account("amara", Vec::new()).await, world.account("ben", Vec::new()).await);
        add(&world, &owner, 1, " My telephone ").await.expect("added");
        assert!(matches!(add(&world, &other, 1, "Mine too").await, Err(Failure::Rule(_))), "one account's");
        assert!(matches!(add(&world, &owner, 2, " ").await, Err(Failure::Rule(_))), "it has a name");
        let ways = second_factor::ways(&world.cx, owner.id).await.expect("the store works");
        assert!(ways.is_any() && ways.has_passkey() && !ways.app);
        let renamed = async |account: &Account, name: &str| {
            passkeys::rename(&world.cx, account, [1; 32].into(), name, world.arrival()).await
        };
        assert!(!renamed(&other, "Not mine").await.expect("the store works"));
        assert!(renamed(&owner, "My old telephone").await.expect("the store works"));
        assert!(renamed(&owner, "a\nb").await.is_err());
        let held = passkeys::of_account(&world.cx, owner.id).await.expect("the store works");
        assert_eq!(&*held[0].name, "My old telephone");
        assert!(
            !remove(&world, &other, 1, false).await.expect("the store works"),
            "nobody removes another's"
        );
        assert!(remove(&world, &owner, 1, false).await.expect("the store works"));
        assert!(passkeys::of_account(&world.cx, owner.id).await.expect("the store works").is_empty());
        assert_eq!(written_down(&world).await, ["add-passkey", "name-passkey", "remove-passkey"]);
    });
}

/// Page: /account/passkeys
#[test]
fn z2_the_last_second_factor_stays_where_everybody_needs_one() {
    on_each_engine(|world| async move {
        let owner = world.account("amara", Vec::new()).await;
        add(&world, &owner, 1, "My telephone").await.expect("added");
        let kept = remove(&world, &owner, 1, true).await;
        assert!(matches!(kept, Err(Failure::Rule(text)) if text.contains("only second factor")), "{kept:?}");
        add(&world, &owner, 2, "My key").await.expect("added");
        assert!(remove(&world, &owner, 1, true).await.expect("the other stays"));
        let held = passkeys::of_account(&world.cx, owner.id).await.expect("the store works");
        passkeys::stop(&world.cx, &held[0], "203.0.113.9", world.arrival()).await.expect("stopped");
        assert!(remove(&world, &owner, 2, true).await.expect("one that opens nothing is no factor"));
    });
}

/// Page: /account/passkeys
#[test]
fn z2_the_last_second_factor_stays_when_the_last_two_are_removed_at_one_moment() {
    on_each_engine(|world| async move {
        let owner = world.account("amara", Vec::new()).await;
        for round in 0..rounds(20) {
            let [one, other] = [1, 2].map(|n| u8::try_from(2 * (round % 100) + n).expect("small"));
            for id in [one, other] {
                add(&world, &owner, id, "My telephone").await.expect("added");
            }
            let (first, second) =
                tokio::join!(remove(&world, &owner, one, true), remove(&world, &owner, other, true));
            assert!(first.is_ok() != second.is_ok(), "one stays: {first:?} {second:?}");
            let held = passkeys::of_account(&world.cx, owner.id).await.expect("the store works");
            assert_eq!(held.len(), 1);
            let left = held[0].credential_id[0];
            assert!(remove(&world, &owner, left, false).await.expect("the store works"));
        }
    });
}

/// Page: /account/passkeys
#[test]
fn z2_two_passkeys_added_at_one_moment_keep_to_the_limit() {
    on_each_engine(|world| async move {
        let owner = world.account("amara", Vec::new()).await;
        let most = u8::try_from(passkeys::MOST).expect("few");
        for id in 1..most {
            add(&world, &owner, id, "My telephone").await.expect("added");
        }
        for round in 0..rounds(20) {
            let [one, other] = [0, 1].map(|n| most + u8::try_from(2 * (round % 100) + n).expect("small"));
            let (first, second) =
                tokio::join!(add(&world, &owner, one, "One"), add(&world, &owner, other, "Other"));
            assert!(first.is_ok() != second.is_ok(), "{first:?} {second:?}");
            let added = if first.is_ok() { one } else { other };
            assert!(remove(&world, &owner, added, true).await.expect("the store works"));
        }
    });
}

/// Page: /sign-in/passkey
#[test]
fn z2_a_question_is_answered_once_for_its_purpose_and_within_five_minutes() {
    on_each_engine(|world| async move {
        let owner = world.account("amara", Vec::new()).await;
        let ask = async |word: u8, purpose| {
            let whose = (Some(owner.id), purpose);
            let kept = passkeys::ask(&world.cx, [word; 32], whose, "state".into(), world.arrival()).await;
            assert!(kept.expect("the store works"));
        };
        let take = async |word: u8, purpose, arrival| {
            passkeys::take(&world.cx, [word; 32], purpose, arrival).await.expect("the store works")
        };
        ask(1, Purpose::SignIn).await;
        let taken = take(1, Purpose::SignIn, world.arrival()).await.expect("asked");
        assert_eq!((taken.account_id, &*taken.state), (Some(owner.id), "state"));
        assert_eq!(take(1, Purpose::SignIn, world.arrival()).await, None, "once");
        ask(2, Purpose::Add).await;
        assert_eq!(take(2, Purpose::SignIn, world.arrival()).await, None, "asked for something else");
        assert_eq!(take(2, Purpose::Add, world.arrival()).await, None, "and used up by the attempt");
        ask(3, Purpose::Prove).await;
        let late = Arrival { at: world.arrival().at + SignedDuration::from_mins(5), ..world.arrival() };
        assert_eq!(take(3, Purpose::Prove, late).await, None, "too late");
    });
}

/// Page: /sign-in/passkey
#[test]
fn z2_a_passkey_that_was_copied_or_used_meanwhile_is_not_used_again() {
    on_each_engine(|world| async move {
        let owner = world.account("amara", Vec::new()).await;
        add(&world, &owner, 1, "My telephone").await.expect("added");
        let find = async || passkeys::find(&world.cx, [1; 32].into()).await.expect("the store works");
        let read = find().await.expect("there");
        let used = async |counter: &str| {
            passkeys::used(&world.cx, read.clone(), counter.into(), world.arrival())
                .await
                .expect("the store works")
        };
        assert!(used("counter 2").await);
        assert!(!used("counter 2").await, "it was used since it was read");
        let read = find().await.expect("there");
        assert_eq!((&*read.credential, read.used_at.is_some()), ("counter 2", true));
        passkeys::stop(&world.cx, &read, "203.0.113.9", world.arrival()).await.expect("stopped");
        assert!(find().await.is_none());
        let noted = passkeys::used(&world.cx, read, "counter 3".into(), world.arrival()).await;
        assert!(!noted.expect("the store works"));
        let ways = second_factor::ways(&world.cx, owner.id).await.expect("the store works");
        assert!(!ways.has_passkey() && ways.is_any(), "the password alone is not enough either");
        assert_eq!(written_down(&world).await, ["add-passkey", "stop-passkey"]);
    });
}

/// Page: /sign-in/passkey
#[test]
fn d5_who_guesses_passwords_does_not_keep_the_owner_of_a_passkey_out() {
    on_each_engine(|world| async move {
        let owner = world.account("amara", Vec::new()).await;
        for _ in 0..5 {
            let guess = Attempt::to_sign_in("amara", "203.0.113.9", world.arrival());
            guess.failed(&world.cx).await.expect("noted");
        }
        let by_passkey = Attempt::by_passkey(&owner, "203.0.113.7", world.arrival());
        let session = sessions::new(owner.id, [5; 32], "csrf".into(), "".into(), world.arrival());
        let admitted = by_passkey.sign_in(&world.cx, &owner, session).await;
        assert_eq!(admitted.expect("the store works"), Admission::Open);
        let guess = Attempt::to_sign_in("amara", "203.0.113.9", world.arrival());
        let heard = guess.hear(&world.cx).await.expect("the store works");
        assert!(matches!(heard, Heard::Locked(_)), "for who guesses it stays locked");
    });
}
