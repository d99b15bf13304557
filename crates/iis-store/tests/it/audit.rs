//! The audit's chains and seals: every kind of tampering is found, and the first bad row named.

use crate::support::{submit, submit_at_once};
use iis_model::SourceRecordId;
use iis_store::audit::list::{self, AuditFilter, AuditPlace};
use iis_store::audit::verify::{Against, verify};
use iis_store::audit::{Fault, Seal, Verification};
use iis_store::message::MessageFilter;
use iis_store::testing::deeds::{Message, granted, person_of};
use iis_store::testing::tables::time_literal;
use iis_store::testing::{NOW, TestStore};
use iis_store::{
    AuditEntry, Lane, Plan, StoreError, Tx, UnitKey, message, report, source_record, statements, store_test,
    submission,
};

fn sign(hash: &[u8]) -> Vec<u8> {
    hash.iter().rev().copied().collect()
}

fn verified(t: &TestStore, exported: Option<(i64, [u8; 32])>) -> Verification {
    t.store
        .read_blocking(move |tx| {
            let signed = |_, hash: &[u8], signature: &[u8]| sign(hash) == signature;
            verify(tx, &Against { signed: Some(&signed), exported })
        })
        .expect("a verification")
}

/// Ten audit rows in one chain (PostgreSQL: one writer), sealed after five and after ten.
fn ten_rows(t: &TestStore) -> (iis_store::Store, Vec<Seal>) {
    let store =
        iis_store::Store::open(&iis_store::StoreConfig { writers: 1, ..t.config.clone() }).expect("opens");
    let mut seals = Vec::new();
    for n in 0..10 {
        let entry = AuditEntry::of(&granted(), NOW).detail(format!("row {n}"));
        store.write_blocking(Lane::Web, move |tx| tx.audit(&entry)).expect("a row");
        if n % 5 == 4 {
            seals.extend(store.seal(NOW, &sign).expect("a seal"));
        }
    }
    assert_eq!(seals.len(), 2);
    (store, seals)
}

/// The chain of the ten rows.
fn chain(t: &TestStore) -> i64 {
    let rows = t
        .store
        .read_blocking(|tx| list::list(tx, &granted(), &AuditFilter { limit: 1, ..AuditFilter::default() }));
    rows.expect("a reading")[0].chain_id
}

/// Ten rows, tampered with; `CHAIN` stands for their chain.
fn faults_after(t: &TestStore, statements: &str) -> Vec<Fault> {
    let (store, seals) = ten_rows(t);
    assert_eq!(verified(t, None).faults, []);
    t.tamper(&statements.replace("CHAIN", &chain(t).to_string()));
    let last = seals.last().expect("two seals");
    let faults = verified(t, Some((last.n, last.hash))).faults;
    store.close_blocking();
    faults
}

