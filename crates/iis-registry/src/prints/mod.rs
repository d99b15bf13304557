//! Documents that leave the registry on paper: kept with what they were for, confirmed by the code that stands on them,
//! revoked when they are not to be believed any more (requirements D-1, Y-5, S-66).

mod alone;
mod code;

pub use alone::doses_alone;
pub use code::Code;

use crate::enrollment::{ConfirmedPaper, signing};
use crate::{Arrival, Context, Failure};
use iis_model::access::Granted;
use iis_model::record::PersonRecord;
use iis_model::{PersonId, Timestamp};
use iis_store::printed_document::{self, NewDocument, PrintedDocument};
use iis_store::{AuditEntry, Lane, opting_out};

/// What a document may be printed for, with the word that is kept.
pub const PURPOSES: &[(&str, &str)] = &[
    ("own", "The patient, parent or guardian asked for it"),
    ("school", "School or child care"),
    ("camp", "Camp, sports or college"),
    ("work", "Work"),
    ("travel", "Travel or immigration"),
    ("care", "Care at another place"),
    ("other", "Something else"),
];

/// Why a document may be revoked, with the word that is kept.
pub const REASONS: &[(&str, &str)] = &[
    ("wrong-person", "It is about the wrong person"),
    ("wrong-record", "The record was wrong"),
    ("lost", "It was lost or stolen"),
    ("misused", "It was changed or misused"),
];

/// The most documents of a person on one page.
const PAGE: i64 = 50;

/// What is kept of a document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Issued {
    /// The code that stands on it.
    pub code: Code,
    /// Which form.
    pub form: &'static str,
    /// In which language.
    pub language: &'static str,
    /// The person's initials as printed.
    pub initials: Box<str>,
    /// The person's birth year as printed.
    pub birth_year: Option<i16>,
    /// How many doses it lists.
    pub doses: usize,
    /// Whether it tells contraindications and immunity.
    pub tells_conditions: bool,
    /// What for, from [`purpose`].
    pub purpose: Box<str>,
    /// The hash of the file.
    pub pdf_sha256: [u8; 32],
}

/// The purpose as it is kept: what was chosen must be one of [`PURPOSES`], and `other` takes words.
pub fn purpose(chosen: &str, words: &str) -> Result<Box<str>, Failure> {
    let words: String = words.chars().filter(|letter| !letter.is_control()).take(200).collect();
    match (chosen, words.trim()) {
        _ if !PURPOSES.iter().any(|(code, _)| *code == chosen) => {
            Err(Failure::Rule("Choose what the document is for."))
        }
        ("other", words) if words.len() < 5 => {
            Err(Failure::Rule("Say in a few words what the document is for."))
        }
        (_, "") => Ok(chosen.into()),
        (_, words) => Ok(format!("{chosen}: {words}").into()),
    }
}

/// What takes no diagnoses, whatever is chosen: who reads those papers has no business with them.
const WITHOUT_CONDITIONS: [&str; 3] = ["school", "camp", "work"];

/// Whether a document for this purpose may tell contraindications and immunity (decision 0064), and whether whoever prints it
/// sees them.
pub fn may_tell_conditions(chosen: &str, shows_notes: bool) -> Result<(), Failure> {
    if !shows_notes {
        return Err(Failure::Rule(
            "Your role does not print contraindications, reactions and immunity: leave them out.",
        ));
    }
    if WITHOUT_CONDITIONS.contains(&chosen) {
        return Err(Failure::Rule(
            "Contraindications, reactions and immunity are not printed for school, camp or work: untick them, or choose what else the \
             document is for.",
        ));
    }
    Ok(())
}

/// Keeps a document about the record that was read for it, with the audit row; both are on disk before it is handed
/// out. `false`: the person has gone out of reach meanwhile.
pub async fn issue(
    cx: &Context,
    granted: Granted,
    record: &PersonRecord,
    issued: Issued,
    arrival: Arrival,
) -> Result<bool, Failure> {
    let (_, actor) = granted.actor().label();
    let row = NewDocument {
        id: cx.store.ids().take()?,
        code_sha256: issued.code.sha256(),
        registry_number: record.registry_number,
        person_id: record.id,
        person_version: record.version,
        form: issued.form.into(),
        language: issued.language.into(),
        initials: issued.initials,
        birth_year: issued.birth_year.map(i64::from),
        doses: i64::try_from(issued.doses).unwrap_or(i64::MAX),
        issued_at: arrival.at,
        actor: actor.into(),
        purpose: issued.purpose,
        pdf_sha256: issued.pdf_sha256,
    };
    let kept = cx.store.write(Lane::Web, move |tx| {
        let is_kept = printed_document::insert(tx, &granted, &row)?;
        let entry = AuditEntry::of(&granted, arrival.at).action("issue-document").person(row.person_id);
        let conditions =
            if issued.tells_conditions { ", with contraindications, reactions and immunity" } else { "" };
        let entry = entry.detail(format!("{} {}, doses: {}{conditions}", row.form, row.language, row.doses));
        tx.audit(&if is_kept { entry } else { entry.result("withheld") })?;
        Ok(is_kept)
    });
    Ok(kept.await?)
}

