//! Enrollment of sites: papers, signatures, the queue, renewal.

use super::{begin_enrollment, desk, enroll, later, on_a_registry, refusal, sign, sign_as, signing};
use iis_model::access::Permission;
use iis_model::organization::SiteKind;
use iis_registry::cases::{Party, Scan, Upload};
use iis_registry::enrollment::{self, Decision, PaperKind, Signature};
use iis_registry::prints::{self, Code, Proof};
use iis_registry::requests;
use iis_registry::staff::Position;
use iis_registry::training::GENERAL_USER_COURSE;
use iis_registry::{Arrival, Failure};
use iis_store::audit::list::{AuditFilter, list};
use iis_store::testing::tables::tamper;
use sha2::{Digest, Sha256};

/// Page: /enroll/{number}/{key}
#[test]
fn s16_an_enrollment_stays_incomplete_until_both_documents_are_signed_or_their_scans_verified() {
    use enrollment::State as Standing;
    on_a_registry(|r| async move {
        let cx = &r.world.cx;
        let number = begin_enrollment(&r, "Oak Clinic").await;
        assert_eq!(enrollment::submit(cx, number, r.at()).await.expect("sent in"), Standing::Incomplete);
        sign(&r, number, PaperKind::LetterOfAgreement).await;
        assert_eq!(enrollment::submit(cx, number, r.at()).await.expect("sent in"), Standing::Incomplete);
        let decision = || Decision::Approve { code: "OAK".into(), pin: None };
        assert!(enrollment::decide(cx, &desk(), number, decision(), r.at()).await.is_err(), "no way around");
        let scan = |content: &[u8]| Upload { content: content.into(), scan: Scan::Clean };
        let form = PaperKind::AdministratorForm;
        let bad = enrollment::upload(cx, number, form, scan(b"<html>"), r.at()).await;
        assert!(refusal(bad).contains("PDF"));
        enrollment::upload(cx, number, form, scan(b"%PDF-1.7 a scan"), r.at()).await.expect("uploaded");
        assert_eq!(
            enrollment::submit(cx, number, r.at()).await.expect("sent in"),
            Standing::Submitted,
            "staff look"
        );
        enrollment::verify_scan(cx, &desk(), number, 2, false, "not signed", r.at())
            .await
            .expect("looked at");
        let opened = enrollment::opened(cx, number, r.at().at).await.expect("read").expect("an enrollment");
        assert_eq!(opened.case.state, Standing::Incomplete);
        enrollment::upload(cx, number, form, scan(b"%PDF-1.7 signed"), r.at()).await.expect("uploaded");
        enrollment::submit(cx, number, r.at()).await.expect("sent in");
        enrollment::verify_scan(cx, &desk(), number, 3, true, "", r.at()).await.expect("looked at");
        let opened = enrollment::opened(cx, number, r.at().at).await.expect("read").expect("an enrollment");
        assert_eq!(opened.case.state, Standing::UnderReview);
        enrollment::decide(cx, &desk(), number, decision(), r.at()).await.expect("approved");
        let fetched = enrollment::fetch(cx, Party::KeyHolder, number, 1, r.at()).await.expect("read");
        let fetched = fetched.expect("a paper");
        let text = String::from_utf8_lossy(&fetched.content.expect("unchanged")).into_owned();
        assert!(text.contains("signed by Joan Hill") && text.contains("Oak Clinic"), "{text}");
        assert_eq!(&*fetched.paper.media_type, "application/pdf");
    });
}

