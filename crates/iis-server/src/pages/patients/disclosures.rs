//! Everybody who looked at the person's record or changed it, and what they did, in words.

use super::reports::channel;
use super::strip::StripView;
use crate::pages::format;
use crate::pages::frame::Frame;
use askama::Template;
use iis_registry::audit::AuditRow;
use iis_registry::people::purpose::PURPOSES;
use iis_registry::people::{Disclosures, emergency};
use iis_registry::prints;
use jiff::tz::TimeZone;

/// `GET /patients/{number}/disclosures`
#[derive(Debug, Template)]
#[template(path = "patients/disclosures.html")]
pub(crate) struct DisclosuresPage {
    pub(crate) frame: Frame,
    pub(crate) strip: StripView,
    pub(crate) caption: String,
    pub(crate) rows: Vec<DisclosureRow>,
}

/// One look or change.
#[derive(Debug, Clone)]
pub(crate) struct DisclosureRow {
    pub(crate) at: String,
    pub(crate) who: String,
    /// A person's user name, or what kind of actor it is.
    pub(crate) kind: String,
    pub(crate) what: String,
    pub(crate) purpose: String,
    pub(crate) channel: String,
}

/// The rows as the page prints them.
pub(super) fn rows(found: &Disclosures, zone: &TimeZone) -> Vec<DisclosureRow> {
    found.rows.iter().map(|row| disclosure_row(row, found, zone)).collect()
}

fn disclosure_row(row: &AuditRow, found: &Disclosures, zone: &TimeZone) -> DisclosureRow {
    let done = match &*row.action {
        "issue-document" => format!("{}: {}", action(&row.action), row.detail),
        other => action(other).to_owned(),
    };
    let what = if matches!(&*row.result, "" | "done") { done } else { format!("{done}: {}", row.result) };
    let name = found.names.get(&row.actor).filter(|_| &*row.actor_kind == "account");
    let (who, kind) = match (name, &*row.actor) {
        (Some(name), user) => (name.to_string(), user),
        (None, "") => ("nobody signed in".to_owned(), actor_kind(&row.actor_kind)),
        (None, actor) => (actor.to_owned(), actor_kind(&row.actor_kind)),
    };
    DisclosureRow {
        at: format::moment(row.at, zone),
        who,
        kind: kind.to_owned(),
        what,
        purpose: purpose(&row.purpose),
        channel: channel(&row.channel).to_owned(),
    }
}

/// What was said as the purpose, in words: the word that is kept with its label, then what was typed. What a system stated
/// stays as it said it.
fn purpose(kept: &str) -> String {
    if kept.is_empty() {
        return "not stated".to_owned();
    }
    let (code, typed) = kept.split_once(": ").unwrap_or((kept, ""));
    let label = match code.strip_prefix(EMERGENCY) {
        Some(reason) => {
            labeled(emergency::REASONS, reason).map(|label| format!("Opened in an emergency. {label}"))
        }
        None => labeled(PURPOSES, code).or_else(|| labeled(prints::PURPOSES, code)).map(str::to_owned),
    };
    match (label, typed) {
        (None, _) => kept.to_owned(),
        (Some(label), "") => label,
        (Some(label), typed) => format!("{label}: {typed}"),
    }
}

/// What begins the purpose of a look that was opened in an emergency.
const EMERGENCY: &str = "emergency, ";

