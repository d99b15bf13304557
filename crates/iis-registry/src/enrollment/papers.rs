//! The two documents of an enrollment: each signed on the page, or uploaded as a scan that staff verify (S-16).
//!
//! What is signed is a text with the signature below it; its hash is kept, so that whoever fetches it later can see that it
//! is the one that was signed.

use super::{Application, Enrollment};
use crate::cases::{By, NOT_NOW};
use crate::names::is_name_of_person;
use crate::{Arrival, Context, Failure};
use iis_model::Timestamp;
use iis_model::access::Granted;
use iis_store::case_file::{self, PaperRow};
use iis_store::{AuditEntry, Lane, StoreError, Tx};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

crate::words::words! {
    /// Which document.
    PaperKind {
        /// Between organization and registry.
        LetterOfAgreement = "letter-of-agreement", "Letter of agreement";
        /// Who approves the organization's accounts.
        AdministratorForm = "site-administrator-form", "Site administrator form";
    }
}

/// How a document was signed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "how", rename_all = "kebab-case")]
pub enum Signature {
    /// On the page.
    Electronic {
        /// Name, as typed below the text.
        signer: Box<str>,
        /// In which office.
        title: Box<str>,
        /// When.
        at: Timestamp,
    },
    /// On paper; a scan was uploaded.
    Scan {
        /// What staff said of it, once they looked.
        verified: Option<Verified>,
    },
}

/// What staff said of a scan.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Verified {
    /// Whether it is the document, complete and signed.
    pub is_accepted: bool,
    /// By whom.
    pub by: Box<str>,
    /// When.
    pub at: Timestamp,
    /// What was wrong.
    pub reason: Box<str>,
}

/// A document of an enrollment, without its content.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Paper {
    /// Its number within the enrollment.
    pub n: i64,
    /// Which document.
    pub kind: PaperKind,
    /// Its media type.
    pub media_type: Box<str>,
    /// SHA-256 of its content.
    pub sha256: [u8; 32],
    /// How it was signed.
    pub signature: Signature,
}

/// What keeps a document from being complete.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Missing {
    /// It is not there.
    NotSigned(PaperKind),
    /// Staff have not looked at its scan.
    NotVerified(PaperKind),
    /// Staff did not accept its scan.
    NotAccepted(PaperKind),
}

impl Missing {
    /// Which document.
    pub const fn kind(self) -> PaperKind {
        match self {
            Self::NotSigned(kind) | Self::NotVerified(kind) | Self::NotAccepted(kind) => kind,
        }
    }
}

/// What is missing: of each document the latest paper counts.
pub fn missing(papers: &[Paper]) -> Vec<Missing> {
    let of = |kind: &PaperKind| match papers.iter().rev().find(|paper| paper.kind == *kind) {
        None => Some(Missing::NotSigned(*kind)),
        Some(Paper { signature: Signature::Electronic { .. }, .. }) => None,
        Some(Paper { signature: Signature::Scan { verified: None }, .. }) => {
            Some(Missing::NotVerified(*kind))
        }
        Some(Paper { signature: Signature::Scan { verified: Some(verified) }, .. }) => {
            (!verified.is_accepted).then_some(Missing::NotAccepted(*kind))
        }
    };
    PaperKind::ALL.iter().filter_map(of).collect()
}

/// The text of a document for a site, as it is signed.
pub fn text_of(kind: PaperKind, registry: &str, of: &Application) -> String {
    let Application { organization, site, address, administrator, administrator_email, .. } = of;
    match kind {
        PaperKind::LetterOfAgreement => format!(
            "Letter of agreement\n\nBetween {registry} (the registry) and {organization} (the organization), for the site \
             {site}, {address}.\n\n\
             1. The organization reports the immunizations that it gives, and uses what it learns from the registry only \
             for the care of its patients or students and for what the law allows.\n\
             2. Every person who uses the registry has an account of their own. Nobody lends an account.\n\
             3. The organization names a site administrator, who approves accounts, confirms them twice a year, and says at \
             once when somebody leaves.\n\
             4. What the registry knows of a person is confidential. A breach is told to the registry on the day it is \
             noticed.\n\
             5. Either side may end this agreement in writing. What was reported stays in the registry.\n"
        ),
        PaperKind::AdministratorForm => format!(
            "Site administrator form\n\n{organization} names as its site administrator:\n\nName: {administrator}\n\
             E-mail: {administrator_email}\n\nThe site administrator approves requests for accounts of the organization, \
             confirms its users twice a year, and says at once when somebody leaves. Being site administrator gives no \
             access to patient data by itself.\n"
        ),
    }
}

