//! People on record are corrected: by their coordinator, by the Help Desk, by themselves; and what nobody gets by it (decision 0059).

use super::{Registry, desk, email, later, on_a_registry, refusal};
use iis_model::AccountId;
use iis_model::access::{Granted, Permission, Place};
use iis_registry::accounts::address::{self, confirm};
use iis_registry::accounts::correcting::{Right, correct};
use iis_registry::accounts::{self, Account, NewUser, RoleAssignment, helping};
use iis_registry::requests::{self, Asked};
use iis_registry::staff::{self, Correction, Listing, Position, ToCorrect};
use iis_registry::training::GENERAL_USER_COURSE;
use iis_registry::{Arrival, Failure};

const OLD: &str = "amara@north.example";
const NEW: &str = "amara@new.example";

fn listing(who: &str, name: &str) -> Listing {
    Listing {
        name: name.into(),
        email: email(who),
        position: Position::Staff,
        license_kind: "".into(),
        license_number: "".into(),
    }
}

fn right(who: &str, name: &str) -> Correction {
    let Listing { name, email, license_kind, license_number, .. } = listing(who, name);
    Correction { name, email, license_kind, license_number }
}

fn at_desk(who: Option<&str>, name: &str) -> Right {
    Right {
        name: name.into(),
        email: who.map(email),
        license_kind: "".into(),
        license_number: "".into(),
        reason: "she called back on the clinic's number".into(),
    }
}

/// An account of Amara Okafor at NORTH, with this address.
async fn amara(r: &Registry) -> AccountId {
    r.list(OLD, "Amara Okafor", Position::Staff).await;
    let id = r.account("amara", &[("clinic-access", r.site("NORTH").await)]).await;
    staff::bind_account(&r.world.cx, &desk(), id, &email(OLD), r.at()).await.expect("bound");
    id
}

/// Somebody with a role of the state.
async fn of_state(r: &Registry, name: &str, role: &str) -> AccountId {
    let user = NewUser {
        name: name.into(),
        display_name: "Hana Dell".into(),
        password_hash: "a hash".into(),
        must_change: false,
        roles: vec![RoleAssignment::new(role, Place::State)],
    };
    accounts::add(&r.world.cx, &desk(), user, r.at()).await.expect("an account")
}

async fn clerk(r: &Registry, name: &str) -> Granted {
    let id = of_state(r, name, "help-desk").await;
    r.granted(id, Permission::ManageAccounts).await
}

async fn address_of(r: &Registry, id: AccountId) -> Option<String> {
    let known = accounts::address_of(&r.world.cx, id).await.expect("read");
    known.map(|email| email.as_str().to_owned())
}

async fn account(r: &Registry, user: &str) -> Account {
    accounts::find(&r.world.cx, user).await.expect("read").expect("an account")
}

async fn link(r: &Registry, clerk: &Granted, token: &str, at: Arrival) -> Result<(), Failure> {
    helping::mail_link(&r.world.cx, clerk, "amara", token, at).await
}

async fn kinds(r: &Registry, to: &str) -> Vec<Box<str>> {
    r.letters(to).await.into_iter().map(|letter| letter.kind).collect()
}

/// Page: /clinic/staff/{entry}/correct
#[test]
fn s53_a_typing_error_on_a_staff_list_is_corrected_in_place() {
    on_a_registry(|r| async move {
        let (cx, site) = (&r.world.cx, r.site("NORTH").await);
        let who = "maria@north.example";
        r.list(who, "Maria Gonzales", Position::Staff).await;
        let again = staff::list(cx, &desk(), site, listing(who, "Maria González"), r.at()).await;
        assert!(refusal(again).contains("Correct that entry"));
        let entry = staff::staff_of(cx, site).await.expect("read")[0].entry;
        let there = staff::to_correct(cx, site, entry).await.expect("read").expect("an entry");
        assert_eq!(there, ToCorrect::Here(right(who, "Maria Gonzales")));
        let mended = Correction {
            license_kind: "RN".into(),
            license_number: "77 12".into(),
            ..right("m.gonzalez@north.example", "Maria González")
        };
        staff::correct(cx, &desk(), site, entry, mended, r.at()).await.expect("corrected");
        let listed = staff::staff_of(cx, site).await.expect("read");
        assert_eq!((&*listed[0].name, &*listed[0].email), ("Maria González", "m.gonzalez@north.example"));
        r.audited("correct-staff", &format!("site {}, entry {entry}", site.0)).await;
        r.list(who, "Mario Gonzo", Position::Staff).await; // the address of before is free
        let taken = staff::correct(cx, &desk(), site, entry, right(who, "Maria González"), r.at()).await;
        assert!(refusal(taken).contains("cannot be put on record together"));
        let bad = staff::correct(cx, &desk(), site, entry, right(who, "x"), r.at()).await;
        assert!(refusal(bad).contains("first and last name"));
        let south = r.site("SOUTH").await;
        let elsewhere = staff::correct(cx, &desk(), south, entry, right(who, "A B"), r.at()).await;
        assert!(
            refusal(elsewhere).contains("not on the list"),
            "the entry of another site is none of this one's"
        );
        assert_eq!(staff::to_correct(cx, south, entry).await.expect("read"), None);
    });
}

