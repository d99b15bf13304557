//! What pages share that print: who issues, the code with the page that confirms it, and the press itself.

use super::errors::NoPage;
use super::visitor::{Stop, Visitor};
use crate::printing::{NotPrinted, print};
use axum::http::{HeaderValue, header};
use axum::response::IntoResponse;
use iis_print::{Document, Issuer, Verification};
use iis_registry::prints::Code;

/// Seconds after which a full press may be asked again.
const TRY_AGAIN: u64 = 2;

/// The PDF of a document, or the page that says why there is none.
pub(super) async fn printed(visitor: &Visitor, document: Document) -> Result<Vec<u8>, Stop> {
    match print(&visitor.app, document).await {
        Ok(printed) => Ok(printed.pdf),
        Err(NotPrinted::Busy) => {
            let mut busy = visitor.no_page(NoPage::Busy).into_response();
            busy.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(TRY_AGAIN));
            Err(busy.into())
        }
        Err(NotPrinted::Failed(_) | NotPrinted::Ended) => Err(visitor.no_page(NoPage::Internal)),
    }
}

/// Who issues documents here.
pub(super) fn issuer(visitor: &Visitor) -> Issuer {
    let frame = visitor.frame("");
    Issuer {
        registry: frame.site.name.as_str().into(),
        telephone: frame.site.help_phone.as_str().into(),
        address: visitor.app.config.identity.forms_address.as_str().into(),
        environment: frame.site.environment.to_lowercase().into(),
    }
}

/// The code as it is printed, with the page as people type it.
pub(super) fn verification(origin: &str, code: &Code) -> Verification {
    let bare = origin.trim_start_matches("https://").trim_start_matches("http://");
    Verification {
        code: code.to_string().into(),
        page: format!("{bare}/verify").into(),
        address: format!("{origin}/verify/{code}").into(),
    }
}
