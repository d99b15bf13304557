//! What somebody who asks for access could try: to be somebody else, to be at another place, to have a gate open only while it
//! is looked at.

use super::{Registry, application, desk, email, enroll, on_a_registry, refusal};
use iis_model::access::{Permission, Place};
use iis_model::organization::SiteKind;
use iis_model::{AccountId, SiteId};
use iis_registry::accounts::{self, Account};
use iis_registry::enrollment::{self, Decision};
use iis_registry::requests::{self, Application, Approver, Asked, Gate, Party, Standing, State};
use iis_registry::setup::{self, NewOrganization, NewSite};
use iis_registry::staff::{self, Listing, Position};
use iis_registry::training::GENERAL_USER_COURSE;

impl Registry {
    /// Approves a request that the Help Desk reads, as a site administrator.
    async fn approves(&self, number: i64, administrator: AccountId) -> Result<(), iis_registry::Failure> {
        let granted = self.granted(administrator, Permission::ApproveAccounts).await;
        let (approver, token) = (Approver::Administrator(administrator), format!("token {number}"));
        requests::approve(&self.world.cx, &granted, number, approver, &token, self.at()).await
    }

    async fn asks_administrator(&self, number: i64) {
        self.take(number).await;
        requests::ask_administrator(&self.world.cx, &desk(), number, self.at()).await.expect("asked");
    }

    async fn named(&self, user: &str) -> Account {
        accounts::find(&self.world.cx, user).await.expect("read").expect("an account")
    }

    /// Says another thing than [`application`] does, and sends it in.
    async fn begun(&self, who: &str, application: Application) -> (i64, Asked) {
        let begun = requests::begin(&self.world.cx, &email(who), application, self.at()).await;
        let number = begun.expect("begun");
        requests::confirm_address(&self.world.cx, number, self.at()).await.expect("confirmed");
        let asked = requests::submit(&self.world.cx, number, self.at()).await.expect("looked at");
        (number, asked)
    }

    async fn sites(&self, names: &[(&str, &str)]) -> Vec<SiteId> {
        let site = |(code, name): &(&str, &str)| NewSite {
            code: (*code).into(),
            name: (*name).into(),
            kind: SiteKind::Clinic,
            pin: None,
        };
        let organization =
            NewOrganization { name: "Corner Health".into(), sites: names.iter().map(site).collect() };
        setup::add_organizations(&self.world.cx, vec![organization]).await.expect("sites")
    }

    /// Puts somebody with a license on the list of a site.
    async fn lists(
        &self,
        site: &str,
        who: &str,
        name: &str,
        license: (&str, &str),
    ) -> Result<(), iis_registry::Failure> {
        let new = Listing {
            name: name.into(),
            email: email(who),
            position: Position::Staff,
            license_kind: license.0.into(),
            license_number: license.1.into(),
        };
        staff::list(&self.world.cx, &desk(), self.site(site).await, new, self.at()).await
    }
}

fn gate(gates: &[Gate], rule: &str) -> Standing {
    gates.iter().find(|gate| gate.rule == rule).expect("the gate").standing
}

fn held(asked: Asked) -> Vec<Gate> {
    match asked {
        Asked::Held(gates) => gates,
        Asked::Received(state) => panic!("it was taken: {state:?}"),
    }
}

/// Page: /request-access
#[test]
fn s15_a_role_is_held_at_the_place_that_was_named_to_its_last_digit() {
    on_a_registry(|r| async move {
        let sites = r
            .sites(&[
                ("CORNER-1", "Corner Clinic 1"),
                ("CORNER-2", "Corner Clinic 2"),
                ("TWIN-1", "Twin"),
                ("TWIN-2", "Twin"),
            ])
            .await;
        let administrator = r.account("corner", &[("site-administrator", sites[0])]).await;
        let who = "kim@corner.example";
        r.complete(who, &[GENERAL_USER_COURSE]).await;
        let asks_at =
            |site: &str| Application { site: site.into(), ..application("Kim Lorne", "enrollment-only") };
        let (number, asked) = r.begun(who, asks_at("corner clinic 2")).await;
        assert_eq!(asked, Asked::Received(State::InQueue));
        r.asks_administrator(number).await;
        r.approves(number, administrator).await.expect("approved");
        let places: Vec<_> = r.named("k.lorne").await.roles.iter().map(|held| held.place).collect();
        assert_eq!(places, [Place::Site(sites[1])]);
        let (twin, _) = r.begun("ira@corner.example", asks_at("Twin")).await;
        let gates = r.opened(twin, r.at()).await.gates;
        assert_eq!(
            gate(&gates, "S-15"),
            Standing::Waits(Party::Site),
            "of two with one name neither is meant"
        );
    });
}

