//! Finding one's own site by its name, its town or its code (S-7), for people whom nobody knows: a few sites that fit what was
//! typed, of the kind that fits who asks, and never the list of all.

use super::UserKind;
use crate::sites::{folded, site_named};
use crate::{Context, Failure};
use iis_model::organization::SiteKind;
use iis_store::site::{self, PlaceRow};

/// The most sites that are shown. Where more fit, none is.
pub const MOST_PLACES: usize = 10;

/// The fewest letters and digits that are looked for.
const FEWEST_LETTERS: usize = 3;

/// Rows read at a time.
const PAGE: i64 = 500;

/// A site that may be meant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place {
    /// The code that stands for it from then on.
    pub code: Box<str>,
    /// Its name.
    pub name: Box<str>,
    /// Its town; empty: not known.
    pub town: Box<str>,
    /// What kind of place it is.
    pub kind: SiteKind,
}

/// Which sites may be meant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Places {
    /// One alone: it has this code, or this name and no other has.
    One,
    /// These may be meant.
    Some(Vec<Place>),
    /// More than are shown.
    TooMany,
    /// None, or too little was typed.
    None,
}

/// The sites that what was typed may mean: every word of it begins a word of the name, of the town, or the code.
pub async fn places(cx: &Context, kind: UserKind, typed: &str) -> Result<Places, Failure> {
    let typed = typed.to_owned();
    let read = cx.store.read(move |tx| {
        if site_named(tx, &typed)?.is_some() {
            return Ok(Places::One);
        }
        let wanted = words(&typed);
        if wanted.iter().map(|word| word.chars().count()).sum::<usize>() < FEWEST_LETTERS {
            return Ok(Places::None);
        }
        let (mut found, mut after) = (Vec::new(), String::new());
        loop {
            let page = site::places(tx, &after, PAGE)?;
            let Some(last) = page.last() else { break };
            after = last.code.to_string();
            found.extend(page.into_iter().filter(|row| kind.fits(row.kind) && fits(&wanted, row)));
            if found.len() > MOST_PLACES {
                return Ok(Places::TooMany);
            }
        }
        found.sort_by(|a, b| (&a.name, &a.code).cmp(&(&b.name, &b.code)));
        let place = |PlaceRow { code, name, kind, town }| Place { code, name, town, kind };
        Ok(if found.is_empty() { Places::None } else { Places::Some(found.into_iter().map(place).collect()) })
    });
    Ok(read.await?)
}

fn words(text: &str) -> Vec<String> {
    text.split(|c: char| !c.is_alphanumeric()).map(folded).filter(|word| !word.is_empty()).collect()
}

fn fits(wanted: &[String], row: &PlaceRow) -> bool {
    let mut known = words(&row.name);
    known.extend(words(&row.town));
    known.extend(words(&row.code));
    wanted.iter().all(|word| known.iter().any(|one| one.starts_with(word.as_str())))
}

/// The town in an address that was written in one line: `1 Oak Street, Alder, CO 90001` is in Alder. Empty where it cannot be
/// told.
pub(crate) fn town_of(address: &str) -> String {
    let parts: Vec<_> = address.split(',').map(str::trim).filter(|part| !part.is_empty()).collect();
    let is_town = |part: &&str| {
        part.chars().all(|c| c.is_alphabetic() || " .'’-".contains(c)) && part.chars().count() > 2
    };
    // the street comes first and is no town, whatever stands in it
    let last = parts.iter().skip(1).rev().copied().find(|part| is_town(part));
    let with_zip = parts.iter().skip(1).rev().find_map(|part| {
        let words: Vec<_> = part.split_whitespace().collect();
        let letters = words.iter().take_while(|word| word.chars().all(|c| !c.is_ascii_digit()));
        let letters: Vec<_> = letters.filter(|word| word.chars().count() > 2).copied().collect();
        (!letters.is_empty() && letters.len() < words.len()).then(|| letters.join(" "))
    });
    last.map(str::to_owned).or(with_zip).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::{fits, town_of, words};
    use iis_model::organization::SiteKind;
    use iis_store::site::PlaceRow;

    #[test]
    fn every_word_begins_a_word_of_name_town_or_code() {
        let row = PlaceRow {
            code: "ALDER-1".into(),
            name: "St. Mary's Pediatrics".into(),
            kind: SiteKind::Clinic,
            town: "Alder Falls".into(),
        };
        for (typed, is_found) in [
            ("pediat", true),
            ("PEDIATRICS alder", true),
            ("alder-1", true),
            ("falls", true),
            ("mary oak", false),
            ("iatrics", false),
        ] {
            assert_eq!(fits(&words(typed), &row), is_found, "{typed}");
        }
    }

    #[test]
    fn the_town_is_read_from_an_address_in_one_line() {
        for (address, town) in [
            ("1 Oak Street, Alder, CO 90001", "Alder"),
            ("1 Oak Street, Alder 90001", "Alder"),
            ("1 Oak Street, Suite 5, Alder Falls, CO, 90001", "Alder Falls"),
            ("1 Oak Street", ""),
            ("", ""),
        ] {
            assert_eq!(town_of(address), town, "{address}");
        }
    }
}
