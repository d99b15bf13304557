//! What is published about the answer to a message.

use super::reply::{ErrorLine, Reply};

/// Which answers agree with what was published.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Expected {
    /// Nothing was published: any well-formed answer.
    Any,
    /// A reply, as far as it is published.
    Reply(Published),
    /// AE or AR, with an ERR of severity E.
    Error,
    /// AR, with an ERR that says "unsupported message type": a reply sent to us is not a request.
    NotARequest,
}

/// What is known of a published reply; what is empty is not published.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Published {
    /// MSA-1.
    pub(super) code: String,
    /// QAK-2.
    pub(super) status: String,
    /// ERR-2 to ERR-5 of each error.
    pub(super) errors: Vec<ErrorLine>,
}

impl Published {
    /// What the index says in words: `expected reply: MSA-1=AE ERR RXA^1^5^1^1|999^…|E|5^…. NIST step …`.
    fn in_words(words: &str) -> Option<Self> {
        let (_, said) = words.split_once("expected reply: MSA-1=")?;
        let said = said.split(". NIST step").next().unwrap_or(said);
        let (code, rest) = said.split_at_checked(2)?;
        let status = rest.split_once("QAK-2=").map_or("", |(_, status)| status.get(..2).unwrap_or(status));
        let errors =
            rest.split_once("ERR ").map(|(_, line)| ErrorLine::of(&line.split('|').collect::<Vec<_>>()));
        Some(Self { code: code.into(), status: status.into(), errors: errors.into_iter().collect() })
    }

    /// What a published reply says itself.
    pub(super) fn of(reply: &[Vec<String>]) -> Self {
        let field = |segment: &str, at: usize| {
            let fields = reply.iter().find(|fields| fields[0] == segment);
            fields.and_then(|fields| fields.get(at)).cloned().unwrap_or_default()
        };
        let errors = reply.iter().filter(|fields| fields[0] == "ERR").map(|fields| {
            let fields: Vec<_> = fields.iter().skip(2).map(String::as_str).collect();
            ErrorLine::of(&fields)
        });
        Self { code: field("MSA", 1), status: field("QAK", 2), errors: errors.collect() }
    }

    fn disagreement(&self, reply: &Reply) -> Option<String> {
        let differs = |what: &str, ours: &str, published: &str| {
            (!published.is_empty() && ours != published)
                .then(|| format!("{what} is \"{ours}\", published is \"{published}\""))
        };
        let first = differs("MSA-1", reply.code(), &self.code);
        let first = first.or_else(|| differs("QAK-2", reply.status(), &self.status));
        first.or_else(|| {
            let missing =
                self.errors.iter().find(|error| !reply.errors().any(|ours| error.is_said_by(&ours)));
            missing.map(|error| format!("no ERR says what is published: {error:?}"))
        })
    }
}

impl Expected {
    /// From the message type and the index's words, else from the paired reply.
    pub(super) fn of(message_type: &str, words: &str, paired: Option<&Published>) -> Self {
        if message_type.starts_with("ACK") || message_type.starts_with("RSP") {
            Self::NotARequest
        } else if let Some(published) = Published::in_words(words).or_else(|| paired.cloned()) {
            Self::Reply(published)
        } else if words.contains("must be answered AE/AR with an ERR of severity E") {
            Self::Error
        } else {
            Self::Any
        }
    }

    /// Nothing in particular.
    pub(super) fn any() -> Self {
        Self::Any
    }

    #[cfg(test)]
    pub(super) fn code(code: &str) -> Self {
        Self::Reply(Published { code: code.to_owned(), ..Published::default() })
    }

