//! Searchable names (consolidated): folded by the caller, compared byte by byte.

use crate::reach::shows;
use crate::row::{FromRow, Row};
use crate::select::Select;
use crate::sql::sql;
use crate::val::vals;
use crate::{StoreError, Tx};
use iis_model::access::Granted;
use iis_model::record::PersonSummary;
use iis_model::{Date, PartialDate, PersonId};

sql! {
    CLEAR = "DELETE FROM person_name WHERE person_id = $1";
    INSERT = "INSERT INTO person_name (person_id, n, last, first, born_on) VALUES ($1, $2, $3, $4, $5)";
    OF_PERSON = "SELECT last, first, born_on FROM person_name WHERE person_id = $1 ORDER BY n";
}

/// The longest text that is searched, in bytes.
const SEARCHED_BYTES: usize = 200;

/// A name under which a person is found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NameRow {
    /// Last name, folded.
    pub last: Box<str>,
    /// First name, folded.
    pub first: Box<str>,
    /// Date of birth.
    pub born_on: Option<PartialDate>,
}
crate::row::from_row!(NameRow { last, first, born_on });

/// What to look for; at least one of date of birth and last name must be given.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct NameSearch<'a> {
    /// The exact date of birth.
    pub born_on: Option<Date>,
    /// Last name, folded.
    pub last: Option<Text<'a>>,
    /// First name, folded.
    pub first: Option<Text<'a>>,
    /// Persons after this one: for the next page. Results are ordered by id.
    pub after: Option<PersonId>,
    /// The most persons wanted.
    pub limit: i64,
}

/// A text to look for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Text<'a> {
    /// The whole text.
    Exact(&'a str),
    /// How it begins.
    Prefix(&'a str),
}

struct Summary(PersonSummary);

impl FromRow for Summary {
    fn from_row(row: &Row<'_>) -> Result<Self, StoreError> {
        Ok(Self(PersonSummary {
            id: row.get(0)?,
            registry_number: row.get(1)?,
            demographics: row.json(2)?,
            latest_dose_on: row.get(3)?,
            doses: row.get::<Option<i64>>(4)?.unwrap_or(0),
        }))
    }
}

/// The persons found within reach, by id; none when neither date of birth nor last name is given.
pub fn search(
    tx: &mut Tx<'_>,
    granted: &Granted,
    search: &NameSearch<'_>,
) -> Result<Vec<PersonSummary>, StoreError> {
    if search.born_on.is_none() && search.last.is_none() {
        return Ok(Vec::new());
    }
    if granted.reach().is_everything() {
        return page(tx, search);
    }
    let limit = usize::try_from(search.limit).unwrap_or(usize::MAX);
    let (mut found, mut next) = (Vec::new(), search.clone());
    loop {
        let page = page(tx, &next)?;
        let is_last = page.len() < limit;
        next.after = page.last().map(|summary| summary.id).or(next.after);
        for summary in page {
            if found.len() < limit && shows(tx, granted, summary.id)? {
                found.push(summary);
            }
        }
        if is_last || found.len() >= limit {
            return Ok(found);
        }
    }
}

/// The persons found whoever asks.
fn page(tx: &mut Tx<'_>, search: &NameSearch<'_>) -> Result<Vec<PersonSummary>, StoreError> {
    let select = Select::new(
        "SELECT p.id, p.registry_number, v.demographics, s.latest_dose_on, s.doses FROM person p \
         JOIN person_view v ON v.person_id = p.id LEFT JOIN person_status s ON s.person_id = p.id WHERE p.id IN (SELECT n.person_id FROM person_name n WHERE 1 = 1",
    );
    let select = select.and_if("n.born_on = ?", search.born_on.map(PartialDate::day));
    let select = text(select, search.last, ["n.last = ?", "n.last >= ?", "n.last < ?"]);
    let select = text(select, search.first, ["n.first = ?", "n.first >= ?", "n.first < ?"]);
    let select = select
        .plain(")")
        .and_if("p.id > ?", search.after)
        .plain(" ORDER BY p.id")
        .value(" LIMIT ?", search.limit);
    Ok(tx.select::<Summary>(&select)?.into_iter().map(|summary| summary.0).collect())
}

/// `=`, or `>=` and `<`: a prefix search that an index serves on both engines.
fn text<'a>(select: Select<'a>, text: Option<Text<'a>>, fragments: [&'static str; 3]) -> Select<'a> {
    match text {
        None => select,
        Some(Text::Exact(text)) => select.and(fragments[0], clipped(text)),
        Some(Text::Prefix(text)) => {
            let text = clipped(text);
            select.and(fragments[1], text).and_if(fragments[2], after_prefix(text))
        }
    }
}

/// The first text after all texts that begin so: the last character moved on by one. None: nothing comes after.
fn after_prefix(prefix: &str) -> Option<String> {
    let mut chars: Vec<char> = prefix.chars().collect();
    while let Some(last) = chars.pop() {
        let next = (u32::from(last) + 1..=u32::from(char::MAX)).find_map(char::from_u32);
        if let Some(next) = next {
            chars.push(next);
            return Some(chars.into_iter().collect());
        }
    }
    None
}

/// The part of a text that is searched.
fn clipped(text: &str) -> &str {
    &text[..text.floor_char_boundary(SEARCHED_BYTES)]
}

/// A person's searchable names.
pub fn of_person(tx: &mut Tx<'_>, granted: &Granted, id: PersonId) -> Result<Vec<NameRow>, StoreError> {
    if !shows(tx, granted, id)? {
        return Ok(Vec::new());
    }
    tx.all(&OF_PERSON, vals![id])
}

pub(crate) fn replace(tx: &mut Tx<'_>, id: PersonId, names: &[NameRow]) -> Result<(), StoreError> {
    tx.exec(&CLEAR, vals![id])?;
    for (n, name) in (0_i64..).zip(names) {
        tx.exec(&INSERT, vals![id, n, clipped(&name.last), clipped(&name.first), name.born_on])?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::after_prefix;

    #[test]
    fn the_end_of_a_prefix_is_the_next_text_that_does_not_begin_so() {
        #[rustfmt::skip]
        let table = [
            // prefix          first text after it
            ("DO",             Some("DP")),
            ("D\u{D7FF}",      Some("D\u{E000}")), // no characters in between
            ("D\u{10FFFF}",    Some("E")),
            ("\u{10FFFF}",     None),
            ("",               None),
        ];
        for (prefix, after) in table {
            assert_eq!(after_prefix(prefix).as_deref(), after, "{prefix:?}");
        }
    }
}
