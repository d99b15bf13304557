//! Signing a document on the page, and confirming what was signed by the code that stands on it (S-16).
//!
//! What is signed is a text. It is printed with the signature below it, and the file is kept: it can be fetched again, and
//! the page `/verify` says to whoever holds it that it was signed here.

use super::papers::{PaperKind, Signature, holding, keep};
use super::{Application, Enrollment};
use crate::access::Refused;
use crate::cases::{By, Flow, NOT_NOW, Party};
use crate::names::is_name_of_person;
use crate::prints::Code;
use crate::{Arrival, Context, Failure};
use iis_model::Timestamp;
use iis_model::access::{Granted, Permission};
use iis_store::paper_code::{self, CodedPaper};
use iis_store::{Lane, StoreError, Tx, site};
use sha2::{Digest, Sha256};
use std::fmt::Write;

/// The text of a document for a site, as it is signed.
pub(super) fn text_of(kind: PaperKind, registry: &str, of: &Application) -> String {
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

/// A document about to be signed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Signing {
    /// Which document.
    pub kind: PaperKind,
    /// Its text.
    pub text: Box<str>,
    /// SHA-256 of the text, in hexadecimal digits.
    pub text_sha256: Box<str>,
    /// Whose name was typed below it.
    pub signer: Box<str>,
    /// In which office.
    pub title: Box<str>,
}

/// What is said when a document says something else than what was shown to whoever signs.
const TEXT_CHANGED: Failure = Failure::Rule(
    "Nothing was signed: the text has changed since this page was opened. The text that holds now is below. Read it, and \
     sign it.",
);

/// The text of a document with the hash by which a form says what was shown.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Shown {
    /// The text.
    pub text: Box<str>,
    /// Its SHA-256, in hexadecimal digits.
    pub sha256: Box<str>,
}

/// What is shown to whoever signs a document.
pub fn shown(cx: &Context, case: &Enrollment, kind: PaperKind) -> Shown {
    let text = text_of(kind, &cx.identity.name, &case.body);
    Shown { sha256: hex_sha256(&text).into(), text: text.into() }
}

/// What somebody is about to sign: the name below the text is the signature. `read_sha256` is the hash of the text that was
/// shown: nothing else is signed.
pub fn signing(
    cx: &Context,
    case: &Enrollment,
    kind: PaperKind,
    (signer, title): (&str, &str),
    read_sha256: &str,
) -> Result<Signing, Failure> {
    if !is_name_of_person(signer) || !is_name_of_person(title) {
        return Err(Failure::Rule("To sign, type your full name and your office, such as Medical director."));
    }
    if !case.takes_papers() {
        return Err(NOT_NOW);
    }
    let Shown { text, sha256 } = shown(cx, case, kind);
    if *sha256 != *read_sha256 {
        return Err(TEXT_CHANGED);
    }
    Ok(Signing { kind, text, text_sha256: sha256, signer: signer.trim().into(), title: title.trim().into() })
}

fn hex_sha256(text: &str) -> String {
    Sha256::digest(text.as_bytes()).iter().fold(String::new(), |mut digits, byte| {
        write!(digits, "{byte:02x}").expect("a string takes text");
        digits
    })
}

/// What is said to whoever has the link and would sign what is the signing physician's.
const PHYSICIAN_SIGNS: Failure = Failure::Rule(
    "The letter of agreement of a program site is signed by its signing physician, who signs in for that. You can send a \
     scan of it that was signed on paper.",
);

impl Enrollment {
    /// Whether a document is signed by the signing physician of the site alone, who signs in for that (S-54): the agreement
    /// of a program site that is enrolled. The first one is signed before anybody there has an account.
    pub fn is_physicians(&self, kind: PaperKind) -> bool {
        kind == PaperKind::LetterOfAgreement && self.body.is_program && self.site_id.is_some()
    }

    /// Whether the site of the enrollment lies within what was granted.
    pub(super) fn is_within(&self, tx: &mut Tx<'_>, granted: &Granted) -> Result<bool, StoreError> {
        let Some(id) = self.site_id else { return Ok(false) };
        let row = site::get(tx, id)?;
        Ok(row.is_some_and(|row| granted.reach().covers_site(id, row.site.organization_id)))
    }
}

/// Why this party may not sign this document.
fn refusal(
    tx: &mut Tx<'_>,
    case: &Enrollment,
    kind: PaperKind,
    granted: Option<&Granted>,
) -> Result<Option<Failure>, StoreError> {
    Ok(match granted {
        None => case.is_physicians(kind).then_some(PHYSICIAN_SIGNS),
        Some(granted) if granted.permission() != Permission::SignAgreement => Some(Refused.into()),
        Some(granted) => (!case.is_within(tx, granted)?).then(|| Refused.into()),
    })
}