/// Page: /clinic/staff/{entry}/correct
#[test]
fn s53_who_is_known_elsewhere_or_has_an_account_is_corrected_by_the_help_desk() {
    on_a_registry(|r| async move {
        let (cx, north, south) = (&r.world.cx, r.site("NORTH").await, r.site("SOUTH").await);
        let who = "ada@north.example";
        r.list(who, "Ada Lind", Position::Staff).await;
        r.list_at(south, who, "Ada Lind", Position::Staff).await;
        amara(&r).await;
        for listed in staff::staff_of(cx, north).await.expect("read") {
            let there = staff::to_correct(cx, north, listed.entry).await.expect("read");
            assert_eq!(there, Some(ToCorrect::ByHelpDesk(listed.name.clone())));
            let new = right("other@north.example", "Some Body");
            let refused = staff::correct(cx, &desk(), north, listed.entry, new, r.at()).await;
            assert!(refusal(refused).contains("the Help Desk corrects"), "{}", listed.name);
        }
        let other = staff::list(cx, &desk(), south, listing(OLD, "Xx Yy"), r.at()).await;
        let said = refusal(other);
        assert!(!said.contains("knows") && !said.contains("another name"), "nothing of elsewhere: {said}");
    });
}

/// Page: /clinic/staff
#[test]
fn s53_who_was_taken_off_without_an_account_bars_no_address() {
    on_a_registry(|r| async move {
        let (cx, north, south) = (&r.world.cx, r.site("NORTH").await, r.site("SOUTH").await);
        let wrong = Listing {
            license_kind: "RN".into(),
            license_number: "7712".into(),
            ..listing("somebody@else.example", "Amara Okafor")
        };
        staff::list(cx, &desk(), south, wrong, r.at()).await.expect("listed");
        r.list_at(south, OLD, "Xx Yy", Position::Staff).await;
        r.complete(OLD, &[GENERAL_USER_COURSE]).await;
        for listed in staff::staff_of(cx, south).await.expect("read") {
            staff::take_off(cx, &desk(), south, listed.entry, r.at()).await.expect("taken off");
        }
        r.administrator().await;
        r.list(OLD, "Amara Okafor", Position::Staff).await;
        let number = r.request(OLD, "Amara Okafor", "clinic-access").await;
        let asked = requests::submit(cx, number, r.at()).await.expect("sent in");
        assert!(matches!(asked, Asked::Received(_)), "under her own name: {asked:?}");
        let listed = staff::staff_of(cx, north).await.expect("read");
        let own = listed.iter().find(|one| &*one.email == OLD).expect("listed");
        assert_eq!(&*own.name, "Amara Okafor");
        let gates = r.opened(number, r.at()).await.gates;
        let words: Vec<_> = gates.iter().map(|gate| &*gate.words).collect();
        assert!(
            words.iter().all(|words| !words.contains("under another")),
            "no letter goes astray: {words:?}"
        );
    });
}

