//! What a database says, without the row keys: equal for two databases that were told the same, in whatever order their
//! rows were written.

use super::tables::Cells;
use crate::select::Select;
use crate::{StoreError, Tx};

/// A source record by what its sender calls it.
const RECORD: &str = "s.authority || '/' || s.mrn || '#' || CAST(s.generation AS TEXT)";

/// What each line is about, and the query of its columns; `{record}` is the name of the record `s`, `{person}` that of the
/// person `p`: the first of its records.
const PARTS: [(&str, &str); 9] = [
    (
        "link",
        "SELECT {record}, {person}, p.status, l.kind FROM link l JOIN source_record s ON s.id = l.source_record_id \
         JOIN person p ON p.id = l.person_id",
    ),
    (
        "submission",
        "SELECT {record}, u.revision, u.sent_at, d.demographics, u.withdrawn_by FROM submission u \
         JOIN source_record s ON s.id = u.source_record_id LEFT JOIN submission_person d \
         ON d.source_record_id = u.source_record_id AND d.revision = u.revision WHERE 1 = 1",
    ),
    (
        "report",
        "SELECT {record}, r.revision, r.dose_key, r.kind, r.action, r.given_on, r.cvx, r.sent_at, b.body \
         FROM report r JOIN source_record s ON s.id = r.source_record_id JOIN report_body b ON b.id = r.id WHERE r.withdrawn_by IS NULL",
    ),
    (
        "view of record",
        "SELECT {record}, v.demographics, v.revision, v.sent_at FROM source_view v \
         JOIN source_record s ON s.id = v.source_record_id WHERE 1 = 1",
    ),
    (
        "view",
        "SELECT {person}, v.demographics, v.born_on, v.sex, v.protected, v.deceased FROM person_view v \
         JOIN person p ON p.id = v.person_id WHERE 1 = 1",
    ),
    (
        "event",
        "SELECT {person}, e.given_on, e.cvx, e.kind FROM event e JOIN person p ON p.id = e.person_id WHERE 1 = 1",
    ),
    (
        "name",
        "SELECT {person}, n.n, n.last, n.first, n.born_on FROM person_name n JOIN person p ON p.id = n.person_id WHERE 1 = 1",
    ),
    (
        "status",
        "SELECT {person}, t.doses, t.latest_dose_on, t.packed, t.re_evaluate_on FROM person_status t \
         JOIN person p ON p.id = t.person_id WHERE 1 = 1",
    ),
    (
        "message",
        "SELECT m.control_id, m.body_sha256, m.kind, m.profile, m.ack, m.findings, m.revision FROM message m WHERE 1 = 1",
    ),
];

/// The lines, sorted. Match keys are left out: they follow from the views.
pub fn portrait(tx: &mut Tx<'_>) -> Result<Vec<String>, StoreError> {
    let person = format!(
        "(SELECT MIN({RECORD}) FROM link k JOIN source_record s ON s.id = k.source_record_id WHERE k.person_id = p.id)"
    );
    let mut lines = Vec::new();
    for (name, query) in PARTS {
        let text = query.replace("{record}", RECORD).replace("{person}", &person);
        let found: Vec<Cells> = tx.select(&Select { text, params: Vec::new() })?;
        lines.extend(found.into_iter().map(|row| format!("{name} | {}", row.0.join(" | "))));
    }
    lines.sort_unstable();
    Ok(lines)
}
