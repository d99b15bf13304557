//! Sites that are closed: what their people may still do, who is told, and how they open again.

use super::{Registry, begin_enrollment, desk, enroll, later, on_a_registry, refusal, sign_as};
use iis_model::AccountId;
use iis_model::access::{Permission, Place, Reach, Within};
use iis_registry::Arrival;
use iis_registry::accounts::{self, NewUser, RoleAssignment};
use iis_registry::directory::directory;
use iis_registry::enrollment::{self, Application, Changeable, Decision, PaperKind, State, Suspension};
use iis_store::testing::tables::tamper;

/// A nurse at these sites.
async fn nurse(r: &Registry, name: &str, sites: &[&str]) -> AccountId {
    let mut roles = Vec::new();
    for code in sites {
        roles.push(("clinic-access", r.site(code).await));
    }
    r.account(name, &roles).await
}

/// Whether somebody may read, and whether they may change anything.
async fn may(r: &Registry, id: AccountId) -> (bool, bool) {
    (r.may(id, Permission::ViewPerson).await, r.may(id, Permission::EnterAdministeredDose).await)
}

/// What pressing "Send in" without signing makes of a renewal.
async fn sent_in_unsigned(r: &Registry, number: i64, at: Arrival) {
    let sent = enrollment::submit(&r.world.cx, number, at).await.expect("sent in");
    assert_eq!(sent, State::Incomplete);
}

async fn told(r: &Registry) -> usize {
    r.letters("hill@oak.example").await.iter().filter(|letter| &*letter.kind == "site-closed").count()
}

/// Page: /enroll/{number}/{key}
#[test]
fn s67_people_of_a_lapsed_site_read_for_thirty_days_and_are_then_locked_out_of_it_alone_until_it_is_renewed()
{
    on_a_registry(|r| async move {
        let (cx, day) = (&r.world.cx, 24);
        let number = enroll(&r, "Oak Clinic", "OAK").await;
        let (oak, both) = (nurse(&r, "oak", &["OAK"]).await, nurse(&r, "both", &["OAK", "NORTH"]).await);
        let north = nurse(&r, "north", &["NORTH"]).await;
        let begun = r.at();
        let after = |days: i64| later(begun, days * day);
        enrollment::fall_due(cx, after(306)).await.expect("due");
        assert_eq!((may(&r, oak).await, told(&r).await), ((true, true), 0), "due is not lapsed");
        enrollment::fall_due(cx, after(366)).await.expect("lapsed");
        enrollment::fall_due(cx, after(366)).await.expect("once");
        assert_eq!((may(&r, oak).await, may(&r, both).await), ((true, false), (true, true)));
        assert_eq!(told(&r).await, 1, "they are told at once");
        r.audited("close-site", "enrollment 1").await;

        for (days, locked, letters) in
            [(366 + 22, 0, 1), (366 + 23, 0, 2), (366 + 29, 0, 2), (366 + 30, 1, 2), (366 + 31, 0, 2)]
        {
            assert_eq!(enrollment::lock_closed(cx, after(days)).await.expect("looked"), locked, "{days}");
            assert_eq!(told(&r).await, letters, "{days}");
            let reads = days < 366 + 30;
            assert_eq!(may(&r, oak).await, (reads, false), "{days}");
        }
        assert_eq!((may(&r, both).await, may(&r, north).await), ((true, true), (true, true)), "of it alone");
        r.audited("lock-site", "enrollment 1").await;

        let submitted = enrollment::submit(cx, number, after(400)).await.expect("sent in");
        assert_eq!(submitted, State::Incomplete, "what was signed for the year before does not count");
        for (kind, bits) in PaperKind::ALL.iter().zip([21, 22]) {
            sign_as(&r, number, *kind, ("Joan Hill", bits), after(401)).await;
        }
        assert_eq!(enrollment::submit(cx, number, after(401)).await.expect("sent in"), State::UnderReview);
        assert_eq!(may(&r, oak).await, (false, false), "not before it is approved");
        let approve = Decision::Approve { code: "OAK".into(), pin: None };
        enrollment::decide(cx, &desk(), number, approve, after(402)).await.expect("approved");
        assert_eq!(may(&r, oak).await, (true, true));
        r.audited("open-site", "enrollment 1").await;
        assert_eq!(enrollment::lock_closed(cx, after(500)).await.expect("looked"), 0);
    });
}

