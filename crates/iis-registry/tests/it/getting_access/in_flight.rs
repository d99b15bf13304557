//! What changes while somebody's access is on its way: what is on record, who is there to decide, who could be told (decision 0061).

use super::{Registry, application, desk, email, enroll_untrained, later, on_a_registry, refusal, sent_in};
use iis_model::access::{Granted, Permission, Place};
use iis_model::organization::SiteKind;
use iis_registry::accounts::address::{ask_own, confirm};
use iis_registry::accounts::correcting::{Right, correct};
use iis_registry::accounts::{self, RoleAssignment, helping};
use iis_registry::enrollment::{self, Decision, Hindrance, Named};
use iis_registry::requests::{self, Alone, Application, Approver, Asked, Gate, State, Verified};
use iis_registry::staff::{self, Position};
use iis_registry::training::GENERAL_USER_COURSE;

impl Registry {
    /// Somebody who took the training sends a request in, and the Help Desk takes it.
    async fn is_read(&self, who: &str, asks: Application) -> i64 {
        self.complete(who, &[GENERAL_USER_COURSE]).await;
        let number = requests::begin(&self.world.cx, &email(who), asks, self.at()).await.expect("begun");
        requests::confirm_address(&self.world.cx, number, self.at()).await.expect("confirmed");
        let asked = requests::submit(&self.world.cx, number, self.at()).await.expect("sent in");
        assert_eq!(asked, Asked::Received(State::InQueue));
        self.take(number).await;
        number
    }

    async fn kinds(&self, who: &str) -> Vec<Box<str>> {
        self.letters(who).await.into_iter().map(|letter| letter.kind).collect()
    }

    /// Somebody of the Help Desk.
    pub(super) async fn clerk(&self, name: &str) -> Granted {
        let id = self.account(name, &[]).await;
        let account = self.account_of(id).await;
        let role = vec![RoleAssignment::at_site("help-desk", None)];
        accounts::set_roles(&self.world.cx, &desk(), &account, role, self.at()).await.expect("set");
        self.granted(id, Permission::ManageAccounts).await
    }
}

pub(super) fn right(name: &str, license: (&str, &str), to: Option<&str>) -> Right {
    Right {
        name: name.into(),
        email: to.map(email),
        license_kind: license.0.into(),
        license_number: license.1.into(),
        reason: "she called".into(),
    }
}

fn address_gate(gates: &[Gate]) -> &Gate {
    gates.iter().find(|gate| gate.rule == "S-8").expect("a gate")
}

