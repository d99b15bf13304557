//! Every finding's code (`HL7-001`, `VAC-014`) is defined in one place.

use super::Remark;
use super::rust_text::literals;
use crate::tree::Tree;
use std::collections::BTreeMap;

/// Where codes are defined.
const DEFINING: &[&str] = &[
    "crates/iis-hl7/src/findings",
    "crates/iis-quality/src/checks",
    "crates/iis-quality/src/catalogue",
    "crates/iis-registry/src/exchange/findings.rs",
];

pub(super) fn look(tree: &Tree) -> Vec<Remark> {
    let mut defined: BTreeMap<&str, String> = BTreeMap::new();
    let mut remarks = Vec::new();
    for (file, text) in
        tree.rust().filter(|(file, _)| DEFINING.iter().any(|place| file.path.starts_with(place)))
    {
        for (line, code) in literals(text).filter(|(_, literal)| is_code(literal)) {
            let place = format!("{}:{line}", file.path);
            if let Some(first) = defined.insert(code, place.clone()) {
                remarks.push(Remark::failure(place, format!("{code} stands already in {first}")));
            }
        }
    }
    remarks
}

/// Two to four capitals or digits, a hyphen, three digits.
fn is_code(text: &str) -> bool {
    text.split_once('-').is_some_and(|(room, number)| {
        (2..=4).contains(&room.len())
            && room.bytes().all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit())
            && room.starts_with(|letter: char| letter.is_ascii_uppercase())
            && number.len() == 3
            && number.bytes().all(|byte| byte.is_ascii_digit())
    })
}

#[cfg(test)]
mod tests {
    use super::look;
    use crate::tree::tree;

    #[test]
    fn a_code_used_twice_is_noticed() {
        let tree = tree(&[
            ("crates/iis-hl7/src/findings.rs", "a(\"HL7-001\"); a(\"HL7-002\"); a(\"HL7-001\");"),
            ("crates/iis-hl7/src/findings/more.rs", "// as \"HL7-002\"\na(\"HL7-003\");"),
            ("crates/iis-quality/src/checks/vaccination/a.rs", "a(\"VAC-014\"); a(\"2026-03-01\");"),
            ("crates/iis-server/src/pages.rs", "a(\"VAC-014\");"),
        ]);
        let places: Vec<_> = look(&tree).into_iter().map(|remark| remark.place).collect();
        assert_eq!(places, ["crates/iis-hl7/src/findings.rs:1"]);
    }
}
