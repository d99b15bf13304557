//! An enrollment that is a draft or was sent back is changed with its link, and signed again where its text is another one.

use super::{Registry, sign, sign_as};
use super::{application_of_oak, begin_enrollment, desk, email, enroll, later, on_a_registry, refusal};
use iis_model::organization::SiteKind;
use iis_registry::cases::{Scan, Upload};
use iis_registry::enrollment::{self, Application, Changeable, Decision, Missing, Opened, PaperKind, State};
use iis_registry::prints::{self, Code, Proof};
use iis_registry::{Failure, sites};

const LETTER: PaperKind = PaperKind::LetterOfAgreement;
const FORM: PaperKind = PaperKind::AdministratorForm;

async fn opened(r: &Registry, number: i64) -> Opened {
    enrollment::opened(&r.world.cx, number, r.at().at).await.expect("read").expect("an enrollment")
}

async fn change(r: &Registry, number: i64, new: Application) -> Result<(), Failure> {
    enrollment::change(&r.world.cx, number, new, r.at()).await
}

async fn send_in(r: &Registry, number: i64) -> State {
    enrollment::submit(&r.world.cx, number, r.at()).await.expect("sent in")
}

async fn send_back(r: &Registry, number: i64, why: &str) {
    let back = Decision::SendBack { reason: why.into() };
    enrollment::decide(&r.world.cx, &desk(), number, back, r.at()).await.expect("sent back");
}

/// Page: /enroll/{number}/{key}
#[test]
fn s16_a_draft_is_changed_and_what_was_signed_for_another_text_does_not_count() {
    on_a_registry(|r| async move {
        let cx = &r.world.cx;
        let number = begin_enrollment(&r, "Oak Clinic").await;
        for kind in PaperKind::ALL {
            sign(&r, number, *kind).await;
        }
        let begun = opened(&r, number).await;
        assert_eq!((begun.case.changeable(), begun.missing), (Changeable::All, Vec::new()));
        let same = change(&r, number, application_of_oak("Oak Clinic")).await;
        assert!(refusal(same).contains("Nothing was changed"));
        for (bad, why) in [
            (Application { address: "".into(), ..application_of_oak("Oak Clinic") }, "each in one line"),
            (
                Application { administrator: "X".into(), ..application_of_oak("Oak Clinic") },
                "first and last name",
            ),
            (Application { administrator_email: "x".into(), ..application_of_oak("Oak Clinic") }, "e-mail"),
        ] {
            assert!(refusal(change(&r, number, bad).await).contains(why), "{why}");
        }
        // what no document says leaves the signatures
        let pharmacy = Application {
            kind: SiteKind::Pharmacy,
            is_program: false,
            contact: "Joan Mary Hill".into(),
            ..application_of_oak("Oak Clinic")
        };
        change(&r, number, pharmacy.clone()).await.expect("changed");
        r.audited("change-enrollment", &format!("enrollment {number}")).await;
        assert!(opened(&r, number).await.missing.is_empty());
        let mended = Application { administrator_email: "cora.lind@oak.example".into(), ..pharmacy };
        change(&r, number, mended.clone()).await.expect("changed");
        let now = opened(&r, number).await;
        assert_eq!(now.missing, [Missing::TextChanged(FORM)], "the letter of agreement names nobody");
        assert_eq!(now.to_sign(), [FORM]);
        let Application { kind, is_program, contact, administrator_email, .. } = &now.case.body;
        assert_eq!((*kind, *is_program), (SiteKind::Pharmacy, false));
        assert_eq!((&**contact, &**administrator_email), ("Joan Mary Hill", "cora.lind@oak.example"));
        assert_eq!(send_in(&r, number).await, State::Incomplete);
        assert_eq!(opened(&r, number).await.sent_back(), None, "nobody sent it back");
        sign_as(&r, number, FORM, ("Joan Hill", 2), r.at()).await;
        assert_eq!(send_in(&r, number).await, State::UnderReview);
        let late = change(&r, number, application_of_oak("Oak Clinic")).await;
        assert!(refusal(late).contains("not possible as it stands by now"), "what is reviewed stands still");
        // and nobody changes what nobody confirmed
        let hill = email("hill@oak.example");
        let fresh =
            enrollment::begin(cx, &hill, application_of_oak("Elm Clinic"), r.at()).await.expect("begun");
        assert!(refusal(change(&r, fresh, mended).await).contains("not possible as it stands by now"));
    });
}

