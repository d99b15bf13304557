//! Vaccine Information Statements: which edition was handed out on a day. The table is `tables/statements.csv`.

use super::product::rows;
use super::{Group, Product, Route};
use crate::calendar::Day;
use std::sync::OnceLock;

/// A statement about one vaccine.
#[derive(Debug)]
pub struct Statement {
    subject: &'static str,
    /// The document's number (GDTI).
    pub document: &'static str,
    /// The vaccine or group it is about.
    pub cvx: u16,
    /// CDC's short description of that.
    pub description: &'static str,
    editions: Vec<Day>,
}

impl Statement {
    /// The edition in use on a day.
    pub fn edition_on(&self, on: Day) -> Option<Day> {
        self.editions.iter().rev().find(|edition| **edition <= on).copied()
    }

    /// The text of the document's bar code for an edition: `253`, the document, `11`, the edition as yymmdd.
    pub fn bar_code(&self, edition: Day) -> String {
        let (year, month, day) = edition.civil();
        format!("253{}11{:02}{month:02}{day:02}", self.document, year % 100)
    }
}

/// The statements that go with a dose of a product on a day, each with its edition.
pub fn statements(product: &Product, on: Day) -> impl Iterator<Item = (&'static Statement, Day)> + use<> {
    let is_nasal = product.route == Route::Nasal;
    product.each_group().filter_map(move |group| {
        let subject = match group {
            Group::Flu if is_nasal => "FLUNASAL",
            Group::Pcv if on < Day::new(2022, 2, 4) => "PCV13",
            _ => group.word(),
        };
        let statement = table().iter().find(|statement| statement.subject == subject)?;
        Some((statement, statement.edition_on(on)?))
    })
}

fn table() -> &'static [Statement] {
    static TABLE: OnceLock<Vec<Statement>> = OnceLock::new();
    TABLE.get_or_init(|| {
        rows(include_str!("../../tables/statements.csv"))
            .filter_map(|row| {
                Some(Statement {
                    subject: row[0],
                    document: row[1],
                    cvx: row[2].parse().ok()?,
                    description: row[3],
                    editions: row[4].split_whitespace().filter_map(Day::parse).collect(),
                })
            })
            .collect()
    })
}

#[cfg(test)]
mod tests {
    use super::statements;
    use crate::calendar::Day;
    use crate::vaccines::products;

    #[test]
    fn a_combination_comes_with_a_statement_for_each_part() {
        let pediarix = products().iter().find(|product| product.cvx == 110).expect("in the table");
        let given: Vec<_> = statements(pediarix, Day::new(2024, 3, 1))
            .map(|(about, edition)| about.bar_code(edition))
            .collect();
        assert_eq!(
            given,
            ["253088698300005911230512", "253088698300003511210806", "253088698300017211210806"]
        );
    }

    #[test]
    fn no_edition_is_given_before_it_was_published() {
        for product in products() {
            for year in 2010..2026 {
                let on = Day::new(year, 8, 6);
                assert!(statements(product, on).all(|(_, edition)| edition <= on));
            }
        }
    }
}
