//! Why weights cannot be used, in words for the operator.

use iis_matching::evaluate::FileError;
use iis_matching::patient::weights::WeightsError;

/// Why weights cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum WeightsFailure {
    /// There are none of this number.
    #[error("there are no weights {0}: see openiis match weights list")]
    NoWeights(i64),
    /// The stored file is not the one that was stored.
    #[error("the stored weights {0} are damaged")]
    Damaged(i64),
    /// The name is taken.
    #[error("other weights are called {0}: choose another name")]
    NameTaken(Box<str>),
    /// The number is not above all others.
    #[error("the file calls itself version {version}; decisions name {last} already: give it a higher one")]
    NumberTaken {
        /// What the file says.
        version: i64,
        /// The highest number so far.
        last: i64,
    },
    /// The name cannot be one.
    #[error("weights are named by letters, digits, dots and dashes, at most 40, and not built-in")]
    Name,
    /// The file cannot be read.
    #[error(transparent)]
    File(#[from] WeightsError),
    /// The labelled file cannot be read.
    #[error("the labelled file: {0}")]
    Labelled(#[from] FileError),
    /// The labelled file says nothing.
    #[error("the labelled file has no two records of one person: nothing can be measured on it")]
    NothingLabelled,
    /// They are the ones in force.
    #[error("weights {0} are in force: there are no others to try them beside")]
    InForce(i64),
    /// They may not be put in force yet, or not without a reason.
    #[error("weights {version} are not put in force: {why}")]
    NotYet {
        /// Their number.
        version: i64,
        /// What is missing.
        why: String,
    },
}
