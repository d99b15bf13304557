//! Reading values out of elements, noting what cannot be read.

use super::element::{Element, is_no_value};
use super::finding::{Finding, Severity};
use super::model::{AgeRange, InEffect};
use crate::codes::{Cvx, ObservationCode};
use crate::dates::{Day, Duration};

/// The file being read and what was found in it.
pub(super) struct Reading<'a> {
    pub(super) file: &'a str,
    pub(super) findings: &'a mut Vec<Finding>,
}

impl Reading<'_> {
    /// Notes a value that cannot be read.
    pub(super) fn wrong(&mut self, element: &Element, text: impl Into<String>) {
        self.findings.push(Finding {
            severity: Severity::Error,
            file: self.file.to_owned(),
            place: format!("line {}, <{}>", element.line, element.name),
            text: text.into(),
        });
    }

    /// Notes children that this reader does not know: a release may not say something unread.
    pub(super) fn knows_only(&mut self, element: &Element, names: &[&str]) {
        for child in &element.children {
            if !names.contains(&child.name.as_str()) {
                self.wrong(child, "is an element this reader does not know");
            }
        }
    }

    /// The text of a child, unless it says "no value".
    pub(super) fn text<'e>(element: &'e Element, name: &str) -> Option<&'e str> {
        let text = element.first(name)?.text.trim();
        (!is_no_value(text)).then_some(text)
    }

    /// The text of a child that must have one.
    pub(super) fn needed<'e>(&mut self, element: &'e Element, name: &str) -> &'e str {
        let text = Self::text(element, name);
        if text.is_none() {
            self.wrong(element, format!("has no <{name}>"));
        }
        text.unwrap_or_default()
    }

    /// A name that must be there, with its white space folded.
    pub(super) fn name(&mut self, element: &Element, name: &str) -> String {
        fold(self.needed(element, name))
    }

    /// A child's text read by `read`; text that cannot be read is noted.
    pub(super) fn value<T>(
        &mut self,
        element: &Element,
        name: &str,
        what: &str,
        read: impl Fn(&str) -> Option<T>,
    ) -> Option<T> {
        let text = Self::text(element, name)?;
        let value = read(text);
        if value.is_none() {
            self.wrong(element.first(name).unwrap_or(element), format!("is not {what}"));
        }
        value
    }

    pub(super) fn duration(&mut self, element: &Element, name: &str) -> Option<Duration> {
        self.value(element, name, "a duration", Duration::parse)
    }

    pub(super) fn day(&mut self, element: &Element, name: &str) -> Option<Day> {
        self.value(element, name, "a date", Day::parse)
    }

    pub(super) fn number(&mut self, element: &Element, name: &str) -> Option<u8> {
        self.value(element, name, "a small number", |text| text.parse().ok())
    }

    /// `Yes`, `Y`, `No`, `N`; no value is `None`.
    pub(super) fn yes_no(&mut self, element: &Element, name: &str) -> Option<bool> {
        self.value(element, name, "Yes or No", |text| match text {
            "Yes" | "Y" => Some(true),
            "No" | "N" => Some(false),
            _ => None,
        })
    }

    /// A CVX code that must be there.
    pub(super) fn cvx(&mut self, element: &Element) -> Option<Cvx> {
        if self.needed(element, "cvx").is_empty() {
            return None;
        }
        self.value(element, "cvx", "a CVX code", Cvx::parse)
    }

    /// A list of CVX codes separated by semicolons, sorted.
    pub(super) fn cvx_list(&mut self, element: &Element, name: &str) -> Vec<Cvx> {
        let read = |text: &str| {
            text.split(';')
                .map(str::trim)
                .filter(|t| !t.is_empty())
                .map(Cvx::parse)
                .collect::<Option<Vec<_>>>()
        };
        let mut codes = self.value(element, name, "a list of CVX codes", read).unwrap_or_default();
        codes.sort_unstable();
        codes.dedup();
        codes
    }

    /// A list of series-group numbers.
    pub(super) fn group_list(&mut self, element: &Element, name: &str) -> Vec<u8> {
        let read = |text: &str| {
            text.split([';', ',']).map(str::trim).filter(|t| !t.is_empty()).map(|t| t.parse().ok()).collect()
        };
        self.value(element, name, "a list of series groups", read).unwrap_or_default()
    }

    /// An observation code that must be there.
    pub(super) fn observation(&mut self, element: &Element, name: &str) -> Option<ObservationCode> {
        if self.needed(element, name).is_empty() {
            return None;
        }
        self.value(element, name, "an observation code", ObservationCode::parse)
    }

    pub(super) fn ages(&mut self, element: &Element, begin: &str, end: &str) -> AgeRange {
        AgeRange { begin: self.duration(element, begin), end: self.duration(element, end) }
    }

    pub(super) fn in_effect(&mut self, element: &Element) -> InEffect {
        InEffect { from: self.day(element, "effectiveDate"), through: self.day(element, "cessationDate") }
    }
}

/// Any white space becomes one blank.
pub(super) fn fold(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}
