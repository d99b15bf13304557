//! Steps: what they make, and what stops them.

use iis_store::migrate::{STEPS, Step};
use iis_store::schema::{Token, tables};
use iis_store::testing::tables::{dump, live_columns, time_literal};
use iis_store::testing::{NOW, TestStore};
use iis_store::{Store, StoreError, store_test};
use std::fmt::Write;

/// What an engine's catalog can tell apart.
fn as_told(token: Token, sqlite: bool) -> Token {
    match token {
        Token::Int => Token::Id,
        Token::Time | Token::Bool if sqlite => Token::Id,
        Token::Date if sqlite => Token::Text,
        other => other,
    }
}

store_test! {
    fn replaying_all_steps_makes_the_tables_that_are_written(t) {
        let mut live = live_columns(t);
        live.retain(|name, _| !name.starts_with("schema_step."));
        let written = tables()
            .iter()
            .flat_map(|table| {
                table.columns.iter().map(|column| {
                    (format!("{}.{}", table.name, column.name), as_told(column.token, t.is_sqlite()))
                }).collect::<Vec<_>>()
            })
            .collect();
        assert_eq!(live, written);
    }

    fn a_second_migration_changes_nothing(t) {
        assert_eq!(t.store.migrate(NOW), Ok(vec![]));
        assert_eq!(t.store.check_schema(), Ok(()));
    }

    fn a_step_that_was_changed_afterwards_stops_the_start(t) {
        static CHANGED: &[Step] =
            &[Step { version: 1, name: "base", oldest_program: 1, text: "CREATE TABLE IF NOT EXISTS x (\n    a ID\n);" }];
        let error = t.store.migrate_to(CHANGED, NOW).expect_err("another text under the same number");
        assert_eq!(error.to_string(), "step 1 of the schema was changed after it had been applied");
    }

    fn a_schema_that_needs_a_newer_program_is_refused_with_a_sentence(t) {
        let note = |version: i64, oldest: i64| {
            let at = iis_store::testing::tables::time_literal(t, NOW);
            let hash = "00".repeat(32);
            let hash = if t.is_sqlite() { format!("x'{hash}'") } else { format!("'\\x{hash}'") };
            t.tamper(&format!("INSERT INTO schema_step VALUES ({version}, 'later', {hash}, {oldest}, {at})"));
        };
        let step = STEPS.last().expect("steps").version + 1;
        note(step, 1);
        assert_eq!(t.store.check_schema(), Ok(()), "a step that older programs can live with");
        note(step + 1, step);
        let error = t.store.check_schema().expect_err("a step that they cannot live with");
        let sentence = format!("the schema (step {}) needs a newer program than this one", step + 1);
        assert_eq!(error.to_string(), sentence);
        assert!(t.store.migrate(NOW).is_err());
    }
}

/// The schema as a text that is looked at in review; `UPDATE_SCHEMA=1` writes it anew.
#[test]
fn the_written_schema_is_the_one_in_the_file() {
    let mut text = String::new();
    for table in tables() {
        writeln!(text, "{} ({})", table.name, table.key.join(", ")).expect("a String takes any text");
        for column in table.columns {
            let empty = if column.nullable { " or empty" } else { "" };
            writeln!(text, "    {} {:?}{empty}", column.name, column.token).expect("a String takes any text");
        }
    }
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/migrations/schema.txt");
    if std::env::var_os("UPDATE_SCHEMA").is_some() {
        std::fs::write(path, &text).expect("the written schema");
    }
    assert_eq!(text, std::fs::read_to_string(path).expect("the written schema"));
}

#[test]
fn a_store_without_schema_says_so_and_can_be_migrated_later() {
    let t = TestStore::sqlite();
    let url = format!("sqlite:{}", t.dir().join("empty.db").display());
    let store = Store::open(&iis_store::StoreConfig::new(url)).expect("an empty file");
    let said = store.check_schema().expect_err("there is no schema").to_string();
    assert!(said.contains("the database is empty"), "{said}");
    assert!(store.ids().take().is_err());
    let applied = store.migrate(NOW).expect("the steps");
    assert_eq!(applied.len(), STEPS.len());
    assert_eq!(store.check_schema(), Ok(()));
    assert!(store.ids().take().is_ok());
}

#[test]
fn a_second_server_on_the_same_sqlite_file_is_refused() {
    let t = TestStore::sqlite();
    t.store.lock_for_serving().expect("nobody serves it");
    let second = t.open_again();
    assert_eq!(second.lock_for_serving(), Err(StoreError::AlreadyServed));
    t.store.close_blocking();
    assert_eq!(second.lock_for_serving(), Ok(()));
}

