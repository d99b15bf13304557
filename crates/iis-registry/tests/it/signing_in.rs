//! Signing in: what it leaves in the audit, and how often a name may be tried.

use crate::world::{World, on_each_engine};
use iis_model::access::{Channel, Permission};
use iis_registry::access::{Caller, authorize, operator};
use iis_registry::accounts::{self, Admission, Attempt, Heard, RoleAssignment, Status};
use iis_registry::{Arrival, sessions};
use iis_store::audit::list::{AuditFilter, list};
use jiff::ToSpan;

const FROM: &str = "192.0.2.7";

async fn add(world: &World, name: &str, role: &str) {
    world.account(name, vec![RoleAssignment::at_site(role, None)]).await;
}

fn minutes_later(arrival: Arrival, minutes: i64) -> Arrival {
    Arrival { at: arrival.at + minutes.minutes(), ..arrival }
}

/// What a try with a wrong password comes to: how a page would go about it.
async fn fails(world: &World, name: &str, arrival: Arrival) -> &'static str {
    let attempt = Attempt::to_sign_in(name, FROM, arrival);
    match attempt.hear(&world.cx).await.expect("the store works") {
        Heard::Locked(_) => "locked",
        Heard::Compare(_) => {
            attempt.failed(&world.cx).await.expect("the store works");
            "compared"
        }
    }
}

/// What a try with the right password comes to.
async fn signs_in(world: &World, name: &str, arrival: Arrival) -> Option<Admission> {
    let attempt = Attempt::to_sign_in(name, FROM, arrival);
    let Heard::Compare(Some(known)) = attempt.hear(&world.cx).await.expect("the store works") else {
        return None;
    };
    let session = sessions::new(known.account.id, [7; 32], "csrf".into(), FROM.into(), arrival);
    Some(attempt.sign_in(&world.cx, &known.account, session).await.expect("the store works"))
}

/// The audit, oldest first: actor, action, result, detail.
async fn audit(world: &World) -> Vec<[String; 4]> {
    add(world, "auditor", "auditor").await;
    let account = accounts::find(&world.cx, "auditor").await.expect("the store works").expect("just made");
    let granted =
        authorize(&world.cx.roles, Caller::Account(&account), Permission::ReadAudit, Channel::Web, "");
    let granted = granted.expect("auditors may");
    let filter = AuditFilter { limit: 1000, ..AuditFilter::default() };
    let mut rows = world.cx.store.read(move |tx| list(tx, &granted, &filter)).await.expect("the store works");
    rows.sort_by_key(|row| (row.at, row.chain_id, row.n));
    let ours =
        rows.into_iter().filter(|row| !row.detail.contains("auditor") && !row.detail.contains("sender"));
    ours.map(|row| [row.actor.into(), row.action.into(), row.result.into(), row.detail.into()]).collect()
}

#[test]
fn every_step_of_an_account_is_in_the_audit() {
    on_each_engine(|world| async move {
        add(&world, "amara", "clinic-access").await;
        fails(&world, "Amara", world.arrival()).await;
        fails(&world, "my pass phrase", world.arrival()).await;
        assert_eq!(signs_in(&world, " amara ", world.arrival()).await, Some(Admission::Open));
        let account = accounts::find(&world.cx, "amara").await.expect("the store works").expect("made above");

        let attempt = Attempt::to_change_password(&account, FROM, world.arrival());
        attempt.failed(&world.cx).await.expect("the store works");
        let session = sessions::new(account.id, [8; 32], "csrf".into(), FROM.into(), world.arrival());
        attempt.change_password(&world.cx, &account, "new hash".into(), session).await.expect("changed");
        let open = |token| sessions::find(&world.cx, [token; 32], world.arrival());
        assert!(open(7).await.expect("read").is_none(), "the change ends other sessions");
        assert!(open(8).await.expect("read").is_some());
        sessions::close(&world.cx, &account, [8; 32], FROM, world.arrival()).await.expect("signed out");
        assert!(open(8).await.expect("read").is_none());

        let granted = operator(Permission::ManageAccounts).expect("the operator may");
        let status = |status| accounts::set_status(&world.cx, &granted, &account, status, world.arrival());
        status(Status::Locked).await.expect("locked");
        assert_eq!(signs_in(&world, "amara", world.arrival()).await, Some(Admission::Closed));
        status(Status::Active).await.expect("unlocked");
        let reset =
            accounts::reset_password(&world.cx, &granted, &account, "another".into(), world.arrival());
        reset.await.expect("reset");

        #[rustfmt::skip]
        let expected = [
            // who        what               how        about
            ["openiis",   "add-account",     "done",    "user amara"],
            ["",          "sign-in",         "failed",  "user amara, from 192.0.2.7"],
            ["",          "sign-in",         "failed",  "user unknown, from 192.0.2.7"],
            ["amara",     "sign-in",         "done",    "from 192.0.2.7"],
            ["",          "change-password", "failed",  "user amara, from 192.0.2.7"],
            ["amara",     "change-password", "done",    "from 192.0.2.7"],
            ["amara",     "sign-out",        "done",    "from 192.0.2.7"],
            ["openiis",   "lock-account",    "done",    "user amara"],
            ["",          "sign-in",         "refused", "user amara, from 192.0.2.7"],
            ["openiis",   "unlock-account",  "done",    "user amara"],
            ["openiis",   "reset-password",  "done",    "user amara"],
        ];
        let expected: Vec<[String; 4]> = expected.into_iter().map(|row| row.map(str::to_owned)).collect();
        let mut found = audit(&world).await;
        // a failed change and the change that follows it happen at one moment here, perhaps in two chains
        found[4..6].sort();
        assert_eq!(found, expected);
    });
}

