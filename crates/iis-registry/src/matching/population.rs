//! What the weights need to know of all records: how frequent names are, and which telephone numbers and addresses
//! belong to offices. Counted as a whole now and then; the line only reads it.

use super::index::unpacked;
use crate::access::as_registry;
use crate::{Context, Failure};
use iis_matching::patient::population::{Counter, Counts};
use iis_matching::patient::subject::Subject;
use iis_model::PersonId;
use iis_model::access::Permission;
use iis_store::name_freq::{self, NameFreq};
use iis_store::{Lane, StoreError, match_subject};

/// Persons read at a time.
const PAGE: i64 = 2_000;

/// Counts all records, keeps the counts and puts them in force; returns how many records there are.
pub async fn count(cx: &Context) -> Result<u32, Failure> {
    let mut counter = Counter::default();
    each_subject(cx, |record| counter.first(record)).await?;
    each_subject(cx, |record| counter.second(record)).await?;
    let counts = counter.finish();
    let rows = rows(&counts);
    cx.store.write(Lane::Bulk, move |tx| name_freq::replace_all(tx, &rows)).await?;
    let records = counts.records;
    cx.matching.put_counts(counts);
    Ok(records)
}

/// Puts the counts in force that were kept last. Blocks: for the start of a process.
pub fn load_blocking(cx: &Context) -> Result<(), StoreError> {
    let rows = cx.store.read_blocking(name_freq::all)?;
    if !rows.is_empty() {
        cx.matching.put_counts(counts(rows)?);
    }
    Ok(())
}

/// Hands every record of the registry in comparable form to `f`.
async fn each_subject(cx: &Context, mut f: impl FnMut(&Subject)) -> Result<(), Failure> {
    let model = cx.matching.now();
    let mut after = PersonId(i64::MIN);
    loop {
        let page =
            cx.store.read(move |tx| match_subject::list(tx, &as_registry(Permission::Operate), after, PAGE));
        let page = page.await?;
        let Some(last) = page.last() else { return Ok(()) };
        after = last.person_id;
        for person in &page {
            for record in unpacked(&person.records, &model)? {
                f(&record.subject);
            }
        }
    }
}

fn rows(counts: &Counts) -> Vec<NameFreq> {
    let row =
        |kind: &str, value: &str, n: u32| NameFreq { kind: kind.into(), value: value.into(), n: n.into() };
    let mut rows = vec![row("records", "", counts.records)];
    rows.extend(counts.given.iter().map(|(name, n)| row("given", name, *n)));
    rows.extend(counts.family.iter().map(|(name, n)| row("family", name, *n)));
    rows.extend(counts.offices.iter().map(|phone| row("phone", &phone.to_string(), 1)));
    rows.extend(counts.shared_homes.iter().map(|home| row("home", home, 1)));
    rows.sort_by(|one, other| (&one.kind, &one.value).cmp(&(&other.kind, &other.value)));
    rows
}

fn counts(rows: Vec<NameFreq>) -> Result<Counts, StoreError> {
    let mut counts = Counts::default();
    for NameFreq { kind, value, n } in rows {
        let n = u32::try_from(n).unwrap_or(u32::MAX);
        match &*kind {
            "records" => counts.records = n,
            "given" => drop(counts.given.insert(value, n)),
            "family" => drop(counts.family.insert(value, n)),
            "phone" => drop(value.parse().map(|phone| counts.offices.insert(phone))),
            "home" => drop(counts.shared_homes.insert(value)),
            _ => return Err(StoreError::internal("a count of an unknown kind")),
        }
    }
    Ok(counts)
}

#[cfg(test)]
mod tests {
    use super::{counts, rows};
    use iis_matching::patient::population::Counts;

    #[test]
    fn counts_are_kept_whole() {
        let said = Counts {
            given: [("ANA".into(), 3)].into(),
            family: [("DOE".into(), 2), ("ROE".into(), 1)].into(),
            records: 3,
            offices: [5_155_551_234].into(),
            shared_homes: ["12\u{1f}ELM\u{1f}51604".into()].into(),
        };
        assert_eq!(counts(rows(&said)), Ok(said));
    }
}