/// Page: /clinic/staff
#[test]
fn s53_taking_off_the_list_ends_every_role_that_it_let_ask_for() {
    on_a_registry(|r| async move {
        let (cx, administrator) = (&r.world.cx, r.administrator().await);
        r.lists("NORTH", "jane@north.example", "Jane Roe", ("RN", "RN-4711")).await.expect("listed");
        let (home, own) = ("jane@home.example", "jane@north.example");
        r.complete(home, &[GENERAL_USER_COURSE]).await;
        r.complete(own, &[GENERAL_USER_COURSE]).await;
        let (first, _) = r.begun(own, application("Jane Roe", "enrollment-only")).await;
        r.asks_administrator(first).await;
        r.approves(first, administrator).await.expect("approved");
        let licensed = Application {
            license_kind: "RN".into(),
            license_number: "RN-4711".into(),
            ..application("Jane Roe", "clinic-access")
        };
        let (_, asked) = r.begun(home, licensed.clone()).await;
        assert!(matches!(asked, Asked::Held(_)), "a license is on no list");
        let (number, asked) = r.begun(own, licensed).await;
        assert_eq!(asked, Asked::Received(State::InQueue), "her own address is");
        r.asks_administrator(number).await;
        r.approves(number, administrator).await.expect("approved");
        let north = r.site("NORTH").await;
        let list = staff::staff_of(cx, north).await.expect("read");
        for entry in list.iter().filter(|entry| &*entry.name == "Jane Roe") {
            assert_eq!(entry.users, ["j.roe".into()]);
            staff::take_off(cx, &desk(), north, entry.entry, r.at()).await.expect("taken off");
        }
        assert!(!r.named("j.roe").await.is_usable());
    });
}

/// Page: /approve/{number}/{key}
#[test]
fn s53_whoever_was_taken_off_the_list_meanwhile_is_not_approved() {
    on_a_registry(|r| async move {
        let (cx, administrator) = (&r.world.cx, r.administrator().await);
        let number = r.received("amara@north.example", "Amara Okafor").await;
        r.asks_administrator(number).await;
        let north = r.site("NORTH").await;
        let list = staff::staff_of(cx, north).await.expect("read");
        let entry = list.iter().find(|entry| &*entry.name == "Amara Okafor").expect("listed");
        staff::take_off(cx, &desk(), north, entry.entry, r.at()).await.expect("taken off");
        assert!(refusal(r.approves(number, administrator).await).contains("no longer there"));
        assert!(accounts::find(cx, "a.okafor").await.expect("read").is_none());
        r.list("amara@north.example", "Amara Okafor", Position::Staff).await;
        r.approves(number, administrator).await.expect("approved, with the gate open");
    });
}

/// Page: /approve/{number}/{key}
#[test]
fn s49_of_two_who_ask_to_be_the_primary_one_is() {
    on_a_registry(|r| async move {
        enroll(&r, "Oak Clinic", "OAK").await;
        let administrator = r.account("oak", &[("site-administrator", r.site("OAK").await)]).await;
        let mut asking = Vec::new();
        for (who, name) in [("a@oak.example", "Amara Okafor"), ("b@oak.example", "Ben West")] {
            r.complete(who, &[GENERAL_USER_COURSE, "COLD"]).await;
            let asks = Application { site: "OAK".into(), ..application(name, "primary-vaccine-coordinator") };
            let (number, asked) = r.begun(who, asks).await;
            assert_eq!(asked, Asked::Received(State::InQueue), "{name}");
            r.asks_administrator(number).await;
            asking.push(number);
        }
        r.approves(asking[0], administrator).await.expect("approved");
        assert!(refusal(r.approves(asking[1], administrator).await).contains("no longer there"));
        let list = staff::staff_of(&r.world.cx, r.site("OAK").await).await.expect("read");
        assert_eq!(list.iter().filter(|entry| entry.position == Position::PrimaryCoordinator).count(), 1);
    });
}

