//! Tables of a sheet, links and marks.

/// A status in words, and what it is about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Mark {
    /// `good`, `bad`, `waiting`, `now`, `later`, `working`, `late`.
    pub(crate) look: &'static str,
    /// Sign and word.
    pub(crate) word: String,
    pub(crate) text: String,
}

/// A link with its words.
#[derive(Debug, Clone)]
pub(crate) struct Link {
    pub(crate) href: String,
    pub(crate) label: String,
}

/// A table.
#[derive(Debug, Clone)]
pub(crate) struct TableView {
    pub(crate) id: &'static str,
    pub(crate) caption: String,
    pub(crate) heads: &'static [&'static str],
    pub(crate) rows: Vec<Vec<Cell>>,
    /// What is said when there is no row.
    pub(crate) nothing: &'static str,
}

/// A cell: text, a link, or a button.
#[derive(Debug, Clone, Default)]
pub(crate) struct Cell {
    pub(crate) text: String,
    pub(crate) href: String,
    /// The cell is a button that sends a form there.
    pub(crate) action: String,
    /// For whom the button or link is, said to those who do not see the row.
    pub(crate) about: String,
    /// The cell is a box that marks the row, and the name under which it is sent.
    pub(crate) mark: String,
    /// With the form of this id.
    pub(crate) mark_of: &'static str,
}

impl Cell {
    pub(crate) fn text(text: impl Into<String>) -> Self {
        Self { text: text.into(), ..Self::default() }
    }

    pub(crate) fn link(text: impl Into<String>, href: impl Into<String>) -> Self {
        Self { text: text.into(), href: href.into(), ..Self::default() }
    }

    /// The same with whom it is about.
    #[must_use]
    pub(crate) fn about(self, whom: &str) -> Self {
        Self { about: whom.to_owned(), ..self }
    }

    /// A box that marks the row for the form of an id.
    pub(crate) fn mark(name: String, about: String, form: &'static str) -> Self {
        Self { mark: name, about, mark_of: form, ..Self::default() }
    }

    pub(crate) fn button(text: &str, about: &str, action: impl Into<String>) -> Self {
        Self { text: text.to_owned(), action: action.into(), about: about.to_owned(), ..Self::default() }
    }
}
