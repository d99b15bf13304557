//! Requests for accounts: their gates, the queue, the clock, approval, and the two messages at the end.

use super::{application, desk, email, enroll, later, on_a_registry, refusal};
use iis_model::AccountId;
use iis_model::access::{Permission, Place};
use iis_model::organization::SiteKind;
use iis_registry::access::operator;
use iis_registry::accounts;
use iis_registry::jurisdictions::{self, Area, NewJurisdiction};
use iis_registry::requests::{self, Application, Approver, Asked, State, Verified};
use iis_registry::setup::{self, NewOrganization, NewSite};
use iis_registry::staff::Position;
use iis_registry::training::GENERAL_USER_COURSE;
use jiff::SignedDuration;

/// Page: /request-access
#[test]
fn s6_a_request_is_refused_until_training_is_complete_and_its_draft_is_kept() {
    on_a_registry(|r| async move {
        let who = "amara@north.example";
        r.list(who, "Amara Okafor", Position::Staff).await;
        let number = r.request(who, "Amara Okafor", "clinic-access").await;
        let Asked::Held(gates) = requests::submit(&r.world.cx, number, r.at()).await.expect("held") else {
            panic!("it was taken");
        };
        let words = &gates.iter().find(|gate| gate.rule == "S-6").expect("the gate").words;
        assert!(words.contains("General User Course"), "{words}");
        assert_eq!(r.state(number).await, State::Draft);
        r.complete(who, &[GENERAL_USER_COURSE]).await;
        let asked = requests::submit(&r.world.cx, number, r.at()).await.expect("taken");
        assert_eq!(asked, Asked::Received(State::InQueue));
    });
}

/// Page: /request-access
#[test]
fn s8_an_address_counts_when_its_link_was_opened() {
    on_a_registry(|r| async move {
        let (cx, who) = (&r.world.cx, "amara@north.example");
        r.complete(who, &[GENERAL_USER_COURSE]).await;
        r.list(who, "Amara Okafor", Position::Staff).await;
        let begun =
            requests::begin(cx, &email(who), application("Amara Okafor", "clinic-access"), r.at()).await;
        let number = begun.expect("begun");
        assert!(matches!(requests::submit(cx, number, r.at()).await, Ok(Asked::Held(_))));
        let link = r.link(who, "request").await;
        assert!(link.starts_with(&format!("/request-access/{number}/")), "{link}");
        requests::confirm_address(cx, number, r.at()).await.expect("confirmed");
        assert!(matches!(requests::submit(cx, number, r.at()).await, Ok(Asked::Received(_))));
        let settled = &cx.settled;
        assert!(
            settled.is_personal(&email("a@gmail.com")) && !settled.is_personal(&email(who)),
            "a warning, no error"
        );
    });
}

/// Page: /help/requests
#[test]
fn s10_requests_are_read_in_the_order_received_and_out_of_order_only_with_a_reason() {
    on_a_registry(|r| async move {
        let cx = &r.world.cx;
        let first = r.received("a@north.example", "Amara Okafor").await;
        let second = r.received("b@north.example", "Ben West").await;
        let third = r.received("c@north.example", "Cora Lind").await;
        assert_eq!(requests::next(cx, &desk(), r.at().at).await.expect("read"), Some(first));
        let order: Vec<i64> =
            requests::queue(cx, r.at().at).await.expect("read").iter().map(|o| o.case.number).collect();
        assert_eq!(order, [first, second, third]);
        assert!(refusal(requests::take(cx, &desk(), second, " ", r.at()).await).contains("order received"));
        requests::take(cx, &desk(), second, "a clinic opens today", r.at()).await.expect("with a reason");
        let moves = r.opened(second, r.at()).await.moves;
        assert_eq!(&*moves.last().expect("a move").reason, "a clinic opens today");
        r.take(first).await;
        requests::return_to(cx, &desk(), first, "Your name is not as on the staff list.", r.at())
            .await
            .expect("returned");
        assert_eq!(requests::next(cx, &desk(), r.at().at).await.expect("read"), Some(third));
        requests::submit(cx, first, r.at()).await.expect("corrected");
        assert_eq!(
            requests::next(cx, &desk(), r.at().at).await.expect("read"),
            Some(first),
            "returning keeps the place"
        );
        assert_eq!(r.opened(third, r.at()).await.before, 2);
    });
}