/// Page: /verify/{code}
#[test]
fn s16_what_was_signed_is_kept_with_signer_time_and_hash_and_its_code_confirms_it() {
    on_a_registry(|r| async move {
        let cx = &r.world.cx;
        let number = begin_enrollment(&r, "Oak Clinic").await;
        let opened =
            async || enrollment::opened(cx, number, r.at().at).await.expect("read").expect("an enrollment");
        let letter = PaperKind::LetterOfAgreement;
        for (signer, title) in [("", "Director"), ("Joan Hill", ""), ("Joan\nHill", "Director"), ("<b>", "x")]
        {
            let case = opened().await.case;
            let text = enrollment::shown(cx, &case, letter).sha256;
            let signing = enrollment::signing(cx, &case, letter, (signer, title), &text);
            assert!(refusal(signing).contains("type your full name"), "{signer:?}");
        }
        let (case, signer) = (opened().await.case, (" Joan Hill ", "Medical director"));
        for read in ["", "another text"] {
            let refused = enrollment::signing(cx, &case, letter, signer, read);
            assert!(refusal(refused).contains("the text has changed"), "{read:?}");
        }
        let signing = signing(&r, &case, letter, signer);
        let (code, pdf): (_, Box<[u8]>) = (Code::of_random(7), b"%PDF-1.7 signed"[..].into());
        let stale = enrollment::Signing { text: "Another text".into(), ..signing.clone() };
        let refused =
            enrollment::sign(cx, Party::KeyHolder, number, stale, (pdf.clone(), code.clone()), r.at()).await;
        assert!(refusal(refused).contains("the text has changed"));
        let hash = signing.text_sha256.clone();
        enrollment::sign(cx, Party::KeyHolder, number, signing, (pdf.clone(), code.clone()), r.at())
            .await
            .expect("signed");
        let paper = opened().await.papers.remove(0);
        let Signature::Electronic { signer, title, text_sha256, .. } = paper.signature else {
            panic!("signed")
        };
        assert_eq!((&*signer, &*title, text_sha256), ("Joan Hill", "Medical director", hash));

        let confirm = async || {
            let proof = prints::confirm(cx, code.clone(), r.at()).await.expect("read").expect("a paper");
            let Proof::Paper(paper) = proof else { panic!("a paper") };
            paper
        };
        let confirmed = confirm().await;
        assert_eq!((confirmed.kind, &*confirmed.site, &*confirmed.initials), (letter, "Oak Clinic", "J. H."));
        assert!(confirmed.is_latest && confirmed.pdf_sha256 == <[u8; 32]>::from(Sha256::digest(&pdf)));
        assert_eq!(prints::confirm(cx, Code::of_random(8), r.at()).await.expect("read"), None);
        sign_as(&r, number, letter, ("Cora Lind", 9), r.at()).await;
        assert!(!confirm().await.is_latest, "a newer one was signed");
        r.audited("sign-paper", "enrollment 1, paper 2").await;
        r.audited("confirm-document", "enrollment 1, paper 1").await;
    });
}

/// Page: /enroll/{number}/{key}
#[test]
fn an_enrollment_takes_so_many_documents_and_no_more_however_they_come() {
    on_a_registry(|r| async move {
        let cx = &r.world.cx;
        let number = begin_enrollment(&r, "Oak Clinic").await;
        let opened =
            async || enrollment::opened(cx, number, r.at().at).await.expect("read").expect("an enrollment");
        let scan = || Upload { content: b"%PDF-1.7 a scan"[..].into(), scan: Scan::Clean };
        let letter = PaperKind::LetterOfAgreement;
        for _ in 1..enrollment::MOST_SCANS {
            enrollment::upload(cx, number, letter, scan(), r.at()).await.expect("uploaded");
        }
        assert!(opened().await.takes_scan().is_ok());
        let one = || enrollment::upload(cx, number, letter, scan(), r.at());
        let (a, b, c) = tokio::join!(one(), one(), one());
        let taken = [a, b, c].into_iter().filter(|sent| match sent {
            Ok(()) => true,
            Err(failure) => !failure.to_string().contains("ten scans"),
        });
        assert_eq!(taken.count(), 1, "three that come together are counted one after the other");
        assert!(refusal(opened().await.takes_scan()).contains("Sign on this page instead"));
        r.audited_with("refuse-file", "enrollment 1, letter-of-agreement", "too-much").await;
        for n in opened().await.papers.len()..enrollment::MOST_PAPERS {
            sign_as(&r, number, letter, ("Cora Lind", n as u64 + 100), r.at()).await;
        }
        assert_eq!(opened().await.papers.len(), enrollment::MOST_PAPERS);
        assert!(refusal(opened().await.takes_paper()).contains("forty documents"));
        let signing = signing(&r, &opened().await.case, letter, ("Joan Hill", "Director"));
        let signed = (b"%PDF-1.7 signed"[..].into(), Code::of_random(7));
        let signed = enrollment::sign(cx, Party::KeyHolder, number, signing, signed, r.at()).await;
        assert!(refusal(signed).contains("forty documents"));
    });
}

