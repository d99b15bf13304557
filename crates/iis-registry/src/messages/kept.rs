//! Findings as the log of messages keeps them: code, severity, place.

use iis_model::{Finding, Findings, Place, Severity};
use serde::{Deserialize, Serialize};

/// A finding of a stored message. Its words belong to its code.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(from = "Row", into = "Row")]
pub struct KeptFinding {
    /// Stable code.
    pub code: Box<str>,
    /// How bad.
    pub severity: Severity,
    /// Where.
    pub place: Place,
}

/// As it is written.
#[derive(Serialize, Deserialize)]
struct Row {
    c: Box<str>,
    s: Severity,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    p: String,
}

impl From<Row> for KeptFinding {
    fn from(row: Row) -> Self {
        Self { code: row.c, severity: row.s, place: row.p.parse().unwrap_or(Place::NONE) }
    }
}

impl From<KeptFinding> for Row {
    fn from(finding: KeptFinding) -> Self {
        Self { c: finding.code, s: finding.severity, p: finding.place.to_string() }
    }
}

/// Reads what [`text`] wrote; what cannot be read is none.
pub(crate) fn findings(text: &str) -> Vec<KeptFinding> {
    serde_json::from_str(text).unwrap_or_default()
}

/// Writes the findings of a message for the log.
pub(crate) fn text(findings: &Findings) -> Box<str> {
    if findings.0.is_empty() {
        return "".into();
    }
    let kept = |f: &Finding| KeptFinding { code: f.code.into(), severity: f.severity, place: f.place };
    let kept: Vec<_> = findings.iter().map(kept).collect();
    serde_json::to_string(&kept).unwrap_or_default().into()
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
