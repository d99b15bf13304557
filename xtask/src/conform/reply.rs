//! A reply as an outsider reads it: with no code of ours.

/// An ERR segment as far as it is compared: ERR-2 to ERR-5, codes without their texts.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct ErrorLine {
    /// ERR-2.
    pub(super) place: String,
    /// ERR-3.1.
    pub(super) code: String,
    /// ERR-4.
    pub(super) severity: String,
    /// ERR-5.1.
    pub(super) application: String,
}

impl ErrorLine {
    /// From the fields ERR-2 to ERR-5.
    pub(super) fn of(fields: &[&str]) -> Self {
        let text = |at: usize| fields.get(at).copied().unwrap_or_default().to_owned();
        let code = |at: usize| text(at).split('^').next().unwrap_or_default().to_owned();
        Self { place: text(0), code: code(1), severity: text(2), application: code(3) }
    }

    /// Whether another line says the same. What is not published may be anything; "application error" (999) leaves the code
    /// to ERR-5, where ours is more exact.
    pub(super) fn is_said_by(&self, other: &Self) -> bool {
        let same = |published: &str, ours: &str| published.is_empty() || published == ours;
        same(&self.place, &other.place)
            && (self.code == "999" || same(&self.code, &other.code))
            && same(&self.severity, &other.severity)
            && same(&self.application, &other.application)
    }
}

/// One well-formed acknowledgment or response.
#[derive(Debug)]
pub(super) struct Reply {
    /// Each segment's fields; the first is its name.
    segments: Vec<Vec<String>>,
}

impl Reply {
    /// Understands the body of an answer, or says why it is not exactly one well-formed reply.
    pub(super) fn read(body: &[u8]) -> Result<Self, String> {
        let text = std::str::from_utf8(body).map_err(|_| "the answer is not UTF-8".to_owned())?;
        let text = text.strip_suffix('\r').ok_or("the answer does not end with a carriage return")?;
        if text.contains('\n') {
            return Err("the answer holds a line feed".to_owned());
        }
        let segments: Vec<Vec<String>> =
            text.split('\r').map(|line| line.split('|').map(ToOwned::to_owned).collect()).collect();
        let reply = Self { segments };
        reply.fault().map_or(Ok(reply), Err)
    }

    /// MSA-1.
    pub(super) fn code(&self) -> &str {
        self.field("MSA", 1)
    }

    /// QAK-2.
    pub(super) fn status(&self) -> &str {
        self.field("QAK", 2)
    }

    /// Its errors.
    pub(super) fn errors(&self) -> impl Iterator<Item = ErrorLine> {
        self.segments.iter().filter(|fields| fields[0] == "ERR").map(|fields| {
            let fields: Vec<_> = fields.iter().skip(2).map(String::as_str).collect();
            ErrorLine::of(&fields)
        })
    }

    /// Whether it does not answer the message of this control id.
    pub(super) fn fault_as_answer_to(&self, control_id: &str) -> Option<String> {
        // An id with delimiters, blanks at its ends or letters of another encoding may be written another way.
        let is_plain = control_id.bytes().all(|byte| byte.is_ascii_graphic() && !br"^~\&".contains(&byte));
        let answered = self.field("MSA", 2);
        (is_plain && answered != control_id)
            .then(|| format!("MSA-2 is \"{answered}\", the message was \"{control_id}\""))
    }

    fn fault(&self) -> Option<String> {
        let count = |name: &str| self.segments.iter().filter(|fields| fields[0] == name).count();
        let is_name = |name: &str| {
            name.len() == 3
                && name.bytes().all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit())
                && name.starts_with(|letter: char| letter.is_ascii_uppercase())
        };
        if let Some(odd) = self.segments.iter().find(|fields| !is_name(&fields[0])) {
            return Some(format!(
                "the answer has a segment named \"{}\"",
                odd[0].chars().take(10).collect::<String>()
            ));
        }
        if self.segments[0][0] != "MSH" || count("MSH") != 1 {
            return Some("the answer is not one message".to_owned());
        }
        if self.segments.get(1).is_none_or(|fields| fields[0] != "MSA") || count("MSA") != 1 {
            return Some("the answer has not exactly one MSA behind its MSH".to_owned());
        }
        // In MSH the separator itself is the first field, so field n is piece n - 1.
        let msh = |field: usize| self.field("MSH", field - 1);
        if !(msh(9).starts_with("ACK") || msh(9).starts_with("RSP")) {
            return Some(format!("the answer is a {}", msh(9)));
        }
        if msh(10).is_empty() {
            return Some("the answer has no control id".to_owned());
        }
        (!matches!(self.code(), "AA" | "AE" | "AR")).then(|| format!("MSA-1 is \"{}\"", self.code()))
    }

    fn field(&self, segment: &str, at: usize) -> &str {
        let fields = self.segments.iter().find(|fields| fields[0] == segment);
        fields.and_then(|fields| fields.get(at)).map_or("", String::as_str)
    }
}

#[cfg(test)]
mod tests {
    use super::Reply;

    const HEADER: &str = "MSH|^~\\&|IIS|STATE|EHR|CLINIC|20260301||ACK^V04^ACK|R1|P|2.5.1";

    #[test]
    fn only_one_well_formed_reply_is_one() {
        #[rustfmt::skip]
        let table = [
            (format!("{HEADER}\rMSA|AA|M1\r"),                        true),
            (format!("{HEADER}\rMSA|AE|M1\rERR||PID^1|101|E\r"),      true),
            (format!("{HEADER}\rMSA|AA|M1"),                          false), // no last terminator
            (format!("{HEADER}\r\nMSA|AA|M1\r\n"),                    false),
            (format!("{HEADER}\rMSA|AA|M1\r{HEADER}\rMSA|AA|M1\r"),   false), // two
            (format!("{HEADER}\rERR||PID^1|101|E\r"),                 false),
            (format!("{HEADER}\rMSA|OK|M1\r"),                        false),
            (format!("{HEADER}\rMSA|AA|M1\rinjected|1\r"),            false),
            (format!("{}\rMSA|AA|M1\r", HEADER.replace("|R1|", "||")), false),
            (format!("{}\rMSA|AA|M1\r", HEADER.replace("ACK^V04", "VXU^V04")), false),
            (String::new(),                                           false),
            ("Internal Server Error".into(),                          false),
        ];
        for (body, is_reply) in table {
            assert_eq!(Reply::read(body.as_bytes()).is_ok(), is_reply, "{body:?}");
        }
    }

    #[test]
    fn it_must_answer_the_message_that_was_sent() {
        let reply = Reply::read(format!("{HEADER}\rMSA|AA|M1\r").as_bytes()).expect("well-formed");
        #[rustfmt::skip]
        let table = [("M1", true), ("M2", false), ("", false), ("M\\T\\1", true), ("M 1", true)];
        for (control_id, answers) in table {
            assert_eq!(reply.fault_as_answer_to(control_id).is_none(), answers, "{control_id}");
        }
    }
}