    /// How the reply disagrees, in a sentence.
    pub(super) fn disagreement(&self, reply: &Reply) -> Option<String> {
        let code = reply.code();
        match self {
            Self::Any => None,
            Self::Reply(published) => published.disagreement(reply),
            Self::Error => {
                let agrees = code != "AA" && reply.errors().any(|error| error.severity == "E");
                (!agrees).then(|| format!("MSA-1 is {code}; published is AE or AR with an ERR of severity E"))
            }
            Self::NotARequest => {
                let agrees = code == "AR" && reply.errors().any(|error| error.code == "200");
                (!agrees).then(|| format!("a reply sent to us was answered {code}, not AR with 200"))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{ErrorLine, Expected, Published};
    use crate::conform::reply::Reply;

    #[test]
    fn the_words_of_the_index_are_understood() {
        let fatal = "message with a deliberate fatal defect: message must be answered AE/AR with an ERR of severity E (x)";
        let paired = Published { code: "AE".into(), ..Published::default() };
        let query = Published { code: "AA".into(), status: "NF".into(), errors: Vec::new() };
        let error = Published {
            code: "AE".into(),
            status: String::new(),
            errors: vec![ErrorLine::of(&["RXA^1^5^1^1", "999^x^HL70357", "E", "5^y^HL70533"])],
        };
        #[rustfmt::skip]
        let table = [
            // message type        words                                               paired         expected
            ("VXU^V04^VXU_V04",    "expected reply: MSA-1=AE ERR RXA^1^5^1^1|999^x^HL70357|E|5^y^HL70533. NIST step z", None, Expected::Reply(error)),
            ("QBP^Q11^QBP_Q11",    "expected reply: MSA-1=AA QAK-2=NF. NIST step",     None,          Expected::Reply(query)),
            ("VXU^V04^VXU_V04",    "expected reply: MSA-1=AA. NIST step",              Some(&paired), Expected::code("AA")),
            ("VXU^V04^VXU_V04",    "",                                                 Some(&paired), Expected::code("AE")),
            ("VXU^V04^VXU_V04",    fatal,                                              None,          Expected::Error),
            ("RSP^K11^RSP_K11",    "",                                                 None,          Expected::NotARequest),
            ("ACK",                "",                                                 None,          Expected::NotARequest),
            ("QBP^Q11^QBP_Q11",    "literal of a test",                                None,          Expected::Any),
        ];
        for (message_type, words, paired, expected) in table {
            assert_eq!(Expected::of(message_type, words, paired), expected, "{message_type} {words}");
        }
    }

    #[test]
    fn an_answer_agrees_or_says_how_not() {
        let published = |place: &str, code: &str, severity: &str, application: &str| {
            Expected::Reply(Published {
                code: "AE".into(),
                status: String::new(),
                errors: vec![ErrorLine::of(&[place, code, severity, application])],
            })
        };
        #[rustfmt::skip]
        let table = [
            // expected               MSA-1  ERR-3  ERR-4  agrees
            (Expected::Any,           "AR",  "207", "E",   true),
            (Expected::code("AA"),    "AA",  "0",   "I",   true),
            (Expected::code("AA"),    "AE",  "0",   "W",   false),
            (Expected::Error,         "AE",  "101", "E",   true),
            (Expected::Error,         "AE",  "101", "W",   false),
            (Expected::Error,         "AA",  "101", "E",   false),
            (Expected::NotARequest,   "AR",  "200", "E",   true),
            (Expected::NotARequest,   "AR",  "201", "E",   false),
            (Expected::NotARequest,   "AE",  "200", "E",   false),
            // the place, the severity and the application error must agree, and 999 leaves the code open
            (published("PID^1", "101", "E", ""),            "AE", "101", "E", true),
            (published("PID^1", "999^x^HL70357", "E", "5"), "AE", "103", "E", true),
            (published("PID^1", "103", "E", ""),            "AE", "101", "E", false),
            (published("PID^2", "101", "E", ""),            "AE", "101", "E", false),
            (published("PID^1", "101", "W", ""),            "AE", "101", "E", false),
            (published("PID^1", "101", "E", "4^x"),         "AE", "101", "E", false),
        ];
        for (expected, code, error, severity, agrees) in table {
            let reply = format!(
                "MSH|^~\\&|||||2026||ACK^V04^ACK|R1|P|2.5.1\rMSA|{code}|M1\rERR||PID^1|{error}^text^HL70357|{severity}|5^text^HL70533\r"
            );
            let reply = Reply::read(reply.as_bytes()).expect("well-formed");
            assert_eq!(
                expected.disagreement(&reply).is_none(),
                agrees,
                "{expected:?} {code} {error} {severity}"
            );
        }
    }
}
