//! The code sets compiled for looking up.
//!
//! Short codes lie as numbers of sixteen bytes in sorted lists, so that a look-up is a binary search over numbers: it
//! allocates nothing and does not depend on letter case. Vaccine codes are found by their number at once.

use crate::{Code, Facts, Kind, NotATable, Relation, Set, Standing, tables};
use iis_model::short_text::{self, packed};
use iis_model::{Cvx, Date};
use std::collections::BTreeMap;
use std::ops::Range;

/// All code sets of one release.
#[derive(Debug, Clone)]
pub struct CodeSets {
    sets: Box<[Table]>,
    /// Places of vaccines by the number of their code; 0 means none, else the place and one.
    vaccines: Box<[u16]>,
    /// Trade names by the places of their vaccine and manufacturer.
    products: Box<[(u32, u32, u32)]>,
    /// Page and print of each document, by its 13 digits.
    documents: BTreeMap<Box<str>, [Option<Box<str>>; 2]>,
}

#[derive(Debug, Clone, Default)]
struct Table {
    /// In the order of `keys`, then of the long codes.
    codes: Box<[Code]>,
    /// Codes of at most sixteen characters, in capitals.
    keys: Box<[u128]>,
    /// Longer ones, in capitals.
    long_keys: Box<[Box<[u8]>]>,
}

impl CodeSets {
    /// The sets that ship with the program.
    pub fn built_in() -> Result<Self, NotATable> {
        Ok(Self::compile(&tables::built_in()?))
    }

    /// Compiles facts. Pairs that name a code which is not there are left out.
    pub fn compile(facts: &Facts) -> Self {
        let mut sets: Box<[Table]> = Set::ALL.iter().map(|&set| Table::of(facts, set)).collect();
        let mut links: BTreeMap<(Set, u32), Vec<(Relation, u32)>> = BTreeMap::new();
        let mut products = Vec::new();
        let mut documents: BTreeMap<Box<str>, [Option<Box<str>>; 2]> = BTreeMap::new();
        for (relation, from, to) in &facts.links {
            let place = |set: Set, code: &str| sets[set as usize].place(code);
            match (relation, relation.joins()) {
                (_, Some((set, other))) => {
                    if let (Some(from), Some(to)) = (place(set, from), place(other, to)) {
                        links.entry((set, from)).or_default().push((*relation, to));
                    }
                }
                (Relation::TradeProduct, None) => {
                    let (cvx, mvx) = to.split_once('/').unwrap_or((to, ""));
                    let found = (place(Set::Cvx, cvx), place(Set::Mvx, mvx), place(Set::TradeName, from));
                    if let (Some(cvx), Some(mvx), Some(name)) = found {
                        products.push((cvx, mvx, name));
                    }
                }
                (Relation::VisPage, None) => documents.entry(from.clone()).or_default()[0] = Some(to.clone()),
                (Relation::VisPrint, None) => {
                    documents.entry(from.clone()).or_default()[1] = Some(to.clone());
                }
                _ => {}
            }
        }
        for ((set, place), links) in links {
            sets[set as usize].codes[place as usize].links = links.into();
        }
        products.sort_unstable();
        let vaccines = by_number(&sets[Set::Cvx as usize].codes);
        Self { sets, vaccines, products: products.into(), documents }
    }

    /// A code of a set, in whatever letter case it is written.
    #[inline]
    pub fn find(&self, set: Set, code: &str) -> Option<&Code> {
        let table = &self.sets[set as usize];
        table.place(code).map(|place| &table.codes[place as usize])
    }

    /// Whether a dose of a product may have been given here on a day: a product, in use then. A group of vaccines of which none
    /// is named, and what is used abroad only, is not given here.
    pub fn may_be_given(&self, cvx: Cvx, on: Date) -> bool {
        let Some(code) = self.vaccine(cvx) else { return false };
        let was_used = code.window.valid_until.is_some_and(|until| on <= until);
        match code.kind {
            None | Some(Kind::Foreign) => false,
            // "Unspecified" of a code in use is a word about its strength.
            Some(Kind::Unspecified) => code.standing == Standing::Active,
            Some(_) => code.standing == Standing::Active || code.standing == Standing::Inactive && was_used,
        }
    }

