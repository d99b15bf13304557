//! Letters of a request that are sent again, requests that wait for others, and finding one's own site.

use super::{application, desk, email, enroll, later, on_a_registry, refusal};
use iis_model::access::{Permission, Place};
use iis_model::organization::SiteKind;
use iis_registry::accounts::{self, RoleAssignment};
use iis_registry::cases::Again;
use iis_registry::cases::Party;
use iis_registry::enrollment::{self, State as Standing};
use iis_registry::requests::{self, Places, State, UserKind};
use iis_registry::setup::{self, NewOrganization, NewSite};
use iis_registry::sites;
use iis_registry::staff::Position;
use iis_registry::training::GENERAL_USER_COURSE;

/// Page: /request-access/sent
#[test]
fn s8_a_lost_letter_is_sent_again_and_its_answer_tells_nobody_what_is_there() {
    on_a_registry(|r| async move {
        let cx = &r.world.cx;
        let (who, other) = (email("amara@north.example"), email("nobody@north.example"));
        let begun = r.at();
        let asked = application("Amara Okafor", "clinic-access");
        let number = requests::begin(cx, &who, asked.clone(), begun).await.expect("begun");
        let first = r.link(who.as_str(), "request").await;
        let again = |number, address| requests::letter_again(cx, number, address, begun);
        // of an address whose request it is, and of one that has none: the same answers, the same bound
        for n in 2..=5 {
            assert_eq!(again(number, &who).await.expect("heard"), Again::OnItsWay, "{n}");
        }
        assert_eq!(again(number, &who).await.expect("heard"), Again::NoMoreNow);
        for n in 1..=5 {
            assert_eq!(again(number, &other).await.expect("heard"), Again::OnItsWay, "{n}");
        }
        assert_eq!(again(number, &other).await.expect("heard"), Again::NoMoreNow);
        assert_eq!(r.letters(who.as_str()).await.len(), 5);
        assert!(r.letters(other.as_str()).await.is_empty(), "nothing is sent to an address that did not ask");
        assert_eq!(r.link(who.as_str(), "request").await, first, "it is the same link");
        let refused = requests::begin(cx, &who, asked, begun).await;
        assert!(refusal(refused).contains("No more messages"), "nor is another one begun without its letter");

        let next_hour = later(begun, 2);
        let sent = requests::letter_again(cx, number, &who, next_hour).await;
        assert_eq!(sent.expect("heard"), Again::OnItsWay);
        assert_eq!(r.letters(who.as_str()).await.len(), 6);
        let wrong = requests::letter_again(cx, number + 1, &who, next_hour).await;
        assert_eq!(wrong.expect("heard"), Again::OnItsWay);
        assert_eq!(r.letters(who.as_str()).await.len(), 6, "another number has no letter");
        r.audited("send-request-letter-again", &format!("request {number}")).await;
    });
}

/// Page: /help/requests/{number}
#[test]
fn s11_the_letter_that_asks_the_site_administrator_is_sent_again_so_often_and_no_more() {
    on_a_registry(|r| async move {
        let cx = &r.world.cx;
        r.administrator().await;
        let number = r.received("amara@north.example", "Amara Okafor").await;
        let at = r.at();
        assert!(requests::ask_again(cx, Party::KeyHolder, number, at).await.is_err(), "nobody was asked yet");
        r.take(number).await;
        requests::ask_administrator(cx, &desk(), number, at).await.expect("asked");
        let (staff, to) = (desk(), "ana.silva@north.example");
        let link = r.link(to, "approval").await;
        for (party, expected) in [
            (Party::KeyHolder, Again::OnItsWay),
            (Party::Staff(&staff), Again::OnItsWay),
            (Party::Staff(&staff), Again::NoMoreNow),
            (Party::KeyHolder, Again::NoMoreNow),
        ] {
            assert_eq!(requests::ask_again(cx, party, number, at).await.expect("heard"), expected);
        }
        assert_eq!(r.letters(to).await.len(), 3);
        assert_eq!(r.link(to, "approval").await, link, "the link of the first letter holds");
        let next = requests::ask_again(cx, Party::Staff(&staff), number, later(at, 2)).await;
        assert_eq!(next.expect("heard"), Again::OnItsWay);
        r.audited("ask-administrator-again", &format!("request {number}")).await;
    });
}

