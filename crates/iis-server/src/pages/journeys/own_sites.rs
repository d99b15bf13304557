//! What is done for the sites of one's own: the agreement that is prepared and signed, the staff list, and what the backup did
//! on the primary's behalf.

use super::access::{Way, shown};
use super::{Browser, Page, printing};
use axum::http::StatusCode;
use iis_model::SiteId;
use iis_model::access::{Permission, Place};
use iis_model::organization::SiteKind;
use iis_registry::access::operator;
use iis_registry::accounts::{self, RoleAssignment};
use iis_registry::cases::Party;
use iis_registry::prints::Code;
use iis_registry::staff::{self, Listing, Position};
use iis_registry::{Arrival, enrollment, sites};

/// A program site whose renewal is due today.
pub(super) async fn enrolled_a_year_ago(way: &Way) -> SiteId {
    let (registry, now) = (&way.house.app.registry, way.house.app.arrival());
    let at = now.at - jiff::SignedDuration::from_hours(24 * 310);
    let then = Arrival { at, today: at.to_zoned(registry.identity.zone.clone()).date(), ..now };
    let application = enrollment::Application {
        organization: "RIVER".into(),
        site: "River Dock".into(),
        kind: SiteKind::Clinic,
        address: "1 Quay Street".into(),
        contact: "Joan Hill".into(),
        administrator: "Ana Silva".into(),
        administrator_email: "ana@river.example".into(),
        is_program: true,
        confirmed_at: None,
        renew_on: None,
        renewing_since: None,
        renewal_letters: 0,
        outdated: enrollment::Outdated::default(),
    };
    let email = "joan@river.example".parse().expect("an address");
    let number = enrollment::begin(registry, &email, application, then).await.expect("begun");
    enrollment::confirm_address(registry, number, then).await.expect("confirmed");
    for (kind, bits) in enrollment::PaperKind::ALL.iter().zip([81, 82]) {
        let case = enrollment::opened(registry, number, at).await.expect("read").expect("there").case;
        let read = enrollment::shown(registry, &case, *kind).sha256;
        let signing = enrollment::signing(registry, &case, *kind, ("Joan Hill", "Director"), &read);
        let kept = (b"%PDF-1.7 signed"[..].into(), Code::of_random(bits));
        let signing = signing.expect("it can");
        enrollment::sign(registry, Party::KeyHolder, number, signing, kept, then).await.expect("signed");
    }
    enrollment::submit(registry, number, then).await.expect("sent in");
    let by = operator(Permission::ApproveEnrollments).expect("the operator may");
    let approve = enrollment::Decision::Join { code: "DOCK".into(), pin: Some("0412".into()) };
    enrollment::decide(registry, &by, number, approve, then).await.expect("approved");
    enrollment::fall_due(registry, now).await.expect("due");
    let all = sites::sites(registry).await.expect("the store works");
    all.iter().find(|site| &*site.code == "DOCK").expect("the new site").id
}

/// Page: /clinic/staff
#[tokio::test]
async fn a_site_that_was_added_a_moment_ago_is_there_for_its_people() {
    let way = Way::begin().await;
    let mut paula = way.house.sign_in("paula").await;
    way.get(&mut paula, "/clinic/staff").await; // the names of all sites are read, and kept for some seconds
    way.house.clinic("BROOK").await;
    let all = sites::sites(&way.house.app.registry).await.expect("the store works");
    let brook = all.iter().find(|site| &*site.code == "BROOK").expect("the new site").id;
    let role = "primary-vaccine-coordinator";
    way.works_at(brook, "nell", role, "Nell Brook", Position::PrimaryCoordinator).await;
    let mut nell = way.house.sign_in("nell").await;
    let page = way.get(&mut nell, "/clinic/staff").await;
    assert!(page.body.contains("BROOK Clinic"), "{}", page.body);
}

