//! One measured figure.

use super::table::Goal;
use anyhow::{Context, Result};
use serde_json::Value;

/// A line of a measuring program.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct Figure {
    pub(super) goal: String,
    pub(super) name: String,
    /// The worst of three.
    pub(super) value: f64,
    /// What `value` was made of, when it is a ratio.
    pub(super) ours: Option<f64>,
    pub(super) reference: Option<f64>,
    pub(super) unit: String,
}

impl Figure {
    /// The heading above [`Figure::row`].
    pub(super) const HEADING: &str =
        "goal  figure                    value      goal is          ours     reference  unit";

    /// Understands one line of JSON.
    pub(super) fn read(line: &str) -> Result<Self> {
        let fields: Value = serde_json::from_str(line)?;
        let text = |name: &str| {
            fields[name].as_str().map(ToOwned::to_owned).with_context(|| format!("no \"{name}\""))
        };
        Ok(Self {
            goal: text("goal")?,
            name: text("name")?,
            value: fields["value"].as_f64().context("no number \"value\"")?,
            ours: fields["ours"].as_f64(),
            reference: fields["reference"].as_f64(),
            unit: text("unit")?,
        })
    }

    /// A line for people.
    pub(super) fn row(&self, goal: Option<&Goal>) -> String {
        let number = |number: Option<f64>| number.map_or(String::from("-"), |number| format!("{number:.2}"));
        let verdict = goal.map_or(String::new(), |goal| {
            format!("{} {}", goal.text(), if goal.is_met_by(self) { "met" } else { "MISSED" })
        });
        format!(
            "{:<5} {:<22} {:>8.2}  {:<14} {:>12} {:>12}  {}",
            self.goal,
            self.name,
            self.value,
            verdict,
            number(self.ours),
            number(self.reference),
            self.unit
        )
    }
}

#[cfg(test)]
mod tests {
    use super::Figure;

    #[test]
    fn a_line_without_its_figure_is_refused() {
        #[rustfmt::skip]
        let table = [
            (r#"{"goal":"P1","name":"vs-scan","value":0.6,"ours":2.1,"reference":1.3,"unit":"us"}"#, true),
            (r#"{"goal":"P7","name":"p99-ms","value":1,"unit":"ms"}"#,                              true),
            (r#"{"goal":"P1","name":"vs-scan","value":"fast","unit":"us"}"#,                        false),
            (r#"{"goal":"P1","value":0.6,"unit":"us"}"#,                                            false),
            ("{",                                                                                  false),
        ];
        for (line, is_figure) in table {
            assert_eq!(Figure::read(line).is_ok(), is_figure, "{line}");
        }
    }
}
