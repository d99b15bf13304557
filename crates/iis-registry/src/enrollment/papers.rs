//! The two documents of an enrollment: each signed on the page, or uploaded as a scan that staff verify (S-16).
//!
//! What was signed on the page is kept as a PDF, a scan as it came, each with its hash: what is fetched later is what was
//! signed, or it is not handed out.

use super::{Enrollment, Outdated};
use crate::cases::strangers::{Bound, count};
use crate::cases::{By, NOT_NOW, Party, Scan, Upload};
use crate::{Arrival, Context, Failure};
use iis_model::Timestamp;
use iis_model::access::Granted;
use iis_store::case_file::{self, PaperRow};
use iis_store::{AuditEntry, Lane, StoreError, Tx};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

/// The most documents of an enrollment, those of earlier years and those not accepted too.
pub const MOST_PAPERS: usize = 40;

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
        /// SHA-256 of the text that was signed, in hexadecimal digits.
        #[serde(default)]
        text_sha256: Box<str>,
    },
    /// On paper; a scan was uploaded.
    Scan {
        /// What the scanner for malware said of it.
        #[serde(default = "not_scanned")]
        scan: Scan,
        /// What staff said of it, once they looked.
        verified: Option<Verified>,
    },
}

const fn not_scanned() -> Scan {
    Scan::NotScanned
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
    /// When it came.
    pub at: Timestamp,
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
    /// What is there was signed for another text.
    TextChanged(PaperKind),
}

impl Missing {
    /// Which document.
    pub const fn kind(self) -> PaperKind {
        match self {
            Self::NotSigned(kind)
            | Self::NotVerified(kind)
            | Self::NotAccepted(kind)
            | Self::TextChanged(kind) => kind,
        }
    }
}

/// What is missing: of each document the latest paper counts; for a renewal none from before it fell due, and none that was for
/// another text.
pub fn missing(papers: &[Paper], renewing_since: Option<Timestamp>, outdated: Outdated) -> Vec<Missing> {
    let counts = |paper: &&Paper| renewing_since.is_none_or(|since| paper.at >= since);
    let latest = |kind| papers.iter().filter(counts).rev().find(|paper| paper.kind == kind);
    let of = |kind: &PaperKind| match latest(*kind) {
        None => Some(Missing::NotSigned(*kind)),
        Some(paper) if paper.n <= outdated.last_of(*kind) => Some(Missing::TextChanged(*kind)),
        Some(Paper { signature: Signature::Electronic { .. }, .. }) => None,
        Some(Paper { signature: Signature::Scan { verified: None, .. }, .. }) => {
            Some(Missing::NotVerified(*kind))
        }
        Some(Paper { signature: Signature::Scan { verified: Some(verified), .. }, .. }) => {
            (!verified.is_accepted).then_some(Missing::NotAccepted(*kind))
        }
    };
    PaperKind::ALL.iter().filter_map(of).collect()
}

/// The most scans that come for an enrollment before it is a site.
pub const MOST_SCANS: i64 = 10;

/// What strangers can send for an enrollment that is not decided.
pub(super) const OF_STRANGER: Bound = Bound {
    files: MOST_SCANS,
    bytes: 40 << 20,
    refusal: "An enrollment takes ten scans of 40 MB together. Sign on this page instead, or open a ticket, category Enrollment.",
};

/// Whether an enrollment takes a further document beside so many; the sentence why not.
pub(super) fn room(case: &Enrollment, papers: usize) -> Result<(), Failure> {
    if !case.takes_papers() {
        return Err(NOT_NOW);
    }
    if papers >= MOST_PAPERS {
        return Err(Failure::Rule(
            "An enrollment takes forty documents. Open a ticket, category Enrollment.",
        ));
    }
    Ok(())
}

/// The enrollment, held, if it takes a further document; the sentence why not.
pub(super) fn holding(tx: &mut Tx<'_>, number: i64) -> Result<Result<Enrollment, Failure>, StoreError> {
    let Some(case) = Enrollment::hold(tx, number)? else { return Ok(Err(NOT_NOW)) };
    let room = room(&case, case_file::papers(tx, case.id)?.len());
    Ok(room.map(|()| case))
}