/// Page: /help/enrollments/{number}/papers/{n}
#[test]
fn s16_staff_fetch_the_scan_that_they_verify_and_a_changed_paper_is_not_handed_out() {
    on_a_registry(|r| async move {
        let cx = &r.world.cx;
        let number = begin_enrollment(&r, "Oak Clinic").await;
        let scan = Upload { content: b"%PDF-1.7 a scan"[..].into(), scan: Scan::NotScanned };
        enrollment::upload(cx, number, PaperKind::LetterOfAgreement, scan, r.at()).await.expect("uploaded");
        r.audited("upload-scan", "enrollment 1, paper 1").await;
        let staff = desk();
        let fetch = async || {
            let fetched = enrollment::fetch(cx, Party::Staff(&staff), number, 1, r.at()).await;
            fetched.expect("read").expect("a paper").content
        };
        assert_eq!(fetch().await.as_deref(), Some(&b"%PDF-1.7 a scan"[..]));
        r.audited("view-paper", "enrollment 1, paper 1").await;
        let url = r.world.url.clone();
        let change = move || tamper(&url, "UPDATE case_paper SET content = content_sha256");
        tokio::task::spawn_blocking(change).await.expect("changed past the store");
        assert_eq!(fetch().await, None, "it is not what was sent");
        r.audited_with("view-paper", "enrollment 1, paper 1", "changed").await;
        assert_eq!(enrollment::fetch(cx, Party::KeyHolder, number, 2, r.at()).await.expect("read"), None);
    });
}

/// Page: /help/enrollments
#[test]
fn s17_enrollments_have_a_queue_and_a_clock_of_their_own() {
    use iis_registry::business_days::Standing;
    on_a_registry(|r| async move {
        let cx = &r.world.cx;
        let number = begin_enrollment(&r, "Oak Clinic").await;
        for kind in PaperKind::ALL {
            sign(&r, number, *kind).await;
        }
        let received = r.at();
        enrollment::submit(cx, number, received).await.expect("sent in");
        let queue: Vec<i64> =
            enrollment::queue(cx).await.expect("read").iter().map(|case| case.number).collect();
        assert_eq!(queue, [number]);
        assert!(requests::queue(cx, r.at().at).await.expect("read").is_empty());
        let standing = async |hours| {
            let opened = enrollment::opened(cx, number, later(received, hours).at).await;
            opened.expect("read").expect("an enrollment").standing.expect("received")
        };
        assert_eq!(standing(71).await, Standing::OnTime);
        assert_eq!(standing(7 * 24 - 1).await, Standing::DueSoon, "five business days are not over");
        assert_eq!(standing(7 * 24 + 1).await, Standing::Late);
        assert_eq!(cx.settled.contact(SiteKind::Clinic), iis_registry::settled::Contact::Enrollment);
    });
}

/// Page: /enroll/{number}/{key}
#[test]
fn s67_an_enrollment_falls_due_for_renewal_and_lapses_without() {
    use enrollment::State as Standing;
    on_a_registry(|r| async move {
        let cx = &r.world.cx;
        let number = enroll(&r, "Oak Clinic", "OAK").await;
        let (now, day) = (r.at(), 24);
        let state = async || {
            enrollment::opened(cx, number, now.at).await.expect("read").expect("an enrollment").case.state
        };
        enrollment::fall_due(cx, later(now, 304 * day)).await.expect("looked");
        assert_eq!(state().await, Standing::Approved);
        let oak = r.site("OAK").await;
        r.list_at(oak, "sig@oak.example", "Sig Rask", Position::SigningPhysician).await;
        let told = async |who: &str| {
            let letters = r.letters(who).await.into_iter();
            letters.filter(|letter| &*letter.kind == "renewal-due").count()
        };
        for (days, letters) in [(306, 1), (307, 1), (336, 2), (340, 2), (359, 3), (364, 3)] {
            enrollment::fall_due(cx, later(now, days * day)).await.expect("looked");
            assert_eq!(state().await, Standing::RenewalDue);
            for who in ["hill@oak.example", "cora@oak.example", "sig@oak.example"] {
                assert_eq!(told(who).await, letters, "{who} on day {days}");
            }
        }
        for (who, page) in
            [("cora@oak.example", "/admin/enrollment"), ("sig@oak.example", "/clinic/agreement")]
        {
            let letters = r.letters(who).await;
            let letter = letters.iter().find(|letter| &*letter.kind == "renewal-due").expect("a letter");
            assert!(letter.body.contains("the site is closed otherwise"), "{}", letter.body);
            assert!(letter.body.contains(page), "{who}: {}", letter.body);
        }
        enrollment::fall_due(cx, later(now, 366 * day)).await.expect("looked");
        assert_eq!(state().await, Standing::Lapsed);
        let second = enroll(&r, "Elm Clinic", "ELM").await;
        enrollment::suspend(cx, &desk(), second, enrollment::Suspension::Reading, "a reason", r.at())
            .await
            .expect("suspended");
        enrollment::suspend(cx, &desk(), second, enrollment::Suspension::Lifted, "it is mended", r.at())
            .await
            .expect("lifted");
    });
}