/// Page: /help/requests
#[test]
fn s10_requests_that_wait_for_others_are_shown_with_whom_and_for_what() {
    on_a_registry(|r| async move {
        let cx = &r.world.cx;
        r.administrator().await;
        let waits = async |at: iis_registry::Arrival| -> Vec<(i64, String, String)> {
            let all = requests::waiting_elsewhere(cx, at.at).await.expect("read");
            all.into_iter().map(|one| (one.number, one.on, one.what)).collect()
        };
        let line = |number, on: &str, what: &str| (number, on.to_owned(), what.to_owned());
        let who = email("ben@north.example");
        let asked = application("Ben West", "clinic-access");
        let ben = requests::begin(cx, &who, asked, r.at()).await.expect("begun");
        assert_eq!(waits(r.at()).await, [line(ben, "the applicant", "the e-mail address to be confirmed")]);
        requests::confirm_address(cx, ben, r.at()).await.expect("confirmed");
        assert_eq!(waits(r.at()).await, [line(ben, "the applicant", "required training")]);
        r.complete(who.as_str(), &[GENERAL_USER_COURSE]).await;
        let on_the_list = line(ben, "the vaccine coordinator of the site", "the staff list of the site");
        assert_eq!(waits(r.at()).await, [on_the_list]);
        r.list(who.as_str(), "Ben West", Position::Staff).await;
        assert_eq!(waits(r.at()).await, [line(ben, "the applicant", "that it is sent in")]);
        assert_eq!(waits(later(r.at(), 24 * 31)).await, [], "nobody goes on with an old draft");
        requests::submit(cx, ben, r.at()).await.expect("sent in");
        assert_eq!(waits(r.at()).await, [], "it waits for the Help Desk");
        r.take(ben).await;
        let asked_at = r.at();
        requests::ask_administrator(cx, &desk(), ben, asked_at).await.expect("asked");
        assert_eq!(waits(r.at()).await, [line(ben, "Ana Silva", "the site administrator’s answer")]);
        let shown = requests::waiting_elsewhere(cx, r.at().at).await.expect("read");
        assert_eq!((shown[0].since, shown[0].state), (asked_at.at, State::AwaitingAdministrator));
        let ada = r.received("ada@north.example", "Ada Lind").await;
        r.take(ada).await;
        requests::return_to(cx, &desk(), ada, "Your license, please.", r.at()).await.expect("returned");
        let returned = line(ada, "the applicant", "the correction that was asked for");
        assert_eq!(waits(r.at()).await[0], returned);
    });
}

/// Page: /request-access
#[test]
fn s7_ones_own_site_is_found_by_name_town_or_code_and_the_list_of_all_by_nothing() {
    use UserKind::{General, School};
    on_a_registry(|r| async move {
        let cx = &r.world.cx;
        let site = |code: String, name: String, kind| NewSite {
            code: code.into(),
            name: name.into(),
            kind,
            pin: None,
        };
        let mut new: Vec<_> = (1..=11)
            .map(|n| site(format!("CITY-{n}"), format!("City Clinic {n}"), SiteKind::Clinic))
            .collect();
        new.push(site("PED".into(), "Alder Pediatrics".into(), SiteKind::Clinic));
        new.push(site("MAIN".into(), "Main Clinic".into(), SiteKind::Clinic));
        new.push(site("ELEM".into(), "Alder Elementary".into(), SiteKind::School));
        setup::add_organizations(cx, vec![NewOrganization { name: "All".into(), sites: new }])
            .await
            .expect("sites");
        sites::set_town(cx, &desk(), "MAIN", "Alder Falls", r.at()).await.expect("set");
        assert!(sites::set_town(cx, &desk(), "NONE", "Alder", r.at()).await.is_err());
        let found = async |kind, typed: &str| match requests::places(cx, kind, typed).await.expect("read") {
            Places::Some(places) => places.iter().map(|one| one.code.to_string()).collect(),
            Places::One => vec!["one".to_owned()],
            Places::TooMany => vec!["too many".to_owned()],
            Places::None => Vec::new(),
        };
        for (kind, typed, expected) in [
            (General, "alder", &["PED", "MAIN"][..]), // by name, and by town
            (School, "alder", &["ELEM"]),             // of the kind that fits
            (General, "alder falls", &["MAIN"]),
            (General, "pediatrics alder", &["PED"]),
            (General, "ped", &["one"]), // its code
            (General, "main clinic", &["one"]),
            (General, "city", &["too many"]),
            (General, "city clinic 1", &["one"]),
            (General, "ci", &[]),
            (General, "", &[]),
            (General, "clinic", &["too many"]),
            (General, "%", &[]),
        ] {
            assert_eq!(found(kind, typed).await, expected, "{kind:?} {typed}");
        }
        enroll(&r, "Oak Clinic", "OAK").await;
        assert_eq!(found(General, "calder").await, ["OAK"], "an enrollment says the town");
    });
}

