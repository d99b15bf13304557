//! What gave an answer: engine, release and overlays.

use std::fmt;

/// The engine of this crate and the edition of the Logic Specification it follows.
pub const ENGINE: &str = concat!("openiis-cdsi ", env!("CARGO_PKG_VERSION"), " (Logic Specification 4.6)");

/// Engine, release and overlays that gave an answer.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Version {
    /// The engine, [`ENGINE`].
    pub engine: &'static str,
    /// CDC's number of the release, such as `4.64`.
    pub release: String,
    /// The overlays applied to it, in order, each as `name version`.
    pub overlays: Vec<String>,
}

impl fmt::Display for Version {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}, CDSi supporting data {}", self.engine, self.release)?;
        self.overlays.iter().try_for_each(|overlay| write!(f, " + {overlay}"))
    }
}
