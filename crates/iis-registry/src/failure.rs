//! Failures of ours, in the registry's words.

use iis_store::StoreError;

/// Something of ours went wrong. Texts name what was being done, never a patient's value.
#[derive(Debug, thiserror::Error)]
pub enum Failure {
    /// The store could not do it.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// Not permitted.
    #[error(transparent)]
    Refused(#[from] crate::access::Refused),
    /// The schedule cannot be used.
    #[error(transparent)]
    Schedule(#[from] crate::recommend::releases::ScheduleFailure),
    /// The code sets cannot be used.
    #[error(transparent)]
    Codes(#[from] crate::codes::CodesFailure),
    /// Weights of patient matching cannot be used.
    #[error(transparent)]
    Weights(#[from] crate::matching::releases::WeightsFailure),
    /// A rule of the registry forbids it: said in words for the person who asked.
    #[error("{0}")]
    Rule(&'static str),
}

impl Failure {
    /// Whether the same request can succeed later without a change.
    pub fn is_temporary(&self) -> bool {
        matches!(
            self,
            Self::Store(
                StoreError::Busy
                    | StoreError::ReadOnly
                    | StoreError::DiskFull
                    | StoreError::Unavailable(_)
                    | StoreError::Stale
            )
        )
    }
}
