//! Value sets: which codes may stand in a place.

use super::short_codes::ShortCodes;
use super::tables::{TableFailure, VALUE_SETS};
use std::borrow::Cow;
use std::collections::BTreeMap;

/// A value set.
#[derive(Debug, Default)]
pub(super) struct Set {
    /// `HL70001_IZ`.
    pub(super) name: Box<str>,
    /// Whether it is looked at: not when it is local to a registry, or when its codes have tables of their own.
    is_checked: bool,
    /// Its codes of up to 16 bytes: what is looked at first.
    short: ShortCodes,
    /// All its codes.
    codes: Vec<&'static str>,
    /// Codes with `n` for a digit and `z` for a letter or digit.
    patterns: Vec<&'static str>,
    /// Codes of older tables that are understood.
    old: Vec<&'static str>,
    /// The code system of its codes, where codes of other systems are not its business.
    own_system: Option<Box<str>>,
}

/// What a set says of a code.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Verdict {
    /// It holds the code, or is not to be looked at.
    Holds,
    /// It holds the code in other letters, large or small.
    OtherCase,
    /// A code of an older table, understood.
    Old,
    /// It does not hold it.
    Unknown,
}

/// All sets.
#[derive(Debug, Default)]
pub(super) struct Sets {
    sets: Vec<Set>,
    by_name: BTreeMap<&'static str, u16>,
}

/// No set: everything may stand there.
pub(super) const NONE: u16 = u16::MAX;

impl Sets {
    /// The published sets with what is accepted beside them.
    pub(super) fn built_in() -> Result<Self, TableFailure> {
        let mut sets = Self::default();
        for (file, text) in VALUE_SETS {
            sets.read(file, text)?;
        }
        for set in &mut sets.sets {
            set.short = ShortCodes::of(&set.codes);
        }
        Ok(sets)
    }

    fn read(&mut self, file: &'static str, text: &'static str) -> Result<(), TableFailure> {
        let (mut at, mut is_old) = (None, false);
        for (number, line) in (1..).zip(text.lines()) {
            let failure = |what| TableFailure { file, line: number, what };
            if let Some(heading) = line.strip_prefix("set ") {
                let words = heading.split_once("; ").map_or(heading, |(words, _)| words);
                let (name, how) = words.split_once(' ').unwrap_or((words, ""));
                is_old = how == "old";
                at = Some(self.open(name, matches!(how, "" | "old")));
            } else if !line.is_empty() {
                let mut words = line.split_whitespace();
                let set = at.and_then(|at: u16| self.sets.get_mut(usize::from(at)));
                let set = set.ok_or(failure("a set above its codes"))?;
                let code = words.next().ok_or(failure("a code"))?;
                set.add(code, words.next().unwrap_or_default(), is_old);
            }
        }
        Ok(())
    }

    fn open(&mut self, name: &'static str, is_checked: bool) -> u16 {
        if let Some(&at) = self.by_name.get(name) {
            return at;
        }
        let at = u16::try_from(self.sets.len()).unwrap_or(NONE);
        self.sets.push(Set { name: name.into(), is_checked, ..Set::default() });
        self.by_name.insert(name, at);
        at
    }

    /// The number of a set that is looked at.
    pub(super) fn number(&self, name: &str) -> u16 {
        self.by_name.get(name).copied().filter(|&at| self.sets[usize::from(at)].is_checked).unwrap_or(NONE)
    }

    /// The set of a number.
    pub(super) fn get(&self, number: u16) -> Option<&Set> {
        self.sets.get(usize::from(number))
    }

    /// What a set says of a code; [`NONE`] holds everything.
    #[inline]
    pub(super) fn verdict(&self, number: u16, code: &str, system: &str) -> Verdict {
        self.get(number).map_or(Verdict::Holds, |set| set.verdict(code, system))
    }
}

impl Set {
    fn add(&mut self, code: &'static str, system: &str, is_old: bool) {
        if code == "***" {
            self.own_system = Some(system.into());
        } else if code.contains("nnn") || code.contains("zzz") {
            self.patterns.push(code);
        } else if is_old {
            self.old.push(code);
        } else {
            self.codes.push(code);
        }
    }