/// Page: /approve/{number}/{key}
#[test]
fn s11_the_site_administrator_approves_by_a_link_that_holds_once_and_never_for_oneself() {
    on_a_registry(|r| async move {
        let cx = &r.world.cx;
        let administrator = r.administrator().await;
        let granted = r.granted(administrator, Permission::ApproveAccounts).await;
        let number = r.received("amara@north.example", "Amara Okafor").await;
        r.take(number).await;
        requests::ask_administrator(cx, &desk(), number, r.at()).await.expect("asked");
        assert!(accounts::find(cx, "a.okafor").await.expect("read").is_none(), "nothing before the answer");
        let link = r.link("ana.silva@north.example", "approval").await;
        let key = link.rsplit('/').next().expect("a key").to_owned();
        let found = requests::approval(cx, &granted, number, &key, r.at()).await.expect("read");
        assert!(found.expect("the link opens").is_open());
        assert!(requests::approval(cx, &granted, number, &key[1..], r.at()).await.expect("read").is_none());
        let of_nobodys = requests::approval(cx, &desk(), number, &key, r.at()).await.expect("read");
        assert!(of_nobodys.is_none(), "the link opens for administrators of the organization alone");
        // the letter may be lost: the request stands among those that wait, for this administrator alone
        let waiting = requests::to_approve(cx, &granted, administrator, r.at()).await.expect("read");
        assert_eq!(waiting.iter().map(|one| (one.number, &*one.key)).collect::<Vec<_>>(), [(number, &*key)]);
        let of_another = requests::to_approve(cx, &granted, AccountId(999), r.at()).await.expect("read");
        assert_eq!(of_another, []);
        let reviewer = desk();
        assert!(requests::to_approve(cx, &reviewer, administrator, r.at()).await.is_err());
        let other = Approver::Administrator(AccountId(999));
        assert!(
            refusal(requests::approve(cx, &granted, number, other, "t", r.at()).await)
                .contains("not a site administrator")
        );
        let approver = Approver::Administrator(administrator);
        requests::approve(cx, &granted, number, approver, "a token", r.at()).await.expect("approved");
        let used = requests::approval(cx, &granted, number, &key, r.at()).await.expect("read");
        assert!(!used.expect("it says what became of it").is_open(), "the link is used up");
        assert_eq!(requests::to_approve(cx, &granted, administrator, r.at()).await.expect("read"), []);
        assert!(requests::approve(cx, &granted, number, approver, "t", r.at()).await.is_err(), "once");
    });
}

/// Page: /help/requests/{number}
#[test]
fn s11_reminders_after_two_and_five_business_days_and_the_end_after_ten() {
    on_a_registry(|r| async move {
        let cx = &r.world.cx;
        r.administrator().await;
        let number = r.received("amara@north.example", "Amara Okafor").await;
        r.take(number).await;
        let asked = r.at();
        requests::ask_administrator(cx, &desk(), number, asked).await.expect("asked");
        // the asking is on a Monday morning
        #[rustfmt::skip]
        let table = [
            // hours later         reminders, ended
            (24,                   (0, 0)),
            (48,                   (1, 0)),
            (50,                   (0, 0)),   // once
            (6 * 24,               (0, 0)),   // Sunday: four business days and a bit
            (7 * 24 + 1,           (1, 0)),   // five
            (11 * 24,              (0, 0)),
            (14 * 24 + 1,          (0, 1)),   // ten
            (20 * 24,              (0, 0)),
        ];
        for (hours, expected) in table {
            let done = requests::remind_and_expire(cx, later(asked, hours)).await.expect("done");
            assert_eq!(done, expected, "after {hours} hours");
        }
        assert_eq!(r.state(number).await, State::Expired);
        let asked =
            r.letters("ana.silva@north.example").await.iter().filter(|l| &*l.kind == "approval").count();
        assert_eq!(asked, 3);
    });
}

/// Page: /set-password/{token}
#[test]
fn s12_user_name_and_password_link_come_in_two_messages_and_the_link_works_once_for_72_hours() {
    on_a_registry(|r| async move {
        let (cx, who) = (&r.world.cx, "amara@north.example");
        let administrator = r.administrator().await;
        let granted = r.granted(administrator, Permission::ApproveAccounts).await;
        let number = r.received(who, "Amara Okafor").await;
        r.take(number).await;
        requests::ask_administrator(cx, &desk(), number, r.at()).await.expect("asked");
        let made = r.at();
        let approver = Approver::Administrator(administrator);
        requests::approve(cx, &granted, number, approver, "token", made).await.expect("approved");
        assert_eq!(r.state(number).await, State::Provisioned);
        let letters = r.letters(who).await;
        let of = |kind: &str| letters.iter().find(|letter| &*letter.kind == kind).expect("a letter");
        assert!(
            of("user-name").body.contains("a.okafor") && !of("user-name").body.contains("/set-password/")
        );
        assert!(!of("set-password").body.contains("a.okafor"));
        assert_eq!(r.link(who, "set-password").await, "/set-password/token");
        let is_open =
            async |hours| requests::is_link(cx, "token", later(made, hours)).await.expect("read").is_some();
        assert!(is_open(71).await && !is_open(72).await);
        assert!(requests::set_password(cx, "token", "a hash".into(), r.at()).await.expect("set"));
        assert!(!requests::set_password(cx, "token", "another".into(), r.at()).await.expect("used"));
        assert_eq!(r.state(number).await, State::Active);
        let account = accounts::find(cx, "a.okafor").await.expect("read").expect("made");
        let roles: Vec<_> = account.roles.iter().map(|role| &*role.role).collect();
        assert_eq!((roles, account.roles[0].site_id()), (vec!["clinic-access"], Some(r.site("NORTH").await)));
    });
}

