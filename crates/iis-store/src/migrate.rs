//! Migrations: numbered steps, one portable text each, replayed in order.
//!
//! A step's text is written with the type tokens ID, INT, TEXT, DATE, TIME, BOOL, BYTES and the table suffix
//! CLUSTERED; this module turns them into each engine's words. The text's hash is kept: a step that was changed
//! afterwards stops the start.

use crate::sql::sql;
use crate::store::Store;
use crate::val::vals;
use crate::{StoreError, Tx};
use iis_model::Timestamp;
use sha2::{Digest, Sha256};

/// A step of the schema.
#[derive(Debug, Clone, Copy)]
pub struct Step {
    /// Its number, from 1.
    pub version: i64,
    /// What it does.
    pub name: &'static str,
    /// The oldest version of the steps that a program must know to run on the schema after this step.
    pub oldest_program: i64,
    /// The portable text.
    pub text: &'static str,
}

/// All steps, in order.
pub const STEPS: &[Step] = &[
    Step { version: 1, name: "base", oldest_program: 1, text: include_str!("../migrations/0001_base.sql") },
    Step { version: 2, name: "cdsi", oldest_program: 1, text: include_str!("../migrations/0002_cdsi.sql") },
    Step {
        version: 3,
        name: "sign-in",
        oldest_program: 3,
        text: include_str!("../migrations/0003_sign_in.sql"),
    },
    Step {
        version: 4,
        name: "matching",
        oldest_program: 4, // an older program would add persons whom nobody finds
        text: include_str!("../migrations/0004_matching.sql"),
    },
    Step {
        version: 5,
        name: "link-home",
        oldest_program: 4,
        text: include_str!("../migrations/0005_link_home.sql"),
    },
    Step {
        version: 6,
        name: "codes-quality",
        oldest_program: 4,
        text: include_str!("../migrations/0006_codes_quality.sql"),
    },
    Step {
        version: 7,
        name: "match-release",
        oldest_program: 4,
        text: include_str!("../migrations/0007_match_release.sql"),
    },
    Step {
        version: 8,
        name: "sender-keys",
        oldest_program: 4,
        text: include_str!("../migrations/0008_sender_keys.sql"),
    },
    Step {
        version: 9,
        name: "withdrawal",
        oldest_program: 9, // an older program would count what is withdrawn
        text: include_str!("../migrations/0009_withdrawal.sql"),
    },
    Step {
        version: 10,
        name: "chosen-value",
        oldest_program: 10, // an older program would believe what somebody decided against
        text: include_str!("../migrations/0010_chosen_value.sql"),
    },
    Step {
        version: 11,
        name: "traffic",
        oldest_program: 10,
        text: include_str!("../migrations/0011_traffic.sql"),
    },
    Step {
        version: 12,
        name: "outbox",
        oldest_program: 10,
        text: include_str!("../migrations/0012_outbox.sql"),
    },
    Step {
        version: 13,
        name: "access",
        oldest_program: 13, // an older program looks for roles where they no longer stand
        text: include_str!("../migrations/0013_access.sql"),
    },
    Step {
        version: 14,
        name: "inventory",
        oldest_program: 14, // an older program would give doses that no lot loses
        text: include_str!("../migrations/0014_inventory.sql"),
    },
    Step {
        version: 15,
        name: "cases",
        oldest_program: 14,
        text: include_str!("../migrations/0015_cases.sql"),
    },
    Step {
        version: 16,
        name: "second-factor",
        oldest_program: 16, // an older program would open sessions that owe a second factor
        text: include_str!("../migrations/0016_second_factor.sql"),
    },
    Step {
        version: 17,
        name: "purpose",
        oldest_program: 16,
        text: include_str!("../migrations/0017_purpose.sql"),
    },
    Step {
        version: 18,
        name: "looking",
        oldest_program: 16,
        text: include_str!("../migrations/0018_looking.sql"),
    },
    Step {
        version: 19,
        name: "ways-back",
        oldest_program: 16,
        text: include_str!("../migrations/0019_ways_back.sql"),
    },
    Step {
        version: 20,
        name: "activity",
        oldest_program: 16,
        text: include_str!("../migrations/0020_activity.sql"),
    },
    Step {
        version: 21,
        name: "draft",
        oldest_program: 16,
        text: include_str!("../migrations/0021_draft.sql"),
    },
    Step {
        version: 22,
        name: "printed",
        oldest_program: 16,
        text: include_str!("../migrations/0022_printed.sql"),
    },
    Step {
        version: 23,
        name: "paper_code",
        oldest_program: 16,
        text: include_str!("../migrations/0023_paper_code.sql"),
    },
    Step {
        version: 24,
        name: "ways-in",
        oldest_program: 24, // an older program would let in by the password alone who has a passkey
        text: include_str!("../migrations/0024_ways_in.sql"),
    },
    Step {
        version: 25,
        name: "opting-out",
        oldest_program: 25, // an older program would show who opted out
        text: include_str!("../migrations/0025_opting_out.sql"),
    },
    Step {
        version: 26,
        name: "closed_site",
        oldest_program: 26, // an older program would let in who is locked out
        text: include_str!("../migrations/0026_closed_site.sql"),
    },
    Step {
        version: 27,
        name: "single-sign-on",
        oldest_program: 26,
        text: include_str!("../migrations/0027_single_sign_on.sql"),
    },
    Step {
        version: 28,
        name: "vital-records",
        oldest_program: 28, // an older program would bring back names that were sealed
        text: include_str!("../migrations/0028_vital_records.sql"),
    },
    Step {
        version: 29,
        name: "getting-access",
        oldest_program: 29, // an older program could not read that a sender may report completions
        text: include_str!("../migrations/0029_getting_access.sql"),
    },
    Step {
        version: 30,
        name: "mailbox",
        oldest_program: 29,
        text: include_str!("../migrations/0030_mailbox.sql"),
    },
    Step {
        version: 31,
        name: "completions-counted",
        oldest_program: 29,
        text: include_str!("../migrations/0031_completions_counted.sql"),
    },
    Step {
        version: 32,
        name: "opting-out-scan",
        oldest_program: 29,
        text: include_str!("../migrations/0032_opting_out_scan.sql"),
    },
    Step {
        version: 33,
        name: "getting-access-again",
        oldest_program: 29,
        text: include_str!("../migrations/0033_getting_access.sql"),
    },
    Step {
        version: 34,
        name: "users",
        oldest_program: 34, // an older program would confirm a user where it is not read any more
        text: include_str!("../migrations/0034_users.sql"),
    },
    Step {
        version: 35,
        name: "withheld",
        oldest_program: 35, // an older program would look for withheld messages in a table that is gone
        text: include_str!("../migrations/0035_withheld.sql"),
    },
    Step {
        version: 36,
        name: "addresses",
        oldest_program: 36, // an older program would mail links to an address that is to wait
        text: include_str!("../migrations/0036_addresses.sql"),
    },
    Step {
        version: 37,
        name: "what-strangers-send",
        oldest_program: 36,
        text: include_str!("../migrations/0037_what_strangers_send.sql"),
    },
    Step {
        version: 38,
        name: "sent-once",
        oldest_program: 36,
        text: include_str!("../migrations/0038_sent_once.sql"),
    },
    Step {
        version: 39,
        name: "addresses-moved",
        oldest_program: 36,
        text: include_str!("../migrations/0039_addresses_moved.sql"),
    },
    Step {
        version: 40,
        name: "addresses-stopped",
        oldest_program: 36,
        text: include_str!("../migrations/0040_addresses_stopped.sql"),
    },
    Step {
        version: 41,
        name: "identities-before",
        oldest_program: 36,
        text: include_str!("../migrations/0041_identities_before.sql"),
    },
    Step {
        version: 42,
        name: "decrements",
        oldest_program: 36,
        text: include_str!("../migrations/0042_decrements.sql"),
    },
];

