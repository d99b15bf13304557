//! What a check says to whoever sits before a form: in the words of its fields, where a message has places and codes.

use crate::{catalogue, checks};
use iis_model::sent::Thing;
use std::borrow::Cow;
use std::collections::BTreeMap;
use std::sync::LazyLock;

static WORDS: LazyLock<BTreeMap<&'static str, Cow<'static, str>>> = LazyLock::new(|| all().collect());

/// Every code with its words.
fn all() -> impl Iterator<Item = (&'static str, Cow<'static, str>)> {
    let fields = Thing::ALL.iter().flat_map(|&thing| catalogue::fields(thing)).flat_map(|entry| {
        let words =
            |(code, condition, _): &(&'static str, _, _)| (*code, entry.text_on_form(*condition).into());
        entry.detections.iter().map(words)
    });
    let rules = checks::ALL.iter().flat_map(|rule| rule.checks);
    fields.chain(rules.map(|check| (check.code, check.words_on_form().into())))
}

/// The words of a check on a form, by its code; none: there is no such check.
pub fn on_form(code: &str) -> Option<&'static str> {
    WORDS.get(code).map(|words| &**words)
}

#[cfg(test)]
mod tests {
    use super::on_form;
    use crate::{catalogue, checks};
    use iis_model::sent::Thing;

    /// What only a message can have.
    fn of_messages(text: &str) -> bool {
        let lower = text.to_lowercase();
        let of_senders = ["yyyymmdd", "segment", "message", "order group", "send ", "hl7"];
        let is_segment = |word: &str| {
            let known = ["MSH", "PID", "PD1", "PV1", "NK1", "ORC", "RXA", "RXR", "OBX", "NTE"];
            let name =
                word.split(|letter: char| !letter.is_ascii_alphanumeric()).find(|part| !part.is_empty());
            known.contains(&name.unwrap_or(""))
        };
        // LOINC codes: digits, a dash, one digit
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
    fn no_check_of_a_form_speaks_of_messages() {
        let things = [Thing::Patient, Thing::NextOfKin, Thing::Vaccination, Thing::Observation];
        let fields = things.into_iter().flat_map(catalogue::fields).flat_map(|entry| entry.detections);
        let rules = checks::ALL.iter().filter(|rule| !rule.name.starts_with("message"));
        let rules = rules.flat_map(|rule| rule.checks).map(|check| check.code);
        let codes: Vec<&str> = fields.map(|detection| detection.0).chain(rules).collect();
        assert!(codes.len() > 300, "{}", codes.len());
        let told: Vec<&str> =
            codes.iter().filter_map(|code| on_form(code)).filter(|text| of_messages(text)).collect();
        assert!(told.is_empty(), "{told:#?}");
    }

    #[test]
    fn a_form_reads_what_it_can_mend() {
        #[rustfmt::skip]
        let table = [
            ("PAT-118", "The date of birth is missing. Enter it as MM/DD/YYYY."),
            ("PAT-147", "The sex is not in its list. Choose one of the list."),
            ("PAT-809", "The country is not in its list. Choose one of the list."),
            ("VAC-001", "The date is in the future, so the dose is not stored. Correct the date."),
        ];
        for (code, words) in table {
            assert_eq!(on_form(code), Some(words));
        }
        assert_eq!(on_form("PAT-000"), None);
    }
}
