//! `policy/columns.toml` says of every column what kind of data it holds, and of nothing else.

use iis_store::store_test;
use iis_store::testing::tables::live_columns;
use std::collections::BTreeSet;

const KINDS: [&str; 4] = ["identifying", "clinical", "operational", "public"];

fn written() -> BTreeSet<String> {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../policy/columns.toml");
    let text = std::fs::read_to_string(path).expect("policy/columns.toml");
    let file: toml::Table = text.parse().expect("TOML");
    let mut columns = BTreeSet::new();
    for (table, entry) in file {
        for (column, kind) in entry.as_table().expect("a table of columns") {
            assert!(KINDS.contains(&kind.as_str().unwrap_or_default()), "{table}.{column}: {kind}");
            columns.insert(format!("{table}.{column}"));
        }
    }
    columns
}

store_test! {
    fn every_column_is_classified_and_nothing_else_is(t) {
        let live: BTreeSet<String> = live_columns(t).into_keys().collect();
        assert_eq!(live, written());
    }
}
