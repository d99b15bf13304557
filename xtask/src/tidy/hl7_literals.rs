//! Pipes and carets appear in `iis-hl7` only.

use super::Remark;
use super::rust_text::literals;
use crate::tree::Tree;

const AT_HOME: &str = "crates/iis-hl7/";

pub(super) fn look(tree: &Tree) -> Vec<Remark> {
    let mut remarks = Vec::new();
    for (file, text) in tree.rust().filter(|(file, _)| !file.is_for_tests && !file.path.starts_with(AT_HOME))
    {
        for (line, _) in literals(text).filter(|(_, literal)| holds_segment(literal)) {
            remarks.push(Remark::failure(format!("{}:{line}", file.path), "HL7 text outside iis-hl7"));
        }
    }
    remarks
}

/// Whether a line of it is a segment: three capitals or digits, a pipe, a field and another pipe. One pipe alone
/// parts the words of a usage line (`DIR|ZIP`).
fn holds_segment(literal: &str) -> bool {
    literal.split(['\n', '\r']).flat_map(|line| line.split("\\r")).any(|line| {
        let name = line.trim_start().as_bytes();
        let is_named =
            name.len() > 4 && name[..3].iter().all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit());
        let has_fields = line.matches('|').nth(1).is_some();
        is_named && name[0].is_ascii_uppercase() && name[3] == b'|' && has_fields
    })
}

#[cfg(test)]
mod tests {
    use super::look;
    use crate::tree::tree;

    #[test]
    fn a_segment_outside_its_room_is_noticed() {
        #[rustfmt::skip]
        let table = [
            ("crates/iis-server/src/soap.rs",  "f(\"MSH|^~\\\\&|A\")",   1),
            ("crates/iis-server/src/soap.rs",  "f(\"x\\rMSA|AA|1\")",    1),
            ("crates/iis-server/src/soap.rs",  "f(\"yes|no|maybe\")",    0),
            ("crates/iis-server/src/soap.rs",  "f(\"MSH|\")",            0),
            ("crates/iis-server/src/cli.rs",   "f(\"DIR|ZIP\")",         0),
            ("crates/iis-hl7/src/writer.rs",   "f(\"MSA|AA|1\")",        0),
            ("crates/iis-server/tests/it.rs",  "f(\"MSA|AA|1\")",        0),
        ];
        for (path, text, remarks) in table {
            assert_eq!(look(&tree(&[(path, text)])).len(), remarks, "{path} {text}");
        }
    }
}
