//! Results on standard output, everything else on standard error.

use serde::Serialize;
use std::io::{IsTerminal, Write};

/// Where a command writes to.
#[derive(Debug, Clone, Copy)]
pub struct Output {
    json: bool,
}

impl Output {
    /// With `json`, results are objects, one a line.
    pub fn new(json: bool) -> Self {
        Self { json }
    }

    /// Whether results are objects.
    pub fn is_json(&self) -> bool {
        self.json
    }

    /// Whether progress can be drawn.
    pub fn is_interactive(&self) -> bool {
        std::io::stderr().is_terminal()
    }

    /// A result for people; nothing with `--json`.
    pub fn line(&self, text: &str) {
        if !self.json {
            self.raw(text);
        }
    }

    /// A result for programs; nothing without `--json`.
    pub fn object(&self, object: &impl Serialize) {
        if self.json {
            let text = serde_json::to_string(object).unwrap_or_else(|_| "{}".to_owned());
            self.raw(&text);
        }
    }

    /// A result as a line, whatever the form. A reader that went away is no failure.
    pub fn raw(&self, text: &str) {
        let mut out = std::io::stdout().lock();
        let _ = writeln!(out, "{text}").and_then(|()| out.flush());
    }

    /// Progress and complaints.
    pub fn complain(&self, text: &str) {
        let _ = writeln!(std::io::stderr().lock(), "{text}");
    }

    /// A table with aligned columns.
    pub fn table(&self, head: &[&str], rows: &[Vec<String>]) {
        let width = |column: usize| {
            let cells = rows.iter().filter_map(|row| row.get(column)).map(|cell| cell.chars().count());
            cells.chain(head.get(column).map(|name| name.chars().count())).max().unwrap_or(0)
        };
        let print = |cells: &mut dyn Iterator<Item = &str>| {
            let line: Vec<String> = cells
                .enumerate()
                .map(|(column, cell)| format!("{cell:<width$}", width = width(column)))
                .collect();
            self.line(line.join("  ").trim_end());
        };
        print(&mut head.iter().copied());
        for row in rows {
            print(&mut row.iter().map(String::as_str));
        }
    }
}
