//! Pages in the place of the one that was asked for.

use super::{Absence, Stop, Visitor, rendered};
use crate::failure::outage;
use crate::pages::errors::NoPage;
use crate::rate_limit::address_key;
use axum::http::header::RETRY_AFTER;
use axum::http::{HeaderValue, StatusCode};
use axum::response::IntoResponse;
use iis_registry::Failure;

impl Visitor {
    /// The page that says why there is none.
    pub(crate) fn no_page(&self, why: NoPage) -> Stop {
        let reference = self.reference();
        tracing::info!(%reference, status = why.status().as_u16(), "a page of failure was shown");
        let mut frame = self.frame("");
        if let Some(person) = &mut frame.signed_in {
            "/".clone_into(&mut person.here); // there is nothing to come back to
        }
        let page = rendered(&why.page(frame, reference));
        let mut response = (why.status(), page).into_response();
        if why == NoPage::NotFound && self.asks.is_some() {
            response.extensions_mut().insert(Absence(self.clone()));
        }
        response.into()
    }

    /// Holds back forms of strangers that come faster from one network address than people write: each of them has a letter
    /// written or adds to a queue that somebody reads.
    pub(crate) fn one_more_form(&self) -> Result<(), Stop> {
        let (Some(from), false) = (self.arrival.from, self.has_session()) else { return Ok(()) };
        let (key, forms) = (address_key(from), &self.app.public_forms);
        if forms.exhausted(&key, self.arrival.at) {
            return Err(self.no_page(NoPage::TooMany));
        }
        forms.failed(&key, self.arrival.at);
        Ok(())
    }

    /// The page for a failure of ours.
    pub(crate) fn failed(&self, failure: &Failure) -> Stop {
        let outage = outage(failure);
        let why = match outage.cause {
            "read-only" => NoPage::ReadOnly,
            "not-permitted" => NoPage::NotFound,
            _ if outage.status == StatusCode::SERVICE_UNAVAILABLE => NoPage::Busy,
            _ => NoPage::Internal,
        };
        let mut stop = self.no_page(why);
        if let Some(seconds) = outage.retry_after {
            stop.0.headers_mut().insert(RETRY_AFTER, HeaderValue::from(seconds));
        }
        stop
    }

    /// Eight letters and digits that are hard to confuse, by which the log line is found.
    fn reference(&self) -> String {
        const LETTERS: &[u8; 32] = b"23456789ABCDEFGHJKLMNPQRSTUVWXYZ";
        let bits = self.arrival.random[3];
        let letter = |at: u32| char::from(LETTERS[usize::try_from(bits >> (5 * at) & 31).unwrap_or(0)]);
        let letters = |range: std::ops::Range<u32>| range.map(letter).collect::<String>();
        format!("{}-{}", letters(0..4), letters(4..8))
    }
}
