//! Every statement is known to both engines and keeps to what both understand alike.

use iis_store::testing::{TestStore, shared_cluster};
use iis_store::{migrate, statements};

#[test]
fn every_statement_is_prepared_by_sqlite() {
    let t = TestStore::sqlite();
    let path = t.config.url.strip_prefix("sqlite:").expect("a SQLite address");
    let connection = rusqlite::Connection::open(path).expect("the file opens");
    for sql in statements::all() {
        if let Err(error) = connection.prepare(sql.lite()) {
            panic!("{}: {error}", sql.name());
        }
    }
}

#[test]
fn every_statement_is_prepared_by_postgresql() {
    let Some(t) = TestStore::postgres() else { return };
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
    runtime.block_on(async {
        let (client, connection) =
            tokio_postgres::connect(&t.config.url, tokio_postgres::NoTls).await.expect("a connection");
        tokio::spawn(connection);
        for sql in statements::all() {
            if let Err(error) = client.prepare(sql.text()).await {
                panic!("{}: {error:?}", sql.name());
            }
        }
    });
    assert!(shared_cluster().is_some());
}

#[test]
fn no_statement_of_a_unit_builds_a_temporary_table_on_sqlite() {
    let t = TestStore::sqlite();
    let path = t.config.url.strip_prefix("sqlite:").expect("a SQLite address");
    let connection = rusqlite::Connection::open(path).expect("the file opens");
    let hot = |name: &str| {
        ["message", "person", "submission", "report", "event", "person_view", "link", "chain"]
            .iter()
            .any(|noun| name.contains(&format!("::{noun}::")))
            && ["::INSERT", "::PUT", "::COMPARE_AND_SET"].iter().any(|verb| name.ends_with(verb))
    };
    let mut seen = 0;
    for sql in statements::all().filter(|sql| hot(sql.name())) {
        let mut statement = connection.prepare(&format!("EXPLAIN {}", sql.lite())).expect("a statement");
        let mut rows = statement.raw_query();
        while let Some(row) = rows.next().expect("a step") {
            let operation: String = row.get(1).expect("its name");
            assert_ne!(operation, "OpenEphemeral", "{}", sql.name());
        }
        seen += 1;
    }
    assert!(seen >= 8, "{seen} statements looked at");
}

/// What one of the engines, or a distributed one, does not know or does otherwise (stack design 3.3).
const NOT_ALLOWED: &[&str] = &[
    "LIKE",
    "ILIKE",
    "UPPER",
    "LOWER",
    "GREATEST",
    "LEAST",
    "EXTRACT",
    "STRFTIME",
    "FETCH",
    "SKIP",
    "SERIAL",
    "AUTOINCREMENT",
    "NOW",
    "CURRENT_TIMESTAMP",
    "CURRENT_DATE",
    "DATETIME",
    "INTERVAL",
    "RANDOM",
    "NEXTVAL",
    "JSON",
    "JSONB",
    "ROWID",
    "REPLACE",
    "IFNULL",
    "NVL",
    "GLOB",
    "REGEXP",
    "SIMILAR",
    "REAL",
    "FLOAT",
    "NUMERIC",
    "DECIMAL",
    "LOCK",
    "CTID",
    "SETVAL",
    "TRUNCATE",
];

/// Words that are rejected as a pair.
const NOT_ALLOWED_TOGETHER: &[&str] =
    &["ALTER COLUMN", "FOR UPDATE", "FOR SHARE", "INSERT OR", "->", "::", "LIMIT -1"];

fn offences(text: &str) -> Vec<String> {
    // Quoted literals are data; names of our own columns never are these words.
    let bare: String = text.split('\'').step_by(2).collect::<Vec<_>>().join(" ").to_uppercase();
    let words: Vec<&str> = bare.split(|c: char| !(c.is_alphanumeric() || c == '_')).collect();
    let single = NOT_ALLOWED.iter().filter(|word| words.contains(word)).map(|word| (*word).to_owned());
    let spaced = bare.split_whitespace().collect::<Vec<_>>().join(" ");
    let pairs =
        NOT_ALLOWED_TOGETHER.iter().filter(|pair| spaced.contains(**pair)).map(|pair| (*pair).to_owned());
    single.chain(pairs).collect()
}

#[test]
fn statements_and_steps_keep_to_the_common_subset() {
    for sql in statements::all() {
        assert_eq!(offences(sql.text()), Vec::<String>::new(), "{}", sql.name());
    }
    for step in migrate::STEPS {
        let bare: Vec<&str> =
            step.text.lines().map(|line| line.split("--").next().unwrap_or_default()).collect();
        assert_eq!(offences(&bare.join("\n")), Vec::<String>::new(), "step {}", step.name);
    }
}

#[test]
fn the_lint_sees_what_it_is_for() {
    #[rustfmt::skip]
    let table = [
        ("SELECT a FROM t WHERE a LIKE $1",             true),
        ("SELECT a FROM t WHERE a = 'no LIKE here'",    false),
        ("SELECT a FROM t FOR  UPDATE",                 true),
        ("SELECT a::TEXT FROM t",                       true),
        ("SELECT likely FROM t",                        false),
        ("INSERT OR IGNORE INTO t (a) VALUES ($1)",     true),
    ];
    for (text, is_offence) in table {
        assert_eq!(!offences(text).is_empty(), is_offence, "{text}");
    }
}
