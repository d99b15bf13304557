//! Tables of Markdown.

/// A table with its headings.
pub(crate) struct Table {
    text: String,
}

impl Table {
    pub(crate) fn new(headings: &[&str]) -> Self {
        let mut table = Self { text: String::new() };
        table.row(headings);
        table.text.push_str(&"|---".repeat(headings.len()));
        table.text.push_str("|\n");
        table
    }

    /// Adds a row; a pipe in a cell is escaped, a line break becomes a blank.
    pub(crate) fn row(&mut self, cells: &[&str]) {
        for cell in cells {
            self.text.push_str("| ");
            self.text.push_str(&cell.replace('|', "\\|").replace('\n', " "));
            self.text.push(' ');
        }
        self.text.push_str("|\n");
    }

    pub(crate) fn text(self) -> String {
        self.text
    }
}
