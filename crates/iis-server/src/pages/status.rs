//! A status on screen: word, shape and color, in this order of importance. The only way to print one.
//!
//! Source: screens section 2.4, table of statuses.

use askama::Template;
use askama::filters::HtmlSafe;

/// What kind of status it is: decides shape and color.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Shape {
    /// Valid, complete, passed, immune.
    Good,
    /// Not valid, failed, refused.
    Bad,
    /// Time has passed: overdue, expired.
    Late,
    /// To be done today.
    Now,
    /// Nothing to do yet.
    Later,
    /// Deliberately out: contraindicated, exempt, opted out.
    Out,
    /// Kept, not counted: extra, sub-standard.
    Extra,
    /// Unresolved doubt.
    Doubt,
}

impl Shape {
    fn class(self) -> &'static str {
        match self {
            Self::Good => "good",
            Self::Bad => "bad",
            Self::Late => "late",
            Self::Now => "now",
            Self::Later => "later",
            Self::Out => "out",
            Self::Extra => "extra",
            Self::Doubt => "doubt",
        }
    }

    fn glyph(self) -> &'static str {
        match self {
            Self::Good => "✓",
            Self::Bad => "✗",
            Self::Late => "!",
            Self::Now => "●",
            Self::Later => "◌",
            Self::Out => "⊘",
            Self::Extra => "○",
            Self::Doubt => "⚑",
        }
    }
}

/// A status.
#[derive(Debug, Clone, PartialEq, Eq, Template)]
#[template(path = "status.html")]
pub(crate) struct Status {
    shape: Shape,
    pub(crate) word: String,
    is_word_spoken_only: bool,
}

impl Status {
    /// A status of a kind, with its word.
    pub(crate) fn new(shape: Shape, word: impl Into<String>) -> Self {
        Self { shape, word: word.into(), is_word_spoken_only: false }
    }

    /// The same for dense tables with a legend: the word is there for those who listen.
    #[must_use]
    pub(crate) fn dense(mut self) -> Self {
        self.is_word_spoken_only = true;
        self
    }
}

/// Its own template has escaped the word.
impl HtmlSafe for Status {}

#[cfg(test)]
mod tests {
    use super::{Shape, Status};

    #[test]
    fn a_status_has_a_word_besides_its_shape_and_the_word_is_escaped() {
        let html = Status::new(Shape::Bad, "<b>Refused</b>").to_string();
        assert!(html.contains("✗") && html.contains("status--bad"), "{html}");
        assert!(!html.contains("<b>"), "{html}");
        let html = Status::new(Shape::Late, "Overdue").dense().to_string();
        assert!(html.contains("Overdue"), "{html}");
    }
}