/// Page: /help/accounts/{user}
#[test]
fn s12_an_address_that_the_help_desk_gives_counts_once_confirmed_and_its_clerk_mails_no_link_there() {
    on_a_registry(|r| async move {
        let (cx, id) = (&r.world.cx, amara(&r).await);
        let (first, second) = (clerk(&r, "first").await, clerk(&r, "second").await);
        let new = at_desk(Some(NEW), "Amara Okafor");
        link(&r, &first, "to-old", r.at()).await.expect("mailed to the address that holds");
        correct(cx, &first, "amara", new, "a-token", r.at()).await.expect("asked for");
        let why = "user amara: address asked for: she called back on the clinic's number";
        r.audited("correct-person", why).await;
        assert_eq!(address_of(&r, id).await.as_deref(), Some(OLD), "the one on record holds");
        assert!(kinds(&r, OLD).await.contains(&"address-asked".into()));
        assert!(r.link(NEW, "confirm-address").await.contains("/confirm-address/a-token"));
        assert!(r.link(OLD, "set-password").await.contains("to-old"));
        assert_eq!(address::is_link(cx, "a-token", r.at()).await.expect("read").as_deref(), Some("amara"));
        assert!(!confirm(cx, "another", r.at()).await.expect("heard"));
        assert!(confirm(cx, "a-token", r.at()).await.expect("confirmed"));
        assert!(!confirm(cx, "a-token", r.at()).await.expect("heard"), "a link counts once");
        assert_eq!(address_of(&r, id).await.as_deref(), Some(NEW));
        let stale = requests::is_link(cx, "to-old", r.at()).await.expect("read");
        assert_eq!(stale, None, "what was mailed to the old address opens nothing");
        for to in [OLD, NEW] {
            assert!(kinds(&r, to).await.contains(&"address-changed".into()), "{to}");
        }
        r.audited("confirm-address", "user amara").await;
        let known = helping::known(cx, "amara", r.at().at).await.expect("read").expect("an account");
        assert!(known.changed_by.contains(&account(&r, "first").await.id));
        let alone = link(&r, &first, "b", later(r.at(), 71)).await;
        assert!(refusal(alone).contains("another clerk"));
        let factors = helping::forget_factors(cx, &first, "amara", "lost", r.at()).await;
        assert!(refusal(factors).contains("another clerk"));
        link(&r, &second, "c", r.at()).await.expect("another clerk");
        assert!(r.link(NEW, "set-password").await.contains("/set-password/c"));
        link(&r, &first, "d", later(r.at(), 73)).await.expect("after three days");
    });
}

/// Page: /help/accounts/{user}
#[test]
fn s12_a_colleague_who_asks_again_does_not_set_the_first_clerk_free() {
    on_a_registry(|r| async move {
        let cx = &r.world.cx;
        amara(&r).await;
        let (first, second) = (clerk(&r, "first").await, clerk(&r, "second").await);
        let new = || at_desk(Some(NEW), "Amara Okafor");
        correct(cx, &first, "amara", new(), "a-token", r.at()).await.expect("asked for");
        correct(cx, &second, "amara", new(), "b-token", r.at()).await.expect("asked for again");
        assert!(!confirm(cx, "a-token", r.at()).await.expect("heard"), "the later link counts");
        assert!(confirm(cx, "b-token", later(r.at(), 48)).await.expect("confirmed"));
        for by in [&first, &second] {
            let alone = link(&r, by, "c", later(r.at(), 48 + 71)).await;
            assert!(refusal(alone).contains("another clerk"));
        }
        let third = clerk(&r, "third").await;
        link(&r, &third, "d", later(r.at(), 49)).await.expect("another clerk");
    });
}

/// Page: /help/accounts/{user}
#[test]
fn s12_a_clerk_who_changed_an_address_sends_no_way_back_and_no_first_link_goes_there() {
    on_a_registry(|r| async move {
        let (cx, first) = (&r.world.cx, clerk(&r, "first").await);
        let administrator = r.administrator().await;
        let granted = r.granted(administrator, Permission::ApproveAccounts).await;
        let number = r.received(OLD, "Amara Okafor").await;
        r.take(number).await;
        requests::ask_administrator(cx, &desk(), number, r.at()).await.expect("asked");
        let by = requests::Approver::Administrator(administrator);
        requests::approve(cx, &granted, number, by, "token", r.at()).await.expect("approved");
        let user = "a.okafor";
        correct(cx, &first, user, at_desk(Some(NEW), "Amara Okafor"), "t", r.at()).await.expect("asked for");
        assert!(confirm(cx, "t", r.at()).await.expect("confirmed"));
        let again = requests::mail_link_again(cx, number, "x", r.at()).await;
        assert!(refusal(again).contains("another clerk"), "the request's own link is no way around");
        for _ in 0..5 {
            accounts::Attempt::to_sign_in(user, "203.0.113.9", r.at()).failed(cx).await.expect("noted");
        }
        assert!(refusal(helping::unlock(cx, &first, user, r.at()).await).contains("another clerk"));
    });
}

