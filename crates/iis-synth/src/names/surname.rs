//! Surnames of one or two parts, and the ways in which offices write the second kind.

use crate::random::Random;

/// A surname: one name, or a father's and a mother's.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Surname {
    /// The first name, or the only one.
    pub first: &'static str,
    /// The second one.
    pub second: Option<&'static str>,
}

/// How an office writes a surname of two parts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Writing {
    /// García López.
    Both,
    /// García-López.
    Hyphenated,
    /// García.
    FirstOnly,
    /// López.
    SecondOnly,
    /// `GarcíaLópez`.
    RunTogether,
}

impl Writing {
    /// A way, most often the whole name.
    pub fn draw(random: &mut Random) -> Self {
        const WAYS: [Writing; 5] = [
            Writing::Both,
            Writing::Hyphenated,
            Writing::FirstOnly,
            Writing::SecondOnly,
            Writing::RunTogether,
        ];
        WAYS[random.weighted(&[50, 20, 18, 8, 4])]
    }
}

impl Surname {
    /// A surname of one part.
    pub const fn one(name: &'static str) -> Self {
        Self { first: name, second: None }
    }

    /// A surname of two parts.
    pub const fn two(first: &'static str, second: &'static str) -> Self {
        Self { first, second: Some(second) }
    }

    /// The surname as written; one of one part is always written the same.
    pub fn written(&self, writing: Writing) -> String {
        let Some(second) = self.second else {
            return self.first.to_owned();
        };
        match writing {
            Writing::Both => format!("{} {second}", self.first),
            Writing::Hyphenated => format!("{}-{second}", self.first),
            Writing::FirstOnly => self.first.to_owned(),
            Writing::SecondOnly => second.to_owned(),
            Writing::RunTogether => format!("{}{second}", self.first),
        }
    }
}