/// Page: /clinic/agreement
#[test]
fn s54_only_the_signing_physician_of_the_site_signs_and_the_coordinator_prepares() {
    use Permission::{PrepareAgreement, SignAgreement};
    on_a_registry(|r| async move {
        let cx = &r.world.cx;
        let number = enroll(&r, "Oak Clinic", "OAK").await;
        let (oak, north) = (r.site("OAK").await, r.site("NORTH").await);
        let physician = r.account("joan", &[("enrollment-only", oak)]).await;
        let stranger = r.account("mia", &[("enrollment-only", north)]).await;
        let coordinator = r.account("paula", &[("primary-vaccine-coordinator", oak)]).await;
        assert!(!r.may(coordinator, SignAgreement).await, "she prepares");
        let day = 24;
        let begun = r.at();
        let after = |days: i64| later(begun, days * day);
        enrollment::fall_due(cx, after(306)).await.expect("due");
        let letter = PaperKind::LetterOfAgreement;
        let sign_it = async |party: Party<'_>, kind, bits, at: Arrival| {
            let case = enrollment::opened(cx, number, at.at).await.expect("read").expect("there").case;
            let signing = signing(&r, &case, kind, ("Joan Hill", "Director"));
            let kept = (b"%PDF-1.7 signed"[..].into(), Code::of_random(bits));
            enrollment::sign(cx, party, number, signing, kept, at).await
        };
        let refused = sign_it(Party::KeyHolder, letter, 51, after(307)).await;
        assert!(refusal(refused).contains("signed by its signing physician"), "not by the link of a letter");
        let prepares = r.granted(coordinator, PrepareAgreement).await;
        let elsewhere = r.granted(stranger, SignAgreement).await;
        for granted in [&prepares, &elsewhere] {
            let refused = sign_it(Party::Staff(granted), letter, 52, after(307)).await;
            assert!(matches!(refused, Err(Failure::Refused(_))), "{:?}", granted.permission());
        }
        let signs = r.granted(physician, SignAgreement).await;
        sign_it(Party::Staff(&signs), letter, 53, after(307)).await.expect("she signs");
        sign_it(Party::KeyHolder, PaperKind::AdministratorForm, 54, after(308)).await.expect("the other one");
        let prepared = Party::Staff(&prepares);
        let sent = enrollment::submit_by(cx, prepared, number, after(309)).await.expect("sent in");
        assert_eq!(sent, enrollment::State::UnderReview);
        let filter = AuditFilter { action: Some("sign-paper"), limit: 10, ..AuditFilter::default() };
        let rows = cx.store.read(move |tx| list(tx, &desk(), &filter)).await.expect("the store works");
        let signers: Vec<_> = rows.iter().map(|row| &*row.actor).collect();
        assert_eq!(signers[..2], ["", "joan"], "the audit says who signed");
    });
}