#[test]
fn five_failures_within_a_quarter_of_an_hour_lock_names_with_and_without_an_account_alike() {
    on_each_engine(|world| async move {
        add(&world, "amara", "clinic-access").await;
        let mut expected_locks = Vec::new();
        for (name, shown) in [("amara", "amara"), ("nobody", "unknown")] {
            let (start, mut told) = (world.arrival(), Vec::new());
            for minute in [0, 1, 2, 8, 16, 16, 16, 17, 46] {
                told.push(fails(&world, name, minutes_later(start, minute)).await);
            }
            // at minute 16 the first two are too long ago to count
            let heard = "compared";
            let expected = [heard, heard, heard, heard, heard, heard, heard, "locked", heard];
            assert_eq!(told, expected, "{name}");
            let until = minutes_later(start, 16 + 30).at;
            expected_locks.push(format!("5 failures, until {until}; user {shown}, from {FROM}"));
        }
        let locks = audit(&world).await.into_iter().filter(|row| row[1] == "lock-account");
        let locks: Vec<String> = locks.map(|[.., detail]| detail).collect();
        assert_eq!(locks, expected_locks);
    });
}

#[test]
fn attempts_at_the_same_moment_gain_nothing() {
    const ATTEMPTS: usize = 60;
    on_each_engine(|world| async move {
        add(&world, "amara", "clinic-access").await;
        let world = std::sync::Arc::new(world);
        let arrival = world.arrival();
        let tries: Vec<_> = (0..ATTEMPTS)
            .map(|_| {
                let world = std::sync::Arc::clone(&world);
                tokio::spawn(async move {
                    let attempt = Attempt::to_sign_in("amara", FROM, arrival);
                    // all were heard before the first of them failed; some may be told to come again
                    let _ = attempt.failed(&world.cx).await;
                })
            })
            .collect();
        for one in tries {
            one.await.expect("no panic");
        }
        let rows = audit(&world).await;
        let failed = rows.iter().filter(|row| row[1] == "sign-in" && row[2] == "failed").count();
        assert_eq!(failed, 5, "the rest was locked out: {rows:?}");
        assert_eq!(signs_in(&world, "amara", world.arrival()).await, None, "the right password too");

        let account = accounts::find(&world.cx, "amara").await.expect("the store works").expect("made above");
        let granted = operator(Permission::ManageAccounts).expect("the operator may");
        let unlocked =
            accounts::set_status(&world.cx, &granted, &account, Status::Active, world.arrival()).await;
        unlocked.expect("unlocked");
        assert_eq!(signs_in(&world, "amara", world.arrival()).await, Some(Admission::Open));
    });
}

#[test]
fn locking_an_account_ends_its_sessions_for_good() {
    on_each_engine(|world| async move {
        add(&world, "amara", "clinic-access").await;
        assert_eq!(signs_in(&world, "amara", world.arrival()).await, Some(Admission::Open));
        let account = accounts::find(&world.cx, "amara").await.expect("the store works").expect("made above");
        let session =
            async || sessions::find(&world.cx, [7; 32], world.arrival()).await.expect("the store works");
        assert!(session().await.is_some());
        let granted = operator(Permission::ManageAccounts).expect("the operator may");
        for status in [Status::Locked, Status::Active] {
            accounts::set_status(&world.cx, &granted, &account, status, world.arrival()).await.expect("set");
            assert!(session().await.is_none(), "{status:?}");
        }
    });
}
