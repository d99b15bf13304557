//! Conditions and conformance statements: a small language, read once and evaluated on a message.
//!
//! ```text
//! if A then B    A and B    (A or B)    not A
//! RXA-20 valued    RXA-9.1 empty    RXA-20 = 'CP'    RXA-20 in {CP, PA}    OBX-5 in set HL70064_IZ
//! OBX-4 > 0    RXA-4.1 = RXA-3.1    PID-7.1 is day    NK1-1 counts    some OBX-3.1 = '64994-7'
//! statements complete    OBX-1 counts in the message or in each ORDER
//! ```
//!
//! What depends on an empty value is neither true nor false: a condition then asks for nothing, and a statement holds.
//! That the value is missing is told by its usage, once.

use super::forms::Form;

/// An expression over the places of a segment, a data type or a group.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Expression {
    Valued(Path),
    Is(Path, Box<str>),
    In(Path, Box<[Box<str>]>),
    /// The code is in a value set, by its number.
    InSet(Path, u16),
    Above(Path, u32),
    Same(Path, Path),
    Form(Path, Form),
    /// The number is that of the segment among those of its name: in a row of them, or said of a group, in the message.
    Counts(Path),
    /// One of the segments of the group has this value.
    Some(Path, Box<str>),
    /// The observations of the group name an information statement with all that belongs to it.
    StatementsComplete,
    /// The observations are numbered from 1 in the message or in each group of this name.
    ObservationsCount(Box<str>),
    Not(Box<Expression>),
    All(Box<[Expression]>),
    Any(Box<[Expression]>),
    Implies(Box<Expression>, Box<Expression>),
}

/// A place as an expression names it: always in the first repetition.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Path {
    /// The segment; zeros in a data type, whose value itself is looked at.
    pub(super) segment: [u8; 3],
    /// Field; 0 in a data type.
    pub(super) field: u8,
    /// Component, or 0 for the whole.
    pub(super) component: u8,
    /// Sub-component, or 0 for the whole.
    pub(super) sub_component: u8,
    /// Which of the places it is that are read once a segment; [`Path::NO_SLOT`] for none.
    pub(super) slot: usize,
}

impl Path {
    /// Read whenever it is asked for.
    pub(super) const NO_SLOT: usize = usize::MAX;

    /// `RXA-9.1`, `OBX-4`, `.2.1`.
    pub(super) fn parse(text: &str) -> Option<Self> {
        let (segment, rest) = match text.split_once('-') {
            Some((name, rest)) => (name.as_bytes().try_into().ok()?, rest),
            None => ([0; 3], text.strip_prefix('.')?),
        };
        let mut numbers = rest.split('.').map(str::parse);
        let mut next = || numbers.next().unwrap_or(Ok(0)).ok();
        let field = if segment == [0; 3] { 0 } else { next()? };
        Some(Self { segment, field, component: next()?, sub_component: next()?, slot: Self::NO_SLOT })
    }

    /// Whether it names a whole component of a data type.
    pub(super) fn is_component(&self) -> bool {
        self.segment == [0; 3] && self.component > 0 && self.sub_component == 0
    }
}

impl Expression {
    /// Reads an expression; `set` gives the number of a value set by its name.
    pub(super) fn parse(text: &str, set: &dyn Fn(&str) -> u16) -> Option<Self> {
        let parse = |text: &str| Self::parse(text, set);
        if let Some(group) = text.strip_prefix("OBX-1 counts in the message or in each ") {
            return Some(Self::ObservationsCount(group.into()));
        }
        if let Some(rest) = text.strip_prefix("if ") {
            let (if_, then) = rest.split_once(" then ")?;
            return Some(Self::Implies(Box::new(parse(if_)?), Box::new(parse(then)?)));
        }
        for (word, of) in [(" or ", Self::Any as fn(Box<[Self]>) -> Self), (" and ", Self::All)] {
            let parts = split(text, word);
            if parts.len() > 1 {
                return parts.into_iter().map(parse).collect::<Option<_>>().map(of);
            }
        }
        if let Some(negated) = text.strip_prefix("not ") {
            return Some(Self::Not(Box::new(parse(negated)?)));
        }
        if let Some(inner) = text.strip_prefix('(') {
            return parse(inner.strip_suffix(')')?);
        }
        Self::atom(text, set)
    }

    /// Hands on each place that it names.
    pub(super) fn each_path(&mut self, take: &mut dyn FnMut(&mut Path)) {
        match self {
            Self::Valued(path)
            | Self::Is(path, _)
            | Self::In(path, _)
            | Self::InSet(path, _)
            | Self::Above(path, _)
            | Self::Form(path, _)
            | Self::Counts(path)
            | Self::Some(path, _) => take(path),
            Self::Same(left, right) => {
                take(left);
                take(right);
            }
            Self::StatementsComplete | Self::ObservationsCount(_) => {}
            Self::Not(negated) => negated.each_path(take),
            Self::All(parts) | Self::Any(parts) => parts.iter_mut().for_each(|part| part.each_path(take)),
            Self::Implies(if_, then) => {
                if_.each_path(take);
                then.each_path(take);
            }
        }
    }