/// Page: /help/accounts/{user}
#[test]
fn the_help_desk_corrects_a_name_and_what_it_does_not() {
    on_a_registry(|r| async move {
        let (cx, id) = (&r.world.cx, amara(&r).await);
        let first = clerk(&r, "first").await;
        let married = Right {
            license_kind: "RN".into(),
            license_number: "77-12".into(),
            ..at_desk(None, "Amara West")
        };
        correct(cx, &first, "amara", married, "t", r.at()).await.expect("corrected");
        assert_eq!(&*account(&r, "amara").await.display_name, "Amara West");
        assert_eq!(kinds(&r, OLD).await, ["person-corrected".into()]);
        let known = helping::known(cx, "amara", r.at().at).await.expect("read").expect("an account");
        assert_eq!((&*known.owner.name, &*known.owner.license_number), ("Amara West", "7712"));
        let same = Right {
            license_kind: "RN".into(),
            license_number: "7712".into(),
            ..at_desk(Some(OLD), "Amara West")
        };
        assert!(
            refusal(correct(cx, &first, "amara", same.clone(), "t", r.at()).await)
                .contains("Nothing was changed")
        );
        let why = Right { reason: "  ".into(), ..same.clone() };
        assert!(refusal(correct(cx, &first, "amara", why, "t", r.at()).await).contains("Say why"));
        r.list("ada@north.example", "Ada Lind", Position::Staff).await;
        let taken = Right { email: Some(email("ada@north.example")), ..same.clone() };
        assert!(refusal(correct(cx, &first, "amara", taken, "t", r.at()).await).contains("somebody else"));
        of_state(&r, "state", "data-quality").await;
        let state = correct(cx, &first, "state", at_desk(Some(NEW), "Hana Dell"), "t", r.at()).await;
        assert!(refusal(state).contains("system administrator"));
        let own = correct(cx, &first, "first", at_desk(Some(NEW), "Hana Dell"), "t", r.at()).await;
        assert!(matches!(own, Err(Failure::Rule(_))));
        // a person with an account of the state too
        let both = of_state(&r, "both", "data-quality").await;
        address::set(cx, &desk(), both, email("hana@state.example"), r.at()).await.expect("set");
        let outside = r.account("hana", &[("clinic-access", r.site("NORTH").await)]).await;
        staff::bind_account(cx, &desk(), outside, &email("hana@state.example"), r.at()).await.expect("bound");
        let new = at_desk(Some(NEW), "Hana Dell");
        assert!(
            refusal(correct(cx, &first, "hana", new, "t", r.at()).await).contains("system administrator")
        );
        assert_eq!(address_of(&r, id).await.as_deref(), Some(OLD));
    });
}

/// Page: /account/address
#[test]
fn an_owner_gives_another_address_and_hears_nothing_about_others() {
    on_a_registry(|r| async move {
        let (cx, id) = (&r.world.cx, amara(&r).await);
        let session = r.world.session(&account(&r, "amara").await).await;
        address::ask_own(cx, &session, email(NEW), "t", r.at()).await.expect("asked for");
        let waiting = address::waiting(cx, id, r.at().at).await.expect("read").expect("waits");
        assert_eq!(waiting.0.as_str(), NEW);
        assert_eq!(kinds(&r, OLD).await, ["address-asked".into()]);
        assert!(confirm(cx, "t", r.at()).await.expect("confirmed"));
        assert_eq!(address_of(&r, id).await.as_deref(), Some(NEW));
        r.audited("ask-address", "").await;
        let same = address::ask_own(cx, &session, email(NEW), "t", r.at()).await;
        assert!(refusal(same).contains("already"));
        r.list("ada@north.example", "Ada Lind", Position::Staff).await;
        let others = address::ask_own(cx, &session, email("ada@north.example"), "u", r.at()).await;
        others.expect("nothing is said of whose an address is");
        assert!(refusal(confirm(cx, "u", r.at()).await).contains("somebody else"), "its reader hears it");
        assert_eq!(address_of(&r, id).await.as_deref(), Some(NEW));
        let over = confirm(cx, "u", later(r.at(), 73)).await;
        assert!(!over.expect("heard"), "a link works for its hours");
        for n in 0..5 {
            let asked = address::ask_own(cx, &session, email(OLD), &format!("v{n}"), r.at()).await;
            if let Err(Failure::Rule(text)) = asked {
                assert!(text.contains("several messages"), "{text}");
                return;
            }
        }
        panic!("nobody's mail is flooded");
    });
}