/// Page: /help/requests/{number}
#[test]
fn s12_what_is_corrected_while_a_request_is_on_its_way_gives_nobody_else_the_access() {
    on_a_registry(|r| async move {
        let (cx, greta, mallory) = (&r.world.cx, "greta@north.example", "mallory@north.example");
        let administrator = r.administrator().await;
        r.list(mallory, "Mel Mallory", Position::Staff).await;
        let id = r.account("mallory", &[("clinic-access", r.site("NORTH").await)]).await;
        staff::bind_account(cx, &desk(), id, &email(mallory), r.at()).await.expect("bound");
        let asks = Application {
            license_kind: "MD".into(),
            license_number: "MD-7777".into(),
            ..application("Greta Good", "enrollment-only")
        };
        let number = r.is_read(greta, asks).await;
        requests::ask_administrator(cx, &desk(), number, r.at()).await.expect("asked");
        // a clerk makes another account one of this name and license
        let clerk = r.clerk("clerk").await;
        let taken = right("Greta Good", ("MD", "MD 7777"), None);
        correct(cx, &clerk, "mallory", taken.clone(), "t", r.at()).await.expect("corrected");
        let opened = r.opened(number, r.at()).await;
        assert!(address_gate(&opened.gates).words.contains("An account of your name and license is there"));
        let granted = r.granted(administrator, Permission::ApproveAccounts).await;
        let by = Approver::Administrator(administrator);
        let approved = requests::approve(cx, &granted, number, by, "a token", r.at()).await;
        assert!(refusal(approved).contains("no longer there"));
        let held = r.account_of(id).await.roles;
        assert!(held.iter().all(|role| &*role.role == "clinic-access"), "the other account got nothing");
        // what is put in order again holds nobody up
        correct(cx, &clerk, "mallory", right("Mel Mallory", ("", ""), None), "t", r.at())
            .await
            .expect("back");
        requests::approve(cx, &granted, number, by, "a token", r.at()).await.expect("approved");
        assert!(r.kinds(greta).await.contains(&"set-password".into()));
        // what is typed and known is answered by the desk, and the owner of the account hears of it
        let freemail = "greta@freemail.example";
        let asks = Application {
            license_kind: "MD".into(),
            license_number: "7777".into(),
            ..application("Greta Good", "enrollment-only")
        };
        let second = r.is_read(freemail, asks).await;
        correct(cx, &clerk, "mallory", right("Greta Good", ("MD", "7777"), None), "t", r.at())
            .await
            .expect("corrected");
        let held = requests::ask_administrator(cx, &desk(), second, r.at()).await;
        assert!(refusal(held).contains("Not every check"));
        requests::verify(cx, &desk(), second, Verified::AnotherPerson, r.at()).await.expect("noted");
        assert!(r.kinds(mallory).await.contains(&"same-name-and-license".into()));
        requests::ask_administrator(cx, &desk(), second, r.at()).await.expect("asked");
        let link = r.link("ana.silva@north.example", "approval").await;
        let key = link.rsplit('/').next().expect("a key");
        let shown =
            requests::approval(cx, &granted, second, key, r.at()).await.expect("read").expect("it opens");
        assert!(shown.is_another_since.is_some(), "whoever approves reads that it was found out");
        requests::approve(cx, &granted, second, by, "b token", r.at()).await.expect("approved");
        assert!(r.kinds(freemail).await.contains(&"set-password".into()));
        let held = r.account_of(id).await.roles;
        assert!(held.iter().all(|role| &*role.role == "clinic-access"), "the other account got nothing");
    });
}

/// Page: /approve/{number}/{key}
#[test]
fn s11_who_bears_the_name_of_the_only_administrator_is_decided_by_that_administrator() {
    on_a_registry(|r| async move {
        let cx = &r.world.cx;
        let ana = r.administrator().await;
        let clerk = r.clerk("clerk").await;
        let namesake = r.is_read("ana@evil.example", application("Ana Silva", "enrollment-only")).await;
        let wendy = r.is_read("wendy@evil.example", application("Wendy Wanderer", "enrollment-only")).await;
        correct(cx, &clerk, "ana.silva", right("Wendy Wanderer", ("", ""), None), "t", r.at())
            .await
            .expect("renamed");
        for number in [namesake, wendy] {
            assert_eq!(
                r.opened(number, r.at()).await.alone,
                Alone::No,
                "names are public, and clerks write them"
            );
            let noted = requests::verify(cx, &clerk, number, Verified::Administrator, r.at()).await;
            assert!(noted.is_err(), "there is nothing to note");
            let alone = requests::approve(cx, &clerk, number, Approver::HelpDesk, "t", r.at()).await;
            assert!(refusal(alone).contains("Ask the site administrator"));
            requests::ask_administrator(cx, &clerk, number, r.at()).await.expect("asked");
        }
        let granted = r.granted(ana, Permission::ApproveAccounts).await;
        let by = Approver::Administrator(ana);
        let waits = requests::to_approve(cx, &granted, ana, r.at()).await.expect("read");
        assert_eq!(waits.len(), 2, "{waits:?}");
        requests::deny(cx, &granted, wendy, by, "Nobody of that name works here.", r.at())
            .await
            .expect("denied");
        // while another one could decide, whoever bears the name leaves it to them
        let other = r.is_read("nora@north.example", application("Nora Second", "site-administrator")).await;
        requests::ask_administrator(cx, &desk(), other, r.at()).await.expect("asked");
        requests::approve(cx, &granted, other, by, "nora", r.at()).await.expect("approved");
        let third = r.is_read("w@evil.example", application("Wendy Wanderer", "enrollment-only")).await;
        requests::ask_administrator(cx, &desk(), third, r.at()).await.expect("asked");
        let own = requests::approve(cx, &granted, third, by, "third", r.at()).await;
        assert!(refusal(own).contains("bears your name"));
    });
}