/// Signs a document on the page: the name below it is the signature.
pub async fn sign(
    cx: &Context,
    number: i64,
    kind: PaperKind,
    signer: &str,
    title: &str,
    arrival: Arrival,
) -> Result<(), Failure> {
    if !is_name_of_person(signer) || !is_name_of_person(title) {
        return Err(Failure::Rule("To sign, type your full name and your office, such as Medical director."));
    }
    let (signer, title): (Box<str>, Box<str>) = (signer.trim().into(), title.trim().into());
    let registry = cx.identity.name.clone();
    let signature = Signature::Electronic { signer: signer.clone(), title: title.clone(), at: arrival.at };
    let signed = cx.store.write(Lane::Web, move |tx| {
        let Some(case) = Enrollment::load(tx, number)?.filter(Enrollment::takes_papers) else {
            return Ok(false);
        };
        let text = text_of(kind, &registry, &case.body);
        let content = format!("{text}\nSigned electronically by {signer}, {title}, on {}.\n", arrival.at);
        keep(tx, &case, kind, "text/plain; charset=utf-8", content.as_bytes(), &signature, arrival)?;
        case.say(
            tx,
            false,
            &format!("{} signed.", kind.title()),
            By { actor: &signer, reason: "", at: arrival.at },
        )?;
        Ok(true)
    });
    if signed.await? { Ok(()) } else { Err(NOT_NOW) }
}

/// A file that was uploaded.
#[derive(Debug, Clone)]
pub struct Upload {
    /// Its content.
    pub content: Box<[u8]>,
}

/// The largest scan.
const LARGEST: usize = 10 * 1024 * 1024;

impl Upload {
    /// The media type by the first bytes of the content, whatever the sender says; none: not a kind that is taken.
    pub fn media_type(&self) -> Option<&'static str> {
        match &*self.content {
            [b'%', b'P', b'D', b'F', b'-', ..] => Some("application/pdf"),
            [0x89, b'P', b'N', b'G', 0x0d, 0x0a, 0x1a, 0x0a, ..] => Some("image/png"),
            [0xff, 0xd8, 0xff, ..] => Some("image/jpeg"),
            _ => None,
        }
    }

    /// The media type, or what is wrong with the file.
    pub fn checked(&self) -> Result<&'static str, Failure> {
        if self.content.len() > LARGEST {
            return Err(Failure::Rule(
                "The file is larger than 10 MB. Scan it in black and white, or at 200 dpi.",
            ));
        }
        self.media_type().ok_or(Failure::Rule("Upload a PDF, a PNG or a JPEG file."))
    }
}

/// Uploads the scan of a signed document. It counts when staff have verified it.
pub async fn upload(
    cx: &Context,
    number: i64,
    kind: PaperKind,
    file: Upload,
    arrival: Arrival,
) -> Result<(), Failure> {
    let media_type = file.checked()?;
    let uploaded = cx.store.write(Lane::Web, move |tx| {
        let Some(case) = Enrollment::load(tx, number)?.filter(Enrollment::takes_papers) else {
            return Ok(false);
        };
        keep(tx, &case, kind, media_type, &file.content, &Signature::Scan { verified: None }, arrival)?;
        Ok(true)
    });
    if uploaded.await? { Ok(()) } else { Err(NOT_NOW) }
}

/// Staff say whether a scan is the document, complete and signed.
pub async fn verify_scan(
    cx: &Context,
    granted: &Granted,
    number: i64,
    n: i64,
    is_accepted: bool,
    reason: &str,
    arrival: Arrival,
) -> Result<(), Failure> {
    if !is_accepted && reason.trim().is_empty() {
        return Err(Failure::Rule("Say what is wrong with the scan: the site reads it."));
    }
    let by: Box<str> = granted.actor().label().1.into();
    let verified = Verified { is_accepted, by, at: arrival.at, reason: reason.trim().into() };
    let entry = AuditEntry::of(granted, arrival.at).action("verify-scan").detail(format!(
        "enrollment {number}, paper {n}, {}",
        if is_accepted { "accepted" } else { "not accepted" }
    ));
    let looked_at = cx.store.write(Lane::Web, move |tx| {
        let Some(mut case) = Enrollment::load(tx, number)? else { return Ok(false) };
        let papers = papers_of(tx, case.id)?;
        let is_scan = |paper: &Paper| paper.n == n && matches!(paper.signature, Signature::Scan { .. });
        if !papers.iter().any(is_scan) {
            return Ok(false);
        }
        let facts = facts(&Signature::Scan { verified: Some(verified.clone()) })?;
        case_file::set_facts(tx, case.id, n, &facts)?;
        tx.audit(&entry)?;
        super::standing::settle(
            tx,
            &mut case,
            By { actor: &verified.by, reason: &verified.reason, at: arrival.at },
        )?;
        Ok(true)
    });
    if looked_at.await? { Ok(()) } else { Err(NOT_NOW) }
}