/// Page: /request-access/{number}/{key}
#[test]
fn s55_another_spelling_of_a_name_passes_no_gate_and_another_name_takes_nobodys_account() {
    on_a_registry(|r| async move {
        enroll(&r, "Oak Clinic", "OAK").await;
        let who = "bram@oak.example";
        r.complete(who, &[GENERAL_USER_COURSE]).await;
        r.lists("OAK", who, "Bram Castellan", ("", "")).await.expect("listed");
        let looks_up = |name: &str, kind: &str| Application {
            vaccinates: false,
            license_kind: kind.into(),
            license_number: "MD-1".into(),
            ..application(name, "patient-look-up")
        };
        let gates = held(r.begun(who, looks_up("Bram X. Castellan", "MD")).await.1);
        assert_eq!(gate(&gates, "S-55"), Standing::Refuses, "an initial makes nobody another person");
        let gates = held(r.begun(who, looks_up("Mallory Price", "MD")).await.1);
        assert_eq!(gate(&gates, "S-8"), Standing::Refuses, "the address is somebody else's");
        let other = "price@lake.example";
        r.complete(other, &[GENERAL_USER_COURSE]).await;
        let gates = held(r.begun(other, looks_up("Mallory Price", "LPN")).await.1);
        assert_eq!(gate(&gates, "S-55"), Standing::Waits(Party::Applicant), "not every license looks up");
    });
}

/// Page: /help/requests/{number}
#[test]
fn s55_a_verified_license_is_that_of_its_name_and_kind() {
    on_a_registry(|r| async move {
        let (cx, who) = (&r.world.cx, "price@lake.example");
        r.complete(who, &[GENERAL_USER_COURSE]).await;
        let asks = |name: &str| Application {
            vaccinates: false,
            license_kind: "MD".into(),
            license_number: "MD-1".into(),
            ..application(name, "patient-look-up")
        };
        let (number, _) = r.begun(who, asks("Mallory Price")).await;
        r.take(number).await;
        requests::verify(cx, &desk(), number, requests::Verified::License, r.at()).await.expect("verified");
        requests::return_to(cx, &desk(), number, "Your site?", r.at()).await.expect("returned");
        requests::change(cx, number, asks("Mallory Price"), r.at()).await.expect("changed");
        assert_eq!(gate(&r.opened(number, r.at()).await.gates, "S-55"), Standing::Open);
        requests::change(cx, number, asks("Some Body"), r.at()).await.expect("changed");
        let gates = r.opened(number, r.at()).await.gates;
        assert_eq!(gate(&gates, "S-55"), Standing::Waits(Party::HelpDesk));
    });
}

/// Page: /approve/{number}/{key}
#[test]
fn s11_nobody_approves_a_request_in_their_own_name_while_another_one_could() {
    on_a_registry(|r| async move {
        let (cx, administrator) = (&r.world.cx, r.administrator().await);
        let number = r.received("ana@home.example", "Ana Silva").await;
        r.take(number).await;
        r.account("second", &[("site-administrator", r.site("NORTH").await)]).await;
        requests::ask_administrator(cx, &desk(), number, r.at()).await.expect("asked the other one");
        assert!(refusal(r.approves(number, administrator).await).contains("bears your name"));
    });
}

/// Page: /clinic/staff
#[test]
fn s53_a_site_changes_nothing_about_a_person_whom_another_site_knows() {
    on_a_registry(|r| async move {
        let clara = ("clara@north.example", "Clara Nyqvist");
        r.lists("NORTH", clara.0, clara.1, ("RN", "RN-1")).await.expect("listed");
        for (name, license, why) in [
            ("Totally Different", ("RN", "RN-1"), "cannot be put on record together"),
            (clara.1, ("XX", "OVERWRITTEN-1"), "license cannot be put on record"),
        ] {
            let listed = r.lists("SOUTH", clara.0, name, license).await;
            assert!(refusal(listed).contains(why), "{why}");
        }
        r.lists("SOUTH", clara.0, clara.1, ("", "")).await.expect("listed without a license");
        let stranger = Application {
            license_kind: "XX".into(),
            license_number: "OVERWRITTEN-1".into(),
            ..application(clara.1, "clinic-access")
        };
        let who = "fake@evil.example";
        r.complete(who, &[GENERAL_USER_COURSE]).await;
        let gates = held(r.begun(who, stranger).await.1);
        assert_eq!(gate(&gates, "S-53"), Standing::Waits(Party::Coordinator));
    });
}