/// Page: /clinic/staff/{entry}/off
#[tokio::test]
async fn s53_before_somebody_is_taken_off_the_page_says_what_ends_and_what_stays() {
    let way = Way::begin().await;
    let (site, role) = (way.site().await, "backup-vaccine-coordinator");
    way.works("bea", role, "Bea Backup", Position::BackupCoordinator).await;
    let (registry, at) = (&way.house.app.registry, way.house.app.arrival());
    let by = operator(Permission::ManageAccounts).expect("the operator may");
    let staff = Listing {
        name: "Bea Backup".into(),
        email: "bea@river.example".parse().expect("an address"),
        position: Position::Staff,
        license_kind: "".into(),
        license_number: "".into(),
    };
    staff::list(registry, &by, site, staff, at).await.expect("listed");
    let mut paula = way.house.sign_in("paula").await;
    let listed = staff::staff_of(registry, site).await.expect("read");
    let entries = listed.iter().filter(|one| &*one.name == "Bea Backup");
    let mut asked = Vec::new();
    for entry in entries {
        let page = way.get(&mut paula, &format!("/clinic/staff/{}/off", entry.entry)).await;
        let ends =
            ["No access. The person stays on the list as ", "Backup Vaccine Coordinator. The person stays"];
        let is_closed = page.body.contains("bea is closed: no other role is left");
        assert_eq!(is_closed, entry.position == Position::BackupCoordinator, "{}", page.body);
        asked.push((entry.position, ends.map(|words| page.body.contains(words))));
    }
    asked.sort_by_key(|(position, _)| position.word());
    assert_eq!(asked, [(Position::BackupCoordinator, [false, true]), (Position::Staff, [true, false])]);
}

/// Page: /admin/accounts
#[tokio::test]
async fn nobody_is_offered_to_say_of_themselves_that_they_are_still_there() {
    let way = Way::begin().await;
    let own = accounts::find(&way.house.app.registry, "ana").await.expect("read").expect("an account").id;
    let other = accounts::find(&way.house.app.registry, "paula").await.expect("read").expect("an account").id;
    let mut ana = way.house.sign_in("ana").await;
    let page = way.get(&mut ana, "/admin/accounts").await;
    let offers = |id: iis_model::AccountId| page.body.contains(&format!("/admin/accounts/{}/confirm", id.0));
    assert_eq!((offers(own), offers(other)), (false, true), "{}", page.body);
    assert!(page.body.contains("another site administrator says so"), "{}", page.body);
}

/// Page: /clinic/agreement
#[tokio::test]
async fn s54_the_coordinator_prepares_on_the_page_where_the_signing_physician_signs() {
    let way = Way::begin().await;
    let dock = enrolled_a_year_ago(&way).await;
    way.works_at(dock, "pia", "primary-vaccine-coordinator", "Pia Dock", Position::PrimaryCoordinator).await;
    way.works_at(dock, "mia", "enrollment-only", "Mia Hill", Position::SigningPhysician).await;
    let mut joan = Browser::default();
    let own = way.link("joan@river.example", "Enrollment 1").await;

    let mut pia = way.house.sign_in("pia").await;
    let today = way.get(&mut pia, "/").await;
    for text in ["River Dock will be closed on", "Joan Hill renews it", "no backup vaccine coordinator"] {
        assert!(today.body.contains(text), "{text}: {}", today.body);
    }
    let page = way.get(&mut pia, "/clinic/agreement").await;
    for text in ["The renewal is due", "Only the signing physician of the site signs", "✗ Not signed"] {
        assert!(page.body.contains(text), "{text}: {}", page.body);
    }
    assert!(!page.body.contains("/clinic/agreement/sign"), "she prepares: {}", page.body);
    let sign =
        |page: &Page, kind: &str| format!("{}&signer=Mia+Hill&title=Medical+director", shown(page, kind));
    let refused =
        way.house.post(&mut pia, "/clinic/agreement/sign", &sign(&page, "letter-of-agreement")).await;
    assert_eq!(refused.status, StatusCode::NOT_FOUND, "and cannot sign");
    let page = way.get(&mut joan, &own).await;
    assert!(page.body.contains("The signing physician of the site signs it"), "{}", page.body);

    let mut mia = way.house.sign_in("mia").await;
    let page = way.get(&mut mia, "/clinic/agreement").await;
    let letter = sign(&page, "letter-of-agreement");
    let hash = letter.split("text_sha256=").nth(1).expect("a hash").split('&').next().expect("a hash");
    assert_eq!(hash.len(), 64, "{letter}");
    for (stale, why) in [
        (letter.replace(hash, &"0".repeat(64)), "the text has changed since this page was opened"),
        (letter.replace("enrollment=1", "enrollment=2"), "another enrollment since this page was opened"),
    ] {
        let refused = way.house.post(&mut mia, "/clinic/agreement/sign", &stale).await;
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
        for text in [why, "✗ Not signed", "By typing your name you sign the text above", hash] {
            assert!(refused.body.contains(text), "{text}: {}", refused.body);
        }
    }
    for kind in ["letter-of-agreement", "site-administrator-form"] {
        let page = way.send(&mut mia, "/clinic/agreement/sign", &sign(&page, kind)).await;
        assert!(page.body.contains("Signed. You can fetch"), "{}", page.body);
    }
    let paper = way.get(&mut mia, "/clinic/agreement/papers/3").await;
    assert!(printing::text(&paper.bytes).contains("Signed electronically by Mia Hill"));
    way.get(&mut pia, "/clinic/agreement").await;
    let page = way.send(&mut pia, "/clinic/agreement/send", "").await;
    assert!(page.body.contains("Under review"), "{}", page.body);
}