/// Page: /help/requests/{number}
#[test]
fn s11_what_the_only_administrator_asks_from_an_address_that_was_moved_takes_two_and_the_old_one_hears_it() {
    on_a_registry(|r| async move {
        let (cx, old, new) = (&r.world.cx, "ana.silva@north.example", "ana@elsewhere.example");
        let ana = r.administrator().await;
        let account = r.account_of(ana).await;
        let session = r.world.session(&account).await;
        ask_own(cx, &session, email(new), "moved", r.at()).await.expect("asked for");
        assert!(confirm(cx, "moved", r.at()).await.expect("confirmed"));
        let number = r.is_read(new, application("Ana Silva", "clinic-access")).await;
        assert_eq!(r.opened(number, r.at()).await.alone, Alone::Moved);
        let early = requests::approve(cx, &desk(), number, Approver::HelpDesk, "t", r.at()).await;
        assert!(refusal(early).contains("no longer there"), "the organization is asked first");
        requests::verify(cx, &desk(), number, Verified::Administrator, r.at()).await.expect("noted");
        assert!(r.kinds(old).await.contains(&"first-administrator".into()), "where it was moved from");
        let next_week = later(r.at(), 24 * 7);
        let alone = requests::approve(cx, &desk(), number, Approver::HelpDesk, "t", next_week).await;
        assert!(refusal(alone).contains("nobody was told"), "nobody else answers for the organization");
        let month = later(r.at(), 24 * 31);
        assert_eq!(r.opened(number, month).await.alone, Alone::Administrator, "nobody objected for a month");
    });
}

/// Page: /help/accounts/{user}/correct
#[test]
fn s12_a_first_address_that_a_clerk_gives_opens_nothing_to_that_clerk() {
    on_a_registry(|r| async move {
        let (cx, evil) = (&r.world.cx, "eva@evil.example");
        r.administrator().await;
        let north = r.site("NORTH").await;
        let dora = r.account("dora", &[("site-administrator", north)]).await;
        let name = r.account_of(dora).await.display_name;
        // an accomplice with an account, whom the clerk gives the name
        let eva = r.account("eva", &[("enrollment-only", north)]).await;
        r.list(evil, "Eva Evil", Position::Staff).await;
        staff::bind_account(cx, &desk(), eva, &email(evil), r.at()).await.expect("bound");
        let (clerk, colleague) = (r.clerk("clerk").await, r.clerk("colleague").await);
        correct(cx, &clerk, "eva", right(&name, ("", ""), None), "t", r.at()).await.expect("renamed");
        let bound = correct(cx, &clerk, "dora", right(&name, ("", ""), Some(evil)), "t", r.at()).await;
        assert!(refusal(bound).contains("somebody else"), "an account is not the way into another one");
        // an address of nobody
        let fresh = "dora@evil.example";
        correct(cx, &clerk, "dora", right(&name, ("", ""), Some(fresh)), "u", r.at())
            .await
            .expect("asked for");
        assert!(
            r.kinds("ana.silva@north.example").await.contains(&"first-address".into()),
            "somebody hears it"
        );
        assert!(confirm(cx, "u", r.at()).await.expect("confirmed"));
        let asks = application(&name, "clinic-access");
        r.complete(fresh, &[GENERAL_USER_COURSE]).await;
        let number = requests::begin(cx, &email(fresh), asks, r.at()).await.expect("begun");
        requests::confirm_address(cx, number, r.at()).await.expect("confirmed");
        requests::submit(cx, number, r.at()).await.expect("sent in");
        let taken = requests::take(cx, &clerk, number, "", r.at()).await;
        assert!(refusal(taken).contains("A colleague reads"));
        let seen = r.opened(number, r.at()).await.moved.expect("the colleague sees it");
        assert!(seen.is_by_desk && seen.before.is_empty());
        // and no link goes there by that clerk's hand, as long as it is known
        let weeks = later(r.at(), 24 * 20);
        let held = helping::mail_link(cx, &clerk, "dora", "v", weeks).await;
        assert!(refusal(held).contains("another clerk"));
        helping::mail_link(cx, &colleague, "dora", "w", weeks).await.expect("a colleague may");
        let month = later(r.at(), 24 * 31);
        helping::mail_link(cx, &clerk, "dora", "x", month).await.expect("it is known no longer");
    });
}

