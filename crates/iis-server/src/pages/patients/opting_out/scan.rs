//! The scan of a signed form: taken with the form, handed out to be saved and never shown in a page of ours.

use crate::pages::access::files::{received, saved};
use crate::pages::errors::NoPage;
use crate::pages::filled::SentFile;
use crate::pages::patients::showing::open_merged;
use crate::pages::visitor::{Answer, Visitor};
use axum::extract::Path;
use iis_model::access::Permission;
use iis_registry::cases::{Scan, Upload};
use iis_registry::opting_out::{self, FormScan};

/// A file that came with a form, with what the scanner says of it.
pub(super) async fn looked_at(visitor: &Visitor, file: Option<SentFile>) -> Option<Upload> {
    match file {
        Some(file) => Some(received(visitor, file.content).await),
        None => None,
    }
}

/// `Scan (PDF)`, `Scan (PNG, not scanned for malware)`: the link to a scan.
pub(super) fn label(scan: &FormScan) -> String {
    let kind = ending(&scan.media_type).to_uppercase();
    match scan.scanner {
        Scan::Clean => format!("Scan ({kind})"),
        _ => format!("Scan ({kind}, not scanned for malware)"),
    }
}

fn ending(media_type: &str) -> &'static str {
    match media_type {
        "image/png" => "png",
        "image/jpeg" => "jpg",
        _ => "pdf",
    }
}

/// `GET /patients/{number}/opt-out/{form}/scan`: named for what it is, whatever it was called when it came.
pub(crate) async fn fetch(visitor: Visitor, Path((number, form)): Path<(String, String)>) -> Answer {
    let nothing = || visitor.no_page(NoPage::NotFound);
    let form: i64 = form.parse().map_err(|_| nothing())?;
    let record = open_merged(&visitor, &number).await?;
    let granted = visitor.granted(Permission::LockPersons)?;
    let registry = &visitor.app.registry;
    let fetched = opting_out::fetch(registry, granted, record.id, form, visitor.arrival).await;
    let fetched = fetched.map_err(|failure| visitor.failed(&failure))?.ok_or_else(nothing)?;
    let Some(content) = fetched.content else {
        tracing::error!(form, "the scan of a form of opting out is not what came");
        return Err(visitor.no_page(NoPage::Internal));
    };
    let media_type = fetched.scan.media_type;
    Ok(saved(&media_type, &format!("opt-out-form-{form}.{}", ending(&media_type)), content))
}
