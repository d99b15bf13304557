//! What the checks say of a form, beside its fields and in the words of a screen.

use iis_registry::desk::Remark;

/// Warnings to read before a form is stored.
#[derive(Debug, Clone, Default)]
pub(in crate::pages) struct ToHeed {
    pub(in crate::pages) texts: Vec<String>,
    /// The codes, for the form to carry: blanks between them.
    pub(in crate::pages) codes: String,
}

impl ToHeed {
    /// The warnings of a form; `called` names its doses, counted from 1.
    pub(in crate::pages) fn of(remarks: &[Remark], called: impl Fn(u16) -> String) -> Self {
        let text = |remark: &Remark| match remark.dose.map(&called) {
            Some(dose) if !dose.is_empty() => format!("{dose}: {}", in_words(&remark.text)),
            _ => in_words(&remark.text),
        };
        let mut codes: Vec<&str> = remarks.iter().map(|remark| &*remark.code).collect();
        codes.sort_unstable();
        codes.dedup();
        Self { texts: remarks.iter().map(text).collect(), codes: codes.join(" ") }
    }

    /// What the page itself has to say, each with the code under which it counts as read.
    pub(super) fn said(doubts: &[(String, String)], heeded: &[Box<str>]) -> Self {
        let codes: Vec<&str> = doubts.iter().map(|(code, _)| code.as_str()).collect();
        Self { texts: doubts.iter().map(|(_, text)| text.clone()).collect(), codes: codes.join(" ") }
            .and(heeded)
    }

    /// The same, with what was read before.
    pub(super) fn and(mut self, heeded: &[Box<str>]) -> Self {
        for code in heeded {
            self.codes.push(' ');
            self.codes.push_str(code);
        }
        self
    }
}

/// What a place of a message is called on a screen.
#[rustfmt::skip]
const PLACES: &[(&str, &str)] = &[
    ("RXA-3", "the date"),
    ("RXA-5", "the vaccine"),
    ("RXA-6", "the amount"),
    ("RXA-9", "the source"),
    ("RXA-15", "the lot number"),
    ("RXA-16", "the lot’s expiration date"),
    ("RXA-17", "the manufacturer"),
    ("RXA-18", "the reason of refusal"),
    ("RXA-20", "the completion"),
    ("RXR-1", "the route"),
    ("RXR-2", "the body site"),
    ("64994-7", "the eligibility"),
    ("30963-3", "the funding source"),
    ("PID-5", "the name"),
    ("PID-7", "the birth date"),
    ("PID-29", "the date of death"),
];

/// The words of a check without the places of a message: `The lot number (RXA-15) is …` names none, `Correct RXA-3` says
/// what is to be corrected. The sentences are otherwise those that senders read.
pub(in crate::pages) fn in_words(text: &str) -> String {
    let mut words = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find(" (") {
        let Some(length) = rest[at..].find(')') else { break };
        let inside = &rest[at + 2..at + length];
        words.push_str(&rest[..at]);
        if !PLACES.iter().any(|(place, _)| inside.starts_with(place)) {
            words.push_str(&rest[at..=at + length]);
        }
        rest = &rest[at + length + 1..];
    }
    words.push_str(rest);
    let mut by_length: Vec<_> = PLACES.iter().collect();
    by_length.sort_by_key(|(place, _)| std::cmp::Reverse(place.len()));
    by_length.into_iter().fold(words, |words, (place, called)| words.replace(place, called))
}

#[cfg(test)]
mod tests {
    use super::in_words;

    #[test]
    fn a_screen_names_no_segments() {
        #[rustfmt::skip]
        let table = [
            ("The lot number (RXA-15) does not look like one. Check it against the package.",
             "The lot number does not look like one. Check it against the package."),
            ("The dose is dated after its lot expired. Correct RXA-16, or tell the clinic.",
             "The dose is dated after its lot expired. Correct the lot’s expiration date, or tell the clinic."),
            ("The date (of the dose) is early.", "The date (of the dose) is early."),
        ];
        for (text, shown) in table {
            assert_eq!(in_words(text), shown);
        }
    }
}
