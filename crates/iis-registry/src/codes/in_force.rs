//! Holds the code sets in force.

use iis_codes::CodeSets;
use std::sync::{Arc, LazyLock, PoisonError, RwLock};

/// Code sets, and by which name; none: those that ship with the program.
type Named = (Option<Box<str>>, Arc<CodeSets>);

/// The code sets in force.
#[derive(Debug, Clone)]
pub struct CodesInForce(Arc<RwLock<Named>>);

impl CodesInForce {
    /// With the sets that ship with the program.
    pub fn built_in() -> Self {
        static SETS: LazyLock<Arc<CodeSets>> = LazyLock::new(|| {
            let sets = CodeSets::built_in();
            Arc::new(sets.expect("the tables of this program can be read: a test reads them"))
        });
        Self(Arc::new(RwLock::new((None, Arc::clone(&SETS)))))
    }

    /// The sets in force now.
    pub fn now(&self) -> Arc<CodeSets> {
        Arc::clone(&self.0.read().unwrap_or_else(PoisonError::into_inner).1)
    }

    /// The name of the release in force; none: the one that ships with the program.
    pub fn name(&self) -> Option<Box<str>> {
        self.0.read().unwrap_or_else(PoisonError::into_inner).0.clone()
    }

    /// Puts others in force. Whoever works with those before finishes with them.
    pub(crate) fn put(&self, name: Option<Box<str>>, sets: CodeSets) {
        *self.0.write().unwrap_or_else(PoisonError::into_inner) = (name, Arc::new(sets));
    }

    /// Whether those in force have this name.
    pub(crate) fn is_named(&self, name: Option<&str>) -> bool {
        self.0.read().unwrap_or_else(PoisonError::into_inner).0.as_deref() == name
    }
}