/// Messages that were withheld before it was noted with which identity: known where it is certain, and for good where not.
#[test]
fn messages_that_were_withheld_before_are_withheld_with_the_identity_that_they_told_of() {
    let before = STEPS.split_at_checked(34).expect("steps").0;
    for t in TestStore::each_after(before) {
        let at = |second: i64| time_literal(&t, NOW + jiff::SignedDuration::from_secs(second));
        let bytes = if t.is_sqlite() { "x'00'" } else { "'\\x00'" };
        let sealed = [
            (11, 1, 10, "adoption"),
            (21, 2, 10, "replacement-reversal"),
            (22, 2, 20, "sealing"),
            (31, 3, 10, "name-change"),
            (32, 3, 20, "sealing"),
        ];
        for (id, person, second, event) in sealed {
            t.tamper(&format!(
                "INSERT INTO sealed_identity (id, person_id, at, actor, event, former) \
                 VALUES ({id}, {person}, {}, '', '{event}', '')",
                at(second)
            ));
        }
        // message, when it came, and about whom
        let messages = [
            (1, 5, vec![1]),
            (2, 15, vec![1]),
            (3, 5, vec![2]),
            (4, 15, vec![2]),
            (5, 5, vec![3]),
            (6, 15, vec![3, 1]),
            (7, 5, vec![1, 2]),
        ];
        for (id, second, persons) in messages {
            t.tamper(&format!(
                "INSERT INTO message (id, sender_id, msh_3, msh_4, control_id, body_sha256, key_n, channel, received_at, \
                 kind, profile, ack, body, reply, findings, micros) VALUES ({id}, 1, '', '', '{id}', {bytes}, 0, '', {}, \
                 '', '', '', {bytes}, {bytes}, '', 0); INSERT INTO sealed_message (message_id) VALUES ({id});",
                at(second)
            ));
            for person in persons {
                t.tamper(&format!(
                    "INSERT INTO audit (chain_id, n, at, actor_kind, actor, channel, action, person_id, message_id, \
                     purpose, result, detail, prev, hash) VALUES ({person}, {id}, {}, '', '', '', '', {person}, {id}, \
                     '', '', '', {bytes}, {bytes})",
                    at(second)
                ));
            }
        }
        t.store.migrate(NOW).expect("the step");
        let rows = dump(&t).remove("withheld_message").expect("the table");
        // before the only one; after it; before a mistake or of it; after a mistake; before both; between both; of one certain, of another not
        assert_eq!(rows, ["1 | 11", "2 | 0", "3 | 0", "4 | 22", "5 | 31", "6 | 0", "7 | 0", "7 | 11"]);
    }
}

/// The step tells which of the submissions that were there take doses out of the stock: forms, and what a sender sent since its first
/// dose that did, or should have.
#[test]
fn submissions_from_before_decrement_where_the_ledger_tells_that_it_was_agreed() {
    let before = STEPS.split_at_checked(41).expect("steps").0;
    for t in TestStore::each_after(before) {
        let at = |second: i64| time_literal(&t, NOW + jiff::SignedDuration::from_secs(second));
        let bytes = if t.is_sqlite() { "x'00'" } else { "'\\x00'" };
        // revision, sender, account, when
        let submissions = [
            (1, "1", "NULL", 10),
            (2, "1", "NULL", 20), // its dose came out
            (3, "1", "NULL", 30),
            (4, "2", "NULL", 30), // its dose came back because of a merge, and was another's
            (5, "NULL", "7", 5),
            (6, "3", "NULL", 40), // its dose should have come out
            (7, "3", "NULL", 39),
            (8, "4", "NULL", 40), // it said that the dose is from elsewhere
        ];
        for (revision, sender, account, second) in submissions {
            t.tamper(&format!(
                "INSERT INTO submission (source_record_id, revision, sender_id, account_id, sent_at, received_at, sent_hash) \
                 VALUES (1, {revision}, {sender}, {account}, {moment}, {moment}, {bytes}); \
                 INSERT INTO report (source_record_id, id, revision, dose_key, kind, action, sent_at, gist, body_hash) \
                 VALUES (1, {revision}, {revision}, 'V{revision}', 'A', 'A', {moment}, {bytes}, {bytes});",
                moment = at(second)
            ));
        }
        let entries = [
            (1, "administered", -1, "", 2, 20),
            (2, "administered", -1, "merged", 4, 30),
            (3, "given-back", 1, "", 2, 50),
        ];
        for (n, kind, doses, reason, dose, second) in entries {
            t.tamper(&format!(
                "INSERT INTO stock_entry (lot_id, n, kind, doses, reason, actor, at, source_record_id, dose_key) \
                 VALUES (1, {n}, '{kind}', {doses}, '{reason}', '', {}, 1, 'V{dose}')",
                at(second)
            ));
        }
        for (dose, reason) in [(6, "no-lot"), (8, "elsewhere")] {
            t.tamper(&format!(
                "INSERT INTO stock_missed (source_record_id, dose_key, site_id, report_id, reason, at) \
                 VALUES (1, 'V{dose}', 1, {dose}, '{reason}', {})",
                at(40)
            ));
        }
        t.store.migrate(NOW).expect("the step");
        let rows = dump(&t).remove("submission").expect("the table");
        let decrement: Vec<usize> = (1..=rows.len())
            .filter(|n| rows[n - 1].to_lowercase().ends_with("true") || rows[n - 1].ends_with("| 1"))
            .collect();
        assert_eq!(decrement, [2, 3, 5, 6], "{rows:#?}");
    }
}