/// Page: /enroll/{number}/{key}
#[test]
fn a_renewal_that_is_sent_in_but_not_approved_closes_the_site_at_the_end_of_its_year_too() {
    on_a_registry(|r| async move {
        let (cx, day) = (&r.world.cx, 24);
        let number = enroll(&r, "Oak Clinic", "OAK").await;
        let oak = nurse(&r, "oak", &["OAK"]).await;
        let begun = r.at();
        let after = |days: i64| later(begun, days * day);
        enrollment::fall_due(cx, after(306)).await.expect("due");
        sent_in_unsigned(&r, number, after(307)).await;
        enrollment::fall_due(cx, after(364)).await.expect("looked");
        assert_eq!(may(&r, oak).await, (true, true), "its year is not over");
        enrollment::fall_due(cx, after(366)).await.expect("looked");
        enrollment::fall_due(cx, after(367)).await.expect("looked");
        assert_eq!((may(&r, oak).await, told(&r).await), ((true, false), 1), "closed, and told once");
        for (kind, bits) in PaperKind::ALL.iter().zip([31, 32]) {
            sign_as(&r, number, *kind, ("Joan Hill", bits), after(368)).await;
        }
        assert_eq!(enrollment::submit(cx, number, after(368)).await.expect("sent in"), State::UnderReview);
        let approve = Decision::Approve { code: "OAK".into(), pin: None };
        enrollment::decide(cx, &desk(), number, approve, after(369)).await.expect("approved");
        assert_eq!(may(&r, oak).await, (true, true), "renewed");
    });
}

/// Page: /enroll/{number}/{key}
#[test]
fn papers_of_last_year_do_not_count_for_a_renewal_that_fell_due_before_its_moment_was_kept() {
    on_a_registry(|r| async move {
        let (cx, day) = (&r.world.cx, 24);
        let number = enroll(&r, "Oak Clinic", "OAK").await;
        let begun = r.at();
        enrollment::fall_due(cx, later(begun, 306 * day)).await.expect("due");
        let url = r.world.url.clone();
        let forget = move || {
            tamper(
                &url,
                "UPDATE case_file SET body = REPLACE(body, 'renewing_since', 'unknown') WHERE kind = 'enrollment'",
            );
        };
        tokio::task::spawn_blocking(forget).await.expect("changed past the store");
        sent_in_unsigned(&r, number, later(begun, 307 * day)).await;
    });
}

/// Page: /help/enrollments/{number}
#[test]
fn a_site_whose_renewal_is_denied_is_closed_and_a_letters_link_closes_none() {
    on_a_registry(|r| async move {
        let (cx, day) = (&r.world.cx, 24);
        let (denied, enrolled) =
            (enroll(&r, "Oak Clinic", "OAK").await, enroll(&r, "Elm Clinic", "ELM").await);
        let (oak, elm) = (nurse(&r, "oak", &["OAK"]).await, nurse(&r, "elm", &["ELM"]).await);
        let due = later(r.at(), 306 * day);
        enrollment::fall_due(cx, due).await.expect("due");
        for (kind, bits) in PaperKind::ALL.iter().zip([41, 42]) {
            sign_as(&r, denied, *kind, ("Joan Hill", bits), due).await;
        }
        assert_eq!(enrollment::submit(cx, denied, due).await.expect("sent in"), State::UnderReview);
        assert_eq!(may(&r, oak).await, (true, true), "while it is reviewed");
        let deny = Decision::Deny { reason: "no storage".into() };
        enrollment::decide(cx, &desk(), denied, deny, due).await.expect("denied");
        assert_eq!(may(&r, oak).await, (true, false), "denied");
        r.audited("close-site", "enrollment 1").await;
        let withdrawn = enrollment::withdraw(cx, enrolled, due).await;
        assert!(refusal(withdrawn).contains("Its site administrator withdraws it"));
        assert_eq!(may(&r, elm).await, (true, true), "its link alone closes no site");
        assert_eq!(enrollment::lock_closed(cx, later(due, 31 * day)).await.expect("looked"), 1);
    });
}

