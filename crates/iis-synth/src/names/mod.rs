//! Names of invented people: tables with weights, and how people come to their names.
//!
//! The tables stand in `data/names/generator/` with their source.

mod given;
mod spelling;
mod surname;

pub use given::{alike, given_name, nickname};
pub use spelling::{plain, shout};
pub use surname::{Surname, Writing};

use crate::random::Random;
use std::sync::OnceLock;

/// Names with weights, drawn in proportion to them.
#[derive(Debug)]
pub struct NameTable {
    names: Vec<&'static str>,
    ends: Vec<u32>,
}

impl NameTable {
    fn read(table: &'static str) -> Self {
        let mut names = Vec::new();
        let mut ends = Vec::new();
        let mut end = 0;
        for line in table.lines().skip(1) {
            let Some((name, weight)) = line.split_once(',') else { continue };
            end += weight.trim().parse::<u32>().unwrap_or(0);
            // The tables live as long as the program.
            names.push(&*spelling::capitalized(name).leak());
            ends.push(end);
        }
        Self { names, ends }
    }

    /// A name, drawn in proportion to the weights.
    pub fn draw(&self, random: &mut Random) -> &'static str {
        let point = random.below(self.ends.last().copied().unwrap_or(0));
        let index = self.ends.partition_point(|end| *end <= point);
        self.names.get(index).copied().unwrap_or("Doe")
    }

    /// All names.
    pub fn all(&self) -> &[&'static str] {
        &self.names
    }
}

/// All tables.
#[derive(Debug)]
pub struct Names {
    /// Surnames.
    pub surnames: NameTable,
    /// First names of women born before 1985.
    pub women: NameTable,
    /// First names of men born before 1985.
    pub men: NameTable,
    /// First names of girls born since.
    pub girls: NameTable,
    /// First names of boys born since.
    pub boys: NameTable,
    /// Surnames of Spanish-speaking families.
    pub hispanic_surnames: NameTable,
    /// First names of girls in such families.
    pub hispanic_girls: NameTable,
    /// First names of boys in such families.
    pub hispanic_boys: NameTable,
}

macro_rules! table {
    ($name:literal) => {
        NameTable::read(include_str!(concat!("../../../../data/names/generator/", $name, ".csv")))
    };
}

/// The tables, read at first use.
pub fn names() -> &'static Names {
    static NAMES: OnceLock<Names> = OnceLock::new();
    NAMES.get_or_init(|| Names {
        surnames: table!("surnames"),
        women: table!("women"),
        men: table!("men"),
        girls: table!("girls"),
        boys: table!("boys"),
        hispanic_surnames: table!("hispanic_surnames"),
        hispanic_girls: table!("hispanic_girls"),
        hispanic_boys: table!("hispanic_boys"),
    })
}

#[cfg(test)]
mod tests {
    use super::names;
    use crate::random::Random;

    #[test]
    fn common_names_come_more_often_than_rare_ones() {
        let mut random = Random::new(1, 1);
        let drawn: Vec<&str> = (0..20_000).map(|_| names().surnames.draw(&mut random)).collect();
        let count = |name| drawn.iter().filter(|drawn| **drawn == name).count();
        assert!(count("Smith") > 3 * count("Simmons"), "{} {}", count("Smith"), count("Simmons"));
    }

    #[test]
    fn every_table_has_names() {
        let all = names();
        for table in [&all.surnames, &all.women, &all.men, &all.girls, &all.boys] {
            assert!(table.all().len() > 150);
        }
        for table in [&all.hispanic_surnames, &all.hispanic_girls, &all.hispanic_boys] {
            assert!(table.all().len() >= 50);
        }
    }
}
