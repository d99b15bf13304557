//! Vital records: files of births, deaths, adoptions, sealings and changes of name, and what was found in them
//! (requirements P-4, P-5).
//!
//! The office is a reporter like others, with records of its own under its certificate numbers, which are believed before
//! others ([`crate::people`]). A line becomes the report that every other door makes. Each line is a unit of its own that
//! is known again by its content: a file that is loaded twice changes nothing, and one whose load was broken off goes on.

mod hand;
pub mod layout;
mod replace;
mod restore;
pub mod rule;
mod said;
mod sealed;
mod unit;

pub use iis_store::vital_load::{FindingRow, LoadRow};
pub use restore::{Restored, restore};
pub use sealed::{Sealed, sealed};

use crate::access::in_the_line;
use crate::{Arrival, Context, Failure};
use iis_model::access::Granted;
use iis_model::organization::Site;
use iis_store::vital_load::{self, Counts, NewLoad};
use iis_store::{AuditEntry, Lane};
use layout::Line;
use rule::Note;
use sha2::{Digest, Sha256};
use std::sync::Arc;
use unit::{Became, Unit};

/// A file to be loaded.
#[derive(Debug, Clone, Copy)]
pub struct File<'a> {
    /// Its name, without folders.
    pub name: &'a str,
    /// What it holds.
    pub bytes: &'a [u8],
}

/// What became of a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Loaded {
    /// The load, by which what was found is read again.
    pub id: i64,
    /// Lines behind the header.
    pub lines: i64,
    /// Stored now.
    pub stored: i64,
    /// Stored before: nothing changed.
    pub known: i64,
    /// Not stored.
    pub refused: i64,
    /// What was found, in the order of the file.
    pub notes: Vec<Note>,
}

/// The most letters of a file's name that are kept.
const MOST_OF_A_NAME: usize = 120;

/// Loads a file of an office, line by line; each line is stored whole or not at all. `each` is told how many lines are done.
pub async fn load(
    cx: &Context,
    granted: Granted,
    office: &Site,
    file: File<'_>,
    arrival: impl Fn() -> Arrival,
    mut each: impl FnMut(i64),
) -> Result<Loaded, Failure> {
    let id = begin(cx, &granted, office, file, arrival()).await?;
    let layout::Lines { count, readable, mut notes } = layout::read(file.bytes);
    let seen = in_the_line(granted.clone());
    let (mut stored, mut known) = (0, 0);
    for (line, done) in readable.into_iter().zip(1_i64..) {
        let (was_known, became) = store(cx, &seen, office, line, arrival()).await?;
        stored += i64::from(became.is_stored && !was_known);
        known += i64::from(became.is_stored && was_known);
        notes.extend(became.notes);
        each(done);
    }
    notes.sort_by_key(|note| note.line);
    notes.truncate(layout::MOST_NOTES);
    let loaded = Loaded { id, lines: count, stored, known, refused: count - stored - known, notes };
    end(cx, granted, &loaded, arrival()).await?;
    Ok(loaded)
}

/// Stores one line; whether it was stored before.
async fn store(
    cx: &Context,
    granted: &Granted,
    office: &Site,
    line: Line,
    arrival: Arrival,
) -> Result<(bool, Became), Failure> {
    let said = match said::submission(&line) {
        Ok(said) => said,
        Err(note) => return Ok((false, Became { is_stored: false, notes: vec![note] })),
    };
    let replaces = line.event.replaces_identity();
    let unit = Unit {
        cx: cx.clone(),
        model: cx.matching.now(),
        granted: granted.clone(),
        arrival,
        site: office.clone(),
        line,
        said,
    };
    let number = unit.line.number;
    let (was_known, mut became) = if replaces {
        cx.store.write(Lane::Bulk, move |tx| unit.replace(tx)).await?
    } else {
        let applied = cx.store.propose_and_apply(Lane::Bulk, move |tx| unit.propose(tx)).await?;
        (applied.replayed, Became::read(&applied.reply)?)
    };
    became.notes.iter_mut().for_each(|note| note.line = number); // it may have stood elsewhere before
    Ok((was_known, became))
}

async fn begin(
    cx: &Context,
    granted: &Granted,
    office: &Site,
    file: File<'_>,
    arrival: Arrival,
) -> Result<i64, Failure> {
    let showable = file.name.chars().filter(|letter| !letter.is_control()).take(MOST_OF_A_NAME);
    let row = NewLoad {
        id: cx.store.ids().take()?,
        organization_id: office.organization_id,
        file_sha256: Sha256::digest(file.bytes).into(),
        file_name: showable.collect::<String>().into(),
        actor: granted.actor().label().1.into(),
        begun_at: arrival.at,
    };
    let granted = granted.clone();
    let begun = cx.store.write(Lane::Bulk, move |tx| {
        let id = vital_load::begin(tx, &granted, &row)?;
        let entry = AuditEntry::of(&granted, arrival.at).action("load-vital-records");
        tx.audit(&entry.detail(format!("load {id}")))?;
        Ok(id)
    });
    Ok(begun.await?)
}

async fn end(cx: &Context, granted: Granted, loaded: &Loaded, arrival: Arrival) -> Result<(), Failure> {
    let Loaded { id, lines, stored, known, refused, .. } = *loaded;
    let row = |note: &Note| FindingRow {
        line: note.line,
        code: note.code.clone(),
        severity: note.severity.clone(),
        place: note.column.clone(),
        text: note.text.clone(),
    };
    let findings: Arc<[FindingRow]> = loaded.notes.iter().map(row).collect();
    let ended = cx.store.write(Lane::Bulk, move |tx| {
        let counts = Counts { lines, stored, known, refused };
        vital_load::end(tx, &granted, (id, arrival.at), counts, &findings)
    });
    Ok(ended.await?)
}

/// The latest loads, the last begun first.
pub async fn loads(cx: &Context, granted: Granted, limit: i64) -> Result<Vec<LoadRow>, Failure> {
    Ok(cx.store.read(move |tx| vital_load::list(tx, &granted, limit)).await?)
}

/// What was found in a load, in the order of the file.
pub async fn findings(
    cx: &Context,
    granted: Granted,
    id: i64,
    limit: i64,
) -> Result<Vec<FindingRow>, Failure> {
    Ok(cx.store.read(move |tx| vital_load::findings(tx, &granted, id, limit)).await?)
}
