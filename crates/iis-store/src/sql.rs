//! Statements: one text for both engines, written with `$n` parameters and checked by a test that prepares them all.

use std::sync::OnceLock;
use std::sync::atomic::{AtomicUsize, Ordering};

/// One statement. Made by `sql!`, which also lists it.
pub struct Sql {
    name: &'static str,
    text: &'static str,
    lite: OnceLock<String>,
    slot: OnceLock<usize>,
}

impl Sql {
    pub(crate) const fn new(name: &'static str, text: &'static str) -> Self {
        Self { name, text, lite: OnceLock::new(), slot: OnceLock::new() }
    }

    /// The name by which errors know it: file and constant.
    pub fn name(&self) -> &'static str {
        self.name
    }

    /// The text with `$n` parameters, as PostgreSQL reads it.
    pub fn text(&self) -> &'static str {
        self.text
    }

    /// The text with `?n` parameters. SQLite takes `$n` for a name and numbers by first appearance, so `$2, $1`
    /// would be bound the wrong way round.
    pub fn lite(&self) -> &str {
        self.lite.get_or_init(|| numbered(self.text))
    }

    /// Its place in a connection's list of prepared statements.
    pub(crate) fn slot(&self) -> usize {
        static NEXT: AtomicUsize = AtomicUsize::new(0);
        *self.slot.get_or_init(|| NEXT.fetch_add(1, Ordering::Relaxed))
    }
}

/// `$1` to `?1`, outside quotes.
pub(crate) fn numbered(text: &str) -> String {
    let mut quoted = false;
    text.chars()
        .map(|c| {
            quoted ^= c == '\'';
            if c == '$' && !quoted { '?' } else { c }
        })
        .collect()
}

/// Declares a file's statements and the list `ALL` of them.
macro_rules! sql {
    ($($(#[$doc:meta])* $name:ident = $text:expr;)*) => {
        $($(#[$doc])* pub(crate) static $name: $crate::sql::Sql =
            $crate::sql::Sql::new(concat!(module_path!(), "::", stringify!($name)), $text);)*
        /// Every statement of this file.
        pub(crate) static ALL: &[&$crate::sql::Sql] = &[$(&$name),*];
    };
}
pub(crate) use sql;

#[cfg(test)]
mod tests {
    use super::numbered;

    #[test]
    fn parameters_are_renumbered_outside_quotes_only() {
        assert_eq!(numbered("SELECT $2, '$1', $1"), "SELECT ?2, '$1', ?1");
        assert_eq!(numbered("SELECT 'it''s $1', $1"), "SELECT 'it''s $1', ?1");
    }
}