    fn atom(text: &str, number: &dyn Fn(&str) -> u16) -> Option<Self> {
        if text == "statements complete" {
            return Some(Self::StatementsComplete);
        }
        if let Some(rest) = text.strip_prefix("some ") {
            let (path, value) = rest.split_once(" = ")?;
            return Some(Self::Some(Path::parse(path)?, quoted(value)?));
        }
        let (path, rest) = text.split_once(' ')?;
        let path = Path::parse(path)?;
        let (word, value) = rest.split_once(' ').unwrap_or((rest, ""));
        Some(match (word, value) {
            ("valued", "") => Self::Valued(path),
            ("empty", "") => Self::Not(Box::new(Self::Valued(path))),
            ("counts", "") => Self::Counts(path),
            ("is", form) => Self::Form(path, Form::of(form)?),
            (">", least) => Self::Above(path, least.parse().ok()?),
            ("in", list) if list.starts_with('{') => {
                let list = list.strip_prefix('{')?.strip_suffix('}')?;
                Self::In(path, list.split(", ").map(Into::into).collect())
            }
            ("in", set) => Self::InSet(path, number(set.strip_prefix("set ")?)),
            ("=", value) => match quoted(value) {
                Some(value) => Self::Is(path, value),
                None => Self::Same(path, Path::parse(value)?),
            },
            _ => return None,
        })
    }
}

fn quoted(text: &str) -> Option<Box<str>> {
    Some(text.strip_prefix('\'')?.strip_suffix('\'')?.into())
}

/// Splits at a word outside brackets and quotes.
fn split<'t>(text: &'t str, word: &str) -> Vec<&'t str> {
    let (mut parts, mut depth, mut is_quoted, mut from) = (Vec::new(), 0_u32, false, 0);
    for (at, letter) in text.char_indices() {
        match letter {
            '\'' => is_quoted = !is_quoted,
            '(' | '{' if !is_quoted => depth += 1,
            ')' | '}' if !is_quoted => depth = depth.saturating_sub(1),
            ' ' if !is_quoted && depth == 0 && at >= from && text[at..].starts_with(word) => {
                parts.push(&text[from..at]);
                from = at + word.len();
            }
            _ => {}
        }
    }
    parts.push(&text[from..]);
    parts
}

#[cfg(test)]
mod tests {
    use super::{Expression as E, Path};

    fn path(text: &str) -> Path {
        Path::parse(text).expect("a path")
    }

    #[test]
    fn every_kind_of_expression_is_read() {
        let is = |at: &str, value: &str| E::Is(path(at), value.into());
        let cp = E::In(path("RXA-20"), ["CP".into(), "PA".into()].into());
        #[rustfmt::skip]
        let table = [
            ("RXA-20 valued",                    E::Valued(path("RXA-20"))),
            (".2.1 empty",                       E::Not(Box::new(E::Valued(path(".2.1"))))),
            ("MSH-1 = '|'",                      is("MSH-1", "|")),
            ("QPD-1.2 = 'this and (that)'",      is("QPD-1.2", "this and (that)")),
            ("not RXA-6 = '999'",                E::Not(Box::new(is("RXA-6", "999")))),
            ("RXA-20 in {CP, PA}",               cp.clone()),
            ("OBX-5 in set CVX",                 E::InSet(path("OBX-5"), 3)),
            ("OBX-4 > 0",                        E::Above(path("OBX-4"), 0)),
            ("RXA-4.1 = RXA-3.1",                E::Same(path("RXA-4.1"), path("RXA-3.1"))),
            ("some OBX-3.1 = '1'",               E::Some(path("OBX-3.1"), "1".into())),
            ("(.1 = 'a' or .1 = 'b')",           E::Any([is(".1", "a"), is(".1", "b")].into())),
            ("RXA-20 in {CP, PA} and .1 = 'a'",  E::All([cp, is(".1", "a")].into())),
            ("if .1 valued then .2 = 'a'",
                E::Implies(Box::new(E::Valued(path(".1"))), Box::new(is(".2", "a")))),
        ];
        for (text, expected) in table {
            assert_eq!(E::parse(text, &|set| if set == "CVX" { 3 } else { 0 }), Some(expected), "{text}");
        }
        for nonsense in ["", "RXA-20", "RXA valued", "RXA-20 looks good", "if .1 valued", ".1 is round"] {
            assert_eq!(E::parse(nonsense, &|_| 0), None, "{nonsense}");
        }
    }
}