    /// A vaccine by its code.
    #[inline]
    pub fn vaccine(&self, cvx: Cvx) -> Option<&Code> {
        let place = *self.vaccines.get(usize::from(cvx.number()))?;
        self.sets[Set::Cvx as usize].codes.get(usize::from(place.checked_sub(1)?))
    }

    /// All codes of a set.
    pub fn all(&self, set: Set) -> &[Code] {
        &self.sets[set as usize].codes
    }

    /// The codes of another set that belong to this one.
    pub fn linked<'a>(&'a self, code: &'a Code, relation: Relation) -> impl Iterator<Item = &'a Code> {
        let other = relation.joins().map(|(_, other)| &self.sets[other as usize]);
        let links = code.links.iter().filter(move |link| link.0 == relation);
        links.filter_map(move |link| other?.codes.get(link.1 as usize))
    }

    /// The trade names of a vaccine by one manufacturer.
    pub fn products(&self, cvx: &str, mvx: &str) -> impl Iterator<Item = &Code> {
        let place = |set: Set, code: &str| self.sets[set as usize].place(code).unwrap_or(u32::MAX);
        let (cvx, mvx) = (place(Set::Cvx, cvx), place(Set::Mvx, mvx));
        let first = self.products.partition_point(|product| (product.0, product.1) < (cvx, mvx));
        let products =
            self.products[first..].iter().take_while(move |product| (product.0, product.1) == (cvx, mvx));
        products.map(|product| &self.sets[Set::TradeName as usize].codes[product.2 as usize])
    }

    /// Whether anybody makes this vaccine, by the list of trade names.
    pub fn has_products(&self, cvx: &str) -> bool {
        let Some(cvx) = self.sets[Set::Cvx as usize].place(cvx) else { return false };
        self.products.binary_search_by(|product| product.0.cmp(&cvx)).is_ok()
    }

    /// The address of a statement's page, by the 24 digits of its bar code or the 13 of its document.
    pub fn statement_page(&self, digits: &str) -> Option<&str> {
        self.document(digits)?[0].as_deref()
    }

    /// The address of a statement's print.
    pub fn statement_print(&self, digits: &str) -> Option<&str> {
        self.document(digits)?[1].as_deref()
    }

    fn document(&self, digits: &str) -> Option<&[Option<Box<str>>; 2]> {
        const DOCUMENT: Range<usize> = 3..16;
        self.documents.get(if digits.len() == 24 { digits.get(DOCUMENT)? } else { digits })
    }
}

impl Table {
    fn of(facts: &Facts, set: Set) -> Self {
        let mut keyed: Vec<(Option<u128>, Code)> =
            facts.set(set).map(|(code, row)| (pack(code), compile(code, row))).collect();
        keyed.sort_by(|(a, code), (b, other)| {
            let long = |key: &Option<u128>| key.is_none();
            let capitals = || capitals(&code.code).cmp(&capitals(&other.code));
            (long(a), a).cmp(&(long(b), b)).then_with(capitals)
        });
        let keys: Box<[_]> = keyed.iter().map_while(|(key, _)| *key).collect();
        let long_keys = keyed[keys.len()..].iter().map(|(_, code)| capitals(&code.code)).collect();
        Self { keys, long_keys, codes: keyed.into_iter().map(|(_, code)| code).collect() }
    }

    #[inline]
    fn place(&self, code: &str) -> Option<u32> {
        let place = if let Some(key) = pack(code) {
            self.keys.binary_search(&key).ok()?
        } else {
            self.keys.len() + self.long_place(code)?
        };
        u32::try_from(place).ok()
    }

    fn long_place(&self, code: &str) -> Option<usize> {
        const MOST: usize = 64;
        let find = |key: &[u8]| self.long_keys.binary_search_by(|held| (**held).cmp(key)).ok();
        let mut bytes = [0; MOST];
        match bytes.get_mut(..code.len()) {
            Some(key) => {
                key.copy_from_slice(code.as_bytes());
                key.make_ascii_uppercase();
                find(key)
            }
            None => find(&capitals(code)),
        }
    }
}