/// Page: /help/people/{id}
#[test]
fn s12_a_clerk_who_moved_an_address_reads_no_request_from_there_and_whose_list_it_is_is_told() {
    on_a_registry(|r| async move {
        let (cx, evil) = (&r.world.cx, "nora.private@evil.example");
        let administrator = r.administrator().await;
        r.list("nora@north.example", "Nora Nurse", Position::Staff).await;
        let (clerk, colleague) = (r.clerk("clerk").await, r.clerk("colleague").await);
        let person =
            staff::without_account(cx, &email("nora@north.example")).await.expect("read").expect("listed");
        let moved = staff::Correction {
            name: "Nora Nurse".into(),
            email: email(evil),
            license_kind: "".into(),
            license_number: "".into(),
        };
        staff::correct_person(cx, &clerk, person, (moved, "she called"), r.at()).await.expect("corrected");
        let told = r.kinds("ana.silva@north.example").await;
        assert!(told.contains(&"entry-corrected".into()), "{told:?}");
        r.complete(evil, &[GENERAL_USER_COURSE]).await;
        let number = r.request(evil, "Nora Nurse", "clinic-access").await;
        requests::submit(cx, number, r.at()).await.expect("sent in");
        assert_eq!(requests::next(cx, &clerk, r.at().at).await.expect("read"), None);
        let taken = requests::take(cx, &clerk, number, "", r.at()).await;
        assert!(refusal(taken).contains("A colleague reads"));
        requests::take(cx, &colleague, number, "", r.at()).await.expect("taken");
        let asked = requests::ask_administrator(cx, &clerk, number, r.at()).await;
        assert!(refusal(asked).contains("A colleague reads"));
        let seen = r.opened(number, r.at()).await.moved.expect("the colleague sees it");
        assert!(seen.is_by_desk && &*seen.before == "nora@north.example");
        requests::ask_administrator(cx, &colleague, number, r.at()).await.expect("asked");
        let granted = r.granted(administrator, Permission::ApproveAccounts).await;
        let link = r.link("ana.silva@north.example", "approval").await;
        let key = link.rsplit('/').next().expect("a key");
        let shown =
            requests::approval(cx, &granted, number, key, r.at()).await.expect("read").expect("it opens");
        assert_eq!(
            shown.moved.map(|moved| moved.before).as_deref(),
            Some("nora@north.example"),
            "who approves too"
        );
        let month = later(r.at(), 24 * 31);
        assert_eq!(r.opened(number, month).await.moved, None);
    });
}

/// Page: /help/requests/{number}
#[test]
fn s11_who_answers_is_told_at_the_address_of_before_too_and_a_moved_one_alone_hears_nothing() {
    on_a_registry(|r| async move {
        let (cx, old, new) = (&r.world.cx, "olga@north.example", "olga.new@evil.example");
        r.list(old, "Olga Oak", Position::PrimaryCoordinator).await;
        let (clerk, colleague) = (r.clerk("clerk").await, r.clerk("colleague").await);
        let person = staff::without_account(cx, &email(old)).await.expect("read").expect("listed");
        let moved = staff::Correction {
            name: "Olga Oak".into(),
            email: email(new),
            license_kind: "".into(),
            license_number: "".into(),
        };
        staff::correct_person(cx, &clerk, person, (moved, "she called"), r.at()).await.expect("corrected");
        let number =
            r.is_read("abby@evil.example", application("Abby Accomplice", "site-administrator")).await;
        assert!(r.opened(number, r.at()).await.is_unheard);
        requests::verify(cx, &clerk, number, Verified::Administrator, r.at()).await.expect("noted");
        for to in [old, new] {
            assert!(r.kinds(to).await.contains(&"first-administrator".into()), "{to}");
        }
        let days = later(r.at(), 24 * 3);
        let alone = requests::approve(cx, &clerk, number, Approver::HelpDesk, "t", days).await;
        assert!(refusal(alone).contains("nobody was told"));
        requests::approve(cx, &colleague, number, Approver::HelpDesk, "t", days)
            .await
            .expect("a colleague may");
    });
}