/// Page: /clinic/agreement
#[test]
fn s54_the_physician_of_a_site_that_is_closed_and_locked_still_signs_its_renewal() {
    on_a_registry(|r| async move {
        let cx = &r.world.cx;
        enroll(&r, "Oak Clinic", "OAK").await;
        let physician = r.account("joan", &[("enrollment-only", r.site("OAK").await)]).await;
        enrollment::fall_due(cx, later(r.at(), 306 * 24)).await.expect("due");
        enrollment::fall_due(cx, later(r.at(), 366 * 24)).await.expect("lapsed");
        enrollment::lock_closed(cx, later(r.at(), 400 * 24)).await.expect("locked");
        for (permission, may) in [
            (Permission::SignAgreement, true),
            (Permission::PrepareAgreement, true),
            (Permission::KeepClinic, false),
        ] {
            assert_eq!(r.may(physician, permission).await, may, "{permission:?}");
        }
    });
}

/// Page: /help/enrollments
#[test]
fn s9_the_site_administrator_of_the_signed_form_gets_an_account_with_the_enrollment() {
    on_a_registry(|r| async move {
        let cx = &r.world.cx;
        let number = begin_enrollment(&r, "Oak Clinic").await;
        let who = "cora@oak.example";
        r.complete(who, &[GENERAL_USER_COURSE]).await;
        assert!(r.letters(who).await.is_empty(), "not before it is approved");
        sign(&r, number, PaperKind::LetterOfAgreement).await;
        sign(&r, number, PaperKind::AdministratorForm).await;
        enrollment::submit(cx, number, r.at()).await.expect("sent in");
        let approve = Decision::Approve { code: "OAK".into(), pin: None };
        enrollment::decide(cx, &desk(), number, approve, r.at()).await.expect("approved");
        let kinds: Vec<_> = r.letters(who).await.iter().map(|letter| letter.kind.to_string()).collect();
        assert!(
            kinds.contains(&"user-name".to_owned()) && kinds.contains(&"set-password".to_owned()),
            "{kinds:?}"
        );
        let link = r.link(who, "set-password").await;
        let token = link.trim_start_matches("/set-password/");
        let user = requests::is_link(cx, token, r.at()).await.expect("read").expect("the link works");
        let account = iis_registry::accounts::find(cx, &user).await.expect("read").expect("an account");
        assert_eq!(account.roles.len(), 1);
        assert_eq!(&*account.roles[0].role, "site-administrator");
        assert_eq!(account.roles[0].place, r.owner("OAK").await);
    });
}

