//! Choosing what to print, and the public page that confirms it.

use super::frames::{nobody, patient_page};
use super::people::record;
use super::{TODAY, golden, number, shown, zone};
use crate::pages::frame::Problem;
use crate::pages::patients::printing::document::{Wanted, blank, document, initials};
use crate::pages::patients::printing::revoking::{RevokePage, revoke_page};
use crate::pages::patients::printing::view::{Choice, PrintPage, print_page, printed_row};
use crate::pages::verify::{Outcome, VerifyPage, known};
use iis_model::PersonId;
use iis_model::record::PersonRecord;
use iis_print::{Form, Issuer, Language, Verification};
use iis_registry::Arrival;
use iis_registry::enrollment::{ConfirmedPaper, PaperKind};
use iis_registry::prints::{Code, Confirmed, Proof};
use iis_store::printed_document::{NewDocument, PrintedDocument};

fn moment() -> iis_model::Timestamp {
    "2026-03-02T16:14:00Z".parse().expect("a moment")
}

fn printed(purpose: &str) -> PrintedDocument {
    let kept = NewDocument {
        id: 7,
        code_sha256: [8; 32],
        registry_number: number(),
        person_id: PersonId(1),
        person_version: 3,
        form: "record".into(),
        language: "es".into(),
        initials: "M. O.".into(),
        birth_year: Some(2024),
        doses: 9,
        issued_at: moment(),
        actor: purpose.into(),
        purpose: format!("other: {purpose}").into(),
        pdf_sha256: [7; 32],
    };
    PrintedDocument {
        kept,
        person_now: Some(PersonId(1)),
        version_now: Some(3),
        revoked_at: None,
        revoked_because: None,
        is_protected_now: Some(false),
    }
}

/// The page with what was printed before, in each state.
pub(super) fn print_of(record: &PersonRecord, text: &str) -> PrintPage {
    let mut choice = Choice::of(record);
    let problems = if text.is_empty() { Vec::new() } else { vec![Problem::of("words", text)] };
    choice.reword(text);
    let revoked =
        PrintedDocument { revoked_at: Some(moment()), revoked_because: Some("lost".into()), ..printed(text) };
    let changed = PrintedDocument { version_now: Some(4), ..printed(text) };
    let rows = [(printed(text), true), (changed, false), (revoked, true)];
    let rows = rows.iter().map(|(document, may)| printed_row(document, &zone(), *may)).collect();
    print_page(patient_page("Print"), record, &choice, ("token".to_owned(), TODAY), problems)
        .listing(rows, (!text.is_empty()).then_some(1))
}

/// The page that asks whether a document shall be revoked.
pub(super) fn revoke_of(record: &PersonRecord, text: &str) -> RevokePage {
    let row = printed_row(&printed(text), &zone(), true);
    let problems = vec![Problem::of("reason-wrong-person", "Choose why the document is not to be believed.")];
    revoke_page(patient_page("Revoke a document"), record, row, ("token".to_owned(), TODAY), problems)
}

/// The public page in one state.
pub(super) fn verify_of(typed: &str, outcome: Outcome) -> VerifyPage {
    let frame = nobody().titled("Confirm a document");
    VerifyPage { frame, csrf: "token".to_owned(), typed: typed.to_owned(), outcome }
}

fn confirmed() -> Confirmed {
    Confirmed {
        form: "record".into(),
        language: "en".into(),
        initials: "M. O.".into(),
        birth_year: Some(2024),
        doses: 9,
        issued_at: moment(),
        pdf_sha256: [7; 32],
        is_current: Some(true),
        revoked_at: None,
    }
}

#[test]
fn choosing_what_to_print() {
    golden!("print", print_of(&record(), ""));
    golden!("print-problem", print_of(&record(), "Say in a few words what the document is for."));
}

#[test]
fn confirming_a_document() {
    let code = Code::of_random(0x0123_4567_89ab_cdef);
    let say = |confirmed: &Confirmed, file| {
        Outcome::Known(Box::new(known(&code, &Proof::Document(confirmed.clone()), &zone(), file)))
    };
    golden!("verify", verify_of("", Outcome::Asking));
    golden!("verify-missing", verify_of("", Outcome::Missing));
    golden!("verify-unknown", verify_of("7KQ4", Outcome::Unknown));
    golden!("verify-too-many", verify_of("7KQ4", Outcome::TooMany));
    golden!("verify-known", verify_of("7KQ4", say(&confirmed(), Some(true))));
    let changed = Confirmed { is_current: Some(false), birth_year: None, initials: "".into(), ..confirmed() };
    golden!("verify-changed", verify_of("7KQ4", say(&changed, Some(false))));
    let locked = Confirmed { is_current: None, ..changed.clone() };
    assert_eq!(say(&locked, None), say(&changed, None), "who opted out looks like one of whom more was said");
    let revoked = Confirmed { revoked_at: Some(moment()), ..confirmed() };
    golden!("revoke", revoke_of(&record(), "Camp Ridge"));
    golden!("verify-revoked", verify_of("7KQ4", say(&revoked, None)));
}

/// The public page about a paper of a site of this name.
pub(super) fn verify_paper_of(site: &str, is_latest: bool) -> VerifyPage {
    let paper = ConfirmedPaper {
        kind: PaperKind::LetterOfAgreement,
        site: site.into(),
        initials: "J. H.".into(),
        signed_at: moment(),
        pdf_sha256: [7; 32],
        is_latest,
    };
    let code = Code::of_random(0x0123_4567_89ab_cdef);
    verify_of("7KQ4", Outcome::Known(Box::new(known(&code, &Proof::Paper(paper), &zone(), None))))
}

#[test]
fn confirming_a_signed_paper() {
    golden!("verify-paper", verify_paper_of("Oak Clinic", true));
    golden!("verify-paper-older", verify_paper_of("Oak Clinic", false));
}

/// What stands in the document about the invented patient: the same history, however it came, gives the same.
#[test]
fn the_document_of_a_record() {
    let record = record();
    let said = super::patients::said(&record).recommendation;
    let wanted =
        Wanted { form: Form::Record, language: Language::En, lots: true, conditions: true, immunity: true };
    let issuer = Issuer {
        registry: "Calder IIS".into(),
        telephone: "".into(),
        address: "".into(),
        environment: "".into(),
    };
    let arrival = Arrival { at: moment(), today: TODAY, random: [0; 4], from: None, once: None };
    let proof = Verification { code: "C".into(), page: "P".into(), address: "A".into() };
    let document = document(&record, &said, &wanted, proof, blank(&wanted, issuer, &arrival));
    assert_eq!(initials(&record.demographics), "M. O.");
    insta::with_settings!({
        omit_expression => true, prepend_module_to_snapshot => false, snapshot_path => "../snapshots"
    }, {
        insta::assert_snapshot!("printed-document", serde_json::to_string_pretty(&document).expect("JSON"));
    });
}