/// Page: /help/requests/{number}
#[test]
fn s11_an_applicant_who_moves_the_own_address_is_not_the_organization_that_is_told() {
    on_a_registry(|r| async move {
        let (cx, old, new) = (&r.world.cx, "pia@north.example", "pia@home.example");
        r.list(old, "Pia Vale", Position::PrimaryCoordinator).await;
        let number = r.is_read(old, application("Pia Vale", "site-administrator")).await;
        assert!(r.opened(number, r.at()).await.is_unheard, "she alone answers for it");
        let id = r.account("p.vale", &[("primary-vaccine-coordinator", r.site("NORTH").await)]).await;
        staff::bind_account(cx, &desk(), id, &email(old), r.at()).await.expect("bound");
        accounts::address::set(cx, &desk(), id, email(new), r.at()).await.expect("moved");
        let own = Application { adds_to: Some(id), ..application("Pia Vale", "site-administrator") };
        let second = r.is_read("pia@third.example", own).await;
        assert!(r.opened(second, r.at()).await.is_unheard, "her other address is hers too");
    });
}

/// Page: /help/requests/{number}
#[test]
fn s11_where_nobody_could_be_told_no_clerk_decides_alone_however_long_it_takes() {
    on_a_registry(|r| async move {
        let cx = &r.world.cx;
        let number = r.is_read("fay@north.example", application("Fay First", "site-administrator")).await;
        assert!(r.opened(number, r.at()).await.is_unheard);
        requests::verify(cx, &desk(), number, Verified::Administrator, r.at()).await.expect("noted");
        let next_week = later(r.at(), 24 * 7);
        let alone = requests::approve(cx, &desk(), number, Approver::HelpDesk, "t", next_week).await;
        assert!(refusal(alone).contains("nobody was told"));
        let colleague = r.clerk("colleague").await;
        requests::approve(cx, &colleague, number, Approver::HelpDesk, "t", next_week)
            .await
            .expect("a colleague may");
    });
}

/// Page: /help/requests/{number}
#[test]
fn s11_an_administrator_who_never_came_decides_nothing_and_holds_nobody_up() {
    on_a_registry(|r| async move {
        let (cx, other) = (&r.world.cx, "nora@north.example");
        let ana = r.administrator().await;
        let further = r.is_read(other, application("Nora Never", "site-administrator")).await;
        requests::ask_administrator(cx, &desk(), further, r.at()).await.expect("asked");
        let granted = r.granted(ana, Permission::ApproveAccounts).await;
        let by = Approver::Administrator(ana);
        requests::approve(cx, &granted, further, by, "nora", r.at()).await.expect("approved");
        let number = r.is_read("ana.silva@north.example", application("Ana Silva", "enrollment-only")).await;
        assert_eq!(r.opened(number, r.at()).await.alone, Alone::No, "Nora may come by her link");
        let days = later(r.at(), 24 * 40);
        assert_eq!(r.opened(number, days).await.alone, Alone::Administrator, "she never did");
        requests::approve(cx, &desk(), number, Approver::HelpDesk, "t", days).await.expect("approved");
        let told = r.kinds("ana.silva@north.example").await;
        assert!(told.contains(&"approved-by-desk".into()), "{told:?}");
    });
}

