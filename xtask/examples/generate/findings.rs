//! The catalogue of findings: those of a message's form and those of the registry. What its content can be told stands
//! once, in the page of the checks.

use crate::markdown::Table;
use iis_hl7::findings::Kind;
use iis_model::Effect;

const HEAD: &str = "# Findings

Everything a sender can be told, with its code. The code stands in ERR-7, the text in ERR-8, and both are the same on
pages and in files. An error means that the thing named was not stored, a warning that something was lost or is
clinically doubtful, information that a formal fault lost nothing. A code is never reused.

| code | what it is about | where |
|---|---|---|
| `HL7-…` | the form of a message | [below](#the-form-of-a-message) |
| `REG-…` | who sends, and what is stored | [below](#who-sends-and-what-is-stored) |
| all others | the content of a message | [Data-quality checks](checks.md) |
";

pub(crate) fn page() -> String {
    format!(
        "{HEAD}\n## The form of a message\n\n{}\n## Who sends, and what is stored\n\n{}",
        table(iis_hl7::findings::ALL),
        table(iis_registry::exchange::findings::ALL)
    )
}

fn table(kinds: &[&Kind]) -> String {
    let mut table =
        Table::new(&["code", "severity", "HL70357", "HL70533", "effect", "what is wrong and how to mend it"]);
    for kind in kinds {
        table.row(&[
            &format!("<a id=\"{0}\"></a>{0}", kind.code),
            kind.severity.word(),
            &kind.error_code.number().to_string(),
            &kind.application_error.map_or(String::new(), |error| error.number().to_string()),
            effect(kind.effect),
            kind.text,
        ]);
    }
    table.text()
}

fn effect(effect: Effect) -> &'static str {
    match effect {
        Effect::Noted => "noted",
        Effect::ValueIgnored => "value not stored",
        Effect::SegmentIgnored => "segment not stored",
        Effect::EventNotStored => "dose, refusal or observation not stored",
        Effect::MessageRefused => "nothing of the message stored (AE)",
        Effect::MessageRejected => "message not looked at (AR)",
    }
}
