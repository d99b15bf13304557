//! Turns published lists of names into the tables that matching reads: `cargo xtask import names FOLDER`.

use anyhow::{Context, Result};
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

/// Reads the census lists of first names and the list of nicknames in `from`, and writes `given-names.csv` and
/// `nicknames.csv` to `to`. The numbers of names and of pairs.
pub(crate) fn import(from: &Path, to: &Path) -> Result<(usize, usize)> {
    let read =
        |file: &str| std::fs::read_to_string(from.join(file)).with_context(|| format!("reading {file}"));
    let given = given_names(&[&read("census1990_female_first.csv")?, &read("census1990_male_first.csv")?]);
    let pairs = nicknames(&read("nicknames.csv")?);
    std::fs::create_dir_all(to)?;
    let given_rows = given.iter().map(|(name, per_million)| format!("{name},{per_million}\n"));
    let pair_rows = pairs.iter().map(|(name, nickname)| format!("{name},{nickname}\n"));
    let table = |heading: &str, rows: &mut dyn Iterator<Item = String>| {
        std::iter::once(heading.to_owned()).chain(rows).collect::<String>()
    };
    std::fs::write(to.join("given-names.csv"), table("name,per_million\n", &mut given_rows.into_iter()))?;
    std::fs::write(to.join("nicknames.csv"), table("name,nickname\n", &mut pair_rows.into_iter()))?;
    Ok((given.len(), pairs.len()))
}

/// Each name with its share of people in a million: rows are `name,percent,rank`, one list a sex.
fn given_names(lists: &[&str]) -> BTreeMap<String, u32> {
    let mut names = BTreeMap::new();
    for row in lists.iter().flat_map(|list| list.lines().skip(1)) {
        let mut columns = row.split(',');
        let (Some(name), Some(percent)) = (columns.next(), columns.next()) else { continue };
        *names.entry(name.trim().to_uppercase()).or_insert(0) += per_million_of_all(percent.trim());
    }
    names
}

/// A percentage of one sex, with at most three decimals, as a share of all people in a million: half of it.
fn per_million_of_all(percent: &str) -> u32 {
    let (whole, decimals) = percent.split_once('.').unwrap_or((percent, ""));
    let thousandths = format!("{whole}{decimals:0<3}");
    thousandths.parse::<u32>().unwrap_or(0) * 5
}

/// Pairs of name and nickname: rows are `name,has_nickname,nickname`.
fn nicknames(list: &str) -> BTreeSet<(String, String)> {
    let pair = |row: &str| {
        let mut columns = row.split(',').map(|column| column.trim().to_uppercase());
        let (name, _, nickname) = (columns.next()?, columns.next()?, columns.next()?);
        Some((name, nickname))
    };
    list.lines().skip(1).filter_map(pair).collect()
}

#[cfg(test)]
mod tests {
    use super::{given_names, nicknames};

    #[test]
    fn shares_of_both_sexes_are_added() {
        let names =
            given_names(&["name,percent,rank\nLee,0.100,9\nANA,1.5,2\n", "name,percent,rank\nLEE,0.25,3\n"]);
        assert_eq!(
            names.into_iter().collect::<Vec<_>>(),
            [("ANA".to_owned(), 7_500), ("LEE".to_owned(), 1_750)]
        );
    }

    #[test]
    fn pairs_are_read_once_each_in_upper_case() {
        let pairs = nicknames("name1,relationship,name2\nbeth,has_nickname,bee\nBeth,has_nickname,bee\n");
        assert_eq!(pairs.into_iter().collect::<Vec<_>>(), [("BETH".to_owned(), "BEE".to_owned())]);
    }
}
