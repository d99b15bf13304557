//! Administration: roles, what an account sees, the audit log, what was opened in an emergency.

use super::frames::administrator;
use super::{golden, shown};
use crate::pages::access::sheet::SheetPage;
use crate::pages::admin::audit::{AuditPage, Filter, RowView};
use crate::pages::admin::emergencies;
use crate::pages::admin::roles::roles_page;
use crate::pages::admin::sees::{AreaView, Asked, SeesPage, SeesView};
use crate::pages::frame::{Fact, Problem};
use iis_model::{AccountId, RegistryNumber, Timestamp};
use iis_registry::access::Roles;
use iis_registry::people::emergency::{Opening, Review};
use jiff::tz::TimeZone;

/// The audit log where every text is this one.
fn audit(text: &str) -> AuditPage {
    let row = RowView {
        at: "03/02/2026 10:14 AM".to_owned(),
        who: text.to_owned(),
        what: text.to_owned(),
        about: "9000000013".to_owned(),
        about_href: "/patients/9000000013".to_owned(),
        purpose: text.to_owned(),
        channel: text.to_owned(),
        detail: text.to_owned(),
    };
    AuditPage {
        frame: administrator().titled("Audit log"),
        filter: Filter {
            who: text.to_owned(),
            what: text.to_owned(),
            about: text.to_owned(),
            from: "13/13".to_owned(),
            ..Filter::default()
        },
        problems: vec![Problem::of("from", "Enter the date as MM/DD/YYYY, for example 03/02/2026.")],
        sealed: "All chains were sealed last at 03/02/2026 10:14 AM (seal 7).".to_owned(),
        caption: "1 entry on this page, newest first".to_owned(),
        rows: vec![row],
        may_ask_patient: true,
        older_href: "/admin/audit?who=nurse&after=1772445600000000_3_7".to_owned(),
    }
}

/// What an account sees, where every text is this one.
fn sees(text: &str) -> SeesPage {
    let rows = vec![[text.to_owned(), text.to_owned(), text.to_owned()]];
    SeesPage {
        frame: administrator().titled("What can this person see?"),
        asked: Asked { user: text.to_owned(), patient: text.to_owned() },
        may_ask_patient: true,
        problems: vec![Problem::of("patient", "That is not a registry ID.")],
        verdict: text.to_owned(),
        locked: "03/02/2026 10:44 AM".to_owned(),
        help: "/help/accounts/amara".to_owned(),
        found: Some(SeesView {
            name: text.to_owned(),
            sentences: vec![text.to_owned()],
            roles: vec![Fact { label: text.to_owned(), value: text.to_owned() }],
            areas: vec![AreaView { id: "patients", title: "Patient Management", rows }],
        }),
    }
}

/// What was opened in an emergency, where every text is this one.
fn openings(text: &str) -> SheetPage {
    let at = Timestamp::from_second(1_772_445_600).expect("a moment");
    let opening = |review| Opening {
        id: 7,
        account: AccountId(1),
        user: "nurse".into(),
        display_name: text.into(),
        number: RegistryNumber::from_random(987_654_321),
        at,
        until: at,
        reason: format!("care: {text}").into(),
        review,
    };
    let found = Review { at, by: "privacy".into(), finding: "not-justified".into(), note: text.into() };
    let reviewed = opening(Some(found));
    let sheet = emergencies::sheet(&[opening(None)], &[reviewed], &TimeZone::UTC);
    SheetPage {
        frame: administrator().titled(&sheet.title),
        csrf: "token".to_owned(),
        lead: sheet.lead,
        is_narrow: false,
        problems: Vec::new(),
        blocks: sheet.blocks,
    }
}

#[test]
fn pages_of_administration() {
    golden!("audit", audit("view-person"));
    golden!("sees", sees("The nurse"));
    golden!("emergencies", openings("The patient is unconscious"));
    let roles = Roles::built_in().expect("the policy of this repository");
    let page = |has_agreement| {
        roles_page(administrator().titled("Roles and what they may do"), &roles, has_agreement)
    };
    golden!("roles", page(true));
    assert!(shown(&page(false)).contains("No user agreement is set"));
}

#[test]
fn texts_of_administration_stay_text() {
    let payload = "\"><script>alert(1)</script>";
    for page in [shown(&audit(payload)), shown(&sees(payload)), shown(&openings(payload))] {
        assert!(!page.contains("<script>alert"), "{page}");
        assert!(page.contains("&#60;script&#62;"), "{page}");
    }
}
