//! What the Help Desk does for an account whose owner calls, and what a clerk does not get by it (requirements 3.3 and 6.4).

use crate::world::{World, on_each_engine};
use iis_model::access::{Channel, Granted, Permission, Place};
use iis_registry::access::{Caller, authorize, operator};
use iis_registry::accounts::helping::{self, Standing};
use iis_registry::accounts::passkeys::{self, Made};
use iis_registry::accounts::{self, Account, Attempt, RoleAssignment, Status};
use iis_registry::{Arrival, Failure, requests, sessions};
use iis_store::audit::list::{AuditFilter, list};
use iis_store::{Lane, session};
use jiff::SignedDuration;

fn role(name: &str) -> Vec<RoleAssignment> {
    vec![RoleAssignment::at_site(name, None)]
}

async fn at_north(world: &World, name: &str) -> Vec<RoleAssignment> {
    vec![RoleAssignment::new(name, Place::Site(world.site("NORTH").await.id))]
}

fn granted(world: &World, account: &Account, permission: Permission) -> Granted {
    authorize(&world.cx.roles, Caller::Account(account), permission, Channel::Web, "").expect("permitted")
}

fn refused<T: std::fmt::Debug>(outcome: Result<T, Failure>) -> &'static str {
    match outcome {
        Err(Failure::Rule(text)) => text,
        other => panic!("expected a refusal, got {other:?}"),
    }
}

fn later(world: &World, days: i64) -> Arrival {
    let at = world.arrival().at + SignedDuration::from_hours(24 * days);
    Arrival { at, today: at.to_zoned(jiff::tz::TimeZone::UTC).date(), ..world.arrival() }
}

/// Five minutes from now.
fn in_a_while(world: &World) -> Arrival {
    let now = world.arrival();
    Arrival { at: now.at + SignedDuration::from_mins(5), ..now }
}

/// Gives roles to an account.
async fn with_roles(world: &World, account: &Account, roles: Vec<RoleAssignment>) -> Account {
    for role in roles {
        let family = world.cx.roles.get(&role.role).expect("a role").family;
        let permission = match family {
            iis_registry::access::Family::State => Permission::ManageStateAccounts,
            _ => Permission::ManageAccounts,
        };
        let by = operator(permission).expect("the operator may");
        accounts::set_roles(&world.cx, &by, account, vec![role], world.arrival()).await.expect("set");
    }
    accounts::get(&world.cx, account.id).await.expect("read").expect("an account")
}

/// Somebody at NORTH whom letters reach, and a clerk of the Help Desk.
async fn people(world: &World) -> (Account, Granted) {
    let owner = world.account_with_mail("amara", "amara@north.example").await;
    let owner = with_roles(world, &owner, at_north(world, "clinic-access").await).await;
    let clerk = world.account("clerk", role("help-desk")).await;
    (owner, granted(world, &clerk, Permission::ManageAccounts))
}

async fn standing(world: &World, user: &str, arrival: Arrival) -> Standing {
    let known = helping::known(&world.cx, user, arrival.at).await.expect("read");
    known.expect("an account").standing
}

async fn has_session(world: &World, owner: &Account) -> bool {
    let listed = sessions::of_account(&world.cx, owner.id, world.arrival().at).await.expect("read");
    !listed.is_empty()
}

async fn sign_in(world: &World, owner: &Account) {
    let row = sessions::new(owner.id, [4; 32], "csrf".into(), "".into(), world.arrival());
    world.cx.store.write(Lane::Web, move |tx| session::insert(tx, &row)).await.expect("a session");
}

async fn audited(world: &World, action: &'static str) -> Vec<(Box<str>, Box<str>)> {
    let by = operator(Permission::ReadAudit).expect("the operator may");
    let filter = AuditFilter { action: Some(action), limit: 100, ..AuditFilter::default() };
    let rows = world.cx.store.read(move |tx| list(tx, &by, &filter)).await.expect("the store works");
    rows.into_iter().map(|row| (row.actor, row.detail)).collect()
}

/// Page: /help/accounts
#[test]
fn an_account_is_found_by_user_name_address_and_the_beginnings_of_a_name() {
    on_each_engine(|world| async move {
        people(&world).await;
        for (typed, found) in [
            ("AMARA", 1),
            (" amara@north.example ", 1),
            ("ama", 1),
            ("mara", 0),
            ("cle", 1),
            ("%", 0),
            ("_", 0),
            ("", 0),
            ("nobody", 0),
        ] {
            let listed = helping::found(&world.cx, typed, world.arrival().at).await.expect("read");
            assert_eq!(listed.len(), found, "{typed:?}");
        }
    });
}

