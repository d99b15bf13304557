//! What can go wrong in the store, in its own words.

/// A failure of the store. Texts name statements, tables and rules, never a value of a row.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum StoreError {
    /// The queue of the lane is full: try again later.
    #[error("the store is busy")]
    Busy,
    /// The store is in read-only mode.
    #[error("the store is read-only")]
    ReadOnly,
    /// The disk is full; nothing was applied.
    #[error("the disk of the store is full")]
    DiskFull,
    /// The database cannot be reached, does not answer, or its disk fails; nothing is known to be applied.
    #[error("the store is unavailable: {0}")]
    Unavailable(Box<str>),
    /// What a plan has read has changed since. Handled inside the store; seen outside only when ten tries failed.
    #[error("the records changed meanwhile")]
    Stale,
    /// A rule of the schema refused the row: the constraint's name, or `table.column` for a missing value.
    #[error("the constraint {0} refused a row")]
    Constraint(Box<str>),
    /// The schema is not the one that this program can run on.
    #[error("{0}")]
    Schema(Box<str>),
    /// Another process already serves this database file.
    #[error("another process already serves this database")]
    AlreadyServed,
    /// A fault of the program: a statement that does not fit the schema, a row that does not fit its type, a panic.
    #[error("internal fault in the store: {0}")]
    Internal(Box<str>),
}

impl StoreError {
    /// A fault of the program.
    pub fn internal(text: impl Into<Box<str>>) -> Self {
        Self::Internal(text.into())
    }

    /// The database cannot be used now.
    pub(crate) fn unavailable(text: impl Into<Box<str>>) -> Self {
        Self::Unavailable(text.into())
    }

    /// Whether it is the refusal of this constraint.
    pub fn is_constraint(&self, name: &str) -> bool {
        matches!(self, Self::Constraint(constraint) if &**constraint == name)
    }
}