/// Page: /help/accounts/{user}
#[test]
fn s12_a_first_link_that_is_held_back_is_said_to_be() {
    on_a_registry(|r| async move {
        let (cx, old, new) = (&r.world.cx, "amara@north.example", "amara@new.example");
        let administrator = r.administrator().await;
        let granted = r.granted(administrator, Permission::ApproveAccounts).await;
        let by = Approver::Administrator(administrator);
        let first = r.is_read(old, application("Amara Okafor", "enrollment-only")).await;
        requests::ask_administrator(cx, &desk(), first, r.at()).await.expect("asked");
        requests::approve(cx, &granted, first, by, "one", r.at()).await.expect("approved");
        let clerk = r.clerk("clerk").await;
        correct(cx, &clerk, "a.okafor", right("Amara Okafor", ("", ""), Some(new)), "t", r.at())
            .await
            .expect("asked for");
        assert!(confirm(cx, "t", r.at()).await.expect("confirmed"));
        r.list(new, "Amara Okafor", Position::Staff).await;
        let second = r.is_read(new, application("Amara Okafor", "clinic-access")).await;
        requests::ask_administrator(cx, &desk(), second, r.at()).await.expect("asked");
        requests::approve(cx, &granted, second, by, "two", r.at()).await.expect("approved");
        let told = r.kinds(new).await;
        assert!(told.contains(&"first-link-held".into()), "{told:?}");
        assert!(!told.contains(&"role-added".into()) && !told.contains(&"set-password".into()), "{told:?}");
    });
}

/// Page: /help/enrollments/{number}
#[test]
fn s8_a_form_appoints_nobody_under_another_name_and_nobody_whose_account_is_closed() {
    on_a_registry(|r| async move {
        let (cx, cora) = (&r.world.cx, "cora@oak.example");
        r.complete(cora, &[GENERAL_USER_COURSE]).await;
        r.list(cora, "Somebody Else", Position::Staff).await;
        let number = sent_in(&r, "Oak Clinic").await;
        let approve = || Decision::Approve { code: "OAK".into(), pin: None };
        let refused = enrollment::decide(cx, &desk(), number, approve(), r.at()).await;
        assert!(refusal(refused).contains("under another name"));
        // her own name, and an account that staff closed
        let person = staff::without_account(cx, &email(cora)).await.expect("read").expect("listed");
        let named = staff::Correction {
            name: "Cora Lind".into(),
            email: email(cora),
            license_kind: "".into(),
            license_number: "".into(),
        };
        staff::correct_person(cx, &desk(), person, (named, "a typing error"), r.at())
            .await
            .expect("corrected");
        let id = r.account("cora", &[("enrollment-only", r.site("NORTH").await)]).await;
        staff::bind_account(cx, &desk(), id, &email(cora), r.at()).await.expect("bound");
        let account = r.account_of(id).await;
        accounts::set_status(cx, &desk(), &account, accounts::Status::Locked, r.at()).await.expect("closed");
        let refused = enrollment::decide(cx, &desk(), number, approve(), r.at()).await;
        assert!(refusal(refused).contains("is closed"));
        let account = r.account_of(id).await;
        accounts::set_status(cx, &desk(), &account, accounts::Status::Active, r.at()).await.expect("opened");
        enrollment::decide(cx, &desk(), number, approve(), r.at()).await.expect("approved");
        assert!(r.may(id, Permission::ApproveAccounts).await);
    });
}

/// Page: /help/enrollments
#[test]
fn s8_staff_see_which_enrolled_site_waits_for_its_administrator_and_for_what() {
    on_a_registry(|r| async move {
        let (cx, cora) = (&r.world.cx, "cora@oak.example");
        let number = sent_in(&r, "Oak Clinic").await;
        assert!(enrollment::awaited(cx).await.expect("read").is_empty(), "nothing is enrolled");
        let approve = Decision::Approve { code: "OAK".into(), pin: None };
        enrollment::decide(cx, &desk(), number, approve, r.at()).await.expect("approved");
        let waits = async || {
            let awaited = enrollment::awaited(cx).await.expect("read");
            awaited.into_iter().map(|(case, named)| (case.number, named)).collect::<Vec<_>>()
        };
        assert!(
            matches!(&waits().await[..], [(of, Named::Trains(missing))] if *of == number && !missing.is_empty())
        );
        r.list(cora, "Somebody Else", Position::Staff).await;
        r.complete(cora, &[GENERAL_USER_COURSE]).await;
        enrollment::appoint_trained(cx, r.at()).await.expect("looked at");
        assert_eq!(
            waits().await,
            [(number, Named::Hindered(Hindrance::NamedOtherwise))],
            "and nobody is appointed"
        );
        let person = staff::without_account(cx, &email(cora)).await.expect("read").expect("listed");
        let right = staff::Correction {
            name: "Cora Lind".into(),
            email: email(cora),
            license_kind: "".into(),
            license_number: "".into(),
        };
        staff::correct_person(cx, &desk(), person, (right, "a typing error"), r.at())
            .await
            .expect("corrected");
        assert_eq!(enrollment::appoint_trained(cx, r.at()).await.expect("looked at"), 1);
        assert!(waits().await.is_empty());
        assert!(r.has_letter("hill@oak.example", "enrollment-decided").await, "the contact hears of it");
    });
}

