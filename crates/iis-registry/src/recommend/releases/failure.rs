//! Why a schedule cannot be used, in words for the operator.

use iis_cdsi::CompileFailure;
use iis_cdsi::overlay::OverlayFailure;
use iis_cdsi::tables::TableFailure;

/// Why a schedule cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum ScheduleFailure {
    /// There is no release of this name.
    #[error("there is no release {0}")]
    NoRelease(Box<str>),
    /// There is no overlay of this name and version.
    #[error("there is no overlay {0}")]
    NoOverlay(Box<str>),
    /// The tables of a stored release cannot be read.
    #[error("the tables of release {name} cannot be read")]
    Tables {
        /// The release.
        name: Box<str>,
        /// Why.
        #[source]
        cause: TableFailure,
    },
    /// The stored bytes of a release are not those that were stored.
    #[error("the stored bytes of release {0} are damaged")]
    Damaged(Box<str>),
    /// The release, or an overlay on it, cannot be used.
    #[error("release {name} cannot be used: {}", reason(.cause))]
    Unusable {
        /// The release.
        name: Box<str>,
        /// Why.
        #[source]
        cause: CompileFailure,
    },
    /// The text is no overlay.
    #[error(transparent)]
    Overlay(#[from] OverlayFailure),
    /// The name is taken by another release.
    #[error("another release is called {0}: choose another name")]
    NameTaken(Box<str>),
    /// The overlay is there with another text.
    #[error("overlay {0} is there with another text: give the changed one another version")]
    VersionTaken(Box<str>),
    /// The name cannot be a release's.
    #[error("a release is named by letters, digits, dots and dashes, at most 40")]
    Name,
}

fn reason(cause: &CompileFailure) -> String {
    match cause {
        CompileFailure::Overlay(overlay) => overlay.to_string(),
        other => other.to_string(),
    }
}