/// Page: /help/enrollments/{number}
#[test]
fn a_site_is_suspended_while_it_renews_and_one_that_is_closed_or_not_there_is_not() {
    on_a_registry(|r| async move {
        let (cx, day) = (&r.world.cx, 24);
        let number = enroll(&r, "Oak Clinic", "OAK").await;
        let oak = nurse(&r, "oak", &["OAK"]).await;
        let begun = r.at();
        let after = |days: i64| later(begun, days * day);
        let suspend =
            async |number, what, at| enrollment::suspend(cx, &desk(), number, what, "a reason", at).await;
        enrollment::fall_due(cx, after(306)).await.expect("due");
        sent_in_unsigned(&r, number, after(307)).await;
        suspend(number, Suspension::Reading, after(308)).await.expect("suspended");
        assert_eq!(may(&r, oak).await, (true, false));
        suspend(number, Suspension::Lifted, after(309)).await.expect("lifted");
        assert_eq!(may(&r, oak).await, (true, true));
        enrollment::fall_due(cx, after(310)).await.expect("due again");
        sent_in_unsigned(&r, number, after(311)).await;
        enrollment::fall_due(cx, after(366)).await.expect("closed");
        assert!(
            refusal(suspend(number, Suspension::Reading, after(367)).await)
                .contains("not possible as it stands by now"),
            "closed"
        );
        let new = begin_enrollment(&r, "Elm Clinic").await;
        assert_eq!(enrollment::submit(cx, new, after(1)).await.expect("sent in"), State::Incomplete);
        assert!(
            refusal(suspend(new, Suspension::Reading, after(1)).await)
                .contains("not possible as it stands by now"),
            "no site yet"
        );
    });
}

/// Page: /enroll/{number}/{key}
#[test]
fn two_servers_that_look_at_one_moment_warn_and_lock_once() {
    on_a_registry(|r| async move {
        let cx = &r.world.cx;
        let number = enroll(&r, "Oak Clinic", "OAK").await;
        enrollment::suspend(cx, &desk(), number, Suspension::Reading, "storage", r.at())
            .await
            .expect("suspended");
        let begun = r.at();
        for (days, locked, letters) in [(24, 0, 2), (31, 1, 2)] {
            let at = later(begun, days * 24);
            let look = async || enrollment::lock_closed(cx, at).await.expect("looked");
            let (a, b, c, d) = tokio::join!(look(), look(), look(), look());
            assert_eq!((a + b + c + d, told(&r).await), (locked, letters), "{days}");
        }
    });
}

/// Page: /help/enrollments/{number}
#[test]
fn people_of_a_suspended_site_read_until_it_is_lifted() {
    on_a_registry(|r| async move {
        let cx = &r.world.cx;
        let number = enroll(&r, "Oak Clinic", "OAK").await;
        let oak = nurse(&r, "oak", &["OAK"]).await;
        enrollment::suspend(cx, &desk(), number, Suspension::Reading, "storage", r.at())
            .await
            .expect("suspended");
        assert_eq!(may(&r, oak).await, (true, false));
        enrollment::suspend(cx, &desk(), number, Suspension::Lifted, "mended", r.at()).await.expect("lifted");
        assert_eq!(may(&r, oak).await, (true, true));
    });
}