/// Page: /account/address
#[test]
fn z2_who_knows_the_password_alone_moves_no_address() {
    on_a_registry(|r| async move {
        amara(&r).await;
        let session = r.world.session(&account(&r, "amara").await).await;
        let guessed = iis_registry::sessions::Session { mailbox_at: None, ..session };
        let asked = address::ask_own(&r.world.cx, &guessed, email(NEW), "t", r.at()).await;
        assert!(refusal(asked).contains("Show first that you read the mail"));
    });
}

/// Page: /help/accounts/{user}
#[test]
fn an_account_that_the_command_line_made_gets_an_address() {
    on_a_registry(|r| async move {
        let cx = &r.world.cx;
        let id = of_state(&r, "state", "data-quality").await;
        let system = of_state(&r, "system", "system-administrator").await;
        let system = r.granted(system, Permission::ManageStateAccounts).await;
        let new = at_desk(Some("hana@state.example"), "Hana Dell");
        correct(cx, &system, "state", new, "t", r.at()).await.expect("asked for");
        let nowhere = helping::mail_link(cx, &system, "state", "x", r.at()).await;
        assert!(refusal(nowhere).contains("No e-mail address"), "not before it is confirmed");
        assert!(confirm(cx, "t", r.at()).await.expect("confirmed"));
        assert_eq!(address_of(&r, id).await.as_deref(), Some("hana@state.example"));
        let alone = helping::mail_link(cx, &system, "state", "x", r.at()).await;
        assert!(refusal(alone).contains("another clerk"));
        address::set(cx, &desk(), id, email("hd@state.example"), r.at()).await.expect("set at once");
        assert_eq!(address_of(&r, id).await.as_deref(), Some("hd@state.example"));
        r.audited("set-address", "user state").await;
        r.list("ada@north.example", "Ada Lind", Position::Staff).await;
        let taken = address::set(cx, &desk(), id, email("ada@north.example"), r.at()).await;
        assert!(refusal(taken).contains("somebody else"));
        assert!(!address::is_free(cx, &email("ada@north.example"), "Bo Lind").await.expect("read"));
        assert!(address::is_free(cx, &email("ada@north.example"), "Ada Lind").await.expect("read"));
    });
}

/// Page: /help/people/{id}
#[test]
fn s53_a_name_that_another_organization_lists_bars_nobody_for_good() {
    on_a_registry(|r| async move {
        let (cx, south) = (&r.world.cx, r.site("SOUTH").await);
        r.list_at(south, OLD, "Xx Yy", Position::Staff).await;
        let first = clerk(&r, "first").await;
        let id = staff::without_account(cx, &email(OLD)).await.expect("read").expect("somebody");
        let person = staff::person(cx, id).await.expect("read").expect("somebody");
        assert_eq!((&*person.known.name, person.sites.len()), ("Xx Yy", 1));
        let no = staff::correct_person(cx, &first, id, (right(OLD, "Amara Okafor"), " "), r.at()).await;
        assert!(refusal(no).contains("Say why"));
        let right = (right(NEW, "Amara Okafor"), "she shows her badge");
        staff::correct_person(cx, &first, id, right, r.at()).await.expect("corrected");
        r.audited("correct-person", &format!("person {id}: she shows her badge; before: Xx Yy")).await;
        for to in [OLD, NEW] {
            assert_eq!(kinds(&r, to).await, ["person-corrected".into()], "{to}");
        }
        r.list(NEW, "Amara Okafor", Position::Staff).await;
        amara(&r).await;
        assert_eq!(staff::without_account(cx, &email(OLD)).await.expect("read"), None);
    });
}
