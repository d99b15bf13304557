//! The schema as the steps write it: tables, columns and their tokens, keys. For exports and for tests.

use crate::migrate::{STEPS, Step};

/// A table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Table {
    /// Its name.
    pub name: String,
    /// Its columns, in order.
    pub columns: Vec<TableColumn>,
    /// The columns of its primary key.
    pub key: Vec<String>,
}

/// A column.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TableColumn {
    /// Its name.
    pub name: String,
    /// Its type.
    pub token: Token,
    /// Whether it may be empty.
    pub nullable: bool,
}

/// The type of a column.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Token {
    /// A row key.
    Id,
    /// A number.
    Int,
    /// Text.
    Text,
    /// A day.
    Date,
    /// A moment.
    Time,
    /// A truth value.
    Bool,
    /// Bytes.
    Bytes,
}

impl Token {
    /// The type of a word in a step's text.
    pub fn from_word(word: &str) -> Option<Self> {
        Some(match word {
            "ID" => Self::Id,
            "INT" => Self::Int,
            "TEXT" => Self::Text,
            "DATE" => Self::Date,
            "TIME" => Self::Time,
            "BOOL" => Self::Bool,
            "BYTES" => Self::Bytes,
            _ => return None,
        })
    }
}

/// All tables of the schema but the steps' own, in the order in which they are made.
pub fn tables() -> Vec<Table> {
    tables_of(STEPS)
}

fn tables_of(steps: &[Step]) -> Vec<Table> {
    let mut tables: Vec<Table> = Vec::new();
    for statement in steps.iter().flat_map(|step| crate::migrate::split(step.text)) {
        tables.extend(table(&statement));
        if let Some(name) = statement.strip_prefix("DROP TABLE ") {
            tables.retain(|table| table.name != name);
        }
        if let Some((name, column)) = dropped_column(&statement) {
            let columns =
                tables.iter_mut().filter(|table| table.name == name).map(|table| &mut table.columns);
            columns.for_each(|columns| columns.retain(|known| known.name != column));
        }
        if let Some((name, added)) = added_column(&statement)
            && let Some(table) = tables.iter_mut().find(|table| table.name == name)
        {
            table.columns.extend(column(added));
        }
    }
    tables
}

/// `ALTER TABLE name DROP COLUMN column`.
fn dropped_column(statement: &str) -> Option<(&str, &str)> {
    statement.strip_prefix("ALTER TABLE ")?.split_once(" DROP COLUMN ")
}

/// `ALTER TABLE name ADD COLUMN`, and the column on a line of its own.
fn added_column(statement: &str) -> Option<(&str, &str)> {
    statement.strip_prefix("ALTER TABLE ")?.split_once(" ADD COLUMN\n")
}

/// A column's line.
fn column(line: &str) -> Option<TableColumn> {
    let mut words = line.trim().trim_end_matches(',').split(' ');
    let (name, token) = (words.next()?.to_owned(), words.next().and_then(Token::from_word)?);
    Some(TableColumn { name, token, nullable: words.next() != Some("NOT") })
}

fn table(statement: &str) -> Option<Table> {
    let rest = statement.strip_prefix("CREATE TABLE IF NOT EXISTS ")?;
    let (name, body) = rest.split_once(" (")?;
    let mut table = Table { name: name.to_owned(), columns: Vec::new(), key: Vec::new() };
    for line in body.lines() {
        if let Some(key) = line.split_once("PRIMARY KEY (").and_then(|(_, rest)| rest.split(')').next()) {
            table.key = key.split(", ").map(str::to_owned).collect();
        }
        table.columns.extend(column(line));
    }
    Some(table)
}

#[cfg(test)]
mod tests {
    use super::{Token, tables};

    #[test]
    fn every_table_has_columns_and_a_key_among_them() {
        let tables = tables();
        assert!(tables.len() > 30);
        for table in &tables {
            assert!(!table.key.is_empty(), "{}", table.name);
            for key in &table.key {
                assert!(
                    table.columns.iter().any(|column| column.name == *key && !column.nullable),
                    "{}",
                    table.name
                );
            }
        }
        let person = tables.iter().find(|table| table.name == "person").expect("the table person");
        let kinds: Vec<Token> = person.columns.iter().map(|column| column.token).collect();
        assert_eq!(kinds, [Token::Id, Token::Int, Token::Int, Token::Text, Token::Id, Token::Time]);
    }
}
