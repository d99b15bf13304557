//! What a source record says: its submissions, one after the other.

use iis_model::{Demographics, Timestamp};
use iis_store::submission::StoredSubmission;

/// What a source record says: those of its submissions that count, later ones over earlier ones.
pub(crate) fn fold(rows: &[StoredSubmission]) -> Demographics {
    let mut folded = Demographics::default();
    for (_, demographics) in in_order(rows) {
        folded.update(demographics);
    }
    folded
}

/// The submissions of a record that count, in the order in which they were sent: when, and what each said. One that said the
/// same as the one before it does so also when that one does not count.
pub(super) fn in_order(rows: &[StoredSubmission]) -> Vec<(Timestamp, &Demographics)> {
    let mut by_revision: Vec<&StoredSubmission> = rows.iter().collect();
    by_revision.sort_by_key(|stored| stored.row.revision);
    let mut said = None;
    let mut sent: Vec<_> = by_revision
        .into_iter()
        .filter_map(|StoredSubmission { row, withdrawn_by }| {
            said = row.demographics.as_ref().or(said);
            Some((row.sent_at, row.revision, said?)).filter(|_| withdrawn_by.is_none())
        })
        .collect();
    sent.sort_by_key(|(sent_at, revision, _)| (*sent_at, *revision));
    sent.into_iter().map(|(sent_at, _, demographics)| (sent_at, demographics)).collect()
}

#[cfg(test)]
mod tests {
    use super::fold;
    use iis_model::testing::person;
    use iis_model::{Demographics, SourceRecordId, Timestamp};
    use iis_store::submission::{NewSubmission, StoredSubmission, hash_of};

    fn sent(revision: i64, minute: i64, demographics: Option<Demographics>) -> StoredSubmission {
        let at = Timestamp::from_second(minute * 60).expect("a moment");
        let row = NewSubmission {
            source_record_id: SourceRecordId(1),
            revision,
            message_id: None,
            sender_id: None,
            account_id: None,
            site_id: None,
            sent_at: at,
            received_at: at,
            sent_hash: hash_of(&demographics.clone().unwrap_or_default()),
            decrements: false,
            demographics,
        };
        StoredSubmission { row, withdrawn_by: None }
    }

    #[test]
    fn a_withdrawn_submission_is_not_heard_but_whoever_repeated_it_is() {
        let (first, second) = (person().called("DOE", "ANA"), person().called("ROE", "ANA"));
        let mut rows = [sent(1, 10, Some(first)), sent(2, 20, Some(second)), sent(3, 30, None)];
        let family = |rows: &[StoredSubmission]| {
            fold(rows).legal_name().map(|name| name.family.to_string()).unwrap_or_default()
        };
        rows[1].withdrawn_by = Some(7);
        assert_eq!(family(&rows), "ROE", "the third says what the second said");
        rows[2].withdrawn_by = Some(7);
        assert_eq!(family(&rows), "DOE");
        rows[0].withdrawn_by = Some(7);
        assert_eq!(fold(&rows), Demographics::default());
    }

    #[test]
    fn a_late_message_fills_gaps_and_overtakes_nothing() {
        let first = person().called("DOE", "ANA");
        let last = person().called("ROE", "ANA");
        let late = person().called("POE", "ANA").born("2020-01-16");
        let said_again = sent(3, 30, None); // the same as revision 2
        let rows = [sent(1, 10, Some(first)), sent(2, 20, Some(last)), said_again, sent(4, 25, Some(late))];
        let folded = fold(&rows);
        assert_eq!(folded.legal_name().map(|name| &*name.family), Some("ROE"));
        assert_eq!(folded.birth_date().map(|d| d.to_string()).as_deref(), Some("2020-01-15"));
    }
}