fn labeled(words: &[(&str, &'static str)], code: &str) -> Option<&'static str> {
    words.iter().find(|(known, _)| *known == code).map(|(_, label)| *label)
}

fn actor_kind(kind: &str) -> &str {
    match kind {
        "account" => "person",
        "sender" => "sending system",
        "registry" => "the registry itself",
        "nobody" => "",
        other => other,
    }
}

/// What was done, in words: permissions, then what has a word of its own in the audit.
pub(super) fn action(word: &str) -> &str {
    match word {
        "search-persons" => "searched",
        "view-person" => "opened the record",
        "view-recommender" => "looked at what is due",
        "print-official-record" => "printed",
        "add-person" => "added the patient",
        "change-demographics" => "changed the demographics",
        "enter-administered-dose" => "recorded a dose given at the clinic",
        "enter-historical-dose" => "recorded a dose given elsewhere",
        "change-dose" => "corrected or removed a dose",
        "view-contraindications" => "looked at contraindications, refusals and immunity",
        "record-contraindications" => "recorded a contraindication, a refusal or immunity",
        "set-clinic-status" => "said whether this is a patient of the clinic",
        "set-jurisdiction-status" => "said whether the patient is active in the jurisdiction",
        "flag-duplicate" => "flagged a suspected duplicate",
        "open-in-emergency" => "opened the record in an emergency",
        "keep-roster" | "enroll-student" => "put the student on the school’s roster",
        "withdraw-student" => "took the student off the school’s roster",
        "view-exemptions" => "looked at exemptions",
        "record-exemptions" => "recorded an exemption",
        "record-medical-exemption" => "recorded a medical exemption",
        "view-confidential" => "looked at what is confidential",
        "lock-persons" => "locked the record or opened it again, or recorded opting out",
        "view-protected" => "opened a protected record",
        "view-merges" => "looked at merges",
        "resolve-duplicates" => "decided about a possible duplicate",
        "review-emergencies" => "reviewed what was opened in an emergency",
        "give-purpose" => "said what the record was opened for",
        "view-demographics" => "looked at the demographics",
        "view-reports" => "looked at the reports",
        "view-disclosures" => "looked at the disclosures",
        "view-activity" => "looked at where the patient is active",
        "list-duplicates" => "saw the name in the list of possible duplicates",
        "list-emergencies" => "saw the name in the list of emergencies",
        "list-missed-doses" => "saw the name among doses that did not count against a lot",
        "list-messages" => "saw the name in the list of messages",
        "review-duplicate" => "looked at a possible duplicate",
        "answer-duplicate" => "answered about a possible duplicate",
        "leave-to-second-reviewer" => "left a possible duplicate to a second reviewer",
        "keep-apart" => "decided that it is somebody else than another person",
        "merge" => "merged two records",
        "unmerge" => "took a merge back",
        "choose-value" => "chose whose value counts",
        "take-back-chosen-value" => "took a choice of a value back",
        "take-back-answer" => "took a decision about a duplicate back",
        "issue-document" => "printed a document",
        "revoke-document" => "revoked a printed document",
        "confirm-document" => "looked up the code of a printed document",
        "view-message" => "looked at a message about the record",
        "compare-person" => "compared the recommendation with that of another release",
        "withdraw-reports" => "withdrew what a sender had sent",
        "take-back-withdrawal" => "brought back what had been withdrawn",
        "vital-record" => "recorded a notice of vital records",
        "seal-identity" => "sealed what was known before an adoption",
        "restore-identity" => "gave back what was known before an adoption",
        "read-sealed-identity" => "read what an adoption had sealed",
        "ask-who-sees" => "asked whether somebody would see the record",
        "submit-reports" | "submit" => "reported",
        "query-records" | "query" => "asked for the record over an interface",
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use super::{action, purpose};
    use iis_model::access::{Area, Permission};

    #[test]
    fn a_purpose_is_told_in_words_and_what_is_none_of_ours_stays() {
        #[rustfmt::skip]
        let table = [
            ("",                          "not stated"),
            ("new-patient",               "New patient of ours"),
            ("walk-in: flu clinic",       "Walk-in or one-time visit: flu clinic"),
            ("other: her aunt asked: us", "Something else: her aunt asked: us"),
            ("school",                    "School or child care"),
            ("emergency, danger",         "Opened in an emergency. Danger to the patient or to somebody else"),
            ("emergency, unknown",        "emergency, unknown"),
            ("TREAT",                     "TREAT"),
        ];
        for (kept, told) in table {
            assert_eq!(purpose(kept), told, "{kept}");
        }
    }

    #[test]
    fn whatever_a_permission_lets_do_to_a_patient_has_words() {
        for permission in Permission::ALL.iter().filter(|permission| permission.area() == Area::Patients) {
            assert_ne!(action(permission.code()), permission.code());
        }
    }
}
