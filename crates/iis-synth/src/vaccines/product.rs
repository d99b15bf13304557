//! Products: what is licensed when, for whom, under which codes. The table is `tables/products.csv`.

use super::Group;
use crate::calendar::Day;
use std::sync::OnceLock;

/// Index of a product in [`products`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ProductId(pub u8);

impl ProductId {
    /// The product.
    pub fn get(self) -> &'static Product {
        &products()[usize::from(self.0)]
    }
}

/// How a dose is given.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Route {
    /// Into the muscle.
    Intramuscular,
    /// Under the skin.
    Subcutaneous,
    /// By mouth.
    Oral,
    /// Into the nose.
    Nasal,
}

/// A code of one package with the period in which it was sold.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Ndc {
    /// 5-4-2 with dashes.
    pub code: &'static str,
    /// First day.
    pub from: Day,
    /// Last day.
    pub to: Day,
}

/// A vaccine of one maker.
#[derive(Debug)]
pub struct Product {
    /// Its place in the table.
    pub id: ProductId,
    /// Brand.
    pub trade_name: &'static str,
    /// CVX.
    pub cvx: u16,
    /// CDC's short description.
    pub description: &'static str,
    /// MVX.
    pub mvx: &'static str,
    /// The maker's name.
    pub manufacturer: &'static str,
    /// What it protects against, as bits of [`Group::bit`].
    pub groups: u32,
    /// How it is given.
    pub route: Route,
    /// A dose, in mL.
    pub ml: &'static str,
    /// First day of use.
    pub licensed_from: Day,
    /// First day no longer used.
    pub used_until: Day,
    /// Youngest age, in months.
    pub age_from: i32,
    /// First age that is too old, in months.
    pub age_to: i32,
    /// Package codes.
    pub ndcs: Vec<Ndc>,
}

impl Product {
    /// Whether it may be given on this day to a person of this age in months.
    pub fn is_usable(&self, on: Day, age_months: i32) -> bool {
        self.licensed_from <= on
            && on < self.used_until
            && self.age_from <= age_months
            && age_months < self.age_to
    }

    /// Whether it is a live vaccine of which two need 28 days between them.
    pub fn is_live(&self) -> bool {
        matches!(self.cvx, 3 | 21 | 94 | 111 | 121 | 149)
    }

    /// The groups it protects against.
    pub fn each_group(&self) -> impl Iterator<Item = Group> + use<> {
        let groups = self.groups;
        Group::ALL.into_iter().filter(move |group| groups & group.bit() != 0)
    }

    /// The package code sold on a day, if one is known: the newest.
    pub fn ndc_on(&self, on: Day) -> Option<&'static str> {
        self.ndcs.iter().rev().find(|ndc| ndc.from <= on && on <= ndc.to).map(|ndc| ndc.code)
    }
}

/// The code of a group for a dose whose product is not known, with its description.
pub fn unspecified(group: Group) -> Option<(u16, &'static str)> {
    static TABLE: OnceLock<Vec<(Group, u16, &'static str)>> = OnceLock::new();
    TABLE
        .get_or_init(|| {
            rows(include_str!("../../tables/unspecified.csv"))
                .filter_map(|row| {
                    Some((Group::from_word(row.first()?)?, row.get(1)?.parse().ok()?, *row.get(2)?))
                })
                .collect()
        })
        .iter()
        .find(|(known, ..)| *known == group)
        .map(|(_, cvx, description)| (*cvx, *description))
}

/// All products, in the order of the table.
pub fn products() -> &'static [Product] {
    static PRODUCTS: OnceLock<Vec<Product>> = OnceLock::new();
    PRODUCTS.get_or_init(|| {
        let makers: Vec<_> = rows(include_str!("../../tables/manufacturers.csv")).collect();
        let maker = |mvx: &str| makers.iter().find(|row| row[0] == mvx).map_or("", |row| row[1]);
        rows(include_str!("../../tables/products.csv"))
            .enumerate()
            .map(|(index, row)| {
                read(index, &row, maker(row[3]))
                    .expect("tables/products.csv is checked by a test of this file")
            })
            .collect()
    })
}

fn read(index: usize, row: &[&'static str], manufacturer: &'static str) -> Option<Product> {
    let groups =
        row.get(4)?.split('+').map(Group::from_word).try_fold(0, |set, group| Some(set | group?.bit()))?;
    Some(Product {
        id: ProductId(u8::try_from(index).ok()?),
        trade_name: row[0],
        cvx: row[1].parse().ok()?,
        description: row[2],
        mvx: row[3],
        manufacturer,
        groups,
        route: match row[5] {
            "IM" => Route::Intramuscular,
            "SC" => Route::Subcutaneous,
            "PO" => Route::Oral,
            "NS" => Route::Nasal,
            _ => return None,
        },
        ml: row[6],
        licensed_from: Day::parse(row[7])?,
        used_until: Day::parse(row[8])?,
        age_from: row[9].parse().ok()?,
        age_to: row[10].parse().ok()?,
        ndcs: row.get(11)?.split_whitespace().map(read_ndc).collect::<Option<_>>()?,
    })
}

fn read_ndc(text: &'static str) -> Option<Ndc> {
    let mut parts = text.split(':');
    Some(Ndc { code: parts.next()?, from: Day::parse(parts.next()?)?, to: Day::parse(parts.next()?)? })
}

/// The rows of a small table after its heading: cells by comma, a cell in double quotes may hold commas.
pub(super) fn rows(table: &'static str) -> impl Iterator<Item = Vec<&'static str>> {
    table.lines().skip(1).map(|line| {
        let mut cells = Vec::new();
        let mut rest = line;
        loop {
            let (cell, after) = match rest.strip_prefix('"') {
                Some(quoted) => {
                    let (cell, after) = quoted.split_once('"').unwrap_or((quoted, ""));
                    (cell, after.strip_prefix(','))
                }
                None => match rest.split_once(',') {
                    Some((cell, after)) => (cell, Some(after)),
                    None => (rest, None),
                },
            };
            cells.push(cell);
            match after {
                Some(after) => rest = after,
                None => return cells,
            }
        }
    })
}

#[cfg(test)]
mod tests {
    use super::{products, unspecified};
    use crate::calendar::Day;
    use crate::vaccines::Group;

    #[test]
    fn the_table_is_read_whole() {
        assert_eq!(products().len(), include_str!("../../tables/products.csv").lines().count() - 1);
        assert!(
            products()
                .iter()
                .all(|product| !product.manufacturer.is_empty() && product.age_from < product.age_to)
        );
        assert_eq!(unspecified(Group::Dtap), Some((107, "DTaP, unspecified formulation")));
        assert_eq!(unspecified(Group::Mmr), None);
    }

    #[test]
    fn a_product_is_used_from_its_first_day_to_the_day_before_its_last() {
        let zostavax = products().iter().find(|product| product.cvx == 121).expect("in the table");
        for (day, age, usable) in [
            ("2020-11-17", 800, true),
            ("2020-11-18", 800, false),
            ("2006-05-24", 800, false),
            ("2015-01-01", 719, false),
        ] {
            assert_eq!(zostavax.is_usable(Day::parse(day).expect("a date"), age), usable, "{day} {age}");
        }
    }

    #[test]
    fn the_package_code_is_of_the_season() {
        let flu = products().iter().find(|product| product.cvx == 197).expect("in the table");
        for (day, code) in [("2020-10-01", "49281-0120-88"), ("2023-10-01", "49281-0123-88")] {
            assert_eq!(flu.ndc_on(Day::parse(day).expect("a date")), Some(code));
        }
    }
}