/// Page: /help/enrollments/{number}
#[test]
fn a_suspension_that_is_lifted_after_the_end_of_the_year_leaves_the_site_closed_until_it_is_renewed() {
    on_a_registry(|r| async move {
        let (cx, day) = (&r.world.cx, 24);
        let number = enroll(&r, "Oak Clinic", "OAK").await;
        let oak = nurse(&r, "oak", &["OAK"]).await;
        let begun = r.at();
        let after = |days: i64| later(begun, days * day);
        enrollment::suspend(cx, &desk(), number, Suspension::Reading, "storage", after(360))
            .await
            .expect("suspended");
        enrollment::suspend(cx, &desk(), number, Suspension::Lifted, "mended", after(367))
            .await
            .expect("lifted");
        assert_eq!(may(&r, oak).await, (true, false), "not even until the next look of the day");
        let opened = enrollment::opened(cx, number, after(367).at).await.expect("read").expect("there");
        assert_eq!(opened.case.state, State::Lapsed);
        for (kind, bits) in PaperKind::ALL.iter().zip([61, 62]) {
            sign_as(&r, number, *kind, ("Joan Hill", bits), after(368)).await;
        }
        assert_eq!(enrollment::submit(cx, number, after(368)).await.expect("sent in"), State::UnderReview);
        let approve = Decision::Approve { code: "OAK".into(), pin: None };
        enrollment::decide(cx, &desk(), number, approve, after(369)).await.expect("approved");
        assert_eq!(may(&r, oak).await, (true, true), "renewed");
    });
}

/// Page: /enroll/{number}/{key}
#[test]
fn a_renewal_that_was_denied_is_tried_again_with_papers_that_are_signed_anew() {
    on_a_registry(|r| async move {
        let (cx, day) = (&r.world.cx, 24);
        let number = enroll(&r, "Oak Clinic", "OAK").await;
        let oak = nurse(&r, "oak", &["OAK"]).await;
        let begun = r.at();
        let after = |days: i64| later(begun, days * day);
        enrollment::fall_due(cx, after(306)).await.expect("due");
        for (kind, bits) in PaperKind::ALL.iter().zip([71, 72]) {
            sign_as(&r, number, *kind, ("Joan Hill", bits), after(307)).await;
        }
        enrollment::submit(cx, number, after(307)).await.expect("sent in");
        let deny = Decision::Deny { reason: "no storage".into() };
        enrollment::decide(cx, &desk(), number, deny, after(310)).await.expect("denied");
        assert_eq!(may(&r, oak).await, (true, false));
        let opened = async |days: i64| {
            enrollment::opened(cx, number, after(days).at).await.expect("read").expect("there")
        };
        let denied = opened(310).await;
        assert_eq!((denied.why(), denied.to_sign()), (Some("no storage"), PaperKind::ALL.to_vec()));
        assert_eq!(denied.case.changeable(), Changeable::OfRenewal, "what was denied is mended");
        let mended = Application { address: "2 Oak Street, Calder".into(), ..denied.case.body };
        enrollment::change(cx, number, mended, after(310)).await.expect("changed");
        assert_eq!(&*opened(310).await.case.body.address, "2 Oak Street, Calder");
        sent_in_unsigned(&r, number, after(311)).await;
        assert_eq!(may(&r, oak).await, (true, false), "what was denied does not count");
        for (kind, bits) in PaperKind::ALL.iter().zip([73, 74]) {
            sign_as(&r, number, *kind, ("Joan Hill", bits), after(312)).await;
        }
        assert_eq!(enrollment::submit(cx, number, after(312)).await.expect("sent in"), State::UnderReview);
        let approve = Decision::Approve { code: "OAK".into(), pin: None };
        enrollment::decide(cx, &desk(), number, approve, after(313)).await.expect("approved");
        assert_eq!(may(&r, oak).await, (true, true));

        let new = begin_enrollment(&r, "Elm Clinic").await;
        for (kind, bits) in PaperKind::ALL.iter().zip([75, 76]) {
            sign_as(&r, new, *kind, ("Joan Hill", bits), after(313)).await;
        }
        enrollment::submit(cx, new, after(313)).await.expect("sent in");
        let deny = Decision::Deny { reason: "no clinic".into() };
        enrollment::decide(cx, &desk(), new, deny, after(314)).await.expect("denied");
        let again = enrollment::submit(cx, new, after(315)).await;
        assert!(
            refusal(again).contains("not possible as it stands by now"),
            "one that was never enrolled enrolls anew"
        );
    });
}