/// What is said of a database in which nothing is yet.
const NO_SCHEMA: &str = "the database is empty: run openiis migrate, or start the server once";

/// The tables in which the steps note themselves; made before the first step.
const STEP_TABLE: &str = "CREATE TABLE IF NOT EXISTS schema_step (
    version INT NOT NULL,
    name TEXT NOT NULL,
    sha256 BYTES NOT NULL,
    oldest_program INT NOT NULL,
    applied_at TIME NOT NULL,
    CONSTRAINT schema_step_pkey PRIMARY KEY (version)
);";

sql! {
    APPLIED = "SELECT version, name, sha256, oldest_program FROM schema_step ORDER BY version";
    NOTE = "INSERT INTO schema_step (version, name, sha256, oldest_program, applied_at) VALUES ($1, $2, $3, $4, $5)";
}

/// A step that was just applied.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AppliedStep {
    /// Its number.
    pub version: i64,
    /// What it does.
    pub name: Box<str>,
}

/// A step as the database knows it.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Noted {
    version: i64,
    name: Box<str>,
    sha256: [u8; 32],
    oldest_program: i64,
}
crate::row::from_row!(Noted { version, name, sha256, oldest_program });

/// The engine whose words a text is turned into.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Dialect {
    /// SQLite, with STRICT tables.
    Lite,
    /// PostgreSQL.
    Pg,
}

