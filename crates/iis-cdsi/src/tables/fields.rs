//! Fields of a line: reading and writing durations, dates, codes and their ranges.

use crate::codes::{Cvx, ObservationCode};
use crate::dates::{Day, Duration};
use crate::supporting::model::{AgeRange, InEffect};
use std::fmt::{Display, Write};

/// Writes fields behind a keyword, with `; ` between them.
pub(super) struct Fields(String);

impl Fields {
    pub(super) fn new(keyword: impl Into<String>) -> Self {
        Self(keyword.into())
    }

    /// Adds a field as it is.
    pub(super) fn add(&mut self, field: impl AsRef<str>) -> &mut Self {
        self.0.push_str("; ");
        self.0.push_str(field.as_ref());
        self
    }

    /// Adds `name value`, if there is a value.
    pub(super) fn value(&mut self, name: &str, value: Option<impl Display>) -> &mut Self {
        if let Some(value) = value {
            self.add(format!("{name} {value}"));
        }
        self
    }

    /// Adds a word, if it is so.
    pub(super) fn flag(&mut self, name: &str, is_so: bool) -> &mut Self {
        if is_so { self.add(name) } else { self }
    }

    /// Adds `from … until …`, if a limit is named.
    pub(super) fn ages(&mut self, ages: AgeRange) -> &mut Self {
        match range(ages.begin, "until", ages.end) {
            Some(text) => self.add(text),
            None => self,
        }
    }

    /// Adds `in effect from … through …`, if a limit is named.
    pub(super) fn in_effect(&mut self, row: InEffect) -> &mut Self {
        match range(row.from, "through", row.through) {
            Some(text) => self.add(format!("in effect {text}")),
            None => self,
        }
    }

    pub(super) fn done(&mut self) -> String {
        std::mem::take(&mut self.0)
    }
}

/// `from A until B`, either part only if there is one.
pub(super) fn range(begin: Option<impl Display>, until: &str, end: Option<impl Display>) -> Option<String> {
    match (begin, end) {
        (Some(begin), Some(end)) => Some(format!("from {begin} {until} {end}")),
        (Some(begin), None) => Some(format!("from {begin}")),
        (None, Some(end)) => Some(format!("{until} {end}")),
        (None, None) => None,
    }
}

/// Codes with blanks between them.
pub(super) fn codes<T: Display>(codes: impl IntoIterator<Item = T>) -> String {
    let mut text = String::new();
    for code in codes {
        let blank = if text.is_empty() { "" } else { " " };
        // Writing to a string cannot fail.
        let _ = write!(text, "{blank}{code}");
    }
    text
}

/// Reads `from A until B`, either part only if it stands.
pub(super) fn read_range<T>(
    text: &str,
    until: &str,
    read: impl Fn(&str) -> Option<T>,
) -> Option<(Option<T>, Option<T>)> {
    let text = format!(" {text}");
    let until = format!(" {until} ");
    let (begin, end) = match text.split_once(&until) {
        Some((begin, end)) => (begin.trim(), Some(read(end)?)),
        None => (text.trim(), None),
    };
    let begin = match begin {
        "" => None,
        begin => Some(read(begin.strip_prefix("from ")?)?),
    };
    (begin.is_some() || end.is_some()).then_some((begin, end))
}

pub(super) fn read_ages(text: &str) -> Option<AgeRange> {
    read_range(text, "until", Duration::parse).map(|(begin, end)| AgeRange { begin, end })
}

pub(super) fn read_in_effect(text: &str) -> Option<InEffect> {
    let range = text.strip_prefix("in effect ")?;
    read_range(range, "through", Day::parse).map(|(from, through)| InEffect { from, through })
}

pub(super) fn read_cvx_list(text: &str) -> Option<Vec<Cvx>> {
    text.split(' ').map(Cvx::parse).collect()
}

pub(super) fn read_observations(text: &str) -> Option<Vec<ObservationCode>> {
    text.split(' ').map(ObservationCode::parse).collect()
}

/// Reads the fields behind the first, each by `read`; one that cannot be read is named.
pub(super) fn read_fields<'a>(
    fields: impl Iterator<Item = &'a str>,
    mut read: impl FnMut(&'a str) -> Option<()>,
) -> Result<(), String> {
    for field in fields {
        read(field).ok_or_else(|| format!("the field {field:?} cannot be read"))?;
    }
    Ok(())
}

/// The value of `name value`, if the field is one, read by `read` into `slot`.
pub(super) fn take<T>(
    slot: &mut Option<T>,
    field: &str,
    name: &str,
    read: impl Fn(&str) -> Option<T>,
) -> Option<()> {
    let value = field.strip_prefix(name)?.strip_prefix(' ')?;
    *slot = Some(read(value)?);
    Some(())
}

/// Sets a flag, if the field is its name.
pub(super) fn flag(slot: &mut bool, field: &str, name: &str) -> Option<()> {
    (field == name).then(|| *slot = true)
}
