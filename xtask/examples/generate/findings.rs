//! The page of findings that reading a message can make.

use crate::markdown::Table;
use iis_hl7::findings;
use iis_model::Effect;

pub(crate) fn page() -> String {
    let mut table =
        Table::new(&["code", "severity", "HL70357", "HL70533", "effect", "what is wrong and how to mend it"]);
    for kind in findings::ALL {
        table.row(&[
            kind.code,
            kind.severity.word(),
            &kind.error_code.number().to_string(),
            &kind.application_error.map_or(String::new(), |error| error.number().to_string()),
            effect(kind.effect),
            kind.text,
        ]);
    }
    format!(
        "# Findings of HL7 messages\n\nWhat reading a message can notice. The code stands in ERR-7, the text in ERR-8, and both \
         are the same on pages and in files. An error means that the thing named was not stored, a warning that \
         something was lost or is clinically doubtful, information that a formal fault lost nothing.\n\n{}",
        table.text()
    )
}

pub(crate) fn effect(effect: Effect) -> &'static str {
    match effect {
        Effect::Noted => "noted",
        Effect::ValueIgnored => "value not stored",
        Effect::SegmentIgnored => "segment not stored",
        Effect::EventNotStored => "dose, refusal or observation not stored",
        Effect::MessageRefused => "nothing of the message stored (AE)",
        Effect::MessageRejected => "message not looked at (AR)",
    }
}