    /// A code that it holds, in its own letters.
    pub(super) fn written(&self, code: &str) -> Option<Cow<'static, str>> {
        if self.patterns.iter().any(|pattern| fits(pattern, code)) {
            return Some(Cow::Owned(code.to_owned()));
        }
        let held = self.codes.iter().find(|held| **held == code);
        held.or_else(|| self.codes.iter().find(|held| held.eq_ignore_ascii_case(code)))
            .map(|held| Cow::Borrowed(*held))
    }

    #[inline]
    fn verdict(&self, code: &str, system: &str) -> Verdict {
        let holds = self.short.holds(code) || self.patterns.iter().any(|pattern| fits(pattern, code));
        if holds { Verdict::Holds } else { self.verdict_of_odd(code, system) }
    }

    fn verdict_of_odd(&self, code: &str, system: &str) -> Verdict {
        let is_other_case = |held: &&str| held.eq_ignore_ascii_case(code);
        let is_of_others =
            || self.own_system.as_deref().is_some_and(|own| !system.is_empty() && own != system);
        if self.codes.contains(&code) || is_of_others() {
            Verdict::Holds
        } else if self.old.iter().any(is_other_case) {
            Verdict::Old
        } else if self.codes.iter().any(is_other_case) {
            Verdict::OtherCase
        } else {
            Verdict::Unknown
        }
    }
}

fn fits(pattern: &str, code: &str) -> bool {
    pattern.len() == code.len()
        && pattern.bytes().zip(code.bytes()).all(|(p, c)| match p {
            b'n' => c.is_ascii_digit(),
            b'z' => c.is_ascii_alphanumeric(),
            _ => p == c,
        })
}

#[cfg(test)]
mod tests {
    use super::{NONE, Sets, Verdict};

    #[test]
    fn a_set_holds_its_codes_and_understands_old_ones() {
        let sets = Sets::built_in().expect("tables");
        #[rustfmt::skip]
        let table = [
            ("HL70001_IZ", "F",                    "",         Verdict::Holds),
            ("HL70001_IZ", "X",                    "",         Verdict::Holds), // an addition
            ("HL70001_IZ", "f",                    "",         Verdict::OtherCase),
            ("HL70001_IZ", "FF",                   "",         Verdict::Unknown),
            ("HL70001_IZ", "",                     "",         Verdict::Unknown),
            ("HL70202_IZ", "INTERNET",             "",         Verdict::OtherCase),
            ("NCIT",       "C28161",               "NCIT",     Verdict::Holds),
            ("NCIT",       "im",                   "HL70162",  Verdict::Old),
            ("NCIT",       "C00000",               "NCIT",     Verdict::Unknown),
            ("HL70396_IZ", "HL70162",              "",         Verdict::Holds), // a pattern
            ("HL70396_IZ", "HL7016",               "",         Verdict::Unknown),
            ("HL70396_IZ", "99ABC",                "",         Verdict::Holds),
            ("HL70064_IZ", "TXA02",                "TXVFC",    Verdict::Holds), // a state's own code
            ("HL70064_IZ", "TXA02",                "HL70064",  Verdict::Unknown),
            ("UCUM",       "mg{Phenylketones}/dL", "",         Verdict::Holds), // longer than 16
            ("UCUM",       "mg{Phenylketone}/dL",  "",         Verdict::Unknown),
        ];
        for (set, code, system, verdict) in table {
            let number = sets.number(set);
            assert_ne!(number, NONE, "{set}");
            assert_eq!(sets.verdict(number, code, system), verdict, "{set} {code}");
        }
    }

    #[test]
    fn local_sets_and_sets_with_tables_of_their_own_are_not_looked_at() {
        let sets = Sets::built_in().expect("tables");
        for name in ["HL70362_IZ", "CVX", "NDC_Use", "no such set"] {
            assert_eq!(sets.number(name), NONE, "{name}");
        }
        assert_eq!(sets.verdict(NONE, "anything", ""), Verdict::Holds);
    }
}
