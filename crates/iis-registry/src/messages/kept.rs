//! Findings as the log of messages keeps them: code, severity, place.

use iis_model::{Place, Severity};
use serde::Deserialize;

/// A finding of a stored message. Its words belong to its code.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeptFinding {
    /// Stable code.
    pub code: Box<str>,
    /// How bad.
    pub severity: Severity,
    /// Where.
    pub place: Place,
}

#[derive(Deserialize)]
struct Row {
    c: Box<str>,
    s: Severity,
    #[serde(default)]
    p: String,
}

/// Reads what [`crate::exchange`] wrote; a row that cannot be read is none.
pub(crate) fn findings(text: &str) -> Vec<KeptFinding> {
    let rows: Vec<Row> = serde_json::from_str(text).unwrap_or_default();
    let finding =
        |row: Row| KeptFinding { code: row.c, severity: row.s, place: row.p.parse().unwrap_or(Place::NONE) };
    rows.into_iter().map(finding).collect()
}

#[cfg(test)]
mod tests {
    use super::findings;
    use iis_model::{Place, Severity};

    #[test]
    fn what_was_kept_is_read() {
        let read = findings(r#"[{"c":"HL7-046","s":"E","p":"PID-7"},{"c":"REG-008","s":"E"}]"#);
        assert_eq!(read.len(), 2);
        assert_eq!(
            (&*read[0].code, read[0].severity, read[0].place),
            ("HL7-046", Severity::Error, Place::segment(*b"PID", 1).field(7))
        );
        assert!(read[1].place.is_none());
        assert!(findings("").is_empty());
    }
}