/// Page: /enroll/{number}/{key}
#[test]
fn s16_what_was_sent_back_is_changed_signed_again_and_sent_in() {
    on_a_registry(|r| async move {
        let cx = &r.world.cx;
        let number = begin_enrollment(&r, "Oak Clinic").await;
        let scan = Upload { content: b"%PDF-1.7 signed"[..].into(), scan: Scan::Clean };
        enrollment::upload(cx, number, FORM, scan, r.at()).await.expect("uploaded");
        sign_as(&r, number, LETTER, ("Joan Hill", 5), r.at()).await;
        assert_eq!(send_in(&r, number).await, State::Submitted);
        enrollment::verify_scan(cx, &desk(), number, 1, true, "", r.at()).await.expect("verified");
        send_back(&r, number, "The organization has another name.").await;
        let back = opened(&r, number).await;
        assert_eq!(back.sent_back(), Some("The organization has another name."));
        assert!(back.missing.is_empty());
        assert_eq!(back.to_sign(), PaperKind::ALL, "another document may be wanted");
        let code = Code::of_random(5 ^ 1 << 40 ^ number.cast_unsigned() << 44);
        let holds = async || {
            let proof = prints::confirm(cx, code.clone(), r.at()).await.expect("read").expect("a paper");
            matches!(proof, Proof::Paper(paper) if paper.is_latest)
        };
        assert!(holds().await);
        let mended =
            Application { organization: "Oak Health System".into(), ..application_of_oak("Oak Clinic") };
        change(&r, number, mended).await.expect("changed");
        assert_eq!(
            opened(&r, number).await.missing,
            [Missing::TextChanged(LETTER), Missing::TextChanged(FORM)],
            "neither signature nor verified scan is of this text"
        );
        assert!(!holds().await, "and whoever checks the paper sees that it is not the one that holds");
        assert_eq!(send_in(&r, number).await, State::Incomplete, "it does not go back to review as it was");
        for (kind, bits) in PaperKind::ALL.iter().zip([21, 22]) {
            sign_as(&r, number, *kind, ("Joan Hill", bits), r.at()).await;
        }
        assert_eq!(send_in(&r, number).await, State::UnderReview);
        let approve = Decision::Approve { code: "OAK".into(), pin: Some("0412".into()) };
        enrollment::decide(cx, &desk(), number, approve, r.at()).await.expect("approved");
        let made = sites::organizations(cx).await.expect("read");
        assert!(made.iter().any(|one| &*one.name == "Oak Health System"));
    });
}

/// Page: /enroll/{number}/{key}
#[test]
fn s67_of_an_enrolled_site_the_link_changes_address_and_contact_alone() {
    on_a_registry(|r| async move {
        let cx = &r.world.cx;
        let number = enroll(&r, "Oak Clinic", "OAK").await;
        assert_eq!(opened(&r, number).await.case.changeable(), Changeable::Nothing);
        let due = later(r.at(), 24 * 310);
        enrollment::fall_due(cx, due).await.expect("looked at");
        assert_eq!(enrollment::submit(cx, number, due).await.expect("sent in"), State::Incomplete);
        assert_eq!(opened(&r, number).await.case.changeable(), Changeable::OfRenewal);
        let all = Application {
            organization: "Evil Health".into(),
            kind: SiteKind::School,
            address: "2 Oak Street, Calder".into(),
            contact: "Jo Hill".into(),
            administrator: "Eve Evil".into(),
            administrator_email: "eve@evil.example".into(),
            is_program: false,
            ..application_of_oak("Evil Clinic")
        };
        enrollment::change(cx, number, all, due).await.expect("changed");
        let body = opened(&r, number).await.case.body;
        let kept = application_of_oak("Oak Clinic");
        assert_eq!((&*body.address, &*body.contact), ("2 Oak Street, Calder", "Jo Hill"));
        assert_eq!(
            (&body.organization, &body.site, body.kind, body.is_program),
            (&kept.organization, &kept.site, kept.kind, true)
        );
        assert_eq!(
            (&body.administrator, &body.administrator_email),
            (&kept.administrator, &kept.administrator_email)
        );
    });
}