/// Page: /help/enrollments/{number}
#[test]
fn s8_staff_take_back_that_somebody_is_waited_for() {
    on_a_registry(|r| async move {
        let (cx, cora) = (&r.world.cx, "cora@oak.example");
        let number = enroll_untrained(&r, "Oak Clinic", "OAK").await;
        let unsaid = enrollment::wait_no_longer(cx, &desk(), number, " ", r.at()).await;
        assert!(refusal(unsaid).contains("Say why"));
        enrollment::wait_no_longer(cx, &desk(), number, "She has left.", r.at()).await.expect("taken back");
        r.audited("end-wait-for-administrator", &format!("enrollment {number}")).await;
        assert!(enrollment::wait_no_longer(cx, &desk(), number, "Again.", r.at()).await.is_err(), "once");
        r.complete(cora, &[GENERAL_USER_COURSE]).await;
        assert_eq!(enrollment::appoint_trained(cx, r.at()).await.expect("looked at"), 0);
        assert!(accounts::find(cx, "c.lind").await.expect("read").is_none());
    });
}

/// Page: /help/enrollments/{number}
#[test]
fn s8_whom_a_form_names_and_who_comes_after_two_months_asks_as_anybody() {
    on_a_registry(|r| async move {
        let (cx, cora) = (&r.world.cx, "cora@oak.example");
        enroll_untrained(&r, "Oak Clinic", "OAK").await;
        r.complete(cora, &[GENERAL_USER_COURSE]).await;
        let late = later(r.at(), 61 * 24);
        assert_eq!(enrollment::appoint_trained(cx, late).await.expect("looked at"), 0);
        assert!(enrollment::awaited(cx).await.expect("read").is_empty());
        assert!(accounts::find(cx, "c.lind").await.expect("read").is_none());
    });
}

/// Page: /admin/accounts
#[test]
fn s11_a_site_that_closes_takes_nobody_from_the_organization_who_administers_it() {
    on_a_registry(|r| async move {
        let cx = &r.world.cx;
        let sites = r.others("Cedar", &[("CEDAR1", SiteKind::Clinic), ("CEDAR2", SiteKind::Clinic)]).await;
        let (one, two) = (sites[0], sites[1]);
        let cy = r.account("c.cedar", &[("site-administrator", one)]).await;
        let owner = accounts::get(cx, cy).await.expect("read").expect("an account").roles[0].organization_id;
        let owner = owner.expect("an organization");
        assert_eq!(r.account_of(cy).await.roles[0].place, Place::Organization(owner));
        let at = r.at().at;
        let close = move |tx: &mut iis_store::Tx<'_>| iis_store::closed_site::close(tx, one, 1, at);
        cx.store.write(iis_store::Lane::Web, close).await.expect("closed");
        assert_eq!(staff::administers(cx, cy).await.expect("read"), [owner]);
        assert!(r.may(cy, Permission::ApproveAccounts).await);
        let granted = r.granted(cy, Permission::RecertifyUsers).await;
        for site in [one, two] {
            assert!(granted.reach().covers_site(site, owner), "each site of it");
        }
        let nurse = r.account("c.nurse", &[("clinic-access", one)]).await;
        let close = move |tx: &mut iis_store::Tx<'_>| iis_store::closed_site::close(tx, two, 2, at);
        cx.store.write(iis_store::Lane::Web, close).await.expect("closed");
        assert!(!r.may(cy, Permission::ApproveAccounts).await, "nobody new while all of it is closed");
        let granted = r.granted(cy, Permission::RecertifyUsers).await;
        staff::end_user(cx, &granted, owner, nurse, r.at()).await.expect("who reads no longer is ended");
        assert!(!r.account_of(nurse).await.is_usable());
    });
}
