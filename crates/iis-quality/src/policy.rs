//! What a state, and the agreement with a sender, change of the checks: `policy/checks.toml`.

use crate::detection::Gravity;
use crate::{catalogue, checks};
use iis_model::sent::Thing;
use serde::Deserialize;
use std::collections::BTreeMap;

/// The policy that ships with the program.
const SHIPPED: &str = include_str!("../../../policy/checks.toml");

/// Why a policy cannot be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NotAPolicy {
    /// It is not TOML of the expected shape.
    #[error("{0}")]
    Text(Box<str>),
    /// It names a check that does not exist.
    #[error("there is no check {0}")]
    NoCheck(Box<str>),
    /// A word that is no severity.
    #[error(
        "check {0}: write silent, information or warning; error only where the check is an error unless changed"
    )]
    Severity(Box<str>),
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    #[serde(default)]
    severities: BTreeMap<Box<str>, Box<str>>,
}

/// The severities that differ from those of the checks; cheap to ask when there are none.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Policy {
    changed: BTreeMap<&'static str, Gravity>,
    /// Whether it wants to hear of something that nobody is told of otherwise.
    is_curious: bool,
}

impl Policy {
    /// The policy that ships with the program.
    pub fn built_in() -> Result<Self, NotAPolicy> {
        Self::read(SHIPPED)
    }

    /// Reads the text of a policy.
    pub fn read(text: &str) -> Result<Self, NotAPolicy> {
        Self::default().changed_by(text)
    }

    /// The same with the further changes of a text of the same form.
    pub fn changed_by(&self, text: &str) -> Result<Self, NotAPolicy> {
        let file: File = toml::from_str(text).map_err(|error| NotAPolicy::Text(error.message().into()))?;
        self.with(file.severities.iter().map(|(code, word)| (&**code, &**word)))
    }

    /// The same with further changes, of a sender's profile: code and word.
    pub fn with<'a>(
        &self,
        changes: impl IntoIterator<Item = (&'a str, &'a str)>,
    ) -> Result<Self, NotAPolicy> {
        let mut policy = self.clone();
        for (code, word) in changes {
            let (code, usual) = find(code).ok_or_else(|| NotAPolicy::NoCheck(code.into()))?;
            let gravity = match word {
                "silent" => Gravity::Silent,
                "information" => Gravity::Information,
                "warning" => Gravity::Warning,
                "error" if usual > Gravity::Warning => usual,
                _ => return Err(NotAPolicy::Severity(code.into())),
            };
            policy.is_curious |= usual == Gravity::Silent;
            policy.changed.insert(code, gravity);
        }
        Ok(policy)
    }

    /// Whether nothing is changed.
    pub fn is_empty(&self) -> bool {
        self.changed.is_empty()
    }

    /// Whether it wants to hear of checks that are silent unless changed.
    pub(crate) fn is_curious(&self) -> bool {
        self.is_curious
    }

    /// What follows from a check whose own gravity is `usual`.
    #[inline]
    pub fn gravity(&self, code: &str, usual: Gravity) -> Gravity {
        if self.changed.is_empty() { usual } else { self.changed.get(code).copied().unwrap_or(usual) }
    }
}

/// Everything that can be detected: code and gravity, in the order of the lists.
pub fn all() -> impl Iterator<Item = (&'static str, Gravity)> {
    let fields =
        Thing::ALL.iter().flat_map(|&thing| catalogue::fields(thing)).flat_map(|entry| entry.detections);
    let rules = checks::ALL.iter().flat_map(|rule| rule.checks);
    fields.map(|detection| (detection.0, detection.2)).chain(rules.map(|check| (check.code, check.gravity)))
}

fn find(code: &str) -> Option<(&'static str, Gravity)> {
    all().find(|(known, _)| *known == code)
}

#[cfg(test)]
mod tests {
    use super::{NotAPolicy, Policy, all};
    use crate::detection::Gravity;
    use std::collections::BTreeSet;

    #[test]
    fn no_code_is_used_twice() {
        let codes: Vec<_> = all().map(|(code, _)| code).collect();
        let distinct: BTreeSet<_> = codes.iter().collect();
        let mut twice: Vec<_> =
            codes.iter().filter(|code| codes.iter().filter(|other| other == code).count() > 1).collect();
        twice.dedup();
        assert_eq!(distinct.len(), codes.len(), "{twice:?}");
    }

    #[test]
    fn a_policy_changes_what_it_names_and_refuses_what_is_not_there() {
        assert!(Policy::built_in().is_ok());
        let policy =
            Policy::read("[severities]\nPAT-139 = \"silent\"\nVAC-001 = \"warning\"").expect("a policy");
        assert_eq!(policy.gravity("PAT-139", Gravity::Warning), Gravity::Silent);
        assert_eq!(policy.gravity("VAC-001", Gravity::EventNotStored), Gravity::Warning);
        assert_eq!(policy.gravity("PAT-210", Gravity::Warning), Gravity::Warning);
        let refused = |code: &str, word: &str| Policy::default().with([(code, word)]).err();
        assert_eq!(refused("PAT-000", "silent"), Some(NotAPolicy::NoCheck("PAT-000".into())));
        assert_eq!(refused("PAT-139", "error"), Some(NotAPolicy::Severity("PAT-139".into())));
        assert_eq!(refused("VAC-001", "error"), None);
    }
}
