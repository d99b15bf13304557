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

/// What a place of a message is called on a screen; the first whose beginning fits.
#[rustfmt::skip]
const PLACES: &[(&str, &str)] = &[
    ("RXA-3",  "the date"),
    ("RXA-5",  "the vaccine"),
    ("RXA-6",  "the amount"),
    ("RXA-7",  "the amount"),
    ("RXA-9",  "the source"),
    ("RXA-15", "the lot number"),
    ("RXA-16", "the lot’s expiration date"),
    ("RXA-17", "the manufacturer"),
    ("RXA-18", "the reason of refusal"),
    ("RXA-20", "the completion"),
    ("RXR-1",  "the route"),
    ("RXR-2",  "the body site"),
    ("PID-5.2", "the first name"),
    ("PID-5.3", "the middle name"),
    ("PID-5",  "the name"),
    ("PID-6",  "the mother’s maiden name"),
    ("PID-7",  "the birth date"),
    ("PID-8",  "the sex"),
    ("PID-11", "the address"),
    ("PID-13", "the telephone number"),
    ("PID-29", "the date of death"),
    ("PID-30", "whether the patient has died"),
];

/// What is said to senders, and what of it to whoever sits before a form.
#[rustfmt::skip]
const PHRASES: &[(&str, &str)] = &[
    ("so the message was not stored",     "so nothing is stored"),
    ("so this order group was not stored", "so the dose is not stored"),
    ("so the dose was not stored",        "so the dose is not stored"),
    (" and send the message again.",      "."),
    (" and send it again.",               "."),
    (", or send it for the right person", ", or enter it for the right person"),
    ("Send tests to the test address.",   "Enter no tests here."),
    ("Send the PID segment.",             "Enter it."),
    ("Send Y or N",                       "Choose yes or no"),
    ("Send YYYYMMDD.",                    "Enter it as MM/DD/YYYY."),
    ("The message holds",                 "The form holds"),
    ("is of the type L. Send the legal name as L.", "is said to be the legal one. Enter the legal name."),
    ("Send it with each dose as an observation 64994-7.", "Choose it with each dose."),
    ("Send an NK1 segment for mother, father or guardian.", "Enter mother, father or guardian."),
    ("Send which statement was given, as observation 69764-9.", "Tick that the statements were handed out."),
    ("Send former names as further repetitions.", "Enter former names too."),
    ("Send the medical record number with the type MR.", "Enter the medical record number."),
    ("Send the number from the registry's replies, or none.", "Enter the registry number, or none."),
    ("does not say Y",                    "is not answered with yes"),
    ("when your system last changed the record", "when the record was changed"),
    ("when the dose was entered in your system", "when the dose was entered"),
    ("Send the code that replaced it.",   "Choose another one of the list."),
    ("Send 00 in RXA-9 only for those.",  "Correct the source of the others."),
];

/// What senders are told to send by codes is chosen from a list.
const BY_CODE: [&str; 12] = [
    "Send a code of ",
    "Send a number from the list",
    "Send F, M, X or U",
    "Send 2135-2",
    "Send P, L, H or M",
    "Send PRN",
    "Send PH or CP",
    "Send 01 to 12",
    "Send CP, PA",
    "Send A, ",
    "Send U, R",
    "Send PHC70",
];

/// The words of a check without the places of a message: `The lot number (RXA-15) is …` names none, `Correct RXA-3` says
/// what is to be corrected, and nothing is to be sent. The sentences are otherwise those that senders read.
pub(in crate::pages) fn in_words(text: &str) -> String {
    let mut words = without_places(text);
    for (said, shown) in PHRASES {
        words = words.replace(said, shown);
    }
    let sentences = words.split_inclusive(". ").map(|sentence| {
        if BY_CODE.iter().any(|code| sentence.starts_with(code)) {
            "Choose one of the list.".to_owned()
        } else {
            sentence.replacen("Send ", "Enter ", 1).replace(", or send ", ", or enter ")
        }
    });
    named(&sentences.collect::<String>())
}