/// Page: /clinic/staff
#[test]
fn s53_a_list_ends_only_the_roles_that_it_lets_ask_for() {
    on_a_registry(|r| async move {
        let (cx, north) = (&r.world.cx, r.site("NORTH").await);
        r.list("quentin@north.example", "Quentin Imre", Position::Staff).await;
        let of_the_state = r.account("quentin", &[("quality-improvement", north)]).await;
        let who = email("quentin@north.example");
        staff::bind_account(cx, &desk(), of_the_state, &who, r.at()).await.expect("bound");
        r.administrator().await;
        let list = staff::staff_of(cx, north).await.expect("read");
        assert!(list.iter().all(|entry| entry.users.is_empty()), "nothing ends: {list:?}");
        for entry in list {
            staff::take_off(cx, &desk(), north, entry.entry, r.at()).await.expect("taken off");
        }
        assert!(r.named("quentin").await.is_usable() && r.named("ana.silva").await.is_usable());
        let organization = staff::administers(cx, r.named("ana.silva").await.id).await.expect("read")[0];
        let ended = staff::end_user(cx, &desk(), organization, of_the_state, r.at()).await;
        assert!(refusal(ended).contains("no role that your organization can end"));
        let users = staff::users_of(cx, organization).await.expect("read");
        assert!(users.iter().all(|user| user.account != of_the_state), "nor is it asked to: {users:?}");
    });
}

/// Page: /request-access/{number}/{key}
#[test]
fn s12_a_link_that_ran_out_is_mailed_again_and_who_comes_back_can_sign_in() {
    on_a_registry(|r| async move {
        let (cx, administrator, who) = (&r.world.cx, r.administrator().await, "amara@north.example");
        let number = r.received(who, "Amara Okafor").await;
        r.asks_administrator(number).await;
        r.approves(number, administrator).await.expect("approved");
        let first = format!("token {number}");
        requests::mail_link_again(cx, number, "again", r.at()).await.expect("mailed");
        assert!(
            requests::is_link(cx, &first, r.at()).await.expect("read").is_none(),
            "the earlier link ended"
        );
        assert!(requests::set_password(cx, "again", "a hash".into(), r.at()).await.expect("set"));
        let mailed = requests::mail_link_again(cx, number, "third", r.at()).await;
        assert!(
            refusal(mailed).contains("not possible as it stands by now"),
            "whoever has a password needs no link"
        );
        let north = r.site("NORTH").await;
        let list = staff::staff_of(cx, north).await.expect("read");
        let entry = list.iter().find(|entry| &*entry.name == "Amara Okafor").expect("listed");
        staff::take_off(cx, &desk(), north, entry.entry, r.at()).await.expect("taken off");
        assert!(!r.named("a.okafor").await.is_usable());
        let back = r.received(who, "Amara Okafor").await;
        r.asks_administrator(back).await;
        r.approves(back, administrator).await.expect("approved");
        assert!(r.named("a.okafor").await.is_usable());
        assert_eq!(r.state(back).await, State::Active);
        // one that staff locked stays locked, and nobody is told otherwise
        let account = r.named("a.okafor").await;
        accounts::set_status(cx, &desk(), &account, accounts::Status::Locked, r.at()).await.expect("locked");
        let third = r.request(who, "Amara Okafor", "enrollment-only").await;
        requests::submit(cx, third, r.at()).await.expect("sent in");
        let account = r.named("a.okafor").await;
        accounts::set_status(cx, &desk(), &account, accounts::Status::Active, r.at()).await.expect("opened");
        r.asks_administrator(third).await;
        accounts::set_status(cx, &desk(), &account, accounts::Status::Locked, r.at()).await.expect("locked");
        assert!(
            refusal(r.approves(third, administrator).await).contains("no longer there"),
            "as its page says"
        );
    });
}

/// Page: /request-access/{number}/{key}
#[test]
fn s15_a_mistyped_site_can_be_corrected_while_the_request_waits_for_it() {
    on_a_registry(|r| async move {
        let (cx, who) = (&r.world.cx, "amara@north.example");
        r.complete(who, &[GENERAL_USER_COURSE]).await;
        let at =
            |site: &str| Application { site: site.into(), ..application("Amara Okafor", "enrollment-only") };
        let (number, asked) = r.begun(who, at("NORHT")).await;
        assert_eq!(asked, Asked::Received(State::WaitingEnrollment));
        requests::change(cx, number, at("NORTH"), r.at()).await.expect("corrected");
        requests::go_on_after_enrollment(cx, r.at()).await.expect("looked");
        assert_eq!(r.state(number).await, State::InQueue);
    });
}

/// Page: /help/enrollments/{number}
#[test]
fn s48_a_sites_code_has_one_form_whatever_door_it_comes_through() {
    on_a_registry(|r| async move {
        let number = super::begin_enrollment(&r, "Oak Clinic").await;
        for code in ["", "A B", "../../x", "<b>x</b>", "\u{202e}KAO", &"x".repeat(300)] {
            let approve = Decision::Approve { code: code.into(), pin: None };
            let decided = enrollment::decide(&r.world.cx, &desk(), number, approve, r.at()).await;
            assert!(refusal(decided).contains("1 to 40 letters"), "{code}");
        }
    });
}