/// Page: /help/accounts/{user}
#[test]
fn s12_a_reset_mails_the_link_to_the_address_that_is_known_and_takes_the_password_away() {
    on_each_engine(|world| async move {
        let (owner, clerk) = people(&world).await;
        sign_in(&world, &owner).await;
        helping::mail_link(&world.cx, &clerk, "amara", "a-token", world.arrival()).await.expect("mailed");
        assert!(!has_session(&world, &owner).await, "sessions end");
        assert_eq!(standing(&world, "amara", world.arrival()).await, Standing::NoPassword);
        let letters = world.letters("set-password").await;
        assert!(letters.iter().all(|(to, _)| to == "amara@north.example") && letters.len() == 1);
        assert!(letters[0].1.contains("/set-password/a-token"));
        let told = world.letters("way-in-changed").await;
        assert!(told[0].1.contains("took the password of your account away"), "{told:?}");
        assert_eq!(audited(&world, "reset-password").await, [("clerk".into(), "user amara".into())]);
        // the link was not used: another one, without another reset
        helping::mail_link(&world.cx, &clerk, "amara", "b-token", world.arrival()).await.expect("mailed");
        assert!(requests::is_link(&world.cx, "a-token", world.arrival()).await.expect("read").is_none());
        let set = requests::set_password(&world.cx, "b-token", "a hash".into(), world.arrival()).await;
        assert!(set.expect("set"));
        assert_eq!(standing(&world, "amara", world.arrival()).await, Standing::Open);
        let before = accounts::former_passwords(&world.cx, "Amara").await.expect("read");
        assert_eq!(before.len(), 1, "the one that the reset took away: {before:?}");
        for token in ["c", "d", "e"] {
            helping::mail_link(&world.cx, &clerk, "amara", token, world.arrival()).await.expect("mailed");
        }
        let flooded = helping::mail_link(&world.cx, &clerk, "amara", "f", world.arrival()).await;
        assert!(refused(flooded).contains("several messages"));
        world.account("ben", at_north(&world, "clinic-access").await).await;
        let nowhere = helping::mail_link(&world.cx, &clerk, "ben", "g", world.arrival()).await;
        assert!(refused(nowhere).contains("No e-mail address"), "a link goes to an address that is known");
    });
}

/// Page: /help/accounts/{user}
#[test]
fn s14_a_lock_is_opened_by_the_letter_and_where_none_arrives_by_the_desk() {
    on_each_engine(|world| async move {
        let (_, clerk) = people(&world).await;
        world.account("ben", at_north(&world, "clinic-access").await).await;
        assert!(
            refused(helping::unlock(&world.cx, &clerk, "ben", world.arrival()).await).contains("not locked")
        );
        for user in ["amara", "ben"] {
            for _ in 0..5 {
                let guess = Attempt::to_sign_in(user, "203.0.113.9", world.arrival());
                guess.failed(&world.cx).await.expect("noted");
            }
            assert!(matches!(standing(&world, user, world.arrival()).await, Standing::LockedOut(_)));
            helping::unlock(&world.cx, &clerk, user, in_a_while(&world)).await.expect("unlocked");
        }
        let letters = world.letters("locked-out").await;
        assert_eq!(letters.len(), 2, "that of the lock, and that of the desk");
        let moment = |letter: &str| letter.split("locked at ").nth(1).map(|rest| rest[..18].to_owned());
        assert_eq!(moment(&letters[0].1), moment(&letters[1].1), "the lock began when it began");
        let again =
            letters.iter().filter(|(_, text)| text.contains("The Help Desk sends this message again"));
        let guessed = letters.iter().filter(|(_, text)| text.contains("after a try from 203.0.113.9"));
        assert_eq!((again.count(), guessed.count()), (1, 1), "{letters:?}");
        assert!(matches!(standing(&world, "amara", world.arrival()).await, Standing::LockedOut(_)));
        assert_eq!(standing(&world, "ben", world.arrival()).await, Standing::Open);
        assert_eq!(audited(&world, "unlock-account").await, [("clerk".into(), "user ben".into())]);
        let refused = helping::unlock(&world.cx, &clerk, "ben", world.arrival()).await;
        assert!(refused.is_err());
        let rows = audited(&world, "help-account").await;
        assert_eq!(rows[0], ("clerk".into(), "user ben".into()), "what is refused leaves a row");
    });
}

