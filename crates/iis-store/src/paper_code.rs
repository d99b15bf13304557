//! Codes that stand on signed papers of cases. Rows are only added.

use crate::row::from_row;
use crate::sql::sql;
use crate::val::vals;
use crate::{StoreError, Tx};
use iis_model::Timestamp;

sql! {
    INSERT = "INSERT INTO case_paper_code (code_sha256, case_id, n) VALUES ($1, $2, $3)";
    BY_CODE = "SELECT f.kind, f.number, f.body, p.kind, p.content_sha256, p.at, p.facts, p.n, \
               (SELECT MAX(o.n) FROM case_paper o WHERE o.case_id = p.case_id AND o.kind = p.kind) \
               FROM case_paper_code c JOIN case_file f ON f.id = c.case_id \
               JOIN case_paper p ON p.case_id = c.case_id AND p.n = c.n WHERE c.code_sha256 = $1";
}

/// A paper as it is found by its code.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CodedPaper {
    /// The kind of its case.
    pub case_kind: Box<str>,
    /// The number of its case.
    pub number: i64,
    /// What was asked in the case, as JSON.
    pub body: Box<str>,
    /// What kind of paper.
    pub kind: Box<str>,
    /// SHA-256 of its content.
    pub content_sha256: [u8; 32],
    /// When it came.
    pub at: Timestamp,
    /// Who signed it, as JSON.
    pub facts: Box<str>,
    /// Its number within the case.
    pub n: i64,
    /// The number of the latest paper of its kind in the case.
    pub latest_n: i64,
}
from_row!(CodedPaper { case_kind, number, body, kind, content_sha256, at, facts, n, latest_n });

/// Keeps the code of a paper.
pub fn insert(tx: &mut Tx<'_>, code_sha256: &[u8; 32], case_id: i64, n: i64) -> Result<(), StoreError> {
    tx.exec(&INSERT, vals![code_sha256, case_id, n])
}

/// The paper of a code. Whoever knows the code holds the paper: it takes no other permission.
pub fn by_code(tx: &mut Tx<'_>, code_sha256: &[u8; 32]) -> Result<Option<CodedPaper>, StoreError> {
    tx.one(&BY_CODE, vals![code_sha256])
}