store_test! {
    fn an_untouched_audit_is_whole(t) {
        let (_store, seals) = ten_rows(t);
        let found = verified(t, seals.last().map(|seal| (seal.n, seal.hash)));
        assert_eq!(found, Verification { rows: 10, seals: 2, faults: vec![] });
    }

    fn a_deleted_row_is_named(t) {
        let chain_id = { ten_rows(t).0.close_blocking(); chain(t) };
        t.tamper(&format!("DELETE FROM audit WHERE chain_id = {chain_id} AND n = 4"));
        assert_eq!(verified(t, None).faults, [Fault::Missing { chain_id, n: 4 }]);
    }

    fn an_edited_row_is_named(t) {
        let faults = faults_after(t, "UPDATE audit SET result = 'refused' WHERE chain_id = CHAIN AND n = 7");
        assert_eq!(faults, [Fault::Changed { chain_id: chain(t), n: 7 }]);
    }

    fn a_row_whose_hash_was_emptied_is_named(t) {
        let empty = if t.is_sqlite() { "x'00'" } else { "'\\x00'" };
        for column in ["hash", "prev"] {
            let faults = faults_after(t, &format!("UPDATE audit SET {column} = {empty} WHERE chain_id = CHAIN AND n = 7"));
            assert_eq!(faults, [Fault::Changed { chain_id: chain(t), n: 7 }], "{column}");
            t.tamper("DELETE FROM audit; DELETE FROM audit_seal");
        }
    }

    fn a_seal_whose_hash_was_emptied_is_named(t) {
        let empty = if t.is_sqlite() { "x'00'" } else { "'\\x00'" };
        let faults = faults_after(t, &format!("UPDATE audit_seal SET hash = {empty} WHERE n = 1"));
        assert_eq!(faults, [Fault::Seal { n: 1 }]);
    }

    fn rows_that_changed_places_are_named(t) {
        let faults = faults_after(t,
            "UPDATE audit SET n = 100 WHERE chain_id = CHAIN AND n = 3;
             UPDATE audit SET n = 3 WHERE chain_id = CHAIN AND n = 6;
             UPDATE audit SET n = 6 WHERE chain_id = CHAIN AND n = 100");
        assert_eq!(faults, [Fault::Changed { chain_id: chain(t), n: 3 }]);
    }

    fn a_tail_that_was_cut_off_is_named(t) {
        let faults = faults_after(t, "DELETE FROM audit WHERE chain_id = CHAIN AND n > 8");
        assert_eq!(faults, [Fault::Missing { chain_id: chain(t), n: 9 }]);
    }

    fn a_whole_chain_that_was_removed_is_named(t) {
        let chain_id = { ten_rows(t).0.close_blocking(); chain(t) };
        t.tamper("DELETE FROM audit");
        assert_eq!(verified(t, None).faults, [Fault::Missing { chain_id, n: 1 }]);
    }

    fn a_back_dated_row_that_was_put_in_is_named(t) {
        let chain_id = { ten_rows(t).0.close_blocking(); chain(t) };
        let at = time_literal(t, "2020-01-01T00:00:00Z".parse().expect("a moment"));
        t.tamper(&format!(
            "INSERT INTO audit SELECT chain_id, 11, {at}, actor_kind, actor, channel, action, person_id, message_id, \
             purpose, result, detail, hash, prev FROM audit WHERE chain_id = {chain_id} AND n = 10"
        ));
        assert_eq!(verified(t, None).faults, [Fault::Changed { chain_id, n: 11 }]);
        t.tamper(&format!("UPDATE audit SET n = -1 WHERE chain_id = {chain_id} AND n = 11"));
        assert_eq!(verified(t, None).faults, [Fault::Changed { chain_id, n: -1 }]);
    }

    fn a_chain_rewritten_with_right_hashes_does_not_fit_its_seal(t) {
        let (store, _) = ten_rows(t);
        let chain_id = chain(t);
        store.close_blocking();
        // Removed whole, and written again as somebody would who has the program: other rows, right hashes.
        t.tamper("DELETE FROM audit; DELETE FROM id_block WHERE name = 'audit_chain'");
        t.tamper(&format!("INSERT INTO id_block (name, next) VALUES ('audit_chain', {chain_id})"));
        let store = iis_store::Store::open(&iis_store::StoreConfig { writers: 1, ..t.config.clone() }).expect("opens");
        for n in 0..12 {
            let entry = AuditEntry::of(&granted(), NOW).detail(format!("another row {n}"));
            store.write_blocking(Lane::Web, move |tx| tx.audit(&entry)).expect("a row");
        }
        assert_eq!(verified(t, None).faults, [Fault::NotTheSealed { chain_id, n: 5 }]);
    }

    fn a_seal_that_was_changed_or_removed_is_named(t) {
        let (store, seals) = ten_rows(t);
        t.tamper("DELETE FROM audit_seal WHERE n = 1");
        assert_eq!(verified(t, None).faults, [Fault::Seal { n: 1 }]);
        t.tamper("DELETE FROM audit_seal");
        let exported = seals.last().map(|seal| (seal.n, seal.hash));
        assert_eq!(verified(t, exported).faults, [Fault::Older { n: 2 }]);
        store.close_blocking();
    }

    fn another_keys_signature_is_named(t) {
        let (store, _) = ten_rows(t);
        let entry = AuditEntry::of(&granted(), NOW);
        store.write_blocking(Lane::Web, move |tx| tx.audit(&entry)).expect("a row");
        store.seal(NOW, &|_| vec![1, 2, 3]).expect("a seal").expect("something moved");
        assert_eq!(verified(t, None).faults, [Fault::Seal { n: 3 }]);
    }

    fn nothing_is_sealed_when_nothing_moved(t) {
        assert_eq!(t.store.seal(NOW, &sign), Ok(None));
        submit(&t.store, 1, &Message::new("M1")).expect("a reply");
        assert!(t.store.seal(NOW, &sign).expect("a seal").is_some());
        assert_eq!(t.store.seal(NOW, &sign), Ok(None));
    }

    fn chains_of_many_writers_and_of_a_store_opened_again_stay_whole(t) {
        let first = submit_at_once(&t.store, 8, 5, |thread, _| i64::try_from(thread).expect("small"));
        t.store.seal(NOW, &sign).expect("a seal");
        let second = t.open_again();
        let more: Vec<_> = (0..5).map(|n| submit(&second, 1, &Message::new(format!("again {n}")))).collect();
        second.seal(NOW, &sign).expect("a seal");
        submit(&t.store, 1, &Message::new("last")).expect("a reply");
        assert!(first.iter().chain(&more).all(Result::is_ok));
        let found = verified(t, None);
        assert_eq!((found.rows, found.faults), (46, vec![]));
    }

    fn the_row_of_a_unit_that_failed_is_not_there_and_leaves_no_gap(t) {
        let entry = AuditEntry::of(&granted(), NOW);
        for n in 0..6 {
            let entry = entry.clone();
            let outcome = t.store.write_blocking(Lane::Web, move |tx| {
                tx.audit(&entry)?;
                if n % 2 == 0 { Ok(()) } else { Err(StoreError::Busy) }
            });
            assert_eq!(outcome.is_ok(), n % 2 == 0);
        }
        let found = verified(t, None);
        assert_eq!((found.rows, found.faults), (3, vec![]));
    }

    fn what_is_disclosed_is_audited_first_and_a_refusal_too(t) {
        let entry = AuditEntry::of(&granted(), NOW).result("refused");
        assert_eq!(t.store.disclose_blocking(move |_| Ok(("nothing", vec![entry]))), Ok("nothing"));
        assert_eq!(verified(t, None).rows, 1);
    }

    fn the_log_is_walked_from_place_to_place_and_every_row_is_met_once(t) {
        let second = |n: i64| NOW + jiff::SignedDuration::from_secs(n / 3); // three rows share a moment
        for n in 0..20 {
            let action = if n % 4 == 0 { "rare" } else { "usual" };
            let entry = AuditEntry::of(&granted(), second(n)).action(action).detail(format!("row {n}"));
            t.store.write_blocking(Lane::Web, move |tx| tx.audit(&entry)).expect("a row");
        }
        for (action, expected) in [(None, 20), (Some("rare"), 5)] {
            let (mut met, mut filter) = (Vec::new(), AuditFilter { action, limit: 3, ..AuditFilter::default() });
            loop {
                let read = filter.clone();
                let (edge, rows) = t.store.read_blocking(move |tx| {
                    let edge = list::edge(tx, &read, 4)?;
                    Ok((edge, list::list(tx, &granted(), &AuditFilter { down_to: edge, ..read })?))
                }).expect("a reading");
                met.extend(rows.iter().map(|row| row.detail.to_string()));
                filter.before = match rows.last() {
                    Some(last) if rows.len() == 3 => Some(last.place()),
                    _ if edge.is_some() => edge,
                    _ => break,
                };
            }
            let mut once = met.clone();
            once.sort();
            once.dedup();
            assert_eq!((met.len(), once.len()), (expected, expected), "{action:?}: {met:?}");
        }
        let (from, before) = (Some(second(3)), Some(AuditPlace::start_of(second(9))));
        let filter = AuditFilter { from, before, limit: 100, ..AuditFilter::default() };
        let rows = t.store.read_blocking(move |tx| list::list(tx, &granted(), &filter)).expect("a reading");
        let met: Vec<_> = rows.iter().map(|row| row.at).collect();
        assert_eq!((met.len(), met.first(), met.last()), (6, Some(&second(8)), Some(&second(3))));
    }

    fn odd_texts_keep_their_hash(t) {
        let entry = AuditEntry::of(&granted(), NOW).detail("a\0b \u{1F600} ''");
        t.store.write_blocking(Lane::Web, move |tx| tx.audit(&entry)).expect("a row");
        assert_eq!(verified(t, None).faults, []);
    }
}

#[test]
fn how_far_the_log_is_read_is_found_in_the_index_alone() {
    let t = TestStore::sqlite();
    let path = t.config.url.strip_prefix("sqlite:").expect("a SQLite address");
    let connection = rusqlite::Connection::open(path).expect("the file opens");
    let edge = statements::all().find(|sql| sql.name().ends_with("list::EDGE")).expect("the statement");
    let mut statement =
        connection.prepare(&format!("EXPLAIN QUERY PLAN {}", edge.lite())).expect("a statement");
    let plan: Vec<String> = statement
        .query_map([0, 0, 0, 0, 0], |row| row.get(3))
        .expect("a plan")
        .map(|step| step.expect("a step"))
        .collect();
    assert_eq!(plan.len(), 1, "{plan:?}");
    assert!(plan[0].contains("USING COVERING INDEX audit_at"), "{plan:?}");
}

/// How much of something is found of a source record.
type Look = fn(&mut Tx<'_>, SourceRecordId) -> Result<usize, StoreError>;

fn look(tx: &mut Tx<'_>) -> Result<(), StoreError> {
    person_of(tx, 1).map(drop)
}

fn row() -> AuditEntry {
    AuditEntry::of(&granted(), NOW)
}

fn plan_with(tx: &mut Tx<'_>, audit: Vec<AuditEntry>) -> Result<Plan, StoreError> {
    look(tx)?;
    Ok(Plan { audit, ..Plan::new(NOW, UnitKey::None) })
}

store_test! {
    fn a_look_at_a_person_that_leaves_no_audit_row_is_refused_whatever_the_way(t) {
        submit(&t.store, 1, &Message::new("first")).expect("a new person");
        let refused = |outcome: Result<(), StoreError>| {
            assert!(matches!(&outcome, Err(StoreError::Internal(text)) if text.contains("no audit row")), "{outcome:?}");
        };
        refused(t.store.read_blocking(look));
        refused(t.store.disclose_blocking(move |tx| Ok((look(tx)?, Vec::new()))));
        refused(t.store.write_blocking(Lane::Web, look));
        refused(t.store.propose_and_apply_blocking(Lane::Web, move |tx| plan_with(tx, Vec::new())).map(drop));

        t.store.disclose_blocking(move |tx| Ok((look(tx)?, vec![row()]))).expect("disclosed");
        t.store.propose_and_apply_blocking(Lane::Web, move |tx| plan_with(tx, vec![row()])).expect("applied");
        t.store.write_blocking(Lane::Web, move |tx| { look(tx)?; tx.audit(&row()) }).expect("written");
        t.store.read_blocking(|tx| person_of(tx, 2).map(drop)).expect("nobody was there");
        t.store.read_blocking(|tx| iis_store::setting::get(tx, "none").map(drop)).expect("the next unit owes nothing");
    }

    fn a_message_a_report_and_a_source_record_are_watched_like_the_person(t) {
        submit(&t.store, 1, &Message::new("first")).expect("a new person");
        let first = |tx: &mut Tx<'_>| Ok(source_record::list(tx, SourceRecordId(i64::MIN), 1)?[0]);
        let record = t.store.peek_blocking(first).expect("a source record");
        let looks: [(&str, Look); 4] = [
            ("what a record says", |tx, id| Ok(source_record::view(tx, &granted(), id)?.iter().count())),
            ("its revisions", |tx, id| Ok(submission::of_record(tx, &granted(), id)?.len())),
            ("its reports", |tx, id| Ok(report::of_record(tx, &granted(), id)?.len())),
            ("messages", |tx, _| {
                let latest = MessageFilter { limit: 1, ..MessageFilter::default() };
                Ok(message::list(tx, &granted(), &latest)?.len())
            }),
        ];
        for (what, look) in looks {
            let found = t.store.peek_blocking(move |tx| look(tx, record)).expect("a reading");
            assert_ne!(found, 0, "{what}");
            let outcome = t.store.read_blocking(move |tx| look(tx, record));
            let is_refused = matches!(&outcome, Err(StoreError::Internal(text)) if text.contains("no audit row"));
            assert!(is_refused, "{what}: {outcome:?}");
            t.store.disclose_blocking(move |tx| Ok((look(tx, record)?, vec![row()]))).expect("disclosed");
            let nobody = SourceRecordId(i64::MAX);
            if what != "messages" {
                t.store.read_blocking(move |tx| look(tx, nobody)).expect("nothing was there");
            }
        }
    }
}
