//! Where an enrollment stands: in a sentence, its documents, and what it says of the site.

use super::sheet::Mark;
use crate::pages::format;
use crate::pages::frame::Fact;
use iis_model::organization::SiteKind;
use iis_registry::enrollment::{Missing, Named, Opened, Paper, PaperKind, Signature, State};
use jiff::tz::TimeZone;

/// What kind of place it is.
pub(super) fn kind_title(kind: SiteKind) -> &'static str {
    match kind {
        SiteKind::Clinic => "Clinic or practice",
        SiteKind::Hospital => "Hospital",
        SiteKind::Pharmacy => "Pharmacy",
        SiteKind::HealthDepartment => "Health department",
        SiteKind::SchoolHealthCenter => "School-based health center",
        SiteKind::School => "School",
        SiteKind::Childcare => "Childcare",
        SiteKind::HeadStart => "Head Start",
        SiteKind::College => "College or university",
    }
}

/// What a state is called.
pub(super) fn title(word: &str) -> &'static str {
    State::of_word(word).map_or("", State::title)
}

/// Where it stands, and what follows.
pub(super) fn where_it_stands(opened: &Opened, zone: &TimeZone) -> String {
    match opened.case.state {
        State::Draft | State::Incomplete => to_be_sent_in(opened),
        State::Submitted => "Sent in. Staff look at the scan of your document.".to_owned(),
        State::UnderReview => format!(
            "Under review. {} before yours; usually done within 5 business days: by {}.",
            format::sentence_case(&format::counted(i64::try_from(opened.before).unwrap_or(0), "enrollment")),
            opened.due.map(|due| format::moment(due, zone)).unwrap_or_default()
        ),
        State::Approved => "The site is enrolled. Its people can ask for accounts.".to_owned(),
        State::Denied if opened.case.is_first_of_known_site() => {
            format!("The agreement was denied{} The site works as it did. {TRY_AGAIN}", because(opened))
        }
        State::Withdrawn if opened.case.is_first_of_known_site() => {
            "The agreement was taken back before it was approved. The site works as it did.".to_owned()
        }
        State::Denied if opened.case.can_be_sent_in() => {
            format!("The renewal was denied{} {TRY_AGAIN}", because(opened))
        }
        State::Denied => format!("Denied{} Whoever still wants to enroll begins anew.", because(opened)),
        State::RenewalDue => "The renewal is due: sign both documents again and send it in.".to_owned(),
        State::Lapsed => "Lapsed: the renewal did not come. The people of the site can read for a while and are then locked out of it. Sign both \
             documents again and send it in."
                .to_owned(),
        State::Suspended => format!("Suspended by staff{}", because(opened)),
        State::Withdrawn => {
            format!("Withdrawn, or ended by the state{} A site that comes back enrolls anew.", because(opened))
        }
    }
}

const TRY_AGAIN: &str = "Mend it, sign both documents again and send it in.";

/// Why it stands where it stands, in the words of whoever moved it there: the end of a sentence.
fn because(opened: &Opened) -> String {
    opened.why().map_or_else(|| ".".to_owned(), |reason| format!(": “{reason}”"))
}

/// What is said of an enrollment that is not sent in, or was sent back.
fn to_be_sent_in(opened: &Opened) -> String {
    let missing: Vec<_> = opened.missing.iter().map(|missing| missing.kind().title()).collect();
    let papers = match missing.as_slice() {
        [] => "Both documents are signed. Send it in.".to_owned(),
        some => format!("Not complete: {} missing or not signed.", some.join(" and ")),
    };
    let Some(reason) = opened.sent_back() else { return papers };
    let mend = "Mend what is wrong, or sign or scan another document, and send it in again.";
    format!("Sent back by staff of the registry: “{reason}” {mend} {papers}")
}

