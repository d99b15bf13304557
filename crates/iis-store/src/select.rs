//! Selects whose filters depend on the question: fixed fragments appended, values always as parameters.

use crate::Val;

/// A select under construction.
///
/// Fragments are constants of the program; `?` in a fragment stands for its value and becomes the next `$n`.
pub struct Select<'a> {
    pub(crate) text: String,
    pub(crate) params: Vec<Val<'a>>,
}

impl<'a> Select<'a> {
    /// Starts with everything before the first filter; it must end in a WHERE clause that filters can be added to.
    pub fn new(head: &'static str) -> Self {
        Self { text: head.to_owned(), params: Vec::new() }
    }

    /// Adds `AND fragment`.
    #[must_use]
    pub fn and(self, fragment: &'static str, value: impl Into<Val<'a>>) -> Self {
        self.plain(" AND ").value(fragment, value)
    }

    /// Adds `AND fragment` where there is a value to filter by.
    #[must_use]
    pub fn and_if(self, fragment: &'static str, value: Option<impl Into<Val<'a>>>) -> Self {
        match value {
            Some(value) => self.and(fragment, value),
            None => self,
        }
    }

    /// Adds a fragment with a value: `LIMIT ?`.
    #[must_use]
    pub fn value(mut self, fragment: &'static str, value: impl Into<Val<'a>>) -> Self {
        use std::fmt::Write;
        self.params.push(value.into());
        let (before, after) = fragment.split_once('?').unwrap_or((fragment, ""));
        write!(self.text, "{before}${}{after}", self.params.len()).expect("a String takes any text");
        self
    }

    /// Adds a fragment without a value: ORDER BY.
    #[must_use]
    pub fn plain(mut self, fragment: &'static str) -> Self {
        self.text.push_str(fragment);
        self
    }
}

#[cfg(test)]
mod tests {
    use super::Select;

    #[test]
    fn values_become_numbered_parameters_in_the_order_of_the_text() {
        let select = Select::new("SELECT id FROM job WHERE 1 = 1")
            .and("kind = ?", "recall")
            .and_if("state = ?", None::<&str>)
            .and("run_at <= ?", 7)
            .plain(" ORDER BY id")
            .value(" LIMIT ?", 10);
        let text = "SELECT id FROM job WHERE 1 = 1 AND kind = $1 AND run_at <= $2 ORDER BY id LIMIT $3";
        assert_eq!(select.text, text);
        assert_eq!(select.params.len(), 3);
    }
}