/// Brings the schema up to the last step. `BEGIN IMMEDIATE`, or an advisory lock, keeps two from doing it at
/// once; all pending steps are one transaction.
pub(crate) fn migrate(
    store: &Store,
    steps: &'static [Step],
    now: Timestamp,
) -> Result<Vec<AppliedStep>, StoreError> {
    store.write_internally(move |tx| {
        let dialect = if tx.is_lite() { Dialect::Lite } else { Dialect::Pg };
        tx.lock_schema()?;
        for statement in statements(STEP_TABLE, dialect) {
            tx.batch(&statement)?;
        }
        let noted: Vec<Noted> = tx.all(&APPLIED, &[])?;
        fits(&noted, steps)?;
        let mut applied = Vec::new();
        for step in steps.iter().skip(noted.len()) {
            for statement in statements(step.text, dialect) {
                tx.batch(&statement)?;
            }
            tx.exec(&NOTE, vals![step.version, step.name, &hash(step.text), step.oldest_program, now])?;
            applied.push(AppliedStep { version: step.version, name: step.name.into() });
        }
        Ok(applied)
    })
}

/// Whether this program can run on the schema; a sentence says why not.
pub(crate) fn check(tx: &mut Tx<'_>, steps: &[Step]) -> Result<(), StoreError> {
    let noted: Vec<Noted> = match tx.all(&APPLIED, &[]) {
        // the one thing that can be wrong with this statement: its table is not there
        Err(StoreError::Internal(_)) => return Err(StoreError::Schema(NO_SCHEMA.into())),
        noted => noted?,
    };
    fits(&noted, steps)?;
    if noted.len() < steps.len() {
        return Err(StoreError::Schema("the schema is older than this program: migrate it".into()));
    }
    Ok(())
}

fn fits(noted: &[Noted], steps: &[Step]) -> Result<(), StoreError> {
    let known = steps.last().map_or(0, |step| step.version);
    for (at, row) in noted.iter().enumerate() {
        let Some(step) = steps.get(at) else {
            if row.oldest_program > known {
                let text = format!("the schema (step {}) needs a newer program than this one", row.version);
                return Err(StoreError::Schema(text.into()));
            }
            continue;
        };
        if (step.version, step.name, hash(step.text)) != (row.version, &*row.name, row.sha256) {
            let text = format!("step {} of the schema was changed after it had been applied", row.version);
            return Err(StoreError::Schema(text.into()));
        }
    }
    Ok(())
}

fn hash(text: &str) -> [u8; 32] {
    Sha256::digest(text.as_bytes()).into()
}

/// The statements of a step in an engine's words.
pub fn statements(text: &str, dialect: Dialect) -> Vec<String> {
    split(text).iter().map(|statement| in_words_of(statement, dialect)).collect()
}

/// The statements of a step as written, without comments.
pub(crate) fn split(text: &str) -> Vec<String> {
    let bare: Vec<&str> =
        text.lines().map(|line| line.split("--").next().unwrap_or_default().trim_end()).collect();
    let bare = bare.join("\n");
    bare.split(';').map(str::trim).filter(|statement| !statement.is_empty()).map(str::to_owned).collect()
}

