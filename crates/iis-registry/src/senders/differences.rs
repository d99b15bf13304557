//! What differs between two agreements with a sender: for the audit, and for who changed one while somebody else did.

use super::agreement::Agreement;

/// A part that differs between two agreements.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Difference {
    /// Which part.
    pub name: String,
    /// As it is in the first.
    pub was: String,
    /// As it is in the second.
    pub is: String,
}

/// What differs between two agreements, a line each: `may query: yes, was no`.
pub fn in_words(old: &Agreement, new: &Agreement) -> Vec<String> {
    let line = |Difference { name, was, is }| format!("{name}: {is}, was {was}");
    differences(old, new).into_iter().map(line).collect()
}

/// What differs between two agreements, part by part.
pub fn differences(old: &Agreement, new: &Agreement) -> Vec<Difference> {
    let (before, after) = (old.lines(), new.lines());
    let mut told = Vec::new();
    let value = |lines: &[(String, String)], name: &str| {
        lines
            .iter()
            .find(|(known, _)| known == name)
            .map_or_else(|| "none".to_owned(), |(_, value)| value.clone())
    };
    let gone = before.iter().filter(|(name, _)| after.iter().all(|(known, _)| known != name));
    for (name, _) in after.iter().chain(gone) {
        let (was, is) = (value(&before, name), value(&after, name));
        if was != is {
            told.push(Difference { name: name.clone(), was, is });
        }
    }
    told
}

#[cfg(test)]
mod tests {
    use super::in_words;
    use crate::senders::testing::{agreed, mapping};

    #[test]
    fn a_change_is_told_with_what_was_before() {
        let old = agreed(|a| a.profile.mappings = vec![mapping("RXA-5", "MMR", "03")]);
        let new = agreed(|a| {
            a.profile.is_test = true;
            a.profile.messages_a_minute = 60;
            a.profile.severities.insert("PAT-139".into(), "silent".into());
            a.site_codes.push("SOUTH".into());
        });
        assert_eq!(
            in_words(&old, &new),
            [
                "under test: yes, was no",
                "sites: NORTH, SOUTH, was NORTH",
                "messages a minute: 60, was any number",
                "severity PAT-139: silent, was none",
                "code RXA-5 MMR: none, was 03",
            ]
        );
        assert_eq!(in_words(&new, &new), Vec::<String>::new());
    }
}