/// Whether a text begins with a place of a message: `RXA-15`, `PID`, or an observation by its LOINC code: `64994-7`.
fn is_place(text: &str) -> bool {
    if is_observation(text) {
        return true;
    }
    let Some((segment, rest)) = text.split_at_checked(3) else { return false };
    let is_segment =
        matches!(segment, "MSH" | "PID" | "PD1" | "PV1" | "NK1" | "ORC" | "RXA" | "RXR" | "OBX" | "NTE");
    is_segment && !rest.starts_with(|next: char| next.is_ascii_alphanumeric())
}

/// Whether a text begins with a LOINC code: four or five digits, a dash, and one more.
fn is_observation(text: &str) -> bool {
    let Some((number, check)) = text.split_once('-') else { return false };
    let is_digit = |letter: char| letter.is_ascii_digit();
    (4..=5).contains(&number.len())
        && number.chars().all(is_digit)
        && check.starts_with(is_digit)
        && !check[1..].starts_with(|next: char| next.is_ascii_alphanumeric())
}

/// The text without the places in parentheses, which may hold parentheses themselves.
fn without_places(text: &str) -> String {
    let mut words = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find(" (") {
        let inside = &rest[at + 2..];
        let mut depth = 1;
        let end = inside.find(|letter| {
            depth += i32::from(letter == '(') - i32::from(letter == ')');
            depth == 0
        });
        let Some(end) = end else { break };
        words.push_str(&rest[..at]);
        if !is_place(inside) {
            words.push_str(&rest[at..=at + 2 + end]);
        }
        rest = &inside[end + 1..];
    }
    words.push_str(rest);
    words
}

/// The text with what the places in it are called.
fn named(text: &str) -> String {
    let word = |word: &str| {
        let place = word.trim_end_matches(['.', ',', ';', ':']);
        if !is_place(place) {
            return word.to_owned();
        }
        let is_it = |known: &&(&str, &str)| {
            place
                .strip_prefix(known.0)
                .is_some_and(|rest| !rest.starts_with(|next: char| next.is_ascii_digit()))
        };
        let called = PLACES.iter().find(is_it).map_or("what was entered", |(_, called)| called);
        format!("{called}{}", &word[place.len()..])
    };
    text.split(' ').map(word).collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::in_words;
    use iis_model::sent::Thing;
    use iis_quality::{catalogue, checks};
    use std::path::Path;

    #[test]
    fn a_screen_names_no_segments() {
        #[rustfmt::skip]
        let table = [
            ("The lot number (RXA-15) does not look like one. Check it against the package.",
             "The lot number does not look like one. Check it against the package."),
            ("The dose is dated after its lot expired. Correct RXA-16, or tell the clinic.",
             "The dose is dated after its lot expired. Correct the lot’s expiration date, or tell the clinic."),
            ("The date (of the dose) is early.", "The date (of the dose) is early."),
            ("The CVX code (RXA-5 (CVX)) is not in its table of codes. Send a code of CDC's CVX table.",
             "The CVX code is not in its table of codes. Choose one of the list."),
            ("The date is in the future, so this order group was not stored. Correct RXA-3 and send it again.",
             "The date is in the future, so the dose is not stored. Correct the date."),
            ("The funding source (30963-3) does not go with the eligibility (64994-7). Check both.",
             "The funding source does not go with the eligibility. Check both."),
            ("The lot number (RXA-15) holds more than one lot. Send each dose with its own.",
             "The lot number holds more than one lot. Enter each dose with its own."),
        ];
        for (text, shown) in table {
            assert_eq!(in_words(text), shown);
        }
    }

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
    fn no_check_of_a_form_speaks_of_messages() {
        let mut texts: Vec<String> = Vec::new();
        for thing in [Thing::Patient, Thing::NextOfKin, Thing::Vaccination, Thing::Observation] {
            for entry in catalogue::fields(thing) {
                texts.extend(entry.detections.iter().map(|detection| entry.text(detection.1)));
            }
        }
        let rules = checks::ALL.iter().filter(|rule| !rule.name.starts_with("message"));
        texts.extend(rules.flat_map(|rule| rule.checks).map(|check| check.text.to_owned()));
        assert!(texts.len() > 300, "{}", texts.len());
        let told: Vec<String> =
            texts.iter().map(|text| in_words(text)).filter(|text| of_messages(text)).collect();
        assert!(told.is_empty(), "{told:#?}");
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