/// Uploads the scan of a signed document. It counts when staff have verified it.
pub async fn upload(
    cx: &Context,
    number: i64,
    kind: PaperKind,
    file: Upload,
    arrival: Arrival,
) -> Result<(), Failure> {
    let about = format!("enrollment {number}, {}", kind.word());
    let refusal = Party::KeyHolder.entry("refuse-file", arrival).detail(about);
    let media_type = file.admitted(cx, refusal.clone()).await?;
    let (cx2, entry) = (cx.clone(), Party::KeyHolder.entry("upload-scan", arrival));
    let uploaded = cx.store.write(Lane::Web, move |tx| {
        let case = match holding(tx, number)? {
            Ok(case) => case,
            Err(refused) => return Ok(Err(refused)),
        };
        let from = (false, case.id, case.site_id.is_none().then_some(OF_STRANGER));
        if let Err(refused) = count(tx, &cx2, from, file.content.len(), (&refusal, arrival))? {
            return Ok(Err(refused));
        }
        let signature = Signature::Scan { scan: file.scan, verified: None };
        let n = keep(tx, &case, kind, (media_type, &file.content), &signature, arrival)?;
        tx.audit(&entry.clone().detail(format!("enrollment {number}, paper {n}")))?;
        Ok(Ok(()))
    });
    uploaded.await?
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
        let scan = papers.iter().find(|paper| paper.n == n).and_then(|paper| match paper.signature {
            Signature::Scan { scan, .. } => Some(scan),
            Signature::Electronic { .. } => None,
        });
        let Some(scan) = scan else { return Ok(false) };
        let facts = facts(&Signature::Scan { scan, verified: Some(verified.clone()) })?;
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

/// A paper with its content.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fetched {
    /// The paper.
    pub paper: Paper,
    /// What is on it; none: what is kept is not what was signed, and is not handed out.
    pub content: Option<Box<[u8]>>,
}

/// Fetches a paper; that it was looked at, and whether it is what was signed, stands in the audit first.
pub async fn fetch(
    cx: &Context,
    party: Party<'_>,
    number: i64,
    n: i64,
    arrival: Arrival,
) -> Result<Option<Fetched>, Failure> {
    let entry = party.entry("view-paper", arrival).detail(format!("enrollment {number}, paper {n}"));
    let fetched = cx.store.disclose(move |tx| {
        let nothing = Ok((None, Vec::new()));
        let Some(case) = Enrollment::load(tx, number)? else { return nothing };
        let Some(paper) = papers_of(tx, case.id)?.into_iter().find(|paper| paper.n == n) else {
            return nothing;
        };
        let Some(content) = case_file::paper(tx, case.id, n)? else { return nothing };
        let is_unchanged = <[u8; 32]>::from(Sha256::digest(&content)) == paper.sha256;
        let entry = if is_unchanged { entry } else { entry.result("changed") };
        Ok((Some(Fetched { paper, content: is_unchanged.then_some(content) }), vec![entry]))
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
            at: row.at,
            signature: serde_json::from_str(&row.facts).map_err(|_| unreadable())?,
        })
    };
    case_file::papers(tx, case_id)?.into_iter().map(read).collect()
}

/// Keeps a paper and says its number.
pub(super) fn keep(
    tx: &mut Tx<'_>,
    case: &Enrollment,
    kind: PaperKind,
    (media_type, content): (&str, &[u8]),
    signature: &Signature,
    arrival: Arrival,
) -> Result<i64, StoreError> {
    let row = PaperRow {
        n: 0,
        kind: kind.word().into(),
        name: kind.title().into(),
        media_type: media_type.into(),
        content_sha256: Sha256::digest(content).into(),
        at: arrival.at,
        facts: facts(signature)?.into(),
    };
    case_file::add_paper(tx, case.id, &row, content)
}

fn facts(signature: &Signature) -> Result<String, StoreError> {
    serde_json::to_string(signature).map_err(|_| StoreError::internal("a signature that cannot be written"))
}

#[cfg(test)]
mod tests {
    use super::{Missing, Outdated, Paper, PaperKind, Signature, Verified, missing};
    use crate::cases::Scan;
    use iis_model::Timestamp;

    fn paper(kind: PaperKind, signature: Signature) -> Paper {
        Paper {
            n: 1,
            kind,
            media_type: "text/plain".into(),
            sha256: [0; 32],
            at: Timestamp::UNIX_EPOCH,
            signature,
        }
    }

    fn signed(kind: PaperKind) -> Paper {
        let at = Timestamp::UNIX_EPOCH;
        paper(
            kind,
            Signature::Electronic {
                signer: "Ana Silva".into(),
                title: "Director".into(),
                at,
                text_sha256: "".into(),
            },
        )
    }

    fn scan(kind: PaperKind, accepted: Option<bool>) -> Paper {
        let verified = accepted.map(|is_accepted| Verified {
            is_accepted,
            by: "desk".into(),
            at: Timestamp::UNIX_EPOCH,
            reason: "".into(),
        });
        paper(kind, Signature::Scan { scan: Scan::Clean, verified })
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
            assert_eq!(missing(&papers, None, Outdated::default()), expected, "{papers:?}");
        }
        let both = [signed(Letter), Paper { at: Timestamp::MAX, ..signed(Form) }];
        let since = Some(Timestamp::MAX);
        assert_eq!(
            missing(&both, since, Outdated::default()),
            [NotSigned(Letter)],
            "signed for the year before"
        );
    }
}