/// Page: /admin/enrollment
#[test]
fn s67_the_site_administrator_withdraws_the_site_and_the_state_ends_an_enrollment_with_a_reason() {
    on_a_registry(|r| async move {
        let cx = &r.world.cx;
        let (oak, elm) = (enroll(&r, "Oak Clinic", "OAK").await, enroll(&r, "Elm Clinic", "ELM").await);
        let cora = accounts::find(cx, "c.lind").await.expect("read").expect("appointed").id;
        let nurse = r.account("nurse", &[("clinic-access", r.site("OAK").await)]).await;
        let other = r.administrator().await;
        let state = async |number| {
            enrollment::opened(cx, number, r.at().at).await.expect("read").expect("there").case.state
        };
        let foreign = r.granted(other, Permission::ApproveAccounts).await;
        assert!(
            enrollment::end(cx, &foreign, oak, "not ours", r.at()).await.is_err(),
            "of another organization"
        );
        let wrong = r.granted(cora, Permission::ViewClinic).await;
        assert!(enrollment::end(cx, &wrong, oak, "a look", r.at()).await.is_err(), "whoever may only look");
        let own = r.granted(cora, Permission::ApproveAccounts).await;
        assert!(refusal(enrollment::end(cx, &own, oak, " ", r.at()).await).contains("Say why"));
        assert_eq!(state(oak).await, Standing::Approved);
        enrollment::end(cx, &own, oak, "The clinic closes.", r.at()).await.expect("withdrawn");
        assert_eq!((state(oak).await, state(elm).await), (Standing::Withdrawn, Standing::Approved));
        assert!(enrollment::end(cx, &own, oak, "again", r.at()).await.is_err(), "once");
        let reads = (
            r.may(nurse, Permission::ViewPerson).await,
            r.may(nurse, Permission::EnterAdministeredDose).await,
        );
        assert_eq!(reads, (true, false), "its people read for a while");
        r.audited("withdraw-site", &format!("enrollment {oak}")).await;
        r.audited("close-site", &format!("enrollment {oak}")).await;

        let program =
            iis_registry::access::operator(Permission::ApproveEnrollments).expect("the operator may");
        let account = accounts::get(cx, cora).await.expect("read").expect("an account");
        let both = vec![RoleAssignment::new("site-administrator", Place::Site(r.site("ELM").await))];
        accounts::set_roles(cx, &desk(), &account, both, r.at()).await.expect("set");
        enrollment::suspend(
            cx,
            &program,
            elm,
            enrollment::Suspension::Reading,
            "A visit found much.",
            r.at(),
        )
        .await
        .expect("suspended");
        enrollment::end(cx, &program, elm, "It was not mended.", r.at()).await.expect("a suspended one too");
        let ended = enrollment::opened(cx, elm, r.at().at).await.expect("read").expect("there");
        assert_eq!(ended.case.state, Standing::Withdrawn);
        assert!(ended.conversation.iter().any(|one| one.is_staff && &*one.text == "It was not mended."));
        r.audited("end-enrollment", &format!("enrollment {elm}")).await;
        assert!(
            enrollment::suspend(cx, &program, elm, enrollment::Suspension::Lifted, "back", r.at())
                .await
                .is_err(),
            "no way back but anew"
        );
        let draft = super::begin_enrollment(&r, "Ash Clinic").await;
        enrollment::end(cx, &program, draft, "Nobody answers.", r.at())
            .await
            .expect("one without a site too");
        let letters = r.letters("hill@oak.example").await;
        assert!(
            letters
                .iter()
                .any(|one| &*one.kind == "enrollment-decided" && one.subject.contains(&draft.to_string()))
        );
    });
}