/// Page: /clinic/agreement
#[tokio::test]
async fn s54_a_site_that_was_set_up_without_an_agreement_gets_one_from_its_own_page() {
    let way = Way::begin().await;
    way.works("mia", "enrollment-only", "Mia Hill", Position::SigningPhysician).await;
    let registry = &way.house.app.registry;
    let before = sites::sites(registry).await.expect("the store works");
    let (mut paula, mut mia) = (way.house.sign_in("paula").await, way.house.sign_in("mia").await);
    let page = way.get(&mut paula, "/clinic/agreement").await;
    for text in ["was set up without an agreement", "Begin the agreement", "value=\"Ana Silva\""] {
        assert!(page.body.contains(text), "{text}: {}", page.body);
    }
    let begin = "/clinic/agreement/begin?site=RIVER";
    let form = |email: &str| {
        format!("address=1+Quay+Street,+Alder&administrator=Ana+Silva&administrator_email={email}")
    };
    let refused = way.house.post(&mut paula, begin, &form("ana")).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(refused.body.contains("value=\"1 Quay Street, Alder\""), "kept: {}", refused.body);
    let page = way.send(&mut paula, begin, &form("ana@river.example")).await;
    assert!(
        page.body.contains("The agreement is begun") && page.body.contains("✗ Not signed"),
        "{}",
        page.body
    );
    assert!(!page.body.contains("Begin the agreement"), "once: {}", page.body);
    let page = way.get(&mut mia, "/clinic/agreement").await;
    for kind in ["letter-of-agreement", "site-administrator-form"] {
        let form = format!("{}&signer=Mia+Hill&title=Medical+director", shown(&page, kind));
        way.send(&mut mia, "/clinic/agreement/sign", &form).await;
    }
    let page = way.send(&mut paula, "/clinic/agreement/send", "").await;
    assert!(page.body.contains("Under review"), "{}", page.body);
    let mut program = way.house.sign_in("program").await;
    let page = way.get(&mut program, "/help/enrollments/1").await;
    let first = "This is the first agreement of a site that is there: RIVER Clinic, code RIVER.";
    for text in [first, "Approve the first agreement of RIVER Clinic"] {
        assert!(page.body.contains(text), "{text}: {}", page.body);
    }
    assert!(!page.body.contains("name=\"code\""), "no other code: {}", page.body);
    way.send(&mut program, "/help/enrollments/1/decide/renew", "").await;
    let page = way.get(&mut paula, "/clinic/agreement").await;
    assert!(page.body.contains("The site is enrolled"), "{}", page.body);
    assert_eq!(sites::sites(registry).await.expect("the store works"), before, "no second site");
}