fn compile(code: &str, row: &crate::Row) -> Code {
    Code {
        code: code.into(),
        label: row.label.clone(),
        name: row.name.clone(),
        standing: row.standing,
        window: row.window,
        ages: row.ages,
        kind: row.kind,
        replaced_by: row.replaced_by.clone(),
        links: Box::default(),
    }
}

/// A code of one to sixteen bytes as a number, letters as capitals, in the order of the alphabet.
#[inline]
fn pack(code: &str) -> Option<u128> {
    #[expect(clippy::cast_possible_truncation, reason = "the halves of a number")]
    let halves = |packed: u128| (packed as u64, (packed >> 64) as u64);
    let (first, second) = halves(packed(code)?);
    let capitals = u128::from(short_text::capitals(first)) | u128::from(short_text::capitals(second)) << 64;
    Some(capitals.swap_bytes())
}

fn capitals(code: &str) -> Box<[u8]> {
    code.bytes().map(|byte| byte.to_ascii_uppercase()).collect()
}

fn by_number(vaccines: &[Code]) -> Box<[u16]> {
    let mut places = vec![0; 1000];
    for (place, vaccine) in vaccines.iter().enumerate() {
        let number = vaccine.code.parse::<Cvx>().map_or(usize::MAX, |cvx| usize::from(cvx.number()));
        if let (Some(slot), Ok(place)) = (places.get_mut(number), u16::try_from(place + 1)) {
            *slot = place;
        }
    }
    places.into()
}

#[cfg(test)]
mod tests {
    use super::CodeSets;
    use crate::{Fit, Relation, Set, Standing};
    use iis_model::{Cvx, Date};

    #[test]
    fn codes_are_found_by_any_spelling_of_their_letters() {
        let sets = CodeSets::built_in().expect("the shipped tables");
        #[rustfmt::skip]
        let table = [
            (Set::Mvx,       "msd",                      Some("MSD")),
            (Set::Cvx,       "03",                       Some("03")),
            (Set::Cvx,       "3",                        None),
            (Set::NdcUse,    "49281-0400-58",            Some("49281-0400-58")),
            (Set::Vis,       "253088698300001111110714", Some("253088698300001111110714")),
            (Set::Sex,       "",                         None),
            (Set::TradeName, "m-m-r ii",                 Some("M-M-R II")),
        ];
        for (set, code, found) in table {
            assert_eq!(sets.find(set, code).map(|found| &*found.code), found, "{set:?} {code}");
        }
        assert_eq!(
            sets.vaccine(Cvx::new(3)).map(|code| (&*code.label, code.standing)),
            Some(("MMR", Standing::Active))
        );
        assert!(
            sets.vaccine(Cvx::new(999)).is_some_and(|code| code.standing != Standing::Active)
                && sets.vaccine(Cvx::new(777)).is_none()
        );
    }

    /// Trivalent influenza vaccines were out of use for two seasons and are those of every season since 2024.
    #[test]
    fn what_came_back_into_use_is_in_use() {
        let sets = CodeSets::built_in().expect("the shipped tables");
        let day = Date::constant(2025, 10, 15);
        for vaccine in ["111", "140", "141", "153", "155"] {
            let code = sets.find(Set::Cvx, vaccine).expect("a vaccine");
            assert_eq!(code.window.fit(day), Fit::Usual, "{vaccine}");
        }
        let gone = sets.find(Set::Cvx, "02").expect("oral polio vaccine");
        assert_eq!(gone.window.fit(day), Fit::Impossible);
    }

    #[test]
    fn codes_lead_to_those_that_belong_to_them() {
        let sets = CodeSets::built_in().expect("the shipped tables");
        let tdap = sets.find(Set::NdcUse, "49281-0400-58").expect("Adacel");
        let codes = |relation| sets.linked(tdap, relation).map(|code| &*code.code).collect::<Vec<_>>();
        assert_eq!((codes(Relation::UseCvx), codes(Relation::UseMvx)), (vec!["115"], vec!["PMC"]));
        assert!(sets.products("03", "MSD").any(|name| &*name.code == "M-M-R II"));
        assert!(sets.products("03", "PMC").next().is_none() && sets.has_products("03"));
        assert!(
            sets.statement_page("253088698300001111110714").is_some_and(|page| page.starts_with("https://"))
        );
    }
}