/// Signs: keeps the PDF of the document with its signature, under the code that stands on it. Refused when the document
/// says something else by now, or when it is somebody else's to sign.
pub async fn sign(
    cx: &Context,
    party: Party<'_>,
    number: i64,
    signing: Signing,
    (pdf, code): (Box<[u8]>, Code),
    arrival: Arrival,
) -> Result<(), Failure> {
    let registry = cx.identity.name.clone();
    let entry = party.entry("sign-paper", arrival);
    let granted = party.granted().cloned();
    let signed = cx.store.write(Lane::Web, move |tx| {
        let Signing { kind, text, text_sha256, signer, title } = signing.clone();
        let case = match holding(tx, number)? {
            Ok(case) => case,
            Err(refused) => return Ok(Err(refused)),
        };
        if let Some(refused) = refusal(tx, &case, kind, granted.as_ref())? {
            return Ok(Err(refused));
        }
        if text_of(kind, &registry, &case.body) != *text {
            return Ok(Err(TEXT_CHANGED));
        }
        let signature = Signature::Electronic { signer: signer.clone(), title, at: arrival.at, text_sha256 };
        let n = keep(tx, &case, kind, ("application/pdf", &pdf), &signature, arrival)?;
        paper_code::insert(tx, &code.sha256(), case.id, n)?;
        let by = By { actor: &signer, reason: "", at: arrival.at };
        case.say(tx, false, &format!("{} signed.", kind.title()), by)?;
        tx.audit(&entry.clone().detail(format!("enrollment {number}, paper {n}")))?;
        Ok(Ok(()))
    });
    signed.await?
}

/// What the code on a signed paper confirms. It tells no more than who reads the paper sees, and less.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ConfirmedPaper {
    /// Which document.
    pub kind: PaperKind,
    /// For which site.
    pub site: Box<str>,
    /// The first letters of the signer's names.
    pub initials: Box<str>,
    /// When it was signed.
    pub signed_at: Timestamp,
    /// The hash of the file.
    pub pdf_sha256: [u8; 32],
    /// Whether it holds: the site has not signed the same document again since, nor changed what it says.
    pub is_latest: bool,
}

/// The paper of a code, with what the audit says of it.
pub(crate) fn by_code(tx: &mut Tx<'_>, code: &Code) -> Result<Option<(ConfirmedPaper, String)>, StoreError> {
    let Some(found) = paper_code::by_code(tx, &code.sha256())? else { return Ok(None) };
    if &*found.case_kind != super::State::KIND {
        return Ok(None);
    }
    let about = format!("enrollment {}, paper {}", found.number, found.n);
    Ok(confirmed(&found).map(|confirmed| (confirmed, about)))
}

fn confirmed(found: &CodedPaper) -> Option<ConfirmedPaper> {
    let of: Application = serde_json::from_str(&found.body).ok()?;
    let Ok(Signature::Electronic { signer, at, .. }) = serde_json::from_str(&found.facts) else {
        return None;
    };
    let kind = PaperKind::of_word(&found.kind)?;
    Some(ConfirmedPaper {
        kind,
        site: of.site,
        initials: initials(&signer).into(),
        signed_at: at,
        pdf_sha256: found.content_sha256,
        is_latest: found.n == found.latest_n && found.n > of.outdated.last_of(kind),
    })
}

/// `J. H.`
fn initials(name: &str) -> String {
    let first = |word: &str| word.chars().find(|letter| letter.is_alphanumeric()).map(char::to_uppercase);
    let letters: Vec<String> =
        name.split_whitespace().filter_map(first).map(|letter| format!("{letter}.")).collect();
    letters.join(" ")
}

#[cfg(test)]
mod tests {
    use super::{hex_sha256, initials};

    #[test]
    fn a_signer_is_confirmed_by_initials() {
        for (name, expected) in
            [("Joan Hill", "J. H."), ("ana maria  silva-núñez", "A. M. S."), ("'Øyvind", "Ø."), ("-", "")]
        {
            assert_eq!(initials(name), expected, "{name}");
        }
    }

    #[test]
    fn the_hash_of_a_text_is_that_of_its_bytes() {
        // FIPS 180-2, appendix B.1
        let abc = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
        assert_eq!(hex_sha256("abc"), abc);
    }
}