/// Page: /clinic/agreement
#[test]
fn s54_a_site_that_was_set_up_without_an_agreement_gets_one_and_stays_the_same_site() {
    use enrollment::State as Standing;
    use iis_registry::staff::{self, Position};
    on_a_registry(|r| async move {
        let cx = &r.world.cx;
        r.administrator().await;
        let north = r.site("NORTH").await;
        let sites = || async { iis_registry::sites::sites(cx).await.expect("the store works") };
        let before = sites().await;
        let site = before.iter().find(|site| site.id == north).expect("a site").clone();
        let paula = r.account("paula", &[("primary-vaccine-coordinator", north)]).await;
        let prepares = r.granted(paula, Permission::PrepareAgreement).await;
        let prefilled = || async { enrollment::first_agreement(cx, &prepares, &site).await.expect("read") };
        let mut written = prefilled().await.expect("nothing is begun");
        assert_eq!(
            (&*written.administrator, &*written.administrator_email),
            ("Ana Silva", "ana.silva@north.example")
        );
        written.address = "1 North Street, Calder".into();
        let begin = |written: &enrollment::FirstAgreement| {
            enrollment::begin_at_site(cx, &prepares, &site, written.clone(), r.at())
        };
        assert!(refusal(begin(&written).await).contains("no e-mail address for you"));
        let who = "paula.vickers@north.example";
        r.list(who, "Paula Vickers", Position::PrimaryCoordinator).await;
        staff::bind_account(cx, &desk(), paula, &super::email(who), r.at()).await.expect("bound");
        let elsewhere = r.account("mia", &[("primary-vaccine-coordinator", r.site("SOUTH").await)]).await;
        let elsewhere = r.granted(elsewhere, Permission::PrepareAgreement).await;
        let refused = enrollment::begin_at_site(cx, &elsewhere, &site, written.clone(), r.at()).await;
        assert!(matches!(refused, Err(Failure::Refused(_))), "of another site");
        let (one, two) = tokio::join!(begin(&written), begin(&written));
        let begun: Vec<i64> = [one, two].into_iter().filter_map(Result::ok).collect();
        let [number] = begun[..] else { panic!("one of two that come together: {begun:?}") };
        assert!(refusal(begin(&written).await).contains("has an enrollment already"));
        assert_eq!(prefilled().await, None, "there is nothing to begin");
        r.audited("begin-enrollment", &format!("enrollment {number}, site {}", north.0)).await;
        assert!(r.link(who, "enrollment").await.starts_with(&format!("/enroll/{number}/")));

        let opened =
            || async { enrollment::opened(cx, number, r.at().at).await.expect("read").expect("there") };
        let case = opened().await.case;
        assert!(case.is_first_of_known_site() && *case.body.site == *site.name, "{case:?}");
        let refused =
            enrollment::suspend(cx, &desk(), number, enrollment::Suspension::Reading, "a reason", r.at())
                .await;
        assert!(refused.is_err(), "the site does not rest on it");
        sign(&r, number, PaperKind::LetterOfAgreement).await;
        sign(&r, number, PaperKind::AdministratorForm).await;
        let sent = enrollment::submit_by(cx, Party::Staff(&prepares), number, r.at()).await.expect("sent in");
        assert_eq!(sent, Standing::UnderReview);
        let deny = Decision::Deny { reason: "the address is wrong".into() };
        enrollment::decide(cx, &desk(), number, deny, r.at()).await.expect("denied");
        assert!(r.may(paula, Permission::KeepClinic).await, "the site works as it did");
        assert_eq!(enrollment::standing_of(cx, vec![north]).await.expect("read"), []);
        assert_eq!(opened().await.case.changeable(), enrollment::Changeable::OfKnownSite, "it is mended");
        let next = later(r.at(), 24);
        for (kind, bits) in PaperKind::ALL.iter().zip([91, 92]) {
            sign_as(&r, number, *kind, ("Joan Hill", bits), next).await;
        }
        enrollment::submit_by(cx, Party::Staff(&prepares), number, next).await.expect("sent in");
        enrollment::decide(cx, &desk(), number, Decision::Renew, next).await.expect("approved");
        let case = opened().await.case;
        assert_eq!((case.state, case.site_id), (Standing::Approved, Some(north)));
        assert!(!case.is_first_of_known_site() && case.ends_on().is_some(), "its year runs");
        assert_eq!(sites().await, before, "no second site");
        assert!(r.letters("ana.silva@north.example").await.iter().all(|one| &*one.kind != "site-joined"));
        enrollment::fall_due(cx, later(next, 366 * 24)).await.expect("due");
        assert_eq!(opened().await.case.state, Standing::Lapsed, "and ends like any other");
    });
}

/// Page: /admin/enrollment
#[test]
fn s54_a_first_agreement_that_is_taken_back_closes_nothing_and_another_one_can_begin() {
    use iis_registry::staff::{self, Position};
    on_a_registry(|r| async move {
        let cx = &r.world.cx;
        let ana = r.administrator().await;
        let north = r.site("NORTH").await;
        let sites = iis_registry::sites::sites(cx).await.expect("the store works");
        let site = sites.iter().find(|site| site.id == north).expect("a site").clone();
        let paula = r.account("paula", &[("primary-vaccine-coordinator", north)]).await;
        let who = "paula.vickers@north.example";
        r.list(who, "Paula Vickers", Position::PrimaryCoordinator).await;
        staff::bind_account(cx, &desk(), paula, &super::email(who), r.at()).await.expect("bound");
        let prepares = r.granted(paula, Permission::PrepareAgreement).await;
        let written = enrollment::FirstAgreement {
            address: "1 North Street, Calder".into(),
            administrator: "Ana Silva".into(),
            administrator_email: "ana.silva@north.example".into(),
        };
        let begin = || enrollment::begin_at_site(cx, &prepares, &site, written.clone(), r.at());
        let number = begin().await.expect("begun");
        let ends = r.granted(ana, Permission::ApproveAccounts).await;
        enrollment::end(cx, &ends, number, "begun by mistake", r.at()).await.expect("taken back");
        assert!(r.may(paula, Permission::KeepClinic).await, "the site is open");
        r.received("nora.nurse@north.example", "Nora Nurse").await; // and can be asked for
        assert_eq!(begin().await.expect("begun again"), number + 1);
    });
}