fn in_words_of(statement: &str, dialect: Dialect) -> String {
    let is_table = statement.starts_with("CREATE TABLE");
    let (body, clustered) = match statement.strip_suffix("CLUSTERED") {
        Some(body) => (body.trim_end(), true),
        None => (statement, false),
    };
    let mut out = String::with_capacity(body.len() * 2);
    for line in body.lines() {
        out.push_str(&in_types_of(line, dialect));
        out.push('\n');
    }
    let mut out = out.trim_end().to_owned();
    if dialect == Dialect::Lite && is_table {
        out.push_str(if clustered { " STRICT, WITHOUT ROWID" } else { " STRICT" });
    }
    out
}

/// A column's line: name, type token, the rest. Other lines stay.
fn in_types_of(line: &str, dialect: Dialect) -> String {
    let mut words = line.trim_start().splitn(3, ' ');
    let (Some(name), Some(token)) = (words.next(), words.next()) else { return line.to_owned() };
    let (token, comma) = token.strip_suffix(',').map_or((token, ""), |token| (token, ","));
    let check = format!("INTEGER CHECK ({name} IN (0, 1))");
    let ty = match (dialect, token) {
        (Dialect::Lite, "ID" | "INT" | "TIME") => "INTEGER",
        (Dialect::Lite, "TEXT" | "DATE") => "TEXT",
        (Dialect::Lite, "BOOL") => &check,
        (Dialect::Lite, "BYTES") => "BLOB",
        (Dialect::Pg, "ID" | "INT") => "BIGINT",
        (Dialect::Pg, "TEXT") => "TEXT COLLATE \"C\"",
        (Dialect::Pg, "DATE") => "DATE",
        (Dialect::Pg, "TIME") => "TIMESTAMPTZ",
        (Dialect::Pg, "BOOL") => "BOOLEAN",
        (Dialect::Pg, "BYTES") => "BYTEA",
        _ => return line.to_owned(),
    };
    let rest = words.next().map(|rest| format!(" {rest}")).unwrap_or_default();
    format!("    {name} {ty}{comma}{rest}")
}

#[cfg(test)]
mod tests {
    use super::{Dialect, in_types_of, statements};

    #[test]
    fn tokens_become_each_engines_words() {
        #[rustfmt::skip]
        let table = [
            // written                  SQLite                                                PostgreSQL
            ("id ID NOT NULL,",         "id INTEGER NOT NULL,",                               "id BIGINT NOT NULL,"),
            ("name TEXT,",              "name TEXT,",                                         "name TEXT COLLATE \"C\","),
            ("born_on DATE,",           "born_on TEXT,",                                      "born_on DATE,"),
            ("at TIME NOT NULL,",       "at INTEGER NOT NULL,",                               "at TIMESTAMPTZ NOT NULL,"),
            ("is_on BOOL NOT NULL,",    "is_on INTEGER CHECK (is_on IN (0, 1)) NOT NULL,",    "is_on BOOLEAN NOT NULL,"),
            ("body BYTES NOT NULL",     "body BLOB NOT NULL",                                 "body BYTEA NOT NULL"),
        ];
        for (written, lite, pg) in table {
            assert_eq!(in_types_of(written, Dialect::Lite).trim(), lite);
            assert_eq!(in_types_of(written, Dialect::Pg).trim(), pg);
        }
    }

    #[test]
    fn comments_go_and_clustered_tables_lose_their_row_ids() {
        let text = "-- a table; nothing else\nCREATE TABLE x (\n    k ID NOT NULL -- the key\n) CLUSTERED;\n";
        assert_eq!(
            statements(text, Dialect::Lite),
            ["CREATE TABLE x (\n    k INTEGER NOT NULL\n) STRICT, WITHOUT ROWID"]
        );
        assert_eq!(statements(text, Dialect::Pg), ["CREATE TABLE x (\n    k BIGINT NOT NULL\n)"]);
    }
}
