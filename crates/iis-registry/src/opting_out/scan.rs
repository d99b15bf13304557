//! The scan of a signed form: kept with the form, fetched again by whom handles it (decision 0041).

use crate::cases::{Scan, Upload};
use crate::{Arrival, Context, Failure};
use iis_model::PersonId;
use iis_model::access::Granted;
use iis_store::opting_out::FormRow;
use iis_store::opting_out_scan::{self, ScanRow};
use iis_store::{AuditEntry, StoreError, Tx};
use sha2::{Digest, Sha256};

/// The scan of a form, without its content.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FormScan {
    /// Which form: the row key of its [`FormRow`].
    pub form_id: i64,
    /// Its media type, by its content.
    pub media_type: Box<str>,
    /// What the operator's scanner for malware said of it.
    pub scanner: Scan,
}

/// A scan with its content.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FetchedScan {
    /// The scan.
    pub scan: FormScan,
    /// What is on it; none: what is kept is not what came, and is not handed out.
    pub content: Option<Box<[u8]>>,
}

/// The scans of a person's forms: for a page whose look at the record is audited already.
pub async fn scans(cx: &Context, granted: Granted, id: PersonId) -> Result<Vec<FormScan>, Failure> {
    let rows = cx.store.read_beside(move |tx| opting_out_scan::of_person(tx, &granted, id)).await?;
    Ok(rows.into_iter().map(read).collect::<Result<_, _>>()?)
}

/// Fetches the scan of a form; that it was, and whether it is what came, stands in the audit first.
pub async fn fetch(
    cx: &Context,
    granted: Granted,
    id: PersonId,
    form_id: i64,
    arrival: Arrival,
) -> Result<Option<FetchedScan>, Failure> {
    let entry = AuditEntry::of(&granted, arrival.at).action("fetch-opt-out-scan").person(id);
    let entry = entry.detail(format!("form {form_id}"));
    let fetched = cx.store.disclose(move |tx| {
        let Some((row, content)) = opting_out_scan::of_form(tx, &granted, id, form_id)? else {
            return Ok((None, vec![entry.result("not found")]));
        };
        let is_unchanged = <[u8; 32]>::from(Sha256::digest(&content)) == row.content_sha256;
        let entry = if is_unchanged { entry } else { entry.result("changed") };
        let fetched = FetchedScan { scan: read(row)?, content: is_unchanged.then_some(content) };
        Ok((Some(fetched), vec![entry]))
    });
    Ok(fetched.await?)
}

/// Keeps the scan of a form, of which it is known what it is.
pub(super) fn keep(
    tx: &mut Tx<'_>,
    form: &FormRow,
    media_type: &str,
    file: &Upload,
) -> Result<(), StoreError> {
    let row = ScanRow {
        registry_number: form.registry_number,
        form_id: form.id,
        media_type: media_type.into(),
        content_sha256: Sha256::digest(&file.content).into(),
        scanner: file.scan.word().into(),
    };
    opting_out_scan::insert(tx, &row, &file.content)
}

fn read(row: ScanRow) -> Result<FormScan, StoreError> {
    let scanner = Scan::of_word(&row.scanner);
    let scanner = scanner.ok_or_else(|| StoreError::internal("a scan whose scanner said an unknown word"))?;
    Ok(FormScan { form_id: row.form_id, media_type: row.media_type, scanner })
}
