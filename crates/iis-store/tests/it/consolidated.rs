//! Consolidated rows can be dropped and written again; what was reported stays.

use crate::support::submit;
use iis_store::testing::deeds::{Message, granted};
use iis_store::testing::tables::dump;
use iis_store::{Lane, consolidated, person_name, source_record, store_test};

store_test! {
    fn cleared_tables_are_empty_and_what_was_reported_stays(t) {
        for n in 0..6 {
            submit(&t.store, n % 3, &Message::new(format!("M{n}"))).expect("a reply");
        }
        let before = dump(t);
        t.store.write_blocking(Lane::Bulk, consolidated::clear).expect("cleared");
        let after = dump(t);
        for (table, rows) in &before {
            if consolidated::TABLES.contains(&table.as_str()) {
                assert!(after[table].is_empty(), "{table}");
            } else {
                assert_eq!(&after[table], rows, "{table}");
            }
        }
        // A person whose view is being rebuilt is still there.
        let found = t.store.peek_blocking(|tx| source_record::find(tx, &granted(), iis_store::testing::deeds::ORGANIZATION, "CLINIC7", "A1"));
        let found = found.expect("a reading").pop().expect("the record");
        assert_eq!(found.revision(), 2);
        let id = found.person.expect("a person").0;
        let names = t.store.peek_blocking(move |tx| person_name::of_person(tx, &granted(), id)).expect("a reading");
        assert_eq!(names, []);
    }
}