/// Page: /clinic/staff
#[tokio::test]
async fn s53_who_works_at_two_sites_chooses_the_one_whose_staff_list_and_agreement_are_meant() {
    let way = Way::begin().await;
    let dock = enrolled_a_year_ago(&way).await;
    way.house.clinic("CEDAR").await;
    way.works_at(dock, "pia", "primary-vaccine-coordinator", "Pia Dock", Position::PrimaryCoordinator).await;
    let registry = &way.house.app.registry;
    let all = sites::sites(registry).await.expect("the store works");
    let of = |code: &str| all.iter().find(|site| &*site.code == code).expect("a site");
    let pia = accounts::find(registry, "pia").await.expect("read").expect("an account");
    let by = operator(Permission::ManageAccounts).expect("the operator may");
    let role = "primary-vaccine-coordinator";
    let held = |place| RoleAssignment::new(role, place);
    let one = || way.house.app.arrival();
    let two = vec![held(Place::Site(dock)), held(Place::Site(of("RIVER").id))];
    accounts::set_roles(registry, &by, &pia, two, one()).await.expect("set");
    let mut pia_reads = way.house.sign_in("pia").await;
    for (code, name) in [("DOCK", "River Dock"), ("RIVER", "RIVER Clinic")] {
        let page = way.get(&mut pia_reads, &format!("/clinic/staff?site={code}")).await;
        for text in [
            format!("{name}. Who is on the list"),
            format!("<option value=\"{code}\" selected>"),
            format!("action=\"/clinic/staff?site={code}\""),
            format!("Acting at <strong>{name}"),
        ] {
            assert!(page.body.contains(&text), "{text}: {}", page.body);
        }
        let agreement = way.get(&mut pia_reads, &format!("/clinic/agreement?site={code}")).await;
        assert!(
            agreement.body.contains(&format!("<option value=\"{code}\" selected>")),
            "{}",
            agreement.body
        );
        assert_eq!(agreement.body.contains("The renewal is due"), code == "DOCK", "{}", agreement.body);
        let form = format!("name=Ada+Lind&email=ada@{code}.example&position=staff");
        let page = way.send(&mut pia_reads, &format!("/clinic/staff?site={code}"), &form).await;
        assert!(
            page.body.contains("On the list.") && page.body.contains(&format!("{name}. Who")),
            "{}",
            page.body
        );
    }
    for (code, name) in [("DOCK", "River Dock"), ("RIVER", "RIVER Clinic")] {
        let page = way.get(&mut pia_reads, &format!("/clinic/staff?site={code}")).await;
        let listed = page.body.matches("<th scope=\"row\">Ada Lind</th>").count();
        assert_eq!(listed, 1, "each went where the form said: {name}: {}", page.body);
    }
    for address in ["/clinic/staff?site=CEDAR", "/clinic/agreement?site=CEDAR", "/inventory?site=CEDAR"] {
        let page = way.house.get(&mut pia_reads, address).await;
        assert_eq!(page.status, StatusCode::NOT_FOUND, "not one's own: {address}");
    }
    let sent = way.house.post(
        &mut pia_reads,
        "/clinic/staff?site=CEDAR",
        "name=A+B&email=a@b.example&position=staff",
    );
    assert_eq!(sent.await.status, StatusCode::NOT_FOUND);
    let whole = vec![held(Place::Organization(of("RIVER").organization_id))];
    accounts::set_roles(registry, &by, &pia, whole, one()).await.expect("set");
    let page = way.get(&mut pia_reads, "/clinic/staff?site=RIVER").await;
    assert!(page.body.contains("RIVER Clinic. Who is on the list"), "at the organization: {}", page.body);
    let today = way.get(&mut pia_reads, "/").await;
    assert!(today.body.contains("href=\"/clinic/staff\""), "in the navigation: {}", today.body);
}

/// Page: /clinic/staff
#[tokio::test]
async fn s50_the_primary_reads_what_the_backup_did() {
    let way = Way::begin().await;
    way.works("bob", "backup-vaccine-coordinator", "Bob Lake", Position::BackupCoordinator).await;
    let mut bob = way.house.sign_in("bob").await;
    let page = way.get(&mut bob, "/clinic/staff").await;
    assert!(!page.body.contains("Done as backup"), "for the primary alone: {}", page.body);
    let form = "name=Ada+Lind&email=ada@river.example&position=staff&license_kind=&license_number=";
    way.send(&mut bob, "/clinic/staff", form).await;
    let mut paula = way.house.sign_in("paula").await;
    let today = way.get(&mut paula, "/").await;
    assert!(today.body.contains("1 thing was done in your place as backup"), "{}", today.body);
    let page = way.get(&mut paula, "/clinic/staff").await;
    for text in ["Done as backup in the last 30 days", "<td>bob</td>", "List staff"] {
        assert!(page.body.contains(text), "{text}: {}", page.body);
    }
}
