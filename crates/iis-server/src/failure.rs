//! The rim: what a failure of ours becomes for whoever waits for an answer.
//!
//! One function turns a failure into a status, a word for the figures and the time after which to come again. Doors
//! print it in their own way: a reply with AR 207, a fault, a page.

use axum::http::StatusCode;
use iis_registry::Failure;
use iis_store::StoreError;

/// The cause of an outage that is for one sender alone: it sends faster than is agreed.
pub const TOO_FAST: &str = "too-fast";

/// How one failure looks from outside.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Outage {
    /// HTTP status.
    pub status: StatusCode,
    /// Seconds after which the same request may succeed; `None` when it will not by waiting.
    pub retry_after: Option<u32>,
    /// A word for logs and figures.
    pub cause: &'static str,
}

impl Outage {
    const fn later(cause: &'static str, seconds: u32) -> Self {
        Self { status: StatusCode::SERVICE_UNAVAILABLE, retry_after: Some(seconds), cause }
    }

    /// Too much is under way.
    pub const BUSY: Self = Self::later("busy", 1);
    /// More messages came than are agreed with the sender; the time after which the next one may come.
    pub const fn too_fast(seconds: u32) -> Self {
        Self::later(TOO_FAST, seconds)
    }

    /// The deadline passed. The work may still be done; sending again is safe.
    pub const TOO_SLOW: Self = Self::later("deadline", 5);
    /// A panic, caught.
    pub const PANIC: Self = Self::fault("panic");

    const fn fault(cause: &'static str) -> Self {
        Self { status: StatusCode::INTERNAL_SERVER_ERROR, retry_after: None, cause }
    }
}

/// What a failure becomes. It is logged here, once.
pub fn outage(failure: &Failure) -> Outage {
    let outage = seen(failure);
    if outage.status == StatusCode::INTERNAL_SERVER_ERROR {
        tracing::error!(error = %failure, "a request failed");
    } else {
        tracing::warn!(error = %failure, cause = outage.cause, "a request could not be served");
    }
    outage
}

fn seen(failure: &Failure) -> Outage {
    match failure {
        Failure::Store(StoreError::Busy) => Outage::BUSY,
        Failure::Store(StoreError::ReadOnly) => Outage::later("read-only", 60),
        Failure::Store(StoreError::DiskFull) => Outage::later("disk-full", 60),
        Failure::Store(StoreError::Unavailable(_)) => Outage::later("unavailable", 10),
        Failure::Store(StoreError::Stale) => Outage::later("locked", 1),
        Failure::Refused(_) => {
            Outage { status: StatusCode::FORBIDDEN, retry_after: None, cause: "not-permitted" }
        }
        Failure::Rule(_) => Outage { status: StatusCode::CONFLICT, retry_after: None, cause: "rule" },
        Failure::Schedule(_) => Outage::fault("schedule"),
        Failure::Codes(_) => Outage::fault("codes"),
        Failure::Weights(_) => Outage::fault("weights"),
        Failure::Store(_) => Outage::fault("internal"),
    }
}

#[cfg(test)]
mod tests {
    use super::seen;
    use iis_registry::Failure;
    use iis_store::StoreError;

    #[test]
    fn what_can_succeed_later_is_a_503_with_a_time() {
        #[rustfmt::skip]
        let table = [
            (StoreError::Busy,                        503, Some(1)),
            (StoreError::ReadOnly,                    503, Some(60)),
            (StoreError::DiskFull,                    503, Some(60)),
            (StoreError::Unavailable("gone".into()),  503, Some(10)),
            (StoreError::Stale,                       503, Some(1)),
            (StoreError::Internal("bug".into()),      500, None),
            (StoreError::Constraint("k".into()),      500, None),
        ];
        for (error, status, retry_after) in table {
            let failure = Failure::Store(error);
            let outage = seen(&failure);
            assert_eq!(outage.status.as_u16(), status, "{failure}");
            assert_eq!(outage.retry_after, retry_after, "{failure}");
            assert_eq!(outage.retry_after.is_some(), failure.is_temporary(), "{failure}");
        }
    }
}