/// What is on a paper, and whether it is what was signed.
pub async fn fetch(cx: &Context, number: i64, n: i64) -> Result<Option<(Paper, Box<[u8]>, bool)>, Failure> {
    let fetched = cx.store.read(move |tx| {
        let Some(case) = Enrollment::load(tx, number)? else { return Ok(None) };
        let Some(paper) = papers_of(tx, case.id)?.into_iter().find(|paper| paper.n == n) else {
            return Ok(None);
        };
        let Some(content) = case_file::paper(tx, case.id, n)? else { return Ok(None) };
        let is_unchanged = <[u8; 32]>::from(Sha256::digest(&content)) == paper.sha256;
        Ok(Some((paper, content, is_unchanged)))
    });
    Ok(fetched.await?)
}

pub(super) fn papers_of(tx: &mut Tx<'_>, case_id: i64) -> Result<Vec<Paper>, StoreError> {
    let unreadable = || StoreError::internal("a paper of unknown kind");
    let read = |row: PaperRow| {
        Ok(Paper {
            n: row.n,
            kind: PaperKind::of_word(&row.kind).ok_or_else(unreadable)?,
            media_type: row.media_type,
            sha256: row.content_sha256,
            signature: serde_json::from_str(&row.facts).map_err(|_| unreadable())?,
        })
    };
    case_file::papers(tx, case_id)?.into_iter().map(read).collect()
}

fn keep(
    tx: &mut Tx<'_>,
    case: &Enrollment,
    kind: PaperKind,
    media_type: &str,
    content: &[u8],
    signature: &Signature,
    arrival: Arrival,
) -> Result<(), StoreError> {
    let row = PaperRow {
        n: 0,
        kind: kind.word().into(),
        name: kind.title().into(),
        media_type: media_type.into(),
        content_sha256: Sha256::digest(content).into(),
        at: arrival.at,
        facts: facts(signature)?.into(),
    };
    case_file::add_paper(tx, case.id, &row, content)?;
    Ok(())
}

fn facts(signature: &Signature) -> Result<String, StoreError> {
    serde_json::to_string(signature).map_err(|_| StoreError::internal("a signature that cannot be written"))
}

#[cfg(test)]
mod tests {
    use super::{Missing, Paper, PaperKind, Signature, Upload, Verified, missing};
    use iis_model::Timestamp;

    fn paper(kind: PaperKind, signature: Signature) -> Paper {
        Paper { n: 1, kind, media_type: "text/plain".into(), sha256: [0; 32], signature }
    }

    fn signed(kind: PaperKind) -> Paper {
        let at = Timestamp::UNIX_EPOCH;
        paper(kind, Signature::Electronic { signer: "Ana Silva".into(), title: "Director".into(), at })
    }

    fn scan(kind: PaperKind, accepted: Option<bool>) -> Paper {
        let verified = accepted.map(|is_accepted| Verified {
            is_accepted,
            by: "desk".into(),
            at: Timestamp::UNIX_EPOCH,
            reason: "".into(),
        });
        paper(kind, Signature::Scan { verified })
    }

    #[test]
    fn s16_an_enrollment_is_not_complete_until_both_documents_are_complete_and_signed() {
        use Missing::{NotAccepted, NotSigned, NotVerified};
        use PaperKind::{AdministratorForm as Form, LetterOfAgreement as Letter};
        #[rustfmt::skip]
        let table = [
            (vec![],                                                 vec![NotSigned(Letter), NotSigned(Form)]),
            (vec![signed(Letter)],                                   vec![NotSigned(Form)]),
            (vec![signed(Form)],                                     vec![NotSigned(Letter)]),
            (vec![signed(Letter), scan(Form, None)],                 vec![NotVerified(Form)]),
            (vec![signed(Letter), scan(Form, Some(false))],          vec![NotAccepted(Form)]),
            (vec![signed(Letter), scan(Form, Some(true))],           vec![]),
            (vec![signed(Letter), signed(Form)],                     vec![]),
            // the latest paper of a kind counts
            (vec![signed(Letter), signed(Form), scan(Form, None)],   vec![NotVerified(Form)]),
            (vec![scan(Letter, Some(false)), signed(Letter), signed(Form)], vec![]),
        ];
        for (papers, expected) in table {
            assert_eq!(missing(&papers), expected, "{papers:?}");
        }
    }

    #[test]
    fn a_file_is_what_its_first_bytes_say() {
        let kind = |content: &[u8]| Upload { content: content.into() }.media_type();
        assert_eq!(kind(b"%PDF-1.7 ..."), Some("application/pdf"));
        assert_eq!(kind(b"\x89PNG\r\n\x1a\n..."), Some("image/png"));
        assert_eq!(kind(&[0xff, 0xd8, 0xff, 0xe0]), Some("image/jpeg"));
        for bad in [&b""[..], b"MZ\x90", b"<html>", b"GIF89a", b"PK\x03\x04", b"<svg xmlns=", b" %PDF-1.7"] {
            assert_eq!(kind(bad), None, "{bad:?}");
        }
        assert!(
            Upload { content: [&b"%PDF-"[..], &vec![0; 10 * 1024 * 1024]].concat().into() }
                .checked()
                .is_err()
        );
    }
}