/// Page: /help/accounts/{user}
#[test]
fn z4_an_inactive_or_closed_account_is_opened_with_a_reason_and_its_owner_is_told() {
    on_each_engine(|world| async move {
        let (owner, clerk) = people(&world).await;
        let open = async |reason: &str, at: Arrival| {
            helping::open_again(&world.cx, &clerk, "amara", reason, at).await
        };
        assert!(refused(open("she calls", world.arrival()).await).contains("is open"));
        let silent = later(&world, 91);
        assert_eq!(standing(&world, "amara", silent).await, Standing::Inactive);
        let link = helping::mail_link(&world.cx, &clerk, "amara", "t", silent).await;
        assert!(refused(link).contains("Open it again first"));
        assert!(refused(open(" ", silent).await).contains("Say why"));
        open("back from leave", silent).await.expect("opened");
        assert_eq!(standing(&world, "amara", silent).await, Standing::Open);
        assert_eq!(
            audited(&world, "open-account").await,
            [("clerk".into(), "user amara: back from leave".into())]
        );
        let told = world.letters("way-in-changed").await;
        assert!(told[0].1.contains("opened your account again"), "{told:?}");
        let by = operator(Permission::ManageAccounts).expect("the operator may");
        accounts::set_status(&world.cx, &by, &owner, Status::Locked, silent).await.expect("locked");
        assert_eq!(standing(&world, "amara", silent).await, Standing::Closed);
        open("it was a mistake", silent).await.expect("opened");
        // whose last role ended comes back by an approval
        accounts::set_roles(&world.cx, &by, &owner, Vec::new(), silent).await.expect("set");
        accounts::set_status(&world.cx, &by, &owner, Status::Locked, silent).await.expect("locked");
        assert_eq!(standing(&world, "amara", silent).await, Standing::Ended);
        assert!(refused(open("she calls", silent).await).contains("asks for access again"));
    });
}

/// Page: /help/accounts/{user}
#[test]
fn lost_second_factors_are_taken_away_with_a_reason_and_the_owner_is_told() {
    on_each_engine(|world| async move {
        let (owner, clerk) = people(&world).await;
        let forget = async |reason: &str| {
            helping::forget_factors(&world.cx, &clerk, "amara", reason, world.arrival()).await
        };
        assert!(refused(forget("lost").await).contains("no second factor"));
        let made = Made { credential_id: [1; 32].into(), credential: "counter 1".into() };
        passkeys::add(&world.cx, &world.session(&owner).await, made, "My telephone", world.arrival())
            .await
            .expect("added");
        assert!(refused(forget("").await).contains("Say why"));
        sign_in(&world, &owner).await;
        forget("telephone lost, called back").await.expect("forgotten");
        assert!(passkeys::of_account(&world.cx, owner.id).await.expect("read").is_empty());
        assert!(!has_session(&world, &owner).await);
        let told = world.letters("way-in-changed").await;
        assert!(told.iter().any(|(_, body)| body.contains("took the second factors")), "{told:?}");
        assert_eq!(
            audited(&world, "forget-second-factor").await,
            [("clerk".into(), "user amara: telephone lost, called back".into())]
        );
    });
}

/// Page: /help/accounts/{user}
#[test]
fn nobody_helps_an_account_of_their_own_and_a_clerk_none_of_the_state() {
    on_each_engine(|world| async move {
        let (owner, clerk) = people(&world).await;
        let admin = world.account("admin", role("system-administrator")).await;
        let by_admin = granted(&world, &admin, Permission::ManageStateAccounts);
        let chief = world.account_with_mail("chief", "chief@north.example").await;
        let chief = with_roles(&world, &chief, role("system-administrator")).await;
        let at = world.arrival();
        for (by, user, why) in [
            (&clerk, "chief", "state’s staff"),
            (&clerk, "clerk", "state’s staff"), // a clerk is of the state
            (&by_admin, "amara", "state’s staff"),
            (&by_admin, "admin", "your own account"),
        ] {
            let cx = &world.cx;
            assert!(refused(helping::mail_link(cx, by, user, "t", at).await).contains(why), "{user}");
            assert!(refused(helping::unlock(cx, by, user, at).await).contains(why), "{user}");
            assert!(refused(helping::open_again(cx, by, user, "why", at).await).contains(why), "{user}");
            assert!(refused(helping::forget_factors(cx, by, user, "why", at).await).contains(why), "{user}");
        }
        assert!(world.letters("set-password").await.is_empty());
        helping::mail_link(&world.cx, &by_admin, &chief.name, "t", at).await.expect("an administrator may");
        // a second account of the same person is one's own too
        let second = world.account("amara2", role("help-desk")).await;
        let binds = operator(Permission::ManageAccounts).expect("the operator may");
        let email = "amara@north.example".parse().expect("an address");
        iis_registry::staff::bind_account(&world.cx, &binds, second.id, &email, at).await.expect("bound");
        let own = granted(&world, &second, Permission::ManageAccounts);
        let helped = helping::mail_link(&world.cx, &own, &owner.name, "u", at).await;
        assert!(refused(helped).contains("your own account"));
    });
}