/// What a code confirms. It tells no more than who reads the paper sees, and less.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Confirmed {
    /// Which form.
    pub form: Box<str>,
    /// In which language.
    pub language: Box<str>,
    /// The person's initials as printed.
    pub initials: Box<str>,
    /// The person's birth year as printed.
    pub birth_year: Option<i64>,
    /// How many doses it lists.
    pub doses: i64,
    /// When it was printed.
    pub issued_at: Timestamp,
    /// The hash of the file.
    pub pdf_sha256: [u8; 32],
    /// Whether the record says today what it said then; none: of this record nothing is said any more.
    pub is_current: Option<bool>,
    /// When it was revoked.
    pub revoked_at: Option<Timestamp>,
}

/// What carries a code.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Proof {
    /// A document about somebody's record.
    Document(Confirmed),
    /// A paper that somebody signed.
    Paper(ConfirmedPaper),
}

impl Proof {
    /// The hash of the file.
    pub const fn pdf_sha256(&self) -> [u8; 32] {
        match self {
            Self::Document(document) => document.pdf_sha256,
            Self::Paper(paper) => paper.pdf_sha256,
        }
    }
}

/// What was printed with this code; none: nothing. That a document was looked at stands among the person's disclosures.
pub async fn confirm(cx: &Context, code: Code, arrival: Arrival) -> Result<Option<Proof>, Failure> {
    let confirmed = cx.store.disclose(move |tx| {
        let entry = arrival.by_nobody("confirm-document");
        if let Some(found) = printed_document::by_code(tx, &code.sha256())? {
            let about = found.person_now.unwrap_or(found.kept.person_id);
            let is_open = !opting_out::is_out(tx, about)? && !found.is_protected_now.unwrap_or(false);
            return Ok((Some(Proof::Document(confirmed(found, is_open))), vec![entry.person(about)]));
        }
        let paper = signing::by_code(tx, &code)?;
        Ok(paper.map_or((None, Vec::new()), |(paper, about)| {
            (Some(Proof::Paper(paper)), vec![entry.detail(about)])
        }))
    });
    Ok(confirmed.await?)
}

fn confirmed(found: PrintedDocument, is_open: bool) -> Confirmed {
    Confirmed {
        is_current: is_open.then(|| found.is_current()),
        form: found.kept.form,
        language: found.kept.language,
        initials: found.kept.initials,
        birth_year: found.kept.birth_year,
        doses: found.kept.doses,
        issued_at: found.kept.issued_at,
        pdf_sha256: found.kept.pdf_sha256,
        revoked_at: found.revoked_at,
    }
}

/// A page of what was printed about a person, counted from 0, newest first, and whether there are older ones. The record was
/// opened before: the list is part of the same look.
pub async fn of_person(
    cx: &Context,
    granted: Granted,
    id: PersonId,
    page: u16,
) -> Result<(Vec<PrintedDocument>, bool), Failure> {
    let part = (i64::from(page) * PAGE, PAGE + 1);
    let mut listed =
        cx.store.read_beside(move |tx| printed_document::of_person(tx, &granted, id, part)).await?;
    let most = usize::try_from(PAGE).unwrap_or(usize::MAX);
    let has_older = listed.len() > most;
    listed.truncate(most);
    Ok((listed, has_older))
}

/// Whether somebody may revoke a document: whoever printed it, and whoever settles whose record is whose.
pub fn may_revoke(granted: &Granted, document: &PrintedDocument, settles_records: bool) -> bool {
    settles_records || granted.actor().label().1 == &*document.kept.actor
}

/// A document of a person, to be looked at before it is revoked; the record was opened.
pub async fn of_number(
    cx: &Context,
    granted: Granted,
    (person, document): (PersonId, i64),
) -> Result<Option<PrintedDocument>, Failure> {
    Ok(cx.store.read_beside(move |tx| printed_document::get(tx, &granted, person, document)).await?)
}

/// Revokes a document about a person; one that is revoked stays as it was. `false`: there is none such, or not for them.
pub async fn revoke(
    cx: &Context,
    granted: Granted,
    (person, document): (PersonId, i64),
    reason: &str,
    settles_records: bool,
    arrival: Arrival,
) -> Result<bool, Failure> {
    let Some((reason, _)) = REASONS.iter().find(|(code, _)| *code == reason) else {
        return Err(Failure::Rule("Choose why the document is not to be believed."));
    };
    let revoked = cx.store.write(Lane::Web, move |tx| {
        let found = printed_document::get(tx, &granted, person, document)?;
        let entry = AuditEntry::of(&granted, arrival.at)
            .action("revoke-document")
            .person(person)
            .detail(format!("document {document}: {reason}"));
        let Some(found) = found.filter(|found| may_revoke(&granted, found, settles_records)) else {
            tx.audit(&entry.result("refused"))?;
            return Ok(false);
        };
        if found.revoked_at.is_some() {
            tx.audit(&entry.result("revoked already"))?;
            return Ok(true);
        }
        let (_, actor) = granted.actor().label();
        printed_document::revoke(tx, &granted, document, arrival.at, (actor, reason))?;
        tx.audit(&entry)?;
        Ok(true)
    });
    Ok(revoked.await?)
}
