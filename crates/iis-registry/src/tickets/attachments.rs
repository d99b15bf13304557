//! Files of a ticket: taken by what they are, a few of them, handed out to be saved and never shown in a page (S-64).

use super::{State, Ticket, who};
use crate::access::Refused;
use crate::cases::strangers::{Bound, count};
use crate::cases::upload::file_name;
use crate::cases::{By, NOT_NOW, Party, Scan, Upload};
use crate::{Arrival, Context, Failure};
use iis_model::Timestamp;
use iis_model::access::Permission;
use iis_store::case_file::{self, PaperRow};
use iis_store::{Lane, StoreError, Tx};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

/// The most files of a ticket.
pub const MOST_FILES: usize = 10;

/// The most files that come by the link of a ticket whose owner was not signed in.
pub const MOST_OF_STRANGER: i64 = 3;

/// What strangers can send with a ticket of theirs.
pub(super) const OF_STRANGER: Bound = Bound {
    files: MOST_OF_STRANGER,
    bytes: 10 << 20,
    refusal: "With a ticket of somebody who is not signed in come three files of 10 MB together. Say in your words what else \
              there is, and the Help Desk asks for it.",
};

/// A file of a ticket, without its content.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Attachment {
    /// Its number within the ticket.
    pub n: i64,
    /// Its name.
    pub name: Box<str>,
    /// Its media type, by its content.
    pub media_type: Box<str>,
    /// When it came.
    pub at: Timestamp,
    /// What the scanner for malware said of it.
    pub scan: Scan,
}

/// What is kept of a file beside its content.
#[derive(Serialize, Deserialize)]
struct Facts {
    by: Box<str>,
    scan: Scan,
}

/// Whether a ticket takes a further file beside so many; the sentence why not.
pub(super) fn room(case: &Ticket, files: usize) -> Result<(), Failure> {
    if case.state == State::Closed {
        return Err(NOT_NOW);
    }
    if files >= MOST_FILES {
        return Err(Failure::Rule("A ticket takes ten files. Open another one for more."));
    }
    Ok(())
}

/// Adds a file: a PDF, a PNG or a JPEG by its first bytes, of at most 10 MB, while the ticket is not closed.
pub async fn attach(
    cx: &Context,
    party: Party<'_>,
    number: i64,
    called: &str,
    file: Upload,
    arrival: Arrival,
) -> Result<(), Failure> {
    let refusal = party.entry("refuse-file", arrival).detail(format!("ticket {number}"));
    let media_type = file.admitted(cx, refusal).await?;
    let name: Box<str> = file_name(called, media_type).into();
    let entry = party.entry("attach-file", arrival);
    let refusal = party.entry("refuse-file", arrival).detail(format!("ticket {number}"));
    let (granted, cx2) = (party.granted().cloned(), cx.clone());
    let attached = cx.store.write(Lane::Web, move |tx| {
        let Some(case) = Ticket::hold(tx, number)? else { return Ok(Err(NOT_NOW)) };
        if let Some(granted) = &granted
            && !case.is_within(tx, granted)?
        {
            return Ok(Err(Refused.into()));
        }
        if let Err(refused) = room(&case, case_file::papers(tx, case.id)?.len()) {
            return Ok(Err(refused));
        }
        let from = (granted.is_some(), case.id, case.account_id.is_none().then_some(OF_STRANGER));
        if let Err(refused) = count(tx, &cx2, from, file.content.len(), (&refusal, arrival))? {
            return Ok(Err(refused));
        }
        let desk = granted.as_ref().filter(|granted| granted.permission() != Permission::WriteTickets);
        let own = who(tx, granted.as_ref(), &case)?;
        let by = desk.map_or(&*own, |granted| granted.actor().label().1);
        let row = PaperRow {
            n: 0,
            kind: "attachment".into(),
            name: name.clone(),
            media_type: media_type.into(),
            content_sha256: Sha256::digest(&file.content).into(),
            at: arrival.at,
            facts: written(&Facts { by: by.into(), scan: file.scan })?,
        };
        let n = case_file::add_paper(tx, case.id, &row, &file.content)?;
        let said = By { actor: by, reason: "", at: arrival.at };
        case.say(tx, desk.is_some(), &format!("File {n} sent: {name}"), said)?;
        tx.audit(&entry.clone().detail(format!("ticket {number}, file {n}")))?;
        Ok(Ok(()))
    });
    attached.await?
}

fn written(facts: &Facts) -> Result<Box<str>, StoreError> {
    let text = serde_json::to_string(facts);
    Ok(text.map_err(|_| StoreError::internal("a file whose facts cannot be written"))?.into())
}

/// A file with its content; that it was fetched stands in the audit first.
pub async fn attachment(
    cx: &Context,
    party: Party<'_>,
    number: i64,
    n: i64,
    arrival: Arrival,
) -> Result<Option<(Attachment, Box<[u8]>)>, Failure> {
    let entry = party.entry("fetch-file", arrival).detail(format!("ticket {number}, file {n}"));
    let granted = party.granted().cloned();
    let fetched = cx.store.disclose(move |tx| {
        let nothing = Ok((None, Vec::new()));
        let Some(case) = Ticket::load(tx, number)? else { return nothing };
        if let Some(granted) = &granted
            && !case.is_within(tx, granted)?
        {
            return nothing;
        }
        let Some(file) = of(tx, case.id)?.into_iter().find(|file| file.n == n) else { return nothing };
        let Some(content) = case_file::paper(tx, case.id, n)? else { return nothing };
        Ok((Some((file, content)), vec![entry]))
    });
    Ok(fetched.await?)
}

pub(super) fn of(tx: &mut Tx<'_>, case_id: i64) -> Result<Vec<Attachment>, StoreError> {
    let file = |row: PaperRow| {
        let facts: Facts = serde_json::from_str(&row.facts)
            .map_err(|_| StoreError::internal("a file whose facts cannot be read"))?;
        Ok(Attachment { n: row.n, name: row.name, media_type: row.media_type, at: row.at, scan: facts.scan })
    };
    case_file::papers(tx, case_id)?.into_iter().map(file).collect()
}
