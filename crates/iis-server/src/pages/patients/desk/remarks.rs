//! What the checks say of a form, to be read before it is stored.

use iis_registry::desk::Remark;

/// Warnings to read before a form is stored.
#[derive(Debug, Clone, Default)]
pub(in crate::pages) struct ToHeed {
    pub(in crate::pages) texts: Vec<String>,
    /// The codes, for the form to carry: blanks between them.
    pub(in crate::pages) codes: String,
}

/// The warnings of a form, each with its code; `called` names its doses, counted from 1.
pub(super) fn warnings(remarks: &[Remark], called: impl Fn(u16) -> String) -> Vec<(String, String)> {
    let text = |remark: &Remark| match remark.dose.map(&called) {
        Some(dose) if !dose.is_empty() => format!("{dose}: {}", remark.text),
        _ => remark.text.to_string(),
    };
    remarks.iter().map(|remark| (remark.code.to_string(), text(remark))).collect()
}

impl ToHeed {
    /// The warnings of a form; `called` names its doses, counted from 1.
    pub(in crate::pages) fn of(remarks: &[Remark], called: impl Fn(u16) -> String) -> Self {
        let mut codes: Vec<&str> = remarks.iter().map(|remark| &*remark.code).collect();
        codes.sort_unstable();
        codes.dedup();
        let texts = warnings(remarks, called).into_iter().map(|(_, text)| text).collect();
        Self { texts, codes: codes.join(" ") }
    }

    /// What the page itself has to say, each with the code under which it counts as read; none: all of it was read.
    pub(super) fn unread(doubts: &[(String, String)], heeded: &[Box<str>]) -> Option<Self> {
        doubts.iter().any(|(code, _)| is_unread(code, heeded)).then(|| Self::said(doubts, heeded))
    }

    fn said(doubts: &[(String, String)], heeded: &[Box<str>]) -> Self {
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

/// Whether a warning of this code was not read yet.
pub(super) fn is_unread(code: &str, heeded: &[Box<str>]) -> bool {
    !heeded.iter().any(|known| **known == *code)
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    /// What only a message can have.
    fn of_messages(text: &str) -> bool {
        let lower = text.to_lowercase();
        let of_senders = ["yyyymmdd", "segment", "message", "order group", "send ", "hl7"];
        let is_segment = |word: &str| {
            let known = ["MSH", "PID", "PD1", "PV1", "NK1", "ORC", "RXA", "RXR", "OBX", "NTE"];
            known.contains(
                &word
                    .split(|letter: char| !letter.is_ascii_alphanumeric())
                    .find(|part| !part.is_empty())
                    .unwrap_or(""),
            )
        };
        // LOINC codes, by a rule of this test: digits, a dash, one digit
        let is_code = |word: &str| {
            let word = word.trim_matches(|letter: char| !letter.is_ascii_alphanumeric());
            let digits = word
                .split('-')
                .map(|part| part.bytes().all(|byte| byte.is_ascii_digit()).then_some(part.len()));
            matches!(digits.collect::<Vec<_>>()[..], [Some(4 | 5), Some(1)])
        };
        of_senders.iter().any(|word| lower.contains(word))
            || text.split_whitespace().any(|word| is_code(word) || is_segment(word))
    }

    #[test]
    fn no_form_of_the_desk_speaks_of_messages() {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("templates/patients/desk");
        let mut read = 0;
        for file in std::fs::read_dir(root).expect("the templates of the desk") {
            let path = file.expect("a template").path();
            let text = std::fs::read_to_string(&path).expect("a template");
            for line in text.lines() {
                assert!(!of_messages(line), "{}: {line}", path.display());
            }
            read += 1;
        }
        assert!(read > 8);
    }
}
