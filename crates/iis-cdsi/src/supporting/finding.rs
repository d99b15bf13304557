//! What is noticed in the files of a release.

use std::fmt;

/// How bad a finding is.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Severity {
    /// Odd, but the release can be used as it is.
    Note,
    /// The release cannot be used.
    Error,
}

/// Something noticed in the files of a release.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Finding {
    /// How bad it is.
    pub severity: Severity,
    /// The file.
    pub file: String,
    /// The element, or the place in the schedule.
    pub place: String,
    /// What was noticed, to be read behind the place.
    pub text: String,
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let kind = match self.severity {
            Severity::Note => "note",
            Severity::Error => "error",
        };
        write!(f, "{kind}: {}: {}: {}", self.file, self.place, self.text)
    }
}
