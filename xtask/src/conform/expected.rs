//! What is published about the answer to a message.

use super::reply::Reply;

/// Which answers agree with what was published.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Expected {
    /// Nothing was published: any well-formed answer.
    Any,
    /// MSA-1.
    Code(String),
    /// AE or AR, with an ERR of severity E.
    Error,
    /// AR, with an ERR that says "unsupported message type": a reply sent to us is not a request.
    NotARequest,
}

impl Expected {
    /// From the message type and the index's words, else from the paired reply.
    pub(super) fn of(message_type: &str, words: &str, paired: Option<&str>) -> Self {
        let code =
            words.split_once("expected reply: MSA-1=").map(|(_, rest)| rest.get(..2).unwrap_or_default());
        if message_type.starts_with("ACK") || message_type.starts_with("RSP") {
            Self::NotARequest
        } else if let Some(code) = code.or(paired) {
            Self::Code(code.to_owned())
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
        Self::Code(code.to_owned())
    }

    /// How the reply disagrees, in a sentence.
    pub(super) fn disagreement(&self, reply: &Reply) -> Option<String> {
        let code = reply.code();
        match self {
            Self::Any => None,
            Self::Code(published) => {
                (published != code).then(|| format!("MSA-1 is {code}, published is {published}"))
            }
            Self::Error => {
                let agrees = code != "AA" && reply.has_error(|_, severity| severity == "E");
                (!agrees).then(|| format!("MSA-1 is {code}; published is AE or AR with an ERR of severity E"))
            }
            Self::NotARequest => {
                let agrees = code == "AR" && reply.has_error(|code, _| code == "200");
                (!agrees).then(|| format!("a reply sent to us was answered {code}, not AR with 200"))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Expected;
    use crate::conform::reply::Reply;

    #[test]
    fn the_words_of_the_index_are_understood() {
        let fatal = "message with a deliberate fatal defect: message must be answered AE/AR with an ERR of severity E (x)";
        #[rustfmt::skip]
        let table = [
            // message type        words                                    paired      expected
            ("VXU^V04^VXU_V04",    "expected reply: MSA-1=AE ERR RXA^1^5",  None,       Expected::code("AE")),
            ("VXU^V04^VXU_V04",    "expected reply: MSA-1=AA. NIST step",   Some("AE"), Expected::code("AA")),
            ("VXU^V04^VXU_V04",    "",                                      Some("AE"), Expected::code("AE")),
            ("VXU^V04^VXU_V04",    fatal,                                   None,       Expected::Error),
            ("RSP^K11^RSP_K11",    "",                                      None,       Expected::NotARequest),
            ("ACK",                "",                                      None,       Expected::NotARequest),
            ("QBP^Q11^QBP_Q11",    "literal of a test",                     None,       Expected::Any),
        ];
        for (message_type, words, paired, expected) in table {
            assert_eq!(Expected::of(message_type, words, paired), expected, "{message_type} {words}");
        }
    }

    #[test]
    fn an_answer_agrees_or_says_how_not() {
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
        ];
        for (expected, code, error, severity, agrees) in table {
            let reply = format!(
                "MSH|^~\\&|||||2026||ACK^V04^ACK|R1|P|2.5.1\rMSA|{code}|M1\rERR||PID^1|{error}^text^HL70357|{severity}\r"
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