/// Page: /help/requests
#[test]
fn s13_the_clock_counts_business_days_from_receipt_and_stands_while_returned() {
    use iis_registry::business_days::Standing;
    on_a_registry(|r| async move {
        let cx = &r.world.cx;
        let number = r.received("amara@north.example", "Amara Okafor").await;
        let received = r.at();
        let standing =
            async |hours| r.opened(number, later(received, hours)).await.standing.expect("received");
        assert_eq!(standing(1).await, Standing::OnTime);
        assert_eq!(standing(25).await, Standing::DueSoon);
        assert_eq!(standing(49).await, Standing::Late);
        requests::take(cx, &desk(), number, "", later(received, 2)).await.expect("taken");
        requests::return_to(cx, &desk(), number, "Which site?", later(received, 4)).await.expect("returned");
        assert_eq!(standing(49).await, Standing::OnTime, "it stands");
        let (counted, unpaused) = r.opened(number, later(received, 30)).await.elapsed.expect("received");
        assert!(counted < SignedDuration::from_hours(5) && unpaused > SignedDuration::from_hours(29));
    });
}

/// Page: /request-access/{number}/{key}
#[test]
fn s15_a_request_for_a_site_that_is_not_enrolled_waits_and_goes_on_when_it_is() {
    on_a_registry(|r| async move {
        let (cx, who) = (&r.world.cx, "hill@oak.example");
        r.complete(who, &[GENERAL_USER_COURSE]).await;
        let body = Application { site: "Oak Clinic".into(), ..application("Joan Hill", "enrollment-only") };
        let number = requests::begin(cx, &email(who), body, r.at()).await.expect("begun");
        requests::confirm_address(cx, number, r.at()).await.expect("confirmed");
        let asked = requests::submit(cx, number, r.at()).await.expect("taken");
        assert_eq!(asked, Asked::Received(State::WaitingEnrollment));
        let received = r.opened(number, r.at()).await.case.received_at;
        assert_eq!(requests::go_on_after_enrollment(cx, r.at()).await.expect("looked"), 0);
        enroll(&r, "Oak Clinic", "OAK").await;
        assert_eq!(requests::go_on_after_enrollment(cx, r.at()).await.expect("looked"), 1);
        assert_eq!(r.state(number).await, State::InQueue);
        assert_eq!(r.opened(number, r.at()).await.case.received_at, received, "the place in the queue");
    });
}

/// Page: /request-access
#[test]
fn s60_a_health_departments_role_is_held_at_its_jurisdiction_and_not_at_its_office() {
    on_a_registry(|r| async move {
        let (cx, who) = (&r.world.cx, "hal@north.example");
        let operate = operator(Permission::Operate).expect("the operator may");
        let county = NewJurisdiction { name: "Harbor County".into(), areas: vec![Area::Zip("86110".into())] };
        let county = jurisdictions::add(cx, &operate, county, r.at()).await.expect("a county");
        let office = NewSite {
            code: "HARBOR-HD".into(),
            name: "Harbor Health Office".into(),
            kind: SiteKind::HealthDepartment,
            pin: None,
        };
        let office = NewOrganization { name: "Harbor Health".into(), sites: vec![office] };
        let office = setup::add_organizations(cx, vec![office]).await.expect("an office")[0];
        let administrator = r.account("hilda", &[("site-administrator", office)]).await;
        r.complete(who, &[GENERAL_USER_COURSE]).await;
        let number = r.request(who, "Hal Moss", "health-department-read-only").await;
        let Asked::Held(gates) = requests::submit(cx, number, r.at()).await.expect("held") else {
            panic!("it was taken without a jurisdiction");
        };
        let gate = gates.iter().find(|gate| gate.rule == "S-60").expect("the gate");
        assert!(gate.words.contains("for health departments"), "a clinic grants no county: {gate:?}");
        let named = Application {
            jurisdiction: "harbor county".into(),
            site: "HARBOR-HD".into(),
            ..application("Hal Moss", "health-department-read-only")
        };
        requests::change(cx, number, named, r.at()).await.expect("changed");
        let asked = requests::submit(cx, number, r.at()).await.expect("taken");
        assert_eq!(asked, Asked::Received(State::InQueue));
        r.take(number).await;
        let asked = requests::ask_administrator(cx, &desk(), number, r.at()).await;
        assert!(
            refusal(asked).contains("Not every check"),
            "nobody verified that the office answers for the county"
        );
        requests::verify(cx, &desk(), number, Verified::Jurisdiction, r.at()).await.expect("verified");
        requests::ask_administrator(cx, &desk(), number, r.at()).await.expect("asked");
        let approves = r.granted(administrator, Permission::ApproveAccounts).await;
        let approver = Approver::Administrator(administrator);
        requests::approve(cx, &approves, number, approver, "a token", r.at()).await.expect("approved");
        let account = accounts::find(cx, "h.moss").await.expect("read").expect("an account");
        let places: Vec<_> = account.roles.iter().map(|held| (&*held.role, held.place)).collect();
        assert_eq!(places, [("health-department-read-only", Place::Jurisdiction(county))]);
    });
}