/// Page: /help/enrollments/{number}
#[test]
fn a_site_that_is_suspended_for_misuse_reads_no_longer() {
    on_a_registry(|r| async move {
        let cx = &r.world.cx;
        let number = enroll(&r, "Oak Clinic", "OAK").await;
        let oak = nurse(&r, "oak", &["OAK"]).await;
        assert!(r.may(oak, Permission::ViewPerson).await);
        enrollment::suspend(cx, &desk(), number, Suspension::Locked, "misuse", r.at())
            .await
            .expect("suspended");
        assert!(!r.may(oak, Permission::ViewPerson).await, "locked out at once");
        let told = r.letters("hill@oak.example").await;
        let closed = told.iter().find(|letter| &*letter.kind == "site-closed").expect("a letter");
        assert!(closed.body.contains("locked out of this site from now on"), "{}", closed.body);
        enrollment::suspend(cx, &desk(), number, Suspension::Lifted, "mended", r.at()).await.expect("lifted");
        assert!(r.may(oak, Permission::ViewPerson).await);
    });
}

/// Page: /help/enrollments/{number}
#[test]
fn who_holds_a_role_at_the_whole_organization_is_held_to_the_site_that_is_closed_and_to_no_other() {
    on_a_registry(|r| async move {
        let cx = &r.world.cx;
        let (oak, _elm) = (enroll(&r, "Oak Clinic", "OAK").await, enroll(&r, "Elm Clinic", "ELM").await);
        let names = directory(cx, &r.at()).await.expect("the store works");
        let organization = names.sites().find(|site| &*site.code == "OAK").expect("a site").organization_id;
        let user = NewUser {
            name: "all".into(),
            display_name: "All of Oak".into(),
            password_hash: "none".into(),
            must_change: false,
            roles: vec![RoleAssignment::new("clinic-access", Place::Organization(organization))],
        };
        let all = accounts::add(cx, &desk(), user, r.at()).await.expect("an account");
        let writes = async || r.granted(all, Permission::ChangeDose).await.reach().clone();
        assert_eq!(writes().await, Reach::Within([Within::Organization(organization)].into()));
        enrollment::suspend(cx, &desk(), oak, Suspension::Reading, "storage", r.at())
            .await
            .expect("suspended");
        let elm = r.site("ELM").await;
        assert_eq!(writes().await, Reach::Within([Within::Clinic(elm)].into()), "what is open stays");
        let account = accounts::get(cx, all).await.expect("read").expect("an account");
        assert_eq!(account.roles.len(), 1, "the assignment itself is not touched");
        enrollment::suspend(cx, &desk(), oak, Suspension::Lifted, "mended", r.at()).await.expect("lifted");
        assert_eq!(writes().await, Reach::Within([Within::Organization(organization)].into()));
    });
}

/// Page: /
#[test]
fn people_of_a_site_are_told_that_it_is_closed_or_will_be_and_who_renews_it() {
    on_a_registry(|r| async move {
        let (cx, day) = (&r.world.cx, 24);
        let number = enroll(&r, "Oak Clinic", "OAK").await;
        let (oak, north) = (r.site("OAK").await, r.site("NORTH").await);
        let told = async || enrollment::standing_of(cx, vec![oak, north]).await.expect("read");
        assert!(told().await.is_empty(), "nothing to be told");
        let begun = r.at();
        let after = |days: i64| later(begun, days * day);
        enrollment::fall_due(cx, after(306)).await.expect("due");
        let one = told().await.remove(0);
        assert_eq!((one.site_id, one.closed_on, one.ends_on), (oak, None, Some(after(365).today)));
        assert_eq!(&*one.contact, "Joan Hill");
        enrollment::fall_due(cx, after(366)).await.expect("lapsed");
        let one = told().await.remove(0);
        let expected = (State::Lapsed, Some(after(366).today), Some(after(396).today), None);
        assert_eq!((one.state, one.closed_on, one.locked_on, one.ends_on), expected);
        enrollment::lock_closed(cx, after(397)).await.expect("locked");
        assert_eq!(told().await[0].locked_on, None, "they are locked out by now");
        enrollment::suspend(cx, &desk(), number, Suspension::Reading, "why", after(398))
            .await
            .expect_err("closed already");
    });
}