/// Both documents with their status.
pub(super) fn documents(opened: &Opened) -> Vec<Mark> {
    let mark = |kind: &PaperKind| {
        let missing = opened.missing.iter().find(|missing| missing.kind() == *kind);
        let (look, word, text) = match missing {
            None => ("good", "✓ Complete", signed_by(opened, *kind)),
            Some(Missing::NotSigned(_)) => ("bad", "✗ Not signed", String::new()),
            Some(Missing::NotVerified(_)) => {
                ("waiting", "‖ Waiting for staff", "the scan is looked at".to_owned())
            }
            Some(Missing::TextChanged(_)) => {
                ("bad", "✗ Sign again", "since what it says was changed".to_owned())
            }
            Some(Missing::NotAccepted(_)) => ("bad", "✗ Not accepted", not_accepted(opened, *kind)),
        };
        Mark { look, word: word.to_owned(), text: format!("{} {text}", kind.title()).trim().to_owned() }
    };
    PaperKind::ALL.iter().map(mark).collect()
}

fn latest(opened: &Opened, kind: PaperKind) -> Option<&Paper> {
    opened.papers.iter().rev().find(|paper| paper.kind == kind)
}

fn signed_by(opened: &Opened, kind: PaperKind) -> String {
    match latest(opened, kind).map(|paper| &paper.signature) {
        Some(Signature::Electronic { signer, title, .. }) => format!("signed by {signer}, {title}"),
        _ => "scan verified by staff".to_owned(),
    }
}

fn not_accepted(opened: &Opened, kind: PaperKind) -> String {
    match latest(opened, kind).map(|paper| &paper.signature) {
        Some(Signature::Scan { verified: Some(verified), .. }) => format!("({})", verified.reason),
        _ => String::new(),
    }
}

/// What is said before an enrollment is sent in.
pub(super) fn before_sending(opened: &Opened) -> &'static str {
    if opened.missing.is_empty() {
        "Both documents are signed."
    } else {
        "You can send it in now; it stays not complete until both documents are signed."
    }
}

/// What it says of the site, and by which code the registry calls it.
pub(super) fn facts(opened: &Opened, zone: &TimeZone) -> Vec<Fact> {
    let (case, body) = (&opened.case, &opened.case.body);
    let code = opened.site.as_ref().map_or("", |site| &*site.code);
    let pin = opened.site.as_ref().and_then(|site| site.pin.as_deref()).unwrap_or_default();
    [
        Fact::some("Organization", &*body.organization),
        Fact::some("Site", &*body.site),
        Fact::some("Site code", code),
        Fact::some("PIN", pin),
        Fact::some("Kind", kind_title(body.kind)),
        Fact::some("Address", &*body.address),
        Fact::some("Contact", format!("{}, {}", body.contact, case.email)),
        Fact::some("Site administrator", format!("{}, {}", body.administrator, body.administrator_email)),
        Fact::some("Vaccine program", if body.is_program { "yes" } else { "no" }),
        Fact::some("Received", case.received_at.map(|at| format::moment(at, zone)).unwrap_or_default()),
    ]
    .into_iter()
    .flatten()
    .collect()
}

/// How it stands with the site administrator whom the form names, in words for the site and for staff; none: there is nothing to say.
pub(super) fn administrator(named: &Named, name: &str, is_for_staff: bool) -> Option<String> {
    Some(match named {
        Named::Nobody => return None,
        Named::Trains(courses) => format!(
            "{name} got a message and completes the required training first, under the address above. The account is made when it is \
             complete. Missing: {}.",
            courses.join("; ")
        ),
        Named::Hindered(why) if is_for_staff => {
            format!("{name} is not the site administrator yet. {}", why.after_approval())
        }
        Named::Hindered(_) => {
            format!("{name} is not the site administrator yet: the Help Desk puts something in order first.")
        }
        Named::NoPassword => format!("The account of {name} is there. Its password is not set yet."),
        Named::There => format!("{name} has the account."),
    })
}
